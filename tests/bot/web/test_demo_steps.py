from __future__ import annotations

import httpx
import pytest

from bot.web.demo import Progress, card
from tests.bot.web.forms import get, press, say
from tests.bot.web.office import EXAMPLE, Office

DONE_FIRST = Progress(reported=True)
DONE_SECOND = Progress(reported=True, asked=1)


@pytest.mark.parametrize(
    ("role", "progress", "text", "labels"),
    [
        ("liaison", Progress(), "report", ["fill", "skip"]),
        ("liaison", Progress(skipped=frozenset({1})), "report", ["fill", "leader"]),
        ("liaison", DONE_FIRST, "reported", ["leader", "fill_correct"]),
        ("liaison", Progress(reported=True, corrected=True), "corrected", ["leader"]),
        ("leader", Progress(), "first_liaison", ["liaison", "skip"]),
        ("leader", DONE_FIRST, "ask", ["summary", "skip"]),
        ("leader", Progress(skipped=frozenset({1})), "ask", ["summary", "skip"]),
        ("leader", DONE_SECOND, "asked", ["admin", "fill_figure"]),
        ("admin", Progress(), "first_liaison", ["liaison", "skip"]),
        ("admin", DONE_FIRST, "first_leader", ["leader", "skip"]),
        ("admin", DONE_SECOND, "change", ["fill", "skip"]),
        ("admin", Progress(reported=True, asked=1, confirming=True), "confirm", ["skip"]),
        ("admin", Progress(reported=True, asked=1, changed=True), "over", ["silent", "board", "restart"]),
        ("admin", Progress(skipped=frozenset({1, 2, 3})), "over", ["silent", "board", "restart"]),
    ],
)
def test_the_card_follows_what_was_done(role: str, progress: Progress, text: str, labels: list[str]) -> None:
    shown = card(role, progress, can_restart=True)
    assert (shown.text, [act.label for act in shown.acts]) == (text, labels)


def test_a_demo_that_cannot_begin_anew_does_not_offer_it() -> None:
    shown = card("admin", Progress(changed=True), can_restart=False)
    assert "restart" not in [act.label for act in shown.acts]


def test_the_steps_are_ticked_as_they_are_done() -> None:
    steps = card("leader", DONE_FIRST, can_restart=True).steps
    assert [(step.number, step.current, step.done) for step in steps] == [
        (1, False, True),
        (2, True, False),
        (3, False, False),
    ]


async def test_the_bare_address_opens_the_demo_as_the_liaison(demo: Office, client: httpx.AsyncClient) -> None:
    assert (await client.get("/")).headers["location"] == "/demo/liaison"


async def test_the_page_says_that_it_is_a_demo_with_invented_figures(demo: Office, client: httpx.AsyncClient) -> None:
    page = await get(client, "/demo/liaison")
    assert "演示日期 2021年9月26日（周日，调休上班）" in page.text
    assert "进展数字均为虚构；数据只在本机，退出即清除。" in page.text
    for address in ("/demo/admin/board", "/demo/admin/row/2", "/login"):
        assert 'class="tag tag-demo"' in (await client.get(address)).text


async def test_the_three_steps_are_walked_by_forms_alone(demo: Office, client: httpx.AsyncClient) -> None:
    assert "提醒到了。" in (await get(client, "/demo/liaison")).text
    filled = await press(client, "/demo/liaison", "填入示例")
    assert EXAMPLE in (await get(client, filled.headers["location"])).text
    await say(client, "/demo/liaison", EXAMPLE)
    assert "已记下。试试再回一句" in (await get(client, "/demo/liaison")).text
    await say(client, "/demo/liaison", "说错了，是3300")
    assert "更正也记下了" in (await get(client, "/demo/liaison")).text
    await press(client, "/demo/leader", "汇总")
    assert "每个数字都能点回原话。" in (await get(client, "/demo/leader")).text
    await say(client, "/demo/admin", "确定")
    assert "就是这些。" in (await get(client, "/demo/admin")).text


async def test_a_step_can_be_skipped_from_the_next_ones_page(demo: Office, client: httpx.AsyncClient) -> None:
    assert "先当一回联络员" in (await get(client, "/demo/leader")).text
    await press(client, "/demo/leader", "跳过这一步")
    assert "领导只看自己分管的" in (await get(client, "/demo/leader")).text


async def test_a_step_form_cannot_say_anything_else(demo: Office, client: httpx.AsyncClient) -> None:
    form = (await get(client, "/demo/liaison")).form("/step")
    for wish in ("say:report", "say:", "fill:x", "skip:9", "restart:", "rm -rf", ""):
        answer = await client.post(form.action, data={**form.fields, "do": wish})
        assert answer.status_code == 303, wish
    assert await demo.stored() == []


async def test_the_identities_count_what_the_others_have_not_read(demo: Office, client: httpx.AsyncClient) -> None:
    await say(client, "/demo/liaison", EXAMPLE)
    await get(client, "/demo/liaison")
    assert 'class="count"' not in (await client.get("/demo/liaison")).text
    await say(client, "/demo/leader", "汇总")
    assert 'class="count"' in (await client.get("/demo/admin/board")).text
    await get(client, "/demo/leader")
    assert 'class="count"' not in (await client.get("/demo/admin/board")).text


async def test_one_roles_form_is_no_use_to_another(demo: Office, client: httpx.AsyncClient) -> None:
    form = (await get(client, "/demo/liaison")).form("/say")
    answer = await client.post("/demo/admin/say", data={**form.fields, "text": "改成每天"})
    assert answer.status_code == 403
    await get(client, "/demo/stranger", 404)
