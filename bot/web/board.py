"""The board and the page of a row."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from urllib.parse import urlencode

from starlette.responses import Response

from bot.web import demo
from bot.web.chart import chart
from bot.web.pages import mark
from bot.web.shield import Refused
from bot.web.site import Site, Visit
from bot.web.views import BoardView, Filters, RowView

LONGEST_WORD = 100


@dataclass(frozen=True)
class LivePart:
    """The board's head as HTML, and a mark of its rows."""

    head: str
    rows: str


class Board:
    def __init__(self, site: Site) -> None:
        self._site = site

    async def page(self, visit: Visit) -> Response:
        """All rows that the viewer may see, by project, filtered by the address."""
        filters = _filters(visit)
        view = await self._read(visit, filters)
        return self._site.html(
            "board.html",
            visit.viewer,
            here="board",
            view=view,
            filters=filters,
            filtered=filters != Filters(page=filters.page),
            at=self._moment(view, visit.now),
            today=self._site.pages.local(visit.now).date(),
            query=visit.request.url.query,
            link=partial(_link, visit),
            cast=await self._cast(visit),
            lamps=("red", "yellow", "green", "none", "red_yellow"),
        )

    async def live_part(self, visit: Visit) -> LivePart:
        """What of the board is replaced while it is looked at, and whether its rows are others."""
        now = self._site.services.clock()
        view = await self._read(visit, _filters(visit))
        values = (view, self._moment(view, now), partial(_link, visit))
        around = {"viewer": visit.viewer, "demo": self._site.services.demo is not None}
        head = self._site.pages.fragment("board_head", visit.viewer.language, *values, **around)
        return LivePart(head, mark(view.groups))

    def _moment(self, view: BoardView, now: datetime) -> datetime:
        """数据截至."""
        return self._site.pages.local(view.at or now)

    async def row(self, visit: Visit) -> Response:
        """One row: where it stands, its targets, what was said."""
        view = await self._read_row(visit)
        return self._site.html(
            "row.html",
            visit.viewer,
            here="board",
            view=view,
            charts=[chart(curve) for curve in view.curves],
            at=self._site.pages.local(visit.now),
            on=_day(visit, "on"),
            cast=await self._cast(visit),
        )

    async def live_row(self, visit: Visit) -> LivePart:
        """Whether a row's page has changed while it is looked at."""
        return LivePart("", mark(await self._read_row(visit)))

    async def _read_row(self, visit: Visit) -> RowView:
        read = partial(
            self._site.services.row,
            person_id=visit.viewer.person_id,
            ref=visit.request.path_params["ref"][:20],
            now=self._site.services.clock(),
            everything=visit.request.query_params.get("all") == "1",
            on=_day(visit, "on"),
        )
        view: RowView | None = await self._site.services.store.read(read)
        if view is None:
            raise Refused(404, "missing")
        return view

    async def _read(self, visit: Visit, filters: Filters) -> BoardView:
        read = partial(self._site.services.board, person_id=visit.viewer.person_id, now=visit.now, filters=filters)
        return await self._site.services.store.read(read)

    async def _cast(self, visit: Visit) -> tuple[demo.Member, ...]:
        """The demo's identity switch; empty outside the demo."""
        cast = self._site.services.demo
        if cast is None or visit.viewer.demo is None:
            return ()
        return await self._site.services.store.read(partial(demo.read_cast, people=cast.people))


def _filters(visit: Visit) -> Filters:
    query = visit.request.query_params
    names = {"unit": "unit", "leader": "leader", "lamp": "lamp", "project": "project", "state": "is", "words": "q"}
    page = query.get("page", "")
    return Filters(
        **{field: query.get(name, "").strip()[:LONGEST_WORD] for field, name in names.items()},
        page=int(page) if page.isdecimal() and len(page) < 6 else 1,
        whole=query.get("whole") == "1",
        on=_day(visit, "on"),
    )


def _day(visit: Visit, name: str) -> date | None:
    """A day of the address; None where there is none, or nonsense."""
    try:
        return date.fromisoformat(visit.request.query_params.get(name, ""))
    except ValueError:
        return None


def _link(visit: Visit, **changed: object) -> str:
    """The same address with other values; None takes one away. A change of anything else begins at the first page."""
    kept = {name: value for name, value in visit.request.query_params.items() if value and name != "page"}
    values = {name: value for name, value in (kept | changed).items() if value is not None}
    return f"?{urlencode(values)}"
