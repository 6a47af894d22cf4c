"""What a bulletin says: counts, rows and sentences out of the rows' standings. No document yet.

Nothing is said that nobody reported: a reason stands only in the unit's words, and a unit that no reminder reached is
neither counted as asked nor named; `undelivered` holds it for the office.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any

from sqlalchemy import func, select

from bot import overview
from bot.digest import plan_name
from bot.echo import row_title, state_words, status_words
from bot.views.ledger_rows import Sight, done_words
from bot.views.ledger_sheets import opened_rounds
from data import queries
from data.errors import Reason, UserError
from data.kinds import PartKind, Status
from data.models import Report, Round
from data.tables.cleaning import one_line
from scheduler.answers import Answer, RoundProgress, progress
from scheduler.lamp import Column, PartResult, scheduled_percent
from scheduler.standing import Standing

ROUNDS_TOLD = 3  # more rounds than that are told in one sum
GOOD = (Column.DONE, Column.ON_SCHEDULE)
SPACED = re.compile(r"(?<=[\d%/]) (?=[一-鿿])|(?<=[一-鿿）]) (?=\d)")  # between number and word: not in a document
ENDS = "。；;.！!，,"


@dataclass(frozen=True)
class Period:
    """The days that a bulletin tells of, both included; `month` where they are a whole one."""

    start: date
    end: date

    @property
    def month(self) -> int | None:
        whole = self.start.day == 1 and self.end == month_period(self.start).end
        return self.start.month if whole else None


def month_period(day: date) -> Period:
    """The month of that day."""
    first = day.replace(day=1)
    return Period(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


@dataclass(frozen=True)
class Undelivered:
    """Units that no reminder of a round reached, in the table's order."""

    opened: date
    units: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """`context`: what the template is filled with. `counts`: of the five columns, as everywhere else."""

    title: str
    counts: Mapping[Column, int]
    asked: int
    answered: int
    undelivered: tuple[Undelivered, ...]
    context: Mapping[str, Any]


def facts(sight: Sight, period: Period) -> Facts:
    """Raises UserError `bulletin.period_reversed`, `bulletin.period_ahead`."""
    if period.start > period.end:
        raise UserError("bulletin.period_reversed", start=period.start, end=period.end)
    if period.start > sight.today:
        raise UserError("bulletin.period_ahead", start=period.start)
    return _Telling(sight.until(period.end), period).facts()


Told = list[tuple[Round, RoundProgress]]


def undelivered(sight: Sight, period: Period) -> tuple[Undelivered, ...]:
    """What has to be known before a bulletin of the period is made: whom no reminder reached, by round."""
    sight = sight.until(period.end)
    return tuple(_undelivered(sight, _rounds(sight, period)))


def _rounds(sight: Sight, period: Period) -> Told:
    """The rounds of the period, oldest first, each with its units that were asked for rows that are shown."""
    since = datetime.combine(period.start, time(0), sight.office.zone)
    found = opened_rounds(sight.session, sight.plan.id, until=sight.now, since=since)
    return [(each, _progress(sight, each)) for each in reversed(found)]


def _progress(sight: Sight, each: Round) -> RoundProgress:
    told = progress(sight.session, each, sight.as_of)
    return told if sight.rows is None else replace(told, units=tuple(overview.narrowed(told.units, sight.rows)))


def _undelivered(sight: Sight, rounds: Told) -> Iterator[Undelivered]:
    for each, told in rounds:
        units = tuple(unit.name for unit in told.of(Answer.UNDELIVERED))
        if units:
            yield Undelivered(_opened(sight, each), units)


def _opened(sight: Sight, each: Round) -> date:
    return sight.day(each.opened_at or each.fire_at)


class _Telling:
    """One bulletin on its way: the rows and rounds it tells of."""

    def __init__(self, sight: Sight, period: Period) -> None:
        self.sight, self.say, self.period = sight, sight.say, period
        self.plan = plan_name(sight.plan.title)
        self.rows = sight.standings()
        self.counts = overview.counts(self.rows)
        self.rounds = _rounds(sight, period)

    def facts(self) -> Facts:
        title = self._t("title", plan=self.plan, month=self.period.month)
        reached = [unit for _, told in self.rounds for unit in _reached(told)]
        answered = sum(unit.answered > 0 for unit in reached)
        unreached = tuple(_undelivered(self.sight, self.rounds))
        return Facts(one_line(title), self.counts, len(reached), answered, unreached, self._context(title))

    def _t(self, key: str, **values: Any) -> str:
        return self.say.say(f"bulletin.{key}", **values)

    def _of(self, *columns: Column) -> list[Standing]:
        return [row for row in self.rows if row.lamp.column in columns]

    def _context(self, title: str) -> dict[str, Any]:
        done, silent = self._of(Column.DONE), self._of(Column.SILENT)
        behind = self._of(Column.BEHIND)
        return {
            "title": title,
            "draft": self._t("draft"),
            "addressees": self._t("addressees"),
            "plan": self.plan,
            "table": self.sight.plan.title,
            "year": self.sight.plan.year,
            "office": self.sight.office.name,
            "date": self._t("date", day=self.sight.today),
            "counts": {str(column): number for column, number in self.counts.items()},
            "heading": self._headings(second_done=bool(done), second_behind=bool(behind)),
            "intro": self._intro(),
            "overall": list(self._overall()),
            "done_rows": self._numbered(done, self._good_line),
            "on_schedule_rows": self._numbered(self._of(Column.ON_SCHEDULE), self._good_line),
            "behind_rows": self._numbered(behind, self._behind_line),
            "silent_rows": self._silent(silent),
            "problems": self._numbered([row for row in self.rows if row.lamp.difficulty], self._problem_line),
            "requirements": list(self._requirements(behind, bool(silent))),
            "nothing": {key: self._t(f"row.none_{key}") for key in ("on_schedule", "behind", "problems")},
            "head": {key: self._t(f"head.{key}") for key in ("ref", "task", "unit", "words", "deadline", "verdict")},
            "annex": {
                "mark": self._t("annex"),
                "line": self._t("annex_line", plan=self.plan),
                "title": self._t("annex_title", plan=self.plan),
                "note": self._t("annex_note", day=self.sight.today),
                "rows": [self._annex_row(row) for row in self.rows],
            },
        }

    def _headings(self, *, second_done: bool, second_behind: bool) -> dict[str, str]:
        plain = ("overall", "on_schedule", "behind", "problems", "requirements", "done_rows", "behind_rows")
        return {key: self._t(f"heading.{key}") for key in plain} | {
            "on_schedule_rows": self._t("heading.on_schedule_rows", second=second_done),
            "silent_rows": self._t("heading.silent_rows", second=second_behind),
        }

    # What stands before the lists

    def _intro(self) -> str:
        counts = {str(column): number for column, number in self.counts.items()}
        projects = len({row.row.project_id for row in self.rows})
        total = len(self.rows)
        first = self._t("intro.counts", plan=self.plan, projects=projects, total=total, day=self.sight.today, **counts)
        return "".join([first, *self._round_words(), self._t("intro.end")])

    def _round_words(self) -> list[str]:
        if not self.rounds:
            return [self._t("intro.no_round")]
        if len(self.rounds) > ROUNDS_TOLD:
            reached = [unit for _, told in self.rounds for unit in _reached(told)]
            answered = sum(unit.answered > 0 for unit in reached)
            return [self._t("intro.rounds", count=len(self.rounds), asked=len(reached), answered=answered)]
        return [self._one_round(each, told) for each, told in self.rounds]

    def _one_round(self, each: Round, told: RoundProgress) -> str:
        silent = [unit.name for unit in told.of(Answer.SILENT)]
        waiting = each.due_on is not None and each.due_on >= self.sight.today
        return self._t(
            "intro.round",
            opened=_opened(self.sight, each),
            asked=len(_reached(told)),
            answered=len(told.of(Answer.FULL)) + len(told.of(Answer.PART)),
            partly=len(told.of(Answer.PART)),
            waiting=len(silent) if waiting else 0,
            silent=[] if waiting else silent,
            due=each.due_on,
            year=self.sight.plan.year,
        )

    def _overall(self) -> Iterator[str]:
        day, year = self.sight.today, self.sight.plan.year
        started = sum(_has_started(row) for row in self.rows)
        expected = scheduled_percent(day, date(year, 1, 1), date(year, 12, 31))
        share = 100 * started / len(self.rows) if self.rows else 0
        line = self._t("overall.line", day=day, expected=expected, total=len(self.rows), started=started, share=share)
        yield line + self._projects()
        yield self._reports()
        unrated = self._of(Column.NOT_RATED)
        if unrated:
            yield self._t("overall.not_rated", count=len(unrated), rows=[self._unrated(row) for row in unrated])

    def _projects(self) -> str:
        projects = [list(rows) for _, rows in groupby(self.rows, key=lambda row: row.row.project_id)]
        good = sum(all(row.lamp.column in GOOD for row in rows) for rows in projects)
        behind = sum(any(row.lamp.column is Column.BEHIND for row in rows) for rows in projects)
        return self._t("overall.projects", projects=len(projects), good=good, behind=behind)

    def _reports(self) -> str:
        """How many reports stand that were said within the period, and of how many rows."""
        zone = self.sight.office.zone
        since = datetime.combine(self.period.start, time(0), zone)
        query = select(func.count(Report.id), func.count(Report.assignment_id.distinct())).where(
            Report.assignment_id.in_([row.row.id for row in self.rows]),
            queries.stands(Report),
            Report.said_at >= since,
            Report.said_at <= self.sight.now,
        )
        reports, rows = self.sight.session.execute(query).one()
        end = min(self.period.end, self.sight.today)
        return self._t("overall.reports", start=self.period.start, end=end, reports=reports, rows=rows)

    def _unrated(self, row: Standing) -> str:
        """With the reason only where it lies in the plan: not that nobody was reached, or is on leave."""
        reason = row.lamp.reason
        why = self._t("overall.why_no_base", base=reason.values["base"]) if reason.code == "no_base" else ""
        return self._t("overall.not_rated_row", title=self._title(row), why=why)

    # The lists

    def _numbered(self, rows: Sequence[Standing], line: Any) -> list[dict[str, Any]]:
        return [self._as_values(row) | {"line": line(number, row)} for number, row in enumerate(rows, 1)]

    def _as_values(self, row: Standing) -> dict[str, Any]:
        """What an office's own template may use of a row."""
        state = row.state
        return {
            "ref": row.row.ref,
            "name": row.row.short_name,
            "unit": row.row.lead_unit.name,
            "leaders": [link.person.name for link in row.row.leaders],
            "words": self._words(row),
            "sentence": self._lamp(row.lamp.sentence) if row.lamp.column is Column.BEHIND else "",
            "problem": _said(state.problem.value) if state.problem else "",
            "next_step": _said(state.next_step.value) if state.next_step else "",
        }

    def _title(self, row: Standing) -> str:
        task = row.row
        return self._t("row.who", name=task.short_name, ref=task.ref, dotted="." in task.ref, unit=task.lead_unit.name)

    def _lamp(self, reason: Reason, **more: Any) -> str:
        return SPACED.sub("", self.say.say(f"lamp.{reason.code}", **reason.values, **more))

    def _good_line(self, number: int, row: Standing) -> str:
        return self._t("row.line", number=number, title=self._title(row), words=self._words(row))

    def _behind_line(self, number: int, row: Standing) -> str:
        values = self._as_values(row)
        told = {clause.code for clause in row.lamp.sentence.values["clauses"]}  # is not said twice
        expected = row.state.expected_date if "expected_late" not in told else None
        return self._t(
            "row.behind",
            number=number,
            title=self._title(row),
            sentence=values["sentence"],
            problem=values["problem"] if "delayed" not in told else "",
            next_step=values["next_step"],
            expected=expected.value if expected else None,
            year=self.sight.plan.year,
        )

    def _problem_line(self, number: int, row: Standing) -> str:
        return self._t("row.problem", number=number, title=self._title(row), problem=self._as_values(row)["problem"])

    def _silent(self, rows: Sequence[Standing]) -> list[dict[str, Any]]:
        units: dict[str, list[str]] = {}
        for row in rows:
            units.setdefault(row.row.lead_unit.name, []).append(row_title(self.say, row.row))
        return [
            {"unit": unit, "rows": titles, "line": self._t("row.silent", number=number, unit=unit, rows=titles)}
            for number, (unit, titles) in enumerate(units.items(), 1)
        ]

    def _requirements(self, behind: Sequence[Standing], silent: bool) -> Iterator[str]:
        steps = [(row, self._step(row)) for row in behind]
        asked = [(row, words) for row, words in steps if words]
        if asked:
            yield self._t("require.behind")
            for number, (row, words) in enumerate(asked, 1):
                yield self._t("row.step", number=number, title=self._title(row), words=words)
        if silent:
            yield self._t("require.silent", second=bool(asked))
        if self._of(Column.ON_SCHEDULE):
            yield self._t("require.keep")
        yield self._t("require.open")

    def _step(self, row: Standing) -> str:
        """What is needed by the next due day, without a word of lamps."""
        green = row.lamp.turns_green
        if green is None:
            return ""
        steps = green.values["steps"] if green.code == "green.all" else (green,)
        return self.say.filters["listed"](dict.fromkeys(self._asked(step) for step in steps))

    def _asked(self, step: Reason) -> str:
        """A figure or a date that is missing; never that another status or date should be reported."""
        own = f"bulletin.{step.code}"
        return self.say.say(own) if self.say.has(own) else self._lamp(step, many=True)

    def _annex_row(self, row: Standing) -> dict[str, str]:
        return {
            "ref": row.row.ref,
            "task": row.row.short_name,
            "unit": row.row.lead_unit.name,
            "words": self.say.filters["listed"](self._short_words(row)),
            "deadline": self.say.filters["day"](row.row.deadline, self.sight.plan.year),
            "verdict": self.say.say(f"lamp.column.{row.lamp.column}"),
        }

    # How far a row is

    def _words(self, row: Standing) -> str:
        """Its figures against the targets, without judging."""
        words = [said for result in row.lamp.part_results if (said := self._part(result))]
        percent, expected = row.state.percent, row.state.expected_date
        if percent is not None and not any(result.part.value is not None for result in row.lamp.part_results):
            words.append(self._t("said.percent", percent=percent.value))
        status = row.state.status.value if row.state.status else None
        if status == Status.DONE:
            words.append(done_words(self.say, row))
        elif status is not None and not words:
            words.append(self.say.say(f"progress.{status}"))
        if expected is not None:
            words.append(self._t("said.expected", day=expected.value, year=self.sight.plan.year))
        return self.say.filters["clauses"](words) or self._t("row.no_words")

    def _short_words(self, row: Standing) -> list[str]:
        words = state_words(self.say, row.state, row.row, self.sight.plan.year)
        if row.state.status is None or row.state.status.value != Status.DONE:
            return words
        return [word for word in words if word != status_words(self.say, Status.DONE)] + [done_words(self.say, row)]

    def _part(self, result: PartResult) -> str:
        part = result.part
        if part.value is None or part.kind == PartKind.ONGOING:
            return ""
        values = {"label": part.label, "value": part.value, "unit": part.unit or "", "target": part.target}
        return self._t(f"said.{part.kind}", **values, percent=result.percent or 0)


def _reached(told: RoundProgress) -> list[Any]:
    return [unit for unit in told.units if unit.answer not in (Answer.UNDELIVERED, Answer.ON_LEAVE, Answer.EXCUSED)]


def _has_started(row: Standing) -> bool:
    """Reported, and not as 未启动."""
    status = row.state.status
    return row.state.ever_reported and (status is None or status.value != Status.NOT_STARTED)


def _said(words: str) -> str:
    return one_line(words).rstrip(ENDS)
