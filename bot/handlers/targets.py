"""指标: an admin sees the targets that were read out of a row, and sets them right with one word; undo by button."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from bot.context import Context
from bot.echo import row_title
from bot.handlers import confirm
from bot.handlers.rows import one_row
from bot.message import Button, Outgoing
from data.errors import UserError
from data.kinds import Comparator, PartKind
from data.models import Assignment, Target

REMOVE: Final = ("删", "删掉", "删除", "去掉", "remove", "delete")
ADD: Final = ("加", "增加", "新增", "add")
VALUED: Final = (PartKind.FIGURE, PartKind.FEW, PartKind.BOUND, PartKind.NO_BASE)
ADDED: Final = re.compile(r"(?P<label>.+?)\s*(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>[^\d\s]{0,8})")
NUMBER: Final = re.compile(r"\d+(?:\.\d+)?")
PER_LINE: Final = 4
FIELDS: Final = ("kind", "value")


def targets(context: Context, argument: str) -> list[Outgoing]:
    """指标 ROW; 指标 ROW N KIND, VALUE or 删; 指标 ROW 加 LABEL VALUE UNIT."""
    ref, _, rest = argument.strip().partition(" ")
    if not ref:
        raise UserError("targets.which")
    row = one_row(context, ref)
    if not rest.strip():
        return [_listing(context, row)]
    word, _, wanted = rest.strip().partition(" ")
    if word in ADD:
        return _add(context, row, wanted.strip())
    if wanted.strip() in ADD or not word.isdigit():
        raise UserError("targets.how", ref=row.ref)
    return _set(context, row, _numbered(row, int(word)), wanted.strip().lower())


def live(row: Assignment) -> list[Target]:
    return [target for target in row.targets if target.retired_at is None]


def _numbered(row: Assignment, number: int) -> Target:
    found = live(row)
    if not 1 <= number <= len(found):
        raise UserError("targets.no_such", number=number, count=len(found), ref=row.ref)
    return found[number - 1]


def _words(context: Context, target: Target) -> str:
    """`新增学位 ≥ 5000 个（数量）`."""
    return context.say(
        "targets.one",
        label=target.label,
        bound=target.comparator if target.comparator in (Comparator.AT_LEAST, Comparator.AT_MOST) else "",
        value=target.value,
        unit=target.unit or "",
        kind=context.say(f"targets.kind.{target.kind}"),
    )


def _listing(context: Context, row: Assignment) -> Outgoing:
    found = live(row)
    lines = [context.say("targets.line", number=n, words=_words(context, each)) for n, each in enumerate(found, 1)]
    buttons = [
        Button(str(n), "target", {"target": target.id}) for n, target in enumerate(found, 1)
    ]  # fmt: skip
    text = "\n".join(lines or [context.say("targets.none")])
    return Outgoing(
        f"{text}\n\n{context.say('targets.hint', ref=row.ref)}",
        title=context.say("targets.title", row=row_title(context.texts, row)),
        buttons=[buttons[start : start + PER_LINE] for start in range(0, len(buttons), PER_LINE)],
    )


# Changes ---------------------------------------------------------------------------------------------------


def _set(context: Context, row: Assignment, target: Target, wanted: str) -> list[Outgoing]:
    if wanted in REMOVE:
        return _changed(context, target, retired_at=context.now)
    if NUMBER.fullmatch(wanted):
        if target.kind not in VALUED:
            raise UserError("targets.no_number", kind=context.say(f"targets.kind.{target.kind}"))
        return _changed(context, target, value=float(wanted))
    kinds = {context.say(f"targets.kind.{kind}").lower(): kind for kind in PartKind}
    if wanted not in kinds:
        raise UserError("targets.how", ref=row.ref)
    return _kind(context, target, kinds[wanted])


def _kind(context: Context, target: Target, kind: PartKind) -> list[Outgoing]:
    """Only what has a number can be judged by it."""
    if kind in VALUED and target.value is None:
        raise UserError("targets.needs_number", kind=context.say(f"targets.kind.{kind}"))
    return _changed(context, target, kind=kind.value)


def _changed(context: Context, target: Target, **values: Any) -> list[Outgoing]:
    """Change a target, leave an audit row, and offer the way back."""
    before = {name: getattr(target, name) for name in (*FIELDS, "retired_at")}
    for name, value in values.items():
        setattr(target, name, value)
    context.session.flush()
    told = {name: before[name] for name in FIELDS} | {"live": before["retired_at"] is None}
    after = {name: getattr(target, name) for name in FIELDS} | {"live": target.retired_at is None}
    context.record("target", "target", target.id, told, after)
    key = "targets.removed" if target.retired_at is not None else "targets.changed"
    text = context.say(key, row=row_title(context.texts, target.assignment), words=_words(context, target))
    undo = Button(context.say("targets.undo"), "target_back", {"target": target.id, "before": told}, once=True)
    return [Outgoing(text, buttons=[[undo]])]


def _add(context: Context, row: Assignment, wanted: str) -> list[Outgoing]:
    said = ADDED.fullmatch(wanted)
    if said is None:
        raise UserError("targets.how", ref=row.ref)
    value = float(said["value"])
    target = Target(
        assignment_id=row.id,
        position=max((each.position for each in row.targets), default=0) + 1,
        kind=PartKind.FEW if value <= 20 and value.is_integer() else PartKind.FIGURE,
        label=said["label"],
        short_label=said["label"],
        value=value,
        unit=said["unit"] or None,
        comparator=Comparator.AT_LEAST,
        text=wanted,
        retired_at=context.now,
    )
    row.targets.append(target)
    context.session.flush()
    return _changed(context, target, retired_at=None)


# Buttons ---------------------------------------------------------------------------------------------------


def _target(context: Context, args: Mapping[str, Any]) -> Target:
    return context.session.get_one(Target, args["target"])


def choices(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """A target's number was pressed: what it can become."""
    target = _target(context, args)
    fitting = [kind for kind in PartKind if kind != target.kind and (target.value is not None or kind not in VALUED)]
    buttons = [
        Button(context.say(f"targets.kind.{kind}"), "target_kind", {"target": target.id, "kind": kind.value})
        for kind in fitting
    ]
    lines: list[Sequence[Button]] = [buttons[n : n + PER_LINE] for n in range(0, len(buttons), PER_LINE)]
    remove = Button(context.say("targets.remove"), "target_remove", {"target": target.id}, once=True)
    return [Outgoing(context.say("targets.becomes", words=_words(context, target)), buttons=[*lines, [remove]])]


def to_kind(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    return _kind(context, _target(context, args), PartKind(args["kind"]))


def remove(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    return _changed(context, _target(context, args), retired_at=context.now)


def back(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """撤回: as it was before that change."""
    before = args["before"]
    values = {name: before[name] for name in FIELDS}
    return _changed(
        context, _target(context, args), retired_at=None if before["live"] else context.now, **values
    )  # fmt: skip


ACTIONS: Mapping[str, Callable[..., list[Outgoing]]] = confirm.for_admins(
    {"target": choices, "target_kind": to_kind, "target_remove": remove, "target_back": back}
)
