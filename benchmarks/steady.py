"""Memory over a long time of sending, receiving and ticking.

`python -m benchmarks.steady [--minutes 60] [--rate 50]`: half of the messages come in (questions, and reports that are
read and filed), half are the answers; the bot ticks all the while. Its resident memory is sampled; printed are the
rate that was reached and the slope of the memory after the first fifth of the time, by least squares.
"""

from __future__ import annotations

import argparse
import asyncio
import platform
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import psutil

from benchmarks.inbound import answered, command, free_port, prepare, process, result

TEXTS = "帮助|上门服务正在推进，困难是第{}批材料没到"
SAMPLE_SECONDS = 10.0
SHOWN = 12
WARM = 0.2


@dataclass(frozen=True)
class Sample:
    """Seconds since the start, MiB of the bot, messages sent so far."""

    at: float
    memory: float
    sends: int


async def run(minutes: float, rate: float) -> list[Sample]:
    port = free_port()
    server = f"http://127.0.0.1:{port}"
    updates = int(minutes * 60 * rate / 2) + 1000
    with tempfile.TemporaryDirectory(prefix="duban-steady-") as folder:
        template = Path(folder) / "template.db"
        await asyncio.to_thread(prepare, template)
        arguments, environment = command("duban", server, Path(folder), template)
        flood = process("benchmarks.flood", str(port), str(updates), TEXTS, str(rate / 2))
        async with flood, aiohttp.ClientSession() as http:
            await answered(http, f"{server}/result")
            async with process(*arguments, **environment) as bot:
                await result(http, server, "polled", bot)
                await http.post(f"{server}/go")
                return await watch(http, server, psutil.Process(bot.pid), minutes * 60)


async def watch(http: aiohttp.ClientSession, server: str, bot: psutil.Process, seconds: float) -> list[Sample]:
    began, samples = time.monotonic(), []
    while (at := time.monotonic() - began) < seconds:
        async with http.get(f"{server}/result") as answer:
            sends = (await answer.json())["sends"]
        samples.append(Sample(at, bot.memory_info().rss / 2**20, sends))
        if len(samples) % max(1, round(seconds / SAMPLE_SECONDS / SHOWN)) == 0:
            print(f"{at / 60:8.1f} min {samples[-1].memory:9.1f} MiB {sends:10} sent", flush=True)
        await asyncio.sleep(SAMPLE_SECONDS)
    return samples


def slope(samples: Sequence[Sample]) -> float:
    """MiB an hour."""
    return statistics.linear_regression([s.at for s in samples], [s.memory for s in samples]).slope * 3600


def show(samples: Sequence[Sample], rate: float) -> None:
    warm = [s for s in samples if s.at >= samples[-1].at * WARM]
    first, last = warm[0], warm[-1]
    reached = 2 * (last.sends - first.sends) / (last.at - first.at)
    print(f"Python {platform.python_version()}: {rate:g} messages a second wished, {reached:.1f} reached (in and out)")
    print(f"memory {first.memory:.1f} → {last.memory:.1f} MiB, slope {slope(warm):+.2f} MiB an hour, "
          f"most {max(s.memory for s in samples):.1f}")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--rate", type=float, default=50)
    asked = parser.parse_args()
    show(asyncio.run(run(asked.minutes, asked.rate)), asked.rate)


if __name__ == "__main__":
    main()
