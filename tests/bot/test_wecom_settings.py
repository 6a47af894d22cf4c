"""WeCom in the settings: what turns it on, what is refused in a sentence, what the check says of it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot import compose
from bot.checkup import check_all
from bot.config import Settings, load, secrets_in
from bot.office import clock_of
from bot.texts import texts
from data.errors import UserError
from tests.end_to_end.wecom import settings_for
from tests.servers.wecom_aibot import WecomBotServer
from tests.servers.wecom_app import WecomServer


@asynccontextmanager
async def both() -> AsyncIterator[tuple[WecomServer, WecomBotServer]]:
    async with WecomServer() as app, WecomBotServer() as line:
        yield app, line


async def said(settings: Settings) -> dict[str, tuple[bool, str]]:
    """What the check says of WeCom, by code."""
    findings = await check_all(settings)
    say = texts("zh-CN").say
    return {each.code: (each.good, say(f"cli.{each.code}", **each.values)) for each in findings if "wecom" in each.code}


def written(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_agents_number_may_be_written_as_a_number(tmp_path: Path) -> None:
    path = written(tmp_path, '[wecom_app]\ncorp_id = "ww1"\nagent_id = 1000002\nsecret = "s3cret"\n')
    settings = load(path)
    assert settings.wecom_app.agent_id == "1000002"
    assert settings.channel_names == ["web", "wecom_app"]
    assert sorted(compose.make_channels(settings)) == ["web", "wecom_app"]
    assert secrets_in(settings) == ["s3cret"]
    assert "s3cret" not in repr(settings)


def test_all_of_it_may_come_from_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DUBAN_WECOM_APP__CORP_ID", "ww1")
    monkeypatch.setenv("DUBAN_WECOM_APP__AGENT_ID", "1000002")
    monkeypatch.setenv("DUBAN_WECOM_APP__SECRET", "one")
    monkeypatch.setenv("DUBAN_WECOM_AIBOT__BOT_ID", "aib1")
    monkeypatch.setenv("DUBAN_WECOM_AIBOT__SECRET", "two")
    monkeypatch.setenv("DUBAN_WEB__ENABLED", "false")
    settings = load()
    assert sorted(compose.make_channels(settings)) == ["wecom_aibot", "wecom_app"]
    assert secrets_in(settings) == ["one", "two"]
    assert not settings.serves


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ('[wecom_app]\napi_base = "http://wecom.example.cn"\n', "wecom_app.api_base"),
        ('[wecom_aibot]\nurl = "ws://wecom.example.cn"\n', "wecom_aibot.url"),
        ('[wecom_aibot]\nurl = "https://wecom.example.cn"\n', "wecom_aibot.url"),
    ],
)
def test_secrets_never_travel_in_the_open(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(UserError) as refused:
        load(written(tmp_path, text))
    assert (refused.value.code, refused.value.values["key"]) == ("config_value", key)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('[wecom_app]\nsecret = "s"\n', "wecom.corp_id"),
        ('[wecom_app]\ncorp_id = "ww1"\nsecret = "s"\n', "wecom.agent_id"),
        ('[wecom_app]\ncorp_id = "ww1"\nagent_id = 1\nsecret = "s"\ntoken = "t"\n', "wecom.callback_half"),
        ('[wecom_aibot]\nbot_id = "aib1"\n', "wecom.bot_secret"),
        ('[wecom_aibot]\nsecret = "s"\n', "wecom.bot_id"),
    ],
)
def test_what_is_missing_is_said_at_the_start(tmp_path: Path, text: str, code: str) -> None:
    with pytest.raises(UserError) as refused:
        compose.make_channels(load(written(tmp_path, text)))
    assert refused.value.code == code


def test_the_clock_is_not_set_beside_wecom(tmp_path: Path) -> None:
    text = '[clock]\nstart = 2021-09-26T09:00:00\n[wecom_aibot]\nbot_id = "aib1"\nsecret = "s"\n'
    with pytest.raises(UserError, match="clock_refused"):
        clock_of(load(written(tmp_path, text)))


def test_a_callback_needs_a_server_even_without_pages() -> None:
    settings = Settings.model_validate({"web": {"enabled": False}, "wecom_app": {"token": "t"}})
    assert settings.serves


async def test_the_check_names_the_app_and_the_bot(tmp_path: Path) -> None:
    async with both() as (app, line):
        found = await said(settings_for(tmp_path, app, line))
    assert found == {
        "check_wecom_app": (True, "企业微信应用：督办助手"),
        "check_wecom_aibot": (True, f"企业微信机器人：{line.bot_id}"),
    }
    assert line.subscribed == 1


async def test_the_check_says_what_to_mend(tmp_path: Path) -> None:
    async with both() as (app, line):
        app.trusted = False
        settings = settings_for(tmp_path, app, line, wecom_aibot={"bot_id": "aib", "secret": "no", "url": line.url})
        found = await said(settings)
    good, words = found["check_wecom_app_bad"]
    assert not good
    assert "企业可信IP" in words
    assert "203.0.113.7" in words
    good, words = found["check_wecom_aibot_bad"]
    assert not good
    assert "Secret 不对" in words


async def test_the_check_does_not_throw_out_the_bot_that_is_running(tmp_path: Path) -> None:
    async with both() as (app, line):
        settings = settings_for(tmp_path, app, line)
        with compose.opened(settings):
            found = await said(settings)
    assert found["check_wecom_aibot_busy"][0]
    assert line.subscribed == 0


async def test_the_check_says_that_an_app_without_a_callback_only_sends(tmp_path: Path) -> None:
    async with both() as (app, line):
        section = {"corp_id": app.corp_id, "agent_id": app.agent_id, "secret": app.secret, "api_base": app.url}
        found = await said(settings_for(tmp_path, app, line, wecom_app=section))
    assert "只能发不能收" in found["check_wecom_app_deaf"][1]


async def test_one_channels_fault_is_not_told_as_anothers(tmp_path: Path) -> None:
    async with both() as (app, line):
        settings = settings_for(tmp_path, app, line, wecom_app={"secret": "s"})
        codes = {finding.code: finding.good for finding in await check_all(settings)}
    assert codes["check_wecom_app_bad"] is False
    assert codes["check_wecom_aibot"] is True
    assert "check_telegram_off" in codes
