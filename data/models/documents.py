"""Files made for people: the recipe that was asked for, and the bytes that came of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from data.models.base import Base, BigId, partial_index


class Document(Base):
    """A file that somebody asked for: what, with which arguments, as of when; made by a worker after the handler.

    A table that somebody sent to be read (`what`: `import`, `import_apply`) is one too: no file comes of it.
    `what` and `form` name a maker (`bulletin`, `docx`); `asked_at` is the moment whose state it tells. A made one has
    its name, size and hash here, its bytes in `document_content` until they are cleared away.
    """

    __tablename__ = "document"
    __table_args__ = (partial_index("ix_document_waiting", "id", where="state IN ('waiting', 'making')"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(String(20))
    form: Mapped[str] = mapped_column(String(10))
    args: Mapped[dict[str, Any]] = mapped_column(default=dict)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    inbox_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("inbox.id"))
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    reason: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[datetime | None]
    name: Mapped[str | None] = mapped_column(String(200))
    media_type: Mapped[str | None] = mapped_column(String(100))
    size: Mapped[int | None]
    sha256: Mapped[str | None] = mapped_column(String(64))


class DocumentContent(Base):
    """The bytes of a made document."""

    __tablename__ = "document_content"
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
