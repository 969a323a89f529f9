"""Draws cards: the words of a post as pictures, for platforms that show no words alone.

What draws them is in `deck` and below; whether a post may get any is asked here, at every look.
"""

from __future__ import annotations

from publisher.model import Channel, Post


def are_asked(post: Post, channel: Channel) -> bool:
    """Whether the post asks for a card, or the channel for one where words alone cannot stand."""
    return bool(post.card) or channel.unsupported == "card"
