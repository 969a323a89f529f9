"""What the pretended TikTok lets an account read: its profile, its public videos (for simulator.py).

Source: TikTok's Display API pages, checked 2026-11-23. Only public posts are listed, newest first, and
nobody is told what was asked for without a field list.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectors.sandbox_world import LivePost
from connectors.tiktok.simulator_answers import Refusal, wrong
from connectors.tiktok.simulator_posts import is_public

if TYPE_CHECKING:
    from connectors.tiktok.simulator import TikTokSimulator

Json = Any

_USER = {"open_id": "basic", "union_id": "basic", "avatar_url": "basic", "display_name": "basic"}
_USER |= {"username": "profile", "bio_description": "profile", "profile_deep_link": "profile"}
_USER |= {"is_verified": "profile"}
_VIDEO = ("id", "create_time", "share_url", "title", "video_description", "duration", "cover_image_url")
_MOST = 20


class Display:
    """The reading side."""

    def __init__(self, simulator: TikTokSimulator) -> None:
        self._simulator = simulator
        self._world = simulator.world
        self._platform = simulator.platform

    def user(self, account: str, fields: str, granted: tuple[str, ...]) -> Json:
        """The account itself, in the fields asked for."""
        wanted = _fields(fields, tuple(_USER))
        if any(f"user.info.{_USER[name]}" not in granted for name in wanted):
            raise Refusal("scope_not_authorized")
        profile, username = self._simulator.profile(account), self._simulator.username(account)
        page = f"https://www.tiktok.com/@{username}"
        told: dict[str, Json] = {
            "open_id": account,
            "union_id": f"union-{account}",
            "avatar_url": page,
            "display_name": profile.name if profile else "",
            "username": username,
            "bio_description": "",
            "profile_deep_link": page,
            "is_verified": False,
        }
        return {"user": {name: told[name] for name in wanted}}

    def videos(self, account: str, fields: str, body: Mapping[str, Json]) -> Json:
        """A page of public posts; `cursor` is a moment in milliseconds, what is older follows."""
        wanted = _fields(fields, _VIDEO)
        count, cursor = body.get("max_count", 10), body.get("cursor")
        if not isinstance(count, int) or not 1 <= count <= _MOST:
            raise wrong(f"max_count is 1 to {_MOST}")
        if cursor is not None and not isinstance(cursor, int):
            raise wrong("cursor is a number")
        older = [post for post in self._public(account) if cursor is None or _ms(post.created_at) < cursor]
        page = older[:count]
        return {
            "videos": [self._shown(post, wanted) for post in page],
            "cursor": _ms(page[-1].created_at) if page else _ms(self._world.now()),
            "has_more": len(older) > len(page),
        }

    def query(self, account: str, fields: str, body: Mapping[str, Json]) -> Json:
        """Posts by their ids, as far as they are the account's own and public."""
        wanted = _fields(fields, _VIDEO)
        ids = (body.get("filters") or {}).get("video_ids")
        if not isinstance(ids, list) or not 1 <= len(ids) <= _MOST:
            raise wrong(f"filters.video_ids holds 1 to {_MOST} ids")
        found = [post for post in self._public(account) if post.id in {str(one) for one in ids}]
        return {"videos": [self._shown(post, wanted) for post in found]}

    def _public(self, account: str) -> list[LivePost]:
        until = self._world.now() - timedelta(seconds=self._simulator.setting("list_lag"))
        return [
            post
            for post in reversed(self._world.live(self._platform, account))
            if not post.removed and is_public(post.options) and post.created_at <= until
        ]

    def _shown(self, post: LivePost, wanted: list[str]) -> Json:
        name, kind = self._simulator.username(post.account), post.private["kind"]
        told: dict[str, Json] = {
            "id": post.id,
            "create_time": int(post.created_at.astimezone(UTC).timestamp()),
            "share_url": f"https://www.tiktok.com/@{name}/{kind}/{post.id}",
            "title": post.options.get("title", post.text),
            "video_description": post.text,
            "duration": post.private["seconds"],
            "cover_image_url": f"https://www.tiktok.com/@{name}/{kind}/{post.id}",
        }
        return {field: told[field] for field in wanted}


def _fields(given: str, known: tuple[str, ...]) -> list[str]:
    wanted = [name.strip() for name in given.split(",") if name.strip()]
    if not wanted or set(wanted) - set(known):
        raise Refusal("invalid_params", f"fields takes {', '.join(known)}")
    return wanted


def _ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
