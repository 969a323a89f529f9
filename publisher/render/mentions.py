"""Who is called what where: `@diskominfo` as typed becomes the handle of that platform."""

from __future__ import annotations

import re
from collections.abc import Mapping

# The rest of an address is none, nor is what stands inside a URL, such as tiktok.com/@name.
_MENTION = re.compile(r"(?<![\w.@/+%=-])@(\w(?:[\w.]*\w)?)(?!@)")

Mentions = Mapping[str, Mapping[str, str]]


def renamed(text: str, mentions: Mentions, platform: str) -> str:
    """The text with each handle of the table as it is on the platform; all others as typed."""
    if not mentions or "@" not in text:
        return text
    return _MENTION.sub(lambda match: called(match[1], mentions, platform), text)


def called(handle: str, mentions: Mentions, platform: str) -> str:
    """`@diskominfo` on a platform: its handle there, else the bare `name`, else as typed."""
    bare = handle.lstrip("@")
    places = mentions.get(bare.lower(), {})
    there = places.get(platform)
    if there:
        return "@" + there.lstrip("@")
    return places.get("name") or "@" + bare
