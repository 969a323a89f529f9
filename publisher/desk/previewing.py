"""What the preview shows: a post on a channel, counted and priced the platform's way; where else it goes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from connectors import registry
from connectors.contract import MediaFacts, Problem, Severity
from publisher.model import Channel
from publisher.plan import Wanted
from publisher.views import ChannelPreview, DeliveryView, PartCount, Reach


def on_channel(
    wanted: Wanted, booked: DeliveryView | None, facts: Mapping[str, MediaFacts]
) -> ChannelPreview:
    """What will stand on one channel.

    Args:
        booked: its delivery; None: not booked yet.
        facts: by sha256 of the source.
    """
    rendered, channel = wanted.rendered, wanted.rendered.channel
    room = registry.room(channel.platform)
    parts = rendered.rendition.parts if rendered.rendition else ()
    prices = [price for part in parts if (price := room.price(part)) is not None]
    asked = ("log.gate_approval",) if channel.approval == "required" else ()
    return ChannelPreview(
        channel=channel.label,
        platform=channel.platform,
        title=room.title,
        account=channel.account,
        rendered=rendered,
        due=wanted.due,
        counts=tuple(PartCount(room.measure(part.text), room.limits.text) for part in parts),
        facts={
            m: facts[m.source] for part in parts for m in (*part.media, *part.companions) if m.source in facts
        },
        usd=sum((price.usd for price in prices), start=prices[0].usd * 0) if prices else None,
        price_notes=tuple(dict.fromkeys(price.why for price in prices)),
        state=booked.state if booked else None,
        gates=booked.gates if booked else asked,
        url=booked.url if booked else None,
    )


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
