"""Draws a post as its platform shows it, as HTML: one mock-up per room, for previews and the sandbox's feeds.

A room's `mockup.html.j2` draws with the macros of `mockup_parts.html.j2`; a room without one is drawn by
`mockup.html.j2` here. Nothing is fetched, and nothing needs a script: what folds and swipes is HTML and CSS.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors import registry

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_HERE = Path(__file__).parent
STYLE = "mockup.css"
TEMPLATE = "mockup.html.j2"
_MARKED = re.compile(r"https?://[^\s<>]+|(?<![\w#@/.])[#@][\w.]*\w")
_LINK = re.compile(r"https?://[^\s<>]+")


@dataclass(frozen=True, slots=True)
class ShownMedia:
    """A picture or clip, as the mock-up shows it.

    Attributes:
        kind: `image`, `gif`, `video`.
        src: an address, or a `data:` one; empty: not shown, only named.
        poster: of a clip, what stands still; empty: none.
        name: as staff know it.
    """

    kind: str
    src: str
    alt: str
    width: int
    height: int
    poster: str = ""
    name: str = ""

    @property
    def upright(self) -> bool:
        """Whether it is higher than wide."""
        return self.height > self.width


@dataclass(frozen=True, slots=True)
class ShownPart:
    """One part: its text, what it links to, its pictures; `options` are the room's own keys."""

    kind: str
    text: str
    link: str = ""
    media: tuple[ShownMedia, ...] = ()
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shown:
    """A post on one channel.

    Attributes:
        name: of who says it, as the profile shows it.
        handle: as the platform knows them, without `@`; empty: not known.
        when: in words.
        parts: in order.
        logo: the profile's picture, an address as of `ShownMedia`; empty: an initial stands for it.
    """

    platform: str
    name: str
    handle: str
    placement: str
    when: str
    parts: tuple[ShownPart, ...]
    logo: str = ""

    @property
    def username(self) -> str:
        """What platforms show that call people by their handle."""
        return self.handle or self.name


def draw(shown: Shown, say: Callable[[str], str]) -> Markup:
    """The mock-up as HTML.

    Args:
        say: message id → words in the reader's language; the ids are those of the domain `mockup`.
    """
    from markupsafe import Markup

    folder = registry.folder(shown.platform) or _HERE
    environment = _environment(folder if (folder / TEMPLATE).is_file() else _HERE)
    return Markup(environment.get_template(TEMPLATE).render(post=shown, say=say))  # noqa: S704 - autoescaped


def styles(platforms: Sequence[str]) -> str:
    """The CSS that the mock-ups of these platforms need; all their rules begin with `.mock`."""
    folders = [folder for name in sorted(set(platforms)) if (folder := registry.folder(name)) is not None]
    files = [_HERE / STYLE, *(folder / STYLE for folder in folders)]
    return "\n".join(file.read_text(encoding="utf-8") for file in files if file.is_file())


@cache
def _environment(folder: Path) -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    made = Environment(
        loader=FileSystemLoader([folder, _HERE]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["marked"] = _marked
    made.filters["folded"] = _folded
    made.filters["first_link"] = _first_link
    made.filters["site"] = _site
    return made


def _marked(text: str) -> Markup:
    """The text with its links, hashtags and handles in the platform's colour."""
    from markupsafe import Markup, escape

    pieces, at = [], 0
    for found in _MARKED.finditer(text):
        pieces.append(escape(text[at : found.start()]))
        pieces.append(Markup('<span class="mock-tag">{}</span>').format(found[0]))
        at = found.end()
    return Markup("").join([*pieces, escape(text[at:])])


def _first_link(text: str) -> str:
    """The first address in a text, of which platforms make a card; empty: there is none."""
    found = _LINK.search(text)
    return found[0].rstrip(".,;:!?)") if found else ""


def _site(url: str) -> str:
    """Whose site it is, as cards name it."""
    return urlsplit(url).hostname or url


def _folded(text: str, most: int, lines: int) -> tuple[str, str]:
    """What stands before the fold, and what unfolds: at a blank near `most` characters, or after `lines`."""
    rows = text.split("\n")
    head = "\n".join(rows[:lines])
    if len(head) > most:
        head = head[:most].rpartition(" ")[0] or head[:most]
    head = head.rstrip()
    return head, text[len(head) :]
