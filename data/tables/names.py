"""The names that the shipped table's rows and targets are called by in a line of chat."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from data.kinds import PartKind
from data.tables.draft import AssignmentDraft, TargetDraft


@dataclass(frozen=True, slots=True)
class ShippedNames:
    """`rows` gives a row's id its short name, `targets` a row's id the short label of each of its labels."""

    rows: dict[str, str]
    targets: dict[str, dict[str, str]]

    def applied(self, row: AssignmentDraft) -> AssignmentDraft:
        """The row with these names in place of those made by rule."""
        name = self.rows.get(row.id, row.short_name)
        labels = self.targets.get(row.id, {})
        return replace(row, short_name=name, targets=tuple(_named(part, labels, name) for part in row.targets))


def _named(part: TargetDraft, labels: dict[str, str], name: str) -> TargetDraft:
    if part.kind is PartKind.ONGOING:
        return replace(part, label=name, short_label=name)
    return replace(part, short_label=labels.get(part.label, part.short_label))


def shipped_names(sha256: str) -> ShippedNames | None:
    """The names for the file with that hash, None where it is no shipped one."""
    return _shipped().get(sha256)


@cache
def _shipped() -> dict[str, ShippedNames]:
    found = {}
    for file in files("data.shipped").iterdir():
        if file.name.endswith(".names.toml"):
            document = tomllib.loads(file.read_text(encoding="utf-8"))
            found[str(document["sha256"])] = ShippedNames(document["rows"], document["targets"])
    return found
