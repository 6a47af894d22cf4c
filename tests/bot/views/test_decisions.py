"""The ledger's sheet 办理记录: what was decided or asked for, by whom, and what became of it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.views.decisions import WIDTHS
from bot.views.ledger import ledger, sight_of
from data import audit, queries
from data.models import Assignment
from tests.bot.cast import OFFICE, START, Cast, Scene, person, playing

Line = dict[str, Any]


def told(
    cast: Cast,
    *,
    for_leaders: bool = False,
    units: tuple[str, ...] = (),
    leader: str = "",
    as_of: datetime | None = None,
    language: str = "zh-CN",
) -> list[Line]:
    """The lines of the sheet, by the keys of its columns."""

    def made(session: Session) -> bytes:
        plan = queries.current_plan(session)
        assert plan is not None
        own = [row.id for row in queries.assignments(session, plan.id) if row.lead_unit.name in units]
        who = person(session, leader).id if leader else None
        rows = own if units else None
        sight = sight_of(session, plan, cast.now, cast.office, language, rows=rows, as_of=as_of, leader=who)
        return ledger(sight, for_leaders=for_leaders)

    sheet: Any = load_workbook(io.BytesIO(cast.read(made)))["办理记录" if language == "zh-CN" else "Decisions"]
    lines = [dict(zip(WIDTHS, row, strict=True)) for row in sheet.iter_rows(min_row=4)]
    days = [line[key] for line in lines for key in ("at", "due", "settled") if line[key].value is not None]
    assert {cell.data_type for cell in days} <= {"d"}
    assert "f" not in {cell.data_type for line in lines for cell in line.values()}
    return [{key: _shown(cell.value) for key, cell in line.items()} for line in lines]


def _shown(value: Any) -> Any:
    """Moments and days as they are written."""
    return f"{value:%Y-%m-%d %H:%M}".removesuffix(" 00:00") if isinstance(value, datetime) else value


def of(lines: list[Line], what: str) -> list[Line]:
    return [line for line in lines if line["what"] == what]


@pytest.fixture(scope="module")
def decided(office_scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """What everybody here only looks at: from 9:05 on a lamp set and lifted, a remark put to the unit and answered, an
    extension asked for, and the ways of judging changed."""
    with playing(office_scene, tmp_path_factory.mktemp("decided"), START + timedelta(minutes=5)) as cast:
        decide(cast)
        yield cast


def decide(cast: Cast) -> None:
    cast.says("admin", "判灯 4.2 红 =现场核查未开工")
    cast.wait(minutes=1)
    cast.says("admin", "判灯 4.2 解除")
    cast.says("education", "1 完不成了，想延期到2022年1月20日")
    cast.presses("education", "是，申请延期")
    cast.says("leader", "5.6")
    cast.presses("leader", "请督查室了解")
    cast.presses("admin", "转给单位")
    cast.presses("admin", "确认转办")
    cast.wait(minutes=1)
    cast.says("education", "开放了9所")
    cast.wait(minutes=1)
    for change in ("亮灯标准 黄20 红40", "序时 4.1 6月30日10%，12月31日100%"):
        cast.says("admin", change)
        cast.presses("admin", "确定")
    cast.says("admin", "撤回")
    cast.says("admin", "类型 4.2 数量")
    cast.says("admin", "指标 4.2 1 12")
    row = cast.read(lambda session: session.scalars(select(Assignment.id).where(Assignment.ref == "3.1")).one())
    before, after = {"content": "a", "deadline": "2021-12-31"}, {"content": "b", "deadline": "2022-01-31"}
    cast.write(lambda session: audit.record(session, cast.now, "change", "assignment", row, before, after))


def test_a_lamp_by_hand_is_there_with_its_reason_and_when_it_was_lifted(decided: Cast) -> None:
    lines = told(decided)
    (set_,), (lifted,) = of(lines, "人工判灯"), of(lines, "解除判灯")
    assert (set_["ref"], set_["words"], set_["why"], set_["by"]) == ("4.2", "判红", "'=现场核查未开工", "林岚")
    assert (set_["at"], lifted["words"]) == ("2021-09-26 09:05", "解除人工判红，按系统评灯")
    assert lifted["at"] == "2021-09-26 09:06"


def test_a_leaders_remark_is_there_with_its_due_day_and_the_units_answer(decided: Cast) -> None:
    (line,) = of(told(decided), "领导批注")
    assert (line["ref"], line["unit"], line["words"]) == ("5.6", "教育局", "请督查室了解")
    assert (line["by"], line["outcome"]) == ("何海平（林岚经办）", "开放了9所")
    assert (line["due"], line["settled"]) == ("2021-10-08", "2021-09-26")


def test_an_extension_is_told_as_asked_for(decided: Cast) -> None:
    (line,) = of(told(decided), "延期申请")
    assert (line["ref"], line["words"], line["by"]) == ("1", "申请延到2022年1月20日", "周敏")
    assert "想延期" in line["why"]
    assert line["outcome"] == "已报督查室，尚未批复"


def test_what_changed_how_rows_are_judged_is_there_and_what_was_taken_back(decided: Cast) -> None:
    lines = told(decided)
    (whole,) = of(lines, "亮灯标准")
    assert (whole["ref"], whole["name"], whole["unit"]) == (None, "全部任务", None)
    assert whole["words"] == "慢于序时超过 20 个百分点判黄，超过 40 个判红"
    assert [line["words"] for line in of(lines, "序时进度")] == [
        "序时进度：6月30日 10%，12月31日 100%。",
        "撤回，序时进度：从1月1日到时限匀速。",
    ]
    assert [line["words"].partition("：")[2] for line in (*of(lines, "指标类型"), *of(lines, "指标"))] == [
        "小数目 → 数量",
        "8 → 12",
    ]


def test_an_excuse_is_there_with_its_unit_and_so_is_its_end(office: Cast) -> None:
    office.at("2021-10-08T10:00")
    office.says("education", "1 新增学位3300个；2 开放了9所")
    office.says("admin", "更正迟报 教育局 平台故障没有收到")
    office.presses("admin", "更正")
    office.wait(minutes=1)
    office.says("admin", "撤回")
    lines = of(told(office), "更正迟报")
    assert [(line["unit"], line["words"], line["why"]) for line in lines] == [
        ("教育局", "9月调度", "平台故障没有收到"),
        ("教育局", "撤回，9月调度", "平台故障没有收到"),
    ]
    assert of(told(office, units=("住建局",)), "更正迟报") == []
    assert len(of(told(office, units=("教育局",)), "更正迟报")) == 2


def test_the_copy_for_leaders_names_the_office_and_the_unit_and_only_the_own_remarks(decided: Cast) -> None:
    own = told(decided, for_leaders=True, leader="何海平")
    assert [line["by"] for line in of(own, "领导批注")] == ["何海平（区政府督查室经办）"]
    assert [line["by"] for line in of(own, "延期申请")] == ["教育局"]
    assert {line["by"] for line in of(own, "人工判灯")} == {"区政府督查室"}
    everything = " ".join(str(value) for line in own for value in line.values())
    assert not any(name in everything for name in ("林岚", "周敏", "陈刚"))
    assert of(told(decided, for_leaders=True), "领导批注") == []


def test_only_the_rows_of_the_unit_are_told(decided: Cast) -> None:
    assert {line["ref"] for line in told(decided, units=("民政局",))} == {"4.1", "4.2", None}


def test_an_earlier_moment_knows_nothing_of_what_came_later(decided: Cast) -> None:
    early = told(decided, as_of=datetime(2021, 9, 26, 9, 5, 30, tzinfo=OFFICE.zone))
    assert [(line["what"], line["ref"]) for line in early] == [("人工判灯", "4.2")]
    later = told(decided, as_of=datetime(2021, 9, 26, 9, 6, 30, tzinfo=OFFICE.zone))
    (remark,) = of(later, "领导批注")
    assert (remark["outcome"], remark["due"], remark["settled"]) == ("已转单位，待答复", "2021-10-08", None)


def test_a_changed_row_of_the_table_is_there_by_its_fields(decided: Cast) -> None:
    (line,) = of(told(decided), "改动任务")
    assert (line["ref"], line["words"]) == ("3.1", "改了主要内容，完成时限：2021-12-31 → 2022-01-31")


def test_it_speaks_english_too(decided: Cast) -> None:
    lines = told(decided, language="en")
    assert {line["what"] for line in lines} >= {"Lamp by hand", "Leader's remark", "Extension request", "Thresholds"}
    assert of(lines, "Lamp by hand")[0]["words"] == "Set to red"
    assert [line["due"] for line in of(lines, "Leader's remark")] == ["2021-10-08"]
