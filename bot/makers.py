"""Each file that can be asked for in chat: what is in it, what it is called, what is written beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from bot import handout, seeing
from bot.access import roles_of
from bot.digest import plan_name
from bot.documents import File, Instead, Made, Recipe
from bot.message import Button
from bot.views import chart
from bot.views.bulletin_facts import Period
from bot.views.ledger import file_title, sight_of
from bot.views.ledger_rows import Sight
from bot.views.pdf import as_pdf, libreoffice
from data import queries
from data.errors import UserError
from data.kinds import Role
from data.models import Person
from scheduler.office import Office

MEDIA: Final = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "png": "image/png",
}


def seen(session: Session, recipe: Recipe, office: Office) -> Sight:
    """The plan as who asked may see it, at the moment of asking. Raises UserError `no_plan`, `no_rows_seen`."""
    plan = queries.current_plan(session)
    if plan is None:
        raise UserError("no_plan")
    person = session.get_one(Person, recipe.person_id)
    unit, rows = recipe.args.get("unit"), None
    if unit is not None or not seeing.sees_all(person):
        shown = seeing.visible_rows(session, plan.id, person)
        rows = [row.id for row in shown if unit in (None, row.lead_unit_id)]
        if not rows:
            raise UserError("no_rows_seen")
    leader = None if Role.ADMIN in roles_of(person) else seeing.leader_of(person).id
    return sight_of(session, plan, recipe.asked_at, office, person.language, rows=rows, leader=leader)


def make(session: Session, recipe: Recipe, office: Office) -> Made | Instead:
    """The file of a recipe, on a read session. Raises UserError for what the person should hear."""
    return MAKERS[recipe.what](seen(session, recipe, office), recipe)


def printed(made: Made, given_up: Callable[[], bool] = lambda: False) -> Made:
    """As PDF, where that was asked for; takes seconds, so outside every transaction. Raises as `as_pdf`."""
    if not made.to_pdf:
        return made
    name = made.file.name.rpartition(".")[0] + ".pdf"
    return replace(made, file=File(name, MEDIA["pdf"], as_pdf(made.file.content, given_up=given_up)), to_pdf=False)


def _ledger(sight: Sight, recipe: Recipe) -> Made:
    until = _day(recipe.args.get("until"))
    shown = sight.until(until) if until else sight
    for_leaders = bool(recipe.args.get("for_leaders"))
    made = handout.make("ledger", "xlsx", handout.Wanted(sight, until=until, for_leaders=for_leaders))
    say = sight.say
    name = file_title(shown) + (say.say("documents.leaders_mark") if for_leaders else "")
    words = say.say("documents.ledger", count=len(shown.row_ids()), day=shown.today, for_leaders=for_leaders)
    copy = () if for_leaders else (Button(say.say("documents.leaders_copy"), "leaders_copy", dict(recipe.args)),)
    return Made(_file(name, "xlsx", made.content), say.say("documents.title_ledger"), words, copy)


def _bulletin(sight: Sight, recipe: Recipe) -> Made:
    start, end = _day(recipe.args["start"]), _day(recipe.args["end"])
    assert start is not None
    assert end is not None
    period = Period(start, end)
    made = handout.make("bulletin", "docx", handout.Wanted(sight, period))
    say = sight.say
    name = say.say("bulletin.file", plan=plan_name(sight.plan.title), month=period.month)
    words = say.say("documents.bulletin", start=start, end=min(end, sight.today), year=sight.plan.year)
    pdf = recipe.form == "pdf"
    buttons = () if pdf or libreoffice() is None else (Button("PDF", "make_bulletin", {**recipe.args, "form": "pdf"}),)
    title = say.say("documents.title_bulletin")
    return Made(_file(name, "docx", made.content), title, words, buttons, to_pdf=pdf)


def _chart(sight: Sight, _recipe: Recipe) -> Made | Instead:
    """The picture; without the extra or a font the person hears that the text is all there is."""
    say = sight.say
    drawn = chart.progress_chart(sight.standings(), say, plan_name(sight.plan.title), sight.today)
    if isinstance(drawn, chart.NoChart):
        return Instead(say.say("documents.no_chart"), drawn.code)
    title = say.say("documents.title_chart")
    return Made(_file(title, "png", drawn), title, say.say("documents.chart", day=sight.today))


def _file(name: str, form: str, content: str | bytes) -> File:
    assert isinstance(content, bytes)
    return File(f"{name}.{form}".replace("/", "-").replace("\\", "-"), MEDIA[form], content)


def _day(value: str | None) -> date | None:
    return date.fromisoformat(value) if value else None


MAKERS: Final[Mapping[str, Callable[[Sight, Recipe], Made | Instead]]] = {
    "ledger": _ledger,
    "bulletin": _bulletin,
    "chart": _chart,
}
