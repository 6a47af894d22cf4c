from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.cast import Cast, playing, playing_demo


@pytest.fixture
def cast(tmp_path: Path) -> Iterator[Cast]:
    """The small cast on the shipped table, on the demo's morning, 2021-09-26 at 9:00."""
    with playing(tmp_path) as made:
        yield made


@pytest.fixture
def demo_cast(tmp_path: Path) -> Iterator[Cast]:
    """The demo's cast on the demo's data, three seconds after the September digests went out."""
    with playing_demo(tmp_path) as made:
        yield made
