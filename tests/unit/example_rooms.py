"""Rooms as other packages may bring them, by entry point: for what X and Facebook do not have."""

from __future__ import annotations

from datetime import timedelta
from typing import ClassVar, NoReturn

from connectors.contract import Feature, Limits, Option, Problem, Room, Severity, features_of
from connectors.errors import UnsupportedError


def limits(text: int) -> Limits:
    return Limits(
        text=text,
        images=10,
        lead=timedelta(hours=1),
        settle=timedelta(seconds=30),
        visibility=timedelta(seconds=60),
        looks=2,
        look_every=timedelta(seconds=20),
        commit_budget=10.0,
    )


class Loom(Room):
    """Short texts, threads and a first comment, one character each."""

    platform = "loom"
    title = "Loom"
    limits = limits(500)
    features: ClassVar[frozenset[Feature]] = frozenset(
        {Feature.TEXT, Feature.IMAGE, Feature.IMAGES, Feature.ALT_TEXT, Feature.THREAD, Feature.COMMENT}
    )
    options = (Option("thread", "bool", where=("post", "channel"), in_part=False),)

    def _check(self, rendition, facts) -> list[Problem]:
        return [
            Problem("loom.too_long", Severity.ERROR, {"used": self.measure(part.text)}, part=number)
            for number, part in enumerate(rendition.parts, 1)
            if self.measure(part.text) > self.limits.text
        ]

    def measure(self, text: str) -> int:
        return len(text)

    def comment_limit(self) -> int:
        return 40

    def open(self, account, door, tokens, clock, media) -> NoReturn:
        raise UnsupportedError(self.title, "open")


class Frame(Loom):
    """Nothing without a picture, and no threads."""

    platform = "frame"
    title = "Frame"
    limits = limits(2200)
    features: ClassVar[frozenset[Feature]] = frozenset({Feature.TEXT, Feature.IMAGE, Feature.ALT_TEXT})
    options = ()
    unfit = frozenset({"frame.needs_picture"})

    def _check(self, rendition, facts) -> list[Problem]:
        root = rendition.parts[0]
        if Feature.IMAGE not in features_of(root, facts):
            return [Problem("frame.needs_picture", Severity.ERROR, {}, part=1)]
        return super()._check(rendition, facts)


class Tube(Loom):
    """A title besides the text, bold, and other placements."""

    platform = "tube"
    title = "Tube"
    limits = limits(5000)
    placements = ("video", "short")
    fields = ("title",)
    bold = "*"
    options = (Option("title", "text"),)

    def measure(self, text: str) -> int:
        return len(text.encode())

    def field_limit(self, field: str, placement: str) -> int | None:
        return 100 if placement == "video" else 40

    def measure_field(self, field: str, text: str) -> int:
        return len(text)


class Instagram(Frame):
    platform = "instagram"
    title = "Instagram"


class Threads(Loom):
    platform = "threads"
    title = "Threads"


class TikTok(Frame):
    platform = "tiktok"
    title = "TikTok"
    placements = ("video", "photo")
    fields = ("title",)


class YouTube(Tube):
    platform = "youtube"
    title = "YouTube"


LOOM, FRAME, TUBE = Loom(), Frame(), Tube()
INSTAGRAM, THREADS, TIKTOK, YOUTUBE = Instagram(), Threads(), TikTok(), YouTube()
