"""The keys that a post's `noticeboard:` block may give."""

from __future__ import annotations

from connectors.contract import Option

OPTIONS = (
    Option("text", "text", help="noticeboard.option_text", in_part=False),
    Option("thread", "bool", help="noticeboard.option_thread", in_part=False),
    Option("pinned", "bool", help="noticeboard.option_pinned"),
)
