"""How the bot is: each part with how long it has not been well. Read by monitors, `duban status`, and the watch."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final, Protocol

import structlog
from sqlalchemy import and_, case, func, or_, select
from sqlalchemy.orm import Session

from data.backup import TAKEN
from data.kinds import InboxState, OutboxState
from data.models import Inbox, Outbox, Schedule, Setting
from data.store import Store, Urgency

if TYPE_CHECKING:
    from bot.clock import Clock
    from bot.config import Settings
    from bot.message import Channel
    from bot.texts import Texts
    from data.errors import UserError
    from scheduler.office import Office

log = structlog.get_logger()

WRITE_SECONDS: Final = 5.0
KEPT_SECONDS: Final = 5.0
CHANNEL: Final = "channel."
DAY: Final = 86_400.0
# Seconds that a part may be unwell: until it is no longer ready, and until admins are told.
READY: Final = {
    "database": 0.0, "ticker": 30.0, "channel": 120.0, "outbox": 600.0, "rounds": 120.0, "backup": 1.1 * DAY,
}  # fmt: skip
ALARM: Final = {
    "database": 60.0, "ticker": 420.0, "channel": 300.0, "outbox": 600.0, "rounds": 420.0, "backup": 1.1 * DAY,
}  # fmt: skip
ALIVE: Final = "alive"
FOUND: Final = "watch.parts"


@dataclass
class Vitals:
    """What a running bot knows of itself, by the monotonic clock."""

    monotonic: Callable[[], float] = time.monotonic
    started: float = 0.0
    ticked: float | None = None
    written: float | None = None
    workers: list[asyncio.Task[None]] = field(default_factory=list)
    kept: tuple[float, tuple[Part, ...]] | None = None

    def __post_init__(self) -> None:
        self.started = self.monotonic()

    def since(self, moment: float | None) -> float:
        """Seconds since a moment, or since the start where it never came."""
        return self.monotonic() - (self.started if moment is None else moment)


@dataclass(frozen=True)
class Part:
    """`seconds` since it was well last (outbox: the age of the oldest message that could go out). `why` is a code."""

    name: str
    seconds: float
    why: str = ""

    @property
    def kind(self) -> str:
        return self.name.partition(".")[0]

    @property
    def ready(self) -> bool:
        return self.seconds <= READY[self.kind]

    @property
    def late(self) -> bool:
        """Whether admins have to hear of it."""
        return self.seconds > ALARM[self.kind]

    def to_json(self) -> dict[str, Any]:
        return {"ok": self.ready, "seconds": round(self.seconds, 1)} | ({"why": self.why} if self.why else {})


class Looked(Protocol):
    """What is looked at of a running bot."""

    settings: Settings
    clock: Clock
    store: Store
    channels: Mapping[str, Channel]
    vitals: Vitals


# Looking ---------------------------------------------------------------------------------------------------


async def look(bot: Looked) -> tuple[Part, ...]:
    """Every part, looked at now or a few seconds ago. Writes to the database, to know that it can be written."""
    vitals = bot.vitals
    if vitals.kept is not None and vitals.since(vitals.kept[0]) < KEPT_SECONDS:
        return vitals.kept[1]
    database = await _database(bot)
    parts = (database, Part("ticker", vitals.since(vitals.ticked)), *_channels(bot))
    if database.why == "":
        parts += await _rows(bot)
    vitals.kept = (vitals.monotonic(), parts)
    return parts


async def _database(bot: Looked) -> Part:
    vitals, now = bot.vitals, bot.clock()
    try:
        async with asyncio.timeout(WRITE_SECONDS):
            await bot.store.write(lambda session: _keep(session, ALIVE, now.isoformat()), Urgency.CLAIM)
    except Exception as error:
        log.warning("database_not_writable", error=type(error).__name__)
        return Part("database", max(vitals.since(vitals.written), 0.001), type(error).__name__)
    vitals.written = vitals.monotonic()
    return Part("database", 0.0)


def _keep(session: Session, key: str, value: Any) -> None:
    session.merge(Setting(key=key, value=value))


def _channels(bot: Looked) -> tuple[Part, ...]:
    """Those that hear from a provider know when that was good last, and what an admin has to mend."""
    return tuple(
        Part(f"{CHANNEL}{name}", bot.vitals.since(channel.last_good), _trouble(channel))
        for name, channel in sorted(bot.channels.items())
        if hasattr(channel, "last_good")
    )


def _trouble(channel: Channel) -> str:
    trouble: UserError | None = getattr(channel, "trouble", None)
    return trouble.code if trouble is not None else ""


async def _rows(bot: Looked) -> tuple[Part, ...]:
    now = bot.clock()
    outbox, rounds, backup = await bot.store.read(lambda session: ages(session, now))
    parts = [Part("outbox", outbox), Part("rounds", rounds)]
    if bot.settings.backup.keep:
        parts.append(Part("backup", backup if backup is not None else bot.vitals.since(None)))
    return tuple(parts)


def ages(session: Session, now: datetime) -> tuple[float, float, float | None]:
    """Seconds: of the oldest message that could go out, since when a round should be open, of the newest backup."""
    due = or_(Outbox.not_before.is_(None), Outbox.not_before <= now, Outbox.tries > 0)
    wished = and_(Outbox.tries == 0, Outbox.not_before.is_not(None))
    unsent = session.scalar(
        select(func.min(case((wished, Outbox.not_before), else_=Outbox.created_at))).where(
            Outbox.state.in_((OutboxState.QUEUED, OutboxState.CLAIMED)), due
        )
    )
    opens = session.scalar(select(func.min(Schedule.next_at)).where(Schedule.next_at <= now))
    taken = session.get(Setting, TAKEN)
    backup = None if taken is None else _age(datetime.fromisoformat(taken.value), now)
    return _age(unsent, now), _age(opens, now), backup


def _age(moment: datetime | None, now: datetime) -> float:
    return 0.0 if moment is None else max(0.0, (now - moment).total_seconds())


# Telling monitors ------------------------------------------------------------------------------------------


async def alive(bot: Looked) -> Mapping[str, Any]:
    """`/healthz`: the loop answers, and none of its workers has ended."""
    ended = [task.get_name() for task in bot.vitals.workers if task.done()]
    return {"ok": not ended, "clock": bot.clock().isoformat(), "real_clock": bot.clock.is_real, "ended": ended}


async def readiness(bot: Looked) -> Mapping[str, Any]:
    """`/readyz`: whether all that has to be well for messages to come and go is well, and each part."""
    parts = await look(bot)
    return {"ok": all(part.ready for part in parts if part.kind != "backup"), "parts": as_json(parts)}


def as_json(parts: Sequence[Part]) -> dict[str, Any]:
    return {part.name: part.to_json() for part in parts}


# Across processes ------------------------------------------------------------------------------------------


LIFE: Final = "life"


@dataclass(frozen=True)
class Found:
    """What a start found: how the last run ended, and what waits. `released` sends were under way at a crash."""

    crashed: bool
    down_seconds: float | None
    released: int
    inbox: int
    aside: int
    outbox: int
    rounds_due: int


def begin_life(session: Session, now: datetime, released: int) -> Found:
    """Remember that a bot runs from now on; what it found."""
    before = session.get(Setting, LIFE)
    kept: Mapping[str, Any] = before.value if before is not None else {}
    last = kept.get("stopped_at") or _last_sign(session)
    found = Found(
        crashed=before is not None and kept.get("stopped_at") is None,
        down_seconds=round(_age(datetime.fromisoformat(last), now), 1) if last else None,
        released=released,
        inbox=count(session, Inbox, InboxState.NEW),
        aside=count(session, Inbox, InboxState.ASIDE),
        outbox=count(session, Outbox, OutboxState.QUEUED),
        rounds_due=session.scalar(select(func.count()).where(Schedule.next_at <= now)) or 0,
    )
    _keep(session, LIFE, {"started_at": now.isoformat(), "stopped_at": None, "found": asdict(found)})
    return found


def _last_sign(session: Session) -> str | None:
    sign = session.get(Setting, ALIVE)
    return str(sign.value) if sign is not None else None


def end_life(session: Session, now: datetime) -> None:
    """Remember that the bot has ended as it should."""
    life = session.get(Setting, LIFE)
    if life is not None:
        life.value = {**life.value, "stopped_at": now.isoformat()}


def keep_parts(session: Session, parts: Sequence[Part], now: datetime) -> None:
    """Let other processes read how the bot is."""
    _keep(session, FOUND, {"at": now.isoformat(), "parts": as_json(parts)})


def count(session: Session, table: type[Inbox] | type[Outbox], state: str) -> int:
    return session.scalar(select(func.count()).select_from(table).where(table.state == state)) or 0


def last_known(session: Session, now: datetime) -> dict[str, Any]:
    """How the bot was when it looked last, for `duban status`: running, since when, what it found, its parts."""
    life, parts = session.get(Setting, LIFE), session.get(Setting, FOUND)
    told: Mapping[str, Any] = life.value if life is not None else {}
    seen: Mapping[str, Any] = parts.value if parts is not None else {}
    at = datetime.fromisoformat(seen["at"]) if seen else None
    fresh = at is not None and abs(now - at) < timedelta(minutes=2)
    return {
        "running": bool(told) and told["stopped_at"] is None and fresh,
        "started_at": told.get("started_at"),
        "stopped_at": told.get("stopped_at"),
        "found": told.get("found"),
        "looked_at": seen.get("at"),
        "parts": seen.get("parts", {}),
    }


def spoken(known: Mapping[str, Any], office: Office, say: Texts) -> list[str]:
    """What `last_known` gives, a sentence a line."""
    moments = {
        name: office.local(datetime.fromisoformat(known[name])) if known[name] else None
        for name in ("started_at", "stopped_at", "looked_at")
    }
    lines = [say.say("delivery.status_life", running=known["running"], **moments)]
    if known["found"]:
        lines.append(say.say("delivery.status_found", **known["found"]))
    for name, part in known["parts"].items():
        kind, _, channel = name.partition(".")
        label = say.say(f"delivery.part.{kind}", channel=channel)
        lines.append(say.say("delivery.status_part", ok=part["ok"], part=label, seconds=round(part["seconds"])))
    return lines
