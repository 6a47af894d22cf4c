"""Tables that an admin sent in the chat, read beside the files that are made: shown with what they would change, and
applied when that was confirmed, as the command line does it.

A sent file has two recipes (`bot.documents`): `import` reads it and proposes, `import_apply` reads the same bytes
again and applies them, unless the plan is no longer the one that the proposal was made for: then it proposes anew.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy.orm import Session

from bot import choices, documents, making
from bot.access import roles_of
from bot.attachments import plain_name
from bot.choices import Answer
from bot.documents import Recipe
from bot.message import Button, Channel, Outgoing
from bot.outbox import Postbox
from bot.preview import Preview, Progress, Table
from data.errors import UserError
from data.files import place_of
from data.kinds import FileState, Role
from data.models import Attachment, Person
from scheduler.office import Office

READ: Final = "import"
APPLY: Final = "import_apply"
UNDO: Final = "import_undo"
Read = Callable[[Callable[[Session], Any]], Any]


class GivenUp(Exception):
    """The process ends: the file is read anew after its next start."""


@dataclass(frozen=True)
class Importer:
    """Reads tables out of the folder of what people send. `channels` are those that are on."""

    folder: Path
    office: Office
    postbox: Postbox
    channels: Mapping[str, Channel]

    def finished(
        self, read: Read, recipe: Recipe, now: datetime, given_up: Callable[[], bool] = lambda: False
    ) -> Callable[[Session], None]:
        """What is to be written of a recipe. Reads the file, and the database through `read`: never on the loop.

        Raises UserError for what the person should hear instead, GivenUp soon after it was `given_up`.
        """
        table = self._table(read(partial(_kept, recipe=recipe)), recipe.args.get("year"), _going_on(given_up))
        if recipe.what == APPLY:
            return partial(self._apply, table=table, recipe=recipe, now=now)
        say = read(partial(making.texts_of, recipe=recipe))
        preview = read(lambda session: table.preview(session, say, now))
        return partial(self._show, preview=preview, recipe=recipe, now=now)

    def _table(self, kept: _Kept, year: int | None, progress: Progress) -> Table:
        """Raises UserError as `duban import`, and where it is not the file that it was."""
        from bot.importing_people import PeopleTable
        from bot.importing_plan import PlanTable, read_plan
        from data.tables.files import opened

        with named(place_of(self.folder, kept.sha256), kept.name) as path:
            file = opened(path, progress)
        if file.sha256 != kept.sha256:
            raise UserError("import.file_gone", file=kept.name)
        people = PeopleTable.found_in(file, self.channels, self.office)
        return people or PlanTable(read_plan(file, year, progress), self.office)

    def _show(self, session: Session, *, preview: Preview, recipe: Recipe, now: datetime, moved: bool = False) -> None:
        """Ask whether to apply it, or say that there is nothing to apply."""
        say = making.texts_of(session, recipe)
        documents.done(session, recipe.id, now)
        if preview.changes:
            before = f"{say.say('import.moved')}\n\n" if moved else ""
            text = f"{before}{preview.words}\n\n{say.say('import.ask')}"
            args = {"file": recipe.args["file"], "year": recipe.args.get("year"), "seen": preview.mark}
            answers = [
                Answer(say.say("import.apply"), APPLY, args, primary=True),
                Answer(say.say("import.leave"), "import_not"),
            ]
            asked = choices.offer(
                session, recipe.person_id, now, text, answers, title=preview.title, inbox_id=recipe.inbox_id
            )
        else:
            asked = Outgoing(preview.words, title=preview.title)
        making.answer(session, recipe, asked, now, self.postbox)

    def _apply(self, session: Session, *, table: Table, recipe: Recipe, now: datetime) -> None:
        """In one transaction with the answer; what can't be applied after all is undone and said."""
        try:
            with session.begin_nested():
                self._applied(session, table, recipe, now)
        except UserError as error:
            making.refuse(session, recipe, error, now, self.postbox)

    def _applied(self, session: Session, table: Table, recipe: Recipe, now: datetime) -> None:
        say, person = making.texts_of(session, recipe), session.get_one(Person, recipe.person_id)
        if person.left_at is not None or Role.ADMIN not in roles_of(person):
            raise UserError("button_gone")
        preview = table.preview(session, say, now)
        if preview.mark != recipe.args["seen"]:
            self._show(session, preview=preview, recipe=recipe, now=now, moved=True)
            return
        applied = table.apply(session, say, now, person.id)
        documents.done(session, recipe.id, now)
        buttons = [[Button(say.say("import.undo"), UNDO, {"event": applied.event}, once=True)]] if applied.event else []
        making.answer(session, recipe, Outgoing(applied.words, buttons=buttons), now, self.postbox)


def _going_on(given_up: Callable[[], bool]) -> Progress:
    def look(_done: int, _total: int) -> None:
        if given_up():
            raise GivenUp

    return look


@dataclass(frozen=True)
class _Kept:
    """A file on disk, and how its sender called it."""

    name: str
    sha256: str


def _kept(session: Session, recipe: Recipe) -> _Kept:
    file = session.get(Attachment, recipe.args["file"])
    name = plain_name(file) if file is not None else ""
    if file is None or file.state != FileState.KEPT or file.sha256 is None:
        raise UserError("import.file_gone", file=name)
    return _Kept(name, file.sha256)


@contextmanager
def named(place: Path, name: str) -> Iterator[Path]:
    """A kept file under its sender's name: what reads it tells kinds by endings and names it in what it says."""
    with tempfile.TemporaryDirectory(prefix="duban-") as folder:
        path = Path(folder) / name
        path.symlink_to(place.resolve())
        yield path
