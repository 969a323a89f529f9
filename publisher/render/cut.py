"""Tells when much of a picture or clip is cut off: how much, and where; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from connectors.contract import Json, MediaFacts, Problem, Severity
from publisher import recipe
from publisher.model import PostMedia
from publisher.render.verdict import Judge

MUCH = 0.25
"""Ours: of what a picture shows. A photo of 4:3 that becomes a square loses just so much."""


def told(
    judge: Judge, shown: Sequence[PostMedia], facts: Sequence[MediaFacts], steps: Sequence[tuple[str, ...]]
) -> Iterator[Problem]:
    """A warning for each picture of which more than MUCH is cut off; a notice where staff said what stays.

    Args:
        shown: the first pictures of the post, in their order.
        facts, steps: of each.
    """
    for number, (one, source, made) in enumerate(zip(shown, facts, steps, strict=True), 1):
        crop = recipe.crop_of(made)
        if crop is None:
            continue
        cut = recipe.cut_off(crop, source.width, source.height)
        if sum(cut.values()) <= MUCH:
            continue
        sides = {side: round(100 * share) for side, share in cut.items()}
        across = cut["left"] + cut["right"] > cut["top"] + cut["bottom"]
        values: dict[str, Json] = {"platform": judge.room.title, "name": one.name, "number": number, **sides}
        values["percent"] = sum(sides.values())  # as the reader adds them up
        if one.focus is not None:
            code = "render.focus_across" if across else "render.focus_down"
            yield judge.problem(code, values, Severity.NOTICE)
        else:
            yield judge.problem(
                "render.cut_across" if across else "render.cut_down", values, Severity.WARNING
            )
