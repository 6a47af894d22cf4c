"""How well replies, dates and schedule phrases are read, on the labelled corpus, beside other readers.

    python -m benchmarks.reading [--part dev|measured] [--field NAME] [--failures N] [--tags] [--peers PYTHON]

Failing lines of the measured part are shown only with `--show-measured`: rules are not to be made from them.
"""

import argparse
import json
import math
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from benchmarks import reading_readers as readers
from benchmarks.reading_corpus import Line, Part, load
from benchmarks.reading_scores import FIELDS, Labels, ReplyScores, same_date, same_schedule, score_reply

PEERS = ("dateparser", "jionlp", "cn2an")
Given = dict[str, dict[str, Any]]
Faults = dict[str, set[str]]


def main(arguments: Sequence[str] | None = None) -> None:
    options = _options(arguments)
    peers = None if options.no_peers else _peers(options.peers)
    for part in (options.part,) if options.part else ("dev", "measured"):
        print(f"\n== {part} part ==")
        reply_ms = _replies(part, options)
        dates = _spans("dates", part, options)
        _spans("schedules", part, options)
        numbers = _numbers(part)
        if peers is not None:
            _beside(part, peers[part], dates, numbers, reply_ms)


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks.reading", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--part", choices=("dev", "measured"))
    parser.add_argument("--field", choices=(*FIELDS, "ask", "silent"), help="failures of this field only")
    parser.add_argument("--failures", type=int, default=0, metavar="N", help="print up to N failing lines of each kind")
    parser.add_argument("--tags", action="store_true", help="failing replies by tag")
    parser.add_argument("--show-measured", action="store_true", help="print failing lines of the measured part too")
    parser.add_argument("--peers", default=sys.executable, metavar="PYTHON", help="interpreter that has the peers")
    parser.add_argument("--no-peers", action="store_true")
    return parser.parse_args(arguments)


def _shown(part: Part, options: argparse.Namespace) -> int:
    return options.failures if part == "dev" or options.show_measured else 0


def _replies(part: Part, options: argparse.Namespace) -> float:
    """Median milliseconds a reply."""
    try:
        read = readers.reply_reader()
    except ImportError as missing:
        print(f"replies: no reader yet ({missing})")
        return math.nan
    lines, scores, got = load("replies", part), ReplyScores(), {}
    labels = Labels(load("replies"))
    for line in lines:
        got[line["id"]] = read(line)
        score_reply(line, got[line["id"]], labels, scores)
    _print_replies(scores, options.field)
    times = [_fastest(read, line) for line in lines]
    _print_times(times)
    if options.tags:
        _print_tags(lines, scores.faults)
    _print_failures(lines, got, scores.faults, options.field, _shown(part, options))
    return median(times)


def _print_replies(scores: ReplyScores, only: str | None) -> None:
    print(f"replies: {scores.lines} ({scores.plain} plain, {scores.doubtful} to be asked about)")
    print(f"  {'field':14}{'precision':>10}{'recall':>9}{'right':>7}{'wrong':>7}{'missed':>8}")
    for name, tally in scores.fields.items():
        if only in (None, name):
            print(
                f"  {name:14}{tally.precision:10.3f}{tally.recall:9.3f}{tally.right:7}{tally.wrong:7}{tally.missed:8}"
            )
    print(f"  silent wrong figures {scores.silent_wrong_figures} · reports under a wrong row {scores.wrong_rows}")
    print(f"  needless questions {_of(scores.needless_questions, scores.plain)}")
    print(f"  missed questions {_of(scores.missed_questions, scores.doubtful)}")
    print(f"  lines without a fault {_of(scores.lines - len(scores.faults), scores.lines)}")


def _of(count: int, total: int) -> str:
    return f"{count} of {total} ({_share(count, total)})"


def _share(count: int, total: int) -> str:
    return f"{100 * count / total:.1f} %" if total else "–"


def _fastest(read: readers.Read, line: Line, repeats: int = 3) -> float:
    """Milliseconds of the processor for the fastest of some readings."""
    times = []
    for _ in range(repeats):
        begin = time.process_time()
        read(line)
        times.append((time.process_time() - begin) * 1000)
    return min(times)


def _print_times(times: list[float]) -> None:
    print(f"  a line: median {median(times):.3f} ms, p99 {quantiles(times, n=100)[98]:.3f} ms")


def _print_tags(lines: Iterable[Line], faults: Faults) -> None:
    every, failing = Counter[str](), Counter[str]()
    for line in lines:
        every.update(line["tags"])
        failing.update(line["tags"] if faults.get(line["id"]) else ())
    print("  failing by tag: " + ", ".join(f"{tag} {count}/{every[tag]}" for tag, count in failing.most_common()))


def _print_failures(lines: Iterable[Line], got: Given, faults: Faults, only: str | None, most: int) -> None:
    failing = [line for line in lines if faults.get(line["id"]) and (only is None or only in faults[line["id"]])]
    for line in failing[:most]:
        print(f"  {line['id']} fails in {', '.join(sorted(faults[line['id']]))}: {line['text']!r}")
        print(f"    expected {_compact(line['expect'])}")
        print(f"    got      {_compact(got[line['id']])}")


def _compact(reading: dict[str, Any]) -> str:
    """Without the reasons and without what is empty."""
    items = [{key: value for key, value in item.items() if key != "why" and value} for item in reading.get("items", ())]
    rest = {key: value for key, value in reading.items() if key not in ("id", "why", "items") and value}
    return json.dumps({**rest, "items": items} if items else rest, ensure_ascii=False)


def _spans(name: str, part: Part, options: argparse.Namespace) -> dict[str, Any]:
    """Dates or schedule phrases: right, unsure, silently wrong."""
    try:
        read = readers.date_reader() if name == "dates" else readers.schedule_reader()
    except ImportError as missing:
        print(f"{name}: no reader yet ({missing})")
        return {}
    judge = same_date if name == "dates" else same_schedule
    lines = load(name, part)
    got = {line["id"]: read(line) for line in lines}
    verdicts = {line["id"]: judge(line["expect"], got[line["id"]]) for line in lines}
    counts = Counter(verdicts.values())
    print(f"{name}: {_verdicts(counts)}")
    times = [_fastest(read, line) for line in lines]
    _print_times(times)
    faults = {ident: {verdict} for ident, verdict in verdicts.items() if verdict != "right"}
    _print_failures(lines, got, faults, None, _shown(part, options))
    return {**counts, "median_ms": median(times)}


def _verdicts(counts: dict[str, Any]) -> str:
    right, unsure, wrong = (int(counts.get(name, 0)) for name in ("right", "unsure", "wrong"))
    total = right + unsure + wrong
    return f"{total} · right {right} ({_share(right, total)}) · asked or nothing {unsure} · silently wrong {wrong}"


def _numbers(part: Part) -> Counter[str]:
    read, counts = readers.number_reader(), Counter[str]()
    for line in load("numbers", part):
        got = read(line)
        right = got and abs(got["value"] - line["expect"]) < 0.5 and got["percent"] == line.get("percent", False)
        counts["right" if right else "wrong" if got else "unsure"] += 1
    print(f"numbers: {_verdicts(counts)}")
    return counts


def _peers(python: str) -> dict[str, Any]:
    """What the peers make of each part; `{}` for a part where their interpreter fails."""
    return {part: _peers_of(part, python) for part in ("dev", "measured")}


def _peers_of(part: Part, python: str) -> dict[str, Any]:
    given = {
        "dates": load("dates", part),
        "numbers": load("numbers", part),
        "texts": [line["text"] for line in load("replies", part)],
    }
    script = Path(__file__).with_name("reading_peers.py")
    done = subprocess.run([python, str(script)], input=json.dumps(given), capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else {}


def _beside(
    part: Part, peers: dict[str, Any], dates: dict[str, Any], numbers: Mapping[str, Any], reply_ms: float
) -> None:
    """The same dates and numbers by others, and how long jionlp's time parser takes for the same replies.

    cn2an is given the bare numeral, which our reader has to find in its sentence.
    """
    versions = peers.get("versions", {})
    print(f"\n  {'beside others':28}{'right':>9}{'asked/none':>12}{'silently wrong':>16}{'median ms':>11}")
    for what, mine in (("dates", dates), ("numbers", numbers)):
        _compared(f"{what} by duban", mine)
        for name, counts in peers.get(what, {}).items():
            _compared(f"{what} by {name} {versions[name]}", counts)
    if times := peers.get("times"):
        _print_speed(part, times, reply_ms)
    missing = [name for name in PEERS if not versions.get(name)]
    if missing:
        install = f"python -m venv V; V/bin/pip install {' '.join(PEERS)}; --peers V/bin/python"
        print(f"  not installed: {', '.join(missing)} ({install})")


def _compared(name: str, counts: Mapping[str, Any]) -> None:
    right, unsure, wrong = (int(counts.get(verdict, 0)) for verdict in ("right", "unsure", "wrong"))
    taken = f"{counts['median_ms']:.3f}" if "median_ms" in counts else ""
    print(f"  {name:28}{_share(right, right + unsure + wrong):>9}{unsure:12}{wrong:16}{taken:>11}")


def _print_speed(part: Part, jionlp: Mapping[str, float], reply_ms: float) -> None:
    """Against jionlp's time parser on the replies: the dates alone, and everything that a reply says."""
    read = readers.date_reader()
    asked = [
        {"text": line["text"], "now": line["context"]["today"], "prefer": "future"} for line in load("replies", part)
    ]
    dates_ms = median(_fastest(read, line, repeats=1) for line in asked)
    theirs = jionlp["median_ms"]
    print(f"  jionlp's time parser on the replies: median {theirs:.3f} ms, p99 {jionlp['p99_ms']:.3f} ms")
    print(f"    our dates of the same replies: {dates_ms:.3f} ms, {theirs / dates_ms:.1f} times as fast")
    print(f"    our whole reading of them: {reply_ms:.3f} ms, {theirs / reply_ms:.1f} times as fast")


if __name__ == "__main__":
    main()
