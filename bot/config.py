"""Settings: config.toml and the environment (`DUBAN_SECTION__KEY`); a misspelt key is named with the nearest one."""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from data.errors import UserError

PREFIX = "DUBAN_"
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def require_https(url: str) -> str:
    """Refuse plain http except on loopback: tokens travel there."""
    parts = urlsplit(url)
    if url and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("not a web address")
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise ValueError("plain http is only for loopback addresses; use https")
    return url


def require_wss(url: str) -> str:
    """The same for a long connection: ws only on loopback."""
    parts = urlsplit(url)
    if parts.scheme not in ("ws", "wss") or not parts.hostname:
        raise ValueError("not the address of a long connection (wss://…)")
    if parts.scheme == "ws" and parts.hostname not in LOOPBACK:
        raise ValueError("plain ws is only for loopback addresses; use wss")
    return url


class Section(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_default=True)


class Database(Section):
    """Where everything is kept."""

    url: str = Field("sqlite:///duban.db", description="SQLite file, or postgresql://user:password@host/name")


class Web(Section):
    """The web chat and the board."""

    enabled: bool = Field(True, description="Serve the pages")
    host: str = Field("127.0.0.1", description="Address to listen on; put a reverse proxy with https before it")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on")
    public_url: str = Field("", description="How people reach it, e.g. https://duban.example.cn; used in links")


class Telegram(Section):
    """On when a token is there."""

    token: SecretStr = Field(SecretStr(""), description="From BotFather")
    base_url: str = Field("https://api.telegram.org/bot", description="Bot API server, up to and with /bot")
    base_file_url: str = Field("https://api.telegram.org/file/bot", description="The same for files")
    webhook_url: str = Field("", description="Public address of our /telegram; empty: long polling")
    webhook_secret: SecretStr = Field(SecretStr(""), description="1 to 256 of A-Z a-z 0-9 _ -; needed with a webhook")

    @field_validator("base_url", "base_file_url", "webhook_url")
    @classmethod
    def _only_safe(cls, value: str) -> str:
        return require_https(value)


class WecomApp(Section):
    """WeCom (企业微信) by a self-built app: on when corp_id and secret are there."""

    corp_id: str = Field("", description="企业ID, at the bottom of 我的企业 → 企业信息")
    agent_id: str = Field("", description="AgentId, on the app's page; digits")
    secret: SecretStr = Field(SecretStr(""), description="The app's Secret")
    token: SecretStr = Field(SecretStr(""), description="Token of 接收消息; empty as encoding_aes_key: only sends")
    encoding_aes_key: SecretStr = Field(SecretStr(""), description="EncodingAESKey of 接收消息: 43 letters and digits")
    api_base: str = Field("https://qyapi.weixin.qq.com", description="Server API; a private WeCom has its own")

    @property
    def on(self) -> bool:
        """Whether it is meant to run; what is then still missing is said at the start."""
        return bool(self.corp_id or self.secret.get_secret_value())

    @field_validator("agent_id", mode="before")
    @classmethod
    def _written_as_a_number(cls, value: object) -> object:
        return str(value) if isinstance(value, int) else value

    @field_validator("api_base")
    @classmethod
    def _only_safe(cls, value: str) -> str:
        return require_https(value)


class WecomAibot(Section):
    """WeCom (企业微信) by an AI bot over its long connection: on when bot_id and secret are there."""

    bot_id: str = Field("", description="Bot ID, shown when the bot is made with API mode and long connection")
    secret: SecretStr = Field(SecretStr(""), description="The bot's Secret")
    url: str = Field("wss://openws.work.weixin.qq.com", description="Long connection; a private WeCom has its own")

    @property
    def on(self) -> bool:
        """Whether it is meant to run; what is then still missing is said at the start."""
        return bool(self.bot_id or self.secret.get_secret_value())

    @field_validator("url")
    @classmethod
    def _only_safe(cls, value: str) -> str:
        return require_wss(value)


class OfficeSection(Section):
    """The office that runs the plan."""

    name: str = Field("区政府督查室", description="Signs every reminder")
    zone: str = Field("Asia/Shanghai", description="Time zone of all times that people see")
    day_start: time = Field(time(9, 0), description="Working hours: nothing is sent before")
    day_end: time = Field(time(17, 30), description="Working hours: nothing is sent after")
    due_workdays: int = Field(3, ge=0, le=30, description="Working days to answer a round")
    nag_after: int = Field(1, ge=0, le=30, description="Working days after the due day to ask again; 0: never")
    nag_again: int = Field(2, ge=0, le=30, description="Working days after that to ask a last time; 0: never")
    list_after: int = Field(1, ge=0, le=30, description="Working days after the last time to list the silent; 0: never")
    rest_after_ack: int = Field(2, ge=0, le=30, description="Working days of rest for who has confirmed receipt")
    second_after: int = Field(0, ge=0, le=60, description="Working days after the due day to tell the deputy; 0: never")
    head_after: int = Field(0, ge=0, le=60, description="Working days after the due day to tell the head; 0: never")
    leader_after: int = Field(0, ge=0, le=60, description="The same for the leader; 0: only when the office says so")
    warn_workdays: str = Field("30,7,3,1", description="Working days before a deadline at which a digest says so")
    monthly_cap: int = Field(12, ge=1, le=200, description="Messages a month to a person; then nothing is repeated")
    yellow: float = Field(10, gt=0, le=100, description="Points (%) behind schedule beyond which a lamp is yellow")
    red: float = Field(25, gt=0, le=100, description="The same for red; a plan can have its own, set in the chat")
    language: str = Field("zh-CN", description="zh-CN or en: the language of who has chosen none")

    @field_validator("red")
    @classmethod
    def _beyond_yellow(cls, value: float, info: ValidationInfo) -> float:
        if value <= info.data.get("yellow", 0):
            raise ValueError("more than yellow")
        return value

    @field_validator("warn_workdays")
    @classmethod
    def _days(cls, value: str) -> str:
        if any(not part.strip().isdigit() for part in value.split(",") if part.strip()):
            raise ValueError("numbers of days, separated by commas")
        return value

    @field_validator("zone")
    @classmethod
    def _known(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise ValueError("unknown time zone") from error
        return value


class Access(Section):
    """Who may read what, and how one comes in."""

    open_to_all: bool = Field(
        False, description="Everybody who is bound reads all rows; what a unit reports on stays its own"
    )
    joining: bool = Field(True, description="A stranger may ask to be let in; an admin agrees (or not)")


class Clock(Section):
    """For demos and tests: start at another moment."""

    start: datetime | None = Field(None, description="Local time such as 2021-09-26T09:00; runs on from there")
    allow: bool = Field(False, description="Needed where Telegram or WeCom is on")


class Log(Section):
    """What is written to standard error."""

    level: str = Field("INFO", pattern="^(DEBUG|INFO|WARNING|ERROR)$", description="DEBUG, INFO, WARNING or ERROR")
    json_lines: bool = Field(False, description="One JSON object a line")


class BackupSection(Section):
    """Copies of the database, taken every day while the bot runs."""

    keep: int = Field(14, ge=0, le=1000, description="How many to keep; 0: none is taken by itself")
    at: time = Field(time(2, 30), description="When, in the office's zone")
    folder: str = Field("", description="Where; empty: duban-files beside the database")


class FilesSection(Section):
    """Photos and documents that people send."""

    folder: str = Field("", description="Where they are kept; empty: duban-files/attachments beside the database")
    most_megabytes: int = Field(20, ge=1, le=2000, description="Largest file; Telegram's own limit is 20")


class Watchdog(Section):
    """Somebody outside who hears that the bot is well, and alarms when it is silent (healthchecks style)."""

    url: str = Field("", description="Address that is called while all is well; empty: none")
    every: int = Field(60, ge=5, le=3600, description="Seconds between two calls")

    @field_validator("url")
    @classmethod
    def _only_safe(cls, value: str) -> str:
        return require_https(value)


class Network(Section):
    """How the bot reaches the outside."""

    proxy: str = Field("", description="http://host:port for all outgoing calls")


class Settings(BaseSettings):
    """Everything that can be set. Secrets never show."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid")
    database: Database = Database()
    web: Web = Web()
    telegram: Telegram = Telegram()
    wecom_app: WecomApp = WecomApp()
    wecom_aibot: WecomAibot = WecomAibot()
    office: OfficeSection = OfficeSection()
    access: Access = Access()
    clock: Clock = Clock()
    log: Log = Log()
    backup: BackupSection = BackupSection()
    files: FilesSection = FilesSection()
    watchdog: Watchdog = Watchdog()
    network: Network = Network()

    @property
    def channel_names(self) -> list[str]:
        """The channels that are on."""
        on = {
            "web": self.web.enabled,
            "telegram": bool(self.telegram.token.get_secret_value()),
            "wecom_app": self.wecom_app.on,
            "wecom_aibot": self.wecom_aibot.on,
        }
        return [name for name, enabled in on.items() if enabled]

    @property
    def serves(self) -> bool:
        """Whether there is a server: for the pages, or for providers that bring what people wrote."""
        return bool(self.web.enabled or self.telegram.webhook_url or self.wecom_app.token.get_secret_value())

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings


def load(path: Path | None = None) -> Settings:
    """The settings of a file (default `config.toml` in the working folder, if there) and the environment.

    Raises UserError `config_missing`, `config_broken`, `config_unknown` (with the nearest key), `config_value`.
    """
    source = path or Path(os.environ.get("DUBAN_CONFIG", "config.toml"))
    stated = path is not None or "DUBAN_CONFIG" in os.environ
    values = _read(source) if stated or source.exists() else {}
    _refuse_unknown(_keys_of(values), str(source), shape="{section}.{key}")
    _refuse_unknown(_environment_keys(), "", shape=f"{PREFIX}{{section}}__{{key}}")
    try:
        return Settings(**values)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        raise UserError("config_value", key=".".join(map(str, first["loc"])), why=first["msg"]) from None


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise UserError("config_missing", path=str(path)) from error
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UserError("config_broken", path=str(path), why=str(error)) from error


def known_keys() -> list[tuple[str, str]]:
    """Every (section, key) that can be set."""
    return [(name, key) for name, section in sections() for key in section.model_fields]


def sections() -> Iterator[tuple[str, type[Section]]]:
    for name, field in Settings.model_fields.items():
        section = field.annotation
        assert isinstance(section, type)
        assert issubclass(section, Section)
        yield name, section


def secrets_in(settings: Settings) -> list[str]:
    """Every secret that is set, for the log to hide."""
    fields = (value for name, _ in sections() for _key, value in getattr(settings, name))
    return [value.get_secret_value() for value in fields if isinstance(value, SecretStr) and value.get_secret_value()]


def _keys_of(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for section, keys in values.items():
        if not isinstance(keys, Mapping):
            yield "", section
            continue
        for key in keys:
            yield section, key


def _environment_keys() -> Iterator[tuple[str, str]]:
    for name in os.environ:
        if name.startswith(PREFIX) and name not in OTHER_NAMES and not name.startswith("DUBAN_TEST_"):
            section, _, key = name.removeprefix(PREFIX).lower().partition("__")
            yield section, key


OTHER_NAMES = {"DUBAN_CONFIG"}


def _refuse_unknown(found: Iterable[tuple[str, str]], where: str, shape: str) -> None:
    def written(section: str, key: str) -> str:
        if shape.startswith(PREFIX):
            return shape.format(section=section.upper(), key=key.upper())
        return shape.format(section=section, key=key) if section else key

    known = {written(*pair) for pair in known_keys()}
    for pair in found:
        name = written(*pair)
        if name not in known:
            near = difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.5)
            raise UserError("config_unknown", key=name, where=where, near=near[0] if near else "")


def example() -> str:
    """`config.example.toml`, from the settings' own descriptions: every key, commented out at its default."""
    parts = ["# Duban（督办）: all settings at their defaults. Each can also be set as DUBAN_SECTION__KEY."]
    for name, section in sections():
        parts.append(f"\n# {(section.__doc__ or '').strip()}\n[{name}]")
        for key, field in section.model_fields.items():
            parts.append(f"# {field.description}\n# {key} = {_toml(field.default)}")
    return "\n".join(parts) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, SecretStr):
        return '""'
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, time):
        return value.isoformat()
    return str(value) if isinstance(value, int) else f'"{value or ""}"'
