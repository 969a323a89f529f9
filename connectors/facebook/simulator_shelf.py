"""What a pretended Page has, published or not, and how Graph shows each thing of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from connectors.facebook.simulator_answers import Call, gone
from connectors.sandbox_checks import epoch
from connectors.sandbox_graph import Fields, pick, time_text
from connectors.sandbox_world import LivePost, Simulator

Json = Any


class Shelf:
    """Posts, drafts, photos and comments of all Pages of one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._world = simulator.world
        self._platform = simulator.platform

    def own(self, call: Call, post_id: str, verb: str) -> LivePost:
        """A post or comment of this Page, live or still unpublished."""
        found = self.draft(post_id) or self._world.post(self._platform, post_id)
        if found is None or found.removed or found.account != call.account:
            raise gone(post_id, verb)
        return found

    def draft(self, post_id: str) -> LivePost | None:
        kept = self._world.get(self._platform, "draft", post_id)
        if kept is None:
            return None
        return LivePost(
            **{
                **kept,
                "created_at": datetime.fromisoformat(kept["created_at"]),
                "media": tuple(kept["media"]),
            }
        )

    def drafts(self, page: str) -> list[LivePost]:
        drafts = [self.draft(post_id) for post_id in self._world.all(self._platform, "draft")]
        return [draft for draft in drafts if draft is not None and draft.account == page]

    def keep_draft(self, post: LivePost) -> None:
        kept = {
            "platform": post.platform,
            "account": post.account,
            "id": post.id,
            "kind": post.kind,
            "text": post.text,
            "created_at": post.created_at.isoformat(),
            "path": post.path,
            "options": dict(post.options),
            "media": [dict(one) for one in post.media],
            "private": dict(post.private),
        }
        self._world.put(self._platform, "draft", post.id, kept)

    def publish_draft(self, draft: LivePost) -> None:
        self._world.drop(self._platform, "draft", draft.id)
        self._world.publish(replace(draft, created_at=self._world.now(), private={}))

    def publish_due(self) -> None:
        """Posts that Facebook itself was asked to hold until now."""
        for post_id, kept in self._world.all(self._platform, "draft").items():
            at = kept["private"].get("at")
            draft = self.draft(post_id)
            if draft is not None and at is not None and at <= epoch(self._world.now()):
                self.publish_draft(draft)

    # ── how Graph shows it ───────────────────────────────────────────────────

    def shown(self, post: LivePost, fields: Fields) -> Json:
        kind = "Comment" if post.kind == "comment" else "PagePost"
        usual: Fields = {"created_time": {}, "message": {}}
        usual |= {"from": {}} if kind == "Comment" else {}
        return pick(self._post_node(post), kind, fields or usual)

    def _post_node(self, post: LivePost) -> dict[str, Callable[[], Json]]:
        draft = self._world.get(self._platform, "draft", post.id) is not None
        own = f"https://www.facebook.com{post.path.removeprefix('/facebook/web')}"
        return {
            "id": lambda: post.id,
            "message": lambda: post.text or None,
            "created_time": lambda: time_text(post.created_at),
            "updated_time": lambda: time_text(post.created_at),
            "permalink_url": lambda: own,
            "is_published": lambda: not draft,
            "is_hidden": lambda: False,
            "status_type": lambda: "added_photos" if post.media else "mobile_status_update",
            "story": lambda: None,
            "full_picture": lambda: self._source(post.media[0]) if post.media else None,
            "scheduled_publish_time": lambda: post.private.get("at"),
            "from": lambda: {"id": post.account, "name": self._name(post.account)},
            "parent": lambda: {"id": post.parent} if post.parent else None,
            "attachments": lambda: self._attachments(post),
            "attachment": lambda: None,
        }

    def photo_node(self, photo_id: str, photo: Mapping[str, Json]) -> dict[str, Callable[[], Json]]:
        return {
            "id": lambda: photo_id,
            "name": lambda: photo["caption"] or None,
            "alt_text": lambda: photo["alt"] or None,
            "alt_text_custom": lambda: photo["alt"] or None,
            "created_time": lambda: time_text(datetime.fromisoformat(photo["created_at"])),
            "width": lambda: photo["width"],
            "height": lambda: photo["height"],
            "link": lambda: f"https://www.facebook.com/photo.php?fbid={photo_id}",
            "images": lambda: [
                {"source": self._source(photo), "width": photo["width"], "height": photo["height"]}
            ],
            "page_story_id": lambda: photo.get("post"),
            "from": lambda: {"id": photo["page"], "name": self._name(photo["page"])},
        }

    def _attachments(self, post: LivePost) -> Json:
        shown = [self._attachment(one) for one in post.media]
        if len(shown) > 1:
            album = {**shown[0], "type": "album", "media_type": "album", "title": "Photos"}
            return {"data": [{**album, "subattachments": {"data": shown}}]}
        if shown:
            return {"data": shown}
        link = post.options.get("link")
        if link is None:
            return None
        return {
            "data": [
                {"type": "share", "media_type": "link", "title": link, "url": link, "unshimmed_url": link}
            ]
        }

    def _attachment(self, one: Mapping[str, Json]) -> Json:
        if one["type"] == "video":
            reel = f"https://www.facebook.com/reel/{one['id']}/"
            target = {"id": one["id"], "url": reel}
            return {"type": "video_inline", "media_type": "video", "target": target, "url": reel}
        photo = self._world.get(self._platform, "photo", one["id"])
        page = f"https://www.facebook.com/photo.php?fbid={one['id']}"
        image = {"src": self._source(one), "width": photo["width"], "height": photo["height"]}
        return {
            "type": "photo",
            "media_type": "photo",
            "description": one["alt"] or None,
            "media": {"image": image},
            "target": {"id": one["id"], "url": page},
            "url": page,
        }

    def _source(self, one: Mapping[str, Json]) -> str:
        return f"{self._world.base_url}/media/{one['sha256']}"

    def _name(self, page: str) -> str:
        profile = self._simulator.profile(page)
        return profile.name if profile else ""
