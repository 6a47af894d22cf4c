"""The status of a row: what its words, figures, percents and parts amount to."""

from __future__ import annotations

import re
from typing import Final

from bot.reading import words
from bot.reading.clauses import Clause, subject, waits
from bot.reading.drafts import Draft
from bot.reading.model import Status, Why
from bot.reading.part_or_whole import milestone
from bot.reading.vocabulary import top_targets
from bot.reading.whole_clauses import Said


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


_NOT_BEGUN_NOW: Final = re.compile(
    "(?:^|[ ])(?:现在|目前|到现在|至今|但|不过|可|都|均|也|就是)*(?:还|尚)?(?:没有?|未)(?:正式)?"
    "(?:开工|动工|开建|破土|启动|进场)[了呢啊。 ]*$"
)


def _elsewhere_begun(found: Draft, idle: Said) -> bool:
    """Something of the row is begun: said after it, or before it of another thing (故居修缮完工，展陈未开始)."""
    if any(said.status == "in_progress" and not said.part and said.span > idle.span for said in found.statuses):
        return True
    clause = next((clause for clause in found.clauses if clause.start <= idle.span[0] < clause.end), None)
    if clause is not None and _NOT_BEGUN_NOW.search(clause.text):
        return False  # 方案过了，现在还没动工
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
            said.part
            and said.rule in ("not started", "not + start", "not + done", "ongoing")
            and not (said.rule == "ongoing" and _is_paperwork(found, said))
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


_PAPERS: Final = re.compile("资料|材料|归档|结算|决算|审计|移交|台账|档案|手续|养护|验收")


def _is_paperwork(found: Draft, said: Said) -> bool:
    """全部完成，资料整理中: the work is done."""
    return any(clause.start <= said.span[0] < clause.end and _PAPERS.search(clause.text) for clause in found.clauses)


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
