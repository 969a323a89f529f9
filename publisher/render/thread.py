"""Splits a long text into the posts of a thread, where a reader would pause."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

Measure = Callable[[str], int]

_PARAGRAPH = re.compile(r"\n\s*\n")
_LINE = re.compile(r"\n")
_SENTENCE = re.compile(r"[.!?…][\"'”’»)\]]*\s+(?=[\"'“‘«(\[#@*]?[A-Z0-9À-Þ])")
_WORD = re.compile(r"\s+")
# Full stops behind these end no sentence: titles, addresses, numbers, initials.
_ABBREVIATED = re.compile(
    r"(?:\b(?:jl|no|nomor|hal|tgl|pkl|kab|kec|prov|kel|ds|rt|rw|tel|telp|hp|bpk|sdr|drs?|dra|ir|hj|prof|st|sh|mr|mrs|ms|vs|a\.n|u\.p|d\.a)|\b\w|^\s*\d+)$",
    re.IGNORECASE | re.MULTILINE,
)
# No platform counts less than one for this many characters (X counts 23 for a URL of any length, so a part
# that holds a very long one may come out shorter than it could be, never longer).
_CHARACTERS = 8
# A part ends with a paragraph if that fills at least this share of what fits, else with a line, else
# with a sentence, else with a word.
_PARAGRAPH_FILLS, _LINE_FILLS, _SENTENCE_FILLS = 0.5, 0.5, 0.2

# A last part that fills less than this share takes something over from the one before.
_TAIL = 0.25


def split(text: str, limit: int, measure: Measure) -> list[str]:
    """The parts of a thread, each with `2/5` on a line of its own, counted; one part stays as it is.

    Breaks lie at ends of paragraphs, lines, sentences, and only then between words. A word is never
    broken: where one is longer than the limit, its part is too long, and the room says so.
    """
    if measure(text) <= limit:
        return [text]
    for digits in range(1, 6):
        room = limit - measure(_number(10**digits - 1, 10**digits - 1))
        parts = _pieces(text, room, measure)
        if len(parts) < 10**digits:
            break
    return [part + _number(at, len(parts)) for at, part in enumerate(parts, 1)]


def _number(at: int, of: int) -> str:
    return f"\n\n{at}/{of}"


def _pieces(text: str, room: int, measure: Measure) -> list[str]:
    found: list[str] = []
    before, rest = "", text.strip()
    while rest:
        whole = len(rest) <= room * _CHARACTERS and measure(rest) <= room
        end = len(rest) if whole else _end(rest, room, measure)
        if whole and found and measure(rest) < room * _TAIL:
            found[-1:] = _evened(before + rest, room, measure) or [found[-1], rest]
            break
        found.append(rest[:end].rstrip())
        after = rest[end:].lstrip()
        before, rest = rest[: len(rest) - len(after)], after
    return found


def _evened(text: str, room: int, measure: Measure) -> list[str]:
    """The last two parts anew, so that a line of hashtags does not stand alone; empty if there is no way."""
    for ends in (_paragraphs(text), _lines(text), _sentences(text)):
        for end in reversed(ends):
            parts = [text[:end].rstrip(), text[end:].lstrip()]
            sizes = [measure(part) for part in parts]
            if max(sizes) <= room and min(sizes) >= room * _TAIL:
                return parts
    return []


def _end(text: str, room: int, measure: Measure) -> int:
    """Where the first part of `text` ends: the best break among those that fit."""
    window = text[: room * _CHARACTERS]
    words = [match.start() for match in _WORD.finditer(window)] or [_first_word(text)]
    fitting = bisect_right(words, room, key=lambda end: measure(text[:end].rstrip()))
    if not fitting:
        return words[0]
    furthest = words[fitting - 1]
    for ends, share in (
        (_paragraphs(window), _PARAGRAPH_FILLS),
        (_lines(window), _LINE_FILLS),
        (_sentences(window), _SENTENCE_FILLS),
    ):
        best = max((end for end in ends if end <= furthest), default=0)
        if best and measure(text[:best]) >= room * share:
            return best
    return furthest


def _first_word(text: str) -> int:
    found = _WORD.search(text)
    return found.start() if found else len(text)


def _paragraphs(text: str) -> list[int]:
    return [match.start() for match in _PARAGRAPH.finditer(text)]


def _lines(text: str) -> list[int]:
    return [match.start() for match in _LINE.finditer(text)]


def _sentences(text: str) -> list[int]:
    return [
        match.start() + len(match[0].rstrip())
        for match in _SENTENCE.finditer(text)
        if not (match[0][0] == "." and _ABBREVIATED.search(text[max(0, match.start() - 12) : match.start()]))
    ]
