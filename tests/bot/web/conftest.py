from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.bot.web.forms import browsing
from tests.bot.web.office import Office, open_office
from tests.requirements import need

FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

expect.set_options(timeout=30_000)


@pytest.fixture
async def office(tmp_path: Path) -> AsyncIterator[Office]:
    """The web as it is run for real: log-in by invite."""
    async with open_office(tmp_path) as running:
        yield running


@pytest.fixture
async def demo(tmp_path: Path) -> AsyncIterator[Office]:
    """The demo's web: the role is in the address."""
    async with open_office(tmp_path, demo=True) as running:
        yield running


@pytest.fixture
async def client(request: pytest.FixtureRequest) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without script, at the running office or demo."""
    name = "demo" if "demo" in request.fixturenames else "office"
    running: Office = request.getfixturevalue(name)
    async with browsing(running) as made:
        yield made


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real one; skipped where there is none, unless it is asked for."""
    path = shutil.which("chromium")
    need("browser", path is not None, "apt install chromium")
    async with async_playwright() as playwright:
        made = await playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield made
        await made.close()
