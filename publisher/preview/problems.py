"""A problem as a person reads it: place · channel: what is wrong. What to do. What goes out all the same."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from connectors.contract import Problem, Severity
from publisher.checked import Reach
from publisher.preview.ansi import safe
from publisher.preview.canvas import Canvas
from publisher.texts import fix_of, t, text_of, where

MARKS = {Severity.ERROR: "✗", Severity.WARNING: "!", Severity.NOTICE: "·"}
"""Signs that can be told apart without colours."""
WIDEST = 100
"""Columns of a paragraph; longer lines are hard to read."""
MOST_NAMES = 4
"""Of files in one paragraph; a folder of twenty pictures is one line."""
_SKIPPED = "skipped"
_SKIPS = frozenset({"render.skipped", "render.skipped_needs"})
_ENDS = (".", "!", "?", "…")
_CLOSING = "”\"')"


def said(group: Sequence[Problem], reach: Reach, *, headed: bool, others: bool) -> str:
    """A group of `alike` in one paragraph, with the names of all its channels, parts and files.

    Args:
        headed: with place and channels.
        others: add that the post's other channels go out.
    """
    first = group[0]
    if first.code in _SKIPS and len(group) > 1:
        words = t("preview.skipped_there")
    else:
        words = _in_parts(group, reach) + _words(_named(first, _names(group)))
    head = heading(group, reach) if headed else ""
    told = [f"{head}: {words}" if head else words]
    if others:
        told.append(t("preview.others_go"))
    return " ".join(told)


def alike(problems: Iterable[Problem]) -> list[list[Problem]]:
    """What is said in the same words of the same place, together; in the order of the first.

    Of several channels or parts of a thread, and then on the same channels of several files.
    """
    return _merged(_merged(([problem] for problem in problems), names=False), names=True)


def _merged(groups: Iterable[list[Problem]], *, names: bool) -> list[list[Problem]]:
    found: dict[object, list[Problem]] = {}
    for group in groups:
        first = group[0]
        words = _SKIPPED if first.code in _SKIPS else _words(_named(first, "…") if names else first)
        channels = frozenset(one.channel for one in group) if names else None
        key = first.file, first.severity, where(first), words, channels
        found.setdefault(key, []).extend(group)
    return list(found.values())


def _named(problem: Problem, name: str) -> Problem:
    values = problem.values
    return replace(problem, values={**values, "name": name}) if "name" in values else problem


def together(groups: Iterable[Sequence[Problem]], reach: Reach, canvas: Canvas) -> Iterator[str]:
    """A paragraph for each group of `alike`, with the names of all its channels and files."""
    told: set[tuple[str | None, str | None]] = set()
    narrow = canvas._replace(columns=min(canvas.columns, WIDEST)) if canvas.boxed else canvas
    for group in groups:
        stopped = {(one.post, one.channel) for one in group if reach.others_go(one)}
        words = said(group, reach, headed=True, others=bool(stopped - told))
        told |= stopped
        lead = f"{style(group[0], canvas)} "
        yield from _emphasised(narrow.hanging(lead, words), lead, heading(group, reach), canvas)


def _names(group: Sequence[Problem]) -> str:
    names = list(dict.fromkeys(str(one.values["name"]) for one in group if "name" in one.values))
    if len(names) <= MOST_NAMES:
        return ", ".join(names)
    return t("preview.and_more", names=", ".join(names[:MOST_NAMES]), count=len(names) - MOST_NAMES)


def lines(
    problems: Iterable[Problem], reach: Reach, canvas: Canvas, *, indent: str = "", headed: bool = True
) -> Iterator[str]:
    """Problems as paragraphs behind their marks; that other channels go out is said once per channel."""
    told: set[tuple[str | None, str | None]] = set()
    narrow = canvas._replace(columns=min(canvas.columns, WIDEST)) if canvas.boxed else canvas
    for group in _merged(([problem] for problem in problems), names=True):
        first = group[0]
        stopped = (first.post, first.channel)
        others = reach.others_go(first)
        words = said(group, reach, headed=headed, others=others and stopped not in told)
        if others:
            told.add(stopped)
        lead = f"{indent}{style(first, canvas)} "
        paragraph = narrow.hanging(lead, words)
        yield from _emphasised(paragraph, lead, heading([first], reach) if headed else "", canvas)


def style(problem: Problem, canvas: Canvas) -> str:
    """The mark of a problem in the colour of its severity."""
    paint = canvas.paint
    colours = {Severity.ERROR: paint.bad, Severity.WARNING: paint.careful, Severity.NOTICE: paint.calm}
    return colours[problem.severity](MARKS[problem.severity])


def heading(problems: Sequence[Problem], reach: Reach) -> str:
    """Where it is, and on which channels: of the same words in the same place."""
    channels = dict.fromkeys(reach.name(one.channel) for one in problems if one.channel)
    return " · ".join(filter(None, (where(problems[0]), ", ".join(channels))))


def _in_parts(group: Iterable[Problem], reach: Reach) -> str:
    """`bagian 2, 3: ` of a thread."""
    parts = {one.part for one in group if one.part and (one.post, one.channel) in reach.threads}
    return f"{t('preview.in_part', part=', '.join(map(str, sorted(parts))))}: " if parts else ""


def _words(problem: Problem) -> str:
    words = _ended(text_of(problem))
    fix = fix_of(problem)
    return f"{words} {_ended(fix)}" if fix else words


def _ended(words: str) -> str:
    """A sentence has an end, also one that closes with somebody's own text."""
    words = words.rstrip()
    return words if words.rstrip(_CLOSING).endswith(_ENDS) else f"{words}."


def _emphasised(paragraph: Iterator[str], lead: str, head: str, canvas: Canvas) -> Iterator[str]:
    """The paragraph, its head in bold where that fits on the first line."""
    shown = safe(head)
    for number, line in enumerate(paragraph):
        if number == 0 and shown and line.startswith(f"{lead}{shown}:"):
            rest = line.removeprefix(f"{lead}{shown}")
            yield f"{lead}{canvas.paint.bold(shown)}{rest}"
        else:
            yield line
