"""What liaisons write of how a row stands: denials, half, remainders, days put off, trouble overcome."""

from __future__ import annotations

from datetime import date

import pytest

from bot.reading.read import read
from tests.bot.reading.plan import context


@pytest.mark.parametrize(
    ("text", "unit", "status"),
    [
        ("适老化不是没动，已经入户评估完了", "民政局", "in_progress"),
        ("4.3不是停工，是等材料", "民政局", "in_progress"),
    ],
)
def test_who_denies_that_it_stands_still_says_that_it_goes_on(text: str, unit: str, status: str) -> None:
    assert read(text, context(unit)).items[0].status == status


@pytest.mark.parametrize(
    ("text", "unit", "status"),
    [
        ("9.2 2000个，接入4200个，全部完成", "住建局", "done"),
        ("纪念馆开放了，故居也修好了", "文体旅局", "done"),
        ("纪念馆提升和故居修缮展陈都好了", "文体旅局", "done"),
        ("3.1两处都开放了", "文体旅局", "done"),
        ("提前封顶🎊比计划早了一个多月", "卫健局", "done"),
        ("故居修好了", "文体旅局", "in_progress"),
        ("大庙弄搬完了", "住建局", "in_progress"),
        ("全线贯通，剩绿化补植和标识标牌", "生态环境局", "in_progress"),
        ("腾龙路泵站通水了", "住建局", "in_progress"),
        ("4.2没做完，具体几家我明天数", "民政局", "in_progress"),
        ("4.3只剩9户了", "民政局", "in_progress"),
        ("今天上午举行了封顶仪式", "卫健局", "done"),
        ("封顶仪式定在12月8日，目前97%", "卫健局", "in_progress"),
        ("原定8月31日封顶，推迟20天", "卫健局", "delayed"),
        ("9.1慢，6条", "住建局", "delayed"),
        ("3.2资金拨付慢，完成60%", "住建局", "in_progress"),
        ("3.1两个项目都已完工并对外开放", "文体旅局", "done"),
        ("封顶还早 别写完成", "卫健局", "in_progress"),
        ("主体早封了", "卫健局", "done"),
        ("没有不正常的地方", "卫健局", "in_progress"),
        ("昨天最后一段也通了，全部做好", "生态环境局", "done"),
        ("除龙江路高架那段，全线完工", "生态环境局", "in_progress"),
        ("进度慢了十来天，主要是雨水多", "卫健局", "delayed"),
        ("陈渡南路完成了", "住建局", "in_progress"),
        ("9.1童子河南路路基完成", "住建局", "in_progress"),
        ("各项指标均达到序时进度，其中参保大学生稍慢", "人社局", "in_progress"),
        ("没封呢，还差两层", "卫健局", "in_progress"),
        ("心理健康普测是各校自己组织的，上周全部做完", "教育局", "in_progress"),
        ("心理热线一直有人接，面询照常预约", "教育局", "in_progress"),
        ("8.1 28个小区25个完工，2个扫尾，1个因居民阻挠停工", "住建局", "in_progress"),
        ("3.1快好了", "文体旅局", "in_progress"),
        ("已完工并验收", "生态环境局", "done"),
        ("全部完成，资料整理中", "生态环境局", "done"),
        ("9月18日全线贯通", "生态环境局", "done"),
        ("12月15日省里来验，验完就算完成", "农业农村局", "in_progress"),
        ("就这两天封顶", "卫健局", "in_progress"),
        ("落下的进度还没追回来", "卫健局", "delayed"),
        ("前头慢的补回来了", "卫健局", "in_progress"),
        ("4.1没毛病", "民政局", "in_progress"),
        ("失业率控制得很好，没什么压力", "人社局", "in_progress"),
        ("自主创业差58人，12月集中发补贴时补上", "人社局", "in_progress"),
        ("没有一条河是没动工的", "农业农村局", "in_progress"),
        ("比计划快了一周", "生态环境局", "in_progress"),
        ("连廊方案过会是8月8号 现在还没动工", "生态环境局", "not_started"),
        ("老运河南岸5.2公里，完工；龙江路2.3公里，铺装；总进度78%", "生态环境局", "in_progress"),
        ("竣工3个，学位4920个。存在问题：荆川小学操场受阴雨影响延后", "教育局", "in_progress"),
    ],
)
def test_a_row_is_done_when_all_of_it_is(text: str, unit: str, status: str) -> None:
    assert read(text, context(unit)).items[0].status == status


@pytest.mark.parametrize(
    ("text", "unit", "code"),
    [
        ("指导员培训因讲师冲突延到11月第二周", "文体旅局", "which_date"),
        ("80%左右，我再核一下", "卫健局", "vague_number"),
        ("差不多封顶了吧", "卫健局", "done_or_percent"),
        ("4.3 适老化大约300户都改完了", "民政局", "done_or_percent"),
        ("可能要到明年春天才能开", "卫健局", "which_date"),
        ("5.1 演出一共18场，里头3场是去年欠的补演，算不算我不知道", "文体旅局", "two_figures"),
        ("4.3 200户左右吧，回头核一下再定", "民政局", "vague_number"),
        ("5.2 210", "文体旅局", "which_target"),
        ("10.3\t五好河道\t2\t2\t已完成\n10.3\t小微水体示范村\t2\t2\t已完成", "农业农村局", "report_done"),
        ("进度八成，数我还要核", "卫健局", "vague_number"),
        ("就业9100人，明天再跟科里核", "人社局", "vague_number"),
        ("就业9100人，系统数还没出", "人社局", "vague_number"),
        ("培训6100人次左右吧，系统里数还在跑", "人社局", "vague_number"),
        ("培训6100左右，确切数字等统计出来再给您", "人社局", "vague_number"),
    ],
)
def test_what_is_left_open_is_asked(text: str, unit: str, code: str) -> None:
    assert [question.code for question in read(text, context(unit)).questions] == [code]


@pytest.mark.parametrize("text", ["80%，监理在核工程量", "进度80%，消防图再核一次", "80%，已核实"])
def test_what_is_checked_of_another_thing_leaves_the_percent_as_it_is(text: str) -> None:
    reading = read(text, context("卫健局"))

    assert (reading.ask, reading.items[0].percent) == (False, 80)


@pytest.mark.parametrize("text", ["9.1全线通车", "9.1已全部打通"])
def test_all_of_it_open_without_a_figure_is_asked(text: str) -> None:
    assert [question.code for question in read(text, context("住建局")).questions] == ["done_without_figures"]


@pytest.mark.parametrize("text", ["7项指标全完成了", "各项指标都完成了", "7项指标已全部达标"])
def test_all_indicators_done_without_a_figure_is_asked(text: str) -> None:
    assert [question.code for question in read(text, context("人社局")).questions] == ["done_without_figures"]


@pytest.mark.parametrize(
    ("text", "unit", "percent"),
    [
        ("上门服务完成四分之三", "民政局", 75),
        ("断面水质达标率96%，工程的话一半多点", "生态环境局", 50),
        ("Still on the basement, roughly 35% overall", "卫健局", 35),
        ("We're at about 70% now", "卫健局", 70),
        ("地下室完成一半", "卫健局", None),
        ("电梯签了8台，有一半单元居民没谈拢", "住建局", None),
        ("完成了62个百分点", "生态环境局", 62),
        ("比上月提高5个百分点", "生态环境局", None),
        ("进度嘛六十八，问题嘛供苗慢", "生态环境局", 68),
        ("Corridor 70% done", "生态环境局", 70),
        ("总进度65%，投资1.2亿，占54%", "卫健局", 65),
        ("将近七成的样子", "卫健局", 70),
        ("总体进度72%，老运河南岸快，有95%", "生态环境局", 72),
        ("总的讲四分之一", "生态环境局", 25),
        ("形象进度由上回的38提到51", "卫健局", 51),
        ("10.2整体65%，比七月底的52%往前赶了一截", "生态环境局", 65),
        ("桩基100%、地下100%、地上35%", "卫健局", None),
        ("标段一百分之九十，标段二百分之三十五", "生态环境局", None),
        ("算上装修总进度78%", "卫健局", 78),
        ("有一个点房子没落实", "卫健局", None),
        ("延误了大半个月", "卫健局", None),
        ("进度条走到三分之二", "卫健局", 66.7),
        ("Corridor works about 60% overall", "生态环境局", 60),
    ],
)
def test_a_share_of_the_row_itself_is_its_percent(text: str, unit: str, percent: float | None) -> None:
    assert read(text, context(unit)).items[0].percent == percent


@pytest.mark.parametrize(
    ("text", "unit", "day"),
    [
        ("适老化250户，月底前改完", "民政局", date(2021, 9, 30)),
        ("适老化还差17户没做，10月20日前清零", "民政局", date(2021, 10, 20)),
        ("8.1 97%，2个小区下周交付，9月30日全部完工", "住建局", date(2021, 9, 30)),
        ("局长讲十一月底全线贯通，我看悬，按十二月中旬报吧", "生态环境局", date(2021, 12, 20)),
        ("争取国庆前把主体封掉", "卫健局", date(2021, 9, 30)),
        ("就等大板房11月20日封顶，棚改别的都完了", "住建局", date(2021, 11, 20)),
        ("完成40%，10月前不会有", "卫健局", None),
        ("预计11月底前七项指标全部完成", "人社局", date(2021, 11, 30)),
        ("2 创业补贴资金10月底拨付", "人社局", None),
        ("11月底，最迟不超过12月10号贯通", "生态环境局", date(2021, 12, 10)),
        ("Roof slab poured, topping out next Friday", "卫健局", date(2021, 10, 1)),
        ("大概还要二十天", "生态环境局", date(2021, 10, 16)),
        ("66%，公示到10月15日结束", "生态环境局", None),
        ("66%，招标11月底完成", "生态环境局", None),
        ("66%，围堰10月25日拆完", "生态环境局", date(2021, 10, 25)),
        ("全民健身运动会改到11月6日开幕", "文体旅局", None),
        ("先说河道，十月底能完；村子那头资料多些，得到十二月中旬", "农业农村局", date(2021, 12, 20)),
        ("10.3还没完，估计下个月", "农业农村局", date(2021, 10, 31)),
        ("开工晚了点，但12月10号能赶出来", "生态环境局", date(2021, 12, 10)),
        ("主体10月15日封顶，砌体10月底，装修明年4月", "卫健局", date(2021, 10, 15)),
        ("预计封顶日期10月30日前后", "卫健局", date(2021, 10, 30)),
        ("月底封不了，得国庆后", "卫健局", None),
        ("8月就该办完的讲座拖到这个月了，现在2场", "文体旅局", None),
        ("新增就业10460，创业的表周五前补给你", "人社局", None),
    ],
)
def test_the_day_that_is_meant_is_the_finish(text: str, unit: str, day: date | None) -> None:
    assert read(text, context(unit)).items[0].expected_date == day


@pytest.mark.parametrize(
    ("text", "unit", "problem"),
    [
        ("棚改开了1920套，另外580套地块还没挂牌", "住建局", "另外580套地块还没挂牌"),
        ("开放9所了，剩两所物业在谈门卫加班费", "教育局", "剩两所物业在谈门卫加班费"),
        ("示范村1，另一个材料退回来重做", "农业农村局", "另一个材料退回来重做"),
        ("7.2装修拖了，房东换人，合同重签", "民政局", "房东换人，合同重签"),
        ("35% overall, rain has slowed us down", "卫健局", "rain has slowed us down"),
        ("克服疫情、高温、台风等不利因素，完成78%。存在问题是设备招标尚未完成", "卫健局", "存在问题是设备招标尚未完成"),
        ("一代11个，二代一个都没落地，场地街道还在协调", "文体旅局", "场地街道还在协调"),
        ("300户改完288户，剩的12户老人住院了", "民政局", "剩的12户老人住院了"),
        ("4.3 200户，等台账对完再报", "民政局", None),
        ("目前最大的难点就是周边居民嫌吵，晚上不让施工", "卫健局", "目前最大的难点就是周边居民嫌吵，晚上不让施工"),
        ("砖细工匠难找，工期吃紧，完成60%", "卫健局", "砖细工匠难找，工期吃紧"),
        ("1650人次，社区开展难度不大", "文体旅局", None),
        ("昨晚系统崩了没交成，补一下：中心6家", "民政局", None),
        ("刚种下去的水生植物汛期里淹掉三成", "生态环境局", "刚种下去的水生植物汛期里淹掉三成"),
        ("没有一所健促校不合格，7所全挂牌", "教育局", None),
        ("《陈奂生的吃饭问题》等院团演出累计17场", "文体旅局", None),
        (
            "Overall progress 80%. Main risk: façade contractor not on site yet.",
            "卫健局",
            "Main risk: façade contractor not on site yet",
        ),
        ("66%，公示完了，没人提意见", "生态环境局", None),
        ("10月底前开起来没问题，不用担心", "生态环境局", None),
        ("河道没动", "农业农村局", None),
        ("完成60%，等上冻前把树栽完", "生态环境局", None),
        ("5.1送戏按计划走，物业不让动承重墙", "文体旅局", "物业不让动承重墙"),
        ("存在的问题：1.劳动力不足；2.钢筋涨价。下一步：1.增加班组；2.协调价差。", "卫健局", "劳动力不足，钢筋涨价"),
        ("请区政府出面协调供电公司尽快送电", "生态环境局", "请区政府出面协调供电公司尽快送电"),
        ("67%，竣工日期待定", "生态环境局", None),
        ("工期紧得很，人手又少", "卫健局", "工期紧得很，人手又少"),
        ("图纸改来改去", "卫健局", "图纸改来改去"),
        ("4.1照计划走，护理员缺口补上了", "民政局", None),
        ("80% done. No blocking issue.", "卫健局", None),
        ("用地早就不是问题了，眼下在挖土方", "卫健局", None),
        ("路6条，还有两条征收没谈下来", "住建局", "还有两条征收没谈下来"),
        ("基本达到序时", "生态环境局", None),
        ("不快不慢，正好踩着序时", "生态环境局", None),
        ("形象进度55%，受疫情影响不大", "卫健局", None),
        ("about 55% done, no delays", "卫健局", None),
        ("送书7500册，第三批等国庆放完假再发", "文体旅局", None),
    ],
)
def test_what_is_still_in_the_way_is_the_problem(text: str, unit: str, problem: str | None) -> None:
    assert read(text, context(unit)).items[0].problem == problem


@pytest.mark.parametrize(
    ("text", "unit", "step"),
    [
        ("体质测定1740人，指导员培训放到10月", "文体旅局", "指导员培训放到10月"),
        ("路目前6条，10月下旬再通一条", "住建局", "10月下旬再通一条"),
        ("开放的学校还是9所，这两天再去谈两所", "教育局", "这两天再去谈两所"),
        ("8.1 67%，11月8日迎接市级检查", "住建局", None),
    ],
)
def test_a_deed_and_the_day_it_is_put_on_are_the_next_step(text: str, unit: str, step: str | None) -> None:
    assert read(text, context(unit)).items[0].next_step == step


@pytest.mark.parametrize("text", ["8.3 2500套已全部开工", "棚改2500套都开工了"])
def test_flats_are_counted_by_their_start(text: str) -> None:
    assert [figure.value for figure in read(text, context("住建局")).items[0].figures] == [2500]


def test_the_signs_of_a_list_under_a_head_name_no_rows() -> None:
    items = read("8.1完成60%。存在问题：1、居民反对；2、资金不足。下一步：1、协调；2、筹资。", context("住建局")).items

    assert [(item.row_id, item.percent, item.problem) for item in items] == [("8.1", 60, "居民反对，资金不足")]


@pytest.mark.parametrize(
    ("text", "row", "problem"),
    [
        ("8.1改造完工18个；存在问题：部分居民对停车位有异议", "8.1", "部分居民对停车位有异议"),
        ("水环境整治：总体完成80%，龙江路段管道破损", "6", "龙江路段管道破损"),
    ],
)
def test_a_problem_stays_with_the_row_spoken_of(text: str, row: str, problem: str) -> None:
    items = read(text, context("住建局")).items

    assert [(item.row_id, item.problem) for item in items] == [(row, problem)]


def test_what_enters_its_last_stage_is_not_counted_as_done() -> None:
    item = read("两条河道整治均进入收尾", context("农业农村局")).items[0]

    assert (item.status, item.figures) == ("in_progress", ())


@pytest.mark.parametrize(
    "text", ["没有一条河是没动工的", "没动工的一条也没有", "没有哪条河是没开工的", "没动工的河道一条都没有"]
)
def test_where_none_is_idle_all_of_them_go_on(text: str) -> None:
    assert read(text, context("农业农村局")).items[0].status == "in_progress"


@pytest.mark.parametrize(
    ("text", "unit"),
    [("差不多封顶了吧", "卫健局"), ("大体上封顶了", "卫健局"), ("10条路差不多都通车了", "住建局")],
)
def test_done_more_or_less_is_asked_about(text: str, unit: str) -> None:
    assert [question.code for question in read(text, context(unit)).questions] == ["done_or_percent"]


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("总体进度72%，老运河南岸快，有95%", 72),
        ("整体进度65%，龙江路那段最快，已有90%", 65),
        ("总体进度七成，后塘河段慢些，才到五成", 70),
        ("总体进度72%，最近天气好，下月到80%", 72),
        ("总体进度上月60%，这个月到72%", 72),
    ],
)
def test_the_percent_of_the_whole_stands_before_that_of_a_part_or_a_time_to_come(text: str, percent: float) -> None:
    assert read(text, context("生态环境局")).items[0].percent == percent


@pytest.mark.parametrize(
    ("text", "unit", "problem"),
    [
        ("用地早就不是问题了，眼下在挖土方", "卫健局", None),
        ("资金已经不是问题了，现在主体在做", "卫健局", None),
        ("10条路竣工6条，还有两条征收没谈下来", "住建局", "还有两条征收没谈下来"),
    ],
)
def test_what_is_no_problem_any_more_is_none_and_a_step_that_lacks_is_one(
    text: str, unit: str, problem: str | None
) -> None:
    assert read(text, context(unit)).items[0].problem == problem
