"""Corrections: which figure of the last report a bare number takes the place of."""

from __future__ import annotations

import re
from math import log
from typing import Final

from bot.reading import things, words
from bot.reading.clauses import Clause
from bot.reading.drafts import Draft
from bot.reading.model import FigureRead, Item, LastItem, Option, Question, ReadingContext, RowContext, TargetContext
from bot.reading.percent import Percent
from bot.reading.said import Said
from bot.reading.signs import COUNTED_IN

# How much nearer (as a ratio) the old figure must be than the next, and at most how far off.
_NEAR: Final = 0.35
_NEARER: Final = 2.5
MOST_OFFERED: Final = 6


def row_of_correction(clauses: list[Clause], context: ReadingContext) -> int | None:
    """The row of the last report that the new number fits: 3300 is 学位 (3500 of 5000), not 开放学校 (9 of 11).

    A percent is that of the only row with one, a date that of the only row with one. None where several fit.
    """
    last = context.last_report or ()
    rows = {row.id: at for at, row in enumerate(context.rows)}
    tokens = [token for clause in clauses for token in clause.tokens]
    found: set[str] = set()
    for token in tokens:
        if token.number and token.number.percent:
            found |= {item.row_id for item in last if item.percent is not None} or {item.row_id for item in last}
        elif token.number:
            found |= _fitting_rows(token.number.value, last, context) or _percent_rows(token.number.value, last)
        elif token.day:
            found |= {item.row_id for item in last if item.expected_date is not None}
    return rows.get(next(iter(found))) if len(found) == 1 else None


def _percent_rows(value: float, last: tuple[LastItem, ...]) -> set[str]:
    """62, where a percent and no figure was said of a row."""
    return {item.row_id for item in last if item.percent is not None and not item.figures} if value <= 100 else set()


def _fitting_rows(value: float, last: tuple[LastItem, ...], context: ReadingContext) -> set[str]:
    distances = {
        (item.row_id, key): _distance(value, old)
        for item in last for key, old in item.figures if _possible(value, item.row_id, key, context)
    }  # fmt: skip
    nearest = _nearest(distances)
    return {nearest[0]} if nearest else {row_id for row_id, _ in distances}


def _possible(value: float, row_id: str, key: int | str, context: ReadingContext) -> bool:
    row = context.row(row_id)
    target = next((target for target in row.targets if target.key == key), None) if row else None
    return target is not None and (target.value is None or value <= 2 * target.value)


def _distance(value: float, old: float) -> float:
    return abs(log(max(value, 0.01) / max(old, 0.01)))


def _nearest(distances: dict[tuple[str, int | str], float]) -> tuple[str, int | str] | None:
    order = sorted(distances, key=distances.__getitem__)
    if not order:
        return None
    if len(order) == 1:
        return order[0]
    clear = distances[order[0]] <= _NEAR and distances[order[1]] >= _NEARER * max(distances[order[0]], 0.1)
    return order[0] if clear else None


_MEANT: Final = re.compile("(?:[先就暂还是]按照?|按照?|以|就|照)(?:这个)?$")
_STANDS: Final = re.compile(f"^{COUNTED_IN}(?:来|去|这个数)?(?:[报填写算]|为准|计|[吧呗]*[ 。.!！]*$)")


def let_stand(found: Draft) -> None:
    """张科说6家，我看过是5家，按5家报: the number that is to be reported stands, others of its target don't."""
    for said in found.figures:
        clause = said.clause
        if clause is None or said.role not in ("achieved", "other"):
            continue
        if _MEANT.search(clause.slice(clause.start, said.span[0]).rstrip()) and _STANDS.match(
            clause.slice(said.number.end, clause.end).lstrip()
        ):
            rivals = [other for other in found.figures if other is not said and other.role == "achieved"]
            if said.target is None:
                said.target = next((other.target for other in rivals if other.unit == said.unit), None)
            for other in found.figures if said.target is not None else ():
                if other.target == said.target:
                    other.role = "achieved" if other is said else "other"


def place_numbers(found: Draft, context: ReadingContext) -> None:
    """是3300, said after 学位3500个, is the new figure for 学位; 3500改成3300 names the old one too."""
    if found.row is None:
        return
    items = [item for item in context.last_report or () if item.row_id == found.row.id]
    for said in found.figures:
        if said.target is None and said.role == "achieved" and items:
            _place(said, items[0], found, context)
    old = {key: value for item in items for key, value in item.figures}
    for said in found.figures:  # 186是7月的，8月底该是203
        days = [token.day for token in said.clause.tokens if token.day] if said.clause is not None else []
        if said.role == "dated" and said.target is not None and all(day.is_past for day in days):
            said.role = "achieved"
    unnamed = [said for said in found.figures if said.role == "achieved" and _is_unnamed(said, found.row, items)]
    for said in unnamed:
        _place_anew(said, items, found)
    _as_percent(found, items)
    rows = found.row.targets
    for said in sorted(
        found.figures,
        key=lambda said: said.target is None or old.get(rows[said.target].key) != said.number.value,
    ):
        others = [
            other
            for other in found.figures
            if other is not said and other.target == said.target and other.role == "achieved"
        ]
        if (
            said.target is not None and others and old.get(found.row.targets[said.target].key) == said.number.value
        ) or (said.target is not None and others and others[-1].span > said.span):
            said.role = "other"


def only_the_old(found: Draft, context: ReadingContext) -> bool:
    """3500多报200, or 186是7月的，…203 of which nothing was made: all that is left is what was said before."""
    if found.row is None:
        return False
    old = {
        key: value for item in context.last_report or () if item.row_id == found.row.id for key, value in item.figures
    }
    kept = [said for said in found.figures if said.role == "achieved" and said.target is not None]
    told = found.percents or found.finish or found.problem or any(not said.part for said in found.statuses)
    stays = any(_STAYS.search(clause.text) for clause in found.clauses)
    targets = found.row.targets
    return (
        bool(kept)
        and not (told or stays)
        and all(old.get(targets[said.target].key) == said.number.value for said in kept if said.target is not None)
    )


_STAYS: Final = re.compile("还是|仍|不变|没错|不动|没动|一样")


def _stands(clause: Clause | None) -> bool:
    """接入的不动, 总数没错: of what is not to be changed."""
    return clause is not None and _AS_IT_IS.search(clause.text.strip()) is not None


def new_beside_old(found: Draft, context: ReadingContext) -> float | None:
    """The number that may have been meant, beside what was said before."""
    items = [item for item in context.last_report or () if found.row is not None and item.row_id == found.row.id]
    old = {value for item in items for _, value in item.figures}
    new = [
        said
        for said in found.figures
        if said.number.value not in old and said.role != "achieved" and said.unit in (None, *_units(found))
    ]
    return new[-1].number.value if new else None


def _units(found: Draft) -> tuple[str | None, ...]:
    return tuple(target.unit for target in found.row.targets) if found.row is not None else ()


def _as_percent(found: Draft, items: list[LastItem]) -> None:
    """57报高了，实际55, where a percent and no figure was said last: the bare number is the percent."""
    if not items or items[0].percent is None or items[0].figures:
        return
    for said in found.figures:
        if any(percent.span == (said.number.start, said.number.end) for percent in found.percents):
            said.role = "other"
        elif (
            not found.percents
            and said.role == "achieved"
            and said.number.unit is None
            and said.number.value <= 100
            and said.named < _NAMED
        ):
            said.role = "other"
            found.percents.append(Percent(said.number.value, said.span, "corrects the percent said last"))


_NAMED: Final = 1.0


def _place(said: Said, item: LastItem, found: Draft, context: ReadingContext) -> None:
    assert found.row is not None
    figures = [pair for pair in item.figures if _possible(said.number.value, item.row_id, pair[0], context)]
    figures = _spoken_of(figures, found) or figures
    exact = [pair for pair in figures if pair[1] == said.number.value]
    nearest = _nearest({(item.row_id, key): _distance(said.number.value, old) for key, old in exact or figures})
    if nearest is not None:
        said.target = next(at for at, target in enumerate(found.row.targets) if target.key == nearest[1])
        said.rule, said.rivals = "corrects the figure said last", ()


def _is_unnamed(said: Said, row: RowContext, items: list[LastItem]) -> bool:
    """应是380, where several figures could be meant: no word beside it and no measure word tells which of them."""
    meant = {key for item in items for key, _ in item.figures} or {target.key for target in row.targets}
    alike = [target for target in row.targets if target.key in meant and things.alike(said.unit, target.unit)]
    total = said.clause is not None and said.clause.has(words.TOTAL)
    return len(alike) > 1 and said.named < _NAMED and not total


def _place_anew(said: Said, items: list[LastItem], found: Draft) -> None:
    """幼儿园学位写成了300，应是380 after the whole and its parts: the one that the message names, else the near one."""
    assert found.row is not None
    value, keys = said.number.value, [target.key for target in found.row.targets]
    last = [pair for item in items for pair in item.figures]
    spoken = _spoken_of(last or [(key, 0.0) for key in keys], found)
    if not last:
        said.target = keys.index(spoken[0][0]) if len(spoken) == 1 else said.target
        return
    beside = {other.number.value for other in found.figures if other is not said and not _stands(other.clause)}
    changed = [pair for pair in last if pair[1] in beside and pair[1] != value]
    own = [pair for pair in last if pair[1] == value]
    ways = [pairs for pairs in (changed, spoken, own) if len(pairs) == 1]
    figures = ways[0] if ways else spoken or last
    near = {(found.row.id, key): _distance(value, was) for key, was in figures}
    first = min(near, key=near.__getitem__)
    nearest = _nearest(near) or (first if keys.index(first[1]) == said.target and near[first] <= _NEAR else None)
    if nearest is not None:
        said.target, said.rule = keys.index(nearest[1]), "corrects the figure said last"
    else:
        said.target, said.rivals = None, tuple(keys.index(key) for key, _ in figures)


def _spoken_of(figures: list[tuple[int | str, float]], found: Draft) -> list[tuple[int | str, float]]:
    """送电影的场次不对，是83: the figures whose label the message has most of."""
    assert found.row is not None
    text = "".join(clause.text for clause in found.clauses if clause.numbers() or not _stands(clause))
    labels = {target.key: target.label for target in found.row.targets}
    shared = {
        key: sum(label[at : at + 2] in text for at in range(len(label) - 1))
        for key, _ in figures for label in (labels[key],)
    }  # fmt: skip
    most = max(shared.values(), default=0)
    return [pair for pair in figures if most and shared[pair[0]] == most]


# 学位没错: what is right needs no other number.
_AS_IT_IS: Final = re.compile(
    "没错|没问题|没写错|不变|[不没]动|没变|是对的|[的都]对$|对的$|照旧|不用改|不用动|别动|不改|保持|还是"
)


def said_before(value: float | None, context: ReadingContext) -> tuple[Option, ...]:
    """The figures that the value may correct, for the person to choose: those stored last, else any, nearest first."""
    if value is None:
        return ()
    last = [(item.row_id, *figure) for item in context.last_report or () for figure in item.figures]
    known = [(row.id, *figure) for row in context.rows if row.last is not None for figure in row.last.figures]
    found = _possible_ones(value, last, context) or _possible_ones(value, known, context)
    return tuple(_in_place_of(row, target, value) for row, target in found[:MOST_OFFERED])


def _possible_ones(
    value: float, figures: list[tuple[str, int | str, float]], context: ReadingContext
) -> list[tuple[RowContext, TargetContext]]:
    return [
        (row, target)
        for row_id, key, _old in sorted(figures, key=lambda figure: _distance(value, figure[2]))
        if _possible(value, row_id, key, context) and (row := context.row(row_id)) is not None
        for target in row.targets
        if target.key == key
    ]


def _in_place_of(row: RowContext, target: TargetContext, value: float) -> Option:
    read = FigureRead(target.key, target.label, value, target.unit)
    return Option("figure", {"row": row.id, "label": target.label}, (Item(row.id, figures=(read,)),))


def correct_what(value: float | None, context: ReadingContext) -> Question:
    """The question which of what was reported the value is to correct."""
    return Question("correct_what", None, {"value": value, "rows": ()}, said_before(value, context))
