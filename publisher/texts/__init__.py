"""Message ids → words in the reader's language; the one translation function of everything shown to people.

`t("content.date", key=…)` finds the message (catalogues.py) and fills its `{placeholders}`; numbers,
times, money and sizes in them are written the way readers of the language write them (amounts.py).
"""

from __future__ import annotations

from errno import errorcode
from string import Formatter
from typing import TYPE_CHECKING, Any

from publisher.texts import catalogues
from publisher.texts.catalogues import FALLBACK, languages

if TYPE_CHECKING:  # the words of --help need neither
    from connectors.contract import Problem
    from publisher.errors import PublisherError

__all__ = [
    "FALLBACK",
    "error_text",
    "fix_of",
    "in_document",
    "known",
    "language",
    "languages",
    "number",
    "system_words",
    "t",
    "text_of",
    "use",
    "where",
]

_CONTENT = "content/"
_DOCUMENTS = (".docx",)
"""Texts whose places are paragraphs: they have no lines that a reader could count."""
_current = FALLBACK


def use(language: str) -> None:
    """Show everything in `language` (such as `id`) from now on; what it lacks is shown in English."""
    global _current
    _current = language


def language() -> str:
    """The language in use."""
    return _current


def t(message_id: str, /, **values: Any) -> str:
    """The words for a message id, its `{placeholders}` filled.

    A number with a fraction is written as the language has it: 61,5. Formats of placeholders beside those
    of str.format: `{count:n}` 2.922 · `{size:size}` 1,2 MB ·
    `{usd:usd}` US$0,22 · `{left:minutes}`, `{left:seconds}` 1 jam 30 menit ·
    `{at:when {zone}}` Selasa, 24 November 2026 pukul 08.00 WIB · `{day:day}` · `{zone:zone}` WIB ·
    `{feature:feature}` gambar · `{known:words}` terbit, kanal ·
    `{why:message}` the words of another message id.

    Never raises at a reader: an unknown id is shown as it is, and a message whose placeholders
    are not all given is shown raw.
    """
    message = catalogues.message(message_id, _current)
    if message is None:
        return message_id
    try:
        return _formatter.vformat(message, (), values)
    except (LookupError, ValueError, TypeError, AttributeError):
        return message


def known(message_id: str) -> bool:
    """Whether there are words for the id, in the language in use or in English."""
    return catalogues.message(message_id, _current) is not None


def text_of(problem: Problem) -> str:
    """What is wrong, in words."""
    return t(problem.code, **problem.values)


def fix_of(problem: Problem) -> str:
    """What to do about it; empty where there is no advice."""
    advice = f"{problem.code}.fix"
    return t(advice, **problem.values) if known(advice) else ""


def where(problem: Problem) -> str:
    """The place as staff know it: `banjir/teks.md:3`, `banjir/Rilis.docx, paragraf 2`; as far as known."""
    return _place(problem.file, problem.line)


def in_document(problem: Problem) -> bool:
    """Whether the number of the problem's place counts paragraphs: Word shows no lines."""
    return (problem.file or "").lower().endswith(_DOCUMENTS)


def error_text(error: PublisherError) -> str:
    """What went wrong, led by its place where known; below it what to do, where there is advice."""
    place = _place(error.values.get("file"), error.values.get("line"))
    words = t(error.message, **error.values)
    advice = f"{error.message}.fix"
    lines = [f"{place}: {words}" if place and place not in words else words]
    if known(advice):
        lines.append(t(advice, **error.values))
    return "\n".join(lines)


def system_words(error: OSError) -> str:
    """What the operating system refused, in the reader's language where it is something common."""
    name = f"system.{errorcode.get(error.errno or 0, '')}"
    return t(name) if known(name) else error.strerror or type(error).__name__


def number(value: int) -> str:
    """A whole number with its thousands grouped as readers of the language expect: 2,922 or 2.922."""
    return f"{value:,}".replace(",", t("common.thousands"))


def _place(file: Any, line: Any) -> str:
    if not file:
        return ""
    shown = str(file).removeprefix(_CONTENT)
    if not line:
        return shown
    if shown.lower().endswith(_DOCUMENTS):
        return t("common.paragraph", file=shown, number=line)
    return f"{shown}:{line}"


class _Formatter(Formatter):
    """str.format, with formats of its own for what people read: `n`, `size`, `when` and more.

    A value that is a mapping of languages to words (the name of a holiday) is shown in the reader's.
    """

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, dict) and FALLBACK in value:
            value = value.get(_current, value[FALLBACK])
        if format_spec == "n" and isinstance(value, int):
            return number(value)
        if isinstance(value, float) and format_spec in ("", "n"):
            format_spec = "decimal"
        if format_spec[:1].isalpha() and len(format_spec) > 1:
            from publisher.texts import amounts  # dates and zones; no word of --help needs them

            return amounts.formatted(value, format_spec)
        return str(super().format_field(value, format_spec))


_formatter = _Formatter()
