"""A list of people out of a file: what applying it would do, in words, and applying it with the invites of the new.

An admin's place is given where the bot runs: rows of admins are passed over in the chat, and said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot import access, contacts, invitations
from bot.contacts import Added, PersonDraft
from bot.message import Channel
from bot.preview import Applied, Preview
from bot.texts import Texts
from data.kinds import Role
from data.models import Invite, Person, Unit
from data.tables.files import Opened
from scheduler.office import Office

SHOWN: Final = 40
EVERYBODY: Final = (
    select(Person)
    .where(Person.left_at.is_(None))
    .options(joinedload(Person.unit), selectinload(Person.roles), selectinload(Person.accounts))
    .order_by(Person.id)
)


@dataclass(frozen=True)
class _Sorted:
    """What becomes of each row of the file; `invited` are those who get a code."""

    new: list[PersonDraft] = field(default_factory=list)
    changed: list[PersonDraft] = field(default_factory=list)
    same: list[PersonDraft] = field(default_factory=list)
    passed_over: list[PersonDraft] = field(default_factory=list)
    invited: list[PersonDraft] = field(default_factory=list)

    @property
    def wanted(self) -> list[PersonDraft]:
        return sorted([*self.new, *self.changed, *self.same], key=lambda draft: draft.place)


@dataclass(frozen=True)
class PeopleTable:
    """A list of people (`bot.preview.Table`). `channels` are those that are on."""

    drafts: tuple[PersonDraft, ...]
    file: str
    channels: Mapping[str, Channel]
    office: Office

    @classmethod
    def found_in(cls, file: Opened, channels: Mapping[str, Channel], office: Office) -> PeopleTable | None:
        """The people of a file, None where it has none of their columns. Raises UserError as `people import`."""
        drafts = contacts.people_in(file)
        return None if drafts is None else cls(tuple(drafts), file.name, channels, office)

    def preview(self, session: Session, say: Texts, now: datetime) -> Preview:
        found = self._sorted(session, now)
        contacts.check_people(session, found.wanted, file=self.file)
        parts = [say.say("import.people_read", count=len(self.drafts), same=len(found.same))]
        parts += self._named(say, found)
        changes = bool(found.new or found.changed or found.invited)
        if changes:
            parts.append(say.say("import.people_invited", count=len(found.invited)))
        else:
            parts.append(say.say("import.people_same"))
        return Preview(say.say("import.people_title", file=self.file), "\n".join(parts), changes, _mark(found))

    def _named(self, say: Texts, found: _Sorted) -> list[str]:
        lists = (("new", found.new), ("changed", found.changed), ("passed_over", found.passed_over))
        return [
            say.say(
                f"import.people_{name}",
                people=[who(say, draft.name, draft.role, draft.unit) for draft in drafts[:SHOWN]],
                more=max(len(drafts) - SHOWN, 0),
            )
            for name, drafts in lists
            if drafts
        ]

    def apply(self, session: Session, say: Texts, now: datetime, actor_id: int) -> Applied:
        wanted = self._sorted(session, now).wanted
        on = self.channels.keys()
        added = contacts.apply_people(session, wanted, now, file=self.file, actor_id=actor_id, channels=on)
        new = sum(one.new for one in added)
        return Applied("\n".join([say.say("import.people_done", count=len(added), new=new), *self._codes(say, added)]))

    def _codes(self, say: Texts, added: Sequence[Added]) -> list[str]:
        """The invites, each with its links, to be handed on."""
        invited = [one for one in added if one.code is not None and one.expires is not None]
        if not invited:
            return []
        until = self.office.today(max(one.expires for one in invited if one.expires is not None))
        lines = [say.say("import.people_codes", until=until)]
        for one in invited:
            assert one.code is not None
            code = invitations.shown(one.code)
            lines.append(say.say("import.people_code", who=who(say, one.name, one.role, one.unit), code=code))
            lines += invitations.links(say, self.channels, one.code)
        return lines

    def _sorted(self, session: Session, now: datetime) -> _Sorted:
        """Each row by what it would do."""
        found, known = _Sorted(), _Known(session, now, self.channels.keys())
        for draft in self.drafts:
            if known.is_admin(draft):
                found.passed_over.append(draft)
                continue
            person = known.person(draft)
            of = found.new if person is None else found.changed if known.differs(draft, person) else found.same
            of.append(draft)
            if known.gets_invite(draft, person):
                found.invited.append(draft)
        return found


def who(say: Texts, name: str, role: Role, unit: str | None) -> str:
    """`教育局联络员周敏`."""
    return say.say("people.who", unit=unit or "", role=say.say(f"people.role.{role}"), name=name)


class _Known:
    """Everybody who has not left, and the units, read at once: whom a row is about, as `contacts.apply_people` finds
    them, and what it would change."""

    def __init__(self, session: Session, now: datetime, channels: Collection[str]) -> None:
        self._people: dict[str, list[Person]] = {}
        self._units: dict[str, Unit] = {}
        self._channels = channels
        for person in session.scalars(EVERYBODY):
            self._people.setdefault(person.name, []).append(person)
        for unit in session.scalars(select(Unit).order_by(Unit.id)):
            for name in (unit.name, *unit.aliases, f"区{unit.name}"):
                self._units.setdefault(name, unit)
        invites = select(Invite.person_id).where(
            Invite.used_at.is_(None), Invite.revoked_at.is_(None), Invite.expires_at > now
        )
        self._invited = set(session.scalars(invites))

    def is_admin(self, draft: PersonDraft) -> bool:
        """Whether the row would be an admin's: nobody acts on an equal."""
        return draft.role is Role.ADMIN or any(
            Role.ADMIN in access.roles_of(person) for person in self._named(draft, None)
        )

    def person(self, draft: PersonDraft) -> Person | None:
        """Of that name, role and unit; else of that name and unit, where nobody of the name has the role."""
        same = self._named(draft, draft.role)
        of_name = self._people.get(draft.name, [])
        unit = self._unit(draft)
        if not same and unit is not None and not any(draft.role in access.roles_of(person) for person in of_name):
            same = [person for person in of_name if person.unit_id == unit.id]
        return same[0] if same else None

    def _named(self, draft: PersonDraft, role: Role | None) -> list[Person]:
        unit = self._unit(draft)
        return [
            person
            for person in self._people.get(draft.name, ())
            if (role is None or role in access.roles_of(person))
            and (draft.unit is None or (person.unit_id is None or (unit is not None and person.unit_id == unit.id)))
        ]

    def _unit(self, draft: PersonDraft) -> Unit | None:
        return self._units.get(draft.unit) if draft.unit is not None else None

    def differs(self, draft: PersonDraft, person: Person) -> bool:
        unit = self._unit(draft)
        return (
            draft.role not in access.roles_of(person)
            or (unit is not None and person.unit_id != unit.id)
            or person.order != draft.order
            or (draft.phone is not None and person.phone != draft.phone)
            or (draft.role is Role.LEADER and person.scope != draft.scope)
            or not self._accounts(draft) <= self._accounts_of(person)
        )

    def gets_invite(self, draft: PersonDraft, person: Person | None) -> bool:
        """Who can be reached over no channel that is on, and has no invite that is still good."""
        named = {channel for channel, _said in self._accounts(draft)}
        if person is not None:
            named |= {channel for channel, _said in self._accounts_of(person)}
        return not named & set(self._channels) and (person is None or person.id not in self._invited)

    @staticmethod
    def _accounts(draft: PersonDraft) -> set[tuple[str, str]]:
        return {(channel, said.lower()) for channel, said in draft.accounts()}

    @staticmethod
    def _accounts_of(person: Person) -> set[tuple[str, str]]:
        return {(account.channel, account.external_id.lower()) for account in person.accounts}


def _mark(found: _Sorted) -> str:
    return hashlib.sha256(repr(found).encode()).hexdigest()
