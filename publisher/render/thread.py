"""Splits a long text into the posts of a thread, where a reader would pause."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from publisher.render.sentences import CHARACTERS
from publisher.render.sentences import ends as sentence_ends

Measure = Callable[[str], int]

_PARAGRAPH = re.compile(r"\n\s*\n")
_LINE_END = re.compile(r"[ \t]*\n")
_WORD = re.compile(r"\s+")
_TAGS = re.compile(r"(?:#\w+\s*)+")
# A part ends with a paragraph if that fills at least this share of what fits, else with a line, else
# with a sentence, else with one inside a quotation, else with a word.
_PARAGRAPH_FILLS, _LINE_FILLS, _SENTENCE_FILLS, _QUOTED_FILLS = 0.5, 0.5, 0.2, 0.2

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
        whole = len(rest) <= room * CHARACTERS and measure(rest) <= room
        end = len(rest) if whole else _end(rest, room, measure)
        if whole and found and (measure(rest) < room * _TAIL or _TAGS.fullmatch(rest)):
            found[-1:] = _evened(before + rest, room, measure) or [found[-1], rest]
            break
        found.append(rest[:end].rstrip())
        after = rest[end:].lstrip()
        before, rest = rest[: len(rest) - len(after)], after
    return found


def _evened(text: str, room: int, measure: Measure) -> list[str]:
    """The last two parts anew, so that a line of hashtags does not stand alone; empty if there is no way."""
    last_tags = next((match.start() for match in _TAGS.finditer(text) if match.end() == len(text)), len(text))
    for ends in (_paragraphs(text), _lines(text), sentence_ends(text, quoted=True), _spaces(text)):
        for end in reversed([end for end in ends if text[end:last_tags].strip()]):
            parts = [text[:end].rstrip(), text[end:].lstrip()]
            sizes = [measure(part) for part in parts]
            if max(sizes) <= room and min(sizes) >= room * _TAIL:
                return parts
    return []


def _end(text: str, room: int, measure: Measure) -> int:
    """Where the first part of `text` ends: the best break among those that fit."""
    window = text[: room * CHARACTERS]
    words = _spaces(window) or [_first_word(text)]
    fitting = bisect_right(words, room, key=lambda end: measure(text[:end].rstrip()))
    if not fitting:
        return words[0]
    furthest = words[fitting - 1]
    for ends, share in (
        (_paragraphs(window), _PARAGRAPH_FILLS),
        (_lines(window), _LINE_FILLS),
        (sentence_ends(window), _SENTENCE_FILLS),
        (sentence_ends(window, quoted=True), _QUOTED_FILLS),
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
    """Ends of lines that are ends for a reader, too: not where a program broke a sentence."""
    return [end for end in sentence_ends(text, quoted=True) if _LINE_END.match(text, end)]


def _spaces(text: str) -> list[int]:
    return [match.start() for match in _WORD.finditer(text)]
