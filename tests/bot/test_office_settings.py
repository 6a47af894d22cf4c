"""What is configured of the office reaches what works with it."""

from __future__ import annotations

from bot.config import OfficeSection, Settings
from bot.office import office_of

# Of another form than in the office, or of the texts alone.
OTHERWISE = {"zone", "language", "warn_workdays"}


def test_every_setting_of_the_office_reaches_it() -> None:
    wanted = {
        name: value + 1
        for name, value in OfficeSection().model_dump().items()
        if isinstance(value, int | float) and name not in OTHERWISE
    }
    assert len(wanted) > 7
    made = office_of(Settings(office=OfficeSection(**wanted)))
    assert {name: getattr(made, name) for name in wanted} == wanted


def test_thresholds_are_numbers_separated_by_commas() -> None:
    made = office_of(Settings(office=OfficeSection(warn_workdays="20, 5,1")))
    assert made.warn_workdays == (20, 5, 1)
