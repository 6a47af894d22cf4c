"""A short run of the kills over WeCom."""

from __future__ import annotations

from pathlib import Path

from tests.proof.wecom_kills import play
from tests.servers.wecom_seal import need_openssl


async def test_over_wecom_no_report_is_lost_and_nothing_is_shown_twice(tmp_path: Path) -> None:
    need_openssl()
    tally = await play(tmp_path, kills=3, seed=7)
    assert tally.clean, tally
    assert tally.repeated == 0, tally
    assert tally.kills == 3
    assert tally.said > 10, tally
