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


def sentence(problem: Problem, reach: Reach, *, headed: bool = True, others: bool = True) -> str:
    """One problem in one paragraph.

    Args:
        headed: with its place and channel; without where a heading says both.
        others: add that the post's other channels go out, if they do.
    """
    head = _head([problem], reach) if headed else ""
    words = _words(problem, reach)
    told = [f"{head}: {words}" if head else words]
    if others and reach.others_go(problem):
        told.append(t("preview.others_go"))
    return " ".join(told)


def alike(problems: Iterable[Problem], reach: Reach) -> list[list[Problem]]:
    """What is said in the same words of the same place, together; in the order of the first.

    Of several channels, and then on the same channels of several files.
    """
    return _merged(_merged(([problem] for problem in problems), reach, names=False), reach, names=True)


def _merged(groups: Iterable[list[Problem]], reach: Reach, *, names: bool) -> list[list[Problem]]:
    found: dict[object, list[Problem]] = {}
    for group in groups:
        first = group[0]
        words = _SKIPPED if first.code in _SKIPS else _words(_named(first, "…") if names else first, reach)
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
        first, head = group[0], _head(group, reach)
        if first.code in _SKIPS and len(group) > 1:
            words = t("preview.skipped_there")
        else:
            words = _words(_named(first, _names(group)), reach)
        stopped = {(one.post, one.channel) for one in group if reach.others_go(one)}
        if stopped - told:
            words = f"{words} {t('preview.others_go')}"
        told |= stopped
        lead = f"{style(first, canvas)} "
        yield from _emphasised(
            narrow.hanging(lead, f"{head}: {words}" if head else words), lead, head, canvas
        )


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
    for group in _merged(([problem] for problem in problems), reach, names=True):
        problem = _named(group[0], _names(group))
        stopped = (problem.post, problem.channel)
        words = sentence(problem, reach, headed=headed, others=stopped not in told)
        if reach.others_go(problem):
            told.add(stopped)
        lead = f"{indent}{style(problem, canvas)} "
        paragraph = narrow.hanging(lead, words)
        yield from _emphasised(paragraph, lead, _head([problem], reach) if headed else "", canvas)


def style(problem: Problem, canvas: Canvas) -> str:
    """The mark of a problem in the colour of its severity."""
    paint = canvas.paint
    colours = {Severity.ERROR: paint.bad, Severity.WARNING: paint.careful, Severity.NOTICE: paint.calm}
    return colours[problem.severity](MARKS[problem.severity])


def _head(problems: Sequence[Problem], reach: Reach) -> str:
    """Where it is, and on which channels: of the same words in the same place."""
    channels = dict.fromkeys(reach.name(one.channel) for one in problems if one.channel)
    return " · ".join(filter(None, (where(problems[0]), ", ".join(channels))))


def _words(problem: Problem, reach: Reach) -> str:
    words = _ended(text_of(problem))
    if problem.part and (problem.post, problem.channel) in reach.threads:
        words = f"{t('preview.in_part', part=problem.part)}: {words}"
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
