"""The board of a real office: pages, filters, an earlier day, and the roll that is kept for a large plan."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from bot import board, roll, rowpage
from bot.roll import Rolls
from bot.web.views import BoardRow, BoardView, Filters, RowView
from data import queries
from scheduler import standing
from tests.bot.cast import OFFICE, Cast


def seen(cast: Cast, filters: Filters | None = None, who: str = "admin", rolls: Rolls | None = None) -> BoardView:
    def look(session: Session) -> BoardView:
        return board.board(session, cast.people[who], cast.now, filters or Filters(), office=cast.office, rolls=rolls)

    return cast.read(look)


def row_of(cast: Cast, ref: str, who: str = "admin", on: date | None = None) -> RowView:
    def look(session: Session) -> RowView | None:
        return rowpage.row_page(session, cast.people[who], ref, cast.now, everything=False, office=cast.office, on=on)

    found = cast.read(look)
    assert found is not None
    return found


def rows(view: BoardView) -> list[BoardRow]:
    return [row for group in view.groups for row in group.rows]


# Pages and filters -----------------------------------------------------------------------------------------


def test_pages_follow_each_other_and_hold_every_row_once(office: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "PAGE", 7)
    whole = rows(seen(office, Filters(whole=True)))
    views = [seen(office, Filters(page=page)) for page in (1, 2, 3, 4)]
    assert [len(rows(view)) for view in views] == [7, 7, 7, 4]
    assert [row.ref for view in views for row in rows(view)] == [row.ref for row in whole]
    assert {(view.pages, view.found, view.counts) for view in views} == {(4, 25, views[0].counts)}


def test_a_rows_number_stands_without_its_brackets_in_both_languages(office: Cast) -> None:
    assert [row.label for row in rows(seen(office))[:3]] == ["序号1", "序号2", "3.1"]
    office.says("admin", "/lang en")
    assert [row.label for row in rows(seen(office))[:3]] == ["no. 1", "no. 2", "3.1"]


def test_a_page_beyond_the_last_is_the_last(office: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "PAGE", 20)
    assert seen(office, Filters(page=99)).page == 2
    assert seen(office, Filters(page=0)).page == 1


@pytest.mark.parametrize(
    ("filters", "refs"),
    [
        (Filters(unit="民政局"), ["4.1", "4.2", "4.3", "4.4", "7.2"]),
        (Filters(project="9"), ["9.1", "9.2"]),
        (Filters(leader="何海平", unit="教育局"), ["1", "5.6"]),
        (Filters(words="适老化"), ["4.3"]),
        (Filters(words="停了两周"), ["8.1"]),
        (Filters(unit="没有这个局"), []),
    ],
    ids=str,
)
def test_a_filter_leaves_the_rows_that_fit_and_the_counts_alone(
    office: Cast, filters: Filters, refs: list[str]
) -> None:
    office.says("housing", "老旧小区改造（8.1）报40%，因下雨停了两周")
    view = seen(office, filters)
    assert [row.ref for row in rows(view)] == refs
    assert view.found == len(refs)
    assert view.counts == seen(office).counts


def test_the_head_counts_the_units_of_the_round_that_the_reader_sees(office: Cast) -> None:
    office.says("education", "1 学位到3500个")
    told = seen(office).round
    assert told is not None
    assert (told.total, told.answered, told.partly) == (8, 0, 1)
    own = seen(office, who="leader").round
    assert own is not None
    assert own.total < told.total
    assert (own.answered, own.partly) == (0, 1)


# An earlier day --------------------------------------------------------------------------------------------


def test_the_board_of_an_earlier_day_knows_only_what_was_told_by_then(office: Cast) -> None:
    office.reports("education", "序号1 学位到3200个", "2021-09-10T10:00")
    office.says("education", "1 学位到3500个")
    then, now = (next(row for row in rows(seen(office, Filters(on=on))) if row.ref == "1") for on in (EARLIER, None))
    assert "3200/5000" in then.progress
    assert "3500/5000" in now.progress
    view = seen(office, Filters(on=EARLIER))
    assert (view.on, view.round) == (EARLIER, None)
    assert view.at is not None
    assert OFFICE.local(view.at).isoformat(timespec="minutes") == "2021-09-15T23:59+08:00"


def test_the_page_of_a_row_on_an_earlier_day_ends_there(office: Cast) -> None:
    office.reports("education", "序号1 学位到3000个", "2021-09-03T10:00")
    office.reports("education", "序号1 学位到3200个", "2021-09-10T10:00")
    office.says("education", "1 学位到3500个")
    then, now = row_of(office, "1", on=EARLIER), row_of(office, "1")
    assert [entry.words for entry in then.timeline] == ["序号1 学位到3200个", "序号1 学位到3000个"]
    assert len(now.timeline) == 3
    assert [point.value for point in then.curves[0].points] == [3000, 3200]
    assert [point.value for point in now.curves[0].points] == [3000, 3200, 3500]
    assert len(then.audit) < len(now.audit)


def test_today_and_a_day_to_come_are_now(office: Cast) -> None:
    assert seen(office, Filters(on=date(2021, 9, 26))).on is None
    assert seen(office, Filters(on=date(2029, 1, 1))).on is None


def test_how_far_a_figure_is_behind_is_written_beside_its_curve(demo_cast: Cast) -> None:
    curves = {curve.title: curve.gap for curve in row_of(demo_cast, "2").curves}
    assert curves == {"职业技能培训": "慢 14 个百分点"}


def test_the_page_of_a_row_shows_what_was_entered_on_behalf_with_its_source_once(office: Cast) -> None:
    office.says("admin", "代录 教育局 1 学位3400个（电话）")
    (entry,) = row_of(office, "1").timeline
    assert (entry.tag, entry.source) == ("代录", "电话")


EARLIER = date(2021, 9, 15)


# A large plan ----------------------------------------------------------------------------------------------


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> Rolls:
    """The roll of a plan that counts as large."""
    monkeypatch.setattr(roll, "LARGE", 3)
    return Rolls()


def agree(cast: Cast, rolls: Rolls) -> None:
    """What the kept roll says is what a look at every row would."""

    def look(session: Session) -> None:
        plan = queries.current_plan(session)
        assert plan is not None
        kept, fresh = (list(one.of(session, plan, cast.now, cast.office).lines.values()) for one in (rolls, Rolls()))
        assert len(kept) == 25
        assert kept == fresh

    cast.read(look)


def test_the_kept_roll_follows_whatever_changes_a_lamp(cast: Cast, large: Rolls) -> None:
    agree(cast, large)
    cast.ticks()
    cast.wait(minutes=5)
    agree(cast, large)
    cast.says("education", "1 学位到3500个，预计11月底完成")
    agree(cast, large)
    cast.says("education", "刚才说错了，是100")
    agree(cast, large)
    cast.says("education", "撤回")
    agree(cast, large)
    cast.says("housing", "全部没变化")
    agree(cast, large)
    cast.at("2021-10-09T10:00")
    agree(cast, large)
    cast.ticks()
    agree(cast, large)
    cast.says("housing", "请假至10月30日")
    agree(cast, large)
    for change in ("亮灯标准 1/2", "序时 5/10/20/100"):
        cast.says("admin", change)
        cast.presses("admin", "确定")
        agree(cast, large)


def test_a_report_makes_only_its_own_row_anew(office: Cast, large: Rolls, monkeypatch: pytest.MonkeyPatch) -> None:
    seen(office, rolls=large)
    made: list[int] = []
    every = standing.standings

    def counted(session, plan, rows, *args, **named):  # type: ignore[no-untyped-def]
        made.append(len(rows))
        return every(session, plan, rows, *args, **named)

    monkeypatch.setattr(roll, "standings", counted)
    seen(office, rolls=large)
    assert made == []
    office.says("education", "1 学位到3500个")
    seen(office, rolls=large)
    assert made == [1]


def test_a_row_that_is_taken_out_of_the_plan_leaves_the_kept_roll(office: Cast, large: Rolls) -> None:
    seen(office, rolls=large)

    def retire(session: Session) -> None:
        from data import audit

        plan = queries.current_plan(session)
        assert plan is not None
        row = queries.assignments(session, plan.id)[3]
        row.retired_at = office.now
        audit.record(session, office.now, "retire", "assignment", row.id)

    office.write(retire)
    assert sum(vars(seen(office, rolls=large).counts).values()) == 24
