"""Every file that is handed out, by what it is and its form: plan, reports, ledger, bulletin, corrections, rounds,
people, audit.

Nothing here reads the clock or writes; a command, a page or a worker asks for it on a read session.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from bot import corrections, exports, records
from bot.views.bulletin import Bulletin, Undelivered, bulletin
from bot.views.bulletin_facts import Facts, Period, facts, month_period
from bot.views.ledger import ledger, ledger_document, ledger_lines, plan_lines, plan_workbook, sight_of
from bot.views.ledger_rows import Progress, Sight
from bot.views.pdf import as_pdf
from bot.views.workbook import Book, Column, safe_words
from data import queries
from data.errors import UserError
from scheduler.office import Office, in_force

DEFAULTS: Final = {
    "plan": "json", "reports": "json", "ledger": "xlsx", "bulletin": "docx", "corrections": "csv",
    "rounds": "json", "people": "json", "audit": "json",
}  # fmt: skip
TEXT_FORMS: Final = ("json", "csv", "jsonl")


@dataclass(frozen=True)
class Wanted:
    """What is asked for. `period`: of a bulletin, None is the month of now; a ledger is as of `until`, None is now."""

    sight: Sight
    period: Period | None = None
    until: date | None = None
    template: Path | None = None
    for_leaders: bool = False
    progress: Progress | None = None

    @property
    def ledger_sight(self) -> Sight:
        return self.sight.until(self.until) if self.until else self.sight


@dataclass(frozen=True)
class Made:
    """A file: text or bytes. `undelivered` is to be said before a bulletin is final."""

    content: str | bytes
    undelivered: tuple[Undelivered, ...] = ()


def seen_by_office(session: Session, now: datetime, office: Office, language: str) -> Sight:
    """All rows of the plan in force. Raises UserError `no_plan`."""
    plan = queries.current_plan(session)
    if plan is None:
        raise UserError("no_plan")
    return sight_of(session, plan, now, in_force(session, office), language)


def form_of(what: str, form: str | None, file: str | None) -> str:
    """The form asked for: stated, else by the file's ending, else the usual one. Raises UserError `export_unknown`."""
    forms = [known for thing, known in MAKERS if thing == what]
    ending = Path(file).suffix.lstrip(".").lower() if file else ""
    found = form or (ending if ending in forms else DEFAULTS.get(what, ""))
    if found not in forms:
        known = [f"{thing} --format {one}" for thing, one in MAKERS]
        raise UserError("export_unknown", what=what, form=found, known=known)
    return found


def make(what: str, form: str, wanted: Wanted) -> Made:
    """The file; `(what, form)` is a key of `MAKERS`."""
    made = MAKERS[what, form](wanted)
    return made if isinstance(made, Made) else Made(made)


# Each of them ----------------------------------------------------------------------------------------------


def _json(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)


def _csv(head: Sequence[str], lines: Iterable[Sequence[Any]]) -> str:
    """With a mark, as Excel needs it; no cell starts a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(head)
    writer.writerows([safe_words(cell) if isinstance(cell, str) else cell for cell in line] for line in lines)
    return "\ufeff" + out.getvalue()


def _reports_workbook(wanted: Wanted) -> bytes:
    say = wanted.sight.say
    book = Book()
    columns = [Column(name, 52 if name == "text" else 16, centred=name != "text") for name in exports.COLUMNS]
    name = say.say("ledger.sheet_history")
    sheet = book.sheet(name, columns, title=name, note="", footer=say.say("ledger.page"))
    for report in exports.all_reports(wanted.sight.session):
        document = exports.as_document(report)
        sheet.row([_cell(exports.flat(document)[column]) for column in exports.COLUMNS])
    sheet.end()
    return book.bytes()


def _cell(value: Any) -> Any:
    return safe_words(value) if isinstance(value, str) else value


def _period(wanted: Wanted) -> Period:
    return wanted.period or month_period(wanted.sight.today)


def _bulletin(wanted: Wanted) -> Bulletin:
    return bulletin(wanted.sight, _period(wanted), wanted.template)


def _bulletin_docx(wanted: Wanted) -> Made:
    made = _bulletin(wanted)
    return Made(made.document, made.undelivered)


def _bulletin_pdf(wanted: Wanted) -> Made:
    made = _bulletin(wanted)
    return Made(as_pdf(made.document), made.undelivered)


def _bulletin_json(wanted: Wanted) -> Made:
    told: Facts = facts(wanted.sight, _period(wanted))
    document = {"title": told.title, "asked": told.asked, "answered": told.answered, **told.context}
    return Made(_json(document), told.undelivered)


def _corrections_csv(wanted: Wanted) -> str:
    return _csv(corrections.COLUMNS, corrections.lines(corrections.corrections(wanted.sight.session)))


def _corrections_lines(wanted: Wanted) -> str:
    """One JSON object a line."""
    found = corrections.corrections(wanted.sight.session)
    return "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in found)


def _records_json(what: str, wanted: Wanted) -> str:
    return _json({what: records.records(wanted.sight, what)})


def _records_csv(what: str, wanted: Wanted) -> str:
    return _csv(records.COLUMNS[what], records.lines(records.records(wanted.sight, what)))


MAKERS: Final[Mapping[tuple[str, str], Callable[[Wanted], Made | str | bytes]]] = {
    ("plan", "json"): lambda wanted: _json(exports.plan_json(wanted.sight.session)),
    ("plan", "csv"): lambda wanted: _csv(*plan_lines(wanted.sight)),
    ("plan", "xlsx"): lambda wanted: plan_workbook(wanted.sight),
    ("reports", "json"): lambda wanted: _json(exports.reports_json(wanted.sight.session)),
    ("reports", "csv"): lambda wanted: exports.reports_csv(wanted.sight.session),
    ("reports", "xlsx"): _reports_workbook,
    ("ledger", "xlsx"): lambda wanted: ledger(
        wanted.ledger_sight, for_leaders=wanted.for_leaders, progress=wanted.progress
    ),
    ("ledger", "csv"): lambda wanted: _csv(*ledger_lines(wanted.ledger_sight)),
    ("ledger", "json"): lambda wanted: _json(ledger_document(wanted.ledger_sight)),
    ("bulletin", "docx"): _bulletin_docx,
    ("bulletin", "pdf"): _bulletin_pdf,
    ("bulletin", "json"): _bulletin_json,
    ("corrections", "csv"): _corrections_csv,
    ("corrections", "jsonl"): _corrections_lines,
    ("corrections", "json"): lambda wanted: _json({"corrections": corrections.corrections(wanted.sight.session)}),
    **{(what, "json"): partial(_records_json, what) for what in records.COLUMNS},
    **{(what, "csv"): partial(_records_csv, what) for what in records.COLUMNS},
}
