"""What a leader looks for: the five counts, what needs attention, what changed, who has answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.echo import figure_words, row_tag, state_words
from bot.texts import Texts
from data import queries
from data.kinds import RoundState
from data.models import Look, Plan, Report, Round
from data.queries import State
from scheduler.answers import UnitAnswer, answered
from scheduler.lamp import Colour, Column
from scheduler.office import Office
from scheduler.standing import Standing

ATTENTION = (Colour.RED, Colour.YELLOW)
JUST_NOW = timedelta(hours=1)


def counts(rows: Sequence[Standing]) -> dict[Column, int]:
    """How many rows stand in each of the five columns; together all of them."""
    found = Counter(row.lamp.column for row in rows)
    return {column: found[column] for column in Column}


def attention(rows: Sequence[Standing]) -> list[Standing]:
    """Red first, then yellow, then green rows with a stated difficulty; each in the table's order."""
    lamps = [row for colour in ATTENTION for row in rows if row.lamp.colour is colour]
    troubled = [row for row in rows if row.lamp.colour not in ATTENTION and row.lamp.difficulty]
    return lamps + troubled


def attention_line(texts: Texts, row: Standing, now: datetime, office: Office) -> str:
    """`黄 促进就业（序号2）：… （人社局）`, or `有困难 …：（the unit's words）（教育局，刚刚）`."""
    title = row.row.short_name + row_tag(texts, row.row.ref)
    unit = row.row.lead_unit.name
    if row.lamp.colour in ATTENTION:
        reason = row.lamp.sentence
        said = texts.say(f"lamp.{reason.code}", **reason.values, bare=True)
        colour = texts.say(f"lamp.colour.{row.lamp.colour}")
        return texts.say("summary.lamp_line", colour=colour, title=title, reason=said, unit=unit)
    problem = row.state.problem
    assert problem is not None
    when = when_words(texts, problem.as_of, now, office)
    return texts.say("summary.difficulty_line", title=title, problem=problem.value, unit=unit, when=when)


def lamp_words(texts: Texts, row: Standing) -> str:
    """`黄 慢于序时：…`: the lamp with all that is said beside it."""
    colour = texts.say(f"lamp.colour.{row.lamp.colour}")
    return f"{colour} {texts.tell('lamp', row.lamp.sentence)}"


def when_words(texts: Texts, moment: datetime, now: datetime, office: Office) -> str:
    if now - moment < JUST_NOW:
        return texts.say("summary.just_now")
    return texts.filters["day"](office.today(moment))


# What changed ----------------------------------------------------------------------------------------------


def last_look(session: Session, person_id: int, plan_id: int) -> datetime | None:
    look = session.get(Look, (person_id, plan_id))
    return look.looked_at if look is not None else None


def remember_look(session: Session, person_id: int, plan_id: int, now: datetime) -> None:
    session.merge(Look(person_id=person_id, plan_id=plan_id, report_id=queries.last_report_id(session), looked_at=now))


def changes(session: Session, texts: Texts, rows: Sequence[Standing], since: datetime) -> list[str]:
    """One phrase for each row of which something was reported or corrected since then."""
    touched = queries.touched_since(session, [row.row.id for row in rows], since)
    before = queries.states(session, touched, known_at=since)
    found = [change(texts, row, before[row.row.id]) for row in rows if row.row.id in touched]
    return [phrase for phrase in found if phrase]


def changes_between(
    session: Session, texts: Texts, rows: Sequence[Standing], since: datetime, until: datetime | None = None
) -> list[tuple[Standing, str]]:
    """Each row of which something was reported or corrected in that time, with what differs between its two ends."""
    told = (Report.created_at > since) | (Report.fell_at > since)
    if until is not None:
        told &= (Report.created_at <= until) | (Report.fell_at <= until)
    ids = [row.row.id for row in rows]
    touched = set(session.scalars(select(Report.assignment_id).where(Report.assignment_id.in_(ids), told)))
    before = queries.states(session, touched, known_at=since)
    after = queries.states(session, touched, known_at=until) if until is not None else {}
    found = [
        (row, change(texts, replace(row, state=after.get(row.row.id, row.state)), before[row.row.id]))
        for row in rows
        if row.row.id in touched
    ]
    return [(row, phrase) for row, phrase in found if phrase]


def change(texts: Texts, row: Standing, before: State) -> str:
    """`学位（序号1）3200 → 3500 个`, `体育设施开放（5.6）首次反馈，开放学校 9/11 所`; empty where nothing differs."""
    tag = row_tag(texts, row.row.ref)
    if not before.ever_reported:
        if not row.state.ever_reported:
            return ""
        known = state_words(texts, replace(row.state, problem=None), row.row, row.facts.year)
        said = texts.filters["clauses"](known[:2])
        return texts.say("summary.first_report", title=row.row.short_name + tag, words=said)
    moved = [_moved(texts, target_id, row, before, tag) for target_id in row.state.figures]
    if row.state.percent != before.percent and row.state.percent is not None:
        moved.append(_percent_moved(texts, row, before, tag))
    if row.state.status != before.status and row.state.status is not None and not any(moved):
        status = texts.say(f"progress.{row.state.status.value}")
        moved.append(texts.say("summary.now", title=row.row.short_name + tag, words=status))
    return texts.filters["listed"](phrase for phrase in moved if phrase)


def _moved(texts: Texts, target_id: int, row: Standing, before: State, tag: str) -> str:
    target = next((target for target in row.row.targets if target.id == target_id), None)
    new, old = row.state.figures[target_id], before.figures.get(target_id)
    if target is None or (old is not None and old.value == new.value):
        return ""
    if old is None or target.value is None:
        return texts.say("summary.now", title=tag, words=figure_words(texts, target, new.value))
    return texts.say(
        "summary.moved", label=target.short_label, tag=tag, old=old.value, new=new.value, unit=target.unit or ""
    )


def _percent_moved(texts: Texts, row: Standing, before: State, tag: str) -> str:
    assert row.state.percent is not None
    title = row.row.short_name
    new = texts.filters["percent"](row.state.percent.value)
    if before.percent is None:
        return texts.say("summary.now", title=title + tag, words=new)
    if before.percent.value == row.state.percent.value:
        return ""
    old = texts.filters["percent"](before.percent.value)
    return texts.say("summary.moved_percent", title=title, tag=tag, old=old, new=new)


# Who has answered ------------------------------------------------------------------------------------------


def open_round(session: Session, plan: Plan) -> Round | None:
    """The newest open round of the plan."""
    return session.scalar(
        select(Round)
        .where(Round.plan_id == plan.id, Round.state == RoundState.OPEN)
        .order_by(Round.fire_at.desc())
        .limit(1)
    )


def fired_on(each: Round) -> date:
    """The office's day that a round is called after: 9月调度."""
    return date.fromisoformat(each.fire_local[:10])


def unit_answers(session: Session, each: Round, rows: Container[int]) -> list[UnitAnswer]:
    """The units asked in a round for any of these rows, in the table's order, with those rows alone."""
    return narrowed(answered(session, each.id).values(), rows)


def narrowed(units: Iterable[UnitAnswer], rows: Container[int]) -> list[UnitAnswer]:
    """The units with these rows alone; those that have any."""
    cut = [
        replace(
            unit,
            rows=tuple(row for row in unit.rows if row in rows),
            answered_rows=tuple(row for row in unit.answered_rows if row in rows),
        )
        for unit in units
    ]
    return [unit for unit in cut if unit.rows]
