from __future__ import annotations

import asyncio
import html
from pathlib import Path

import httpx
import pytest

from bot.message import Outgoing
from bot.web.shield import POLICY
from bot.web.talk import MOST_CHARACTERS, SHOWN
from tests.bot.web.forms import browsing, get, log_in, press, say
from tests.bot.web.office import EXAMPLE, Office, digest, open_office


async def test_a_message_and_its_answer_are_on_the_page_without_script(
    office: Office, client: httpx.AsyncClient
) -> None:
    await log_in(client, office, "liaison")
    answer = await say(client, "/chat", EXAMPLE)
    assert answer.status_code == 303
    page = await get(client, answer.headers["location"])
    assert EXAMPLE in page.text
    assert "学位 3500/5000 个 · 预计11月30日前完成" in page.text
    assert "9:00 · 已收到" in page.text


async def test_after_a_post_the_address_names_the_newest_message(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    answer = await say(client, "/chat", "1 没变化")
    path, _, newest = answer.headers["location"].partition("#")
    assert path == "/chat"
    assert f'id="{newest}"' in (await client.get("/chat")).text


async def test_a_form_posted_twice_is_one_message(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    form = (await get(client, "/chat")).form("/say")
    posts = [client.post(form.action, data={**form.fields, "text": EXAMPLE}) for _ in range(3)]
    assert [answer.status_code for answer in await asyncio.gather(*posts)] == [303, 303, 303]
    assert len(await office.stored()) == 1


async def test_a_form_of_before_with_other_words_is_another_message(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    form = (await get(client, "/chat")).form("/say")
    for text in ("1 完成60%", "1 完成70%"):
        await client.post(form.action, data={**form.fields, "text": text})
    assert len(await office.stored()) == 2


async def test_a_press_is_shown_as_the_persons_own_and_answered(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    await office.tell("liaison", digest())
    await office.sent(1)
    page = await get(client, (await press(client, "/chat", "怎么写")).headers["location"])
    assert "您按了“怎么写”。" in page.text
    assert "9:00 · 按钮" in page.text


async def test_a_press_posted_twice_is_one_press(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    await office.tell("liaison", digest())
    await office.sent(1)
    form, (name, value) = (await get(client, "/chat")).button("怎么写")
    for _ in range(2):
        await client.post(form.action, data={**form.fields, name: value})
    assert len(await office.stored()) == 1


async def test_a_choice_that_was_made_is_told_in_place_of_its_buttons(
    office: Office, client: httpx.AsyncClient
) -> None:
    await log_in(client, office, "admin")
    await say(client, "/chat", "改成每月最后一个工作日下午3点")
    await press(client, "/chat", "确定")
    page = await get(client, "/chat")
    assert "已选“确定”" in page.text
    assert not any("再改改" in form.buttons for form in page.forms)


async def test_an_edit_takes_the_place_of_its_message(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    await office.tell("liaison", digest())
    await office.sent(1)
    await press(client, "/chat", "1 没变化")
    await office.sent(2)
    page = await get(client, "/chat")
    assert "请反馈 2 项任务的进展" not in page.text
    assert page.text.count("2 项都已反馈。") == 1
    assert "9:00 更新" in page.text


async def test_a_number_alone_on_a_button_is_named_for_those_who_hear_it(
    office: Office, client: httpx.AsyncClient
) -> None:
    await log_in(client, office, "liaison")
    await office.tell("liaison", digest())
    await office.sent(1)
    assert 'aria-label="1 增加教育资源供给（序号1）：报进展"' in (await client.get("/chat")).text


async def test_the_history_is_there_on_return_and_older_messages_a_link_away(
    office: Office, client: httpx.AsyncClient
) -> None:
    await log_in(client, office, "liaison")
    for number in range(SHOWN + 5):
        await office.tell("liaison", Outgoing(f"第{number}条"))
    await office.sent(SHOWN + 5)
    page = await client.get("/chat")
    assert "第64条" in page.text
    assert "第4条" not in page.text
    older = html.unescape(page.text.partition('href="/chat?before=')[2].partition('"')[0])
    before = (await client.get(f"/chat?before={older}")).text
    assert "第4条" in before
    assert "第5条<" not in before
    assert "回到最新的消息" in before


async def test_unread_messages_begin_at_a_line_that_goes_away(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    await office.tell("liaison", digest())
    await office.sent(1)
    assert "以下为未读" in (await get(client, "/chat")).text
    assert "以下为未读" not in (await get(client, "/chat")).text


async def test_what_is_to_be_said_can_come_with_the_address(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    page = await client.get("/chat", params={"say": "代录 民政局 4.3 </textarea><b>"})
    assert "代录 民政局 4.3 &lt;/textarea&gt;&lt;b&gt;</textarea>" in page.text
    assert await office.stored() == []


async def test_while_the_bot_is_at_work_the_page_says_so(tmp_path: Path) -> None:
    async with open_office(tmp_path, answering=False) as office, browsing(office) as client:
        await log_in(client, office, "liaison")
        answer = await say(client, "/chat", "这个数报到几月？")
        assert answer.headers["location"] == "/chat#mi1"
        assert "正在处理" in (await get(client, "/chat")).text


async def test_a_message_that_is_too_long_stays_in_the_box(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    words = "进展" * 10_000
    answer = await say(client, "/chat", words)
    assert answer.status_code == 422
    assert f"一条最多 {MOST_CHARACTERS} 字，这条 20000 字。原话还在框里。" in answer.text
    assert f"{words}</textarea>" in answer.text
    assert await office.stored() == []


async def test_a_body_beyond_all_measure_is_refused(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    answer = await say(client, "/chat", "长" * 100_000)
    assert answer.status_code == 413
    assert "没有收下。请分几条发。" in answer.text


async def test_empty_words_are_not_a_message(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    assert (await say(client, "/chat", " \r\n ")).status_code == 303
    assert await office.stored() == []


async def test_words_that_could_not_be_stored_are_given_back_to_be_sent_again(
    office: Office, client: httpx.AsyncClient
) -> None:
    await log_in(client, office, "liaison")
    page = await get(client, "/chat")
    await office.chat.stop_receiving()
    form = page.form("/say")
    answer = await client.post(form.action, data={**form.fields, "text": EXAMPLE})
    assert answer.status_code == 503
    assert "这句话没有收到。" in answer.text
    assert f"{EXAMPLE}</textarea>" in answer.text


async def test_text_stays_text(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)"> {{ 7*7 }} &amp; "\'\u202e'
    await say(client, "/chat", evil)
    await office.tell("liaison", Outgoing(f"1. {evil}\n  {evil}", title=evil))
    await office.sent(2)
    page = await client.get("/chat")
    assert "<img" not in page.text
    assert page.text.count("<script") == 1
    assert html.escape(evil).replace("&#x27;", "&#39;").replace("&quot;", "&#34;") in page.text


async def test_the_policy_lets_nothing_in_from_elsewhere(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    for address in ("/chat", "/login", "/board", "/row/2", "/row/404", "/nowhere", "/static/style.css", "/healthz"):
        headers = (await client.get(address)).headers
        assert headers["content-security-policy"] == POLICY, address
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"
    page = (await client.get("/chat")).text
    assert " style=" not in page
    assert "<script>" not in page
    assert "http://" not in page.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("change", [{"csrf": "0" * 32}, {"csrf": ""}, {"csrf": "密"}])
async def test_a_forged_form_is_refused_and_the_words_given_back(
    office: Office, client: httpx.AsyncClient, change: dict[str, str]
) -> None:
    await log_in(client, office, "liaison")
    form = (await get(client, "/chat")).form("/say")
    answer = await client.post(form.action, data={**form.fields, "text": EXAMPLE, **change})
    assert answer.status_code == 403
    assert f"{EXAMPLE}</textarea>" in answer.text
    assert await office.stored() == []


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://elsewhere.example"}])
async def test_a_form_posted_from_another_site_is_refused(
    office: Office, client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    await log_in(client, office, "liaison")
    form = (await get(client, "/chat")).form("/say")
    answer = await client.post(form.action, data={**form.fields, "text": EXAMPLE}, headers=headers)
    assert answer.status_code == 403
    assert await office.stored() == []


async def test_one_persons_form_is_no_use_to_another(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    form = (await get(client, "/chat")).form("/say")
    async with browsing(office) as other:
        await log_in(other, office, "leader")
        answer = await other.post(form.action, data={**form.fields, "text": EXAMPLE})
    assert answer.status_code == 403
    assert await office.stored() == []


async def test_nobody_reads_anothers_chat(office: Office, client: httpx.AsyncClient) -> None:
    await office.tell("leader", Outgoing("只给区领导看"))
    await office.sent(1)
    await log_in(client, office, "liaison")
    assert "只给区领导看" not in (await client.get("/chat")).text


async def test_without_a_log_in_every_page_leads_to_it(office: Office, client: httpx.AsyncClient) -> None:
    for address in ("/", "/chat", "/board", "/row/2", "/chat/events"):
        answer = await client.get(address)
        assert (answer.status_code, answer.headers["location"]) == (303, "/login"), address
    assert (await client.post("/chat/say", headers={"x-live": "1"})).status_code == 401


async def test_the_demo_is_no_way_in_where_there_is_none(office: Office, client: httpx.AsyncClient) -> None:
    await get(client, "/demo/admin", 404)
    await get(client, "/demo/admin/board", 404)
