"""Makes a long text fit: its title, as many whole sentences as there is room for, its link; and says so.

What goes first: the letterhead of a press release; then where citizens complain and the hashtags, of which
as many come back as fit in the end; then sentences, from the last. Headline and link stay.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from connectors.contract import Json, Severity
from publisher.render.sentences import CHARACTERS, ends, lead_ends
from publisher.render.templates import TemplatePost
from publisher.render.words import Words

Run = Callable[[TemplatePost], str]
Fits = Callable[[str], bool]

_CLAUSE = re.compile(
    r"[,;:–—](?=\s)|\s(?=(?:yang|karena|sehingga|agar|untuk|serta|dan|dengan|which|and|because|so that)\s)"
)
_WORD = re.compile(r"\S(?=\s)")
_MARK = " …"
# A clause is a better end than a word if it fills at least this share of what fits.
_CLAUSE_FILLS = 0.4
# A list is cut, with a warning, where stopping before it would leave less than this share of what fits.
_LIST_LEAVES = 0.4


@dataclass(frozen=True, slots=True)
class Lead:
    """What fits, and what people are told of it: a message id and its values."""

    text: str
    code: str
    severity: Severity
    values: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Cut:
    """As much of the body as fits."""

    body: str
    code: str
    severity: Severity = Severity.NOTICE
    values: Mapping[str, Json] = field(default_factory=dict)


def lead(words: Words, run: Run, fits: Fits, limit: int) -> Lead | None:
    """The longest that fits; None: not even the title does, or a word is too long.

    Args:
        run: the template.
        fits: whether a text is short enough.
        limit: of the platform, in its own measure.
    """

    def bare(body: str) -> bool:
        return fits(run(words.post(body, tags=0, complaints=False)))

    cut = _cut(words, bare, limit * CHARACTERS)
    if cut is None:
        return None
    complaints = fits(run(words.post(cut.body, tags=0)))
    most = len(words.post(cut.body).hashtags)
    tags = bisect_left(
        range(1, most + 1),
        True,
        key=lambda count: not fits(run(words.post(cut.body, tags=count, complaints=complaints))),
    )
    text = run(words.post(cut.body, tags=tags, complaints=complaints))
    return Lead(text, cut.code, cut.severity, cut.values)


def _cut(words: Words, fits: Fits, reach: int) -> _Cut | None:
    body = words.body[words.opening.start :]
    headline = words.opening.headline - words.opening.start
    if len(body) <= reach and fits(body):
        return _Cut(body, "render.lead_extras")
    window = body[:reach]
    every = ends(window)
    if len(window) < len(body):
        every = every[:-1]  # where the window ends, nothing else does
    stop = _furthest(body, lead_ends(window, every), fits)
    further = _furthest(body, lead_ends(window, every, in_lists=True), fits)
    torn = stop < further * _LIST_LEAVES
    stop = further if torn else stop
    titled = bool(headline or words.post(body[:stop]).title)
    if stop > headline:
        before = bisect_right(every, headline)
        counts = {"sentences": bisect_right(every, stop) - before, "of": len(ends(body)) - before}
        code = "render.lead" if titled else "render.lead_untitled"
        if torn:
            return _Cut(body[:stop], "render.lead_list", Severity.WARNING, counts)
        return _Cut(body[:stop], code, values=counts)
    if titled and fits(body[:headline]):
        return _Cut(body[:headline], "render.lead_title", Severity.WARNING)
    begun = within_sentence(window[: every[0]] if every else window, fits)
    return _Cut(begun, "render.lead_clause", Severity.WARNING) if begun else None


def _furthest(body: str, stops: list[int], fits: Fits) -> int:
    """The last of the stops up to which the body fits; 0 if it fits to none."""
    return [0, *stops][bisect_left(stops, True, key=lambda end: not fits(body[:end]))]


def within_sentence(sentence: str, fits: Fits) -> str:
    """As much of a sentence as fits, up to a pause and marked with …; empty if not even a word does."""
    words = [match.end() for match in _WORD.finditer(sentence)]
    fitting = bisect_left(words, True, key=lambda end: not fits(_marked(sentence[:end])))
    if not fitting:
        return ""
    furthest = words[fitting - 1]
    pauses = [match.start() for match in _CLAUSE.finditer(sentence) if match.start() <= furthest]
    end = pauses[-1] if pauses and pauses[-1] >= furthest * _CLAUSE_FILLS else furthest
    return _marked(sentence[:end])


def _marked(text: str) -> str:
    return text.rstrip(" ,;:–—-\n") + _MARK
