"""One stored message, handled: who is it, what may they see, what is the reply. Runs in the batch's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot import access, again, attachments, groups, quotes
from bot.aside import giving_up
from bot.context import Context
from bot.handlers import ingroup, welcome
from bot.handlers.route import route
from bot.inbox import Handling
from bot.message import Channel, Inbound, Kind, Outgoing
from bot.outbox import Postbox, gather_lanes, hurry_lanes
from bot.sender import move_chat
from bot.texts import nearest, texts
from data.errors import UserError
from data.kinds import Priority
from data.models import Account, Inbox
from scheduler.office import Office, in_force

SILENT_KINDS = (Kind.IGNORED, Kind.BLOCKED, Kind.UNBLOCKED, Kind.MIGRATED)


class Conversation:
    """Handles messages of all channels (`bot.inbox.Handling`)."""

    def __init__(self, postbox: Postbox, office: Office, channels: Mapping[str, Channel], language: str) -> None:
        self._postbox = postbox
        self._office = office
        self._channels = channels
        self._language = language

    def handling(self) -> Handling:
        """What the door calls."""
        return Handling(self.prepare, self.handle, self.refuse, giving_up(self._postbox), hurry_lanes)

    def prepare(self, session: Session, rows: Sequence[Inbox]) -> None:
        """Read the accounts of a batch at once, and who of them has sent files that belong to nothing yet."""
        people = access.remember_accounts(session, {(row.channel, row.sender) for row in rows})
        attachments.remember_owners(session, people)
        gather_lanes(session)

    def handle(self, session: Session, row: Inbox, inbound: Inbound, now: datetime) -> None:
        """Do what the message asks for and queue the replies. Raises UserError for what the person should hear."""
        if inbound.kind in SILENT_KINDS or (inbound.group and not inbound.addressed):
            self._take_note(session, row, inbound, now)
            return
        account = access.account_of(session, row.channel, inbound, now)
        row.account_id, row.chat_id, row.message_id = account.id, inbound.chat, inbound.message_id
        if inbound.quoted is not None:
            inbound = quotes.resolved(session, row.channel, inbound)
        replies = self._replies(session, row, inbound, account, now)
        if inbound.kind is Kind.BUTTON and row.channel in again.SPENDING:
            self._answer_card(session, row, inbound, account, now, replies)
            return
        for reply in replies:
            self._postbox.enqueue(session, reply, now, account=account, answers=row.id)

    def _answer_card(
        self, session: Session, row: Inbox, inbound: Inbound, account: Account, now: datetime, replies: list[Outgoing]
    ) -> None:
        """A pressed card is spent: what would edit it comes as a new one, and where nothing does it comes again."""
        anew = False
        for reply in replies:
            old = reply.edits
            if old is not None and again.spends(session, inbound.token or "", old):
                reply = replace(reply, edits=None, quiet=False, priority=Priority.ANSWER)
                new = self._postbox.enqueue(session, reply, now, account=account, answers=row.id)
                again.moved(session, old, new or old)
                anew = True
            else:
                self._postbox.enqueue(session, reply, now, account=account, answers=row.id)
        if not anew:
            again.show_again(session, row, inbound.token or "", now)

    def refuse(self, session: Session, row: Inbox, inbound: Inbound, now: datetime, error: UserError) -> None:
        """A mistake of the person, worded so that it helps."""
        account = access.account_of(session, row.channel, inbound, now)
        row.account_id, row.chat_id, row.message_id = account.id, inbound.chat, inbound.message_id
        said = texts(self._language_of(account, inbound)).error(error)
        self._postbox.enqueue(session, Outgoing(said, chat=inbound.chat), now, account=account, answers=row.id)

    def _language_of(self, account: Account, inbound: Inbound) -> str:
        if account.person is not None:
            return account.person.language
        return nearest(inbound.language or self._language)

    def _take_note(self, session: Session, row: Inbox, inbound: Inbound, now: datetime) -> None:
        row.chat_id, row.message_id = inbound.chat, inbound.message_id
        if inbound.kind is Kind.MIGRATED and inbound.migrated_to is not None:
            move_chat(session, row.channel, inbound.chat, inbound.migrated_to)
        if inbound.kind is Kind.BLOCKED and inbound.group:
            groups.let_go(session, row.channel, inbound.chat)
        if inbound.kind in (Kind.BLOCKED, Kind.UNBLOCKED) and not inbound.group:
            account = access.account_of(session, row.channel, inbound, now)
            account.blocked_at = now if inbound.kind is Kind.BLOCKED else None
            account.blocked_reason = "blocked" if inbound.kind is Kind.BLOCKED else None

    def _replies(
        self, session: Session, row: Inbox, inbound: Inbound, account: Account, now: datetime
    ) -> list[Outgoing]:
        person = account.person
        say = texts(self._language_of(account, inbound))
        gone = person is None or person.left_at is not None
        if inbound.group and gone:
            return []
        if person is None or gone:
            return welcome.stranger(session, account, inbound, now, say, self._office)
        context = Context(
            session=session,
            now=now,
            office=in_force(session, self._office),
            texts=say,
            channel=row.channel,
            account=account,
            person=person,
            roles=access.roles_of(person),
            inbound=inbound,
            inbox_id=row.id,
            links=self._channels,
        )
        return ingroup.spoken_to(context) if inbound.group else route(context)
