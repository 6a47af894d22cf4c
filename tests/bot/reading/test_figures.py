"""Which numbers are figures, and of what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.reading.read import read
from tests.bot.reading.plan import context, with_last


def figures(text: str, unit: str) -> dict[str, float]:
    reading = read(text, context(unit))
    return {figure.label: figure.value for item in reading.items for figure in item.figures}


SCHOOL, PLACES, FINISHED = "学校重点建设项目", "增加学位", "竣工"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("12个项目全部实施，竣工2个，学位3900", {SCHOOL: 12, FINISHED: 2, PLACES: 3900}),
        ("学位 3500/5000 个，竣工 1/3 个", {PLACES: 3500, FINISHED: 1}),
        ("计划5000个学位，已完成3420个", {PLACES: 3420}),
        ("新增学位还没到4000，现在3880", {PLACES: 3880}),
        ("预计年底新增学位5000个，竣工3个，目前学位3500个", {PLACES: 3500}),
        ("去年新增学位4100个，今年3500个", {PLACES: 3500}),
        ("学位3500个，还差1500个", {PLACES: 3500}),
        ("学位3500个，同比增长12%", {PLACES: 3500}),
        ("在建项目9个，竣工1个", {FINISHED: 1}),
        ("投入资金3500万元，竣工1个", {FINISHED: 1}),
        ("竣工项目由1个增加到2个", {FINISHED: 2}),
        ("学位3500个，其中幼儿园300个、中小学3200个", {PLACES: 3500, "幼儿园学位": 300, "中小学学位": 3200}),
        ("截至8月底学位3200个，目前3500个", {PLACES: 3500}),
        ("学位三千五", {PLACES: 3500}),
        ("学位近3500个", {PLACES: 3500}),
        ("5000个的学位任务做了3500个", {PLACES: 3500}),
        ("学位还是3500个没动", {PLACES: 3500}),
        ("学位重新测算后是3500个", {PLACES: 3500}),
        ("12个在建项目竣工2个", {FINISHED: 2}),
        ("一共12个项目，开了工的11个，竣工的1个", {FINISHED: 1}),
        ("4个项目选址定了3个，竣工1个", {FINISHED: 1}),
        ("学位从3200涨到3650，这两个数别弄反", {PLACES: 3650}),
    ],
)  # fmt: skip
def test_only_what_is_achieved_is_a_figure(text: str, expected: dict[str, float]) -> None:
    assert figures("1 " + text, "教育局") == expected


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("送戏、送电影、送书分别完成75场、92场、9500册", "文体旅局", {"送戏": 75, "送电影": 92, "送书": 9500}),
        ("就业、再就业和参保大学生依次为13000、4900、4600人", "人社局",
         {"城镇新增就业": 13000, "失业人员再就业": 4900, "新增参保大学生": 4600}),
        ("开放9所，里头两所是这个月新开的", "教育局", {"开放学校": 9}),
        ("河、村各1", "农业农村局", {"五好河道": 1, "小微水体河长制示范村（社区）": 1}),
        ("河一条没落下，都建好了；村还差一个", "农业农村局", {"五好河道": 2}),
        ("服务患者不到700，准确讲688", "民政局", {"服务精神障碍患者": 688}),
        ("电影放了八十七场，戏少十场", "文体旅局", {"送电影": 87}),
        ("服务点铺了12个", "民政局", {}),
        ("体改2所，健促6所", "教育局", {"新增市深化学校体育改革实验学校": 2, "省健康促进学校": 6}),
        ("再就业4210，参保大学生5 120人", "人社局", {"失业人员再就业": 4210, "新增参保大学生": 5120}),
        ("陪训8300人次了", "人社局", {"职业技能补贴培训": 8300}),
        ("再就叶四千八百余人", "人社局", {"失业人员再就业": 4800}),
        ("送店影61场", "文体旅局", {"送电影": 61}),
        ("这月书没送，送的是戏，总共66场了", "文体旅局", {"送戏": 66}),
        ("送戏送电影不受影响，分别是71场和88场", "文体旅局", {"送戏": 71, "送电影": 88}),
        ("创业1800（其中大学生210）", "人社局", {"自主创业": 1800, "大学生创业": 210}),
        ("5.6开了6所", "教育局", {"开放学校": 6}),
        ("健康促进学校报了7所，省里还没评，开放9所", "教育局", {"开放学校": 9}),
        ("Both rivers are done, the villages are under review", "农业农村局", {"五好河道": 2}),
        ("书苑一家开了另一家还在装修演出九场送戏三十四场", "文体旅局", {"秋白书苑": 1, "文艺院团演出": 9, "送戏": 34}),
        ("停车：新接入2600，新增的还在等老旧小区那边腾地，只有410", "住建局",
         {"新接入“智慧停车”平台公共停车泊位": 2600, "新增公共停车泊位": 410}),
        ("4.2是6家，我去看过是5家，按5家报", "民政局", {"城乡社区居家养老服务中心（站）": 5}),
        ("4.3摸了412户，符合条件的326户，真正改好的才21户", "民政局", {"适老化改造": 21}),
        ("去年一共装了31台，今年到现在装好的4台，在建的11台", "住建局", {"安装总量": 4}),
        ("加装电梯1月至今完成39部，二季度最多，有17部", "住建局", {"安装总量": 39}),
        ("电梯21台，因老旧小区管线没迁，停了3台", "住建局", {"安装总量": 21}),
        ("今年要竣工的三所全部竣工，学位认定还没走完程序", "教育局", {FINISHED: 3}),
        ("演出到今天16场，国庆还排了3场", "文体旅局", {"文艺院团演出": 16}),
        ("9月1日之前送戏送满66场", "文体旅局", {"送戏": 66}),
        ("棚户区新开工还没上千九百八十套", "住建局", {"新开工": 980}),
        ("书苑第二家今天开门", "文体旅局", {"秋白书苑": 2}),
        ("讲座第三场10月20日办，体质测定2100人", "文体旅局", {"国民体质测定": 2100}),
        ("4.1 23000 11214 48.76%\n4.2 8 3 37.5%", "民政局", {"上门服务": 11214, "城乡社区居家养老服务中心（站）": 3}),
        ("目前学位只新增了860个，大头在秋季", "教育局", {PLACES: 860}),
        ("居家上门服务11900老人，完成一半多", "民政局", {"上门服务": 11900}),
        ("5.5各项分别是1场、1740人、52人", "文体旅局",
         {"科学健身知识讲座": 1, "国民体质测定": 1740, "培训一线社会体育指导员": 52}),
        ("4.3有11户老人搬走了，改造数266", "民政局", {"适老化改造": 266}),
        ("适老化213，老房子装不了扶手的8户", "民政局", {"适老化改造": 213}),
        ("智慧停车接入的泊位有2750个，新建的1400个", "住建局",
         {"新接入“智慧停车”平台公共停车泊位": 2750, "新增公共停车泊位": 1400}),
        ("德康驿站第三个在装修预计十月下旬投入使用服务患者五百六十人", "民政局", {"服务精神障碍患者": 560}),
        ("国庆期间要送5场戏，节前已送73场", "文体旅局", {"送戏": 73}),
        ("电梯今年新装24台，去年全年19台，翻番目标是38台", "住建局", {"安装总量": 24}),
        ("5.1活动办到第88期", "文体旅局", {"公益文化活动": 88}),
        ("one river finished, the other is still being dredged", "农业农村局", {"五好河道": 1}),
        ("没办够10项，现在8项", "文体旅局", {"群众性赛事活动": 8}),
        ("两条河一条过了省验一条还在修护岸", "农业农村局", {"五好河道": 1}),
        ("河道1条已验收，1条90%；村1个", "农业农村局", {"五好河道": 1, "小微水体河长制示范村（社区）": 1}),
        ("4.2开了5个点，另外3个点年底前开", "民政局", {"城乡社区居家养老服务中心（站）": 5}),
        ("学位今年一共4100，上半年2200，下半年1900", "教育局", {PLACES: 4100}),
        ("自主创业1560人里大学生有188人", "人社局", {"自主创业": 1560, "大学生创业": 188}),
        ("道路10条，通了5条，3条铺沥青，2条在征迁", "住建局", {"道路建设": 5}),
        ("讲座1 体测740 指导员0", "文体旅局",
         {"科学健身知识讲座": 1, "国民体质测定": 740, "培训一线社会体育指导员": 0}),
        ("校园场地对外的又添两所，加上暑假前那八所，正好十所", "教育局", {"开放学校": 10}),
        ("学位增了3500个，幼儿园的420个学位一个不少", "教育局", {PLACES: 3500, "幼儿园学位": 420}),
        ("指导员训了88个", "文体旅局", {"培训一线社会体育指导员": 88}),
        ("德康那三个点都选好了，服务的人倒有二百一十个了", "民政局", {"服务精神障碍患者": 210}),
        ("失业率压在2.1", "人社局", {"城镇登记失业率": 2.1}),
        ("绿地一百一十二亩半", "住建局", {"新增绿地": 112.5}),
        ("小微水体示范村几个街道都报了，最后选定1个", "农业农村局", {"小微水体河长制示范村（社区）": 1}),
        ("jobs 7,980; startups 1,020 (college 96)", "人社局",
         {"城镇新增就业": 7980, "自主创业": 1020, "大学生创业": 96}),
        ("上门服务这块四家公司都签好了，真正上过门的老人是三千一百二十个", "民政局", {"上门服务": 3120}),
        ("创业那两个数：2000的做到1830，240的做到215", "人社局", {"自主创业": 1830, "大学生创业": 215}),
        ("年初确定的12个项目无一停工，其中2个通过竣工验收", "教育局", {FINISHED: 2}),
        ("国民体质测定  2 980 人", "文体旅局", {"国民体质测定": 2980}),
        ("技能培训 上期5100 本期5640（累计）", "人社局", {"职业技能补贴培训": 5640}),
        ("学校现有的体育场地开放了8所", "教育局", {"开放学校": 8}),
        ("新增学位4120，其中幼儿园400、小学2400、初中1320", "教育局", {PLACES: 4120, "幼儿园学位": 400}),
        ("这几天又改了4户，4.3累计239", "民政局", {"适老化改造": 239}),
        ("失业登记2300人，再就业4700人", "人社局", {"失业人员再就业": 4700}),
        ("4.2的8家里4家验收、2家收尾、2家刚进场", "民政局", {"城乡社区居家养老服务中心（站）": 4}),
        ("4.3名单定了300户，评估完180户，动工35户，完工12户", "民政局", {"适老化改造": 12}),
        ("戏41影52书4600演9", "文体旅局", {"送戏": 41, "送电影": 52, "送书": 4600, "文艺院团演出": 9}),
        ("讲座三场听众加起来420人", "文体旅局", {"科学健身知识讲座": 3}),
        ("电梯报了46部的申请，批了30部，装好14部", "住建局", {"安装总量": 14}),
        ("绿地本来是108亩，复测扣掉2亩，106亩", "住建局", {"新增绿地": 106}),
        ("河道两条都在做，一条到80%一条到50%", "农业农村局", {}),
        ("今秋释放学位3300 春季的500加进去就是3800", "教育局", {PLACES: 3800}),
        ("4.2最后一家上周四挂牌 8家齐了", "民政局", {"城乡社区居家养老服务中心（站）": 8}),
        ("健身路径30个点位勘察完，换好18个，在换5个", "文体旅局", {"一代村（社区）健身路径": 18}),
        ("体育设施开放9所已开放；2所门禁改造，计划10月15日前开放。其他：健促学校5所", "教育局",
         {"开放学校": 9, "省健康促进学校": 5}),
        ("驿站2，人562", "民政局", {"标准化“德康驿站”精神障碍社区康复服务站": 2, "服务精神障碍患者": 562}),
        ("五好河道一条建好一条在建", "农业农村局", {"五好河道": 1}),
        ("健身路径：智慧的装了2个，普通的换了24个", "文体旅局", {"二代智慧健身路径": 2, "一代村（社区）健身路径": 24}),
        ("泊位12月10日前全部建成，目前1300个", "住建局", {"新增公共停车泊位": 1300}),
        ("上门服务不到1.7万人", "民政局", {"上门服务": 17000}),
        ("培训6350人次，结业率98%", "人社局", {"职业技能补贴培训": 6350}),
        ("驿站开了，算上北港一共2个", "民政局", {"标准化“德康驿站”精神障碍社区康复服务站": 2}),
        ("租赁服务785人（押金户120户）", "民政局", {"康复辅具社区租赁服务": 785}),
        ("新增就业一万三千一百，失业率２．３％", "人社局", {"城镇新增就业": 13100, "城镇登记失业率": 2.3}),
    ],
)  # fmt: skip
def test_a_number_finds_its_target_by_order_short_name_or_verb_behind(
    text: str, unit: str, expected: dict[str, float]
) -> None:
    assert figures(text, unit) == expected


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("新增泊位1580个，其中新建960个、路内620个；接入3220个", "住建局", [1580, 3220]),
        ("累计新增泊位1510个（停车场620个、路内450个、小区440个）", "住建局", [1510]),
        ("绿地118亩（其中公园绿地90亩、道路绿地28亩）", "住建局", [118]),
        ("支持创业1560人，其中大学生190人，带动就业4800人", "人社局", [190, 1560]),
        ("培训8700人次，其中线上3100人次、线下5600人次", "人社局", [8700]),
        ("今年建设五好河道2条，推选示范村2个，已公示1个，河道建成1条", "农业农村局", [1]),
        ("4.2 6家，下一步督促永红、西林两家抢工期", "民政局", [6]),
        ("4.1 19700人，接下来和三家公司重新核服务单", "民政局", [19700]),
        ("4.2停工一家，完工6家", "民政局", [6]),
        ("4.3目前入户300户，完工224户，验收198户", "民政局", [224]),
        ("棚改新开工2160套，基本建成1340套", "住建局", [2160]),
        ("五好河道累计完成清淤4.6万方、护岸3.2公里", "农业农村局", []),
        ("开放的10所学校中有3所装了人脸识别", "教育局", []),
        ("电梯加装21台在装5台", "住建局", [21]),
        ("9.2新增1260，少了180个泊位", "住建局", [1260]),
        ("老旧小区完成率０．５６", "住建局", []),
        ("5 of the 8 centres are renovated", "民政局", [5]),
    ],
)
def test_the_parts_of_a_number_and_the_steps_beside_it_are_no_figures(
    text: str, unit: str, expected: list[float]
) -> None:
    reading = read(text, context(unit))

    assert sorted(figure.value for item in reading.items for figure in item.figures) == sorted(expected)


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("300户中已完成210户，剩余90户预计11月底前完成", "民政局", [210]),
        ("4.3已签约250户，完工186户", "民政局", [186]),
        ("4.3有30户不愿意改", "民政局", []),
        ("4.3已完成287户，13户因老人住院推迟", "民政局", [287]),
        ("4.3退出12户，实际完成198户", "民政局", [198]),
        ("65岁以上老人上门服务19800人", "民政局", [19800]),
        ("送戏全年80场，送了61场；电影全年100场，放了75场", "文体旅局", [61, 75]),
        ("国民体质测定3000人的任务，测了2200人", "文体旅局", [2200]),
        ("5.5讲座3场，听众620人", "文体旅局", [3]),
        ("讲座下周再办一场", "文体旅局", []),
        ("城镇登记失业率2.1%，新增就业10300人", "人社局", [10300, 2.1]),
        ("1-9月新增就业11200人", "人社局", [11200]),
        ("8.1 28个小区全部开工，完工12个", "住建局", [12]),
        ("8.2装了14部，还有6部在施工", "住建局", [14]),
        ("大龙新村和西林两个地块棚改合计开工1935套", "住建局", [1935]),
        ("8.3主体做到11层（共18层）", "住建局", []),
        ("210 of 300 homes retrofitted", "民政局", [210]),
        ("24期培训班，8100人次", "人社局", [8100]),
        ("上门服务人数破2万了，20150", "民政局", [20150]),
        ("电梯16部，有4部井道挖到了自来水管", "住建局", [16]),
        ("8.2 17部投用、6部在装，预计11月底累计23部", "住建局", [17]),
        ("道路开工8条、建成2条", "住建局", [2]),
        ("6条路通车，2条路沥青摊铺，2条路还没动", "住建局", [6]),
        ("开学前新增学位2800个，现在3300", "教育局", [3300]),
        ("二代路径一个都没装，一代21个", "文体旅局", [21]),
        ("心理普测不归我们一家管，开放学校10所", "教育局", [10]),
        ("河长制示范村报了3个，批了1个", "农业农村局", [1]),
        ("停车场15个，新增泊位1700个", "住建局", [1700]),
        ("9.2 划线1020个、改造130个，合计新增1150个", "住建局", [1150]),
        ("养老三项：上门19050，中心7", "民政局", [7, 19050]),
        ("本月培训760，1-10月8200", "人社局", [8200]),
    ],
)
def test_numbers_that_count_something_else_are_left_out(text: str, unit: str, expected: list[float]) -> None:
    reading = read(text, context(unit))

    assert sorted(figure.value for item in reading.items for figure in item.figures) == sorted(expected)
    assert not reading.ask


@pytest.mark.parametrize(
    ("text", "unit", "code"),
    [
        ("本月培训1200人次", "人社局", "month_or_total"),
        ("9月服务患者540人", "民政局", "month_or_total"),
        ("学位比上月增加300个", "教育局", "month_or_total"),
        ("三季度新增就业3000人", "人社局", "month_or_total"),
        ("9月20日新开放2所学校", "教育局", "month_or_total"),
        ("学位完成3500万元", "教育局", "unit_mismatch"),
        ("送书9000场", "文体旅局", "unit_mismatch"),
        ("学位3500-3600个", "教育局", "range_figure"),
        ("适老化七八成了吧", "民政局", "vague_number"),
        ("辅具大概八百出头", "民政局", "vague_number"),
        ("听说适老化改了210户", "民政局", "hearsay"),
        ("幼儿园竣工2个，小学竣工1个", "教育局", "two_figures"),
        ("2 完成了3所", "教育局", "which_target"),
        ("绿地100公顷", "住建局", "unit_mismatch"),
        ("五好河道建成", "农业农村局", "done_without_figures"),
        ("电梯全部完成", "住建局", "done_without_figures"),
        ("3 改造6家", "民政局", "row_and_words"),
        ("1-8月改了190户，9月新增22户", "民政局", "month_or_total"),
        ("适老化改造12户", "民政局", "month_or_total"),
        ("适老化二百零几户", "民政局", "vague_number"),
        ("养老中心改造了五六家", "民政局", "vague_number"),
        ("慢病估计2200多，不太确定", "文体旅局", "what_about"),
        ("电梯装了16户", "住建局", "unit_mismatch"),
        ("265户里独居老人120户", "民政局", "two_figures"),
        ("开放情况：中学4所、小学5所", "教育局", "two_figures"),
        ("举办了7次", "文体旅局", "which_row"),
        ("预计9月18日改完", "民政局", "which_row"),
        ("5.7开放9所", "教育局", "row_unknown"),
        ("适老化改造最快也得春节后才能收尾", "民政局", "which_date"),
        ("8.2装好电梯16部，电梯装好19部", "住建局", "two_figures"),
    ],
)
def test_a_doubtful_figure_is_asked_and_not_stored(text: str, unit: str, code: str) -> None:
    reading = read(text, context(unit))

    assert [question.code for question in reading.questions] == [code]
    assert all(not item.figures for item in reading.plain)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("适老化累计改造12户", "民政局"),  # he says that it is all
        ("适老化才改造12户", "民政局"),  # and here that it is little
        ("道路开工8条、建成2条", "住建局"),  # the others are under way
        ("送书还没开始，讲座2场", "文体旅局"),
    ],
)
def test_a_small_figure_is_not_asked_about_where_the_writer_says_why(text: str, unit: str) -> None:
    assert not read(text, context(unit)).ask


def test_a_small_figure_is_plain_early_in_the_year_and_where_no_less_was_known() -> None:
    early = replace(context("民政局"), today=date(2021, 3, 26))

    assert not read("适老化改造12户", early).ask
    assert not read("适老化改造12户", with_last(context("民政局"), "4.3", 适老化改造=11)).ask


def test_a_month_figure_beside_the_cumulative_one_is_not_asked() -> None:
    reading = read("当月改造28户，累计214户", context("民政局"))

    assert (reading.ask, [figure.value for figure in reading.items[0].figures]) == (False, [214])


def test_the_month_is_added_to_what_was_known() -> None:
    reading = read("本月适老化改造24户", with_last(context("民政局"), "4.3", 适老化改造=186))

    month, total = reading.questions[0].options
    assert (month.code, month.items[0].figures[0].value) == ("month", 210)
    assert (total.code, total.items[0].figures[0].value) == ("total", 24)


@pytest.mark.parametrize(("text", "expected"), [("9.2 1330/2700", [1330, 2700]), ("9.2 1310，2680", [1310, 2680])])
def test_two_bare_numbers_are_those_of_the_rows_two_targets_in_order(text: str, expected: list[float]) -> None:
    reading = read(text, context("住建局"))

    assert [figure.value for figure in reading.items[0].figures] == expected
    assert not reading.ask


def test_two_bare_numbers_that_may_stand_in_either_order_are_asked() -> None:
    assert [question.code for question in read("9.2 1310，1900", context("住建局")).questions] == ["which_target"] * 2


def test_a_pair_without_a_measure_word_may_be_of_either_thing() -> None:
    assert [question.code for question in read("俩都弄好了", context("农业农村局")).questions] == ["which_target"]


def test_of_the_parts_of_a_whole_only_those_that_are_done_count() -> None:
    reading = read("4.2的8家，5家开门迎客，2家在装修，1家换址", context("民政局"))

    assert [figure.value for figure in reading.items[0].figures] == [5]


def test_two_figures_for_one_target_can_be_added() -> None:
    reading = read("幼儿园竣工2个，小学竣工1个", context("教育局"))

    assert [option.items[0].figures[0].value for option in reading.questions[0].options] == [1, 2, 3]


def test_a_percent_that_follows_from_figure_and_target_is_marked_as_derived() -> None:
    item = read("适老化改造210户", context("民政局")).items[0]

    assert (item.percent, item.percent_derived) == (70, True)


def test_every_field_says_which_words_gave_it() -> None:
    text = "4.3完成210户，预计11月底完成，苗木没到"
    item = read(text, context("民政局")).items[0]

    said = {field: text[why.span[0] : why.span[1]] for field, why in item.why.items()}
    assert (said["row"], said["figures"], said["expected_date"], said["problem"]) == (
        "4.3",
        "210户",
        "11月底",
        "苗木没到",
    )


def test_brackets_of_a_label_end_no_clause() -> None:
    (item,) = read("5.2：一代村（社区）健身路径2个", context("文体旅局")).items
    assert [(figure.label, figure.value) for figure in item.figures] == [("一代村（社区）健身路径", 2)]
