"""Containers of a pretended Threads: made, processed, expired, and turned into posts once.

Sources: Meta's Threads posts, publishing and troubleshooting pages, checked 2026-11-23.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors.sandbox_graph import GraphCall
from connectors.sandbox_world import LivePost
from connectors.threads import simulator_media as media
from connectors.threads.simulator_answers import bad, refusal
from connectors.threads.simulator_words import length, links

if TYPE_CHECKING:
    from connectors.threads.simulator import ThreadsSimulator

Json = Any

_FIRST_ID = 18_000_000_000_000_001
_LIFE = timedelta(hours=24)
DAY = timedelta(hours=24)
_CONTROLS = (
    *("everyone", "accounts_you_follow", "mentioned_only", "parent_post_author_only", "followers_only"),
)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


class Containers:
    """All containers of one simulator."""

    def __init__(self, simulator: ThreadsSimulator) -> None:
        self._simulator = simulator
        self._world = simulator.world
        self._platform = simulator.platform

    # ── made ─────────────────────────────────────────────────────────────────

    def create(self, call: GraphCall) -> Json:
        """POST /{uid}/threads."""
        self._refuse_other(call)
        kind = call.text("media_type").upper()
        if kind not in ("TEXT", "IMAGE", "VIDEO", "CAROUSEL"):
            raise bad("Param media_type must be one of {TEXT, IMAGE, VIDEO, CAROUSEL}")
        spec = self._spec(call, kind)
        if call.truth("is_carousel_item"):
            if kind not in ("IMAGE", "VIDEO") or spec["text"]:
                raise bad("A carousel item is an image or a video without text.")
            spec["item"] = True
        shown, ready = self._media(call, kind)
        now = self._world.now()
        record = {
            "account": call.account,
            "kind": kind,
            "spec": spec,
            "media": shown,
            "error": next((one["error"] for one in shown if one.get("error")), "")
            or self._simulator.setting("container_error"),
            "created_at": now.isoformat(),
            "ready_at": max(now, ready).isoformat(),
            "races": int(self._simulator.setting("publish_race")),
            "media_id": None,
        }
        number = self._number()
        self._world.put(self._platform, "container", number, record)
        if call.truth("auto_publish_text"):
            if kind != "TEXT":
                raise bad("auto_publish_text is for text posts only.")
            return {"id": self._published(number, record)}
        return {"id": number}

    def _spec(self, call: GraphCall, kind: str) -> dict[str, Json]:
        """Everything but the media, as far as Threads takes it."""
        text, link = call.text("text"), call.text("link_attachment")
        self._refuse_text(text)
        if kind == "TEXT" and not (text or link or call.has("poll_attachment")):
            raise bad("The parameter text is required.")
        if link and (kind != "TEXT" or not _is_url(link)):
            raise bad("link_attachment is a URL, and for text posts only.")
        if links(text, link) > 5:
            raise bad("THREADS_API__LINK_LIMIT_EXCEEDED")
        if call.has("alt_text") and (kind not in ("IMAGE", "VIDEO") or len(call.text("alt_text")) > 1000):
            raise bad("alt_text is for images and videos, at most 1000 characters long.")
        control = call.text("reply_control")
        if control and control not in _CONTROLS:
            raise bad(f"Param reply_control must be one of {{{', '.join(_CONTROLS)}}}")
        topic = call.text("topic_tag")
        if call.has("topic_tag") and (not 1 <= len(topic) <= 50 or re.search(r"[.&]", topic)):
            raise bad("Param topic_tag must be 1 to 50 characters long, without . and &")
        spec: dict[str, Json] = {"text": text, "alt": call.text("alt_text")}
        given = {"link": link, "topic_tag": topic, "reply_control": control, "poll": self._poll(call, kind)}
        spec["options"] = {name: value for name, value in given.items() if value}
        if call.has("reply_to_id"):
            spec["parent"] = self._parent(call)
        return spec

    def _refuse_text(self, text: str) -> None:
        used = length(text, in_bytes=bool(self._simulator.setting("count_bytes")))
        if used > 500:
            status = int(self._simulator.setting("too_long_status"))
            raise bad("Param text must be at most 500 characters long.", status)

    def _poll(self, call: GraphCall, kind: str) -> list[str]:
        if not call.has("poll_attachment"):
            return []
        given = call.mapped("poll_attachment")
        names = ("option_a", "option_b", "option_c", "option_d")
        options = [str(given[name]) for name in names if given.get(name)]
        whole = list(given) == [name for name in names if name in given] == list(names[: len(options)])
        if kind != "TEXT" or not whole or len(options) < 2 or any(len(one) > 25 for one in options):
            raise bad("poll_attachment has 2 to 4 options of 1 to 25 characters, for text posts only.")
        return options

    def _parent(self, call: GraphCall) -> str:
        above = self._world.post(self._platform, call.text("reply_to_id"))
        if above is None or above.removed or above.account != call.account:
            raise refusal(24, 4279009)
        if not self._simulator.granted(call.account, "threads_manage_replies"):
            raise refusal(10, status=403)
        return above.id

    def _media(self, call: GraphCall, kind: str) -> tuple[list[dict[str, Json]], datetime]:
        """What it shows, and when Threads is done with it."""
        now, setting = self._world.now(), self._simulator.setting
        if kind == "TEXT":
            if call.has("image_url") or call.has("video_url"):
                raise bad("A text post has no media.")
            return [], now + timedelta(seconds=setting("text_seconds"))
        if kind == "CAROUSEL":
            return self._children(call)
        name = "image_url" if kind == "IMAGE" else "video_url"
        if not call.has(name):
            raise bad(f"The parameter {name} is required.")
        made = (media.image if kind == "IMAGE" else media.clip)(self._world, call.text(name))
        wait = setting("image_seconds" if kind == "IMAGE" else "clip_seconds")
        return [{**made, "alt": call.text("alt_text")}], now + timedelta(seconds=wait)

    def _children(self, call: GraphCall) -> tuple[list[dict[str, Json]], datetime]:
        ids = [str(one) for one in call.listed("children")]
        if not 2 <= len(ids) <= 20 or len(set(ids)) != len(ids):
            raise bad("A carousel has 2 to 20 children.")
        shown: list[dict[str, Json]] = []
        ready = self._world.now()
        for one in ids:
            record = self._world.get(self._platform, "container", one)
            if record is None or record["account"] != call.account or not record["spec"].get("item"):
                raise bad(f"The child {one} is no carousel item of yours.")
            if self.status(record) in ("EXPIRED", "ERROR"):
                raise bad(f"The child {one} cannot be published: {self.status(record)}.")
            shown += record["media"]
            ready = max(ready, datetime.fromisoformat(record["ready_at"]))
        return shown, ready + timedelta(seconds=self._simulator.setting("text_seconds"))

    # ── looked at ────────────────────────────────────────────────────────────

    def status(self, record: Mapping[str, Json]) -> str:
        """`IN_PROGRESS`, `FINISHED`, `PUBLISHED`, `ERROR` or `EXPIRED`."""
        now = self._world.now()
        if record["media_id"] is not None:
            return "PUBLISHED"
        if now - datetime.fromisoformat(record["created_at"]) >= _LIFE:
            return "EXPIRED"
        if now < datetime.fromisoformat(record["ready_at"]):
            return "IN_PROGRESS"
        return "ERROR" if record["error"] else "FINISHED"

    # ── published ────────────────────────────────────────────────────────────

    def publish(self, call: GraphCall) -> Json:
        """POST /{uid}/threads_publish; a fresh container may not be found at first, though finished."""
        self._refuse_other(call)
        number = call.text("creation_id")
        record = self._world.get(self._platform, "container", number)
        if record is None or record["account"] != call.account:
            raise refusal(24, 4279009)
        state = self.status(record)
        if state == "PUBLISHED":  # the real code is not known
            raise bad("The media has already been published.")
        if record["spec"].get("item"):
            raise bad("A carousel item cannot be published alone.")
        if state == "ERROR":
            raise bad(f"The media cannot be published: {record['error']}")
        if state != "FINISHED":
            raise refusal(24, 4279009)
        if record["races"] > 0:
            # Kept although the call fails: the simulator commits before it says no.
            self._world.put(self._platform, "container", number, {**record, "races": record["races"] - 1})
            return refusal(24, 4279009)
        return {"id": self._published(number, record)}

    def used(self, account: str, *, replies: bool) -> int:
        """Posts, or replies, of the last 24 hours; removed ones count."""
        since = self._world.now() - DAY
        made = self._world.live(self._platform, account, since=since)
        return sum((one.parent is not None) is replies for one in made)

    def _published(self, number: str, record: Mapping[str, Json]) -> str:
        spec, account = record["spec"], record["account"]
        parent = spec.get("parent")
        total = self._simulator.setting("reply_quota_total" if parent else "quota_total")
        if self.used(account, replies=bool(parent)) >= total:
            # How Threads words it is not documented; the general code of a throttle is.
            raise refusal(613)
        media_id = self._number()
        name = self._simulator.username(account)
        self._world.publish(
            LivePost(
                self._platform,
                account,
                media_id,
                "thread" if parent else "root",
                spec["text"],
                self._world.now(),
                f"/threads/web/@{name}/post/{shortcode(media_id)}",
                parent=parent,
                options=spec["options"],
                media=tuple(
                    {"type": one["type"], "sha256": one["sha256"], "alt": one["alt"]}
                    for one in record["media"]
                ),
                private={"kind": record["kind"]},
            )
        )
        self._world.put(self._platform, "container", number, {**record, "media_id": media_id})
        return media_id

    def _refuse_other(self, call: GraphCall) -> None:
        if call.target != call.account:
            raise refusal(100, 33)

    def _number(self) -> str:
        return str(self._world.next_number(self._platform, _FIRST_ID))


def shortcode(media_id: str) -> str:
    """A number in 64 letters, as it stands in a permalink."""
    number, found = int(media_id), ""
    while number:
        number, digit = divmod(number, 64)
        found = _ALPHABET[digit] + found
    return found


def media_id_of(code: str) -> str:
    """The number behind a shortcode; empty if it is none."""
    number = 0
    for char in code:
        if char not in _ALPHABET:
            return ""
        number = number * 64 + _ALPHABET.index(char)
    return str(number)


def _is_url(link: str) -> bool:
    parts = urlsplit(link)
    return parts.scheme in ("http", "https") and "." in (parts.hostname or "")
