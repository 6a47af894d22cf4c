"""A leader's words in reply to a summary: where they name a row of it and want something, they are a remark."""

from __future__ import annotations

import re
from typing import Final

from bot.context import Context
from bot.handlers import remarks, summary
from bot.handlers.ask import ASKING
from bot.handlers.matching import Match, by_number, by_words, unit_in
from bot.message import Outgoing
from data.language.folding import fold

LINE: Final = re.compile(
    r"^\s*(\d{1,3})(?=[\s、．:：])"
)  # 2 抓紧: the lines of a summary have no numbers but the rows'


def said_of(context: Context, text: str) -> list[Outgoing] | None:
    """None for anything else, such as a question; a row that is not clearly one is left to be asked about."""
    if context.inbound.reply_to is None or not remarks.may_remark(context) or not remarks.wants(text):
        return None
    said = LINE.sub(r"序号\1", fold(text).strip())
    rows = summary.all_standings(context)
    found = by_number(context, said, rows) or by_words(context, _without_unit(context, said), rows)
    return remarks.taken(context, found[0].row.row, text.strip()[: remarks.LONGEST]) if _is_one(found) else None


def _without_unit(context: Context, said: str) -> str:
    """教育局 is whose it is, and no word of what it is."""
    unit = unit_in(context, said)
    return ASKING.sub(" ", said.replace(unit.name, " ") if unit is not None else said)


def _is_one(found: list[Match]) -> bool:
    return len(found) == 1 and not found[0].whole_project
