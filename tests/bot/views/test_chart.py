"""The leader's picture: a bar for each project, Chinese letters, and a reason where it can't be drawn."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest

from bot.texts import texts
from bot.views import chart
from bot.views.chart import NoChart, bars, chinese_font, progress_chart
from scheduler.lamp import Colour
from tests.bot.views.conftest import Desk
from tests.requirements import need


@pytest.fixture
def font() -> Path:
    found = chinese_font()
    need("fonts", found is not None, "apt install fonts-noto-cjk, or pip install 'duban[charts]'")
    assert found is not None
    return found


def size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def test_the_slowest_part_speaks_for_its_project(desk: Desk) -> None:
    found = desk.see(lambda sight: {bar.name: bar for bar in bars(sight.standings(), sight.say)})
    assert len(found) == 10
    work = found["2 促进就业稳定增长"]
    assert (work.label, work.colour, work.word) == ("职业技能培训", Colour.YELLOW, "慢于序时")
    assert (work.percent, round(work.expected or 0)) == (51, 65)
    assert found["8 老旧小区改造提升和棚户区改造"].colour is Colour.RED


def test_it_is_a_png_that_fits_a_phone(desk: Desk, font: Path) -> None:
    pytest.importorskip("matplotlib")
    made = desk.see(lambda sight: progress_chart(sight.standings(), sight.say, "2021年重大民生实事", sight.today, font))
    assert isinstance(made, bytes)
    assert made.startswith(b"\x89PNG")
    width, height = size(made)
    assert width == 1080
    assert 1000 < height < 2000


def test_letters_that_the_font_lacks_do_no_harm(desk: Desk, font: Path) -> None:
    pytest.importorskip("matplotlib")
    made = desk.see(lambda sight: progress_chart(sight.standings(), sight.say, "𠮷🚧$x^2$", sight.today, font))
    assert isinstance(made, bytes)


def test_without_a_chinese_font_there_is_a_reason_instead(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("matplotlib")
    monkeypatch.setattr(chart, "chinese_font", lambda: None)
    made = desk.see(lambda sight: progress_chart(sight.standings(), sight.say, "计划", sight.today))
    assert isinstance(made, NoChart)
    assert "中文字体" in texts("zh-CN").tell("chart", made)


def test_without_the_extra_there_is_a_reason_instead(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chart, "find_spec", lambda name: None)
    made = desk.see(lambda sight: progress_chart(sight.standings(), sight.say, "计划", sight.today))
    assert made == NoChart("not_installed")
    assert "duban[charts]" in texts("en").tell("chart", made)


def test_a_long_plan_shows_its_worst_projects(desk: Desk, font: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = desk.see(lambda sight: bars(sight.standings(), sight.say))
    monkeypatch.setattr(chart, "PROJECTS_SHOWN", 4)
    shown = chart._shown(found)
    assert {bar.colour for bar in shown} <= {Colour.RED, Colour.YELLOW}
    assert [bar.name for bar in shown] == [bar.name for bar in found if bar in shown]


def test_the_picture_can_be_opened(desk: Desk, font: Path) -> None:
    image = pytest.importorskip("PIL.Image")
    made = desk.see(lambda sight: progress_chart(sight.standings(), sight.say, "计划", sight.today, font))
    assert isinstance(made, bytes)
    with image.open(io.BytesIO(made)) as opened:
        assert len(opened.convert("RGB").getcolors(maxcolors=1 << 24)) > 5
