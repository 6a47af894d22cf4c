"""Running and looking after it: `check`, `status`, `run`, `config`, and what stands in the way."""

from __future__ import annotations

import signal
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.cli.desk import TABLE, Desk

NO_PORT = {"DUBAN_WEB__PORT": "0"}


@pytest.fixture
def running(desk: Desk) -> Iterator[subprocess.Popen[str]]:
    """A bot on the desk's database, until it has said its address; stopped at the end."""
    bot = desk.start("run", **NO_PORT)
    assert bot.stderr is not None
    with bot:
        assert "http://127.0.0.1:" in bot.stderr.readline()
        yield bot
        bot.send_signal(signal.SIGTERM)
        bot.stderr.read()
    assert bot.returncode == 0


def test_check_says_what_is_there_and_what_is_missing(empty: Desk) -> None:
    before = empty.duban("check")
    assert before.code == 0
    assert "duban import" in before.out
    empty.duban("import", TABLE, "--yes")
    after = empty.duban("check")
    assert after.code == 0
    assert "25 项任务" in after.out


def test_check_finds_what_is_wrong(empty: Desk) -> None:
    ended = empty.duban("check", DUBAN_DATABASE__URL="sqlite:////dev/null/x.db", DUBAN_WEB__HOST="0.0.0.0")
    assert ended.code == 1
    assert ended.out.count("✗") == 2
    assert "web.public_url" in ended.out


def test_status_is_one_document_of_what_waits(reported: Desk) -> None:
    found = reported.duban("status", "--json").json
    assert found.keys() >= {"at", "plan", "inbox", "aside", "outbox", "failed", "round", "due", "next_at"}
    assert found["round"] == "2021-09-26T09:00"
    assert "本轮" in reported.duban("status").out


def test_a_running_bot_shares_its_database_with_commands_but_not_with_another_bot(
    desk: Desk, running: subprocess.Popen[str]
) -> None:
    second = desk.duban("run", **NO_PORT)
    assert second.code == 1
    assert second.err.count("\n") == 1
    assert "duban.db" in second.err
    added = desk.duban("people", "add", "周敏", "--role", "liaison", "--unit", "教育局", "--json")
    assert added.json["unit"] == "教育局"
    assert desk.duban("remind", "--unit", "教育局", "--yes").code == 0


def test_a_port_in_use_is_named_with_the_setting_that_changes_it(empty: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = empty.duban("run", DUBAN_WEB__PORT=port)
    assert ended.code == 1
    assert ended.err.count("\n") == 1
    assert port in ended.err
    assert "DUBAN_WEB__PORT" in ended.err


@pytest.mark.parametrize("words", [("run",), ("import", str(TABLE), "--yes")])
def test_a_database_that_cannot_be_written_is_named(empty: Desk, words: tuple[str, ...]) -> None:
    ended = empty.duban(*words, DUBAN_DATABASE__URL="sqlite:////dev/null/x.db", **NO_PORT)
    assert ended.code == 1
    assert "/dev/null/x.db" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize("words", [("run",), ("status",), ("import", str(TABLE), "--yes")])
def test_a_database_of_a_newer_program_is_left_alone(desk: Desk, words: tuple[str, ...]) -> None:
    with sqlite3.connect(desk.database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    ended = desk.duban(*words, **NO_PORT)
    assert ended.code == 1
    assert "9999" in ended.err
    assert ended.err.count("\n") == 1


def test_a_misspelt_key_is_named_with_the_nearest_right_one(empty: Desk) -> None:
    empty.write("config.toml", "[web]\nprot = 8081\n")
    in_file = empty.duban("status")
    assert in_file.code == 1
    assert "web.prot" in in_file.err
    assert "web.port" in in_file.err
    assert "config.toml" in in_file.err
    (empty.folder / "config.toml").unlink()
    for name, right in {
        "DUBAN_WEBB__PORT": "DUBAN_WEB__PORT",
        "DUBAN_TELEGRAM__TOKENN": "DUBAN_TELEGRAM__TOKEN",
    }.items():
        ended = empty.duban("check", **{name: "1"})
        assert ended.code == 1
        assert f"是不是 {right}" in ended.err


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ('[web]\nport = "many"\n', "web.port"),
        ('[office]\nzone = "Mars/Base"\n', "office.zone"),
        ('[telegram]\nbase_url = "http://bot.example/bot"\n', "telegram.base_url"),
        ("[web\n", "config.toml"),
    ],
)
def test_a_setting_that_cannot_be_is_named(empty: Desk, settings: str, told: str) -> None:
    empty.write("config.toml", settings)
    ended = empty.duban("check")
    assert ended.code == 1
    assert told in ended.err
    assert ended.err.count("\n") == 1


def test_a_configuration_file_is_named_before_the_command_or_in_the_environment(empty: Desk, tmp_path: Path) -> None:
    path = empty.write("mine.toml", f'[database]\nurl = "sqlite:///{tmp_path / "mine.db"}"\n')
    assert empty.duban("--config", path, "import", TABLE, "--yes").code == 0
    assert (tmp_path / "mine.db").exists()
    assert "mine.db" in empty.duban("check", DUBAN_CONFIG=str(path)).out
    missing = empty.duban("--config", "none.toml", "status")
    assert missing.code == 1
    assert "none.toml" in missing.err


def test_the_clock_is_not_moved_beside_a_channel_of_the_outside(empty: Desk) -> None:
    ended = empty.duban("run", DUBAN_TELEGRAM__TOKEN="1:secret", **NO_PORT)
    assert ended.code == 1
    assert "DUBAN_CLOCK__ALLOW" in ended.err
    assert "1:secret" not in ended.err


def test_the_demo_played_once_ends_by_itself_and_leaves_the_real_database_and_bot_alone(empty: Desk) -> None:
    real = {"DUBAN_DATABASE__URL": f"sqlite:///{empty.folder / 'real.db'}", "DUBAN_TELEGRAM__TOKEN": "1:secret"}
    ended = empty.duban("demo", "--once", **real)
    assert ended.code == 0
    assert "学位 3500/5000 个" in ended.out
    assert "达序时 9" in ended.out
    assert list(empty.folder.iterdir()) == []
