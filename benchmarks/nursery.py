"""Processes that are started often: each forked from one that has loaded the program already.

`python -m benchmarks.nursery duban|ptb|aiogram [ARGUMENT …]` loads the program and, for each byte on standard input,
forks a child that runs it; it prints the child's process id, and in the end how it ended. A start so costs what the
program does and not what Python needs to load it; a child is killed like any other process.
"""

from __future__ import annotations

import asyncio
import gc
import os
import select
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


class Child:
    """A forked process; `returncode` is negative where a signal ended it."""

    def __init__(self, pid: int, ended: asyncio.Task[int]) -> None:
        self.pid = pid
        self._ended = ended

    @property
    def returncode(self) -> int | None:
        return self._ended.result() if self._ended.done() else None

    def send_signal(self, number: int) -> None:
        if not self._ended.done():
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    async def wait(self) -> int:
        return await asyncio.shield(self._ended)


class Nursery:
    """`async with Nursery("duban", environment=…) as nursery: child = await nursery.start()`.
    One child lives at a time; whoever is left at the end is killed."""

    def __init__(self, name: str, *arguments: str, environment: Mapping[str, str]) -> None:
        self._command = (name, *arguments)
        self._environment = environment
        self._child: Child | None = None

    async def __aenter__(self) -> Nursery:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "benchmarks.nursery", *self._command,
            env=dict(self._environment), cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        return self

    async def __aexit__(self, *reason: object) -> None:
        if self._child is not None:
            self._child.send_signal(signal.SIGKILL)
            await self._child.wait()
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    async def start(self) -> Child:
        assert self._process.stdin is not None
        self._process.stdin.write(b"\n")
        pid = await self._line()
        self._child = Child(pid, asyncio.create_task(self._line()))
        return self._child

    async def _line(self) -> int:
        assert self._process.stdout is not None
        return int(await self._process.stdout.readline())


def program(name: str) -> Callable[[], None]:
    """What is run, its libraries loaded."""
    if name == "ptb":
        from benchmarks.chaos_ptb import main as ptb

        return ptb
    if name == "aiogram":
        from benchmarks.chaos_aiogram import main as aiogram

        return aiogram
    from benchmarks.unpaced import main as duban

    return duban


def main() -> None:
    """Until standard input ends; a child that lives then is killed."""
    run = program(sys.argv.pop(1))
    gc.freeze()
    while os.read(0, 1):
        pid = os.fork()
        if pid == 0:
            _run(run)
        os.write(1, f"{pid}\n".encode())
        ended = os.pidfd_open(pid)
        if ended not in select.select([ended, 0], [], [])[0]:
            os.kill(pid, signal.SIGKILL)
        os.close(ended)
        os.write(1, f"{os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])}\n".encode())


def _run(run: Callable[[], None]) -> None:
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(nothing, 1)
    code = 1
    try:
        run()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


if __name__ == "__main__":
    main()
