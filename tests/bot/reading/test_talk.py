"""What is taken back in the same breath, said again, asked for or ordered."""

from __future__ import annotations

import pytest

from bot.reading.model import LastItem
from bot.reading.read import read
from tests.bot.reading.plan import after_report, context


@pytest.mark.parametrize(
    ("text", "unit", "row", "value"),
    [
        ("送书9200册，不不，8200，去年才是9200", "文体旅局", "5.1", 8200),
        ("体质测定2300，写错了，是1300", "文体旅局", "5.5", 1300),
        ("一代29……28，是28", "文体旅局", "5.2", 28),
        ("再就业5120，我看下……是5210，手误", "人社局", "2", 5210),
        ("电梯三十九台哦不对四十一台", "住建局", "8.2", 41),
        ("4.3做了6户？我看下哦，4.3应该是206户", "民政局", "4.3", 206),
        ("送书9200册，不对，送书8200册", "文体旅局", "5.1", 8200),
    ],
)
def test_a_number_taken_back_in_the_same_breath_does_not_stand(text: str, unit: str, row: str, value: float) -> None:
    reading = read(text, context(unit))

    assert (reading.kind, reading.ask) == ("progress", False)
    assert [(item.row_id, [figure.value for figure in item.figures]) for item in reading.items] == [(row, [value])]


def test_what_had_been_reported_before_is_corrected() -> None:
    reading = read("再就业5120，写错了，是5210", after_report(context("人社局"), LastItem("2", ((5, 5120.0),))))

    assert reading.kind == "correction"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("照上个月的来", "already_reported"), ("跟9月份报的没啥两样", "already_reported"),
        ("这月没新东西", "already_reported"), ("没啥好补充的", "already_reported"),
        ("上周交过了，没动", "already_reported"), ("按上月的口径报吗", "question"),
        ("这个进度是算到25号还是今天", "question"), ("学位算审批数还是招生数", "question"),
        ("明天上午九点再提醒我一下", "command"), ("把我今年历次报的数导一份表给我", "command"),
        ("remind 民政局 now pls", "command"), ("上次报的发我看看", "command"), ("谢谢提醒我", "thanks"),
        ("表还没发给我", "other"), ("周五好呀～", "greeting"), ("不好意思打错地方了，发给我们办公室的", "undo"),
    ],
)  # fmt: skip
def test_talk_is_known_by_its_form(text: str, kind: str) -> None:
    assert read(text, context("教育局")).kind == kind
