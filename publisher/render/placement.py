"""Where on its platform a post will stand: known before anything is rendered, since it is part of the key."""

from __future__ import annotations

from collections.abc import Mapping

from connectors import registry
from connectors.contract import MediaFacts
from publisher.model import Channel, Post
from publisher.render.slideshow import kinds_of


def placement_of(post: Post, channel: Channel, facts: Mapping[str, MediaFacts]) -> str:
    """What the post asks for on that platform, else the channel, else what suits its media.

    Args:
        facts: by sha256 of the source; media without facts count for nothing.
    """
    own = post.platforms.get(channel.platform, {})
    asked = own.get("placement") or channel.options.get("placement")
    kinds = kinds_of(post, channel, facts)
    return registry.room(channel.platform).placement(str(asked) if asked else None, kinds)
