"""What a pretended Instagram account shows: posts, stories, comments, and lists of them (for simulator.py).

Sources: Meta's IG User media, IG User stories, IG Media and IG Comment pages (checked 2026-11-23).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from connectors.instagram.simulator_answers import refusal
from connectors.instagram.simulator_containers import FIRST_ID, Containers
from connectors.sandbox_graph import (
    Fields,
    GraphCall,
    bad,
    gone,
    page_of,
    parse_fields,
    pick,
    time_of,
    time_text,
)
from connectors.sandbox_world import LivePost, Simulator

Json = Any

_STORY_LIFE = timedelta(hours=24)
_COMMENTS = 50


class Shelf:
    """Posts, stories and comments of all accounts of one simulator."""

    def __init__(self, simulator: Simulator, containers: Containers) -> None:
        self._simulator = simulator
        self._world = simulator.world
        self._platform = simulator.platform
        self._containers = containers

    # ── nodes ────────────────────────────────────────────────────────────────

    def node(self, call: GraphCall) -> Json:
        """GET /{id}: the account, a container, a post or a comment."""
        fields = parse_fields(call.text("fields"))
        if self._simulator.profile(call.target) is not None:
            return self._account(call, fields)
        container = self._world.get(self._platform, "container", call.target)
        if container is not None and container["account"] == call.account:
            return self._containers.shown(call.target, container, fields)
        return self._shown(self._own(call, "get"), fields)

    def _account(self, call: GraphCall, fields: Fields) -> Json:
        if call.target != call.account:
            raise gone(call.target)
        profile = self._simulator.profile(call.target)
        name = profile.name if profile else ""
        node: dict[str, Callable[[], Json]] = {
            "id": lambda: call.account,
            "user_id": lambda: call.account,
            "username": lambda: username(name),
            "name": lambda: name,
            "account_type": lambda: "BUSINESS",
            "media_count": lambda: len(self._posts(call.account, stories=False)),
        }
        return pick(node, "IGUser", fields or {"id": {}})

    def _own(self, call: GraphCall, verb: str) -> LivePost:
        found = self._world.post(self._platform, call.target)
        if found is None or found.removed or found.account != call.account or self._is_over(found):
            raise gone(call.target, verb)
        return found

    def _shown(self, post: LivePost, fields: Fields) -> Json:
        if post.kind == "comment":
            return pick(self._comment(post), "IGComment", fields or {"timestamp": {}, "text": {}})
        return pick(self._media(post), "IGMedia", fields or {"id": {}})

    def _media(self, post: LivePost) -> dict[str, Callable[[], Json]]:
        place = str(post.options.get("placement"))
        first = post.media[0]
        kind = "IMAGE" if first["type"] == "image" else "VIDEO"
        product = {"reel": "REELS", "story": "STORY"}.get(place, "FEED")
        return {
            "id": lambda: post.id,
            "ig_id": lambda: post.id,
            "caption": lambda: post.text or None,
            "timestamp": lambda: time_text(post.created_at),
            "permalink": lambda: f"https://www.instagram.com{post.path.removeprefix('/instagram/web')}",
            "shortcode": lambda: post.private.get("code"),
            "media_type": lambda: "CAROUSEL_ALBUM" if post.private.get("carousel") else kind,
            "media_product_type": lambda: product,
            "media_url": lambda: f"{self._world.base_url}/media/{first['sha256']}",
            "thumbnail_url": lambda: None,
            "alt_text": lambda: first.get("alt") or None,
            "username": lambda: username(self._name(post.account)),
            "owner": lambda: {"id": post.account},
            "is_comment_enabled": lambda: self._takes_comments(post),
            "is_shared_to_feed": lambda: post.options.get("share_to_feed"),
            "comments_count": lambda: len(self._comments_on(post.id)),
            "like_count": lambda: 0,
            "children": lambda: self._children(post) if post.private.get("carousel") else None,
        }

    def _children(self, post: LivePost) -> Json:
        return {"data": [{"id": f"{post.id}{number}"} for number in range(len(post.media))]}

    def _comment(self, comment: LivePost) -> dict[str, Callable[[], Json]]:
        name = username(self._name(comment.account))
        return {
            "id": lambda: comment.id,
            "text": lambda: comment.text,
            "timestamp": lambda: time_text(comment.created_at),
            "username": lambda: name,
            "from": lambda: {"id": comment.account, "username": name},
            "media": lambda: {"id": comment.parent},
            "parent_id": lambda: None,
            "hidden": lambda: False,
            "like_count": lambda: 0,
        }

    # ── lists ────────────────────────────────────────────────────────────────

    def media(self, call: GraphCall) -> Json:
        """GET /{ig}/media: newest first, stories left out."""
        return self._listed(call, self._posts(call.account, stories=False), "media")

    def stories(self, call: GraphCall) -> Json:
        """GET /{ig}/stories: those of the last 24 hours."""
        return self._listed(call, self._posts(call.account, stories=True), "stories")

    def comments(self, call: GraphCall) -> Json:
        """GET /{media}/comments: newest first, at most 50."""
        self._own(call, "get")
        return self._listed(call, self._comments_on(call.target), "comments", _COMMENTS)

    def _listed(self, call: GraphCall, posts: list[LivePost], edge: str, most: int = 100) -> Json:
        fields = parse_fields(call.text("fields"))
        lag = timedelta(seconds=self._simulator.setting("list_lag"))
        latest = self._world.now() - lag
        since = time_of(call.text("since"), "since") if call.has("since") else None
        until = time_of(call.text("until"), "until") if call.has("until") else None
        shown = [
            self._shown(post, fields)
            for post in reversed(posts)
            if post.created_at <= latest
            and (since is None or post.created_at >= since)
            and (until is None or post.created_at <= until)
        ]
        below = "/facebook-login" if call.via == "facebook" else ""
        home = f"{self._world.base_url}/{self._platform}{below}/v26.0"
        return page_of(call, shown, f"{home}/{call.target}/{edge}", most=most)

    def _posts(self, account: str, stories: bool) -> list[LivePost]:
        return [
            post
            for post in self._world.live(self._platform, account)
            if post.kind == "root"
            and not post.removed
            and (post.options.get("placement") == "story") is stories
            and not self._is_over(post)
        ]

    def _comments_on(self, media: str) -> list[LivePost]:
        return [one for one in self._world.live(self._platform, parent=media) if not one.removed]

    def _is_over(self, post: LivePost) -> bool:
        story = post.options.get("placement") == "story"
        return story and self._world.now() - post.created_at >= _STORY_LIFE

    # ── writing ──────────────────────────────────────────────────────────────

    def comment(self, call: GraphCall) -> Json:
        """POST /{media}/comments. With `fields` the comment is made, and then its reading fails."""
        post = self._own(call, "post")
        message = call.text("message")
        limit = int(self._simulator.setting("comment_limit"))
        if not message.strip():
            raise bad("The parameter message is required")
        if len(message) > limit:
            raise bad(f"Param message must be at most {limit} characters long.")
        if post.kind == "comment" or not self._takes_comments(post):
            raise bad("Comments are turned off for this media.")
        made = LivePost(
            self._platform,
            call.account,
            str(self._world.next_number(self._platform, FIRST_ID)),
            "comment",
            message,
            self._world.now(),
            f"{post.path}#comments",
            parent=post.id,
        )
        self._world.publish(made)
        if call.has("fields"):
            return refusal(20, 1772107).response()
        return {"id": made.id}

    def update(self, call: GraphCall) -> Json:
        """POST /{media}?comment_enabled=…: the only thing that can be changed."""
        post = self._own(call, "post")
        if not call.has("comment_enabled"):
            raise bad("The parameter comment_enabled is required")
        self._world.put(self._platform, "comments", post.id, call.truth("comment_enabled"))
        return {"success": True}

    def delete(self, call: GraphCall) -> Json:
        """DELETE /{media}; also of a comment."""
        self._world.remove(self._platform, self._own(call, "delete").id)
        return {"success": True}

    def limit(self, call: GraphCall) -> Json:
        """GET /{ig}/content_publishing_limit."""
        since = time_of(call.text("since"), "since") if call.has("since") else None
        node: dict[str, Callable[[], Json]] = {
            "id": lambda: call.account,
            "quota_usage": lambda: self._containers.used(call.account, since),
            "config": lambda: {
                "quota_total": int(self._simulator.setting("quota_total")),
                "quota_duration": 86400,
            },
        }
        shown = pick(
            node, "IGContentPublishingLimit", parse_fields(call.text("fields")) or {"quota_usage": {}}
        )
        return {"data": [{name: value for name, value in shown.items() if name != "id"}]}

    def _takes_comments(self, post: LivePost) -> bool:
        return bool(self._world.get(self._platform, "comments", post.id) is not False)

    def _name(self, account: str) -> str:
        profile = self._simulator.profile(account)
        return profile.name if profile else ""


def username(name: str) -> str:
    """`Dinas Contoh` → `dinas_contoh`."""
    return "_".join(name.lower().split())
