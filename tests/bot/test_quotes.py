"""A quote that comes as words alone is brought back to the message that it is of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import quotes
from bot.channels.wecom_markdown import markdown
from bot.message import Inbound, Kind
from tests.bot.cast import Cast


@pytest.fixture
def asked(demo_cast: Cast) -> Cast:
    demo_cast.says("education", "我的任务")
    return demo_cast


def quoting(cast: Cast, words: str) -> str | None:
    chat = cast.chat("education")
    inbound = Inbound(Kind.TEXT, chat, chat, "u1", cast.now, text="2 开放了9所", quoted=words)
    return cast.read(lambda session: quotes.resolved(session, cast.channel.name, inbound)).reply_to


def test_an_older_message_is_found_by_its_words_as_markup_or_cut(asked: Cast) -> None:
    first, *_between, last = [said for said in asked.heard("education") if len(said.text) > 40]
    assert first.text != last.text
    for said in (first, last):
        whole = f"{said.title}\n{said.text}" if said.title else said.text
        for words in (whole, markdown(said.title, said.text), whole[:60]):
            assert quoting(asked, words) == f"m{said.outbox_id}"


@pytest.mark.parametrize("words", ["", "好", "这句话谁也没有发过"])
def test_words_that_nobody_sent_quote_nothing(asked: Cast, words: str) -> None:
    assert quoting(asked, words) is None


def test_a_number_counts_in_the_quoted_list(asked: Cast) -> None:
    digest = next(said for said in asked.heard("education") if said.title and "调度" in said.title)
    inbound = replace(
        asked._inbound("education", Kind.TEXT, text="2 开放了9所"), quoted=f"{digest.title}\n{digest.text}"
    )
    assert "2（5.6）开放学校 9/11 所" in str(asked._receives("education", inbound)[0])
