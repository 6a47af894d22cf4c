"""ETags: what an asker has already is not sent again."""

from __future__ import annotations

from collections.abc import Set

from starlette.requests import Request


def known(request: Request) -> Set[str]:
    """The tags, without quotes, of what the asker has."""
    asked = request.headers.get("if-none-match", "").split(",")
    return {one.strip().removeprefix("W/").strip('"') for one in asked}


def told(tag: str) -> dict[str, str]:
    """The headers of an answer with this tag."""
    return {"etag": f'"{tag}"', "cache-control": "private, no-cache"}
