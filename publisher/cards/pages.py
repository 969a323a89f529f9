"""Spreads the words of a card over pages: one if they fit, else as few and as even as can be; pure.

Pages break between sentences. Letters are as large as the pages allow, and of one size on all of them.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from publisher.cards.words import Paragraph

STEPS = 24
"""From the least to the largest size of a design."""
COMFORT = 5
"""The step from which a carousel is better than smaller letters."""
MAX_PAGES = 10
"""Ours: nobody swipes further."""
MAX_CHARACTERS = 700
"""Ours: of one page's body; more is a wall of letters, and too long for an alternative text."""

MAX_LABEL = 15
"""Of a sentence that opens a paragraph and is no more than its number."""
MAX_BITE = 300
"""Of one sentence; the rest of a longer one may stand on the next page."""

Fits = Callable[["Page", int, float], bool]
"""Whether a page fits at a step into a share of the height."""


@dataclass(frozen=True, slots=True)
class Page:
    """The words of one picture; only the first has the title, and what stands above it."""

    title: str
    paragraphs: tuple[Paragraph, ...] = ()
    first: bool = True


@dataclass(frozen=True, slots=True)
class Spread:
    """The pages, the step of their letters, and how many of the sentences they hold."""

    pages: tuple[Page, ...]
    step: int
    kept: int
    of: int


@dataclass(frozen=True, slots=True)
class _Atom:
    """A sentence, and the paragraph it begins or goes on with."""

    text: str
    paragraph: int
    first: bool


def spread(title: str, paragraphs: Sequence[Paragraph], most: int, fits: Fits) -> Spread:
    """The pages of a text.

    Args:
        most: pages at most.
    """
    if title and not fits(Page(title), 0, 1.0):
        title, paragraphs = "", (Paragraph((title,)), *paragraphs)  # a title as long as a text is one
    return _Spreading(title, paragraphs, min(most, MAX_PAGES), fits).spread()


class _Spreading:
    """One text, while it is spread."""

    def __init__(self, title: str, paragraphs: Sequence[Paragraph], most: int, fits: Fits) -> None:
        self.title = title
        self.paragraphs = paragraphs
        self.most = most
        self.fits = fits
        self.atoms = [
            _Atom(text, number, place == 0)
            for number, paragraph in enumerate(paragraphs)
            for place, text in enumerate(_bites(paragraph.sentences))
        ]

    def spread(self) -> Spread:
        whole = self._page(self.title, self.atoms)
        if self._room(whole, 0, 1.0):
            step = self._largest(0, lambda step: self._room(whole, step, 1.0))
            return Spread((whole,), step, len(self.atoms), len(self.atoms))
        start = COMFORT if self.most > 1 else 0
        pages = self._filled(start, 1.0)
        if len(pages) > self.most or not self._hold(pages, start):
            start, pages = 0, self._filled(0, 1.0)
        if len(pages) > self.most:
            return self._cut(pages)
        count = len(pages)
        step = self._largest(start, lambda step: self._within(count, step, 1.0))
        shares = [number / 40 for number in range(16, 40)]
        tight = bisect_left(shares, True, key=lambda share: self._within(count, step, share))
        even = [*shares, 1.0][tight]
        pages = self._filled(step, even)
        return Spread(tuple(self._pages(pages)), step, len(self.atoms), len(self.atoms))

    def _within(self, count: int, step: int, share: float) -> bool:
        """Whether so many pages hold the text."""
        pages = self._filled(step, share)
        return len(pages) <= count and self._hold(pages, step)

    def _hold(self, pages: Sequence[Sequence[_Atom]], step: int) -> bool:
        """Whether no page runs over, as one sentence alone may in large letters."""
        return all(self.fits(page, step, 1.0) for page in self._pages(pages))

    def _cut(self, pages: list[list[_Atom]]) -> Spread:
        """As many whole sentences as there are pages for."""
        kept = [atom for page in pages[: self.most] for atom in page]
        while kept and kept[-1].text.endswith((":", ",")):
            kept.pop()
        left = len(kept)
        shown = pages[: self.most]
        shown[-1] = shown[-1][: left - sum(map(len, shown[:-1]))]
        return Spread(tuple(self._pages(shown)), 0, left, len(self.atoms))

    def _pages(self, pages: Sequence[Sequence[_Atom]]) -> list[Page]:
        return [
            self._page("" if number else self.title, atoms, first=not number)
            for number, atoms in enumerate(pages)
        ]

    def _largest(self, least: int, holds: Callable[[int], bool]) -> int:
        """The largest step at which something still holds; it does at `least`."""
        steps = range(least + 1, STEPS + 1)
        return least + bisect_left(steps, True, key=lambda step: not holds(step))

    def _filled(self, step: int, share: float) -> list[list[_Atom]]:
        """Page by page as many sentences as fit."""
        pages: list[list[_Atom]] = [[]]
        title = self.title
        for atom in self.atoms:
            grown = [*pages[-1], atom]
            if self._room(self._page(title, grown, first=len(pages) == 1), step, share):
                pages[-1] = grown
                continue
            if not pages[-1] and not title:
                pages[-1] = grown  # not even a bite fits: a design with hardly any room
                continue
            carried = _carried(pages[-1])
            del pages[-1][len(pages[-1]) - len(carried) :]
            pages.append([*carried, atom])
            title = ""
        return pages

    def _room(self, page: Page, step: int, share: float) -> bool:
        long = sum(len(each.text) for each in page.paragraphs)
        return (long <= MAX_CHARACTERS or len(page.paragraphs[0].sentences) == 1) and self.fits(
            page, step, share
        )

    def _page(self, title: str, atoms: Sequence[_Atom], *, first: bool = True) -> Page:
        found: list[Paragraph] = []
        last = None
        for atom in atoms:
            if atom.paragraph == last:
                found[-1] = replace(found[-1], sentences=(*found[-1].sentences, atom.text))
                continue
            own = self.paragraphs[atom.paragraph]
            marker = own.marker if atom.first else ""
            found.append(Paragraph((atom.text,), marker, own.apart and bool(found)))
            last = atom.paragraph
        return Page(title, tuple(found), first)


def _carried(page: Sequence[_Atom]) -> list[_Atom]:
    """What goes along to the next page: a line that announces what follows, or its number (`Pasal 3.`)."""
    if len(page) < 2:
        return []
    last = page[-1]
    return [last] if last.text.endswith(":") or (last.first and len(last.text) <= MAX_LABEL) else []


def _bites(sentences: Sequence[str]) -> list[str]:
    """The sentences, one that is longer than a page can be sure to hold in pieces."""
    found = []
    for text in sentences:
        rest = text
        while len(rest) > MAX_BITE:
            at = max(rest.rfind(", ", 0, MAX_BITE), rest.rfind("; ", 0, MAX_BITE)) + 1
            at = at or rest.rfind(" ", 0, MAX_BITE)
            at = at if at > 0 else MAX_BITE
            found.append(rest[:at].strip())
            rest = rest[at:].strip()
        found.append(rest)
    return found
