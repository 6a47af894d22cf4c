"""A row's form: filled in, it is a message that is read back to exactly what was filled in."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from itertools import product

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.formrows import form_rows
from bot.reading.read import LIMIT, read
from bot.texts import texts
from bot.web.form import NO_CHANGE, filled
from bot.web.views import FormFigure, FormRow
from tests.bot.cast import Cast
from tests.bot.reading.plan import context, plan
from tests.bot.web.forms import browsing, get, log_in
from tests.bot.web.office import Office
from tests.bot.web.sample import FORM_ROW

PROBLEMS, STEPS = ("", "等市里文件，人手不够"), ("", "开会协调")
UNITS = list(dict.fromkeys(row["lead_unit"] for row in plan()["assignments"]))


def words(ref: str, **given: object) -> str:
    values: dict[str, object] = {"figures": [], "status": "", "expected": None, "problem": "", "next_step": ""}
    return texts("zh-CN").say("web.form.sentence", ref=ref, **(values | given))


@settings(max_examples=60)
@given(st.data(), st.sampled_from(UNITS))
def test_whatever_is_filled_in_is_read_back(data: st.DataObject, unit: str) -> None:
    known = context(unit)
    row = data.draw(st.sampled_from(known.rows))
    asked = [target for target in row.targets if target.parent is None and target.unit != "倍"]
    chosen = data.draw(st.lists(st.sampled_from(asked), unique=True)) if asked else []
    values = {t.label: data.draw(st.integers(1, int(t.value or 40)), label=t.label) for t in chosen}
    day = data.draw(st.none() | st.dates(date(2021, 9, 27), date(2021, 12, 31)))
    problem, step = data.draw(st.sampled_from(PROBLEMS)), data.draw(st.sampled_from(STEPS))
    figures = [{"label": t.label, "value": values[t.label], "unit": t.unit or ""} for t in chosen]
    if not (figures or day or problem or step):
        return
    said = words(row.id, figures=figures, expected=day, problem=problem, next_step=step)
    (item,) = read(said, known).items
    assert (item.row_id, {figure.label: figure.value for figure in item.figures}) == (row.id, values), said
    assert (item.expected_date, item.problem or "", item.next_step or "") == (day, problem, step), said


@pytest.mark.parametrize("unit", UNITS)
def test_small_figures_that_add_up_to_one_another_are_read_back(unit: str) -> None:
    known = context(unit)
    for row in known.rows:
        asked = [target for target in row.targets if target.parent is None and target.unit != "倍"][:5]
        for values in product((1, 2, 3), repeat=len(asked)):
            figures = [{"label": t.label, "value": v, "unit": t.unit or ""} for t, v in zip(asked, values, strict=True)]
            items = read(words(row.id, figures=figures), known).items if figures else ()
            told = {figure.label: figure.value for item in items for figure in item.figures}
            assert told == {figure["label"]: figure["value"] for figure in figures}


@pytest.mark.parametrize("status", ["not_started", "in_progress", "delayed", "done"])
def test_a_status_is_read_back(status: str) -> None:
    reading = read(words("5.6", status=status), context("教育局"))
    stated = [item.status for item in reading.items] or [
        item.status for question in reading.questions for item in question.options[0].items
    ]
    assert stated == [status]


def test_no_change_is_read_back() -> None:
    (item,) = read(words("5.6", status=NO_CHANGE), context("教育局")).items
    assert (item.row_id, item.no_change) == ("5.6", True)


@pytest.mark.parametrize(
    ("field", "value"),
    [*(("figure0", value) for value in ("三千", "-5", "1e9", "٣", ".")), ("expected", "明天"), ("status", "x")],
)
def test_a_field_that_can_not_be_what_it_says_is_named(field: str, value: str) -> None:
    with pytest.raises(ValueError, match=f"^{field}$"):
        filled({field: value})


def test_a_semicolon_of_the_person_ends_no_clause() -> None:
    assert filled({"problem": "缺钱；缺人;\n缺地"}).problem == "缺钱，缺人, 缺地"


def test_the_message_is_in_the_language_of_the_record() -> None:
    values: dict[str, object] = {"figures": [], "status": "", "expected": None, "problem": "缺人", "next_step": ""}
    assert texts("en").say("web.form.sentence", ref="1", **values) == "序号1：问题：缺人"


def test_the_form_shows_the_units_rows_with_what_is_known(cast: Cast) -> None:
    cast.says("education", "学位3500个")

    def read_rows(session: Session) -> Sequence[FormRow]:
        return form_rows(session, cast.people["education"])

    rows = cast.store.read_now(read_rows)
    assert [row.ref for row in rows] == ["1", "5.6"]
    assert "学位 3500/5000 个" in rows[0].known
    assert FormFigure("增加学位", "个", "学位 3500/5000 个") in rows[0].figures


# On the page ------------------------------------------------------------------------------------------------


async def test_a_form_is_sent_as_one_message(office: Office) -> None:
    async with browsing(office) as client:
        await log_in(client, office, "liaison")
        assert "填表反馈" in (await get(client, "/chat")).text
        assert FORM_ROW.title in (await get(client, "/chat/form")).text
        form = (await get(client, "/chat/form/1")).form("/form/1")
        answer = await client.post(
            form.action, data={**form.fields, "figure0": "3,500", "expected": "2021-11-30", "problem": "缺人"}
        )
        assert answer.status_code == 303
        raw = json.loads((await office.stored())[-1].raw)
        assert raw["text"] == "序号1：增加学位3500个；预计2021年11月30日完成；问题：缺人"


async def test_a_mistake_keeps_what_was_filled_in(office: Office) -> None:
    async with browsing(office) as client:
        await log_in(client, office, "liaison")
        form = (await get(client, "/chat/form/1")).form("/form/1")
        answer = await client.post(form.action, data={**form.fields, "figure0": "三千", "problem": "缺人"})
        assert answer.status_code == 422
        assert "“增加学位”里请只写数字" in answer.text
        assert "缺人" in answer.text
        long = await client.post(form.action, data={**form.fields, "problem": "缺人" * 400, "next": "协调" * 400})
        assert long.status_code == 422
        assert "协调协调" in long.text
        assert str(LIMIT) in long.text
        empty = await client.post(form.action, data=form.fields)
        assert empty.status_code == 422
        assert await office.stored() == []


@pytest.mark.parametrize("role", ["leader", "admin"])
async def test_only_who_reports_has_a_form(office: Office, role: str) -> None:
    async with browsing(office) as client:
        await log_in(client, office, role)
        assert (await client.get("/chat/form/1")).status_code == 404


async def test_a_row_of_another_unit_has_no_form(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    assert (await client.get("/chat/form/4.3")).status_code == 404
