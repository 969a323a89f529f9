"""Turns a post into what will stand on one channel; touches nothing, reads no clock.

`render` puts the post through the channel's template and the room's limits. What it gives is what is
stored, shown, approved and sent.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from connectors import registry
from connectors.contract import (
    Feature,
    Json,
    Media,
    MediaFacts,
    Part,
    PartKind,
    PictureRules,
    Problem,
    Rendition,
    Room,
    Severity,
)
from publisher.model import Channel, Post, PostMedia, Rendered
from publisher.recipe import PLAIN
from publisher.render import cut, slideshow
from publisher.render.covers import Cover, Covering
from publisher.render.fitting import Wish, fitted
from publisher.render.fitting_clips import fitted_clip
from publisher.render.placement import placement_of
from publisher.render.templates import TemplateError, TemplatePost, Templates, shipped_dir
from publisher.render.verdict import Judge, visible
from publisher.render.words import Words

__all__ = ["MAX_PARTS", "Templates", "placement_of", "render", "shipped_dir"]

# Ours: nobody reads further, and a mistake must not become a hundred posts.
MAX_PARTS = 25
BRAND = "brand"
"""Of a post's `background`: the colour of the office; in a channel it is that colour already."""
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
    colour: str = "",
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
        colour: the office's, `#rrggbb`; empty: it has given none.
    """
    workspace = {"language": language, "timezone": zone, "mentions": defaults.get("mentions", {})}
    return _Rendering(post, channel, facts, templates, workspace, defaults, colour).rendered()


class _Rendering:
    """One post on one channel, while it is being rendered."""

    def __init__(
        self,
        post: Post,
        channel: Channel,
        facts: Mapping[str, MediaFacts],
        templates: Templates,
        workspace: Mapping[str, Json],
        defaults: Mapping[str, Json],
        colour: str,
    ) -> None:
        self.post = post
        self.channel = channel
        self.facts = facts
        self.templates = templates
        self.workspace = workspace
        self.room: Room = registry.room(channel.platform)
        self.options = {**channel.options, **post.platforms.get(channel.platform, {})}
        self.placement = placement_of(post, channel, facts)
        self.words = Words(post, channel, self.room, defaults)
        self.judge = Judge(post, channel, self.room)
        self.found: list[Problem] = []
        self.wish = self._wish(colour)

    def _wish(self, colour: str) -> Wish:
        """What becomes of pictures of another shape: as the post says, else the channel."""
        background = self.post.background or self.channel.background
        if background == BRAND:
            background = colour or self.channel.background
            if not colour:
                self.found.append(self.judge.problem("render.no_brand_colour", {}))
        return Wish(self.post.fit or self.channel.fit, background, self.channel.enlarge)

    def rendered(self) -> Rendered:
        every = (*self.post.media, *self.post.companions)
        unknown = [picture for picture in every if picture.source not in self.facts]
        if unknown:
            return self.judge.nothing(
                *(self.judge.problem("render.no_facts", {"name": each.name}) for each in unknown)
            )
        kinds = slideshow.kinds_of(self.post, self.channel, self.facts)
        self.limit = self.room.text_limit(self.placement, kinds)
        try:
            rendition = self._rendition()
        except TemplateError as error:
            return self.judge.nothing(self._template_problem(error))
        return self.judge.rendered(rendition, self.facts, self.found)

    def _rendition(self) -> Rendition:
        root, *others = self._texts(self._run(self.words.post(self.words.body)))
        options, media = self._part_options(), self._media()
        cover = self._cover(media)
        beside = (*cover.media, *self._captions())
        parts = [
            Part(PartKind.ROOT, root, self.words.link_field, {**options, **cover.options}, media, beside)
        ]
        parts += [Part(PartKind.THREAD, other) for other in others]
        parts += self._comment()
        return Rendition(self.channel.account, self.placement, tuple(parts))

    def _run(self, post: TemplatePost) -> str:
        """What the template makes of it; nothing if nothing of it can be seen."""
        text = _tidy(self.templates.text(self.channel, self.placement, post, self.workspace))
        return text if visible(text) else ""

    def _fits(self, text: str) -> bool:
        return self.room.measure(text) <= self.limit

    # ── Long text ──

    def _texts(self, text: str) -> Sequence[str]:
        """One text, or those of a thread; what becomes of a long one is decided here, once."""
        long = self.room.measure(text)
        if long <= self.limit:
            return [text]
        from publisher.render.thread import split

        asked = self.options.get("thread")
        threads = Feature.THREAD in self.room.features
        if asked is True or (threads and asked is None and self.channel.long_text == "thread"):
            parts = long // self.limit + 1 if self.limit else MAX_PARTS + 1
            if parts <= MAX_PARTS:
                return split(text, self.limit, self.room.measure)
            if asked is True and self.post.platforms.get(self.channel.platform, {}).get("thread"):
                values = {"parts": parts, "limit": MAX_PARTS}
                self.found.append(self.judge.problem("render.too_many_parts", values))
                return [text]
        if self.words.own or self.channel.long_text == "error":
            return [text]
        return [self._lead(text, long)]

    def _lead(self, text: str, long: int) -> str:
        """As much as fits, and a notice of it; the whole where nothing does, which the room then refuses."""
        from publisher.render.lead import lead

        found = lead(self.words, self._run, self._fits, self.limit)
        if found is None:
            return text
        size = {"after": self.room.measure(found.text), "unit": f"render.counts_{self.room.counts}"}
        values = {"before": long, **size, **found.values}
        self.found.append(self.judge.problem(found.code, values, found.severity))
        if head := self.words.body[: self.words.opening.start].split():
            values = {"words": " ".join(head)}
            self.found.append(self.judge.problem("render.letterhead", values, Severity.NOTICE))
        return found.text

    # ── What goes with the text ──

    def _part_options(self) -> dict[str, Json]:
        given = {
            option.name: self.options[option.name]
            for option in self.room.options
            if option.in_part and self.options.get(option.name) is not None
        }
        for field in self.room.fields:
            text = self._field(field, given.get(field))
            if text:
                given[field] = text
        if self.placement != self.room.placements[0]:
            given["placement"] = self.placement  # sessions see parts, never the rendition
        return given

    def _field(self, field: str, given: Json | None) -> str:
        """One of the texts besides the text: as the post gives it, else by its template."""
        if given is not None:
            text = _tidy(self.words.as_there(str(given)))
        else:
            post = self.words.for_field()
            text = _tidy(self.templates.field(field, self.channel, self.placement, post, self.workspace))
        limit = self.room.field_limit(field, self.placement)
        used = self.room.measure_field(field, text)
        if limit is None or used <= limit:
            return text if visible(text) else ""
        values = {"platform": self.room.title, "field": field, "used": used, "limit": limit}
        short = self._short_field(field, text, limit) if given is None else ""
        if not short:
            values["over"] = used - limit
            self.found.append(self.judge.problem("render.field_too_long", values))
            return text
        values["after"] = self.room.measure_field(field, short)
        self.found.append(self.judge.problem("render.field_shortened", values, Severity.WARNING))
        return short

    def _short_field(self, field: str, text: str, limit: int) -> str:
        if self.channel.long_text == "error":
            return ""
        from publisher.render.lead import within_sentence

        return within_sentence(text, lambda piece: self.room.measure_field(field, piece) <= limit)

    def _comment(self) -> list[Part]:
        typed = str(self.options.get("first_comment") or "")
        text = _tidy(self.words.as_there(typed))
        if visible(text):
            return [Part(PartKind.COMMENT, text)]
        if typed.strip():
            self.found.append(self.judge.problem("render.comment_invisible", {}))
        return []

    def _media(self) -> tuple[Media, ...]:
        """The pictures and clips of the post, each with what makes it fit the placement."""
        shown = self.post.media
        if slideshow.is_wanted(self.post, self.channel, self.facts):
            return (self._slideshow(shown),)
        shown = self._shown()
        steps = self._steps(shown, self.room.pictures(self.placement))
        for picture, recipe in zip(shown, steps, strict=True):
            facts = self.facts[picture.source]
            # A TIFF has pages; sync tells of them.
            moves = facts.frames > 1 and facts.mime.startswith("image/") and facts.mime != "image/tiff"
            if moves and recipe != PLAIN:
                values = {"name": picture.name}
                self.found.append(self.judge.problem("render.stands_still", values, Severity.WARNING))
        self._tell_cut(shown, steps)
        return tuple(
            Media(picture.source, recipe, unicodedata.normalize("NFC", picture.alt))
            for picture, recipe in zip(shown, steps, strict=True)
        )

    def _shown(self) -> tuple[PostMedia, ...]:
        """All of them; the first where there are more than one post there can hold, and a warning of it."""
        media, most = self.post.media, self.room.limits.images
        clips = any(self.facts[one.source].clip is not None for one in media)
        several = most > 1 and self.room.several(self.placement)
        asked = self.channel.unsupported == "error" or (clips and Feature.MIXED not in self.room.features)
        if len(media) <= most or asked or not several:
            return media
        values = {
            "platform": self.room.title,
            "count": len(media),
            "limit": most,
            "last": media[most - 1].name,
        }
        self.found.append(self.judge.problem("render.pictures_left", values, Severity.WARNING))
        return media[:most]

    def _slideshow(self, shown: Sequence[PostMedia]) -> Media:
        """All pictures as one clip; what they show, one after another."""
        size = slideshow.frame(self.room.clips(self.placement))
        asked = self._slide_seconds()
        slides = slideshow.of_pictures(self.post, self.facts, self.wish, size, asked)
        self._tell_cut(shown, [still.steps for still in slides.stills])
        alts = dict.fromkeys(one.alt.strip() for one in shown if one.alt.strip())
        return Media(shown[0].source, slides.steps, unicodedata.normalize("NFC", " / ".join(alts)))

    def _tell_cut(self, shown: Sequence[PostMedia], steps: Sequence[tuple[str, ...]]) -> None:
        self.found += cut.told(self.judge, shown, [self.facts[one.source] for one in shown], steps)

    def _slide_seconds(self) -> int | None:
        """How long each picture of a slideshow stays; None: nobody said, or what cannot be."""
        asked = self.options.get("slide_seconds")
        least, most = slideshow.SLIDE_SECONDS
        if not isinstance(asked, int) or least <= asked <= most:
            return asked if isinstance(asked, int) else None
        values = {"seconds": asked, "least": least, "most": most}
        self.found.append(self.judge.problem("render.slide_seconds", values))
        return None

    def _steps(self, shown: Sequence[PostMedia], rules: PictureRules | None) -> list[tuple[str, ...]]:
        facts, focuses = [self.facts[one.source] for one in shown], [one.focus for one in shown]
        steps: list[tuple[str, ...]] = [PLAIN for _ in shown]
        if rules is not None:
            steps = fitted(facts, focuses, rules, self.wish)
        clips = self.room.clips(self.placement) if self.wish.fit != "refuse" else None
        if clips is None:
            return steps
        return [
            fitted_clip(one, clips, self.wish, focus) if one.clip is not None else own
            for one, focus, own in zip(facts, focuses, steps, strict=True)
        ]

    def _cover(self, media: Sequence[Media]) -> Cover:
        covering = Covering(self.post, self.room, self.placement, self.facts, self.options, self.wish)
        cover = covering.of(media)
        self.found += [self.judge.problem(*told) for told in cover.told]
        return cover

    def _captions(self) -> tuple[Media, ...]:
        """Captions where the platform takes them; where it does not, that is told."""
        taken = []
        for one in self.post.companions:
            if one.role == "cover":
                continue
            if Feature(one.role) in self.room.features:
                language = one.language or str(self.workspace["language"])
                taken.append(Media(one.source, PLAIN, "", one.role, language))
            else:
                values = {"platform": self.room.title, "feature": one.role, "name": one.name}
                self.found.append(self.judge.problem("render.companion_left", values, Severity.NOTICE))
        return tuple(taken)

    def _template_problem(self, error: TemplateError) -> Problem:
        return Problem(
            error.code,
            Severity.ERROR,
            error.values,
            post=self.post.path,
            file=error.file,
            line=error.line,
            channel=self.channel.label,
        )


def _tidy(text: str) -> str:
    """As it will be hashed and sent: NFC, nothing blank around it."""
    return unicodedata.normalize("NFC", text).strip()
