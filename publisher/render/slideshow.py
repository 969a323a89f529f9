"""Makes one clip of the pictures of a post, where post or channel ask for it: a slideshow; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from connectors.contract import ClipRules, MediaFacts
from publisher.model import Channel, Post
from publisher.recipe_clips import SlidesRecipe, Still
from publisher.render.fitting import Wish, filling
from publisher.render.fitting_clips import within

SIZE = (1080, 1920)
"""Upright, as Reels, Shorts and TikTok show clips."""
SECONDS, FADE = 4.0, 0.5
"""Ours: long enough to read the words of a poster."""
READ, LONGEST = 20, 12.0
"""Ours: characters that a card's reader takes in a second, and the longest that one card stays."""
SLIDE_SECONDS = (1, 60)
"""Ours: what an office may ask for; one that fades for half a second must stay longer than that."""
MOST = 4_000_000
"""Bits per second; what stands still takes far fewer."""


def is_wanted(post: Post, channel: Channel, facts: Mapping[str, MediaFacts]) -> bool:
    """Whether the pictures go out as one clip there: asked for, and there is nothing that moves by itself.

    Args:
        facts: by sha256 of the source; media without facts count for nothing.
    """
    asked = {**channel.options, **post.platforms.get(channel.platform, {})}.get("slideshow")
    known = [facts[one.source] for one in post.media if one.source in facts]
    return asked is True and bool(known) and all(one.kind in ("image", "gif") for one in known)


def kinds_of(post: Post, channel: Channel, facts: Mapping[str, MediaFacts]) -> list[str]:
    """What the media of a post will be on a channel: `MediaFacts.kind` of each."""
    if is_wanted(post, channel, facts):
        return ["video"]
    return [facts[one.source].kind for one in post.media if one.source in facts]


def frame(rules: ClipRules | None) -> tuple[int, int]:
    """Width and height of the clip on a platform: `SIZE`, or as near to it as it takes."""
    return within(SIZE, rules) if rules is not None else SIZE


def slideshow(
    stills: Sequence[Still], size: tuple[int, int], reading: int = 0, asked: int | None = None
) -> SlidesRecipe:
    """The clip of some pictures, in their order.

    Args:
        reading: characters that stand on the fullest of them.
        asked: seconds that each stays, as somebody wants it; None: as long as suits.
        stills: each with the steps that make it as large as the clip; one of another shape stands in the
            middle of black.
    """
    seconds = float(asked) if asked else max(SECONDS, min(float(ceil(reading / READ)), LONGEST))
    return SlidesRecipe(tuple(stills), size, seconds, FADE, MOST)


def of_pictures(
    post: Post,
    facts: Mapping[str, MediaFacts],
    wish: Wish,
    size: tuple[int, int],
    asked: int | None = None,
) -> SlidesRecipe:
    """The clip of a post's pictures: each fills the frame, by its focus or as the office wants it.

    Args:
        asked: seconds that each stays; None: as long as suits.
    """
    stills = [
        Still(one.source, filling(facts[one.source], one.focus, size, wish).steps) for one in post.media
    ]
    return slideshow(stills, size, max((one.reading for one in post.media), default=0), asked)
