"""The page of schedules: everything that an admin can do in chat, by forms that work without script."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import select

from data.models import AuditEvent, Schedule
from tests.bot.web.forms import Form, Page, get, log_in
from tests.bot.web.office import Office


async def post(client: httpx.AsyncClient, form: Form, expected: int = 200, /, **fields: str) -> Page:
    """Send a form; where it leads to another page, that."""
    answer = await client.post(form.action, data={**form.fields, **fields})
    if answer.status_code == 303:
        return await get(client, answer.headers["location"])
    assert answer.status_code == expected, answer.text
    return Page(answer.text)


def form_of(page: Page, what: str) -> Form:
    """The last form of the page that asks for that."""
    return [form for form in page.forms if form.fields.get("what") == what and form.action.endswith("/ask")][-1]


async def confirm(client: httpx.AsyncClient, page: Page, label: str = "确定") -> Page:
    """Press a button of the proposal, which stands above the schedules."""
    return await post(client, next(form for form in page.forms if label in form.buttons))


async def add(client: httpx.AsyncClient, phrase: str = "每月25日9点", **fields: str) -> Page:
    page = await get(client, "/schedules")
    asked = await post(client, form_of(page, "add"), phrase=phrase, **fields)
    return await confirm(client, asked)


async def there(office: Office) -> list[tuple[str, str, int]]:
    """Each schedule that is there: phrase, kind of scope, days to answer."""
    query = select(Schedule).where(Schedule.removed_at.is_(None)).order_by(Schedule.id)
    return await office.store.read(
        lambda session: [(one.phrase, one.scope_kind, one.due_workdays) for one in session.scalars(query)]
    )


async def test_a_schedule_is_added_after_its_effect_was_shown(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    page = await get(client, "/schedules")
    asked = await post(client, form_of(page, "add"), phrase="每月25日9点", days="5")
    assert "将新增：每月25日 9:00" in asked.text
    assert "10月25日（周一）发出，11月1日（周一）截止" in asked.text
    assert "影响 1 家单位、1 项任务" in asked.text
    assert await there(office) == []
    done = await confirm(client, asked)
    assert "已新增，下次 10月25日（周一）9:00。24 小时内可撤回。" in done.text
    assert await there(office) == [("每月25日 9:00", "plan", 5)]


async def test_its_time_and_days_are_changed_and_what_comes_too_soon_can_be_kept(
    office: Office, client: httpx.AsyncClient
) -> None:
    await log_in(client, office, "admin")
    page = await add(client)
    asked = await post(client, form_of(page, "change"), phrase="每周五上午10点", days="2")
    assert "将改为：每周五 10:00" in asked.text
    assert "2 个工作日内反馈" in asked.text
    assert "已改，下次" in (await confirm(client, asked)).text
    assert await there(office) == [("每周五 10:00", "plan", 2)]


async def test_a_phrase_that_may_mean_two_things_is_asked_with_both(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    page = await get(client, "/schedules")
    asked = await post(client, form_of(page, "add"), phrase="每月25日报送")
    assert "还是反馈截止的日子" in asked.text
    labels = [label for form in asked.forms for label in form.buttons if "25日" in label]
    assert len(labels) == 2
    chosen = await confirm(client, asked, labels[0])
    await confirm(client, chosen)
    assert len(await there(office)) == 1


async def test_a_mistake_is_said_and_what_was_typed_stays(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    page = await get(client, "/schedules")
    asked = await post(client, form_of(page, "add"), 422, phrase="每逢佳节", whom="无此局")
    assert "没有" in asked.text
    assert form_of(asked, "add").fields["phrase"] == "每逢佳节"
    assert form_of(asked, "add").fields["whom"] == "无此局"


async def test_it_is_skipped_paused_until_a_day_resumed_and_removed(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    page = await add(client)
    skip = await post(client, form_of(page, "skip"), why="迎检")
    assert "将跳过 10月25日（周一）9:00 这一轮" in skip.text
    assert "原因：迎检" in skip.text
    page = await confirm(client, skip, "跳过")
    assert "已跳过，下次 11月25日" in page.text
    page = await confirm(client, await post(client, form_of(page, "pause"), until="2021-12-01"), "暂停")
    assert "已暂停，12月1日恢复" in page.text
    resume, (name, value) = page.button("恢复")
    page = await confirm(client, await post(client, resume, **{name: value}), "恢复")
    assert "已恢复" in page.text
    remove, (name, value) = page.button("删除")
    page = await confirm(client, await post(client, remove, **{name: value}), "删除")
    assert await there(office) == []
    assert "已删除" in page.text


async def test_it_is_copied_for_people_by_name(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    page = await add(client)
    await confirm(client, await post(client, form_of(page, "copy"), whom="李娟"))
    assert [kind for _phrase, kind, _days in await there(office)] == ["plan", "people"]
    asked = await post(client, form_of(page, "copy"), 422, whom="全部")
    assert "没有改动" in asked.text


async def test_the_last_change_is_taken_back(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    page = await add(client)
    undone = await confirm(client, page, "撤回上一次改动")
    assert "已撤回" in undone.text
    assert await there(office) == []
    assert "撤回上一次改动" not in undone.text


async def test_a_form_that_is_sent_twice_is_carried_out_once(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    page = await get(client, "/schedules")
    asked = await post(client, form_of(page, "add"), phrase="每月25日9点")
    form, _ = asked.button("确定")
    await post(client, form)
    again = await post(client, form, 409)
    assert "在这之后又改过了" in again.text
    assert len(await there(office)) == 1


async def test_the_trail_says_who_did_it_on_the_web(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    await add(client)
    event = await office.store.read(lambda session: session.scalars(select(AuditEvent)).all()[-1])
    assert (event.action, event.actor_id, event.channel) == ("add", office.people["admin"], "web")


async def test_the_next_fires_are_shown_while_one_types(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    page = await client.get("/schedules/preview", params={"what": "add", "phrase": "每月最后一个工作日下午3点"})
    assert page.text.count("发出，") >= 4
    assert "（周二）发出，" in page.text
    wrong = await client.get("/schedules/preview", params={"what": "add", "phrase": "有空的时候"})
    assert 'class="error"' in wrong.text
    assert await there(office) == []


@pytest.mark.parametrize("role", ["liaison", "leader"])
async def test_for_anybody_else_the_page_is_not_there(office: Office, client: httpx.AsyncClient, role: str) -> None:
    await log_in(client, office, role)
    assert "/schedules" not in (await client.get("/chat")).text
    await get(client, "/schedules", 404)
    form = (await get(client, "/chat")).form("/say")
    answer = await client.post("/schedules/do", data={**form.fields, "what": "add", "phrase": "每月25日9点"})
    assert answer.status_code == 404
    assert await there(office) == []


async def test_a_forged_form_is_refused(office: Office, client: httpx.AsyncClient) -> None:
    await log_in(client, office, "admin")
    answer = await client.post("/schedules/do", data={"csrf": "x", "what": "add", "phrase": "每月25日9点", "seen": "0"})
    assert answer.status_code == 403
    assert await there(office) == []


async def test_in_the_demo_the_role_is_in_the_address(demo: Office, client: httpx.AsyncClient) -> None:
    page = await get(client, "/demo/admin/schedules")
    asked = await post(client, form_of(page, "add"), phrase="每月25日9点")
    await confirm(client, asked)
    assert len(await there(demo)) == 1
    await get(client, "/demo/liaison/schedules", 404)
