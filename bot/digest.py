"""The digest: one message to a contact for a round, its rows numbered, with what is known of each already filled in.

After a part was answered the same message is rendered again: answered rows get ✓, their buttons go, numbers stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.asked import Line, Sheet, read_sheet
from bot.brief import brief, same_label
from bot.echo import row_tag, row_title
from bot.lastknown import countable, last_known
from bot.message import Brief, Button, Outgoing
from bot.texts import Texts, texts
from data.kinds import Priority
from data.models import Person, Round, Unit
from data.queries import State
from scheduler.lamp import Column
from scheduler.office import Office
from scheduler.standing import Standing
from scheduler.workdays import workdays_between

SHORT: Final = 3  # up to so many rows each has its own 没变化
PER_LINE: Final = 4
ONE_LINE: Final = 4
PAGE_ROWS: Final = 20
PAGE_LETTERS: Final = 2800
# What a table's title says beyond the plan's name: 2021年重大民生实事 项目目标任务责任分解表.
_TABLE: Final = re.compile(r"(?:项目)?(?:目标)?(?:任务)?(?:责任)?(?:分工|分解)(?:一览)?表$")


def digest(
    session: Session,
    round_: Round,
    person: Person,
    now: datetime,
    office: Office,
    *,
    page: int = 0,
    edits: int | None = None,
) -> Outgoing:
    """The digest of a round for a person. `edits` is the outbox row of the message that it replaces."""
    assert person.unit_id is not None
    return render(read_sheet(session, round_, now, office, [person.unit_id]), person, page=page, edits=edits)


def render(
    sheet: Sheet, person: Person, *, page: int = 0, edits: int | None = None, in_group: bool = False
) -> Outgoing:
    """`digest` out of what was read before. `in_group`: as the unit's group sees it, without the person's buttons."""
    assert person.unit_id is not None
    assert person.unit is not None
    say = sheet.texts(person.language)
    lines = sheet.lines.get(person.unit_id, ())
    pages = _pages([(line, _row(say, line, sheet)) for line in lines])
    page = min(page, len(pages) - 1)
    said = Outgoing(
        "\n".join(_body(say, sheet, person.unit, lines, [text for _line, text in pages[page]], in_group=in_group)),
        title=_title(say, sheet, page, len(pages)),
        priority=Priority.DIGEST,
        listing=sheet.listings.get(person.unit_id, ()),
        round_id=sheet.round_.id,
        edits=edits,
    )
    if in_group:
        return said
    is_long, left = len(lines) > SHORT, [line for line in lines if not line.answered]
    here = [line for line, _text in pages[page]]
    keys = _buttons(say, sheet, here, left, is_long=is_long, signs_off=person.unit.sign_off) if left else []
    return replace(
        said,
        buttons=[*keys, *_turning(say, sheet, page, len(pages))],
        person_id=person.id,
        brief=_brief(say, sheet, person.unit.name, lines, left) if is_long and len(pages) == 1 else None,
    )


def _body(
    say: Texts, sheet: Sheet, unit: Unit, lines: Sequence[Line], rows: Sequence[str], *, in_group: bool
) -> list[str]:
    """The head, this page's rows, how to answer, and the rows in which the unit is co-lead."""
    left, is_long = [line for line in lines if not line.answered], len(lines) > SHORT
    body = [_head(say, sheet, unit.name, lines, left), *([""] if is_long else []), *rows]
    if left:
        ask = say.say("groups.ask") if in_group else _ask(say, left, is_long=is_long)
        body += ["", *_warnings(say, sheet, lines), ask]
    shared = shared_lines(say, sheet, unit.id)
    return [*body, "", say.say("reminders.shared", count=len(shared)), *shared] if shared else body


def _brief(say: Texts, sheet: Sheet, unit: str, lines: Sequence[Line], left: Sequence[Line]) -> Brief[Button]:
    ask = _ask(say, left, is_long=True) if left else ""
    behind = [(line, _percent_words(say, line)) for line in left if line.behind]
    warnings = _warnings(say, sheet, lines) if left else []
    return brief(say, sheet, plan_name(sheet.round_.plan.title), unit, lines, ask, warnings, behind)


def _percent_words(say: Texts, line: Line) -> str:
    """`35%，序时65%`, empty where the unit gave no percent."""
    percent = line.state.percent
    if percent is None:
        return ""
    return say.say("reminders.percent", percent=percent.value, about=False, expected=_expected(line.standing))


def shared_lines(say: Texts, sheet: Sheet, unit_id: int) -> list[str]:
    """The rows in which the unit is co-lead, with who answers for them and what is known."""
    return [
        say.say(
            "reminders.shared_row",
            title=row_title(say, each.row),
            unit=each.row.lead_unit.name,
            known=_known(say, each.state, last_known(say, each.state, each.row, sheet.year), sheet),
        )
        for each in sheet.shared.get(unit_id, ())
    ]


def co_lead_notice(sheet: Sheet, person: Person) -> Outgoing | None:
    """What a contact of a co-lead unit is told of a round; None where the unit is none any more."""
    say = sheet.texts(person.language)
    lines = shared_lines(say, sheet, person.unit_id or 0)
    if not lines:
        return None
    text = say.say("reminders.shared_notice", unit=person.unit.name if person.unit else "", count=len(lines))
    return Outgoing(
        "\n".join([text, *lines]),
        title=_title(say, sheet, 0, 1),
        person_id=person.id,
        priority=Priority.NOTICE,
        round_id=sheet.round_.id,
    )


def _title(say: Texts, sheet: Sheet, page: int, pages: int) -> str:
    opened = date.fromisoformat(sheet.round_.fire_local[:10])
    plan = plan_name(sheet.round_.plan.title)
    return say.say("reminders.title", office=sheet.office.name, plan=plan, opened=opened, page=page + 1, pages=pages)


def plan_name(title: str) -> str:
    """What people call the plan: `2021年重大民生实事` of 2021年重大民生实事项目目标任务责任分解表."""
    return _TABLE.sub("", title) or title


def _head(say: Texts, sheet: Sheet, unit: str, lines: Sequence[Line], left: Sequence[Line]) -> str:
    due = sheet.round_.due_on
    if not left or due is None:
        return say.say("reminders.head_all", unit=unit, count=len(lines))
    return say.say(
        "reminders.head",
        unit=unit,
        count=len(lines),
        left=len(left),
        due=due,
        over=due < sheet.office.today(sheet.now),
        year=sheet.year,
        long=len(lines) > SHORT,
    )


def _row(say: Texts, line: Line, sheet: Sheet) -> str:
    title = row_title(say, line.row)
    expected = _expected(line.standing) if line.behind else None
    words = last_known(say, line.state, line.row, sheet.year, expected)
    if line.answered:
        return say.say("reminders.row_answered", number=line.number, title=title, words=words)
    mark = say.say(f"lamp.column.{Column.BEHIND}") if line.behind else ""
    known = _known(say, line.state, words, sheet)
    return say.say("reminders.row", number=line.number, title=title, mark=mark) + f"\n  {known}"


def _known(say: Texts, state: State, words: str, sheet: Sheet) -> str:
    """`8月25日：学位 3200/5000 个`, or that nothing was reported yet."""
    if state.confirmed_at is None:
        return say.say("reminders.never")
    return say.say("reminders.last", day=sheet.office.today(state.confirmed_at), words=words, year=sheet.year)


def _expected(standing: Standing) -> float:
    deciding = standing.lamp.deciding
    if deciding is not None and deciding.expected is not None:
        return deciding.expected
    return standing.lamp.expected_percent


def _ask(say: Texts, left: Sequence[Line], *, is_long: bool) -> str:
    if not is_long:
        return say.say("reminders.ask", tap=any(line.state.ever_reported for line in left))
    behind = [line for line in left if line.behind]
    first = (behind or list(left))[0]
    after = sorted(left, key=lambda line: (line.number < first.number, line.number))
    rest = [line for line in (*behind, *after) if line is not first and countable(line.row)]
    target = countable(rest[0].row) if rest else None
    return say.say(
        "reminders.ask_many",
        first=first.number,
        second=rest[0].number if rest else None,
        label=target.short_label if target else "",
        unit=(target.unit or "") if target else "",
    )


def _warnings(say: Texts, sheet: Sheet, lines: Sequence[Line]) -> list[str]:
    """One line for each deadline that comes near, and the closing question."""
    found: dict[date, list[Line]] = {}
    for line in lines:
        if line.row.id in sheet.near:
            found.setdefault(line.row.deadline, []).append(line)
    today = sheet.office.today(sheet.now)
    said = [
        say.say(
            "reminders.deadline",
            numbers=[
                say.say("reminders.deadline_row", number=line.number, tag=row_tag(say, line.row.ref)) for line in each
            ],
            count=len(lines),
            day=day,
            left=workdays_between(today, day, sheet.office.calendar),
            year=sheet.year,
        )
        for day, each in sorted(found.items())
    ]
    return [*said, say.say("reminders.closing")] if sheet.closing else said


def _pages(shown: Sequence[tuple[Line, str]]) -> list[list[tuple[Line, str]]]:
    """At most `PAGE_ROWS` rows and `PAGE_LETTERS` letters each, so that every channel takes a page as one message."""
    pages: list[list[tuple[Line, str]]] = [[]]
    for each in shown:
        letters = sum(len(text) for _line, text in pages[-1]) + len(each[1])
        if pages[-1] and (len(pages[-1]) == PAGE_ROWS or letters > PAGE_LETTERS):
            pages.append([])
        pages[-1].append(each)
    return pages


def page_of(sheet: Sheet, person: Person, rows: Iterable[int]) -> int:
    """The page of a person's digest on which the first of these rows stands."""
    say = texts(person.language)
    lines = sheet.lines.get(person.unit_id or 0, ())
    wanted = set(rows)
    pages = _pages([(line, _row(say, line, sheet)) for line in lines])
    return next((n for n, page in enumerate(pages) if any(line.row.id in wanted for line, _text in page)), 0)


# Buttons ---------------------------------------------------------------------------------------------------


def _buttons(
    say: Texts, sheet: Sheet, shown: Sequence[Line], left: Sequence[Line], *, is_long: bool, signs_off: bool
) -> list[list[Button]]:
    round_id = sheet.round_.id
    rows = [
        Button(
            say.say("reminders.number", number=line.number), "row", {"assignment_id": line.row.id, "round_id": round_id}
        )
        for line in shown
        if not line.answered
    ]
    same = [line for line in (left if is_long else shown) if line.state.ever_reported and not line.answered]
    how, over = (
        Button(say.say("reminders.how_to"), "how_to"),
        Button(say.say("reminders.hand_over"), "hand_over", {"round_id": round_id}),
    )
    if is_long:
        keep = [] if signs_off else [Button(say.say("drafts.keep"), "hold_drafts")]
        return [*_all_same(say, round_id, same, left), *_cut(rows), [how, *keep, over]]
    each_same = [
        Button(
            say.say("reminders.no_change", number=line.number),
            "no_change",
            {"assignment_id": line.row.id, "round_id": round_id},
        )
        for line in same
    ]
    tops = [each_same + rows] if len(each_same) + len(rows) <= ONE_LINE else [each_same, rows]
    return [*tops, [how, over]]


def _all_same(say: Texts, round_id: int, same: Sequence[Line], left: Sequence[Line]) -> list[list[Button]]:
    if not same:
        return []
    args = {"round_id": round_id, "assignment_ids": [line.row.id for line in same]}
    return [[Button(same_label(say, len(same) == len(left)), "no_change_all", args)]]


def _cut(buttons: Sequence[Button]) -> list[list[Button]]:
    return [list(buttons[start : start + PER_LINE]) for start in range(0, len(buttons), PER_LINE)]


def _turning(say: Texts, sheet: Sheet, page: int, pages: int) -> list[list[Button]]:
    turns = (("page_before", page - 1), ("page_after", page + 1))
    found = [
        Button(say.say(f"reminders.{key}"), "page", {"round_id": sheet.round_.id, "page": to})
        for key, to in turns
        if 0 <= to < pages
    ]
    return [found] if found else []
