"""The shipped table of 2021, row by row as a person reads it."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from importlib.resources import files
from pathlib import Path

import pytest

from data.kinds import PartKind
from data.tables import AssignmentDraft, PlanDraft, plan_json, read_table
from data.tables.names import shipped_names

SHIPPED = Path(str(files("data.shipped") / "2021.txt"))
GOLDEN = Path(__file__).with_name("2021.json")
SHA256 = "e726aa2ebcada477b05a312e235b423b5d9e63c407284cd60fbd7f6740d16581"


@pytest.fixture(scope="module")
def plan() -> PlanDraft:
    return read_table(SHIPPED, year=None)


@pytest.fixture(scope="module")
def rows(plan: PlanDraft) -> dict[str, AssignmentDraft]:
    return {row.id: row for row in plan.assignments}


def test_the_shipped_table_is_the_published_one_byte_for_byte() -> None:
    assert hashlib.sha256(SHIPPED.read_bytes()).hexdigest() == SHA256


def test_the_plan_is_the_checked_one(plan: PlanDraft) -> None:
    assert plan_json(plan) == json.loads(GOLDEN.read_text(encoding="utf-8"))


def test_it_has_ten_projects_twenty_five_rows_three_leaders_and_eight_lead_units(plan: PlanDraft) -> None:
    assert (plan.title, plan.year) == ("2021年重大民生实事项目目标任务责任分解表", 2021)
    assert len(plan.projects) == 10
    assert len(plan.assignments) == 25
    assert plan.leaders == ("何海平", "芮春祥", "张菁")
    assert plan.lead_units == ("教育局", "人社局", "文体旅局", "住建局", "民政局", "卫健局", "生态环境局", "农业农村局")


def test_ids_are_the_numbers_of_the_table(rows: dict[str, AssignmentDraft]) -> None:
    expected = "1 2 3.1 3.2 4.1 4.2 4.3 4.4 5.1 5.2 5.3 5.4 5.5 5.6 6 7.1 7.2 8.1 8.2 8.3 9.1 9.2 10.1 10.2 10.3"
    assert list(rows) == expected.split()


PARK = "高新园（邹区镇）"
SUPPORTING = {
    "1": ["经开区", PARK, "各街道", "市国有公司"],
    "2": [PARK, "各街道"],
    "3.1": ["晋陵公司", "轨道公司"],
    "3.2": ["五星街道", "南大街街道", "荷花池街道"],
    **{key: [PARK, "各街道"] for key in ["4.1", "4.2", "4.3", "4.4"]},
    **{key: [PARK, "各街道"] for key in ["5.1", "5.2", "5.3", "5.4", "5.5"]},
    "5.6": [],
    "6": [PARK, "各街道", "市排水处", "市国有公司", "区国有公司"],
    "7.1": [],
    "7.2": ["卫健局", "残联"],
    "8.1": ["五星街道", "永红街道", "南大街街道", "荷花池街道", "区国有公司"],
    "8.2": ["相关街道"],
    "8.3": ["相关街道", "区国有公司"],
    "9.1": [PARK, "各街道", "区国有公司"],
    "9.2": [PARK, "各街道"],
    "10.1": ["经开区", PARK, "相关街道", "区国有公司"],
    "10.2": ["经开区", "北港街道", "住建局", "农业农村局"],
    "10.3": [PARK, "各街道"],
}
LEADS = {
    "教育局": ["1", "5.6"],
    "人社局": ["2"],
    "文体旅局": ["3.1", "5.1", "5.2", "5.3", "5.4", "5.5"],
    "住建局": ["3.2", "6", "8.1", "8.2", "8.3", "9.1", "9.2", "10.1"],
    "民政局": ["4.1", "4.2", "4.3", "4.4", "7.2"],
    "卫健局": ["7.1"],
    "生态环境局": ["10.2"],
    "农业农村局": ["10.3"],
}
LEADERS = {
    "何海平": ["1", "2", "3.1", "5.1", "5.2", "5.3", "5.4", "5.5", "5.6", "7.1"],
    "芮春祥": ["3.2", "6", "8.1", "8.2", "8.3", "9.1", "9.2", "10.1"],
    "张菁": ["4.1", "4.2", "4.3", "4.4", "7.2", "10.2", "10.3"],
}


def test_each_row_has_its_supporting_units(rows: dict[str, AssignmentDraft]) -> None:
    assert {ident: list(row.supporting_units) for ident, row in rows.items()} == SUPPORTING


def test_each_row_has_one_lead_unit_and_one_leader(rows: dict[str, AssignmentDraft]) -> None:
    leads, leaders = defaultdict(list), defaultdict(list)
    for ident, row in rows.items():
        leads[row.lead_unit].append(ident)
        leaders["、".join(row.leaders)].append(ident)
    assert leads == LEADS
    assert leaders == LEADERS
    assert not any(row.co_lead_units for row in rows.values())


def test_only_the_empty_supporting_cell_beside_an_own_lead_unit_is_unsure(plan: PlanDraft) -> None:
    assert [(row.id, row.unsure) for row in plan.assignments if row.unsure] == [("5.6", ["supporting_units"])]
    (doubt,) = plan.all_doubts
    assert (doubt.code, doubt.values["row"]) == ("supporting_units_empty", "5.6")


# The kinds of parts, as the table of the lamp's rules lists them: of figures the values, breakdowns left out.
FIGURES = {
    "1": [5000],
    "2": [15000, 5800, 5400, 2000, 240, 10000],
    "4.1": [23000],
    "4.3": [300],
    "4.4": [1000],
    "5.1": [80, 100, 10000, 100],
    "5.2": [30],
    "5.3": [3000],
    "5.5": [3000, 100],
    "7.2": [700],
    "8.1": [28],
    "8.3": [2500],
    "9.2": [2000, 4200],
    "10.1": [150],
}
FEW = {
    "1": [12, 3],
    "4.2": [8],
    "5.1": [2, 20],
    "5.2": [3],
    "5.4": [10],
    "5.5": [3],
    "5.6": [11, 7, 2],
    "7.2": [3],
    "9.1": [10],
    "10.3": [2, 2],
}
MILESTONES = {"3.1": 2, "7.1": 1, "8.3": 1, "9.1": 2}
KEPT = {"2": "零就业家庭动态清零", "5.4": "钟楼全民健身运动会", "5.6": "96111未成年人成长指导心理热线和心理面询"}
ONGOING = {"3.2", "6", "10.2"}


def of_kind(rows: dict[str, AssignmentDraft], kind: PartKind) -> dict[str, list[str | float | None]]:
    found: dict[str, list[str | float | None]] = defaultdict(list)
    for ident, row in rows.items():
        for part in row.targets:
            if part.kind is kind and not part.parent:
                found[ident].append(part.value if part.value is not None else part.label)
    return dict(found)


def test_every_part_has_the_kind_that_the_lamp_judges_it_by(rows: dict[str, AssignmentDraft]) -> None:
    assert of_kind(rows, PartKind.FIGURE) == FIGURES
    assert of_kind(rows, PartKind.FEW) == FEW
    assert {ident: len(parts) for ident, parts in of_kind(rows, PartKind.MILESTONE).items()} == MILESTONES
    assert of_kind(rows, PartKind.KEPT) == {ident: [label] for ident, label in KEPT.items()}
    assert of_kind(rows, PartKind.ONGOING).keys() == ONGOING
    assert of_kind(rows, PartKind.BOUND) == {"2": [3]}
    assert of_kind(rows, PartKind.NO_BASE) == {"8.2": [2]}


def test_a_breakdown_belongs_to_the_number_that_it_adds_up_to(rows: dict[str, AssignmentDraft]) -> None:
    parents = {part.text: part.parent for part in rows["1"].targets}
    assert parents["幼儿园7个"] == parents["小学4个"] == parents["初中1个"] == "实施新建、改扩建学校重点建设项目12个"
    assert parents["幼儿园420个"] == parents["中小学4580个"] == "增加学位5000个"
    assert parents["计划竣工3个"] is None


def test_what_only_looks_like_a_target_is_none(plan: PlanDraft) -> None:
    values = {part.value for row in plan.assignments for part in row.targets}
    assert not values & {333, 96111, 12.1, 18, 2020, 2021}


def test_rows_and_targets_are_called_as_in_a_line_of_chat(rows: dict[str, AssignmentDraft]) -> None:
    names = {ident: row.short_name for ident, row in rows.items()}
    assert names["2"] == "促进就业"
    assert names["5.6"] == "体育设施开放、健康促进学校"
    assert names["9.1"] == "桂花路桥等道路"
    labels = {part.short_label for part in rows["9.2"].targets}
    assert labels == {"新增", "接入"}
    assert max(map(len, names.values())) <= 14


def test_every_shipped_name_names_a_row_or_a_target(rows: dict[str, AssignmentDraft]) -> None:
    names = shipped_names()
    assert names.keys() == {row.content for row in rows.values()}
    for row in rows.values():
        assert names[row.content].labels.keys() <= {part.label for part in row.targets}, row.id
