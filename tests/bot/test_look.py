"""Read-only links for leaders without an account, and what they do not open."""

from __future__ import annotations

import re
from datetime import timedelta

import httpx
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.passes import hashed
from data.models import AuditEvent, Person, ReadPass
from tests.bot.cast import Cast, person
from tests.bot.real import Browser


def link_for(cast: Cast, order: str = "链接 何海平 7天") -> str:
    """The address that an admin is told."""
    (said,) = cast.says("admin", order)
    found = re.search(r"/look/[\w-]{20,}", said.text)
    assert found, said.text
    return found[0]


def opened(client: Browser, address: str) -> httpx.Response:
    return client.get(address, follow=True)


def test_a_link_shows_the_portfolio_of_its_leader_and_nothing_else(office: Cast) -> None:
    client = Browser(office)
    page = opened(client, link_for(office))
    assert page.url.path == "/look/board"
    assert page.text.count('<tr class="row"') == 10
    assert "何海平，" in page.text
    assert (client.get("/look/row/1")).status_code == 200
    assert (client.get("/look/row/8.1")).status_code == 404
    for elsewhere in ("/chat", "/board", "/row/1"):
        assert (client.get(elsewhere)).headers["location"] == "/login"


def test_the_Browser_a_link_lead_to_no_chat_no_trail_and_no_log_out(office: Cast) -> None:
    office.says("education", "1 学位到3500个")
    client = Browser(office)
    board = opened(client, link_for(office))
    row = client.get("/look/row/1")
    for page in (board, row):
        assert not re.findall(r'(?:href|action)="/(?!look|static)[^"]*"', page.text)
        assert "留痕" not in page.text
    assert 'href="/look/row/1"' in board.text
    assert (client.ask("POST", "/look/board")).status_code == 405


def test_a_link_is_in_no_address_that_follows_and_in_no_index(office: Cast) -> None:
    client = Browser(office)
    address = link_for(office)
    entered = client.get(address)
    assert entered.headers["location"] == "/look/board"
    cookie = entered.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "path=/look" in cookie
    assert entered.headers["referrer-policy"] == "no-referrer"
    assert entered.headers["x-robots-tag"] == "noindex"
    assert address.removeprefix("/look/") not in (client.get("/look/board")).text


def test_a_link_ends_on_its_day(office: Cast) -> None:
    client = Browser(office)
    address = link_for(office, "链接 何海平 2天")
    opened(client, address)
    office.now += timedelta(days=2)
    for over in (address, "/look/board", "/look/row/1"):
        answer = client.get(over)
        assert answer.status_code == 404
        assert "这个链接已经到期" in answer.text


def test_a_link_ends_when_an_admin_ends_it_and_when_its_leader_leaves(office: Cast) -> None:
    first, second = link_for(office), link_for(office)
    client = Browser(office)
    opened(client, first)
    assert "已停用 1 号" in office.presses("admin", "停用 1")[0].text
    assert (client.get("/look/board")).status_code == 404
    assert (opened(client, second)).status_code == 200

    def leave(session: Session) -> None:
        person(session, "何海平").left_at = office.now

    office.write(leave)
    assert (client.get("/look/board")).status_code == 404


def test_only_the_hash_of_a_link_is_kept_and_making_and_ending_it_are_in_the_trail(office: Cast) -> None:
    token = link_for(office).removeprefix("/look/")
    office.says("admin", "链接 停用 1")

    def look(session: Session) -> tuple[str, list[str]]:
        actions = session.scalars(select(AuditEvent.action).where(AuditEvent.entity == "pass")).all()
        return session.scalars(select(ReadPass.token_hash)).one(), list(actions)

    assert office.read(look) == (hashed(token), ["open", "revoke"])


def test_who_tries_many_links_has_to_wait(office: Cast) -> None:
    client = Browser(office)
    answers = [client.get(f"/look/{'x' * 31}{at:x}") for at in range(12)]
    assert [answer.status_code for answer in answers] == [404] * 10 + [429] * 2
    assert int(answers[-1].headers["retry-after"]) >= 1


def test_an_admin_sees_the_links_that_are_open(office: Cast) -> None:
    link_for(office)
    (listed,) = office.says("admin", "链接")
    assert "1 个有效" in str(listed)
    assert "1. 何海平，10月3日 9:05前有效，还没用过" in listed.text
    assert listed.labels == ["停用 1"]


@pytest.mark.parametrize(
    ("order", "answer"),
    [
        ("链接 周敏 7天", "不是区分管领导或管理员"),
        ("链接 何海平 400天", "1 到 92 天"),
        ("链接 停用 77", "没有 77 号"),
        ("链接 无此人", "无此人"),
    ],
)
def test_an_order_that_cannot_be_carried_out_says_why(office: Cast, order: str, answer: str) -> None:
    assert answer in office.says("admin", order)[0].text


@pytest.mark.parametrize("who", ["leader", "education"])
def test_only_an_admin_makes_links(office: Cast, who: str) -> None:
    office.says(who, "链接 何海平 7天")
    assert office.read(lambda session: session.scalars(select(ReadPass)).all()) == []


def test_an_english_admin_makes_one_in_english(office: Cast) -> None:
    def english(session: Session) -> None:
        session.get_one(Person, office.people["admin"]).language = "en"

    office.write(english)
    assert "A read-only link for 何海平" in office.says("admin", "link 何海平 7 days")[0].text
