"""What dateparser, jionlp and cn2an make of the same dates and numbers.

Stands alone, so that it can run in another interpreter, where the peers are installed: one JSON document in on
standard input (`dates`, `numbers`, `texts`), one out. Peers get the benefit of the doubt: of a span its last day counts
for a day, and any time of the right day for a day.
"""

import contextlib
import importlib.metadata
import json
import sys
import time
import warnings
from collections.abc import Callable
from datetime import datetime
from statistics import median, quantiles
from typing import Any

Answer = dict[str, str] | None
Reader = Callable[[str, datetime, str], Answer]


def version(package: str) -> str | None:
    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return None


def dateparser_reader() -> Reader:
    import dateparser
    from dateparser.search import search_dates

    def read(text: str, now: datetime, prefer: str) -> Answer:
        settings: Any = {
            "RELATIVE_BASE": now,
            "PREFER_DATES_FROM": prefer,
            "PREFER_DAY_OF_MONTH": "last",
        }
        found = dateparser.parse(text, languages=["zh", "en"], settings=settings)
        if found is None:
            places = search_dates(text, languages=["zh", "en"], settings=settings)
            found = places[0][1] if places else None
        return None if found is None else {"from": found.isoformat(), "to": found.isoformat()}

    return read


def jionlp_reader() -> Reader:
    import jionlp  # type: ignore[import-not-found, unused-ignore]

    def read(text: str, now: datetime, _: str) -> Answer:
        try:
            detail = jionlp.parse_time(text, time_base=now)
        except ValueError:
            found = jionlp.ner.extract_time(text, time_base=now, with_parsing=True)
            detail = found[0]["detail"] if found else None
        if not detail or detail.get("type") not in ("time_point", "time_span"):
            return None
        begin, end = detail["time"]
        return {"from": begin.replace(" ", "T"), "to": end.replace(" ", "T")}

    return read


def fits(expect: dict[str, Any], answer: Answer) -> bool:
    choices = [expect, *expect.get("or", ())]
    return any(_fits(one, answer) for one in choices)


def _fits(expect: dict[str, Any], answer: Answer) -> bool:
    if "date" in expect:
        return answer is not None and answer["to"][:10] == expect["date"]
    if "start" in expect:
        return answer is not None and (answer["from"][:10], answer["to"][:10]) == (expect["start"], expect["end"])
    if "datetime" in expect:
        return answer is not None and answer["from"][:16] == expect["datetime"]
    return answer is None


def read_dates(read: Reader, lines: list[dict[str, Any]]) -> dict[str, Any]:
    """Counts and median milliseconds of the processor; a crash of the peer is counted as wrong."""
    counts = {"right": 0, "unsure": 0, "wrong": 0}
    times = []
    for line in lines:
        begin = time.process_time()
        try:
            answer = read(line["text"], datetime.fromisoformat(line["now"]), line["prefer"])
            verdict = "right" if fits(line["expect"], answer) else "unsure" if answer is None else "wrong"
        except Exception:
            verdict = "wrong"
        times.append((time.process_time() - begin) * 1000)
        counts[verdict] += 1
    return {**counts, "median_ms": median(times)}


def read_numbers(read: Callable[[str], float], lines: list[dict[str, Any]]) -> dict[str, int]:
    counts = {"right": 0, "unsure": 0, "wrong": 0}
    for line in lines:
        try:
            value = read(line["numeral"])
            share = value * 100 if line.get("percent") and value <= 1 else value
            counts["right" if abs(share - line["expect"]) < 0.5 else "wrong"] += 1
        except Exception:
            counts["unsure"] += 1
    return counts


def time_texts(texts: list[str]) -> dict[str, float]:
    """Milliseconds of the processor that jionlp's time parser takes for a reply."""
    import jionlp

    times = []
    for text in texts:
        begin = time.process_time()
        jionlp.ner.extract_time(text, time_base=time.time(), with_parsing=True)
        times.append((time.process_time() - begin) * 1000)
    return {"median_ms": median(times), "p99_ms": quantiles(times, n=100)[98]}


def main() -> dict[str, Any]:
    warnings.simplefilter("ignore")
    given = json.load(sys.stdin)
    out: dict[str, Any] = {"versions": {name: version(name) for name in ("dateparser", "jionlp", "cn2an")}}
    peers = {"dateparser": dateparser_reader, "jionlp": jionlp_reader}
    readers = {name: make() for name, make in peers.items() if out["versions"][name]}
    out["dates"] = {name: read_dates(read, given["dates"]) for name, read in readers.items()}
    out["numbers"] = {}
    if out["versions"]["cn2an"]:
        import cn2an  # type: ignore[import-not-found, unused-ignore]

        out["numbers"]["cn2an"] = read_numbers(lambda text: float(cn2an.cn2an(text, "smart")), given["numbers"])
    if out["versions"]["jionlp"]:
        out["times"] = time_texts(given["texts"])
    return out


if __name__ == "__main__":
    with contextlib.redirect_stdout(sys.stderr):  # jionlp greets on standard output
        answer = main()
    json.dump(answer, sys.stdout)
