"""Trouble told in English."""

from __future__ import annotations

import re
from typing import Final

_LACK: Final = re.compile(
    r"\b(?:(?:have|has|had|did|do|does|is|are) not|(?:have|has|had|did|do|does|is|are)n't|not)(?: yet)? "
    r"(?:been (?:delivered|signed|approved|paid|handed|received|cleared|issued|released)|arrived?|come|delivered"
    r"|signed?|agreed?|approved?|received?|cleared|paid|handed|available|enough)\b",
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
_NONE: Final = re.compile(r"\b(?:no|not|without|never|any|resolved|solved|wasn't|isn't|aren't|over)\b", re.I)


def english_trouble(text: str) -> bool:
    """rain has slowed us down, permits have not been issued; not no delays."""
    if _LACK.search(text):
        return True
    match = _TROUBLE.search(text)
    return match is not None and _NONE.search(text[: match.start()]) is None
