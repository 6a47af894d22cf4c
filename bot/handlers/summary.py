"""/summary: where things stand, exceptions first; then by project, by unit, only what is behind, a row's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot import briefing, followups, overview
from bot.briefing import Reader
from bot.context import Context
from bot.echo import row_tag, state_words
from bot.handlers import remarks
from bot.handlers.rows import visible_rows, words_of_row
from bot.message import Button, Outgoing
from data.errors import UserError
from data.kinds import Role
from data.models import Assignment
from scheduler.lamp import Colour
from scheduler.standing import Standing, standings

ROWS_SHOWN = 12
WORDS_BUTTONS = 8


def summary(context: Context, argument: str) -> list[Outgoing]:
    """汇总: all that the person is responsible for; with a word, a part of it (a unit, a colour, a project, a row)."""
    rows = all_standings(context)
    if argument:
        return narrowed(context, rows, argument)
    since = overview.last_look(context.session, context.person.id, context.plan.id)
    said = briefing.page(_reader(context), rows, since)
    overview.remember_look(context.session, context.person.id, context.plan.id, context.now)
    return [said]


def _reader(context: Context) -> Reader:
    return Reader(context.session, context.person, context.plan, context.now, context.office, context.texts)


def all_standings(context: Context) -> list[Standing]:
    rows = visible_rows(context)
    if not rows:
        raise UserError("no_rows_seen")
    return standings(context.session, context.plan, rows, context.now, context.office)


# Narrower --------------------------------------------------------------------------------------------------


def narrowed(context: Context, rows: Sequence[Standing], argument: str) -> list[Outgoing]:
    """One unit, colour, project or row."""
    wanted = argument.strip().removeprefix("序号").removeprefix("项目").removesuffix("灯")
    exact = [row for row in rows if row.row.ref == wanted]
    if exact:
        return one_row(context, exact[0])
    colours = {context.say(f"lamp.colour.{colour}"): colour for colour in Colour}
    if wanted in colours:
        found = [row for row in rows if row.lamp.colour is colours[wanted]]
    else:
        found = [row for row in rows if matches(row.row, wanted)]
    if not found and wanted in colours:
        return [Outgoing(context.say("summary.none_of_colour", colour=wanted))]
    if not found:
        raise UserError("nothing_found", said=argument)
    return listing(context, found, context.say("summary.part", what=argument, count=len(found)))


def matches(row: Assignment, wanted: str) -> bool:
    unit = row.lead_unit
    names = [unit.name, f"区{unit.name}", *unit.aliases, row.project.number, row.project.name or ""]
    names += [leader.person.name for leader in row.leaders]
    return wanted in names or (len(wanted) > 1 and wanted in row.short_name)


def listing(context: Context, rows: Sequence[Standing], title: str, page: int = 0) -> list[Outgoing]:
    """Rows, a line each, twelve to a page."""
    shown = rows[page * ROWS_SHOWN : (page + 1) * ROWS_SHOWN]
    lines = [row_line(context, row) for row in shown]
    buttons = [Button(row.row.ref, "words", {"assignment_id": row.row.id}) for row in shown[:WORDS_BUTTONS]]
    keys = [buttons[start : start + 4] for start in range(0, len(buttons), 4)]
    if len(rows) > (page + 1) * ROWS_SHOWN:
        ids = [row.row.id for row in rows]
        more = Button(context.say("summary.next_page"), "summary_page", {"ids": ids, "page": page + 1, "title": title})
        keys.append([more])
    return [Outgoing("\n".join(lines), title=title, buttons=keys)]


def row_line(context: Context, row: Standing) -> str:
    """`绿 增加教育资源供给（序号1）：学位 3500/5000 个 · 竣工 1/3 个（教育局）`."""
    words = " · ".join(state_words(context.texts, row.state, row.row, context.plan.year))
    return context.say(
        "summary.row_line",
        colour=context.say(f"lamp.colour.{row.lamp.colour}"),
        title=row.row.short_name + row_tag(context.texts, row.row.ref),
        words=words or context.say("progress.never"),
        unit=row.row.lead_unit.name,
    )


def one_row(context: Context, row: Standing) -> list[Outgoing]:
    """A row's standing, why, what turns it green, and where its figures come from."""
    reason = row.lamp.sentence
    lines = [row_line(context, row), context.say(f"lamp.{reason.code}", **reason.values)]
    if row.lamp.turns_green is not None:
        green = row.lamp.turns_green
        lines.append(context.say(f"lamp.{green.code}", **green.values))
    lines += [source_line(context, row), *remarks_of(context, row.row)]
    buttons = [Button(context.say("summary.words"), "words", {"assignment_id": row.row.id})]
    if remarks.may_remark(context):
        buttons.append(remarks.button(context, row.row))
    text = "\n".join(line for line in lines if line)
    return [Outgoing(text, buttons=[buttons], listing=(row.row.id,))]


def remarks_of(context: Context, row: Assignment) -> list[str]:
    """What leaders wanted to know of a row, as far as the reader may see it, and what became of it."""
    found = followups.of_row(context.session, row.id, context.person)
    named = context.may(Role.ADMIN)
    lines = [followups.line(context.texts, each, context.office, context.plan.year, named=named) for each in found]
    return [context.say("remarks.of_row", line=line) for line in lines]


def source_line(context: Context, row: Standing) -> str:
    """`出处：教育局 9月26日`."""
    if row.state.confirmed_at is None:
        return ""
    day = context.office.today(row.state.confirmed_at)
    return context.say("summary.source", unit=row.row.lead_unit.name, day=day, year=context.plan.year)


def by(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    rows = all_standings(context)
    match args["by"]:
        case "behind":
            behind = [row for row in rows if row.lamp.colour in overview.ATTENTION]
            if not behind:
                return [Outgoing(context.say("summary.nothing_behind"))]
            return listing(context, behind, context.say("summary.only_behind"))
        case "unit":
            return _choices(context, rows, "summary.which_unit", [row.row.lead_unit.name for row in rows])
        case "project":
            names = [f"{row.row.project.number} {row.row.project.name or ''}" for row in rows]
            return _choices(context, rows, "summary.which_project", names)
    troubled = overview.attention(rows) or list(rows)
    return [message for row in troubled[:3] for message in words_of_row(context, row.row)]


def _choices(context: Context, rows: Sequence[Standing], key: str, names: Sequence[str]) -> list[Outgoing]:
    distinct = list(dict.fromkeys(names))
    buttons = [Button(name, "summary_of", {"of": name.split(" ")[0]}) for name in distinct]
    return [Outgoing(context.say(key), buttons=[buttons[start : start + 2] for start in range(0, len(buttons), 2)])]


def of(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    return narrowed_to(context, str(args["of"]))


def narrowed_to(context: Context, wanted: str) -> list[Outgoing]:
    rows = [row for row in all_standings(context) if wanted in (row.row.lead_unit.name, row.row.project.number)]
    if not rows:
        raise UserError("nothing_found", said=wanted)
    name = rows[0].row.project.name if wanted == rows[0].row.project.number else wanted
    return listing(context, rows, context.say("summary.part", what=name, count=len(rows)))


def page(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    rows = [row for row in all_standings(context) if row.row.id in set(args["ids"])]
    return listing(context, rows, str(args["title"]), int(args["page"]))


ACTIONS = {"summary_by": by, "summary_of": of, "summary_page": page}
