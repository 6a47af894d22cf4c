"""The part of the corpus that rules are developed on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

CORPUS = Path(__file__).parent / "corpus"


def dev_lines(name: str) -> list[dict[str, Any]]:
    lines = [json.loads(line) for line in (CORPUS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() if line]
    return [line for line in lines if line["part"] == "dev"]
