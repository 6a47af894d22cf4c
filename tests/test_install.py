"""Installing: without a network, as a service, in a container; a wheel is the same whenever it is built."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from configparser import ConfigParser
from pathlib import Path

from typer.testing import CliRunner

from bot.cli import app

ROOT = Path(__file__).resolve().parents[1]
RUN = CliRunner()


def make(*arguments: str) -> str:
    """What make would do."""
    done = subprocess.run(["make", "-n", "-B", *arguments], cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def unit(*arguments: str) -> ConfigParser:
    printed = RUN.invoke(app, ["service", *arguments])
    assert printed.exit_code == 0, printed.output
    read = ConfigParser(interpolation=None, strict=False)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(printed.output)
    return read


def test_wheels_of_a_folder_are_all_that_is_used() -> None:
    pips = [line for line in make("install", "WHEELS=there").splitlines() if "pip install" in line]
    assert len(pips) == 2
    assert all("--no-index --find-links=there" in line for line in pips)
    assert "--require-hashes" in pips[0]
    assert "--no-index" not in make("install")


def test_the_wheelhouse_is_what_the_pins_name() -> None:
    told = make("wheelhouse")
    assert "pip download" in told
    assert "--require-hashes -r requirements.txt" in told


def test_the_unit_runs_this_duban_in_its_folder_and_gives_it_time_to_stop(tmp_path: Path) -> None:
    found = unit("--user", "office", "--folder", str(tmp_path))["Service"]
    assert found["User"] == "office"
    assert found["WorkingDirectory"] == found["ReadWritePaths"] == str(tmp_path)
    assert found["ExecStart"] == f"{Path(sys.executable).with_name('duban')} run"
    assert int(found["TimeoutStopSec"]) > 10


def test_a_folder_with_a_space_and_a_percent_sign_is_written_as_systemd_reads_it(tmp_path: Path) -> None:
    found = unit("--folder", str(tmp_path / "100% ours"))["Service"]
    assert found["WorkingDirectory"] == f'"{tmp_path}/100%% ours"'


def test_the_container_runs_as_nobody_in_particular_and_keeps_its_data_in_a_volume() -> None:
    lines = (ROOT / "Containerfile").read_text(encoding="utf-8").splitlines()
    assert "USER 10001" in lines
    assert "VOLUME /data" in lines
    assert lines.index("USER 10001") < lines.index('ENTRYPOINT ["duban"]')


def test_two_builds_of_the_wheel_are_the_same_and_hold_what_is_needed(tmp_path: Path) -> None:
    built = []
    for name in ("one", "two"):
        subprocess.run(
            [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / name)],
            cwd=ROOT, check=True, capture_output=True,
        )  # fmt: skip
        (wheel,) = (tmp_path / name).glob("*.whl")
        built.append(wheel)
    first, second = (hashlib.sha256(wheel.read_bytes()).hexdigest() for wheel in built)
    assert first == second
    with zipfile.ZipFile(built[0]) as packed:
        names = set(packed.namelist())
    assert {"bot/cli/duban.service", "bot/texts/en/delivery.toml", "data/migrations/versions/r0001_first.py"} <= names


def test_a_release_needs_its_words_in_the_changelog() -> None:
    version = next(
        line.split('"')[1]
        for line in (ROOT / "pyproject.toml").read_text(encoding="utf-8").splitlines()
        if line.startswith("version = ")
    )
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
