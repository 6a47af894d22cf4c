"""What everybody can ask, and what is said to a word that is no command or not one's own."""

from __future__ import annotations

import re

import pytest

from bot.commands import COMMANDS, command_of
from bot.texts import texts
from data.kinds import Role
from tests.bot.cast import Cast

ROLES = {"education": Role.LIAISON, "leader": Role.LEADER, "admin": Role.ADMIN}


@pytest.mark.parametrize("who", ROLES)
def test_help_shows_what_the_role_can_do_and_nothing_else(office: Cast, who: str) -> None:
    (said,) = office.says(who, "帮助")
    shown = {line.split(" ")[0] for line in said.text.splitlines()}
    assert len(shown) > 5
    assert shown == {command.words[0] for command in COMMANDS if ROLES[who] in command.roles}


EXAMPLE = re.compile("“([^”]+)”")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize("who", [*ROLES, "head"])
def test_each_line_of_help_has_an_example_that_the_role_may_use(office: Cast, who: str, language: str) -> None:
    office.joins("head", "刘洋", Role.HEAD, "住建局")
    office.says(who, f"语言 {language}")
    (said,) = office.says(who, "帮助")
    role = ROLES.get(who, Role.HEAD)
    for line in said.text.splitlines():
        examples = EXAMPLE.findall(line)
        assert examples, line
        named = [found[0] for found in map(command_of, examples) if found is not None]
        assert [command.name for command in named if role not in command.roles] == [], line


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_what_the_help_of_an_admin_gives_as_examples_is_understood(office: Cast, language: str) -> None:
    office.joins("deputy", "李敏", Role.LIAISON, "教育局")
    office.joins("secretary", "王秘书", Role.LEADER)
    office.says("admin", f"语言 {language}")
    (help_text,) = office.says("admin", "帮助")
    say = texts(language)
    not_understood = say.say("ask.not_understood")
    for example in EXAMPLE.findall(help_text.text):
        if not example.startswith(("语言", "lang")):
            answers = [str(said) for said in office.says("admin", example)]
            assert answers, example
            assert not_understood not in answers, example


def test_the_help_names_a_row_of_the_readers_own(office: Cast) -> None:
    assert "“出处 5.6”" in office.says("education", "帮助")[0].text
    assert "“出处 10.1”" in office.says("housing", "帮助")[0].text


def test_a_leader_takes_back_the_own_hours_and_an_admin_leaves_them(office: Cast) -> None:
    office.says("leader", "工作时间 9:00-12:00")
    assert "没有可撤回" in office.says("admin", "撤回")[0].text
    office.says("leader", "汇总")
    assert "9:00—17:30" in office.says("leader", "撤回")[0].text
    assert "没有" in office.says("leader", "撤回")[0].text


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
