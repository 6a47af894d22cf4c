"""A digest in few words, for channels whose cards hold little: the rows left by their short names, and a list to choose
one of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Final

from bot.asked import Line, Sheet
from bot.message import Brief, Button, Choice
from bot.texts import Texts

MOST_CHOICES: Final = 10
TEXT: Final = 112
NAME: Final = 8
SHORTEST_NAME: Final = 2


def brief(
    say: Texts,
    sheet: Sheet,
    plan: str,
    unit: str,
    lines: Sequence[Line],
    ask: str,
    warnings: Sequence[str],
    expected: Sequence[tuple[Line, str]],
) -> Brief[Button]:
    """`ask` says how to answer, `warnings` what comes near; `expected` are the rows behind schedule, each with what is
    known of it. With more rows left than a list can hold it stands below the digest's own words."""
    left = [line for line in lines if not line.answered]
    whole = len(left) <= MOST_CHOICES
    title = say.say(
        "reminders.card_title",
        opened=date.fromisoformat(sheet.round_.fire_local[:10]),
        unit=unit,
        count=len(lines),
        left=len(left),
    )
    subtitle = say.say("reminders.card_due", plan=plan, due=sheet.round_.due_on, year=sheet.year)
    same = any(line.state.ever_reported for line in left)
    if not whole or not left:
        return Brief(sheet.office.name, title, subtitle, "", buttons=_buttons(say, sheet, left), whole=whole)
    picks = [(say.say("reminders.pick_same"), say.say("reminders.picked_same"))] if same else []
    return Brief(
        sheet.office.name,
        title,
        subtitle,
        _rows(say, left, ask),
        _facts(say, warnings, expected),
        say.say("reminders.choose"),
        tuple(_choice(say, sheet, line, same=same) for line in left),
        (*picks, (say.say("reminders.pick_fill"), say.say("reminders.picked_fill"))),
        _buttons(say, sheet, left, figures=same),
    )


def _rows(say: Texts, left: Sequence[Line], ask: str) -> str:
    """The rows by number and name, the names as long as there is room."""
    room = TEXT - len(ask)
    for letters in range(NAME, SHORTEST_NAME, -1):
        told = say.say(
            "reminders.card_rows", rows=[(line.number, line.row.short_name[:letters], line.behind) for line in left]
        )
        if len(told) <= room:
            return f"{told}{ask}"
    return ask if room >= 0 else ""


def _facts(say: Texts, warnings: Sequence[str], expected: Sequence[tuple[Line, str]]) -> tuple[tuple[str, str], ...]:
    facts = [(say.say("reminders.fact_figures"), say.say("reminders.fact_totals"))]
    if expected:
        behind = [(line.number, line.row.short_name[:NAME], words) for line, words in expected]
        facts.append((say.say("reminders.fact_behind"), say.say("reminders.card_behind", rows=behind)))
    return (*facts, *((say.say("reminders.fact_mind"), warning) for warning in warnings))


def _choice(say: Texts, sheet: Sheet, line: Line, *, same: bool) -> Choice[Button]:
    of = {"assignment_id": line.row.id, "round_id": sheet.round_.id}
    number = say.say("reminders.number", number=line.number)
    unchanged = Button(say.say("reminders.no_change", number=line.number), "no_change", of)
    picks = (unchanged if line.state.ever_reported else None,) if same else ()
    return Choice(f"{number} {line.row.short_name}", (*picks, Button(number, "row", of)))


def _buttons(say: Texts, sheet: Sheet, left: Sequence[Line], *, figures: bool = False) -> tuple[Button, ...]:
    """What belongs to no row; the first is the digest's own."""
    round_id = sheet.round_.id
    same = [line for line in left if line.state.ever_reported]
    found = [
        Button(say.say("reminders.how_to"), "how_to"),
        Button(say.say("reminders.hand_over"), "hand_over", {"round_id": round_id}),
    ]
    if figures:
        found.insert(0, Button(say.say("reminders.last_figures"), "last_figures", {"round_id": round_id}))
    if same:
        args = {"round_id": round_id, "assignment_ids": [line.row.id for line in same]}
        found.insert(0, Button(same_label(say, len(same) == len(left)), "no_change_all", args))
    return tuple(found) if left else ()


def same_label(say: Texts, every: bool) -> str:
    """全部没变化, or, where not every row that is left was reported before, 报过的没变化."""
    return say.say("reminders.no_change_all" if every else "reminders.no_change_known")
