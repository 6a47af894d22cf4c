from __future__ import annotations

import httpx
import pytest

from tests.bot.web.forms import get, log_in
from tests.bot.web.office import Office


async def test_the_board_shows_every_row_with_its_lamp_in_words(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    page = await client.get("/board")
    assert "数据截至" in page.text
    assert page.text.count('<tr class="row"') == 4
    for colour, word in (("green", "绿"), ("yellow", "黄"), ("red", "红"), ("none", "未评")):
        assert f'class="lamp lamp-{colour}"' in page.text
        assert f"</svg>{word}</span>" in page.text
    assert 'aria-label="完成 51%，序时 65%"' in page.text
    assert "有困难" in page.text


async def test_the_boards_filter_is_in_the_address_and_stays_chosen(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    page = await client.get("/board", params={"unit": "住建局", "lamp": "red"})
    assert page.text.count('<tr class="row"') == 1
    assert '<option value="住建局" selected>' in page.text
    assert '<option value="red" selected>' in page.text
    assert "没有符合的任务。" in (await client.get("/board", params={"unit": "无此局"})).text


async def test_words_on_the_board_stay_words(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    assert "&lt;b onclick=&#34;x()&#34;&gt;管线迁改&lt;/b&gt;" in (await client.get("/board")).text


async def test_a_rows_page_tells_why_and_what_turns_it_green(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    page = await get(client, "/row/2")
    assert "到9月29日累计 6453 人次即转绿。" in page.text
    assert "说错了，培训是5100" in page.text
    assert "来源：电话，值班室" in page.text
    assert "更早的 1 条" in page.text
    assert "培训2600人次" in (await get(client, "/row/2?all=1")).text


async def test_a_part_says_what_its_lamp_does_not_say_already(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    page = await client.get("/row/2")
    assert '<span class="small muted">在控制线内</span>' in page.text
    assert "未评</span></p>" in page.text
    assert '<span class="small muted">未评</span>' not in page.text


async def test_a_curve_is_told_in_words_and_in_figures_too(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    page = await client.get("/row/2")
    assert "5月25日 2600、6月25日 3900、7月27日 4700、8月25日 5100 人次。慢 14 个百分点。" in page.text
    assert '<td class="num">5100</td><td class="num">51%</td><td class="num">65%</td>' in page.text


async def test_an_action_on_a_row_goes_to_the_chat_unsent(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    assert 'href="/chat?say=%E5%82%AC%E5%8A%9E%202"' in (await client.get("/row/2")).text
    assert "催办 2</textarea>" in (await client.get("/chat?say=%E5%82%AC%E5%8A%9E%202")).text


async def test_a_row_that_one_may_not_see_is_a_row_that_is_not_there(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    page = await get(client, "/row/9.9", 404)
    assert "没有这一页，或者不在您能看的范围内。" in page.text


async def test_an_address_that_is_not_there_is_told_politely(office: Office, client: httpx.AsyncClient) -> None:
    assert "没有这一页" in (await get(client, "/wp-admin", 404)).text
    assert (await client.post("/board")).status_code == 405


async def test_our_own_fault_has_a_number_and_no_traces(
    office: Office, client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    await log_in(client, office, "admin")
    monkeypatch.setattr("bot.web.demo.read_facts", None)
    monkeypatch.setattr("bot.web.history.read", None)
    page = await client.get("/chat")
    assert page.status_code == 500
    assert "已经收到的话都在，不用重发" in page.text
    assert "E-0926-" in page.text
    assert "Traceback" not in page.text


async def test_health_is_told_to_monitors(office: Office, client: httpx.AsyncClient) -> None:
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"ok": True, "inbox": 0})
    office.down = True
    assert (await client.get("/healthz")).status_code == 503


async def test_telegrams_door_wants_the_secret_and_says_what_has_to_come_again(
    office: Office, client: httpx.AsyncClient
) -> None:
    for secret, body, status in (
        ("right", b"{}", 200),
        ("wrong", b"{}", 403),
        ("right", b"", 400),
        ("right", b"down", 503),
        ("right", b"x" * 300_000, 413),
    ):
        headers = {"x-telegram-bot-api-secret-token": secret}
        assert (await client.post("/telegram", content=body, headers=headers)).status_code == status


async def test_a_door_that_no_channel_uses_is_not_there(office: Office, client: httpx.AsyncClient) -> None:
    assert (await client.get("/wecom/app")).status_code == 404
    assert (await client.post("/wecom/app", content=b"<xml/>")).status_code == 404


async def test_files_are_kept_under_their_version_and_asked_for_otherwise(
    office: Office, client: httpx.AsyncClient
) -> None:
    page = (await client.get("/login")).text
    address = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
    kept = await client.get(address)
    assert "immutable" in kept.headers["cache-control"]
    asked = await client.get("/static/style.css?v=old")
    assert asked.headers["cache-control"] == "no-cache"
    again = await client.get("/static/style.css", headers={"if-none-match": asked.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await client.get("/static/..%2fapp.py")).status_code == 404


async def test_pages_are_never_kept(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    assert (await client.get("/chat")).headers["cache-control"] == "no-store"
