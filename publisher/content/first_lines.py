"""Plain first lines (`Terbit: …`, `Kanal: IG, FB`) up to a blank line: facts for those who know no YAML.

Announcements open with lines of the same form (`Tempat: …`, `Waktu: …`), so a block is facts only if
something in it can hardly be anything else; then every line of it must be understood. In doubt it is an
error: no fact is ever published as text, and no text is ever taken for a fact. docs/writing-posts.md
has the rule in words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from connectors import registry
from connectors.contract import Json
from publisher.content import days, focus, vocabulary
from publisher.content.habits import MEDIA
from publisher.durations import parse_moment

UNSEEN = " \t\u00a0\u200b\u200e\u200f\u2060\ufeff"
"""White space, and what takes no room at all: neither may hide anything from us."""

# A key may be bold, as WhatsApp writes it: *Terbit:* …; and an item of a list, as some put everything.
_LINE = re.compile(
    r"(?P<item>[-–•·▪*][ \t\u00a0]+)?"
    r"[*_]{0,2}(?P<key>[^\W\d_][\w ./&'()-]{0,40}?)[*_]{0,2}[ \t\u00a0]*[:：](?!//)[*_]{0,2}(?P<value>.*)"
)
_SPACE = re.compile(r"[ \t\u00a0]+")
_PICTURE = re.compile(rf".+\.(?:{'|'.join(sorted({*MEDIA, 'svg', 'pdf', 'psd', 'eps'}))})", re.IGNORECASE)
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
_DAY = re.compile(days.DAY, re.IGNORECASE)
_CLOCK = re.compile(r"[0-9]{1,2}[:.][0-9]{2}")
_ONLY_DAY = re.compile(rf"{days.LEAD}{days.DAY}", re.IGNORECASE)
_ONLY_CLOCK = re.compile(
    r"(?:(?:pukul|jam|pkl?\.?|at)[ ]*)?[0-9]{1,2}[:.][0-9]{2}(?:[ ]*WI[BT]A?)?\.?", re.IGNORECASE
)
_FLAGS = frozenset({"ya", "iya", "tidak", "yes", "no", "true", "false"})
_TIMES = frozenset({"publish_at", "publish_after", "publish_before"})
# Words for the same thing that are no keys, because a body may well begin with them.
_NEARLY: Mapping[str, str] = {
    "tayang": "Terbit",
    "jadwal_tayang": "Terbit",
    "waktu_tayang": "Terbit",
    "posting": "Terbit",
    "jadwal_posting": "Terbit",
    "unggah": "Terbit",
    "jadwal_unggah": "Terbit",
    "post_at": "Publish",
    "schedule": "Publish",
    "platform": "Kanal",
    "media_sosial": "Kanal",
    "medsos": "Kanal",
}
_NEARLY_BY_BEGINNING = {
    "terbit": "Terbit",
    "terbitkan": "Terbit",
    "diterbitkan": "Terbit",
    "publish": "Publish",
}
"""Likewise `Terbit untuk umum: …`, with a day and an hour behind it."""


class WrongLine(Exception):
    """A first line that may be neither fact nor text: a code, its line (from 1) and the values."""

    def __init__(self, code: str, line: int, **values: Json) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.values = values


@dataclass
class FirstLines:
    """Facts as written by key, their lines, how each key was written; and the text below them."""

    body: str
    body_line: int
    facts: dict[str, str] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    written: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Line:
    """One line of a block: without `word` it has not the form of a fact, without `key` no known word.

    Attributes:
        item: it is an item of a list, which texts have as well.
    """

    text: str
    number: int
    word: str | None = None
    value: str = ""
    key: str | None = None
    item: bool = False


def read(text: str, line: int) -> FirstLines | None:
    """The facts that a text opens with; None: it opens with none.

    Args:
        text: not beginning with white space.
        line: at which it begins.

    Raises:
        WrongLine: its first lines are meant as facts and cannot be taken as such.
    """
    if ":" not in text and "：" not in text:
        _refuse_without_colon(text.partition("\n")[0], line)
        return None
    lines = text.split("\n")
    block = list(_block(lines, line))
    if not _is_facts(block):
        _refuse_without_colon(lines[0], line)
        return None
    found = FirstLines("\n".join(lines[len(block) :]), line + len(block))
    for each in block:
        _take(each, found)
    _refuse_more(lines[len(block) :], found.body_line)
    return found


def stray(body: str, line: int) -> Iterator[tuple[int, str, bool]]:
    """Lines of a body that look like facts at the wrong place: (line, text, whether it surely is one).

    Surely: its paragraph holds nothing else, and is no list, such as the rules of a contest.
    """
    if ":" not in body or not _KEYED.search(body):
        return
    paragraph: list[_Line] = []
    for number, text in enumerate([*body.split("\n"), ""], line):
        if text.strip(UNSEEN):
            paragraph.append(_parsed(text, number))
            continue
        alone = all(each.key and not each.item for each in paragraph)
        yield from ((each.number, each.text.strip(UNSEEN), alone) for each in paragraph if _is_plain(each))
        paragraph = []


_KEYED = re.compile(
    r"^\W{0,4}(?:terbit|jadwal terbit|waktu terbit|publish|kanal|channel|tagar|hashtag|hestek)",
    re.IGNORECASE | re.MULTILINE,
)


# ── What a line says ─────────────────────────────────────────────────────────


def _block(lines: list[str], first: int) -> Iterator[_Line]:
    for number, line in enumerate(lines, first):
        if not line.strip(UNSEEN):
            return
        yield _parsed(line, number)


def _parsed(text: str, number: int) -> _Line:
    match = _LINE.fullmatch(text.strip(UNSEEN))
    if not match:
        return _Line(text, number)
    word, value = _SPACE.sub(" ", match["key"]).strip(), match["value"].strip(UNSEEN)
    if not match["item"] and text.lstrip(UNSEEN).startswith("*"):
        value = value.removesuffix("*").rstrip() if value.count("*") == 1 else value
    return _Line(text, number, word, value, vocabulary.key_of(word), bool(match["item"]))


def _is_facts(block: list[_Line]) -> bool:
    """Whether a block that a text opens with is meant as facts."""
    head = [each for each in block[: _prose_from(block)] if each.word]
    if any(_is_certain(each) for each in head) or any(_is_plain(each) for each in block):
        return True
    opener = block[0].key in _OPENERS and not block[0].item
    return len(head) == len(block) and opener and all(each.key for each in block)


def _prose_from(block: list[_Line]) -> int:
    return next((place for place, each in enumerate(block) if each.word is None), len(block))


_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)

_OPENERS = frozenset({"title", "link"})
"""Alone, or with other known keys, these are facts; among unknown ones they belong to an announcement."""


def _is_certain(line: _Line) -> bool:
    """Whether no text would open like this: the key alone tells, or the key and the kind of its value."""
    key, value = line.key, line.value
    if line.item:
        return _is_plain(line)
    if key is None:
        return _meant(line) is not None
    if key in _BY_VALUE:
        return _BY_VALUE[key](value)
    if key.startswith("focus"):
        return focus.is_meant(value)
    if key.startswith("photo_"):
        return not _ADDRESS.match(value)  # "Video 1: https://…" is a list of links, and nothing that is seen
    if key in _BY_KEY:
        return True
    return key not in vocabulary.KEYS and _is_option(value)


def _is_plain(line: _Line) -> bool:
    """Whether key and value together say so, even after a sentence: a time to publish at, platforms, tags."""
    if line.key in _TIMES:
        return bool(_DAY.search(line.value))
    if line.key == "channels":
        return _all_platforms(line.value)
    return line.key == "hashtags" and line.value.startswith("#")


def _all_platforms(value: str) -> bool:
    words = re.split(r"\s*(?:[,;&/]|\s(?:dan|and)\s)\s*", value.strip(" ."))
    return all(vocabulary.platform_of(word) for word in words)


def _is_option(value: str) -> bool:
    """Of `X: utas`: short words, of which one is known as an option or a placement, if only nearly."""
    words = [vocabulary.plain(word) for word in value.split(",")]
    known = _option_words()
    return any(word in known or vocabulary.misspelt(word, known) for word in words)


@cache
def _option_words() -> Mapping[str, str]:
    """What may stand behind the name of any platform → itself."""
    rooms = registry.rooms()
    words = {*vocabulary.OPTIONS, *vocabulary.PLACEMENTS}
    words.update(word for room in rooms for word in room.placements)
    words.update(option.name for room in rooms for option in room.options if option.kind == "bool")
    return {word: word for word in words}


def _is_moment(value: str) -> bool:
    try:
        parse_moment(value)
    except ValueError:
        return False
    return True


def _is_flag(value: str) -> bool:
    return value.lower().strip(" .!") in _FLAGS


_BY_KEY = frozenset({*_TIMES, "channels", "hashtags", "draft", "grace"})
_SURE_WORDS = {word: key for word, key in vocabulary.KEYS.items() if key in _BY_KEY}
_BY_VALUE: Mapping[str, Callable[[str], bool]] = {
    "urgent": _is_flag,
    "repeat": _is_flag,
    "sample": _is_flag,
    "card": lambda value: bool(_NAME.fullmatch(value)),
    "fit": lambda value: value.lower() in vocabulary.FITS,
    "background": lambda value: vocabulary.is_background(value.lower()),
    "media": lambda value: bool(_PICTURE.fullmatch(value)),
    "cover": lambda value: bool(_PICTURE.fullmatch(value)) or _is_moment(value),
}


def _meant(line: _Line) -> str | None:
    """The key that an unknown word was probably meant to be: a slip of the finger, or a word beside it."""
    assert line.word is not None  # noqa: S101 - asked of lines with a word only
    word = vocabulary.plain(line.word)
    near = _NEARLY.get(word) or _NEARLY_BY_BEGINNING.get(word.partition("_")[0])
    if near in {"Terbit", "Publish"} and _DAY.search(line.value) and _CLOCK.search(line.value):
        return near
    if near == "Kanal" and _all_platforms(line.value):
        return near
    slip = vocabulary.misspelt(
        line.word, {word: key for word, key in vocabulary.KEYS.items() if key in _BY_KEY}
    )
    return slip.replace("_", " ").capitalize() if slip else None


# ── Taking them ──────────────────────────────────────────────────────────────


def _take(line: _Line, found: FirstLines) -> None:
    shown = line.text.strip(UNSEEN)[:60]
    if line.word is None:
        raise WrongLine("content.first_line", line.number, text=shown)
    if line.key is None:
        meant = _meant(line) or _alike(line.word)
        code = "content.first_key_meant" if meant else "content.first_key"
        raise WrongLine(code, line.number, key=line.word, text=shown, **({"meant": meant} if meant else {}))
    if line.key == "media" and not _PICTURE.fullmatch(line.value):
        raise WrongLine("content.first_photo", line.number, text=shown)
    if line.key in found.facts and (whole := _day_and_clock(found.facts[line.key], line)):
        found.facts[line.key] = whole
        return
    if line.key in found.facts:
        first = found.lines[line.key]
        raise WrongLine(
            "content.key_twice", line.number, key=line.word, other=found.written[line.key], first=first
        )
    if not line.value:
        raise WrongLine("content.first_empty", line.number, key=line.word)
    found.facts[line.key] = line.value
    found.lines[line.key] = line.number
    found.written[line.key] = line.word


def _day_and_clock(said: str, line: _Line) -> str | None:
    """The whole time, where `Tanggal terbit:` and `Jam terbit:` each say one half of it."""
    if line.key not in _TIMES:
        return None
    for one, other in ((said, line.value), (line.value, said)):
        if _ONLY_DAY.fullmatch(one.rstrip(" .,")) and _ONLY_CLOCK.fullmatch(other):
            return f"{one.rstrip(' .,')} {other}"
    return None


def _alike(word: str) -> str | None:
    from difflib import get_close_matches

    near = get_close_matches(vocabulary.plain(word), list(vocabulary.KEYS), n=1, cutoff=0.7)
    return near[0].replace("_", " ").capitalize() if near else None


def _refuse_without_colon(text: str, number: int) -> None:
    """`Terbit 24 November 2026 08.00`, `Terbit = …` and `Kanal IG, FB`: facts that lack their colon."""
    word, _, value = text.strip(UNSEEN).partition(" ")
    key = vocabulary.KEYS.get(word.lower())
    if key not in _TIMES and key != "channels":
        return
    value = _NO_COLON.sub("", value.strip(UNSEEN))
    whole_time = key in _TIMES and _DAY.match(value) and _CLOCK.search(value[-12:])
    if whole_time or (key == "channels" and _all_platforms(value)):
        raise WrongLine("content.first_colon", number, key=word, text=text.strip(UNSEEN)[:60])


_NO_COLON = re.compile(rf"\A(?:[=>–—-]+|pada\b)?[ ]*{days.LEAD}", re.IGNORECASE)


def _refuse_more(lines: list[str], first: int) -> None:
    """A second block of facts right below the blank line."""
    skipped = next((place for place, line in enumerate(lines) if line.strip(UNSEEN)), len(lines))
    block = list(_block(lines[skipped:], first + skipped))
    if block and all(each.key for each in block) and any(_is_fact(each) for each in block):
        raise WrongLine("content.first_gap", block[0].number, text=block[0].text.strip(UNSEEN)[:60])


def _is_fact(line: _Line) -> bool:
    return line.key in _OPENERS or _is_certain(line)
