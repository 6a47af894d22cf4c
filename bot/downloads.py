"""Which file somebody may download, and as what."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.orm import Session

from bot import attachments, seeing
from bot.texts import texts
from bot.web.services import KeptFile
from data import queries
from data.files import place_of
from data.models import Attachment, Person
from scheduler.office import Office


def kept_file(session: Session, person_id: int, file_id: int, *, office: Office, folder: Path) -> KeptFile | None:
    """A file of a row that the person may see, or an own one; None where there is none or the person may not."""
    file, person = session.get(Attachment, file_id), session.get_one(Person, person_id)
    if file is None or file.state not in attachments.SHOWN:
        return None
    plan = queries.current_plan(session)
    rows = seeing.visible_rows(session, plan.id, person, reading=office) if plan is not None else []
    if not attachments.may_see(session, file, person, [row.id for row in rows]):
        return None
    say = texts(person.language)
    path = place_of(folder, file.sha256) if file.sha256 is not None else None
    return KeptFile(path, file.type or "", attachments.download_name(say, file, f"{office.today(file.said_at)}"))
