"""A short run of the kills; the long one is `make proof`."""

from __future__ import annotations

from pathlib import Path

from tests.proof.kills import play


async def test_no_report_is_lost_or_doubled_by_kills(tmp_path: Path) -> None:
    tally = await play(tmp_path, kills=4, seed=7)
    assert tally.clean, tally
    assert tally.kills == 4
    assert tally.said > 20, tally
