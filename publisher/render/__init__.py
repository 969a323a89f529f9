"""Turns a post into what will stand on one channel; touches nothing, reads no clock.

`render` puts the post through the channel's template and the room's limits. What it gives is what is
stored, shown, approved and sent.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from connectors import registry
from connectors.contract import (
    Feature,
    Json,
    Media,
    MediaFacts,
    Part,
    PartKind,
    Problem,
    Rendition,
    Room,
    Severity,
)
from publisher.model import Channel, Post, Rendered
from publisher.render.placement import placement_of
from publisher.render.templates import TemplateError, TemplatePost, Templates, shipped_dir
from publisher.render.thread import split
from publisher.render.wording import has_hashtag, hashtag, mentions_tag, mentions_url, plain

__all__ = ["MAX_PARTS", "RECIPE", "Templates", "placement_of", "render", "shipped_dir"]

RECIPE = ("strip",)
# Ours: nobody reads further, and a mistake must not become a hundred posts.
MAX_PARTS = 25
_NO_DEFAULTS: Mapping[str, Json] = MappingProxyType({})


def render(
    post: Post,
    channel: Channel,
    templates: Templates,
    facts: Mapping[str, MediaFacts],
    *,
    language: str,
    zone: str,
    defaults: Mapping[str, Json] = _NO_DEFAULTS,
) -> Rendered:
    """The rendition of a post for a channel, and all that is wrong with it.

    A problem of severity error means that it is not to be sent; the rendition is there all the same
    where one could be made, so that people see what is too long.

    Args:
        post: as read; its own problems are not repeated.
        channel: with the options it gives to all its posts.
        templates: the workspace's and the shipped ones.
        facts: by sha256 of the source, of every picture of the post.
        language: `id` or `en`, for templates.
        zone: IANA name of the workspace's zone, for templates.
        defaults: `Workspace.defaults`.
    """
    return _Rendering(post, channel, facts, defaults).rendered(templates, language, zone)


@dataclass(frozen=True, slots=True)
class _Words:
    """What the template gets, and the link if the platform takes it as a field of its own."""

    post: TemplatePost
    link: str | None


class _Rendering:
    """One post on one channel, while it is being rendered."""

    def __init__(
        self, post: Post, channel: Channel, facts: Mapping[str, MediaFacts], defaults: Mapping[str, Json]
    ) -> None:
        self.post = post
        self.channel = channel
        self.facts = facts
        self.defaults = defaults
        self.room: Room = registry.room(channel.platform)
        self.own = post.platforms.get(channel.platform, {})
        self.options = {**channel.options, **self.own}
        self.placement = placement_of(post, channel, facts)
        self.found: list[Problem] = []

    def rendered(self, templates: Templates, language: str, zone: str) -> Rendered:
        unknown = [picture for picture in self.post.media if picture.source not in self.facts]
        if unknown:
            problems = [self._problem("render.no_facts", {"name": each.name}) for each in unknown]
            return Rendered(self.post, self.channel, None, tuple(problems))
        words = self._words()
        workspace = {"language": language, "timezone": zone}
        try:
            text = templates.text(self.channel, self.placement, words.post, workspace)
        except TemplateError as error:
            return Rendered(self.post, self.channel, None, (self._template_problem(error),))
        return self._checked(self._rendition(_tidy(text), words.link))

    # ── What goes in ──

    def _words(self) -> _Words:
        body = plain(str(self.own.get("text") or self.post.body)).strip()
        link = self.post.link or ""
        as_field = bool(link) and Feature.LINK in self.room.features and not self.post.media
        title = plain(self.post.title).strip()
        found = TemplatePost(
            title="" if body.partition("\n")[0].strip() == title else title,
            body=body,
            link="" if as_field or mentions_url(body, link) else link,
            hashtags=tuple(self._hashtags(body)),
            topic=self.post.topic or "",
            date=self.post.date,
            author=self.post.author or "",
            pictures=len(self.post.media),
        )
        return _Words(found, link if as_field else None)

    def _hashtags(self, body: str) -> Iterator[str]:
        """Each once, and none that the body has; a text of the platform's own that has any gets no more."""
        if self.own.get("text") and has_hashtag(body):
            return
        seen: set[str] = set()
        for written in self.post.hashtags or self.defaults.get("hashtags", ()):
            tag = hashtag(written)
            if tag and tag.casefold() not in seen and not mentions_tag(body, tag):
                seen.add(tag.casefold())
                yield tag

    # ── What comes out ──

    def _rendition(self, text: str, link: str | None) -> Rendition:
        root, *others = self._texts(text)
        parts = [Part(PartKind.ROOT, root, link, self._part_options(), self._media())]
        parts += [Part(PartKind.THREAD, other) for other in others]
        comment = _tidy(plain(str(self.options.get("first_comment") or "")))
        if comment:
            parts.append(Part(PartKind.COMMENT, comment))
        return Rendition(self.channel.account, self.placement, tuple(parts))

    def _texts(self, text: str) -> Sequence[str]:
        """One text, or those of a thread. What to do with long text otherwise is decided here, once."""
        if self.options.get("thread") is not True:
            return [text]
        parts = self.room.measure(text) // self.room.limits.text + 1
        if parts > MAX_PARTS:
            self.found.append(self._problem("render.too_many_parts", {"parts": parts, "limit": MAX_PARTS}))
            return [text]
        return split(text, self.room.limits.text, self.room.measure)

    def _part_options(self) -> dict[str, Json]:
        return {
            option.name: self.options[option.name]
            for option in self.room.options
            if option.in_part and self.options.get(option.name) is not None
        }

    def _media(self) -> tuple[Media, ...]:
        return tuple(
            Media(picture.source, RECIPE, unicodedata.normalize("NFC", picture.alt))
            for picture in self.post.media
        )

    # ── What is wrong with it ──

    def _checked(self, rendition: Rendition) -> Rendered:
        facts = {
            media: replace(self.facts[media.source], name=picture.name)
            for media, picture in zip(rendition.parts[0].media, self.post.media, strict=True)
        }
        found = self.found + [self._placed(problem) for problem in self.room.check(rendition, facts)]
        features = [str(p.values["feature"]) for p in found if p.code == "room.unsupported"]
        if features and self.post.channels is None:
            named = {"platform": self.room.title, "features": ", ".join(dict.fromkeys(features))}
            notice = replace(self._problem("render.skipped", named), severity=Severity.NOTICE)
            return Rendered(self.post, self.channel, None, (notice,), skipped=True)
        return Rendered(self.post, self.channel, rendition, tuple(found))

    def _problem(self, code: str, values: Mapping[str, Json]) -> Problem:
        return self._placed(Problem(code, Severity.ERROR, values))

    def _placed(self, problem: Problem) -> Problem:
        """The problem with post, file, channel, and the line of what it is most likely about."""
        return replace(
            problem,
            post=self.post.path,
            file=self.post.file,
            line=self._line(problem),
            channel=self.channel.label,
        )

    def _line(self, problem: Problem) -> int | None:
        lines = self.post.lines
        name = problem.values.get("name")
        for picture in self.post.media:
            if name is not None and picture.name == name:
                return picture.line
        platform = self.channel.platform
        keys = [f"{platform}.text", "body"]
        if problem.code == "room.unsupported":
            keys = [platform, "channels", "media"]
        return next((lines[key] for key in keys if key in lines), None)

    def _template_problem(self, error: TemplateError) -> Problem:
        return Problem(
            "render.template_error",
            Severity.ERROR,
            {"words": error.words},
            post=self.post.path,
            file=error.file,
            line=error.line,
            channel=self.channel.label,
        )


def _tidy(text: str) -> str:
    """As it will be hashed and sent: NFC, nothing blank around it."""
    return unicodedata.normalize("NFC", text).strip()
