"""Names and values in WordprocessingML, as the modules beside this one need them; lxml ships no types."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

Element = Any
"""An element of lxml, or of python-docx, which makes its own of it."""

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
V = "{urn:schemas-microsoft-com:vml}"
WP = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"

_OFF = frozenset({"0", "false", "off", "none"})


def value(parent: Element | None, *path: str) -> str | None:
    """`w:val` of the element at the end of a path of `w:` names; None: it is not there or has none."""
    found = child(parent, *path)
    return None if found is None else found.get(f"{W}val")


def child(parent: Element | None, *path: str) -> Element | None:
    """The first element along a path of `w:` names."""
    for name in path:
        if parent is None:
            return None
        parent = parent.find(f"{W}{name}")
    return parent


def flag(parent: Element | None, name: str) -> bool | None:
    """A switch such as `w:b`: on, off, or (None) not said."""
    found = child(parent, name)
    return None if found is None else found.get(f"{W}val", "1") not in _OFF


def whole(text: str | None) -> int | None:
    """A whole number; None where there is none (some programs write fractions, which are cut)."""
    try:
        return int(float(text)) if text else None
    except (ValueError, OverflowError):
        return None


def elements(parent: Element) -> Iterator[Element]:
    """The child elements without remarks and processing instructions; of two alternatives the first.

    `mc:AlternateContent` holds the same thing several times, for newer and for older programs: what is
    made for the newest comes first.
    """
    for inner in parent:
        if not isinstance(inner.tag, str):
            continue
        if inner.tag == f"{MC}AlternateContent":
            chosen = next((one for one in inner if isinstance(one.tag, str)), None)
            if chosen is not None:
                yield from elements(chosen)
        else:
            yield inner


def words(parent: Element) -> str:
    """All words below an element, in one line; of alternatives the first, without deleted ones."""
    return " ".join("".join(_words(parent)).split())


def _words(parent: Element) -> Iterator[str]:
    for inner in elements(parent):
        if inner.tag == f"{W}t":
            yield inner.text or ""
        elif inner.tag in {f"{W}tab", f"{W}br", f"{W}cr"}:
            yield " "
        elif inner.tag not in {f"{W}del", f"{W}moveFrom"}:
            yield from _words(inner)
            if inner.tag == f"{W}p":
                yield " "


def below(parent: Element, *tags: str) -> Iterator[Element]:
    """All elements of these names below an element, in order; of alternatives the first only."""
    for inner in elements(parent):
        if inner.tag in tags:
            yield inner
        yield from below(inner, *tags)
