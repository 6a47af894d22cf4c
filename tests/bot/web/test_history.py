"""The messages of a chat in the order in which they are sent."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from bot.message import Payload
from bot.web import history
from data.kinds import OutboxState
from data.models import Outbox
from data.store import Store

NOW = datetime(2021, 9, 26, 1, 0, tzinfo=UTC)


def test_what_is_on_its_way_stands_below_what_was_sent_after_it_was_made(store: Store) -> None:
    def fill(session: Session) -> None:
        for state, sent_at in ((OutboxState.SENT, NOW + timedelta(seconds=2)), (OutboxState.CLAIMED, None)):
            row = Outbox(
                channel="web", chat_id="u1", kind="send", part=1, parts=1, priority=1, tries=0, created_at=NOW,
                payload=Payload(None, "第一条" if sent_at else "第二条").to_json(), state=state, sent_at=sent_at,
            )  # fmt: skip
            session.add(row)
            session.flush()

    store.write_now(fill)
    shown = store.read_now(lambda session: history.read(session, "u1", NOW, 10))
    assert [entry.text for entry in shown.entries] == ["第一条", "第二条"]
