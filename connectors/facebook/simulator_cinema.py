"""Reels and stories of a pretended Page: an id, the bytes, the look at them, the publication, the end.

Sources: Meta's Reels publishing (of 2026-07-30) and Page Stories API, checked 2026-11-23.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import IO, TYPE_CHECKING, Any

from connectors.facebook.simulator_answers import Call, Refusal, bad, gone
from connectors.facebook.simulator_shelf import Shelf
from connectors.sandbox_checks import epoch, picture
from connectors.sandbox_clips import Clip, clip_of
from connectors.sandbox_fetch import FetchError, fetch
from connectors.sandbox_graph import answer, parse_fields, pick, time_text
from connectors.sandbox_world import LivePost, Simulator

if TYPE_CHECKING:
    from werkzeug.wrappers import Response

Json = Any

_A_DAY = timedelta(hours=24)
_STATES = ("PUBLISHED", "DRAFT", "SCHEDULED")
_THUMB_BYTES = 10 * 1024 * 1024
_FIRST_ID = 122_100_000_000_001
_LONGEST = {"reel": 90, "story": 60}
_PLACES = {"reel": "reel/{post}", "video": "{page}/videos/{post}", "story": "stories/{page}/{post}"}


class UploadRefusal(Exception):
    """The no of rupload.facebook.com, which speaks otherwise than Graph does."""

    def __init__(self, kind: str, words: str, retriable: bool = False) -> None:
        super().__init__(kind, words)
        self._told = {"retriable": retriable, "type": kind, "message": words}

    def response(self) -> Response:
        """Its own envelope."""
        return answer({"debug_info": self._told}, 400)


class Cinema:
    """Every clip and every story of one simulator."""

    def __init__(self, simulator: Simulator, shelf: Shelf) -> None:
        self._simulator = simulator
        self._world = simulator.world
        self._platform = simulator.platform
        self._shelf = shelf

    # ── uploading ────────────────────────────────────────────────────────────

    def reel(self, call: Call) -> Json:
        """POST /{page}/video_reels."""
        return self._phase(call, "reel")

    def video_story(self, call: Call) -> Json:
        """POST /{page}/video_stories."""
        return self._phase(call, "story")

    def video(self, call: Call) -> Json:
        """POST /{page}/videos: a session, the pieces it asks for, the end; or `file_url`, all at once."""
        self._own_page(call)
        phase = call.text("upload_phase").lower()
        if call.text("file_url"):
            video_id = self._begun(call, "video")
            self._fetched(video_id, self._own(call, video_id), call.text("file_url"))
            self._publish(call, video_id, "video")
            return {"id": video_id}
        if phase == "start":
            size = call.text("file_size")
            if not size.isdigit() or not int(size):
                raise bad("The parameter file_size is required")
            video_id = self._begun(call, "video", expected=int(size))
            return {"upload_session_id": video_id, "video_id": video_id, **self._asked(0, int(size))}
        if phase not in ("transfer", "finish"):
            raise bad("Param upload_phase must be one of {START, TRANSFER, FINISH, CANCEL}")
        video_id = call.text("upload_session_id")
        video = self._own(call, video_id)
        if video["kind"] != "video":
            raise gone(video_id, "post")
        if phase == "transfer":
            return self._piece(call, video_id, video)
        if "sha256" not in video:
            raise Refusal(6000)
        self._world.put(self._platform, "video", video_id, {**video, **_thumb(call)})
        self._publish(call, video_id, "video")
        return {"success": True}

    def _piece(self, call: Call, video_id: str, video: Mapping[str, Json]) -> Json:
        length, size = video["length"], video["expected"]
        piece = call.request.files.get("video_file_chunk")
        if piece is None:
            raise bad("The parameter video_file_chunk is required")
        if call.text("start_offset") != str(length) or "sha256" in video:
            raise Refusal(100, 1363037, data=self._asked(length, size))
        length = self._world.append(self._platform, video_id, length, piece.stream)
        if length > size:
            raise Refusal(6001)
        video = {**video, "length": length}
        self._world.put(self._platform, "video", video_id, video)
        if length == size:
            self._complete(video_id, video)
        return self._asked(length, size)

    def _asked(self, begin: int, size: int) -> dict[str, str]:
        """Which piece is wanted next."""
        end = min(begin + int(self._simulator.setting("piece_bytes")), size)
        return {"start_offset": str(begin), "end_offset": str(end)}

    def _phase(self, call: Call, kind: str) -> Json:
        self._own_page(call)
        phase = call.text("upload_phase").lower()
        if phase == "start":
            return self._start(call, kind)
        if phase == "finish":
            return self._finish(call, kind)
        raise bad("Param upload_phase must be one of {START, FINISH}")

    def _begun(self, call: Call, kind: str, **more: Json) -> str:
        video_id = self._number()
        video = {"page": call.account, "kind": kind, "created_at": self._now(), "length": 0, **more}
        self._world.put(self._platform, "video", video_id, video)
        return video_id

    def _start(self, call: Call, kind: str) -> Json:
        video_id = self._begun(call, kind)
        return {"video_id": video_id, "upload_url": f"https://rupload.facebook.com/video-upload/{video_id}"}

    def take(self, call: Call, stream: IO[bytes]) -> Json:
        """POST rupload: the bytes from `offset` on, or the address where they can be fetched."""
        video = self._own(call, call.target)
        headers = call.request.headers
        if headers.get("file_url"):
            return self._fetched(call.target, video, headers["file_url"])
        offset, size = headers.get("offset", ""), headers.get("file_size", "")
        if not offset.isdigit() or not size.isdigit():
            raise UploadRefusal("OffsetInvalidError", "offset and file_size are needed")
        if int(offset) > video["length"] or "sha256" in video:
            raise UploadRefusal("OffsetInvalidError", f"the upload stands at {video['length']}")
        length = self._world.append(self._platform, call.target, int(offset), stream)
        video["length"] = length
        self._world.put(self._platform, "video", call.target, {**video, "expected": int(size)})
        if length != int(size):
            # What came is kept: the caller asks for bytes_transfered and goes on from there. Given back,
            # not raised, so that the transaction holds.
            return UploadRefusal("PartialRequestError", f"{length} of {size} bytes came", retriable=True)
        self._complete(call.target, video)
        return {"success": True}

    def _fetched(self, video_id: str, video: Mapping[str, Json], url: str) -> Json:
        try:
            with fetch(self._world, url) as found:
                length = self._world.append(self._platform, video_id, 0, found.file)
        except FetchError as error:
            raise UploadRefusal("ProcessingFailedError", f"Request processing failed: {error}") from error
        self._complete(video_id, {**video, "length": length})
        return {"success": True}

    def _complete(self, video_id: str, video: Mapping[str, Json]) -> None:
        clip = clip_of(self._world.uploaded(self._platform, video_id))
        sha256 = self._world.finish_upload(self._platform, video_id, "video/mp4")
        wrong = _wrong_with(clip, str(video["kind"]))
        self._world.put(self._platform, "video", video_id, {**video, "sha256": sha256, "wrong": wrong})

    # ── publishing ───────────────────────────────────────────────────────────

    def _finish(self, call: Call, kind: str) -> Json:
        video_id = call.text("video_id")
        video = self._own(call, video_id)
        if video["kind"] != kind or "sha256" not in video:
            raise Refusal(6000)
        if kind == "reel":
            state = call.text("video_state") or "PUBLISHED"
            if state not in _STATES:
                raise bad(f"Param video_state must be one of {{{', '.join(_STATES)}}}")
            if state != "PUBLISHED":
                raise bad(f"video_state {state} is not simulated")
            self._refuse_too_many(call.account)
        video = self._publish(call, video_id, kind)
        return {"success": True, "post_id": video["post"]} if kind == "story" else {"success": True}

    def _publish(self, call: Call, video_id: str, kind: str) -> dict[str, Json]:
        """From now on Facebook works on a clip that has arrived, and shows it when it is done."""
        video = self._own(call, video_id)
        if video["wrong"] is not None:
            raise Refusal(100, *video["wrong"])
        if "post" in video:
            raise bad("The video was already published.")
        seconds = self._simulator.setting("processing_seconds")
        video |= {
            "post": self._number(),
            "text": call.text("description"),
            "title": call.text("title"),
            "finished_at": self._now(),
            "ready_at": (self._world.now() + timedelta(seconds=seconds)).isoformat(),
            "result": self._simulator.setting("processing_result"),
        }
        self._world.put(self._platform, "video", video_id, video)
        self.sweep()
        return video

    def _refuse_too_many(self, page: str) -> None:
        oldest = self._world.now() - _A_DAY
        made = [
            one
            for one in self._world.all(self._platform, "video").values()
            if one["page"] == page and one["kind"] == "reel" and "finished_at" in one
            if datetime.fromisoformat(one["finished_at"]) > oldest
        ]
        if len(made) >= self._simulator.setting("reels_a_day"):
            raise Refusal(613)

    def photo_story(self, call: Call) -> Json:
        """POST /{page}/photo_stories."""
        self._own_page(call)
        photo_id = call.text("photo_id")
        photo = self._world.get(self._platform, "photo", photo_id)
        if photo is None or photo["page"] != call.account:
            raise bad(f"Invalid photo_id {photo_id!r}")
        if "post" in photo:
            raise Refusal(100, 1366051)
        if self._world.now() - datetime.fromisoformat(photo["created_at"]) > _A_DAY:
            raise bad(f"The photo {photo_id} has expired")
        post_id = self._number()
        self._world.put(self._platform, "photo", photo_id, {**photo, "post": post_id})
        media = {"type": "image", "sha256": photo["sha256"], "alt": photo["alt"], "id": photo_id}
        self._show(call.account, post_id, "story", "", media)
        return {"success": True, "post_id": post_id}

    def sweep(self) -> None:
        """What time does: clips whose work is done go live, stories end after a day."""
        now = self._world.now()
        for video_id, video in self._world.all(self._platform, "video").items():
            due = "ready_at" in video and datetime.fromisoformat(video["ready_at"]) <= now
            if due and "published_at" not in video and video["result"] == "succeeded":
                video["published_at"] = video["ready_at"]
                self._world.put(self._platform, "video", video_id, video)
                media = {"type": "video", "sha256": video["sha256"], "alt": "", "id": video_id}
                shown = video["post"] if video["kind"] == "story" else video_id
                cover = {"cover": video["cover"]} if "cover" in video else {}
                self._show(video["page"], shown, video["kind"], video["text"], media, cover)
        for post in self._world.live(self._platform):
            if post.private.get("kind") == "story" and not post.removed and post.created_at + _A_DAY <= now:
                self._world.remove(self._platform, post.id)

    def _show(
        self, page: str, post_id: str, kind: str, text: str, media: Mapping[str, Json], options: Json = None
    ) -> None:
        place = _PLACES[kind].format(page=page, post=post_id)
        self._world.publish(
            LivePost(
                self._platform,
                page,
                post_id,
                "root",
                text,
                self._world.now(),
                f"/facebook/web/{place}",
                options=dict(options or {}),
                media=(media,),
                private={"kind": kind},
            )
        )

    # ── reading ──────────────────────────────────────────────────────────────

    def find(self, video_id: str, page: str) -> dict[str, Json] | None:
        """A clip of this Page, published or not."""
        video: dict[str, Json] | None = self._world.get(self._platform, "video", video_id)
        return video if video is not None and video["page"] == page else None

    def shown(self, video_id: str, video: Mapping[str, Json], wanted: str) -> Json:
        """GET /{video}."""
        node: dict[str, Callable[[], Json]] = {
            "id": lambda: video_id,
            "description": lambda: video.get("text") or None,
            "title": lambda: video.get("title") or None,
            "created_time": lambda: time_text(datetime.fromisoformat(video["created_at"])),
            "updated_time": lambda: time_text(datetime.fromisoformat(video["created_at"])),
            "permalink_url": lambda: f"/{_PLACES[video['kind']].format(page=video['page'], post=video_id)}/",
            "published": lambda: "published_at" in video,
            "status": lambda: self._status(video),
            "from": lambda: {"id": video["page"]},
        }
        return pick(node, "Video", parse_fields(wanted) or {"description": {}, "updated_time": {}})

    def _status(self, video: Mapping[str, Json]) -> dict[str, Json]:
        """The three phases, in Meta's own spelling of `bytes_transfered`."""
        uploaded, published = "sha256" in video, "published_at" in video
        wrong, broken = video.get("wrong"), self._is_broken(video)
        working = "finished_at" in video and not published and not broken
        uploading: dict[str, Json] = {"status": "complete" if uploaded else "in_progress"}
        uploading["bytes_transfered"] = video["length"]
        processing: dict[str, Json] = {"status": "not_started"}
        publishing: dict[str, Json] = {"status": "not_started", "publish_status": "draft"}
        overall = "upload_complete" if uploaded else "uploading"
        if wrong is not None:
            processing = {"status": "error", "error": {"code": wrong[0], "message": wrong[1]}}
            overall = "error"
        elif broken:
            processing = {"status": "error", "error": {"message": "The video could not be processed."}}
            publishing["publish_status"] = overall = "error"
        elif working:
            processing, overall = {"status": "in_progress"}, "processing"
        elif published:
            at = epoch(datetime.fromisoformat(video["published_at"]))
            processing, overall = {"status": "completed"}, "ready"
            publishing = {"status": "complete", "publish_status": "published", "publish_time": at}
        phases = {"uploading": uploading, "processing": processing, "publishing": publishing}
        return {"video_status": overall, **{f"{name}_phase": phase for name, phase in phases.items()}}

    def _is_broken(self, video: Mapping[str, Json]) -> bool:
        done = "ready_at" in video and datetime.fromisoformat(video["ready_at"]) <= self._world.now()
        return done and video["result"] != "succeeded"

    def reels(self, call: Call) -> Json:
        """GET /{page}/video_reels: those that are live."""
        return self._listed(call, "reel")

    def videos(self, call: Call) -> Json:
        """GET /{page}/videos: those that are live."""
        return self._listed(call, "video")

    def _listed(self, call: Call, kind: str) -> Json:
        self._own_page(call)
        found = [
            self.shown(post.id, video, call.text("fields"))
            for post in reversed(self._visible(call.account, kind))
            if (video := self.find(post.id, call.account)) is not None
        ]
        return {"data": found}

    def stories(self, call: Call) -> Json:
        """GET /{page}/stories: also those that have ended, as ARCHIVED."""
        self._own_page(call)
        since = int(call.text("since") or 0)
        until = int(call.text("until") or 1 << 40)
        wanted = call.text("status").upper()
        data = [
            {
                "post_id": post.id,
                "status": "ARCHIVED" if post.removed else "PUBLISHED",
                "creation_time": str(epoch(post.created_at)),
                "media_type": "video" if post.media[0]["type"] == "video" else "photo",
                "media_id": post.media[0]["id"],
                "url": f"https://www.facebook.com/stories/{post.account}/{post.id}",
            }
            for post in reversed(self._visible(call.account, "story"))
            if since <= epoch(post.created_at) <= until
        ]
        return {"data": [one for one in data if wanted in ("", one["status"])]}

    def _visible(self, page: str, kind: str) -> list[LivePost]:
        latest = self._world.now() - timedelta(seconds=self._simulator.setting("list_lag"))
        return [
            post
            for post in self._world.live(self._platform, page)
            if post.private.get("kind") == kind and post.created_at <= latest
            if kind == "story" or not post.removed
        ]

    # ── small things ─────────────────────────────────────────────────────────

    def _own(self, call: Call, video_id: str) -> dict[str, Json]:
        video = self.find(video_id, call.account)
        if video is None:
            raise gone(video_id, "post")
        return video

    def _own_page(self, call: Call) -> None:
        if call.target != call.account:
            raise gone(call.target, "post")

    def _number(self) -> str:
        return str(self._world.next_number(self._platform, _FIRST_ID))

    def _now(self) -> str:
        return self._world.now().isoformat()


def _thumb(call: Call) -> dict[str, Json]:
    """The cover that comes with the end of an upload, as sha256, if any."""
    sent = call.request.files.get("thumb")
    if sent is None:
        return {}
    data = sent.stream.read()
    found = picture(data)
    if found is None or found.mime not in ("image/jpeg", "image/png") or len(data) > _THUMB_BYTES:
        raise Refusal(100, 1366046)
    return {"cover": hashlib.sha256(data).hexdigest()}


def _wrong_with(clip: Clip | None, kind: str) -> tuple[int, str] | None:
    """What Facebook finds wrong with a clip: subcode and words."""
    if clip is None:
        return 1363047, "The video file could not be read."
    if kind == "video":
        return _wrong_with_video(clip)
    short, long = sorted((clip.width, clip.height))
    least, most = 3, _LONGEST[kind]
    problems: tuple[tuple[bool, int, str], ...] = (
        (clip.mime != "video/mp4", 2069019, "The video must be an MP4 file."),
        (clip.video not in ("h264", "hevc", "vp9", "av1"), 2069019, "The codec is not supported."),
        (clip.audio not in ("", "aac"), 2069019, "The sound must be AAC."),
        (not clip.pixels.startswith(("yuv420p", "yuvj420p")), 2069019, "Chroma subsampling must be 4:2:0."),
        (not 0.55 <= clip.ratio <= 1.79, 1363040, "The aspect ratio must be between 16:9 and 9:16."),
        (short < 540 or long < 960, 1363127, "The resolution must be at least 540 x 960."),
        # The last frame's length may be missing from the container's own count.
        (not least - 0.05 <= clip.seconds <= most + 0.05, 1363128, f"{least} to {most} seconds."),
        (not 23.5 <= clip.fps <= 60.01, 1363129, "The frame rate must be between 24 and 60."),
    )
    return next(((subcode, words) for wrong, subcode, words in problems if wrong), None)


def _wrong_with_video(clip: Clip) -> tuple[int, str] | None:
    """A Page's video may have any shape and pace, and be long; what it holds must be playable."""
    problems: tuple[tuple[bool, str], ...] = (
        (clip.mime not in ("video/mp4", "video/quicktime"), "The video must be an MP4 or MOV file."),
        (clip.video not in ("h264", "hevc", "vp9", "av1"), "The codec is not supported."),
        (clip.audio not in ("", "aac"), "The sound must be AAC."),
        (not clip.pixels.startswith(("yuv420p", "yuvj420p")), "Chroma subsampling must be 4:2:0."),
        (not 0.95 <= clip.seconds <= 4 * 3600 + 0.05, "The video must be between 1 second and 4 hours long."),
    )
    return next(((2069019, words) for wrong, words in problems if wrong), None)
