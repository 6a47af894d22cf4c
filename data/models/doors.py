"""The doors in and out, questions, buttons, the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, BigId, partial_index

OPEN = "state IN ('queued', 'claimed')"


class Inbox(Base):
    """One update of a provider, as it came. `(channel, bot_id, update_id)` is the key against doubles."""

    __tablename__ = "inbox"
    __table_args__ = (
        UniqueConstraint("channel", "bot_id", "update_id"),
        partial_index("ix_inbox_new", "id", where="state = 'new'"),
        Index("ix_inbox_account", "channel", "sender", "id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    bot_id: Mapped[str] = mapped_column(String(60))
    update_id: Mapped[str] = mapped_column(String(120))
    sender: Mapped[str] = mapped_column(String(120))
    raw: Mapped[str] = mapped_column(Text)
    received_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="new")
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    handled_at: Mapped[datetime | None]
    error: Mapped[str | None] = mapped_column(Text)
    message_id: Mapped[str | None] = mapped_column(String(120))
    chat_id: Mapped[str | None] = mapped_column(String(120))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class Outbox(Base):
    """One call to a provider; `kind` is send, edit or file.

    Within a lane (channel, chat) calls go strictly in the order of their ids.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        partial_index("ix_outbox_open", "channel", "priority", "id", where=OPEN),
        partial_index("ix_outbox_lane", "channel", "chat_id", "id", where=OPEN),
        Index("ix_outbox_chat", "channel", "chat_id", "id"),
        partial_index("ix_outbox_listing", "person_id", "id", where="listing IS NOT NULL"),
        Index("ix_outbox_message", "channel", "chat_id", "provider_message_id"),
    )
    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    channel: Mapped[str] = mapped_column(String(20))
    chat_id: Mapped[str] = mapped_column(String(120))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(10), default="send")
    part: Mapped[int] = mapped_column(default=1)
    parts: Mapped[int] = mapped_column(default=1)
    payload: Mapped[dict[str, Any]]
    priority: Mapped[int] = mapped_column(default=0)
    edits_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("outbox.id"))
    answers_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("inbox.id"))
    listing: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    created_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    use_until: Mapped[datetime | None]
    state: Mapped[str] = mapped_column(String(10), default="queued")
    reason: Mapped[str | None] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(default=0)
    claim: Mapped[str | None] = mapped_column(String(20))
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    provider_message_id: Mapped[str | None] = mapped_column(String(120))


class Dialog(Base):
    """An open question to a person; `state` holds what each answer would do. At most one is open per person."""

    __tablename__ = "dialog"
    __table_args__ = (partial_index("uq_dialog_open", "person_id", where="closed_at IS NULL", unique=True),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[str] = mapped_column(String(40))
    state: Mapped[dict[str, Any]]
    outbox_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("outbox.id"))
    inbox_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("inbox.id"))
    opened_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(String(40))


class Button(Base):
    """A button that was sent: a random token, for one person or one role, once or many times, until it expires."""

    __tablename__ = "button"
    token: Mapped[str] = mapped_column(String(12), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[str | None] = mapped_column(String(20))
    label: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(String(40))
    args: Mapped[dict[str, Any]] = mapped_column(default=dict)
    once: Mapped[bool] = mapped_column(default=False)
    group: Mapped[str | None] = mapped_column("button_group", String(12), index=True)
    outbox_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("outbox.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]
    result: Mapped[str | None] = mapped_column(Text)


class Look(Base):
    """What a person saw last time of the summary: the newest report then."""

    __tablename__ = "look"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id"), primary_key=True)
    report_id: Mapped[int]
    looked_at: Mapped[datetime]


class AuditEvent(Base):
    """Who did what to which thing; append only by triggers; ids instead of names."""

    __tablename__ = "audit_event"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]
    channel: Mapped[str | None] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(40))
    entity: Mapped[str] = mapped_column(String(40))
    entity_id: Mapped[int | None]
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class Pace(Base):
    """When a provider may be called again in a lane (`*` is the whole bot), across restarts."""

    __tablename__ = "pace"
    channel: Mapped[str] = mapped_column(String(20), primary_key=True)
    lane: Mapped[str] = mapped_column(String(120), primary_key=True)
    not_before: Mapped[datetime]


class Setting(Base):
    """A value an admin or the program changed while running: corrected calendar days, last daily notices."""

    __tablename__ = "setting"
    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[Any] = mapped_column(JSON)
