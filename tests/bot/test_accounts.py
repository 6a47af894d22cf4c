"""Where somebody is written to: who spoke where, what is on, what reaches; and not just when all the world sends."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot import reminders
from bot.accounts import Reach, best_reach, preferred_account
from bot.outbox import Postbox
from data.kinds import ScopeKind
from data.models import Account, Person
from data.store import Store
from scheduler import rounds
from tests.scheduler.asking import OFFICE, Asking, at

NOW = at("2021-09-26T09:00")
A_DAY = timedelta(days=1)
ON = Postbox({name: lambda title, text: [(title, text)] for name in ("web", "wecom_app", "wecom_aibot", "telegram")})


def account(channel: str, *, heard: datetime | None = None, bound: datetime = NOW, **other: object) -> Account:
    return Account(
        channel=channel,
        external_id=channel,
        chat_id=channel,
        created_at=NOW,
        bound_at=bound,
        last_heard_at=heard,
        **other,
    )


def chosen(store: Store, *accounts: Account, channels: tuple[str, ...] | None = None) -> str | None:
    def work(session: Session) -> str | None:
        person = Person(name="李敏", created_at=NOW, accounts=list(accounts))
        session.add(person)
        session.flush()
        found = preferred_account(session, person.id, channels)
        return found.channel if found is not None else None

    return store.write_now(work)


def test_where_the_last_word_was_is_where_one_is_written_to(store: Store) -> None:
    assert chosen(store, account("wecom_app", heard=NOW - A_DAY), account("telegram", heard=NOW)) == "telegram"


def test_a_word_counts_more_than_an_account_that_the_office_entered_later(store: Store) -> None:
    heard = account("telegram", heard=NOW - 30 * A_DAY, bound=NOW - 60 * A_DAY)
    assert chosen(store, heard, account("wecom_app", bound=NOW)) == "telegram"


def test_the_ai_bot_is_passed_over_until_the_person_has_spoken_to_it(store: Store) -> None:
    assert chosen(store, account("wecom_aibot"), account("wecom_app", bound=NOW - A_DAY)) == "wecom_app"


def test_nobody_is_written_to_where_only_the_ai_bot_could_and_may_not(store: Store) -> None:
    assert chosen(store, account("wecom_aibot")) is None


def test_a_channel_that_is_off_reaches_nobody(store: Store) -> None:
    assert chosen(store, account("wecom_app", heard=NOW), account("web"), channels=("web",)) == "web"


@pytest.mark.parametrize(
    ("accounts", "reach"),
    [
        ([], Reach.UNBOUND),
        ([account("wecom_aibot")], Reach.NOT_SPOKEN),
        ([account("wecom_aibot", heard=NOW, blocked_at=NOW, blocked_reason="not_spoken")], Reach.NOT_SPOKEN),
        ([account("telegram", heard=NOW, blocked_at=NOW, blocked_reason="bot was blocked")], Reach.BLOCKED),
        ([account("wecom_aibot"), account("web")], Reach.OPEN),
    ],
)
def test_why_somebody_is_not_reached(accounts: list[Account], reach: Reach) -> None:
    assert best_reach(accounts) == reach


class Desk(Asking):
    """The asking office, its contacts in WeCom."""

    def contact(self, channel: str) -> int:
        person = self.liaison("教育局", "周敏")
        self.write(lambda session: session.execute(update(Account).values(channel=channel)))
        return person

    def beat(self, local: str) -> int:
        self.now = at(local)
        return self.write(lambda session: reminders.tick(session, self.now, OFFICE, ON))


@pytest.fixture
def desk(store: Store) -> Desk:
    desk = Desk(store)
    desk.schedule()
    return desk


@pytest.mark.parametrize("channel", ["wecom_app", "wecom_aibot"])
def test_a_digest_over_wecom_leaves_the_full_hour_to_the_world(desk: Desk, channel: str) -> None:
    desk.contact(channel)
    desk.write(lambda session: session.execute(update(Account).values(last_heard_at=NOW - 60 * A_DAY)))
    assert desk.beat("2021-08-25T09:00") == 0
    [reminder] = desk.reminders()
    assert at("2021-08-25T09:01") <= reminder.send_from < at("2021-08-25T09:05")
    assert desk.beat("2021-08-25T09:05") == 1


def test_other_channels_do_not_wait(desk: Desk) -> None:
    desk.contact("telegram")
    assert desk.beat("2021-08-25T09:00") == 1


def test_what_an_admin_orders_does_not_wait(desk: Desk) -> None:
    desk.contact("wecom_app")
    desk.now = at("2021-08-20T10:30")
    desk.write(lambda session: rounds.open_now(session, ScopeKind.PLAN, None, desk.now, OFFICE).id)
    assert desk.beat("2021-08-20T10:30") == 1
