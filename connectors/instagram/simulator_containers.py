"""Containers of the pretended Instagram: made, uploaded to, waited for, published (for simulator.py).

Sources: Meta's Content Publishing, IG User media, media_publish and content_publishing_limit pages
(checked 2026-11-23).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from connectors.instagram.simulator_answers import INVALID_LOCATION, refusal
from connectors.instagram.simulator_media import fetched_clip, fetched_image, kept_clip
from connectors.sandbox_graph import Fields, GraphCall, answer, bad, pick
from connectors.sandbox_world import LivePost, Simulator

Json = Any

_LIFE = timedelta(hours=24)
_PER_DAY = 400
_CAPTION, _HASHTAGS, _MENTIONS, _ALT = 2200, 30, 20, 1000
_TAGS, _COLLABORATORS = 20, 3
_CHILDREN = (2, 10)
FIRST_ID = 17_900_000_000_000_001
_ONLY_REELS = ("cover_url", "thumb_offset", "share_to_feed", "audio_name", "trial_params")
_GRADUATION = ("MANUAL", "SS_PERFORMANCE")


class Containers:
    """Everything between `POST /media` and `POST /media_publish` of one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._world = simulator.world
        self._platform = simulator.platform

    # ── create ───────────────────────────────────────────────────────────────

    def create(self, call: GraphCall) -> Json:
        """POST /{ig}/media. Media are fetched here; what only shows while processing is told later."""
        kind = call.text("media_type") or ("VIDEO" if call.has("video_url") else "IMAGE")
        child = call.truth("is_carousel_item")
        self._refuse_kind(call, kind, child)
        if self._made_lately(call.account) >= _PER_DAY:
            raise refusal(9, 2207042, "The account made 400 containers within 24 hours.")
        caption = "" if child or kind == "STORIES" else call.text("caption")
        _refuse_caption(caption)
        options = self._options(call, kind, child)
        container: dict[str, Json] = {
            "account": call.account,
            "kind": kind,
            "child": child,
            "caption": caption,
            "alt": call.text("alt_text"),
            "options": options,
            "made": self._world.now().isoformat(),
            "media": None,
            "children": [],
        }
        uploads = call.text("upload_type") == "resumable"
        if kind == "CAROUSEL":
            container["children"] = self._children(call)
        elif uploads:
            container["upload"] = {"size": None, "sent": 0}
        elif call.has("video_url"):
            container["media"] = fetched_clip(self._world, call.text("video_url"), kind)
        else:
            feed = kind == "IMAGE"
            container["media"] = fetched_image(self._world, call.text("image_url"), feed)
        self._refuse_offset(call, container["media"])
        if call.has("cover_url"):
            container["cover"] = fetched_image(self._world, call.text("cover_url"), feed=False)["sha256"]
        if not uploads:
            container["ready"] = self._ready_at(kind)
        container["error"] = int(self._simulator.setting("container_error"))
        return self._kept(container)

    def _kept(self, container: dict[str, Json]) -> Json:
        number = str(self._world.next_number(self._platform, FIRST_ID))
        self._save(number, container)
        if "upload" not in container:
            return {"id": number}
        return {"id": number, "uri": f"https://rupload.facebook.com/ig-api-upload/v26.0/{number}"}

    def _refuse_kind(self, call: GraphCall, kind: str, child: bool) -> None:
        if kind not in ("IMAGE", "VIDEO", "CAROUSEL", "REELS", "STORIES"):
            raise refusal(100, 2207023, f"Unknown media type {kind}.")
        if kind == "VIDEO" and not child:
            raise refusal(100, 2207023, "The VIDEO value for media_type is no longer supported. Use REELS.")
        if child and kind not in ("IMAGE", "VIDEO"):
            raise refusal(100, 2207023, f"{kind} cannot be a carousel item.")
        urls = [name for name in ("image_url", "video_url") if call.has(name)]
        resumable = call.text("upload_type") == "resumable"
        if kind == "CAROUSEL":
            if urls:
                raise bad(f"{urls[0]} is not allowed for a carousel container")
            return
        if resumable and (urls or kind == "IMAGE"):
            raise bad("upload_type resumable is for a video without a URL")
        if not resumable and len(urls) != 1:
            raise bad("The parameter image_url or video_url is required")
        wanted = {"IMAGE": "image_url", "VIDEO": "video_url", "REELS": "video_url"}.get(kind)
        if wanted and urls and urls[0] != wanted:
            raise bad(f"The parameter {wanted} is required")

    def _options(self, call: GraphCall, kind: str, child: bool) -> dict[str, Json]:
        """What else may be said of it, as it will be live."""
        reel, still = kind == "REELS", kind == "IMAGE"
        wrong = [name for name in _ONLY_REELS if call.has(name) and not reel]
        if wrong:
            raise bad(f"param {wrong[0]} is not allowed for {kind}")
        if call.has("alt_text"):
            if not still:
                raise bad(f"param alt_text is not allowed for {kind}")
            if len(call.text("alt_text")) > _ALT:
                raise bad(f"Param alt_text must be at most {_ALT} characters long.")
        options: dict[str, Json] = {}
        tags = call.listed("user_tags")
        if tags:
            options["user_tags"] = _tagged(tags, kind)
        collaborators = call.listed("collaborators")
        if collaborators:
            if kind == "STORIES" or child or not self._simulator.setting("collaborators_allowed"):
                raise bad("param collaborators is not allowed")
            if len(collaborators) > _COLLABORATORS:
                raise bad(f"At most {_COLLABORATORS} collaborators can be invited.")
            options["collaborators"] = [str(one).removeprefix("@") for one in collaborators]
        if call.has("location_id"):
            options["location_id"] = self._location(call, kind, child)
        if call.has("is_ai_generated"):
            if child or kind == "STORIES":
                raise bad("param is_ai_generated is not allowed here")
            options["is_ai_generated"] = call.truth("is_ai_generated")
        if call.has("trial_params") and call.mapped("trial_params").get("graduation_strategy") not in (
            _GRADUATION
        ):
            raise bad("Invalid graduation_strategy")
        for name in ("share_to_feed", "thumb_offset", "audio_name"):
            if call.has(name):
                given = {"share_to_feed": call.truth, "thumb_offset": call.whole}.get(name, call.text)
                options[name] = given(name)
        return options

    def _location(self, call: GraphCall, kind: str, child: bool) -> str:
        place = call.text("location_id")
        if kind == "STORIES" or child:
            raise bad("param location_id is not allowed here")
        if not place.isdigit() or place in self._simulator.setting("invalid_locations"):
            raise bad(INVALID_LOCATION)
        return place

    def _refuse_offset(self, call: GraphCall, media: Json) -> None:
        offset = call.whole("thumb_offset")
        seconds = (media or {}).get("seconds")
        if offset is not None and (offset < 0 or (seconds is not None and offset >= seconds * 1000)):
            raise refusal(1, 2207057, status=400)

    def _children(self, call: GraphCall) -> list[str]:
        ids = [str(one) for one in call.listed("children")]
        if not _CHILDREN[0] <= len(ids) <= _CHILDREN[1] or len(set(ids)) != len(ids):
            raise refusal(100, 2207028)
        for one in ids:
            found = self._world.get(self._platform, "container", one)
            if found is None or found["account"] != call.account:
                raise refusal(24, 2207006, f"The media with id {one} cannot be found")
            if not found["child"]:
                raise bad(f"{one} is not a carousel item")
            state = self.state(found)
            if state == "EXPIRED":
                raise refusal(-2, 2207020)
            if state != "FINISHED":
                raise refusal(9007, 2207027)
        return ids

    def _made_lately(self, account: str) -> int:
        since = (self._world.now() - timedelta(hours=24)).isoformat()
        made = self._world.all(self._platform, "container").values()
        return sum(one["account"] == account and one["made"] > since for one in made)

    def _ready_at(self, kind: str) -> str:
        name = "clip_seconds" if kind in ("VIDEO", "REELS") else "image_seconds"
        return (self._world.now() + timedelta(seconds=self._simulator.setting(name))).isoformat()

    # ── upload ───────────────────────────────────────────────────────────────

    def upload(self, call: GraphCall) -> Any:
        """POST rupload…/ig-api-upload/{version}/{container}: a clip's bytes, at once or in pieces."""
        found = self._own(call)
        headers = call.request.headers
        if "upload" not in found or found["media"] is not None:
            return _upload_error("RequestError", "This container takes no upload", 400)
        if headers.get("file_url"):
            found["media"] = fetched_clip(self._world, headers["file_url"], found["kind"])
            return self._uploaded(call.target, found)
        size, offset = headers.get("file_size", ""), headers.get("offset", "")
        sent = found["upload"]["sent"]
        if not size.isdigit() or not offset.isdigit():
            return _upload_error("HeaderMissingError", "offset and file_size are needed", 400)
        if int(offset) != sent:
            return _upload_error("OffsetInvalidError", f"the upload goes on at {sent}", 400)
        body = call.request.environ["wsgi.input"]
        sent = self._world.append(self._platform, call.target, sent, body)
        found["upload"] = {"size": int(size), "sent": sent}
        self._save(call.target, found)
        if sent < int(size):
            return _upload_error("PartialRequestError", f"{sent} of {size} bytes came", 400, retriable=True)
        place = self._world.uploaded(self._platform, call.target)
        with place.open("rb") as file:
            found["media"] = kept_clip(self._world, file, found["kind"])
        self._world.drop_upload(self._platform, call.target)
        return self._uploaded(call.target, found)

    def _uploaded(self, container_id: str, found: dict[str, Json]) -> Json:
        found["ready"] = self._ready_at(found["kind"])
        offset, seconds = found["options"].get("thumb_offset"), found["media"].get("seconds")
        if offset is not None and seconds is not None and offset >= seconds * 1000:
            found["media"]["error"] = 2207057
        self._save(container_id, found)
        return {"success": True, "message": "Upload successful."}

    # ── wait ─────────────────────────────────────────────────────────────────

    def state(self, found: Mapping[str, Json]) -> str:
        """`status_code` of a container now."""
        now = self._world.now()
        if found.get("post"):
            return "PUBLISHED"
        if now - datetime.fromisoformat(found["made"]) >= _LIFE:
            return "EXPIRED"
        if found.get("ready") is None or now < datetime.fromisoformat(found["ready"]):
            return "IN_PROGRESS"
        return "ERROR" if self._error(found) else "FINISHED"

    def shown(self, container_id: str, found: Mapping[str, Json], fields: Fields) -> Json:
        """GET /{container}."""
        upload = found.get("upload") or {}
        uploading = {
            "status": "complete" if found["media"] or not upload else "in_progress",
            "bytes_transferred": upload.get("sent", 0),
        }
        node: dict[str, Callable[[], Json]] = {
            "id": lambda: container_id,
            "status_code": lambda: self.state(found),
            "status": lambda: self._status(found),
            "copyright_check_status": lambda: None,
            "video_status": lambda: {"uploading_phase": uploading} if upload else None,
        }
        return pick(node, "IGMediaBuilder", fields)

    def _status(self, found: Mapping[str, Json]) -> str:
        words = {
            "FINISHED": "Finished: Media has been uploaded and it is ready to be published.",
            "IN_PROGRESS": "In Progress: Media is still being processed.",
            "PUBLISHED": "Published: Media has been published.",
            "EXPIRED": "Expired: Media was not published within 24 hours.",
        }
        told = f"Error: Media upload has failed with error code {self._error(found)}"
        return words.get(self.state(found), told)

    @staticmethod
    def _error(found: Mapping[str, Json]) -> int:
        return int(found.get("error") or (found["media"] or {}).get("error") or 0)

    # ── publish ──────────────────────────────────────────────────────────────

    def publish(self, call: GraphCall) -> Json:
        """POST /{ig}/media_publish."""
        number = call.text("creation_id")
        if not number:
            raise bad("The parameter creation_id is required")
        found = self._world.get(self._platform, "container", number)
        if found is None or found["account"] != call.account:
            raise refusal(24, 2207006)
        state = self.state(found)
        if state == "EXPIRED":
            raise refusal(24, 2207008)
        if state == "PUBLISHED":
            # The code is not documented; other people's fakes know the words.
            raise bad("The media has already been published.")
        if found["child"]:
            raise refusal(100, 2207023, "A carousel item cannot be published by itself.")
        if state != "FINISHED":
            raise refusal(9007, 2207027)
        if self.used(call.account) >= self._simulator.setting("quota_total"):
            raise refusal(9, 2207042)
        post = self._post(call.account, found)
        self._world.publish(post)
        self._save(number, {**found, "post": post.id})
        return {"id": post.id}

    def used(self, account: str, since: datetime | None = None) -> int:
        """Posts published within the last 24 hours."""
        start = since or self._world.now() - timedelta(hours=24)
        posts = self._world.live(self._platform, account, since=start)
        return sum(post.kind == "root" for post in posts)

    def _post(self, account: str, found: Mapping[str, Json]) -> LivePost:
        number = self._world.next_number(self._platform, FIRST_ID)
        children = [self._world.get(self._platform, "container", one) for one in found["children"]] or [found]
        place = {"REELS": "reel", "STORIES": "story"}.get(found["kind"], "feed")
        code = shortcode(number)
        path = {"reel": f"/reel/{code}/", "story": f"/stories/{account}/{number}/"}.get(place, f"/p/{code}/")
        media = [
            {"type": one["media"]["type"], "sha256": one["media"]["sha256"], "alt": one["alt"]}
            for one in children
        ]
        options = {**found["options"], "placement": place}
        if found.get("cover"):
            options["cover"] = found["cover"]
        if found["children"] and any(one["options"].get("user_tags") for one in children):
            options["user_tags"] = [one["options"].get("user_tags", []) for one in children]
        return LivePost(
            self._platform,
            account,
            str(number),
            "root",
            found["caption"],
            self._world.now(),
            f"/instagram/web{path}",
            options=options,
            media=tuple(media),
            private={"code": code, "carousel": bool(found["children"]), "comments": True},
        )

    # ── keeping ──────────────────────────────────────────────────────────────

    def _own(self, call: GraphCall) -> dict[str, Json]:
        found = self._world.get(self._platform, "container", call.target)
        if found is None or found["account"] != call.account:
            raise refusal(24, 2207006)
        return dict(found)

    def _save(self, container_id: str, container: Json) -> None:
        self._world.put(self._platform, "container", container_id, container)


def shortcode(number: int) -> str:
    """The part of a permalink that stands for a media id."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    code = ""
    while number:
        number, rest = divmod(number, 64)
        code = letters[rest] + code
    return code


def _refuse_caption(caption: str) -> None:
    if len(caption) > _CAPTION:
        raise refusal(36004, 2207010)
    if len(re.findall(r"#\w+", caption)) > _HASHTAGS:
        # Documented without a code.
        raise bad(f"The caption has more than {_HASHTAGS} hashtags.")
    if len(re.findall(r"(?<![\w.])@[\w.]+", caption)) > _MENTIONS:
        raise refusal(100, 2207040)


def _tagged(tags: list[Json], kind: str) -> list[Json]:
    if len(tags) > _TAGS:
        raise refusal(100, 2207040)
    if kind == "CAROUSEL":
        raise bad("user_tags belong to the carousel's items")
    for tag in tags:
        if not isinstance(tag, dict) or not tag.get("username"):
            raise bad("Invalid user_tags")
        for axis in ("x", "y"):
            place = tag.get(axis)
            if place is None and kind == "IMAGE":
                raise bad("user_tags of a photo need x and y")
            if place is not None and not (isinstance(place, int | float) and 0 <= place <= 1):
                raise bad("x and y of user_tags must be between 0 and 1")
    return tags


def _upload_error(kind: str, message: str, status: int, retriable: bool = False) -> Any:
    return answer({"debug_info": {"retriable": retriable, "type": kind, "message": message}}, status)
