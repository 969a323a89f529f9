"""The keys that a post or a channel may give for Facebook."""

from __future__ import annotations

from connectors.contract import Option

OPTIONS = (
    Option("text", "text", where=("post",), help="facebook.option_text", in_part=False),
    Option("first_comment", "text", where=("post",), help="facebook.option_first_comment", in_part=False),
    Option("graph_version", "text", where=("channel",), help="facebook.option_graph_version", in_part=False),
    Option(
        "commit",
        "choice",
        choices=("direct", "staged"),
        where=("channel",),
        help="facebook.option_commit",
        in_part=False,
    ),
    Option("slideshow", "bool", where=("post", "channel"), help="facebook.option_slideshow", in_part=False),
    Option("slide_seconds", "int", where=("post", "channel"), help="facebook.option_slides", in_part=False),
)
