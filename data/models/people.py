"""People, their accounts in the channels, invites and log-ins."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.models.base import Base, BigId, partial_index

if TYPE_CHECKING:
    from data.models.plan import Unit


class Person(Base):
    """`order` is A or B (A/B 角); `scope` (`data.kinds.Scope`) matters for leaders.

    `hours` are the person's own working hours (`[["08:30", "12:00"], ["13:30", "17:30"]]`), None the office's.
    """

    __tablename__ = "person"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    order: Mapped[str] = mapped_column("contact_order", String(1), default="A")
    scope: Mapped[str] = mapped_column(String(10), default="own")
    phone: Mapped[str | None] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(10), default="zh-CN")
    hours: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    created_at: Mapped[datetime]
    left_at: Mapped[datetime | None]

    unit: Mapped[Unit | None] = relationship()
    roles: Mapped[list[PersonRole]] = relationship(cascade="all, delete-orphan")
    reads_for: Mapped[ReadsFor | None] = relationship(
        foreign_keys="ReadsFor.person_id", cascade="all, delete-orphan", passive_deletes=True
    )
    accounts: Mapped[list[Account]] = relationship(
        back_populates="person", order_by="Account.id", foreign_keys="Account.person_id"
    )


class ReadsFor(Base):
    """代阅: a secretary, who is a leader by role, sees what this leader sees."""

    __tablename__ = "reads_for"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    leader_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    set_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]

    leader: Mapped[Person] = relationship(foreign_keys=[leader_id])


class PersonRole(Base):
    __tablename__ = "person_role"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    role: Mapped[str] = mapped_column(String(20), primary_key=True)


class Leave(Base):
    """A person is away from a day to a day, both counted; `stand_in_id` is asked instead, else the unit's others."""

    __tablename__ = "leave"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    from_on: Mapped[date]
    until_on: Mapped[date]
    stand_in_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    stand_in: Mapped[Person | None] = relationship(foreign_keys=[stand_in_id])


class Account(Base):
    """Somebody in a channel; a stranger while `person_id` is None. `chat_id` is where private messages go."""

    __tablename__ = "account"
    __table_args__ = (UniqueConstraint("channel", "external_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    channel: Mapped[str] = mapped_column(String(20))
    external_id: Mapped[str] = mapped_column(String(120))
    chat_id: Mapped[str | None] = mapped_column(String(120))
    display_name: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(10))
    created_at: Mapped[datetime]
    bound_at: Mapped[datetime | None]
    last_heard_at: Mapped[datetime | None]
    blocked_at: Mapped[datetime | None]
    blocked_reason: Mapped[str | None] = mapped_column(Text)
    told_stranger_at: Mapped[datetime | None]

    person: Mapped[Person | None] = relationship(back_populates="accounts", foreign_keys=[person_id])


class Joining(Base):
    """A stranger's wish to be let in: who they say they are, until an admin decides.

    `outcome` is `accepted`, `refused`, `code` (came in with an invite meanwhile) or `lapsed`, None while it is open; an
    account has one open one.
    """

    __tablename__ = "joining"
    __table_args__ = (partial_index("uq_joining_open", "account_id", where="decided_at IS NULL", unique=True),)
    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    unit: Mapped[str] = mapped_column(String(120))
    asked_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    outcome: Mapped[str | None] = mapped_column(String(10))

    account: Mapped[Account] = relationship()
    decider: Mapped[Person | None] = relationship()


class Group(Base):
    """A group chat that is a unit's (`chat_id` in `channel`): its rows may be spoken of there. `digests`: what its
    liaisons are asked is shown there too."""

    __tablename__ = "chat_group"
    __table_args__ = (UniqueConstraint("channel", "chat_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    chat_id: Mapped[str] = mapped_column(String(120))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    digests: Mapped[bool] = mapped_column(default=True)
    bound_by: Mapped[int] = mapped_column(ForeignKey("person.id"))
    bound_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship()


class Invite(Base):
    """A one-time code that binds an account to a person; only its hash is kept."""

    __tablename__ = "invite"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()


class Guess(Base):
    """Wrong invite codes of one account or address (`who`), and until when it has to wait."""

    __tablename__ = "guess"
    who: Mapped[str] = mapped_column(String(160), primary_key=True)
    wrong: Mapped[int]
    last_at: Mapped[datetime]
    wait_until: Mapped[datetime | None]


class WebSession(Base):
    """A log-in of the web chat; only the token's hash is kept; slides for 90 days."""

    __tablename__ = "web_session"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    read_outbox_id: Mapped[int] = mapped_column(BigId, default=0)
