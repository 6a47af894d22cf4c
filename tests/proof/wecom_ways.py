"""The two ways of WeCom as a kill test plays them: a server of its own, people who write, what reached whom.

What is on record as sent is drawn up anew, message by message, and compared with what people were shown.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.wecom_aibot import WecomAibot
from bot.channels.wecom_aibot.updates import parse as parse_aibot
from bot.channels.wecom_app import WecomApp
from bot.channels.wecom_app.updates import parse as parse_app
from bot.channels.wecom_cards import form_of, task_id_of, written
from bot.message import Call, Payload
from bot.texts import texts
from data.kinds import OutboxState
from data.models import Inbox, Outbox
from tests.servers.wecom_aibot import WecomBotServer
from tests.servers.wecom_app import Arrived, WecomServer
from tests.servers.wecom_card_rules import words_of

AGAIN_SECONDS = 0.1
Shown = tuple[str, str, bool]  # chat, words, whether it is a card


@dataclass
class AppWay:
    """Callbacks in: WeCom brings one until it is answered 200; here for as long as the bot is down, where the real
    one gives up after three times. What it takes twice it shows once, for the bot asks it to look."""

    port: int
    name = "wecom_app"

    def __post_init__(self) -> None:
        self.server = WecomServer()
        self.server.callback_url = f"http://127.0.0.1:{self.port}/wecom/app"
        self.journal = self.server.journal
        self.faults = self.server.faults
        self.channel = WecomApp("corp", "1", "secret", WecomServer.token, WecomServer.aes_key)
        self.parse = parse_app

    async def __aenter__(self) -> AppWay:
        await self.server.__aenter__()
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self.server.__aexit__(*reason)

    def settings(self) -> dict[str, str]:
        return {
            "DUBAN_WEB__PORT": str(self.port),
            "DUBAN_WECOM_APP__CORP_ID": self.server.corp_id,
            "DUBAN_WECOM_APP__AGENT_ID": str(self.server.agent_id),
            "DUBAN_WECOM_APP__SECRET": self.server.secret,
            "DUBAN_WECOM_APP__TOKEN": self.server.token,
            "DUBAN_WECOM_APP__ENCODING_AES_KEY": self.server.aes_key,
            "DUBAN_WECOM_APP__API_BASE": self.server.url,
        }

    def knows(self, userid: str) -> None:
        self.server.member(userid)

    async def bring(self, userid: str, text: str) -> None:
        """The same each time until it is taken, and by chance once more."""
        number = next(self.server.numbers)
        inner = f"<Content><![CDATA[{text}]]></Content><MsgId>{number}</MsgId>"
        xml = self.server.members[userid].xml("text", inner)
        while await self.server.call_back(xml, tries=1) != 200:
            await asyncio.sleep(AGAIN_SECONDS)
        if self.faults.random.random() < self.faults.duplicates:
            await self.server.call_back(xml, tries=1)

    def lost_on_the_way(self, session: Session) -> Counter[tuple[str, str]]:
        return Counter()


class BotWay:
    """The long connection: what comes while nobody holds it, or just before it ends, is not brought again."""

    name = "wecom_aibot"

    def __init__(self, _port: int) -> None:
        self.server = WecomBotServer()
        self.journal = self.server.journal
        self.faults = self.server.faults
        self.channel = WecomAibot("bot", "secret")
        self.parse = parse_aibot
        self._brought: dict[str, tuple[str, str]] = {}

    async def __aenter__(self) -> BotWay:
        await self.server.__aenter__()
        return self

    async def __aexit__(self, *reason: object) -> None:
        await self.server.__aexit__(*reason)

    def settings(self) -> dict[str, str]:
        return {
            "DUBAN_WECOM_AIBOT__BOT_ID": self.server.bot_id,
            "DUBAN_WECOM_AIBOT__SECRET": self.server.secret,
            "DUBAN_WECOM_AIBOT__URL": self.server.url,
        }

    def knows(self, userid: str) -> None:
        self.server.person(userid)

    async def bring(self, userid: str, text: str) -> None:
        """Once; the person waits for an answer before anything else, as people do, until the line is another."""
        person, log = self.server.people[userid], self.server.chats[userid].log
        while (line := self.server.current) is None:
            await asyncio.sleep(0.02)
        before = len(log)
        self._brought[await person.says(text)] = (userid, text)
        while len(log) == before and self.server.current is line:
            await asyncio.sleep(0.02)

    def lost_on_the_way(self, session: Session) -> Counter[tuple[str, str]]:
        stored = set(session.scalars(select(Inbox.update_id)))
        return Counter(self._brought[each] for each in self.server.lost_with_their_line(stored) & self._brought.keys())


Way = AppWay | BotWay
WAYS: dict[str, Callable[[int], Way]] = {"wecom_app": AppWay, "wecom_aibot": BotWay}


# What should have been shown --------------------------------------------------------------------------------


@dataclass
class Due:
    """What the rows on record as sent must have shown; what edits may have, for a card that could be replaced shows
    nothing new; and for a card the words that stand in its place where its id was used up by a try whose end nobody
    knows."""

    must: Counter[Shown] = field(default_factory=Counter)
    may: Counter[Shown] = field(default_factory=Counter)
    instead: dict[Shown, Shown] = field(default_factory=dict)


def due(session: Session, way: Way) -> Due:
    found = Due()
    for row in session.scalars(select(Outbox).where(Outbox.state == OutboxState.SENT)):
        call = Call(row.id, row.chat_id, Payload.from_json(row.payload))
        replaceable = row.edits_id is not None and (way.name == "wecom_app" or call.payload.quiet)
        (found.may if replaceable else found.must).update(messages_of(way, call))
        found.instead.update(instead_of(call))
    return found


def messages_of(way: Way, call: Call) -> list[Shown]:
    form = form_of(call.payload, task_id_of(call))
    words = [] if form.words is None else way.channel.split(*form.words)
    found = [_shown(call.chat, "\n".join(filter(None, part)), card=False) for part in words]
    return found if form.card is None else [*found, _shown(call.chat, words_of(form.card), card=True)]


def instead_of(call: Call) -> dict[Shown, Shown]:
    """The words that are sent where a card is refused, and the card."""
    form = form_of(call.payload, task_id_of(call))
    if form.card is None:
        return {}
    title, text = written(call.payload)
    words = "\n".join(filter(None, (title, text if form.words is None else text.rpartition("\n")[2])))
    return {_shown(call.chat, words, card=False): _shown(call.chat, words_of(form.card), card=True)}


def _shown(chat: str, text: str, *, card: bool) -> Shown:
    """White space apart, which markup and marks change."""
    return chat.lower(), "".join(text.split()), card


def arrived(journal: Iterable[Arrived], instead: Mapping[Shown, Shown]) -> list[Shown]:
    """What people were shown, without what the channel says by itself; words in a card's place count as the card."""
    own = {_shown("", texts("zh-CN").say(f"wecom.{key}"), card=False)[1] for key in ("welcome", "restarting")}
    found = [_shown(each.chat, each.text, card=each.card) for each in journal]
    return [instead.get(each, each) for each in found if each[1] not in own]


@dataclass
class Life:
    """From one start to its kill: how much had arrived and how many sends were in doubt when it was over, and how
    many calls were claimed just then."""

    arrived: int
    doubtful: int
    claimed: int


def beyond(lives: Sequence[Life], shown: Sequence[Shown], wanted: Counter[Shown]) -> int:
    """How many messages were shown more than once for which neither the calls in flight at the end of the life that
    showed them first, nor those in doubt before it, account."""
    left = wanted.copy()
    again = Counter[int]()
    for place in range(len(shown) - 1, -1, -1):  # the last of equal ones is the one on record
        if left[shown[place]] > 0:
            left[shown[place]] -= 1
        else:
            again[next((at for at, life in enumerate(lives) if place < life.arrived), len(lives))] += 1
    doubtful = [life.doubtful for life in lives]
    fresh = [now - before for now, before in zip(doubtful, [0, *doubtful], strict=False)]
    allowed = {at: life.claimed + fresh[at] for at, life in enumerate(lives)}
    return sum(max(0, count - allowed.get(at, 0)) for at, count in again.items())
