"""The keys that a post or a channel may give for X."""

from __future__ import annotations

from connectors.contract import Option

# X OpenAPI specification 2.167, CreatePostsRequest.reply_settings, checked 2026-11-23; leaving it out
# lets everyone reply.
REPLY_SETTINGS = ("following", "mentionedUsers", "subscribers", "verified")

POLL = ("poll", "poll_minutes")

OPTIONS = (
    Option("text", "text", where=("post",), help="twitter.option_text", in_part=False),
    Option("thread", "bool", where=("post", "channel"), help="twitter.option_thread", in_part=False),
    Option(
        "reply_settings",
        "choice",
        choices=REPLY_SETTINGS,
        where=("post", "channel"),
        help="twitter.option_reply_settings",
    ),
    Option("poll", "list", help="twitter.option_poll"),
    Option("poll_minutes", "int", help="twitter.option_poll_minutes"),
    Option("made_with_ai", "bool", where=("post",), help="twitter.option_made_with_ai"),
    Option("slideshow", "bool", where=("post", "channel"), help="twitter.option_slideshow", in_part=False),
    Option("slide_seconds", "int", where=("post", "channel"), help="twitter.option_slides", in_part=False),
)
