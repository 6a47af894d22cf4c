"""The door out: strictly in sequence within a chat, never two owners of a row, nothing lost by a failure."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.lately import held_for
from bot.message import Button, Limits, Outgoing, SendFailed
from bot.outbox import Postbox
from bot.sender import Claimed, Sender, backoff, release_claims
from data.kinds import Priority
from data.models import Account, Outbox, Person, Plan, Reminder, Round
from data.models import Button as ButtonRow
from data.store import Store
from tests.bot.doors.channel import NOW, PaperChannel, passing


class Hands:
    """A clock that a test sets."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@asynccontextmanager
async def sending(store: Store, channel: PaperChannel, clock: Hands, *, again: bool = False) -> AsyncIterator[Sender]:
    """`again`: as a process does that was started on what an earlier one left."""
    sender = Sender(store, channel, clock)
    if again:
        await store.write(lambda session: sender.recall(session, clock()))
        await store.write(release_claims)
    task = asyncio.create_task(sender.run())
    try:
        yield sender
    finally:
        await sender.stop()
        await task


async def until(condition: Callable[[], object], wake: Callable[[], None] = lambda: None) -> None:
    """Wait for a condition, not for a time."""
    async with asyncio.timeout(20):
        while not condition():
            wake()
            await asyncio.sleep(0.005)


async def queue(store: Store, *messages: tuple[str, Outgoing]) -> list[int]:
    """Queue messages to chats."""

    def work(session: Session) -> list[int]:
        ids = []
        for chat, outgoing in messages:
            account = session.scalar(select(Account).where(Account.external_id == chat))
            if account is None:
                account = Account(channel="paper", external_id=chat, chat_id=chat, created_at=NOW)
                session.add(account)
                session.flush()
            made = Postbox({"paper": PaperChannel().split}).enqueue(session, outgoing, NOW, account=account)
            assert made is not None
            ids.append(made)
        return ids

    return await store.write(work)


async def states(store: Store) -> list[tuple[str, str | None, int]]:
    def work(session: Session) -> list[tuple[str, str | None, int]]:
        return [(row.state, row.reason, row.tries) for row in session.scalars(select(Outbox).order_by(Outbox.id))]

    return await store.read(work)


def plain(texts: Iterable[str], chat: str = "a") -> list[tuple[str, Outgoing]]:
    return [(chat, Outgoing(text)) for text in texts]


async def test_messages_of_a_chat_go_out_in_order_and_are_marked_sent(any_store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    await queue(any_store, *plain("12345"))
    async with sending(any_store, channel, clock):
        await until(lambda: len(channel.sent) == 5)
    assert channel.texts() == list("12345")
    assert {state for state, _reason, _tries in await states(any_store)} == {"sent"}


async def test_at_rest_it_looks_and_writes_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sender.IDLE_SECONDS", 0.01)
    channel, calls = PaperChannel(), watched(store, monkeypatch)
    async with sending(store, channel, Hands()):
        await until(lambda: calls["read"] > 3)
        assert calls["write"] == 1
        await queue(store, ("a", Outgoing("说一声")))
        await until(lambda: channel.sent)


def watched(store: Store, monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """How often the store is read and written from now on."""
    calls = {"read": 0, "write": 0}

    def counted(name: str) -> Callable[..., object]:
        call = getattr(store, name)

        def count(*args: object) -> object:
            calls[name] += 1
            return call(*args)

        return count

    for name in calls:
        monkeypatch.setattr(store, name, counted(name))
    return calls


async def test_chats_do_not_wait_for_each_other(store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    channel.failures["a"] = [passing(retry_after=3600)]
    await queue(store, *plain("1", "a"), *plain("2", "b"), *plain("3", "a"))
    async with sending(store, channel, clock):
        await until(lambda: channel.sent)
    assert channel.texts() == ["2"]
    assert [state for state, _reason, _tries in await states(store)] == ["queued", "sent", "queued"]


async def test_answers_go_before_digests_of_other_chats(store: Store) -> None:
    channel, clock = PaperChannel(Limits(in_flight=1)), Hands()
    digests = [(f"d{n}", Outgoing("digest", priority=Priority.DIGEST)) for n in range(5)]
    await queue(store, *digests, ("x", Outgoing("answer")))
    async with sending(store, channel, clock):
        await until(lambda: len(channel.sent) == 6)
    assert channel.texts()[0] == "answer"


async def test_who_asks_does_not_wait_for_the_digests_of_others_though_the_own_one_stands_before(
    any_store: Store,
) -> None:
    channel, clock = PaperChannel(Limits(in_flight=1)), Hands()
    digests = [(chat, Outgoing(f"digest {chat}", priority=Priority.DIGEST)) for chat in "abcde"]
    await queue(any_store, *digests, ("d", Outgoing("answer")))
    async with sending(any_store, channel, clock):
        await until(lambda: len(channel.sent) == 6)
    assert channel.texts()[:2] == ["digest d", "answer"]


async def test_a_passing_failure_is_tried_again_in_order(any_store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    channel.failures["a"] = [passing(), passing()]
    await queue(any_store, *plain("12"))

    async with sending(any_store, channel, clock) as sender:

        def later() -> None:
            clock.now += timedelta(minutes=10)
            sender.wake()

        await until(lambda: len(channel.sent) == 2, later)
    assert channel.texts() == ["1", "2"]
    assert [tries for _state, _reason, tries in await states(any_store)] == [2, 0]


async def test_a_permanent_failure_says_why_and_the_lane_goes_on(store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    channel.failures["a"] = [SendFailed("chat not found", permanent=True)]
    await queue(store, *plain("12"))
    async with sending(store, channel, clock):
        await until(lambda: channel.sent)
    assert [(state, reason) for state, reason, _tries in await states(store)] == [
        ("failed", "chat not found"),
        ("sent", None),
    ]


async def test_a_bug_in_a_channel_is_a_passing_failure(store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    channel.failures["a"] = [ZeroDivisionError()]
    await queue(store, *plain("1"))
    async with sending(store, channel, clock):
        await until(lambda: "a" in channel.failures and not channel.failures["a"])
    assert await states(store) == [("queued", "ZeroDivisionError", 1)]


async def test_what_is_of_no_more_use_is_dropped(store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    await queue(store, ("a", Outgoing("late", use_until=NOW - timedelta(seconds=1))), ("a", Outgoing("in time")))
    async with sending(store, channel, clock):
        await until(lambda: channel.sent)
    assert channel.texts() == ["in time"]
    assert [(state, reason) for state, reason, _tries in await states(store)] == [
        ("dropped", "too_late"),
        ("sent", None),
    ]


async def test_not_before_is_waited_for(store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    await queue(store, ("a", Outgoing("later", not_before=NOW + timedelta(hours=1))), ("b", Outgoing("now")))
    async with sending(store, channel, clock) as sender:
        await until(lambda: channel.sent)
        assert channel.texts() == ["now"]
        clock.now += timedelta(hours=2)
        await until(lambda: len(channel.sent) == 2, sender.wake)


def reminded(session: Session, accounts: tuple[str, ...]) -> tuple[int, int]:
    """A person with accounts of these names, the last heard last, and a digest on its way: reminder and outbox id."""
    person = Person(name="李敏", created_at=NOW)
    plan = Plan(title="", year=2021, source_name="", source_sha256="", imported_at=NOW)
    session.add_all([person, plan])
    session.flush()
    for days, name in enumerate(reversed(accounts)):
        session.add(
            Account(
                channel="paper", external_id=name, chat_id=name, person_id=person.id, created_at=NOW,
                last_heard_at=NOW - timedelta(days=days),
            )
        )  # fmt: skip
    each = Round(plan_id=plan.id, fire_local="x", fire_at=NOW, state="open")
    session.add(each)
    session.flush()
    outbox_id = Postbox().enqueue(session, Outgoing("digest", person_id=person.id), NOW)
    reminder = Reminder(
        round_id=each.id, person_id=person.id, kind="digest", state="queued", send_from=NOW, use_until=NOW,
        outbox_id=outbox_id,
    )  # fmt: skip
    session.add(reminder)
    session.flush()
    return reminder.id, outbox_id or 0


async def test_a_blocked_account_is_marked_and_the_other_one_is_used(store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    channel.failures["new"] = [SendFailed("bot was blocked", permanent=True, blocked=True)]
    reminder_id, outbox_id = await store.write(lambda session: reminded(session, ("old", "new")))
    async with sending(store, channel, clock):
        await until(lambda: channel.sent)
    assert channel.sent[0].chat == "old"
    moved = await store.read(lambda session: session.get_one(Reminder, reminder_id).outbox_id)
    assert moved == channel.sent[0].outbox_id != outbox_id


async def test_a_reminder_that_reached_no_account_waits_for_one(store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    channel.failures["only"] = [SendFailed("bot was blocked", permanent=True, blocked=True)]
    reminder_id, _outbox_id = await store.write(lambda session: reminded(session, ("only",)))

    def told(session: Session) -> tuple[str, str | None]:
        reminder = session.get_one(Reminder, reminder_id)
        return reminder.state, reminder.reason

    async with sending(store, channel, clock):
        async with asyncio.timeout(10):
            while await store.read(told) != ("waiting", "no_account"):
                await asyncio.sleep(0.002)
    assert channel.sent == []


async def test_what_one_channel_does_not_take_goes_over_another_once(store: Store) -> None:
    paper, other, clock = PaperChannel(), PaperChannel(), Hands()
    other.name = "other"

    def somebody(session: Session) -> None:
        person = Person(name="李敏", created_at=NOW)
        session.add(person)
        session.flush()
        for name in ("paper", "other"):
            session.add(Account(channel=name, external_id="a", chat_id="a", person_id=person.id, created_at=NOW))
        session.flush()
        first = session.scalars(select(Account).where(Account.channel == "paper")).one()
        Postbox().enqueue(session, Outgoing("too odd", person_id=person.id), NOW, account=first)

    await store.write(somebody)
    for channel in (paper, other):
        channel.failures["a"] = [SendFailed("bad markup", permanent=True)]
        sender = Sender(store, channel, clock, channels=["paper", "other"])
        task = asyncio.create_task(sender.run())
        await until(lambda channel=channel: not channel.failures["a"])  # type: ignore[misc]
        await sender.stop()
        await task
    assert [state for state, *_ in await states(store)] == ["failed", "failed"]
    assert await store.read(lambda session: session.scalars(select(Account.blocked_at)).all()) == [None, None]


@pytest.mark.parametrize("error", [TimeoutError(), SendFailed("timed out")])
async def test_what_may_have_arrived_is_sent_again(store: Store, error: Exception) -> None:
    channel, clock = PaperChannel(), Hands()
    channel.failures["a"] = [error]
    await queue(store, *plain("1"))
    async with sending(store, channel, clock) as sender:

        def later() -> None:
            clock.now += timedelta(minutes=10)
            sender.wake()

        await until(lambda: channel.sent, later)
    assert channel.texts() == ["1"]
    assert [(state, tries) for state, _reason, tries in await states(store)] == [("sent", 1)]


async def test_a_group_that_is_closed_to_the_bot_closes_nobodys_own_account(store: Store) -> None:
    """An answer in a group belongs to the account of who asked there."""
    channel, clock = PaperChannel(), Hands()
    channel.failures["g1"] = [SendFailed("bot was kicked", permanent=True, blocked=True)]
    await queue(store, ("a", Outgoing("in the group", chat="g1")), ("a", Outgoing("to the person")))
    async with sending(store, channel, clock):
        await until(lambda: channel.sent)
    assert [state for state, *_ in await states(store)] == ["failed", "sent"]
    assert await store.read(lambda session: session.scalars(select(Account.blocked_at)).all()) == [None]


async def test_a_group_that_moved_keeps_its_messages(store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    channel.failures["g1"] = [SendFailed("migrated", moved_to="g-100")]
    await queue(store, *plain("12", "g1"))
    async with sending(store, channel, clock):
        await until(lambda: len(channel.sent) == 2)
    assert [call.chat for call in channel.sent] == ["g-100", "g-100"]


async def test_an_edit_names_the_message_it_replaces_and_becomes_a_message_where_there_is_none(store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    (first,) = await queue(store, *plain("1"))
    async with sending(store, channel, clock) as sender:
        await until(lambda: channel.sent)
        await queue(store, ("a", Outgoing("new", edits=first)))
        await until(lambda: len(channel.sent) == 2, sender.wake)
    assert channel.sent[1].edits == f"m{first}"


async def test_of_several_changes_of_a_message_only_the_last_goes_out(any_store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    (first,) = await queue(any_store, *plain("1"))
    async with sending(any_store, channel, clock):
        await until(lambda: channel.sent)
    await queue(any_store, *(("a", Outgoing(f"new {n}", edits=first)) for n in range(3)))
    async with sending(any_store, channel, clock):
        await until(lambda: len(channel.sent) == 2)
    assert channel.texts() == ["1", "new 2"]
    assert [state for state, *_ in await states(any_store)] == ["sent", "dropped", "dropped", "sent"]


async def test_long_messages_become_rows_in_sequence_with_the_buttons_on_the_last(store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    button = Button("没变化", "no_change", {"assignment_id": 1})
    await queue(store, ("a", Outgoing("one\ftwo", title="T", buttons=[[button]])))
    async with sending(store, channel, clock):
        await until(lambda: len(channel.sent) == 2)
    first, last = (call.payload for call in channel.sent)
    assert (first.title, first.text, first.buttons) == ("T", "one", ())
    assert last.buttons[0][0].label == "没变化"
    stored = await store.read(lambda session: session.scalars(select(ButtonRow)).one())
    assert stored.token == last.buttons[0][0].token
    assert len(stored.token) == 12


async def test_stopping_waits_for_what_is_in_flight_and_records_it(store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    channel.hold.clear()
    await queue(store, *plain("1"))
    sender = Sender(store, channel, clock)
    task = asyncio.create_task(sender.run())
    await until(lambda: channel.in_flight)
    stopping = asyncio.create_task(sender.stop())
    await asyncio.sleep(0)
    channel.hold.set()
    await stopping
    await task
    assert await states(store) == [("sent", None, 0)]


async def test_a_claim_that_is_under_way_when_it_is_stopped_is_sent_before_it_has_stopped(store: Store) -> None:
    channel, entered, go_on = PaperChannel(), asyncio.Event(), threading.Event()
    await queue(store, *plain("1"))
    sender = Sender(store, channel, Hands())
    claim, loop = sender._claim, asyncio.get_running_loop()

    def slowly(session: Session, room: int, now: datetime) -> list[Claimed]:
        loop.call_soon_threadsafe(entered.set)
        go_on.wait(20)
        return claim(session, room, now)

    sender._claim = slowly  # type: ignore[method-assign]
    task = asyncio.create_task(sender.run())
    await entered.wait()
    stopping = asyncio.create_task(sender.stop())
    await asyncio.sleep(0)
    go_on.set()
    await stopping
    assert channel.texts() == ["1"]
    await task
    assert await states(store) == [("sent", None, 0)]


async def test_claims_of_a_process_that_died_are_free_again(any_store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    channel.hold.clear()
    await queue(any_store, *plain("1"))
    sender = Sender(any_store, channel, clock)
    task = asyncio.create_task(sender.run())
    await until(lambda: channel.in_flight)
    task.cancel()
    for each in sender._tasks.values():
        each.cancel()
    assert await any_store.write(release_claims) == 1
    async with sending(any_store, survivor := PaperChannel(), clock):
        await until(lambda: survivor.sent)
    assert survivor.texts() == ["1"]


async def test_a_start_does_not_forget_the_pace_of_the_process_before(any_store: Store) -> None:
    limits, clock = Limits(chat_gap=3600, burst=2, in_flight=4), Hands()
    before, after = PaperChannel(limits), PaperChannel(limits)
    await queue(any_store, *plain("123"))
    async with sending(any_store, before, clock):
        await until(lambda: len(before.sent) == 2)
    await queue(any_store, *plain("4", "b"))
    clock.now += timedelta(seconds=5)
    async with sending(any_store, after, clock, again=True):
        await until(lambda: after.sent)
    assert (before.texts(), after.texts()) == (["1", "2"], ["4"])
    assert [state for state, *_ in await states(any_store)] == ["sent", "sent", "queued", "sent"]


async def test_what_was_under_way_at_a_crash_counts_for_the_pace(store: Store) -> None:
    limits, clock = Limits(chat_gap=3600, burst=1, in_flight=4), Hands()
    before, after = PaperChannel(limits), PaperChannel(limits)
    before.hold.clear()
    await queue(store, *plain("1"))
    sender = Sender(store, before, clock)
    task = asyncio.create_task(sender.run())
    await until(lambda: before.in_flight)
    task.cancel()
    for each in sender._tasks.values():
        each.cancel()
    await queue(store, *plain("2", "b"))
    async with sending(store, after, clock, again=True):
        await until(lambda: after.sent)
    assert after.texts() == ["2"]


async def test_a_start_does_not_forget_the_providers_order_to_be_silent(store: Store) -> None:
    channel, clock = PaperChannel(), Hands()
    channel.failures["a"] = [SendFailed("flood", retry_after=600, whole_bot=True)]
    await queue(store, *plain("1"))
    async with sending(store, channel, clock):
        await until(lambda: not channel.failures["a"])
    later = [clock() + timedelta(seconds=at) for at in (0, 500, 700, -90_000)]
    assert await store.read(lambda session: [held_for(session, "paper", at) for at in later]) == [600, 100, 0, 3600]
    again = Sender(store, channel, clock)
    await store.write(lambda session: again.recall(session, clock()))
    assert again._pace.reserve("b", time.monotonic(), 500.0) is None


async def test_no_more_calls_are_in_flight_than_allowed(store: Store) -> None:
    channel, clock = PaperChannel(Limits(in_flight=3)), Hands()
    await queue(store, *((f"c{n}", Outgoing("x")) for n in range(20)))
    async with sending(store, channel, clock):
        await until(lambda: len(channel.sent) == 20)
    assert channel.most_in_flight <= 3


@pytest.mark.parametrize("tries", [1, 2, 5, 50])
def test_the_pause_grows_to_five_minutes(tries: int) -> None:
    assert 0 < backoff(tries) <= 300
    assert backoff(50) == 300
