"""A running web server over a real database, real doors in and out, and a bot that answers a few set phrases."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from zoneinfo import ZoneInfo

import uvicorn
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import planning
from bot.access import make_invite
from bot.channels.telegram import NotReceiving
from bot.channels.web import WebChat, address_of
from bot.downloads import kept_file
from bot.inbox import Door, Handling
from bot.message import Button, Inbound, Kind, Outgoing
from bot.outbox import Postbox
from bot.sender import Sender
from bot.web.app import make_app
from bot.web.doors import Doors
from bot.web.services import Demo, MenuItem, Planning, Uploads, WebServices, WebSettings
from data import audit
from data.kinds import OutboxState, Role
from data.models import Account, Assignment, Inbox, Outbox, Person, PersonRole, Plan, Project, Report, Unit
from data.models import Button as ButtonRow
from data.store import Store, open_store
from scheduler.office import Office as Bureau
from tests.bot.web.sample import DIGEST, FORM_ROW, PREVIEW, SUMMARY, read_board, read_row
from tests.databases import empty_file

START = datetime(2021, 9, 26, 1, 0, tzinfo=UTC)
EXAMPLE = "1新增学位3500个，预计11月底完成；2 开放了9所，心理普测还没开始，等市里文件"
ECHO = "记下了：\n1（序号1）学位 3500/5000 个 · 预计11月30日前完成\n2（5.6）开放学校 9/11 所 · 困难：心理普测还没开始"
MOST_BYTES = 1_000_000
MAKEUP = date(2021, 9, 26)


class Clock:
    """Starts on the demo's morning and runs on."""

    def __init__(self, start: datetime = START) -> None:
        self._offset = start - datetime.now(UTC)

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._offset

    def forward(self, by: timedelta) -> None:
        self._offset += by


@dataclass
class Office:
    """What a test holds on to. `people` are the ids of the cast by role, `url` where the pages are."""

    store: Store
    chat: WebChat
    clock: Clock
    people: Mapping[str, int]
    door: Door
    sender: Sender
    postbox: Postbox
    url: str = ""
    down: bool = False
    _running: list[asyncio.Task[None]] = field(default_factory=list)

    async def answer(self) -> None:
        """Begin to handle what comes in."""
        self._running.append(asyncio.create_task(self.door.run()))

    async def tell(self, role: str, outgoing: Outgoing) -> int:
        """Send a message that nobody asked for; its outbox row."""
        row = await self.store.write(lambda session: self._tell(session, self.people[role], outgoing))
        self.sender.wake()
        return row

    def _tell(self, session: Session, person_id: int, outgoing: Outgoing) -> int:
        account = session.scalars(select(Account).where(Account.person_id == person_id)).one()
        row = self.postbox.enqueue(session, outgoing, self.clock(), account=account)
        assert row is not None
        return row

    async def invite(self, role: str) -> str:
        """A new invite code for one of the cast."""

        def make(session: Session) -> str:
            return make_invite(session, session.get_one(Person, self.people[role]), self.clock())[0]

        return await self.store.write(make)

    async def sent(self, count: int) -> None:
        """Wait until so many of the bot's messages were sent."""
        query = select(func.count()).where(Outbox.state == OutboxState.SENT)
        async with asyncio.timeout(10):
            while (await self.store.read(lambda session: session.scalar(query)) or 0) < count:
                await asyncio.sleep(0.02)

    async def stored(self) -> list[Inbox]:
        """What has come in, oldest first."""
        return await self.store.read(lambda session: list(session.scalars(select(Inbox).order_by(Inbox.id))))


@asynccontextmanager
async def open_office(
    folder: Path, *, demo: bool = False, answering: bool = True, settings: WebSettings | None = None
) -> AsyncIterator[Office]:
    """Everything up and running until the block ends."""
    (folder / "duban.db").write_bytes(await asyncio.to_thread(empty_file))
    store = open_store(f"sqlite:///{folder / 'duban.db'}")
    clock, chat = Clock(), WebChat("", folder / "files")
    people = await store.write(lambda session: _cast(session, clock()))
    postbox = Postbox({"web": chat.split})
    sender = Sender(store, chat, clock)
    handling = Handling(
        lambda _session, _rows: None, _Bot(postbox).handle, _unexpected, _unexpected, lambda _session: None
    )
    door = Door(store, {"web": chat}, handling, clock, sender.wake)
    office = Office(store, chat, clock, people, door, sender, postbox)
    office._running.append(asyncio.create_task(sender.run()))
    if answering:
        await office.answer()
    await chat.start(door.receive(chat))
    services = WebServices(
        store=store,
        chat=chat,
        clock=clock,
        zone=ZoneInfo("Asia/Shanghai"),
        board=read_board,
        row=read_row,
        health=_health(office),
        form=lambda _session, _person_id: (FORM_ROW,),
        settings=settings or WebSettings(),
        doors=Doors(telegram=_Telegram()),
        makeup_day=lambda day: day == MAKEUP,
        uploads=Uploads(folder / "files", MOST_BYTES, partial(kept_file, office=Bureau(), folder=folder / "files")),
        menu=lambda roles, language: [MenuItem("汇总", "看总体"), MenuItem("帮助", "看能做什么")],
        demo=Demo(people) if demo else None,
        planning=_planning(),
    )
    try:
        async with _serving(services) as office.url:
            yield office
    finally:
        await chat.stop_receiving()
        await door.stop()
        await sender.stop()
        await asyncio.gather(*office._running)
        await asyncio.to_thread(store.close)


def _planning() -> Planning:
    names = ("page", "propose", "do", "undo")
    return Planning(**{name: partial(getattr(planning, name), office=Bureau()) for name in names})


@asynccontextmanager
async def _serving(services: WebServices) -> AsyncIterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    config = uvicorn.Config(make_app(services), log_level="error", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        await services.chat.close()
        server.should_exit = True
        await task
        listening.close()


def _cast(session: Session, now: datetime) -> dict[str, int]:
    education = Unit(name="教育局")
    session.add(education)
    session.flush()
    _plan(session, education, now)
    cast = {"liaison": ("李娟", education.id), "leader": ("何海平", None), "admin": ("督查室", None)}
    return {role: _person(session, name, Role(role), unit, now) for role, (name, unit) in cast.items()}


def _plan(session: Session, lead: Unit, now: datetime) -> None:
    plan = Plan(title="2021年重大民生实事", year=2021, source_name="2021.txt", source_sha256="0", imported_at=now)
    session.add(plan)
    session.flush()
    project = Project(plan_id=plan.id, position=1, number="1", name="增加教育资源供给")
    session.add(project)
    session.flush()
    row = Assignment(
        plan_id=plan.id,
        project_id=project.id,
        position=1,
        row=1,
        ref="1",
        content="增加学位 5000 个",
        short_name="增加教育资源供给",
        lead_unit_id=lead.id,
        deadline=date(2021, 12, 31),
    )
    session.add(row)


def _report(session: Session, row: Inbox, person_id: int | None, text: str, now: datetime) -> None:
    last = session.scalars(select(Report).order_by(Report.id.desc())).first()
    told = Report(
        assignment_id=session.scalars(select(Assignment.id)).one(),
        person_id=person_id,
        channel="web",
        inbox_id=row.id,
        said_at=now,
        as_of=now,
        created_at=now,
        text=text,
        supersedes_id=last.id if last and text.startswith("说错了") else None,
    )
    session.add(told)


def _person(session: Session, name: str, role: Role, unit_id: int | None, now: datetime) -> int:
    person = Person(name=name, unit_id=unit_id, created_at=now, roles=[PersonRole(role=role)])
    session.add(person)
    session.flush()
    address = address_of(person.id)
    session.add(Account(person_id=person.id, channel="web", external_id=address, chat_id=address, created_at=now))
    return person.id


def _health(office: Office):  # type: ignore[no-untyped-def]
    async def health() -> Mapping[str, object]:
        return {"ok": not office.down, "inbox": 0}

    return health


class _Telegram:
    """Takes everything that comes with the secret `right`; `down` where nothing can be stored."""

    async def webhook(self, secret_header: str | None, body: bytes) -> None:
        if secret_header != "right":
            raise PermissionError
        if not body:
            raise ValueError
        if body == b"down":
            raise NotReceiving


def _unexpected(*_: object) -> None:
    raise AssertionError("the stand-in answers everything")


class _Bot:
    """Answers set phrases the way the real one does, everything else with an echo."""

    def __init__(self, postbox: Postbox) -> None:
        self._postbox = postbox

    def handle(self, session: Session, row: Inbox, inbound: Inbound, now: datetime) -> None:
        account = session.scalars(select(Account).where(Account.external_id == inbound.sender)).one()
        replies = self._pressed(session, inbound, now) if inbound.kind is Kind.BUTTON else _reply(inbound.text)
        if inbound.text == EXAMPLE or inbound.text.startswith("说错了"):
            _report(session, row, account.person_id, inbound.text, now)
        if inbound.text == "确定":
            audit.record(session, now, "schedule", "schedule", 1, actor_id=account.person_id)
        for reply in replies:
            self._postbox.enqueue(session, reply, now, account=account, answers=row.id)

    def _pressed(self, session: Session, inbound: Inbound, now: datetime) -> list[Outgoing]:
        button = session.get(ButtonRow, inbound.token)
        if button is None or button.used_at is not None:
            return [Outgoing("这个按钮已经用过了。")]
        if button.once:
            button.used_at = now
        if button.action == "edit":
            return [Outgoing("2 项都已反馈。", title="【区政府督查室】9月调度", edits=button.outbox_id)]
        return [Outgoing(f"您按了“{button.label}”。")]


def digest() -> Outgoing:
    """The reminder of conversations.md, with its five buttons."""
    labels = [["1 没变化"], ["1", "2"], ["怎么写"], ["联络员换人了"]]
    rows = [[Button(label, "edit" if label == "1 没变化" else "ask") for label in line] for line in labels]
    return Outgoing(DIGEST[1], title=DIGEST[0], buttons=rows)


def _reply(text: str) -> list[Outgoing]:
    if text == "收到":
        return []
    if text == "汇总":
        buttons = [[Button(label, "ask") for label in ("按项目", "按单位", "只看红黄", "图", "看原话")]]
        return [Outgoing(SUMMARY[1], title=SUMMARY[0], buttons=buttons)]
    if text.startswith("改成"):
        first = Button("确定", "ask", once=True, primary=True)
        rest = [Button(label, "ask", once=True) for label in ("9月30日也发", "再改改", "算了")]
        return [Outgoing(PREVIEW, buttons=[[first, *rest]])]
    echo = ECHO if text == EXAMPLE else f"记下了：\n{text}"
    return [Outgoing(echo, buttons=[[Button("更正", "ask"), Button("撤回", "ask", once=True)]])]


__all__ = ["ECHO", "EXAMPLE", "START", "Clock", "Office", "digest", "open_office"]
