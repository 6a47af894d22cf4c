"""The bot as a service: doors, ticker and pages, until a signal."""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable

import structlog

from bot import compose
from bot.config import Settings
from bot.office import clock_of

log = structlog.get_logger()


async def run(settings: Settings, said: Callable[[str], Awaitable[None] | None] = lambda _line: None) -> None:
    """The bot, until a signal. `said` gets the address of the pages."""
    channels = compose.make_channels(settings)
    clock = clock_of(settings)
    with compose.opened(settings) as store:
        bot = compose.put_together(settings, store, clock, channels)
        compose.stop_on_signals(bot.stop)
        async with contextlib.AsyncExitStack() as stack:
            if settings.serves:
                from bot.pages import app_of  # the web framework: only where it serves

                sock = compose.listen(settings.web.host, settings.web.port)
                await stack.enter_async_context(compose.serving(app_of(bot), sock))
                if settings.web.enabled:
                    said(f"http://{settings.web.host}:{sock.getsockname()[1]}")
            await stack.enter_async_context(compose.running(bot))
            compose.keep_from_collecting()
            log.info("running", channels=sorted(channels))
            await bot.stop.wait()
            log.info("stopping")
