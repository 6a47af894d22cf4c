"""Questions of a leader or an admin in free words, on the demo's figures."""

from __future__ import annotations

import pytest

from tests.bot.cast import Cast

REPORT = "1新增学位3500个，预计11月底完成；2 开放了9所，心理普测还没开始，等市里文件"


@pytest.fixture
def asked(demo_cast: Cast) -> Cast:
    """The demo after its first step."""
    demo_cast.says("education", REPORT)
    return demo_cast


def test_one_figure_is_told_against_target_and_schedule_with_its_source(asked: Cast) -> None:
    [told] = asked.says("leader", "学位完成了多少")
    assert str(told) == (
        "学位（序号1）3500/5000 个，70%，序时 74%，基本达序时；预计11月30日前完成。\n出处：教育局 9月26日"
    )
    [words] = asked.presses("leader", "看原话")
    assert "1新增学位3500个" in words.text


def test_a_correction_changes_the_answer(asked: Cast) -> None:
    asked.says("education", "说错了，是3300")
    assert str(asked.says("leader", "学位完成了多少")[0]).startswith(
        "学位（序号1）3300/5000 个，66%，序时 74%，基本达序时"
    )


def test_a_figure_of_an_earlier_day_is_judged_by_the_schedule_of_that_day(asked: Cast) -> None:
    assert str(asked.says("leader", "培训多少人了")[0]) == (
        "职业技能培训（序号2）5100/10000 人次，51%，8月25日序时 65%，慢于序时。\n出处：人社局 8月25日"
    )


def test_a_project_is_told_in_one_line_with_what_is_behind(asked: Cast) -> None:
    assert str(asked.says("admin", "养老那项到哪了")[0]) == (
        "优化养老服务（4）共 4 项：上门服务 15400/23000 名；改造服务中心 4/8 家（慢于序时，应 5 家）；"
        "适老化改造 186/300 户；康复辅具 690/1000 人。\n出处：民政局 8月25日"
    )


def test_a_leader_hears_whose_the_other_rows_of_a_project_are(asked: Cast) -> None:
    [told] = asked.says("leader", "老城厢到哪了")
    assert str(told).startswith("老城厢复兴发展（3）：您分管 1 项（3.1），另 1 项由其他区领导分管。")
    assert "道路" not in str(told)


@pytest.mark.parametrize("question", ["养老那项到哪了", "适老化改造多少户了", "4.3进展", "项目4"])
def test_rows_of_other_leaders_are_not_told(asked: Cast, question: str) -> None:
    told = str(asked.says("leader", question)[0])
    assert told.endswith("由其他区领导分管，您这里看不到进展。")
    assert "186" not in told


def test_a_unit_without_rows_of_the_leader_is_said_to_have_none(asked: Cast) -> None:
    assert str(asked.says("leader", "住建局怎么样")[0]) == "住建局没有归您看的任务。"


@pytest.mark.parametrize("question", ["3.2进展", "3.2", "3.2 到哪了？"])
def test_a_row_is_asked_by_its_number(asked: Cast, question: str) -> None:
    assert str(asked.says("admin", question)[0]).startswith("绿 老城厢道路整治（3.2）：推进中（住建局）")


@pytest.mark.parametrize(
    ("question", "start"),
    [
        ("车位怎么样", "黄 停车泊位（9.2）"),
        ("停车位", "黄 停车泊位（9.2）"),
        ("老旧小区改造到哪了", "老旧小区改造（8.1）"),
        ("棚改", "绿 棚户区改造（8.3）"),
        ("水环境现在怎么样了", "水环境整治（序号6）"),
        ("适老化改造完成多少户了", "适老化改造（4.3）186/300 户，62%，8月25日序时 65%，基本达序时"),
        ("送戏完成了吗", "送戏（5.1）52/80 场"),
        ("失业率多少", "促进就业（序号2）：在控制线内：登记失业率 2.1%（≤3%）"),
        ("桂花路桥开工了吗", "桂花路桥等道路（9.1）"),
    ],
)
def test_rows_and_targets_are_found_by_their_words(asked: Cast, question: str, start: str) -> None:
    told = str(asked.says("admin", question)[0])
    assert start in told.split("\n")[0]


def test_a_unit_is_told_row_by_row(asked: Cast) -> None:
    [told] = asked.says("leader", "教育局怎么样")
    assert told.title == "教育局（2 项）"
    assert "绿 增加教育资源供给（序号1）" in told.text
    assert "开放学校 9/11 所" in told.text
    assert told.labels == ["1", "5.6"]


def test_what_is_behind_is_told_with_reasons(asked: Cast) -> None:
    [told] = asked.says("leader", "哪些滞后")
    assert told.title == "红黄灯 1 项"
    assert told.text.startswith("黄 促进就业（序号2）：职业技能培训 5100/10000 人次（51%）")
    [told] = asked.says("admin", "住建局哪些滞后")
    assert told.title == "住建局红黄灯 2 项"
    assert str(asked.says("leader", "有红灯吗")[0]) == "没有红灯的任务。"


def test_difficulties_are_told_in_the_units_own_words(asked: Cast) -> None:
    [told] = asked.says("leader", "有什么困难")
    assert told.text == "有困难 体育设施开放、健康促进学校（5.6）：心理普测还没开始，等市里文件（教育局，刚刚）"


def test_nothing_is_done_before_it_is_checked(asked: Cast) -> None:
    assert str(asked.says("leader", "哪些完成了")[0]) == "还没有已完成（已核）的任务。"


def test_who_has_not_answered_may_be_asked_in_passing(asked: Cast) -> None:
    assert str(asked.says("leader", "还有谁没有反馈？")[0]) == (
        "9月调度 4 家单位：已反馈 1（教育局），等待中 3，截止 9月29日（周三）。还没到时间，不催。"
    )


def test_the_whole_is_the_summary(asked: Cast) -> None:
    assert asked.says("leader", "总体怎么样")[0].title == "您分管的 10 项（9月26日）"


def test_one_sentence_can_be_handed_on_as_it_is(asked: Cast) -> None:
    assert str(asked.says("admin", "一句话 学位")[0]) == (
        "截至9月26日，增加教育资源供给项目累计增加学位 3500 个，完成年度目标的 70%，当日序时进度 74%，"
        "预计11月底前完成（教育局9月26日反馈）。"
    )


@pytest.mark.parametrize("question", ["今天天气怎么样", "？", "啊" * 300, "999.9", "😀", "<b>学</b>"])
def test_what_is_not_understood_is_answered_with_what_can_be_asked(asked: Cast, question: str) -> None:
    told = str(asked.says("leader", question)[0])
    assert told.startswith("没听懂要看什么。") or told == "没有找到“999.9”这一项。"


def test_english_is_answered_in_english(asked: Cast) -> None:
    asked.says("leader", "语言")
    [told] = asked.says("leader", "学位完成了多少")
    assert str(told).startswith("学位 (no. 1) 3500/5000 个, 70%, schedule 74%, nearly on schedule; expected by 30 Nov.")


def test_kinds_of_rows_are_asked_for_in_many_words(asked: Cast) -> None:
    for question, start in (
        ("红的有几个", "红灯 1 项"),
        ("哪些能按期完成", "达序时的 20 项"),
        ("年底前完不成的有哪些", "没有预计晚于时限的任务"),
        ("哪些快到期了", "30 天内没有到时限的任务"),
        ("还没启动的有哪些", "没有报未启动的任务"),
        ("还没报过的有哪些", "任务都反馈过"),
        ("哪些未评", "未评的 1 项"),
        ("芮春祥分管的滞后项", "芮春祥红黄灯 2 项"),
        ("何海平分管哪些", "何海平（10 项）"),
        ("how many are done", "还没有已完成"),
    ):
        assert str(asked.says("admin", question)[0]).startswith(start), question


def test_what_changed_is_told_for_the_days_that_are_named(asked: Cast) -> None:
    for question in ("最近有什么变化", "昨天以来有什么新进展", "这几天谁报了", "what changed since Monday"):
        (told,) = asked.says("leader", question)
        assert "学位（序号1）3200 → 3500 个（教育局）" in told.text, question
    assert str(asked.says("leader", "上周有什么变化")[0]) == "9月13日至9月19日没有新的变化。"
    asked.at("2021-10-09T09:00")
    (told,) = asked.says("leader", "9月26日到9月30日有什么变化")
    assert told.title == "9月26日至9月30日的变化"
    assert "学位（序号1）3200 → 3500 个" in told.text


def test_whether_and_when_a_unit_has_reported(asked: Cast) -> None:
    assert str(asked.says("admin", "教育局报了没有")[0]) == "教育局：9月调度已反馈 2/2 项。最近一次反馈 9月26日。"
    assert "最近一次反馈 8月25日" in asked.says("admin", "住建局上次什么时候报的")[0].text
    assert "已反馈 1（教育局）" in asked.says("leader", "都报齐了吗")[0].text


def test_when_it_will_be_done_and_why_it_is_red(asked: Cast) -> None:
    finish = "老旧小区改造（8.1）：还没有报预计完成时间，时限12月31日。"
    assert str(asked.says("admin", "老旧小区改造什么时候能完成")[0]) == finish
    assert "预计11月30日前完成（教育局9月26日报）" in asked.says("leader", "序号1什么时候能完成")[0].text
    assert "明显慢于序时" in asked.says("admin", "老旧小区为什么红")[0].text


def test_one_sentence_of_written_words_with_its_source(asked: Cast) -> None:
    for words, told in (
        (
            "一句话 停车",
            "截至8月25日，停车泊位项目累计新接入“智慧停车”平台公共停车泊位 2300 个，完成年度目标的 55%，"
            "当日序时进度 65%（住建局8月25日反馈）。",
        ),
        (
            "一句话老旧小区",
            "截至8月25日，老旧小区改造项目总体完成 35%（单位自评），当日序时进度 65%（住建局8月25日反馈）。",
        ),
        ("/sentence 3.2", "截至8月25日，老城厢道路整治项目推进中（住建局8月25日反馈）。"),
    ):
        assert str(asked.says("admin", words)[0]) == told
    assert "优化养老服务项目4项任务中" in asked.says("admin", "一句话 养老")[0].text
    assert "教育局牵头的2项任务中" in asked.says("admin", "一句话 教育局")[0].text


def test_an_unknown_topic_says_what_can_be_asked_and_another_leaders_is_not_told(asked: Cast) -> None:
    assert "没有找到“火星”" in asked.says("admin", "一句话 火星")[0].text
    assert "要哪一项的一句话" in asked.says("admin", "一句话")[0].text
    assert "由其他区领导分管" in asked.says("leader", "一句话 停车")[0].text


def test_the_office_sends_a_sentence_on_to_the_leader(asked: Cast) -> None:
    asked.says("admin", "一句话 学位")
    asked.presses("admin", "发给何海平")
    assert asked.heard("leader")[-1].text.startswith(
        "【区政府督查室】截至9月26日，增加教育资源供给项目累计增加学位 3500 个"
    )


def test_what_is_not_understood_shows_what_can_be_asked(asked: Cast) -> None:
    (told,) = asked.says("leader", "今天天气怎么样")
    assert told.text.startswith("没听懂要看什么。可以问")
    assert told.labels == ["汇总", "只看红黄", "谁没反馈"]
    assert "您分管的 10 项" in (asked.presses("leader", "汇总")[0].title or "")
    assert asked.says("leader", "谢谢")[0].text == "好的。有事随时问。"
