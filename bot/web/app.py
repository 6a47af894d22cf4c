"""All addresses of the web, put together: `make_app`."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route

from bot.web import files
from bot.web.access import LOOK
from bot.web.api import Api
from bot.web.board import Board
from bot.web.doors import Doors
from bot.web.entry import Entry
from bot.web.feed import Feed
from bot.web.form import Forms
from bot.web.live import Live
from bot.web.look import Look
from bot.web.monitor import monitors
from bot.web.planning import Planning
from bot.web.services import Health, Metrics, WebServices
from bot.web.shield import Refused, Shield
from bot.web.site import Handler, Site
from bot.web.talk import Talk

App = Starlette
LOOKED_AT = ("/board", "/board/events", "/row/{ref}", "/row/{ref}/events")
A_YEAR = "public, max-age=31536000, immutable"


def make_app(services: WebServices) -> FastAPI:
    """The web server's application; `services.chat.close()` ends its streams, so that a server can stop."""
    site = Site(services)
    app = FastAPI(
        title="Duban",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        routes=[*_public(site), *_open(services), *_subscribed(site), *_personal(site)],
        exception_handlers={HTTPException: _missing(site)},
    )
    app.add_middleware(Shield, uploads=3 * services.uploads.most if services.uploads else 0)
    return app


def make_doors(doors: Doors, health: Health, ready: Health | None = None, metrics: Metrics | None = None) -> App:
    """What is served where there are no pages: the providers' doors, and what monitors ask for."""
    app = Starlette(routes=[*monitors(health, ready, metrics), *doors.routes()])
    app.add_middleware(Shield)
    return app


def _public(site: Site) -> list[BaseRoute]:
    entry, plain = Entry(site), Plain(site)
    return [
        Route("/", site.for_all(entry.start)),
        Route("/demo", site.for_all(entry.start)),
        Route("/login", site.for_all(entry.page), methods=["GET"]),
        Route("/login", site.for_all(entry.log_in), methods=["POST"]),
        Route("/logout", site.for_viewers(entry.log_out), methods=["POST"]),
        *monitors(site.services.health, site.services.ready, site.services.metrics),
        *site.services.doors.routes(),
        Route("/static/{name}", plain.static),
        Route("/favicon.ico", plain.icon),
        Route("/robots.txt", plain.robots),
    ]


def _open(services: WebServices) -> list[BaseRoute]:
    """What programs read, where it is handed in."""
    return [Mount("/api", app=Api(services).app())] if services.open_data is not None else []


def _subscribed(site: Site) -> list[BaseRoute]:
    """The calendar that others subscribe to, where it is handed in."""
    read = site.services.feed
    if read is None:
        return []
    return [Route("/calendar/{token}.ics", site.for_all(Feed(site, read).calendar), methods=["GET"])]


def _personal(site: Site) -> list[BaseRoute]:
    """A person's own pages; in the demo the same ones below the role's address."""
    talk, board = Talk(site), Board(site)
    live, planning = Live(site, board), Planning(site)
    chat = _below("/chat", site, talk, live)
    demo = _below("/demo/{role}", site, talk, live)
    pages: dict[str, Handler] = {
        "/board": board.page,
        "/board/events": live.board,
        "/row/{ref}": board.row,
        "/row/{ref}/events": live.row,
        "/schedules": planning.page,
        "/schedules/preview": planning.preview,
        "/file/{file}": partial(files.download, site),
    }
    forms: dict[str, Handler] = {"ask": planning.ask, "do": planning.do, "undo": planning.undo}
    edits = [
        Route(f"{base}/schedules/{name}", site.for_viewers(handler), methods=["POST"])
        for base in ("", "/demo/{role}")
        for name, handler in forms.items()
    ]
    own = [Route(path, site.for_viewers(handler)) for path, handler in pages.items()]
    played = [Route(f"/demo/{{role}}{path}", site.for_viewers(handler)) for path, handler in pages.items()]
    looked = [Route(f"{LOOK}{path}", site.for_viewers(pages[path])) for path in LOOKED_AT]
    looked.append(Route(f"{LOOK}/{{token}}", site.for_all(Look(site).enter), methods=["GET"]))
    step = Route("/demo/{role}/step", site.for_viewers(talk.step), methods=["POST"])
    return [*chat, *own, *looked, step, *played, *edits, *demo]


def _below(base: str, site: Site, talk: Talk, live: Live) -> list[BaseRoute]:
    posts: dict[str, Handler] = {"say": talk.say, "press": talk.press, "seen": talk.seen}
    forms = [Route(f"{base}/{name}", site.for_viewers(handler), methods=["POST"]) for name, handler in posts.items()]
    file = Route(f"{base}/file/{{message:int}}", site.for_viewers(talk.file))
    filling = Forms(site, talk)
    return [
        Route(base, site.for_viewers(talk.page)),
        Route(f"{base}/events", site.for_viewers(live.chat)),
        file,
        Route(f"{base}/form", site.for_viewers(filling.rows)),
        Route(f"{base}/form/{{ref}}", site.for_viewers(filling.page), methods=["GET"]),
        Route(f"{base}/form/{{ref}}", site.for_viewers(filling.post), methods=["POST"]),
        *forms,
    ]


class Plain:
    """Addresses that nobody looks at."""

    def __init__(self, site: Site) -> None:
        self._site = site

    async def static(self, request: Request) -> Response:
        """A file of the pages; its address names its version, so it can be kept for ever."""
        found = self._site.pages.static.get(request.path_params["name"])
        if found is None:
            return PlainTextResponse("", 404)
        kept = request.query_params.get("v") == found.version
        headers = {"cache-control": A_YEAR if kept else "no-cache", "etag": f'"{found.version}"'}
        if request.headers.get("if-none-match") == headers["etag"]:
            return Response(status_code=304, headers=headers)
        return Response(found.body, media_type=found.type, headers=headers)

    async def icon(self, _request: Request) -> Response:
        return RedirectResponse("/static/icon.svg", 308)

    async def robots(self, _request: Request) -> Response:
        return PlainTextResponse("User-agent: *\nDisallow: /\n")


def _missing(site: Site) -> Callable[[Request, Exception], Coroutine[Any, Any, Response]]:
    """Addresses that don't exist, told as politely as the rest."""

    async def answer(request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 404
        headers = error.headers if isinstance(error, HTTPException) else None
        response = site.refusal(request, Refused(status, "method" if status == 405 else "missing"), None)
        response.headers.update(headers or {})
        return response

    return answer
