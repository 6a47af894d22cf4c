"""Read-only links: the address that was handed out becomes a cookie, and the token is in no further address."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from bot.web import access
from bot.web.limits import Allowance
from bot.web.shield import Refused
from bot.web.site import Site

WRONG_A_MINUTE = 10


class Look:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._wrong = Allowance(WRONG_A_MINUTE)

    async def enter(self, request: Request) -> Response:
        """Where a link leads: to the board of its portfolio, for as long as it lasts."""
        services = self._site.services
        now = services.clock()
        token = request.path_params["token"][:100]
        today = now.astimezone(services.zone).date()
        until = await services.store.write(partial(access.looks_in, token=token, now=now, today=today))
        if until is None:
            self._refuse(request)
        assert until is not None
        return self._remembered(RedirectResponse(f"{access.LOOK}/board", 303), token, until, now)

    def _refuse(self, request: Request) -> None:
        """Raises Refused; who tries many tokens has to wait."""
        wait = self._wrong.wait(request.client.host if request.client else "?")
        if wait:
            raise Refused(429, "too_often", {"retry-after": str(wait)})
        raise Refused(404, "link")

    def _remembered(self, response: Response, token: str, until: datetime, now: datetime) -> Response:
        response.set_cookie(
            self._site.look_cookie,
            token,
            max(int((until - now).total_seconds()), 1),
            path=access.LOOK,
            secure=self._site.secure,
            httponly=True,
            samesite="lax",
        )
        return response
