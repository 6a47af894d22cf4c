"""What the pages need from the rest of the house, handed in by compose.py."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.channels.web import WebChat
from bot.open_data import OpenData
from bot.web.doors import Doors
from bot.web.views import BoardView, Filters, FormRow, PlanningView, Proposal, RowView
from data.store import Store

DEMO_ROLES = ("liaison", "leader", "admin")


class ReadBoard(Protocol):
    """All rows that the person may see, filtered, in the person's language. Called in a read transaction."""

    def __call__(self, session: Session, person_id: int, now: datetime, filters: Filters) -> BoardView: ...


class ReadRow(Protocol):
    """One row with its history, `on`: as of the end of an earlier day; None where there is none or the person may not
    see it (told alike)."""

    def __call__(
        self, session: Session, person_id: int, ref: str, now: datetime, *, everything: bool, on: date | None = None
    ) -> RowView | None: ...


class ReadForm(Protocol):
    """The rows that the person reports on, as the form shows them. Called in a read transaction."""

    def __call__(self, session: Session, person_id: int) -> Sequence[FormRow]: ...


@dataclass(frozen=True)
class KeptFile:
    """A file that may be downloaded: where its bytes lie (None: not yet there), its media type, the name to save it
    under."""

    path: Path | None
    media: str
    name: str


class ReadFile(Protocol):
    """A file that the person may see; None where there is none or the person may not see it (told alike)."""

    def __call__(self, session: Session, person_id: int, file_id: int) -> KeptFile | None: ...


@dataclass(frozen=True)
class ReadFeed:
    """`opened`: (pass, person) of a token, noted as used (it writes); None where it opens nothing. `calendar`: the tag
    of that person's calendar and the iCalendar file, None where the tag is one of those given."""

    opened: Callable[[Session, str, datetime], tuple[int, int] | None]
    calendar: Callable[[Session, int, datetime, Set[str]], tuple[str, bytes | None]]


@dataclass(frozen=True)
class Uploads:
    """Where uploads are put, the largest one in bytes, and what is downloaded."""

    folder: Path
    most: int
    read: ReadFile


@dataclass(frozen=True)
class Planning:
    """The page of schedules, for admins: (session, person id, now, …) in the person's language.

    `page` takes the audit event of what was just done; `propose` and `do` the fields of a form, and raise UserError;
    `do` and `undo` give the audit event. Only these two write.
    """

    page: Callable[[Session, int, datetime, str], PlanningView]
    propose: Callable[[Session, int, datetime, Mapping[str, str]], Proposal]
    do: Callable[[Session, int, datetime, Mapping[str, str]], int]
    undo: Callable[[Session, int, datetime], int]


# What `/healthz` and `/readyz` answer, and `/metrics`.
Health = Callable[[], Awaitable[Mapping[str, Any]]]
Metrics = Callable[[], Awaitable[bytes]]


@dataclass(frozen=True)
class MenuItem:
    """A command as it is typed, and what it does."""

    word: str
    does: str


# (roles, language) → what such a person may type, in the order of the help.
Menu = Callable[[frozenset[str], str], Sequence[MenuItem]]


def _no_menu(_roles: frozenset[str], _language: str) -> Sequence[MenuItem]:
    return ()


def _never(_day: date) -> bool:
    return False


@dataclass(frozen=True)
class WebSettings:
    """`language` is that of pages for strangers. `allowed_hosts` empty: any Host header is served."""

    public_url: str | None = None
    secure_cookies: bool = False
    language: str = "zh-CN"
    allowed_hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Demo:
    """The demo's cast by role (`DEMO_ROLES`) and how to begin anew (None: the button is left out)."""

    people: Mapping[str, int]
    restart: Callable[[], Awaitable[None]] | None = None


@dataclass(frozen=True)
class WebServices:
    """`clock` gives an aware UTC instant, read once for each request. `makeup_day` tells whether a day off by the week
    is a working day by the calendar. `health` is what `/healthz` answers; its `ok` decides between 200 and 503."""

    store: Store
    chat: WebChat
    clock: Callable[[], datetime]
    zone: ZoneInfo
    board: ReadBoard
    row: ReadRow
    health: Health
    ready: Health | None = None
    metrics: Metrics | None = None
    settings: WebSettings = field(default_factory=WebSettings)
    doors: Doors = field(default_factory=Doors)
    makeup_day: Callable[[date], bool] = _never
    menu: Menu = _no_menu
    uploads: Uploads | None = None
    form: ReadForm | None = None
    demo: Demo | None = None
    open_data: OpenData | None = None
    planning: Planning | None = None
    feed: ReadFeed | None = None
