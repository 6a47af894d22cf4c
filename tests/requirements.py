"""What a test needs of the machine: without it the test is skipped and says so, or fails where it is required."""

from __future__ import annotations

import os

import pytest


def need(what: str, present: bool, how: str) -> None:
    """Skip the test with a reason; fail it where DUBAN_TEST_REQUIRE names what is missing."""
    if present:
        return
    if what in os.environ.get("DUBAN_TEST_REQUIRE", "").split(","):
        pytest.fail(f"{what} is required here and missing ({how})")
    pytest.skip(f"{what} is missing ({how})")
