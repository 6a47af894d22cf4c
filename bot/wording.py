"""The office's own wording of reminders, nags and steps up: kept in the database, filled from named places only.

What an admin writes is words with places in braces (`{单位}`), nothing else: no logic, no filters, no attributes. It
is rendered in Jinja's sandbox, and where a stored wording can't be used the shipped one is.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.texts import Texts, places_in, render_places, texts
from data.errors import UserError
from data.models import Setting

log = structlog.get_logger()
PREFIX: Final = "wording."
LONGEST: Final = 400
BRACES: Final = re.compile(r"[{｛]{1,2}\s*([^{}｛｝]*?)\s*[}｝]{1,2}")

Values = Mapping[str, Any]
Fill = Callable[[Texts, Values], str]


@dataclass(frozen=True)
class Adjustable:
    """A text that can be worded anew: its key in bot/texts, what may be named in it and how that is filled, what has
    to be named, and for which values the own wording is meant."""

    key: str
    places: Mapping[str, Fill]
    needed: tuple[str, ...] = ()
    fits: Callable[[Values], bool] = lambda _values: True


def _plain(name: str) -> Fill:
    return lambda _say, values: str(values[name])


def _month(say: Texts, values: Values) -> str:
    return say.filters["month"](values["month"])


def _joined(name: str) -> Fill:
    return lambda say, values: say.say("wording.rows", rows=values[name])


def _due(say: Texts, values: Values) -> str:
    return say.say("wording.due", day=values["due"], year=values["year"])


def _drafts(say: Texts, values: Values) -> str:
    return say.say("wording.drafts", count=values["drafts"]) if values["drafts"] else ""


def _asks_whole(values: Values) -> bool:
    """A digest that nothing was answered of and that is not over due: what then changes is told by the shipped text."""
    return values["left"] == values["count"] and not values["over"]


_SILENT: Final = {
    "office": _plain("office"), "unit": _plain("unit"), "month": _month, "count": _plain("count"),
    "rows": _joined("rows"),
}  # fmt: skip
ADJUSTABLE: Final[Mapping[str, Adjustable]] = {
    "digest": Adjustable(
        "reminders.head", {"unit": _plain("unit"), "count": _plain("left"), "due": _due}, fits=_asks_whole
    ),
    "nag": Adjustable("nag.text", _SILENT | {"drafts": _drafts}, ("rows",)),
    "second": Adjustable("nag.second", _SILENT, ("rows",)),
    "head": Adjustable(
        "nag.head",
        {"office": _plain("office"), "month": _month, "count": _plain("count"), "times": _plain("times")},
        fits=lambda values: values["times"] > 0,
    ),
    "leader": Adjustable(
        "nag.leader", {"office": _plain("office"), "month": _month, "units": _joined("units")}, ("units",)
    ),
}
BY_KEY: Final = {each.key: code for code, each in ADJUSTABLE.items()}


class OwnTexts(Texts):
    """The texts of a language with the office's own wording in place of some."""

    def __init__(self, base: Texts, own: Mapping[str, str]) -> None:
        self.__dict__.update(base.__dict__)
        self._own = own

    def say(self, key: str, /, **values: Any) -> str:
        code = BY_KEY.get(key)
        if code is not None and code in self._own and ADJUSTABLE[code].fits(values):
            try:
                return filled(self, code, self._own[code], values)
            except Exception:
                log.exception("wording_unusable", code=code, language=self.language)
        return super().say(key, **values)


def own_texts(session: Session, language: str) -> Texts:
    """The texts of a language as the office words them."""
    base = texts(language)
    own = kept(session, base.language)
    return OwnTexts(base, own) if own else base


def kept(session: Session, language: str) -> dict[str, str]:
    """The own wordings in a language, by code."""
    found = session.scalars(select(Setting).where(Setting.key.startswith(f"{PREFIX}{language}.")))
    return {row.key.rpartition(".")[2]: str(row.value) for row in found if row.value}


def keep(session: Session, language: str, code: str, wording: str | None) -> None:
    """Word a text anew from now on; with None as it was shipped."""
    row = session.get(Setting, _key(language, code))
    if row is None:
        session.add(Setting(key=_key(language, code), value=wording or ""))
    else:
        row.value = wording or ""
    session.flush()


def _key(language: str, code: str) -> str:
    return f"{PREFIX}{language}.{code}"


# Reading and filling ---------------------------------------------------------------------------------------


def names_of(say: Texts, code: str) -> dict[str, str]:
    """What may be named in a text: the office's word → the place's own name (单位 → unit)."""
    return {say.say(f"wording.names.{place}"): place for place in ADJUSTABLE[code].places}


def understood(say: Texts, code: str, words: str) -> str:
    """The wording as it is stored, places in double braces. Raises UserError `wording.empty`, `wording.too_long`,
    `wording.unknown_place` (with the nearest right one), `wording.not_plain`, `wording.needed`."""
    wording = BRACES.sub(r"{{ \1 }}", words.strip())
    if not wording:
        raise UserError("wording.empty")
    if len(wording) > LONGEST:
        raise UserError("wording.too_long", most=LONGEST, count=len(wording))
    names = names_of(say, code)
    places = places_in(wording)
    if places is None:
        raise UserError("wording.not_plain", names=list(names))
    for place in places:
        if place not in names:
            near = difflib.get_close_matches(place, names, n=1, cutoff=0.3)
            raise UserError("wording.unknown_place", said=place, near=near[0] if near else "", names=list(names))
    missing = [name for name, place in names.items() if place in ADJUSTABLE[code].needed and name not in places]
    if missing:
        raise UserError("wording.needed", names=missing)
    return wording


def shown(wording: str) -> str:
    """A stored wording as it is read and written: `{单位}`."""
    return BRACES.sub(r"{\1}", wording)


@lru_cache(maxsize=64)
def _names(language: str, code: str) -> Mapping[str, str]:
    return names_of(texts(language), code)


def filled(say: Texts, code: str, wording: str, values: Values) -> str:
    """The wording with its places filled."""
    places = ADJUSTABLE[code].places
    return render_places(
        wording, {name: places[place](say, values) for name, place in _names(say.language, code).items()}
    )
