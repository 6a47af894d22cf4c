"""The words every channel speaks: what comes in, what goes out, and what a channel is."""

from __future__ import annotations

import math
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Generic, Protocol, TypeVar, runtime_checkable

from data.kinds import Priority

B = TypeVar("B")
C = TypeVar("C")


class Kind(StrEnum):
    """What an inbound is: words, a pressed button, changed words, or something else that a person did."""

    TEXT = "text"
    BUTTON = "button"
    EDIT = "edit"
    MEDIA = "media"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    MIGRATED = "migrated"
    IGNORED = "ignored"


@dataclass(frozen=True)
class Update:
    """A provider's update as it came, before anybody looked into it.

    `update_id` is unique for the bot for ever; `sender` is the external id of who wrote (empty if unknown); `raw` is
    the provider's own text, stored as it is.
    """

    update_id: str
    sender: str
    raw: str


@dataclass(frozen=True)
class SentFile:
    """A file that came with a message. `key` is what its channel gets it by (`HasFiles.fetch`): stored as it is, so it
    holds all that is needed, and is looked into by nobody else. `kind` is a word of `Inbound.media` (photo, document,
    …); `name` and `size` (bytes) are the sender's word, None where there is none."""

    key: str
    kind: str
    name: str | None = None
    size: int | None = None


@dataclass(frozen=True)
class Inbound:
    """An update that was understood.

    `said_at` is the provider's time (aware UTC). `token` is a pressed button's. `reply_to` is the provider's id of
    the quoted message; a provider that gives its words alone has them in `quoted`. `addressed` is False for words in a
    group that were not meant for the bot. `media` is what a message carried beside words (sticker, voice, photo,
    document, location, …); `files` are those of it that can be got, and `album` the provider's id of the group of
    messages that were sent together. `acknowledge` is what the channel needs to stop a button's spinner.
    """

    kind: Kind
    sender: str
    chat: str
    message_id: str | None
    said_at: datetime
    text: str = ""
    token: str | None = None
    reply_to: str | None = None
    quoted: str | None = None
    group: bool = False
    addressed: bool = True
    display_name: str | None = None
    language: str | None = None
    media: str | None = None
    files: tuple[SentFile, ...] = ()
    album: str | None = None
    forwarded: bool = False
    acknowledge: str | None = None
    migrated_to: str | None = None


@dataclass(frozen=True)
class Button:
    """A button as a handler wishes it: pressed, it runs `action` with `args` (JSON values).

    `once`: the first press is the last, later ones get its result. Buttons of one message that exclude each other
    are spent together when `once`. `primary` is the one to do next.
    """

    label: str
    action: str
    args: Mapping[str, Any] = field(default_factory=dict)
    once: bool = False
    primary: bool = False
    expires_after: timedelta | None = None


Rows = Sequence[Sequence[Button]]


@dataclass(frozen=True)
class Choice(Generic[B]):
    """A line of a brief's list, with what each of `Brief.picks` does with it: None where one does not fit."""

    label: str
    buttons: tuple[B | None, ...]


@dataclass(frozen=True)
class Brief(Generic[B]):
    """The same message for a channel that shows cards, where they can't hold it whole: who sends it, a title, a line
    below, some words, facts of a name and a value, a list to choose one of, and buttons. `choose` stands beside the
    list; `picks` are the labels of what can be done with the chosen line, and how that is called when it was done.
    Where it is not `whole` it stands below the message's own words."""

    source: str
    title: str
    subtitle: str
    text: str
    facts: tuple[tuple[str, str], ...] = ()
    choose: str = ""
    choices: tuple[Choice[B], ...] = ()
    picks: tuple[tuple[str, str], ...] = ()
    buttons: tuple[B, ...] = ()
    whole: bool = True

    def each(self, turn: Callable[[B], C]) -> Brief[C]:
        """The same with every button turned into something else."""
        choices = tuple(
            Choice(choice.label, tuple(None if each is None else turn(each) for each in choice.buttons))
            for choice in self.choices
        )
        return Brief(
            self.source, self.title, self.subtitle, self.text, self.facts, self.choose, choices, self.picks,
            tuple(map(turn, self.buttons)), self.whole,
        )  # fmt: skip


@dataclass(frozen=True)
class Outgoing:
    """A message as a handler wishes it; the door stores it, a channel writes it in its own form.

    `title` is shown in bold above `text` (plain text, lines separated by line feeds; a channel escapes it).
    `document_id` is a made document that goes with it, as a picture where it is one.
    `person_id`, `account_id` or `chat`: to whom, default whoever wrote. `listing` are the assignment ids a numbered
    list shows, in order: a bare number in an answer means a position in it. `edits` is the id of the outbox row whose
    message is replaced; `quiet`: where that can't be done, nothing is sent instead. `brief` is for channels that show
    cards.
    `mentions` are people (external id, name) whom a group's message names, so that they are told of it.
    `dialog_id` is the question it asks. Nothing is sent after `use_until`.
    """

    text: str
    title: str | None = None
    buttons: Rows = ()
    person_id: int | None = None
    chat: str | None = None
    account_id: int | None = None
    priority: Priority = Priority.ANSWER
    listing: tuple[int, ...] | None = None
    round_id: int | None = None
    edits: int | None = None
    quiet: bool = False
    brief: Brief[Button] | None = None
    dialog_id: int | None = None
    document_id: int | None = None
    mentions: tuple[tuple[str, str], ...] = ()
    not_before: datetime | None = None
    use_until: datetime | None = None


@dataclass(frozen=True)
class SentButton:
    """A stored button: what a channel shows and gets back."""

    label: str
    token: str
    primary: bool = False


@dataclass(frozen=True)
class FileRef:
    """A stored document that a message carries: its id, what it is called, its media type, its size in bytes."""

    document_id: int
    name: str
    media_type: str
    size: int

    @property
    def is_picture(self) -> bool:
        """Shown in the chat, not offered as a file."""
        return self.media_type in PICTURES


PICTURES = ("image/png", "image/jpeg")


@dataclass(frozen=True)
class Payload:
    """What one call carries, rendered once and never again: stored as JSON in the outbox row.

    With a `file`, title and text (together at most `CAPTION` characters) are written beside it.
    """

    title: str | None
    text: str
    buttons: tuple[tuple[SentButton, ...], ...] = ()
    file: FileRef | None = None
    brief: Brief[SentButton] | None = None
    quiet: bool = False
    mentions: tuple[tuple[str, str], ...] = ()

    def to_json(self) -> dict[str, Any]:
        rows = [[asdict(button) for button in row] for row in self.buttons]
        plain: dict[str, Any] = {"title": self.title, "text": self.text, "buttons": rows}
        if self.file is not None:
            plain["file"] = asdict(self.file)
        if self.brief is not None:
            plain["brief"] = asdict(self.brief)
        if self.mentions:
            plain["mentions"] = [list(each) for each in self.mentions]
        return plain | {"quiet": True} if self.quiet else plain

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Payload:
        rows = tuple(tuple(SentButton(**button) for button in row) for row in value["buttons"])
        brief = _brief(value["brief"]) if "brief" in value else None
        file = FileRef(**value["file"]) if value.get("file") else None
        mentions = tuple((who, name) for who, name in value.get("mentions", ()))
        return cls(value["title"], value["text"], rows, file, brief, value.get("quiet", False), mentions)

    def all_buttons(self) -> list[SentButton]:
        """Those that are shown, and those that only its brief has, each once."""
        found = [button for row in self.buttons for button in row]
        if self.brief is not None:
            chosen = (each for choice in self.brief.choices for each in choice.buttons if each is not None)
            found += [*chosen, *self.brief.buttons]
        return list({button.token: button for button in found}.values())

    def each(self, turn: Callable[[SentButton], SentButton | None]) -> Payload:
        """The same with every button in another form, without those that have none."""
        turned = {button.token: turn(button) for button in self.all_buttons()}
        rows = (tuple(kept for button in row if (kept := turned[button.token])) for row in self.buttons)
        brief = None
        if self.brief is not None:
            choices = tuple(
                Choice(choice.label, tuple(None if each is None else turned[each.token] for each in choice.buttons))
                for choice in self.brief.choices
            )
            buttons = tuple(kept for button in self.brief.buttons if (kept := turned[button.token]))
            brief = replace(self.brief, choices=choices, buttons=buttons)
        return replace(self, buttons=tuple(row for row in rows if row), brief=brief)


def _brief(value: Mapping[str, Any]) -> Brief[SentButton]:
    choices = tuple(
        Choice(choice["label"], tuple(each and SentButton(**each) for each in choice["buttons"]))
        for choice in value["choices"]
    )
    pairs = {name: tuple((first, second) for first, second in value[name]) for name in ("facts", "picks")}
    buttons = tuple(SentButton(**button) for button in value["buttons"])
    return Brief(**{**value, **pairs, "choices": choices, "buttons": buttons})


CAPTION = 900


@dataclass(frozen=True)
class Call:
    """One claimed outbox row, as a channel gets it. `edits` is the provider's id of the message to replace, `content`
    the bytes of the payload's file."""

    outbox_id: int
    chat: str
    payload: Payload
    edits: str | None = None
    reply_to: str | None = None
    content: bytes | None = None


class SendFailed(Exception):
    """A send that did not (or may not have) come through.

    `permanent`: trying again is of no use. `blocked`: the account can't be reached any more. `retry_after`: the
    provider's wait in seconds; `whole_bot` where it binds every chat. `moved_to`: the chat's new id. `reason` is
    short and without secrets.
    """

    def __init__(
        self,
        reason: str,
        *,
        permanent: bool = False,
        blocked: bool = False,
        retry_after: float | None = None,
        whole_bot: bool = False,
        moved_to: str | None = None,
    ) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent
        self.blocked = blocked
        self.retry_after = retry_after
        self.whole_bot = whole_bot
        self.moved_to = moved_to


@dataclass(frozen=True)
class Limits:
    """A provider's pace: calls a second over all chats, seconds between two calls in one chat (after `burst` quick
    ones), calls a minute in one group. Infinite and zero where it has no rule."""

    per_second: float = math.inf
    chat_gap: float = 0.0
    burst: int = 1
    group_per_minute: float = math.inf
    in_flight: int = 16


Receive = Callable[[Sequence[Update]], Awaitable[None]]


class Channel(Protocol):
    """One way to people. `receive` returns when the updates are on disk: only then is the provider told."""

    name: str
    bot_id: str
    limits: Limits

    async def start(self, receive: Receive) -> None:
        """Begin to receive. Returns when it runs; keeps itself running until `stop_receiving`."""

    async def stop_receiving(self) -> None:
        """Take in nothing more; what was taken is on disk."""

    async def close(self) -> None:
        """Let go of connections; sending is over."""

    def parse(self, raw: str) -> Inbound:
        """Understand a stored update. Pure. Raises ValueError for what can't be understood."""

    def split(self, title: str | None, text: str) -> list[tuple[str | None, str]]:
        """Cut a message into parts that the provider takes, at line ends, never inside a character. Pure."""

    def is_group(self, chat: str) -> bool:
        """Whether a chat id is a group's. Pure."""

    async def send(self, call: Call) -> str:
        """Send or edit; the provider's message id. Raises SendFailed."""

    async def acknowledge(self, inbound: Inbound) -> None:
        """Tell the provider that a press was seen. Best effort: never raises."""


class FetchFailed(Exception):
    """A file that was not got. `permanent`: it is not to be had any more. `reason` is short and without secrets."""

    def __init__(self, reason: str, *, permanent: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.permanent = permanent


@runtime_checkable
class HasFiles(Protocol):
    """A channel that people send files over."""

    def fetch(self, key: str) -> AsyncGenerator[bytes, None]:
        """The bytes of a file that came in (`SentFile.key`), piece by piece. Raises FetchFailed."""


@runtime_checkable
class HoldsFiles(HasFiles, Protocol):
    """A channel that itself holds what came in until it was fetched."""

    async def let_go(self, key: str) -> None:
        """The file was kept, or refused: it is needed no more. Never raises."""


@runtime_checkable
class Arranges(Protocol):
    """A channel that needs several calls for some messages. A row of the outbox is one call, so that no more than what
    was in flight is ever sent again: such a message becomes several rows."""

    def arrange(self, payload: Payload) -> list[Payload]:
        """The message as single calls, in order. Pure."""
