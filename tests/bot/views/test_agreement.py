"""Summary, board, ledger, bulletin and the API never disagree: compared on random years of reports."""

from __future__ import annotations

import io
import re
from collections import Counter
from datetime import date, datetime
from typing import Any

import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import board
from bot.access import roles_of
from bot.context import Context
from bot.handlers.summary import summary
from bot.message import Inbound, Kind
from bot.open_data import OpenData
from bot.roll import Rolls
from bot.views.bulletin import bulletin, month_period
from bot.views.chart import bars
from bot.views.ledger import ledger, ledger_document
from bot.web.views import BoardView, Filters
from data import queries
from data.kinds import Role
from data.models import Account
from scheduler.lamp import Colour
from tests.bot.views.conftest import OFFICE, Desk
from tests.bot.views.reporting import year_of_reports

COLUMNS = ("完成", "达序时", "慢于序时", "未反馈", "未评")
WORDS = {"red": "红", "yellow": "黄", "green": "绿", "none": "未评", "done": "完成"}
DAYS = [date(2021, *day) for day in ((4, 2), (7, 21), (9, 26), (12, 30), (11, 24), (6, 30))]


class Views:
    """The same moment in each of the views."""

    def __init__(self, desk: Desk, session: Session) -> None:
        sight = desk.sight(session)
        admin = queries.people_with(session, Role.ADMIN)[0]
        self.summary = said_by_summary(session, sight, admin)
        self.board: BoardView = board.board(session, admin.id, desk.now, Filters(), office=OFFICE)
        self.ledger: Any = load_workbook(io.BytesIO(ledger(sight)))["台账"]
        self.document = ledger_document(sight)
        self.bulletin = bulletin(sight, month_period(sight.today))
        self.paper: Any = Document(io.BytesIO(self.bulletin.document))
        self.bars = bars(sight.standings(), sight.say)
        data = OpenData(OFFICE, Rolls())
        self.api = data.assignments(session, admin.id, desk.now, Filters(), 200)
        self.api_summary = data.summary(session, admin.id, desk.now)

    def ledger_lamps(self) -> list[str]:
        at = next(cell.column for cell in self.ledger[3] if cell.value == "亮灯")
        return [cell.value for cell in next(self.ledger.iter_cols(at, at, min_row=4)) if cell.value]


def said_by_summary(session: Session, sight: Any, admin: Any) -> str:
    account = session.scalars(select(Account).where(Account.person_id == admin.id)).one()
    inbound = Inbound(Kind.TEXT, account.external_id, account.external_id, "1", sight.now)
    context = Context(
        session=session,
        now=sight.now,
        office=OFFICE,
        texts=sight.say,
        channel=account.channel,
        account=account,
        person=admin,
        roles=roles_of(admin),
        inbound=inbound,
        inbox_id=1,
    )
    return summary(context, "")[0].text


def _own_standard(session: Session) -> None:
    """Thresholds of the plan's own."""
    plan = queries.current_plan(session)
    assert plan is not None
    plan.yellow, plan.red = 3.0, 40.0


@pytest.mark.parametrize("seed", range(len(DAYS)))
def test_all_views_tell_the_same(desk: Desk, seed: int) -> None:
    day = DAYS[seed]
    desk.now = datetime(day.year, day.month, day.day, 10, 0, tzinfo=OFFICE.zone)
    desk.write(lambda session: year_of_reports(session, OFFICE, seed, day))
    if seed % 2:
        desk.write(_own_standard)
    views = desk.store.write_now(lambda session: Views(desk, session))

    counts = [int(re.search(rf"{name} (\d+)", views.summary)[1]) for name in COLUMNS]  # type: ignore[index]
    assert sum(counts) == 25
    shown = views.board.counts
    assert [shown.done, shown.on, shown.behind, shown.silent, shown.unrated] == counts

    rows = [row for group in views.board.groups for row in group.rows]
    assert [row.ref for row in rows] == [row["assignment_id"] for row in views.document["rows"]]
    lamps = [row["lamp"] for row in views.document["rows"]]
    assert views.ledger_lamps() == [WORDS[lamp] for lamp in lamps]
    assert [str(row.light) for row in rows] == ["green" if lamp == "done" else lamp for lamp in lamps]

    found = Counter(row["column"] for row in views.document["rows"])
    keys = ("done", "on_schedule", "behind", "silent", "not_rated")
    assert [found[key] for key in keys] == counts

    for api_counts in (views.api.counts, views.api_summary.counts):
        assert list(api_counts.model_dump().values()) == counts
    assert [row.model_dump(mode="json") for row in views.api.items] == views.document["rows"]
    attended = {row.assignment_id for row in views.api_summary.attention if row.lamp in ("red", "yellow")}
    assert attended == {row["assignment_id"] for row in views.document["rows"] if row["lamp"] in ("red", "yellow")}

    told = "".join(paragraph.text for paragraph in views.paper.paragraphs)
    assert "，".join(f"{name}{count}项" for name, count in zip(COLUMNS, counts, strict=True)) in told
    table = views.paper.tables[0]
    verdicts = [row.cells[5].text for row in table.rows[1:]]
    assert [Counter(verdicts)[name] for name in COLUMNS] == counts
    assert [row.cells[0].text for row in table.rows[1:]] == [row.ref for row in rows]

    behind = {row["assignment_id"] for row in views.document["rows"] if row["column"] == "behind"}
    assert {row["ref"] for row in views.bulletin.facts.context["behind_rows"]} == behind
    assert "未送达" not in told

    expected = {row.ref: row.expected for row in rows}
    assert {ref for ref, day in expected.items() if day} == {
        row["assignment_id"] for row in views.document["rows"] if row["expected_date"]
    }
    worst = {group.title: {str(row.light) for row in group.rows} for group in views.board.groups}
    for bar in views.bars:
        if bar.colour in (Colour.RED, Colour.YELLOW):
            assert str(bar.colour) in worst[bar.name]
            assert bar.colour is Colour.RED or "red" not in worst[bar.name]
        else:
            assert not worst[bar.name] & {"red", "yellow"}
