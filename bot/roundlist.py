"""How a round stands, unit by unit: who has answered, who has not and why; the office's list after the last nag."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.accounts import Names, Reach, best_reach
from bot.echo import row_title
from bot.message import Button, Outgoing
from bot.texts import Texts, texts
from data import queries
from data.kinds import Priority, ReminderKind, ReminderState
from data.models import Assignment, Person, Reminder, Report, Round
from scheduler import answers
from scheduler.answers import Answer, UnitAnswer
from scheduler.office import Office
from scheduler.promises import promised
from scheduler.workdays import workdays_between

REPEATS = (ReminderKind.DIGEST, ReminderKind.NAG, ReminderKind.ESCALATION)


def units_of(session: Session, round_: Round, rows: Collection[int] | None = None) -> list[UnitAnswer]:
    """The round's units, of those rows only where they are named."""
    found = answers.answered(session, round_.id).values()
    if rows is None:
        return list(found)
    narrowed = [
        replace(
            unit,
            rows=tuple(row for row in unit.rows if row in rows),
            answered_rows=tuple(row for row in unit.answered_rows if row in rows),
        )
        for unit in found
    ]
    return [unit for unit in narrowed if unit.rows]


def words(
    session: Session,
    round_: Round,
    units: Sequence[UnitAnswer],
    now: datetime,
    office: Office,
    say: Texts,
    channels: Names = None,
) -> str:
    """`9月调度 8 家单位：全部反馈 5，部分反馈 1（教育局 1/2），未反馈 1（住建局，已提醒 2 次）…`.

    `channels` are those that are on, for why somebody was not reached; None: all.
    """
    over = round_.due_on is not None and round_.due_on < office.today(now)
    by_answer = {answer: [unit for unit in units if unit.answer is answer] for answer in Answer}
    days = promised(session, round_.id)
    text = say.say(
        "schedule.waiting_over" if over else "schedule.waiting",
        month=date.fromisoformat(round_.fire_local[:10]),
        units=len(units),
        full=[unit.name for unit in by_answer[Answer.FULL]],
        part=[_part(say, unit, days) for unit in by_answer[Answer.PART]],
        silent=[_silent(session, say, round_, unit, days, over=over) for unit in by_answer[Answer.SILENT]],
        undelivered=_undelivered(session, say, by_answer[Answer.UNDELIVERED], channels),
        missed=len(by_answer[Answer.UNDELIVERED]),
        on_leave=[unit.name for unit in by_answer[Answer.ON_LEAVE]],
        excused=[say.say("excusing.unit", unit=unit.name, why=unit.excused) for unit in by_answer[Answer.EXCUSED]],
        due=round_.due_on,
    )
    return "\n".join([text, *_remarks(session, round_, units, office, say)]) if over else text


def _part(say: Texts, unit: UnitAnswer, days: dict[int, date]) -> str:
    said = f"{unit.name} {unit.answered}/{unit.asked}"
    return _with_promise(say, said, days.get(unit.unit_id))


def _silent(session: Session, say: Texts, round_: Round, unit: UnitAnswer, days: dict[int, date], *, over: bool) -> str:
    """`住建局，已提醒 2 次`."""
    said = unit.name
    if over:
        said = say.say("schedule.silent_unit", unit=unit.name, times=times_reminded(session, round_, unit.unit_id))
    return _with_promise(say, said, days.get(unit.unit_id))


def _with_promise(say: Texts, said: str, day: date | None) -> str:
    return said if day is None else say.say("nag.with_promise", said=said, day=day)


def times_reminded(session: Session, round_: Round, unit_id: int) -> int:
    """On how many occasions the unit was asked in a round: two liaisons at once count once."""
    per_person = (
        select(func.count().label("times"))
        .select_from(Reminder)
        .join(Person, Person.id == Reminder.person_id)
        .where(
            Reminder.round_id == round_.id,
            Reminder.kind.in_(REPEATS),
            Person.unit_id == unit_id,
            Reminder.state == ReminderState.QUEUED,
        )
        .group_by(Reminder.person_id)
        .subquery()
    )
    return session.scalar(select(func.max(per_person.c.times))) or 0


def _undelivered(session: Session, say: Texts, units: Sequence[UnitAnswer], channels: Names) -> list[str]:
    """`民政局，联络员停用了本助手，请打电话`: the units by their reason."""
    by_reason: dict[str, list[str]] = {}
    for unit in units:
        by_reason.setdefault(_why_undelivered(session, unit, channels), []).append(unit.name)
    return [
        say.say("schedule.undelivered_units", units=names, why=say.say(f"schedule.undelivered.{why}"))
        for why, names in by_reason.items()
    ]


def _why_undelivered(session: Session, unit: UnitAnswer, channels: Names) -> str:
    people = queries.liaisons(session, unit.unit_id)
    if not people:
        return "no_liaison"
    found = best_reach((account for person in people for account in person.accounts), channels)
    return "failed" if found is Reach.OPEN else found.value


# Remarks for the office --------------------------------------------------------------------------------------


def _remarks(session: Session, round_: Round, units: Sequence[UnitAnswer], office: Office, say: Texts) -> list[str]:
    rows = [row for unit in units for row in unit.rows]
    late = late_units(session, round_, office)
    lifted = [say.say("excusing.unit", unit=unit.name, why=unit.excused) for unit in units
              if unit.excused and unit.answered]  # fmt: skip
    said = [say.say("nag.late_unit", unit=unit.name, days=late[unit.unit_id]) for unit in units if unit.unit_id in late]
    same = unchanged_rows(session, round_, rows)
    found = [say.say("nag.late", units=said)] if said else []
    found += [say.say("excusing.lifted", units=lifted)] if lifted else []
    corrected = corrected_late(session, round_, office)
    again = [say.say("nag.late_unit", unit=each.name, days=corrected[each.unit_id]) for each in units
             if each.unit_id in corrected]  # fmt: skip
    found += [say.say("nag.late_corrected", units=again)] if again else []
    if same:
        titles = [row_title(say, session.get_one(Assignment, row)) for row in same]
        found.append(say.say("nag.unchanged", rows=titles))
    return found


def late_units(session: Session, round_: Round, office: Office) -> dict[int, int]:
    """unit id → by how many working days its first answers to rows came after the due day, at most; none where that is
    excused."""
    if round_.due_on is None:
        return {}
    excused = answers.excuses(session, [round_.id])
    first = session.execute(
        select(Report.unit_id, func.min(Report.said_at))
        .where(Report.round_id == round_.id, Report.draft.is_(False), Report.withdrawn_at.is_(None))
        .group_by(Report.unit_id, Report.assignment_id)
    ).all()
    late: dict[int, int] = {}
    for unit_id, said_at in first:
        days = days_late(round_, said_at, office)
        if unit_id is not None and days and (round_.id, unit_id) not in excused:
            late[unit_id] = max(days, late.get(unit_id, 0))
    return late


def corrected_late(session: Session, round_: Round, office: Office) -> dict[int, int]:
    """unit id → by how many working days after the due day it corrected an answer (更正迟报), at most."""
    rows = session.execute(
        select(Report.unit_id, Report.said_at).where(
            Report.round_id == round_.id, queries.stands(Report), Report.supersedes_id.is_not(None)
        )
    )
    found: dict[int, int] = {}
    for unit_id, said_at in rows:
        days = days_late(round_, said_at, office)
        if unit_id is not None and days:
            found[unit_id] = max(days, found.get(unit_id, 0))
    return found


def days_late(round_: Round, said_at: datetime, office: Office) -> int:
    """迟报 n 天: the working days between a round's due day and an answer; at least 1 on any later day."""
    day = office.today(said_at)
    if round_.due_on is None or day <= round_.due_on:
        return 0
    return max(workdays_between(round_.due_on, day, office.calendar), 1)


def unchanged_rows(session: Session, round_: Round, rows: Collection[int]) -> list[int]:
    """The rows whose answers to this round and to the one before say that nothing has changed."""
    before = session.scalar(
        select(Round.id)
        .where(
            Round.plan_id == round_.plan_id,
            Round.schedule_id == round_.schedule_id,
            Round.opened_at.is_not(None),
            Round.fire_at < round_.fire_at,
        )
        .order_by(Round.fire_at.desc())
        .limit(1)
    )
    if before is None:
        return []
    answers_of = _no_change(session, (round_.id, before))
    both = ((round_.id, row, before) for row in rows)
    return [row for now, row, then in both if answers_of.get((now, row)) and answers_of.get((then, row))]


def _no_change(session: Session, rounds: Collection[int]) -> dict[tuple[int, int], bool]:
    """(round, row) → whether every standing answer of it is 无变化."""
    found: dict[tuple[int, int], bool] = {}
    rows = session.execute(
        select(Report.round_id, Report.assignment_id, Report.no_change).where(
            Report.round_id.in_(rounds), queries.stands(Report)
        )
    )
    for round_id, row, no_change in rows:
        key = (round_id or 0, row)
        found[key] = found.get(key, True) and no_change
    return found


# The office's list -------------------------------------------------------------------------------------------


def to_admin(session: Session, round_: Round, admin: Person, now: datetime, office: Office) -> Outgoing | None:
    """The list after the last nag, with what can be done; None where everybody has answered meanwhile."""
    units = units_of(session, round_)
    left = [unit for unit in units if unit.answer is not Answer.FULL]
    if not left:
        return None
    say = texts(admin.language)
    return Outgoing(
        words(session, round_, units, now, office, say),
        buttons=list_buttons(say, round_, left),
        person_id=admin.id,
        priority=Priority.NOTICE,
        round_id=round_.id,
    )


def list_buttons(say: Texts, round_: Round, left: Sequence[UnitAnswer]) -> list[list[Button]]:
    """[电话名单] [换联络员] [代录] [报区分管领导]."""
    of: dict[str, Any] = {"units": [unit.unit_id for unit in left]}
    first = [
        Button(say.say("schedule.phones"), "phones", of),
        Button(say.say("nag.change_liaison"), "change_liaison", of),
        Button(say.say("nag.behalf"), "behalf_how", of),
    ]
    return [first, [Button(say.say("nag.to_leaders"), "to_leaders", {"round_id": round_.id})]]
