"""Which files belong to what: rows of files that came with messages, those of a report, those of a row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, and_, bindparam, or_, select, update
from sqlalchemy.orm import Session

from bot.context import Context
from bot.texts import Texts
from data.filetypes import endings_of, safe_name
from data.kinds import FileState
from data.models import Attachment, Dialog, Person, Report, UtcDateTime

SOON: Final = timedelta(minutes=10)  # a file and words of one person, no further apart, belong together
FOLLOWED: Final = timedelta(hours=1)  # words that come so soon after a file without any are for it
ASKED_FOR: Final = timedelta(days=1)  # so long a button may say which row a file belongs to
SHOWN: Final = (FileState.TO_FETCH, FileState.KEPT)
READING: Final = "reading"  # the kind of a question about what was written

HOMELESS = and_(Attachment.words_id.is_(None), Attachment.assignment_id.is_(None), Attachment.state.in_(SHOWN))
# Made once: making a statement costs more than running it.
OPEN = (
    select(Attachment)
    .where(HOMELESS, Attachment.person_id == bindparam("person"), Attachment.said_at >= bindparam("since", UtcDateTime))
    .order_by(Attachment.id)
)


OWNERS = "owners of open files"  # in `session.info`


def remember_owners(session: Session, people: Collection[int]) -> None:
    """Read at once who of a batch's people has files that belong to nothing yet; `open_files` goes by it."""
    owners = select(Attachment.person_id).where(HOMELESS, Attachment.person_id.in_(people)).distinct()
    session.info[OWNERS] = people, set(session.scalars(owners))


def _owns_none(session: Session, person_id: int) -> bool:
    """Whether it was read that a person has no open files; who sends some in the same batch has."""
    asked, owners = session.info.get(OWNERS, ((), set()))
    return person_id in asked and person_id not in owners


def take_in(context: Context) -> list[Attachment]:
    """A row for each file of the message in hand; the bytes are fetched later."""
    inbound = context.inbound
    taken = [
        Attachment(
            inbox_id=context.inbox_id,
            position=position,
            person_id=context.person.id,
            channel=context.channel,
            kind=file.kind,
            key=file.key,
            album=inbound.album,
            name=file.name,
            size=file.size,
            said_at=inbound.said_at,
            created_at=context.now,
        )
        for position, file in enumerate(inbound.files)
    ]
    if taken:
        context.session.add_all(taken)
        context.session.flush()
        context.session.info.pop(OWNERS, None)
    return taken


def open_files(context: Context, within: timedelta) -> list[Attachment]:
    """The person's files that belong to nothing yet, sent no longer before the message in hand."""
    if _owns_none(context.session, context.person.id):
        return []
    told = {"person": context.person.id, "since": context.inbound.said_at - within}
    return list(context.session.scalars(OPEN, told))


def of_album(context: Context) -> list[Attachment]:
    """The files that were sent together with the message in hand, itself included."""
    if context.inbound.album is None:
        return []
    query = select(Attachment).where(
        Attachment.person_id == context.person.id,
        Attachment.channel == context.channel,
        Attachment.album == context.inbound.album,
    )
    return list(context.session.scalars(query.order_by(Attachment.id)))


def said_something(context: Context, inbox_id: int) -> bool:
    """Whether a message gave reports, or is being asked about."""
    session = context.session
    reported = session.scalar(select(Report.id).where(Report.inbox_id == inbox_id).limit(1))
    return reported is not None or asked_about(context) == inbox_id


def asked_about(context: Context) -> int | None:
    """The message that the person's open question is about."""
    query = select(Dialog.inbox_id).where(
        Dialog.person_id == context.person.id, Dialog.closed_at.is_(None), Dialog.kind == READING
    )
    return context.session.scalar(query)


def last_words(context: Context) -> int | None:
    """The person's last message of the last minutes that gave reports or is being asked about."""
    asked = asked_about(context)
    query = (
        select(Report.inbox_id)
        .where(
            or_(Report.person_id == context.person.id, Report.entered_by == context.person.id),
            Report.inbox_id.is_not(None),
            Report.withdrawn_at.is_(None),
            Report.created_at >= context.now - SOON,
        )
        .order_by(Report.inbox_id.desc())
        .limit(1)
    )
    reported = context.session.scalar(query)
    return max((each for each in (asked, reported) if each is not None), default=None)


def give(session: Session, files: Iterable[Attachment], *, words_id: int | None, assignment_id: int | None) -> None:
    """Put files where they belong."""
    for file in files:
        file.words_id, file.assignment_id = words_id, assignment_id
    session.flush()


# What a row has --------------------------------------------------------------------------------------------


def of_rows(session: Session, assignment_ids: Collection[int], *, viewer: Person | None = None) -> list[Attachment]:
    """The files that are shown with these rows, newest first: those of reports that were not withdrawn, and those
    sent for the row itself. A draft's are its unit's own (`viewer`)."""
    return list(
        session.scalars(
            select(Attachment)
            .where(Attachment.state.in_(SHOWN), _of_rows(assignment_ids, viewer))
            .order_by(Attachment.said_at.desc(), Attachment.id.desc())
        )
    )


def _of_rows(assignment_ids: Collection[int], viewer: Person | None) -> ColumnElement[bool]:
    told: ColumnElement[bool] = Report.draft.is_(False)
    if viewer is not None and viewer.unit_id is not None:
        told = or_(told, Report.unit_id == viewer.unit_id)
    words = select(Report.inbox_id).where(
        Report.assignment_id.in_(assignment_ids), Report.inbox_id.is_not(None), Report.withdrawn_at.is_(None), told
    )
    return or_(Attachment.assignment_id.in_(assignment_ids), Attachment.words_id.in_(words))


def may_see(session: Session, file: Attachment, viewer: Person, assignment_ids: Collection[int]) -> bool:
    """Whether somebody who sees these rows sees the file: the own ones always."""
    if file.person_id == viewer.id:
        return True
    query = select(Attachment.id).where(Attachment.id == file.id, _of_rows(assignment_ids, viewer))
    return session.scalar(query) is not None


def of_messages(session: Session, inbox_ids: Collection[int]) -> dict[int, list[Attachment]]:
    """The files that came with each message, in their order."""
    found: dict[int, list[Attachment]] = {}
    query = select(Attachment).where(Attachment.inbox_id.in_(inbox_ids)).order_by(Attachment.position)
    for file in session.scalars(query) if inbox_ids else ():
        found.setdefault(file.inbox_id, []).append(file)
    return found


# Their words -----------------------------------------------------------------------------------------------


def summed(say: Texts, files: Sequence[Attachment]) -> str:
    """`照片 2 张、“施工许可.pdf”`: what was sent, without a name as many of a kind."""
    named = [say.say("files.named", name=file.name) for file in files if file.name]
    rest = [file.kind for file in files if not file.name]
    counted = [
        say.say(
            f"files.kind.{kind}" if say.has(f"files.kind.{kind}") else "files.kind.document", count=rest.count(kind)
        )
        for kind in dict.fromkeys(rest)
    ]
    return say.filters["joined"]([*counted, *named])


def title_of(say: Texts, file: Attachment) -> str:
    """One file by its name, else by its kind."""
    return file.name or summed(say, [file])


def plain_name(file: Attachment) -> str:
    """The sender's name of a file without folders; one after its content where it came without."""
    told = "".join(letter for letter in file.name or "" if letter.isprintable())
    return told.replace("\\", "/").rpartition("/")[2].strip(" .")[-80:] or f"{file.id}.{endings_of(file.type or '')[0]}"


def download_name(say: Texts, file: Attachment, day: str) -> str:
    """What a kept file is called when it is saved."""
    fallback = f"{say.say('files.saved')}-{day}-{file.id}"
    return safe_name(file.name, endings_of(file.type or ""), fallback)


# Fetching --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Wanted:
    """A file that is to be got from its channel. `name` is fit to be a file's on disk."""

    id: int
    channel: str
    key: str
    size: int | None
    name: str


def to_fetch(session: Session, now: datetime, most: int, busy: Collection[int]) -> list[Wanted]:
    """The next files whose time has come, the oldest first, without those in hand."""
    query = (
        select(Attachment)
        .where(
            Attachment.state == FileState.TO_FETCH,
            Attachment.id.not_in(busy),
            or_(Attachment.next_try_at.is_(None), Attachment.next_try_at <= now),
        )
        .order_by(Attachment.id)
        .limit(most)
    )
    return [Wanted(file.id, file.channel, file.key, file.size, plain_name(file)) for file in session.scalars(query)]


def settle(session: Session, file_id: int, state: FileState, **values: object) -> Attachment | None:
    """Record what became of a file that was to be fetched; None where somebody has recorded it before."""
    done = session.execute(
        update(Attachment)
        .where(Attachment.id == file_id, Attachment.state == FileState.TO_FETCH)
        .values(state=state, **values)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        return None
    file = session.get_one(Attachment, file_id)
    session.refresh(file)
    return file
