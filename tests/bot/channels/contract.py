"""What every channel must do. A test class per channel inherits `ChannelContract` and says how to play its provider."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar, runtime_checkable

import pytest
import regex  # type: ignore[import-untyped]
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.message import Call, Channel, FileRef, Inbound, Kind, Payload, SendFailed, SentButton, Update

T = TypeVar("T")

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=10), inner, max_size=4),
    max_leaves=12,
)
# Emoji of several code points, a flag, a letter with marks, marks of direction, spaces, every kind of line end.
TRICKY = ("👨‍👩‍👧‍👦", "🇨🇳", "👍🏽", "é", "n̈̃", "\u200f", "\u202e", " ", "\n", "\r\n", "\n\n", "。", "；", "<b>", "&amp;")
PIECES = st.lists(
    st.sampled_from(TRICKY) | st.text(st.characters(codec="utf-8"), max_size=30) | st.just("进展" * 60),
    max_size=60,
)
TEXTS = st.builds(lambda pieces, times: "".join(pieces) * times, PIECES, st.sampled_from((1, 9, 50)))


class Provider(Protocol):
    """The other side, as a test plays it. One person, who has written before and can be reached at `chat`."""

    channel: Channel
    chat: str
    secrets: tuple[str, ...]

    async def says(self, text: str) -> None: ...

    async def presses(self, label: str) -> None: ...

    async def wait_for(self, condition: Callable[[], T | None]) -> T: ...

    def shown(self) -> list[str]:
        """The bot's messages in the chat as they now stand, title included."""

    def bar(self) -> None:
        """The person can't be reached any more."""

    def break_next_send(self) -> None:
        """The provider does not do the next send, by a fault that passes."""

    async def leave(self) -> None:
        """The provider is gone: nothing answers."""


@runtime_checkable
class TakesFiles(Protocol):
    """A provider to whom files are sent."""

    def files(self) -> list[tuple[str, bytes]]:
        """Name and bytes of each file in the chat."""


class Received:
    """A `receive` that keeps what it was given, and fails as often as told, having stored nothing."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.refused: list[Update] = []
        self.updates: list[Update] = []

    async def __call__(self, updates: Sequence[Update]) -> None:
        if self.failures:
            self.failures -= 1
            self.refused += updates
            raise OSError("disk full")
        self.updates += updates


class ChannelContract:
    """`fresh` makes a channel that is not started; `samples` are updates as the provider writes them."""

    limit: int
    samples: Sequence[str]
    edits = True
    fails = True  # False: sending is a row and nothing else, so that it can't fail

    def fresh(self) -> Channel:
        raise NotImplementedError

    def measure(self, title: str | None, text: str) -> int:
        """The length of a whole message as the provider counts."""
        raise NotImplementedError

    # In

    async def test_what_a_person_says_arrives_with_its_words(self, provider: Provider) -> None:
        received = await started(provider)
        await provider.says("3.2 完成60% 👍 <b>&")
        (inbound,) = await arrived(provider, received, 1)
        assert (inbound.kind, inbound.text, inbound.chat) == (Kind.TEXT, "3.2 完成60% 👍 <b>&", provider.chat)
        assert inbound.said_at.utcoffset() is not None

    async def test_messages_arrive_in_the_order_in_which_they_were_said(self, provider: Provider) -> None:
        received = await started(provider)
        for number in range(20):
            await provider.says(f"第{number}条")
        texts = [inbound.text for inbound in await arrived(provider, received, 20)]
        assert texts == [f"第{number}条" for number in range(20)]
        assert len({update.update_id for update in received.updates}) == 20

    async def test_what_could_not_be_stored_comes_again(self, provider: Provider) -> None:
        received = await started(provider, failures=2)
        await provider.says("3.2 完成60%")
        (inbound,) = await arrived(provider, received, 1)
        assert inbound.text == "3.2 完成60%"
        assert {update.update_id for update in received.refused} == {received.updates[0].update_id}

    async def test_the_sender_of_an_update_is_known_before_it_is_parsed(self, provider: Provider) -> None:
        received = await started(provider)
        await provider.says("你好")
        (inbound,) = await arrived(provider, received, 1)
        assert received.updates[0].sender == inbound.sender != ""

    async def test_nothing_is_taken_in_after_stopping(self, provider: Provider) -> None:
        received = await started(provider)
        await provider.says("早")
        await arrived(provider, received, 1)
        await provider.channel.stop_receiving()
        await provider.says("晚")
        await provider.channel.send(call(provider, "还能发"))
        assert len(received.updates) == 1

    async def test_a_press_gives_the_buttons_token(self, provider: Provider) -> None:
        received = await started(provider)
        await provider.channel.send(call(provider, "3.2 怎样了？", ("无变化", "token-1"), ("有进展", "token-2")))
        await provider.presses("有进展")
        (inbound,) = await arrived(provider, received, 1)
        assert (inbound.kind, inbound.token, inbound.chat) == (Kind.BUTTON, "token-2", provider.chat)
        await provider.channel.acknowledge(inbound)

    async def test_acknowledging_never_raises(self, provider: Provider) -> None:
        received = await started(provider)
        await provider.channel.send(call(provider, "问", ("好", "token-1")))
        await provider.presses("好")
        (inbound,) = await arrived(provider, received, 1)
        for _ in range(2):
            await provider.channel.acknowledge(inbound)
        await provider.leave()
        await provider.channel.acknowledge(inbound)

    @settings(max_examples=200, suppress_health_check=[HealthCheck.differing_executors], deadline=None)
    @given(raw=st.text() | JSON.map(json.dumps))
    def test_garbage_is_refused_or_understood_and_nothing_else(self, raw: str) -> None:
        assert_total(self.fresh(), raw)

    @settings(max_examples=300, suppress_health_check=[HealthCheck.differing_executors], deadline=None)
    @given(data=st.data())
    def test_a_damaged_update_is_refused_or_understood_and_nothing_else(self, data: st.DataObject) -> None:
        sample = data.draw(st.sampled_from(self.samples))
        assert_total(self.fresh(), data.draw(damaged(sample)))

    def test_every_sample_is_understood(self) -> None:
        assert self.samples
        assert all(isinstance(self.fresh().parse(sample), Inbound) for sample in self.samples)

    # Length

    @settings(max_examples=150, suppress_health_check=[HealthCheck.differing_executors], deadline=None)
    @given(title=st.none() | st.text(min_size=1, max_size=30), text=TEXTS)
    def test_every_page_fits_and_no_character_is_lost_or_broken(self, title: str | None, text: str) -> None:
        parts = self.fresh().split(title, text)
        assert parts
        assert all(self.measure(*part) <= self.limit for part in parts)
        if len(parts) == 1:
            assert parts == [(title, text)]
            return
        whole = graphemes(text) if parts[0][0] else graphemes(text if title is None else f"{title}\n{text}")
        assert [piece for page in unmarked(parts) for piece in graphemes(page)] == whole

    def test_a_long_list_is_cut_at_line_ends_and_its_pages_are_numbered(self) -> None:
        lines = [f"{number}. 新建中小学和幼儿园，完成投资 {number} 万元" for number in range(1, 900)]
        parts = self.fresh().split("本月任务", "\n".join(lines))
        assert parts[0][0] == "本月任务"
        assert [part[0] for part in parts[1:]] == [None] * (len(parts) - 1)
        assert [line for page in unmarked(parts) for line in page.split("\n")] == lines
        assert [part[1].split("\n")[-1] for part in parts] == [f"第{n + 1}/{len(parts)}页" for n in range(len(parts))]

    # Out

    async def test_a_message_arrives_as_it_was_written(self, provider: Provider) -> None:
        await started(provider)
        text = '第一行\n3.2 <投资> & "90%" 👨‍👩‍👧 \u200fRTL *_`[x](y)'
        message_id = await provider.channel.send(call(provider, text, title="标题 <1> & 2"))
        assert message_id
        assert provider.shown() == [f"标题 <1> & 2\n{text}"]

    async def test_an_edit_takes_the_place_of_its_message(self, provider: Provider) -> None:
        if not self.edits:
            pytest.skip("this provider has no edits")
        await started(provider)
        first = await provider.channel.send(call(provider, "旧"))
        again = [await provider.channel.send(call(provider, "新", edits=first)) for _ in range(2)]
        assert again == [first, first]
        assert provider.shown() == ["新"]

    async def test_an_edit_of_a_message_that_is_gone_is_sent_anew(self, provider: Provider) -> None:
        if not self.edits:
            pytest.skip("this provider has no edits")
        await started(provider)
        assert await provider.channel.send(call(provider, "新", edits="999999"))
        assert provider.shown() == ["新"]

    async def test_a_quiet_edit_that_cannot_be_done_shows_nothing(self, provider: Provider) -> None:
        if not self.fails:
            pytest.skip("nothing that can fail")
        await started(provider)
        quiet = replace(call(provider, "", edits="999999"), payload=Payload(None, "新", quiet=True))
        assert await provider.channel.send(quiet) == "999999"
        assert provider.shown() == []

    async def test_a_file_arrives_with_its_name_its_bytes_and_its_words(self, provider: Provider) -> None:
        if not isinstance(provider, TakesFiles):
            pytest.skip("this channel sends no files yet")
        await started(provider)
        content = bytes(range(256)) * 40
        file = FileRef(7, "9月通报（稿）.docx", "application/msword", len(content))
        payload = Payload("通报 <稿>", "请核对 & 再发", file=file)
        assert await provider.channel.send(Call(1, provider.chat, payload, content=content))
        assert provider.files() == [("9月通报（稿）.docx", content)]
        assert provider.shown() == ["通报 <稿>\n请核对 & 再发"]

    async def test_whom_nobody_can_reach_is_a_permanent_failure(self, provider: Provider) -> None:
        if not self.fails:
            pytest.skip("nothing that can fail")
        await started(provider)
        provider.bar()
        with pytest.raises(SendFailed) as caught:
            await provider.channel.send(call(provider, "在吗"))
        assert caught.value.permanent
        assert caught.value.blocked

    async def test_a_fault_that_passes_is_worth_another_try(self, provider: Provider) -> None:
        if not self.fails:
            pytest.skip("nothing that can fail")
        await started(provider)
        provider.break_next_send()
        with pytest.raises(SendFailed) as caught:
            await provider.channel.send(call(provider, "在吗"))
        assert not caught.value.permanent
        assert await provider.channel.send(call(provider, "在吗"))
        assert provider.shown() == ["在吗"]

    async def test_a_provider_that_is_gone_is_a_passing_failure(self, provider: Provider) -> None:
        if not self.fails:
            pytest.skip("nothing that can fail")
        await started(provider)
        await provider.leave()
        with pytest.raises(SendFailed) as caught:
            await provider.channel.send(call(provider, "在吗"))
        assert not caught.value.permanent
        assert not any(secret in str(caught.value) for secret in provider.secrets)

    async def test_no_secret_and_no_personal_word_is_ever_logged(
        self, provider: Provider, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
    ) -> None:
        if not self.fails:
            pytest.skip("nothing that can fail")
        caplog.set_level(logging.DEBUG)
        for name in list(logging.root.manager.loggerDict):
            caplog.set_level(logging.DEBUG, logger=name)
        received = await started(provider, failures=1)
        await provider.says("私密的话")
        await arrived(provider, received, 1)
        await provider.channel.send(call(provider, "私密的回答", ("按", "token-1")))
        provider.break_next_send()
        provider.bar()
        for _ in range(2):
            with pytest.raises(SendFailed):
                await provider.channel.send(call(provider, "私密的回答"))
        await provider.leave()
        with pytest.raises(SendFailed):
            await provider.channel.send(call(provider, "私密的回答"))
        await provider.channel.stop_receiving()
        written = [caplog.text, *capfd.readouterr(), *(repr(vars(record)) for record in caplog.records)]
        assert any(written)
        assert not [word for word in (*provider.secrets, "私密") for text in written if word in text]


async def started(provider: Provider, failures: int = 0) -> Received:
    received = Received(failures)
    await provider.channel.start(received)
    return received


async def arrived(provider: Provider, received: Received, count: int) -> list[Inbound]:
    await provider.wait_for(lambda: len(received.updates) >= count)
    return [provider.channel.parse(update.raw) for update in received.updates]


def call(
    provider: Provider, text: str, *buttons: tuple[str, str], title: str | None = None, edits: str | None = None
) -> Call:
    rows = tuple((SentButton(label, token),) for label, token in buttons)
    return Call(1, provider.chat, Payload(title, text, rows), edits=edits)


def assert_total(channel: Channel, raw: str) -> None:
    try:
        inbound = channel.parse(raw)
    except ValueError:
        return
    assert isinstance(inbound, Inbound)
    inbound.text.encode()
    assert "\x00" not in inbound.text


@st.composite
def damaged(draw: st.DrawFn, sample: str) -> str:
    """A provider's update with something in it left out or replaced."""
    try:
        tree: Any = json.loads(sample)
    except ValueError:
        return (
            sample[: draw(st.integers(0, len(sample)))] + draw(st.text()) + sample[draw(st.integers(0, len(sample))) :]
        )
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.sampled_from(list(places(tree)))) if list(places(tree)) else None
        if place is None:
            break
        holder, key = place
        if draw(st.booleans()):
            holder[key] = draw(JSON)
        else:
            del holder[key]
    return json.dumps(tree)


def places(tree: Any) -> list[tuple[Any, Any]]:
    """Every (holder, key or index) of a JSON value."""
    if not isinstance(tree, (dict, list)):
        return []
    pairs = list(tree.items()) if isinstance(tree, dict) else list(enumerate(tree))
    return [(tree, key) for key, _ in pairs] + [place for _, value in pairs for place in places(value)]


def unmarked(parts: Sequence[tuple[str | None, str]]) -> list[str]:
    """The pages without their marks, each of which must be there and right."""
    pages = []
    for number, (_, page) in enumerate(parts, 1):
        text, _, mark = page.rpartition("\n")
        assert re.fullmatch(rf"第{number}/{len(parts)}页|\({number}/{len(parts)}\)", mark)
        pages.append(text)
    return pages


def graphemes(text: str) -> list[str]:
    """What a reader takes for one character each, without white space."""
    return [piece for piece in regex.findall(r"\X", text) if not piece.isspace()]
