"""What the reading has to know of the person who wrote: rows, what was listed, asked, quoted and stored last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.orm import selectinload

from bot.context import Context
from bot.reading.model import LastItem, ReadingContext, RowContext, RowState, TargetContext
from data import queries
from data.kinds import UnitRole
from data.models import Assignment, Dialog, Outbox, Report, Target, UtcDateTime
from data.queries import State

LAST_ITEMS = 10


def own_rows(context: Context) -> list[Assignment]:
    """The rows that the person's unit answers for, in the table's order."""
    if context.person.unit_id is None:
        return []
    plan_id, unit_id = context.plan.id, context.person.unit_id
    return context.once(
        ("rows", plan_id, unit_id),
        lambda: queries.assignments(context.session, plan_id, queries.led_by_unit(unit_id)),
    )


def helped_rows(context: Context) -> list[Assignment]:
    """The rows in which the person's unit only takes part: to be read, never asked."""
    if context.person.unit_id is None:
        return []
    plan_id, unit_id = context.plan.id, context.person.unit_id
    return queries.assignments(context.session, plan_id, queries.helped_by_unit(unit_id))


def is_co_lead(context: Context, row: Assignment) -> bool:
    """Whether the person's unit is a co-lead unit of the row: it is told of rounds, and never asked."""
    return any(each.unit_id == context.person.unit_id and each.role == UnitRole.CO_LEAD for each in row.units)


def reading_context(context: Context, rows: Sequence[Assignment]) -> ReadingContext:
    """Everything that a reading of this message goes by."""
    states = queries.states(context.session, [row.id for row in rows])
    refs = {row.id: row.ref for row in rows}
    asked = open_question(context)
    return ReadingContext(
        unit=context.person.unit.name if context.person.unit else None,
        rows=tuple(_row(row, states[row.id], context) for row in rows),
        open_ids=_refs(listed(context), refs),
        quoted_ids=_refs(quoted(context), refs),
        asked_id=asked.state.get("row") if asked is not None else None,
        last_report=last_items(context, refs),
        today=context.said_on,
        year=context.plan.year,
        calendar=context.office.calendar,
    )


def _row(row: Assignment, state: State, context: Context) -> RowContext:
    targets = [target for target in row.targets if target.retired_at is None]
    return RowContext(
        id=row.ref,
        names=tuple(name for name in (row.short_name, row.project.name) if name),
        content=row.content,
        targets=tuple(_target(target, state, targets) for target in targets),
        deadline=row.deadline,
        last=_last(state, context),
    )


def _target(target: Target, state: State, targets: Iterable[Target]) -> TargetContext:
    figure = state.figures.get(target.id)
    return TargetContext(
        key=target.id,
        label=target.label,
        short_label=target.short_label,
        value=target.value,
        unit=target.unit,
        comparator=target.comparator,
        text=target.text,
        kind=target.kind,
        parent=next((other.text for other in targets if other.id == target.parent_id), None),
        last=figure.value if figure else None,
    )


def _last(state: State, context: Context) -> RowState | None:
    if not state.ever_reported:
        return None
    return RowState(
        percent=state.percent.value if state.percent else None,
        status=state.status.value if state.status else None,  # type: ignore[arg-type]
        figures=tuple((key, figure.value) for key, figure in state.figures.items()),
        expected_date=state.expected_date.value if state.expected_date else None,
        when=context.office.today(state.confirmed_at) if state.confirmed_at else None,
    )


def _refs(ids: Iterable[int], refs: dict[int, str]) -> tuple[str, ...]:
    return tuple(refs.get(assignment_id, "") for assignment_id in ids)


def listed(context: Context) -> list[int]:
    """The newest list that had been sent to the person (or in the group) when the message was written; its row ids in
    order."""
    if context.inbound.group:
        here = {"channel": context.channel, "chat": context.inbound.chat, "seen": seen_by(context)}
        return context.session.scalar(LISTED_HERE, here) or []
    told = {"person": context.person.id, "seen": seen_by(context)}
    return context.once(("listed", *told.values()), lambda: context.session.scalar(LISTED, told) or [])


def positions(context: Context) -> dict[int, int]:
    """The number of each row in the list last shown."""
    return {assignment_id: number for number, assignment_id in enumerate(listed(context), 1)}


def quoted(context: Context) -> list[int]:
    """The list that the message replies to."""
    if context.inbound.reply_to is None:
        return []
    told = {"channel": context.channel, "chat": context.inbound.chat, "message": context.inbound.reply_to}
    return context.session.scalar(QUOTED, told) or []


# Made once: making a statement costs more than running it.
LISTED = (
    select(Outbox.listing)
    .where(
        Outbox.person_id == bindparam("person"),
        Outbox.listing.is_not(None),
        Outbox.sent_at <= bindparam("seen", type_=UtcDateTime),
    )
    .order_by(Outbox.id.desc())
    .limit(1)
)
LISTED_HERE = (
    select(Outbox.listing)
    .where(
        Outbox.channel == bindparam("channel"),
        Outbox.chat_id == bindparam("chat"),
        Outbox.listing.is_not(None),
        Outbox.sent_at <= bindparam("seen", type_=UtcDateTime),
    )
    .order_by(Outbox.id.desc())
    .limit(1)
)
QUOTED = select(Outbox.listing).where(
    Outbox.channel == bindparam("channel"),
    Outbox.chat_id == bindparam("chat"),
    Outbox.provider_message_id == bindparam("message"),
)
OPEN_DIALOG = select(Dialog).where(Dialog.person_id == bindparam("person"), Dialog.closed_at.is_(None))
DRAFTED = and_(Report.draft.is_(True), Report.withdrawn_at.is_(None))
LAST_MESSAGE = (
    select(Report.inbox_id)
    .where(Report.person_id == bindparam("person"), Report.inbox_id.is_not(None), or_(queries.stands(Report), DRAFTED))
    .order_by(Report.id.desc())
    .limit(1)
)
OF_MESSAGE = (
    select(Report)
    .where(Report.inbox_id == bindparam("inbox"), or_(queries.stands(Report), DRAFTED))
    .order_by(Report.id)
    .limit(LAST_ITEMS)
    .options(selectinload(Report.figures))
)


def seen_by(context: Context) -> datetime:
    """Until when a message counts as seen by the writer; Telegram's clock has whole seconds only."""
    said = context.inbound.said_at
    return said if said.microsecond else said + timedelta(seconds=1)


def open_question(context: Context) -> Dialog | None:
    """The question that was asked before the message was written and is still open."""
    dialog = context.session.scalar(OPEN_DIALOG, {"person": context.person.id})
    if dialog is None or (dialog.expires_at is not None and dialog.expires_at <= context.now):
        return None
    asked = context.session.get(Outbox, dialog.outbox_id) if dialog.outbox_id is not None else None
    return dialog if asked is not None and asked.sent_at is not None and asked.sent_at <= seen_by(context) else None


def last_items(context: Context, refs: dict[int, str]) -> tuple[LastItem, ...] | None:
    """What the person's last message that gave reports or drafts stored, as far as it stands."""
    last = context.session.scalar(LAST_MESSAGE, {"person": context.person.id})
    if last is None:
        return None
    reports = context.session.scalars(OF_MESSAGE, {"inbox": last})
    items = tuple(_last_item(report, refs) for report in reports if report.assignment_id in refs)
    return items or None


def _last_item(report: Report, refs: dict[int, str]) -> LastItem:
    return LastItem(
        row_id=refs[report.assignment_id],
        figures=tuple((figure.target_id, figure.value) for figure in report.figures),
        percent=report.percent,
        expected_date=report.expected_date,
        status=report.status,  # type: ignore[arg-type]
    )
