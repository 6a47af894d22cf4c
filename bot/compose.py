"""The one place where everything is put together: clock, store, channels, doors, ticker, pages, signals.

Order of stopping: doors in, the running batch, sends in flight, their marks, the web, the store.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import socket
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy.orm import Session

from bot import documents, health, jumps, reminders
from bot.channels.web import WebChat
from bot.clock import Clock
from bot.config import Settings
from bot.conversation import Conversation
from bot.fetching import MEGABYTE, Fetcher
from bot.health import Vitals
from bot.importing import Importer
from bot.inbox import Door
from bot.making import Maker
from bot.menus import HasMenu, keep_menus
from bot.message import Arranges, Channel
from bot.office import clock_of, office_of
from bot.outbox import Postbox
from bot.roll import Rolls, keep_warm
from bot.sender import Sender, release_claims
from bot.watch import Watch
from data.backup import folder_of, migrate_safely
from data.errors import UserError
from data.files import folder_beside, sweep
from data.store import Store, Urgency, exclusive, open_store, parse_url
from scheduler import correcting
from scheduler.office import Office
from scheduler.ticker import Ticker

if TYPE_CHECKING:
    from bot.channels.telegram import Telegram
    from bot.channels.wecom_aibot import WecomAibot
    from bot.channels.wecom_app import WecomApp

log = structlog.get_logger()

# From the signal until the channels are closed; the pages take up to two more.
STOP_SECONDS = 6.0


@dataclass
class Bot:
    """A bot that is put together but not yet running; `run` runs it until `stop` is set."""

    settings: Settings
    clock: Clock
    store: Store
    office: Office
    channels: Mapping[str, Channel]
    door: Door
    senders: Mapping[str, Sender]
    postbox: Postbox
    fetcher: Fetcher
    maker: Maker
    rolls: Rolls
    stop: asyncio.Event = field(default_factory=asyncio.Event)
    vitals: Vitals = field(default_factory=Vitals)

    @property
    def web_chat(self) -> WebChat:
        chat = self.channels["web"]
        assert isinstance(chat, WebChat)
        return chat

    def wake(self) -> None:
        """Rows were made: let the senders look."""
        for sender in self.senders.values():
            sender.wake()

    async def write(self, fn: Callable[[Session], Any]) -> Any:
        """A write of the pages or the ticker; what it queued goes out at once."""
        result = await self.store.write(fn, Urgency.HANDLE)
        self.wake()
        return result


def make_channels(settings: Settings) -> dict[str, Channel]:
    """Every channel that is configured. Raises UserError `telegram_secret`, `wecom.…`, `nothing_enabled`."""
    channels: dict[str, Channel] = {}
    if settings.web.enabled:
        channels["web"] = WebChat(settings.web.public_url, files_of(settings))
    if settings.telegram.token.get_secret_value():
        channels["telegram"] = telegram_of(settings)
    if settings.wecom_app.on:
        channels["wecom_app"] = wecom_app_of(settings)
    if settings.wecom_aibot.on:
        channels["wecom_aibot"] = wecom_aibot_of(settings)
    if not channels:
        raise UserError("nothing_enabled")
    return channels


def files_of(settings: Settings) -> Path:
    """The folder of what people send."""
    return folder_beside(parse_url(settings.database.url), settings.files.folder)


def telegram_of(settings: Settings) -> Telegram:
    from bot.channels.telegram import Telegram

    section = settings.telegram
    if section.webhook_url and not section.webhook_secret.get_secret_value():
        raise UserError("telegram_secret")
    return Telegram(
        section.token.get_secret_value(),
        section.base_url,
        section.base_file_url,
        webhook_url=section.webhook_url or None,
        webhook_secret=section.webhook_secret.get_secret_value() or None,
        proxy=settings.network.proxy or None,
    )


def wecom_app_of(settings: Settings) -> WecomApp:
    from bot.channels.wecom_app import WecomApp

    section = settings.wecom_app
    return WecomApp(
        section.corp_id,
        section.agent_id,
        section.secret.get_secret_value(),
        section.token.get_secret_value(),
        section.encoding_aes_key.get_secret_value(),
        section.api_base,
        proxy=settings.network.proxy or None,
    )


def wecom_aibot_of(settings: Settings) -> WecomAibot:
    from bot.channels.wecom_aibot import WecomAibot

    section = settings.wecom_aibot
    return WecomAibot(
        section.bot_id,
        section.secret.get_secret_value(),
        section.url,
        proxy=settings.network.proxy or None,
        language=settings.office.language,
    )


def postbox_of(channels: Mapping[str, Channel]) -> Postbox:
    """Rows as these channels want them."""
    return Postbox(
        {name: channel.split for name, channel in channels.items()},
        {name: channel.arrange for name, channel in channels.items() if isinstance(channel, Arranges)},
    )


def put_together(settings: Settings, store: Store, clock: Clock, channels: Mapping[str, Channel]) -> Bot:
    office = office_of(settings)
    postbox = postbox_of(channels)
    conversation = Conversation(postbox, office, channels, settings.office.language)
    senders = {name: Sender(store, channel, clock, channels=channels.keys()) for name, channel in channels.items()}

    def wake() -> None:
        for sender in senders.values():
            sender.wake()
        fetcher.wake()
        maker.wake()

    most = settings.files.most_megabytes * MEGABYTE
    fetcher = Fetcher(store, channels, files_of(settings), most, clock, postbox, wake)
    maker = Maker(store, office, postbox, clock, wake, Importer(fetcher.folder, office, postbox, channels))
    door = Door(store, channels, conversation.handling(), clock, wake)
    return Bot(settings, clock, store, office, channels, door, senders, postbox, fetcher, maker, Rolls())


@contextlib.asynccontextmanager
async def running(bot: Bot) -> AsyncIterator[None]:
    """The doors open and the ticker ticks; at the end everything under way is finished in order."""

    await bot.store.write(partial(_begin, now=bot.clock(), office=bot.office, senders=bot.senders.values()))
    await asyncio.to_thread(sweep, bot.fetcher.folder)
    await bot.door.look_back()
    workers = [asyncio.create_task(bot.door.run(), name="inbox")]
    workers += [asyncio.create_task(sender.run(), name=f"outbox-{name}") for name, sender in bot.senders.items()]
    workers.append(asyncio.create_task(bot.fetcher.run(), name="files"))
    workers.append(asyncio.create_task(bot.maker.run(), name="documents"))
    ticker, watch = Ticker(partial(_tick, bot), bot.clock, partial(_clock_jumped, bot)), Watch(bot)
    watching = asyncio.create_task(watch.run(), name="watch")
    bot.vitals.workers[:] = [*workers, watching]
    ticker.start()
    for channel in bot.channels.values():
        await channel.start(bot.door.receive(channel))
    warming = asyncio.create_task(keep_warm(bot.rolls, bot.store, bot.clock, bot.office), name="warm")
    menus = [
        asyncio.create_task(keep_menus(bot.store, name, channel.show_menu), name=f"menus-{name}")
        for name, channel in bot.channels.items()
        if isinstance(channel, HasMenu)
    ]
    try:
        yield
    finally:
        for extra in (watching, warming, *menus):
            extra.cancel()
        ends = asyncio.get_running_loop().time() + STOP_SECONDS
        await within(ends, *(channel.stop_receiving() for channel in bot.channels.values()))
        ticker.stop()
        bot.maker.stop()
        await within(ends, bot.door.stop(), watch.stop(), bot.fetcher.stop())
        await within(ends, *(sender.stop(ends - asyncio.get_running_loop().time()) for sender in bot.senders.values()))
        await within(ends, *workers)
        await within(ends + 1, *(channel.close() for channel in bot.channels.values()))
        await bot.store.write(partial(health.end_life, now=bot.clock()))
        log.info("stopped", unhandled=[task.get_name() for task in workers if not task.done()])


async def within(ends: float, *under_way: Coroutine[Any, Any, None] | asyncio.Task[None]) -> None:
    """Wait for all until a moment of the loop's clock; what fails is logged, what lasts longer is given up."""
    tasks = {asyncio.ensure_future(each) for each in under_way}
    if not tasks:
        return
    left = ends - asyncio.get_running_loop().time()
    done, lasting = await asyncio.wait(tasks, timeout=max(left, 0.1))
    for task in lasting:
        log.warning("stopped_without", what=task.get_name())
        task.cancel()
    for task in done:
        if not task.cancelled() and task.exception() is not None:
            log.error("stopping_failed", what=task.get_name(), error=repr(task.exception()))


def _begin(session: Session, now: datetime, office: Office, senders: Iterable[Sender]) -> None:
    """Count what an earlier process called, free what it had claimed, say what was found; go by the zone and the
    calendar of today."""
    for sender in senders:
        sender.recall(session, now)
    found = health.begin_life(session, now, release_claims(session))
    documents.release(session)
    documents.clear(session, now)
    moved = correcting.align(session, now, office)
    if moved is not None and (moved.openings or moved.due_days):
        log.info("aligned", openings=len(moved.openings), due_days=len(moved.due_days))
    log.info("starting", **asdict(found))


async def _tick(bot: Bot, now: datetime) -> None:
    """Open what is due, queue what is to be sent."""
    if await bot.store.read(lambda session: reminders.anything_due(session, now)):
        queued = await bot.store.write(
            lambda session: reminders.tick(session, now, bot.office, bot.postbox), Urgency.HANDLE
        )
        if queued:
            bot.wake()
    bot.vitals.ticked = bot.vitals.monotonic()


async def _clock_jumped(bot: Bot, by: timedelta) -> None:
    """Nothing opens for a while; admins are told why."""

    now = bot.clock()
    await bot.write(lambda session: jumps.settle(session, by, now, bot.office, bot.postbox))


# The web ---------------------------------------------------------------------------------------------------


def listen(host: str, port: int, *, tries: int = 1) -> socket.socket:
    """A listening socket; the next free port within `tries`. Raises UserError `port_in_use`."""
    for offset in range(tries):
        server = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET)
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # asyncio does this only for sockets made with an explicit protocol; without it every answer waits 40 ms.
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            server.bind((host, port + offset if port else 0))
        except OSError:
            server.close()
            continue
        server.listen(128)
        return server
    raise UserError("port_in_use", host=host, port=port)


@contextlib.asynccontextmanager
async def serving(app: Any, sock: socket.socket) -> AsyncIterator[None]:
    """Serve an app on a socket; signals stay ours."""
    import uvicorn

    config = uvicorn.Config(
        app, log_config=None, lifespan="off", timeout_graceful_shutdown=2, access_log=False, ws="none"
    )
    server = uvicorn.Server(config)
    server.capture_signals = contextlib.nullcontext  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(server.serve(sockets=[sock]), name="web")
    while not server.started and not task.done():
        await asyncio.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        await asyncio.wait([task], timeout=5)


# Running ---------------------------------------------------------------------------------------------------


@contextlib.contextmanager
def opened(settings: Settings) -> Any:
    """The database, locked for this bot and migrated; one that holds something is backed up before."""
    store = open_store(settings.database.url)
    try:
        with exclusive(store):
            migrate_safely(store, folder_of(store.url, settings.backup.folder), clock_of(settings)())
            yield store
    finally:
        store.close()


def keep_from_collecting() -> None:
    """What was loaded stays: looking through it again for garbage would stop everything for a tenth of a second."""
    gc.collect()
    gc.freeze()


def stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
