"""The lamp: what is known of a row in, green, yellow or red with its reason out. Pure: no database, no clock.

`line` says how far a row should be on a day, `parts` judges each part of it (a figure, a milestone …), `row` the whole,
`green` says what would turn it green. The reasons are codes of `bot/texts/*/lamp.toml`.
"""

from scheduler.lamp.facts import (
    Colour,
    Column,
    LampResult,
    Manual,
    Part,
    PartResult,
    RoundFacts,
    RowFacts,
    Thresholds,
)
from scheduler.lamp.line import Stage, scheduled_percent
from scheduler.lamp.parts import judge_part
from scheduler.lamp.row import judge

__all__ = [
    "Colour",
    "Column",
    "LampResult",
    "Manual",
    "Part",
    "PartResult",
    "RoundFacts",
    "RowFacts",
    "Stage",
    "Thresholds",
    "judge",
    "judge_part",
    "scheduled_percent",
]
