"""Files posted with a message, and downloaded by who may see their row."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import attachments
from bot.fetching import Fetcher
from bot.message import SentFile
from data.kinds import FileState
from data.models import Assignment, Attachment
from tests.bot.web.forms import browsing, get, log_in
from tests.bot.web.office import MOST_BYTES, Office

PDF = b"%PDF-1.7\n" + b"x" * 100
NASTY = "许可\r\nX: 1<b>.pdf"


async def post(client: httpx.AsyncClient, text: str, *files: tuple[str, bytes], **headers: str) -> httpx.Response:
    """Send the chat's form with files, as a browser without script does."""
    form = (await get(client, "/chat")).form("/say")
    fields = {name: value for name, value in form.fields.items() if name != "file"}
    kind = "application/octet-stream"
    sent = [("file", (name, content, kind)) for name, content in files] or [("file", ("", b"", kind))]
    return await client.post(form.action, data={**fields, "text": text}, files=sent, headers=headers)


async def stored(office: Office) -> list[dict[str, Any]]:
    return [json.loads(row.raw) for row in await office.stored()]


async def kept(office: Office, folder: Path, role: str, name: str) -> int:
    """What the bot makes of the last message's file, without a bot: its row, fetched; the file's id."""
    row = (await office.stored())[-1]
    (told,) = (SentFile(**file) for file in json.loads(json.loads(row.raw)["files"]))

    def add(session: Session) -> int:
        file = Attachment(
            inbox_id=row.id, person_id=office.people[role], channel="web", kind="document", key=told.key, name=name,
            size=told.size, said_at=row.received_at, created_at=row.received_at,
            assignment_id=session.scalars(select(Assignment.id)).one(),
        )  # fmt: skip
        session.add(file)
        session.flush()
        return file.id

    added: int = await office.store.write(add)
    fetcher = Fetcher(office.store, {"web": office.chat}, folder / "files", MOST_BYTES, office.clock, office.postbox)
    wanted = await office.store.read(lambda session: attachments.to_fetch(session, office.clock(), 1, ()))
    await fetcher.fetch(wanted[0])
    return added


async def test_files_go_with_the_words_and_wait_on_disk(
    office: Office, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    await log_in(client, office, "liaison")
    answer = await post(client, "1 完成60%", ("许可.pdf", PDF), ("图.jpg", b"\xff\xd8\xff"))
    assert answer.status_code == 303
    (message,) = await stored(office)
    inbound = office.chat.parse(json.dumps(message))
    assert (inbound.text, [(file.name, file.size) for file in inbound.files]) == (
        "1 完成60%", [("许可.pdf", len(PDF)), ("图.jpg", 3)],
    )  # fmt: skip
    assert b"".join([piece async for piece in office.chat.fetch(inbound.files[0].key)]) == PDF
    assert "许可.pdf" in (await get(client, "/chat")).text


async def test_the_same_form_with_files_posted_twice_is_one_message(
    office: Office, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    await log_in(client, office, "liaison")
    form = (await get(client, "/chat")).form("/say")
    fields = {name: value for name, value in form.fields.items() if name != "file"} | {"text": ""}
    for _ in range(2):
        await client.post(form.action, data=fields, files=[("file", ("许可.pdf", PDF, "application/pdf"))])
    assert len(await stored(office)) == 1
    assert len([path for path in (tmp_path / "files").rglob("*") if path.is_file()]) == 1


async def test_a_form_without_words_or_files_says_nothing(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    assert (await post(client, "")).status_code == 303
    assert await stored(office) == []


async def test_the_words_beside_a_file_that_is_too_large_are_taken_in(
    office: Office, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    await log_in(client, office, "liaison")
    await post(client, "1 完成60%", ("大.pdf", b"x" * (MOST_BYTES + 1)))
    (message,) = await stored(office)
    (file,) = office.chat.parse(json.dumps(message)).files
    assert (message["text"], file.size) == ("1 完成60%", MOST_BYTES + 1)
    assert [path for path in (tmp_path / "files").rglob("*") if path.is_file()] == []


async def test_too_much_at_once_is_refused_in_a_sentence(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "liaison")
    many = await post(client, "1 完成60%", *[(f"{n}.pdf", PDF) for n in range(10)])
    assert (many.status_code, "一次最多发 9 个文件" in many.text) == (413, True)
    much = await post(client, "1 完成60%", *[("大.pdf", b"x" * (MOST_BYTES - 1))] * 4)
    assert much.status_code == 413
    assert await stored(office) == []


async def test_files_are_read_only_where_a_message_is_posted_by_somebody_who_is_known(
    office: Office, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    body = {"file": ("a.pdf", PDF, "application/pdf")}
    assert (await client.post("/chat/say", files=body)).headers["location"] == "/login"
    await log_in(client, office, "liaison")
    assert (await client.post("/chat/press", files=body)).status_code == 413
    assert (await client.post("/chat/say", files=body)).status_code == 403
    assert not (tmp_path / "files").exists()


async def test_a_kept_file_is_downloaded_and_never_shown_by_the_browser(
    office: Office, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    await log_in(client, office, "liaison")
    await post(client, "1 完成60%", ("许可.pdf", PDF))
    file = await kept(office, tmp_path, "liaison", NASTY)
    answer = await client.get(f"/file/{file}")
    assert (answer.status_code, answer.content) == (200, PDF)
    assert answer.headers["content-disposition"].startswith("attachment; filename*=utf-8''")
    assert "%0D" not in answer.headers["content-disposition"]
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert f'href="/file/{file}"' in (await client.get("/chat")).text
    assert not list((tmp_path / "files" / "uploads").iterdir())


async def test_a_file_is_for_those_who_see_its_row(office: Office, client: httpx.AsyncClient, tmp_path: Path) -> None:
    await log_in(client, office, "liaison")
    await post(client, "1 完成60%", ("许可.pdf", PDF))
    file = await kept(office, tmp_path, "liaison", "许可.pdf")
    for role, status in (("admin", 200), ("leader", 404)):
        async with browsing(office) as other:
            await log_in(other, office, role)
            assert (await other.get(f"/file/{file}")).status_code == status
    async with browsing(office) as stranger:
        assert (await stranger.get(f"/file/{file}")).headers["location"] == "/login"


async def test_what_is_not_there_yet_or_was_taken_back_says_so(
    office: Office, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    await log_in(client, office, "liaison")
    await post(client, "1 完成60%", ("许可.pdf", PDF))
    file = await kept(office, tmp_path, "liaison", "许可.pdf")

    def change(**values: object) -> Any:
        def work(session: Session) -> None:
            for name, value in values.items():
                setattr(session.get_one(Attachment, file), name, value)

        return work

    await office.store.write(change(state=FileState.TO_FETCH, sha256=None))
    assert "过一会儿再下载" in (await get(client, f"/file/{file}", 404)).text
    await office.store.write(change(state=FileState.TAKEN_BACK))
    for address in (f"/file/{file}", "/file/999", "/file/x", "/file/1234567890123456"):
        assert "没有这一页" in (await get(client, address, 404)).text
