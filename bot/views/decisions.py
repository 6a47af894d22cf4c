"""The ledger's sheet 办理记录: what the office, leaders and units decided or asked for, beside reports and reminders.

Lamps by hand, leaders' remarks with their due day and answer, excuses, extensions asked for, and whatever changed how a
row is judged; out of their own rows where they have some, else out of the trail.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import selectinload

from bot.texts import Texts
from bot.views.ledger_rows import Sight
from bot.views.ledger_sheets import local, opened_rounds, round_name
from bot.views.streaming import Value
from bot.views.workbook import Cell, Column, safe_words
from data.kinds import FollowUpState
from data.models import Assignment, AuditEvent, FollowUp, ManualLamp, Person, RoundItem, Target, Unit
from scheduler.judging import stages_of
from scheduler.standing import Standing

WIDTHS: Final = {
    "ref": 6, "name": 24, "unit": 12, "at": 17, "what": 13, "words": 40, "why": 30, "by": 18, "due": 11.5,
    "outcome": 40, "settled": 11.5,
}  # fmt: skip
LEFT: Final = ("name", "words", "why", "outcome")
OF_ROWS: Final = ("stages", "extension", "change")  # of the trail, about a row
OF_PLANS: Final = ("stages", "thresholds")
OF_TARGETS: Final = ("kind", "target")
EXCUSE: Final = "excuse"
UNDO: Final = "undo"


@dataclass(frozen=True, slots=True)
class Decision:
    """One line. `what` is a key of `decisions.what`; `why`, `outcome` may be words of anybody; `by`: who, None where
    nobody's name may be told."""

    at: datetime
    what: str
    words: str
    by: str | None
    why: str | None = None
    due: date | None = None
    outcome: str | None = None
    settled: date | None = None


def decision_columns(say: Texts) -> list[Column]:
    return [Column(say.say(f"decisions.head.{key}"), width, key not in LEFT) for key, width in WIDTHS.items()]


class Decisions:
    """The lines of a ledger. `for_leaders`: the office is named, no person of it, no liaison; of the remarks only those
    of `sight.leader`."""

    def __init__(self, sight: Sight, *, for_leaders: bool) -> None:
        self._sight, self._say, self._for_leaders = sight, sight.say, for_leaders
        self._names = {row.id: row.name for row in sight.session.execute(select(Person.id, Person.name))}
        self._trail: dict[tuple[str, int | None], list[Row[Any]]] = defaultdict(list)
        for event in sight.session.execute(_trail_of(sight)):
            self._trail[event.entity, event.entity_id].append(event)

    def of_rows(self, rows: Sequence[Standing]) -> Iterator[list[Value | Cell]]:
        """Row by row, oldest first."""
        ids = [row.row.id for row in rows]
        found: dict[int, list[Decision]] = defaultdict(list)
        for row_id, decision in (*self._lamps(ids), *self._remarks(ids)):
            found[row_id].append(decision)
        for row in rows:
            told = [*found[row.row.id], *self._of_row(row.row)]
            for one in sorted(told, key=lambda one: one.at):
                yield self._line(one, row.row.ref, row.row.short_name, row.row.lead_unit.name)

    def of_units_and_plan(self) -> Iterator[list[Value | Cell]]:
        """What holds for a unit in a round, or for the whole plan; oldest first."""
        plan = ((None, decision) for decision in self._of_plan())
        for unit, one in sorted((*plan, *self._excuses()), key=lambda pair: pair[1].at):
            yield self._line(one, None, None if unit else self._say.say("decisions.whole_plan"), unit)

    def _line(self, one: Decision, ref: str | None, name: str | None, unit: str | None) -> list[Value | Cell]:
        return [
            ref, name, unit, local(self._sight, one.at), self._say.say(f"decisions.what.{one.what}"),
            safe_words(one.words), safe_words(one.why), safe_words(one.by), one.due, safe_words(one.outcome),
            one.settled,
        ]  # fmt: skip

    def _office(self, person_id: int | None) -> str | None:
        """Who of the office it was; in the copy for leaders the office."""
        if person_id is None:
            return None
        return self._sight.office.name if self._for_leaders else self._names.get(person_id)

    # Rows of their own

    def _lamps(self, ids: Sequence[int]) -> Iterator[tuple[int, Decision]]:
        now = self._sight.now
        query = select(ManualLamp).where(ManualLamp.assignment_id.in_(ids), ManualLamp.set_at <= now)
        for one in self._sight.session.scalars(query.order_by(ManualLamp.id)):
            colour = self._say.say(f"lamp.colour.{one.colour}")
            set_ = self._say.say("decisions.words.lamp", colour=colour)
            yield one.assignment_id, Decision(one.set_at, "lamp", set_, self._office(one.set_by), one.reason)
            if one.lifted_at is not None and one.lifted_at <= now:
                lifted = self._say.say("decisions.words.lamp_lifted", colour=colour)
                yield one.assignment_id, Decision(one.lifted_at, "lamp_lifted", lifted, self._office(one.lifted_by))

    def _remarks(self, ids: Sequence[int]) -> Iterator[tuple[int, Decision]]:
        query = select(FollowUp).where(
            FollowUp.assignment_id.in_(ids),
            FollowUp.created_at <= self._sight.now,
            FollowUp.state != FollowUpState.TAKEN_BACK,
        )
        if self._for_leaders:
            query = query.where(FollowUp.person_id == self._sight.leader)
        answers = selectinload(FollowUp.answer)
        for one in self._sight.session.scalars(query.order_by(FollowUp.id).options(answers)):
            yield one.assignment_id, self._remark(one)

    def _remark(self, one: FollowUp) -> Decision:
        """As it stood at the moment that is looked at."""
        now = self._sight.now
        taken = one.taken_at is not None and one.taken_at <= now
        answered = one.answered_at is not None and one.answered_at <= now
        sent = taken and one.due_on is not None
        state = FollowUpState.ANSWERED if answered else FollowUpState.SENT if sent else FollowUpState.NOTED
        leader, handler = self._names.get(one.person_id), self._office(one.taken_by) if taken else None
        return Decision(
            one.created_at,
            "remark",
            one.words or self._say.say("remarks.let_know"),
            self._say.say("decisions.handled", leader=leader, by=handler) if handler else leader,
            due=one.due_on if taken else None,
            outcome=self._say.say(
                f"decisions.state.{state if taken else FollowUpState.OPEN}",
                answer=one.answer.text if answered and one.answer else "",
            ),
            settled=self._day(one.answered_at if answered else one.taken_at if taken and not sent else None),
        )

    def _day(self, moment: datetime | None) -> date | None:
        return self._sight.day(moment) if moment is not None else None

    # The trail

    def _of_row(self, row: Assignment) -> Iterator[Decision]:
        for event in self._trail.get(("assignment", row.id), ()):
            if event.action == "extension":
                yield self._extension(event, row)
            elif event.action == "change":
                yield self._told(event, "change", self._change(event))
            elif told := self._judged(event):
                yield told
        for target in row.targets:
            for event in self._trail.get(("target", target.id), ()):
                words = self._kind(event) if event.action == "kind" else self._target(target, event)
                yield self._told(event, event.action, self._say.say("decisions.of", label=target.label, words=words))

    def _of_plan(self) -> Iterator[Decision]:
        found = (self._judged(event) for event in self._trail.get(("plan", self._sight.plan.id), ()))
        return (decision for decision in found if decision is not None)

    def _told(self, event: Row[Any], what: str, words: str, why: str | None = None) -> Decision:
        return Decision(event.at, what, words, self._office(event.actor_id), why)

    def _judged(self, event: Row[Any]) -> Decision | None:
        """Stages or thresholds, set or taken back."""
        after, year = event.after or {}, self._sight.plan.year
        if "stages" in after:
            stages = stages_of(after["stages"])
            what, words = "stages", self._say.say("judging.stages_now", title="", stages=stages, year=year)
        elif "yellow" in after:
            what, words = "thresholds", self._say.say("decisions.words.thresholds", **after)
        else:
            return None
        undone = event.action == UNDO
        return self._told(event, what, self._say.say("decisions.taken_back", words=words) if undone else words)

    def _extension(self, event: Row[Any], row: Assignment) -> Decision:
        until = date.fromisoformat(event.after["until"])
        words = self._say.say("decisions.words.extension", until=until, year=self._sight.plan.year)
        by = row.lead_unit.name if self._for_leaders else self._names.get(event.actor_id)
        return Decision(event.at, "extension", words, by, event.after["text"], outcome=self._say.say("decisions.asked"))

    def _change(self, event: Row[Any]) -> str:
        """Which fields of the table; a deadline with both days."""
        before, after = event.before or {}, event.after or {}
        names = [self._say.say(f"import.field_{field}") for field in after if field != "deadline"]
        days = [before.get("deadline"), after.get("deadline")] if "deadline" in after else []
        return self._say.say("decisions.words.change", fields=names, days=days)

    def _kind(self, event: Row[Any]) -> str:
        return self._turned(*(self._say.say(f"judging.kind.{told['kind']}") for told in (event.before, event.after)))

    def _target(self, target: Target, event: Row[Any]) -> str:
        """What changed of it: whether it counts, its number, its kind."""
        before, after = event.before, event.after
        if before["live"] != after["live"]:
            return self._say.say(
                f"decisions.words.target_{'on' if after['live'] else 'off'}", value=after["value"], unit=target.unit
            )
        turned = [self._kind(event)] if before["kind"] != after["kind"] else []
        if before["value"] != after["value"]:
            turned.append(self._turned(*(self._say.filters["number"](told["value"]) for told in (before, after))))
        return self._say.filters["listed"](turned)

    def _turned(self, before: str, after: str) -> str:
        return self._say.say("decisions.turned", before=before, after=after)

    def _excuses(self) -> Iterator[tuple[str, Decision]]:
        """Set or taken back, of the units whose rows are shown."""
        events = [event for (entity, _), found in self._trail.items() if entity == EXCUSE for event in found]
        sight = self._sight
        rounds = {each.id: each for each in opened_rounds(sight.session, sight.plan.id, until=sight.now)}
        shown = _asked(sight, rounds) if events else {}
        for event in events:
            told = event.after or event.before
            unit = shown.get((told["round"], told["unit"]))
            if unit is not None:
                words = round_name(sight, rounds[told["round"]])
                undone = event.action == UNDO
                words = self._say.say("decisions.taken_back", words=words) if undone else words
                yield unit, self._told(event, EXCUSE, words, told["reason"])


def _trail_of(sight: Sight) -> Any:
    """The events that are decisions, up to the moment that is looked at, oldest first."""
    event = AuditEvent
    judged = event.entity.in_(("plan", "assignment")) & event.action.in_({*OF_ROWS, *OF_PLANS, UNDO})
    targets = (event.entity == "target") & event.action.in_(OF_TARGETS)
    return (
        select(event.at, event.actor_id, event.action, event.entity, event.entity_id, event.before, event.after)
        .where(or_(judged, targets, event.entity == EXCUSE), event.at <= sight.now)
        .order_by(event.id)
    )


def _asked(sight: Sight, rounds: Iterable[int]) -> Mapping[tuple[int, int], str]:
    """(round, unit) → the unit's name, where a row that is shown was asked."""
    query = (
        select(RoundItem.round_id, RoundItem.unit_id, Unit.name)
        .join(Unit, Unit.id == RoundItem.unit_id)
        .where(RoundItem.round_id.in_(list(rounds)))
        .distinct()
    )
    if sight.rows is not None:
        query = query.where(RoundItem.assignment_id.in_(sight.rows))
    return {(row.round_id, row.unit_id): row.name for row in sight.session.execute(query)}
