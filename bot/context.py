"""What a handler gets beside the message."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy.orm import Session

from bot.message import Channel, Inbound
from bot.texts import Texts
from data import audit, queries
from data.errors import UserError
from data.kinds import Role
from data.models import Account, Person, Plan
from scheduler.office import Office

T = TypeVar("T")


@dataclass
class Context:
    """One inbound message's surroundings: who wrote, when it is handled, and where everything is.

    `now` is for expiry and scheduling; what the words mean goes by `inbound.said_at`. A handler reads and writes
    through `session`, returns `Outgoing`s, and never sends or commits.
    """

    session: Session
    now: datetime
    office: Office
    texts: Texts
    channel: str
    account: Account
    person: Person
    roles: frozenset[Role]
    inbound: Inbound
    inbox_id: int
    links: Mapping[str, Channel] = field(default_factory=dict)

    def say(self, key: str, **values: Any) -> str:
        return self.texts.say(key, **values)

    @cached_property
    def plan(self) -> Plan:
        """The plan in force. Raises UserError `no_plan`."""
        plan = self.once("plan", lambda: queries.current_plan(self.session))
        if plan is None:
            raise UserError("no_plan")
        return plan

    def once(self, key: object, read: Callable[[], T]) -> T:
        """Read something only once for the batch in hand: nobody else writes while its transaction is open."""
        kept: dict[object, T] = self.session.info.setdefault("once", {})
        if key not in kept:
            kept[key] = read()
        return kept[key]

    @property
    def channels(self) -> Collection[str] | None:
        """The channels that are on; None where nobody has said."""
        return self.links.keys() or None

    @property
    def said_on(self) -> date:
        """The day on which the person wrote, in the office's zone."""
        return self.office.today(self.inbound.said_at)

    @property
    def today(self) -> date:
        return self.office.today(self.now)

    def may(self, *roles: Role) -> bool:
        return bool(self.roles & set(roles))

    def record(
        self,
        action: str,
        entity: str,
        entity_id: int | None,
        before: Mapping[str, Any] | None = None,
        after: Mapping[str, Any] | None = None,
    ) -> None:
        """Leave an audit row of what this person does."""
        audit.record(self.session, self.now, action, entity, entity_id, before, after, self.person.id, self.channel)
