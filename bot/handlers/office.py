"""Telling others: the office hears of what a unit needs, and digests show what was answered meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot import followups
from bot.context import Context
from bot.message import Outgoing, Rows
from bot.shown import refreshed
from bot.texts import texts
from data import queries
from data.kinds import Priority, Role
from data.models import Report


def tell(context: Context, key: str, buttons: Rows = (), **values: Any) -> list[Outgoing]:
    """A notice to every admin, in the admin's language."""
    unit = context.person.unit.name if context.person.unit else ""
    return [
        Outgoing(
            texts(admin.language).say(key, unit=unit, person=context.person.name, **values),
            person_id=admin.id,
            priority=Priority.NOTICE,
            buttons=buttons,
        )
        for admin in queries.people_with(context.session, Role.ADMIN)
        if admin.id != context.person.id
    ]


def refresh_digests(context: Context, reports: Sequence[Report]) -> list[Outgoing]:
    """What follows from reports: the digests of open rounds that ask for these rows, edited to what is answered now,
    and who had asked about a row hears the answer."""
    told = followups.answered(context.session, reports, context.plan.year, context.now)
    return [*refreshed(context.session, reports, context.now, context.office), *told]
