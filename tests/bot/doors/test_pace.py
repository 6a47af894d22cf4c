"""The provider's rules as arithmetic."""

from __future__ import annotations

from collections import defaultdict

from hypothesis import given
from hypothesis import strategies as st

from bot.message import Limits
from bot.pace import Pace, Slot

TELEGRAM = Limits(per_second=30, chat_gap=1, burst=3, group_per_minute=20)


def pace_of(limits: Limits = TELEGRAM) -> Pace:
    return Pace(limits, lambda chat: chat.startswith("g"))


def call(pace: Pace, chat: str, now: float, *, on_the_way: float = 0.0, answer: float = 0.0) -> float:
    """When a call arrives that is wished for now; its answer takes its time too."""
    slot = pace.reserve(chat, now, 1e9)
    assert slot is not None
    return follow(pace, slot, on_the_way, answer)


def follow(pace: Pace, slot: Slot, on_the_way: float, answer: float) -> float:
    moment = slot.start
    while (wait := pace.delay(slot, moment)) > 0:
        moment += wait + 1e-9
    pace.answered(slot, moment + on_the_way + answer)
    return moment + on_the_way


def most_within(times: list[float], seconds: float) -> int:
    return max(sum(first <= other < first + seconds - 1e-6 for other in times) for first in times)


def test_the_whole_bot_is_paced_evenly() -> None:
    pace = pace_of()
    times = [call(pace, f"c{n}", 100.0) for n in range(301)]
    assert 9.6 < times[300] - times[0] < 10.1


def test_a_chat_takes_a_short_burst_then_one_a_second() -> None:
    pace = pace_of()
    times = [call(pace, "a", 100.0) for _ in range(6)]
    assert times[2] - times[0] < 0.2
    assert times[5] - times[4] >= 1


@given(st.lists(st.floats(0, 5), min_size=30, max_size=120))
def test_no_minute_of_a_group_holds_more_than_twenty(pauses: list[float]) -> None:
    pace, now, times = pace_of(), 0.0, []
    for pause in pauses:
        now += pause
        times.append(call(pace, "g", now))
    assert most_within(times, 60) <= 20


@given(st.lists(st.tuples(st.floats(0, 0.2), st.floats(0, 0.3)), min_size=40, max_size=150))
def test_no_second_of_the_bot_holds_more_than_thirty(calls: list[tuple[float, float]]) -> None:
    """As the provider counts, however long some calls are on their way."""
    pace, now = pace_of(), 0.0
    times = []
    for number, (pause, stumbles) in enumerate(calls):
        now += pause
        times.append(call(pace, f"c{number}", now, on_the_way=0.05 + (stumbles if number % 10 else 0), answer=0.05))
    assert most_within(times, 1) <= 30


@given(st.lists(st.floats(0, 3), min_size=10, max_size=60))
def test_no_chat_gets_more_than_the_burst_and_one_a_second(pauses: list[float]) -> None:
    """Counted as the provider does: three are saved up, one comes back each second."""
    pace, now = pace_of(), 0.0
    saved, last = 3.0, 0.0
    for pause in pauses:
        now += pause
        arrived = call(pace, "a", now)
        saved = min(3.0, saved + arrived - last)
        last = arrived
        assert saved >= 1 - 1e-6
        saved -= 1


def test_a_chat_that_has_to_wait_is_left_and_others_go() -> None:
    pace = pace_of()
    for _ in range(3):
        assert pace.reserve("a", 100.0, 0.3) is not None
    assert pace.reserve("a", 100.0, 0.3) is None
    assert set(pace.waiting(100.0, 0.3)) == {"a"}
    assert pace.reserve("b", 100.0, 0.3) is not None


def test_a_stall_is_caught_up() -> None:
    pace = pace_of()
    slots = [pace.reserve(f"c{n}", 100.0 + n * 0.034, 1.0) for n in range(20)]
    late = [follow(pace, slot, 0.0, 0.0) for slot in slots if slot is not None][-1]
    after = call(pace, "c20", late + 0.2)
    assert after - late < 0.2 + 0.03


def test_without_rules_everything_goes_at_once() -> None:
    pace = pace_of(Limits())
    assert {call(pace, "a", 100.0) for _ in range(100)} == {100.0}


def test_the_providers_order_to_be_silent_holds_every_chat() -> None:
    pace = pace_of()
    pace.held_until = 110.0
    assert pace.reserve("a", 100.0, 0.3) is None
    slot = pace.reserve("a", 110.0, 0.3)
    assert slot is not None
    assert slot.start == 110.0


def test_what_needs_no_waiting_is_forgotten() -> None:
    pace = pace_of()
    call(pace, "a", 100.0)
    assert pace.waiting(200.0, 0.3) == {}
    assert pace._chats == {}


def test_what_an_earlier_process_called_counts() -> None:
    pace = pace_of()
    pace.recall([("a", 0.3), ("a", 0.2), ("a", 0.1), ("g", 0.5)], now=100.0)
    assert call(pace, "a", 100.0) >= 100.7
    assert call(pace, "g", 100.0) >= 102.5
    assert call(pace, "b", 100.0) < 100.2


def test_a_second_that_an_earlier_process_has_filled_is_full() -> None:
    pace = pace_of()
    pace.recall([(f"c{n}", 0.5) for n in range(30)], now=100.0)
    times = defaultdict(list)
    for n in range(31):
        times["all"].append(call(pace, f"d{n}", 100.0))
    assert times["all"][0] >= 100.5
    assert most_within([99.5] * 30 + times["all"], 1) <= 30
