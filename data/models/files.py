"""Files that people sent: the row says what and whose, the bytes lie on disk under their checksum."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from data.models.base import Base, BigId, partial_index

if TYPE_CHECKING:
    from data.models.people import Person
    from data.models.plan import Assignment


class Attachment(Base):
    """A photo or document of a message (`inbox_id`), got from its channel by `key` (opaque; only the channel knows).

    It belongs to the reports that the message `words_id` gave, else to the row `assignment_id`, else it is kept with
    its message. `state` is `data.kinds.FileState`; `sha256` names the bytes on disk and `type` (a media type) is what
    they are by content, both None until the file is there. `name` and `size` are the sender's word until then.
    `reason` says why it was refused or could not be got (`files.<reason>` in bot/texts).
    """

    __tablename__ = "attachment"
    __table_args__ = (
        UniqueConstraint("inbox_id", "position"),
        partial_index("ix_attachment_to_fetch", "id", where="state = 'to_fetch'"),
        partial_index("ix_attachment_open", "person_id", where="words_id IS NULL AND assignment_id IS NULL"),
        Index("ix_attachment_album", "person_id", "album"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    inbox_id: Mapped[int] = mapped_column(BigId, ForeignKey("inbox.id"))
    position: Mapped[int] = mapped_column(default=0)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    channel: Mapped[str] = mapped_column(String(20))
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(Text)
    album: Mapped[str | None] = mapped_column(String(120))
    words_id: Mapped[int | None] = mapped_column(BigId, ForeignKey("inbox.id"), index=True)
    assignment_id: Mapped[int | None] = mapped_column(ForeignKey("assignment.id"), index=True)
    name: Mapped[str | None] = mapped_column(Text)
    size: Mapped[int | None] = mapped_column(BigId)
    sha256: Mapped[str | None] = mapped_column(String(64))
    type: Mapped[str | None] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(String(10), default="to_fetch")
    reason: Mapped[str | None] = mapped_column(String(40))
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    said_at: Mapped[datetime]
    created_at: Mapped[datetime]
    kept_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship()
    assignment: Mapped[Assignment | None] = relationship()
