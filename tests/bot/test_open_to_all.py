"""`access.open_to_all`: everybody who is bound reads every row; what is done stays with the own rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot import board, rowpage
from bot.config import Access, Settings
from bot.downloads import kept_file
from bot.office import office_of
from bot.web.views import BoardView, Filters, RowView
from data.models import Assignment, Attachment, Inbox, Person
from tests.bot.cast import OFFICE, START, Cast, Scene, playing

EDUCATIONS = "5.6"
HOUSINGS = "8.1"


@pytest.fixture
def opened(office_scene: Scene, tmp_path: Path) -> Iterator[Cast]:
    """The cast after the September round was opened, with the switch on."""
    with playing(office_scene, tmp_path, START + timedelta(minutes=5), replace(OFFICE, open_to_all=True)) as made:
        yield made


def board_of(cast: Cast, who: str) -> BoardView:
    def look(session: Session) -> BoardView:
        return board.board(session, cast.people[who], cast.now, Filters(whole=True), office=cast.office)

    return cast.read(look)


def page_of(cast: Cast, who: str, ref: str) -> RowView | None:
    def look(session: Session) -> RowView | None:
        return rowpage.row_page(session, cast.people[who], ref, cast.now, everything=False, office=cast.office)

    return cast.read(look)


def test_the_switch_is_off_unless_set_and_reaches_the_office() -> None:
    assert not office_of(Settings()).open_to_all
    assert office_of(Settings(access=Access(open_to_all=True))).open_to_all


def test_without_the_switch_anothers_row_is_not_there(office: Cast) -> None:
    assert board_of(office, "education").found < 25
    assert page_of(office, "education", HOUSINGS) is None
    assert "没有" in str(office.says("education", f"出处 {HOUSINGS}")[0])


def test_the_board_and_every_row_are_open(opened: Cast) -> None:
    opened.says("housing", f"{HOUSINGS} 报40%，因下雨停了两周")
    for who in ("education", "leader"):
        view = board_of(opened, who)
        assert view.found == 25
        assert "全区 " in view.scope
        page = page_of(opened, who, HOUSINGS)
        assert page is not None
        assert "下雨" in str(page.timeline)
        assert "下雨" in str(opened.says(who, f"出处 {HOUSINGS}")[0])


def test_who_did_what_is_still_for_those_who_see_all(opened: Cast) -> None:
    opened.says("housing", f"{HOUSINGS} 报40%")
    shown = {who: page_of(opened, who, HOUSINGS) for who in ("education", "admin")}
    assert shown["education"] is not None
    assert shown["admin"] is not None
    assert shown["education"].audit == ()
    assert shown["admin"].audit != ()


def test_what_is_reported_stays_with_the_own_unit(opened: Cast) -> None:
    mine = opened.says("education", "我的任务")[0].text
    assert f"（{HOUSINGS}）" not in mine
    opened.says("education", f"{HOUSINGS} 完成80%")
    assert opened.stored(HOUSINGS) == []
    page = page_of(opened, "education", HOUSINGS)
    assert page is not None
    assert page.actions == ()


def test_a_leader_is_offered_of_a_foreign_row_only_to_read_it(opened: Cast) -> None:
    foreign = next(
        row.ref
        for group in board_of(opened, "leader").groups
        for row in group.rows
        if leader_name(opened) not in row.leaders
    )
    page = page_of(opened, "leader", foreign)
    assert page is not None
    assert [action.say for action in page.actions] == [f"出处 {foreign}"]
    assert opened.says("leader", f"出处 {foreign}")[0].labels == []
    assert opened.says("leader", f"出处 {EDUCATIONS}")[0].labels != []


def leader_name(cast: Cast) -> str:
    return cast.read(lambda session: session.get_one(Person, cast.people["leader"]).name)


def test_somebody_who_is_not_bound_still_learns_nothing(opened: Cast) -> None:
    for said in opened.says("stranger", f"出处 {HOUSINGS}"):
        assert HOUSINGS not in said.text
        assert "住建" not in said.text


def file_of_a_row(cast: Cast, ref: str) -> int:
    """A photo that the housing bureau sent for a row."""

    def add(session: Session) -> int:
        row = session.scalars(select(Assignment.id).where(Assignment.ref == ref)).one()
        inbox_id = session.scalars(select(func.max(Inbox.id))).one()
        photo = Attachment(
            inbox_id=inbox_id,
            person_id=cast.people["housing"],
            channel="telegram",
            kind="photo",
            key="k",
            assignment_id=row,
            said_at=cast.now,
            created_at=cast.now,
        )
        session.add(photo)
        session.flush()
        return photo.id

    return cast.write(add)


def test_the_files_of_an_open_row_can_be_got_where_its_page_names_them(opened: Cast, tmp_path: Path) -> None:
    opened.says("housing", f"{HOUSINGS} 报40%")
    file = file_of_a_row(opened, HOUSINGS)
    page = page_of(opened, "education", HOUSINGS)
    assert page is not None
    assert [line.id for line in page.files] == [file]

    def got(session: Session, *, open_to_all: bool) -> bool:
        office = replace(OFFICE, open_to_all=open_to_all)
        return kept_file(session, opened.people["education"], file, office=office, folder=tmp_path) is not None

    assert opened.read(partial(got, open_to_all=True))
    assert not opened.read(partial(got, open_to_all=False))
