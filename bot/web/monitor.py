"""Addresses for monitors: `/healthz` (alive), `/readyz` (able to work), `/metrics` (Prometheus)."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from bot.web.services import Health, Metrics

PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


def monitors(health: Health, ready: Health | None = None, metrics: Metrics | None = None) -> list[BaseRoute]:
    """The routes of what there is."""
    routes: list[BaseRoute] = [_state("/healthz", health)]
    if ready is not None:
        routes.append(_state("/readyz", ready))
    if metrics is not None:
        routes.append(_metrics(metrics))
    return routes


def _state(path: str, read: Health) -> Route:
    async def answer(_request: Request) -> Response:
        """200, or 503 where `ok` is false."""
        state = dict(await read())
        return JSONResponse(state, 200 if state.get("ok", True) else 503)

    return Route(path, answer)


def _metrics(read: Metrics) -> Route:
    async def answer(_request: Request) -> Response:
        return Response(await read(), media_type=PROMETHEUS)

    return Route("/metrics", answer)
