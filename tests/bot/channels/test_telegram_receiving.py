from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence

import pytest
from aiohttp import web

from bot.channels.telegram import NotReceiving, Telegram
from bot.channels.telegram.polling import as_update
from bot.message import Update
from data.errors import UserError
from tests.servers.bot_api import BotApi
from tests.servers.bot_faults import Fault, Faults
from tests.servers.bot_people import Person

TEACHER = 5_000_000_001


class Inbox:
    """Stores updates by their id, as the real one does; `gate` closed, it takes its time."""

    def __init__(self) -> None:
        self.rows: dict[str, Update] = {}
        self.batches: list[int] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Event()

    async def __call__(self, updates: Sequence[Update]) -> None:
        self.entered.set()
        await self.gate.wait()
        self.batches.append(len(updates))
        self.rows |= {update.update_id: update for update in updates}

    def texts(self, telegram: Telegram) -> list[str]:
        return [telegram.parse(row.raw).text for row in self.rows.values()]


@pytest.fixture
async def server() -> AsyncIterator[BotApi]:
    async with BotApi() as server:
        server.user(TEACHER, "王老师")
        yield server


@pytest.fixture
async def telegram(server: BotApi) -> AsyncIterator[Telegram]:
    telegram = Telegram(server.token, server.base_url, server.base_file_url)
    yield telegram
    await telegram.stop_receiving()
    await telegram.close()


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def teacher(server: BotApi) -> Person:
    return server.people[TEACHER]


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    from tenacity import wait_fixed

    for name in ("WAIT", "WAIT_REFUSED"):
        monkeypatch.setattr(f"bot.channels.telegram.polling.{name}", wait_fixed(0.01))


# Polling


async def test_only_what_is_stored_is_confirmed(
    server: BotApi, telegram: Telegram, inbox: Inbox, teacher: Person
) -> None:
    inbox.gate.clear()
    await telegram.start(inbox)
    teacher.says("3.2 完成60%")
    await inbox.entered.wait()
    assert len(server.world.updates) == 1
    inbox.gate.set()
    await server.wait_for(lambda: not server.world.updates)
    assert inbox.texts(telegram) == ["3.2 完成60%"]


async def test_stopping_waits_for_the_batch_under_way_and_confirms_it(
    server: BotApi, telegram: Telegram, inbox: Inbox, teacher: Person
) -> None:
    inbox.gate.clear()
    await telegram.start(inbox)
    teacher.says("早")
    await inbox.entered.wait()
    stopping = asyncio.create_task(telegram.stop_receiving())
    await asyncio.sleep(0)
    teacher.says("晚")
    inbox.gate.set()
    await stopping
    assert inbox.texts(telegram) == ["早"]
    assert [update["message"]["text"] for update in server.world.updates] == ["晚"]


async def test_what_waited_while_the_bot_was_down_comes_at_its_start(
    server: BotApi, telegram: Telegram, inbox: Inbox, teacher: Person
) -> None:
    for number in range(250):
        teacher.says(str(number))
    await telegram.start(inbox)
    await server.wait_for(lambda: not server.world.updates)
    assert inbox.texts(telegram) == [str(number) for number in range(250)]
    assert inbox.batches == [100, 100, 50]


@pytest.mark.parametrize("fault", list(Fault))
async def test_polling_outlives_every_fault(
    server: BotApi, telegram: Telegram, inbox: Inbox, teacher: Person, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.polling.POLL_SECONDS", 0)
    monkeypatch.setattr("bot.channels.telegram.polling.GRACE_SECONDS", 0.3)
    await telegram.start(inbox)
    await server.wait_for(lambda: server.called("getUpdates"))
    server.faults.next("getUpdates", fault, fault)
    await server.wait_for(lambda: server.faults.count.get(fault) == 2)
    teacher.says("还在吗")
    await server.wait_for(lambda: inbox.rows)
    assert inbox.texts(telegram) == ["还在吗"]


async def test_it_starts_without_a_network_and_goes_on_when_it_is_there(inbox: Inbox) -> None:
    server = BotApi()
    async with server:
        port = server.port
    telegram = Telegram(server.token, server.base_url, server.base_file_url)
    await telegram.start(inbox)
    assert (telegram.username, telegram.last_good) == ("", None)
    async with BotApi(port=port) as back:
        back.user(TEACHER, "王老师").says("早")
        await back.wait_for(lambda: inbox.rows)
        assert telegram.username == "duban_test_bot"
        await telegram.stop_receiving()
    await telegram.close()


async def test_it_refuses_to_start_with_a_wrong_token(server: BotApi, inbox: Inbox) -> None:
    telegram = Telegram("7000000001:AAwrong", server.base_url, server.base_file_url)
    with pytest.raises(UserError, match="telegram_token"):
        await telegram.start(inbox)
    await telegram.stop_receiving()


async def test_a_webhook_that_somebody_set_is_taken_away_again(
    server: BotApi, telegram: Telegram, inbox: Inbox, teacher: Person
) -> None:
    await telegram.start(inbox)
    await server.wait_for(lambda: server.called("getUpdates"))
    await server.methods.set_webhook({"url": "http://127.0.0.1:1/"})
    await server.wait_for(lambda: len(server.called("deleteWebhook")) > 1)
    teacher.says("早")
    await server.wait_for(lambda: inbox.rows)
    assert not server.methods.webhook


async def test_two_bots_on_one_token_do_not_silence_each_other_for_good(
    server: BotApi, telegram: Telegram, inbox: Inbox, teacher: Person
) -> None:
    other = Telegram(server.token, server.base_url, server.base_file_url)
    await telegram.start(inbox)
    await other.start(inbox)
    await server.wait_for(lambda: len(server.called("getUpdates")) > 4)
    await other.stop_receiving()
    await other.close()
    teacher.says("早")
    await server.wait_for(lambda: inbox.rows)


async def test_health_is_the_time_of_the_last_good_poll(
    server: BotApi, telegram: Telegram, inbox: Inbox, teacher: Person
) -> None:
    await telegram.start(inbox)
    assert telegram.last_good is None
    teacher.says("早")
    await server.wait_for(lambda: len(server.called("getUpdates")) > 1)
    first = telegram.last_good
    assert first is not None
    teacher.says("晚")
    await server.wait_for(lambda: len(server.called("getUpdates")) > 2)
    assert telegram.last_good is not None
    assert telegram.last_good > first


async def test_a_bad_poll_is_no_sign_of_health(server: BotApi, telegram: Telegram, inbox: Inbox) -> None:
    server.faults.next("getUpdates", *[Fault.ERROR] * 500)
    await telegram.start(inbox)
    await server.wait_for(lambda: server.faults.count.get(Fault.ERROR, 0) > 3)
    assert telegram.last_good is None


async def test_a_shuffled_batch_is_stored_in_the_order_in_which_it_was_said(
    server: BotApi, telegram: Telegram, inbox: Inbox, teacher: Person
) -> None:
    server.faults.shuffles = 1
    for number in range(90):
        teacher.says(str(number))
    await telegram.start(inbox)
    await server.wait_for(lambda: not server.world.updates)
    assert inbox.texts(telegram) == [str(number) for number in range(90)]


async def test_what_comes_twice_is_handed_on_under_the_same_id(
    server: BotApi, telegram: Telegram, inbox: Inbox, teacher: Person
) -> None:
    server.faults.duplicates = 1
    await telegram.start(inbox)
    for number in range(30):
        teacher.says(str(number))
        await server.wait_for(lambda: not server.world.updates)
    assert inbox.texts(telegram) == [str(number) for number in range(30)]
    assert sum(inbox.batches) > 30


@pytest.mark.parametrize("seed", range(3))
async def test_under_a_storm_of_faults_nothing_is_lost(
    server: BotApi, telegram: Telegram, inbox: Inbox, teacher: Person, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.polling.POLL_SECONDS", 0.01)
    rates: dict[Fault, float] = {fault: 0.05 for fault in Fault if fault not in (Fault.HANG, Fault.FLOOD)}
    await telegram.start(inbox)
    server.faults = Faults(seed, rates, latency=(0, 0.002), duplicates=0.3, shuffles=0.5)
    for number in range(200):
        teacher.says(str(number))
        if number % 5 == 4:
            await server.wait_for(lambda: not server.world.updates)
    assert inbox.texts(telegram) == [str(number) for number in range(200)]
    assert len(server.faults.count) > 3


async def test_an_update_of_a_kind_nobody_knows_is_stored_as_it_came(
    server: BotApi, telegram: Telegram, inbox: Inbox, teacher: Person
) -> None:
    await telegram.start(inbox)
    server.world.allowed = []
    server.push("message", {"what": {"is": "this"}, "from": {"id": 7}})
    teacher.says("早")
    await server.wait_for(lambda: len(inbox.rows) == 2)
    odd = next(iter(inbox.rows.values()))
    assert odd.sender == "7"
    assert json.loads(odd.raw)["message"] == {"what": {"is": "this"}, "from": {"id": 7}}
    with pytest.raises(ValueError):  # noqa: PT011
        telegram.parse(odd.raw)


def test_half_a_surrogate_pair_is_stored_in_a_form_that_any_database_takes() -> None:
    update = as_update({"update_id": 1, "message": {"text": "坏\ud83d字", "from": {"id": 1}}})
    assert json.loads(update.raw)["message"]["text"] == "坏\ud83d字"
    update.raw.encode()


# Webhook


class Route:
    """The web server's route, as it has to be written."""

    def __init__(self, telegram: Telegram) -> None:
        self.telegram = telegram
        self.statuses: list[int] = []

    async def __call__(self, request: web.Request) -> web.Response:
        secret = request.headers.get("X-Telegram-Bot-Api-Secret-Token")
        try:
            await self.telegram.webhook(secret, await request.read())
            status = 200
        except PermissionError:
            status = 403
        except ValueError:
            status = 400
        except (NotReceiving, OSError):
            status = 503
        self.statuses.append(status)
        return web.Response(status=status)


@pytest.fixture
async def route(server: BotApi) -> AsyncIterator[Route]:
    app = web.Application()
    runner = web.AppRunner(app, access_log=None)
    routes: list[Route] = []

    async def answer(request: web.Request) -> web.Response:
        return await routes[0](request)

    app.router.add_post("/telegram", answer)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    channel = Telegram(server.token, server.base_url, server.base_file_url, url, "a-Secret_1")
    routes.append(Route(channel))
    yield routes[0]
    await channel.stop_receiving()
    await channel.close()
    await runner.cleanup()


async def test_a_delivery_is_answered_when_it_is_stored(
    server: BotApi, route: Route, inbox: Inbox, teacher: Person
) -> None:
    inbox.gate.clear()
    await route.telegram.start(inbox)
    teacher.says("早")
    await inbox.entered.wait()
    assert (route.statuses, len(server.world.updates)) == ([], 1)
    inbox.gate.set()
    await server.wait_for(lambda: not server.world.updates)
    assert (route.statuses, inbox.texts(route.telegram)) == ([200], ["早"])
    assert route.telegram.last_good is not None


async def test_a_delivery_that_cannot_be_stored_comes_again(server: BotApi, route: Route, teacher: Person) -> None:
    stored: list[Update] = []
    tries = [OSError("disk full"), OSError("disk full")]

    async def receive(updates: Sequence[Update]) -> None:
        if tries:
            raise tries.pop()
        stored.extend(updates)

    await route.telegram.start(receive)
    teacher.says("早")
    await server.wait_for(lambda: stored)
    assert route.statuses[:2] == [503, 503]


async def test_deliveries_that_come_together_are_stored_together(route: Route, inbox: Inbox) -> None:
    inbox.gate.clear()
    await route.telegram.start(inbox)
    bodies = [json.dumps({"update_id": number, "message": {}}).encode() for number in range(9)]
    taking = [asyncio.create_task(route.telegram.webhook("a-Secret_1", body)) for body in bodies]
    await inbox.entered.wait()
    inbox.gate.set()
    await asyncio.gather(*taking)
    assert sorted(inbox.rows) == [str(number) for number in range(9)]
    assert len(inbox.batches) == 2


async def test_those_whose_batch_failed_are_all_told(route: Route, inbox: Inbox) -> None:
    entered, gate = asyncio.Event(), asyncio.Event()

    async def receive(updates: Sequence[Update]) -> None:
        entered.set()
        await gate.wait()
        raise OSError("disk full")

    await route.telegram.start(receive)
    bodies = [json.dumps({"update_id": number}).encode() for number in range(5)]
    taking = [asyncio.create_task(route.telegram.webhook("a-Secret_1", body)) for body in bodies]
    await entered.wait()
    gate.set()
    results = await asyncio.gather(*taking, return_exceptions=True)
    assert {type(result) for result in results} == {OSError, NotReceiving}


@pytest.mark.parametrize("header", [None, "", "a-Secret_2", "a-Secret_1 ", "密"])
async def test_a_delivery_without_our_secret_is_refused(route: Route, header: str | None) -> None:
    with pytest.raises(PermissionError):
        route.telegram.webhook_body(header, b'{"update_id":1}')


async def test_without_a_webhook_every_delivery_is_refused(telegram: Telegram) -> None:
    with pytest.raises(PermissionError):
        telegram.webhook_body("", b'{"update_id":1}')


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff", b'{"update_id":"1"}', b"{}"])
async def test_a_delivery_that_is_no_update_is_a_value_error(route: Route, body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        route.telegram.webhook_body("a-Secret_1", body)


async def test_before_the_start_and_after_the_stop_nothing_is_taken(route: Route, inbox: Inbox) -> None:
    with pytest.raises(NotReceiving):
        await route.telegram.webhook("a-Secret_1", b'{"update_id":1}')
    await route.telegram.start(inbox)
    await route.telegram.stop_receiving()
    with pytest.raises(NotReceiving):
        await route.telegram.webhook("a-Secret_1", b'{"update_id":1}')
    assert not inbox.rows


async def test_a_webhook_that_somebody_changed_is_set_again(
    server: BotApi, route: Route, inbox: Inbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.polling.WATCH_SECONDS", 0.01)
    await route.telegram.start(inbox)
    await server.wait_for(lambda: server.methods.webhook)
    ours = dict(server.methods.webhook)
    server.methods.webhook = {}
    await server.wait_for(lambda: server.methods.webhook)
    assert server.methods.webhook == ours


async def test_the_webhook_stays_when_the_bot_stops(server: BotApi, route: Route, inbox: Inbox) -> None:
    await route.telegram.start(inbox)
    await server.wait_for(lambda: server.methods.webhook)
    await route.telegram.stop_receiving()
    assert server.methods.webhook["secret"] == "a-Secret_1"
