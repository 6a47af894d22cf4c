"""Lists that give names first and numbers after: 送戏、送电影、送书分别完成75场、92场、9500册."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import Final

from bot.reading.clauses import Clause
from bot.reading.tokens import Token

MARK: Final = re.compile("分别|依次|各自")
_MOST: Final = 20  # names of one list
_AND: Final = re.compile("以及|[和与及跟]")


def given_in_order(clauses: list[Clause]) -> list[Clause]:
    """The same clauses, each number of such a list behind its own name.

    Catches 就业、再就业和创业分别为13000、4900、1600人. Not: more names than numbers, 分别是A和B.
    """
    made: list[Clause] = []
    at = 0
    while at < len(clauses):
        mark = MARK.search(clauses[at].text)
        first = _chain_start(clauses, at) if mark else at
        names = _names(clauses[first : at + 1], mark) if mark else []
        numbers, end = _numbers_behind(clauses, at, mark) if mark else ([], at)
        if len(names) > 1 and len(names) == len(numbers):
            del made[len(made) - (at - first) :]
            verb = _verb(clauses[at], mark, numbers[0]) if mark else ()
            pairs = zip(names, numbers, strict=True)
            made.extend(_named(name, verb, number, goes_on=place > 0) for place, (name, number) in enumerate(pairs))
            at = end
        else:
            made.append(clauses[at])
        at += 1
    return made


_EACH: Final = re.compile("各(?:自|有|都|已|建成|完成|做|办|评上?|建|改|装|开|新增|种|推|推选|了|好|是)*$")


def each_so_many(clauses: list[Clause]) -> list[Clause]:
    """河、村各1, 送戏和送电影各办了20场: the number behind each of the names; not 各项1, 各街道1个."""
    made: list[Clause] = []
    for at, clause in enumerate(clauses):
        numbers = clause.numbers()
        number = clause.tokens[numbers[0]] if len(numbers) == 1 else None
        mark = _EACH.search(clause.text[: number.start - clause.start]) if number is not None else None
        first = _chain_start(clauses, at) if mark else at
        names = _names(clauses[first : at + 1], mark) if mark else []
        if mark is None or number is None or len(names) < 2:
            made.append(clause)
            continue
        del made[len(made) - (at - first) :]
        verb = _verb(clause, mark, (clause, number))
        number = _of_anything(number)
        made.extend(_named(name, verb, (clause, number), goes_on=place > 0) for place, name in enumerate(names))
    return made


def _of_anything(token: Token) -> Token:
    """各1个: the measure word is of no one of them."""
    number = token.number
    if number is None or number.unit != "个":
        return token
    bare = replace(number, unit=None, unit_end=number.end)
    return replace(token, end=number.end, text=token.text[: number.end - token.start], number=bare)


def numbers_in_order(clauses: list[Clause]) -> list[tuple[Clause, Token]]:
    """The numbers behind the first 分别, each with its clause; without one, those that / or 、 joins (70%、2370套)."""
    for at, clause in enumerate(clauses):
        mark = MARK.search(clause.text)
        if mark:
            return _numbers_behind(clauses, at, mark)[0]
    for clause in clauses:
        slashed = clause.numbers()
        between = [
            clause.slice(clause.tokens[one].end, clause.tokens[two].start).strip() for one, two in pairwise(slashed)
        ]
        if between and all(sign == "/" for sign in between):
            return [(clause, clause.tokens[at]) for at in slashed]  # 8.1/8.3/9.1：25/2300/8
    joined = next((at for at in range(1, len(clauses)) if clauses[at].goes_on and clauses[at - 1].numbers()), None)
    if joined is None:
        return []
    first = clauses[joined - 1]
    found = [(first, first.tokens[at]) for at in first.numbers()]
    found.extend(_numbers_behind(clauses, joined - 1, re.search("$", first.text))[0])  # type: ignore[arg-type]
    return found


def _chain_start(clauses: list[Clause], at: int) -> int:
    last = at
    while at > 0 and last - at < _MOST and clauses[at].goes_on and not clauses[at - 1].numbers():
        at -= 1
    return at


def _names(clauses: list[Clause], mark: re.Match[str]) -> list[tuple[Clause, int, int]]:
    """The names with their clause and place in the text."""
    found = []
    for clause in clauses:
        end = mark.start() if clause is clauses[-1] else len(clause.text)
        at = 0
        for link in (*_AND.finditer(clause.text, 0, end), None):
            stop = link.start() if link else end
            if clause.text[at:stop].strip():
                found.append((clause, clause.start + at, clause.start + stop))
            at = link.end() if link else end
    return found


def _numbers_behind(clauses: list[Clause], at: int, mark: re.Match[str]) -> tuple[list[tuple[Clause, Token]], int]:
    """The numbers behind the mark, through all that 、 joins to it; and the last clause of the list."""
    begin = clauses[at].start + mark.end()
    found = [(clauses[at], token) for token in clauses[at].tokens if token.number and token.start >= begin]
    while at + 1 < len(clauses) and clauses[at + 1].goes_on and len(found) <= _MOST:
        at += 1
        found.extend((clauses[at], token) for token in clauses[at].tokens if token.number)
    return found, at


def _verb(clause: Clause, mark: re.Match[str] | None, first: tuple[Clause, Token]) -> tuple[Token, ...]:
    begin = clause.start + mark.end() if mark else clause.start
    return tuple(token for token in clause.tokens if begin <= token.start < first[1].start)


def _named(
    name: tuple[Clause, int, int], verb: tuple[Token, ...], number: tuple[Clause, Token], *, goes_on: bool
) -> Clause:
    """A clause of the name, the verb of all, and its number; the number keeps its place in the text."""
    clause, begin, end = name
    pieces = [token for token in clause.tokens if begin <= token.start and token.end <= end and not token.number]
    said = clause.slice(begin, end)
    head = said + "".join(token.text for token in verb)
    token = number[1]
    start = token.start - len(head)
    moved = [_moved(piece, start + piece.start - begin) for piece in pieces]
    at = start + len(said)
    for piece in verb:
        moved.append(_moved(piece, at))
        at += len(piece.text)
    text = head + number[0].slice(token.start, token.end)
    return Clause(start, token.end, text, (*moved, token), goes_on, clause.new_sentence and not goes_on, clause.asks)


def _moved(token: Token, start: int) -> Token:
    return replace(token, start=start, end=start + len(token.text))
