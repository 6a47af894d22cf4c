"""The trail of changes: who did what to which thing, append only, ids instead of names."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from data.models import AuditEvent


def record(
    session: Session,
    now: datetime,
    action: str,
    entity: str,
    entity_id: int | None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    actor_id: int | None = None,
    channel: str | None = None,
) -> None:
    """Add an event. `before` and `after` hold what changed, as JSON values."""
    session.add(
        AuditEvent(
            at=now,
            actor_id=actor_id,
            channel=channel,
            action=action,
            entity=entity,
            entity_id=entity_id,
            before=dict(before) if before is not None else None,
            after=dict(after) if after is not None else None,
        )
    )
