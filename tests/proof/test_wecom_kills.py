"""A short run of the kills over either way of WeCom."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.proof.wecom_kills import play
from tests.servers.wecom_seal import need_openssl


@pytest.mark.parametrize(("way", "kills"), [("wecom_app", 2), ("wecom_aibot", 1)])
async def test_over_wecom_no_report_is_lost_and_nothing_is_shown_again_without_need(
    tmp_path: Path, way: str, kills: int
) -> None:
    need_openssl()
    tally = await play(tmp_path, kills=kills, seed=7, way=way)
    assert tally.clean, tally
    assert tally.repeated == 0 or way == "wecom_aibot", tally
    assert tally.kills == kills
    assert tally.said > 5, tally
