"""The demo's three steps: what the card says, decided from the rows alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.channels.web import NAME, address_of
from bot.digest import plan_name
from bot.web.history import unread
from data.kinds import InboxState
from data.models import Assignment, AuditEvent, Dialog, Inbox, Person, Plan, Project, Report, Setting, WebSession

SKIPPED = "web.demo.skipped"
STEP_OF = {"liaison": 1, "leader": 2, "admin": 3}
ROLE_OF = {step: role for role, step in STEP_OF.items()}


@dataclass(frozen=True)
class Progress:
    """What of the demo has been done: the liaison reported (and corrected it), the leader asked, the admin is being
    asked to confirm and has changed the schedule; which steps were skipped."""

    reported: bool = False
    corrected: bool = False
    asked: int = 0
    confirming: bool = False
    changed: bool = False
    skipped: frozenset[int] = frozenset()

    def over(self, step: int) -> bool:
        return step in self.skipped or (step, True) in ((1, self.reported), (2, self.asked > 0), (3, self.changed))


@dataclass(frozen=True)
class Act:
    """A button of the card. `kind`: fill and say (`value` names the words), go (a role), skip (a step), board,
    restart."""

    kind: str
    value: str
    label: str
    primary: bool = False


@dataclass(frozen=True)
class Step:
    number: int
    current: bool
    done: bool


@dataclass(frozen=True)
class Card:
    steps: tuple[Step, ...]
    text: str
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class Member:
    """One of the identities of the switch."""

    role: str
    name: str
    unread: int


@dataclass(frozen=True)
class Facts:
    """What the demo is about: the plan's title and how large it is."""

    title: str
    projects: int
    rows: int
    units: int


def card(role: str, progress: Progress, *, can_restart: bool) -> Card:
    """The card on the page of that role."""
    mine = STEP_OF[role]
    steps = tuple(Step(n, n == mine, progress.over(n) and n != mine) for n in ROLE_OF)
    before = next((step for step in range(1, mine) if not progress.over(step)), None)
    if before is not None and not progress.over(mine):
        first = ROLE_OF[before]
        return Card(steps, f"first_{first}", (Act("go", first, first, primary=True), Act("skip", str(before), "skip")))
    text, acts = {"liaison": _liaison, "leader": _leader, "admin": _admin}[role](progress)
    if text == "over" and can_restart:
        acts = (*acts, Act("restart", "", "restart"))
    return Card(steps, text, acts)


def _liaison(progress: Progress) -> tuple[str, tuple[Act, ...]]:
    if not progress.reported:
        return "report", (Act("fill", "report", "fill"), _skip_or_go(1, "leader", progress))
    go = Act("go", "leader", "leader", primary=True)
    if progress.corrected:
        return "corrected", (go,)
    return "reported", (go, Act("fill", "correct", "fill_correct"))


def _leader(progress: Progress) -> tuple[str, tuple[Act, ...]]:
    if not progress.asked:
        return "ask", (Act("say", "summary", "summary"), _skip_or_go(2, "admin", progress))
    go = Act("go", "admin", "admin", primary=True)
    return "asked", (go, *(() if progress.asked > 2 else (Act("fill", "figure", "fill_figure"),)))


def _admin(progress: Progress) -> tuple[str, tuple[Act, ...]]:
    if progress.over(3):
        return "over", (Act("say", "silent", "silent"), Act("board", "", "board"))
    if progress.confirming:
        return "confirm", (Act("skip", "3", "skip"),)
    return "change", (Act("fill", "schedule", "fill"), Act("skip", "3", "skip"))


def _skip_or_go(step: int, following: str, progress: Progress) -> Act:
    """A step that was skipped shows the way on instead of the way past."""
    return Act("go", following, following) if step in progress.skipped else Act("skip", str(step), "skip")


def read_progress(session: Session, people: Mapping[str, int]) -> Progress:
    """How far the demo's visitor is."""
    said = select(func.count(Report.id)).where(
        Report.person_id == people["liaison"], Report.channel == NAME, Report.inbox_id.is_not(None)
    )
    asked = select(func.count(Inbox.id)).where(
        Inbox.channel == NAME, Inbox.sender == address_of(people["leader"]), Inbox.state == InboxState.DONE
    )
    changed = select(func.count(AuditEvent.id)).where(
        AuditEvent.actor_id == people["admin"], AuditEvent.entity == "schedule"
    )
    confirming = select(Dialog.id).where(Dialog.person_id == people["admin"], Dialog.closed_at.is_(None))
    skipped = session.get(Setting, SKIPPED)
    return Progress(
        reported=bool(session.scalar(said)),
        corrected=bool(session.scalar(said.where(Report.supersedes_id.is_not(None)))),
        asked=session.scalar(asked) or 0,
        confirming=session.scalar(confirming) is not None,
        changed=bool(session.scalar(changed)),
        skipped=frozenset(skipped.value if skipped else ()),
    )


def skip(session: Session, step: int) -> None:
    """Remember that a step was passed over."""
    row = session.get(Setting, SKIPPED)
    if row is None:
        session.add(Setting(key=SKIPPED, value=[step]))
    else:
        row.value = sorted({*row.value, step})


def read_cast(session: Session, people: Mapping[str, int]) -> tuple[Member, ...]:
    """The identities, each with its unread messages."""
    return tuple(_member(session, role, person_id) for role, person_id in people.items())


def _member(session: Session, role: str, person_id: int) -> Member:
    person = session.get_one(Person, person_id)
    read = session.scalar(select(WebSession.read_outbox_id).where(WebSession.token_hash == f"demo {role}")) or 0
    shown = person.unit.name if role != "leader" and person.unit else person.name
    return Member(role, shown, unread(session, address_of(person_id), read))


def read_facts(session: Session) -> Facts | None:
    """The newest plan in numbers; None before there is one."""
    plan = session.scalar(select(Plan).order_by(Plan.id.desc()))
    if plan is None:
        return None
    rows = select(func.count(Assignment.id)).where(Assignment.plan_id == plan.id, Assignment.retired_at.is_(None))
    units = select(func.count(func.distinct(Assignment.lead_unit_id))).where(Assignment.plan_id == plan.id)
    projects = select(func.count(Project.id)).where(Project.plan_id == plan.id)
    return Facts(plan_name(plan.title), *(session.scalar(query) or 0 for query in (projects, rows, units)))
