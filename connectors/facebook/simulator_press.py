"""Publishing to a pretended Page: posts, photos, comments, changes, and what Facebook refuses of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from connectors.facebook.simulator_answers import Call, Refusal, bad, gone, indexed
from connectors.facebook.simulator_shelf import Shelf
from connectors.sandbox_checks import Picture, epoch, picture
from connectors.sandbox_graph import parse_fields, time_of
from connectors.sandbox_world import LivePost, Simulator

Json = Any

_PHOTO_BYTES = 10 * 1024 * 1024
_PHOTO_TYPES = ("image/jpeg", "image/png", "image/gif", "image/bmp", "image/tiff")
_PHOTO_LIFE = timedelta(hours=24)
_FIRST_ID = 122_100_000_000_001
_UNPUBLISHED = (
    "SCHEDULED",
    "SCHEDULED_RECURRING",
    "DRAFT",
    "ADS_POST",
    "INLINE_CREATED",
    "PUBLISHED",
    "REVIEWABLE_BRANDED_CONTENT",
)


class Press:
    """Every call of one simulator that makes or changes something."""

    def __init__(self, simulator: Simulator, shelf: Shelf) -> None:
        self._simulator = simulator
        self._world = simulator.world
        self._platform = simulator.platform
        self._shelf = shelf

    def post_feed(self, call: Call) -> Json:
        self._refuse_other_page(call)
        message, link = call.text("message"), call.text("link")
        photos = self._attached(call)
        if not message and not link and not photos:
            raise bad("You must provide at least one of message, link or attached_media.")
        self._refuse_message(call, message)
        if link:
            self._refuse_link(link)
        at = self._schedule(call)
        options = {"link": link} if link else {}
        post = self._new_post(call, message, options, photos, {"at": at} if at else {})
        self._place(call, post, photos, at)
        return self._read_after_write(call, post)

    def post_photo(self, call: Call, data: bytes, facts: Picture) -> Json:
        self._refuse_other_page(call)
        caption = next((call.text(name) for name in ("caption", "message", "name") if call.has(name)), "")
        self._refuse_message(call, caption)
        photo_id = self._number()
        photo = {
            "page": call.account,
            "sha256": self._world.keep(data, facts.mime),
            "width": facts.width,
            "height": facts.height,
            "alt": call.text("alt_text_custom"),
            "caption": caption,
            "created_at": self._world.now().isoformat(),
        }
        self._world.put(self._platform, "photo", photo_id, photo)
        if not call.truth("published", True):
            return {"id": photo_id}
        post = self._new_post(call, caption, {}, {photo_id: photo}, {})
        self._place(call, post, {photo_id: photo}, None)
        return {"id": photo_id, "post_id": post.id}

    def post_comment(self, call: Call) -> Json:
        parent = self._shelf.own(call, call.target, "post")
        message = call.text("message")
        if not message and not call.has("attachment_url"):
            raise bad("You must provide a message or an attachment.")
        self._refuse_message(call, message)
        root = parent.id.rpartition("_")[2]
        number = self._number()
        comment = LivePost(
            self._platform,
            call.account,
            f"{root}_{number}",
            "comment",
            message,
            self._world.now(),
            f"{parent.path}?comment_id={number}",
            parent=parent.id,
        )
        self._world.publish(comment)
        return self._read_after_write(call, comment)

    def update(self, call: Call) -> Json:
        """POST /{post}: publish what was staged unpublished, or change the words."""
        post = self._shelf.own(call, call.target, "post")
        draft = self._shelf.draft(post.id)
        if call.has("message"):
            self._refuse_message(call, call.text("message"))
            post = replace(post, text=call.text("message"))
            if draft is None:
                self._world.reword(self._platform, post.id, post.text)
            else:
                self._shelf.keep_draft(post)
        if call.has("is_published"):
            publish = call.truth("is_published")
            if not publish and draft is None:
                raise bad("A published post cannot be unpublished.")
            if publish and draft is not None:
                self._refuse_repeat(call, post.text)
                self._shelf.publish_draft(post)
        return {"success": True}

    def delete(self, call: Call) -> Json:
        photo = self._world.get(self._platform, "photo", call.target)
        if photo is not None and photo["page"] == call.account and "post" not in photo:
            self._world.drop(self._platform, "photo", call.target)
            return {"success": True}
        post = self._shelf.own(call, call.target, "delete")
        if self._shelf.draft(post.id) is not None:
            self._world.drop(self._platform, "draft", post.id)
        else:
            self._world.remove(self._platform, post.id)
        return {"success": True}

    def _new_post(
        self,
        call: Call,
        message: str,
        options: Mapping[str, Json],
        photos: Mapping[str, Json],
        private: Mapping[str, Json],
    ) -> LivePost:
        number = self._number()
        return LivePost(
            self._platform,
            call.account,
            f"{call.account}_{number}",
            "root",
            message,
            self._world.now(),
            f"/facebook/web/{call.account}/posts/{number}",
            options=options,
            media=tuple(
                {"type": "image", "sha256": one["sha256"], "alt": one["alt"], "id": photo_id}
                for photo_id, one in photos.items()
            ),
            private=private,
        )

    def _place(self, call: Call, post: LivePost, photos: Mapping[str, Json], at: int | None) -> None:
        """Publish, or keep as a draft; either way its photos are used up."""
        for photo_id, photo in photos.items():
            self._world.put(self._platform, "photo", photo_id, {**photo, "post": post.id})
        if at is None and call.truth("published", True):
            self._world.publish(post)
        else:
            self._shelf.keep_draft(post)

    def _read_after_write(self, call: Call, post: LivePost) -> Json:
        return (
            self._shelf.shown(post, parse_fields(call.text("fields")))
            if call.has("fields")
            else {"id": post.id}
        )

    def _number(self) -> str:
        return str(self._world.next_number(self._platform, _FIRST_ID))

    # ── refusing ─────────────────────────────────────────────────────────────

    def _refuse_other_page(self, call: Call) -> None:
        if call.target != call.account:
            raise gone(call.target, "post")

    def _refuse_message(self, call: Call, message: str) -> None:
        limit = int(self._simulator.setting("message_limit"))
        if len(message) > limit:
            raise bad(f"Param message must be at most {limit} characters long.")
        if call.request.path.endswith("/feed") and call.truth("published", True):
            self._refuse_repeat(call, message)

    def _refuse_repeat(self, call: Call, message: str) -> None:
        """Where Facebook is set to: the words of the last post again, when they would go live."""
        if not self._simulator.setting("refuse_repeats") or not message:
            return
        before = [one for one in self._world.live(self._platform, call.account) if one.kind != "comment"]
        if before and before[-1].text == message and not before[-1].removed:
            raise Refusal(506)

    def _refuse_link(self, link: str) -> None:
        parts = urlsplit(link)
        host = (parts.hostname or "").lower()
        if parts.scheme not in ("http", "https") or "." not in host:
            raise Refusal(100, 2061006)
        if host == "facebook.com" or host.endswith(".facebook.com"):
            raise Refusal(100, 1609008)
        if host in self._simulator.setting("unscrapeable"):
            raise Refusal(100, 1609005)

    def _schedule(self, call: Call) -> int | None:
        """When Facebook shall publish it (epoch seconds); None: it is not asked to wait."""
        published = call.truth("published", True)
        kind = call.text("unpublished_content_type")
        if kind and kind not in _UNPUBLISHED:
            raise bad(f"Param unpublished_content_type must be one of {{{', '.join(_UNPUBLISHED)}}}")
        if not call.has("scheduled_publish_time"):
            if kind == "SCHEDULED":
                raise bad("A scheduled post needs scheduled_publish_time.")
            return None
        if published:
            raise bad("You cannot specify a scheduled publish time on a published post.")
        at = time_of(call.text("scheduled_publish_time"), "scheduled_publish_time")
        ahead = at - self._world.now()
        if not timedelta(minutes=10) <= ahead <= timedelta(days=30):
            raise bad("The specified scheduled publish time is invalid.")
        return epoch(at)

    def _attached(self, call: Call) -> dict[str, Json]:
        """The unpublished photos a post names: this Page's, at most 24 hours old, not used yet."""
        photos = {}
        for piece in indexed(call.params, "attached_media"):
            photo_id = str(piece.get("media_fbid", "")) if isinstance(piece, dict) else ""
            photo = self._world.get(self._platform, "photo", photo_id)
            if photo is None or photo["page"] != call.account:
                raise bad(f"Invalid media_fbid {photo_id!r} in attached_media")
            age = self._world.now() - datetime.fromisoformat(photo["created_at"])
            if "post" in photo or photo_id in photos:
                raise Refusal(100, 1366051)
            if age > _PHOTO_LIFE:
                raise bad(f"The photo {photo_id} has expired")
            photos[photo_id] = photo
        if photos and call.has("link"):
            raise bad("link and attached_media cannot be used together.")
        return photos


def photo_bytes(call: Call) -> tuple[bytes, Picture]:
    """The photo that was sent or that `url` leads to, if Facebook would take it."""
    sent = next(iter(call.request.files.values()), None)
    if sent is not None:
        data = sent.stream.read()
    elif call.has("url"):
        data = _fetched(call.text("url"))
    else:
        raise Refusal(324, None, "(#324) Requires upload file")
    facts = picture(data)
    if facts is None:
        raise Refusal(324)
    if len(data) > _PHOTO_BYTES or facts.mime not in _PHOTO_TYPES:
        raise Refusal(100, 1366046)
    return data, facts


def _fetched(url: str) -> bytes:
    """What Facebook's crawler would get. The sandbox reaches no further than this machine."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in ("127.0.0.1", "localhost"):
        raise Refusal(389)
    link = HTTPConnection(parts.hostname, parts.port or 80, timeout=10)
    try:
        query = f"?{parts.query}" if parts.query else ""
        link.request("GET", (parts.path or "/") + query, headers={"User-Agent": "facebookexternalhit/1.1"})
        got = link.getresponse()
        data = got.read(_PHOTO_BYTES + 1)
        if got.status != 200:
            raise Refusal(389)
    except (OSError, HTTPException) as error:
        raise Refusal(389) from error
    finally:
        link.close()
    return data
