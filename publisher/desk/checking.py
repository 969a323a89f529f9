"""Where posts go out as they are now: what the words of a problem need besides the problem."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from connectors import registry
from connectors.contract import Problem, Severity
from publisher.checked import Reach
from publisher.model import Channel
from publisher.plan import Wanted


def reach(channels: Sequence[Channel], wanted: Sequence[Wanted], problems: Iterable[Problem]) -> Reach:
    """The channels as people know them, and where each post goes out as it is now."""
    stopped = {(p.post, p.channel) for p in problems if p.severity is Severity.ERROR}
    going: defaultdict[str, set[str]] = defaultdict(set)
    for each in wanted:
        path, label = each.rendered.post.path, each.rendered.channel.label
        sent = each.rendered.rendition is not None and each.due is not None and each.missed is None
        if sent and not each.rendered.post.draft and not {(path, label), (path, None)} & stopped:
            going[path].add(label)
    return Reach(
        names=_names(channels),
        going={path: frozenset(labels) for path, labels in going.items()},
        threads=frozenset(
            (each.rendered.post.path, each.rendered.channel.label)
            for each in wanted
            if each.rendered.rendition is not None and len(each.rendered.rendition.parts) > 1
        ),
    )


def _names(channels: Sequence[Channel]) -> dict[str, str]:
    shared = Counter(channel.platform for channel in channels)
    titles = {platform: registry.room(platform).title for platform in shared}
    return {
        c.label: titles[c.platform] if shared[c.platform] == 1 else f"{titles[c.platform]} ({c.label})"
        for c in channels
    }
