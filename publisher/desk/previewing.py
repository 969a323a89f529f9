"""A post on a channel as the preview shows it: what render gave, counted and priced the platform's way."""

from __future__ import annotations

from collections.abc import Mapping

from connectors import registry
from connectors.contract import MediaFacts
from publisher.plan import Wanted
from publisher.views import ChannelPreview, DeliveryView, PartCount


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
        facts={m: facts[m.source] for part in parts for m in part.media if m.source in facts},
        usd=sum((price.usd for price in prices), start=prices[0].usd * 0) if prices else None,
        price_notes=tuple(dict.fromkeys(price.why for price in prices)),
        state=booked.state if booked else None,
        gates=booked.gates if booked else asked,
        url=booked.url if booked else None,
    )
