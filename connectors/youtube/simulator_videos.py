"""Videos of the pretended YouTube: what their words may be, what becomes of their bytes, how they are shown.

Numbers by the YouTube Data API reference (checked 2026-11-23). A title's 100 are counted in UTF-16 units
and a description's 5,000 in bytes of UTF-8.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from connectors.sandbox_checks import picture
from connectors.sandbox_clips import clip_of
from connectors.sandbox_shelf import sha256_of
from connectors.sandbox_world import LivePost, Simulator, stamp
from connectors.youtube.simulator_answers import refused
from connectors.youtube.simulator_schema import document

Json = Any

# Categories that may be assigned, as videoCategories.list gives them for region ID (checked 2026-11-23).
CATEGORIES = frozenset(
    ["1", "2", "10", "15", "17", "19", "20", "22", "23", "24", "25", "26", "27", "28", "29"]
)
FAILURES = tuple(document()["schemas"]["VideoStatus"]["properties"]["failureReason"]["enum"])
REJECTIONS = tuple(document()["schemas"]["VideoStatus"]["properties"]["rejectionReason"]["enum"])
_TITLE, _DESCRIPTION, _TAGS = 100, 5000, 500
_LONG, _HALF_DAY, _SHORT = 15 * 60, 12 * 3600, 180
# What a client may set in each part; the rest is the platform's own and is passed over in silence.
_MUTABLE = {
    "snippet": ("title", "description", "tags", "categoryId", "defaultLanguage", "defaultAudioLanguage"),
    "status": (
        *("privacyStatus", "publishAt", "selfDeclaredMadeForKids", "containsSyntheticMedia"),
        *("license", "embeddable", "publicStatsViewable"),
    ),
}
_WHOLE = ("recordingDetails", "localizations", "paidProductPlacementDetails")


def refuse_words(resource: Mapping[str, Json], *, update: bool = False) -> None:
    """Everything YouTube refuses about a video's resource.

    Raises:
        Refusal: with the reason's own name.
    """
    snippet = resource.get("snippet")
    if snippet is not None or not update:
        _refuse_snippet(snippet or {}, update)
    status = resource.get("status", {})
    if status.get("publishAt") and status.get("privacyStatus", "public") != "private":
        raise refused("invalidPublishAt")
    if resource.get("localizations") and not (snippet or {}).get("defaultLanguage"):
        raise refused("defaultLanguageNotSet")


def _refuse_snippet(snippet: Mapping[str, Json], update: bool) -> None:
    title, description = snippet.get("title", ""), snippet.get("description", "")
    if not title.strip() or len(title.encode("utf-16-le")) // 2 > _TITLE or _has_brackets(title):
        raise refused("invalidTitle")
    if len(description.encode()) > _DESCRIPTION or _has_brackets(description):
        raise refused("invalidDescription")
    tags = snippet.get("tags", [])
    if tags_length(tags) > _TAGS or any(_has_brackets(tag) for tag in tags):
        raise refused("invalidTags")
    category = snippet.get("categoryId", "" if update else "22")
    if category not in CATEGORIES:
        raise refused("invalidCategoryId")


def _has_brackets(text: str) -> bool:
    return "<" in text or ">" in text


def tags_length(tags: list[str]) -> int:
    """As YouTube counts: commas between, and quotes around a tag with a space."""
    return sum(len(tag) + 2 * (" " in tag) for tag in tags) + max(0, len(tags) - 1)


class Videos:
    """All videos of one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._world = simulator.world
        self._platform = simulator.platform

    # ── kept ─────────────────────────────────────────────────────────────────

    def get(self, video_id: str) -> dict[str, Json] | None:
        video: dict[str, Json] | None = self._world.get(self._platform, "video", video_id)
        return None if video is None or video.get("deleted") else video

    def owned(self, account: str, video_id: str) -> dict[str, Json]:
        """A video of this account.

        Raises:
            Refusal: there is none; or it is another's.
        """
        video = self.get(video_id)
        if video is None:
            raise refused("videoNotFound")
        if video["account"] != account:
            raise refused("forbidden")
        return video

    def of(self, account: str) -> list[dict[str, Json]]:
        """All videos of an account, newest first."""
        every = self._world.all(self._platform, "video").values()
        return [one for one in reversed(list(every)) if one["account"] == account and not one.get("deleted")]

    def put(self, video: Mapping[str, Json]) -> None:
        """Keep it, and let followers see it or see it no more."""
        self._world.put(self._platform, "video", video["id"], video)
        self._show(video)

    # ── made and changed ─────────────────────────────────────────────────────

    def make(self, account: str, resource: Mapping[str, Json], upload: str) -> dict[str, Json]:
        """A video, once its last byte is here."""
        number = self._world.next_number(self._platform)
        now = self._world.now()
        verdict, facts = self._verdict(account, upload)
        mime = facts.get("mime", "application/octet-stream")
        place = self._world.uploaded(self._platform, upload)
        empty = not place.exists() or not place.stat().st_size
        digest = "" if empty else self._world.finish_upload(self._platform, upload, mime)
        video: dict[str, Json] = {
            "id": _id(number),
            "account": account,
            "at": now.isoformat(),
            "ready": (now + timedelta(seconds=self._simulator.setting("processing_seconds"))).isoformat(),
            "verdict": verdict,
            "facts": facts,
            "sha256": digest,
            "snippet": {"categoryId": "22", "description": "", **_mutable(resource, "snippet")},
            "status": {
                **{"privacyStatus": "public", "license": "youtube", "embeddable": True},
                **{"publicStatsViewable": True, **_mutable(resource, "status")},
            },
            **{name: resource[name] for name in _WHOLE if name in resource},
            "captions": {},
            "playlists": [],
        }
        self.put(video)
        return video

    def _verdict(self, account: str, upload: str) -> tuple[list[str], dict[str, Json]]:
        """What becomes of the bytes: (`processed` | `failed` | `rejected`, why), and what they are."""
        path = self._world.uploaded(self._platform, upload)
        if not path.exists() or not path.stat().st_size:
            return ["failed", "emptyFile"], {}
        clip = clip_of(path)
        if clip is None:
            return ["failed", "invalidFile"], {}
        facts = {"width": clip.width, "height": clip.height, "seconds": clip.seconds, "mime": clip.mime}
        asked = self._simulator.setting("processing_result")
        if asked in FAILURES:
            return ["failed", asked], facts
        if asked in REJECTIONS:
            return ["rejected", asked], facts
        most = _HALF_DAY if self._simulator.setting("phone_verified") else _LONG
        if clip.seconds > most:
            return ["rejected", "length"], facts
        with path.open("rb") as file:
            digest = sha256_of(file)
        same = any(one["sha256"] == digest for one in self.of(account))
        if same and self._simulator.setting("refuse_duplicates"):
            return ["rejected", "duplicate"], facts
        return ["processed", ""], facts

    def update(self, account: str, resource: Mapping[str, Json], parts: list[str]) -> dict[str, Json]:
        """Replace whole parts: what a client may set and leaves out is erased."""
        video = self.owned(account, str(resource.get("id", "")))
        refuse_words({name: resource.get(name, {}) for name in parts if name in ("snippet", "status")}
                     | {name: resource[name] for name in parts if name in _WHOLE and name in resource},
                     update=True)  # fmt: skip
        if "snippet" in parts:
            video["snippet"] = {"description": "", **_mutable(resource, "snippet")}
        if "status" in parts:
            asked = _mutable(resource, "status")
            if asked.get("publishAt") and self._world.post(self._platform, video["id"]) is not None:
                raise refused("invalidPublishAt")
            kept = {"privacyStatus": video["status"]["privacyStatus"], "license": "youtube"}
            video["status"] = {**kept, "embeddable": True, "publicStatsViewable": True, **asked}
        for name in _WHOLE:
            if name in parts:
                video[name] = resource.get(name, {})
        self.put(video)
        return self.now(video)

    def release_due(self) -> None:
        """Make public what was scheduled for a time that has come."""
        for video in self._world.all(self._platform, "video").values():
            if not video.get("deleted") and video["status"].get("publishAt"):
                self._release(video)

    def _release(self, video: dict[str, Json]) -> None:
        if datetime.fromisoformat(video["status"]["publishAt"]) <= self._world.now():
            video["status"] |= {"privacyStatus": "public"}
            del video["status"]["publishAt"]
            self.put(video)

    def now(self, video: Mapping[str, Json]) -> dict[str, Json]:
        """As it stands after everything that is due has happened."""
        self.release_due()
        found = self.get(video["id"])
        return dict(video) if found is None else found

    def set_thumbnail(self, video: dict[str, Json], upload: str) -> None:
        """JPEG or PNG, read from the bytes; for a Short only once it is processed."""
        data = self._world.uploaded(self._platform, upload).read_bytes()
        found = picture(data)
        self._world.drop_upload(self._platform, upload)
        if found is None or found.mime not in ("image/jpeg", "image/png"):
            raise refused("invalidImage")
        if self.is_short(video) and self.state(video)[0] == "uploaded":
            raise refused("forbidden", "The thumbnail of a Short can be set once it is processed.")
        video["thumbnail"] = self._world.keep(data, found.mime)
        self.put(video)

    def delete(self, video: dict[str, Json]) -> None:
        self.put({**video, "deleted": True})

    # ── shown ────────────────────────────────────────────────────────────────

    def state(self, video: Mapping[str, Json]) -> tuple[str, str]:
        """uploadStatus, and why it failed or was rejected."""
        if self._world.now() < datetime.fromisoformat(video["ready"]):
            return "uploaded", ""
        return video["verdict"][0], video["verdict"][1]

    @staticmethod
    def is_short(video: Mapping[str, Json]) -> bool:
        """Square or upright, three minutes at most (since 2024-10-15)."""
        facts = video["facts"]
        return bool(facts) and facts["width"] <= facts["height"] and facts["seconds"] <= _SHORT

    def shown(self, video: Mapping[str, Json], parts: list[str]) -> dict[str, Json]:
        """The resource with the parts asked for."""
        state, why = self.state(video)
        status = {**video["status"], "uploadStatus": state}
        status |= {"madeForKids": bool(status.get("selfDeclaredMadeForKids"))}
        if why:
            status["failureReason" if state == "failed" else "rejectionReason"] = why
        profile = self._simulator.profile(video["account"])
        name = profile.name if profile else ""
        snippet = {
            **video["snippet"],
            "publishedAt": stamp(datetime.fromisoformat(video["at"])),
            "channelId": video["account"],
            "channelTitle": name,
            "liveBroadcastContent": "none",
        }
        done = {"uploaded": "processing", "processed": "succeeded", "rejected": "terminated"}.get(
            state, "failed"
        )
        seconds = int(video["facts"].get("seconds", 0))
        every = {
            "snippet": snippet,
            "status": status,
            "processingDetails": {"processingStatus": done},
            "contentDetails": {"duration": f"PT{seconds}S", "caption": str(bool(video["captions"])).lower()},
            "statistics": {"viewCount": "0"},
            **{key: video.get(key, {}) for key in _WHOLE},
        }
        found = {part: every.get(part, {}) for part in parts if part != "id"}
        return {"kind": "youtube#video", "id": video["id"], **found}

    def _show(self, video: Mapping[str, Json]) -> None:
        """Followers see what is public, or unlisted and known to them, and not refused."""
        seen = video["status"]["privacyStatus"] != "private" and not video.get("deleted")
        seen = seen and video["verdict"][0] == "processed"
        known = self._world.post(self._platform, video["id"])
        if known is None and not seen:
            return
        snippet = video["snippet"]
        options = {key: value for key, value in snippet.items() if key != "description" and value}
        options |= {"status": video["status"], "short": self.is_short(video)}
        options |= {
            name: video[name] for name in (*_WHOLE, "captions", "playlists", "thumbnail") if video.get(name)
        }
        if known is not None:
            self._world.revise(self._platform, video["id"], snippet["description"], options, removed=not seen)
            return
        place = f"shorts/{video['id']}" if self.is_short(video) else f"watch?v={video['id']}"
        self._world.publish(
            LivePost(
                self._platform,
                video["account"],
                video["id"],
                "root",
                snippet["description"],
                self._world.now(),
                f"/{self._platform}/web/{place}",
                options=options,
                media=({"type": "video", "sha256": video["sha256"], "alt": ""},),
            )
        )


def _mutable(resource: Mapping[str, Json], part: str) -> dict[str, Json]:
    given = resource.get(part, {})
    return {name: given[name] for name in _MUTABLE[part] if name in given}


def _id(number: int) -> str:
    """Eleven characters, as YouTube's ids have."""
    return urlsafe_b64encode(sha256(f"youtube video {number}".encode()).digest())[:11].decode()
