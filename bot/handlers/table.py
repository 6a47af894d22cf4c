"""From words to handlers: the one table. The help text, Telegram's menu and the README come from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.context import Context
from bot.handlers import (
    aside,
    ask,
    behalf,
    behind,
    burden,
    calendar,
    closing,
    contact,
    correcting,
    digests,
    drafts,
    excusing,
    feed,
    files,
    general,
    groups,
    hours,
    importing,
    joining,
    judging,
    leave,
    papers,
    passes,
    people,
    plan,
    progress,
    promise,
    reading_for,
    rehearse,
    remarks,
    rows,
    schedule,
    sentence,
    silent,
    summary,
    targets,
    wording,
)
from bot.message import Outgoing
from data.kinds import Role

Handler = Callable[[Context, str], list[Outgoing]]
Action = Callable[[Context, Mapping[str, Any]], list[Outgoing]]
EVERYONE = frozenset(Role)
LIAISON = frozenset({Role.LIAISON})
ADMIN = frozenset({Role.ADMIN})
OF_A_UNIT = frozenset({Role.LIAISON, Role.HEAD})
OFFICE_AND_UNITS = frozenset({Role.LIAISON, Role.ADMIN})
READERS = frozenset({Role.LEADER, Role.ADMIN})


@dataclass(frozen=True)
class Command:
    """`name` is typed with or without a slash, as are its Chinese `words`; the first one is shown in the help.

    What it does for the person, with an example, is `help.<name>` in bot/texts.
    """

    name: str
    words: tuple[str, ...]
    roles: frozenset[Role]
    run: Handler


COMMANDS = (
    Command("report", ("反馈", "报进展"), LIAISON, rows.report),
    Command("mine", ("我的任务",), LIAISON, rows.mine),
    Command("drafts", ("草稿", "我的草稿"), LIAISON, drafts.listing),
    Command("signoff", ("报前确认", "审签"), OFFICE_AND_UNITS, drafts.sign_off),
    Command("summary", ("汇总", "总结"), READERS, summary.summary),
    Command("source", ("出处", "看原话", "原话"), EVERYONE, rows.source),
    Command("schedule", ("安排", "时间安排", "频次"), EVERYONE, schedule.schedule),
    Command("remind", ("催办",), ADMIN, schedule.remind),
    Command("skip", ("跳过",), ADMIN, schedule.skip),
    Command("rehearse", ("演练",), ADMIN, rehearse.rehearse),
    Command("trial", ("试发",), ADMIN, rehearse.trial),
    Command("calendar", ("日历",), ADMIN, calendar.calendar),
    Command("waiting", ("谁没反馈", "看谁没反馈", "还有谁没报"), READERS, schedule.waiting),
    Command("ledger", ("台账", "导出台账"), READERS, papers.ledger),
    Command("bulletin", ("通报", "生成通报", "生成通报草稿"), READERS, papers.bulletin),
    Command("chart", ("图", "看图", "进度图"), READERS, papers.picture),
    Command("sentence", ("一句话",), READERS, sentence.sentence),
    Command("remarks", ("我的批注", "批注"), READERS, remarks.remarks),
    Command("digest", ("定期汇总",), READERS, digests.digest),
    Command("secretary", ("代阅",), ADMIN, reading_for.reading_for),
    Command("lamp", ("判灯", "人工判灯"), ADMIN, judging.lamp),
    Command("stages", ("序时", "序时进度"), ADMIN, judging.stages),
    Command("kind", ("类型", "指标类型"), ADMIN, judging.kind),
    Command("behalf", ("代录",), ADMIN, behalf.behalf),
    Command("excuse", ("更正迟报",), ADMIN, excusing.excuse),
    Command("leave", ("请假",), OFFICE_AND_UNITS, leave.away),
    Command("hours", ("工作时间", "上班时间"), EVERYONE, hours.hours),
    Command("bind", ("绑定", "群绑定"), ADMIN, groups.bind),
    Command("unbind", ("解绑",), ADMIN, groups.unbind),
    Command("people", ("人员",), ADMIN, people.people),
    Command("join", ("加入申请",), ADMIN, joining.command),
    Command("plan", ("计划",), READERS, plan.plan),
    Command("import", ("导入",), ADMIN, importing.command),
    Command("link", ("链接",), ADMIN, passes.link),
    Command("token", ("令牌",), ADMIN, passes.token),
    Command("feed", ("订阅日历", "日历订阅"), EVERYONE, feed.feed),
    Command("targets", ("指标",), ADMIN, targets.targets),
    Command("explain", ("解释",), ADMIN, plan.explain),
    Command("wording", ("改文案", "文案"), ADMIN, wording.choose),
    Command("aside", ("待处理",), ADMIN, aside.aside),
    Command("contact", ("找督查室", "联系督查室"), OF_A_UNIT, contact.contact),
    Command("burden", ("减负自查",), EVERYONE, burden.burden),
    Command("undo", ("撤回",), EVERYONE, general.undo),
    Command("lang", ("语言",), EVERYONE, general.language),
    Command("help", ("帮助", "怎么用"), EVERYONE, general.help_text),
    Command("start", ("开始",), EVERYONE, general.start),
    Command("cancel", ("取消", "返回", "算了"), EVERYONE, general.cancel),
)

ACTIONS: Mapping[str, Action] = {
    "answer": progress.answer,
    "correct": lambda context, args: correcting.correct(context, args["reports"]),
    "withdraw": lambda context, args: progress.withdraw(context, args["reports"]),
    "no_change": lambda context, args: progress.no_change(context, [args["assignment_id"]]),
    "how_to": lambda context, _args: general.how_to(context),
    **rows.ACTIONS,
    **summary.ACTIONS,
    **schedule.ACTIONS,
    **people.ACTIONS,
    **plan.ACTIONS,
    **ask.ACTIONS,
    **promise.ACTIONS,
    **silent.ACTIONS,
    **behalf.ACTIONS,
    **closing.ACTIONS,
    **rehearse.ACTIONS,
    **leave.ACTIONS,
    **calendar.ACTIONS,
    **hours.ACTIONS,
    **behind.ACTIONS,
    **aside.ACTIONS,
    **drafts.ACTIONS,
    **excusing.ACTIONS,
    **wording.ACTIONS,
    **groups.ACTIONS,
    **targets.ACTIONS,
    **files.ACTIONS,
    **importing.ACTIONS,
    **joining.ACTIONS,
    **papers.ACTIONS,
    **remarks.ACTIONS,
    **sentence.ACTIONS,
    **digests.ACTIONS,
    **judging.ACTIONS,
    **passes.ACTIONS,
}


WORDS: Mapping[str, Command] = {word: command for command in COMMANDS for word in (command.name, *command.words)}


def command_of(text: str) -> tuple[Command, str] | None:
    """The command that a text begins with, and what follows it. A Chinese word stands alone or before a space."""
    head, _, rest = text.strip().partition(" ")
    command = WORDS.get(head.removeprefix("/").removeprefix("／").lower())
    return None if command is None else (command, rest.strip())
