"""The demo: the shipped table, invented reports, a clock that starts on 2021-09-26 at 9:00, a throw-away database."""

from __future__ import annotations

import contextlib
import socket
import tempfile
import tomllib
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any

from pydantic_settings import BaseSettings, PydanticBaseSettingsSource
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import access, collectives, compose
from bot.config import Settings
from bot.office import clock_of
from bot.pages import app_of, web_account
from bot.web.services import Demo
from data import plans, queries
from data.kinds import ReminderKind, ReminderState, Role, RoundState
from data.models import Assignment, Figure, Look, Person, Plan, Reminder, Report, Round, RoundItem, Schedule, Unit
from data.tables import read_table
from scheduler import schedules
from scheduler.office import Office

START = datetime(2021, 9, 26, 9, 0)  # noqa: DTZ001 - the office's wall time
REPORTED_ON = date(2021, 8, 25)
DUE_ON = date(2021, 8, 30)
LOOKED_ON = date(2021, 8, 27)
TABLE = "2021.txt"
REPORTS = "2021.demo.toml"
CAST = {"liaison": "教育局", "leader": "何海平", "admin": "督查室"}
PORTS = 20


def fill(session: Session, now: datetime, office: Office) -> dict[str, int]:
    """Load the table, its people, one earlier round and its reports; the cast's person ids by role."""
    with as_file(files("data.shipped") / TABLE) as path:
        draft = read_table(path, year=2021)
    before = office.local(now).replace(month=1, day=4)
    plans.apply(session, draft, before, None)
    plan = queries.current_plan(session)
    assert plan is not None
    _add_people(session, before)
    schedules.default_schedule(session, plan, _at(REPORTED_ON, time(10), office), office)
    _add_round(session, plan, office)
    _add_reports(session, plan, office)
    collectives.remember(session)
    cast = _cast(session)
    session.add(Look(person_id=cast["leader"], plan_id=plan.id, report_id=0, looked_at=_at(LOOKED_ON, time(9), office)))
    for person in session.scalars(select(Person).where(Person.left_at.is_(None))):
        web_account(session, person, before)
    return cast


def _at(day: date, at: time, office: Office) -> datetime:
    return datetime.combine(day, at, office.zone)


def _add_people(session: Session, now: datetime) -> None:
    leading = select(Assignment.lead_unit_id)
    units = session.scalars(select(Unit).where(Unit.id.in_(leading)).order_by(Unit.id)).all()
    for unit in units:
        access.add_person(session, f"{unit.name}联络员", Role.LIAISON, now, unit=unit)
    access.add_person(session, CAST["admin"], Role.ADMIN, now)


def _cast(session: Session) -> dict[str, int]:
    def one(name: str, role: Role) -> int:
        return access.people_named(session, name, role)[0].id

    return {
        "liaison": one(f"{CAST['liaison']}联络员", Role.LIAISON),
        "leader": one(CAST["leader"], Role.LEADER),
        "admin": one(CAST["admin"], Role.ADMIN),
    }


def _add_round(session: Session, plan: Plan, office: Office) -> None:
    schedule = session.scalars(select(Schedule).where(Schedule.plan_id == plan.id)).one()
    opened = _at(REPORTED_ON, time(9), office)
    each = Round(
        plan_id=plan.id,
        schedule_id=schedule.id,
        fire_local=f"{REPORTED_ON}T09:00",
        fire_at=opened,
        opened_at=opened,
        due_on=DUE_ON,
        closed_at=_at(START.date(), time(0), office),
        state=RoundState.CLOSED,
    )
    session.add(each)
    session.flush()
    positions: dict[int, int] = {}
    for row in queries.assignments(session, plan.id):
        position = positions[row.lead_unit_id] = positions.get(row.lead_unit_id, 0) + 1
        session.add(RoundItem(round_id=each.id, assignment_id=row.id, unit_id=row.lead_unit_id, position=position))
    for unit_id in positions:
        for person in queries.liaisons(session, unit_id):
            session.add(_sent(each, person, opened))
    session.flush()


def _sent(each: Round, person: Person, opened: datetime) -> Reminder:
    return Reminder(
        round_id=each.id,
        person_id=person.id,
        kind=ReminderKind.DIGEST,
        send_from=opened,
        use_until=opened + timedelta(days=5),
        state=ReminderState.QUEUED,
    )


def _add_reports(session: Session, plan: Plan, office: Office) -> None:
    rows = {row.ref: row for row in queries.assignments(session, plan.id)}
    each = session.scalars(select(Round).where(Round.plan_id == plan.id)).one()
    for number, told in enumerate(_told()):
        row = rows[told["row"]]
        day = date.fromisoformat(told.get("day", str(REPORTED_ON)))
        said_at = _at(day, time(15, number % 60), office)
        session.add(_report(session, row, told, said_at, each if day == REPORTED_ON else None))
    session.flush()


def _told() -> Iterable[Mapping[str, Any]]:
    source = (files("data.shipped") / REPORTS).read_text(encoding="utf-8")
    told: list[Mapping[str, Any]] = tomllib.loads(source)["report"]
    return told


def _report(
    session: Session, row: Assignment, told: Mapping[str, Any], said_at: datetime, each: Round | None
) -> Report:
    people = queries.liaisons(session, row.lead_unit_id)
    admins = queries.people_with(session, Role.ADMIN)
    targets = {target.short_label: target for target in row.targets}
    expected = told.get("expected")
    return Report(
        assignment_id=row.id,
        unit_id=row.lead_unit_id,
        person_id=people[0].id,
        entered_by=admins[0].id if "source" in told else None,
        source=told.get("source"),
        channel="web",
        round_id=each.id if each else None,
        said_at=said_at,
        as_of=said_at,
        created_at=said_at,
        text=told["text"],
        status=told.get("status"),
        percent=told.get("percent"),
        expected_date=date.fromisoformat(expected) if expected else None,
        problem=told.get("problem"),
        next_step=told.get("next_step"),
        reading={},
        figures=[
            Figure(target_id=targets[label].id, value=value, as_of=said_at, standing=True)
            for label, value in told.get("figures", {}).items()
        ],
    )


# Running ---------------------------------------------------------------------------------------------------


class DemoSettings(Settings):
    """What it is given and nothing else: the environment's database, channels and clock are the real office's."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)


def settings_for(folder: Path, port: int) -> Settings:
    return DemoSettings.model_validate(
        {
            "database": {"url": f"sqlite:///{folder / 'demo.db'}"},
            "web": {"enabled": True, "host": "127.0.0.1", "port": port},
            "clock": {"start": START},
            "log": {"level": "WARNING"},
            "backup": {"keep": 0},
        }
    )


@contextlib.asynccontextmanager
async def playing(port: int) -> AsyncIterator[tuple[compose.Bot, dict[str, int]]]:
    """A demo bot that runs; its cast's person ids by role."""
    with tempfile.TemporaryDirectory(prefix="duban-demo-") as folder:
        settings = settings_for(Path(folder), port)
        clock = clock_of(settings)
        with compose.opened(settings) as store:
            bot = compose.put_together(settings, store, clock, compose.make_channels(settings))
            now = clock()
            cast = await store.write(lambda session: fill(session, now, bot.office))
            async with compose.running(bot):
                yield bot, cast


async def serve(port: int, said: Callable[[str], None]) -> None:
    """The demo in the browser, until a signal; 从头再来 begins it anew at the same address. `said` gets the address."""
    with compose.listen("127.0.0.1", port, tries=PORTS) as sock:
        said(f"http://127.0.0.1:{sock.getsockname()[1]}/demo/liaison")
        while await _once_through(sock):
            continue


async def _once_through(sock: socket.socket) -> bool:
    """Play until a signal, or until somebody wishes to begin anew (True). The socket goes on listening meanwhile."""
    again = False
    async with playing(sock.getsockname()[1]) as (bot, cast):

        async def restart() -> None:
            nonlocal again
            again = True
            bot.stop.set()

        compose.stop_on_signals(bot.stop)
        async with compose.serving(app_of(bot, Demo(people=cast, restart=restart)), sock.dup()):
            await bot.stop.wait()
            await bot.web_chat.close()
    return again
