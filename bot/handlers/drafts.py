"""先存着, 报出, 报前确认: what was written is kept until the unit has nodded, and the person sees what waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot import access, drafts
from bot.context import Context
from bot.echo import echo
from bot.handlers import correcting, known, office, questions
from bot.message import Button, Outgoing
from data.errors import UserError
from data.kinds import Role
from data.models import Report, Unit

NEXT = "draft"  # the kind of dialog after which the next words are kept as a draft
SWITCHES = {
    "开": True, "打开": True, "开启": True, "on": True, "yes": True,
    "关": False, "关闭": False, "取消": False, "off": False, "no": False,
}  # fmt: skip


def kept(context: Context, reports: Sequence[Report], positions: Mapping[int, int], *, asked: bool) -> Outgoing:
    """What was kept, with what can be done; `asked`: by the person's own word, else by the unit's rule."""
    ids = {"reports": [report.id for report in reports]}
    lines = echo(context, reports, positions)
    if not asked:
        buttons = [
            Button(context.say("drafts.seen_release"), "release", ids, once=True, primary=True),
            Button(context.say("drafts.keep"), "keep_drafts", ids, once=True),
        ]
        return Outgoing(context.say("drafts.to_confirm", lines=lines), buttons=[buttons])
    return Outgoing(context.say("progress.draft_kept", lines=lines), buttons=[_choices(context, ids)])


def _choices(context: Context, ids: Mapping[str, Any]) -> list[Button]:
    return [
        Button(context.say("progress.button_release"), "release", ids, once=True, primary=True),
        Button(context.say("progress.button_change"), "change_draft", ids, once=True),
        Button(context.say("progress.button_delete"), "delete_drafts", ids, once=True),
    ]


def hold(context: Context) -> list[Outgoing]:
    """先存着 alone: the report of just now, else what is written next."""
    held = drafts.keep(context, drafts.just_said(context))
    if held:
        return [kept(context, held, known.positions(context), asked=True), *office.refresh_digests(context, held)]
    dialog_id = questions.await_words(context, NEXT, {}, drafts.JUST_NOW)
    return [Outgoing(context.say("drafts.next"), dialog_id=dialog_id)]


def released_by_word(context: Context) -> list[Outgoing]:
    """报出: the own drafts; where there are only others' of the unit they are shown."""
    own = drafts.of_person(context.session, context.person.id)
    if own:
        return release(context, {"reports": [draft.id for draft in own]})
    return listing(context, "") if drafts.of_unit(context.session, context.person.unit_id) else [_none(context)]


def _none(context: Context) -> Outgoing:
    return Outgoing(context.say("progress.no_drafts"))


def release(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """报出, by button: these; a nag's button names none and means the person's own."""
    if "reports" not in args:
        return released_by_word(context)
    released = drafts.release(context, args["reports"])
    if not released:
        return [_none(context)]
    text = context.say("progress.draft_released", lines=echo(context, released, known.positions(context)))
    buttons = correcting.undo_buttons(context, released)
    return [Outgoing(text, buttons=buttons), *office.refresh_digests(context, released)]


def keep(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """先存着, by button of an echo."""
    mine = [draft for draft in drafts.of_unit(context.session, context.person.unit_id) if draft.id in args["reports"]]
    return [kept(context, mine, known.positions(context), asked=True)] if mine else [_none(context)]


def change(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """改: the next words say what is right."""
    return correcting.correct(context, args["reports"])


def delete(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """删掉."""
    dropped = drafts.drop(context, args["reports"])
    return [Outgoing(context.say("progress.draft_deleted"))] if dropped else [_none(context)]


def listing(context: Context, _argument: str) -> list[Outgoing]:
    """草稿: all that the unit has written and not sent off, by whom."""
    found = drafts.of_unit(context.session, context.person.unit_id)
    if not found:
        return [_none(context)]
    positions = known.positions(context)
    lines = [
        context.say(
            "drafts.line",
            words=echo(context, [draft], positions),
            person="" if draft.person is None or draft.person_id == context.person.id else draft.person.name,
            day=context.office.today(draft.said_at),
            year=context.plan.year,
        )
        for draft in found
    ]
    ids = {"reports": [draft.id for draft in found]}
    text = context.say("drafts.list", lines=lines, count=len(found))
    return [Outgoing(text, buttons=[_choices(context, ids)])]


def sign_off(context: Context, argument: str) -> list[Outgoing]:
    """报前确认 [UNIT] [开|关]: whether what a unit's liaisons write waits for a nod."""
    words = argument.split()
    wanted = SWITCHES.get(words[-1].lower()) if words else None
    named = " ".join(words[:-1] if wanted is not None else words)
    unit = _unit(context, named)
    if wanted is None:
        return [_state(context, unit)]
    if unit.sign_off != wanted:
        context.record("sign_off", "unit", unit.id, {"sign_off": unit.sign_off}, {"sign_off": wanted})
        unit.sign_off = wanted
        context.session.flush()
    return [_state(context, unit)]


def _unit(context: Context, named: str) -> Unit:
    """The own unit, or for an admin the one named."""
    if context.may(Role.ADMIN) and named:
        return access.unit_named(context.session, named)
    if context.person.unit is None:
        raise UserError("drafts.which_unit")
    if named and named not in (context.person.unit.name, *context.person.unit.aliases):
        raise UserError("drafts.own_unit", unit=context.person.unit.name)
    return context.person.unit


def _state(context: Context, unit: Unit) -> Outgoing:
    wanted = not unit.sign_off
    button = Button(
        context.say("drafts.turn_on" if wanted else "drafts.turn_off"), "sign_off", {"unit": unit.id, "on": wanted}
    )
    return Outgoing(context.say("drafts.sign_off", unit=unit.name, on=unit.sign_off), buttons=[[button]])


def switch(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """The button of the setting."""
    unit = context.session.get_one(Unit, args["unit"])
    if not context.may(Role.ADMIN) and context.person.unit_id != unit.id:
        raise UserError("button_gone")
    return sign_off(context, f"{unit.name} {'on' if args['on'] else 'off'}")


ACTIONS = {
    "release": release,
    "hold_drafts": lambda context, _args: hold(context),
    "keep_drafts": keep,
    "change_draft": change,
    "delete_drafts": delete,
    "sign_off": switch,
}
