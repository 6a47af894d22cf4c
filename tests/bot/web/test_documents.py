"""Files in the web chat: a link or a picture, for the one to whom it was sent."""

from __future__ import annotations

import re

import httpx
from sqlalchemy import delete
from sqlalchemy.orm import Session

from bot import documents
from bot.documents import File
from bot.message import Outgoing
from data.models import Document, DocumentContent
from tests.bot.web.forms import browsing, log_in
from tests.bot.web.office import Office


async def told(office: Office, role: str, file: File) -> None:
    """A message with a file."""

    def keep(session: Session) -> int:
        row = Document(what="ledger", form="xlsx", person_id=office.people[role], asked_at=office.clock())
        session.add(row)
        session.flush()
        documents.keep(session, row.id, file, office.clock())
        return row.id

    made = await office.store.write(keep)
    await office.tell(role, Outgoing("请核对后再发。", title="台账", document_id=made))


async def test_a_file_is_a_link_with_its_name_and_size(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "leader")
    await told(office, "leader", File("台账（截至9月26日）.xlsx", "application/x-sheet", b"x" * 2000))
    await office.sent(1)
    page = await client.get("/chat")
    assert "台账（截至9月26日）.xlsx</a>" in page.text
    assert "2 KB" in page.text
    address = re.search(r'href="(/chat/file/\d+)"', page.text)
    assert address is not None
    got = await client.get(address[1])
    assert (got.status_code, got.content) == (200, b"x" * 2000)
    assert got.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%E5%8F%B0")
    assert got.headers["x-content-type-options"] == "nosniff"


async def test_a_picture_is_shown(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "leader")
    await told(office, "leader", File("进度图.png", "image/png", b"\x89PNG"))
    await office.sent(1)
    page = await client.get("/chat")
    picture = re.search(r'<img src="(/chat/file/\d+)" alt="进度图.png"', page.text)
    assert picture is not None
    assert (await client.get(picture[1])).headers["content-type"] == "image/png"


async def test_nobody_else_gets_it(office: Office, client: httpx.AsyncClient) -> None:
    await told(office, "leader", File("台账.xlsx", "x/y", b"secret"))
    await office.sent(1)
    async with browsing(office) as other:
        await log_in(other, office, "liaison")
        for number in (1, 2, 99):
            assert (await other.get(f"/chat/file/{number}")).status_code == 404
    assert (await client.get("/chat/file/1")).status_code == 303


async def test_one_that_was_cleared_away_says_how_to_get_it_again(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "leader")
    await told(office, "leader", File("台账.xlsx", "x/y", b"old"))
    await office.sent(1)
    await office.store.write(lambda session: session.execute(delete(DocumentContent)))
    page = await client.get("/chat")
    address = re.search(r'href="(/chat/file/\d+)"', page.text)
    assert address is not None
    got = await client.get(address[1])
    assert got.status_code == 410
    assert "再要一次" in got.text
