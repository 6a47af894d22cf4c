"""What a reply says: which row, status, percent, figures, dates, problem, next step; and why. Pure."""

from bot.reading.answers import answer
from bot.reading.model import (
    FigureRead,
    Item,
    LastItem,
    Option,
    Question,
    Reading,
    ReadingContext,
    RowContext,
    RowState,
    TargetContext,
    Why,
)
from bot.reading.read import read

__all__ = [
    "FigureRead",
    "Item",
    "LastItem",
    "Option",
    "Question",
    "Reading",
    "ReadingContext",
    "RowContext",
    "RowState",
    "TargetContext",
    "Why",
    "answer",
    "read",
]
