"""Where sentences end in what staff type; leads and threads are cut there and nowhere else.

In doubt a full stop ends nothing: two sentences taken for one are merely left out together, one taken
for two would go out torn.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from itertools import pairwise

# No platform counts less than one for this many characters (X counts 23 for a URL of any length, so what
# holds a very long one may come out shorter than it could be, never longer).
CHARACTERS = 8

_EMOJI = "[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2705\ufe0f\u200d]"
_CLOSERS = r"[\"'”’»)\]*_~]*"
_STOP = re.compile(rf"[.!?…]+{_CLOSERS}(?:[ \t]*{_EMOJI}+)*(?=\s|$)")
_OPENERS = "\"'“‘«([*_~#@"
_STARTS_WITH_URL = re.compile(r"https?://|www\.")
_LINE = re.compile(r"[^\n]+")
_ITEM = re.compile(
    rf"[ \t]*(?:\(?(?:\d{{1,3}}|[A-Za-z])[.)](?=\s)|[-*•‣▪●–—✓✔☑➢➤](?=\s)|[0-9]\ufe0f?\u20e3|{_EMOJI})"
)
_DANGLING = re.compile(r"[:,;–—-][*_~\"”)]*$")
_QUOTED = re.compile(r"“[^”]{0,600}”|«[^»]{0,600}»|\"[^\"]{0,600}\"|\([^()]{0,600}\)")
_PARAGRAPH = re.compile(r"(?:[^\n]|\n(?![ \t]*\n))+")
# A line that long without a full stop was broken by a program; what follows belongs to the sentence.
_WRAPPED = 50


def _words(written: str) -> frozenset[str]:
    return frozenset(written.split())


_BEHIND_LINE_START = re.compile(r"^\s*\(?(?:\d{1,3}|[A-Za-z]|[ivxIVX]+)$")
_BEFORE_WORDS = " \t\n\u00a0\"'“‘«([*_~,"
_LAST_WORD = re.compile(r"[\w./’'-]+$")
# Titles, addresses, forms of address: a name follows.
_BEFORE_NAMES = _words(
    "jl jln gg kav kp kpg komp perum gd ged ds dsn dk sei ps kel kec kab prov prop"
    " dr dra drs drg ir prof h hj kh hm ust ustad ustaz tgk tn ny nn sdr sdri bpk bp yth alm almh rm"
    " jend letjen mayjen brigjen kol letkol kapt lettu letda peltu pelda serma serka sertu serda kopda"
    " komjen irjen kombes kompol akbp akp iptu ipda aiptu aipda bripka brigpol briptu bripda"
    " pt cv ud pd fa wr st mr mrs ms vs"
)
# Full stops behind these end a sentence unless a number follows: "hal." is a page, and a thing.
_BEFORE_NUMBERS = _words(
    "no nomor nmr hal hlm halaman pkl pk tgl tg rp vol ed rt rw km tel telp tlp hp fax faks wa ext th thn"
    " lamp ay psl bab lt tk jan feb mar apr jun jul agt ags agst sept sep okt nov des"
)
_NUMBER = re.compile(r"[(+]?\d|[IVXLC]+\b")
_SMALL = re.compile(r"(?:[a-z]\.)+[a-z]")  # a.n. u.p. d.a. s.d. q.q.
_CAPITALS = re.compile(r"(?:[A-Z][A-Za-z]{0,3}\.)+[A-Z][A-Za-z]{0,3}")  # S.Sos. M.Si. S.H. W.R.
_MORE_CAPITALS = re.compile(r"(?:[A-Z][A-Za-z]{0,3}\.)+")
_BEHIND_NAME = re.compile(r",\s*$")
# Names written with an exclamation mark.
_LOUD_NAMES = re.compile(r"(?:\bLAPOR|\bYahoo)$")


def ends(text: str, *, quoted: bool = False) -> list[int]:
    """Offsets just behind each sentence, the last included, in order.

    A line of its own (a heading, an item of a list) counts as a sentence; a line broken in the middle
    of one does not end it.

    Args:
        quoted: also those inside quotation marks or brackets.
    """
    found = sorted({*_stops(text), *_line_ends(text)})
    return found if quoted else _outside_quotes(text, found)


def sentences(text: str) -> list[str]:
    """The sentences, without the white space between them."""
    edges = [0, *ends(text)]
    pieces = (text[start:end].strip() for start, end in pairwise(edges))
    return [piece for piece in pieces if piece]


def lead_ends(text: str, all_ends: list[int], *, in_lists: bool = False) -> list[int]:
    """Those of `ends(text)` where a text may stop for good.

    Not behind a colon or a comma, and not inside a list, which would read as if it were whole.

    Args:
        in_lists: inside a list, too, where there is nothing better.
    """
    found, start = [], 0
    for at, end in enumerate(all_ends):
        item = _is_item(text, start)
        following = at + 1 < len(all_ends) and _is_item(text, end)
        if not _DANGLING.search(text[max(start, end - 8) : end]) and (in_lists or not (item and following)):
            found.append(end)
        start = end
    return found


# ── Full stops ───────────────────────────────────────────────────────────────


def _stops(text: str) -> Iterator[int]:
    for match in _STOP.finditer(text):
        end = match.end()
        gap = _gap(text, end)
        behind = text[end + len(gap) : end + len(gap) + 16]
        goes_on = not _starts(behind) or _held_together(text, match, behind)
        if not behind or _blank_line(gap) or not goes_on:
            yield end


def _gap(text: str, at: int) -> str:
    end = at
    while end < len(text) and text[end].isspace():
        end += 1
    return text[at:end]


def _blank_line(gap: str) -> bool:
    return gap.count("\n") > 1


def _starts(behind: str) -> bool:
    """Whether a new sentence may begin so: no small letter, no comma, no dash."""
    if _STARTS_WITH_URL.match(behind):
        return True
    first = behind.lstrip(_OPENERS)[:1]
    if not first:
        return False
    if behind[0] in "#@":
        return first.isalnum()
    return first.isdigit() or first.isupper() or (first.isalpha() and not first.islower()) or first > "\u2190"


def _held_together(text: str, stop: re.Match[str], behind: str) -> bool:
    """Whether the mark belongs to an abbreviation, a number or a name, and the sentence goes on."""
    before = text[max(0, stop.start() - 24) : stop.start()]
    if stop[0] == "!":
        return _LOUD_NAMES.search(before) is not None
    if stop[0] != ".":
        return False
    line = before.rpartition("\n")[2]
    if (len(line) < len(before) or len(before) < 24) and _BEHIND_LINE_START.match(line):
        return True
    word = _LAST_WORD.search(before)
    if word is None or not (word.start() == 0 or before[word.start() - 1] in _BEFORE_WORDS):
        return False
    return _abbreviates(word[0].lstrip("./'’-"), before[: word.start()], behind)


def _abbreviates(word: str, before: str, behind: str) -> bool:
    small = word.lower()
    if small in _BEFORE_NAMES or (len(word) == 1 and word.isalpha()) or _SMALL.fullmatch(word):
        return True
    if small in _BEFORE_NUMBERS:
        return _NUMBER.match(behind) is not None
    if _CAPITALS.fullmatch(word):
        degree = any(len(piece) > 1 for piece in word.split(".")) or _BEHIND_NAME.search(before)
        return _MORE_CAPITALS.match(behind) is not None if degree else True
    return False


# ── Lines ────────────────────────────────────────────────────────────────────


def _line_ends(text: str) -> Iterator[int]:
    lines = list(_LINE.finditer(text))
    for at, line in enumerate(lines):
        written = line[0].rstrip()
        if not written.strip():
            continue
        after = lines[at + 1] if at + 1 < len(lines) else None
        alone = after is None or _blank_line(text[line.end() : after.start()]) or not after[0].strip()
        if alone or (after is not None and _new_line(text, written, after)):
            yield line.start() + len(written)


def _new_line(text: str, written: str, after: re.Match[str]) -> bool:
    """Whether the next line is a new one for its reader, too."""
    if _is_item(text, after.start()):
        return True
    following = after[0].strip()
    if _ITEM.match(written):
        return bool(following) and not following[0].islower()
    if len(written.strip()) >= _WRAPPED:
        return written.endswith(":")
    last = _LAST_WORD.search(written[:-1]) if written.endswith(".") else None
    if last is not None and _abbreviates(last[0], written[: last.start()], following[:16]):
        return False
    return _starts(following[:16])


def _is_item(text: str, at: int) -> bool:
    """Whether the next line that has anything in it is an item of a list."""
    start = at + len(_gap(text, at))
    begins = text.rfind("\n", max(0, start - 80), start) + 1
    return not text[begins:start].strip() and _ITEM.match(text, start) is not None


# ── Quotations ───────────────────────────────────────────────────────────────


def _outside_quotes(text: str, found: list[int]) -> list[int]:
    """What closes nowhere in its paragraph holds nothing together."""
    inside: set[int] = set()
    for paragraph in _PARAGRAPH.finditer(text):
        low, high = bisect_left(found, paragraph.start()), bisect_right(found, paragraph.end())
        if high - low < 2:
            continue
        for quote in _QUOTED.finditer(text, paragraph.start(), paragraph.end()):
            low = bisect_right(found, quote.start())
            inside.update(found[low : bisect_left(found, quote.end())])
    return [end for end in found if end not in inside] if inside else found
