from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select, update

from bot.web.access import hashed
from bot.web.services import WebSettings
from data.models import Person, WebSession
from tests.bot.web.forms import browsing, get, log_in, say
from tests.bot.web.office import Office, open_office


async def type_code(client: httpx.AsyncClient, code: str) -> httpx.Response:
    form = (await get(client, "/login")).form("/login")
    return await client.post("/login", data={**form.fields, "code": code})


async def test_a_code_leads_to_the_chat_and_only_its_tokens_hash_is_stored(
    office: Office, client: httpx.AsyncClient
) -> None:
    await log_in(client, office, "liaison")
    assert "督办：教育局联络员" in (await client.get("/chat")).text
    token = client.cookies["duban"]
    rows = await office.store.read(lambda session: list(session.scalars(select(WebSession.token_hash))))
    assert rows == [hashed(token)]
    assert token not in rows


async def test_a_code_may_be_typed_small_and_in_groups(office: Office, client: httpx.AsyncClient) -> None:
    code = (await office.invite("liaison")).lower()
    assert (await type_code(client, f"{code[:5]}-{code[5:]}")).status_code == 303


async def test_a_code_works_once(office: Office, client: httpx.AsyncClient) -> None:
    code = await office.invite("liaison")
    await type_code(client, code)
    async with browsing(office) as other:
        answer = await type_code(other, code)
    assert answer.status_code == 422
    assert "已经用过或作废了" in answer.text
    assert f'value="{code}"' in answer.text


async def test_after_five_wrong_codes_the_address_waits(office: Office, client: httpx.AsyncClient) -> None:
    for _ in range(5):
        answer = await type_code(client, "AAAAABBBBB")
        assert "邀请码不对" in answer.text
    right = await office.invite("liaison")
    assert "请 15 分钟后再试" in (await type_code(client, right)).text
    office.clock.forward(timedelta(minutes=16))
    assert (await type_code(client, right)).status_code == 303


async def test_no_code_is_asked_for_again(office: Office, client: httpx.AsyncClient) -> None:
    assert "请输入邀请码。" in (await type_code(client, "  ")).text


async def test_a_link_brings_the_code_but_does_not_use_it(office: Office, client: httpx.AsyncClient) -> None:
    code = await office.invite("liaison")
    for _ in range(2):
        assert f'value="{code}"' in (await client.get("/login", params={"code": code})).text
    assert (await type_code(client, code)).status_code == 303


async def test_the_log_in_form_is_no_use_to_another_browser(office: Office, client: httpx.AsyncClient) -> None:
    form = (await get(client, "/login")).form("/login")
    async with browsing(office) as other:
        answer = await other.post("/login", data={**form.fields, "code": await office.invite("liaison")})
    assert answer.status_code == 403


async def test_a_log_in_lasts_90_days_and_longer_while_it_is_used(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    for _ in range(3):
        office.clock.forward(timedelta(days=60))
        answer = await client.get("/chat")
        assert answer.status_code == 200
        assert "Max-Age=7776000" in answer.headers["set-cookie"]
    office.clock.forward(timedelta(days=91))
    assert (await client.get("/chat")).status_code == 303


async def test_logging_out_ends_it_here_and_in_the_database(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    token = client.cookies["duban"]
    form = (await get(client, "/board")).form("/logout")
    answer = await client.post(form.action, data=form.fields)
    assert answer.headers["location"] == "/login"
    assert "duban" not in client.cookies
    assert (await client.get("/chat", headers={"cookie": f"duban={token}"})).status_code == 303


async def test_who_has_left_sees_nothing_more(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    leave = update(Person).where(Person.id == office.people["liaison"]).values(left_at=office.clock())
    await office.store.write(lambda session: session.execute(leave))
    assert (await client.get("/chat")).status_code == 303


async def test_a_made_up_token_is_nobody(office: Office, client: httpx.AsyncClient) -> None:
    for token in ("x", "demo liaison", hashed("x")):
        assert (await client.get("/chat", headers={"cookie": f"duban={token}"})).status_code == 303


async def test_over_https_the_log_in_is_kept_for_https_alone(tmp_path: Path) -> None:
    settings = WebSettings(public_url="https://duban.example.cn", secure_cookies=True)
    async with open_office(tmp_path, settings=settings) as office, browsing(office) as client:
        page = await client.get("/login")
        assert all(word in page.headers["set-cookie"] for word in ("Secure", "HttpOnly", "SameSite=strict"))
        kept = {"cookie": page.headers["set-cookie"].partition(";")[0]}
        csrf = page.text.partition('name="csrf" value="')[2].partition('"')[0]
        fields = {"csrf": csrf, "code": await office.invite("liaison")}
        answer = await client.post("/login", data=fields, headers={**kept, "origin": "https://duban.example.cn"})
        assert answer.status_code == 303
        assert answer.headers["set-cookie"].startswith("__Host-duban=")
        assert all(word in answer.headers["set-cookie"] for word in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"))


async def test_only_the_hosts_that_were_named_are_served(tmp_path: Path) -> None:
    settings = WebSettings(allowed_hosts=("duban.example.cn", "127.0.0.1"))
    async with open_office(tmp_path, settings=settings) as office, browsing(office) as client:
        assert (await client.get("/login")).status_code == 200
        answer = await client.get("/login", headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "请从督查室给您的网址打开。" in answer.text


@pytest.mark.parametrize(("language", "head"), [("zh-CN", "请输入邀请码"), ("en", "Please enter your invite code")])
async def test_strangers_are_met_in_the_offices_language(tmp_path: Path, language: str, head: str) -> None:
    async with open_office(tmp_path, settings=WebSettings(language=language)) as office, browsing(office) as client:
        page = await client.get("/login")
    assert f'<html lang="{language}">' in page.text
    assert f"<h1>{head}</h1>" in page.text


async def test_a_person_is_met_in_their_own_language(office: Office, client: httpx.AsyncClient) -> None:
    english = update(Person).where(Person.id == office.people["liaison"]).values(language="en")
    await office.store.write(lambda session: session.execute(english))
    await log_in(client, office, "liaison")
    await say(client, "/chat", "1 60%")
    page = await get(client, "/chat")
    assert "Please send nothing classified" in page.text
    assert "9:00 · Received" in page.text
