"""An admin sends the table as a file, over Telegram's getFile and over the web chat, and the running bot imports it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
from sqlalchemy.orm import Session

from bot import access, compose
from bot.config import Settings
from bot.office import clock_of
from bot.pages import app_of
from data import queries
from data.kinds import Role
from data.tables import read_table
from tests.bot.tables import as_docx, rows_of
from tests.bot.web.forms import get, press
from tests.end_to_end.office import START, TABLE, running_office

TITLE = "2021年重大民生实事项目目标任务责任分解表"


def rows(session: Session) -> int:
    plan = queries.current_plan(session)
    return len(queries.assignments(session, plan.id)) if plan is not None else 0


async def test_a_table_sent_over_telegram_is_got_by_its_id_read_and_applied(tmp_path: Path) -> None:
    table = as_docx(TITLE, rows_of(read_table(TABLE, year=None))[:-1])
    async with running_office(tmp_path) as office:
        office.telegram.world.files["d1"] = table
        admin = await office.joins(5_000_000_004, "林岚", Role.ADMIN)
        admin.sends("document")
        shown = await admin.hears("要导入吗？")
        assert f"表.docx：{TITLE}" in shown.text
        assert "不再有：10.3" in shown.text
        assert await office.read(rows) == 25
        admin.presses("确认导入")
        await admin.hears("已导入：10 个项目、24 项任务。")
        assert await office.read(rows) == 24


async def test_the_first_table_comes_by_the_web_chat(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {
            "database": {"url": f"sqlite:///{tmp_path / 'duban.db'}"},
            "web": {"port": 0},
            "clock": {"start": START, "allow": True},
        }
    )
    opening = compose.opened(settings)
    store = await asyncio.to_thread(opening.__enter__)
    try:
        bot = compose.put_together(settings, store, clock_of(settings), compose.make_channels(settings))
        sock = compose.listen("127.0.0.1", 0)
        address = f"http://127.0.0.1:{sock.getsockname()[1]}"
        async with (
            compose.serving(app_of(bot), sock),
            compose.running(bot),
            httpx.AsyncClient(base_url=address) as client,
        ):
            await _imports(bot, client)
    finally:
        await asyncio.to_thread(opening.__exit__, None, None, None)


async def _imports(bot: compose.Bot, client: httpx.AsyncClient) -> None:
    def invited(session: Session) -> str:
        admin = access.add_person(session, "林岚", Role.ADMIN, bot.clock())
        return access.make_invite(session, admin, bot.clock())[0]

    form = (await get(client, "/login")).form("/login")
    await client.post("/login", data={**form.fields, "code": await bot.store.write(invited)})
    form = (await get(client, "/chat")).form("/say")
    fields = {name: value for name, value in form.fields.items() if name != "file"} | {"text": ""}
    sent = {"file": ("责任分解表.txt", TABLE.read_bytes(), "text/plain")}
    assert (await client.post(form.action, data=fields, files=sent)).status_code == 303
    await _shows(client, "还没有 2021 年的计划，确认后新建。")
    assert await bot.store.read(rows) == 0
    await press(client, "/chat", "确认导入")
    await _shows(client, "已导入：10 个项目、25 项任务。")
    assert await bot.store.read(rows) == 25


async def _shows(client: httpx.AsyncClient, words: str) -> None:
    """Until the chat's page shows these words."""
    async with asyncio.timeout(20):
        while words not in (await get(client, "/chat")).text:
            await asyncio.sleep(0.02)
