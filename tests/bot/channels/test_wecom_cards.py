from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.wecom_cards import arranged, form_of, key_of, note_of, read_key, spent, task_id_of, written
from bot.message import Call, Payload, SentButton
from tests.servers.wecom_card_rules import labels_of, words_of, wrong_with

TITLE = "【区政府督查室】2021年重大民生实事 9月调度"
SHORT = """教育局：请反馈 2 项任务的进展，9月29日（周三）下班前即可。数字报今年累计数。
1. 增加教育资源供给（序号1）
  8月25日：学位 3200/5000 个，竣工 1/3 个
2. 体育设施开放、健康促进学校（5.6）
  还没有反馈过
直接回一句话就行，如“1 学位到××个”。"""
LONG = """住建局：请反馈 8 项任务的进展，9月29日（周三）下班前即可。数字报今年累计数，没变化的不用写。

1. 老城厢道路整治（3.2）
  8月25日：推进中
2. 水环境整治（序号6）
  8月25日：约60%
3. 老旧小区改造（8.1）· 慢于序时
  8月25日：35%，序时65%；管线迁改
4 ✓ 加装电梯（8.2）：缺2020年基数
5. 棚户区改造（8.3）
  8月25日：新开工 1800/2500 套
6. 桂花路桥等道路（9.1）
7. 停车泊位（9.2）· 慢于序时
8. 新增绿地（10.1）

直接回一段话就行，如“3 完成到××%，卡在××；7 新增××个；其他没变化”。"""


def payload(text: str, *labels: str, title: str | None = TITLE) -> Payload:
    row = tuple(SentButton(label, f"token{number:07}") for number, label in enumerate(labels))
    return Payload(title, text, (row,) if row else ())


def test_without_buttons_it_is_words() -> None:
    form = form_of(payload(SHORT), "t")
    assert (form.words, form.card) == ((TITLE, SHORT), None)


def test_a_short_digest_is_a_card_and_nothing_else() -> None:
    form = form_of(payload(SHORT, "1 没变化", "1", "2", "怎么写", "联络员换人了"), "duban-1-a")
    assert form.words is None
    assert form.card is not None
    assert wrong_with(form.card) is None
    assert words_of(form.card) == f"{TITLE}\n{SHORT}"
    assert labels_of(form.card) == ["1 没变化", "1", "2", "怎么写", "联络员换人了"]


def test_the_longest_digest_is_words_and_a_card_whose_rows_are_in_a_drop_down() -> None:
    labels = ["全部没变化", *"12345678", "怎么写", "先存着", "联络员换人了"]
    form = form_of(payload(LONG, *labels), "duban-1-a")
    assert form.words == (TITLE, LONG)
    assert form.card is not None
    assert wrong_with(form.card) is None
    assert labels_of(form.card) == ["填选中项", "全部没变化", "怎么写", "先存着", "联络员换人了"]
    options = [option["text"] for option in form.card["button_selection"]["option_list"]]
    assert options[:4] == ["1 老城厢道路整治", "2 水环境整治", "3 老旧小区改造", "4 加装电梯"]
    assert len(options) == 8


@pytest.mark.parametrize(
    "labels",
    [
        [str(number) for number in range(1, 12)],
        ["甲", "乙", "丙", "丁", "戊", "己", "庚"],
        ["这是一个非常非常长的标签甲", "这是一个非常非常长的标签乙"],
    ],
)
def test_what_no_card_can_carry_is_words_with_labels_to_type(labels: list[str]) -> None:
    form = form_of(payload("选哪个？", *labels), "t")
    assert form.card is None
    assert form.words == (TITLE, f"选哪个？\n\n回复：{' ｜ '.join(labels)}")


def test_without_a_callback_labels_are_typed() -> None:
    form = form_of(payload("Which one?", "This", "That", title=None), "t", interactive=False)
    assert (form.words, form.card) == ((None, "Which one?\n\nReply with: This | That"), None)


def test_the_buttons_of_a_long_text_stand_on_a_card_below_it() -> None:
    form = form_of(payload("很长。" * 100 + "\n要改请点：", "更正", "撤回", title=None), "t")
    assert form.words is not None
    assert form.card is not None
    assert wrong_with(form.card) is None
    assert words_of(form.card).endswith("…\n要改请点：")


def test_the_next_thing_to_do_is_the_one_in_colour() -> None:
    row = (SentButton("好", "a" * 12, primary=True), SentButton("不", "b" * 12))
    card = form_of(Payload(None, "？", (row,)), "t").card
    assert card is not None
    assert [button["style"] for button in card["button_list"]] == [1, 2]


@given(
    title=st.none() | st.text(max_size=50),
    text=st.text(max_size=400),
    labels=st.lists(st.text(min_size=1, max_size=30), min_size=1, max_size=14),
)
def test_every_form_is_taken_and_every_button_can_be_pressed_or_typed(
    title: str | None, text: str, labels: list[str]
) -> None:
    message = payload(text, *labels, title=title)
    form = form_of(message, "duban-1-a")
    if form.card is None:
        assert form.words == written(message)
        assert all(label in str(form.words[1]) for label in labels)
        return
    if words_of(form.card):
        assert wrong_with(form.card) is None, wrong_with(form.card)
    options = form.card.get("button_selection", {}).get("option_list", [])
    keys = [button["key"] for button in form.card["button_list"]] + [option["id"] for option in options]
    tokens = {pressed.token for key in keys if (pressed := read_key(key)) is not None}
    assert tokens == {f"token{number:07}" for number in range(len(labels))}


@given(label=st.text(max_size=60), title=st.text(max_size=36))
def test_a_key_tells_its_token_label_and_title(label: str, title: str) -> None:
    key = key_of(SentButton(label, "abcdefghijkl"), title)
    assert key.isascii()
    assert len(key) <= 1024
    pressed = read_key(key)
    assert pressed is not None
    assert (pressed.token, pressed.label, pressed.title) == ("abcdefghijkl", label[:40], title)


@pytest.mark.parametrize("key", ["abcdefghijkl", "abcdefghijkl.", "abcdefghijkl.%%%", "abcdefghijkl.AAAA"])
def test_a_key_without_its_second_half_still_gives_the_token(key: str) -> None:
    pressed = read_key(key)
    assert pressed is not None
    assert pressed.token == "abcdefghijkl"


@given(key=st.text(), options=st.lists(st.text(), max_size=2))
def test_any_key_is_read(key: str, options: list[str]) -> None:
    read_key(key, options)


def test_the_drop_downs_button_gives_what_was_chosen_and_a_spent_card_nothing() -> None:
    labels = ["全部没变化", *"12345678", "怎么写"]
    card = form_of(payload(LONG, *labels), "duban-1-a").card
    assert card is not None
    pick, options = card["button_list"][0]["key"], card["button_selection"]["option_list"]
    pressed = read_key(pick, [options[2]["id"]])
    assert pressed is not None
    assert (pressed.token, pressed.label, pressed.title) == ("token0000003", "3", TITLE)
    assert read_key("pick") is None
    assert read_key("spent") is None


def test_a_spent_card_shows_the_choice_and_cannot_be_pressed_to_any_effect() -> None:
    pressed = read_key(key_of(SentButton("全部没变化", "abcdefghijkl"), TITLE))
    assert pressed is not None
    card = spent(pressed, "duban-1-a")
    assert wrong_with(card) is None
    assert (words_of(card), labels_of(card)) == (TITLE, ["✓ 全部没变化"])
    assert read_key(card["button_list"][0]["key"]) is None


def test_a_settled_question_is_a_card_without_buttons() -> None:
    card = note_of(payload("已记录"), "duban-1-note")
    assert card is not None
    assert wrong_with(card) is None
    assert (words_of(card), labels_of(card)) == (f"{TITLE}\n已记录", [])
    assert note_of(payload("长" * 200), "t") is None


def test_a_rows_card_has_the_same_id_at_each_try_and_no_other_row_has_it() -> None:
    first, second = (Call(1, "x", payload("a", "好")), Call(2, "x", payload("a", "好")))
    assert task_id_of(first) == task_id_of(first) != task_id_of(second)


def test_words_and_the_buttons_below_them_are_two_calls_and_the_rows_keep_their_names() -> None:
    words, below = arranged(payload(LONG, "全部没变化", *"12345678", "怎么写", "先存着", "联络员换人了"))
    assert (words.title, words.text, words.buttons) == (TITLE, LONG, ())
    card = form_of(below, "duban-2-a").card
    assert card is not None
    assert wrong_with(card) is None
    assert card["button_selection"]["option_list"][2]["text"] == "3 老旧小区改造"
    assert words_of(card).startswith(TITLE)


@given(
    title=st.none() | st.text(max_size=50),
    text=st.text(max_size=400),
    labels=st.lists(st.text(min_size=1, max_size=30), max_size=14),
    interactive=st.booleans(),
)
def test_each_message_is_one_call_and_no_button_is_lost(
    title: str | None, text: str, labels: list[str], interactive: bool
) -> None:
    message = payload(text, *labels, title=title)
    calls = arranged(message, interactive=interactive)
    assert [token.token for call in calls for row in call.buttons for token in row] == [
        token.token for row in message.buttons for token in row
    ]
    assert (calls[0].title, calls[0].text) == (title, text)
    forms = [form_of(call, "t", interactive=interactive) for call in calls]
    assert not text.strip() or not any(form.words is not None and form.card is not None for form in forms)


def test_labels_to_type_are_offered_in_the_language_of_most_of_them() -> None:
    english = payload("新增学位 3500/5000 个", "Correct", "Withdraw", title=None)
    chinese = payload("PDF is ready", "撤回", "PDF", "看原话", title=None)
    assert str(written(english)[1]).endswith("Reply with: Correct | Withdraw")
    assert str(written(chinese)[1]).endswith("回复：撤回 ｜ PDF ｜ 看原话")
