"""What can go wrong by a person's doing, and what was not sure: codes with values, worded in bot/texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


class UserError(Exception):
    """A mistake of the person, told to the person: `code` is a key of bot/texts (`errors.<code>`), `values` fill it."""

    def __init__(self, code: str, **values: Any) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values

    def __str__(self) -> str:
        return " ".join([self.code, *(f"{name}={value!r}" for name, value in self.values.items())])


@dataclass(frozen=True)
class Fact:
    """A code and the values that fill its sentence (`<subject>.<code>` in bot/texts)."""

    code: str
    values: dict[str, Any] = field(default_factory=dict)


class Doubt(Fact):
    """What an import or a reading was not sure of."""


class Reason(Fact):
    """Why something is as it is: a lamp, a reading, a skipped round."""
