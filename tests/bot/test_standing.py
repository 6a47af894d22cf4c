"""What the lamp is told of a row in the database."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import demo
from data.models import Assignment
from data.queries import assignments, current_plan
from data.store import Store
from scheduler.standing import Standing, standings
from tests.bot.cast import OFFICE, START, Cast


def standing(cast: Cast, ref: str) -> Standing:
    def look(session: Session) -> Standing:
        plan = current_plan(session)
        assert plan is not None
        rows = session.scalars(select(Assignment).where(Assignment.ref == ref)).all()
        return standings(session, plan, rows, cast.now, cast.office)[0]

    return cast.read(look)


def two_rounds(cast: Cast, first: str, second: str) -> Standing:
    """Row 1 after 4,050 of 5,000 and two more rounds, the day after the last was due."""
    cast.says("education", "1 学位 4050个")
    for moment, words in (("2021-10-25T09:00", first), ("2021-11-25T09:00", second)):
        cast.at(moment)
        cast.ticks()
        cast.says("education", words)
    cast.at("2021-12-01T09:00")
    return standing(cast, "1")


def quiet(found: Standing) -> list[bool]:
    return [each.no_new_figures for each in found.facts.rounds[-2:]]


@pytest.mark.parametrize(
    ("first", "second"),
    [("1 学位 4050个", "1 学位 4050个"), ("1 无变化", "1 学位 4050个"), ("1 学位 4050个", "1 无变化")],
)
def test_the_same_figure_in_two_rounds_is_a_standstill(office: Cast, first: str, second: str) -> None:
    found = two_rounds(office, first, second)
    assert quiet(found) == [True, True]
    assert found.lamp.ground == "B10"


@pytest.mark.parametrize(("first", "second"), [("1 学位 4051个", "1 学位 4051个"), ("1 学位 4050个", "1 学位 4100个")])
def test_a_figure_that_moved_in_either_is_none(office: Cast, first: str, second: str) -> None:
    found = two_rounds(office, first, second)
    assert quiet(found).count(True) == 1
    assert found.lamp.ground == "B11"


def test_words_without_a_figure_are_news(office: Cast) -> None:
    found = two_rounds(office, "1 校舍已经开始装修", "1 学位 4050个")
    assert quiet(found) == [False, True]


def test_every_database_lights_the_same_lamps(any_store: Store) -> None:
    any_store.write_now(lambda session: demo.fill(session, START, OFFICE))

    def look(session: Session) -> Counter[str]:
        plan = current_plan(session)
        assert plan is not None
        found = standings(session, plan, assignments(session, plan.id), START, OFFICE)
        return Counter(str(each.lamp.colour) for each in found)

    assert any_store.read_now(look) == {"green": 19, "yellow": 4, "red": 1, "none": 1}
