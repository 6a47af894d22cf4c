"""The tables. Instants are UTC with microseconds; dates and local times are the office's."""

from data.models.base import Base, UtcDateTime
from data.models.documents import Document, DocumentContent
from data.models.doors import AuditEvent, Button, Dialog, Inbox, Look, Outbox, Pace, Setting
from data.models.files import Attachment
from data.models.leading import DigestIssue, FollowUp, LeaderDigest, ManualLamp
from data.models.passes import ReadPass
from data.models.people import (
    Account,
    Group,
    Guess,
    Invite,
    Joining,
    Leave,
    Person,
    PersonRole,
    ReadsFor,
    WebSession,
)
from data.models.plan import Assignment, AssignmentLeader, AssignmentUnit, Plan, Project, Target, Unit
from data.models.reports import Figure, Report
from data.models.rounds import Excuse, Promise, Reminder, Round, RoundItem, Schedule, SchedulePerson, Step

__all__ = [
    "Account",
    "Assignment",
    "AssignmentLeader",
    "AssignmentUnit",
    "Attachment",
    "AuditEvent",
    "Base",
    "Button",
    "Dialog",
    "DigestIssue",
    "Document",
    "DocumentContent",
    "Excuse",
    "Figure",
    "FollowUp",
    "Group",
    "Guess",
    "Inbox",
    "Invite",
    "Joining",
    "LeaderDigest",
    "Leave",
    "Look",
    "ManualLamp",
    "Outbox",
    "Pace",
    "Person",
    "PersonRole",
    "Plan",
    "Project",
    "Promise",
    "ReadPass",
    "ReadsFor",
    "Reminder",
    "Report",
    "Round",
    "RoundItem",
    "Schedule",
    "SchedulePerson",
    "Setting",
    "Step",
    "Target",
    "Unit",
    "UtcDateTime",
    "WebSession",
]
