"""The table of docs/wecom.md that says what each channel can do: each cell is tried."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from bot.accounts import SPEAK_FIRST
from bot.again import SPENDING
from bot.channels.pages import utf8_bytes, utf16_units
from bot.channels.telegram import wording
from bot.channels.wecom_cards import form_of
from bot.channels.wecom_quota import SPREAD, spread
from bot.message import Arranges, Channel, HasFiles, Payload, SentButton
from tests.bot.channels import (
    contract,
    test_telegram_contract,
    test_web_contract,
    test_wecom_aibot_contract,
    test_wecom_app_contract,
)

DOCS = Path(__file__).resolve().parents[3] / "docs" / "wecom.md"
NAMES = {"网页": "web", "Telegram": "telegram", "企业微信应用": "wecom_app", "企业微信机器人": "wecom_aibot"}
GROUPS = ("-100123", "group:wr1")
FULL_HOUR = datetime(2021, 9, 26, 9, 0)  # noqa: DTZ001 - the office's wall time
MEASURES = {"UTF-16": utf16_units, "字节": utf8_bytes}


@dataclass(frozen=True)
class Kind:
    """A channel with its contract suite and the provider who plays it there."""

    suite: contract.ChannelContract
    provider: type

    @property
    def channel(self) -> Channel:
        return self.suite.fresh()


KINDS = {
    "web": Kind(test_web_contract.TestWebChat(), test_web_contract.OverPages),
    "telegram": Kind(test_telegram_contract.TestTelegram(), test_telegram_contract.OverBotApi),
    "wecom_app": Kind(test_wecom_app_contract.TestWecomApp(), test_wecom_app_contract.OverWecomApp),
    "wecom_aibot": Kind(test_wecom_aibot_contract.TestWecomAibot(), test_wecom_aibot_contract.OverLine),
}


def longest(name: str, cell: str) -> bool:
    """As much as the cell says fits on a page, in the unit that it names, and not much more."""
    channel = KINDS[name].channel
    if cell == "不限":
        return len(channel.split(None, "字" * 1_000_000)) == 1
    most = int(cell.split()[0])
    measure = next(each for unit, each in MEASURES.items() if unit in cell)
    sizes = [measure(text) for letter in "a字😀" for _title, text in channel.split(None, letter * most * 2)]
    return max(sizes) <= most and min(map(measure_first(channel, measure, most), "a字😀")) >= 0.97 * most


def measure_first(channel: Channel, measure: Callable[[str], int], most: int) -> Callable[[str], int]:
    return lambda letter: measure(channel.split(None, letter * most * 2)[0][1])


def buttons(name: str, cell: str) -> bool:
    """So many go on one message; one more does not, unless they are the rows of a list."""
    if cell == "不限":
        shown = wording.parameters(_with([f"甲{n}" for n in range(50)]))["reply_markup"]["inline_keyboard"]
        return name == "web" or len(shown) == 50
    few, rows = map(int, re.findall(r"\d+", cell))

    def fits(labels: list[str]) -> bool:
        return form_of(_with(labels), "t").card is not None

    listed, words = [str(n) for n in range(1, rows + 1)], [f"甲{n}" for n in range(few + 1)]
    return (
        isinstance(KINDS[name].channel, Arranges)
        and (fits(words[:few]), fits(words)) == (True, False)
        and (fits([*listed, "好"]), fits([*listed, str(rows + 1), "好"])) == (True, False)
    )


def _with(labels: list[str]) -> Payload:
    return Payload(None, "问", tuple((SentButton(label, f"token{n:07}"),) for n, label in enumerate(labels)))


def edits(name: str, cell: str) -> bool:
    """`能` is what the contract demands of an edit; a card's one edit is the app's own (test_wecom_app)."""
    return KINDS[name].suite.edits == (cell == "能") and (cell == "卡片能改一次") == (name == "wecom_app")


def group(name: str, cell: str) -> bool:
    return any(map(KINDS[name].channel.is_group, GROUPS)) == (cell == "能")


def first(name: str, cell: str) -> bool:
    """Telegram's bots too may write only to who has written to them; there an account is made by writing."""
    return (name in SPEAK_FIRST or name == "telegram") == (cell == "不能")


def crowded(name: str, cell: str) -> bool:
    return (name in SPREAD) == (cell == "错开") and spread(FULL_HOUR, "p1") > FULL_HOUR


def spent(name: str, cell: str) -> bool:
    """A press gives one token, which is taken once; a card of WeCom shows it and what is left comes again."""
    return cell == "能" and (name in SPENDING) == name.startswith("wecom")


CHECKS: dict[str, Callable[[str, str], bool]] = {
    "一页最长": longest,
    "一条消息的按钮": buttons,
    "没有按钮时照着打字": lambda _name, cell: cell == "能",  # a button's words, typed: tests/bot/handlers
    "改已发的消息": edits,
    "按过的按钮不能再按": spent,
    "收图片和文件": lambda name, cell: isinstance(KINDS[name].channel, HasFiles) == (cell == "能"),
    "发文件": lambda name, cell: hasattr(KINDS[name].provider, "files") == (cell == "能"),
    "在群里": group,
    "对方没说过话也能发": first,
    "整点、半点错开": crowded,
}


def table() -> list[tuple[str, str, str]]:
    """What can be done, the channel, the cell."""
    lines = DOCS.read_text().split("| 能做什么 |", 1)[1].split("\n\n", 1)[0].splitlines()
    heads = [cell.strip() for cell in lines[0].strip("|").split("|")]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]
    return [(row[0], NAMES[head], cell) for row in rows for head, cell in zip(heads, row[1:], strict=True)]


@pytest.mark.parametrize(("what", "name", "cell"), table())
def test_the_channel_can_do_what_the_table_says(what: str, name: str, cell: str) -> None:
    assert CHECKS[what](name, cell), cell


def test_the_table_has_every_channel_and_nothing_that_is_not_tried() -> None:
    told = table()
    assert {what for what, _name, _cell in told} == set(CHECKS)
    assert {name for _what, name, _cell in told} == set(KINDS)
    assert len(told) == len(CHECKS) * len(KINDS)
