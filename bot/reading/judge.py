"""What a careful clerk would query, and what each answer would store.

A question's options carry only the field in doubt; the rest of the row is `Judged.plain` and needs no answer.
"""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Final

from bot.reading import words
from bot.reading.clauses import UNSURE_OF_IT, Clause, told
from bot.reading.dates import Dated
from bot.reading.done import judge_done, judge_done_targets
from bot.reading.doubtful import judge_number
from bot.reading.doubts import Judged, alone, ask, doubt_figure, doubt_percent, tidy
from bot.reading.drafts import Draft
from bot.reading.facts import figure
from bot.reading.model import Item, Option, ReadingContext, RowContext
from bot.reading.unsettled import is_unsettled


def judge(found: Draft, proposed: Item, context: ReadingContext, *, correcting: bool) -> Judged:
    """All doubts about one row's item."""
    made = Judged(proposed, proposed)
    row = found.row
    if row is None:
        return made
    elapsed = min(1.0, max(0.0, (context.today - date(context.year, 1, 1)).days / 365))
    for said in found.figures:
        judge_number(made, said, found, row, elapsed, correcting=correcting)
    _judge_percent(made, found, row, correcting=correcting)
    judge_done(made, found, row)
    judge_done_targets(made, found, row)
    _judge_date(made, found, row, context)
    _judge_vague(made, found, row)
    _judge_hearsay(made, found)
    return made


# ------------------------------------------------------------------ percent, done, dates, hearsay


def _judge_percent(made: Judged, found: Draft, row: RowContext, *, correcting: bool) -> None:
    percent = found.percent
    if percent is None:
        return
    value = tidy(percent.value)
    last = row.last.percent if row.last else None
    if percent.high is not None:
        ends = [
            Option("value", {"value": end}, alone(row, status="in_progress", percent=end))
            for end in (value, tidy(percent.high))
        ]
        doubt_percent(made)
        ask(made, "range_percent", row, {"low": value, "high": tidy(percent.high)}, *ends)
    elif value > 100:
        doubt_percent(made)
        ask(
            made,
            "percent_above",
            row,
            {"percent": value},
            Option("all_done", {}, alone(row, status="done", percent=100)),
            Option("change"),
        )
    elif last is not None and value < last and not correcting:
        doubt_percent(made)
        kept = Option("wrong_before", {"percent": value}, alone(row, status="in_progress", percent=value))
        ask(made, "lower_percent", row, {"percent": value, "last": tidy(last)}, kept, Option("change"))
    done = next((said for said in found.statuses if said.status == "done" and not said.part), None)
    if done and value < 100 and percent.high is None:
        options = (
            Option("done", {}, alone(row, status="done", percent=100)),
            Option("in_progress", {}, alone(row, status="in_progress", percent=value)),
        )
        doubt_percent(made)
        ask(made, "done_or_percent", row, {"percent": value}, *options)


def _judge_date(made: Judged, found: Draft, row: RowContext, context: ReadingContext) -> None:
    odd = next((dated for dated in found.dates if dated.role == "impossible"), None) or _next_year_sometime(found, row)
    if odd:
        ask(made, "which_date", row, {"said": _said(found, odd.span)})
    elif (words_of := _after_the_year(found, row)) is not None:
        made.item = replace(made.item, status=None if made.item.status == "done" else made.item.status)
        made.plain = replace(made.plain, status=None)
        ask(made, "which_date", row, {"said": words_of})
    stale = next((dated for dated in found.dates if dated.role == "finish" and dated.stale), None)
    if stale and made.item.status != "done":
        later = _next_year(stale.day)
        values = {"said": found.clauses and _said(found, stale.span), "date": stale.day, "next": later}
        already = Option("already", values, alone(row, status="done"))
        ask(
            made,
            "date_past",
            row,
            values,
            already,
            Option("next_year", values, alone(row, expected_date=later)),
            Option("change"),
        )
    finish = made.item.expected_date
    if finish and finish > row.deadline:
        made.plain = replace(made.plain, expected_date=None)
        values = {"date": finish, "deadline": row.deadline}
        only = Option("only_saying", values, alone(row, expected_date=finish))
        ask(
            made,
            "after_deadline",
            row,
            values,
            Option("ask_extension", values, alone(row, expected_date=finish), extension_to=finish),
            only,
        )


def _next_year_sometime(found: Draft, row: RowContext) -> Dated | None:
    """最快也得春节后才能收尾: no day, but one behind the deadline by which it is not finished."""
    return next(
        (
            dated
            for dated in found.dates
            if dated.role in ("start", "other")
            and dated.day > row.deadline
            and dated.clause.has(words.DONE, words.ONGOING)
            and _NOT_BEFORE.search(dated.clause.slice(dated.span[1], dated.clause.end))
            and not any(other.role in ("finish", "extension") for other in found.dates)
        ),
        None,
    )


_YEAR_AFTER: Final = (
    "(?:跨年|过完?年后?|(?<![0-9今去每全当满])年后|春节后|开春|来年"
    "|明年(?:年?初|上半年|春[天季]|开春|夏天|[上下]半年)?|翻年|元宵后)"
)
_NOT_THIS_YEAR: Final = re.compile(
    f"(?:要|得|才|拖|放|等|到|只能|估计|可能|恐怕|怕是?|大概|看来)[^，。；;,0-9]{{0,8}}{_YEAR_AFTER}(?![0-9][^，。；;,]*月)"
    f"|{_YEAR_AFTER}[^，。；;,0-9]{{0,4}}(?:才|再|去了)"
)
_FINISHED_THEN: Final = re.compile(
    "完|好|开[张业放馆园门]?|封顶|竣工|收尾|弄|结束|验收|交付|通|建成|投用|运营|了$|到位|跨年|做"
)


def _after_the_year(found: Draft, row: RowContext) -> str | None:
    """可能要到明年春天才能开, 封顶要跨年了: by the deadline it is not finished, and no day is named."""
    if any(dated.role in ("finish", "extension", "impossible") and dated.day > row.deadline for dated in found.dates):
        return None
    for clause in found.clauses:
        match = _NOT_THIS_YEAR.search(clause.text)
        plain = match and _FINISHED_THEN.search(clause.text) and not _LATER_WORK.search(clause.text)
        if plain and not clause.asks and not clause.numbers() and not clause.has(words.NEXT):
            return clause.text.strip()
    return None


_LATER_WORK: Final = re.compile("结转|二期|计划|任务|目标|预算|资金|再(?:推|安排|考虑|说|报|启动)")
_NOT_BEFORE: Final = re.compile("^(?:以后|之后|后)?(?:才|再)(?:能|可|会)?")


def _next_year(day: date) -> date:
    return day.replace(year=day.year + 1, day=28) if (day.month, day.day) == (2, 29) else day.replace(year=day.year + 1)


def _said(found: Draft, span: tuple[int, int]) -> str:
    return next((clause.slice(*span) for clause in found.clauses if clause.start <= span[0] < clause.end), "")


def _says_more(clause: Clause) -> bool:
    """比上个月多做了一成: by how much, not how far."""
    grown = clause.has(words.MORE, words.LAST_YEAR) and not clause.asks
    return grown and any(token.number and token.number.percent for token in clause.tokens)


_LOOSE: Final = re.compile("[千百十][一二三四五六七八九][一二三四五六七八九](?![十百千万])")
_RANGE: Final = re.compile(
    "(?<![一二三四五六七八九十])([一二三四五六七八九两])([一二三四五六七八九])(?:成|十|百|千|万|[个户所条场家项套亩部台册人名位次座处])[一二三四五六七八九]?"
)


def _judge_vague(made: Judged, found: Draft, row: RowContext) -> None:
    """七八成, 三千五六百, 八百出头, 几十户: a number that nobody can store."""
    if made.questions:
        return None
    if row.last and row.last.percent is not None and not found.achieved and found.percent is None:
        more = next((clause for clause in found.clauses if _says_more(clause)), None)
        if more is not None:
            return ask(made, "vague_number", row, {"said": more.text.strip()}, Option("change"))
    for clause in found.clauses:
        to_check = bool(found.achieved or found.percent is not None) and is_unsettled(clause.text)
        says_else = clause.has(words.PROBLEM, words.MORE, words.LEFT, words.LAST_YEAR, words.PLAN)
        if clause.asks or (says_else and not to_check):
            continue
        match = _RANGE.search(clause.text) or _LOOSE.search(clause.text)
        vague = to_check or (match and "、" not in match[0]) or _is_vague(clause, counts=bool(found.achieved))
        if to_check and found.percent is not None:
            doubt_percent(made)
        if to_check or (vague and found.percent is None):
            for said in found.achieved:
                if said.clause is clause or not clause.numbers():
                    doubt_figure(made, figure(said, row))
            return ask(made, "vague_number", row, {"said": clause.text.strip()}, Option("change"))
    return None


_SOME: Final = re.compile(
    "[0-9一二三四五六七八九十百千]来[^回到了自源年历电天日周月分小米层]|[百千零]几(?!乎)"
    "|[0-9一二两三四五六七八九十](?:个|家|所|户|条|座|套|部|台|处|栋|幢)半(?![年天月小个程])"
)  # 一百来亩, 二百零几户, 1家半
_NO_COUNT: Final = ("天", "年", "次", "个月", "月", "周", "小时", "岁", "米", "层", "分钟", "遍", "趟")  # 窝工十几天


def _is_vague(clause: Clause, *, counts: bool) -> bool:
    words_of = [token for token in clause.tokens if token.is_a(words.VAGUE)]
    counted = [
        token
        for token in words_of
        if not clause.slice(token.end, clause.end).startswith(_NO_COUNT) and (counts or "核" not in token.text)
    ]
    return bool(counted) or _SOME.search(clause.text) is not None


def _judge_hearsay(made: Judged, found: Draft) -> None:
    """听说完成了80%, 好像是210户: told by others or not sure, so it is asked; 大概 and 约 are how people write."""
    for clause in found.clauses:
        beside = _doubted_beside(clause, found.clauses)
        if not (clause.has(words.HEARSAY) or told(clause) or beside) or clause.asks:
            continue
        touched = [said for said in found.achieved if said.clause is clause]
        if not touched and beside is not None:
            touched = [said for said in found.achieved if said.clause is beside]
        percent = found.percent if found.percent and clause.start <= found.percent.span[0] < clause.end else None
        status = any(
            clause.start <= said.span[0] < clause.end and not said.part and said.status != "in_progress"
            for said in found.statuses
        )
        if (touched or percent or status) and not made.questions and found.row is not None:
            right = replace(made.item, why={})
            for said in touched:
                doubt_figure(made, figure(said, found.row))
            if percent or status:
                doubt_percent(made)
            ask(
                made,
                "hearsay",
                found.row,
                {"said": clause.text.strip()},
                Option("right", {}, (right,)),
                Option("change"),
            )


_LEADS_IN: Final = re.compile("(?:透露|说|讲|介绍|反映|反馈|称|汇报|告诉我)[是的]?$")


def _doubted_beside(clause: Clause, clauses: list[Clause]) -> Clause | None:
    """The clause whose figure is meant: 据同志透露，新增就业13500 leads in; 新增就业13200，我记不清了 looks back."""
    if clause.numbers():
        return None
    at = next(place for place, other in enumerate(clauses) if other is clause)
    if told(clause) and _LEADS_IN.search(clause.text.strip()) and at + 1 < len(clauses):
        return clauses[at + 1]
    short = len(clause.text.strip()) <= 10
    return clauses[at - 1] if at and short and UNSURE_OF_IT.search(clause.text) else None
