"""Breaks words into lines as a typesetter would: even, nothing torn apart that belongs together; pure.

No word stands alone on a last line, and none is divided unless it is wider than the box: then between
syllables as Indonesian has them, addresses behind a slash, a dot or a hyphen.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from unicodedata import bidirectional

Measure = Callable[[str], float]

_LINE_COST = 1000.0
"""More than any unevenness costs: lines are never added for the sake of looks."""
_SHORT_END = 0.33
"""Share of the width below which a last line looks lost."""
_SHORT_WORDS = frozenset(
    {
        *("di", "ke", "dari", "yang", "dan", "atau", "untuk", "pada", "oleh"),
        *("of", "the", "a", "an", "to", "in", "and", "or"),
    }
)
_NUMBER = r"[\d][\d.,:/–-]*"
_MONTH = (
    "Januari|Februari|Maret|April|Mei|Juni|Juli|Agustus|September|Oktober|November|Desember"
    "|January|February|March|May|June|July|August|October|December"
)
_GLUED = re.compile(
    rf"(?<!\S)((?:Rp|No\.|pukul|jam|pkl\.|Pasal|ayat|SMS|ext\.)) (?={_NUMBER})"
    rf"|(?<!\S)({_MONTH}) (?=\d{{4}}\b)"
    rf"|(?<=\d) (?=(?:WIB|WITA|WIT|%|persen|km|m|cm|kg|rb|ribu|juta|miliar|triliun|{_MONTH})\b)",
    re.IGNORECASE,
)
_FIXED = "\u00a0"
_LABEL = re.compile(r"(?=.{2,24}: \S)[A-Z][\w/()-]*(?: [\w/()-]+){0,2}:(?= )")
_ADDRESS = re.compile(r"(?<=[/.@_?&=-])(?=[^/.@_?&=-])")
_LONGEST = 160
"""Characters that no line ever holds: what is behind them is looked at when its turn comes."""
_VOWEL = "aeiouAEIOU"
_PAIRS = ("ng", "ny", "sy", "kh")
_BEHIND = 5
"""Letters that should stand behind the last division."""
_LEAST = 2
"""Letters that stay on either side of a division."""


def glued(text: str) -> str:
    """The text with what belongs together held by fixed spaces: `08.00 WIB`, `1 Mei 2026`, `SMS 1708`."""
    return _GLUED.sub(lambda match: f"{match[1] or match[2] or ''}{_FIXED}", text)


def label(text: str) -> str:
    """What a line like `Waktu: 08.30 WIB` opens with, colon and all; nothing if it does not."""
    found = _LABEL.match(text)
    return found[0] if found else ""


def leftward(text: str) -> bool:
    """Whether a text is read from right to left: its first letter says so."""
    return next((way != "L" for way in map(bidirectional, text) if way in ("L", "R", "AL")), False)


def broken(text: str, width: float, measure: Measure, *, title: bool = False) -> list[str]:
    """The lines of one paragraph: as few as there can be, and of these the most even.

    Args:
        text: without line breaks.
        width: of the box, in what `measure` gives; one that is too narrow for a letter holds one each.
        title: whether the last line is to be as long as the others, too.
    """
    width = max(1.0, width)
    opening = "" if title else label(text)
    text = opening.replace(" ", _FIXED) + text[len(opening) :]
    words = [piece for word in glued(text).split(" ") if word for piece in _fitting(word, width, measure)]
    if not words:
        return []
    return [_joined(words[start:end]) for start, end in _spans(words, width, measure, title)]


def _joined(words: Sequence[str]) -> str:
    return " ".join(words).replace(_FIXED, " ")


def _spans(words: Sequence[str], width: float, measure: Measure, title: bool) -> Iterator[tuple[int, int]]:
    """First word of each line and the word after its last, by the least cost of the whole."""
    widths = [measure(word.replace(_FIXED, " ")) for word in words]
    space = measure(" ")
    count = len(words)
    best: list[tuple[float, int]] = [(0.0, count)] * (count + 1)
    for start in range(count - 1, -1, -1):
        best[start] = min(_starts(start, words, widths, space, width, best, title))
    at = 0
    while at < count:
        yield at, best[at][1]
        at = best[at][1]


def _starts(
    start: int,
    words: Sequence[str],
    widths: Sequence[float],
    space: float,
    width: float,
    best: Sequence[tuple[float, int]],
    title: bool,
) -> Iterator[tuple[float, int]]:
    """What each line that begins with a word costs, with all that follows it."""
    taken = -space
    for end in range(start + 1, len(words) + 1):
        taken += space + widths[end - 1]
        if taken > width and end > start + 1:
            return
        slack = max(0.0, 1 - taken / width)
        cost = slack * slack
        if end == len(words):
            alone = end - start == 1 and start > 0
            short = max(0.0, slack - 1 + _SHORT_END) if start else 0.0
            cost = (cost if title else 0.0) + 2 * short + (1.5 if alone and short else 0.0)
        elif words[end - 1].lower() in _SHORT_WORDS:
            cost += 0.02
        yield cost + _LINE_COST + best[end][0], end


# ── What is wider than the box ───────────────────────────────────────────────


def _fitting(word: str, width: float, measure: Measure) -> list[str]:
    """The word, or the pieces of one that is too wide for any line."""
    if len(word) <= _LONGEST and measure(word.replace(_FIXED, " ")) <= width:
        return [word]
    if _FIXED in word:
        return [piece for one in word.split(_FIXED) for piece in _fitting(one, width, measure)]
    pieces, rest = [], word
    while len(rest) > _LONGEST or (len(rest) > 1 and measure(rest) > width):
        at, hyphen = _division(rest[:_LONGEST], width, measure)
        pieces.append(rest[:at] + hyphen)
        rest = rest[at:]
    return [*pieces, rest]


def _division(word: str, width: float, measure: Measure) -> tuple[int, str]:
    """How much of a word stays on its line, and what is added to it."""
    address = [match.start() for match in _ADDRESS.finditer(word)]
    good = [at for at in address if measure(word[:at]) <= width]
    if good:
        return good[-1], ""
    bare = word.isalpha()
    good = [at for at in syllables(word) if measure(word[:at] + "-") <= width] if bare else []
    if good:
        whole = [at for at in good if len(word) - at >= _BEHIND]
        return (whole or good)[-1], "-"
    hyphen = "-" if bare else ""
    fitting = bisect_left(range(1, len(word)), True, key=lambda at: measure(word[:at] + hyphen) > width)
    return max(1, fitting), hyphen


def syllables(word: str) -> list[int]:
    """Where an Indonesian word may be divided: be-ri-ta, pem-ba-ngun-an is taken as pem-ba-ngu-nan.

    Before a consonant that a vowel follows, the last of several; `ng`, `ny`, `sy`, `kh` are one.
    """
    found = []
    for at in range(_LEAST, len(word) - _LEAST + 1):
        before, here, behind = word[:at], word[at], word[at + 1 : at + 3]
        if here in _VOWEL or not any(letter in _VOWEL for letter in before):
            continue
        if word[at - 1 : at + 1].lower() in _PAIRS:
            continue  # inside such a pair
        opens = behind[:1] in _VOWEL if word[at : at + 2].lower() not in _PAIRS else behind[1:2] in _VOWEL
        if behind and opens:
            found.append(at)
    return found
