"""The text of a summary: counts, what needs attention, what changed, who has answered. In chat and in digests alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.orm import Session

from bot import overview, seeing
from bot.message import Button, Outgoing, Rows
from bot.texts import Texts
from data.models import Person, Plan
from scheduler.answers import Answer, UnitAnswer
from scheduler.office import Office
from scheduler.standing import Standing, standings

CHANGES_SHOWN: Final = 5
ATTENTION_SHOWN: Final = 10


@dataclass(frozen=True)
class Reader:
    """Who reads, of which plan, at which moment, in which words."""

    session: Session
    person: Person
    plan: Plan
    now: datetime
    office: Office
    texts: Texts

    def say(self, key: str, **values: Any) -> str:
        return self.texts.say(key, **values)

    @property
    def today(self) -> date:
        return self.office.today(self.now)

    def rows(self) -> list[Standing]:
        """Where the rows stand that the reader may see, in the table's order."""
        rows = seeing.visible_rows(self.session, self.plan.id, self.person)
        return standings(self.session, self.plan, rows, self.now, self.office)


def page(reader: Reader, rows: Sequence[Standing], since: datetime | None) -> Outgoing:
    """一页版: all of it, with the ways further down; `since`: what changed since then is told."""
    parts = [counts(reader, rows), *attention(reader, rows, ATTENTION_SHOWN)]
    parts += changed(reader, rows, since) if since is not None else []
    parts += answers(reader, rows)
    return Outgoing("\n".join(parts), title=title(reader, len(rows)), buttons=ways_on(reader))


def three_lines(reader: Reader, rows: Sequence[Standing], since: datetime | None) -> Outgoing:
    """三行版: the counts, the first that needs attention, what changed."""
    worst = overview.attention(rows)
    head = attention(reader, rows, 1)[-1 if not worst else 1]
    more = reader.say("summary.and_more", count=len(worst) - 1) if len(worst) > 1 else ""
    parts = [counts(reader, rows), f"{head}{more}"]
    parts += changed(reader, rows, since) if since is not None else answers(reader, rows)
    return Outgoing("\n".join(parts), title=title(reader, len(rows)), buttons=ways_on(reader))


def title(reader: Reader, total: int) -> str:
    key = "summary.title_all" if seeing.sees_all(reader.person) else "summary.title"
    leader = reader.person.reads_for.leader.name if reader.person.reads_for is not None else ""
    if leader and key == "summary.title":
        return reader.say("summary.title_for", leader=leader, total=total, day=reader.today)
    return reader.say(key, total=total, day=reader.today)


def counts(reader: Reader, rows: Sequence[Standing]) -> str:
    found = overview.counts(rows)
    return " · ".join(f"{reader.say(f'lamp.column.{column}')} {number}" for column, number in found.items())


def attention(reader: Reader, rows: Sequence[Standing], most: int) -> list[str]:
    found = overview.attention(rows)
    if not found:
        return [reader.say("summary.nothing_to_attend")]
    lines = [overview.attention_line(reader.texts, row, reader.now, reader.office) for row in found[:most]]
    if len(found) > most > 1:
        lines.append(reader.say("summary.more_attention", count=len(found) - most))
    return [reader.say("summary.attention"), *lines]


def changed(reader: Reader, rows: Sequence[Standing], since: datetime) -> list[str]:
    found = overview.changes(reader.session, reader.texts, rows, since)
    if not found:
        return [reader.say("summary.no_changes")]
    more = len(found) - CHANGES_SHOWN
    return [reader.say("summary.changes", changes=found[:CHANGES_SHOWN], more=max(more, 0))]


def answers(reader: Reader, rows: Sequence[Standing]) -> list[str]:
    """Who has answered the open round; nothing where none is open."""
    each = overview.open_round(reader.session, reader.plan)
    if each is None:
        return []
    found = overview.unit_answers(reader.session, each, {row.row.id for row in rows})
    return [answers_line(reader, each.fire_local, found, each.due_on)] if found else []


def answers_line(reader: Reader, fire_local: str, units: Sequence[UnitAnswer], due: date | None) -> str:
    """`9月调度 4 家单位：已反馈 1，其余 9月29日前`."""
    found = Counter(unit.answer for unit in units)
    return reader.say(
        "summary.answers",
        month=date.fromisoformat(fire_local[:10]),
        units=len(units),
        full=found[Answer.FULL],
        partly=found[Answer.PART],
        undelivered=found[Answer.UNDELIVERED],
        on_leave=found[Answer.ON_LEAVE],
        excused=found[Answer.EXCUSED],
        rest=found[Answer.SILENT],
        due=due,
        over=due is not None and due < reader.today,
    )


def ways_on(reader: Reader) -> Rows:
    return [
        [
            Button(reader.say("summary.by_project"), "summary_by", {"by": "project"}),
            Button(reader.say("summary.by_unit"), "summary_by", {"by": "unit"}),
        ],
        [
            Button(reader.say("summary.only_behind"), "summary_by", {"by": "behind"}),
            Button(reader.say("summary.words"), "summary_by", {"by": "words"}),
            Button(reader.say("summary.chart"), "picture"),
        ],
    ]
