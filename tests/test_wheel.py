"""What is installed: the wheel is built once, unpacked, and used from another folder without the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SHIPPED = ROOT / "data" / "shipped" / "2021.txt"
PATIENCE = 180


@dataclass(frozen=True)
class Installed:
    """A wheel and the folder into which it was installed."""

    wheel: Path
    site: Path

    def python(self, *words: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Run Python from another folder; what is installed comes before the checkout."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("DUBAN_")}
        return subprocess.run(
            [sys.executable, *words],
            cwd=folder,
            env=kept | {"PYTHONPATH": str(self.site), "PYTHONUTF8": "1"},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )

    def duban(self, *words: str, folder: Path) -> subprocess.CompletedProcess[str]:
        start = "import sys; from bot.cli import main; sys.argv[0] = 'duban'; main()"
        return self.python("-c", start, *words, folder=folder)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("wheel")
    build = ["build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run([sys.executable, "-m", *build], check=True, capture_output=True, timeout=PATIENCE)
    (wheel,) = folder.glob("duban-*.whl")
    pip = ["pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(folder / "site"), str(wheel)]
    subprocess.run([sys.executable, "-m", *pip], check=True, capture_output=True, timeout=PATIENCE)
    return Installed(wheel, folder / "site")


def test_what_runs_is_what_was_installed(installed: Installed, tmp_path: Path) -> None:
    shown = installed.python("-c", "import bot, data, scheduler; print(bot.__file__)", folder=tmp_path)
    assert Path(shown.stdout.strip()).is_relative_to(installed.site)


def test_everything_that_is_read_at_run_time_is_inside(installed: Installed) -> None:
    with zipfile.ZipFile(installed.wheel) as wheel:
        inside = set(wheel.namelist())
    kinds = {".html", ".css", ".js", ".svg", ".toml", ".txt", ".mako", ".typed", ".docx", ".xlsx"}
    wanted = {
        path.relative_to(ROOT).as_posix()
        for package in ("bot", "scheduler", "data")
        for path in (ROOT / package).rglob("*")
        if path.suffix in kinds or (path.parent.name == "versions" and path.suffix == ".py")
    }
    assert {"bot/py.typed", "scheduler/py.typed", "data/py.typed"} <= inside
    assert {"data/shipped/2021.txt", "bot/web/templates/chat.html", "bot/web/static/live.js"} <= wanted
    assert any(name.startswith("data/migrations/versions/r0001") for name in wanted)
    assert wanted - inside == set()
    assert [name for name in inside if name.startswith(("tests/", "benchmarks/", "docs/"))] == []


def test_the_console_script_is_duban(installed: Installed) -> None:
    entry = next(installed.site.glob("duban-*.dist-info")) / "entry_points.txt"
    assert "duban = bot.cli:main" in entry.read_text(encoding="utf-8")


def test_the_version_and_the_example_configuration_are_told(installed: Installed, tmp_path: Path) -> None:
    assert installed.duban("--version", folder=tmp_path).stdout.startswith("duban ")
    example = installed.duban("config", "example", folder=tmp_path).stdout
    assert example == (ROOT / "config.example.toml").read_text(encoding="utf-8")


def test_the_table_is_imported_into_a_database_of_the_folder(installed: Installed, tmp_path: Path) -> None:
    ended = installed.duban("import", str(SHIPPED), "--yes", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "25 项任务" in ended.stdout
    assert (tmp_path / "duban.db").exists()
    assert not list(installed.site.rglob("*.db"))


def test_the_demo_plays_and_leaves_nothing(installed: Installed, tmp_path: Path) -> None:
    ended = installed.duban("demo", "--once", folder=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "学位 3500/5000 个" in ended.stdout
    assert list(tmp_path.iterdir()) == []
