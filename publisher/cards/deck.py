"""Gives a post its cards on a channel that needs a picture.

A card is a file on a shelf, named by its content, and from there on a picture of the post like any
other: fitted, shown, pinned by its hash and delivered.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from connectors import registry
from connectors.contract import (
    Feature,
    MediaFacts,
    Part,
    PartKind,
    PictureRules,
    Problem,
    Rendition,
    Room,
    Severity,
)
from publisher.cards import are_asked
from publisher.cards.design import Design, DesignError
from publisher.cards.designs import Designs
from publisher.cards.drawn import Gallery, Photo, Task, Told
from publisher.cards.pages import MAX_PAGES
from publisher.cards.words import CardWords, Paragraph, card_words
from publisher.config import Workspace
from publisher.content.files import ReadError
from publisher.errors import PublisherError
from publisher.model import Channel, Post, PostMedia
from publisher.texts import catalogues

SLIDES = PictureRules(("image/jpeg",), 0, canvas=(1080, 1920), covered=(250, 500, 165))
"""Stills of a slideshow: upright, with room for what apps lay over clips (ours; each has other numbers)."""
STATEMENT = 140
"""Characters up to which a text without a title is set like a title."""


@dataclass(frozen=True, slots=True)
class Dressed:
    """A post as a channel gets it: with cards where it needs them, and what people are told of that."""

    post: Post
    problems: tuple[Problem, ...] = ()


class Cards:
    """The cards of one workspace, remembered from look to look and from run to run."""

    def __init__(self, workspace: Workspace) -> None:
        self._space = workspace
        self._gallery = Gallery(workspace.root / ".publisher" / "cache" / "cards", workspace.brand)
        self._designs = Designs(workspace.templates_dir)
        self._wordless: dict[tuple[str, str], bool] = {}

    def dressed(self, post: Post, channel: Channel, facts: Mapping[str, MediaFacts]) -> Dressed:
        """The post, with cards if the channel needs a picture and the post has none.

        That is where the post asks for a card and the platform takes pictures, and where the platform
        takes no words alone and `unsupported: card` says what to do. Where it takes clips only, cards or
        the post's own pictures become a slideshow.

        Args:
            facts: by sha256 of the source, of the post's own media.
        """
        if not are_asked(post, channel):
            return Dressed(post)
        try:
            return self._dressed(post, channel, facts)
        except DesignError as error:
            return Dressed(post, tuple(_of_design(problem, post, channel) for problem in error.problems))
        except ReadError as error:
            told = Told("cards.not_kept", Severity.ERROR, error.values)
        except PublisherError as error:
            told = Told(error.message, Severity.ERROR, error.values)
        return Dressed(post, (_placed(told, post, channel),))

    def _dressed(self, post: Post, channel: Channel, facts: Mapping[str, MediaFacts]) -> Dressed:
        room, asked = registry.room(channel.platform), _asked(post, channel)
        wanted = channel.unsupported == "card" or _wants_slideshow(post, channel)
        rules = None if _wants_slideshow(post, channel) else _pictures(room, room.placement(asked, ["image"]))
        slides = rules is None and Feature.VIDEO in room.features
        if post.media or post.companions:
            photo = _photo_of(post, facts) if post.card and rules is not None else None
            if photo is not None and rules is not None and self._designs.named(post.card).photo is not None:
                return self._with_cards(post, channel, room, rules, photo)
            return _with_own(post, channel, facts, slides=slides)
        if rules is None and not (slides and wanted):
            return Dressed(post)
        if not post.card and not self._needs_picture(room, room.placement(asked, [])):
            return Dressed(post)
        dressed = self._with_cards(post, channel, room, rules or SLIDES)
        return replace(dressed, post=_as_slideshow(dressed.post, channel)) if slides else dressed

    def prune(self, used: Collection[Path]) -> None:
        """Remove cards that no post has used for a day."""
        self._gallery.prune(used)

    # ── When ──

    def _needs_picture(self, room: Room, placement: str) -> bool:
        """Whether words alone can never stand there."""
        key = room.platform, placement
        if key not in self._wordless:
            options = {"placement": placement} if placement != room.placements[0] else {}
            alone = Rendition(f"{room.platform}:0", placement, (Part(PartKind.ROOT, "x", options=options),))
            codes = {problem.code for problem in room.check(alone, {})}
            self._wordless[key] = bool(codes & room.unfit)
        return self._wordless[key]

    # ── What ──

    def _with_cards(
        self, post: Post, channel: Channel, room: Room, rules: PictureRules, photo: Photo | None = None
    ) -> Dressed:
        design = self._designs.named(post.card or channel.card)
        if design.photo is not None and photo is None:
            raise PublisherError("cards.no_photo", design=design.name)
        words = self._words(post, channel, design)
        if rules is SLIDES:
            words = replace(words, swipe="")  # a clip goes on by itself
        # Stills of a slideshow are no pictures of the part: it has none, or may take none.
        most = MAX_PAGES if rules is SLIDES else min(rules.most or room.limits.images, room.limits.images)
        drawn = self._gallery.card(Task(design, words, rules, most, photo))
        cut = next((one for one in drawn.told if one.code == "cards.cut"), None)
        if cut is not None and channel.long_text == "error":
            values = {**cut.values, "most": most}
            return Dressed(post, (_placed(Told("cards.too_long", Severity.ERROR, values), post, channel),))
        media = tuple(
            PostMedia(self._gallery.path(source), _name(design, number), source, alt, reading=len(alt))
            for number, (source, alt) in enumerate(drawn.pages, 1)
        )
        values = {"count": len(media), "design": design.name}
        told = (Told("cards.drawn", Severity.NOTICE, values), *drawn.told)
        shown = replace(post, media=(*media, *post.media[1:]))
        return Dressed(shown, tuple(_placed(one, post, channel) for one in told))

    def _words(self, post: Post, channel: Channel, design: Design) -> CardWords:
        space = self._space
        order = design.area.order
        titled = "title" in order and ("body" not in order or order.index("title") < order.index("body"))
        words = card_words(
            post,
            channel,
            space.defaults,
            name=space.brand.name,
            language=space.language,
            swipe=catalogues.message("cards.swipe", space.language) or "",
            headed=titled,
        )
        if "body" not in order:
            first = words.paragraphs[0].sentences[0] if words.paragraphs else ""
            return replace(words, title=words.title or first, paragraphs=(), left=0)
        alone = len(words.paragraphs) == 1 and not words.title and len(words.paragraphs[0].text) <= STATEMENT
        if titled and alone:
            return replace(words, title=words.paragraphs[0].text, paragraphs=())
        if not titled and not words.paragraphs:
            return replace(words, title="", paragraphs=(Paragraph((words.title,)),))
        return words


def _pictures(room: Room, placement: str) -> PictureRules | None:
    """What a place takes of pictures; None: it takes none."""
    return room.pictures(placement) if Feature.IMAGE in room.features else None


def _photo_of(post: Post, facts: Mapping[str, MediaFacts]) -> Photo | None:
    """The post's first picture, if that is what it begins with."""
    first = post.media[0] if post.media else None
    known = facts.get(first.source) if first else None
    return Photo(first, known) if first and known and known.kind in ("image", "gif") else None


def _with_own(post: Post, channel: Channel, facts: Mapping[str, MediaFacts], *, slides: bool) -> Dressed:
    """A post that has pictures or clips gets no card; its pictures become a clip where only those go."""
    told = (_placed(Told("cards.has_pictures", Severity.NOTICE), post, channel),) if post.card else ()
    kinds = [facts[one.source].kind for one in post.media if one.source in facts]
    stills = bool(kinds) and set(kinds) <= {"image", "gif"}
    needed = slides and stills and channel.unsupported == "card"
    return Dressed(_as_slideshow(post, channel) if needed else post, told)


def _wants_slideshow(post: Post, channel: Channel) -> bool:
    return {**channel.options, **post.platforms.get(channel.platform, {})}.get("slideshow") is True


def _as_slideshow(post: Post, channel: Channel) -> Post:
    own = post.platforms.get(channel.platform, {})
    return replace(post, platforms={**post.platforms, channel.platform: {"slideshow": True, **own}})


def _asked(post: Post, channel: Channel) -> str | None:
    own = post.platforms.get(channel.platform, {})
    asked = own.get("placement") or channel.options.get("placement")
    return str(asked) if asked else None


def _placed(told: Told, post: Post, channel: Channel) -> Problem:
    line = post.lines.get("card") or post.lines.get("body")
    return Problem(
        told.code,
        told.severity,
        told.values,
        post=post.path,
        file=post.file,
        line=line,
        channel=channel.label,
    )


def _of_design(problem: Problem, post: Post, channel: Channel) -> Problem:
    """A mistake in a design has its own place, a design that is not there that of its name in the post."""
    here = replace(problem, post=post.path, channel=channel.label)
    return here if problem.file else replace(here, file=post.file, line=post.lines.get("card"))


def _name(design: Design, number: int) -> str:
    return f"{design.name}-{number}.jpg"
