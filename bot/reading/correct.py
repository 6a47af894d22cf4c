"""Corrections: which figure of the last report a bare number takes the place of."""

from __future__ import annotations

from bot.reading.facts import Draft
from bot.reading.model import ReadingContext


def place_numbers(found: Draft, context: ReadingContext) -> None:
    """是3300, said after 学位3500个, is the new figure for 学位."""
    if found.row is None or not context.last_report:
        return
    last = {key for report in context.last_report if report.row_id == found.row.id for key, _ in report.figures}
    for said in found.figures:
        if said.target is None and said.role == "achieved":
            fitting = [at for at, target in enumerate(found.row.targets) if target.key in last and (target.value is None or said.number.value <= 2 * target.value)]
            if len(fitting) == 1:
                said.target, said.rule, said.rivals = fitting[0], "corrects the figure said last", ()
