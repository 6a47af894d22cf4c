"""What is typed wrong, what is cheap, and what the shell is told."""

from __future__ import annotations

import subprocess
import sys

import pytest

from bot.config import example
from tests.bot.cli.desk import Desk, surroundings

HEAVY = {"telegram", "sqlalchemy", "openpyxl", "docx", "matplotlib", "alembic", "fastapi", "aiohttp", "dateparser"}
LOADED = """
import sys
from bot.cli import main
sys.argv = ["duban", "--help"]
try:
    main()
finally:
    print("\\n".join(sorted({name.partition(".")[0] for name in sys.modules})), file=sys.stderr)
"""


def test_help_imports_nothing_heavy(empty: Desk) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOADED],
        capture_output=True,
        text=True,
        cwd=empty.folder,
        env=surroundings({}),
        check=True,
    )
    loaded = set(ended.stderr.split())
    assert "bot" in loaded
    assert "typer" in loaded
    assert loaded & HEAVY == set()
    assert "import" in ended.stdout


def test_help_is_in_the_language_of_the_office(empty: Desk) -> None:
    assert "责任分解表" in empty.duban("import", "--help").out
    assert "Import a plan" in empty.duban("import", "--help", DUBAN_OFFICE__LANGUAGE="en").out


@pytest.mark.parametrize(
    "words",
    [("nosuch",), ("import",), ("schedule", "remove", "one"), ("run", "--fast"), ("explain", "x", "--today", "x")],
)
def test_wrong_usage_leaves_with_two(empty: Desk, words: tuple[str, ...]) -> None:
    ended = empty.duban(*words)
    assert ended.code == 2
    assert ended.out == ""
    assert list(empty.folder.iterdir()) == []


def test_the_version_is_told(empty: Desk) -> None:
    from importlib.metadata import version

    assert empty.duban("--version").out == f"duban {version('duban')}\n"


@pytest.mark.parametrize("shell", ["bash", "fish"])
def test_the_shell_can_complete_commands(empty: Desk, shell: str) -> None:
    ended = empty.duban("--show-completion", shell)
    assert ended.code == 0
    assert "complete" in ended.out.lower()


def test_the_example_configuration_is_printed_and_can_be_used_as_it_is(empty: Desk) -> None:
    printed = empty.duban("config", "example")
    assert printed.out == example()
    empty.write("config.toml", printed.out)
    assert empty.duban("check").code == 0
