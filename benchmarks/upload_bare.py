"""The least that any program can do to bring a clip to each platform: requests alone, every call once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import requests

X_PIECE = 1 << 20
"""X's own quickstart sends pieces of this size (docs.x.com, checked 2026-11-23); larger ones met 413."""
TIKTOK_PIECE = 64_000_000
"""The largest that TikTok takes (media transfer guide, checked 2026-11-23): the fewest calls."""


def youtube(told: Mapping[str, Any], clip: Path) -> None:
    """A resumable upload in one PUT."""
    with _session(told["credentials"]["token"]) as web:
        opened = web.post(
            f"{told['base_url']}/upload/youtube/v3/videos",
            params={"uploadType": "resumable", "part": "snippet,status"},
            json={
                "snippet": {"title": "Bare"},
                "status": {"privacyStatus": "private", "selfDeclaredMadeForKids": False},
            },
            headers={
                "X-Upload-Content-Type": "video/mp4",
                "X-Upload-Content-Length": str(clip.stat().st_size),
            },
            timeout=60,
        )
        opened.raise_for_status()
        with clip.open("rb") as file:
            web.put(opened.headers["Location"], data=file, timeout=600).raise_for_status()


def twitter(told: Mapping[str, Any], clip: Path) -> None:
    """Initialize, append every piece, finalize."""
    uploads = f"{told['base_url']}/2/media/upload"
    with _session(bearer_of_x(told)) as web:
        body = {
            "media_type": "video/mp4",
            "total_bytes": clip.stat().st_size,
            "media_category": "tweet_video",
        }
        begun = web.post(f"{uploads}/initialize", json=body, timeout=60)
        begun.raise_for_status()
        upload = f"{uploads}/{begun.json()['data']['id']}"
        with clip.open("rb") as file:
            for number, piece in enumerate(iter(lambda: file.read(X_PIECE), b"")):
                web.post(
                    f"{upload}/append",
                    data={"segment_index": str(number)},
                    files={"media": ("chunk", piece, "application/octet-stream")},
                    timeout=60,
                ).raise_for_status()
        web.post(f"{upload}/finalize", timeout=600).raise_for_status()


def tiktok(told: Mapping[str, Any], clip: Path) -> None:
    """Init, then pieces as large as TikTok takes them; the last one carries the rest."""
    size = clip.stat().st_size
    count = size // TIKTOK_PIECE
    with _session(told["credentials"]["access_token"]) as web:
        begun = web.post(
            f"{told['base_url']}/v2/post/publish/video/init/",
            json={
                "post_info": {
                    "privacy_level": "PUBLIC_TO_EVERYONE",
                    "title": clip.name,
                    "brand_content_toggle": False,
                    "brand_organic_toggle": False,
                },
                "source_info": {
                    "source": "FILE_UPLOAD",
                    "video_size": size,
                    "chunk_size": TIKTOK_PIECE,
                    "total_chunk_count": count,
                },
            },
            timeout=60,
        )
        begun.raise_for_status()
        url = begun.json()["data"]["upload_url"]
    with requests.Session() as web, clip.open("rb") as file:
        for number in range(count):
            first = number * TIKTOK_PIECE
            end = size if number == count - 1 else first + TIKTOK_PIECE
            headers = {"Content-Type": "video/mp4", "Content-Range": f"bytes {first}-{end - 1}/{size}"}
            web.put(url, data=file.read(end - first), headers=headers, timeout=600).raise_for_status()


def bearer_of_x(told: Mapping[str, Any]) -> str:
    """A token of OAuth 2.0, which signs nothing: both ways speak with it."""
    return f"sandbox-twitter-{told['account']['id']}-oauth2"


def _session(bearer: str) -> requests.Session:
    web = requests.Session()
    web.trust_env = False
    web.headers["Authorization"] = f"Bearer {bearer}"
    return web


BARE: Mapping[str, Callable[[Mapping[str, Any], Path], None]] = {
    "youtube": youtube,
    "twitter": twitter,
    "tiktok": tiktok,
}
