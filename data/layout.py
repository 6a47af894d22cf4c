"""How a plan's table was laid out: its columns in order, under the names that the office gave them."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from data.models import Setting

Columns = tuple[tuple[str, str], ...]


def remember_columns(session: Session, plan_id: int, columns: Iterable[tuple[str, str]]) -> None:
    """Keep (what it holds, its name) of each column; see `data.tables.header.Header.columns`."""
    value = [list(column) for column in columns]
    if value:
        session.merge(Setting(key=_key(plan_id), value=value))


def columns_of(session: Session, plan_id: int) -> Columns:
    """The columns of the table that the plan was read from; empty where nobody knows."""
    kept = session.get(Setting, _key(plan_id))
    return tuple((str(kind), str(name)) for kind, name in kept.value) if kept is not None else ()


def _key(plan_id: int) -> str:
    return f"table.{plan_id}.columns"
