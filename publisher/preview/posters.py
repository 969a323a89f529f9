"""What a clip shows at rest, for previews: its cover, the moment that was named, or its first picture.

Made of the post's own file, in the shape the clip will have: it is there before the clip is encoded, and a
slideshow's before it is made.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from connectors import registry
from connectors.contract import Media, Part
from publisher import recipe
from publisher.media import decoding, inspect
from publisher.preview import embedding
from publisher.recipe import Recipe
from publisher.views import ChannelPreview

if TYPE_CHECKING:
    from PIL.Image import Image

_MOST = 8_000_000
"""Bytes; what is shown is smaller by far."""


@dataclass(frozen=True, slots=True)
class Poster:
    """A picture to be made of a post's own file.

    Attributes:
        picture: the file's source, and the steps that make the picture of it.
        path: of the file.
    """

    picture: Media
    path: Path

    def image(self, side: int) -> Image:
        """It, its longer side no longer than asked.

        Raises:
            MediaError: the file cannot be used.
        """
        from publisher.media import moments, pictures

        steps = recipe.read(self.picture.recipe)
        if steps is None:
            return embedding.small(self.path, side)
        steps = _smaller(steps, side)
        if steps.at is not None:
            with moments.picture_at(self.path, steps.at, self.path.name) as whole:
                return pictures.drawn(whole, steps)
        name = self.path.name
        [made] = pictures.make_all(inspect.read(self.path, name), [steps], name)
        return decoding.shrunk(made, side, name)


def poster(clip: Media, part: Part, channel: ChannelPreview) -> Poster:
    """What a clip of a part shows at rest on a channel.

    Raises:
        LookupError: the post has no such file, as one whose file is gone.
    """
    picture = at_rest(clip, part, channel)
    post = channel.rendered.post
    own = {one.source: one.path for one in (*post.media, *post.companions)}
    return Poster(picture, own[picture.source])


def at_rest(clip: Media, part: Part, channel: ChannelPreview) -> Media:
    """The same as the source of a picture, and the steps that make it."""
    cover = next((one for one in part.companions if one.role == "cover"), None)
    if cover is not None:
        return cover
    moment = _moment(part, channel)
    slides, made = recipe.of_slides(clip.recipe), recipe.of_clip(clip.recipe)
    if slides is not None:
        still = slides.stills[min(int(moment // slides.seconds), len(slides.stills) - 1)]
        return Media(still.source, still.steps, "")
    facts = channel.sources[clip]
    whole, size = (0, 0, facts.width, facts.height), (facts.width, facts.height)
    if made is None:
        shown = Recipe(whole, size, None, "", "image/jpeg", _MOST, moment)
    else:
        look = made.crop or whole, made.size, made.canvas, made.background
        shown = Recipe(*look, "image/jpeg", _MOST, moment)
    return Media(clip.source, shown.steps, "")


def _moment(part: Part, channel: ChannelPreview) -> float:
    """Seconds into the clip, as the platform was told."""
    room, rendition = registry.room(channel.platform), channel.rendered.rendition
    option = room.cover_moments.get(rendition.placement if rendition else "")
    asked = part.options.get(option) if option else None
    return asked / 1000 if isinstance(asked, int) and asked > 0 else 0.0


def _smaller(steps: Recipe, side: int) -> Recipe:
    """The same for fewer pixels."""
    factor = min(1.0, side / max(steps.size))
    canvas = _scaled(steps.canvas, factor) if steps.canvas else None
    return replace(steps, scale=_scaled(steps.scale, factor), canvas=canvas, most=_MOST)


def _scaled(size: tuple[int, int], factor: float) -> tuple[int, int]:
    return max(1, round(size[0] * factor)), max(1, round(size[1] * factor))
