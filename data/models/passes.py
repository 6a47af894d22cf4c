"""Read-only passes: links and tokens that show what a person may see, without an account."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.models.base import Base

if TYPE_CHECKING:
    from data.models.people import Person


class ReadPass(Base):
    """Whoever holds its token reads what `person` may see, until it expires or is revoked; only the hash is kept.

    `kind` is `data.kinds.PassKind`, `label` what it is for in the office's words. `used_on` is the office's day of the
    last use.
    """

    __tablename__ = "read_pass"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    label: Mapped[str] = mapped_column(Text, default="")
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    used_on: Mapped[date | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
