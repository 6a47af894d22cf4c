from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy.orm import Session

from bot import demo
from bot.views.ledger import sight_of
from bot.views.ledger_rows import Sight
from data import queries
from data.store import Store
from scheduler.office import Office

T = TypeVar("T")
OFFICE = Office()
NOW = datetime(2021, 9, 26, 9, 30, tzinfo=OFFICE.zone)


@dataclass
class Desk:
    """The demo's office and its database: one round in August, its reports."""

    store: Store
    folder: Path
    now: datetime = NOW
    language: str = "zh-CN"

    def see(self, look: Callable[[Sight], T]) -> T:
        """What somebody gets who sees everything now."""
        return self.store.read_now(lambda session: look(self.sight(session)))

    def sight(self, session: Session, rows: frozenset[int] | None = None) -> Sight:
        plan = queries.current_plan(session)
        assert plan is not None
        return sight_of(session, plan, self.now, OFFICE, self.language, rows=rows)

    def write(self, work: Callable[[Session], T]) -> T:
        return self.store.write_now(work)


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    made = Desk(store, tmp_path)
    made.write(lambda session: demo.fill(session, NOW, OFFICE))
    return made
