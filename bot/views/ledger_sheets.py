"""The sheets behind the ledger's first: every target by month, every report, every round."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from bot import overview
from bot.echo import told_words
from bot.texts import Texts
from bot.views.ledger_rows import Sight, part_done
from bot.views.streaming import Value
from bot.views.workbook import SHARE, Cell, Column, measured, safe_words
from data import queries
from data.kinds import PartKind, ReminderKind, RoundState
from data.models import Assignment, Figure, Outbox, Person, Reminder, Report, Round, Target, Unit
from scheduler.answers import Answer, UnitAnswer, progress
from scheduler.lamp import PartResult
from scheduler.standing import Standing

MONTHS = range(1, 13)
# What a line tells of a report: whole objects of ninety thousand would take longer to read than to write.
SHOWN = (
    Report.id, Report.assignment_id, Report.entered_by, Report.source, Report.round_id, Report.said_at, Report.text,
    Report.no_change, Report.status, Report.percent, Report.percent_derived, Report.expected_date, Report.problem,
    Report.next_step, Report.standing, Report.withdrawn_at,
)  # fmt: skip
TOLD = (ReminderKind.DIGEST, ReminderKind.NAG, ReminderKind.ESCALATION)
NO_NUMBER = (PartKind.MILESTONE, PartKind.KEPT, PartKind.ONGOING, PartKind.NO_BASE)


# Targets ---------------------------------------------------------------------------------------------------


def target_columns(say: Texts) -> list[Column]:
    def named(key: str, width: float, centred: bool = True) -> Column:
        return Column(say.say(f"ledger.targets.{key}"), width, centred)

    months = [Column(say.say("ledger.targets.month", month=month), 9, True) for month in MONTHS]
    return [
        named("ref", 6), named("name", 27, False), named("unit", 12), named("label", 20, False), named("part_of", 12),
        named("measure", 8), named("target", 10), *months, named("latest", 10), named("day", 12), named("share", 8),
        named("expected", 8), named("verdict", 13),
    ]  # fmt: skip


def target_lines(sight: Sight, rows: Sequence[Standing]) -> Iterator[list[Value | Cell]]:
    """A line for each target of these rows, breakdowns too; a month shows its last figure, or nothing."""
    by_month = _figures(sight, [target.id for row in rows for target in row.row.targets])
    for row in rows:
        results = {result.part.key: result for result in row.lamp.part_results}
        labels = {target.id: target.short_label for target in row.row.targets}
        for target in row.row.targets:
            if target.retired_at is None and target.kind != PartKind.ONGOING:
                yield _target_line(sight, row, target, labels, by_month.get(target.id, {}), results.get(target.id))


def _figures(sight: Sight, target_ids: Sequence[int]) -> dict[int, dict[int, float]]:
    """target id → month of the plan's year → the last cumulative figure that tells of a day of it."""
    query = select(Figure.target_id, Figure.as_of, Figure.value).where(
        Figure.target_id.in_(target_ids), queries.stands(Figure)
    )
    if sight.as_of is not None:
        query = query.where(Figure.as_of <= sight.as_of)
    found: dict[int, dict[int, float]] = {}
    for target_id, as_of, value in sight.session.execute(query.order_by(Figure.as_of, Figure.id)):
        day = sight.day(as_of)
        if day.year == sight.plan.year:
            found.setdefault(target_id, {})[day.month] = value
    return found


def _target_line(
    sight: Sight,
    row: Standing,
    target: Target,
    labels: Mapping[int, str],
    months: Mapping[int, float],
    result: PartResult | None,
) -> list[Value | Cell]:
    say = sight.say
    stated = row.state.figures.get(target.id)
    goal = None if target.kind == PartKind.NO_BASE else target.value
    bound = target.kind == PartKind.BOUND
    counted = stated and goal and target.kind not in NO_NUMBER and not bound
    share = 100 * stated.value / goal if stated and goal and counted else result.percent if result else None
    return [
        row.row.ref,
        row.row.short_name,
        row.row.lead_unit.name,
        target.short_label,
        labels.get(target.parent_id) if target.parent_id else None,
        target.unit,
        Cell(goal, measured("", at_most=bound)),
        *(part_done(say, target.kind, months.get(month), row) for month in MONTHS),
        part_done(say, target.kind, stated.value if stated else None, row),
        sight.day(stated.as_of) if stated else None,
        _percent(share),
        _percent(result.expected if result else None),
        say.say(f"lamp.word.{result.reason.code}") if result else None,
    ]


def _percent(value: float | None) -> Cell | None:
    return None if value is None else Cell(round(value / 100, 4), SHARE)


# Reports ---------------------------------------------------------------------------------------------------


def history_columns(say: Texts, *, for_leaders: bool) -> list[Column]:
    """`for_leaders`: without the names of who wrote."""
    widths = {"ref": 6, "name": 27, "at": 17, "unit": 13, "person": 13, "words": 52, "read_as": 44, "round": 11,
              "state": 9, "source": 16}  # fmt: skip
    left = ("name", "words", "read_as", "source")
    return [
        Column(say.say(f"ledger.history.{key}"), width, key not in left)
        for key, width in widths.items()
        if not (for_leaders and key == "person")
    ]


def history_lines(sight: Sight, rows: Sequence[Standing], *, for_leaders: bool) -> Iterator[list[Value | Cell]]:
    """Every report of these rows but drafts, row by row, oldest first."""
    reports = _reports(sight, [row.row.id for row in rows])
    figures = _figures_of(sight, [row.row.id for row in rows])
    rounds = {each.id: round_name(sight, each) for each in opened_rounds(sight.session, sight.plan.id, until=sight.now)}
    for row in rows:
        targets = {target.id: target for target in row.row.targets}
        for report in reports.get(row.row.id, ()):
            told = [(targets[target], value) for target, value in figures.get(report.id, ()) if target in targets]
            line = _history_line(sight, row, report, told, rounds.get(report.round_id or 0))
            yield [value for key, value in line.items() if not (for_leaders and key == "person")]


def _reports(sight: Sight, assignment_ids: Sequence[int]) -> dict[int, list[Any]]:
    query = (
        select(*SHOWN, Person.name.label("person"), Unit.name.label("unit"))
        .outerjoin(Person, Person.id == Report.person_id)
        .outerjoin(Unit, Unit.id == Report.unit_id)
        .where(Report.assignment_id.in_(assignment_ids), Report.draft.is_(False))
        .order_by(Report.said_at, Report.id)
    )
    if sight.as_of is not None:
        query = query.where(Report.said_at <= sight.as_of)
    found: dict[int, list[Any]] = {}
    for report in sight.session.execute(query):
        found.setdefault(report.assignment_id, []).append(report)
    return found


def _figures_of(sight: Sight, assignment_ids: Sequence[int]) -> dict[int, list[tuple[int, float]]]:
    """report id → its figures: target id and value."""
    query = (
        select(Figure.report_id, Figure.target_id, Figure.value)
        .join(Target, Target.id == Figure.target_id)
        .where(Target.assignment_id.in_(assignment_ids))
        .order_by(Figure.id)
    )
    found: dict[int, list[tuple[int, float]]] = {}
    for report_id, target_id, value in sight.session.execute(query):
        found.setdefault(report_id, []).append((target_id, value))
    return found


def _history_line(
    sight: Sight, row: Standing, report: Row[Any], figures: Sequence[tuple[Target, float]], asked: str | None
) -> dict[str, Value | Cell]:
    say = sight.say
    state = "withdrawn" if report.withdrawn_at else "stands" if report.standing else "corrected"
    return {
        "ref": row.row.ref,
        "name": row.row.short_name,
        "at": local(sight, report.said_at),
        "unit": report.unit,
        "person": safe_words(report.person),
        "words": safe_words(report.text),
        "read_as": safe_words(" · ".join(told_words(say, report, figures, sight.plan.year))),
        "round": asked or say.say("ledger.history.unasked"),
        "state": say.say(f"ledger.history.{state}"),
        "source": safe_words(_source(say, report)),
    }


def _source(say: Texts, report: Row[Any]) -> str | None:
    if report.entered_by is None:
        source: str | None = report.source
        return source
    return say.say("ledger.remark.on_behalf", source=report.source)


def local(sight: Sight, moment: datetime) -> datetime:
    """The office's wall time to the minute, as a cell can hold it."""
    return sight.office.local(moment).replace(tzinfo=None, second=0, microsecond=0)


# Rounds ----------------------------------------------------------------------------------------------------


def round_columns(say: Texts) -> list[Column]:
    widths = {"round": 12, "opened": 17, "due": 12, "unit": 16, "asked": 10, "answered": 10, "answer": 12, "rest": 40,
              "sent": 40, "why": 24}  # fmt: skip
    left = ("rest", "sent", "why")
    return [Column(say.say(f"ledger.rounds.{key}"), width, key not in left) for key, width in widths.items()]


def round_lines(sight: Sight) -> Iterator[list[Value | Cell]]:
    """Each unit of each round, newest round first."""
    query = select(Assignment.id, Assignment.ref).where(Assignment.plan_id == sight.plan.id)
    refs = {row.id: row.ref for row in sight.session.execute(query)}
    for each in opened_rounds(sight.session, sight.plan.id, until=sight.now):
        units = progress(sight.session, each, sight.as_of).units
        sent = _sent(sight, each)
        for unit in units if sight.rows is None else overview.narrowed(units, sight.rows):
            yield _round_line(sight, each, unit, refs, sent.get(unit.unit_id, ()))


def _sent(sight: Sight, each: Round) -> dict[int, list[str]]:
    """unit id → what was sent to its people in the round, each kind of a day once, oldest first."""
    query = (
        select(Person.unit_id, Reminder.kind, Outbox.sent_at)
        .join(Reminder, Reminder.person_id == Person.id)
        .join(Outbox, Outbox.id == Reminder.outbox_id)
        .where(Reminder.round_id == each.id, Reminder.kind.in_(TOLD), Outbox.sent_at <= sight.now)
        .order_by(Outbox.sent_at)
    )
    found: dict[int, list[str]] = {}
    for unit_id, kind, at in sight.session.execute(query):
        if unit_id is None or at is None:
            continue
        told = sight.say.say(f"ledger.rounds.sent_{kind}", day=sight.day(at), year=sight.plan.year)
        if told not in found.setdefault(unit_id, []):
            found[unit_id].append(told)
    return found


def opened_rounds(session: Session, plan_id: int, *, until: datetime, since: datetime | None = None) -> Sequence[Round]:
    """The rounds that were opened from `since` on, `until` at the latest, newest first."""
    query = (
        select(Round)
        .where(Round.plan_id == plan_id, Round.state.in_((RoundState.OPEN, RoundState.CLOSED)))
        .where(Round.opened_at <= until)
        .order_by(Round.opened_at.desc(), Round.id.desc())
    )
    return session.scalars(query if since is None else query.where(Round.opened_at >= since)).all()


def _round_line(
    sight: Sight, each: Round, unit: UnitAnswer, refs: Mapping[int, str], sent: Sequence[str]
) -> list[Value | Cell]:
    rest = [refs[row] for row in unit.rows if row not in unit.answered_rows and row in refs]
    return [
        round_name(sight, each),
        local(sight, each.opened_at or each.fire_at),
        each.due_on,
        unit.name,
        unit.asked,
        unit.answered,
        sight.say.say(f"ledger.rounds.{outcome(unit, each.due_on, sight.today)}"),
        sight.say.filters["joined"](rest) or None,
        sight.say.filters["joined"](sent) or None,
        safe_words(unit.excused) or None,
    ]


def outcome(unit: UnitAnswer, due: date | None, today: date) -> str:
    """`full`, `part`, `silent`, `undelivered`; `waiting` while a unit that was reached still has time."""
    if unit.answer is Answer.SILENT and due is not None and due >= today:
        return "waiting"
    return str(unit.answer)


def round_name(sight: Sight, each: Round) -> str:
    """`9月调度`."""
    return sight.say.say("ledger.history.round_name", day=sight.day(each.opened_at or each.fire_at))
