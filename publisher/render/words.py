"""What of a post a template gets for one channel: marks read, nothing said twice, a body of any length."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from connectors.contract import Feature, Json, Room
from publisher.model import Channel, Post
from publisher.opening import opening
from publisher.render.mentions import renamed
from publisher.render.templates import Complaints, TemplatePost
from publisher.render.wording import has_hashtag, hashtag, mentions_tag, mentions_url, plain


class Words:
    """The words of one post on one channel.

    Attributes:
        body: whole, as it will stand on the platform.
        opening: where its letterhead and its headline end.
        own: whether it was written for this platform (`twitter: {text: …}`), and so stays as it is.
        link_field: the link, if the platform takes it as a field of its own.
    """

    def __init__(self, post: Post, channel: Channel, room: Room, defaults: Mapping[str, Json]) -> None:
        self._post = post
        self._room = room
        self._channel = channel
        self._defaults = defaults
        block = post.platforms.get(channel.platform, {})
        self.own = bool(block.get("text"))
        self.body = self.as_there(str(block.get("text") or post.body)).strip()
        self.title = self.as_there(post.title).strip()
        self.opening = opening(self.body)
        has_headline = self.opening.headline > self.opening.start
        self._head = "" if has_headline and "title" not in post.lines else self.title
        carded = bool(post.link) and Feature.LINK in room.features and not post.media
        self.link_field = post.link if carded else None

    def as_there(self, text: str) -> str:
        """A typed text as the platform shows it: bold, links and handles its way."""
        keep = self._room.bold or (None if self._channel.bold == "typed" else "")
        return renamed(plain(text, keep), self._defaults.get("mentions", {}), self._channel.platform)

    def post(self, body: str, *, tags: int | None = None, complaints: bool = True) -> TemplatePost:
        """What the template gets.

        Args:
            body: `self.body`, or as much of it as there is room for.
            tags: how many hashtags; None: all.
            complaints: whether there is room for where citizens complain.
        """
        link = "" if self.link_field else self._post.link or ""
        return TemplatePost(
            title="" if body.partition("\n")[0].strip() == self._head else self._head,
            body=body,
            link="" if mentions_url(body, link) else link,
            hashtags=tuple(self._hashtags(body))[:tags],
            topic=self._post.topic or "",
            date=self._post.date,
            author=self._post.author or "",
            pictures=len(self._post.media),
            complaints=self._complaints(body) if complaints else None,
        )

    def for_field(self) -> TemplatePost:
        """What the template of a further text gets, such as a title: whatever the text opens with."""
        return replace(self.post(self.body[self.opening.start :]), title=self.title)

    def _hashtags(self, body: str) -> Iterator[str]:
        """Each once, and none that the body has; a text of the platform's own that has any gets no more."""
        if self.own and has_hashtag(body):
            return
        seen: set[str] = set()
        for written in self._post.hashtags or self._defaults.get("hashtags", ()):
            tag = hashtag(written)
            if tag and tag.casefold() not in seen and not mentions_tag(body, tag):
                seen.add(tag.casefold())
                yield tag

    def _complaints(self, body: str) -> Complaints | None:
        """Where citizens complain, for the posts it is meant for, unless the text says so itself."""
        given: Mapping[str, Any] = self._defaults.get("complaints") or {}
        topics = [topic.casefold() for topic in given.get("topics", ())]
        if not given or self.own or (topics and (self._post.topic or "").casefold() not in topics):
            return None
        said = f"{self.title}\n{body}"
        name, sms, url = (str(given.get(key) or "") for key in ("name", "sms", "url"))
        return None if _says(said, sms) or _says(said, url) else Complaints(name, sms, url)


def _says(text: str, words: str) -> bool:
    return bool(words) and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text, re.IGNORECASE) is not None
