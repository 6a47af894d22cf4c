"""Dates and what they are for: a finish, a start, a cut-off, an extension, a meeting."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from bot.reading import beside, words
from bot.reading.clauses import Clause, subject, waits
from bot.reading.days import Day
from bot.reading.events import event_of
from bot.reading.model import RowContext
from bot.reading.tokens import Token
from bot.reading.vocabulary import top_targets

Role = Literal["finish", "past", "start", "cut_off", "event", "extension", "forecast", "impossible", "other"]


@dataclass(frozen=True, slots=True)
class Dated:
    """A date with its role. `day` is the last day of a span."""

    day: date
    span: tuple[int, int]
    role: Role
    rule: str
    clause: Clause
    stale: bool = False


_SHORT_FINISH: Final = ("交", "好", "弄完", "能好", "搞完", "齐", "到位", "收")
_ORIGINAL: Final = frozenset({"原定", "原计划", "本来计划", "原来", "原先"})


def find_dates(clauses: list[Clause], row: RowContext | None) -> list[Dated]:
    """All dates with their roles.

    Finish: 预计11月底完成, 年底前全部竣工, 争取国庆前, 完成时间12月. Not: 截至9月底 (cut_off), 10月起 and 10月开工
    (start), 8月已完工 (past), 10月中旬招标 (event), 延到1月20日 (extension), 预计年底达到5000个 (forecast).
    """
    found = []
    for place, clause in enumerate(clauses):
        if clause.asks and not clause.has(words.EXTEND) and not _asks_until(clause):
            continue
        for at, token in enumerate(clause.tokens):
            if token.day is None:
                continue
            following = clauses[place + 1] if place + 1 < len(clauses) and not clauses[place + 1].new_sentence else None
            found.append(_one(_Case(clause, at, following, row, token, token.day)))
    found = [_gone_on(dated, found[place - 1] if place else None, clauses) for place, dated in enumerate(found)]
    asked = next((place for place, clause in enumerate(clauses) if clause.has(words.EXTEND)), None)
    return found if asked is None else [_extended(dated, clauses[asked + 1 :]) for dated in found]


def _gone_on(dated: Dated, before: Dated | None, clauses: list[Clause]) -> Dated:
    """纪念馆10月25日开放，故居11月25日: the second thing ends then, as the first does."""
    clause = dated.clause
    if before is None or before.role != "finish" or dated.role != "other" or clause.new_sentence:
        return dated
    if before.clause is clause or clause.slice(dated.span[1], clause.end).strip(" 。.") or dated.day < before.day:
        return dated
    at = next((place for place, other in enumerate(clauses) if other is clause), 0)
    verbs = clause.has(words.DONE, words.MADE, words.START, words.STAGE, words.EVENT, words.NEG)
    named = len(subject(clause, clause.start, dated.span[0])) >= 2
    follows = at > 0 and clauses[at - 1] is before.clause
    return replace(dated, role="finish", rule="goes on: finish") if follows and named and not verbs else dated


_UP_TO: Final = re.compile("^(?:到|至|延到|延至|到了)$")


def _extended(dated: Dated, behind: list[Clause]) -> Dated:
    """延期一个月，到1月31日, an extension until January 31: the day, where it stands in a clause of its own."""
    said = dated.clause.slice(*dated.span).lower()
    ahead = dated.clause.slice(dated.clause.start, dated.span[0]).strip()
    asked = said.startswith("until") or (_UP_TO.match(ahead) and any(clause is dated.clause for clause in behind))
    return replace(dated, role="extension", rule="asked for more time") if asked else dated


@dataclass(frozen=True, slots=True)
class _Case:
    """A date where it stands: its clause, its place among the tokens, the clause behind, the row spoken of."""

    clause: Clause
    at: int
    following: Clause | None
    row: RowContext | None
    token: Token
    day: Day

    @property
    def before(self) -> Token | None:
        return next((other for other in reversed(self.clause.tokens[: self.at]) if not other.is_a(words.FILL)), None)

    @property
    def after(self) -> tuple[Token, ...]:
        return self.clause.tokens[self.at + 1 :]

    @property
    def future(self) -> bool:
        """A word of hope or plan leads up to it."""
        return _as_before(self.clause) or any(
            other.is_a(words.FUTURE) or (other.is_a(words.PLAN) and not other.text.endswith(("任务", "目标", "指标")))
            for other in self.clause.tokens[: self.at]
        )

    def said(self, role: Role, rule: str, *, back: bool = False, stale: bool = False) -> Dated:
        day = self.day.back if back or stale else self.day.ahead
        return Dated(day, (self.token.start, self.token.end), role, rule, self.clause, stale)


def _one(case: _Case) -> Dated:
    event = event_of(case.clause, case.at, case.after, case.row)
    return (
        _set_apart(case)
        or _not_the_end(case, event)
        or _the_end(case, event)
        or _end_by_its_form(case, event)
        or case.said("other", "no role")
    )


def _set_apart(case: _Case) -> Dated | None:
    """As of then, to be moved, planned before, given up, waited for."""
    clause, token, before = case.clause, case.token, case.before
    if before is not None and before.is_a(words.UNTIL):
        return case.said("cut_off", "as of", back=True)
    if _WAS_DUE.search(clause.slice(clause.start, token.start)) or _WAS_DUE_THEN.match(
        clause.slice(token.end, clause.end)
    ):
        return case.said("other", "when it was due")
    original = any(other.text in _ORIGINAL for other in clause.tokens[: case.at]) and not _as_before(clause)
    moved = [other.end for other in clause.tokens if other.is_a(words.EXTEND)]
    if moved and token.end <= moved[0] and any(other.day and other.start >= moved[0] for other in clause.tokens):
        return case.said("other", "what was planned before")
    if moved and case.day.unclear:
        return case.said("impossible" if case.day.impossible else "other", "no clear day")
    if moved and _puts_off_another(case):
        return case.said("event", "another thing is put off")
    if moved or (clause.asks and token.text.lower().startswith("until")):
        return case.said("extension", "asked for more time")
    if clause.slice(token.end, clause.end).startswith("的") and clause.slice(token.start - 1, token.start) == "是":
        return case.said("cut_off", "the count of then", back=True)  # 竣工那个是上半年的
    if _REPORTED_THEN.search(clause.text):
        return case.said("event", "when it will be reported")
    if original or (before is not None and before.is_a(words.NOT_IT)):
        return case.said("other", "what was planned before")
    if _GIVEN_UP.search(clause.slice(token.end, clause.end)):
        return case.said("other", "it will not be then")
    if beside.CANNOT_BY.search(clause.slice(clause.start, token.start)) and not any(other.day for other in case.after):
        return case.said("other", "it will not be then")
    if case.after and case.after[0].is_a(words.TOTAL) and case.day.ahead.month == 12 and not case.future:
        return case.said("cut_off", "the count of the year")  # 年内共130亩
    if clause.slice(clause.start, token.start).rstrip().endswith(("离", "距", "距离")):
        return case.said("other", "so far from then")
    if _TO_BE_TAKEN.search(clause.slice(clause.start, token.start)) and clause.slice(token.end, clause.end).startswith(
        _PUT_DOWN
    ):
        return case.said("finish", "the day to be taken")
    only = clause.text.lstrip().startswith(("就等", "只等")) and any(other.is_a(words.DONE) for other in case.after)
    return case.said("event", "waited for") if waits(clause) and not only else None


def _puts_off_another(case: _Case) -> bool:
    """运动会改到11月6日开幕: a meeting or a start, within the year, and nobody asks for it."""
    clause = case.clause
    within = case.row is None or case.day.ahead <= case.row.deadline
    asked = clause.asks or any(mark in clause.text for mark in beside.ASKING_FOR)
    return within and not asked and event_of(clause, case.at, case.after, case.row) in ("event", "start")


# 10月就该办完的讲座, 早该8月封顶的, 原本9月就要完: when it should have been finished.
_WAS_DUE: Final = re.compile("(?:早该|早应|本该|本应|原该|原应|早就该|早就应|原本|本来)[^，。；;]{0,8}$")
_WAS_DUE_THEN: Final = re.compile("(?:份|底|初|中旬|上旬|下旬|前)?(?:就|本来就|本|早)(?:已经)?(?:该|应该|应)")
# 周五前补给你, 10月8日前报您: the report comes then.
_REPORTED_THEN: Final = re.compile(
    "(?:数据?|数字|人[次数]|名单|结果)[^，。；;]{0,8}(?:出来?|公布|下来)(?:的|了)?[ 。]*$"
    "|(?:补给?[你您]|补报|(?:[发报交传送]|反馈)(?:送|过去|过来)?给?[你您]们?|回[你您]|报数|报表|再报)"
    "(?:的|了|一下|哈|哦|啊|吧|呢)?[ 。.!！~]*$"
)
# 按十二月中旬报吧
_TO_BE_TAKEN: Final = re.compile("(?:按|照|就按|写|填)$")
_PUT_DOWN: Final = ("报", "写", "填", "算", "记")
_AT_MOST: Final = re.compile("只能|最多|顶多|至多|充其量|也就")
_GIVEN_UP: Final = re.compile(
    "[做赶来完成达实兑交弄干搞封通开建装修改铺种办]不(?:到|上|及|成|现|了(?!多久)|完|出|好|掉)|够呛|没把握"
    "|(?:看来|有点|有些|怕是?|很|挺|蛮|比较)悬|悬(?:了|乎|得很|着)?[。 ]*$"
    "|不会有|不会完|出不来|泡汤|没戏|够不着|保不住|没指望|不可能|不现实"
)


def _not_the_end(case: _Case, event: str | None) -> Dated | None:
    """No clear day, past, a start, a meeting, a number expected, a period that runs."""
    clause, day, after = case.clause, case.day, case.after
    future = case.future
    if day.unclear:
        return case.said("impossible" if day.impossible and event == "finish" else "other", "no clear day")
    if _happened(clause, case.at, after) and not future:
        return case.said("past", "it happened", back=True)
    if case.row is not None and day.begins and day.ahead > case.row.deadline and event == "finish":
        return case.said("finish", "after that day")
    if _starts(clause, case.token, () if event == "finish" else after):
        return case.said("start", "begins then")
    if event in ("start", "event"):
        return case.said(event, "not the end")  # type: ignore[arg-type]
    if _forecast(
        clause, case.at, case.row, future=future or clause.has(words.FUTURE) or bool(_AT_MOST.search(clause.text))
    ):
        return case.said("forecast", "a number expected")
    over = day.is_period and not day.is_limit and not day.is_ahead
    if event == "finish" and over and not future and not clause.has(words.FUTURE):
        return case.said("past", "the period that runs", back=True)
    if event == "finish" and day.is_period and not future and any(other.number for other in after):
        return case.said("cut_off", "a count in the period", back=True)
    return None


def _the_end(case: _Case, event: str | None) -> Dated | None:
    """A word of finishing goes with it, or one of hope and no other deed."""
    if event is None and _is_another_deed(case.clause, case.at, case.token, case.row):
        return case.said("other", "another deed is dated")
    if event is None and _one_target_then(case):
        return case.said("forecast", "one thing of several is reached")
    if (
        event is None
        and case.clause.text.isascii()
        and _ON_TRACK.search(case.clause.slice(case.clause.start, case.token.start))
    ):
        return case.said("finish", "on track for then")
    if event == "finish" or (event is None and case.future):
        return case.said("finish", "finish", stale=case.day.is_past)
    return None


def _end_by_its_form(case: _Case, event: str | None) -> Dated | None:
    """A day to come, with next to nothing beside it: 弄好就11月底, 剩下的11月, 12月10日前."""
    clause, token, day, following = case.clause, case.token, case.day, case.following
    if event is not None:
        return None
    if _leads_on(following) and following is not None and not day.is_period and not day.is_so_far:
        ends = following.has(words.DONE) and not _counts_then(following, case.row)
        return case.said("finish" if ends else "other", "finish in the next clause")
    if not day.is_ahead or _one_target_then(case):
        return None
    if clause.slice(token.end, clause.end).strip(" 能可以就") in _SHORT_FINISH:
        return case.said("finish", "finish")
    if _rest_by_then(clause, case.at) or _is_due(clause, token) or _stands_alone(clause, token):
        return case.said("finish", "the rest by then")
    return case.said("finish", "by that day") if day.is_limit else None


_ON_TRACK: Final = re.compile(r"\bon (?:track|schedule|course) for(?: the)? $", re.I)
_UP_TO_SO_MANY: Final = re.compile("(?:到|至|保底|保|冲|冲刺)[ ]?$")


def _one_target_then(case: _Case) -> bool:
    """10.20前补到18场, where the row counts other things too: the end of one of them."""
    if (
        case.row is None
        or len(top_targets(case.row.targets)) < 2
        or case.clause.has(words.ALL, words.LEFT, words.OTHERS)
    ):
        return False
    return any(
        other.number and _UP_TO_SO_MANY.search(case.clause.slice(case.clause.start, other.start))
        for other in case.after
    )


def _leads_on(following: Clause | None) -> bool:
    """12月10日前，全部完成: the clause behind begins with what is done then."""
    return bool(
        following is not None and following.tokens and following.tokens[0].is_a(words.FUTURE, words.ALL, words.DONE)
    )


_UNCHANGED: Final = re.compile("不变|照旧|没变|不动")


def _as_before(clause: Clause) -> bool:
    """按原定12月底不变."""
    return _UNCHANGED.search(clause.text) is not None and any(other.text in _ORIGINAL for other in clause.tokens)


_DUE: Final = re.compile("^(?:号|日)?(?:的|这个|为)*(?:节点|目标|时限|期限|完工目标)")
_VERB_DONE: Final = re.compile("^(?:能|可|就|可以|全部|全)*[\u4e00-\u9fff]{0,2}(?:完|好|齐|掉|出来)(?:了|成)?$")


def _is_due(clause: Clause, token: Token) -> bool:
    """按12月15号的节点走, 下月中旬开完: what is behind the day says that it is the last."""
    rest = clause.slice(token.end, clause.end).strip(" 。.")
    return _DUE.match(rest) is not None or _VERB_DONE.match(rest) is not None


_SOME_END: Final = re.compile(
    "赶出|出来|用上|住|开|迎|启|见|亮|上线|收|圆|清|销号|结|达|满|齐|完|好|交|行|可以|没问题|差不多|够|成"
)
_GROWS: Final = re.compile("(?:超|破|达|达到|过|到|上)[百千万]")  # 10月底超万
_ENDS_IN_A_MEETING: Final = re.compile("[\u4e00-\u9fff]会$")
_ORDINAL: Final = re.compile("第([0-9]|[一二三四五六七八九])(?:场|个|家|所|条|批|期|次|轮|项)")
_UNTIL_THEN: Final = re.compile("[\u4e00-\u9fff](?<![推延拖推改调定排等预计要得])到$")


def _is_another_deed(clause: Clause, at: int, token: Token, row: RowContext | None) -> bool:
    """11月再进一批香樟, 总结会12月10日开, 第3场计划10月22日, 协议签到2023年底: no finish."""
    ahead, behind = clause.slice(clause.start, token.start).rstrip(), clause.slice(token.end, clause.end)
    if _ENDS_IN_A_MEETING.search(ahead) or _ORDINAL.search(ahead):
        return True
    if _UNTIL_THEN.search(ahead) and not any(other.is_a(words.FUTURE) for other in clause.tokens[:at]):
        return True
    rest = subject(clause, token.end, clause.end)
    if _GROWS.search(behind):
        return True
    if len(rest) < 2 or _SOME_END.search(behind) or any(other.number for other in clause.tokens[at + 1 :]):
        return False
    return not behind.isascii() and not (token.day is not None and token.day.is_limit)


_ABOUT_THEN: Final = (
    "",
    *words.listed("""
        大概 估计 大约 差不多 应该 可能 预计 大致 还要 大概要 估计要 得 要 就得 只能 只能是 也得 起码 起码要 得等到 得到
        就 就是 还是
    """),
)


def _stands_alone(clause: Clause, token: Token) -> bool:
    """66%，12月中旬: a day to come and not a word more."""
    ahead = clause.slice(clause.start, token.start).strip()
    alone = ahead in _ABOUT_THEN and not clause.slice(token.end, clause.end).strip(" .。")
    return alone and not clause.text.isascii() and not clause.aside


_THE_LAST: Final = re.compile("^(?:最后|剩下?|余下?|其余|另外?|还有)的?[一二两三四五六七八九十0-9]+[^0-9，,]{1,5}$")


def _rest_by_then(clause: Clause, at: int) -> bool:
    """剩下的11月, 最后一条12月5日: nothing but the rest and a day."""
    bare = not clause.slice(clause.tokens[at].end, clause.end).strip(" 。.前内了")
    if bare and _THE_LAST.match(clause.slice(clause.start, clause.tokens[at].start).strip()):
        return True
    ahead = [other for other in clause.tokens[:at] if not other.is_a(words.FILL, words.FUTURE)]
    behind = [other for other in clause.tokens[at + 1 :] if not other.is_a(words.FILL)]
    return bool(ahead) and all(other.is_a(words.LEFT, words.OTHERS) or other.number for other in ahead) and not behind


def _counts_then(following: Clause, row: RowContext | None) -> bool:
    """9.30前能完工16个: a number then, which is not the target's."""
    values = [token.number.value for token in following.tokens if token.number and not token.number.percent]
    goals = [target.value for target in row.targets] if row is not None else []
    return bool(values) and not any(value in goals for value in values) and not following.has(words.LEFT, words.ALL)


def _asks_until(clause: Clause) -> bool:
    """Could we have until January 20?"""
    return any(token.day and token.text.lower().startswith("until") for token in clause.tokens)


def _happened(clause: Clause, at: int, after: tuple[Token, ...]) -> bool:
    """9月15日已开工, 8月底完成了, 已于8月完成."""
    day = clause.tokens[at].day
    if day is None or day.is_ahead:
        return False
    if any(other.is_a(words.NOW) and not other.day for other in clause.tokens):
        return True
    if "刚" in clause.text and not clause.has(words.FUTURE):
        return True
    if clause.has(words.FUTURE):
        return False
    return (day.is_past and bool(after)) or (day.is_today and "了" in clause.text)


def _starts(clause: Clause, token: Token, after: tuple[Token, ...]) -> bool:
    """10月起, 10月开始, 10月以后."""
    if token.day is not None and token.day.begins:
        return True
    rest = clause.slice(token.end, clause.end)
    return (
        beside.GOES_ON_AGAIN.match(rest) is not None
        or rest.startswith(("起", "开始", "后", "以后", "之后", "启动"))
        or (bool(after) and after[0].is_a(words.AFTER) and after[0].start == token.end)
    )


def _forecast(clause: Clause, at: int, row: RowContext | None, *, future: bool) -> bool:
    """预计年底达到5000个: a number is expected then, not the end; 预计11月底完成剩余90户 is the end."""
    numbers = [other.number for other in clause.tokens if other.number and other.start > clause.tokens[at].start]
    if not numbers or not future:
        return False
    if row is not None and any(number.value == target.value for number in numbers for target in row.targets):
        return False
    return not any(other.is_a(words.LEFT, words.ALL, words.OTHERS) or "全" in other.text for other in clause.tokens)
