"""What is read out of the words of an assignment: targets, bounds, breakdowns, milestones, and what is none."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.kinds import PartKind
from data.tables.deadlines import deadline_day
from data.tables.draft import TargetDraft
from data.tables.targets import read_parts

Read = tuple[str, float | None, str | None, str]


def read(content: str) -> list[Read]:
    """Label, value, unit, comparator of each numeric part."""
    return [(p.label, p.value, p.unit, str(p.comparator)) for p in read_parts(content) if p.value is not None]


def one(content: str) -> TargetDraft:
    (part,) = read_parts(content)
    return part


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("增加学位5000个", ("增加学位", 5000, "个", "eq")),
        ("新建3所幼儿园", ("幼儿园", 3, "所", "eq")),
        ("年内确保开放11所学校", ("开放学校", 11, "所", "eq")),
        ("为全区23000名老年人提供居家上门服务", ("上门服务", 23000, "名", "eq")),
        ("对全区80所中小学校进行食堂改造", ("食堂改造", 80, "所", "eq")),
        ("完成梧桐河南路、陈渡南路等10条道路建设", ("道路建设", 10, "条", "eq")),
        ("基层公共文化机构提供公益文化活动100期次", ("公益文化活动", 100, "期次", "eq")),
        ("新增就业2.5万人", ("新增就业", 25000, "人", "eq")),
        ("完成投资3.5亿元", ("投资", 350_000_000, "元", "eq")),
        ("新建社区卫生服务站五个", ("社区卫生服务站", 5, "个", "eq")),
        ("建设５个口袋公园", ("口袋公园", 5, "个", "eq")),
        ("建设5G基站200个", ("5G基站", 200, "个", "eq")),
        ("新建1个110千伏变电站", ("110千伏变电站", 1, "个", "eq")),
        ("打造“15分钟生活圈”3个", ("15分钟生活圈", 3, "个", "eq")),
    ],
)
def test_a_number_with_its_measure_word_is_a_target(content: str, expected: Read) -> None:
    assert read(content) == [expected]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("开展群众性赛事活动10项以上", (10, "at_least")),
        ("开展惠民演出不少于100场", (100, "at_least")),
        ("新增城镇就业不低于3000人", (3000, "at_least")),
        ("新增停车位1000个及以上", (1000, "at_least")),
        ("新增1000个以上停车位", (1000, "at_least")),
        ("办结率≥98%", (98, "at_least")),
        ("举办讲座100余场", (100, "at_least")),
        ("新建口袋公园3-5个", (3, "at_least")),
        ("登记失业率控制在3%以内", (3, "at_most")),
        ("投诉不超过5件", (5, "at_most")),
        ("差错率≤1%", (1, "at_most")),
        ("办理时间压减后差评20件以下", (20, "at_most")),
        ("新建学校3所左右", (3, "eq")),
    ],
)
def test_a_bound_is_told_from_a_goal(content: str, expected: tuple[float, str]) -> None:
    ((_, value, _, comparator),) = read(content)
    assert (value, comparator) == expected


@pytest.mark.parametrize(
    "content",
    [
        "推进“333”行动",
        "做好“96111”心理热线和12345热线",
        "降低PM2.5浓度",
        "2021年12月底前见效",
        "更新一代健身路径、二代智慧健身路径",
        "内设五大中心，集三大功能于一体",
        "建成区18平方公里达标区范围内开展排水整治",
        "推进核心区12.1公里生态圈连廊及生态提升",
        "项目总投资3亿元，总建筑面积2万平方米",
        "每月开展1次义诊",
        "为60周岁以上老年人体检",
        "确保6月底前完成一半",
        "统筹两个大局，做到“三个一”",
        "完善第3期规划，打造一流环境",
        "排名进入前10名",
    ],
)
def test_what_only_looks_like_a_target_is_none(content: str) -> None:
    assert read(content) == []


def test_enumerated_numbers_are_targets_of_their_own() -> None:
    assert read("全年送戏80场、送电影100场，送书10000册") == [
        ("送戏", 80, "场", "eq"),
        ("送电影", 100, "场", "eq"),
        ("送书", 10000, "册", "eq"),
    ]
    assert [part.text for part in read_parts("建设2条“五好河道”和推选2个“示范村（社区）”")] == [
        "建设2条“五好河道”",
        "推选2个“示范村（社区）”",
    ]


def parents(content: str) -> dict[str, str | None]:
    return {part.text: part.parent for part in read_parts(content)}


def test_a_breakdown_in_brackets_belongs_to_the_number_before() -> None:
    found = parents("新增学位1800个（其中公办学位1500个），新建学校3所")
    assert found == {"新增学位1800个": None, "公办学位1500个": "新增学位1800个", "新建学校3所": None}


def test_a_breakdown_that_does_not_add_up_belongs_to_the_nearest_that_is_larger() -> None:
    found = parents("建设项目10个，开工2个，其中学校5个")
    assert found["学校5个"] == "建设项目10个"


def test_a_breakdown_ends_where_its_sum_is_reached() -> None:
    found = parents("建设学校5个，其中小学2个，初中3个，幼儿园9个")
    assert found == {"建设学校5个": None, "小学2个": "建设学校5个", "初中3个": "建设学校5个", "幼儿园9个": None}


def test_a_part_is_named_after_its_whole() -> None:
    labels = [part.label for part in read_parts("增加学位5000个，其中幼儿园420个，中小学4580个。")]
    assert labels == ["增加学位", "幼儿园学位", "中小学学位"]


@pytest.mark.parametrize(
    ("content", "value", "baseline"),
    [("安装总量比2020年翻一番", 2, "2020年"), ("客流较上年翻两番", 4, "上年"), ("产值是2020年的3倍", 3, "2020年")],
)
def test_a_multiple_has_no_lamp_until_its_base_is_known(content: str, value: float, baseline: str) -> None:
    part = one(content)
    assert (part.value, part.unit, part.baseline, part.kind) == (value, "倍", baseline, PartKind.NO_BASE)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("新建20所学校", PartKind.FEW),
        ("新建21所学校", PartKind.FIGURE),
        ("新增绿地15亩", PartKind.FIGURE),
        ("改造管网12公里", PartKind.FIGURE),
        ("覆盖率达到15%", PartKind.FIGURE),
        ("失业率控制在3%以内", PartKind.BOUND),
        ("公共卫生中心项目主体结构封顶", PartKind.MILESTONE),
        ("打通断头路", PartKind.MILESTONE),
        ("12月底前竣工交付", PartKind.MILESTONE),
        ("完成故居修缮展陈", PartKind.MILESTONE),
        ("零就业家庭动态清零", PartKind.KEPT),
        ("持续办好全民健身运动会", PartKind.KEPT),
    ],
)
def test_a_part_has_the_kind_of_its_words(content: str, kind: PartKind) -> None:
    assert one(content).kind is kind


def test_a_milestone_is_called_by_its_event() -> None:
    assert one("年底前完成主体结构封顶").label == "主体结构封顶"
    assert one("确保10月底前开工建设新院区").label == "开工建设新院区"


def test_a_heading_before_its_numbers_is_no_milestone() -> None:
    assert [part.kind for part in read_parts("完成学校：新建10所，改扩建5所。")] == [PartKind.FEW, PartKind.FEW]


def test_work_that_goes_on_has_no_part_of_its_own() -> None:
    assert read_parts("推进老城厢道路整治，加强河道综合治理。") == ()


@given(st.text(alphabet="新增建设学位个所3500，。；、其中（）“”%万以上翻一番", max_size=60))
def test_any_words_are_read_without_failing_and_texts_are_pieces_of_them(content: str) -> None:
    parts = read_parts(content)
    texts = {part.text for part in parts}
    for part in parts:
        assert part.text in content
        assert part.label
        assert part.short_label
        assert part.parent is None or part.parent in texts


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("12月底前", date(2021, 12, 31)),
        ("2021年6月30日前完成", date(2021, 6, 30)),
        ("2021-10-15", date(2021, 10, 15)),
        ("10月中旬", date(2021, 10, 20)),
        ("三季度末", date(2021, 9, 30)),
        ("上半年", date(2021, 6, 30)),
        ("1-12月", date(2021, 12, 31)),
        ("3月启动，11月底完成", date(2021, 11, 30)),
        ("2021年3月至2022年6月", date(2022, 6, 30)),
        ("长期坚持", None),
        ("", None),
        (None, None),
    ],
)
def test_a_deadline_is_the_last_day_that_its_words_allow(words: str | None, day: date | None) -> None:
    assert deadline_day(words, 2021) == day
