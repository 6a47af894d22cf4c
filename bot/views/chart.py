"""The leader's picture: how far each project is against its schedule, legible on a phone."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from bot.texts import Texts
from data.errors import Fact
from scheduler.lamp import Colour, PartResult
from scheduler.lamp.row import SEVERITY, TOLD_FIRST
from scheduler.standing import Standing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.font_manager import FontProperties

PROJECTS_SHOWN: Final = 16
WIDTH, ROW, HEAD, DPI = 5.4, 0.62, 1.05, 200  # inches; 1080 pixels wide
NAME_LENGTH: Final = 22
COLOURS: Final = {
    Colour.GREEN: "#3a8f4d",
    Colour.YELLOW: "#d99a00",
    Colour.RED: "#c8342b",
    Colour.NONE: "#8a8a8a",
    Colour.DONE: "#2f6db3",
}
LETTERS: Final = COLOURS | {Colour.GREEN: "#24703a", Colour.YELLOW: "#805800", Colour.NONE: "#5a5a5a"}  # readable
LIKED: Final = ("notosanssc", "notosanscjksc", "sourcehansanssc", "sourcehansanscn", "msyh", "simhei", "wqy")
# Collections for all of East Asia: their first face, the only one that is drawn with, has Japan's shapes.
SHARED: Final = ("notosanscjk", "notoserifcjk", "sourcehan")


class NoChart(Fact):
    """Why there is no picture: `chart.<code>` tells an admin; the text is sent in its place."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A project's slowest part: percents of the target, of the schedule on the day of its figure."""

    name: str
    colour: Colour
    word: str
    label: str
    percent: float | None
    expected: float | None


def progress_chart(
    rows: Sequence[Standing], say: Texts, plan: str, day: date, font: Path | None = None
) -> bytes | NoChart:
    """A PNG of 1080 pixels' width, a bar for each project of these rows; or why there is none.

    `font`: the file to use; else the system's Chinese font, else that of the extra `charts`.
    """
    if find_spec("matplotlib") is None:
        return NoChart("not_installed")
    file = font or chinese_font()
    if file is None:
        return NoChart("no_font")
    found = bars(rows, say)
    return _drawn(found, say, plan, day, file)


def bars(rows: Sequence[Standing], say: Texts) -> list[Bar]:
    """A bar for each project, in the table's order."""
    projects = (list(members) for _, members in groupby(rows, key=lambda row: row.row.project_id))
    return [_bar(members, say) for members in projects]


def _bar(rows: Sequence[Standing], say: Texts) -> Bar:
    """The row with the worst lamp speaks for its project; of equals the one that says most, then lags most."""
    row = min(rows, key=lambda one: (-_severity(one.lamp.colour), _says(one), _gap(one)))
    part = _slowest(row)
    project = row.row.project
    return Bar(
        name=f"{project.number} {project.name or row.row.short_name}",
        colour=row.lamp.colour,
        word=say.say(f"lamp.word.{row.lamp.reason.code}"),
        label=part.part.label if part else row.row.short_name,
        percent=part.percent if part else None,
        expected=part.expected if part else None,
    )


def _severity(colour: Colour) -> int:
    return SEVERITY.index(colour) if colour in SEVERITY else -1


def _slowest(row: Standing) -> PartResult | None:
    """The part that decided, where it can be counted; else the one that is farthest behind."""
    deciding = row.lamp.deciding
    if deciding is not None and deciding.percent is not None:
        return deciding
    counted = [part for part in row.lamp.part_results if part.percent is not None]
    return min(counted, key=lambda part: part.gap or 0, default=None)


def _says(row: Standing) -> int:
    """Figures before few things, which come one by one and late in the year; what can't be counted last."""
    part = _slowest(row)
    return TOLD_FIRST.index(part.part.kind) if part is not None else len(TOLD_FIRST)


def _gap(row: Standing) -> float:
    part = _slowest(row)
    return part.gap if part is not None and part.gap is not None else 0.0


# Fonts -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def chinese_font() -> Path | None:
    """A font file with Chinese letters: the system's, else the one that the extra brings. Looked for once."""
    system = sorted(_system_fonts(), key=_liking)
    shared = [path for path in system if path.suffix.lower() == ".ttc" and _bare(path).startswith(SHARED)]
    own = [path for path in system if path not in shared]
    return next(iter([*own, *_packaged_fonts(), *shared]), None)


def _bare(path: Path) -> str:
    return path.name.lower().replace("-", "").replace("_", "")


def _liking(path: Path) -> tuple[int, bool, str]:
    name = _bare(path)
    rank = next((at for at, liked in enumerate(LIKED) if liked in name), len(LIKED))
    return rank, "regular" not in name, name


def _system_fonts() -> Iterator[Path]:
    program = shutil.which("fc-list")
    if program is None:
        return
    told = subprocess.run([program, ":lang=zh-cn", "file"], capture_output=True, text=True, timeout=20, check=False)
    for line in told.stdout.splitlines():
        path = Path(line.strip().rstrip(":"))
        if path.suffix.lower() in (".ttf", ".otf", ".ttc") and path.exists():
            yield path


def _packaged_fonts() -> Iterable[Path]:
    spec = find_spec("mplfonts")
    if spec is None or spec.origin is None:
        return []
    return sorted(Path(spec.origin).parent.rglob("NotoSansCJKsc-Regular.otf"))


# Drawing ---------------------------------------------------------------------------------------------------


def _drawn(found: Sequence[Bar], say: Texts, plan: str, day: date, file: Path) -> bytes:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    shown = _shown(found)
    font = FontProperties(fname=str(file))
    written = _Written(font)
    height = HEAD + ROW * len(shown) + (0.3 if len(shown) < len(found) else 0.1)
    figure = Figure(figsize=(WIDTH, height), dpi=DPI, facecolor="white")
    canvas = FigureCanvasAgg(figure)
    axes = figure.add_axes((0.05, 0.0, 0.9, 1.0))
    axes.set(xlim=(0, 100), ylim=(height, 0))
    axes.axis("off")
    written.put(axes, 0, 0.38, say.say("chart.title", plan=plan), size=13, weight="bold")
    written.put(axes, 0, 0.72, say.say("chart.subtitle", day=day), size=8.5, color="#555555")
    for at, bar in enumerate(shown):
        _draw_bar(axes, written, say, bar, HEAD + ROW * at)
    if len(shown) < len(found):
        words = say.say("chart.more", count=len(found) - len(shown))
        written.put(axes, 0, height - 0.15, words, size=8.5, color="#555555")
    out = io.BytesIO()
    canvas.print_png(out)  # type: ignore[no-untyped-call]
    return out.getvalue()


def _shown(found: Sequence[Bar]) -> list[Bar]:
    """All, or the worst, still in the table's order."""
    worst = sorted(range(len(found)), key=lambda at: (-_severity(found[at].colour), _behind(found[at])))
    return [found[at] for at in sorted(worst[:PROJECTS_SHOWN])]


def _behind(bar: Bar) -> float:
    return (bar.percent or 0) - (bar.expected or 0) if bar.percent is not None else 0.0


def _draw_bar(axes: Axes, written: _Written, say: Texts, bar: Bar, top: float) -> None:
    name = bar.name if len(bar.name) <= NAME_LENGTH else bar.name[: NAME_LENGTH - 1] + "…"
    colour = COLOURS[bar.colour]
    lamp = say.say(f"lamp.colour.{bar.colour}")
    word = bar.word if lamp == bar.word else f"{lamp} {bar.word}"
    written.put(axes, 0, top + 0.1, name, size=10)
    written.put(axes, 100, top + 0.1, word, size=9.5, color=LETTERS[bar.colour], weight="bold", align="right")
    if bar.percent is None:
        written.put(axes, 0, top + 0.28, bar.label, size=8, color="#444444")
        return
    axes.barh(top + 0.26, 100, height=0.11, color="#ececec")
    axes.barh(top + 0.26, min(bar.percent, 100), height=0.11, color=colour)
    expected = bar.expected or 0
    axes.plot([expected, expected], [top + 0.17, top + 0.35], color="#222222", linewidth=1.6, solid_capstyle="butt")
    words = say.say("chart.bar", label=bar.label, percent=bar.percent, expected=expected)
    written.put(axes, 0, top + 0.42, words, size=8, color="#444444")


class _Written:
    """Words in one font; a letter that it lacks becomes a square instead of a warning."""

    def __init__(self, font: FontProperties) -> None:
        from matplotlib.font_manager import get_font

        self._font = font
        self._letters = get_font(str(font.get_file())).get_charmap()

    def put(self, axes: Axes, x: float, y: float, words: str, *, size: float, align: str = "left", **look: Any) -> None:
        font = self._font.copy()
        font.set_size(size)
        known = "".join(letter if ord(letter) in self._letters else "□" for letter in words)
        look.pop("weight", None)  # the file holds one weight
        axes.text(x, y, known.replace("$", r"\$"), fontproperties=font, ha=align, va="center", **look)
