"""Whether what is to go out has gone out there already, or nearly so. Pure; for new and edited posts.

What differs only in numbers, dates, links or (in short texts) names is another announcement in the same
form: "Jadwal imunisasi 3 November" and "… 10 November" are both meant. What differs in a few words is not.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cached_property

from connectors.contract import Json, PartKind, Rendition
from publisher.recipe import sources

AGAIN_AFTER = timedelta(days=30)
"""The very same may go out again on an account when so much time lies between."""
LOOK_BACK = timedelta(days=90)
"""What lies further apart may look alike: the same greeting every year is no mistake."""

SHORT = 40
"""Characters; a shorter text is alike only if it is the same: in three words each one counts."""
CHANGED = 0.08
"""Share of the words of both texts that may be others."""
ADDED = 0.20
"""The same, where all of the one stands in the other: a paragraph more."""
RENAMED = 0.03
"""The same, where names are exchanged for others: two villages, one form of words."""
HOPELESS = 0.25
"""From this share on no spelling mistakes can explain it."""
SHARED = 3
"""How many of the rarer words two texts have in common at least that are worth comparing."""
MISSPELT = 75
"""Percent; words as alike as this are one word, written in two ways."""


# ── What a text says ─────────────────────────────────────────────────────────

_MONTHS = {
    name: f"month {number}"
    for number, names in enumerate(
        (
            "januari january jan",
            "februari february pebruari feb",
            "maret march mar",
            "april apr",
            "mei may",
            "juni june jun",
            "juli july jul",
            "agustus august agu ags agt aug",
            "september sept sep",
            "oktober october okt oct",
            "november nopember nov nop",
            "desember december des dec",
        ),
        1,
    )
    for name in names.split()
}
_DAYS = {
    name: f"day {number}"
    for number, names in enumerate(
        (
            "senin monday",
            "selasa tuesday",
            "rabu wednesday",
            "kamis thursday",
            "jumat jum'at friday",
            "sabtu saturday",
            "minggu ahad sunday",
        ),
        1,
    )
    for name in names.split()
}
_NAMED = _MONTHS | _DAYS

_URL = re.compile(
    r"(?:https?://|www\.)\S+|\b[a-z0-9-]+(?:\.[a-z0-9-]+)*\.(?:id|com|org|net|gov|ly)\b(?:/\S*)?", re.I
)
_NUMERIC_DATE = re.compile(r"\b(\d{1,2})[/-](\d{1,2})[/-](\d{2,4})\b")
_TOKEN = re.compile(r"\d+|[^\W\d_]+(?:['’][^\W\d_]+)*")
_THREAD_NUMBER = re.compile(r"\s*\d+/\d+\s*$")
_HASHTAG = re.compile(r"#\w+")
_SENTENCE_END = re.compile(r"[.!?…:;\n•–-]\W*$")


@dataclass(frozen=True)
class Words:
    """What a rendition says, taken apart.

    Attributes:
        length: in characters, without links, hashtags and blanks around.
        words: of the running text, in small letters.
        facts: numbers, months, days of the week, links: what makes one announcement another.
        names: words of `words` that are written as names somewhere within a sentence.
        media: the sources shown, of all parts.
    """

    length: int
    words: Counter[str]
    facts: Counter[str]
    names: frozenset[str]
    media: tuple[str, ...]

    @cached_property
    def size(self) -> int:
        """How many words and facts there are."""
        return self.words.total() + self.facts.total()


def words_of(rendition: Rendition) -> Words:
    """What a rendition says: all its parts together, without the numbering of a thread."""
    texts = [_own_words(part.text, part.kind, len(rendition.parts)) for part in rendition.parts]
    links = [part.link for part in rendition.parts if part.link]
    media = tuple(source for part in rendition.parts for media in part.media for source in sources(media))
    return _taken_apart("\n".join([*texts, *links]), media)


def _own_words(text: str, kind: PartKind, parts: int) -> str:
    numbered = parts > 1 and kind is not PartKind.COMMENT
    return _THREAD_NUMBER.sub("", text) if numbered else text


def _taken_apart(text: str, media: tuple[str, ...]) -> Words:
    # NFKC: the bold letters that some write are the letters they look like.
    text = unicodedata.normalize("NFKC", text).replace("’", "'")
    facts = Counter(_address(found[0]) for found in _URL.finditer(text))
    text = _HASHTAG.sub(" ", _URL.sub(" ", text)) if _HASHTAG.sub("", _URL.sub("", text)).strip() else text
    text = _NUMERIC_DATE.sub(_spelt_out, text)
    words: Counter[str] = Counter()
    names = set()
    for found in _TOKEN.finditer(text):
        token = found[0]
        small = token.casefold()
        if token.isdecimal():
            facts[token.lstrip("0") or "0"] += 1
        elif small in _NAMED:
            facts[_NAMED[small]] += 1
        else:
            words[small] += 1
            if token[0].isupper() and token[1:].islower() and _within_a_sentence(text, found.start()):
                names.add(small)
    return Words(len(" ".join(text.split())), words, facts, frozenset(names), media)


def _address(url: str) -> str:
    """A link without what changes nothing: its scheme, `www.`, a question behind it, punctuation."""
    bare = re.sub(r"^(?:https?://)?(?:www\.)?", "", url.casefold())
    return re.split(r"[?#]", bare)[0].rstrip("/.,;:!)”\"'")


def _spelt_out(date: re.Match[str]) -> str:
    """`24/11/2026` as `24 november 2026`; what is no date stays."""
    names = {value: name for name, value in reversed(_MONTHS.items())}
    month = names.get(f"month {int(date[2])}")
    return f"{date[1]} {month} {date[3]}" if month else date[0]


def _within_a_sentence(text: str, at: int) -> bool:
    before = text[max(0, at - 8) : at]
    return bool(before.strip()) and not _SENTENCE_END.search(before)


# ── Alike or not ─────────────────────────────────────────────────────────────


class Likeness(StrEnum):
    """How like two posts are."""

    SAME = "same"
    ALIKE = "alike"


def likeness(one: Words, other: Words) -> Likeness | None:
    """Whether two posts say the same, or nearly the same; None: they are two announcements."""
    if one.size == 0 and other.size == 0:
        return Likeness.SAME if one.media and one.media == other.media else None
    same_words = one.words == other.words and one.facts == other.facts
    if min(one.length, other.length) < SHORT:
        # "Selamat pagi, Natuna!" with another picture every day: there the picture is what is said.
        other_picture = bool(one.media and other.media) and one.media != other.media
        return Likeness.SAME if same_words and not other_picture else None
    if same_words:
        return Likeness.SAME
    return Likeness.ALIKE if _alike(one, other) else None


def _alike(one: Words, other: Words) -> bool:
    if one.facts - other.facts and other.facts - one.facts:
        return False
    size = one.size + other.size
    here, there = one.words - other.words, other.words - one.words
    added = (one.facts - other.facts).total() + (other.facts - one.facts).total()
    if here.total() + there.total() + added > HOPELESS * size:
        return False
    here, there = _without_misspellings(here, there)
    changed = (here.total() + there.total() + added) / size
    if not here or not there:
        return changed <= ADDED
    renamed = not one.names.isdisjoint(here) and not other.names.isdisjoint(there)
    return changed <= (RENAMED if renamed else CHANGED)


def _without_misspellings(here: Counter[str], there: Counter[str]) -> tuple[Counter[str], Counter[str]]:
    """What is left when words that differ in a letter or two are paired off."""
    if not here or not there:
        return here, there
    from rapidfuzz import fuzz, process  # only where there is something to compare

    left, right = Counter(here), list(there.elements())
    for word in here.elements():
        found = process.extractOne(word, right, scorer=fuzz.ratio, score_cutoff=MISSPELT)
        if found is not None:
            left[word] -= 1
            right.pop(found[2])
    return +left, Counter(right)


# ── Among many ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Standing:
    """A post that stands on an account, or is about to, as far as others may be like it.

    Attributes:
        at: when it was published, or is due; aware, UTC.
        out: whether it was published, or may have been.
        url: where it can be seen.
    """

    post_id: str
    path: str
    account: str
    words: Words
    at: datetime
    out: bool
    url: str | None = None


class Shelf:
    """What stands, so arranged that a text is compared only with those that may be like it.

    Two posts of which each has a fact that the other lacks are two announcements: so what has facts is
    looked for by its rarest one. Where that cannot decide, words do: two texts that are nearly the same
    have three fifths of the words of each in common (HOPELESS), so they share some among the rarer two
    fifths and a few more; most others do not.

    Args:
        standing: what others are compared with.
        to_come: the words of those; they too say which words are rare.
    """

    def __init__(self, standing: Iterable[Standing], to_come: Iterable[Words] = ()) -> None:
        found = list(standing)
        self._often: Counter[str] = Counter()
        self._facts_often: Counter[str] = Counter()
        for words in (*(each.words for each in found), *to_come):
            self._often.update(words.words.keys())
            self._facts_often.update(words.facts.keys())
        self._all: list[Standing] = []
        self._by_word: dict[tuple[str, bool, str], list[int]] = {}
        self._by_fact: dict[tuple[str, str], list[int]] = {}
        self._by_rarest_fact: dict[tuple[str, str], list[int]] = {}
        for each in found:
            self.add(each)

    def add(self, each: Standing) -> None:
        """Put one more on it."""
        place, facts = len(self._all), each.words.facts
        for word in self._rare(each.words):
            self._by_word.setdefault((each.account, bool(facts), word), []).append(place)
        for fact in facts:
            self._by_fact.setdefault((each.account, fact), []).append(place)
        if facts:
            self._by_rarest_fact.setdefault((each.account, self._rarest(facts)), []).append(place)
        self._all.append(each)

    def like(self, this: Standing) -> Iterator[tuple[Standing, Likeness]]:
        """Those of other posts on the same account that are like it."""
        for place in sorted(self._candidates(this)):
            each = self._all[place]
            if each.post_id != this.post_id and _comparable(each.words, this.words):
                found = likeness(this.words, each.words)
                if found is not None:
                    yield each, found

    def _candidates(self, this: Standing) -> set[int]:
        """Those with all its facts, those whose facts it has all, those without facts that share words."""
        facts = this.words.facts
        if not facts:
            return self._sharing(this, with_facts=True) | self._sharing(this, with_facts=False)
        found = set(self._by_fact.get((this.account, self._rarest(facts)), ()))
        for fact in facts:
            found.update(self._by_rarest_fact.get((this.account, fact), ()))
        return found | self._sharing(this, with_facts=False)

    def _sharing(self, this: Standing, *, with_facts: bool) -> set[int]:
        rare = self._rare(this.words)
        shared: Counter[int] = Counter()
        for word in rare:
            shared.update(self._by_word.get((this.account, with_facts, word), ()))
        return {place for place, count in shared.items() if count >= min(SHARED, len(rare))}

    def _rare(self, words: Words) -> Sequence[str]:
        ordered = sorted(words.words, key=lambda word: (self._often[word], word))
        return ordered[: len(ordered) * 2 // 5 + SHARED] or [_NONE]

    def _rarest(self, facts: Counter[str]) -> str:
        return min(facts, key=lambda fact: (self._facts_often[fact], fact))


def _comparable(one: Words, other: Words) -> bool:
    """Whether most of their words are the same."""
    size = one.words.total() + other.words.total()
    return len(one.words.keys() ^ other.words.keys()) <= HOPELESS * size + 1


_NONE = ""
"""Stands for the rare words of what has none."""


# ── What follows from it ─────────────────────────────────────────────────────


class Verdict(StrEnum):
    """What is to become of a post that has a double, worst first; the values are message ids."""

    REPEATED = "plan.repeated"
    SAME_OUT = "plan.looks_published"
    SAME_BOOKED = "plan.looks_booked"
    ALIKE_OUT = "plan.resembles_published"
    ALIKE_BOOKED = "plan.resembles_booked"
    COPIED = "plan.copied"

    @property
    def stops(self) -> bool:
        """Whether it is an error, and nothing is booked; else it is booked held."""
        return self is Verdict.REPEATED


@dataclass(frozen=True, slots=True)
class Double:
    """Another post that says the same on an account, and what follows from it.

    Attributes:
        other: its path in content/.
        at, url: when it was published there, or is due, and where it can be seen; None: not at all.
    """

    verdict: Verdict
    other: str
    at: datetime | None = None
    url: str | None = None


def judged(this: Standing, shelf: Shelf, copy_of: str | None = None) -> Double | None:
    """The worst that a post's doubles on an account mean for it; None: it has none that matter.

    Args:
        this: with `at` as the time it would go out.
        copy_of: path of another post that is there too, with the very same bytes. Somebody begins the
            next post with a copy, or copied by mistake: nothing of it was changed yet.
    """
    if copy_of is not None:
        return Double(Verdict.COPIED, copy_of)
    order = list(Verdict)
    return min(
        (double for other, how in shelf.like(this) if (double := _judged(this, other, how)) is not None),
        key=lambda double: (order.index(double.verdict), abs(this.at - (double.at or this.at))),
        default=None,
    )


def _judged(this: Standing, other: Standing, how: Likeness) -> Double | None:
    apart = abs(this.at - other.at)
    if apart > LOOK_BACK:
        return None
    if how is Likeness.ALIKE:
        verdict = Verdict.ALIKE_OUT if other.out else Verdict.ALIKE_BOOKED
    elif other.out and apart <= AGAIN_AFTER and this.words.media == other.words.media:
        verdict = Verdict.REPEATED
    else:
        verdict = Verdict.SAME_OUT if other.out else Verdict.SAME_BOOKED
    return Double(verdict, other.path, other.at, other.url)


def told(double: Double, post: str, zone: str) -> dict[str, Json]:
    """What fills the message of a double.

    Args:
        post: path of the one it is the double of.
        zone: IANA name.
    """
    told: dict[str, Json] = {"other": double.other, "post": post, "zone": zone, "url": double.url or ""}
    return told if double.at is None else {**told, "at": double.at.isoformat()}
