"""What holds of every lamp, on random rows."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from math import ceil, floor
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.texts import texts
from data.kinds import PartKind, Status
from scheduler.lamp import Colour, Column, Manual, Part, RoundFacts, RowFacts, Stage, judge
from scheduler.lamp.facts import BEHIND
from scheduler.lamp.line import exact
from scheduler.lamp.row import SEVERITY
from tests.scheduler.lamp_cast import NEW_YEAR, YEAR_END, a_row, figure, say, sentence

DAYS = st.dates(date(2021, 1, 1), date(2021, 12, 31))
QUARTERS = tuple(
    Stage(date(2021, month, day), percent)
    for month, day, percent in ((3, 31, 15), (6, 30, 45), (9, 30, 75), (12, 31, 100))
)
AMOUNTS = st.one_of(st.integers(0, 30000), st.floats(0, 200).map(lambda value: round(value, 1)))
TARGETS = st.one_of(st.integers(1, 30000), st.floats(0.5, 200).map(lambda value: round(value, 1)))
COLUMNS = {Colour.DONE: Column.DONE, Colour.GREEN: Column.ON_SCHEDULE, Colour.NONE: Column.NOT_RATED}


@st.composite
def some_part(draw: st.DrawFn, kind: PartKind | None = None) -> Part:
    kind = kind or draw(st.sampled_from(PartKind))
    target: float | None = draw(TARGETS)
    if kind is PartKind.FEW:
        target = draw(st.integers(1, 20))
    elif kind not in (PartKind.FIGURE, PartKind.BOUND):
        target = None
    value = draw(st.none() | AMOUNTS)
    return Part(
        key=0,
        label=draw(st.sampled_from(["学位", "主体封顶", "零就业家庭动态清零"])),
        kind=kind,
        target=target,
        unit=draw(st.sampled_from(["个", "%", None])),
        value=value,
        day=None if value is None else draw(DAYS),
        node_date=draw(st.none() | DAYS),
        base="2020年",
        broken_rounds=draw(st.integers(0, 3)),
    )


@st.composite
def some_rounds(draw: st.DrawFn) -> tuple[RoundFacts, ...]:
    opened = sorted(draw(st.lists(DAYS, max_size=4, unique=True)))
    flags = st.booleans()
    rounds = []
    for day in opened:
        answered = draw(flags)
        still = answered and draw(flags)
        rounds.append(RoundFacts(day, day + timedelta(days=3), draw(flags), answered, still, draw(flags)))
    return tuple(rounds)


@st.composite
def some_row(draw: st.DrawFn) -> RowFacts:
    facts: dict[str, Any] = {
        "today": draw(st.dates(date(2021, 1, 1), date(2022, 2, 28))),
        "deadline": draw(st.dates(date(2021, 6, 1), date(2022, 3, 31))),
        "status": draw(st.none() | st.sampled_from(Status)),
        "percent": draw(st.none() | st.integers(0, 100)),
        "percent_day": draw(DAYS),
        "expected_date": draw(st.none() | st.dates(date(2021, 1, 1), date(2022, 6, 1))),
        "problem": draw(st.none() | st.just("管线迁改")),
        "last_report_day": draw(st.none() | DAYS),
        "rounds": draw(some_rounds()),
        "stages": draw(st.sampled_from([(), QUARTERS])),
        "original_deadline": draw(st.none() | st.just(date(2021, 5, 31))),
        "extension_asked": draw(st.booleans()),
        "reported_done": draw(st.integers(0, 9)) == 0,
        "struck_off": draw(st.sampled_from([None] * 9 + [date(2021, 11, 12)])),
        "manual": draw(st.sampled_from([None] * 9 + [Manual(Colour.RED, "未开工", "督查室", date(2021, 9, 28))])),
    }
    return a_row(*draw(st.lists(some_part(), max_size=5)), **facts)


@given(some_row(), DAYS)
def test_every_row_has_a_lamp_with_its_words_in_both_languages(row: RowFacts, due: date) -> None:
    result = judge(row, due)
    for language in ("zh-CN", "en"):
        assert sentence(result, language)
        assert texts(language).say(f"lamp.word.{result.reason.code}")
        assert all(say(part.reason, language) for part in result.part_results)
        assert bool(say(result.turns_green, language)) is (result.colour in BEHIND)


@given(some_row())
def test_the_sentence_of_an_extended_row_always_ends_with_the_old_deadline(row: RowFacts) -> None:
    told = sentence(judge(row))
    assert told.endswith("已延期（原时限5月31日）") is (row.original_deadline is not None)


@given(st.lists(some_row(), max_size=6))
def test_the_five_columns_add_up_to_the_rows_and_agree_with_the_colours(rows: list[RowFacts]) -> None:
    results = [judge(row) for row in rows]
    assert sum(Counter(result.column for result in results)[column] for column in Column) == len(rows)
    for result in results:
        if result.colour in BEHIND:
            assert result.column in (Column.BEHIND, Column.SILENT)
        else:
            assert result.column is COLUMNS[result.colour]
        if result.column is Column.SILENT:
            assert (result.ground, result.also, result.colour) == ("B8", (), Colour.YELLOW)


@given(some_row(), st.integers(1, 120))
def test_days_alone_change_nothing(row: RowFacts, days: int) -> None:
    later = row.today + timedelta(days=days)
    limits = [row.deadline, *(part.node_date for part in row.parts if part.node_date)]
    assume(not any(row.today <= limit < later for limit in limits))
    assume(not any(row.today <= one.due < later for one in row.rounds))
    assume(row.today <= row.deadline)
    now, then = judge(row), judge(replace(row, today=later))
    assert (now.colour, now.ground, now.column) == (then.colour, then.ground, then.column)
    assert _without_age(now.reason.values) == _without_age(then.reason.values)


def _without_age(values: dict[str, Any]) -> dict[str, Any]:
    """A milestone past its own date says for how many days."""
    return {name: value for name, value in values.items() if name != "overdue"}


@st.composite
def a_pace_kept(draw: st.DrawFn) -> tuple[RowFacts, RowFacts]:
    """A row with one figure, and the same row later with at least as much more as the schedule asked for meanwhile."""
    part = draw(some_part(draw(st.sampled_from([PartKind.FIGURE, PartKind.FEW]))))
    first, later = sorted((draw(DAYS), draw(DAYS)))
    value = draw(AMOUNTS)
    facts = {"stages": draw(st.sampled_from([(), QUARTERS])), "expected_date": draw(st.sampled_from([None, YEAR_END]))}
    row = a_row(replace(part, value=value, day=first), last_report_day=later, **facts)
    asked_more = ceil(exact(part.target or 0) * (row.share_on(later) - row.share_on(first)))
    more = replace(part, value=value + asked_more + draw(st.integers(0, 5)), day=later)
    return row, replace(row, parts=(more,))


@given(a_pace_kept())
def test_later_data_never_darkens_a_green_lamp_unless_the_schedule_asked_for_more(
    rows: tuple[RowFacts, RowFacts],
) -> None:
    was, now = (judge(row) for row in rows)
    trusted_a_date = was.reason.code == "few.by_plan"  # which helps until nine tenths of the time are gone
    if was.colour is Colour.GREEN and not trusted_a_date:
        assert now.colour is Colour.GREEN
    elif rows[0].parts[0].kind is PartKind.FIGURE:
        assert SEVERITY.index(now.colour) <= SEVERITY.index(was.colour)


@given(some_part(PartKind.FIGURE), DAYS)
def test_more_of_a_figure_on_the_same_day_never_darkens(part: Part, day: date) -> None:
    assume(part.value is not None)
    less = a_row(replace(part, day=day))
    more = a_row(replace(part, day=day, value=(part.value or 0) * 2 + 1))
    assert SEVERITY.index(judge(more).colour) <= SEVERITY.index(judge(less).colour)


@st.composite
def a_lag(draw: st.DrawFn, kind: PartKind) -> tuple[RowFacts, date]:
    """A row whose one figure is behind, and a due day after it."""
    least, most, first = (21, 30000, date(2021, 3, 1)) if kind is PartKind.FIGURE else (2, 20, date(2021, 7, 3))
    day, due = sorted((draw(st.dates(first, YEAR_END)), draw(st.dates(first, YEAR_END))))
    target = draw(st.integers(least, most))
    row = a_row(last_report_day=day)
    slack = row.thresholds.yellow_share() if kind is PartKind.FIGURE else 0
    too_much = ceil if kind is PartKind.FIGURE else floor
    value = draw(st.integers(0, too_much(target * (row.share_on(day) - slack)) - 1))
    part = replace(figure("学位", value, target, "个", day=day), kind=kind)
    return replace(row, parts=(part,)), due


@given(a_lag(PartKind.FIGURE))
def test_the_figure_that_turns_it_green_does_and_one_less_does_not(lag: tuple[RowFacts, date]) -> None:
    row, due = lag
    result = judge(row, due)
    assert result.colour in BEHIND
    assert result.turns_green is not None
    need = result.turns_green.values["need"]
    assert judge(_reported(row, need, due)).colour is Colour.GREEN
    assert judge(_reported(row, need - 1, due)).colour in BEHIND


@given(a_lag(PartKind.FEW))
def test_the_few_things_or_the_date_that_turn_it_green_do(lag: tuple[RowFacts, date]) -> None:
    row, due = lag
    result = judge(row, due)
    assert result.colour in BEHIND
    assert result.turns_green is not None
    assert judge(_reported(row, result.turns_green.values["need"], due)).colour is Colour.GREEN
    dated = replace(row, expected_date=YEAR_END)
    assert not result.turns_green.values["dated"] or judge(dated).colour is Colour.GREEN


def _reported(row: RowFacts, value: float, day: date) -> RowFacts:
    return replace(row, parts=(replace(row.parts[0], value=value, day=day),), last_report_day=day)


@given(some_part(PartKind.FIGURE) | some_part(PartKind.FEW), st.dates(NEW_YEAR, date(2021, 3, 31)))
def test_the_line_alone_gives_no_red_before_the_end_of_march(part: Part, day: date) -> None:
    part = replace(part, day=day, unit="个")
    assert judge(a_row(part, last_report_day=day)).colour is not Colour.RED


@given(some_row())
def test_a_difficulty_changes_no_lamp(row: RowFacts) -> None:
    troubled, smooth = (judge(replace(row, problem=problem)) for problem in ("管线迁改", None))
    assert troubled.colour is smooth.colour
    assert troubled.difficulty
    assert not smooth.difficulty
