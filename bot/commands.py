"""The commands: the words of each, and who may use it. The help, Telegram's menu and the README come from here."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from data.kinds import Role

EVERYONE = frozenset(Role)
LIAISON = frozenset({Role.LIAISON})
ADMIN = frozenset({Role.ADMIN})
OF_A_UNIT = frozenset({Role.LIAISON, Role.HEAD})
OFFICE_AND_UNITS = frozenset({Role.LIAISON, Role.ADMIN})
READERS = frozenset({Role.LEADER, Role.ADMIN})


@dataclass(frozen=True)
class Command:
    """`name` is typed with or without a slash, as are its Chinese `words`; the first one is shown in the help.

    What it does for the person, with an example, is `help.<name>` in bot/texts; what runs it stands beside its name in
    bot/handlers/table.py.
    """

    name: str
    words: tuple[str, ...]
    roles: frozenset[Role]


COMMANDS = (
    Command("report", ("反馈", "报进展"), LIAISON),
    Command("mine", ("我的任务",), LIAISON),
    Command("drafts", ("草稿", "我的草稿"), LIAISON),
    Command("signoff", ("报前确认", "审签"), OFFICE_AND_UNITS),
    Command("summary", ("汇总", "总结"), READERS),
    Command("source", ("出处", "看原话", "原话"), EVERYONE),
    Command("schedule", ("安排", "时间安排", "频次"), EVERYONE),
    Command("remind", ("催办",), ADMIN),
    Command("skip", ("跳过",), ADMIN),
    Command("rehearse", ("演练",), ADMIN),
    Command("trial", ("试发",), ADMIN),
    Command("calendar", ("日历",), ADMIN),
    Command("waiting", ("谁没反馈", "看谁没反馈", "还有谁没报"), READERS),
    Command("ledger", ("台账", "导出台账"), READERS),
    Command("bulletin", ("通报", "生成通报", "生成通报草稿"), READERS),
    Command("chart", ("图", "看图", "进度图"), READERS),
    Command("sentence", ("一句话",), READERS),
    Command("remarks", ("我的批注", "批注"), READERS),
    Command("digest", ("定期汇总",), READERS),
    Command("secretary", ("代阅",), ADMIN),
    Command("lamp", ("判灯", "人工判灯"), ADMIN),
    Command("stages", ("序时", "序时进度"), ADMIN),
    Command("thresholds", ("亮灯标准", "判灯标准"), ADMIN),
    Command("kind", ("类型", "指标类型"), ADMIN),
    Command("behalf", ("代录",), ADMIN),
    Command("excuse", ("更正迟报",), ADMIN),
    Command("leave", ("请假",), OFFICE_AND_UNITS),
    Command("hours", ("工作时间", "上班时间"), EVERYONE),
    Command("bind", ("绑定", "群绑定"), ADMIN),
    Command("unbind", ("解绑",), ADMIN),
    Command("people", ("人员",), ADMIN),
    Command("join", ("加入申请",), ADMIN),
    Command("plan", ("计划",), READERS),
    Command("import", ("导入",), ADMIN),
    Command("link", ("链接",), ADMIN),
    Command("token", ("令牌",), ADMIN),
    Command("feed", ("订阅日历", "日历订阅"), EVERYONE),
    Command("targets", ("指标",), ADMIN),
    Command("explain", ("解释",), ADMIN),
    Command("wording", ("改文案", "文案"), ADMIN),
    Command("aside", ("待处理",), ADMIN),
    Command("contact", ("找督查室", "联系督查室"), OF_A_UNIT),
    Command("burden", ("减负自查",), EVERYONE),
    Command("undo", ("撤回",), EVERYONE),
    Command("lang", ("语言",), EVERYONE),
    Command("help", ("帮助", "怎么用"), EVERYONE),
    Command("start", ("开始",), EVERYONE),
    Command("cancel", ("取消", "返回", "算了"), EVERYONE),
)

# Where a command does more, or other things, for a role than the line of all says.
FOR_ADMINS = frozenset({"schedule", "signoff", "leave", "hours", "undo"})
FOR_LIAISONS = frozenset({"undo"})
EXAMPLE: Final = "3.2"  # a row, where it is not known which are the reader's own


def help_key(command: Command, roles: Collection[str]) -> str:
    """The text that says what a command does for who has these roles."""
    if Role.ADMIN in roles and command.name in FOR_ADMINS:
        return f"help.{command.name}_admin"
    if Role.LIAISON in roles and command.name in FOR_LIAISONS:
        return f"help.{command.name}_liaison"
    return f"help.{command.name}"


WORDS: Mapping[str, Command] = {word: command for command in COMMANDS for word in (command.name, *command.words)}


def command_of(text: str) -> tuple[Command, str] | None:
    """The command that a text begins with, and what follows it. A Chinese word stands alone or before a space."""
    head, _, rest = text.strip().partition(" ")
    command = WORDS.get(head.removeprefix("/").removeprefix("／").lower())
    return None if command is None else (command, rest.strip())
