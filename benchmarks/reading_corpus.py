"""The labelled corpus: `tests/corpus/*.jsonl`, a line an example, one part to develop on, one only measured."""

import json
from pathlib import Path
from typing import Any, Literal

Line = dict[str, Any]
Part = Literal["dev", "measured"]
FOLDER = Path(__file__).resolve().parent.parent / "tests" / "corpus"


def load(name: str, part: Part | None = None) -> list[Line]:
    """The lines of `replies`, `dates`, `schedules` or `numbers`; of one part, or of both.

    A further file of the same kind is called `NAME-WHAT.jsonl`.
    """
    paths = sorted(FOLDER.glob(f"{name}*.jsonl"))
    lines = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines() if line]
    return [line for line in lines if part in (None, line["part"])]
