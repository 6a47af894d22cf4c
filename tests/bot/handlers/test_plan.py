"""The plan as it was published, and how a sentence would be read."""

from __future__ import annotations

from tests.bot.cast import Cast


def test_the_plan_is_told_with_its_size_and_where_it_came_from(cast: Cast) -> None:
    [told] = cast.says("admin", "计划")
    assert told.title == "2021年重大民生实事项目目标任务责任分解表"
    assert told.text.startswith(
        "10 个项目、25 项任务、8 家牵头单位、3 位区分管领导。\n来源：2021.txt，9月1日导入。\n"
        "1 增加教育资源供给（1 项，教育局）\n"
    )
    assert told.labels == [str(number) for number in range(1, 11)]


def test_a_leader_sees_the_own_part_of_it(cast: Cast) -> None:
    [told] = cast.says("leader", "计划")
    assert told.text.startswith("5 个项目、10 项任务、4 家牵头单位、1 位区分管领导。")
    [project] = cast.presses("leader", "3")
    assert str(project) == "3 老城厢复兴发展\n瞿秋白纪念馆、盛宣怀故居（3.1）：文体旅局，何海平，时限12月31日"
    assert str(cast.says("leader", "计划 3.2")[0]) == "没有找到“3.2”这一项。"


def test_a_row_is_shown_as_published_with_its_targets(cast: Cast) -> None:
    [row] = cast.says("admin", "计划 4.3")
    assert str(row) == (
        "适老化改造（4.3）\n主要内容：对300户困难老人家庭进行居家适老化改造。\n牵头单位：民政局\n"
        "配合单位：高新园（邹区镇）、各街道\n区分管领导：张菁\n时限：12月31日\n目标：适老化改造 300 户"
    )
    assert row.labels == ["看原话"]


def test_a_liaison_is_told_that_the_plan_is_not_for_liaisons(cast: Cast) -> None:
    assert "只有负责这件事的人能用" in str(cast.says("education", "计划")[0])


def test_a_sentence_is_explained_field_by_field_with_its_words_and_nothing_is_stored(cast: Cast) -> None:
    [told] = cast.says("admin", "解释 教育局 1新增学位3500个，预计11月底完成")
    assert told.title == "“1新增学位3500个，预计11月底完成”（当作教育局说的）"
    lines = told.text.split("\n")
    assert lines[0] == "读作：进展"
    assert lines[1].startswith("增加教育资源供给（序号1） ← “1”，确定")
    assert any(line.startswith("　数字：") and "3500个" in line for line in lines)
    assert any(line.startswith("　预计完成：11月30日 ← “") for line in lines)
    assert cast.stored("1") == []


def test_what_would_be_asked_is_shown_with_its_answers(cast: Cast) -> None:
    [told] = cast.says("admin", "解释 教育局 80%")
    assert "会问：" in told.text
    assert "增加教育资源供给（序号1）" in told.text


def test_explaining_nothing_is_answered_with_an_example(cast: Cast) -> None:
    assert str(cast.says("admin", "解释")[0]).startswith("请写上要看的一句话")
