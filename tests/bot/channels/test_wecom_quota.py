from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom_markdown import markdown
from bot.channels.wecom_quota import LIMITS, Quota, spread
from tests.servers.wecom_aibot import read

NINE = datetime(2021, 9, 26, 1, 0, tzinfo=UTC)


class Moment:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def test_thirty_in_a_minute_and_no_more() -> None:
    moment = Moment()
    quota = Quota(moment)
    assert [quota.take("a") for _ in range(30)] == [0] * 30
    assert (quota.take("a"), quota.take("b")) == (60, 0)
    moment.now = 59.5
    assert quota.take("a") == 0.5
    moment.now = 60
    assert quota.take("a") == 0


def test_a_thousand_in_an_hour_and_no_more() -> None:
    moment = Moment()
    quota = Quota(moment)
    for number in range(1000):
        moment.now = number * 3
        assert quota.take("a") == 0
    moment.now = 3000
    assert quota.take("a") == 600


def test_the_pace_of_the_sender_never_comes_near_the_limits() -> None:
    for seconds, most in ((60, 30), (3600, 1000)):
        assert LIMITS.burst + seconds / LIMITS.chat_gap <= most
        assert seconds / 60 * LIMITS.group_per_minute + 1 <= most


def test_chats_that_have_been_silent_are_forgotten() -> None:
    moment = Moment()
    quota = Quota(moment)
    for number in range(1500):
        quota.take(str(number))
    moment.now = 4000
    quota.take("a")
    assert len(quota._sent) == 1


@given(minutes=st.integers(0, 10_000), seconds=st.integers(0, 59), who=st.text(max_size=8))
def test_nothing_goes_out_in_the_minutes_in_which_all_the_world_sends(minutes: int, seconds: int, who: str) -> None:
    moment = NINE + timedelta(minutes=minutes, seconds=seconds)
    moved = spread(moment, who)
    assert moved.minute not in (0, 30)
    assert timedelta() <= moved - moment < timedelta(minutes=5)
    assert moved == spread(moment, who)
    assert moved == moment or moment.minute in (0, 30)


def test_a_crowd_is_spread_over_minutes() -> None:
    assert len({spread(NINE, str(number)).minute for number in range(100)}) == 4


# Markdown


MARKUP = (
    *("*a*", "**b**", "_c_", "`d`", "[e](f)", "![g](h)", "<i>", "&amp;", "3. x", "3) x", "# h", "> q", "- x", "+ x"),
    *("---", "***", "===", "-", "=", "  缩进", "| a | b |", "~~z~~", "\\", "进展 60%", "1*2*3", "a_b_c"),
)
LINES = st.sampled_from(MARKUP) | st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=12)


@given(lines=st.lists(LINES, min_size=1, max_size=6))
def test_words_are_never_taken_for_markup(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert read(markdown(None, text)).strip() == text.strip()


def test_a_title_is_bold_above_the_text() -> None:
    assert markdown("【督查室】9月*调度*", "1. 学位（1）\n  3200/5000") == (
        "**【督查室】9月\\*调度\\***\n1.\u00a0学位（1）\n\u00a0\u00a03200/5000"
    )
    assert read(markdown("【督查室】9月*调度*", "1. 学位")) == "【督查室】9月*调度*\n1. 学位"
