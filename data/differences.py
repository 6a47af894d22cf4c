"""What a table says otherwise than the plan that is there: which rows are the same ones, what changed in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from data.tables.draft import AssignmentDraft, TargetDraft

COMPARED = 400  # characters of a content: so many tell whether two are the same
LIKENESS_LIMIT = 250_000  # pairs of contents that are looked at for likeness
SAME_PLACE, SAME_PROJECT, ANYWHERE, SAME_UNIT = 0.3, 0.6, 0.75, 0.6
_PREFIX = re.compile(r"^(?:[一-鿿]{2}(?=[区市县]))?[省市区县](?=.{2})")


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a row, before and after, as JSON values."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that is new, gone or changed; `ref` is its id (of a gone row the old one). `fields` only where changed."""

    ref: str
    name: str
    fields: tuple[FieldChange, ...] = ()

    def __str__(self) -> str:
        return f"{self.ref} {self.name}"


@dataclass(frozen=True, slots=True)
class UnitRename:
    """A unit that the plan has as `old` and the table, it seems, as `new`; nothing is renamed unless confirmed."""

    old: str
    new: str

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


@dataclass(frozen=True, slots=True)
class Difference:
    """What applying a table would do to the plan; all rows are `new` where there is none of that year yet."""

    new: tuple[RowChange, ...] = ()
    changed: tuple[RowChange, ...] = ()
    gone: tuple[RowChange, ...] = ()
    renames: tuple[UnitRename, ...] = ()

    @property
    def changes_anything(self) -> bool:
        return bool(self.new or self.changed or self.gone)


# ------------------------------------------------------------------ which rows are the same


def match_rows(old: Sequence[AssignmentDraft], new: Sequence[AssignmentDraft]) -> dict[int, int]:
    """Index of a new row → index of the old row that it is: by number, name and content, then by likeness."""
    matching = _Matching(old, new)
    matching.by_key(lambda row: (row.project_no, row.project, row.content))
    matching.by_key(lambda row: (row.project, row.content))
    matching.by_key(lambda row: row.content)
    matching.by_key(lambda row: (row.id, row.project), at_least=SAME_PLACE)
    matching.by_key(lambda row: row.project if row.project and row.id == row.project_no else None)
    matching.by_likeness(SAME_PROJECT, same_project=True)
    matching.by_likeness(ANYWHERE, same_project=False)
    return matching.found


class _Matching:
    """`found` grows from the surest rule to the least sure; each row is matched once."""

    def __init__(self, old: Sequence[AssignmentDraft], new: Sequence[AssignmentDraft]) -> None:
        self.old, self.new = old, new
        self.found: dict[int, int] = {}
        self._left = dict.fromkeys(range(len(old)))

    def by_key(self, key: Callable[[AssignmentDraft], Hashable], at_least: float = 0) -> None:
        """Rows with the same key (None: no key); with `at_least` only those whose contents are alike so far."""
        places: dict[Hashable, list[int]] = {}
        for at in self._left:
            places.setdefault(key(self.old[at]), []).append(at)
        for at in self._unmatched():
            wanted = key(self.new[at])
            candidates = places.get(wanted) if wanted is not None else None
            if candidates and likeness(self.old[candidates[0]], self.new[at], at_least) >= at_least:
                self._match(at, candidates.pop(0))

    def by_likeness(self, at_least: float, *, same_project: bool) -> None:
        """The pairs whose contents are most alike, best first."""
        unmatched = self._unmatched()
        if len(unmatched) * len(self._left) > LIKENESS_LIMIT:
            return
        pairs = [
            (likeness(self.old[before], self.new[at], at_least), at, before)
            for at in unmatched
            for before in self._left
            if not same_project or self.old[before].project == self.new[at].project
        ]
        for alike, at, before in sorted(pairs, key=lambda pair: (-pair[0], pair[1:])):
            if alike >= at_least and at not in self.found and before in self._left:
                self._match(at, before)

    def _unmatched(self) -> list[int]:
        return [at for at in range(len(self.new)) if at not in self.found]

    def _match(self, at: int, before: int) -> None:
        self.found[at] = before
        del self._left[before]


def likeness(old: AssignmentDraft, new: AssignmentDraft, at_least: float = 0) -> float:
    """0 to 1, how alike two contents are; 0 as soon as it can't be `at_least`."""
    matcher = SequenceMatcher(None, old.content[:COMPARED], new.content[:COMPARED], autojunk=False)
    if matcher.real_quick_ratio() < at_least or matcher.quick_ratio() < at_least:
        return 0.0
    return matcher.ratio() if at_least else 1.0


# ------------------------------------------------------------------ what changed in a row


def row_changes(old: AssignmentDraft, new: AssignmentDraft) -> tuple[FieldChange, ...]:
    """The fields that differ; names for chat and kinds of parts are the office's own and don't count."""
    before, after = _fields(old), _fields(new)
    return tuple(FieldChange(name, before[name], after[name]) for name in before if before[name] != after[name])


def _fields(row: AssignmentDraft) -> dict[str, Any]:
    return {
        "id": row.id,
        "project": row.project,
        "content": row.content,
        "leaders": list(row.leaders),
        "lead_unit": row.lead_unit,
        "co_lead_units": list(row.co_lead_units),
        "supporting_units": list(row.supporting_units),
        "deadline": row.deadline,
        "targets": [_target(part) for part in row.targets],
    }


def _target(part: TargetDraft) -> list[Any]:
    """What makes a part another one; the label of a part without number may have been made shorter by an admin."""
    label = part.label if part.value is not None else None
    return [label, part.value, part.unit, str(part.comparator), part.text, part.parent, part.baseline]


# ------------------------------------------------------------------ units with a new name


def renames(old: Iterable[str], new: Iterable[str]) -> tuple[UnitRename, ...]:
    """For each unit that only the table has, the nearest of those that only the plan has: 发改局 for 区发改局."""
    left = list(dict.fromkeys(old))
    found = []
    for name in dict.fromkeys(new):
        nearest = max(left, key=lambda known: _name_likeness(known, name), default=None)
        if nearest is not None and _name_likeness(nearest, name) >= SAME_UNIT:
            left.remove(nearest)
            found.append(UnitRename(nearest, name))
    return tuple(found)


def _name_likeness(first: str, second: str) -> float:
    first, second = _bare(first), _bare(second)
    if first == second:
        return 1.0
    return SequenceMatcher(None, first, second, autojunk=False).ratio()


def _bare(name: str) -> str:
    return _PREFIX.sub("", re.sub(r"[（(].*?[）)]", "", name))
