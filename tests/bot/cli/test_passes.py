"""`duban token` and `duban link`: made once, listed without the token, ended by number."""

from __future__ import annotations

from tests.bot.cli.desk import Desk


def test_a_token_is_shown_once_listed_without_it_and_ended(desk: Desk) -> None:
    made = desk.duban("token", "create", "何海平", "--days", "30", "--label", "大屏", "--json").json
    assert made["token"].startswith("duban_")
    listed = desk.duban("token", "list", "--json")
    assert made["token"] not in listed.out
    (one,) = listed.json["tokens"]
    assert (one["id"], one["name"], one["label"], one["kind"]) == (made["id"], "何海平", "大屏", "api")
    assert desk.duban("token", "revoke", str(made["id"])).code == 0
    assert desk.duban("token", "list", "--json").json == {"tokens": []}


def test_a_link_has_the_address_that_others_use(desk: Desk) -> None:
    made = desk.duban("link", "何海平", "--json", DUBAN_WEB__PUBLIC_URL="https://duban.example.cn/").json
    assert made["address"] == f"https://duban.example.cn/look/{made['token']}"


def test_a_number_that_is_none_and_a_name_that_is_nobody_are_told(desk: Desk) -> None:
    assert desk.duban("token", "revoke", "99").code == 1
    ended = desk.duban("token", "create", "无此人")
    assert ended.code == 1
    assert "无此人" in ended.err


def test_a_calendar_is_made_listed_and_ended(desk: Desk) -> None:
    made = desk.duban("feed", "何海平", "--json", DUBAN_WEB__PUBLIC_URL="https://duban.example.cn/").json
    assert made["address"] == f"https://duban.example.cn/calendar/{made['token']}.ics"
    (one,) = desk.duban("token", "list", "--json").json["tokens"]
    assert (one["id"], one["kind"], one["expires_at"]) == (made["id"], "feed", None)
    assert desk.duban("token", "revoke", str(made["id"])).code == 0
