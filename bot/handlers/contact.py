"""找督查室: somebody of a unit would like to speak to the office."""

from __future__ import annotations

from bot.context import Context
from bot.handlers import office
from bot.message import Outgoing


def contact(context: Context, argument: str) -> list[Outgoing]:
    """找督查室 [what it is about]: every admin hears who asks, with the phone number where it is known."""
    told = office.tell(context, "progress.office_asked", text=argument.strip(), phone=context.person.phone or "")
    return [Outgoing(context.say("progress.asked_office")), *told]
