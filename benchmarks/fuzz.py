"""Mutated and random texts through the three readers: none may raise, none may be slow.

    python -m benchmarks.fuzz --count 1000000 --seed 1 [--start N] [--bound-ms 50]

Case i of a seed is always the same text, so a run is taken up again with `--start`, and a failing case is run alone
with `--start i --count 1`.
"""

import argparse
import random
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks import reading_readers as readers
from benchmarks.reading_corpus import Line, load

LONGEST = 100_000
SIGNS = "0123456789０１２３.．,，。、;；:：%％/-—~～()（）[]【】#\n\t 　“”\"'"
WORDS = (
    *"一二三四五六七八九十百千万亿两半成个户套亩家所场次条项年月日号前后内底初旬周年已未不没约超近至到到第",
    *(
        "完成",
        "预计",
        "每月",
        "工作日",
        "上午",
        "截至",
        "累计",
        "撤回",
        "延期",
        "没变化",
        "季度",
        "除",
        "顺延",
        "every ",
        "th ",
    ),
)
ODD = "\x00\u200b\u200d\u202e\ufeff\u0301\U0001f44c\U0001f1e8\U000e0001\ud800\udfff①⑩㈠Ⅳ½٣²"
Mutation = Callable[[random.Random, str], str]


def _cut(chance: random.Random, text: str) -> str:
    begin = chance.randrange(len(text) + 1)
    return text[:begin] + text[begin + chance.randrange(1, 6) :]


def _double(chance: random.Random, text: str) -> str:
    begin = chance.randrange(len(text) + 1)
    end = begin + chance.randrange(1, 12)
    return text[:end] + text[begin:end] + text[end:]


def _put(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice((chance.choice(SIGNS), chance.choice(WORDS), chance.choice(ODD))) + text[at:]


def _swap(chance: random.Random, text: str) -> str:
    at = chance.randrange(max(1, len(text) - 1))
    return text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :]


def _number(chance: random.Random, text: str) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + str(chance.choice((0, chance.randrange(40), chance.randrange(10**6), 10**300))) + text[at:]


def _widen(_: random.Random, text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)


def _strip_signs(_: random.Random, text: str) -> str:
    return "".join(sign for sign in text if sign.isalnum())


MUTATIONS: tuple[Mutation, ...] = (_cut, _double, _put, _put, _swap, _number, _widen, _strip_signs)


def _noise(chance: random.Random) -> str:
    alphabets = (SIGNS, "".join(WORDS), ODD, "".join(map(chr, range(32, 127))))
    signs = [chance.choice(chance.choice(alphabets)) for _ in range(chance.randrange(60))]
    signs += [chr(chance.randrange(0x11_0000)) for _ in range(chance.randrange(8))]
    chance.shuffle(signs)
    return "".join(signs)


def text_of(chance: random.Random, texts: Sequence[str]) -> str:
    """A corpus text changed a few times; now and then two in one, pure noise, or one repeated to great length."""
    if chance.random() < 0.1:
        return _noise(chance)
    text = chance.choice(texts)
    if chance.random() < 0.2:
        text += chance.choice(("", "\n", "，", " ")) + chance.choice(texts)
    for _ in range(chance.randrange(1, 6)):
        text = chance.choice(MUTATIONS)(chance, text)
    if chance.random() < 0.0005 and text:
        text = (text * (LONGEST // len(text) + 1))[: chance.randrange(1000, LONGEST)]
    return text


@dataclass(slots=True)
class Found:
    """What a run has met so far: `slowest` is (milliseconds, reader, case)."""

    calls: Counter[str] = field(default_factory=Counter)
    raised: int = 0
    slow: int = 0
    slowest: tuple[float, str, int] = (0.0, "", -1)


def _case(chance: random.Random, lines: dict[str, list[Line]], texts: Sequence[str]) -> dict[str, Line]:
    """One text for all readers, each in the surroundings of some line of its corpus."""
    text = text_of(chance, texts)
    return {name: {**chance.choice(lines[name]), "text": text} for name in lines}


def _try(name: str, read: readers.Read, line: Line, case: int, bound: float, found: Found) -> None:
    try:
        spent = _spent(read, line)
        if spent > bound:
            spent = min(_spent(read, line) for _ in range(3))
    except Exception:
        found.raised += 1
        print(f"case {case}: {name} raised on {line['text'][:200]!r}\n{traceback.format_exc(limit=-3)}")
        return
    found.calls[name] += 1
    found.slowest = max(found.slowest, (spent, name, case))
    if spent > bound:
        found.slow += 1
        print(f"case {case}: {name} took {spent:.1f} ms for {len(line['text'])} signs: {line['text'][:80]!r}")


def _spent(read: readers.Read, line: Line) -> float:
    """Milliseconds of processor time: on a busy machine the clock on the wall tells of others."""
    begin = time.process_time()
    read(line)
    return (time.process_time() - begin) * 1000


def _readers() -> dict[str, readers.Read]:
    makers: dict[str, Callable[[], readers.Read]] = {
        "replies": readers.reply_reader,
        "dates": readers.date_reader,
        "schedules": readers.schedule_reader,
    }
    made = {}
    for name, make in makers.items():
        try:
            made[name] = make()
        except ImportError as missing:
            print(f"{name}: no reader yet ({missing})")
    return made


def run(count: int, seed: int, start: int, bound: float) -> Found:
    read, found = _readers(), Found()
    lines = {name: load(name) for name in read}
    texts = [line["text"] for some in lines.values() for line in some]
    told = time.monotonic()
    for case in range(start, start + count):
        chance = random.Random(f"{seed}:{case}")
        for name, line in _case(chance, lines, texts).items():
            _try(name, read[name], line, case, bound, found)
        if time.monotonic() - told > 30:
            told = time.monotonic()
            print(f"seed {seed}, next case {case + 1}: {_told(found)}", flush=True)
    return found


def _told(found: Found) -> str:
    calls = ", ".join(f"{name} {count}" for name, count in found.calls.items())
    spent, name, case = found.slowest
    return f"read {calls}; raised {found.raised}; too slow {found.slow}; slowest {spent:.1f} ms ({name}, case {case})"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.fuzz")
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start", type=int, default=0, help="the first case")
    parser.add_argument("--bound-ms", type=float, default=50.0)
    options: Any = parser.parse_args(arguments)
    begin = time.monotonic()
    found = run(options.count, options.seed, options.start, options.bound_ms)
    print(
        f"seed {options.seed}, cases {options.start} to {options.start + options.count - 1}, "
        f"bound {options.bound_ms:g} ms, {time.monotonic() - begin:.0f} s: {_told(found)}"
    )
    return 1 if found.raised or found.slow else 0


if __name__ == "__main__":
    sys.exit(main())
