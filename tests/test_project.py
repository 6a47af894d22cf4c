"""The project's own files: pins, what is shipped, what the documents name."""

from __future__ import annotations

import hashlib
import re
import tomllib
from pathlib import Path

import pytest

from bot.cli import app
from bot.commands import COMMANDS
from bot.config import example
from bot.handlers.choosing import KNOWN
from bot.handlers.table import RUNS

ROOT = Path(__file__).resolve().parents[1]
PINS = ("requirements.txt", "requirements-dev.txt")
GIVEN_TABLE = "e726aa2ebcada477b05a312e235b423b5d9e63c407284cd60fbd7f6740d16581"


@pytest.mark.parametrize("name", PINS)
def test_pins_have_hashes_and_name_no_host_and_no_place(name: str) -> None:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    pinned = [line for line in lines if re.match(r"^[a-zA-Z0-9]", line)]
    assert len(pinned) > 20
    assert all("==" in line for line in pinned)
    assert sum("--hash=sha256:" in line for line in lines) >= len(pinned)
    assert [line for line in lines if "://" in line or line.startswith(("/", "--index", "--find"))] == []


def test_everything_that_is_needed_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    pins = (ROOT / "requirements.txt").read_text(encoding="utf-8").lower().replace("_", "-")
    for wanted in project["dependencies"]:
        name = re.split(r"[<>=\[]", wanted)[0].lower().replace("_", "-")
        assert re.search(rf"^{re.escape(name)}(\[[a-z,]+\])?==", pins, re.MULTILINE), name


def test_the_example_configuration_is_what_the_settings_say() -> None:
    assert (ROOT / "config.example.toml").read_text(encoding="utf-8") == example()


def test_every_setting_of_the_example_can_be_set() -> None:
    told = tomllib.loads(re.sub(r"^# (\w+ = )", r"\1", example(), flags=re.MULTILINE))
    assert set(told) >= {"database", "web", "telegram", "office"}


def test_the_readme_names_every_command_of_the_chat() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = re.findall(r"^\| `/(\w+)` \| ([^|]+) \|", readme, re.MULTILINE)
    assert {(name, words.strip()) for name, words in table} == {(c.name, c.words[0]) for c in COMMANDS}


def test_every_command_has_something_that_runs_it_and_nothing_else_is_run() -> None:
    assert sorted(RUNS) == sorted(command.name for command in COMMANDS)


def test_the_readme_names_every_command_of_the_command_line() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    names = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    names |= {str(group.name) for group in app.registered_groups}
    assert names
    assert [name for name in sorted(names) if f"`duban {name}" not in readme] == []


def test_features_name_tests_that_exist() -> None:
    text = (ROOT / "docs" / "features.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
    assert len(named) > 30
    missing = [
        f"{file}::{name}"
        for file, name in named
        if not (ROOT / file).exists() or f"def {name}(" not in (ROOT / file).read_text(encoding="utf-8")
    ]
    assert missing == []


def test_the_shipped_table_is_the_given_one() -> None:
    shipped = (ROOT / "data" / "shipped" / "2021.txt").read_bytes()
    assert hashlib.sha256(shipped).hexdigest() == GIVEN_TABLE


def test_no_committed_file_names_a_place_of_a_machine_or_a_package_host() -> None:
    import subprocess

    files = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\n")
    hosts = re.compile("|".join(("py" + r"pi\.org", "python" + r"hosted\.org", "npm" + r"js\.", r"deb\.debian")))
    places = re.compile(r"(?<![\w.~])/(?:work|root|home/\w+)/")
    found = []
    for name in filter(None, files):
        path = ROOT / name
        if path.suffix in {".png", ".docx", ".xlsx"} or not path.is_file():
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        if hosts.search(text) or places.search(text):
            found.append(name)
    assert len(files) > 100
    assert found == []


def test_every_action_of_a_button_has_a_handler() -> None:
    """Buttons are made by name; a name without a handler would be a dead button."""
    made = set()
    for path in (ROOT / "bot").rglob("*.py"):
        made |= set(re.findall(r'Button\([^"]*(?:"[^"]*"[^"]*\)), "(\w+)"', path.read_text(encoding="utf-8")))
    assert made
    assert made <= KNOWN
