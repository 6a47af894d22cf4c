"""Trouble told in English."""

from __future__ import annotations

import re
from typing import Final

_LACK: Final = re.compile(
    r"\b(?:(?:have|has|had|did|do|does|is|are) not|(?:have|has|had|did|do|does|is|are)n't|not)(?: yet)? "
    r"(?:been (?:delivered|signed|approved|paid|handed|received|cleared|issued|released)|arrived?|come|delivered"
    r"|signed?|agreed?|approved?|received?|cleared|paid|handed|available|enough"
    r"|on site|ready|in place|connected|supplied|installed)\b",
    re.I,
)
_TROUBLE: Final = re.compile(
    r"\b(?:slow(?:ed|ing|s)(?: \w+){0,2} down|slowed|slows|(?:hold|held|holding)(?: \w+)? (?:up|back)|delayed|delays"
    r"|delaying|behind because|came late|arriv(?:ed|es|ing) late|late deliver\w+|broke(?:n)? down|stopped (?:us|work)"
    r"|refus(?:es?|ed|ing)"
    r"|cannot|can't|unable|hard to|ran out|run out|running out|too (?:few|little|wet|narrow|expensive)|still missing"
    r"|is missing|are missing|object(?:s|ed|ing)? to|complain(?:s|ed|ing)?|still (?:waiting|negotiating|arguing))\b",
    re.I,
)
_HEADED: Final = re.compile(
    r"^\s*(?:the )?(?:main|biggest|key|only|current)? ?(?:risk|issue|problem|challenge|concern|obstacle|bottleneck"
    r"|difficulty)s?(?: is| are|:)",
    re.I,
)
_CHINESE: Final = re.compile("[\u4e00-\u9fff]")
_NONE: Final = re.compile(r"\b(?:no|not|without|never|any|resolved|solved|wasn't|isn't|aren't|over)\b", re.I)


def is_english(text: str) -> bool:
    """Letters, and no Chinese sign; façade is English as well."""
    return _CHINESE.search(text) is None


def english_trouble(text: str) -> bool:
    """rain has slowed us down, permits have not been issued, main risk: contractor; not no delays."""
    if _HEADED.match(text) and not _NONE.search(text):
        return True
    if _LACK.search(text):
        return True
    match = _TROUBLE.search(text)
    if match is not None and match[0] == text.strip():
        return False  # 5 delayed: how far the row is, and not why
    return match is not None and _NONE.search(text[: match.start()]) is None
