"""The rule book, line by line: which case of the other tables shows each, and that none of the code's is left out.

`A1` to `A23` are the lines of the table of parts, from the first kind to the last; `B1` to `B11` those of the row, as
the code names them; the rest are what the book says beside its tables.
"""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterable, Mapping
from types import ModuleType

import pytest

from bot.texts import catalogue
from scheduler.lamp import LampResult, PartResult, judge, judge_part, row
from tests.bot import test_standing
from tests.bot.handlers import test_judging, test_summary
from tests.scheduler import test_lamp_demo, test_lamp_line, test_lamp_parts, test_lamp_properties, test_lamp_row
from tests.scheduler.lamp_cast import a_row

PARTS: Mapping[str, PartResult] = {
    case[0]: judge_part(case[1], a_row(case[1], **case[2])) for case in test_lamp_parts.CASES
}
ROWS: Mapping[str, LampResult] = {case[0]: judge(case[1]) for case in test_lamp_row.CASES}

WORD = "lamp.word."  # a word for each reason: the catalogue is held to the code by its own tests
# Line → the cases that show it.
TABLE_A: Mapping[str, tuple[str, ...]] = {
    "A1 figure, all there": ("a target met", "all of a percent"),
    "A2 figure, on the line or before it": ("on the line", "a counted figure goes before the percent"),
    "A3 figure, behind by no more than Y": ("a little behind",),
    "A4 figure, behind by more than Y": ("behind",),
    "A5 figure, behind by more than R": ("far behind", "far behind in numbers"),
    "A6 figure, only a percent of the whole": (
        "only a percent of the whole, on the line",
        "only a percent of the whole, far behind",
    ),
    "A7 few, as many as by the line": ("few things in time", "few things all there"),
    "A8 few, by the unit's own plan": (
        "few things late by the line but in time by the unit's plan",
        "a plan that ends within a month names the day",
    ),
    "A9 few, short": (
        "few things behind",
        "few things far behind, but the day they come is after the deadline",
        "few things not begun are not excused by a date",
        "few things short by little at the end of the year",
    ),
    "A10 few, far short": (
        "few things far behind without a date",
        "few things short at the end of the year are not excused by a date",
    ),
    "A11 milestone, reached": ("a milestone reached",),
    "A12 milestone, in time or open": ("a milestone with a date", "a milestone without a date early in the year"),
    "A13 milestone, no date past half, not begun past a quarter": (
        "a milestone without a date past half of the time",
        "a milestone not begun past a quarter of the time",
    ),
    "A14 milestone, not begun past three quarters, or missed": (
        "a milestone not begun past three quarters of the time",
        "a milestone past its own date",
    ),
    "A15 ongoing, a percent": (
        "ongoing work by the unit's own estimate",
        "ongoing work behind by the unit's own estimate",
    ),
    "A16 ongoing, under way": ("ongoing work",),
    "A17 ongoing, not begun": (
        "ongoing work not begun in spring",
        "ongoing work not begun past a quarter",
        "ongoing work not begun past half",
    ),
    "A18 kept": ("something kept",),
    "A19 broken": ("something broken", "something broken in two rounds", "a service not kept up"),
    "A20 within a bound": ("within a bound", "on a bound"),
    "A21 over a bound": ("over a bound",),
    "A22 no base": ("a multiple of an unknown base",),
    "A23 no figure of this part": ("no figure yet", "no figure yet for a bound"),
}
# What the book leaves to its reader, and the code has to say.
BESIDE_A: tuple[str, ...] = (
    "a milestone announced for after its own date",
    "a milestone announced for long after its own date",
    "something kept of which nobody spoke",
    "ongoing work of which only a problem is known",
    "never reported",
)
TABLE_B: Mapping[str, tuple[str, ...]] = {
    "B1": ("struck off", "extended and done"),
    "B2": ("reported done, not yet checked",),
    "B3": ("set by hand", "set by hand where the system gives none"),
    "B4": (
        "no round yet",
        "the first round not due yet",
        "never reported, not delivered",
        "never reported, on leave",
        "never reported, excused by the office",
    ),
    "B5": ("past the deadline",),
    "B6": (
        "announced for after the deadline",
        "announced for long after the deadline",
        "announced for after the deadline, an extension asked for",
        "extended and announced for later still",
    ),
    "B7": ("the unit itself says it is delayed", "the unit says it is delayed without a word why"),
    "B8": (
        "the last due round unanswered",
        "the last due round unanswered, never reported",
        "one round unanswered, already slow before",
        "two rounds unanswered, on schedule before",
    ),
    "B9": ("two rounds unanswered, already slow before",),
    "B10": ("two rounds without a new figure", "two rounds without a new percent"),
    "B11": (
        "the worst part, then the others as a count",
        "two parts behind, one without a figure",
        "no part has a lamp",
        "extended",
    ),
}
# What the book says beside the tables → the tests that show it.
BULLETS: Mapping[str, tuple[tuple[ModuleType, str], ...]] = {
    "days alone change no lamp": (
        (test_lamp_properties, "test_days_alone_change_nothing"),
        (test_lamp_row, "test_an_open_round_that_is_not_due_yet_is_no_silence"),
    ),
    "each figure has a day of its own": (
        (test_lamp_parts, "test_each_figure_is_judged_by_the_schedule_of_its_own_day"),
    ),
    "the line, straight or by stages": (
        (test_lamp_line, "test_the_straight_line_counts_both_the_first_day_and_the_day_itself"),
        (test_lamp_line, "test_a_stage_is_reached_at_the_end_of_its_day"),
    ),
    "compared unrounded, shown rounded": (
        (test_lamp_parts, "test_the_thresholds_are_exact_at_their_edges"),
        (test_lamp_parts, "test_percents_are_shown_whole_with_halves_up"),
    ),
    "thresholds are settings, per plan too": (
        (test_lamp_parts, "test_a_plan_may_set_its_own_thresholds"),
        (test_judging, "test_a_standard_is_shown_with_the_lamps_that_it_changes_and_set_when_confirmed"),
    ),
    "a lamp by hand stays until it is lifted": (
        (test_judging, "test_a_lamp_set_by_hand_stands_beside_what_the_system_says_until_it_is_lifted"),
    ),
    "an extension moves deadline and line": ((test_lamp_line, "test_an_extension_stretches_the_stages"),),
    "a difficulty is a mark and no lamp": (
        (test_lamp_row, "test_a_difficulty_sets_its_mark_and_changes_no_lamp"),
        (test_lamp_demo, "test_only_the_relocation_of_pipes_is_a_difficulty"),
    ),
    "the five columns add up": (
        (test_lamp_demo, "test_the_five_columns_add_up_to_the_25_rows"),
        (test_summary, "test_the_five_counts_add_up_to_the_rows_that_the_reader_may_see"),
    ),
    "yellow and red say what turns them green": (
        (test_lamp_row, "test_every_yellow_and_red_says_what_turns_it_green"),
    ),
    "no red by the line alone before the end of March": (
        (test_lamp_parts, "test_the_line_alone_gives_no_red_before_the_end_of_march"),
    ),
    "the same figure twice is a standstill": ((test_standing, "test_the_same_figure_in_two_rounds_is_a_standstill"),),
}


def named(table: Mapping[str, Iterable[str]]) -> list[str]:
    return [name for names in table.values() for name in names]


def test_every_line_of_the_parts_has_its_cases_and_every_case_its_line() -> None:
    assert sorted([*named(TABLE_A), *BESIDE_A]) == sorted(PARTS)
    assert [line.partition(" ")[0] for line in TABLE_A] == [f"A{number}" for number in range(1, 24)]


def test_every_line_of_the_row_has_its_cases_and_every_case_its_line() -> None:
    assert sorted(named(TABLE_B)) == sorted(ROWS)
    assert {name: ROWS[name].ground for name in ROWS} == {
        name: line for line, names in TABLE_B.items() for name in names
    }


def test_no_reason_that_there_can_be_is_without_a_case() -> None:
    told = {part.reason.code for part in PARTS.values()} | {result.reason.code for result in ROWS.values()}
    known = {key.removeprefix(WORD) for key in catalogue("zh-CN") if key.startswith(WORD)}
    assert len(known) > 30
    assert told == known


def test_no_line_of_the_row_is_without_a_case() -> None:
    lines = {
        node.value
        for node in ast.walk(ast.parse(inspect.getsource(row)))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value[:1] == "B"
        and node.value[1:].isdigit()
    }
    assert len(lines) == 11
    assert {result.ground for result in ROWS.values()} == lines


@pytest.mark.parametrize("bullet", BULLETS)
def test_what_stands_beside_the_tables_has_its_tests(bullet: str) -> None:
    for module, name in BULLETS[bullet]:
        assert callable(getattr(module, name))
