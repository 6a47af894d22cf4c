from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from tests.bot.cast import START, Cast, Scene, after_first_beat, playing, set_demo_scene, set_scene


@pytest.fixture(scope="session")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return set_scene(tmp_path_factory.mktemp("scene"))


@pytest.fixture(scope="session")
def office_scene(scene: Scene, tmp_path_factory: pytest.TempPathFactory) -> Scene:
    return after_first_beat(scene, tmp_path_factory.mktemp("office_scene"))


@pytest.fixture(scope="session")
def demo_scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    filled = set_demo_scene(tmp_path_factory.mktemp("filled_scene"))
    return after_first_beat(filled, tmp_path_factory.mktemp("demo_scene"))


@pytest.fixture
def cast(scene: Scene, tmp_path: Path) -> Iterator[Cast]:
    """The small cast on the shipped table, on the demo's morning, 2021-09-26 at 9:00; no round is open yet."""
    with playing(scene, tmp_path) as made:
        yield made


@pytest.fixture
def office(office_scene: Scene, tmp_path: Path) -> Iterator[Cast]:
    """The small cast five minutes after the September round was opened."""
    with playing(office_scene, tmp_path, START + timedelta(minutes=5)) as made:
        yield made


@pytest.fixture
def demo_cast(demo_scene: Scene, tmp_path: Path) -> Iterator[Cast]:
    """The demo's cast on the demo's data, three seconds after the September digests went out."""
    with playing(demo_scene, tmp_path, START + timedelta(seconds=3)) as made:
        yield made
