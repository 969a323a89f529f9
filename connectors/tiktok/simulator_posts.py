"""Posts of the pretended TikTok, from init to what followers see (for simulator.py beside it).

A task is what a publish_id stands for. Its bytes come by upload or are fetched; then they are looked at,
and after a while the post is there, waits in the inbox, or has failed. Nothing brings it back from there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import IO, TYPE_CHECKING, Any

from connectors.sandbox_checks import picture
from connectors.sandbox_clips import Clip, clip_of
from connectors.sandbox_fetch import Fetched, FetchError, fetch
from connectors.sandbox_world import LivePost
from connectors.tiktok.simulator_answers import Refusal
from connectors.tiktok.simulator_bodies import MOST_BYTES

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from connectors.tiktok.simulator import TikTokSimulator

Json = Any
Task = dict[str, Json]

_AGENT = "TikTokBot/1.0"
_TYPES = ("video/mp4", "video/quicktime", "video/webm")
_CODECS = ("h264", "hevc", "vp8", "vp9")
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+)")
_PHOTO_BYTES = 20 * 10**6
_PHOTO_SIDES = (1920, 1080)
_FIRST_ID = 7_500_000_000_000_000_001


class Posts:
    """What a simulator knows of its tasks."""

    def __init__(self, simulator: TikTokSimulator) -> None:
        self._simulator = simulator
        self._world = simulator.world
        self._platform = simulator.platform

    # ── init ─────────────────────────────────────────────────────────────────

    def begin(self, account: str, kind: str, body: Mapping[str, Json], direct: bool) -> Task:
        """A new task; one that fetches has fetched when this returns."""
        number = self._world.next_number(self._platform, _FIRST_ID)
        source = body["source_info"]
        uploads = source["source"] == "FILE_UPLOAD"
        way = "file" if uploads else "url"
        start = f"{kind[0]}_{'pub' if direct else 'inbox'}_{way}"
        task: Task = {
            "publish_id": f"{start}~v2{'-1' if uploads and direct else ''}.{number}",
            "number": number,
            "account": account,
            "kind": kind,
            "direct": direct,
            "uploads": uploads,
            "info": dict(body["post_info"]),
            "source": dict(source),
            "bytes": 0,
            "begun_at": self._world.now().isoformat(),
        }
        if uploads:
            self._put(task)
        else:
            self._pull(task)
        return task

    def upload_url(self, task: Task) -> str:
        """Where the bytes go; whoever has it may send them."""
        query = f"upload_id={task['number']}&upload_token={_token(task)}"
        return f"{self._world.base_url}/{self._platform}/upload?{query}"

    def task(self, publish_id: str) -> Task | None:
        """What a publish_id stands for."""
        found: Task | None = self._world.get(self._platform, "task", publish_id)
        return found

    def tasks(self, account: str, since: datetime) -> list[Task]:
        """An account's tasks that began after a moment, whatever became of them."""
        every = self._world.all(self._platform, "task").values()
        return [one for one in every if one["account"] == account and _time(one["begun_at"]) > since]

    def _put(self, task: Task) -> None:
        self._world.put(self._platform, "task", task["publish_id"], task)
        self._world.put(self._platform, "upload", str(task["number"]), task["publish_id"])

    # ── bytes that are sent ──────────────────────────────────────────────────

    def receive(self, request: Request) -> tuple[int, Mapping[str, str]]:
        """One PUT to an upload_url: the status to answer with, and its headers.

        Raises:
            Refusal: the chunk is not taken.
        """
        publish_id = self._world.get(self._platform, "upload", request.args.get("upload_id", ""))
        task = self.task(str(publish_id)) if publish_id else None
        if task is None:
            raise Refusal("invalid_params", "There is no such upload task.", status=404)
        life = timedelta(seconds=self._simulator.setting("upload_life"))
        if request.args.get("upload_token") != _token(task) or self._age(task) > life:
            raise Refusal("invalid_params", "The upload_url has expired.", status=403)
        self._refuse_chunk(task, request)
        body: IO[bytes] = request.environ["wsgi.input"]
        task["bytes"] = self._world.append(self._platform, str(task["number"]), task["bytes"], body)
        whole = task["bytes"] == task["source"]["video_size"]
        if whole:
            self._look_at_clip(task)
        self._put(task)
        return (201 if whole else 206), _stored(task)

    def _refuse_chunk(self, task: Task, request: Request) -> None:
        source, done = task["source"], task["bytes"]
        size, chunk = source["video_size"], source["chunk_size"]
        match = _RANGE.fullmatch(request.headers.get("Content-Range", ""))
        if match is None or int(match[3]) != size:
            raise Refusal("invalid_params", "The Content-Range is invalid.", status=400)
        first, last = int(match[1]), int(match[2])
        if first != done or last >= size or done == size:
            raise Refusal(
                "invalid_params", "The range is not the next one.", status=416, headers=_stored(task)
            )
        number = first // chunk + 1
        planned = size - 1 if number >= source["total_chunk_count"] else first + chunk - 1
        if last != planned or request.content_length != last - first + 1:
            raise Refusal("invalid_params", "The chunk is not as long as it was planned.", status=400)
        if (request.mimetype or "") not in _TYPES:
            raise Refusal("invalid_params", "The Content-Type is invalid.", status=400)

    def _look_at_clip(self, task: Task) -> None:
        clip = clip_of(self._world.uploaded(self._platform, str(task["number"])))
        mime = clip.mime if clip else "application/octet-stream"
        task["seconds"] = int(clip.seconds) if clip else 0
        sha256 = self._world.finish_upload(self._platform, str(task["number"]), mime)
        self._decide(task, [("video", sha256)], self._wrong_with(clip))

    def _wrong_with(self, clip: Clip | None) -> str:
        """TikTok's media specifications for videos, checked 2026-11-23."""
        if clip is None or clip.mime not in _TYPES or clip.video not in _CODECS:
            return "file_format_check_failed"
        if clip.size > MOST_BYTES:
            return "picture_size_check_failed"
        if clip.seconds > min(600, self._simulator.setting("max_video_seconds")):
            return "duration_check_failed"
        if not 23 <= round(clip.fps, 2) <= 60:
            return "frame_rate_check_failed"
        sides = (clip.width, clip.height)
        return "" if min(sides) >= 360 and max(sides) <= 4096 else "picture_size_check_failed"

    # ── bytes that are fetched ───────────────────────────────────────────────

    def _pull(self, task: Task) -> None:
        if task["kind"] == "video":
            self._pull_clip(task)
        else:
            self._pull_photos(task)
        self._put(task)

    def _pull_clip(self, task: Task) -> None:
        try:
            with self._fetched(task["source"]["video_url"], MOST_BYTES) as found:
                task["bytes"] = found.size
                clip = clip_of(found.file)
                task["seconds"] = int(clip.seconds) if clip else 0
                sha256 = self._world.keep_file(found.file, clip.mime if clip else found.mime)
        except FetchError:
            self._decide(task, [], "video_pull_failed")
            return
        self._decide(task, [("video", sha256)], self._wrong_with(clip))

    def _pull_photos(self, task: Task) -> None:
        kept: list[tuple[str, str]] = []
        failed = ""
        for url in task["source"]["photo_images"]:
            try:
                with self._fetched(url, _PHOTO_BYTES) as found:
                    data = found.file.read()
            except FetchError as error:
                failed = failed or ("picture_size_check_failed" if error.fetchable else "photo_pull_failed")
                continue
            failed = failed or _wrong_with_photo(data)
            mime = "image/jpeg" if data[:2] == b"\xff\xd8" else "image/webp"
            kept.append(("image", self._world.keep(data, mime)))
            task["bytes"] += len(data)
        self._decide(task, kept, failed)

    def _fetched(self, url: str, most: int) -> Fetched:
        """A redirect is not followed: TikTok's Media Transfer Guide, checked 2026-11-23."""
        return fetch(self._world, url, agent=_AGENT, most=most, seconds=30, redirects=0)

    # ── what becomes of it ───────────────────────────────────────────────────

    def _decide(self, task: Task, media: list[tuple[str, str]], failed: str) -> None:
        """From here on nothing can be taken back: the post comes, or it fails, after the processing."""
        asked = self._simulator.take_next_error("process")
        now = self._world.now()
        ready = now + timedelta(seconds=self._simulator.setting("processing_seconds"))
        task["ready_at"] = ready.isoformat()
        task["failed"] = asked["code"] if asked else failed
        task["media"] = [list(one) for one in media]
        if not task["failed"] and task["direct"]:
            self._publish(task, now)

    def _publish(self, task: Task, now: datetime) -> None:
        post_id = str(self._world.next_number(self._platform, _FIRST_ID))
        self._world.publish(self._shown(task, post_id, now))
        task["post_id"] = post_id

    def _shown(self, task: Task, post_id: str, at: datetime) -> LivePost:
        """What followers see of a task."""
        info, kind = task["info"], task["kind"]
        text = info.get("title", "") if kind == "video" else info.get("description", "")
        shown = {name: value for name, value in info.items() if name not in ("title", "description")}
        if kind == "photo":
            cover = task["source"].get("photo_cover_index", 0)
            shown |= {"title": info.get("title", ""), "photo_cover_index": cover}
        name = self._simulator.username(task["account"])
        return LivePost(
            self._platform,
            task["account"],
            post_id,
            "root",
            text,
            at,
            f"/{self._platform}/web/@{name}/{kind}/{post_id}",
            options=shown,
            media=tuple({"type": one, "sha256": sha256, "alt": ""} for one, sha256 in task["media"]),
            private={"kind": kind, "seconds": task.get("seconds", 0)},
        )

    def drafts(self) -> list[LivePost]:
        """What waits in inboxes, oldest first; as id its publish_id."""
        tasks = self._world.all(self._platform, "task").values()
        waiting = [task for task in tasks if self.state(task) == "SEND_TO_USER_INBOX"]
        return [self._shown(task, task["publish_id"], _time(task["begun_at"])) for task in waiting]

    def finish_draft(self, publish_id: str) -> str:
        """A person posts a draft from the inbox; gives the id of the post.

        Raises:
            LookupError: there is no such draft.
        """
        task = self.task(publish_id)
        if task is None or self.state(task) != "SEND_TO_USER_INBOX":
            raise LookupError(publish_id)
        task["info"].setdefault("privacy_level", "PUBLIC_TO_EVERYONE")
        self._publish(task, self._world.now())
        task["finished_at"] = self._world.now().isoformat()
        self._put(task)
        return str(task["post_id"])

    def cancel(self, task: Task) -> None:
        """Best effort: only what is still being fetched.

        Raises:
            Refusal: it is too late.
        """
        if self.state(task) != "PROCESSING_DOWNLOAD":
            raise Refusal("publish_not_cancellable")
        if task.get("post_id"):
            self._world.remove(self._platform, task["post_id"])
        self._put({**task, "failed": "publish_cancelled", "ready_at": self._world.now().isoformat()})

    # ── status ───────────────────────────────────────────────────────────────

    def state(self, task: Task) -> str:
        """As status/fetch names it."""
        if "ready_at" not in task or _time(task["ready_at"]) > self._world.now():
            return "PROCESSING_UPLOAD" if task["uploads"] else "PROCESSING_DOWNLOAD"
        if task["failed"]:
            return "FAILED"
        return "PUBLISH_COMPLETE" if task["direct"] or "finished_at" in task else "SEND_TO_USER_INBOX"

    def status(self, task: Task) -> dict[str, Json]:
        """The data of status/fetch."""
        state = self.state(task)
        counted = "uploaded_bytes" if task["uploads"] else "downloaded_bytes"
        answer: dict[str, Json] = {"status": state, counted: task["bytes"]}
        if state == "FAILED":
            answer["fail_reason"] = task["failed"]
        if state == "PUBLISH_COMPLETE":
            answer["publicaly_available_post_id"] = self._public_ids(task)
        return answer

    def _public_ids(self, task: Task) -> list[int]:
        """Only of public posts, and only once they are moderated: minutes to hours later."""
        post = self._world.post(self._platform, task["post_id"])
        since = _time(task.get("finished_at") or task["ready_at"])
        moderated = since + timedelta(seconds=self._simulator.setting("moderation_seconds"))
        shown = post is not None and not post.removed and self._world.now() >= moderated
        return [int(task["post_id"])] if shown and is_public(task["info"]) else []

    def _age(self, task: Task) -> timedelta:
        return self._world.now() - _time(task["begun_at"])


def is_public(info: Mapping[str, Json]) -> bool:
    """Whether everybody may see a post."""
    return info.get("privacy_level") == "PUBLIC_TO_EVERYONE"


def _wrong_with_photo(data: bytes) -> str:
    """JPEG or WebP, at most 1080p: 1920 by 1080, lying or standing (the stricter reading)."""
    found = picture(data)
    if found is None or found.mime not in ("image/jpeg", "image/webp") or found.frames > 1:
        return "file_format_check_failed"
    long, short = max(found.width, found.height), min(found.width, found.height)
    return "" if long <= _PHOTO_SIDES[0] and short <= _PHOTO_SIDES[1] else "picture_size_check_failed"


def _stored(task: Task) -> dict[str, str]:
    return {"Content-Range": f"bytes 0-{task['bytes']}/{task['source']['video_size']}"}


def _token(task: Task) -> str:
    return f"sandbox-upload-{task['number']}"


def _time(value: str) -> datetime:
    return datetime.fromisoformat(value)
