"""`duban` as it is typed: a process of its own, in a folder of its own, on a database file."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.bot.cli import warm

TABLE = Path(str(files("data.shipped") / "2021.txt"))
CLOCK = "2021-09-24T09:00"
PATIENCE = 60  # seconds that a command may take on a busy machine


@dataclass(frozen=True)
class Finished:
    """What a command printed and left with."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        assert self.code == 0, self.err
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]


@dataclass
class Desk:
    """A folder in which somebody types commands; its clock starts on Friday, 24 September 2021, at 9:00."""

    folder: Path
    environment: dict[str, str] = field(default_factory=lambda: {"DUBAN_CLOCK__START": CLOCK})

    def duban(self, *words: str | Path, typed: str | bytes = "", **environment: str) -> Finished:
        """Run a command without a terminal; `typed` comes on its standard input."""
        with TemporaryDirectory() as between:
            streams = [Path(between, name) for name in ("in", "out", "err")]
            for stream in streams:
                stream.touch()
            streams[0].write_bytes(typed.encode() if isinstance(typed, str) else typed)
            around = surroundings(self.environment | environment)
            code = warm.duban([*map(str, words)], self.folder, around, streams, PATIENCE)
            return Finished(code, streams[1].read_text(encoding="utf-8"), streams[2].read_text(encoding="utf-8"))

    def start(self, *words: str, **environment: str) -> subprocess.Popen[str]:
        """A command that goes on; its standard error is a pipe."""
        return subprocess.Popen(
            [*command(), *words],
            cwd=self.folder,
            env=surroundings(self.environment | environment),
            stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def database(self) -> Path:
        return self.folder / "duban.db"

    def ask(self, query: str) -> list[Any]:
        """The first column of what the database answers."""
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            return [row[0] for row in connection.execute(query)]

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path


def command() -> list[str]:
    return [sys.executable, "-m", "bot"]


def surroundings(added: Mapping[str, str]) -> dict[str, str]:
    """The environment without settings of whoever runs the tests."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
    return kept | {"PYTHONUTF8": "1"} | dict(added)
