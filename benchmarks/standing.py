"""`python -m benchmarks.standing`: what /summary costs with 1,000 and with 1,000,000 reports, beside window functions.

CPU time of one thread, the four interleaved, so that a busy machine slows all of them alike.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from benchmarks.crowd import NOW, OFFICE, filled
from bot import overview
from bot.access import roles_of
from bot.context import Context
from bot.handlers.summary import summary
from bot.message import Inbound, Kind
from bot.texts import texts
from data import queries
from data.kinds import Role
from data.models import Account, Report
from data.models.reports import STATED
from data.store import Store

WINDOW = """SELECT {columns} FROM (
SELECT report.*, row_number() OVER (PARTITION BY assignment_id ORDER BY as_of DESC, id DESC) AS place
FROM report WHERE standing AND {stated}) WHERE place = 1"""
WINDOW_FIGURES = """SELECT target_id, value FROM (
SELECT figure.*, row_number() OVER (PARTITION BY target_id ORDER BY as_of DESC, id DESC) AS place
FROM figure WHERE standing) WHERE place = 1"""


def summed(session: Session) -> str:
    """The summary as the chat asks for it, by an admin who looked yesterday."""
    admin = queries.people_with(session, Role.ADMIN)[0]
    account = session.scalars(select(Account).where(Account.person_id == admin.id)).one()
    context = Context(
        session=session, now=NOW, office=OFFICE, texts=texts("zh-CN"), channel="web", account=account, person=admin,
        roles=roles_of(admin), inbound=Inbound(Kind.TEXT, "1", "1", "1", NOW), inbox_id=1,
    )  # fmt: skip
    plan = queries.current_plan(session)
    assert plan is not None
    overview.remember_look(session, admin.id, plan.id, NOW - timedelta(days=1))
    session.flush()
    return summary(context, "")[0].text


def windowed(session: Session) -> str:
    """The same values by window functions: the reads of the state alone, nothing told."""
    wanted = [f"{name} IS NOT NULL" for name in STATED] + ["1", "no_change IS FALSE"]
    for stated in wanted:
        session.execute(text(WINDOW.format(columns="assignment_id, id", stated=stated))).all()
    session.execute(text(WINDOW_FIGURES)).all()
    return ""


def spent(store: Store, work: Callable[[Session], str]) -> float:
    """Milliseconds of one core."""

    def timed(session: Session) -> float:
        before = time.thread_time()
        work(session)
        return 1000 * (time.thread_time() - before)

    return store.write_now(timed)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--reports", type=int, nargs=2, default=(1_000, 1_000_000), metavar=("FEW", "MANY"))
    parser.add_argument("--times", type=int, default=15)
    arguments = parser.parse_args()
    few, many = arguments.reports
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        stores = [stack.enter_context(filled(Path(folder) / f"{count}.db", count)) for count in (few, many)]
        counts = [store.read_now(lambda session: session.scalar(select(func.count(Report.id)))) for store in stores]
        assert counts == [few, many], counts
        runs: dict[tuple[int, str], list[float]] = {}
        for turn in range(arguments.times + 1):
            for at, store in enumerate(stores):
                runs.setdefault((at, "summary"), []).append(spent(store, summed))
                if turn < 4 or at == 0:
                    runs.setdefault((at, "window"), []).append(spent(store, windowed))
    medians = {key: statistics.median(values[1:]) for key, values in runs.items()}
    table = Table("", f"{few:,} reports, ms", f"{many:,} reports, ms", "ratio")
    for name, title in (("summary", "/summary, whole"), ("window", "window functions, the reads alone")):
        one, other = medians[0, name], medians[1, name]
        table.add_row(title, f"{one:.1f}", f"{other:.1f}", f"{other / one:.2f}")
    Console(width=110).print(table)


if __name__ == "__main__":
    main()
