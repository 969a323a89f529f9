"""The keys that a post or a channel may give for YouTube."""

from __future__ import annotations

from connectors.contract import Option
from connectors.youtube.limits import CATEGORIES

# Discovery document of youtube.v3, revision 20261104, VideoStatus.privacyStatus.
PRIVACY = ("public", "unlisted", "private")
PRIVACY_DEFAULT = "public"

_BOTH = ("post", "channel")

OPTIONS = (
    Option("text", "text", help="youtube.option_text", in_part=False),
    Option("title", "text", help="youtube.option_title"),
    Option("tags", "list", where=_BOTH, help="youtube.option_tags"),
    Option("category", "choice", tuple(CATEGORIES), _BOTH, "youtube.option_category"),
    Option("language", "text", where=_BOTH, help="youtube.option_language"),
    Option("made_for_kids", "bool", where=_BOTH, help="youtube.option_made_for_kids"),
    Option("made_with_ai", "bool", help="youtube.option_made_with_ai"),
    Option("privacy", "choice", PRIVACY, _BOTH, "youtube.option_privacy"),
    Option("playlist", "text", where=_BOTH, help="youtube.option_playlist"),
    Option("notify_subscribers", "bool", where=_BOTH, help="youtube.option_notify_subscribers"),
    Option("slideshow", "bool", where=("post", "channel"), help="youtube.option_slideshow", in_part=False),
    Option("slide_seconds", "int", where=("post", "channel"), help="youtube.option_slides", in_part=False),
)
