"""What everybody can ask, and what is said to a word that is no command or not one's own."""

from __future__ import annotations

import pytest

from bot.commands import COMMANDS
from data.kinds import Role
from tests.bot.cast import Cast

ROLES = {"education": Role.LIAISON, "leader": Role.LEADER, "admin": Role.ADMIN}


@pytest.mark.parametrize("who", ROLES)
def test_help_shows_what_the_role_can_do_and_nothing_else(office: Cast, who: str) -> None:
    (said,) = office.says(who, "帮助")
    shown = {line.split(" ")[0] for line in said.text.splitlines()}
    assert len(shown) > 5
    assert shown == {command.words[0] for command in COMMANDS if ROLES[who] in command.roles}


@pytest.mark.parametrize("words", ["我的任务", "/我的任务", "／我的任务", "/mine", "mine", "/MINE"])
def test_a_command_is_known_by_either_name_with_or_without_a_slash(office: Cast, words: str) -> None:
    (said,) = office.says("education", words)
    assert said.title == "教育局 2 项任务"


@pytest.mark.parametrize(("who", "typed", "meant"), [("leader", "/汇综", "汇总"), ("education", "/mien", "我的任务")])
def test_a_mistyped_command_is_answered_with_the_nearest(office: Cast, who: str, typed: str, meant: str) -> None:
    (said,) = office.says(who, typed)
    assert f"是不是“{meant}”" in said.text


def test_a_mistyped_command_of_another_role_is_not_proposed(office: Cast) -> None:
    (said,) = office.says("education", "/remid")
    assert "催办" not in said.text


@pytest.mark.parametrize("words", ["催办 教育局", "/people", "汇总", "计划"])
def test_a_command_of_another_role_is_refused_in_a_sentence(office: Cast, words: str) -> None:
    (said,) = office.says("education", words)
    assert "只有负责这件事的人能用" in said.text
    assert said.buttons == ()


def test_the_language_is_changed_for_one_person_and_back(office: Cast) -> None:
    office.says("leader", "语言")
    (english,) = office.says("leader", "/summary")
    assert "on schedule 0" in english.text
    (other,) = office.says("education", "我的任务")
    assert other.title == "教育局 2 项任务"
    office.says("leader", "/lang zh-CN")
    (chinese,) = office.says("leader", "汇总")
    assert "完成 0" in chinese.text


def test_what_is_being_asked_is_put_down_by_a_word(office: Cast) -> None:
    (asked,) = office.says("education", "完成60%")
    assert asked.buttons
    office.says("education", "取消")
    (again,) = office.says("education", "取消")
    assert "没有" in again.text
    assert office.stored("1") == []


def test_a_unit_gets_hold_of_the_office_by_a_word(office: Cast) -> None:
    [told] = office.says("education", "找督查室")
    assert told.text == "已转告督查室，会尽快与您联系。"
    assert office.heard("admin")[-1].text == "教育局周敏 想请督查室联系。"
    office.says("education", "找督查室 学位算不算在建的")
    assert office.heard("admin")[-1].text == "教育局周敏 找督查室：学位算不算在建的"
    assert "只有负责这件事的人能用" in office.says("leader", "找督查室")[0].text
