"""What was corrected: the first reading beside the right one, so that rules can be improved from real use.

Corrections by words, by editing and by taking back are told from the reports themselves, which are all kept. Where the
answer to a question changes what had been read, the first reading stands in `Report.first_read`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot.exports import instant, stated
from bot.reading.model import Item, Why
from data.models import Figure, Report, Target
from data.models.reports import STATED

FIELDS: Final = ("assignment_id", "status", "percent", "figures", "expected_date", "problem", "next_step")
COLUMNS: Final = (
    "at", "way", "unit", "text", "said", "question", "changed",
    *(f"read_{name}" for name in FIELDS), *(f"right_{name}" for name in FIELDS),
)  # fmt: skip
Document = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """A question about somebody's words was answered: what was asked of which row, with which words."""

    question: str
    row_id: str | None
    said: str


def first_read(proposed: Sequence[Item], answer: Answer | None, item: Item) -> Document | None:
    """What had been read before the answer, as JSON; None where the answer changes nothing of it."""
    if answer is None:
        return None
    first = _proposal(proposed, item.row_id, answer.row_id)
    if not _differs(first, item):
        return None
    return {"question": answer.question, "answer": answer.said, **_read(first)}


def _proposal(proposed: Sequence[Item], *rows: str | None) -> Item:
    """What was read of the first of the rows that was spoken of, else of no row, else nothing."""
    found = {item.row_id: item for item in reversed(proposed)}
    return next((found[row] for row in (*rows, None) if row in found), Item(None))


def _differs(first: Item, item: Item) -> bool:
    if first.row_id != item.row_id:
        return True
    told = [name for name in STATED if getattr(item, name) is not None]
    told = [name for name in told if name != "percent" or not item.percent_derived]
    values = {(figure.target, figure.value) for figure in item.figures}
    known = {(figure.target, figure.value) for figure in first.figures}
    return not values <= known or any(getattr(first, name) != getattr(item, name) for name in told)


def _read(item: Item) -> Document:
    return {
        "assignment_id": item.row_id,
        "status": item.status,
        "percent": None if item.percent_derived else item.percent,
        "figures": [{"target": figure.target, "label": figure.label, "value": figure.value, "unit": figure.unit}
                    for figure in item.figures],
        "expected_date": item.expected_date.isoformat() if item.expected_date else None,
        "problem": item.problem,
        "next_step": item.next_step,
        "why": {name: _why(why) for name, why in item.why.items()},
    }  # fmt: skip


def _why(why: Why) -> Document:
    return {"span": list(why.span), "rule": why.rule, "certainty": why.certainty}


# The list --------------------------------------------------------------------------------------------------


def corrections(session: Session) -> list[Document]:
    """Everything that was corrected, oldest first: words, first reading, right reading; of persons only the unit.

    `way` is `answer`, `correction`, `edit` or `withdrawal`, after which nothing is right (`corrected` is None).
    """
    reports = {report.id: report for report in _reports(session)}
    labels = {target.id: target.short_label for target in session.scalars(select(Target))}
    found = [pair for report in reports.values() for pair in _of(report, reports, labels)]
    return [document for _at, document in sorted(found, key=lambda pair: pair[0])]


def _reports(session: Session) -> Iterable[Report]:
    """Those that were corrected, correct others, or stand for a message with one of these."""
    return session.scalars(
        select(Report)
        .where(or_(_touched(), Report.inbox_id.in_(_messages()), Report.id.in_(_corrected())))
        .order_by(Report.id)
        .options(
            joinedload(Report.assignment),
            joinedload(Report.unit),
            selectinload(Report.figures).joinedload(Figure.target),
        )
    )


def _touched() -> Any:
    changed = Report.withdrawn_at.is_not(None) & Report.draft.is_(False)
    return or_(changed, Report.supersedes_id.is_not(None), Report.first_read.is_not(None))


def _messages() -> Any:
    return select(Report.inbox_id).where(_touched(), Report.inbox_id.is_not(None))


def _corrected() -> Any:
    return select(Report.supersedes_id).where(Report.supersedes_id.is_not(None))


def _of(
    report: Report, reports: Mapping[int, Report], labels: Mapping[int, str]
) -> Iterator[tuple[datetime, Document]]:
    if report.first_read is not None:
        yield report.created_at, _answered(report, report.first_read, labels)
    old = reports.get(report.supersedes_id or 0)
    if old is not None:
        way = "edit" if old.inbox_id is not None and old.inbox_id == report.inbox_id else "correction"
        document = _entry(way, report.created_at, old, _document(old), _document(report), report.text)
        if document["changed"]:
            yield report.created_at, document
    if report.withdrawn_at is not None and not report.draft:
        yield report.withdrawn_at, _taken_back(report, report.withdrawn_at, reports.values())


def _answered(report: Report, first: Document, labels: Mapping[int, str]) -> Document:
    """The answer tells one field mostly; the rest of the first reading was right."""
    told = _document(report)
    read = {name: first.get(name) for name in (*FIELDS, "why")}
    read["figures"] = [_labelled(figure, labels) for figure in first["figures"]]
    targets = {figure.target_id for figure in report.figures}
    kept = [_labelled(figure, labels) for figure in first["figures"] if figure["target"] not in targets]
    right = {name: told[name] if told[name] is not None else read[name] for name in FIELDS}
    right["figures"] = [*kept, *told["figures"]]
    document = _entry("answer", report.created_at, report, read, right, first["answer"])
    return document | {"question": first["question"]}


def _labelled(figure: Document, labels: Mapping[int, str]) -> Document:
    return {"label": labels.get(figure["target"], figure["label"]), "value": figure["value"], "unit": figure["unit"]}


def _taken_back(report: Report, at: datetime, others: Iterable[Report]) -> Document:
    """Withdrawn, or gone from an edited message: then what took its place is right."""
    instead = next(
        (
            other
            for other in others
            if other.inbox_id == report.inbox_id is not None
            and other.created_at == at
            and other.supersedes_id is None
            and other is not report
        ),
        None,
    )
    if instead is None:
        return _entry("withdrawal", at, report, _document(report), None, None)
    return _entry("edit", at, report, _document(report), _document(instead), instead.text)


def _document(report: Report) -> Document:
    return {
        "assignment_id": report.assignment.ref,
        **stated(report),
        "percent": None if report.percent_derived else report.percent,
        "why": {
            name: {"span": span, "rule": rule, "certainty": certainty}
            for name, (span, rule, certainty) in report.reading.items()
        },
    }


def _entry(
    way: str, at: datetime, report: Report, read: Document, right: Document | None, said: str | None
) -> Document:
    changed = [name for name in FIELDS if right is not None and _sorted(read[name]) != _sorted(right[name])]
    return {
        "at": instant(at),
        "way": way,
        "unit": report.unit.name if report.unit else None,
        "text": report.text,
        "said": said,
        "question": None,
        "changed": changed,
        "read": read,
        "corrected": {name: right[name] for name in FIELDS} if right is not None else None,
    }


def _sorted(value: Any) -> Any:
    return sorted(value, key=lambda figure: (figure["label"], figure["value"])) if isinstance(value, list) else value


def lines(documents: Iterable[Document]) -> Iterator[list[Any]]:
    """The list as a table, by `COLUMNS`."""
    for document in documents:
        head = [document[name] for name in ("at", "way", "unit", "text", "said", "question")]
        sides = [_cells(document["read"]), _cells(document["corrected"] or {})]
        yield [*head, "、".join(document["changed"]), *sides[0], *sides[1]]


def _cells(side: Mapping[str, Any]) -> list[Any]:
    figures = "；".join(f"{one['label']} {one['value']:g}{one['unit'] or ''}" for one in side.get("figures", ()))
    return [figures if name == "figures" else side.get(name) for name in FIELDS]
