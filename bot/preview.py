"""A table that was read, before it is applied: what would be done, in words (`bot.importing`)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy.orm import Session

from bot.texts import Texts

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Preview:
    """What applying a table would do, as the admin sees it before the answer. `mark` is another one as soon as it would
    do anything else; `words` end before the question. Nothing is asked where nothing `changes`."""

    title: str
    words: str
    changes: bool
    mark: str


@dataclass(frozen=True)
class Applied:
    """What was done, in words; `event` of the trail by which it can be taken back."""

    words: str
    event: int | None = None


class Table(Protocol):
    """A table that was read, of whatever it is about."""

    def preview(self, session: Session, say: Texts, now: datetime) -> Preview:
        """What `apply` would do; writes nothing. Raises UserError for what can't be applied."""

    def apply(self, session: Session, say: Texts, now: datetime, actor_id: int) -> Applied:
        """Apply it."""
