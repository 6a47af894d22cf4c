"""What tells this installation from every other; made once, when its database first became able to keep it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from data.models import Setting

KEY: Final = "installation"


def calendar_home(session: Session) -> str:
    """What stands behind the `@` of every calendar event's UID: no other installation has it.

    Where calendars were in use before installations had a name, it stays `duban`, so that no event changes its UID.
    """
    kept = session.scalars(select(Setting.value).where(Setting.key == KEY)).one()
    return str(kept["calendar_home"])
