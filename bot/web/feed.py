"""The calendar that phones and desktops subscribe to: `/calendar/<token>.ics`."""

from __future__ import annotations

from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from bot.web import tags
from bot.web.limits import Allowance
from bot.web.services import ReadFeed
from bot.web.shield import Refused
from bot.web.site import LOOKS_A_MINUTE, Site

WRONG_A_MINUTE: Final = 10
MEDIA: Final = "text/calendar; charset=utf-8"


class Feed:
    def __init__(self, site: Site, read: ReadFeed) -> None:
        self._site, self._read = site, read
        self._wrong, self._pace = Allowance(WRONG_A_MINUTE), Allowance(LOOKS_A_MINUTE)

    async def calendar(self, request: Request) -> Response:
        """The calendar of whom the token was made for; 304 where the asker has it already. Raises Refused 404, 429."""
        services = self._site.services
        now, token = services.clock(), request.path_params["token"][:100]
        found = await services.store.write(lambda session: self._read.opened(session, token, now))
        if found is None:
            self._slow(self._wrong, request.client.host if request.client else "?")
            raise Refused(404, "link")
        number, person = found
        self._slow(self._pace, number)
        known = tags.known(request)
        tag, body = await services.store.read(lambda session: self._read.calendar(session, person, now, known))
        if body is None:
            return Response(status_code=304, headers=tags.told(tag))
        return Response(body, headers={"content-type": MEDIA} | tags.told(tag))

    def _slow(self, pace: Allowance, key: object) -> None:
        if wait := pace.wait(str(key)):
            raise Refused(429, "too_often", {"retry-after": str(wait)})
