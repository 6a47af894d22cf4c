"""A number of a message as it is understood, and what goes on from one number to the next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.reading.clauses import Clause
from bot.reading.cues import Role
from data.language.numbers import Number


@dataclass(slots=True, eq=False)
class Said:
    """One number of the message: its role, its target (index in the row, None where none), and how it was found."""

    number: Number
    span: tuple[int, int]
    role: Role
    target: int | None = None
    rivals: tuple[int, ...] = ()
    rule: str = ""
    likely: bool = False
    firm: bool = False
    unit: str | None = None
    high: float | None = None
    total: bool = False
    included: bool = False
    mismatch: bool = False
    clause: Clause | None = None
    foreign: bool = False
    free: str | None = None
    scores: tuple[float, ...] = ()
    firm_verb: bool = False
    foreign_part: bool = False
    beside: bool = False
    fraction: bool = False
    other_thing: bool = False
    led: bool = False

    @property
    def named(self) -> float:
        """How plainly the words name its target."""
        return self.scores[self.target] if self.target is not None and self.scores else 0.0


ROWS_OF_THE_LIST: Final = "so many rows of the list"


class Thread:
    """What goes on from one number to the next: the role (预计…5000个、竣工3个) and the thing counted."""

    def __init__(self, *, asked_now: bool) -> None:
        self.asked_now = asked_now
        self.role: Role = "achieved"
        self.target: int | None = None
        self.heard = False
        self.carries = False
        self.unit: str | None = None

    def enter(self, clause: Clause) -> None:
        if clause.new_sentence or (not clause.goes_on and self.role not in ("future", "dated")):
            self.carries = False
        if clause.new_sentence:
            self.target = None

    def hear(self, target: int | None) -> None:
        """A clause without numbers may name what the next one counts: 学位方面，目前3500个."""
        self.target = target if target is not None else self.target
        self.heard = target is not None

    def after(self, said: Said) -> None:
        if said.rule.startswith(ROWS_OF_THE_LIST):
            return
        self.role = said.role
        self.unit = said.unit or self.unit
        self.carries = not said.rule.startswith("of which") and said.role in (
            "future",
            "plan",
            "last_year",
            "month",
            "left",
            "stage",
            "dated",
        )
        self.heard = False
        if said.target is not None:
            self.target = said.target
