from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.bot.cast import Scene
from tests.bot.cli.desk import TABLE, Desk


@pytest.fixture
def empty(tmp_path: Path) -> Desk:
    """A desk without a database."""
    return Desk(tmp_path)


@pytest.fixture(scope="session")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    desk = Desk(tmp_path_factory.mktemp("imported"))
    ended = desk.duban("import", TABLE, "--yes")
    assert ended.code == 0, ended.err
    return desk.database


@pytest.fixture
def desk(imported: Path, tmp_path: Path) -> Desk:
    """A desk on whose database the shipped table has been imported."""
    shutil.copy(imported, tmp_path / "duban.db")
    return Desk(tmp_path)


@pytest.fixture
def reported(demo_scene: Scene, tmp_path: Path) -> Desk:
    """A desk with the demo's people, reports and an open round."""
    shutil.copy(demo_scene.database, tmp_path / "duban.db")
    return Desk(tmp_path)
