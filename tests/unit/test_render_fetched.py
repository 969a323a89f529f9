"""render/fetched: media that a platform must fetch, and a place that it does not fetch from."""

from __future__ import annotations

from typing import Any

import pytest

from connectors.contract import Media, MediaFacts, Part, PartKind, Rendition, Severity
from connectors.tiktok.options import is_below
from publisher.model import Channel, Post, Rendered
from publisher.render.fetched import told

POST = Post("kartu", "content/kartu/teks.md", None, "d", "Kartu", "isi")
PHOTO = Media("a" * 64, ("strip",), "Papan.")
FACTS = {PHOTO.source: MediaFacts("image/jpeg", 200_000, 1080, 1350)}
HOST = "https://media.natunakab.go.id/kiriman/"


def rendered(platform: str = "tiktok", *media: Media, **options: Any) -> Rendered:
    channel = Channel("tt", platform, "5001", f"{platform}:5001", "env:T", options=options)
    part = Part(PartKind.ROOT, "Isi.", None, {}, media)
    return Rendered(POST, channel, Rendition(channel.account, "photo", (part,)))


def found(given: Rendered, *, hosted: bool = True, url: str | None = HOST) -> list[tuple[str, Severity]]:
    return [(one.code, one.severity) for one in told(given, FACTS, hosted=hosted, url=url).problems]


def test_photos_on_an_address_that_was_not_verified_are_an_error() -> None:
    """Found in the office, with the address; not at 08:00 by TikTok."""
    given = rendered("tiktok", PHOTO, verified=["natuna.go.id", "https://cdn.example.go.id/"])
    assert found(given) == [("render.host_refused", Severity.ERROR)]
    (problem,) = told(given, FACTS, hosted=True, url=HOST).problems
    assert (problem.values["url"], problem.channel, problem.post) == (HOST, "tt", "kartu")


@pytest.mark.parametrize(
    "verified", [["natunakab.go.id"], ["https://media.natunakab.go.id/kiriman/"], [], None]
)
def test_what_is_verified_or_not_written_down_passes(verified: object) -> None:
    """Without the setting nobody knows, and nothing is said."""
    assert found(rendered("tiktok", PHOTO, **({} if verified is None else {"verified": verified}))) == []


def test_only_what_is_fetched_matters() -> None:
    """Text alone, another platform, the sandbox's own place; without any place a person publishes."""
    verified = ["natuna.go.id"]
    assert found(rendered("tiktok", verified=verified)) == []
    assert found(rendered("facebook", PHOTO, verified=verified)) == []
    assert found(rendered("tiktok", PHOTO, verified=verified), url=None) == []
    notice = [("render.by_hand_host", Severity.NOTICE)]
    assert found(rendered("tiktok", PHOTO, verified=verified), hosted=False, url=None) == notice


@pytest.mark.parametrize(
    ("url", "verified", "below"),
    [
        ("https://example.go.id/a", "example.go.id", True),
        ("https://Media.Example.go.id/a", "EXAMPLE.go.id", True),
        ("https://badexample.go.id/a", "example.go.id", False),
        ("http://example.go.id/a", "example.go.id", False),
        ("https://example.go.id/media/", "https://example.go.id/media", True),
        ("https://example.go.id/mediaset/", "https://example.go.id/media", False),
        ("https://example.go.id.evil.com/media/", "https://example.go.id/", False),
        ("https://example.go.id/media/", "http://example.go.id/media", False),
        ("http://example.go.id/media/", "http://example.go.id/media", False),
        ("http://127.0.0.1:8000/", "127.0.0.1", True),
        ("http://127.0.0.1:8000/media/", "http://127.0.0.1:8000/media", True),
        ("http://127.0.0.1:8001/media/", "http://127.0.0.1:8000/media", False),
    ],
)
def test_what_lies_below(url: str, verified: str, below: bool) -> None:
    """A domain with all below it, or a prefix, whole folders only; https alone, but in practice here."""
    assert is_below(url, verified) is below
