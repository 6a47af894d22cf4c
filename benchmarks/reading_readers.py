"""The product's three readers, called in process as the commands with `--jsonl` call them."""

from collections.abc import Callable
from datetime import datetime
from importlib.resources import as_file, files
from typing import Any
from zoneinfo import ZoneInfo

from benchmarks.reading_corpus import Line
from data.calendar import Calendar
from data.language.dates import read_date
from data.tables.document import plan_json
from data.tables.files import read_table

Read = Callable[[Line], dict[str, Any]]


def shipped_plan() -> dict[str, Any]:
    with as_file(files("data.shipped") / "2021.txt") as path:
        return plan_json(read_table(path, year=2021))


def reply_reader() -> Read:
    from bot.reading.jsonl import explain

    plan = shipped_plan()
    return lambda line: explain({"id": line["id"], "context": line["context"], "text": line["text"]}, plan)


def date_reader() -> Read:
    calendar = Calendar()
    return lambda line: read_date(line["text"], datetime.fromisoformat(line["now"]), line["prefer"], calendar)


def schedule_reader() -> Read:
    from scheduler.phrases import read_schedule

    calendar = Calendar()
    return lambda line: read_schedule(line["text"], datetime.fromisoformat(line["now"]), ZoneInfo(line["tz"]), calendar)


def number_reader() -> Read:
    from data.language.numbers import find_numbers

    def read(line: Line) -> dict[str, Any]:
        found = find_numbers(line["text"])
        return {"value": found[0].value, "percent": found[0].percent} if len(found) == 1 else {}

    return read
