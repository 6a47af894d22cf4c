"""A file that was asked for: made by the worker, sent with its bytes, made again after a death."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import documents, makers
from bot.documents import File, Made, Recipe
from bot.making import Maker
from bot.message import Outgoing
from bot.outbox import Postbox
from bot.sender import Sender
from data.kinds import DocumentState
from data.models import Account, Document, Outbox, Person
from data.store import Store
from scheduler.office import Office
from tests.bot.doors.channel import NOW, PaperChannel


def asked(session: Session) -> int:
    """Somebody of the paper channel wants a ledger."""
    person = Person(name="林岚", created_at=NOW)
    session.add(person)
    session.flush()
    account = Account(channel="paper", external_id="a", chat_id="a", person_id=person.id, created_at=NOW)
    session.add(account)
    session.flush()
    row = Document(what="ledger", form="xlsx", person_id=person.id, account_id=account.id, asked_at=NOW)
    session.add(row)
    session.flush()
    return row.id


def state(session: Session) -> tuple[str, int]:
    row = session.scalars(select(Document)).one()
    return row.state, row.tries


async def until(condition: object) -> None:
    async with asyncio.timeout(20):
        while not condition():  # type: ignore[operator]
            await asyncio.sleep(0.005)


@pytest.fixture
def ledger(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What `make` does: an exception in the list is raised, once; else it is a small file."""
    does: list[object] = []

    def make(_session: Session, recipe: Recipe, office: Office) -> Made:
        del office
        if does and isinstance(error := does.pop(0), Exception):
            raise error
        return Made(File(f"{recipe.what}.xlsx", "x/y", b"bytes"), "台账", "做好了")

    monkeypatch.setattr(makers, "make", make)
    return does


async def test_it_is_made_and_sent_with_its_bytes(any_store: Store, ledger: list[object]) -> None:
    await any_store.write(asked)
    channel, postbox = PaperChannel(), Postbox({"paper": PaperChannel().split})
    sender = Sender(any_store, channel, lambda: NOW)
    maker = Maker(any_store, Office(), postbox, lambda: NOW, sender.wake)
    running = [asyncio.create_task(maker.run()), asyncio.create_task(sender.run())]
    await until(lambda: channel.sent)
    maker.stop()
    await sender.stop()
    await asyncio.gather(*running)
    (call,) = channel.sent
    assert call.content == b"bytes"
    assert call.payload.file is not None
    assert (call.payload.file.name, call.payload.file.size) == ("ledger.xlsx", 5)
    assert await any_store.read(state) == (DocumentState.MADE, 1)
    assert ledger == []


async def test_what_breaks_once_is_made_by_the_next_try(store: Store, ledger: list[object]) -> None:
    ledger.append(RuntimeError("boom"))
    await store.write(asked)
    now = [NOW]
    maker = Maker(store, Office(), Postbox({"paper": PaperChannel().split}), lambda: now[0], lambda: None)
    task = asyncio.create_task(maker.run())
    await until(lambda: not ledger)
    async with asyncio.timeout(20):
        while (await store.read(state))[0] != DocumentState.MADE:
            now[0] += timedelta(seconds=5)
            maker.wake()
            await asyncio.sleep(0.005)
    maker.stop()
    await task
    assert await store.read(state) == (DocumentState.MADE, 2)


async def test_what_was_in_the_hands_of_a_process_that_died_is_made_by_the_next(
    store: Store, ledger: list[object]
) -> None:
    await store.write(asked)
    held = await store.write(lambda session: documents.take_next(session, NOW))
    assert held is not None
    assert await store.write(lambda session: documents.take_next(session, NOW)) is None
    await store.write(documents.release)
    assert await store.write(lambda session: documents.take_next(session, NOW)) == held


async def given_up(store: Store) -> str:
    """Have the maker work until it gives up; what the person is told."""
    now = [NOW]
    maker = Maker(store, Office(), Postbox({"paper": PaperChannel().split}), lambda: now[0], lambda: None)
    task = asyncio.create_task(maker.run())
    async with asyncio.timeout(20):
        while (await store.read(state))[0] != DocumentState.FAILED:
            now[0] += timedelta(seconds=30)
            maker.wake()
            await asyncio.sleep(0.005)
    maker.stop()
    await task
    return await store.read(lambda session: str(session.scalars(select(Outbox)).one().payload["text"]))


async def test_what_a_process_died_of_again_and_again_is_begun_no_more(store: Store, ledger: list[object]) -> None:
    await store.write(asked)

    def died(session: Session) -> None:
        session.scalars(select(Document)).one().tries = 5

    await store.write(died)
    ledger.append(AssertionError("begun"))
    assert (await given_up(store)).startswith("文件没有做成")
    assert len(ledger) == 1


async def test_what_can_not_be_written_is_told_after_three_tries(
    store: Store, ledger: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    await store.write(asked)

    def full(*_args: object) -> None:
        raise RuntimeError("full")

    monkeypatch.setattr(documents, "keep", full)
    assert (await given_up(store)).startswith("文件没有做成")
    assert await store.read(state) == (DocumentState.FAILED, 3)
    assert ledger == []


async def test_a_file_whose_bytes_are_gone_is_a_permanent_failure(store: Store) -> None:
    def queue(session: Session) -> None:
        row = asked(session)
        documents.keep(session, row, File("台账.xlsx", "x/y", b"bytes"), NOW)
        account = session.scalars(select(Account)).one()
        Postbox().enqueue(session, Outgoing("", document_id=row), NOW, account=account)
        documents.clear(session, NOW + timedelta(days=31))

    await store.write(queue)
    failed: list[int] = []
    channel = PaperChannel()
    sender = Sender(store, channel, lambda: NOW, failed.append)
    task = asyncio.create_task(sender.run())
    await until(lambda: failed)
    await sender.stop()
    with suppress(asyncio.CancelledError):
        await task
    assert channel.sent == []
