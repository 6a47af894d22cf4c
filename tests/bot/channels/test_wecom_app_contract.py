from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import TypeVar

import pytest

from bot.channels.wecom_app import NotReceiving, WecomApp
from bot.channels.wecom_cards import key_of
from bot.message import Channel, SentButton
from tests.bot.channels.contract import ChannelContract, Provider
from tests.servers.bot_faults import Fault
from tests.servers.waiting import until
from tests.servers.wecom_app import Doorstep, Member, WecomServer
from tests.servers.wecom_seal import need_openssl

T = TypeVar("T")


def app_of(server: WecomServer) -> WecomApp:
    return WecomApp(server.corp_id, server.agent_id, server.secret, server.token, server.aes_key, server.url)


class OverWecomApp:
    """教育局's liaison, at the tests' own WeCom."""

    chat = "WangLaoShi"
    secrets: tuple[str, ...] = (WecomServer.secret, WecomServer.token, WecomServer.aes_key, "AccessToken-")

    def __init__(self, server: WecomServer, app: WecomApp) -> None:
        self.server = server
        self.person = server.member(self.chat)
        self.channel: Channel = app
        self.gone = False

    async def says(self, text: str) -> None:
        await self.person.says(text)

    async def presses(self, label: str) -> None:
        await self.person.presses(label)

    async def wait_for(self, condition: Callable[[], T | None]) -> T:
        return await until(condition)

    def shown(self) -> list[str]:
        return [shown.text for shown in self.person.log if shown.media is None]

    def files(self) -> list[tuple[str, bytes]]:
        return [(shown.media.name, shown.media.content) for shown in self.person.log if shown.media is not None]

    def bar(self) -> None:
        self.person.visible = False

    def break_next_send(self) -> None:
        self.server.faults.next("message/send", Fault.ERROR)

    async def leave(self) -> None:
        self.gone = True
        await self.server.__aexit__()


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    need_openssl()
    server = await WecomServer().__aenter__()
    app = app_of(server)
    over = OverWecomApp(server, app)
    async with Doorstep(app.verify, app.callback, NotReceiving) as doorstep:
        server.callback_url = doorstep.url
        yield over
    await app.stop_receiving()
    await app.close()
    if not over.gone:
        await server.__aexit__()


def samples() -> list[str]:
    member = Member(WecomServer(), "WangLaoShi")
    button = key_of(SentButton("没变化", "abcdefghijkl"), "9月调度")
    press = (
        f"<Event><![CDATA[template_card_event]]></Event><EventKey><![CDATA[{button}]]></EventKey>"
        "<TaskId><![CDATA[duban-1-a]]></TaskId><CardType><![CDATA[button_interaction]]></CardType>"
        "<ResponseCode><![CDATA[code]]></ResponseCode>"
    )
    return [
        member.xml("text", "<Content><![CDATA[3.2 完成60%]]></Content><MsgId>7300000000000000001</MsgId>"),
        member.xml("image", "<PicUrl><![CDATA[x]]></PicUrl><MediaId><![CDATA[m]]></MediaId><MsgId>73</MsgId>"),
        member.xml("location", "<Location_X>31.8</Location_X><Label><![CDATA[区政府]]></Label><MsgId>74</MsgId>"),
        member.xml("event", "<Event><![CDATA[subscribe]]></Event><EventKey></EventKey>"),
        member.xml("event", "<Event><![CDATA[enter_agent]]></Event><EventKey></EventKey>"),
        member.xml("event", "<Event><![CDATA[click]]></Event><EventKey><![CDATA[汇总]]></EventKey>"),
        member.xml("event", press),
    ]


class TestWecomApp(ChannelContract):
    limit = 2048
    samples = samples()
    edits = False

    def fresh(self) -> Channel:
        return app_of_nothing()

    def measure(self, title: str | None, text: str) -> int:
        return len((text if title is None else f"{title}\n{text}").encode())


def app_of_nothing() -> WecomApp:
    return WecomApp("corp", "1", "secret", WecomServer.token, WecomServer.aes_key)
