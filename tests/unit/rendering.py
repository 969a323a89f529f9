"""What the tests of render/ share: posts and channels by a few words, and rooms brought by entry point."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors import registry
from connectors.contract import Json, MediaFacts
from publisher.model import Channel, Post, PostMedia, Rendered
from publisher.render import Templates, render, shipped_dir

_PICTURE = MediaFacts("image/jpeg", 9, 4, 3)
SHIPPED = Templates(Path("/nonexistent"), shipped_dir())
CACHES = (registry.platforms, registry.room, registry.rooms, registry.folder)
EXAMPLES = ("loom", "frame", "tube", "instagram", "threads", "tiktok", "youtube")


def channel(platform: str, **more: Json) -> Channel:
    return Channel(platform[:2], platform, "1", f"{platform}:1", "env:TOKEN", **more)


def post(body: str = "Layanan buka Senin.", *, pictures: int = 0, **more: Json) -> Post:
    media = tuple(
        PostMedia(Path(f"/w/content/{n}.jpg"), f"{n}.jpg", f"{n:064}", f"Foto {n}", line=10 + n)
        for n in range(pictures)
    )
    more = {"title": "", "lines": {"body": 5}, **more}
    return Post("a.md", "content/a.md", None, "d", body=body, media=media, **more)


def rendered(
    what: Post,
    where: Channel,
    templates: Templates = SHIPPED,
    *,
    language: str = "id",
    media: MediaFacts = _PICTURE,
    **defaults: Json,
) -> Rendered:
    """`media`: what every file of the post is."""
    facts = {medium.source: media for medium in what.media}
    return render(what, where, templates, facts, language=language, zone="Asia/Jakarta", defaults=defaults)


def text(what: Post, where: Channel, templates: Templates = SHIPPED, **more: Json) -> str:
    found = rendered(what, where, templates, **more)
    assert found.rendition is not None, found.problems
    return found.rendition.parts[0].text


@pytest.fixture
def examples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The rooms of example_rooms.py can be found, as far as there are none of their names."""
    package = tmp_path / "site/example_rooms-1.0.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: example-rooms\nVersion: 1.0\n")
    points = "\n".join(f"{name} = tests.unit.example_rooms:{name.upper()}" for name in EXAMPLES)
    (package / "entry_points.txt").write_text(f"[publisher.connectors]\n{points}\n")
    monkeypatch.syspath_prepend(str(package.parent))
    for cache in CACHES:
        cache.cache_clear()
    yield
    for cache in CACHES:
        cache.cache_clear()
