"""Says beforehand what a person will publish: media that a platform must fetch, and no place for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors import registry
from connectors.contract import MediaFacts, Problem, Severity
from publisher import recipe
from publisher.model import Rendered


def told(rendered: Rendered, facts: Mapping[str, MediaFacts]) -> Rendered:
    """The same, with a notice where an office without a media host cannot let the machine publish it.

    Args:
        facts: by sha256 of the source.
    """
    rendition, channel = rendered.rendition, rendered.channel
    if rendition is None:
        return rendered
    root = rendition.parts[0]
    made = {one: recipe.after(facts[one.source], one.recipe) for one in (*root.media, *root.companions)}
    room = registry.room(channel.platform)
    if not root.media or not room.fetches(root, made, channel.options):
        return rendered
    notice = Problem(
        "render.by_hand_host",
        Severity.NOTICE,
        {"platform": room.title},
        post=rendered.post.path,
        file=rendered.post.file,
        channel=channel.label,
    )
    return replace(rendered, problems=(*rendered.problems, notice))
