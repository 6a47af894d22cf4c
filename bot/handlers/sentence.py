"""一句话: what the office is asked by word of mouth, in one written sentence with its source, to be handed on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

from bot import seeing
from bot.context import Context
from bot.handlers import summary
from bot.handlers.matching import Match, by_number, by_words, not_yours, others_meant, unit_in
from bot.message import Button, Outgoing
from bot.texts import texts
from data.errors import UserError
from data.kinds import PartKind, Priority, Role
from data.language.folding import fold
from data.models import Person
from scheduler.lamp import PartResult
from scheduler.standing import Standing

TOLD: Final = 4


def sentence(context: Context, argument: str) -> list[Outgoing]:
    """一句话 学位 | 4.3 | 教育局: from data only. Raises UserError `sentence.unknown` with what can be asked."""
    said = fold(argument).strip()
    rows = summary.all_standings(context)
    if not said:
        raise UserError("sentence.how")
    found = _meant(context, said, rows)
    if not found:
        others = others_meant(context, said, rows)
        raise not_yours(context, others) if others else UserError("sentence.unknown", said=argument)
    return [_told(context, found)]


def _meant(context: Context, said: str, rows: Sequence[Standing]) -> list[Match]:
    bare = f"序号{said}" if said.isdigit() else said
    named = by_number(context, bare, rows)
    if named:
        return named
    unit = unit_in(context, said)
    within = [row for row in rows if unit is None or row.row.lead_unit_id == unit.id]
    matched = by_words(context, said.replace(unit.name if unit else "\0", " "), within)
    return matched or ([Match(row) for row in within] if unit is not None else [])


def _told(context: Context, found: Sequence[Match]) -> Outgoing:
    """One sentence; of several rows a clause each."""
    known = [match for match in found if match.row.state.ever_reported]
    if not known:
        names = [match.row.row.short_name for match in found[:TOLD]]
        unit = found[0].row.row.lead_unit.name
        return Outgoing(context.say("sentence.nothing", names=names, unit=unit))
    text = _one(context, known[0]) if len(found) == 1 else _several(context, found, known)
    ids = [match.row.row.id for match in found[:8]]
    keys = [Button(context.say("summary.words"), "ask_words", {"ids": ids}), *_hand_on(context, found, text)]
    return Outgoing(text, buttons=[keys])


def _day(context: Context, match: Match) -> date:
    """The day whose state is told: the figure's own, else that of the last report."""
    result = _counted(match)
    if result is not None and result.part.day is not None:
        return result.part.day
    assert match.row.state.confirmed_at is not None
    return context.office.today(match.row.state.confirmed_at)


def _counted(match: Match) -> PartResult | None:
    """The part that is told: the one that was named, else the one that decides the lamp."""
    result = match.part or match.row.lamp.deciding
    return result if result is not None and result.part.value is not None else None


def _one(context: Context, match: Match) -> str:
    row = match.row
    expected = row.state.expected_date
    finish = expected.value if expected is not None else None
    return context.say(
        "sentence.one",
        day=_day(context, match),
        row=row.row.short_name,
        state=_state(context, match),
        finish=finish,
        month_end=finish is not None and (finish + timedelta(days=1)).day == 1,
        unit=row.row.lead_unit.name,
        year=context.plan.year,
    )


def _several(context: Context, found: Sequence[Match], known: Sequence[Match]) -> str:
    days = [_day(context, match) for match in known]
    units = list(dict.fromkeys(match.row.row.lead_unit.name for match in known))
    whole = found[0].row.row.project.name if found[0].whole_project else ""
    clauses = [
        context.say("sentence.clause", row=match.row.row.short_name, state=_state(context, match))
        for match in known[:TOLD]
    ]
    return context.say(
        "sentence.several",
        day=max(days),
        whole=whole,
        units=units,
        count=len(found),
        clauses=clauses,
        rest=len(found) - len(clauses),
        first=min(days),
        year=context.plan.year,
    )


def _state(context: Context, match: Match) -> str:
    """`累计增加学位 3500 个，完成年度目标的 70%，当日序时进度 74%`; of a row without numbers its status."""
    row, result = match.row, _counted(match)
    if result is None or result.part.kind not in (PartKind.FIGURE, PartKind.FEW, PartKind.BOUND):
        percent, status = row.state.percent, row.state.status
        expected = row.facts.share_on(row.facts.percent_day) if row.facts.percent_day else None
        return context.say(
            "sentence.plain",
            percent=percent.value if percent is not None else None,
            expected=float(expected * 100) if expected is not None else None,
            status=context.say(f"progress.{status.value}") if status is not None else "",
        )
    part = result.part
    label = next((target.label for target in row.row.targets if target.id == part.key), part.label)
    return context.say(
        f"sentence.{part.kind}",
        label=label,
        value=part.value,
        target=part.target,
        unit=part.unit or "",
        percent=result.percent,
        expected=result.expected,
    )


# Handing on ------------------------------------------------------------------------------------------------


def _hand_on(context: Context, found: Sequence[Match], text: str) -> list[Button]:
    """[发给何海平]: to the leader of the row, by the office."""
    if not context.may(Role.ADMIN):
        return []
    leaders = {link.person_id: link.person for match in found for link in match.row.row.leaders}
    return [
        Button(
            context.say("sentence.send", leader=leader.name),
            "sentence_send",
            {"to": leader.id, "text": text},
            once=True,
        )
        for leader in list(leaders.values())[:2]
    ]


def send(context: Context, args: Mapping[str, Any]) -> list[Outgoing]:
    if not context.may(Role.ADMIN):
        raise UserError("button_gone")
    leader = context.session.get_one(Person, args["to"])
    said = texts(leader.language).say("sentence.from_office", office=context.office.name, text=args["text"])
    context.record("sentence_sent", "person", leader.id)
    return [
        Outgoing(context.say("sentence.sent", leader=seeing.leader_of(leader).name)),
        Outgoing(said, person_id=leader.id, priority=Priority.NOTICE),
    ]


ACTIONS = {"sentence_send": send}
