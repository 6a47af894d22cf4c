"""The form of a row, for those who like one: what is filled in becomes one message in words, read like any other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from starlette.responses import Response

from bot.reading.read import LIMIT
from bot.web.shield import Refused
from bot.web.site import Site, Visit
from bot.web.talk import Talk
from bot.web.views import FormRow

NO_CHANGE = "no_change"
STATUSES = ("", NO_CHANGE, "not_started", "in_progress", "delayed", "done")


@dataclass(frozen=True)
class Filled:
    """A form as it was posted: figures by their place in the row's list; empty where nothing was written."""

    figures: Mapping[int, str]
    status: str = ""
    expected: str = ""
    problem: str = ""
    next_step: str = ""

    @property
    def empty(self) -> bool:
        return not any((self.figures, self.status, self.expected, self.problem, self.next_step))


def filled(fields: Mapping[str, str]) -> Filled:
    """What was filled in. Raises ValueError with the name of a field that can't be what it says."""
    figures = {}
    for name, value in fields.items():
        if name.startswith("figure") and name[6:].isdecimal() and value.strip():
            figures[int(name[6:])] = _number(name, value)
    status, expected = fields.get("status", ""), fields.get("expected", "").strip()
    if status not in STATUSES:
        raise ValueError("status")
    if expected:
        expected = _day(expected)
    return Filled(figures, status, expected, _line(fields.get("problem", "")), _line(fields.get("next", "")))


def _number(name: str, value: str) -> str:
    """Digits with at most one point, as they are written into the message."""
    plain = value.strip().replace(",", "").replace("，", "")
    whole, _, part = plain.partition(".")
    if not (whole + part).isdecimal() or not plain.isascii() or len(plain) > 15:
        raise ValueError(name)
    return plain


def _day(value: str) -> str:
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        raise ValueError("expected") from None


def _line(value: str) -> str:
    """In one line and one clause: a semicolon would end it."""
    return " ".join(value.replace("；", "，").replace(";", ",").split())


class Forms:
    def __init__(self, site: Site, talk: Talk) -> None:
        self._site, self._talk = site, talk

    async def rows(self, visit: Visit) -> Response:
        """The rows that the person reports on, each with a link to its form."""
        rows = await self._read(visit)
        return self._site.html("form.html", visit.viewer, here="form", rows=rows, row=None)

    async def page(self, visit: Visit) -> Response:
        """The form of one row, with what is known beside each field."""
        return self._page(visit, await self._row(visit))

    async def post(self, visit: Visit) -> Response:
        """One message from the form, taken in like one that was typed."""
        row = await self._row(visit)
        try:
            found = filled(visit.form)
        except ValueError as wrong:
            problem = self._site.say(visit.viewer, "form.wrong", field=self._name(visit, row, str(wrong)))
            return self._page(visit, row, problem)
        if found.empty:
            return self._page(visit, row, self._site.say(visit.viewer, "form.empty"))
        words = self.words(visit.viewer.language, row, found)
        if len(words) > LIMIT:
            problem = self._site.say(visit.viewer, "too_long", limit=LIMIT, count=len(words))
            return self._page(visit, row, problem)
        return await self._talk.take_in(visit, "text", words)

    def words(self, language: str, row: FormRow, found: Filled) -> str:
        """`序号1：增加学位3500个；预计2021年11月30日完成；问题：……`"""
        figures = [
            {"label": row.figures[place].label, "value": value, "unit": row.figures[place].unit}
            for place, value in found.figures.items()
            if place < len(row.figures)
        ]
        return self._site.pages.say(
            language,
            "form.sentence",
            ref=row.ref,
            figures=figures,
            status=found.status,
            expected=date.fromisoformat(found.expected) if found.expected else None,
            problem=found.problem,
            next_step=found.next_step,
        )

    def _page(self, visit: Visit, row: FormRow, problem: str = "") -> Response:
        shown: dict[str, Any] = {"row": row, "rows": (), "problem": problem, "fields": visit.form, "statuses": STATUSES}
        return self._site.html("form.html", visit.viewer, 422 if problem else 200, here="form", **shown)

    def _name(self, visit: Visit, row: FormRow, field: str) -> str:
        """What a field is called on the page."""
        place = int(field[6:]) if field.startswith("figure") else len(row.figures)
        return row.figures[place].label if place < len(row.figures) else self._site.say(visit.viewer, f"form.{field}")

    async def _read(self, visit: Visit) -> Sequence[FormRow]:
        read = self._site.services.form
        if read is None or visit.viewer.role != "liaison":
            raise Refused(404, "missing")
        return await self._site.services.store.read(lambda session: read(session, visit.viewer.person_id))

    async def _row(self, visit: Visit) -> FormRow:
        wanted = visit.request.path_params["ref"]
        found = next((row for row in await self._read(visit) if row.ref == wanted), None)
        if found is None:
            raise Refused(404, "missing")
        return found
