"""The holidays of a country, from the package `holidays`, as quiet.py asks for them; imported at need."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.util import find_spec
from pathlib import Path
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


@dataclass(frozen=True, slots=True)
class _Year:
    """What is known of a year; `decreed` as `Holidays.decreed` has it."""

    days: Mapping[date, Holiday]
    decreed: bool


class Holidays:
    """Public holidays of a country, and what its offices have off besides (in Indonesia: cuti bersama).

    The package is imported at the first question that `kept` cannot answer: it loads all countries,
    which costs a command 0.1 s.
    """

    def __init__(self, place: str, kept: Path | None = None) -> None:
        """A country or a part of it, `ID` or `DE-BE`; `kept` is a folder where worked-out years lie."""
        self._place = place
        self._country, _, self._subdivision = place.partition("-")
        self._kept = kept
        self._years: dict[int, _Year] = {}

    def on(self, day: date) -> Holiday | None:
        """The holiday of a day."""
        return self._year(day.year).days.get(day)

    def decreed(self, year: int) -> bool:
        """Whether the days that offices have off besides are known for the year; where there are none, yes.

        Indonesia's are decreed a year ahead, by three ministers.
        """
        return self._year(year).decreed

    def _year(self, year: int) -> _Year:
        if year not in self._years:
            self._years[year] = self._remembered(year) or self._worked_out(year)
        return self._years[year]

    def _worked_out(self, year: int) -> _Year:
        office_days = self._has_office_days()
        categories = ("public", "government") if office_days else ("public",)
        calendars = {language: self._package(language, year, categories) for language in _LANGUAGES}
        mark = _mark(calendars["en"])
        days = {}
        for day in calendars["en"]:
            names = {language: "; ".join(names.get_list(day)) for language, names in calendars.items()}
            if day.year == year:  # the package adds neighbours' observed days
                days[day] = Holiday(day, names, bool(mark) and mark in names["en"])
        decreed = not office_days or len(self._package("en", year, ("government",))) > 0
        found = _Year(days, decreed)
        self._keep(year, found)
        return found

    # ── What was worked out before ──

    def _file(self, year: int) -> Path | None:
        return self._kept / f"{self._place}-{year}.json" if self._kept else None

    def _remembered(self, year: int) -> _Year | None:
        """As kept by this very package; None: it has to be worked out."""
        file = self._file(year)
        if file is None:
            return None
        try:
            kept = json.loads(file.read_text(encoding="utf-8"))
            if kept["package"] != _package_stamp():
                return None
            days = {
                (day := date.fromisoformat(iso)): Holiday(day, dict(one["names"]), bool(one["estimated"]))
                for iso, one in kept["days"].items()
            }
            return _Year(days, bool(kept["decreed"]))
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return None

    def _keep(self, year: int, found: _Year) -> None:
        file = self._file(year)
        if file is None:
            return
        days = {str(one.day): {"names": one.names, "estimated": one.estimated} for one in found.days.values()}
        kept = {"package": _package_stamp(), "decreed": found.decreed, "days": days}
        draft = file.with_name(f"{file.name}.{os.getpid()}")
        with suppress(OSError):  # a disk that is full or only to be read costs time, nothing else
            file.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
            draft.replace(file)

    # ── The package ──

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


@cache
def _package_stamp() -> str:
    """Where the package lies and when it was installed, without importing it."""
    spec = find_spec("holidays")
    origin = spec.origin if spec else None
    return f"{origin} {os.stat(origin).st_mtime_ns}" if origin else ""


def _mark(calendar: Any) -> str:
    """What the package adds to the name of an estimated day, such as `(estimated)`."""
    label = getattr(calendar, "estimated_label", None)
    return str(calendar.tr(label)).replace("%s", "").strip() if label else ""
