"""`duban demo --once`: one round of the demo as text in the terminal."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable, Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot import compose, demo
from bot.channels.web import address_of
from bot.message import Payload
from bot.texts import texts
from data.kinds import OutboxState
from data.models import Inbox, Outbox

SECONDS = 20
Say = Callable[[str], object]


class Play:
    """A running demo, its cast, and what was shown so far."""

    def __init__(self, bot: compose.Bot, cast: Mapping[str, int], show: Say) -> None:
        self._bot = bot
        self._chats = {role: address_of(person) for role, person in cast.items()}
        self._show = show
        self._shown: dict[str, int] = dict.fromkeys(cast, 0)
        self._count = itertools.count(1)
        self._texts = texts("zh-CN")

    def head(self, role: str) -> None:
        self._show("\n" + self._texts.say(f"demo.head_{role}"))

    async def hears(self, role: str) -> None:
        """Show what this member of the cast was sent, as soon as there is something new."""
        async with asyncio.timeout(SECONDS):
            while not (rows := await self._bot.store.read(lambda session: self._new(session, role))):
                await asyncio.sleep(0.05)
        for row_id, payload in rows:
            self._shown[role] = row_id
            self._show(written(payload))

    async def says(self, role: str, key: str) -> None:
        """Type an example, wait until it is handled, show the replies."""
        text = self._texts.say(f"demo.{key}")
        self._show(self._texts.say("demo.said", text=text))
        await self._post(role, "text", {"text": text})
        await self.hears(role)

    async def presses(self, role: str, label_key: str) -> None:
        """Press a button of the newest message."""
        label = self._texts.say(label_key)
        token = await self._bot.store.read(lambda session: self._token(session, role, label))
        self._show(self._texts.say("demo.pressed", label=label))
        await self._post(role, "button", {"token": token})
        await self.hears(role)

    async def _post(self, role: str, kind: str, fields: Mapping[str, str]) -> None:
        update_id = f"once-{next(self._count)}"
        await self._bot.web_chat.post(self._chats[role], update_id, kind, fields, self._bot.clock())
        async with asyncio.timeout(SECONDS):
            while not await self._bot.store.read(lambda session: _is_done(session, update_id)):
                await asyncio.sleep(0.02)

    def _new(self, session: Session, role: str) -> list[tuple[int, Payload]]:
        rows = session.scalars(
            select(Outbox)
            .where(
                Outbox.chat_id == self._chats[role],
                Outbox.id > self._shown[role],
                Outbox.state == OutboxState.SENT,
                Outbox.edits_id.is_(None),
            )
            .order_by(Outbox.id)
        )
        return [(row.id, Payload.from_json(row.payload)) for row in rows]

    def _token(self, session: Session, role: str, label: str) -> str:
        rows = session.scalars(
            select(Outbox).where(Outbox.chat_id == self._chats[role]).order_by(Outbox.id.desc()).limit(5)
        )
        buttons = (button for row in rows for line in Payload.from_json(row.payload).buttons for button in line)
        return next(button.token for button in buttons if button.label == label)


def _is_done(session: Session, update_id: str) -> bool:
    return session.scalar(select(Inbox.handled_at).where(Inbox.update_id == update_id)) is not None


def written(payload: Payload) -> str:
    """A message as lines of text, its buttons in brackets."""
    lines = [payload.title] if payload.title else []
    lines.append(payload.text)
    lines += [" ".join(f"[{button.label}]" for button in row) for row in payload.buttons]
    return "\n".join(lines) + "\n"


async def play(show: Say) -> None:
    """The demo's three steps, as a reader would see them in the chat."""
    async with demo.playing(0) as (bot, cast):
        scene = Play(bot, cast, show)
        show(texts("zh-CN").say("demo.about"))
        scene.head("liaison")
        await scene.hears("liaison")
        await scene.says("liaison", "report")
        await scene.says("liaison", "correct")
        scene.head("leader")
        await scene.says("leader", "summary")
        await scene.says("leader", "figure")
        scene.head("admin")
        await scene.says("admin", "schedule")
        await scene.presses("admin", "schedule.confirm")
        await scene.says("admin", "silent")
