"""The pictures of the README, taken of a real demo in a real browser: `python -m benchmarks.pictures [FOLDER]`.

Needs Chromium and a Chinese font (apt install chromium fonts-wqy-microhei); for the documents' pictures LibreOffice
and pdftoppm too (apt install libreoffice-writer libreoffice-calc poppler-utils), without which they stay as they are.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy.orm import Session

from bot.demo import fill
from bot.views.bulletin import bulletin, month_period
from bot.views.ledger import ledger, sight_of
from bot.views.pdf import as_pdf, libreoffice
from data import queries
from data.store import migrate, open_store
from scheduler.office import Office

FOLDER = Path("docs") / "pictures"
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
SIZES = {"1440": ((1440, 900), 1.0), "390": ((390, 844), 2.0)}
INPUT = "回一句话"
MONTH_END = "改成每月最后一个工作日下午3点"
COLOURS = 64  # of a document's picture: enough for lamps and letters, a third of the bytes
PAGES = ("board", "row/2")
OFFICE = Office()
MORNING = datetime(2021, 9, 26, 9, 30, tzinfo=OFFICE.zone)


@contextmanager
def demo() -> Iterator[str]:
    """A demo of its own; the address below which its pages are."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
    words = [sys.executable, "-m", "bot", "demo", "--no-browser", "--port", "0"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=kept | {"PYTHONUNBUFFERED": "1"}) as running:
        assert running.stdout is not None
        try:
            parts = urlsplit(running.stdout.readline().rpartition("：")[2].strip())
            yield f"{parts.scheme}://{parts.netloc}/demo"
        finally:
            running.terminate()


def say(page: Page, words: str, awaited: str) -> None:
    """Write a sentence and wait for what the answer says."""
    page.get_by_label(INPUT).fill(words)
    page.get_by_role("button", name="发送", exact=True).click()
    expect(page.get_by_role("log")).to_contain_text(awaited)


def play(page: Page, demo_address: str) -> None:
    """The demo's three steps, so that there is something to see."""
    page.goto(f"{demo_address}/liaison")
    expect(page.get_by_role("log")).to_contain_text("直接回一句话就行", timeout=20_000)
    page.get_by_role("button", name="填入示例").click()
    page.get_by_role("button", name="发送", exact=True).click()
    expect(page.get_by_role("log")).to_contain_text("记下了：")
    page.goto(f"{demo_address}/leader")
    say(page, "汇总", "需要您关注")
    page.goto(f"{demo_address}/admin")
    say(page, MONTH_END, "将改为：")


def take(browser: Browser, demo_address: str, folder: Path) -> Iterator[Path]:
    """Chat of each of the cast, the board and a row's page, at a desk's and a phone's width."""
    for width, ((across, down), scale) in SIZES.items():
        context = browser.new_context(
            viewport={"width": across, "height": down}, device_scale_factor=scale, locale="zh-CN", color_scheme="light"
        )
        page = context.new_page()
        for name in ("liaison", "leader", "admin", *(f"leader/{path}" for path in PAGES)):
            page.goto(f"{demo_address}/{name}")
            page.wait_for_load_state("load")
            expect(page.locator("#main")).to_be_visible()
            path = folder / f"{name.removeprefix('leader/').partition('/')[0]}-{width}.png"
            page.screenshot(path=path, animations="disabled", caret="hide")
            yield path
        context.close()


def written(place: Path) -> list[tuple[str, str, bytes, int]]:
    """Name, ending, file and the picture's width in pixels of each document."""
    store = open_store(f"sqlite:///{place / 'demo.db'}")
    try:
        migrate(store)
        store.write_now(lambda session: fill(session, MORNING, OFFICE))
        return store.read_now(_written)
    finally:
        store.close()


def _written(session: Session) -> list[tuple[str, str, bytes, int]]:
    plan = queries.current_plan(session)
    assert plan is not None
    sight = sight_of(session, plan, MORNING, OFFICE, "zh-CN")
    told = bulletin(sight, month_period(date(2021, 8, 1)))
    return [("ledger", ".xlsx", ledger(sight, for_leaders=True), 1600), ("bulletin", ".docx", told.document, 800)]


def documents(folder: Path) -> Iterator[Path]:
    """The first page of the leaders' ledger and of August's bulletin, of the demo's data, as they are printed."""
    if libreoffice() is None or shutil.which("pdftoppm") is None:
        return
    with tempfile.TemporaryDirectory() as place:
        for name, ending, made, wide in written(Path(place)):
            printed = Path(place) / f"{name}.pdf"
            printed.write_bytes(as_pdf(made, ending))
            size = ["-scale-to-x", str(wide), "-scale-to-y", "-1"]
            subprocess.run(["pdftoppm", "-png", "-singlefile", *size, printed, folder / name], check=True)
            picture = folder / f"{name}.png"
            Image.open(picture).quantize(COLOURS).save(picture, optimize=True)
            yield picture


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    folder: Path = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium")
    if chromium is None:
        raise SystemExit("No Chromium. On Debian or Ubuntu: sudo apt install chromium fonts-wqy-microhei")
    with demo() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        play(browser.new_page(viewport={"width": 1440, "height": 900}, locale="zh-CN"), address)
        for path in take(browser, address, folder):
            print(path)
        browser.close()
    for path in documents(folder):
        print(path)


if __name__ == "__main__":
    main()
