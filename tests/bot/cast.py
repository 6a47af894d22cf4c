"""The small cast on the shipped table, talking through the real thing: database, doors' rows, handlers, postbox.

`cast.says("admin", "安排")` stores a message, handles it and delivers what was queued; it gives the replies to the
one who spoke, `cast.heard("housing")` everything that somebody was ever sent. Only the provider is made up.
"""

from __future__ import annotations

import itertools
import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import access, demo, documents, makers, making, reminders
from bot.channels.web import address_of
from bot.compose import postbox_of
from bot.conversation import Conversation
from bot.importing import Importer
from bot.inbox_rows import store_updates
from bot.message import (
    Call,
    Channel,
    FileRef,
    Inbound,
    Kind,
    Limits,
    Payload,
    Receive,
    SentButton,
    SentFile,
    Update,
)
from data import plans, queries
from data.errors import UserError
from data.kinds import InboxState, OutboxState, Role
from data.models import Account, Assignment, Inbox, Outbox, Person, Report
from data.store import Store, migrate, open_store
from data.tables import read_table
from scheduler import schedules
from scheduler.office import Office

T = TypeVar("T")
OFFICE = Office()
NAME = "duban.db"
START = datetime(2021, 9, 26, 9, 0, tzinfo=OFFICE.zone)
TABLE = Path(str(files("data.shipped") / "2021.txt"))
PEOPLE: Mapping[str, tuple[str, Role, str | None]] = {
    "education": ("周敏", Role.LIAISON, "教育局"),
    "housing": ("陈刚", Role.LIAISON, "住建局"),
    "leader": ("何海平", Role.LEADER, None),
    "admin": ("林岚", Role.ADMIN, None),
}


class FakeChat:
    """A provider whose updates are `Inbound`s as JSON, and that shows whatever it is sent."""

    bot_id = "1"
    limits = Limits()

    def __init__(self, name: str = "telegram") -> None:
        self.name = name

    async def start(self, receive: Receive) -> None:
        raise NotImplementedError

    async def stop_receiving(self) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError

    async def send(self, call: Call) -> str:
        raise NotImplementedError

    async def acknowledge(self, inbound: Inbound) -> None:
        raise NotImplementedError

    def parse(self, raw: str) -> Inbound:
        values = json.loads(raw)
        files = tuple(SentFile(**file) for file in values["files"])
        said_at = datetime.fromisoformat(values["said_at"])
        return Inbound(**values | {"kind": Kind(values["kind"]), "said_at": said_at, "files": files})

    def split(self, title: str | None, text: str) -> list[tuple[str | None, str]]:
        return [(title, text)]

    def is_group(self, chat: str) -> bool:
        return chat.startswith("-")

    def invite_link(self, code: str) -> str:
        return f"https://chat.example/{code}"


@dataclass(frozen=True)
class Said:
    """A message that the bot sent: its words and its buttons, by label."""

    outbox_id: int
    to: str
    title: str | None
    text: str
    buttons: tuple[SentButton, ...]
    file: FileRef | None = None
    edit: bool = False

    @property
    def labels(self) -> list[str]:
        return [button.label for button in self.buttons]

    def __str__(self) -> str:
        return f"{self.title}\n{self.text}" if self.title else self.text


class Cast:
    """Who plays: `education` and `housing` (liaisons), `leader` (何海平), `admin`, `stranger`."""

    def __init__(
        self, store: Store, start: datetime = START, office: Office = OFFICE, channel: Channel | None = None
    ) -> None:
        self.store, self.now, self.office = store, start, office
        self.channel = channel or FakeChat()
        self.people: dict[str, int] = {}
        self.postbox = postbox_of({self.channel.name: self.channel})
        self._conversation = Conversation(self.postbox, office, {self.channel.name: self.channel}, "zh-CN")
        folder = (store.sqlite_path or Path("duban.db")).parent / "files"
        self.importer = Importer(folder, office, self.postbox, {self.channel.name: self.channel})
        self._count = itertools.count(1)
        self._chats: dict[str, str] = {}

    def chat(self, who: str) -> str:
        """The provider's id of somebody, and of the chat with the bot."""
        return self._chats.setdefault(who, f"chat-{who}")

    def knows(self, who: str, person_id: int, chat: str) -> None:
        """Somebody who is bound already."""
        self.people[who], self._chats[who] = person_id, chat

    # Time and the database

    def wait(self, **by: float) -> None:
        self.now += timedelta(**by)

    def at(self, local: str) -> None:
        """Move to a moment of the office's wall time, `2021-09-30T10:00`."""
        self.now = datetime.fromisoformat(local).replace(tzinfo=self.office.zone)

    def write(self, fn: Callable[[Session], T]) -> T:
        return self.store.write_now(fn)

    def read(self, fn: Callable[[Session], T]) -> T:
        return self.store.read_now(fn)

    # Talking

    def says(self, who: str, text: str, *, quoting: Said | None = None) -> list[Said]:
        """Type a message; the replies to who wrote it."""
        reply_to = f"m{quoting.outbox_id}" if quoting is not None else None
        return self._receives(who, self._inbound(who, Kind.TEXT, text=text, reply_to=reply_to))

    def sends(
        self, who: str, *files: SentFile, words: str = "", album: str | None = None, quoting: Said | None = None
    ) -> list[Said]:
        """Send photos or documents, with words or without; none at all is a sticker."""
        media = files[0].kind if files else "sticker"
        reply_to = f"m{quoting.outbox_id}" if quoting is not None else None
        told = {"text": words, "files": files, "media": media, "album": album, "reply_to": reply_to}
        return self._receives(who, self._inbound(who, Kind.MEDIA, **told))

    def says_in(self, group: str, who: str, text: str, **values: Any) -> list[Said]:
        """Say something to the bot in a group (`-7`); what it answers there."""
        inbound = replace(self._inbound(who, Kind.TEXT, text=text, **values), chat=group, group=True)
        before = len(self.seen_in(group))
        self._receives(who, inbound)
        return [said for said in self.seen_in(group)[before:] if not said.edit]

    def seen_in(self, group: str) -> list[Said]:
        """Everything that the bot wrote in a group."""
        return self.read(lambda session: [_said(row, group) for row in _rows(session, group) if row.sent_at])

    def edits(self, who: str, message_id: str, text: str) -> list[Said]:
        """Change a message written before (`last_message`)."""
        return self._receives(who, replace(self._inbound(who, Kind.EDIT, text=text), message_id=message_id))

    def presses(self, who: str, label: str, on: Said | None = None) -> list[Said]:
        """Press a button of the message, or of the newest one that has it."""
        messages = [on] if on is not None else reversed(self.heard(who))
        token = next(b.token for said in messages for b in said.buttons if b.label == label)
        return self._receives(who, self._inbound(who, Kind.BUTTON, token=token))

    def heard(self, who: str) -> list[Said]:
        """Everything that somebody was sent, in order."""
        return self.read(lambda session: [_said(row, who) for row in _rows(session, self.chat(who)) if row.sent_at])

    def ticks(self) -> None:
        """The ticker's beat: rounds that are due open, reminders whose time has come go out."""
        self.write(lambda session: reminders.tick(session, self.now, self.office, self.postbox))
        self.deliver()

    def makes(self) -> None:
        """The worker makes the files that were asked for, and reads those that were sent; its messages go out."""
        while (recipe := self.write(lambda session: documents.take_next(session, self.now))) is not None:
            self._finish(recipe)
        self.deliver()

    def _finish(self, recipe: documents.Recipe) -> None:
        try:
            if recipe.form == making.TABLE:
                self.write(self.importer.finished(self.read, recipe, self.now))
                return
            made = self.read(lambda session: makers.make(session, recipe, self.office))
            made = makers.printed(made) if isinstance(made, documents.Made) else made
        except UserError as error:
            self.write(partial(making.refuse, recipe=recipe, error=error, now=self.now, postbox=self.postbox))
        else:
            self.write(partial(making.hand_over, recipe=recipe, made=made, now=self.now, postbox=self.postbox))

    def file(self, said: Said) -> bytes:
        """The bytes of a message's file."""
        assert said.file is not None
        found = self.read(partial(documents.content, document_id=said.file.document_id))
        assert found is not None
        return found

    def deliver(self) -> None:
        """Send what is queued and may go out by now."""
        self.write(lambda session: _deliver(session, self.now))

    @property
    def last_message(self) -> str:
        return f"u{self._last}"

    def receives(self, who: str, inbound: Inbound) -> list[Said]:
        """Take in whatever a provider brings."""
        self._last = next(self._count)
        return self._receives(who, inbound)

    def _inbound(self, who: str, kind: Kind, **values: Any) -> Inbound:
        self._last = next(self._count)
        chat = self.chat(who)
        return Inbound(
            kind=kind, sender=chat, chat=chat, message_id=f"u{self._last}", said_at=self.now, display_name=who, **values
        )

    def _receives(self, who: str, inbound: Inbound) -> list[Said]:
        values = asdict(inbound) | {"kind": inbound.kind.value, "said_at": inbound.said_at.isoformat()}
        update = Update(str(self._last), inbound.sender, json.dumps(values, ensure_ascii=False))
        answered = self.write(lambda session: self._handle(session, update))
        self.deliver()
        self.wait(seconds=1)
        return self.read(
            lambda session: [_said(row, who) for row in _rows(session, self.chat(who)) if row.answers_id == answered]
        )

    def _handle(self, session: Session, update: Update) -> int:
        store_updates(session, channel=self.channel, updates=[update], now=self.now)
        row = session.scalars(select(Inbox).where(Inbox.update_id == update.update_id)).one()
        self._conversation.handling().attempt(session, row, self.channel.parse(row.raw), self.now)
        row.state, row.handled_at = InboxState.DONE, self.now
        return row.id

    # What there is to begin with

    def joins(self, who: str, name: str, role: Role, unit: str | None = None) -> int:
        """A person who is bound already."""

        def add(session: Session) -> int:
            of = access.unit_named(session, unit) if unit is not None else None
            person = access.add_person(session, name, role, self.now, unit=of)
            chat = self.chat(who)
            account = Account(channel=self.channel.name, external_id=chat, chat_id=chat, created_at=self.now)
            session.add(account)
            session.flush()
            access.bind(session, account, person, self.now)
            return person.id

        self.people[who] = self.write(add)
        return self.people[who]

    def reports(self, who: str, text: str, local: str) -> list[Said]:
        """Say something on another day, `2021-08-25T10:00`; the clock goes on from where it was."""
        now = self.now
        self.at(local)
        replies = self.says(who, text)
        self.now = now
        return replies

    def stored(self, ref: str) -> Sequence[Report]:
        """All reports of a row, oldest first."""
        query = select(Report).join(Assignment).where(Assignment.ref == ref).order_by(Report.id)
        return self.read(lambda session: session.scalars(query).all())


def _rows(session: Session, chat: str) -> Sequence[Outbox]:
    return session.scalars(select(Outbox).where(Outbox.chat_id == chat).order_by(Outbox.id)).all()


def _said(row: Outbox, to: str) -> Said:
    payload = Payload.from_json(row.payload)
    buttons = tuple(button for line in payload.buttons for button in line)
    return Said(row.id, to, payload.title, payload.text, buttons, payload.file, row.edits_id is not None)


def _deliver(session: Session, now: datetime) -> None:
    for row in session.scalars(select(Outbox).where(Outbox.state == OutboxState.QUEUED)):
        if row.not_before is None or row.not_before <= now:
            row.state, row.sent_at, row.provider_message_id = OutboxState.SENT, now, f"m{row.id}"


def import_table(session: Session, now: datetime) -> None:
    """The shipped table with its default schedule, as `duban import` leaves them."""
    plans.apply(session, read_table(TABLE, year=None), now, None)
    plan = queries.current_plan(session)
    assert plan is not None
    schedules.default_schedule(session, plan, now, OFFICE)


@dataclass(frozen=True)
class Scene:
    """A database that is made once and copied for each test: its file, the cast's (person id, chat) and channel."""

    database: Path
    known: Mapping[str, tuple[int, str]]
    channel: str


def set_scene(folder: Path) -> Scene:
    """The table, imported on 1 September, and the cast, bound over `telegram`; no round was opened yet."""
    with _database(folder) as store:
        cast = Cast(store, datetime(2021, 9, 1, 9, 0, tzinfo=OFFICE.zone))
        cast.write(lambda session: import_table(session, cast.now))
        for who, (name, role, unit) in PEOPLE.items():
            cast.joins(who, name, role, unit)
        known = {who: (person_id, cast.chat(who)) for who, person_id in cast.people.items()}
    return Scene(folder / NAME, known, "telegram")


def set_demo_scene(folder: Path) -> Scene:
    """The demo's data; its cast is `education`, `leader`, `admin`, in the web chat."""
    with _database(folder) as store:
        ids = store.write_now(lambda session: demo.fill(session, START, OFFICE))
    names = {"liaison": "education", "leader": "leader", "admin": "admin"}
    return Scene(folder / NAME, {who: (ids[role], address_of(ids[role])) for role, who in names.items()}, "web")


def after_first_beat(scene: Scene, folder: Path) -> Scene:
    """The scene when the September round was opened and its digests went out."""
    with playing(scene, folder) as cast:
        cast.ticks()
    return replace(scene, database=folder / NAME)


@contextmanager
def playing(scene: Scene, folder: Path, start: datetime = START, office: Office = OFFICE) -> Iterator[Cast]:
    """The cast on its own copy of a scene."""
    shutil.copy(scene.database, folder / NAME)
    with _database(folder) as store:
        cast = Cast(store, start, office, FakeChat(scene.channel))
        for who, (person_id, chat) in scene.known.items():
            cast.knows(who, person_id, chat)
        yield cast


@contextmanager
def _database(folder: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{folder / NAME}")
    try:
        migrate(store)
        yield store
    finally:
        store.close()


def person(session: Session, name: str) -> Person:
    return session.scalars(select(Person).where(Person.name == name)).one()
