"""Pieces of a paragraph → lines of text with the marks that render understands: **bold**, [text](url)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from publisher.content.docx.inline import Piece

_TARGET = re.compile(r"https?://[^\s()]+(?:\([^\s()]*\)[^\s()]*)*", re.IGNORECASE)


def marked(pieces: Iterable[Piece]) -> list[str]:
    """The lines as they will be posted; white space at their ends shows nowhere and is left out."""
    return ["".join(_marks(line)).strip(" \t") for line in lines_of(pieces)]


def bare(pieces: Iterable[Piece]) -> list[str]:
    """The lines without bold, for facts: of a link its address, unless that is what is written."""
    return ["".join(_address(piece) for piece in line).rstrip() for line in lines_of(pieces)]


def lines_of(pieces: Iterable[Piece]) -> Iterator[list[Piece]]:
    """The pieces of each line, those of one look joined."""
    line: list[Piece] = []
    for piece in pieces:
        first, *others = piece.text.split("\n")
        line.append(piece._replace(text=first))
        for other in others:
            yield _joined(line)
            line = [piece._replace(text=other)]
    yield _joined(line)


def is_bold(pieces: Iterable[Piece]) -> bool:
    """Whether all that can be seen is bold."""
    seen = [piece for piece in pieces if piece.text.strip()]
    return bool(seen) and all(piece.bold for piece in seen)


def loose(pieces: Iterable[Piece]) -> Iterator[tuple[str, str]]:
    """Links that lead nowhere on the web: (words, target)."""
    for line in lines_of(pieces):
        for piece in line:
            if piece.href and piece.text.strip() and not _is_web(piece.href) and not _is_person(piece.href):
                yield piece.text.strip(), piece.href


def _joined(line: list[Piece]) -> list[Piece]:
    """Neighbours of one look as one piece: Word cuts words wherever it was typed or corrected."""
    looks = groupby((piece for piece in line if piece.text), key=lambda piece: (piece.bold, piece.href))
    return [Piece("".join(piece.text for piece in same), bold, href) for (bold, href), same in looks]


def _marks(line: list[Piece]) -> Iterator[str]:
    line = [piece._replace(text=_blank(piece.text)) for piece in line]
    for number, piece in enumerate(line):
        before = line[number - 1].text[-1:] if number else ""
        after = line[number + 1].text[:1] if number + 1 < len(line) else ""
        if piece.href:
            yield _link(piece)
        elif piece.bold:
            yield _bold(piece.text, before, after)
        else:
            yield piece.text


def _blank(text: str) -> str:
    """Tabs as one blank: platforms show them in ways nobody can foresee."""
    if "\t" not in text:
        return text
    first, *between, last = text.split("\t")
    words = [word for part in between if (word := part.strip(" "))]
    return " ".join([first.rstrip(" "), *words, last.lstrip(" ")])


def _bold(text: str, before: str, after: str) -> str:
    """Between asterisks, where these would be understood; else the bare words."""
    core = text.strip()
    start = text.index(core)
    lead, trail = text[:start], text[start + len(core) :]
    splits_a_word = (not lead and before.isalnum()) or (not trail and after.isalnum())
    if splits_a_word or "*" in core or "://" in core or not any(map(str.isalnum, core)):
        return text
    return f"{lead}**{core}**{trail}"


def _link(piece: Piece) -> str:
    text, href = piece.text, piece.href or ""
    core = text.strip()
    if not core or _says(core, href):
        return text
    start = text.index(core)
    lead, trail = text[:start], text[start + len(core) :]
    if _is_person(href):
        return f"{lead}{core} ({href.partition(':')[2].partition('?')[0]}){trail}"
    if not _is_web(href):
        return text
    url = _quoted(href)
    if "[" in core or "]" in core:
        return f"{lead}{core}: {url}{trail}"
    return f"{lead}[{core}]({url}){trail}"


def _address(piece: Piece) -> str:
    text, href = piece.text, piece.href or ""
    if not _is_web(href) or "://" in text or not text.strip():
        return text
    return _quoted(href)


def _quoted(href: str) -> str:
    url = re.sub(r"\s", "%20", href.strip())
    return url if _TARGET.fullmatch(url) else url.replace("(", "%28").replace(")", "%29")


def _is_web(href: str) -> bool:
    return href.lower().startswith(("http://", "https://"))


def _is_person(href: str) -> bool:
    return href.lower().startswith(("mailto:", "tel:"))


def _says(text: str, href: str) -> bool:
    """Whether the words are the address itself, if only without `https://`."""
    return _core(text) == _core(href)


def _core(address: str) -> str:
    return (
        re.sub(r"^(?:https?://|mailto:|tel:)", "", address.strip(), flags=re.IGNORECASE).rstrip("/").lower()
    )
