"""The people file: who is who, out of Excel or CSV. Every faulty row is named, and then nothing is stored."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from bot import access
from bot.accounts import Names, Reach, best_reach, reach_of
from bot.texts import nearest
from data.errors import Fact, UserError
from data.kinds import Role, Scope
from data.models import Account, Invite, Person, PersonRole, Unit
from data.tables.cleaning import one_line, unspaced
from data.tables.files import Opened, opened
from data.tables.grid import Grid

NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "name": ("姓名", "名字", "联络员姓名", "name"),
    "unit": ("单位", "所在单位", "单位名称", "部门", "牵头单位", "责任单位", "unit"),
    "role": ("角色", "身份", "role"),
    "order": ("次序", "a/b角", "ab角", "角", "order"),
    "phone": ("电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "phone"),
    "language": ("语言", "language"),
    "telegram": ("telegram", "电报"),
    "wecom": ("企业微信", "企微", "wecom"),
}
HEAD: Final = ("姓名", "单位", "角色", "次序", "电话", "语言", "Telegram", "企业微信")
ROLES: Final[Mapping[str, Role]] = {
    **dict.fromkeys(("联络员", "联系人", "liaison"), Role.LIAISON),
    **dict.fromkeys(("区分管领导", "分管领导", "区领导", "领导", "leader"), Role.LEADER),
    **dict.fromkeys(("管理员", "督查室", "admin"), Role.ADMIN),
    **dict.fromkeys(("单位负责人", "负责人", "head"), Role.HEAD),
}
OF_A_UNIT: Final = (Role.LIAISON, Role.HEAD)
ORDERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("", "a", "a角", "1", "主", "甲"), "A"),
    **dict.fromkeys(("b", "b角", "2", "副", "备", "乙"), "B"),
}
WHOLE_DISTRICT: Final = ("全区", "全市", "全县", "all")
CHOICES: Final = {"角色": ("联络员", "区分管领导", "管理员", "单位负责人"), "次序": ("A", "B"), "语言": ("zh-CN", "en")}
WECOM: Final = ("wecom_app", "wecom_aibot")
USERID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.@-]{0,63}")
HEADER_ROWS: Final = 10
ROWS_LIMIT: Final = 5000


@dataclass(frozen=True, slots=True)
class PersonDraft:
    """One row of the file; `place` is its number there. `unit` is as written, `order` A or B.

    `telegram` is a numeric user id, `wecom` a userid, whose letters' case means nothing.
    """

    name: str
    role: Role
    place: int
    unit: str | None = None
    order: str = "A"
    scope: Scope = Scope.OWN
    phone: str | None = None
    language: str = "zh-CN"
    telegram: str | None = None
    wecom: str | None = None

    def accounts(self) -> Iterator[tuple[str, str]]:
        """The accounts that the row names: channel and external id."""
        if self.telegram is not None:
            yield "telegram", self.telegram
        if self.wecom is not None:
            yield from ((channel, self.wecom) for channel in WECOM)


@dataclass(frozen=True, slots=True)
class Added:
    """A person of the file as stored. `code` is None for who is bound already or has an invite that is still good."""

    person_id: int
    name: str
    role: Role
    unit: str | None
    new: bool
    code: str | None = None
    expires: datetime | None = None


@dataclass
class Problems:
    """What is wrong with the rows of a file, each by its number."""

    file: str
    found: list[tuple[int, Fact]] = field(default_factory=list)

    def add(self, place: int, code: str, **values: Any) -> None:
        self.found.append((place, Fact(code, values)))

    def refuse(self) -> None:
        """Raise UserError `people.file_rows` if there is any."""
        if self.found:
            raise UserError("people.file_rows", file=self.file, problems=sorted(self.found, key=lambda one: one[0]))


# Reading ---------------------------------------------------------------------------------------------------


def read_people(path: Path) -> list[PersonDraft]:
    """The people of a file (.xlsx, .csv), columns by name in any order.

    Raises UserError `people.file_columns`, `people.file_empty`, `people.file_rows` (every faulty row), and those of
    `data.tables` for a file that can't be read.
    """
    file = opened(path)
    drafts = people_in(file)
    if drafts is None:
        found = [one_line(cell) for grid in file.grids[:1] for row in grid.rows[:1] for cell in row.cells if cell]
        raise UserError("people.file_columns", file=path.name, found=found[:12])
    return drafts


def people_in(file: Opened) -> list[PersonDraft] | None:
    """The people of a file that was opened; None where no table has 姓名 and 角色. Errors as `read_people`."""
    for grid in file.grids:
        header = _header(grid)
        if header is not None:
            return _people(grid, *header, file=file.name)
    return None


def _header(grid: Grid) -> tuple[int, dict[str, int]] | None:
    """Where the header is and the column of each thing; None where 姓名 or 角色 is missing."""
    for index, row in enumerate(grid.rows[:HEADER_ROWS]):
        names = [unspaced(cell).lower() for cell in row.cells]
        columns = {
            thing: names.index(name)
            for thing, known in NAMES.items()
            for name in reversed(known)
            if name in names
        }  # fmt: skip
        if {"name", "role"} <= columns.keys():
            return index, columns
    return None


def _people(grid: Grid, header: int, columns: Mapping[str, int], *, file: str) -> list[PersonDraft]:
    problems = Problems(file)
    drafts: list[PersonDraft] = []
    for row in grid.rows[header + 1 :]:
        cells = {thing: row.cells[at] if at < len(row.cells) else "" for thing, at in columns.items()}
        if not any(cells.values()):
            continue
        draft = _person(cells, row.place, problems)
        drafts += [draft] if draft is not None else []
    if len(drafts) > ROWS_LIMIT:
        raise UserError("people.file_long", file=file, count=len(drafts), limit=ROWS_LIMIT)
    _refuse_doubles(drafts, problems)
    problems.refuse()
    if not drafts:
        raise UserError("people.file_empty", file=file)
    return drafts


def _person(cells: Mapping[str, str], place: int, problems: Problems) -> PersonDraft | None:
    name = tidy_name(cells["name"])
    role = ROLES.get(unspaced(cells["role"]).lower())
    unit = unspaced(cells.get("unit", "")) or None
    before = len(problems.found)
    if not name:
        problems.add(place, "no_name")
    if role is None:
        problems.add(place, "role", said=one_line(cells["role"]))
    if role in OF_A_UNIT and unit is None:
        problems.add(place, "no_unit", name=name)
    order = ORDERS.get(unspaced(cells.get("order", "")).lower())
    if order is None:
        problems.add(place, "order", said=one_line(cells["order"]))
    telegram = cells.get("telegram", "").strip()
    if telegram and not telegram.isdigit():
        problems.add(place, "telegram", said=telegram)
    wecom = cells.get("wecom", "").strip()
    if wecom and not USERID.fullmatch(wecom):
        problems.add(place, "wecom", said=wecom)
    if role is None or order is None or len(problems.found) > before:
        return None
    everything = role is Role.LEADER and unit is not None and unit.lower() in WHOLE_DISTRICT
    return PersonDraft(
        name=name,
        role=role,
        place=place,
        unit=None if role is Role.LEADER else unit,
        order=order,
        scope=Scope.ALL if everything else Scope.OWN,
        phone=one_line(cells.get("phone", "")) or None,
        language=_language(cells.get("language", "")),
        telegram=telegram or None,
        wecom=wecom or None,
    )


def _language(said: str) -> str:
    return "en" if said.strip() in ("英文", "英语") else nearest(said.strip())


def tidy_name(name: str) -> str:
    """`张  菁` → 张菁; a name in Latin letters keeps single blanks."""
    joined = one_line(name)
    return " ".join(joined.split()) if joined.isascii() else unspaced(joined)


def _refuse_doubles(drafts: Sequence[PersonDraft], problems: Problems) -> None:
    first: dict[tuple[str, Role, str | None], int] = {}
    for draft in drafts:
        key = (draft.name, draft.role, draft.unit)
        if key in first:
            problems.add(draft.place, "twice", name=draft.name, first=first[key])
        first.setdefault(key, draft.place)
    owners: dict[tuple[str, str], PersonDraft] = {}
    for draft in drafts:
        for channel, said in draft.accounts():
            owner = owners.setdefault((channel, said.lower()), draft)
            if owner.name != draft.name and channel != WECOM[-1]:
                problems.add(
                    draft.place, "same_account", channel=channel, said=said, name=owner.name, first=owner.place
                )


# Storing ---------------------------------------------------------------------------------------------------


def apply_people(
    session: Session,
    drafts: Sequence[PersonDraft],
    now: datetime,
    *,
    file: str = "",
    actor_id: int | None = None,
    channels: Names = None,
) -> list[Added]:
    """Store the people and invite whoever can't be reached yet; the same file again changes nothing.

    `channels` are those that are on (None: all): an account elsewhere is kept, and saves nobody the invite.

    Raises UserError `people.file_rows` for units that don't exist and accounts that are somebody else's: then
    nothing is stored.
    """
    units = check_people(session, drafts, file=file)
    return [_apply(session, draft, units[draft.place], now, actor_id, channels) for draft in drafts]


def check_people(session: Session, drafts: Iterable[PersonDraft], *, file: str = "") -> dict[int, Unit | None]:
    """The unit of each row, by the row's number. Raises UserError `people.file_rows` as `apply_people`."""
    problems, units = Problems(file), {}
    for draft in drafts:
        units[draft.place] = _unit(session, draft, problems)
        _refuse_foreign_account(session, draft, problems)
    problems.refuse()
    return units


def _unit(session: Session, draft: PersonDraft, problems: Problems) -> Unit | None:
    """The unit of that name; an admin's own office is no unit of the plan and is added."""
    if draft.unit is None:
        return None
    try:
        return access.unit_named(session, draft.unit)
    except UserError as error:
        if draft.role in OF_A_UNIT:
            problems.add(draft.place, error.code, **error.values)
            return None
        return Unit(name=draft.unit, aliases=[])


def _refuse_foreign_account(session: Session, draft: PersonDraft, problems: Problems) -> None:
    for channel, said in draft.accounts():
        account = _account(session, channel, said)
        if account is not None and account.person is not None and account.person.name != draft.name:
            problems.add(draft.place, "account", channel=channel, said=said, name=account.person.name)
            return


def _account(session: Session, channel: str, external_id: str) -> Account | None:
    return session.scalar(
        select(Account)
        .where(Account.channel == channel, func.lower(Account.external_id) == external_id.lower())
        .order_by(Account.external_id != external_id)
        .limit(1)
    )


def _apply(
    session: Session,
    draft: PersonDraft,
    unit: Unit | None,
    now: datetime,
    actor_id: int | None,
    channels: Names,
) -> Added:
    if unit is not None and unit.id is None:
        unit = session.scalar(select(Unit).where(Unit.name == unit.name)) or _added(session, unit)
    _join_roles(session, draft, unit)
    known = {person.id for person in access.people_named(session, draft.name, draft.role)}
    person = access.add_person(
        session, draft.name, draft.role, now, unit=unit, order=draft.order, scope=draft.scope, phone=draft.phone,
        language=draft.language, actor_id=actor_id,
    )  # fmt: skip
    person.order = draft.order
    if draft.role is Role.LEADER:
        person.scope = draft.scope
    for channel, said in draft.accounts():
        _bind(session, channel, said, person, now)
    code, expires = None, None
    if not is_bound(session, person.id, channels) and open_invite(session, person.id, now) is None:
        code, expires = access.make_invite(session, person, now, actor_id)
    name = unit.name if unit is not None else None
    return Added(person.id, person.name, draft.role, name, person.id not in known, code, expires)


def _added(session: Session, unit: Unit) -> Unit:
    session.add(unit)
    session.flush()
    return unit


def _join_roles(session: Session, draft: PersonDraft, unit: Unit | None) -> None:
    """Somebody of the same name and unit with another role is the same person."""
    if unit is None or access.people_named(session, draft.name, draft.role):
        return
    same = [person for person in access.people_named(session, draft.name) if person.unit_id == unit.id]
    if same:
        same[0].roles.append(PersonRole(role=draft.role))
        session.flush()


def _bind(session: Session, channel: str, said: str, person: Person, now: datetime) -> None:
    account = _account(session, channel, said)
    if account is None:
        account = Account(channel=channel, external_id=said, chat_id=said, created_at=now, person_id=None)
        session.add(account)
        session.flush()
    if account.person_id != person.id:
        access.bind(session, account, person, now)


def is_bound(session: Session, person_id: int, channels: Names = None) -> bool:
    """Whether the person has an account in a channel that is on (None: in any)."""
    query = select(Account.id).where(Account.person_id == person_id).limit(1)
    if channels is not None:
        query = query.where(Account.channel.in_(channels))
    return session.scalar(query) is not None


def open_invite(session: Session, person_id: int, now: datetime) -> Invite | None:
    """The invite that the person has and can still use."""
    return session.scalar(
        select(Invite)
        .where(
            Invite.person_id == person_id,
            Invite.used_at.is_(None),
            Invite.revoked_at.is_(None),
            Invite.expires_at > now,
        )
        .limit(1)
    )


# Handing out -----------------------------------------------------------------------------------------------


def template(path: Path) -> None:
    """An empty people file, .xlsx or .csv by its name."""
    from bot.views.sheet import write_sheet

    write_sheet(path, HEAD, choices=CHOICES)


def people_list(session: Session, now: datetime | None = None, channels: Names = None) -> list[dict[str, Any]]:
    """Everybody who has not left, as JSON values: unit by unit, then leaders and admins.

    `invite` is when an invite that is still good expires; without `now` any that was not used. `channels` are those
    that are on (None: all); the person's `channels` are those of them that reach the person, `reach` says whether
    any does, and why not (`bot.accounts.Reach`).
    """
    people = session.scalars(
        select(Person)
        .where(Person.left_at.is_(None))
        .options(joinedload(Person.unit), selectinload(Person.roles), selectinload(Person.accounts))
        .order_by(Person.unit_id.is_(None), Person.unit_id, Person.order, Person.id)
    )
    invites = dict(_open_invites(session, now))
    return [_as_json(person, invites.get(person.id), channels) for person in people]


def _open_invites(session: Session, now: datetime | None) -> Iterator[tuple[int, datetime]]:
    found: Iterable[Invite] = session.scalars(
        select(Invite).where(Invite.used_at.is_(None), Invite.revoked_at.is_(None)).order_by(Invite.expires_at)
    )
    return ((invite.person_id, invite.expires_at) for invite in found if now is None or invite.expires_at > now)


def _as_json(person: Person, invite: datetime | None, channels: Names) -> dict[str, Any]:
    accounts = [account for account in person.accounts if channels is None or account.channel in channels]
    return {
        "id": person.id,
        "name": person.name,
        "roles": sorted(role.role for role in person.roles),
        "unit": person.unit.name if person.unit is not None else None,
        "order": person.order,
        "scope": person.scope,
        "phone": person.phone,
        "language": person.language,
        "reach": str(best_reach(accounts)),
        "channels": [account.channel for account in accounts if reach_of(account) is Reach.OPEN],
        "accounts": [
            {
                "channel": account.channel,
                "bound_at": account.bound_at.isoformat() if account.bound_at else None,
                "blocked": account.blocked_at is not None,
                "reach": str(reach_of(account)),
            }
            for account in accounts
        ],
        "invite": invite.isoformat() if invite is not None else None,
    }
