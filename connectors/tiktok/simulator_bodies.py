"""What the pretended TikTok takes in the bodies of its publishing routes (for simulator.py beside it).

Sources: TikTok's Content Posting pages, checked 2026-11-23. Where a page leaves two readings (megabytes of
1,000,000 or of 1,048,576 bytes), the one that refuses more is taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connectors.sandbox_checks import Shape, array, boolean, integer, mapping, text
from connectors.tiktok.simulator_answers import wrong

Json = Any

PRIVACY = ("PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY")
MOST_BYTES = 4 * 10**9
_LEAST_CHUNK = 5 * 2**20
_MOST_CHUNK = 64 * 10**6
_LAST_CHUNK = 128 * 10**6


def utf16(most: int) -> Shape:
    """A text of at most so many UTF-16 units ("2200 in UTF-16 runes")."""

    def check(value: Json, at: str) -> Iterator[str]:
        yield from text()(value, at)
        if isinstance(value, str) and len(value.encode("utf-16-le", "surrogatepass")) // 2 > most:
            yield f"{at}: is longer than {most}"

    return check


_SHARED: Mapping[str, Shape] = {
    "privacy_level": text(among=PRIVACY),
    "disable_comment": boolean,
    "brand_content_toggle": boolean,
    "brand_organic_toggle": boolean,
}
_VIDEO_INFO: Mapping[str, Shape] = {
    **_SHARED,
    "title": utf16(2200),
    "disable_duet": boolean,
    "disable_stitch": boolean,
    "video_cover_timestamp_ms": integer(0, 2**31 - 1),
    "is_aigc": boolean,
}
_PHOTO_INFO: Mapping[str, Shape] = {
    **_SHARED,
    "title": utf16(90),
    "description": utf16(4000),
    "auto_add_music": boolean,
}
_FILE: Mapping[str, Shape] = {
    "source": text(),
    "video_size": integer(1, MOST_BYTES),
    "chunk_size": integer(1, MOST_BYTES),
    "total_chunk_count": integer(1, 1000),
}
_URL: Mapping[str, Shape] = {"source": text(), "video_url": text(shortest=1)}
_PHOTOS: Mapping[str, Shape] = {
    "source": text(among=("PULL_FROM_URL",)),
    "photo_images": array(text(shortest=1), 1, 35),
    "photo_cover_index": integer(0, 34),
}
_TOP_VIDEO = ("post_info", "source_info")
_TOP_PHOTO = ("media_type", "post_mode", "post_info", "source_info")


def video_body(body: Json, direct: bool) -> dict[str, Json]:
    """A video's init, checked: post_info and source_info.

    Args:
        direct: Direct Post; else a draft for the inbox, which has no post_info.

    Raises:
        Refusal: TikTok would not take it.
    """
    given = _top(body, _TOP_VIDEO if direct else ("source_info",))
    if direct:
        _hold(mapping(_VIDEO_INFO, ["privacy_level"]), given["post_info"], "post_info")
        _branded(given["post_info"])
    source = given["source_info"]
    kind = source.get("source") if isinstance(source, dict) else None
    if kind not in ("FILE_UPLOAD", "PULL_FROM_URL"):
        raise wrong("source_info.source is FILE_UPLOAD or PULL_FROM_URL")
    fields = _FILE if kind == "FILE_UPLOAD" else _URL
    _hold(mapping(fields, fields), source, "source_info")
    if kind == "FILE_UPLOAD":
        _hold_plan(source["video_size"], source["chunk_size"], source["total_chunk_count"])
    return given


def photo_body(body: Json) -> dict[str, Json]:
    """A photo post's init, checked.

    Raises:
        Refusal: TikTok would not take it.
    """
    given = _top(body, _TOP_PHOTO)
    if given["media_type"] != "PHOTO":
        raise wrong("media_type is PHOTO")
    if given["post_mode"] not in ("DIRECT_POST", "MEDIA_UPLOAD"):
        raise wrong("post_mode is DIRECT_POST or MEDIA_UPLOAD")
    direct = given["post_mode"] == "DIRECT_POST"
    _hold(mapping(_PHOTO_INFO, ["privacy_level"] if direct else []), given["post_info"], "post_info")
    _branded(given["post_info"])
    _hold(mapping(_PHOTOS, ["source", "photo_images"]), given["source_info"], "source_info")
    if given["source_info"].get("photo_cover_index", 0) >= len(given["source_info"]["photo_images"]):
        raise wrong("source_info.photo_cover_index: there is no such photo")
    return given


def _top(body: Json, fields: tuple[str, ...]) -> dict[str, Json]:
    optional = {"post_info"} if "post_mode" in fields and isinstance(body, dict) else set()
    anything: Shape = lambda value, at: iter(())  # noqa: E731 - the inner shapes are looked at below
    _hold(mapping(dict.fromkeys(fields, anything), set(fields) - optional), body, "body")
    return {"post_info": {}, **body}


def _branded(info: Mapping[str, Json]) -> None:
    """TikTok's guidelines: "Branded content visibility cannot be set to private"; the code is our guess."""
    if info.get("brand_content_toggle") and info.get("privacy_level") == "SELF_ONLY":
        raise wrong("Branded content visibility cannot be set to private")


def _hold_plan(size: int, chunk: int, count: int) -> None:
    """Media Transfer Guide: count = floor(size / chunk), what is left goes with the last chunk."""
    if chunk > size or count != size // chunk:
        raise wrong("The total chunk count is invalid")
    if count == 1:
        if size > _MOST_CHUNK:
            raise wrong("The video must be uploaded in several chunks")
        if size < _LEAST_CHUNK and chunk != size:
            raise wrong("The chunk size is invalid")
        return
    last = size - chunk * (count - 1)
    if not _LEAST_CHUNK <= chunk <= _MOST_CHUNK or last > _LAST_CHUNK:
        raise wrong("The chunk size is invalid")


def _hold(shape: Shape, value: Json, at: str) -> None:
    for told in shape(value, at):
        raise wrong(told)
