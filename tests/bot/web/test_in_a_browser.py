"""The pages in a real browser: live without reloading, on a phone, under the strict policy."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

import pytest
from playwright.async_api import Browser, BrowserContext, FilePayload, Locator, Page, expect

from bot.message import Outgoing
from tests.bot.web.office import EXAMPLE, Office, digest

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}
PAGES = ("/demo/liaison", "/demo/admin", "/demo/admin/board", "/demo/admin/row/2", "/login")
WIDE = {"width": 1440, "height": 900}
UNNAMED = """() => [...document.querySelectorAll('button, a, input, select, textarea, [role=img]')]
    .filter(e => e.type !== 'hidden' && !(e.textContent.trim() || e.getAttribute('aria-label')
        || e.getAttribute('aria-labelledby') || (e.labels && e.labels.length)))
    .map(e => e.outerHTML)"""
DOUBLED = """() => { const ids = [...document.querySelectorAll('[id]')].map(e => e.id);
    return ids.filter((id, at) => ids.indexOf(id) !== at); }"""
SMALL = """() => [...document.querySelectorAll('button, .button, textarea, select, .top nav a')]
    .filter(e => e.checkVisibility() && e.getBoundingClientRect().height < 36).map(e => e.outerHTML)"""

DROP = """() => { const carried = new DataTransfer(); carried.items.add(new File(['x'], '图.png'));
    const drop = new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true });
    document.querySelector('main').dispatchEvent(drop); }"""


class Opened(Protocol):
    async def __call__(self, address: str, *, script: bool = True, size: dict[str, int] = PHONE) -> Page: ...


@pytest.fixture
def expected() -> list[str]:
    """What a console may complain of in this test."""
    return []


@pytest.fixture
async def opened(browser: Browser, expected: list[str]) -> AsyncIterator[Opened]:
    """Open an address; at the end nothing unexpected may have been complained of in any console."""
    complaints: list[str] = []
    contexts: list[BrowserContext] = []

    async def open_page(address: str, *, script: bool = True, size: dict[str, int] = PHONE) -> Page:
        context = await browser.new_context(viewport=size, java_script_enabled=script, locale="zh-CN")  # type: ignore[arg-type]
        contexts.append(context)
        page = await context.new_page()
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(address)
        if script and await page.locator("#live").count():
            await expect(page.locator("#live")).to_contain_text("实时")
        return page

    yield open_page
    for context in contexts:
        await context.close()
    assert [words for words in complaints if not any(known in words for known in expected)] == []


async def top_of(place: Locator) -> float:
    box = await place.bounding_box()
    assert box is not None
    return box["y"]


async def write(page: Page, text: str) -> None:
    await page.get_by_label("回一句话").fill(text)
    await page.get_by_role("button", name="发送", exact=True).click()


async def test_the_whole_main_job_works_without_script(demo: Office, opened: Opened) -> None:
    await demo.tell("liaison", digest())
    await demo.sent(1)
    page = await opened(f"{demo.url}/demo/liaison", script=False)
    await page.get_by_role("button", name="填入示例").click()
    await expect(page.get_by_label("回一句话")).to_have_value(EXAMPLE)
    await page.get_by_role("button", name="发送", exact=True).click()
    await expect(page.get_by_role("log")).to_contain_text("记下了：")
    await page.get_by_role("button", name="怎么写").click()
    await expect(page.get_by_role("log")).to_contain_text("您按了“怎么写”。")
    await page.get_by_role("link", name="换成何海平").click()
    await page.get_by_role("button", name="汇总", exact=True).click()
    await expect(page.get_by_role("log")).to_contain_text("需要您关注")


async def test_a_message_and_its_answer_appear_without_reloading(demo: Office, opened: Opened) -> None:
    page = await opened(f"{demo.url}/demo/liaison")
    await page.evaluate("window.stayed = true")
    await write(page, EXAMPLE)
    mine = page.locator("article.mine")
    await expect(mine).to_have_count(1)
    await expect(mine).to_contain_text("已收到")
    await expect(page.get_by_role("log")).to_contain_text("学位 3500/5000 个")
    await expect(page.get_by_label("回一句话")).to_have_value("")
    assert await page.evaluate("window.stayed")
    await expect(page.locator("article.mine")).to_have_count(1)


async def test_the_first_message_of_a_day_stands_below_the_day(demo: Office, opened: Opened) -> None:
    page = await opened(f"{demo.url}/demo/liaison")
    await demo.tell("liaison", Outgoing("第一条"))
    await demo.tell("liaison", Outgoing("第二条"))
    await expect(page.locator("#mo2")).to_be_visible()
    await expect(page.locator(".day")).to_have_text("9月26日 周日（调休上班）")
    await expect(page.locator(".day + #mo1")).to_be_visible()


async def test_a_reminder_arrives_by_itself(demo: Office, opened: Opened) -> None:
    page = await opened(f"{demo.url}/demo/liaison")
    await demo.tell("liaison", digest())
    await expect(page.get_by_role("button", name="1 没变化", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="2 体育设施开放、健康促进学校（5.6）：报进展")).to_be_visible()


async def test_a_pressed_button_can_be_pressed_no_more_and_the_message_changes_in_place(
    demo: Office, opened: Opened
) -> None:
    await demo.tell("liaison", digest())
    await demo.sent(1)
    page = await opened(f"{demo.url}/demo/liaison")
    await page.get_by_role("button", name="1 没变化", exact=True).click()
    first = page.locator("#mo1")
    await expect(first).to_contain_text("2 项都已反馈。")
    await expect(first).to_contain_text("更新")
    await expect(first.get_by_role("button")).to_have_count(0)
    await expect(page.locator("article.mine")).to_contain_text("1 没变化")


async def test_two_people_see_their_own_and_the_switch_counts_the_unread(demo: Office, opened: Opened) -> None:
    liaison = await opened(f"{demo.url}/demo/liaison")
    await demo.tell("admin", Outgoing("9月调度：已反馈 1"))
    await expect(liaison.locator("#who .count")).to_have_text("未读 1 条")
    admin = await opened(f"{demo.url}/demo/admin")
    await expect(admin.get_by_role("log")).to_contain_text("9月调度：已反馈 1")
    await expect(liaison.locator("#who .count")).to_have_count(0)
    await expect(liaison.get_by_role("log")).not_to_contain_text("已反馈 1")


async def test_enter_sends_and_shift_enter_breaks_the_line(demo: Office, opened: Opened) -> None:
    page = await opened(f"{demo.url}/demo/liaison")
    box = page.get_by_label("回一句话")
    await box.press_sequentially("1 完成60%")
    await box.press("Shift+Enter")
    await box.press_sequentially("2 没变化")
    await box.press("Enter")
    await expect(page.locator("article.mine .bubble")).to_have_text("1 完成60%\n2 没变化", use_inner_text=True)
    await expect(page.get_by_role("log")).to_contain_text("记下了")
    assert len(await demo.stored()) == 1


async def test_enter_in_an_input_method_chooses_a_word_and_sends_nothing(demo: Office, opened: Opened) -> None:
    page = await opened(f"{demo.url}/demo/liaison")
    box = page.get_by_label("回一句话")
    await box.fill("wancheng")
    await box.evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))"
    )
    await box.press("End")
    await expect(box).to_have_value("wancheng")
    assert await demo.stored() == []


async def test_the_menu_puts_its_word_into_the_input_line(demo: Office, opened: Opened) -> None:
    page = await opened(f"{demo.url}/demo/leader")
    await page.get_by_text("能做什么").first.click()
    await page.get_by_role("link", name="汇总 看总体").click()
    await expect(page.get_by_label("回一句话")).to_have_value("汇总")
    await expect(page.get_by_label("回一句话")).to_be_focused()
    await expect(page.get_by_role("link", name="汇总 看总体")).to_be_hidden()


async def test_what_could_not_be_sent_stays_and_can_be_sent_again(
    demo: Office, opened: Opened, expected: list[str]
) -> None:
    expected.append("ERR_FAILED")
    page = await opened(f"{demo.url}/demo/liaison")
    await page.route("**/say", lambda route: route.abort())
    failing = page.locator("article.mine .failed")
    await write(page, EXAMPLE)
    await expect(failing).to_contain_text("没发出去")
    await page.unroute("**/say")
    await page.get_by_role("button", name="重发").click()
    await expect(page.get_by_role("log")).to_contain_text("记下了：")
    await expect(page.locator("article.mine")).to_have_count(1)
    assert len(await demo.stored()) == 1


async def test_words_not_yet_sent_are_there_after_reloading(demo: Office, opened: Opened) -> None:
    page = await opened(f"{demo.url}/demo/liaison")
    await page.get_by_label("回一句话").press_sequentially("1 完成")
    await page.reload()
    await expect(page.get_by_label("回一句话")).to_have_value("1 完成")


async def test_too_long_a_message_comes_back_into_the_box_with_the_reason(
    demo: Office, opened: Opened, expected: list[str]
) -> None:
    expected.append("422")
    page = await opened(f"{demo.url}/demo/liaison")
    await write(page, "进展" * 10_000)
    await expect(page.get_by_role("alert")).to_contain_text("这条 20000 字")
    assert len(await page.get_by_label("回一句话").input_value()) == 20_000


async def test_who_reads_further_up_is_not_moved_by_a_new_message(demo: Office, opened: Opened) -> None:
    for number in range(30):
        await demo.tell("liaison", Outgoing(f"第{number}条\n第二行\n第三行"))
    await demo.sent(30)
    page = await opened(f"{demo.url}/demo/liaison")
    reading = page.get_by_text("第10条")
    await reading.scroll_into_view_if_needed()
    before = await top_of(reading)
    await demo.tell("liaison", Outgoing("新来的一条"))
    await expect(page.get_by_role("link", name="↓ 1")).to_be_visible()
    assert await top_of(reading) == pytest.approx(before, abs=2)
    link = await page.get_by_role("link", name="↓ 1").bounding_box()
    assert link is not None
    assert link["y"] + link["height"] < await top_of(page.locator(".composer"))
    await page.get_by_role("link", name="↓ 1").click()
    await expect(page.get_by_text("新来的一条")).to_be_in_viewport()


async def test_a_page_in_the_background_counts_in_its_title(demo: Office, opened: Opened) -> None:
    page = await opened(f"{demo.url}/demo/liaison")
    hide = "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true});"
    hide += " document.dispatchEvent(new Event('visibilitychange')); }"
    await page.evaluate(hide, True)
    await demo.tell("liaison", Outgoing("提醒"))
    await expect(page).to_have_title("（1）督办：教育局联络员（演示）")
    await expect(page.locator("#unread")).to_have_text("以下为未读")
    await page.evaluate(hide, False)
    await expect(page).to_have_title("督办：教育局联络员（演示）")
    await write(page, "收到")
    await expect(page.locator("#unread")).to_have_count(0)


async def test_a_lost_connection_is_told_and_made_good(demo: Office, opened: Opened, expected: list[str]) -> None:
    expected.append("ERR_CONNECTION_REFUSED")
    page = await opened(f"{demo.url}/demo/liaison")
    await page.evaluate("document.querySelector('.log').dataset.same = 'yes'")
    await page.route("**/events*", lambda route: route.abort("connectionrefused"))
    demo.chat.hang_up()
    await expect(page.locator("#live")).to_have_text("正在重连 刷新")
    await demo.tell("liaison", Outgoing("断线时来的"))
    await demo.sent(1)
    await page.unroute("**/events*")
    await expect(page.get_by_role("log")).to_contain_text("断线时来的", timeout=15_000)
    await expect(page.locator("#live")).to_contain_text("实时")
    assert await page.locator(".log").get_attribute("data-same") == "yes"


@pytest.mark.parametrize("address", PAGES)
async def test_no_page_scrolls_sideways(demo: Office, opened: Opened, address: str) -> None:
    long = "没有空格的长词" * 30 + "https://example.cn/" + "a" * 300
    await demo.tell("liaison", Outgoing(f"1. {long}\n  {long}", title=long))
    await demo.tell("admin", Outgoing(long))
    await demo.sent(2)
    page = await opened(f"{demo.url}{address}")
    for width in (320, 390, 899, 1440):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), width
        inner = "[...document.querySelectorAll('.scroll')].every(e => e.scrollWidth <= e.clientWidth)"
        assert await page.evaluate(inner), width


async def test_text_stays_text_in_a_browser_too(demo: Office, opened: Opened) -> None:
    evil = '<img src=x onerror="document.title=1">\u202eرجل👨\u200d👩\u200d👧‏<script>document.title=2</script>'
    page = await opened(f"{demo.url}/demo/liaison")
    title = await page.title()
    await write(page, evil)
    await demo.tell("liaison", Outgoing(f"1. {evil}", title=evil))
    await expect(page.locator("#mo2")).to_be_visible()
    await expect(page.locator("article.mine .bubble")).to_have_text(evil)
    assert await page.title() == title
    assert await page.locator(".log img, .log script").count() == 0


@pytest.mark.parametrize("address", [*PAGES, "/nowhere"])
async def test_every_page_can_be_used_by_ear_and_keyboard(demo: Office, browser: Browser, address: str) -> None:
    await demo.tell("liaison", digest())
    await demo.sent(1)
    page = await browser.new_page(viewport=PHONE)  # type: ignore[arg-type]
    await page.goto(f"{demo.url}{address}")
    assert await page.evaluate("document.documentElement.lang") == "zh-CN"
    assert await page.get_by_role("heading", level=1).count() == 1
    assert await page.get_by_role("main").count() == 1
    for faults in (UNNAMED, DOUBLED, SMALL):
        assert await page.evaluate(faults) == []
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.textContent") == "跳到正文"


async def test_the_board_tells_when_its_rows_have_changed(
    demo: Office, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.bot.web import sample

    page = await opened(f"{demo.url}/demo/admin/board", size=WIDE)
    monkeypatch.setattr(sample, "ROWS", sample.ROWS[:2])
    other = await opened(f"{demo.url}/demo/liaison")
    await write(other, EXAMPLE)
    await expect(page.locator("#live")).to_contain_text("有更新")
    await expect(page.locator("tr.row")).to_have_count(4)
    await page.get_by_role("link", name="刷新").click()
    await expect(page.locator("tr.row")).to_have_count(2)


async def test_files_that_were_chosen_or_dropped_wait_beside_the_words_and_are_sent_with_them(
    demo: Office, opened: Opened
) -> None:
    page = await opened(f"{demo.url}/demo/liaison")
    await page.locator("#file").set_input_files(
        [FilePayload(name="许可.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7")]
    )
    await page.evaluate(DROP)
    await expect(page.locator("#chosen button")).to_have_text(["许可.pdf ×", "图.png ×"])
    await page.locator("#chosen button").first.click()
    await page.locator("#say").fill("1 完成60%")
    await page.locator("#say").press("Enter")
    await expect(page.locator(".mine .bubble")).to_have_text(["1 完成60%", "图.png"])
    await expect(page.locator(".mine .meta")).to_contain_text("已收到")
    await expect(page.locator("#chosen button")).to_have_count(0)


async def test_a_file_that_is_too_large_is_told_before_it_is_sent(demo: Office, opened: Opened) -> None:
    page = await opened(f"{demo.url}/demo/liaison")
    large = FilePayload(name="大.pdf", mimeType="application/pdf", buffer=b"x" * 1_000_001)
    await page.locator("#file").set_input_files([large])
    await expect(page.locator("#say-hint")).to_have_text("文件超过 1 MB，请压缩后再发。")
    await expect(page.locator("#chosen button")).to_have_count(0)


async def test_a_file_is_sent_without_script(demo: Office, opened: Opened) -> None:
    page = await opened(f"{demo.url}/demo/liaison", script=False)
    await page.locator("#file").set_input_files(
        [FilePayload(name="许可.pdf", mimeType="application/pdf", buffer=b"%PDF-1.7")]
    )
    await page.get_by_role("button", name="发送").click()
    await expect(page.locator(".mine .bubble")).to_have_text(["许可.pdf"])
