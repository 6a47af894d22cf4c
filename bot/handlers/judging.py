"""判灯, 序时, 类型: an admin sets a lamp by hand, the stages of scheduled progress, the kind of a part."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final

from bot import overview
from bot.context import Context
from bot.echo import row_title
from bot.handlers import confirm, lampeffect
from bot.handlers.confirm import Answer, never_mind, propose
from bot.handlers.rows import one_row
from bot.message import Button, Outgoing
from data import queries
from data.errors import UserError
from data.kinds import PartKind
from data.language.dates import find_dates
from data.language.folding import fold
from data.models import Assignment, AuditEvent, Target
from scheduler import judging
from scheduler.lamp import Colour, Stage
from scheduler.standing import Standing, standings

STAGES: Final = "stages"
COLOURS: Final = (Colour.GREEN, Colour.YELLOW, Colour.RED)
LIFT: Final = ("解除", "取消", "恢复", "撤销", "lift", "clear")
KINDS: Final = (
    *(PartKind.FIGURE, PartKind.FEW, PartKind.MILESTONE, PartKind.ONGOING, PartKind.KEPT, PartKind.BOUND),
    PartKind.NO_BASE,
)
STRAIGHT: Final = ("直线", "均匀", "平均", "straight", "line")
PERIODS: Final = re.compile(
    r"^(?:按?季度?|按?月度?|by (?:quarter|month))?[\s:：]*"
    r"((?:\d{1,3}(?:\.\d+)?%?\s*[/、,，-]\s*){3,11}\d{1,3}(?:\.\d+)?%?)$"
)
PERCENT: Final = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*%")


# A lamp by hand --------------------------------------------------------------------------------------------


def lamp(context: Context, argument: str) -> list[Outgoing]:
    """判灯 4.2 红 现场核查未开工; 判灯 4.2 解除; 判灯 4.2 alone: what it is, with buttons."""
    said, _, rest = argument.strip().partition(" ")
    if not said:
        return [_by_hand_now(context)]
    row = one_row(context, said)
    word, _, reason = rest.strip().partition(" ")
    if not word:
        return [_choices(context, row)]
    if word.lower() in LIFT:
        return lift(context, {"row": row.id})
    colour = _colour(context, word)
    if not reason.strip():
        raise UserError("judging.reason", row=row.ref, colour=colour)
    return [_set(context, row, colour, reason.strip())]


def _colour(context: Context, word: str) -> Colour:
    for colour in COLOURS:
        if word.lower().removesuffix("灯") == context.say(f"lamp.colour.{colour}").lower():
            return colour
    raise UserError("judging.colour", said=word)


def _set(context: Context, row: Assignment, colour: Colour, reason: str) -> Outgoing:
    judging.set_by_hand(context.session, row.id, colour, reason, context.person.id, context.now)
    context.record("lamp", "assignment", row.id, None, {"colour": str(colour), "reason": reason})
    lifting = Button(context.say("judging.lift"), "lamp_lift", {"row": row.id}, once=True)
    return Outgoing(
        context.say("judging.set", title=row_title(context.texts, row), said=_said(context, row)), buttons=[[lifting]]
    )


def _standing(context: Context, row: Assignment) -> Standing:
    return standings(context.session, context.plan, [row], context.now, context.office)[0]


def _said(context: Context, row: Assignment) -> str:
    return context.texts.tell("lamp", _standing(context, row).lamp.sentence)


def lift(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """解除: the system judges again."""
    row = context.session.get_one(Assignment, args["row"])
    if not judging.lift(context.session, row.id, context.person.id, context.now):
        raise UserError("judging.not_by_hand", row=row.ref)
    context.record("lamp_lifted", "assignment", row.id)
    return [Outgoing(context.say("judging.lifted", title=row_title(context.texts, row), said=_said(context, row)))]


def _choices(context: Context, row: Assignment) -> Outgoing:
    stands = judging.manual_lamps(context.session, [row.id], context.office)
    text = context.say("judging.how", title=row_title(context.texts, row), said=_said(context, row), ref=row.ref)
    buttons = [Button(context.say("judging.lift"), "lamp_lift", {"row": row.id}, once=True)] if stands else []
    return Outgoing(text, buttons=[buttons] if buttons else [])


def _by_hand_now(context: Context) -> Outgoing:
    """All lamps that stand by hand."""
    rows = queries.assignments(context.session, context.plan.id)
    found = judging.manual_lamps(context.session, [row.id for row in rows], context.office)
    lines = [
        context.say("judging.line", title=row_title(context.texts, row), said=_said(context, row))
        for row in rows
        if row.id in found
    ]
    return Outgoing("\n".join([*lines, context.say("judging.example")]) if lines else context.say("judging.none"))


# Stages ----------------------------------------------------------------------------------------------------


def stages(context: Context, argument: str) -> list[Outgoing]:
    """序时 15/45/75/100 (by quarter), 序时 4.2 3月31日10%、…; 序时 直线; alone: what is in force."""
    said = fold(argument).strip()
    head, _, rest = said.partition(" ")
    row = None
    if re.fullmatch(r"\d{1,3}\.\d{1,3}|(?:序号|项目)\d{1,3}", head):
        row, said = one_row(context, head), rest.strip()
    if not said:
        return [Outgoing(_in_force(context, row))]
    return [_proposed(context, row, _read_stages(context, said))]


def _read_stages(context: Context, said: str) -> tuple[Stage, ...]:
    """No stages for a straight line. Raises UserError `judging.stages`."""
    if said.lower() in STRAIGHT:
        return ()
    periods = PERIODS.match(said)
    if periods is not None:
        return judging.by_period(context.plan, [float(each) for each in re.findall(r"\d+(?:\.\d+)?", periods[1])])
    found = find_dates(said, date(context.plan.year, 1, 1), "future", context.office.calendar)
    ends = [*(day.begin for day in found[1:]), len(said)]
    pieces = [said[day.stop : end] for day, end in zip(found, ends, strict=False)]
    percents = [PERCENT.search(piece) for piece in pieces]
    if not found or not all(percents):
        raise UserError("judging.stages")
    told = (Stage(day.end, float(each[1])) for day, each in zip(found, percents, strict=True) if each is not None)
    return judging.checked(tuple(told))


def _in_force(context: Context, row: Assignment | None) -> str:
    own = row.stages if row is not None else None
    found = judging.stages_of(own if own is not None else context.plan.stages)
    name = row_title(context.texts, row) if row is not None else ""
    return context.say("judging.stages_now", title=name, stages=found, year=context.plan.year)


def _proposed(context: Context, row: Assignment | None, wanted: tuple[Stage, ...]) -> Outgoing:
    """What the stages would change, before they are set."""
    name = row_title(context.texts, row) if row is not None else ""
    lines = lampeffect.changes(context, lambda: _put(context, row, judging.kept_as(wanted)))
    text = context.say("judging.stages_preview", title=name, stages=wanted, changes=lines, year=context.plan.year)
    args = {"row": row.id if row is not None else None, "stages": judging.kept_as(wanted)}
    yes = Answer(context.say("judging.sure"), "stages_set", args, primary=True)
    return propose(context, text, [yes, never_mind(context)])


def _put(context: Context, row: Assignment | None, kept: list[Any] | None) -> None:
    (row if row is not None else context.plan).stages = kept
    context.session.flush()


def set_stages(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """What was confirmed, with the way back."""
    row = context.session.get_one(Assignment, args["row"]) if args["row"] is not None else None
    of = ("assignment", row.id) if row is not None else ("plan", context.plan.id)
    before = {"stages": (row if row is not None else context.plan).stages}
    _put(context, row, args["stages"])
    context.record(STAGES, *of, before, {"stages": args["stages"]})
    return [Outgoing(_in_force(context, row), buttons=lampeffect.way_back(context))]


def undo_stages(context: Context, event: AuditEvent) -> list[Outgoing]:
    """撤回: the stages before that change. Raises UserError where they were changed again since."""
    row = context.session.get_one(Assignment, event.entity_id) if event.entity == "assignment" else None
    now = {"stages": (row if row is not None else context.plan).stages}
    if now != event.after:
        raise UserError("schedule.changed_meanwhile")
    before = dict(event.before or {})
    _put(context, row, before["stages"])
    context.record("undo", event.entity, event.entity_id, now, before)
    return [Outgoing(context.say("judging.undone", words=_in_force(context, row)))]


# Kinds -----------------------------------------------------------------------------------------------------


def kind(context: Context, argument: str) -> list[Outgoing]:
    """类型 5.1: the parts of a row and their kinds; 类型 5.1 2 小数目: the second one is judged as another."""
    words = argument.split()
    if not words:
        raise UserError("judging.kind_how")
    row = one_row(context, words[0])
    parts = [part for part in row.targets if part.retired_at is None and part.parent_id is None]
    if len(words) == 1:
        return [_parts(context, row, parts)]
    *number, word = words[1:]
    wanted = _kind(context, word)
    if len(parts) != 1 and not (number and number[0].isdigit() and 1 <= int(number[0]) <= len(parts)):
        raise UserError("judging.which_part", row=row.ref, count=len(parts))
    return [_set_kind(context, row, parts[int(number[0]) - 1 if number else 0], wanted)]


def _kind(context: Context, word: str) -> PartKind:
    for each in KINDS:
        if word.lower() == context.say(f"judging.kind.{each}").lower():
            return each
    raise UserError("judging.kind_unknown", said=word, known=[context.say(f"judging.kind.{each}") for each in KINDS])


def _parts(context: Context, row: Assignment, parts: Sequence[Target]) -> Outgoing:
    lines = [
        context.say("judging.part", number=number, label=part.label, kind=context.say(f"judging.kind.{part.kind}"))
        for number, part in enumerate(parts, 1)
    ]
    kinds = [context.say(f"judging.kind.{each}") for each in KINDS]
    example = context.say("judging.kind_example", ref=row.ref, kinds=kinds)
    keys = [Button(str(number), "kind_of", {"target": part.id}) for number, part in enumerate(parts, 1)]
    rows = [keys[start : start + 4] for start in range(0, len(keys), 4)]
    return Outgoing("\n".join([*lines, example]), title=row_title(context.texts, row), buttons=rows)


def kind_of(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """A part's button: which kind shall it be?"""
    part = context.session.get_one(Target, args["target"])
    fits = [each for each in KINDS if part.value is not None or each not in judging.NUMBERED]
    keys = [
        Button(context.say(f"judging.kind.{each}"), "kind_set", {"target": part.id, "kind": str(each)}, once=True)
        for each in fits
        if str(each) != part.kind
    ]
    said = context.say("judging.kind_which", label=part.label, kind=context.say(f"judging.kind.{part.kind}"))
    return [Outgoing(said, buttons=[keys[start : start + 3] for start in range(0, len(keys), 3)])]


def kind_set(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    part = context.session.get_one(Target, args["target"])
    return [_set_kind(context, part.assignment, part, PartKind(args["kind"]))]


def _set_kind(context: Context, row: Assignment, part: Target, wanted: PartKind) -> Outgoing:
    before = part.kind
    judging.set_kind(part, wanted)
    context.session.flush()
    context.record("kind", "target", part.id, {"kind": before}, {"kind": part.kind})
    standing = _standing(context, row)
    return Outgoing(
        context.say(
            "judging.kind_set",
            label=part.label,
            title=row_title(context.texts, row),
            kind=context.say(f"judging.kind.{wanted}"),
            line=overview.lamp_words(context.texts, standing),
        )
    )


ACTIONS = confirm.for_admins(
    {
        "lamp_lift": lift,
        "stages_set": set_stages,
        "kind_of": kind_of,
        "kind_set": kind_set,
    }
)
