"""The keys that a post or a channel may give for Threads."""

from __future__ import annotations

from connectors.contract import Option

# Meta's documentation, Threads posts, reply_control, checked 2026-11-23; leaving it out lets everyone reply.
REPLY_CONTROL = (
    "everyone",
    "accounts_you_follow",
    "mentioned_only",
    "parent_post_author_only",
    "followers_only",
)

OPTIONS = (
    Option("text", "text", help="threads.option_text", in_part=False),
    Option("thread", "bool", where=("post", "channel"), help="threads.option_thread", in_part=False),
    Option("first_comment", "text", help="threads.option_first_comment", in_part=False),
    Option("topic_tag", "text", help="threads.option_topic_tag"),
    Option("poll", "list", help="threads.option_poll"),
    Option(
        "reply_control",
        "choice",
        choices=REPLY_CONTROL,
        where=("post", "channel"),
        help="threads.option_reply_control",
    ),
    Option("count_bytes", "bool", where=("channel",), help="threads.option_count_bytes"),
    Option("slideshow", "bool", where=("post", "channel"), help="threads.option_slideshow", in_part=False),
    Option("slide_seconds", "int", where=("post", "channel"), help="threads.option_slides", in_part=False),
)


def topic_of(written: str) -> str:
    """A topic tag as the API takes it: without the hash sign that people write."""
    return written.strip().removeprefix("#")
