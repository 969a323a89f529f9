"""Samples: what ships in content/ reads without a flaw and covers what a first user wants to see."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from connectors.twitter.limits import weighted_length
from publisher.content import Content, read
from publisher.model import Post

ROOT = Path(__file__).parents[2]
PICTURES = sorted(path for path in (ROOT / "content").rglob("*") if path.suffix in {".jpg", ".png"})


@pytest.fixture(scope="module")
def content() -> Content:
    return read(ROOT / "content", root=ROOT, zone="Asia/Jakarta")


@pytest.fixture
def posts(content: Content) -> dict[str, Post]:
    return {post.path.rpartition("/")[2]: post for post in content.posts}


def test_no_sample_has_a_flaw(content: Content) -> None:
    """Not one problem, not even a notice."""
    assert [*content.problems, *(problem for post in content.posts for problem in post.problems)] == []


def test_every_sample_is_marked_and_has_no_date_of_its_own(content: Content) -> None:
    """Live refuses them all, with or without front matter; when they go out is up to demo and queue."""
    assert len(content.posts) >= 8
    for post in content.posts:
        assert post.sample, post.path
        assert (post.publish_at, post.publish_after, post.publish_before, post.date) == (
            None,
            None,
            None,
            None,
        )


def test_samples_cover_what_a_post_can_be(content: Content) -> None:
    """Text only, one photo, four photos, link, thread, per-platform text, no front matter, first comment."""
    kinds: dict[str, list[Post]] = {
        "text only": [p for p in content.posts if not (p.media or p.link or p.platforms)],
        "one photo": [p for p in content.posts if len(p.media) == 1],
        "four photos": [p for p in content.posts if len(p.media) == 4],
        "link": [p for p in content.posts if p.link],
        "thread": [p for p in content.posts if p.platforms.get("twitter", {}).get("thread")],
        "text per platform": [p for p in content.posts if "text" in p.platforms.get("twitter", {})],
        "no front matter": [p for p in content.posts if p.file.endswith(".txt") and set(p.lines) == {"body"}],
        "first comment": [p for p in content.posts if "first_comment" in p.platforms.get("facebook", {})],
    }
    assert {kind for kind, found in kinds.items() if not found} == set()


def test_thread_is_long_enough_for_three_parts(posts: dict[str, Post]) -> None:
    """Cut at 280 as X counts, it is more than two parts."""
    assert weighted_length(posts["03-kunjungan-belajar"].body) > 2 * 280


def test_short_samples_fit_on_x(content: Content) -> None:
    """Title, text, link and hashtags together fit on X, with some room for a template's own words."""
    for post in content.posts:
        own = post.platforms.get("twitter", {})
        if own.get("thread"):
            continue
        tags = " ".join(f"#{tag}" for tag in post.hashtags)
        whole = own.get("text") or "\n\n".join(filter(None, (post.title, post.body, post.link, tags)))
        assert weighted_length(str(whole)) <= 270, post.path


def test_every_picture_is_described(content: Content) -> None:
    """Each has an alternative text that says what is to be seen, short enough for X (1,000 characters)."""
    described = [medium for post in content.posts for medium in post.media]
    assert (len(PICTURES), len(described)) == (6, 7)  # six pictures and a clip
    assert all(40 < len(medium.alt) <= 1000 for medium in described)
    assert len({medium.alt for medium in described}) == 7


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.name)
def test_pictures_are_small_and_sound(path: Path) -> None:
    """Below 150 KB, decodable, at least 1080 pixels wide."""
    assert path.stat().st_size < 150_000
    with Image.open(path) as picture:
        picture.load()
        assert picture.width >= 1080


def test_one_picture_carries_a_position() -> None:
    """So that its removal before publishing can be seen."""
    with_position = []
    for path in PICTURES:
        with Image.open(path) as picture:
            if picture.getexif().get_ifd(0x8825):
                with_position.append(path.name)
    assert with_position == ["kunjungan.jpg"]


def test_pictures_are_what_the_script_draws(tmp_path: Path) -> None:
    """The script in tools/ makes every picture there is, looking the same."""
    script = ROOT / "tools" / "make_sample_pictures.py"
    subprocess.run([sys.executable, str(script), str(tmp_path)], check=True)
    for path in PICTURES:
        drawn = tmp_path / path.relative_to(ROOT / "content" / "contoh")
        with Image.open(path) as kept, Image.open(drawn) as made:
            assert kept.size == made.size
            small = [picture.convert("RGB").resize((24, 24)).tobytes() for picture in (kept, made)]
        # Other versions of Pillow and libjpeg may round differently.
        assert max(abs(one - other) for one, other in zip(*small, strict=True)) <= 12


def test_samples_stay_with_the_facts(content: Content) -> None:
    """Every number in them is one of the known facts or counts a list; every address is the office's."""
    for post in content.posts:
        text = "\n".join([post.title, post.body, post.link or "", str(post.platforms)])
        numbers = set(re.findall(r"\d+", text.replace("SP4N", "")))
        assert numbers <= {"17", "18", "2024", "1708", "1", "2", "3"}, post.path
        hosts = set(re.findall(r"[\w.]+\.go\.id", text))
        assert hosts <= {"natunakab.go.id", "natuna.lapor.go.id"}, post.path
