"""The fixed words of the database: what a column with few values may hold."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Role(StrEnum):
    LIAISON = "liaison"
    LEADER = "leader"
    ADMIN = "admin"
    HEAD = "head"


class Scope(StrEnum):
    """What a leader sees: the own rows, or the whole district (全区)."""

    OWN = "own"
    ALL = "all"


class Status(StrEnum):
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    DELAYED = "delayed"
    DONE = "done"


class PartKind(StrEnum):
    """How a part of an assignment is judged; only FIGURE, FEW, BOUND and NO_BASE carry a number."""

    FIGURE = "figure"
    FEW = "few"
    MILESTONE = "milestone"
    ONGOING = "ongoing"
    KEPT = "kept"
    BOUND = "bound"
    NO_BASE = "no_base"


class Comparator(StrEnum):
    EQ = "eq"
    AT_LEAST = "at_least"
    AT_MOST = "at_most"


class UnitRole(StrEnum):
    """How a unit other than the lead unit takes part in an assignment."""

    CO_LEAD = "co_lead"
    SUPPORTING = "supporting"


class InboxState(StrEnum):
    NEW = "new"
    DONE = "done"
    ASIDE = "aside"


class OutboxState(StrEnum):
    QUEUED = "queued"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"
    DROPPED = "dropped"
    HELD = "held"


class FileState(StrEnum):
    """A file that somebody sent is still to be got, kept on disk, refused, not to be had, or taken back."""

    TO_FETCH = "to_fetch"
    KEPT = "kept"
    REFUSED = "refused"
    LOST = "lost"
    TAKEN_BACK = "taken_back"


class DocumentState(StrEnum):
    """A file that was asked for: waits for one that is still to be fetched, waits for the worker, is in its hands, is
    there, or could not be made."""

    HELD = "held"
    WAITING = "waiting"
    MAKING = "making"
    MADE = "made"
    FAILED = "failed"


class FollowUpState(StrEnum):
    """A leader's wish to know: with the office, noted by it, put to the unit, answered by the unit, taken back."""

    OPEN = "open"
    NOTED = "noted"
    SENT = "sent"
    ANSWERED = "answered"
    TAKEN_BACK = "taken_back"


class Priority(IntEnum):
    """Who waits least: a person who has just written, then notices, then digests."""

    ANSWER = 0
    NOTICE = 1
    DIGEST = 2


class ReminderKind(StrEnum):
    DIGEST = "digest"
    NAG = "nag"
    ESCALATION = "escalation"
    NOTICE = "notice"
    LIST = "list"
    COPY = "copy"
    CO_LEAD = "co_lead"


class StepKind(StrEnum):
    """What comes later in a round: the liaisons again, then B 角, the unit's head, the office's list, the leader."""

    NAG = "nag"
    SECOND = "second"
    HEAD = "head"
    OFFICE = "office"
    LEADER = "leader"


class ReminderState(StrEnum):
    WAITING = "waiting"
    QUEUED = "queued"
    DROPPED = "dropped"
    HELD = "held"


class RoundState(StrEnum):
    OPEN = "open"
    CLOSED = "closed"
    SKIPPED = "skipped"


class ScopeKind(StrEnum):
    """Whom a schedule or an order asks: the whole plan; the rows of one leader, unit or project; one row; some people,
    for the rows of their units."""

    PLAN = "plan"
    LEADER = "leader"
    UNIT = "unit"
    PEOPLE = "people"
    PROJECT = "project"
    ROW = "row"


class PassKind(StrEnum):
    """What a read-only pass opens: the pages of a portfolio, the JSON API, the calendar of deadlines."""

    LINK = "link"
    API = "api"
    FEED = "feed"
