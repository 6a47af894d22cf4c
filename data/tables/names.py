"""The names that the shipped table's rows and targets are called by in a line of chat."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files

from data.kinds import PartKind
from data.tables.draft import AssignmentDraft, TargetDraft


@dataclass(frozen=True, slots=True)
class RowNames:
    """A row's short name, and the short label of each of its labels."""

    name: str
    labels: Mapping[str, str]


def with_shipped_names(row: AssignmentDraft) -> AssignmentDraft:
    """The row with the shipped names in place of those made by rule, where it is a shipped row word for word."""
    names = shipped_names().get(row.content)
    if names is None:
        return row
    return replace(row, short_name=names.name, targets=tuple(_named(part, names) for part in row.targets))


def _named(part: TargetDraft, names: RowNames) -> TargetDraft:
    if part.kind is PartKind.ONGOING:
        return replace(part, label=names.name, short_label=names.name)
    return replace(part, short_label=names.labels.get(part.label, part.short_label))


@cache
def shipped_names() -> Mapping[str, RowNames]:
    """The names of each shipped row by its content."""
    found = {}
    for file in files("data.shipped").iterdir():
        if file.name.endswith(".names.toml"):
            for row in tomllib.loads(file.read_text(encoding="utf-8"))["rows"]:
                found[row["content"]] = RowNames(row["name"], row.get("targets", {}))
    return found
