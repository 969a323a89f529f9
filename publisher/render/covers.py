"""Decides what a clip shows at rest on a channel: a picture of its own, or a moment of it.

A post may give a picture, a moment, or both; each platform gets what it can use of them. Pure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from connectors.contract import Json, Media, MediaFacts, PictureRules, Room, Severity
from publisher import recipe
from publisher.model import Post, PostMedia
from publisher.recipe_clips import SlidesRecipe
from publisher.render.fitting import Wish, fitted

Told = tuple[str, dict[str, Json], Severity]
_MOMENT = "image/x-moment"
"""What a frame is before it is a picture: no platform takes it as it is."""
_ANY = PictureRules(("image/jpeg",), 8_000_000)
"""For a room that says nothing of pictures."""


@dataclass(frozen=True, slots=True)
class Cover:
    """What goes out for it.

    Attributes:
        options: the room's own, such as a moment in milliseconds.
        media: a picture with the role `cover`, if any.
        told: what is left out, or wrong.
    """

    options: Mapping[str, Json]
    media: tuple[Media, ...] = ()
    told: tuple[Told, ...] = ()


_NONE = Cover({})


@dataclass(frozen=True, slots=True)
class Covering:
    """One post on one channel, as far as its cover goes.

    Attributes:
        facts: by sha256 of the source.
        given: the room's options as post and channel give them: these are kept as they are.
        wish: what becomes of a picture of a shape that is not taken.
    """

    post: Post
    room: Room
    placement: str
    facts: Mapping[str, MediaFacts]
    given: Mapping[str, Json]
    wish: Wish

    def of(self, media: Sequence[Media]) -> Cover:
        """What the post's cover is, beside what goes out there."""
        picture = next((one for one in self.post.companions if one.role == "cover"), None)
        if (picture is None and self.post.cover is None) or not media:
            return _NONE
        clip = self._clip(media)
        if clip is None:
            return self._of_pictures(media, picture)
        sent = recipe.after(self.facts[clip.source], clip.recipe)
        moment = self._moment(clip, picture)
        if moment is not None and moment >= (sent.seconds or 0):
            values: dict[str, Json] = {"at": moment, "seconds": round(sent.seconds or 0, 1)}
            return Cover({}, (), (("render.cover_beyond", values, Severity.ERROR),))
        if picture is not None and self.room.takes_cover(self.placement, sent):
            return Cover({}, (self._picture(picture),))
        option = self.room.cover_moments.get(self.placement)
        if moment is not None and option is not None:
            return Cover({} if option in self.given else {option: round(moment * 1000)})
        if moment is not None and self.room.takes_cover(self.placement, sent):
            return Cover({}, (self._frame(clip, moment),))
        return self._left(picture, option)

    def _clip(self, media: Sequence[Media]) -> Media | None:
        """The one clip that goes out by itself."""
        moving = [one for one in media if recipe.after(self.facts[one.source], one.recipe).kind == "video"]
        return moving[0] if len(moving) == len(media) == 1 else None

    def _moment(self, clip: Media, picture: PostMedia | None) -> float | None:
        """The moment that is asked for; a picture of a slideshow stands for the middle of its time."""
        slides = recipe.of_slides(clip.recipe)
        if self.post.cover is not None or slides is None or picture is None:
            return self.post.cover
        places = [place for place, one in enumerate(slides.stills) if one.source == picture.source]
        return (places[0] + 0.5) * slides.seconds if places else None

    def _of_pictures(self, media: Sequence[Media], picture: PostMedia | None) -> Cover:
        """Beside pictures, or several clips: the number of one, where the platform asks for that."""
        option = self.room.cover_numbers.get(self.placement)
        numbers = [place for place, one in enumerate(media, 1) if picture and one.source == picture.source]
        if option is not None and numbers:
            return Cover({} if option in self.given else {option: numbers[0]})
        if numbers == [1]:
            return _NONE
        return Cover({}, (), (("render.cover_first", self._named(), Severity.NOTICE),))

    def _picture(self, picture: PostMedia) -> Media:
        return Media(picture.source, self._steps(self.facts[picture.source], picture.focus), "", "cover")

    def _frame(self, clip: Media, moment: float) -> Media:
        """The moment as a picture: a frame of the clip, or what a slideshow is made of."""
        slides = recipe.of_slides(clip.recipe)
        if slides is not None:
            still = _at(slides, moment)
            return Media(still, self._steps(self.facts[still], None), "", "cover")
        frame = replace(self.facts[clip.source], mime=_MOMENT, frames=1, seconds=None, clip=None)
        made = recipe.read(self._steps(frame, None))
        assert made is not None  # noqa: S101 - no platform takes a frame as it is
        return Media(clip.source, replace(made, at=moment).steps, "", "cover")

    def _steps(self, facts: MediaFacts, focus: tuple[float, float] | None) -> tuple[str, ...]:
        rules = self.room.pictures(self.placement, "cover") or _ANY
        [steps] = fitted([facts], [focus], rules, self.wish)
        return steps

    def _left(self, picture: PostMedia | None, option: str | None) -> Cover:
        """What the platform cannot use, told."""
        if picture is None:
            return Cover({}, (), (("render.cover_left", self._named(), Severity.NOTICE),))
        code = "render.companion_left" if option is None else "render.cover_moment"
        values: dict[str, Json] = {**self._named(), "feature": "cover", "name": picture.name}
        return Cover({}, (), ((code, values, Severity.NOTICE),))

    def _named(self) -> dict[str, Json]:
        return {"platform": self.room.title}


def _at(slides: SlidesRecipe, moment: float) -> str:
    """The source of the picture that stands there."""
    return slides.stills[min(int(moment // slides.seconds), len(slides.stills) - 1)].source
