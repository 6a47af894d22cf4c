"""Which row a reply speaks of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.reading.read import read
from tests.bot.reading.plan import context


def rows(text: str, unit: str, **fields: object) -> list[str | None]:
    return [item.row_id for item in read(text, replace(context(unit), **fields)).items]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    ["4.3完成210户", "4-3 210户", "（4.3）210户", "4.3项210户", "序号4.3：210户", "项目4.3 210户", "４．３完成２１０户",
     "第三项210户", "3.210户", "3 210户", "③210户", "三、210户", "3️⃣210户", "适老化改造（4.3）：210户", "适老化210户",
     "row 4.3: 210 homes", "8. 适老化改造（4.3）210户"],
)  # fmt: skip
def test_all_the_ways_to_name_a_row_name_it(text: str) -> None:
    reading = read(text, context("民政局"))

    assert [(item.row_id, [figure.value for figure in item.figures]) for item in reading.items] == [("4.3", [210])]
    assert not reading.ask


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("1.完成六成 2.还没开工，苗木没到", "教育局", ["1", "5.6"]),
        ("1新增学位3500个，预计11月底完成；2 开放了9所", "教育局", ["1", "5.6"]),
        ("学位3500个\n开放9所", "教育局", ["1", "5.6"]),
        ("1⃣️学位3530个 2⃣️开放9所", "教育局", ["1", "5.6"]),
        ("5 驿站2个患者512人 4 辅具735人 3 适老化199户", "民政局", ["7.2", "4.4", "4.3"]),
        ("4.3 210 4.4 750", "民政局", ["4.3", "4.4"]),
        ("上门服务17200人，中心改好5家", "民政局", ["4.1", "4.2"]),
        ("绿地一百零三亩水环境完成百分之六十六电梯装了十六部", "住建局", ["10.1", "6", "8.2"]),
        ("5.3、5.4分别完成2330人次和8项", "文体旅局", ["5.3", "5.4"]),
        ("8.1、9.2没有变化", "住建局", ["8.1", "9.2"]),
        ("1-3都没变化", "住建局", ["3.2", "6", "8.1"]),
        ("1、2没变化", "住建局", ["3.2", "6"]),
        ("水环境完成70%", "住建局", ["6"]),
        ("6.1完成70%", "住建局", ["6"]),
        ("4.1-4.4依次是20100人、7家、251户、903人", "民政局", ["4.1", "4.2", "4.3", "4.4"]),
        ("8.1、8.2、8.3进度分别为65%、70%、90%", "住建局", ["8.1", "8.2", "8.3"]),
        ("8.2、10.1均按期推进，分别完成25部、132亩", "住建局", ["8.2", "10.1"]),
        ("1、2、3项依次为18200人、6家、247户", "民政局", ["4.1", "4.2", "4.3"]),
        ("2 没启动 1 学位3390", "教育局", ["5.6", "1"]),
        ("水环境：管网检测100%，总体65%", "住建局", ["6"]),
        ("电梯17、道路8、泊位1380", "住建局", ["8.2", "9.1", "9.2"]),
        ("3：改完19个　5：2100套　8：118亩", "住建局", ["8.1", "8.3", "10.1"]),
        ("1号竣工2个，2号开了9所", "教育局", ["1", "5.6"]),
        ("学校那块形象进度七成", "教育局", ["1"]),
        ("养老服务站是7家了", "民政局", ["4.2"]), ("完工12个老小区，装梯22部", "住建局", ["8.1", "8.2"]),
        ("腾龙路泵站主体封顶了", "住建局", ["6"]), ("大板房主体封顶了", "住建局", ["8.3"]),
        ("9.1十条路修好6条", "住建局", ["9.1"]), ("6和9.2没变化", "住建局", ["6", "9.2"]),
        ("水环境这块呢主体都做完了就是绿化恢复还在弄", "住建局", ["6"]),
        ("因商户没谈拢，3.1慢了二十天，现在58%", "文体旅局", ["3.1"]),
        ("三堡街拖着没动，泵站在调试了", "住建局", ["3.2", "6"]),
        ("适老化还没开始，驿站在装修", "民政局", ["4.3", "7.2"]),
        ("棚改没动，泵站旁边的房子还没拆", "住建局", ["8.3"]),
        ("辅具租赁服务803人，其中老年人612人，残疾人191人", "民政局", ["4.4"]),
        ("月末以前4.2结束，4.3要到下月15号", "民政局", ["4.2", "4.3"]),
        ("老旧小区改完17个，有3个卡在居民对停车位方案有意见，泊位1410个", "住建局", ["8.1", "9.2"]),
        ("4.1到4.4都正常，就7.2缺专职社工", "民政局", ["4.1", "4.2", "4.3", "4.4", "7.2"]),
        ("第3个18个，第5个1950套", "住建局", ["8.1", "8.3"]),
        ("我按顺序报啊，一万五千四，四家，一百八十六户，六百九，最后德康么两家，病人三百五十个", "民政局",
         ["4.1", "4.2", "4.3", "4.4", "7.2"]),
        ("八点一老小区百分之四十五八点二电梯四十一台停车位今年新划的九百二绿地七十八亩", "住建局",
         ["8.1", "8.2", "9.2", "10.1"]),
        ("给您报下数字哈：17650/6/246/851/2", "民政局", ["4.1", "4.2", "4.3", "4.4", "7.2"]),
        ("泊位：老小区挖潜320、路边400、商场配建210，一共930", "住建局", ["9.2"]),
        ("8.1/8.3/9.1：25/2300/8", "住建局", ["8.1", "8.3", "9.1"]),
        ("四项指标里三项超九成：上门21500、适老280、辅具930", "民政局", ["4.1", "4.3", "4.4"]),
        ("12所中有9所主体在建，1所竣工备案，2所桩基", "教育局", ["1"]),
        ("四点一到四点四分别一万五千九、五家、两百零五、七百一", "民政局", ["4.1", "4.2", "4.3", "4.4"]),
        ("护理员缺30名，4.1进度还行，12100", "民政局", ["4.1"]),
        ("3.2五条路四条完工，北大街12月22日通车", "住建局", ["3.2"]),
        ("服务站改造完成5个，1个在改，2个没动", "民政局", ["4.2"]),
        ("绿地跟泊位都到百分之六十了", "住建局", ["10.1", "9.2"]),
        ("电梯、道路还有棚改都正常推进，泊位1300", "住建局", ["8.2", "9.1", "8.3", "9.2"]),
        ("绿地泊位都没变", "住建局", ["9.2", "10.1"]),
        ("两项都还没开始", "教育局", ["1", "5.6"]),
        ("3.2和6都在推进，8.1累计19个", "住建局", ["3.2", "6", "8.1"]),
        ("3和4都是老样子，1到了20300名，2还在改", "民政局", ["4.3", "4.4", "4.1", "4.2"]),
        ("1、13850；2、5；3、190", "民政局", ["4.1", "4.2", "4.3"]),
        ("水这块投资完成81%，总体进度六成五", "住建局", ["6"]),
        ("路呢通了6条，绿呢103亩，水的事情还在弄", "住建局", ["9.1", "10.1", "6"]),
        ("因棚户区拆迁没完，泊位只有400", "住建局", ["9.2"]),
        ("前两项分别是15600名、4家，后面几项明天补", "民政局", ["4.1", "4.2"]),
        ("一、老旧小区：完成74%；二、电梯：装好22部；三、绿地：102亩", "住建局", ["8.1", "8.2", "10.1"]),
    ],
)  # fmt: skip
def test_several_rows_in_one_message_are_told_apart(text: str, unit: str, expected: list[str]) -> None:
    assert rows(text, unit) == expected


@pytest.mark.parametrize("text", ["3个项目竣工", "竣工3，学位3500", "12.31前完成", "截至9.2学位3500个", "10.20前完成"])
def test_a_count_or_a_date_is_no_row(text: str) -> None:
    assert set(rows(text, "教育局")) <= {"1", None}


def test_the_row_that_was_asked_about_needs_no_name() -> None:
    assert rows("210户", "民政局", asked_id="4.3") == ["4.3"]
    assert rows("218", "民政局", asked_id="4.3") == ["4.3"]


def test_another_row_that_is_plainly_named_goes_before_the_one_asked_about() -> None:
    assert rows("上门服务17200人", "民政局", asked_id="4.3") == ["4.1"]


def test_a_reply_to_an_older_list_counts_in_that_list() -> None:
    assert rows("1 210户", "民政局", quoted_ids=("4.3", "4.4")) == ["4.3"]


def test_the_only_open_row_needs_no_name() -> None:
    assert rows("完成65%", "生态环境局") == ["10.2"]


def test_two_rows_that_fit_are_asked() -> None:
    reading = read("760人", context("民政局"))

    assert reading.questions[0].code == "which_row"
    assert reading.plain == ()


def test_a_position_whose_words_are_another_rows_is_asked() -> None:
    reading = read("2 学位3500个", context("教育局"))

    assert reading.questions[0].code == "row_and_words"
    assert [option.items[0].row_id for option in reading.questions[0].options] == ["5.6", "1"]
    assert reading.plain == ()


def test_a_row_that_is_not_the_persons_is_asked() -> None:
    assert read("第9项完成60%", context("住建局")).questions[0].code == "row_unknown"


def test_a_row_named_without_a_word_more_is_asked_what_about_it() -> None:
    assert read("2", context("教育局")).questions[0].code == "what_about"


def test_a_row_named_in_a_later_clause_takes_that_clause() -> None:
    reading = read("1 学位3500个，体育设施开放9所", context("教育局"))

    assert [(item.row_id, [figure.value for figure in item.figures]) for item in reading.items] == [
        ("1", [3500]),
        ("5.6", [9]),
    ]


def test_the_parts_of_a_message_that_nobody_understood_are_shown_back() -> None:
    reading = read("1学位3500个；2 已经跟市里说过了", context("教育局"))

    assert reading.leftovers == ("已经跟市里说过了",)


@pytest.mark.parametrize(
    ("text", "unit", "row"),
    [
        ("1 学位3720个，完成年度目标的74.4%", "教育局", "1"),
        ("居家养老服务中心总投资1260万元，已完成投资780万元，建成5家", "民政局", "4.2"),
        ("9.1 8条，后续做绿化和标线", "住建局", "9.1"),
        ("5.4 9项，参赛选手4300人", "文体旅局", "5.4"),
        ("老城厢5条路，2条完工，3条在做，进度62%", "住建局", "3.2"),
        ("3.2处于收尾阶段", "住建局", "3.2"),
        ("8.1只完成了71%", "住建局", "8.1"),
        ("慢病干预全年任务3000人次，几家社区卫生服务中心都在做，现已完成四分之三", "文体旅局", "5.3"),
    ],
)
def test_a_word_or_measure_word_in_passing_leads_to_no_other_row(text: str, unit: str, row: str) -> None:
    assert rows(text, unit) == [row]


def test_a_number_alone_is_the_figure_of_the_row_asked_about() -> None:
    assert rows("7", "住建局", asked_id="9.1") == ["9.1"]


@pytest.mark.parametrize(
    "text", ["10 of 11 schools have opened", "2 schools opened so far", "9 schools opened; 2 to go"]
)
def test_a_count_in_english_is_no_position(text: str) -> None:
    assert rows(text, "教育局") == ["5.6"]


def test_a_word_of_another_row_is_heard_where_one_row_was_shown_last() -> None:
    shown = replace(context("教育局"), open_ids=("5.6",))

    assert [item.row_id for item in read("学位4650", shown).items] == ["1"]
    assert [item.row_id for item in read("10所", shown).items] == ["5.6"]


def test_a_thing_of_one_row_in_a_stage_of_another_is_asked_about() -> None:
    reading = read("泵站主体封顶", context("住建局"))
    assert [question.code for question in reading.questions] == ["which_row"]
    assert reading.questions[0].values["rows"] == ("6", "8.3")
