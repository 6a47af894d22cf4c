from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.web.pages import tidy
from bot.web.shape import Item, blocks
from tests.bot.web.sample import DIGEST, PREVIEW, SUMMARY

MARKS = {"红": "red", "黄": "yellow", "绿": "green", "未评": "none", "有困难": "hard"}


def kinds(text: str) -> list[str]:
    return [block.kind for block in blocks(text, MARKS)]


def test_a_digest_is_a_list_between_two_paragraphs() -> None:
    shown = blocks(DIGEST[1], MARKS)
    assert [block.kind for block in shown] == ["para", "digest", "para"]
    assert shown[1].items[1] == Item("2", "体育设施开放、健康促进学校（5.6）", more=("还没有反馈过",))


def test_answered_rows_keep_their_number_and_get_a_mark() -> None:
    (shown,) = blocks(
        "3 ✓ 老旧小区改造（8.1）：40%\n4. 加装电梯（8.2）\n5. ✓ 棚户区改造（8.3）\n  刚刚：1900/2500", MARKS
    )
    assert [(item.number, item.done) for item in shown.items] == [("3", True), ("4", False), ("5", True)]
    assert shown.items[2].more == ("刚刚：1900/2500",)


def test_an_echo_is_a_list_of_its_own() -> None:
    shown = blocks("记下了：\n1（序号1）学位 3500/5000 个\n2（5.6）开放学校 9/11 所", MARKS)
    assert [block.kind for block in shown] == ["para", "echo"]
    assert shown[1].items[0] == Item("1", "（序号1）学位 3500/5000 个")


def test_a_summary_shows_counts_and_links_what_needs_attention() -> None:
    shown = blocks(SUMMARY[1], MARKS)
    assert [block.kind for block in shown] == ["counts", "heading", "attention", "para", "para"]
    assert shown[0].pairs[2] == ("慢于序时", "1")
    assert [(one.mark, one.ref) for one in shown[2].attention] == [("yellow", "2"), ("hard", "5.6")]
    assert shown[3].label == "比上次您看时："


def test_the_next_fires_are_a_table_with_their_own_heads() -> None:
    table = blocks(PREVIEW, MARKS)[1]
    assert (table.kind, table.label, table.heads) == ("table", "接下来", ("发出", "截止"))
    assert table.pairs[0] == ("9月30日（周四）", "跳过，9月这一轮刚发出 4 天")
    assert table.pairs[3] == ("12月31日（周五）", "2022年1月6日（周四）")


def test_own_words_are_quoted_over_several_lines() -> None:
    first, second = blocks("8月25日 人社局：“第一行\n第二行”（代录）\n8月24日 人社局：“一行”", MARKS)
    assert (first.kind, first.text, first.label) == ("quote", "第一行\n第二行", "8月25日 人社局 代录")
    assert (second.text, second.label) == ("一行", "8月24日 人社局")


def test_a_quote_that_never_ends_is_a_paragraph() -> None:
    assert kinds("8月25日 人社局：“第一行\n没有完") == ["para", "para"]


def test_who_has_answered_is_drawn_only_at_the_head_of_a_message() -> None:
    assert kinds("9月调度 8 家单位：已反馈 1（教育局），等待中 7") == ["units"]
    assert kinds("您好。\n9月调度 8 家单位：已反馈 1") == ["para", "para"]


@given(st.text(max_size=200))
def test_no_text_breaks_the_page_and_every_character_is_kept(text: str) -> None:
    shown = blocks(text, MARKS)
    kept = "".join(
        part
        for block in shown
        for part in (
            block.label,
            block.text,
            *(piece for item in block.items for piece in (item.number, item.text, *item.more)),
            *(piece for pair in block.pairs for piece in pair),
            *(piece for one in block.attention for piece in (one.word, one.name, one.rest)),
            *block.heads,
        )
    )
    letters = [letter for letter in text if letter.isalpha()]
    assert [letter for letter in letters if letter not in kept] == []


def test_a_line_is_escaped_and_a_day_keeps_its_percent() -> None:
    assert str(tidy("<b>8月25日序时 65%")) == '&lt;b&gt;<span class="nowrap">8月25日序时 65%</span>'
