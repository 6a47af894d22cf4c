"""Every reason that a reading gives has its words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from benchmarks.reading_corpus import load
from bot.explaining import reason
from bot.reading.jsonl import explain
from bot.texts import texts
from tests.bot.reading.plan import plan


def rules(reading: dict[str, Any]) -> Iterator[str]:
    for why in (reading["why"], *(item["why"] for item in reading["items"])):
        yield from (field["rule"] for field in why.values())


def test_a_rule_that_fired_is_told_in_chinese() -> None:
    found = {rule for line in load("replies", "dev")[::3] for rule in rules(explain(line, plan()))}
    assert len(found) > 30
    assert [
        rule
        for rule in sorted(found)
        if any(sign.isascii() and sign.isalpha() for sign in reason(texts("zh-CN"), rule))
    ] == []
