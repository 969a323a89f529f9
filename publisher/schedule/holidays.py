"""The holidays of a country, from the package `holidays`, as quiet.py asks for them; imported at need."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

# Reader's language → the package's name for it; a country that lacks it answers in US English or its own.
_LANGUAGES = {"id": "id", "en": "en_US"}


@dataclass(frozen=True, slots=True)
class Holiday:
    """A day that a country has off.

    Attributes:
        names: per language of readers; an estimated one says so in its name.
        estimated: it hangs on the moon, and its date is not decided yet.
    """

    day: date
    names: Mapping[str, str]
    estimated: bool


class Holidays:
    """Public holidays of a country, and what its offices have off besides (in Indonesia: cuti bersama).

    The package is imported at the first question (about 0.03 s beside what is loaded anyway), a year
    is worked out at its first.
    """

    def __init__(self, place: str) -> None:
        self._country, _, self._subdivision = place.partition("-")
        self._years: dict[int, Mapping[date, Holiday]] = {}
        self._decreed: dict[int, bool] = {}

    def on(self, day: date) -> Holiday | None:
        """The holiday of a day."""
        if day.year not in self._years:
            self._years[day.year] = self._year(day.year)
        return self._years[day.year].get(day)

    def decreed(self, year: int) -> bool:
        """Whether the days that offices have off besides are known for the year; where there are none, yes.

        Indonesia's are decreed a year ahead, by three ministers.
        """
        if year not in self._decreed:
            offices = self._package("en", year, ("government",)) if self._has_office_days() else None
            self._decreed[year] = offices is None or len(offices) > 0
        return self._decreed[year]

    def _year(self, year: int) -> Mapping[date, Holiday]:
        categories = ("public", "government") if self._has_office_days() else ("public",)
        calendars = {language: self._package(language, year, categories) for language in _LANGUAGES}
        mark = _mark(calendars["en"])
        found = {}
        for day in calendars["en"]:
            names = {language: "; ".join(names.get_list(day)) for language, names in calendars.items()}
            if day.year == year:  # the package adds neighbours' observed days
                found[day] = Holiday(day, names, bool(mark) and mark in names["en"])
        return found

    def _has_office_days(self) -> bool:
        import holidays

        entity: Any = getattr(holidays, self._country)
        return "government" in entity.supported_categories

    def _package(self, language: str, year: int, categories: tuple[str, ...]) -> Any:
        import holidays

        return holidays.country_holidays(
            self._country,
            subdiv=self._subdivision or None,
            years=year,
            expand=False,
            categories=categories,
            language=_LANGUAGES[language],
        )


def _mark(calendar: Any) -> str:
    """What the package adds to the name of an estimated day, such as `(estimated)`."""
    label = getattr(calendar, "estimated_label", None)
    return str(calendar.tr(label)).replace("%s", "").strip() if label else ""
