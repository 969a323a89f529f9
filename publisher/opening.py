"""What a press release opens with: its letterhead, and a headline of its own; for titles, dates and leads.

The whole text goes out as typed. Where it must be shortened it begins with its headline, as an editor
would have it; and where it has one, the name of its folder is no second headline above it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_LINES = 8  # a letterhead that is longer is none
_HEADLINE = 200  # characters; the longest headlines of the offices we know have 140
_LINE = re.compile(r"[^\n]*[^\s][^\n]*")
_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
_PRESS = re.compile(
    r"(?:siaran|rilis|keterangan|press|news|media|pers)[ -]+(?:pers|rilis|release|relis|statement)"
    r"(?:[ :,-]*(?:(?:nomor|no\b|nmr)\b.*|[\w.-]+/[\w./-]+))?[ :]*",
    re.IGNORECASE,
)
_NUMBER_OR_DAY = re.compile(
    r"(?:nomor|no|nmr|tanggal|tgl|hari/tanggal|number|date)\b\.?[ ]*:?[ ]*\S.*\d.*"
    r"|(?:(?:senin|selasa|rabu|kamis|jumat|jum'at|sabtu|minggu),? )?\d{1,2} [a-z]+ \d{4}"
    r"|(?:untuk|for) (?:disiarkan|diterbitkan|segera|immediate)\b.*",
    re.IGNORECASE,
)
_ADDRESS = re.compile(
    r"(?:jl|jln|jalan|telp|telepon|email|e-mail|surel|laman|website|kode pos)\b", re.IGNORECASE
)
_GREETING = re.compile(
    r"(?:yth|kepada|assalamu.*|salam|halo|hai|hallo|dear|hello|sobat|selamat (?:pagi|siang|sore|malam))\b",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\(?(?:\d{1,3}|[A-Za-z])[.)]\s|[-•‣▪●–—✓✔☑➢➤]\s")
_ENDED = re.compile(r"[.!?:;,…][\"'”’»)*_~]*$")
_MARKS = "*_~ \t"


@dataclass(frozen=True, slots=True)
class Opening:
    """Offsets in a text.

    Attributes:
        start: behind the letterhead; 0 without one.
        headline: behind the headline; `start` without one.
    """

    start: int = 0
    headline: int = 0


def opening(text: str) -> Opening:
    """Where letterhead and headline of a text end."""
    start = _letterhead(text)
    paragraph = _PARAGRAPH.search(text, start)
    if paragraph is None or not text[paragraph.end() :].strip() or not _is_headline(paragraph[0]):
        return Opening(start, start)
    return Opening(start, paragraph.end())


def _is_headline(paragraph: str) -> bool:
    words = paragraph.strip(_MARKS)
    return (
        len(words) <= _HEADLINE
        and paragraph.count("\n") < 2
        and any(char.isalpha() for char in words)
        and "://" not in words
        and not words.startswith(("#", "@"))
        and not (_ENDED.search(words) or _GREETING.match(words) or _ITEM.match(words))
    )


def _letterhead(text: str) -> int:
    """Behind SIARAN PERS with its number and day, and the office above it; 0 where there is none."""
    lines = [match for match, _ in zip(_LINE.finditer(text), range(_LINES), strict=False)]
    press = next((at for at, line in enumerate(lines) if _PRESS.fullmatch(_bare(line[0]))), None)
    if press is None or not all(_is_office(_bare(line[0])) for line in lines[:press]):
        return 0
    last = press
    for at, line in enumerate(lines[press + 1 :], press + 1):
        if _NUMBER_OR_DAY.fullmatch(_bare(line[0])):
            last = at
        elif not _is_office(_bare(line[0])):
            break
    rest = text[lines[last].end() :]
    return len(text) - len(rest.lstrip()) if rest.strip() else 0


def _is_office(line: str) -> bool:
    """PEMERINTAH KABUPATEN NATUNA, or its address."""
    return line.isupper() or _ADDRESS.match(line) is not None


def _bare(line: str) -> str:
    return line.strip(_MARKS)
