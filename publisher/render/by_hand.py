"""Says of a channel where a person publishes only what matters there, not what the platform's API asks."""

from __future__ import annotations

from dataclasses import replace

from connectors import registry
from publisher.model import Rendered


def told(rendered: Rendered) -> Rendered:
    """The same without the problems that only this program would meet."""
    api = registry.room(rendered.channel.platform).of_the_api
    return replace(rendered, problems=tuple(one for one in rendered.problems if one.code not in api))
