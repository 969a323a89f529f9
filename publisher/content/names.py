"""Time and title in the name of a post's file or folder: `2026-11-24 08.00 Gotong royong`.

A name is a place to file things first: it says something only if it begins with a whole date. What the
text says wins over it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import NamedTuple
from zoneinfo import ZoneInfo

from connectors.contract import Json, Severity
from publisher.content import days, habits
from publisher.content.facts import Facts
from publisher.content.text import Draft, Note
from publisher.content.values import ZONE_NAMES
from publisher.model import LocalTime

# 20261124, as cameras and filing systems write a day; eight figures that are no day are a number.
_COMPACT = re.compile(r"((?:19|20)[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])(?=[_ T.,-]|$)")
_DAY_INSIDE = re.compile(rf"(?<![^\W_]){days.DAY}(?![^\W_])", re.IGNORECASE)
_SIX = re.compile(r"([0-9]{2})([0-9]{2})([0-9]{2})(?=[_ .,-]|$)")
_SPAN = re.compile(r"[ ]*(?:[-–—]|s\.?d\.?|s/d|sampai|hingga|to)[ ]*[0-9]{1,2}[.:][0-9]{2}", re.IGNORECASE)
_NAME = re.compile(rf"{days.DAY}(?P<rest>.*)", re.IGNORECASE | re.DOTALL)
# 08.00 anywhere; 0800 only after _ or T, or if it begins with a nought: "1708" and "2000 bibit" are numbers.
_TIME = re.compile(
    r"[ _,-]*(?:(?:pukul|jam|pkl?\.?|at)[ _]*)?(?P<hour>[0-9]{1,2})[.:](?P<minute>[0-9]{2})(?![0-9.:])"
    r"|[_T](?P<hour2>[0-9]{2})(?P<minute2>[0-9]{2})(?![0-9])"
    r"|[ ,-]+(?P<hour3>0[0-9])(?P<minute3>[0-9]{2})(?![0-9])",
    re.IGNORECASE,
)
_ZONE = re.compile(r"[ _,(-]*(?P<zone>WIB|WITA|WIT|UTC)\b\)?")
_NEARLY_TIME = re.compile(
    r"[ _,T-]*(?:(?:pukul|jam|pkl?\.?)[ _]*[0-9]|(?:[01]?[0-9]|2[0-3])[-_ h][0-5][0-9](?![0-9])(?:[ _-]|$))",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"[ ,-]+(?:1[0-9]|2[0-3])[0-5][0-9](?![0-9])")
# What Windows and people add to a name that means nothing to readers.
_COPY = re.compile(r"(?:[ _]*-[ _]*(?:Salin(?:an)?|Copy)|[ _]*\([0-9]+\))+$", re.IGNORECASE)
_WORKING = re.compile(
    r"\b(?:final|rev(?:isi|ised)?|draft?|konsep|fix|v(?=[ ._-]*[0-9]))[ ._-]*[0-9]*$", re.IGNORECASE
)
_SUFFIX = re.compile(r"\.(?:md|txt|docx?)$", re.IGNORECASE)


class NameFacts(NamedTuple):
    """What a name says.

    Attributes:
        name: the file or folder name itself.
        at: with a time of day: due then; without: `day_only`, not before that day begins.
        title: empty if there is none, or only a name for the file (`gotong-royong`).
        wrong: (code, severity, values) of what is not right.
    """

    name: str
    at: LocalTime | None = None
    day_only: bool = False
    title: str = ""
    wrong: tuple[tuple[str, Severity, dict[str, Json]], ...] = ()


def facts_of_name(path: str, zone: str) -> NameFacts:
    """What the last piece of a post's path says; touches nothing.

    Args:
        path: of a file or folder, with forward slashes.
        zone: IANA name of the zone of a time that names none.
    """
    name = _SUFFIX.sub("", path.rpartition("/")[2])
    match = _NAME.fullmatch(_COMPACT.sub(r"\1-\2-\3", name, count=1) if _COMPACT.match(name) else name)
    if not match:
        return NameFacts(name, wrong=tuple(_not_in_front(name)))
    try:
        day = days.day_of(match)
    except days.WrongDay as wrong:
        values = {"name": name, **{key: value for key, value in wrong.values.items() if key != "words"}}
        code = wrong.code.replace("content.", "content.name_")
        return NameFacts(name, wrong=((code, Severity.ERROR, values),))
    return _after_day(_Reading(name, day, match["rest"], zone))


def _not_in_front(name: str) -> Iterator[tuple[str, Severity, dict[str, Json]]]:
    """A day that stands elsewhere than in front, or in six figures (241126), is not read; worth a word."""
    if habits.conflict_of(name):
        return  # its day is the program's
    six = _SIX.match(name)
    if (six and 1 <= int(six[2]) <= 12) or _DAY_INSIDE.search(name):
        yield "content.name_day_unread", Severity.NOTICE, {"name": name}


@dataclass
class _Reading:
    """A name of which the day is read."""

    name: str
    day: date
    rest: str
    zone: str


def _after_day(reading: _Reading) -> NameFacts:
    name, rest = reading.name, reading.rest
    match = _TIME.match(rest)
    if match is None:
        if _NEARLY_TIME.match(rest):
            return NameFacts(name, wrong=(("content.name_time", Severity.ERROR, {"name": name}),))
        wrong = (("content.name_number", Severity.WARNING, {"name": name}),) if _NUMBER.match(rest) else ()
        begins = LocalTime(datetime.combine(reading.day, time()), reading.zone)
        return _titled(NameFacts(name, begins, True, "", wrong), rest)
    hour = match["hour"] or match["hour2"] or match["hour3"]
    minute = match["minute"] or match["minute2"] or match["minute3"]
    try:
        moment = time(int(hour), int(minute))
    except ValueError:
        return NameFacts(name, wrong=(("content.name_time", Severity.ERROR, {"name": name}),))
    rest = rest[match.end() :]
    if _SPAN.match(rest):
        return NameFacts(name, wrong=(("content.name_span", Severity.ERROR, {"name": name}),))
    if zone := _ZONE.match(rest):
        rest = rest[zone.end() :]
    at = LocalTime(datetime.combine(reading.day, moment), ZONE_NAMES[zone["zone"]] if zone else reading.zone)
    return _titled(NameFacts(name, at), rest)


def _titled(found: NameFacts, rest: str) -> NameFacts:
    machine = rest.startswith(("_", "-")) and " " not in rest.strip()
    title = _COPY.sub("", rest).strip(" _-–—,.")
    if "_" in title and " " not in title:
        title = title.replace("_", " ")
    if not title or (machine and title == title.lower()):
        return found  # gotong-royong: the name of the file, not of the post
    wrong = found.wrong
    if _WORKING.search(title):
        wrong = (*wrong, ("content.name_working", Severity.WARNING, {"name": found.name, "title": title}))
    return found._replace(title=title, wrong=wrong)


# ── Beside what the text says ────────────────────────────────────────────────


def add_names(facts: Facts, draft: Draft, paths: Sequence[str], zone: str) -> list[Note]:
    """Put what names say where the text says nothing; gives what is wrong, or disagrees.

    Args:
        paths: of the post, then of its text if that is another; the first that says something counts.
    """
    found = [facts_of_name(path, zone) for path in dict.fromkeys(paths)]
    notes: list[Note] = [
        (code, severity, None, values) for each in found for code, severity, values in each.wrong
    ]
    timed = [each for each in found if each.at is not None]
    if timed:
        notes.extend(_add_time(facts, draft, timed))
    title = next((each for each in found if each.title), None)
    if title is not None and draft.title is None and "title" not in draft.facts:
        facts.values["title"] = title.title
    elif title is not None:
        notes = [note for note in notes if note[0] != "content.name_working"]
    return notes


def _add_time(facts: Facts, draft: Draft, timed: list[NameFacts]) -> list[Note]:
    first, *others = timed
    for other in others:
        if (other.at, other.day_only) != (first.at, first.day_only):
            return [("content.names_differ", Severity.ERROR, None, {"name": first.name, "other": other.name})]
    for key in ("publish_at", "publish_after"):
        if key in draft.facts and (key == "publish_at" or not _fits(first, facts.values.get(key))):
            return _compared(first, key, facts.values.get(key), draft)
    before = facts.values.get("publish_before")
    if before is not None and _instant(first) > before.wall.replace(tzinfo=ZoneInfo(before.zone)):
        values: dict[str, Json] = {"name": first.name, "value": _written(before)}
        return [("content.name_too_late", Severity.ERROR, draft.line("publish_before"), values)]
    if "publish_after" not in draft.facts or not first.day_only:
        facts.values["publish_after" if first.day_only else "publish_at"] = first.at
    return []


def _fits(name: NameFacts, after: LocalTime | None) -> bool:
    """Whether the name keeps to the `publish_after` of the text."""
    if after is None or name.at is None:
        return False
    if name.day_only:
        return name.at.wall.date() == after.wall.date()
    return _instant(name) >= after.wall.replace(tzinfo=ZoneInfo(after.zone))


def _compared(name: NameFacts, key: str, said: LocalTime | None, draft: Draft) -> list[Note]:
    """A warning if the text, which counts, says another time than the name."""
    if said is None or name.at is None:
        return []  # what the text says is wrong, and already told
    same = name.at.wall.date() == said.wall.date() if name.day_only else name.at == said
    if same:
        return []
    values: dict[str, Json] = {"name": name.name, "key": draft.written.get(key, key), "value": _written(said)}
    return [("content.name_other_time", Severity.WARNING, draft.line(key), values)]


def _instant(name: NameFacts) -> datetime:
    assert name.at is not None  # noqa: S101 - asked of names with a time only
    return name.at.wall.replace(tzinfo=ZoneInfo(name.at.zone))


def _written(said: LocalTime) -> str:
    """As the value of a message."""
    return said.wall.isoformat()
