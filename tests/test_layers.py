"""Imports point down, each outside library has its places, and the test proves that it looked at every module."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import grimp
from importlinter.cli import lint_imports

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("bot", "scheduler", "data")
# Each outside library and where it may be imported. SQLAlchemy, pydantic and structlog are ground.
PLACES = {
    "telegram": ("bot/channels/telegram/",),
    "aiohttp": ("bot/channels/", "bot/watch.py"),
    "websockets": ("bot/channels/wecom_aibot",),
    "cryptography": ("bot/channels/wecom_app/", "bot/channels/wecom_aibot/"),
    "fastapi": ("bot/web/", "bot/pages.py"),
    "starlette": ("bot/web/",),
    "sse_starlette": ("bot/web/",),
    "uvicorn": ("bot/compose.py",),
    "jinja2": ("bot/web/", "bot/texts/", "bot/views/bulletin.py"),
    "typer": ("bot/cli/",),
    "rich": ("bot/cli/",),
    "apscheduler": ("scheduler/ticker.py",),
    "dateparser": ("data/language/",),
    "chinese_calendar": ("data/calendar.py",),
    "alembic": ("data/migrations/", "data/store.py"),
    "openpyxl": ("data/tables/xlsx.py", "bot/views/"),
    "docx": ("data/tables/docx.py", "bot/views/"),
    "docxtpl": ("bot/views/",),
    "defusedxml": ("data/tables/", "bot/channels/"),
    "matplotlib": ("bot/views/chart.py",),
    "tenacity": ("bot/sender.py", "bot/channels/"),
    "regex": ("bot/channels/",),
    "icalendar": ("bot/views/feed.py",),
    "segno": ("bot/views/",),
    "prometheus_client": ("bot/web/", "bot/metrics.py"),
}

CLOCKS = {("datetime", "now"), ("datetime", "utcnow"), ("date", "today"), ("time", "time")}


def modules() -> list[Path]:
    return [path for package in PACKAGES for path in (ROOT / package).rglob("*.py")]


def imported(path: Path) -> set[str]:
    """The top-level names that a file imports, anywhere in it."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.partition(".")[0])
    return names


def test_imports_point_down() -> None:
    assert lint_imports(config_filename=str(ROOT / "pyproject.toml"), cache_dir=None) == 0


def test_the_layer_test_looks_at_every_module() -> None:
    graph = grimp.build_graph(*PACKAGES, cache_dir=None)
    on_disk = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in modules()}
    assert len(on_disk) > 50
    assert on_disk - graph.modules == set()


def circle(graph: Mapping[str, Collection[str]]) -> list[str]:
    """Modules that import each other in a circle, or none."""
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_no_modules_import_each_other_in_a_circle() -> None:
    built = grimp.build_graph(*PACKAGES, cache_dir=None, exclude_type_checking_imports=True)
    graph = {module: built.find_modules_directly_imported_by(module) for module in built.modules}
    assert sum(map(len, graph.values())) > 1000
    assert circle(graph) == []
    assert circle(graph | {"data": {"bot"}, "bot": {"data"}}) != []


def test_every_folder_with_python_is_a_package() -> None:
    folders = {path.parent for path in modules()}
    assert folders
    assert [folder for folder in folders if not (folder / "__init__.py").exists()] == []


def test_each_library_is_imported_only_in_its_places() -> None:
    astray = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in modules()
        for name in imported(path) & PLACES.keys()
        if not str(path.relative_to(ROOT)).startswith(PLACES[name])
    ]
    assert astray == []


def test_the_places_are_those_of_libraries_in_use() -> None:
    used = set().union(*(imported(path) for path in modules()))
    assert {"telegram", "aiohttp", "fastapi", "jinja2", "typer", "dateparser", "openpyxl", "docx"} <= used


def test_nothing_below_an_entry_point_reads_the_clock() -> None:
    """Only the clock itself may ask for the time, and the ticker, to wake APScheduler, which goes by the real one."""
    allowed = {"bot/clock.py", "scheduler/ticker.py"}
    asking = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            owner = node.func.value
            name = owner.id if isinstance(owner, ast.Name) else getattr(owner, "attr", "")
            if (name, node.func.attr) in {
                ("datetime", "now"),
                ("datetime", "utcnow"),
                ("date", "today"),
                ("time", "time"),
            }:
                asking.append(str(path.relative_to(ROOT)))
    assert set(asking) <= allowed
    assert asking, "the test has to find the clock itself"
