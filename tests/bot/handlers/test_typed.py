"""A button's words, typed: as good as a press of the newest message that has buttons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.handlers.typed import plain
from tests.bot.cast import Cast


@pytest.mark.parametrize("said", ["怎么写", " 怎么写。", "“怎么写”"])
def test_the_words_of_a_button_do_what_the_button_does(office: Cast, said: str) -> None:
    [pressed] = office.presses("education", "怎么写")
    [answer] = office.says("education", said)
    assert answer.text == pressed.text
    assert "没有听懂" not in answer.text


def test_a_bare_number_is_a_place_in_the_list_and_no_button(office: Cast) -> None:
    [pressed] = office.presses("education", "1")
    said = office.says("education", "1")
    assert pressed.text not in [each.text for each in said]


def test_a_press_that_counts_once_counts_once_however_it_is_made(office: Cast) -> None:
    office.says("education", "1 新增学位3500个")
    office.says("education", "撤回")
    [report] = office.stored("1")
    assert not report.standing
    [again] = office.presses("education", "撤回")
    assert "选过了" in again.text


def test_words_written_before_the_message_came_mean_no_button_of_it(office: Cast) -> None:
    [pressed] = office.presses("education", "怎么写")
    office.now -= timedelta(hours=1)
    [answer] = office.says("education", "怎么写")
    assert answer.text != pressed.text


def test_the_words_of_somebody_elses_button_are_words(office: Cast) -> None:
    [pressed] = office.presses("education", "联络员换人了")
    [said] = office.says("admin", "联络员换人了")
    assert said.text != pressed.text


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("1没变化", "✓ 1 没变化"),
        ("4加装电梯（8.2）", "4. 加装电梯(8.2)"),
        ("not yet!", "Not yet"),
        ("８.１ 没变化", "8.1没变化"),
    ],
)
def test_marks_spaces_and_widths_do_not_matter(said: str, label: str) -> None:
    assert plain(said) == plain(label)


@pytest.mark.parametrize(("one", "other"), [("3.2", "32"), ("1 2", "12"), ("not yet", "notyet")])
def test_numbers_and_words_are_not_run_together(one: str, other: str) -> None:
    assert plain(one) != plain(other)
