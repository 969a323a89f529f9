"""Message ids → words in the reader's language; the one translation function of everything shown to people.

A message id is `domain.name`. The domain says which catalogue holds it:
publisher/locale/<language>/<domain>.mo, or, for a platform id, <the room's folder>/locale/<language>.mo.
The .mo files are made from the .po beside them: by the build, and here when a developer has edited one.
"""

from __future__ import annotations

import os
from errno import errorcode
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from string import Formatter
from threading import get_ident
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # the words of --help need neither
    from connectors.contract import Problem
    from publisher.errors import PublisherError

FALLBACK = "en"
_LOCALE = Path(__file__).parent / "locale"
_current = FALLBACK


def use(language: str) -> None:
    """Show everything in `language` (such as `id`) from now on; what it lacks is shown in English."""
    global _current
    _current = language


def language() -> str:
    """The language in use."""
    return _current


@cache
def languages() -> tuple[str, ...]:
    """The languages there are catalogues for, sorted."""
    return tuple(sorted(path.name for path in _LOCALE.iterdir() if path.is_dir()))


def t(message_id: str, /, **values: Any) -> str:
    """The words for a message id, its `{placeholders}` filled; `{count:n}` groups thousands.

    Never raises at a reader: an unknown id is shown as it is, and a message whose placeholders
    are not all given is shown raw.
    """
    message = _message(message_id)
    if message is None:
        return message_id
    try:
        return _formatter.vformat(message, (), values)
    except (LookupError, ValueError, TypeError, AttributeError):
        return message


def known(message_id: str) -> bool:
    """Whether there are words for the id, in the language in use or in English."""
    return _message(message_id) is not None


def text_of(problem: Problem) -> str:
    """What is wrong, in words."""
    return t(problem.code, **problem.values)


def fix_of(problem: Problem) -> str:
    """What to do about it; empty where there is no advice."""
    advice = f"{problem.code}.fix"
    return t(advice, **problem.values) if known(advice) else ""


def where(problem: Problem) -> str:
    """`file:line`, as far as known."""
    return _place(problem.file, problem.line)


def error_text(error: PublisherError) -> str:
    """What went wrong, led by `file:line` where known; below it what to do, where there is advice."""
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
    return f"{file}:{line}" if line else str(file)


class _Formatter(Formatter):
    """str.format, with `n` as the format of a whole number for people."""

    def format_field(self, value: Any, format_spec: str) -> str:
        if format_spec == "n" and isinstance(value, int):
            return number(value)
        return str(super().format_field(value, format_spec))


_formatter = _Formatter()


def _message(message_id: str) -> str | None:
    domain = message_id.partition(".")[0]
    for tongue in dict.fromkeys((_current, FALLBACK)):
        catalogue = _catalogue(tongue, domain)
        found = catalogue.gettext(message_id) if catalogue else message_id
        if found != message_id:
            return found
    return None


@cache
def _catalogue(tongue: str, domain: str) -> GNUTranslations | None:
    """The messages of one domain in one language; None where there are none."""
    if not (domain.isidentifier() and tongue.isidentifier()):
        return None
    if (_LOCALE / FALLBACK / f"{domain}.po").exists() or (_LOCALE / FALLBACK / f"{domain}.mo").exists():
        return _read(_LOCALE / tongue / domain)
    from connectors import registry  # costs importlib.metadata; most messages never ask

    folder = registry.folder(domain)
    return _read(folder / "locale" / tongue) if folder else None


def _read(stem: Path) -> GNUTranslations | None:
    """The catalogue `stem`.mo, made anew if `stem`.po beside it is younger."""
    po, mo = stem.with_name(f"{stem.name}.po"), stem.with_name(f"{stem.name}.mo")
    if _newer(po, mo):
        data = _compile(po)
        _keep(mo, data)
    elif mo.exists():
        data = mo.read_bytes()
    else:
        return None
    return GNUTranslations(BytesIO(data))


def _newer(po: Path, mo: Path) -> bool:
    try:
        edited = po.stat().st_mtime_ns
    except FileNotFoundError:
        return False
    return not mo.exists() or mo.stat().st_mtime_ns < edited


def _compile(po: Path) -> bytes:
    from babel.messages.mofile import write_mo  # a build tool: only where .po files lie
    from babel.messages.pofile import read_po

    with po.open("rb") as lines:
        catalogue = read_po(lines, abort_invalid=True)
    made = BytesIO()
    write_mo(made, catalogue)
    return made.getvalue()


def _keep(mo: Path, data: bytes) -> None:
    """Save what was compiled, whole or not at all; a folder that cannot be written costs only time."""
    if not os.access(mo.parent, os.W_OK):
        return
    draft = mo.with_suffix(f".{os.getpid()}-{get_ident()}.tmp")
    try:
        draft.write_bytes(data)
        draft.replace(mo)
    except OSError:  # a full disk; the words are needed all the more then
        draft.unlink(missing_ok=True)
