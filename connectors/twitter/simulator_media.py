"""Uploads to the pretended X: one shot or in chunks, looked at, described, attached once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from werkzeug.wrappers import Response

from connectors.sandbox_checks import epoch, picture
from connectors.sandbox_clips import Clip, clip_of
from connectors.sandbox_world import Simulator
from connectors.twitter.simulator_answers import BAD_MEDIA, Refusal, invalid, json_answer, off_schema
from connectors.twitter.simulator_bodies import (
    APPEND_BODY,
    INIT_BODY,
    METADATA_BODY,
    SUBTITLES_BODY,
    UPLOAD_BODY,
    Call,
    json_body,
    media_body,
)
from connectors.twitter.simulator_money import charge, new_id
from connectors.twitter.simulator_queries import known_query

Json = Any

_MEDIA_LIFE = timedelta(hours=24)


class Uploads:
    """The media of all accounts of one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._world = simulator.world
        self._platform = simulator.platform

    def attachable(self, account: str, ids: list[str]) -> dict[str, Json]:
        """The uploads a post names: finished, its owner's, fresh; 4 pictures, or 1 GIF, or 1 clip."""
        now = self._world.now()
        found = {}
        for media_id in ids:
            one = self._world.get(self._platform, "media", media_id)
            ready = one is not None and self._state(one) == "succeeded" and "used_by" not in one
            if not ready or one["account"] != account or datetime.fromisoformat(one["expires_at"]) <= now:
                raise invalid(BAD_MEDIA, {"media.media_ids": ids})
            found[media_id] = one
        mixed = len(found) > 1 and any(one["kind"] != "image" for one in found.values())
        captions = any(one["kind"] == "subtitles" for one in found.values())
        if len(found) != len(ids) or mixed or captions:
            raise invalid(BAD_MEDIA, {"media.media_ids": ids})
        return found

    def upload(self, call: Call) -> Response:
        fields, data = media_body(call.request)
        broken = list(UPLOAD_BODY(fields, "$"))
        if broken:
            raise off_schema(broken)
        if data is None:
            raise off_schema(["$.media: is missing but it is required"])
        return json_answer({"data": self.take(call.account, fields, data)})

    def take(self, account: str, fields: Mapping[str, Json], data: bytes) -> dict[str, Json]:
        """Keep what came all at once; gives what is known of it."""
        media_id = new_id(self._world, self._platform)
        self._world.put(self._platform, "media", media_id, self._accepted(account, fields, data))
        return self.known(media_id)

    def initialize(self, call: Call) -> Response:
        return json_answer({"data": self.begin(call.account, json_body(call.request, INIT_BODY))})

    def begin(self, account: str, body: Mapping[str, Json]) -> dict[str, Json]:
        """Begin an upload in pieces; gives its ids."""
        most = most_bytes(body.get("media_category", "tweet_image"))
        if body["total_bytes"] > most:
            raise invalid(f"File size exceeds {most} bytes.")
        media_id = new_id(self._world, self._platform)
        upload = {**body, "account": account, "segments": {}, "expires_at": self._expiry()}
        self._world.put(self._platform, "upload", media_id, upload)
        seconds = int(_MEDIA_LIFE.total_seconds())
        kind = _KINDS.get(upload.get("media_category", ""), "image")
        key = media_key({"id": media_id, "type": kind})
        return {"id": media_id, "media_key": key, "expires_after_secs": seconds}

    def append(self, call: Call) -> Response:
        upload = self._upload_of(call.account, call.key)
        fields, data = media_body(call.request)
        index = fields.get("segment_index")
        if isinstance(index, str) and index.isdigit():
            fields["segment_index"] = int(index)
        broken = list(APPEND_BODY(fields, "$"))
        if broken or data is None:
            raise off_schema(broken or ["$.media: is missing but it is required"])
        self.add(call.account, call.key, fields["segment_index"], data)
        return json_answer({"data": {"expires_at": epoch(datetime.fromisoformat(upload["expires_at"]))}})

    def add(self, account: str, media_id: str, index: int, data: bytes) -> None:
        """Keep one piece of an upload."""
        upload = self._upload_of(account, media_id)
        if len(data) > int(self._simulator.setting("append_limit")):
            raise Refusal(413, "")
        sha256 = self._world.keep(data, "application/octet-stream")
        upload["segments"][str(index)] = sha256
        self._world.put(self._platform, "upload", media_id, upload)

    def finalize(self, call: Call) -> Response:
        return json_answer({"data": self.end(call.account, call.key)})

    def end(self, account: str, media_id: str) -> dict[str, Json]:
        """Join the pieces of an upload and look at them; gives what is known of it."""
        if self._world.get(self._platform, "media", media_id) is not None:
            return self.known(media_id)
        upload = self._upload_of(account, media_id)
        segments = upload["segments"]
        if set(segments) != {str(number) for number in range(len(segments))}:
            raise invalid("Segments do not add up to the provided total file size.")
        if self._joined(media_id, segments) != upload["total_bytes"]:
            self._world.drop_upload(self._platform, media_id)
            raise invalid("Segments do not add up to the provided total file size.")
        fields = {"media_category": "tweet_image", **upload}
        category = fields["media_category"]
        if category in ("tweet_video", "amplify_video"):
            one = self._accepted_clip(account, media_id, upload)
        else:
            data = self._world.uploaded(self._platform, media_id).read_bytes()
            accept = self._accepted_captions if category == "subtitles" else self._accepted
            one = accept(account, fields, data)
        self._world.drop_upload(self._platform, media_id)
        if one["mime"] != upload["media_type"].replace("pjpeg", "jpeg"):
            raise invalid(f"Invalid MediaId or media type: {upload['media_type']}.")
        self._world.put(self._platform, "media", media_id, one)
        self._world.drop(self._platform, "upload", media_id)
        return self.known(media_id)

    def status(self, call: Call) -> Response:
        known_query(call.request, {"media_id", "command"})
        media_id = call.request.args.get("media_id", "")
        if call.request.args.get("command", "STATUS") != "STATUS":
            raise invalid("The `command` query parameter value is not one of [STATUS]")
        self.refuse_other(call.account, media_id)
        return json_answer({"data": self.known(media_id)})

    def refuse_other(self, account: str, media_id: str) -> None:
        """Refuse what is no finished upload of this account."""
        one = self._world.get(self._platform, "media", media_id)
        if one is None or one["account"] != account:
            raise invalid(BAD_MEDIA, {"media_id": [media_id]})

    def metadata(self, call: Call) -> Response:
        body = json_body(call.request, METADATA_BODY)
        self.describe(call.account, body["id"], body.get("metadata", {}).get("alt_text", {}).get("text", ""))
        return json_answer({"data": {"id": body["id"], "associated_metadata": body.get("metadata", {})}})

    def describe(self, account: str, media_id: str, alt: str) -> None:
        """Set the description of an upload."""
        self.refuse_other(account, media_id)
        charge(self._simulator, account, "metadata")
        one = self._world.get(self._platform, "media", media_id)
        self._world.put(self._platform, "media", media_id, {**one, "alt": alt})

    def _upload_of(self, account: str, media_id: str) -> dict[str, Json]:
        upload: dict[str, Json] | None = self._world.get(self._platform, "upload", media_id)
        alive = upload is not None and datetime.fromisoformat(upload["expires_at"]) > self._world.now()
        if upload is None or not alive or upload["account"] != account:
            raise invalid(BAD_MEDIA, {"id": [media_id]})
        return upload

    def _joined(self, key: str, segments: Mapping[str, str]) -> int:
        """All segments of an upload in one file, whatever their order was; gives its length."""
        self._world.drop_upload(self._platform, key)
        length = 0
        for number in range(len(segments)):
            blob = self._world.blob(segments[str(number)])
            length = self._world.append(self._platform, key, length, BytesIO(blob[1] if blob else b""))
        return length

    def subtitles(self, call: Call) -> Response:
        """Ties an uploaded track of captions to a clip."""
        body = json_body(call.request, SUBTITLES_BODY)
        track = body["subtitles"]
        clip = self._world.get(self._platform, "media", body["id"])
        captions = self._world.get(self._platform, "media", track["id"])
        for one, kind in ((clip, "video"), (captions, "subtitles")):
            if one is None or one["account"] != call.account or one["kind"] != kind:
                raise invalid(BAD_MEDIA, {"id": [body["id"], track["id"]]})
        tracks = {**clip.get("subtitles", {}), track["language_code"]: captions["sha256"]}
        self._world.put(self._platform, "media", body["id"], {**clip, "subtitles": tracks})
        answer = {"id": body["id"], "media_category": body["media_category"], "associated_subtitles": track}
        return json_answer({"data": answer})

    def _accepted(self, account: str, fields: Mapping[str, Json], data: bytes) -> dict[str, Json]:
        """An upload as it is kept, after X has looked at the bytes themselves."""
        category = fields["media_category"]
        if category not in ("tweet_image", "tweet_gif"):
            raise invalid(f"{category} is not simulated yet.")
        if len(data) > most_bytes(category):
            raise invalid(f"File size exceeds {most_bytes(category)} bytes.")
        facts = picture(data)
        if facts is None or facts.mime not in ("image/jpeg", "image/png", "image/webp", "image/gif"):
            raise invalid("media type unrecognized.")
        moving = facts.mime == "image/gif" and facts.frames > 1
        if category == "tweet_gif" and facts.mime != "image/gif":
            raise invalid("media type unrecognized.")
        pixels = facts.width * facts.height * facts.frames
        if moving and (
            facts.width > 1280 or facts.height > 1080 or facts.frames > 350 or pixels > 300_000_000
        ):
            raise invalid("The GIF is too large: 1280x1080, 350 frames, 300 million pixels at most.")
        ready = self._world.now()
        if category == "tweet_gif":
            ready += timedelta(seconds=self._simulator.setting("processing_seconds"))
        return {
            "account": account,
            "kind": "gif" if moving else "image",
            "category": category,
            "mime": facts.mime,
            "size": len(data),
            "sha256": self._world.keep(data, facts.mime),
            "width": facts.width,
            "height": facts.height,
            "expires_at": self._expiry(),
            "ready_at": ready.isoformat(),
            "result": self._simulator.setting("processing_result")
            if category == "tweet_gif"
            else "succeeded",
        }

    def _accepted_clip(self, account: str, key: str, upload: Mapping[str, Json]) -> dict[str, Json]:
        """A clip as it is kept; what X finds wrong inside it shows when it has worked on it for a while."""
        file = self._world.uploaded(self._platform, key)
        clip = clip_of(file)
        told = _wrong_with(clip)
        sha256 = self._world.finish_upload(self._platform, key, upload["media_type"])
        now = self._world.now()
        ready = now + timedelta(seconds=self._simulator.setting("processing_seconds"))
        return {
            "account": account,
            "kind": "video",
            "category": upload["media_category"],
            "mime": upload["media_type"],
            "size": upload["total_bytes"],
            "sha256": sha256,
            "width": clip.width if clip else 0,
            "height": clip.height if clip else 0,
            "expires_at": self._expiry(),
            "started_at": now.isoformat(),
            "ready_at": ready.isoformat(),
            "result": "failed" if told else self._simulator.setting("processing_result"),
            "told": told or "InternalError",
        }

    def _accepted_captions(self, account: str, fields: Mapping[str, Json], data: bytes) -> dict[str, Json]:
        """A track of captions, if it is text with times in it."""
        try:
            words = data.decode("utf-8")
        except UnicodeDecodeError:
            words = ""
        if "-->" not in words or (fields["media_type"] == "text/vtt") != words.startswith("WEBVTT"):
            raise invalid("media type unrecognized.")
        now = self._world.now().isoformat()
        return {
            "account": account,
            "kind": "subtitles",
            "category": "subtitles",
            "mime": fields["media_type"],
            "size": len(data),
            "sha256": self._world.keep(data, fields["media_type"]),
            "width": 0,
            "height": 0,
            "expires_at": self._expiry(),
            "ready_at": now,
            "result": "succeeded",
        }

    def _expiry(self) -> str:
        return (self._world.now() + _MEDIA_LIFE).isoformat()

    def _state(self, one: Mapping[str, Json]) -> str:
        wait = datetime.fromisoformat(one["ready_at"]) - self._world.now()
        return "in_progress" if wait > timedelta(0) else str(one["result"])

    def known(self, media_id: str) -> dict[str, Json]:
        """What X tells of a finished upload."""
        one = self._world.get(self._platform, "media", media_id)
        left = datetime.fromisoformat(one["expires_at"]) - self._world.now()
        answer: dict[str, Json] = {
            "id": media_id,
            "media_key": media_key({"id": media_id, "type": one["kind"]}),
            "size": one["size"],
            "expires_after_secs": max(0, int(left.total_seconds())),
        }
        if one["kind"] == "video":
            answer["video"] = {"video_type": one["mime"]}
        elif one["kind"] != "subtitles":
            answer["image"] = {"w": one["width"], "h": one["height"], "image_type": one["mime"]}
        if one["category"] in ("tweet_gif", "tweet_video", "amplify_video"):
            answer["processing_info"] = self._processing(one)
        return answer

    def _processing(self, one: Mapping[str, Json]) -> dict[str, Json]:
        """How far X is with an upload.

        Why one failed is told where `processing_words` is set: users of the API have seen `error`, and
        the specification has no place for it (checked 2026-11-23).
        """
        state = self._state(one)
        if state == "in_progress":
            return {"state": state, "progress_percent": 50, "check_after_secs": 1}
        info: dict[str, Json] = {"state": state, "progress_percent": 100}
        if state == "failed" and self._simulator.setting("processing_words"):
            told = one.get("told", "InternalError")
            info["error"] = {"code": 3, "name": told.partition(":")[0], "message": told}
        return info


_KINDS = {"tweet_gif": "gif", "tweet_video": "video", "amplify_video": "video", "subtitles": "subtitles"}
_KEYS = {"gif": 16, "video": 13, "amplify": 13}


def _wrong_with(clip: Clip | None) -> str | None:
    """What X finds wrong with a clip: its documentation's best practices, checked 2026-11-23."""
    if clip is None:
        return "InvalidMedia: file is corrupt"
    long, short = max(clip.width, clip.height), min(clip.width, clip.height)
    problems = {
        "file format is not supported": clip.mime not in ("video/mp4", "video/quicktime"),
        "video codec is not supported": clip.video != "h264",
        "audio codec is not supported": clip.audio not in ("", "aac"),
        "duration is out of bounds": not 0.5 <= clip.seconds <= 140,
        "frame rate is out of bounds": clip.fps > 60,
        "dimensions are out of bounds": long > 1280 or short > 1024 or short < 32,
        "aspect ratio is out of bounds": not 1 / 3 <= clip.ratio <= 3,
        "pixel format is not supported": clip.pixels not in ("yuv420p", "yuvj420p"),
        "more than two audio channels": clip.audio_channels > 2,
        "scan type is not progressive": clip.interlaced,
    }
    return next((f"InvalidMedia: {words}" for words, wrong in problems.items() if wrong), None)


def most_bytes(category: str) -> int:
    """X API media best practices, checked 2026-11-23: pictures 5 MB, GIFs 15 MB, clips 512 MB."""
    if category in ("tweet_video", "amplify_video"):
        return 512 * 1024 * 1024
    return 15 * 1024 * 1024 if category.endswith("gif") else 5 * 1024 * 1024


def media_key(one: Mapping[str, Json]) -> str:
    """X's other name for an upload: a number for its kind, then its id."""
    return f"{_KEYS.get(one['type'], 3)}_{one['id']}"
