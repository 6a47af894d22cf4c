"""A digest on a card that holds little: its words, what is pressed on it, the card that comes after."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot import digest
from bot.channels.web import address_of
from bot.channels.wecom_cards import Card, arranged, form_of, note_of, read_key
from bot.message import Kind, Payload
from data.kinds import RoundState
from data.models import Account, Outbox, Person, Reminder, Round, Unit
from tests.bot.cast import Cast, FakeChat
from tests.servers.wecom_card_rules import labels_of, words_of, wrong_with

TITLE = "9月调度：请住建局反馈 8 项任务"
CARD = """9月调度：请住建局反馈 8 项任务
2021年重大民生实事 · 9月29日（周三）下班前
1老城厢道路整治 2水环境整治 3老旧小区改造(慢) 4加装电梯 5棚户区改造 6桂花路桥等道路 7停车泊位(慢) 8新增绿地。\
直接回一段话就行，如“3 完成到××%，卡在××；7 新增××个；其他没变化”。
数字口径 今年累计数，截至报送当天
慢于序时 3 老旧小区改造 35%，序时65%；7 停车泊位"""
ROWS = [
    *("1 老城厢道路整治", "2 水环境整治", "3 老旧小区改造", "4 加装电梯"),
    *("5 棚户区改造", "6 桂花路桥等道路", "7 停车泊位", "8 新增绿地"),
]


class CardChat(FakeChat):
    """A provider whose cards hold little."""

    arrange = staticmethod(arranged)


class Desk:
    """住建局's liaison, who gets everything over WeCom's app, as cards."""

    def __init__(self, cast: Cast) -> None:
        cast.write(lambda session: session.execute(update(Account).values(channel="wecom_app")))
        self.cast = Cast(cast.store, cast.now, cast.office, CardChat("wecom_app"))
        self.cast.write(self._ask)
        self.cast.deliver()

    def _ask(self, session: Session) -> None:
        round_ = session.scalars(select(Round).where(Round.state == RoundState.OPEN)).one()
        person = session.scalars(select(Person).join(Unit).where(Unit.name == "住建局")).one()
        asked = digest.digest(session, round_, person, self.cast.now, self.cast.office)
        made = self.cast.postbox.enqueue(session, asked, self.cast.now)
        self.cast.knows("housing", person.id, address_of(person.id))
        session.execute(update(Reminder).where(Reminder.person_id == person.id).values(outbox_id=made))

    def payloads(self) -> list[Payload]:
        query = select(Outbox.payload).where(Outbox.chat_id == self.cast.chat("housing"), Outbox.channel == "wecom_app")
        stored = self.cast.read(lambda session: session.scalars(query.order_by(Outbox.id)).all())
        return [Payload.from_json(each) for each in stored]

    def card(self) -> Card:
        """The newest one."""
        cards = (form_of(payload, "t").card for payload in reversed(self.payloads()))
        return next(card for card in cards if card is not None)

    def presses(self, label: str, choice: str = "") -> list[str]:
        card = self.card()
        key = next(button["key"] for button in card["button_list"] if button["text"] == label)
        options = [o["id"] for o in card.get("button_selection", {}).get("option_list", []) if o["text"] == choice]
        pressed = read_key(key, options)
        assert pressed is not None
        inbound = self.cast._inbound("housing", Kind.BUTTON, token=pressed.token, text=pressed.label)
        return [str(said) for said in self.cast._receives("housing", inbound)]


def options(card: Card) -> list[str]:
    return [option["text"] for option in card["button_selection"]["option_list"]]


@pytest.fixture
def desk(demo_cast: Cast) -> Desk:
    return Desk(demo_cast)


def test_the_longest_digest_is_one_card(desk: Desk) -> None:
    card = desk.card()
    assert wrong_with(card) is None
    assert card["source"] == {"desc": "区政府督查室"}
    assert words_of(card) == CARD
    assert labels_of(card) == ["选中项没变化", "填选中项", "全部没变化", "看上次数据", "怎么写", "联络员换人了"]
    assert options(card) == ROWS
    assert all(len(option["id"].encode()) <= 128 for option in card["button_selection"]["option_list"])


def test_a_chosen_row_without_change_is_filed_and_a_new_card_holds_those_that_are_left(desk: Desk) -> None:
    (echo, after) = desk.presses("选中项没变化", "3 老旧小区改造")
    assert echo == "记下了：\n3（8.1）没有变化"
    assert "还差 7 项" in after
    card = desk.card()
    assert words_of(card).startswith("9月调度：住建局还差 7 项")
    assert options(card) == [row for row in ROWS if not row.startswith("3 ")]


def test_a_chosen_row_is_asked_for_alone(desk: Desk) -> None:
    prompt = desk.presses("填选中项", "7 停车泊位")[0]
    assert prompt.startswith("7. 停车泊位（9.2）")
    assert options(desk.card()) == ROWS


def test_the_figures_are_shown_in_full_and_the_card_comes_again(desk: Desk) -> None:
    whole, again = desk.presses("看上次数据")
    assert "3. 老旧小区改造（8.1）· 慢于序时\n  8月25日：35%，序时65%；管线迁改" in whole
    assert words_of(desk.card()) == CARD
    assert desk.presses("全部没变化")[0].startswith("记下了：8 项没有变化")
    assert again


def test_the_card_that_comes_again_leaves_out_what_was_answered_meanwhile(desk: Desk) -> None:
    desk.cast.says("housing", "3 完成到40%")
    desk.presses("怎么写")
    assert words_of(desk.card()).startswith("9月调度：住建局还差 7 项")
    assert options(desk.card()) == [row for row in ROWS if not row.startswith("3 ")]


def test_when_all_is_answered_the_card_says_so_and_has_no_buttons(desk: Desk) -> None:
    desk.presses("全部没变化")
    last = desk.payloads()[-1]
    card: dict[str, Any] | None = note_of(last, "t")
    assert last.brief is not None
    assert card is not None
    assert wrong_with(card) is None
    assert words_of(card).startswith("9月调度：住建局 8 项都已反馈")


def test_what_was_typed_edits_the_card_where_it_stands_or_not_at_all(desk: Desk) -> None:
    desk.cast.says("housing", "3 完成到40%")
    assert desk.payloads()[-1].quiet
    assert Payload.from_json(desk.payloads()[-1].to_json()) == desk.payloads()[-1]
