"""The lists of a pretended Page: posts, drafts and comments, page by page."""

from __future__ import annotations

import base64
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from connectors.facebook.simulator_answers import Call, bad, gone
from connectors.facebook.simulator_shelf import Shelf
from connectors.sandbox_graph import parse_fields, time_of
from connectors.sandbox_world import LivePost, Simulator

Json = Any


class Lists:
    """Every edge of one simulator that gives a list."""

    def __init__(self, simulator: Simulator, shelf: Shelf) -> None:
        self._simulator = simulator
        self._world = simulator.world
        self._platform = simulator.platform
        self._shelf = shelf

    def published(self, call: Call) -> Json:
        return self._page_of(call, self._listed(call, drafts=False))

    def feed(self, call: Call) -> Json:
        return self._page_of(call, self._listed(call, drafts=True))

    def scheduled(self, call: Call) -> Json:
        posts = [post for post in self._shelf.drafts(call.account) if "at" in post.private]
        return self._page_of(call, posts)

    def comments(self, call: Call) -> Json:
        parent = self._shelf.own(call, call.target, "get")
        latest = self._world.now() - timedelta(seconds=self._simulator.setting("list_lag"))
        found = [
            one
            for one in self._world.live(self._platform, parent=parent.id)
            if not one.removed and one.created_at <= latest
        ]
        newest = call.text("order") == "reverse_chronological"
        return self._page_of(call, found[::-1] if newest else found)

    def _listed(self, call: Call, drafts: bool) -> list[LivePost]:
        """Newest first; the freshest are missing for as long as lists lag."""
        if call.target != call.account:
            raise gone(call.target)
        latest = self._world.now() - timedelta(seconds=self._simulator.setting("list_lag"))
        posts = [post for post in self._world.live(self._platform, call.account) if post.kind != "comment"]
        posts = [post for post in posts if post.private.get("kind") != "story"]
        posts += self._shelf.drafts(call.account) if drafts else []
        shown = [post for post in posts if not post.removed and post.created_at <= latest]
        return sorted(shown, key=lambda post: post.created_at, reverse=True)

    def _page_of(self, call: Call, posts: list[LivePost]) -> Json:
        """One page: since, until, limit and cursors applied, the fields asked for."""
        limit = call.text("limit") or "25"
        if not limit.isdigit() or not 1 <= int(limit) <= 100:
            raise bad("param limit must be between 1 and 100")
        since = time_of(call.text("since"), "since") if call.has("since") else None
        until = time_of(call.text("until"), "until") if call.has("until") else None
        posts = [
            post
            for post in posts
            if (since is None or post.created_at.replace(microsecond=0) >= since)
            and (until is None or post.created_at.replace(microsecond=0) <= until)
        ]
        ids = [_cursor(post) for post in posts]
        start = ids.index(call.text("after")) + 1 if call.text("after") in ids else 0
        if call.has("after") and not start:
            raise bad("Invalid cursor")
        shown = posts[start : start + int(limit)]
        fields = parse_fields(call.text("fields"))
        data = [self._shelf.shown(post, fields) for post in shown]
        if not shown:
            return {"data": []}
        paging: dict[str, Json] = {"cursors": {"before": _cursor(shown[0]), "after": _cursor(shown[-1])}}
        if start + int(limit) < len(posts):
            # The token stands in Meta's own; the host is the one that was asked, for clients that follow.
            given = {name: call.text(name) for name in call.params if name != "after"}
            edge = call.request.path.rpartition("/")[2]
            home = f"{self._world.base_url}/{self._platform}/{call.version}"
            query = urlencode({**given, "after": _cursor(shown[-1])})
            paging["next"] = f"{home}/{call.target}/{edge}?{query}"
        return {"data": data, "paging": paging}


def _cursor(post: LivePost) -> str:
    return base64.urlsafe_b64encode(post.id.encode()).decode().rstrip("=")
