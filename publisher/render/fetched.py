"""Says beforehand what becomes of media that a platform must fetch: by hand, fetched, or refused there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from connectors import registry
from connectors.contract import Json, MediaFacts, Problem, Severity
from publisher import recipe
from publisher.model import Rendered


def told(rendered: Rendered, facts: Mapping[str, MediaFacts], *, hosted: bool, url: str | None) -> Rendered:
    """The same, with what stands in the way of the platform's fetching its media, if anything does.

    Args:
        facts: by sha256 of the source.
        hosted: whether there is a place to fetch from; without one a person publishes it: a notice.
        url: what that place's addresses begin with; None: the sandbox's own. One that the platform refuses
            is an error.
    """
    rendition, channel = rendered.rendition, rendered.channel
    if rendition is None or (hosted and url is None):
        return rendered
    root = rendition.parts[0]
    if not root.media:
        return rendered
    made = {one: recipe.after(facts[one.source], one.recipe) for one in (*root.media, *root.companions)}
    room = registry.room(channel.platform)
    if not room.fetches(root, made, channel.options):
        return rendered
    if not hosted:
        return _with(rendered, "render.by_hand_host", Severity.NOTICE, platform=room.title)
    if url is not None and not room.may_fetch(url, channel.options):
        return _with(rendered, "render.host_refused", Severity.ERROR, platform=room.title, url=url)
    return rendered


def _with(rendered: Rendered, code: str, severity: Severity, **values: Json) -> Rendered:
    post = rendered.post
    label = rendered.channel.label
    problem = Problem(code, severity, values, post=post.path, file=post.file, channel=label)
    return replace(rendered, problems=(*rendered.problems, problem))
