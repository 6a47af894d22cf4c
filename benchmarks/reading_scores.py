"""Compares what was read with what is expected: tests/corpus/README.md says what counts as right."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from benchmarks.reading_corpus import Line

Item = dict[str, Any]
FIELDS = ("kind", "row", "status", "percent", "figures", "expected_date", "extension_to", "problem", "next_step")
_COUNTERS = "个家所条场项部台处座张册本期"
_PEOPLE = {"人", "名", "位", "people", "persons"}
_WORDS_ALIKE = 0.5


@dataclass(slots=True)
class Tally:
    """Right, wrongly given, and missed readings of one field."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else math.nan

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else math.nan


@dataclass(slots=True)
class ReplyScores:
    """Everything counted over the replies; `faults` holds, for each failing line, the fields it fails in."""

    fields: dict[str, Tally] = field(default_factory=lambda: {name: Tally() for name in FIELDS})
    lines: int = 0
    plain: int = 0
    doubtful: int = 0
    silent_wrong_figures: int = 0
    wrong_rows: int = 0
    needless_questions: int = 0
    missed_questions: int = 0
    faults: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def count(self, ident: str, name: str, *, right: int = 0, wrong: int = 0, missed: int = 0) -> None:
        tally = self.fields[name]
        tally.right += right
        tally.wrong += wrong
        tally.missed += missed
        if wrong or missed:
            self.faults[ident].add(name)


class Labels:
    """Tells which target a label means: the most similar of the labels that the corpus uses for that row."""

    def __init__(self, lines: Iterable[Line]) -> None:
        self._known: dict[str, set[str]] = defaultdict(set)
        for line in lines:
            for item in line["expect"]["items"]:
                self._known[item["assignment_id"]].update(figure["label"] for figure in item["figures"])

    def meant(self, row: str, label: str) -> str:
        known = sorted(self._known[row]) or [label]
        return label if label in known else max(known, key=lambda one: _shared(_signs(one), _signs(label)))


def score_reply(line: Line, got: Mapping[str, Any], labels: Labels, scores: ReplyScores) -> None:
    """Adds one reply to the scores. A reading that asks back, or of kind other, has stored nothing."""
    expect, ident = line["expect"], line["id"]
    scores.lines += 1
    _score_kind(expect, got, ident, scores)
    _score_extension(expect, got, ident, scores)
    kept = not got.get("ask") and got.get("kind") != "other"
    stored = [item for item in got.get("items", []) if not _bare(item)] if kept else []
    if not _score_question(expect, got, stored, ident, scores):
        _score_items(expect, stored, labels, ident, scores)


def _score_kind(expect: Line, got: Mapping[str, Any], ident: str, scores: ReplyScores) -> None:
    fits = got.get("kind") in (expect.get("kind_any") or [expect["kind"]])
    scores.count(ident, "kind", right=fits, wrong=not fits, missed=not fits)


def _score_extension(expect: Line, got: Mapping[str, Any], ident: str, scores: ReplyScores) -> None:
    wanted, given = expect["extension_to"], got.get("extension_to")
    if expect.get("kind_any") and wanted is None:
        return
    right = wanted is not None and wanted == given
    scores.count(
        ident,
        "extension_to",
        right=right,
        wrong=given is not None and not right,
        missed=wanted is not None and not right,
    )


def _score_question(expect: Line, got: Mapping[str, Any], stored: list[Item], ident: str, scores: ReplyScores) -> bool:
    """Whether a question was due or allowed, and with it the whole reading is judged."""
    if expect["ask"]:
        scores.doubtful += 1
        if not got.get("ask"):
            scores.missed_questions += 1
            scores.faults[ident].add("ask")
            scores.silent_wrong_figures += sum(len(item["figures"]) for item in stored)
        return True
    scores.plain += 1
    if got.get("ask") and not expect.get("ask_any"):
        scores.needless_questions += 1
        scores.faults[ident].add("ask")
    return bool(got.get("ask") and expect.get("ask_any"))


def _score_items(expect: Line, stored: list[Item], labels: Labels, ident: str, scores: ReplyScores) -> None:
    if expect.get("items_any"):
        return
    wanted = {item["assignment_id"]: item for item in expect["items"]}
    given = {item["assignment_id"]: item for item in stored}
    for row, item in given.items():
        if row not in wanted:
            scores.wrong_rows += 1
            scores.count(ident, "row", wrong=1)
            _count_figures(ident, 0, len(item["figures"]), 0, scores)
    for row, item in wanted.items():
        if _blank(item) and row not in given:
            continue
        scores.count(ident, "row", right=row in given, missed=row not in given)
        _score_item(item, given.get(row, {}), labels, ident, scores)


def _score_item(wanted: Item, given: Item, labels: Labels, ident: str, scores: ReplyScores) -> None:
    left_open = set(wanted.get("any", ()))
    for name in ("status", "percent", "expected_date", "problem", "next_step"):
        if name not in left_open:
            _score_value(name, wanted.get(name), _stated(name, given), ident, scores)
    if "figures" not in left_open:
        _score_figures(wanted, given.get("figures") or [], labels, ident, scores)


def _stated(name: str, given: Item) -> Any:
    return None if name == "percent" and given.get("percent_derived") else given.get(name)


def _score_value(name: str, wanted: Any, given: Any, ident: str, scores: ReplyScores) -> None:
    if wanted is None and name == "status":
        return
    right = wanted is not None and given is not None and _same(name, wanted, given)
    scores.count(
        ident, name, right=right, wrong=given is not None and not right, missed=wanted is not None and not right
    )


def _score_figures(wanted: Item, given: list[Item], labels: Labels, ident: str, scores: ReplyScores) -> None:
    row, left = wanted["assignment_id"], list(given)
    right = missed = 0
    for figure in wanted["figures"]:
        match = next((one for one in left if _same_figure(row, figure, one, labels)), None)
        if match is not None:
            left.remove(match)
        right += match is not None and not figure.get("optional")
        missed += match is None and not figure.get("optional")
    _count_figures(ident, right, len(left), missed, scores)


def _count_figures(ident: str, right: int, wrong: int, missed: int, scores: ReplyScores) -> None:
    scores.silent_wrong_figures += wrong
    if wrong:
        scores.faults[ident].add("silent")
    scores.count(ident, "figures", right=right, wrong=wrong, missed=missed)


def _same_figure(row: str, wanted: Item, given: Item, labels: Labels) -> bool:
    return (
        math.isclose(wanted["value"], given["value"], rel_tol=1e-9)
        and _unit_class(wanted["unit"]) == _unit_class(given["unit"])
        and wanted["label"] == labels.meant(row, given["label"])
    )


def _same(name: str, wanted: Any, given: Any) -> bool:
    if name == "percent":
        return abs(float(wanted) - float(given)) <= 0.5
    if name in ("problem", "next_step"):
        one, other = _signs(wanted), _signs(given)
        return one in other or other in one or _alike(one, other) >= _WORDS_ALIKE
    return bool(wanted == given)


def _unit_class(unit: str | None) -> str:
    if unit in _PEOPLE:
        return "人"
    return "个" if not unit or unit in _COUNTERS else unit


def _signs(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).lower()


def _alike(one: str, other: str) -> float:
    """Common pairs of signs as a share of both, 0 to 1."""
    first, second = Counter(pairwise(one)), Counter(pairwise(other))
    total = first.total() + second.total()
    return 2 * (first & second).total() / total if total else 0.0


def _shared(one: str, other: str) -> float:
    """Common pairs of signs as a share of the shorter, 0 to 1."""
    first, second = Counter(pairwise(one)), Counter(pairwise(other))
    return (first & second).total() / (min(first.total(), second.total()) or 1)


def _blank(item: Item) -> bool:
    """An expected item that states nothing for certain."""
    required = [figure for figure in item["figures"] if not figure.get("optional")]
    return not required and all(
        item[name] is None for name in ("status", "percent", "expected_date", "problem", "next_step")
    )


def _bare(item: Item) -> bool:
    """A row that is only named: 其余没变化, 还在推进."""
    said = (item.get("figures"), item.get("expected_date"), item.get("problem"), item.get("next_step"))
    percent = None if item.get("percent_derived") else item.get("percent")
    return not any(said) and percent is None and item.get("status") is None


def same_date(wanted: Line, got: Mapping[str, Any]) -> str:
    """`right`, `unsure` (asked or nothing, where a date is to be read) or `wrong`."""
    return _verdict(wanted, got, ("date", "start", "end", "datetime"))


def same_schedule(wanted: Line, got: Mapping[str, Any]) -> str:
    """`right`, `unsure` (refused or asked, where it fires) or `wrong`; an error and a question are told apart."""
    if "fires" in got:
        return _verdict(wanted, got, ("fires",))
    kind = "error" if "error" in got else "ask"
    if any(kind in one for one in (wanted, *wanted.get("or", ()))):
        return "right"
    return "unsure"


def _verdict(wanted: Line, got: Mapping[str, Any], names: tuple[str, ...]) -> str:
    said = {name: got[name] for name in names if got.get(name)}
    choices = [{name: one[name] for name in names if name in one} for one in (wanted, *wanted.get("or", ()))]
    if said in choices:
        return "right"
    return "wrong" if said else "unsure"
