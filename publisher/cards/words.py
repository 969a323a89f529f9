"""What stands on a card: the words of a post without its marks, in paragraphs and sentences; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from connectors import registry
from connectors.contract import Json
from publisher.cards.lines import label
from publisher.model import Channel, Post
from publisher.opening import opening
from publisher.render.filters import date_words, tanggal
from publisher.render.mentions import renamed
from publisher.render.sentences import ends, sentences
from publisher.render.wording import plain
from publisher.render.words import Words

_ITEM = re.compile(r"[ \t]*(?P<marker>\(?(?:\d{1,2}|[a-z])[.)]|[-*•‣▪●–—✓✔☑➢➤])\s+(?P<rest>\S.*)")
_SCHEME = re.compile(r"https?://(?:www\.)?([^\s]+?)/?(?=[\s),;]|[.!?]?(?:\s|$))")
_TAGS = re.compile(r"\s*#\w+(?:[\s,]+#\w+)*\s*")
"""A line of hashtags: for search, not for reading."""
_BLANKS = re.compile(r"[ \t\u2000-\u200a]+")
MAX_BODY = 20_000
"""Characters that are read for a card: three times what its pages hold at most."""
BULLET = "•"
"""What an item's marker becomes unless it is a number or a letter."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines of the text that belong together.

    Attributes:
        marker: of an item: `•`, `1.`; empty: none.
        apart: whether a blank line stands before it.
    """

    sentences: tuple[str, ...]
    marker: str = ""
    apart: bool = False

    @property
    def text(self) -> str:
        """All of it, on one line."""
        return " ".join(self.sentences)


@dataclass(frozen=True, slots=True)
class CardWords:
    """All that a card may show; empty text where there is nothing.

    Attributes:
        kicker: a word above the title: the topic.
        name: of the office.
        complaints: where citizens complain: the name of the service, and how to reach it.
        swipe: the hint that there is more.
        left: sentences behind those in `paragraphs`, which no card has room for anyway.
    """

    title: str
    paragraphs: tuple[Paragraph, ...]
    kicker: str = ""
    date: str = ""
    name: str = ""
    complaints: tuple[str, str] = ("", "")
    swipe: str = ""
    left: int = 0

    def below(self) -> list[str]:
        """What stands in the footer, line by line."""
        return [line for line in (self.date, ": ".join(filter(None, self.complaints)), self.name) if line]


def card_words(
    post: Post,
    channel: Channel,
    defaults: Mapping[str, Json],
    *,
    name: str,
    language: str,
    swipe: str,
    headed: bool = True,
) -> CardWords:
    """The words of a post as its card on a channel shows them.

    Args:
        defaults: `Workspace.defaults`.
        name: of the office.
        language: `id` or `en`, of the date.
        headed: whether a headline that the text opens with is its title; not where that stands below it.
    """
    mentions = defaults.get("mentions", {})

    def shown(text: str) -> str:
        bare = renamed(plain(text, ""), mentions, channel.platform)
        return _BLANKS.sub(" ", _SCHEME.sub(r"\1", bare)).strip()

    words = Words(post, channel, registry.room(channel.platform), defaults)
    own = str(post.platforms.get(channel.platform, {}).get("text") or "")
    told = words.post(words.body).complaints
    say: Any = date_words if language == "en" else tanggal
    title = shown(post.title)
    whole = (post.body or own).strip()
    where = opening(whole)
    heading = " ".join(whole[where.start : where.headline].split())
    if heading and headed and "title" not in post.lines and not label(heading):
        title, whole = shown(heading), whole[where.headline :].strip()
    body = shown(whole[:MAX_BODY])
    if body.partition("\n")[0].strip() == title:
        body = body.partition("\n")[2].strip()
    reach = " · ".join(filter(None, (f"SMS {told.sms}" if told.sms else "", told.url))) if told else ""
    return CardWords(
        title=title,
        paragraphs=tuple(_paragraphs(_untagged(body) or body)),
        kicker=shown(post.topic or ""),
        date=say(post.date) if post.date else "",
        name=name,
        complaints=(told.name if told else "", _SCHEME.sub(r"\1", reach)),
        swipe=swipe,
        left=_sentences(whole[MAX_BODY:]),
    )


@lru_cache(maxsize=8)
def _sentences(text: str) -> int:
    """How many begin in what follows; its first goes on from before."""
    return max(0, len(ends(text)) - 1) if text else 0


def _untagged(body: str) -> str:
    return "\n".join(line for line in body.split("\n") if not _TAGS.fullmatch(line)).strip()


def _paragraphs(body: str) -> Iterator[Paragraph]:
    apart = False
    for line in body.split("\n"):
        if not line.strip():
            apart = True
            continue
        item = _ITEM.match(line)
        rest = item["rest"] if item else line.strip()
        found = tuple(" ".join(one.split()) for one in sentences(rest))
        if found:
            yield Paragraph(found, _marker(item["marker"]) if item else "", apart)
        apart = False


def _marker(written: str) -> str:
    return written if any(char.isalnum() for char in written) else BULLET


def spoken(kicker: str, title: str, paragraphs: Sequence[Paragraph], below: Sequence[str]) -> str:
    """The words of one page as its alternative text has them, in the order they are read."""
    lines = [f"{each.marker} {each.text}" if each.marker else each.text for each in paragraphs]
    return "\n".join(filter(None, (kicker, title, *lines, *below)))
