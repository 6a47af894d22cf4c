"""A liaison's rows: the list, one row, and any row's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from bot import roundlist, seeing, shown
from bot.context import Context
from bot.echo import row_title, state_words
from bot.handlers import closing, files, known, office, questions, remarks
from bot.message import Button, Outgoing
from data import queries
from data.errors import UserError
from data.kinds import Role
from data.language.numbers import fold
from data.models import Assignment, Person, Report, Round
from data.queries import State
from scheduler import answers, rounds

WORDS_SHOWN = 8


def visible_rows(context: Context) -> list[Assignment]:
    """The rows that the person may see, in the table's order."""
    return seeing.visible_rows(context.session, context.plan.id, context.person)


def readable_rows(context: Context) -> list[Assignment]:
    """The same, and those that may only be read: the unit takes part in them, or the office is open to all."""
    return seeing.visible_rows(context.session, context.plan.id, context.person, reading=context.office)


def one_row(context: Context, said: str) -> Assignment:
    """The readable row of that id (`3.2`, `序号6`, `6.1`). Raises UserError `no_such_row`."""
    named = fold(said).strip().removeprefix("序号").removeprefix("项目")
    ref = named.strip().rstrip("。.").replace("-", ".")
    rows = readable_rows(context)
    for row in rows:
        if row.ref == ref or f"{row.project.number}.{row.row}" == ref:
            return row
    near = [row.ref for row in rows if ref and (ref in row.short_name or row.ref.startswith(ref))]
    raise UserError("no_such_row", said=said, near=near[:5])


def report(context: Context, argument: str) -> list[Outgoing]:
    """反馈: with words, they are read; without, the list."""
    from bot.handlers import progress

    return progress.said(context, argument) if argument else mine(context, "")


def mine(context: Context, _argument: str) -> list[Outgoing]:
    """我的任务: the unit's rows with what is known, numbered."""
    rows, helped = known.own_rows(context), known.helped_rows(context)
    if not rows and not helped:
        raise UserError("no_unit") if context.person.unit_id is None else UserError("no_rows", helps=False)
    states = queries.states(context.session, [row.id for row in (*rows, *helped)])
    lines = [_line(context, number, row, states[row.id]) for number, row in enumerate(rows, 1)]
    if helped:
        head = context.say("progress.helped", count=len(helped), co_lead=_co_lead(context, helped))
        lines += [*([""] if lines else []), head]
        lines += [_helped_line(context, row, states[row.id]) for row in helped]
    unit = context.person.unit.name if context.person.unit else ""
    return [
        Outgoing(
            "\n".join(lines),
            title=context.say("progress.mine", unit=unit, count=len(rows)),
            listing=tuple(row.id for row in rows),
        )
    ]


def _co_lead(context: Context, helped: Sequence[Assignment]) -> bool:
    return any(known.is_co_lead(context, row) for row in helped)


def _helped_line(context: Context, row: Assignment, state: State) -> str:
    return context.say(
        "progress.helped_row",
        title=row_title(context.texts, row),
        unit=row.lead_unit.name,
        co_lead=known.is_co_lead(context, row),
        last=last_words(context, row, state) or context.say("progress.never"),
    )


def _line(context: Context, number: int, row: Assignment, state: State) -> str:
    return context.say(
        "progress.mine_row",
        number=number,
        title=row_title(context.texts, row),
        mark="",
        last=last_words(context, row, state) or context.say("progress.never"),
    )


def last_words(context: Context, row: Assignment, state: State) -> str:
    """`8月25日：学位 3200/5000 个`, empty where nothing was reported."""
    if state.confirmed_at is None:
        return ""
    words = " · ".join(state_words(context.texts, state, row, context.plan.year)) or context.say("progress.no_change")
    day = context.office.today(state.confirmed_at)
    return context.say("progress.mine_last", day=day, words=words, year=context.plan.year)


def open_row(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """A row's button: the bot asks for this row alone."""
    row = next((row for row in known.own_rows(context) if row.id == args["assignment_id"]), None)
    if row is None:
        raise UserError("no_such_row", said=str(args.get("ref", "")), near=[])
    dialog_id = questions.await_words(context, "row", {"row": row.ref})
    state = queries.states(context.session, [row.id])[row.id]
    listed = known.listed(context)
    position = listed.index(row.id) + 1 if row.id in listed else row.ref
    last = " · ".join(state_words(context.texts, state, row, context.plan.year)) if state.ever_reported else ""
    text = context.say("progress.row_prompt", position=position, title=row_title(context.texts, row), last=last)
    buttons = [Button(context.say("progress.row_back"), "cancel")]
    if state.ever_reported:
        args_ = {"assignment_id": row.id}
        buttons.insert(0, Button(context.say("progress.row_no_change_why"), "no_change_why", args_))
        buttons.insert(0, Button(context.say("progress.row_no_change"), "no_change", args_))
    ends = closing.buttons(context, row, args.get("round_id"))
    return [Outgoing(text, buttons=[*ends, buttons], dialog_id=dialog_id)]


def no_change_all(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """全部没变化: every row of the list that was reported before and is not yet answered."""
    from bot.handlers import progress

    waiting = rounds.unanswered(context.session, args["assignment_ids"])
    return progress.no_change(context, waiting or args["assignment_ids"])


def page(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """Another page of a long digest."""
    return [shown.turned(context.session, context.person, args["round_id"], args["page"], context.now, context.office)]


def last_figures(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """看上次数据: the digest in full, where only a card was shown."""
    round_ = context.session.get_one(Round, args["round_id"])
    return [shown.told(context.session, round_, context.person, context.now, context.office)]


def source(context: Context, argument: str) -> list[Outgoing]:
    """出处: a row's content and what was said of it, in the unit's own words, newest first."""
    if not argument:
        return [Outgoing(context.say("progress.source_which"))]
    return words_of_row(context, one_row(context, argument))


def words_of_row(context: Context, row: Assignment) -> list[Outgoing]:
    reports = context.session.scalars(
        select(Report)
        .where(Report.assignment_id == row.id, Report.draft.is_(False))
        .order_by(Report.said_at.desc(), Report.id.desc())
        .limit(WORDS_SHOWN)
    ).all()
    lines = [_quote(context, report) for report in reports] or [context.say("progress.source_none")]
    head = context.say("progress.source", title=row_title(context.texts, row), content=row.content)
    lines += files.row_line(context, row)
    remarked = remarks.may_remark(context) and seeing.is_own(context.session, context.person, row)
    keys = [[remarks.button(context, row)]] if remarked else []
    listing = (row.id,) if keys else None
    return [Outgoing("\n".join(lines), title=head.split("\n")[0], buttons=keys, listing=listing)]


def _quote(context: Context, report: Report) -> str:
    mark = "withdrawn" if report.withdrawn_at else "" if report.standing else "corrected"
    late, corrected = _days_late(context, report), _days_corrected(context, report)
    marks = [context.say(f"progress.mark_{mark}")] if mark else []
    if late:
        marks.append(context.say("progress.mark_late", days=late))
    elif corrected:
        marks.append(context.say("progress.mark_late_correction", days=corrected))
    if report.entered_by is not None:
        marks.append(_on_behalf(context, report))
    for_office = context.may(Role.ADMIN)  # who wrote it, and at what time, is the office's to know
    return context.say(
        "progress.source_line",
        day=context.office.today(report.said_at),
        year=context.plan.year,
        unit=report.unit.name if report.unit else "",
        at=context.office.local(report.said_at) if for_office else None,
        person=report.person.name if for_office and report.person and report.entered_by is None else "",
        text=report.text,
        mark=context.texts.filters["joined"](marks),
    )


def _on_behalf(context: Context, report: Report) -> str:
    """`代录：电话`, to the office with who typed it."""
    typist = context.session.get(Person, report.entered_by)
    source = report.source or ""
    by = typist.name if typist is not None and context.may(Role.ADMIN) and typist.name not in source else ""
    return context.say("progress.mark_on_behalf", source=source, by=by)


def _days_late(context: Context, report: Report) -> int:
    """By how many working days a row's first answer to a round was late; 0 for what was added later."""
    asked = context.session.get(Round, report.round_id) if report.round_id is not None else None
    days = roundlist.days_late(asked, report.said_at, context.office) if asked is not None else 0
    excused = answers.excuses(context.session, [report.round_id or 0])
    if not days or report.withdrawn_at is not None or (report.round_id, report.unit_id) in excused:
        return 0
    first = context.session.scalar(
        select(func.min(Report.said_at)).where(
            Report.round_id == report.round_id, Report.assignment_id == report.assignment_id
        )
    )
    return days if first == report.said_at else 0


def _days_corrected(context: Context, report: Report) -> int:
    """By how many working days after its due day an answer was corrected; 0 for anything but a standing correction."""
    asked = context.session.get(Round, report.round_id) if report.round_id is not None else None
    if asked is None or report.supersedes_id is None or not report.standing:
        return 0
    return roundlist.days_late(asked, report.said_at, context.office)


def row_words(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """看原话, by button."""
    row = next((row for row in readable_rows(context) if row.id == args["assignment_id"]), None)
    if row is None:
        raise UserError("no_such_row", said="", near=[])
    return words_of_row(context, row)


def hand_over(context: Context, _args: Mapping[str, Any]) -> list[Outgoing]:
    """联络员换人了: the office is told."""
    told = office.tell(context, "progress.office_hand_over_button")
    context.record("hand_over", "person", context.person.id)
    return [Outgoing(context.say("progress.hand_over")), *told]


def cancel(context: Context, _args: Mapping[str, Any]) -> list[Outgoing]:
    closed: Sequence[str] = ("questions.closed", "questions.nothing_open")
    done = questions.close_open(context, "cancelled")
    return [Outgoing(context.say(closed[0] if done is not None else closed[1]))]


ACTIONS = {
    "row": open_row,
    "no_change_all": no_change_all,
    "page": page,
    "last_figures": last_figures,
    "words": row_words,
    "hand_over": hand_over,
    "cancel": cancel,
}
