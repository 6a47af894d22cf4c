"""The pages of a real office, asked for in this process: the cast's database, the real board behind real addresses."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

import httpx

from bot import board, feed, rowpage
from bot.channels.web import WebChat
from bot.open_data import OpenData
from bot.roll import Rolls
from bot.web.app import make_app
from bot.web.services import ReadFeed, WebServices
from tests.bot.cast import Cast


async def well() -> dict[str, bool]:
    return {"ok": True}


class Browser:
    """A browser without script at the pages of the cast's office; it keeps its cookies."""

    def __init__(self, cast: Cast) -> None:
        calendars = feed.Calendars(cast.office)
        services = WebServices(
            store=cast.store,
            chat=WebChat(),
            clock=lambda: cast.now,
            zone=cast.office.zone,
            board=partial(board.board, office=cast.office),
            row=partial(rowpage.row_page, office=cast.office),
            health=well,
            open_data=OpenData(cast.office, Rolls()),
            feed=ReadFeed(calendars.opened, calendars.calendar),
        )
        self._transport = httpx.ASGITransport(app=make_app(services))
        self._cookies = httpx.Cookies()

    def get(self, address: str, **how: Any) -> httpx.Response:
        return self.ask("GET", address, **how)

    def ask(self, method: str, address: str, *, follow: bool = False, **how: Any) -> httpx.Response:
        return asyncio.run(self._ask(method, address, follow, how))

    async def _ask(self, method: str, address: str, follow: bool, how: dict[str, Any]) -> httpx.Response:
        async with httpx.AsyncClient(
            transport=self._transport, base_url="http://duban", cookies=self._cookies, follow_redirects=follow
        ) as client:
            answer = await client.request(method, address, **how)
            self._cookies = client.cookies
            return answer
