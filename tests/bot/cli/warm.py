"""A process of its own for each command, forked where everything heavy is imported once.

What is imported here mustn't read settings, language or clock; `bot.cli` does, so each command imports it itself.
`test_usage.py` starts the real interpreter and watches what a command imports.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import alembic.command  # noqa: F401
import openpyxl  # noqa: F401
import rich.table  # noqa: F401
import typer  # noqa: F401

import bot.config
import bot.contacts
import bot.handout
import bot.health
import bot.reading.answers
import bot.views.ledger  # noqa: F401
import data.backup
import data.store
import data.tables  # noqa: F401
import scheduler.phrases
import scheduler.schedules  # noqa: F401


def duban(
    words: Sequence[str], folder: Path, environment: Mapping[str, str], streams: Sequence[Path], patience: float
) -> int:
    """Run a command in `folder`; standard input, output and error are files. Its exit code. Raises TimeoutError."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    process = context.Process(target=_run, args=(list(words), folder, dict(environment), list(streams)))
    process.start()
    try:
        process.join(patience)
        if process.exitcode is None:
            process.kill()
            raise TimeoutError(f"duban {' '.join(words)}")
        return process.exitcode
    finally:
        process.join()
        process.close()


def _run(words: list[str], folder: Path, environment: dict[str, str], streams: list[Path]) -> None:
    for number, path in enumerate(streams):
        os.dup2(os.open(path, os.O_RDWR), number)
    sys.stdin = os.fdopen(0, "r", encoding="utf-8", closefd=False)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["duban", *words]
    from bot.cli import main

    main()
