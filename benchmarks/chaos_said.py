"""Where the peers of the chaos bench write what they hear."""

from __future__ import annotations

import sqlite3

ANSWER = "已记录：{}"


class Said:
    """The table of what was said, each row on disk when `keep` returns."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.execute("PRAGMA synchronous=FULL")
        self._connection.execute("CREATE TABLE IF NOT EXISTS said (id INTEGER PRIMARY KEY, person INTEGER, words TEXT)")

    def keep(self, person: int, words: str) -> None:
        self._connection.execute("INSERT INTO said (person, words) VALUES (?, ?)", (person, words))
