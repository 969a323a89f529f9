"""Message id → message, as the catalogues have it; compiles a .po that is younger than its .mo.

A message id is `domain.name`. The domain says which catalogue holds it:
publisher/locale/<language>/<domain>.mo, or, for a platform id, <the room's folder>/locale/<language>.mo.
The .mo files are made from the .po beside them: by the build, and here when a developer has edited one.
"""

from __future__ import annotations

import os
from functools import cache
from gettext import GNUTranslations
from io import BytesIO
from pathlib import Path
from threading import get_ident

FALLBACK = "en"
_LOCALE = Path(__file__).parents[1] / "locale"


@cache
def languages() -> tuple[str, ...]:
    """The languages there are catalogues for, sorted."""
    return tuple(sorted(path.name for path in _LOCALE.iterdir() if path.is_dir()))


def message(message_id: str, language: str) -> str | None:
    """The message in a language, else in English; None: there is none."""
    domain = message_id.partition(".")[0]
    for tongue in dict.fromkeys((language, FALLBACK)):
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
