"""What the clauses of one row say, all rules together: the draft of an item."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from bot.reading import beside, kinds, words
from bot.reading.clauses import Clause, subject, waits
from bot.reading.dates import Dated, find_dates
from bot.reading.figures import find_figures
from bot.reading.model import FigureRead, Item, ReadingContext, RowContext, Status, Why
from bot.reading.next_steps import find_next
from bot.reading.part_or_whole import milestone
from bot.reading.percent import Percent, find_percents
from bot.reading.problems import find_problem
from bot.reading.repairs import FILLER
from bot.reading.said import Said as FigureSaid
from bot.reading.status import find_statuses
from bot.reading.stretch import Words
from bot.reading.vocabulary import Vocabulary, top_targets
from bot.reading.whole_clauses import Said

NOTHING = RowContext("", (), "", (), date.max)


@dataclass(slots=True)
class Draft:
    """All that was found for one row, before it is judged."""

    row: RowContext | None
    clauses: list[Clause]
    figures: list[FigureSaid] = field(default_factory=list)
    percents: list[Percent] = field(default_factory=list)
    statuses: list[Said] = field(default_factory=list)
    dates: list[Dated] = field(default_factory=list)
    problem: Words | None = None
    next_step: Words | None = None
    no_change: bool = False
    reported: bool = False
    rule: str = ""
    finished_targets: tuple[int, ...] = ()

    @property
    def achieved(self) -> list[FigureSaid]:
        return [said for said in self.figures if said.role == "achieved" and (said.target is not None or said.free)]

    @property
    def finish(self) -> Dated | None:
        """The last of the finish dates: a row is done when its last part is. 年内计划新增2000个 gives way to others."""
        found = [dated for dated in self.dates if dated.role == "finish" and not dated.stale]
        found = [dated for dated in found if not self._restates(dated)] or found
        found = [dated for dated in found if dated.rule == "the day to be taken"] or found
        if any(dated.clause.has(words.ALL) or "全" in dated.clause.text for dated in found):
            found = [dated for dated in found if not self._of_some(dated)] or found
        return max(found, key=lambda dated: dated.day) if found else None

    def _restates(self, dated: Dated) -> bool:
        return dated.clause.has(words.PLAN) and any(
            said.clause is dated.clause and said.role in ("plan", "future") for said in self.figures
        )

    def _of_some(self, dated: Dated) -> bool:
        """2个小区下周交付, beside 12月18日全部完工."""
        return any(
            token.number and token.number.unit and not token.number.percent and token.end <= dated.span[0]
            for token in dated.clause.tokens
        )

    @property
    def extension(self) -> Dated | None:
        """The day to which more time is asked for."""
        return next((dated for dated in reversed(self.dates) if dated.role == "extension"), None)

    @property
    def wants_time(self) -> bool:
        """More time is asked for, with a day or without: 申请延期; not 没有延期, 延期风险."""
        if any(
            clause.asks and token.day and token.text.lower().startswith("until")
            for clause in self.clauses
            for token in clause.tokens
        ):
            return True
        opened = any(clause.text.strip(" ，,").startswith(("申请", "恳请", "请求", "望")) for clause in self.clauses)
        asked = opened or any(clause.asks for clause in self.clauses)
        return any(_wants_time(clause, asked=asked) for clause in self.clauses)

    @property
    def percent(self) -> Percent | None:
        return self.percents[-1] if self.percents else None


def draft(
    row: RowContext | None,
    index: int,
    clauses: list[Clause],
    context: ReadingContext,
    vocabulary: Vocabulary,
    *,
    asked: bool,
    correcting: bool = False,
) -> Draft:
    """Every rule over the clauses of one row; without a row, only what needs none."""
    found = Draft(row, clauses)
    of = row or NOTHING
    if row is not None:
        found.figures = find_figures(clauses, row, index, vocabulary, asked=asked, asked_now=context.asked_id == row.id)
        found.percents = find_percents(clauses, row, index, vocabulary, correcting=correcting)
    else:
        found.percents = find_percents(clauses, of, -1, vocabulary)
    found.statuses = find_statuses(clauses, row, index, vocabulary)
    found.dates = find_dates(clauses, row)
    if not found.wants_time:  # 预计推迟到12月28日竣工 only says when
        found.dates = [replace(dated, role="finish") if dated.role == "extension" else dated for dated in found.dates]
    if correcting:  # 不是11月底，是12月15日
        found.dates = [
            replace(dated, role="finish")
            if dated.role == "other" and dated.rule == "no role" and dated.day >= context.today
            else dated
            for dated in found.dates
        ]
    found.dates = [dated for dated in found.dates if dated.rule == "the day to be taken" or not _of_the_report(dated)]
    found.no_change = any(
        (clause.has(words.NO_CHANGE) or _as_of_then(clause)) and not clause.asks for clause in clauses
    )
    found.reported = any(clause.has(words.REPORTED) and not clause.asks for clause in clauses)
    main = bool(found.achieved or found.percents or any(not said.part for said in found.statuses) or found.finish)
    found.problem = find_problem(clauses, found.statuses, more_said=main)
    found.next_step = find_next(clauses, found.dates, found.problem.span if found.problem else None)
    if row is not None and len(row.targets) > 1:
        found.finished_targets = _finished_targets(found, row, index, vocabulary)
    return found


def _finished_targets(found: Draft, row: RowContext, index: int, vocabulary: Vocabulary) -> tuple[int, ...]:
    """The targets that the only word of being done names, without a number: 五好河道建成; not 第一家开张."""
    if len(found.statuses) != 1 or found.statuses[0].rule != "a part is done":
        return ()
    begin = found.statuses[0].span[0]
    clause = next((clause for clause in found.clauses if clause.start <= begin < clause.end), None)
    if clause is None or clause.numbers() or "第" in clause.text or clause.text.isascii():
        return ()
    scores = vocabulary.target_scores(clause.slice(clause.start, begin), index, len(row.targets))
    best = max(scores)
    return tuple(at for at in top_targets(row.targets) if scores[at] >= 0.8 * best) if best >= 0.65 else ()


def status_of(found: Draft) -> tuple[Status | None, Why | None]:
    """The row's status: an explicit word for the whole, else what figures, percents and parts amount to."""
    whole = [said for said in found.statuses if not said.part]
    percent = found.percent
    done = next((said for said in whole if said.status == "done"), None)
    reached = _all_reached(found)
    if reached and not _contradicted(found) and not something_left(found, reached):
        return "done", Why(reached, "all targets reached and done")
    if done and not (percent and percent.value < 100) and not _contradicted(found) and not _ends_later(found, done):
        return "done", Why(done.span, done.rule)
    if percent and percent.value == 100 and not percent.high:
        return "done", Why(percent.span, "a hundred percent")
    delayed = next((said for said in whole if said.status == "delayed"), None)
    if delayed and not _caught_up(found, delayed):
        return "delayed", Why(delayed.span, delayed.rule)
    numbers = any(said.number.value > 0 for said in found.achieved) or bool(percent and percent.value > 0)
    idle = next((said for said in whole if said.status == "not_started"), None)
    if idle and not numbers and not _elsewhere_begun(found, idle):
        return "not_started", Why(idle.span, idle.rule)
    going = next((said for said in found.statuses if said.status in ("in_progress", "done")), None)
    if going:
        return "in_progress", Why(going.span, going.rule)
    finish = found.finish
    if not numbers and not idle and not found.problem and found.next_step and not found.no_change:
        return "in_progress", Why(found.next_step.span, "a next step is named", "likely")
    if finish and not numbers and not idle:
        return "in_progress", Why(finish.span, "a finish is expected", "likely")
    left = next((said for said in found.figures if said.role == "left"), None)
    if left and not idle:
        return "in_progress", Why(left.span, "some of it is left", "likely")
    if numbers:
        span = found.achieved[0].span if found.achieved else found.percents[-1].span
        return "in_progress", Why(span, "a number is reached", "likely")
    return None, None


def _elsewhere_begun(found: Draft, idle: Said) -> bool:
    """Something of the row is begun: said after it, or before it of another thing (故居修缮完工，展陈未开始)."""
    if any(said.status == "in_progress" and not said.part and said.span > idle.span for said in found.statuses):
        return True
    clause = next((clause for clause in found.clauses if clause.start <= idle.span[0] < clause.end), None)
    own = clause is not None and len(subject(clause, clause.start, idle.span[0])) >= 2
    return own and any(said.status in ("in_progress", "done") and said.span < idle.span for said in found.statuses)


def _all_reached(found: Draft) -> tuple[int, int] | None:
    """150亩绿地全部建成, 300户都改完了: every target's figure is there, and the words say that it is all."""
    if found.row is None or not found.achieved:
        return None
    counted = [
        at
        for at in top_targets(found.row.targets)
        if found.row.targets[at].value is not None and found.row.targets[at].unit not in ("倍", "%")
    ]
    values = {said.target: said.number.value for said in found.achieved}
    if not counted or any(values.get(at, -1.0) < (found.row.targets[at].value or 0) for at in counted):
        return None
    for said in found.statuses:
        clause = next((clause for clause in found.clauses if clause.start <= said.span[0] < clause.end), None)
        if (
            said.rule in ("done so much", "done")
            and clause
            and (said.whole_words or any(token.is_a(words.ALL) or token.text == "都" for token in clause.tokens))
        ):
            return said.span
    return None


def _contradicted(found: Draft) -> bool:
    """还有2所未开放, 心理普测还没开始: something is missing."""
    return (
        any(
            said.part and said.rule in ("not started", "not + start", "not + done", "ongoing")
            for said in found.statuses
        )
        or any(said.role == "left" for said in found.figures)
        or any(names_the_rest(clause) for clause in found.clauses)
        or _waits_for_another(found)
    )


def _waits_for_another(found: Draft) -> bool:
    """纪念馆主体提升完工，对外开放等市里批: a later thing of the row waits."""
    done = next((said for said in found.statuses if "done" in said.rule and "not" not in said.rule), None)
    if done is None or found.row is None or found.row.targets:
        return False
    later = [clause for clause in found.clauses if clause.start > done.span[1]]
    return any(waits(clause) and milestone(clause.text) is not None and not clause.has(words.NEXT) for clause in later)


_BUT_FOR: Final = re.compile("^[ ]*(?:除了?(?!此|夕|这|以)|就等|只等|只差|就差|只剩|就剩)[^，。]{2,}")


def names_the_rest(clause: Clause) -> bool:
    """全线贯通，剩绿化补植, 除龙江路高架那段: something of it is still to do."""
    if _BUT_FOR.match(clause.text) and not clause.asks:
        return True
    token = clause.first(words.LEFT)
    if token is None or clause.asks or token.text.startswith(("未", "没", "差距", "缺口")):
        return False
    denied = any(other.is_a(words.NEG) and other.end <= token.start for other in clause.tokens)
    return not denied and len(clause.slice(token.end, clause.end).strip(" 。.,了的")) >= 2


def something_left(found: Draft, reached: tuple[int, int]) -> bool:
    """10条道路全部建成，桂花路桥在打桩, 桥的进度20%: another thing of the row is at an earlier stage."""
    later = [clause for clause in found.clauses if clause.start > reached[1]]
    staged = any(
        said.rule == "a stage" and clause.start <= said.span[0] < clause.end and "在" in clause.text
        for said in found.statuses for clause in later
    )  # fmt: skip
    return staged or any(
        token.number and token.number.percent and token.number.value < 100 and not clause.has(words.RATE, words.MONEY)
        for clause in later for token in clause.tokens
    )  # fmt: skip


def _ends_later(found: Draft, done: Said) -> bool:
    """主楼封顶定于11月28日，附楼已封顶: another clause says when the end is to come."""
    finish = found.finish
    return finish is not None and not done.whole_words and not finish.clause.start <= done.span[0] < finish.clause.end


def _caught_up(found: Draft, delayed: Said) -> bool:
    return any(
        "复工" in clause.text or "恢复" in clause.text or "追上" in clause.text or "赶上来" in clause.text
        for clause in found.clauses
        if clause.end > delayed.span[0]
    )


def item(found: Draft) -> Item:
    """The item that the draft proposes, with its reasons."""
    why: dict[str, Why] = {}
    status, reason = status_of(found)
    if reason:
        why["status"] = reason
    made = Item(found.row.id if found.row else None, status=status, why=why)
    figures = tuple(figure(said, found.row) for said in found.achieved if found.row)
    if figures:
        said = found.achieved[0]
        why["figures"] = Why(
            (said.span[0], found.achieved[-1].span[1]),
            said.rule,
            "likely" if said.likely or said.number.approx else "certain",
        )
    if found.percent:
        why["percent"] = Why(found.percent.span, found.percent.rule, found.percent.certainty)
        made = replace(made, percent=_rounded(found.percent.value))
    finish = found.finish
    if finish and status != "done":
        why["expected_date"] = Why(finish.span, finish.rule)
        made = replace(made, expected_date=finish.day)
    if found.problem:
        why["problem"] = Why(found.problem.span, found.problem.rule)
    if found.next_step:
        why["next_step"] = Why(found.next_step.span, found.next_step.rule)
    under_way = any(said.rule == "ongoing" and _tells_apart(found, said.span) for said in found.statuses)
    nothing_new = found.no_change and not figures and found.percent is None and not under_way
    return _with_derived(
        replace(
            made,
            figures=figures,
            problem=found.problem.text.replace(FILLER, "") if found.problem else None,
            next_step=found.next_step.text.replace(FILLER, "") if found.next_step else None,
            no_change=nothing_new,
        ),
        found,
    )


def _tells_apart(found: Draft, span: tuple[int, int]) -> bool:
    """两所幼儿园在装修，学位没新增: so many are at something, in a clause without a word of no change."""
    clause = next((clause for clause in found.clauses if clause.start <= span[0] < clause.end), None)
    return clause is not None and bool(clause.numbers()) and not clause.has(words.NO_CHANGE)


def figure(said: FigureSaid, row: RowContext | None) -> FigureRead:
    assert row is not None
    number = said.number
    value = int(number.value) if float(number.value).is_integer() else number.value
    if said.target is None:
        return FigureRead(None, said.free or "", value, said.unit, said.span, number.approx)
    target = row.targets[said.target]
    unit = target.unit if not said.mismatch else said.unit
    return FigureRead(target.key, target.label, value, unit or said.unit, said.span, number.approx)


def _with_derived(made: Item, found: Draft) -> Item:
    """The percent that follows from the only figure and its target, where none was stated."""
    if made.percent is not None or found.row is None or len(made.figures) != 1:
        return made
    tops = top_targets(found.row.targets)
    said = found.achieved[0]
    if len(tops) != 1 or said.target != tops[0]:
        return made
    target = found.row.targets[tops[0]]
    if not target.value or target.comparator == "at_most" or target.unit in ("%", "倍"):
        return made
    percent = 100 * float(made.figures[0].value) / target.value
    why = {**made.why, "percent": Why(said.span, "figure and target", "likely")}
    return replace(made, percent=_rounded(percent), percent_derived=True, why=why)


def _rounded(percent: float) -> float:
    """To a tenth: two thirds are 66.7."""
    value = round(percent, 1)
    return int(value) if float(value).is_integer() else value


_WHETHER: Final = re.compile("(?:需要|要不要|用不用|需不需要|是否需要|是否)[^，。]{0,4}(?:延期|延长|推迟)")


def _wants_time(clause: Clause, *, asked: bool) -> bool:
    token = clause.first(words.EXTEND)
    if token is None:
        return False
    if _WHETHER.search(clause.text) and not any(other.day for other in clause.tokens):
        return False
    if re.search(
        "(?:没|没有|无|不|未|无需|不用|不需要|不会|没必要|没有必要|不必|不打算|没打算|不想|不准备|用不着|不至于|无须|无必要|不存在)$",
        clause.slice(clause.start, token.start).replace("能不能", "").rstrip(),
    ):
        return False
    return (
        asked
        or (kinds.asks(clause.text) and any(other.day for other in clause.tokens))
        or any(mark in clause.text for mark in beside.ASKING_FOR)
        or clause.text.strip() == token.text
    )


_REPORTED_TO: Final = re.compile(
    "(?:[补发交报填传送]给?[您你]|给[您你]|[补再]报|报送?(?:上来|过来|上)?|反馈|回复|回话|答复)[们吧哈啊了哦!！。~ ]*$"
)


def _of_the_report(dated: Dated) -> bool:
    """周五前补给你, 10月8日报: the day of the report, not of the work."""
    return dated.role == "finish" and not dated.clause.numbers() and _REPORTED_TO.search(dated.clause.text) is not None


def _as_of_then(clause: Clause) -> bool:
    """同8月25日: nothing new since then."""
    days = [token for token in clause.tokens if token.day]
    return (
        len(days) == 1
        and clause.slice(clause.start, days[0].start).strip() in ("同", "跟", "与", "和")
        and days[0].end >= clause.end - 1
    )
