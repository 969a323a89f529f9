"""What templates can do with a value beside Jinja's own filters: dates in words, the first sentence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

FORMS = {"full": "EEEE, d MMMM y", "long": "d MMMM y", "medium": "d MMM y", "short": "d/M/y"}


class NoDateError(Exception):
    """What a template gives a filter of dates is none, or not one of `FORMS`."""


def tanggal(value: date | None, form: str = "full") -> str:
    """Selasa, 24 November 2026; `long` 24 November 2026, `medium` 24 Nov 2026, `short` 24/11/2026."""
    return _date(value, form, "id")


def date_words(value: date | None, form: str = "full") -> str:
    """Tuesday, 24 November 2026; the same forms."""
    return _date(value, form, "en_GB")


def first_sentence(text: str) -> str:
    """The first sentence of a text, or line if that is one of its own; empty from nothing."""
    from publisher.render.sentences import sentences

    return next(iter(sentences(text[:2000])), "")


def one_line(text: str) -> str:
    """The text without line breaks, for a title."""
    return " ".join(text.split())


def _date(value: date | None, form: str, locale: str) -> str:
    if value is None:
        return ""
    for given, fits in ((value, isinstance(value, date)), (form, form in FORMS)):
        if not fits:
            raise NoDateError(str(given))
    from babel.dates import format_date  # 20 ms: only for templates that show a date

    return format_date(value, FORMS[form], locale)


FILTERS: dict[str, Callable[..., Any]] = {
    "tanggal": tanggal,
    "date_words": date_words,
    "first_sentence": first_sentence,
    "one_line": one_line,
}
