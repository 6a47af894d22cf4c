"""What else the office may take away: the rounds, the people, the trail of changes; each as flat JSON values.

No secret is among them: no token, no invite, no hash, no id of anybody in a channel.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.contacts import people_list
from bot.exports import instant
from bot.views.ledger_rows import Sight
from bot.views.ledger_sheets import opened_rounds
from data.models import AuditEvent, Person
from scheduler.answers import progress

COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "rounds": ("id", "opened_at", "due_on", "state", "unit", "asked", "answered", "answer"),
    "people": ("id", "name", "roles", "unit", "order", "scope", "phone", "language", "reach"),
    "audit": ("id", "at", "actor", "channel", "action", "entity", "entity_id", "before", "after"),
}


def records(sight: Sight, what: str) -> list[dict[str, Any]]:
    """`what` is a key of `COLUMNS`; the values of each record in that order."""
    found = {"rounds": _rounds, "people": _people, "audit": _audit}[what](sight)
    return [{name: record[name] for name in COLUMNS[what]} for record in found]


def lines(found: Iterable[Mapping[str, Any]]) -> Iterator[list[Any]]:
    """The records as lines of a table."""
    for record in found:
        yield [_flat(value) for value in record.values()]


def _flat(value: Any) -> Any:
    if isinstance(value, list):
        return ",".join(map(str, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else value


def _rounds(sight: Sight) -> Iterator[dict[str, Any]]:
    """Each unit of each round that was opened, newest round first."""
    for each in opened_rounds(sight.session, sight.plan.id, until=sight.now):
        for unit in progress(sight.session, each).units:
            yield {
                "id": each.id,
                "opened_at": instant(each.opened_at or each.fire_at),
                "due_on": each.due_on.isoformat() if each.due_on else None,
                "state": each.state,
                "unit": unit.name,
                "asked": unit.asked,
                "answered": unit.answered,
                "answer": str(unit.answer),
            }


def _people(sight: Sight) -> list[dict[str, Any]]:
    return people_list(sight.session, sight.now)


def _audit(sight: Sight) -> Iterator[dict[str, Any]]:
    """Oldest first."""
    names = _names(sight.session)
    for event in sight.session.scalars(select(AuditEvent).order_by(AuditEvent.id)):
        yield {
            "id": event.id,
            "at": instant(event.at),
            "actor": names.get(event.actor_id or 0),
            "channel": event.channel,
            "action": event.action,
            "entity": event.entity,
            "entity_id": event.entity_id,
            "before": event.before,
            "after": event.after,
        }


def _names(session: Session) -> dict[int, str]:
    return {row.id: row.name for row in session.execute(select(Person.id, Person.name))}
