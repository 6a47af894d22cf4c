"""`python -m benchmarks.year`: a simulated year's message log as a table, and what it cost.

`--answers` shows the bot's answers too; `--to NAME` one person's messages only.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import structlog
from rich.console import Console
from rich.table import Table

from benchmarks.simulation import LIAISONS, Entry, year_played
from bot.texts.words import WEEKDAYS

KINDS = {
    "digest": "调度",
    "nag": "催办",
    "escalation": "提级",
    "list": "名单",
    "notice": "通知",
    "copy": "抄送",
    "answer": "回复",
}
WIDTH = 150


def main() -> None:
    arguments = parser().parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder, year_played(Path(folder)) as year:
        log = year.log()
    seconds = time.perf_counter() - started
    shown = [entry for entry in log if (arguments.answers or entry.kind != "answer") and arguments.to in ("", entry.to)]
    console = Console(width=WIDTH)
    console.print(table(shown))
    console.print(totals(log))
    console.print(f"2021: {len(log)} messages in {seconds:.1f} s")


def parser() -> argparse.ArgumentParser:
    found = argparse.ArgumentParser(description=__doc__)
    found.add_argument("--answers", action="store_true")
    found.add_argument("--to", default="")
    return found


def table(log: Sequence[Entry]) -> Table:
    """One line a message."""
    made = Table("when", "to", "kind", "words", title="2021", expand=True)
    for entry in log:
        day = f"{entry.at:%m-%d} {WEEKDAYS['zh-CN'][entry.at.weekday()]} {entry.at:%H:%M}"
        made.add_row(day, entry.to, KINDS[entry.kind], entry.first_line)
    return made


def totals(log: Sequence[Entry]) -> Table:
    """How many messages of each kind everybody got."""
    counts = Counter((entry.to, entry.kind) for entry in log)
    people = list(dict.fromkeys(entry.to for entry in log))
    made = Table("to", "habit", *KINDS.values(), title="messages a person in the year")
    for name in people:
        habit = LIAISONS[name][2] if name in LIAISONS else ""
        made.add_row(name, habit, *(str(counts[name, kind] or "") for kind in KINDS))
    return made


if __name__ == "__main__":
    main()
