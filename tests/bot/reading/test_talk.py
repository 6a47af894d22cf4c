"""What is taken back in the same breath, said again, asked for or ordered."""

from __future__ import annotations

from datetime import date

import pytest

from bot.reading.model import LastItem
from bot.reading.read import read
from tests.bot.reading.plan import after_report, context


@pytest.mark.parametrize(
    ("text", "unit", "row", "value"),
    [
        ("送书9200册，不不，8200，去年才是9200", "文体旅局", "5.1", 8200),
        ("体质测定2300，写错了，是1300", "文体旅局", "5.5", 1300),
        ("一代29……28，是28", "文体旅局", "5.2", 28),
        ("再就业5120，我看下……是5210，手误", "人社局", "2", 5210),
        ("电梯三十九台哦不对四十一台", "住建局", "8.2", 41),
        ("4.3做了6户？我看下哦，4.3应该是206户", "民政局", "4.3", 206),
        ("送书9200册，不对，送书8200册", "文体旅局", "5.1", 8200),
    ],
)
def test_a_number_taken_back_in_the_same_breath_does_not_stand(text: str, unit: str, row: str, value: float) -> None:
    reading = read(text, context(unit))

    assert (reading.kind, reading.ask) == ("progress", False)
    assert [(item.row_id, [figure.value for figure in item.figures]) for item in reading.items] == [(row, [value])]


def test_what_had_been_reported_before_is_corrected() -> None:
    reading = read("再就业5120，写错了，是5210", after_report(context("人社局"), LastItem("2", ((5, 5120.0),))))

    assert reading.kind == "correction"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("照上个月的来", "already_reported"), ("跟9月份报的没啥两样", "already_reported"),
        ("这月没新东西", "already_reported"), ("没啥好补充的", "already_reported"),
        ("上周交过了，没动", "already_reported"), ("按上月的口径报吗", "question"),
        ("这个进度是算到25号还是今天", "question"), ("学位算审批数还是招生数", "question"),
        ("明天上午九点再提醒我一下", "command"), ("把我今年历次报的数导一份表给我", "command"),
        ("remind 民政局 now pls", "command"), ("上次报的发我看看", "command"), ("谢谢提醒我", "thanks"),
        ("表还没发给我", "other"), ("周五好呀～", "greeting"),
        ("督查室早，教育小芮", "greeting"), ("督查室的同志们辛苦", "thanks"), ("上一条麻烦拿下来", "undo"),
        ("初中那个项目算在12个里头还是另算", "question"), ("竣工是交付就行，还是验收也要", "question"),
        ("5.6先记9所，王局点了头再算数", "draft"), ("1：学位先不报；2：开放了4所", "progress"),
        ("审完就报", "promise"),
        ("不好意思打错地方了，发给我们办公室的", "undo"),
    ],
)  # fmt: skip
def test_talk_is_known_by_its_form(text: str, kind: str) -> None:
    assert read(text, context("教育局")).kind == kind


@pytest.mark.parametrize(
    "text",
    [
        "早上那个110亩是含在建的，实际105亩", "刚才绿地报的110扣掉退的5亩是105", "绿地要改报105，早上按110报的",
        "绿地改105",
        "刚发的绿地多了5亩，105", "110→105", "麻烦把绿地的110换成105", "*105", "sorry 105 not 110", "手抖，105",
        "110那个是旧的，现在105", "绿地亩数调整为105",
    ],
)  # fmt: skip
def test_what_was_reported_last_is_corrected_in_many_words(text: str) -> None:
    reading = read(text, after_report(context("住建局"), LastItem("10.1", ((0, 110.0),))))

    assert (reading.kind, reading.ask) == ("correction", False)
    assert [(item.row_id, [figure.value for figure in item.figures]) for item in reading.items] == [("10.1", [105])]


@pytest.mark.parametrize(
    "text",
    [
        "上回幼儿园学位写成了300，应是380，总数没错", "幼儿园学位报低了，实际380个", "刚才那个300改成380，合计不变",
        "应该是380",
    ],
)  # fmt: skip
def test_of_a_whole_and_its_parts_the_one_that_is_named_or_near_is_corrected(text: str) -> None:
    last = LastItem("1", ((5, 4100.0), (6, 300.0), (7, 3720.0)))
    reading = read(text, after_report(context("教育局"), last))

    assert (reading.kind, reading.ask) == ("correction", False)
    assert [(figure.label, figure.value) for figure in reading.items[0].figures] == [("幼儿园学位", 380)]


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("村里征地谈不拢，第二条河只能到明年1月20日完工，恳请延期。现已建成一条", "农业农村局"),
        ("封顶得明年1月20日，恳请延期", "卫健局"),
    ],
)
def test_the_day_behind_the_deadline_is_the_one_asked_for(text: str, unit: str) -> None:
    reading = read(text, context(unit))

    assert (reading.kind, reading.extension_to) == ("extension", date(2022, 1, 20))
    assert [question.code for question in reading.questions] == ["after_deadline"]


def test_what_is_to_stay_tells_nothing_of_what_is_corrected() -> None:
    last = LastItem("9.2", ((0, 1200.0), (1, 2600.0)))
    reading = read("那个1200改成1250，接入的不动", after_report(context("住建局"), last))

    assert [(figure.target, figure.value) for figure in reading.items[0].figures] == [(0, 1250)]


def test_what_is_near_to_none_of_what_was_reported_is_asked_about() -> None:
    last = LastItem("1", ((5, 4100.0), (6, 300.0), (7, 3720.0)))

    assert read("报错了，应该是1010", after_report(context("教育局"), last)).ask


def test_a_number_under_a_wrong_name_moves_to_the_right_one() -> None:
    last = LastItem("2", ((1, 5100.0),))
    reading = read("那个5100不是再就业，是参保大学生的", after_report(context("人社局"), last))

    assert reading.kind == "correction"
    assert [(figure.label, figure.value) for figure in reading.items[0].figures] == [("新增参保大学生", 5100)]


def test_of_two_numbers_the_one_to_be_reported_stands() -> None:
    reading = read("张科说4.2是6家，我去看过是5家，按5家报", context("民政局"))

    assert (reading.ask, [figure.value for figure in reading.items[0].figures]) == (False, [5])


def test_the_day_on_which_a_figure_will_be_told_is_no_finish() -> None:
    reading = read("今年新增就业10460，大学生创业那个表还没交齐，周五前补给你", context("人社局"))

    assert reading.items[0].expected_date is None


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("可能要到明年春天才能开", "which_date"), ("封顶要跨年了", "which_date"), ("估计年后才能封顶", "which_date"),
        ("12月底肯定弄不完，想再给一个月", "which_date"), ("想放到明年1月15日，设备没到", "after_deadline"),
        ("能不能挪到明年1月底", "after_deadline"),
    ],
)  # fmt: skip
def test_a_finish_beyond_the_deadline_is_asked_about_however_it_is_put(text: str, question: str) -> None:
    reading = read(text, context("卫健局"))

    assert [asked.code for asked in reading.questions] == [question]
    assert all(item.status != "done" for item in reading.items)


@pytest.mark.parametrize("text", ["不是210户，200户", "应该是200，210是笔误", "210户写错的，200"])
def test_the_number_that_is_denied_does_not_stand(text: str) -> None:
    reading = read(text, after_report(context("民政局"), LastItem("4.3", ((0, 210.0),))))

    assert (reading.kind, [figure.value for figure in reading.items[0].figures]) == ("correction", [200])


@pytest.mark.parametrize(
    ("text", "kind"), [("上门的比上月多了1800，总数到11700", "progress"), ("延期申请不要了", "undo")]
)
def test_what_only_looks_like_a_correction_or_a_request_is_none(text: str, kind: str) -> None:
    assert read(text, after_report(context("民政局"), LastItem("4.1", ((0, 9900.0),)))).kind == kind


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("数据上周已经填系统里了", "already_reported"), ("不用更新，还是上回那些", "already_reported"),
        ("暂时没有要补充的", "already_reported"), ("老师，如果晚一天交有影响没", "question"),
        ("好的王主任，马上弄", "ack"), ("看到了，今天肯定报", "promise"), ("行，我记着呢", "ack"),
        ("收到收到，在等科室回数", "ack"), ("这两天系统崩了登不上去", "other"), ("领导出差，签不了字", "other"),
        ("暂记新增就业13200", "draft"), ("刘局签了，可以报", "release_draft"), ("刚才的草稿可以发了", "release_draft"),
        ("提醒我周五下班前补数", "command"), ("切换成英文", "command"), ("联络人改成李娜 13800000000", "handover"),
        ("我下周休假，小周顶我", "handover"),
    ],
)  # fmt: skip
def test_what_is_said_of_reporting_is_no_report(text: str, kind: str) -> None:
    assert read(text, context("人社局")).kind == kind


@pytest.mark.parametrize(
    "text", ["据统计局同志透露，新增就业大概13500", "新增就业13200？我记不太清了", "听刘科说培训有9000人次了"]
)
def test_a_figure_of_somebody_elses_or_from_memory_is_asked_about(text: str) -> None:
    assert [question.code for question in read(text, context("人社局")).questions] == ["hearsay"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我调到街道去了，下月起养老这块换陈婷联系", "handover"), ("把7.2上次的原话调出来我看看", "command"),
        ("4.4轮椅退回来又租出去的，算一个人还是算两个？", "question"), ("你好呀，打扰啦", "greeting"),
        ("昨天那条不算哈，有一户退回来重装", "correction"), ("不好意思，上一条是别的区的，无视", "undo"),
        ("please ignore my last message", "undo"), ("4.3有2户尚未开工，暂无新增", "progress"),
    ],
)  # fmt: skip
def test_talk_of_the_office_is_known(text: str, kind: str) -> None:
    assert read(text, context("民政局")).kind == kind


@pytest.mark.parametrize(("text", "percent"), [("57报高了，实际55", 55), ("57%要改成55%", 55)])
def test_a_percent_said_last_is_corrected_by_a_bare_number(text: str, percent: float) -> None:
    reading = read(text, after_report(context("住建局"), LastItem("8.1", percent=57)))

    assert (reading.kind, reading.ask, reading.items[0].percent) == ("correction", False, percent)


@pytest.mark.parametrize("text", ["刚才那条8.1发到8.2去了", "泊位两个数对调一下"])
def test_what_stands_in_the_wrong_place_is_asked_about(text: str) -> None:
    reading = read(text, after_report(context("住建局"), LastItem("8.2", percent=57)))

    assert (reading.kind, [question.code for question in reading.questions]) == ("correction", ["correct_what"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("没别的，还是上次那些话", "already_reported"), ("跟八月份比没啥出入", "already_reported"),
        ("同九月", "already_reported"), ("撤", "undo"), ("有劳督查室的同志，谢谢", "thanks"),
        ("早上好呀，我是文旅小蒋", "greeting"), ("您好，新接手的，姓缪", "greeting"),
        ("表里体测写3000，市里下的是2500，按哪个？", "question"), ("数字得问文化馆，我不掌握", "other"),
        ("讲座以后派给老程填，给他换上", "handover"), ("我的提醒挪到礼拜四上午", "command"),
        ("给还没回的科室再发一遍提醒", "command"), ("存一下，局办盖过章才作数：讲座3场", "draft"),
    ],
)  # fmt: skip
def test_few_words_of_talk_are_understood(text: str, kind: str) -> None:
    assert read(text, context("文体旅局")).kind == kind


@pytest.mark.parametrize("text", ["再就业不是4900，那是前年的，今年4390", "再就业上回报的4900，其实4390"])
def test_a_figure_of_the_last_report_is_denied_by_its_value(text: str) -> None:
    reading = read(text, after_report(context("人社局"), LastItem("2", ((1, 4900.0),))))

    assert (reading.kind, reading.ask, reading.items[0].expected_date) == ("correction", False, None)
    assert [figure.value for figure in reading.items[0].figures] == [4390]


def test_what_somebody_says_goes_on_behind_the_comma() -> None:
    reading = read("听养老科讲，适老化210户往上", context("民政局"))

    assert [question.code for question in reading.questions] == ["hearsay"]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("报送时间能不能顺延到周五", "question"), ("今天数来不及，容我缓到明天", "promise"),
        ("可不可以晚两天交表", "question"),
        ("数已口头报给老王", "already_reported"), ("我昨天不是回过了吗", "already_reported"),
        ("这条不用记，随口说的", "undo"), ("刚刚手快发出去了，麻烦退给我", "undo"), ("4300，一个字都没错", "ack"),
        ("操场翻修，5.6要往后放放", "extension"), ("前一条说完成是嘴快了，学位还差一点", "correction"),
    ],
)  # fmt: skip
def test_more_time_for_the_report_is_none_for_the_work(text: str, kind: str) -> None:
    assert read(text, context("教育局")).kind == kind


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("九月那次我多录了一个园，学位减60，4140", 4140),
        ("学位应为4 140，串行了", 4140),
        ("少算了实验小学，学位4260", 4260),
    ],
)
def test_what_was_left_out_or_in_is_corrected(text: str, value: float) -> None:
    reading = read(text, after_report(context("教育局"), LastItem("1", ((5, 4200.0),))))

    assert (reading.kind, reading.ask) == ("correction", False)
    assert [figure.value for figure in reading.items[0].figures] == [value]


@pytest.mark.parametrize(
    ("text", "row", "step"),
    [("桂花路桥12月中旬开工", "9.1", "桂花路桥12月中旬开工"), ("腾龙路泵站10月8日开标", "6", "腾龙路泵站10月8日开标")],
)
def test_what_a_row_has_to_come_is_its_next_step(text: str, row: str, step: str) -> None:
    reading = read(text, context("住建局"))

    assert (reading.kind, reading.ask) == ("progress", False)
    assert [(item.row_id, item.next_step) for item in reading.items] == [(row, step)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("8.1有2个小区原方案作废，重新报批，完成15个", 15), ("9.1设计由4车道改为6车道，路完成7条", 7),
        ("9.2新增泊位1410个不对外公布", 1410), ("8.1上次15个，实际完成17个", 17), ("8.1去掉退出的1个，实为17个", 17),
        ("8.3开工1800套，原报批方案调整为两期", 1800), ("8.3征收办换了施工队，由张工负责，开工1800套", 1800),
        ("绿地108亩，街道讲下周还能再种5亩", 108), ("绿地108亩，数据已报给园林局核", 108),
        ("停车平台系统打不开，泊位接入数暂时3020", 3020), ("8.1居民以后找物业，17个", 17),
        ("8.3请区里帮忙催一下资规局，1800套", 1800),
    ],
)  # fmt: skip
def test_a_report_stays_one_though_its_words_are_those_of_talk(text: str, value: float) -> None:
    reading = read(text, context("住建局"))

    assert (reading.kind, reading.ask) == ("progress", False)
    assert value in [figure.value for item in reading.items for figure in item.figures]


def test_what_was_looked_through_is_no_draft() -> None:
    assert read("水环境完成66%，领导审过了", context("住建局")).kind == "progress"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("1：学位先不报，数在核；2：开放了4所", "progress"), ("学位3700，竣工2，两个数别弄反", "progress"),
        ("督查室的同志们辛苦", "thanks"), ("督查室早，教育小陈", "greeting"),
        ("竣工还是2个，王局点了头再算数", "draft"),
        ("上一条麻烦拿下来，局长还没看", "undo"), ("“开放”是能进操场就行，还是器材也要借", "question"),
        ("那个初中项目算在里头还是另算", "question"), ("导出一份我们局的记录", "command"),
        ("人事变动，换联络员怎么弄", "question"), ("新接手，前面数据我看不到，能发我一份吗", "question"),
        ("1到2项情况本周五统一报您", "promise"), ("体育办不在我们这层楼，你直接问他们吧", "other"),
    ],
)  # fmt: skip
def test_talk_beside_a_report_is_told_from_it(text: str, kind: str) -> None:
    assert read(text, context("教育局")).kind == kind


def test_rebuilt_up_to_a_number_corrects_nothing() -> None:
    told = after_report(context("住建局"), LastItem("8.3", ((0, 2260.0),)))

    assert [read(text, told).kind for text in ("棚改到2340套", "8.3改到2340")] == ["progress", "correction"]


@pytest.mark.parametrize(
    ("text", "kind", "values"),
    [
        ("昨天送书写成6800册了，应为8600", "correction", [8600]), ("送书没有6800，是6080", "correction", [6080]),
        ("送书6800→7200", "progress", [7200]), ("送书6800→6080", "correction", [6080]),
        ("上午的作废，按这个：送书7200册", "correction", [7200]),
        ("上月送书报的6800有误，少算街道500册，应为7300", "correction", [7300]),
        ("make that 6080", "correction", [6080]), ("送书8600，昨天误写为6800", "correction", [8600]),
        ("送书录成6800了，是8600", "correction", [8600]),
        ("刚报的6800册里有500册是去年的，实际6300册", "correction", [6300]), ("送书应该写成8600", "correction", [8600]),
    ],
)  # fmt: skip
def test_the_old_figure_never_stands_in_place_of_the_new(text: str, kind: str, values: list[float]) -> None:
    reading = read(text, after_report(context("文体旅局"), LastItem("5.1", ((4, 6800.0),))))

    assert (reading.kind, reading.ask) == (kind, False)
    assert [figure.value for item in reading.items for figure in item.figures] == values


def test_the_old_figure_alone_is_not_stored_again() -> None:
    reading = read(
        "送书6800是7月的，9月中旬该是7100", after_report(context("文体旅局"), LastItem("5.1", ((4, 6800.0),)))
    )

    assert reading.kind == "correction"
    assert 6800 not in [figure.value for item in reading.items for figure in item.figures]


@pytest.mark.parametrize(
    "text",
    [
        "送书不止6800，8600", "送书6800，准确说8600", "送书6800册，确切讲是8600册", "送书6800，刚打快了，8600",
        "送书6800，错，8600", "送书6800册，不好意思多按了，8600册", "送书6800，口误，送书8600",
    ],
)  # fmt: skip
def test_the_exact_number_stands_in_place_of_the_loose_one(text: str) -> None:
    reading = read(text, context("文体旅局"))

    assert (reading.ask, [figure.value for item in reading.items for figure in item.figures]) == (False, [8600])


@pytest.mark.parametrize(
    "text",
    [
        "送书把退的也算进去了，扣掉是6080",
        "送书误报为6800，实为6080",
        "送书(6080，非6800)",
        "改：送书6080",
        "送书核减到6080册",
    ],
)
def test_less_than_was_said_is_a_correction_where_the_words_say_so(text: str) -> None:
    reading = read(text, after_report(context("文体旅局"), LastItem("5.1", ((4, 6800.0),))))

    assert (reading.kind, reading.ask) == ("correction", False)
    assert [figure.value for item in reading.items for figure in item.figures] == [6080]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("上月数据照搬即可", "already_reported"), ("抄上月的", "already_reported"),
        ("见昨天的回复", "already_reported"),
        ("系统里有，不再重复", "already_reported"), ("我们已经在OA报了", "already_reported"),
        ("前天报过一次了", "already_reported"), ("零变化", "already_reported"),
        ("same as september", "already_reported"),
        ("刚才手快点了发送，撤", "undo"), ("发早了，先退回", "undo"), ("收到，正在统计", "ack"),
        ("要领导签字么", "question"),
        ("报几位小数", "question"), ("打不开链接", "other"), ("喂，在不在", "greeting"), ("大家早", "greeting"),
        ("明早再提醒一次", "command"), ("打印一份汇总表", "command"), ("看一下上次报的数据", "command"),
        ("把我上几次报的给我翻出来看看", "command"), ("把我们局八项的台账导一份出来", "command"),
    ],
)  # fmt: skip
def test_the_short_ways_of_talk(text: str, kind: str) -> None:
    assert read(text, context("卫健局")).kind == kind


@pytest.mark.parametrize(
    "text", ["8.1街道说过两次了还没人来，完成15个", "8.1还是和上月一样缺人，15个", "8.1恢复原样，15个"]
)
def test_what_is_said_of_the_work_is_not_said_of_the_report(text: str) -> None:
    reading = read(text, context("住建局"))

    assert reading.kind == "progress"
    assert [figure.value for figure in reading.items[0].figures] == [15]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("5.5先存着，5.1演出14场报掉", "progress"), ("演出14场报了，别的先不报", "progress"),
        ("存个草稿，演出14场", "draft"), ("区里把送戏的钱收回去了，目前送戏71场", "progress"),
        ("讲座改为线上，办了2场", "progress"), ("送戏合同作废重签，送戏71场", "progress"),
    ],
)  # fmt: skip
def test_what_is_kept_back_given_up_or_changed_is_no_more_than_was_said(text: str, kind: str) -> None:
    assert read(text, context("文体旅局")).kind == kind


def test_a_row_that_is_to_stay_is_not_withdrawn() -> None:
    reading = read("撤回5.5，5.1不动", context("文体旅局"))

    assert (reading.kind, [item.row_id for item in reading.items]) == ("undo", ["5.5"])


@pytest.mark.parametrize("text", ["体测人数取整了，其实是2287", "别按2300记，2287", "体测前面那条多个零，是2287"])
def test_a_rough_figure_of_the_last_report_gives_way(text: str) -> None:
    reading = read(text, after_report(context("文体旅局"), LastItem("5.5", ((1, 2300.0),))))

    assert (reading.kind, reading.ask) == ("correction", False)
    assert [figure.value for figure in reading.items[0].figures] == [2287]


@pytest.mark.parametrize("text", ["105含重复的5，扣掉", "刚刚那个105写串行了，那是9.1的"])
def test_what_is_to_be_struck_off_or_stands_in_a_wrong_place_is_asked_about(text: str) -> None:
    reading = read(text, after_report(context("住建局"), LastItem("10.1", ((0, 105.0),))))

    assert (reading.kind, reading.ask, [figure for item in reading.items for figure in item.figures]) == (
        "correction", True, [],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("please hold my figures until the director signs", "draft"), ("cheers", "thanks"), ("roger that", "ack"),
        ("director approved, please submit", "release_draft"), ("take that back please", "undo"),
        ("is it year to date or this month", "question"), ("can we have until end of January for 3.1", "extension"),
        ("[强][强]", "ack"), ("妥，下午弄", "ack"), ("晓得哉，马上弄", "ack"), ("films 78, no wait, 87", "progress"),
    ],
)  # fmt: skip
def test_english_and_the_talk_of_the_place(text: str, kind: str) -> None:
    assert read(text, context("文体旅局")).kind == kind


def test_by_how_much_it_was_wrong_alone_is_asked_about() -> None:
    known = after_report(context("教育局"), LastItem("1", ((5, 3500.0),)), LastItem("5.6", ((0, 9.0),)))

    reading = read("3500多报200", known)

    assert (reading.kind, [question.code for question in reading.questions]) == ("correction", ["correct_what"])
    assert reading.items == ()


def test_two_changes_in_one_message_are_both_made() -> None:
    known = after_report(context("教育局"), LastItem("1", ((5, 3500.0),)), LastItem("5.6", ((0, 9.0),)))

    reading = read("把学位改成3300，开放改成8", known)

    assert (reading.kind, reading.ask) == ("correction", False)
    assert [(item.row_id, [figure.value for figure in item.figures]) for item in reading.items] == [
        ("1", [3300]),
        ("5.6", [8]),
    ]


def test_what_stood_there_by_mistake_leaves_its_name_to_the_new_figure() -> None:
    last = LastItem("1", ((5, 4100.0), (6, 300.0)))

    reading = read("上回幼儿园学位写成了300，应是380，总数没错", after_report(context("教育局"), last))

    assert reading.kind == "correction"
    assert [(figure.label, figure.value) for figure in reading.items[0].figures] == [("幼儿园学位", 380)]


@pytest.mark.parametrize("text", ["竣工那个写成2了，其实只有1个，学位没错", "竣工那栏填错了，实际1个，学位不变"])
def test_what_is_said_to_be_right_needs_no_other_number(text: str) -> None:
    known = after_report(context("教育局"), LastItem("1", ((5, 3500.0), (1, 2.0))))

    reading = read(text, known)

    assert (reading.kind, reading.ask) == ("correction", False)
    assert [(figure.label, figure.value) for figure in reading.items[0].figures] == [("竣工", 1)]


@pytest.mark.parametrize("text", ["辅具的和上回一个数", "辅具跟上次同一个数", "辅具和上月一个数字"])
def test_the_same_number_as_last_time_is_nothing_new(text: str) -> None:
    assert read(text, context("民政局")).kind == "already_reported"
