"""The provider's rules as arithmetic."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.message import Limits
from bot.pace import Pace

TELEGRAM = Limits(per_second=30, chat_gap=1, burst=3, group_per_minute=20)


def starts(pace: Pace, chats: list[tuple[str, bool]], horizon: float = 1e9) -> list[float]:
    return [pace.reserve(chat, group, 0.0, horizon) or 0.0 for chat, group in chats]


def test_the_whole_bot_is_paced_evenly() -> None:
    found = starts(Pace(TELEGRAM), [(f"c{n}", False) for n in range(61)])
    assert abs(found[60] - 2.0) < 1e-9


def test_a_chat_takes_a_short_burst_then_one_a_second() -> None:
    found = starts(Pace(TELEGRAM), [("a", False)] * 6)
    assert found[2] < 0.2
    assert found[5] - found[4] >= 0.99


@given(st.lists(st.floats(0, 5), min_size=30, max_size=120))
def test_no_minute_of_a_group_holds_more_than_twenty(pauses: list[float]) -> None:
    pace, now, times = Pace(TELEGRAM), 0.0, []
    for pause in pauses:
        now += pause
        start = pace.reserve("g", True, now, 1e9)
        assert start is not None
        times.append(start)
    for first in times:
        assert sum(first <= other < first + 60 - 1e-6 for other in times) <= 20


@given(st.lists(st.tuples(st.integers(0, 5), st.floats(0, 0.2)), min_size=40, max_size=150))
def test_no_second_of_the_bot_holds_more_than_thirty(calls: list[tuple[int, float]]) -> None:
    pace, now, times = Pace(TELEGRAM), 0.0, []
    for chat, pause in calls:
        now += pause
        start = pace.reserve(f"c{chat}", False, now, 1e9)
        assert start is not None
        times.append(start)
    for first in times:
        assert sum(first <= other < first + 1 - 1e-6 for other in times) <= 30


def test_a_chat_that_has_to_wait_is_left_and_others_go() -> None:
    pace = Pace(TELEGRAM)
    for _ in range(3):
        assert pace.reserve("a", False, 0.0, 0.3) is not None
    assert pace.reserve("a", False, 0.0, 0.3) is None
    assert pace.reserve("b", False, 0.0, 0.3) is not None


def test_without_rules_everything_goes_at_once() -> None:
    pace = Pace(Limits())
    assert starts(pace, [("a", False)] * 100) == [0.0] * 100


def test_the_providers_order_to_be_silent_holds_every_chat() -> None:
    pace = Pace(TELEGRAM)
    pace.held_until = 10.0
    assert pace.reserve("a", False, 0.0, 0.3) is None
    assert pace.reserve("a", False, 10.0, 0.3) == 10.0


def test_what_needs_no_waiting_is_forgotten() -> None:
    pace = Pace(TELEGRAM)
    pace.reserve("a", False, 0.0, 1.0)
    pace.forget(100.0)
    assert pace._chats == {}
