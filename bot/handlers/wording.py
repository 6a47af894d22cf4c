"""改文案: an admin words reminders, nags and steps up anew, sees them with a real row, confirms; undo and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from bot import wording
from bot.context import Context
from bot.echo import row_title
from bot.handlers import confirm, known, questions
from bot.handlers.confirm import Answer
from bot.message import Button, Outgoing
from bot.texts import LANGUAGES, Texts, texts
from data import queries
from data.models import Assignment
from scheduler.workdays import add_workdays

KIND: Final = "wording"
KEPT: Final = timedelta(hours=2)
ROWS_SHOWN: Final = 2


def choose(context: Context, _argument: str) -> list[Outgoing]:
    """改文案: which text?"""
    return [_which(context, context.texts.language)]


def _which(context: Context, language: str) -> Outgoing:
    say = texts(language)
    own = wording.kept(context.session, language)
    names = {code: say.say(f"wording.name.{code}") for code in wording.ADJUSTABLE}
    buttons = [
        [Button(say.say("wording.adjusted", name=name) if code in own else name, "wording_show", _args(code, language))]
        for code, name in names.items()
    ]
    other = next(each for each in LANGUAGES if each != language)
    buttons.append([Button(say.say("wording.which_language"), "wording_in", {"language": other})])
    return Outgoing(say.say("wording.which"), buttons=buttons)


def _args(code: str, language: str) -> dict[str, Any]:
    return {"code": code, "language": language}


def in_language(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """The same texts in the other language."""
    return [_which(context, args["language"])]


def show(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """How a text reads now, and what may be named in it; the next words of the admin are the new one."""
    code, language = args["code"], args["language"]
    dialog_id = questions.await_words(context, KIND, _args(code, language), KEPT)
    own = wording.kept(context.session, language).get(code)
    buttons = [Button(context.say("wording.back"), "wording_back", _args(code, language))] if own is not None else []
    return [Outgoing(_present(context, code, language, own), buttons=[buttons], dialog_id=dialog_id)]


def _present(context: Context, code: str, language: str, own: str | None) -> str:
    say = texts(language)
    places = [say.say("wording.place", name=name) for name in wording.names_of(say, code)]
    return context.say(
        "wording.present",
        name=context.say(f"wording.name.{code}"),
        text=wording.shown(own) if own is not None else say.say(f"wording.plain.{code}"),
        names=" ".join(places),
    )


def worded(context: Context, text: str) -> list[Outgoing] | None:
    """The new wording, typed while it is asked for: a preview to confirm; None for anything else."""
    dialog = known.open_question(context)
    if dialog is None or dialog.kind != KIND:
        return None
    code, language = dialog.state["code"], dialog.state["language"]
    say = texts(language)
    made = wording.understood(say, code, text)
    shown = wording.filled(say, code, made, _sample(context, say, code))
    args = _args(code, language)
    answers = [
        Answer(context.say("wording.use"), "wording_use", {**args, "text": made}, primary=True),
        Answer(context.say("wording.again"), "wording_show", args),
        Answer(context.say("wording.never_mind"), "never_mind"),
    ]
    name = context.say(f"wording.name.{code}")
    return [confirm.propose(context, context.say("wording.preview", name=name, text=shown), answers)]


def _sample(context: Context, say: Texts, code: str) -> dict[str, Any]:
    """Values as a message of today would have them: the first unit of the plan with its first rows."""
    rows = queries.assignments(context.session, context.plan.id)
    unit = rows[0].lead_unit
    own = [row for row in rows if row.lead_unit_id == unit.id]
    day = add_workdays(context.today, context.office.due_workdays, context.office.calendar)
    values: dict[str, Any] = {
        "office": context.office.name, "unit": unit.name, "month": context.today, "count": len(own),
        "left": len(own), "due": day, "year": context.plan.year, "drafts": 0, "times": 2, "over": False,
        "rows": _titles(say, own),
    }  # fmt: skip
    return values | {"units": [say.say("nag.leader_unit", unit=unit.name, count=len(own), times=2)]}


def _titles(say: Texts, rows: Sequence[Assignment]) -> list[str]:
    return [say.say("nag.row", number=n, title=row_title(say, row)) for n, row in enumerate(rows[:ROWS_SHOWN], 1)]


# Buttons ---------------------------------------------------------------------------------------------------


def use(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """用这个."""
    return _change(context, args, args["text"], "wording.done")


def back(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """恢复原文."""
    return _change(context, args, None, "wording.restored")


def undo(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    """撤回: as it was before the last change."""
    return _change(context, args, args["text"], "wording.undone", undoable=False)


def _change(
    context: Context, args: Mapping[str, Any], text: str | None, said: str, *, undoable: bool = True
) -> list[Outgoing]:
    code, language = args["code"], args["language"]
    questions.close_open(context, "worded")
    before = wording.kept(context.session, language).get(code)
    wording.keep(context.session, language, code, text)
    context.record("wording", "setting", None, {**_args(code, language), "text": before}, {"text": text})
    buttons = [
        Button(context.say("wording.undo"), "wording_undo", {**_args(code, language), "text": before}, once=True)
    ]
    if undoable and text is not None:
        buttons.append(Button(context.say("wording.back"), "wording_back", _args(code, language), once=True))
    name = context.say(f"wording.name.{code}")
    return [Outgoing(context.say(said, name=name), buttons=[buttons] if undoable else ())]


ACTIONS = confirm.for_admins(
    {
        "wording_in": in_language,
        "wording_show": show,
        "wording_use": use,
        "wording_back": back,
        "wording_undo": undo,
    }
)
