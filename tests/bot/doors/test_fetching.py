"""Files are fetched beside everything else: kept, refused, tried again, given up, each told once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from bot.fetching import Fetcher
from bot.message import Channel, FetchFailed, SentFile
from data.files import place_of
from data.models import Attachment
from tests.bot.cast import Cast, FakeChat

JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40


class WithFiles(FakeChat):
    """Has the files that it was given, under their keys; a failure in a file's place is raised once."""

    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, bytes | Exception] = {}

    async def fetch(self, key: str) -> AsyncGenerator[bytes, None]:
        found = self.files[key]
        if isinstance(found, Exception):
            self.files[key] = JPEG
            raise found
        for start in range(0, len(found), 16):
            await asyncio.sleep(0)
            yield found[start : start + 16]


class Desk:
    """The cast beside a fetcher that is turned by hand."""

    def __init__(self, cast: Cast, folder: Path) -> None:
        self.cast, self.folder, self.channel = cast, folder, WithFiles()
        channels: dict[str, Channel] = {"telegram": self.channel}
        self.fetcher = Fetcher(cast.store, channels, folder, 500, lambda: cast.now, cast.postbox)

    def turns(self) -> None:
        """Fetch what is due now, and hand out what that gave to say."""

        async def turn() -> None:
            await self.fetcher._turn()
            await asyncio.gather(*self.fetcher._tasks.values())

        asyncio.run(turn())
        self.cast.deliver()

    @property
    def rows(self) -> Sequence[Attachment]:
        return self.cast.read(lambda session: session.scalars(select(Attachment).order_by(Attachment.id)).all())

    def last_heard(self) -> str:
        return self.cast.heard("education")[-1].text


def test_a_file_is_got_looked_into_and_kept_under_its_checksum(office: Cast, tmp_path: Path) -> None:
    desk = Desk(office, tmp_path / "files")
    desk.channel.files["k"] = JPEG
    office.sends("education", SentFile("k", "document", "许可.pdf"), words="2 开放了9所")
    heard = len(office.heard("education"))
    desk.turns()
    (row,) = desk.rows
    assert (row.state, row.type, row.size) == ("kept", "image/jpeg", len(JPEG))
    assert place_of(desk.folder, row.sha256 or "").read_bytes() == JPEG
    assert len(office.heard("education")) == heard


def test_what_could_run_is_refused_in_a_sentence_and_the_words_stand(office: Cast, tmp_path: Path) -> None:
    desk = Desk(office, tmp_path / "files")
    desk.channel.files["k"] = b"MZ\x90\0" + b"\0" * 40
    office.sends("education", SentFile("k", "document", "a.exe"), words="2 开放了9所")
    desk.turns()
    assert (desk.rows[0].state, desk.rows[0].reason) == ("refused", "type")
    assert desk.last_heard().startswith("附件“a.exe”没有收：只收照片")
    assert [report.standing for report in office.stored("5.6")] == [True]
    assert [path for path in desk.folder.rglob("*") if path.is_file()] == []


def test_a_file_that_is_too_large_is_refused_whatever_its_sender_says(office: Cast, tmp_path: Path) -> None:
    desk = Desk(office, tmp_path / "files")
    desk.channel.files |= {"a": JPEG * 20, "b": JPEG}
    office.sends("education", SentFile("a", "photo", size=10), SentFile("b", "photo", size=501), words="2 开放了9所")
    desk.turns()
    assert [row.reason for row in desk.rows] == ["too_large", "too_large"]
    assert desk.last_heard().startswith("附件照片 1 张没有收：超过")


def test_what_fails_for_now_is_tried_again_later(office: Cast, tmp_path: Path) -> None:
    desk = Desk(office, tmp_path / "files")
    desk.channel.files["k"] = FetchFailed("timeout")
    office.sends("education", SentFile("k", "photo"), words="2 开放了9所")
    desk.turns()
    assert (desk.rows[0].state, desk.rows[0].tries) == ("to_fetch", 1)
    desk.turns()
    assert desk.rows[0].state == "to_fetch"
    office.wait(minutes=10)
    desk.turns()
    assert desk.rows[0].state == "kept"


def test_what_is_gone_for_good_is_told_once(office: Cast, tmp_path: Path) -> None:
    desk = Desk(office, tmp_path / "files")
    desk.channel.files["k"] = FetchFailed("wrong file_id", permanent=True)
    office.sends("education", SentFile("k", "photo"), words="2 开放了9所")
    desk.turns()
    assert (desk.rows[0].state, desk.rows[0].reason) == ("lost", "lost")
    assert desk.last_heard() == "附件照片 1 张没有取到，请再发一次。文字照常记下。"
    heard = len(office.heard("education"))
    desk.turns()
    assert len(office.heard("education")) == heard


def test_a_channel_that_is_off_is_waited_for_three_days(office: Cast, tmp_path: Path) -> None:
    desk = Desk(office, tmp_path / "files")
    office.sends("education", SentFile("k", "photo"), words="2 开放了9所")
    desk.fetcher._channels = {}
    desk.turns()
    assert desk.rows[0].state == "to_fetch"
    office.now += timedelta(days=4)
    desk.turns()
    assert desk.rows[0].state == "lost"


def test_it_runs_until_it_is_stopped_and_leaves_the_rest_for_the_next_start(office: Cast, tmp_path: Path) -> None:
    desk = Desk(office, tmp_path / "files")
    desk.channel.files["k"] = JPEG
    office.sends("education", SentFile("k", "photo"), words="2 开放了9所")

    async def run_until_kept() -> None:
        kept = asyncio.Event()
        desk.fetcher._after = kept.set
        running = asyncio.create_task(desk.fetcher.run())
        async with asyncio.timeout(20):
            await kept.wait()
            await desk.fetcher.stop()
            await running

    asyncio.run(run_until_kept())
    assert desk.rows[0].state == "kept"
