"""Reading again: the cache gives what reading would, and the watcher waits until files stand still."""

from __future__ import annotations

import json
import marshal
import os
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.content import Content, Watcher, files, kept, read

FULL = """---
id: penuh
title: Judul
author: Humas
date: 2026-11-24
publish_at: 2026-11-24 08:00 WIT
publish_after: 2026-11-23 08:00
publish_before: 2026-11-25 08:00
grace: 2h
channels: [fb, x]
link: https://natunakab.go.id
hashtags: [Natuna]
media:
- file: a.jpg
  alt: Kantor
  focus: [0.5, 0.25]
- ../bersama/b.png
topic: layanan
urgent: true
repeat: true
corrects: lama
twitter: {thread: true, text: Lain}
---
Isi
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for path, data in {
        "content/penuh/teks.md": FULL,
        "content/penuh/a.jpg": "gambar",
        "content/_bersama/x": "",
        "content/bersama/b.png": "logo",
        "content/polos.txt": "Halo",
        "content/contoh/.sample": "",
        "content/contoh/satu/teks.txt": "Contoh",
    }.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(data)
    age(tmp_path)
    return tmp_path


def age(root: Path) -> None:
    """Set every modified time back a minute, so that an edit within the same clock tick still shows."""
    for path in root.rglob("*"):
        found = path.stat()
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns - 60 * 10**9))


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files made just now count as old: their change time cannot be set back."""
    monkeypatch.setattr("publisher.content.found.YOUNG_NS", -(10**12))


def cached(root: Path, zone: str = "Asia/Jakarta") -> Content:
    return read(root / "content", root=root, zone=zone, cache=root / ".publisher" / "cache" / "content.cache")


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[str]]:
    """The names of the files opened since the last call."""
    opened: list[str] = []
    real = os.open

    def noted(path: str, flags: int, *more: int) -> int:
        opened.append(os.path.basename(path))
        return real(path, flags, *more)

    monkeypatch.setattr(files.os, "open", noted)

    def since() -> list[str]:
        names = [name for name in opened if name.endswith((".md", ".txt", ".jpg", ".png"))]
        opened.clear()
        return names

    return since


@pytest.mark.usefixtures("trusting")
def test_cache_gives_exactly_what_reading_gives(root: Path, reads: Callable[[], list[str]]) -> None:
    """Every field of every post comes back equal, and no text or picture is opened."""
    fresh = read(root / "content", root=root, zone="Asia/Jakarta")
    assert [post.problems for post in fresh.posts] == [(), (), ()]
    assert cached(root) == fresh
    reads()
    assert cached(root) == fresh
    assert reads() == []


@pytest.mark.usefixtures("trusting")
def test_a_picture_left_lying_about_makes_no_look_dearer(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of the remembered posts only those are unpacked that name a file called so: it may be theirs."""
    for folder in ("tercecer", "bersama/lain"):
        (root / "content" / folder).mkdir()
        (root / "content" / folder / "foto.jpg").write_text("lepas")
    (root / "content" / "bersama" / "c.jpg").write_text("lepas juga")
    fresh = cached(root)
    left = {problem.file: problem.values["names"] for problem in fresh.problems}
    assert left == {
        "content/tercecer": "foto.jpg",
        "content/bersama/lain": "foto.jpg",
        "content/bersama": "c.jpg",
    }
    unpacked: list[str] = []
    real = kept._unpacked

    def noted(data: bytes, path: str, content: str) -> tuple[object, ...]:
        unpacked.append(path)
        return real(data, path, content)

    monkeypatch.setattr(kept, "_unpacked", noted)
    again = cached(root)
    assert unpacked == ["penuh"]
    assert again.problems == fresh.problems
    (root / "content" / "bersama" / "b.png").rename(root / "content" / "bersama" / "d.png")
    assert "d.png" in {p.values["names"] for p in cached(root).problems if p.file == "content/bersama"}.pop()


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda root: (root / "content/polos.txt").write_text("Hari"), "polos.txt"),
        (lambda root: (root / "content/penuh/a.jpg").write_text("gambaR"), "penuh"),
        (lambda root: (root / "content/penuh/c.jpg").write_text("baru"), "penuh"),
        (lambda root: (root / "content/penuh/a.jpg").unlink(), "penuh"),
        (lambda root: (root / "content/bersama/b.png").write_text("LOGO"), "penuh"),
        (lambda root: (root / "content/bersama/b.png").unlink(), "penuh"),
        (lambda root: (root / "content/contoh/.sample").unlink(), "contoh/satu"),
    ],
)
def test_every_change_is_seen(root: Path, change: Callable[[Path], object], path: str) -> None:
    """Text, pictures beside it, pictures elsewhere, the sample mark: no change is missed by the cache."""
    before = {post.path: post for post in cached(root).posts}
    change(root)
    after = {post.path: post for post in cached(root).posts}
    assert after == {post.path: post for post in read(root / "content", root=root, zone="Asia/Jakarta").posts}
    assert [name for name in before if before[name] != after[name]] == [path]


@pytest.mark.usefixtures("trusting")
def test_an_edit_that_keeps_size_and_time_is_seen(root: Path) -> None:
    """A program that sets the old modified time cannot hide its edit."""
    cached(root)
    file = root / "content" / "polos.txt"
    found = file.stat()
    file.write_text("Hola")
    while file.stat().st_ctime_ns == found.st_ctime_ns or file.stat().st_mtime_ns != found.st_mtime_ns:
        os.utime(file, ns=(found.st_atime_ns, found.st_mtime_ns))
    assert {post.body for post in cached(root).posts} >= {"Hola"}


def test_files_that_may_still_change_unseen_are_not_trusted(
    root: Path, reads: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file as young as the cache itself is read again next time."""
    monkeypatch.setattr("publisher.content.found.YOUNG_NS", 3600 * 10**9)
    cached(root)
    reads()
    assert len(cached(root).posts) == 3
    assert set(reads()) == {"teks.md", "a.jpg", "b.png", "polos.txt", "teks.txt"}


@pytest.mark.usefixtures("trusting")
def test_a_look_that_took_long_trusts_only_what_was_old_when_it_began(
    root: Path, reads: Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading thousands of posts takes seconds; what was read first may have been written to again."""
    monkeypatch.setattr("publisher.content.found.YOUNG_NS", 0)
    times = iter([0.0, 3600.0])
    monkeypatch.setattr("publisher.content.cache.stopwatch", lambda: next(times))
    cached(root)
    reads()
    times = iter([0.0, 0.0])
    cached(root)
    assert set(reads()) == {"teks.md", "a.jpg", "b.png", "polos.txt", "teks.txt"}
    times = iter([0.0])
    cached(root)
    assert reads() == []


@pytest.mark.usefixtures("trusting")
def test_another_zone_is_another_reading(root: Path) -> None:
    """A cache made for one zone gives nothing to another."""
    cached(root)
    times = {post.publish_after.zone for post in cached(root, "Asia/Jayapura").posts if post.publish_after}
    assert times == {"Asia/Jayapura"}


def damage_of(kind: str, data: bytes) -> bytes:
    head, _, rest = data.partition(b"\n")
    about = json.loads(head)
    if kind == "fields":
        return json.dumps({**about, "fields": about["fields"] + 1}).encode() + b"\n" + rest
    if kind == "version":
        return json.dumps({**about, "version": 0}).encode() + b"\n" + rest
    if kind == "rooms":
        payload = marshal.dumps((*marshal.loads(rest)[:2], {"mastodon": "1"}))
        return json.dumps({**about, "crc": zlib.crc32(payload)}).encode() + b"\n" + payload
    return {
        "empty": b"",
        "cut": data[:-20],
        "no lines": head,
        "noise": os.urandom(500),
        "not JSON": b"{" + data,
        "other JSON": b"[1]\n" + rest,
        "one byte": data[:-5] + b"\xff" + data[-4:],
    }[kind]


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize(
    "kind",
    ["empty", "cut", "no lines", "noise", "not JSON", "other JSON", "one byte", "version", "fields", "rooms"],
)
def test_a_damaged_cache_costs_only_time(root: Path, kind: str) -> None:
    """Whatever became of the file: the same posts, and a good cache afterwards."""
    file = root / ".publisher" / "cache" / "content.cache"
    fresh = cached(root)
    good = file.read_bytes()
    file.write_bytes(damage_of(kind, good))
    assert cached(root) == fresh
    assert file.read_bytes() == good


@pytest.mark.usefixtures("trusting")
def test_the_cache_forgets_what_is_gone(root: Path) -> None:
    """Lines of vanished posts do not pile up, and no draft of the file is left behind."""
    cached(root)
    (root / "content" / "polos.txt").unlink()
    cached(root)
    folder = root / ".publisher" / "cache"
    assert b"polos.txt" not in (folder / "content.cache").read_bytes()
    assert [path.name for path in folder.iterdir()] == ["content.cache"]


def test_a_cache_that_cannot_be_written_costs_only_time(root: Path) -> None:
    """A file stands where its folder should be: the posts come all the same."""
    (root / ".publisher").write_text("bukan folder")
    assert len(cached(root).posts) == 3


@pytest.mark.usefixtures("trusting")
def test_posts_with_problems_are_read_each_time(root: Path) -> None:
    """What was wrong may have been mended elsewhere."""
    (root / "content" / "a.md").write_text("---\nmedia: nanti.jpg\n---\nIsi")
    assert [p.code for post in cached(root).posts for p in post.problems] == ["content.media_missing"]
    (root / "content" / "nanti.jpg").write_text("x")
    assert [p.code for post in cached(root).posts for p in post.problems] == []


@pytest.mark.usefixtures("trusting")
def test_reading_one_post_keeps_the_others_cached(root: Path, reads: Callable[[], list[str]]) -> None:
    """`accept` narrows the reading, not the cache."""
    cached(root)
    file = root / ".publisher" / "cache" / "content.cache"
    (root / "content" / "polos.txt").write_text("Baru")
    read(
        root / "content", root=root, zone="Asia/Jakarta", cache=file, accept=lambda path: path == "polos.txt"
    )
    reads()
    assert len(cached(root).posts) == 3
    assert reads() == []


# ── Watching ─────────────────────────────────────────────────────────────────


def watcher(root: Path) -> Watcher:
    return Watcher(root / "content", root=root, zone="Asia/Jakarta")


def seen(content: Content) -> tuple[list[str], list[str]]:
    return [post.path for post in content.posts], sorted(content.unsettled)


ALL = ["contoh/satu", "penuh", "polos.txt"]


def test_a_post_counts_when_it_stands_still_for_two_looks(root: Path) -> None:
    """First seen: unsettled. Seen again unchanged: a post; one that needs a file elsewhere a look later."""
    looking = watcher(root)
    assert seen(looking.look()) == ([], ALL)
    assert seen(looking.look()) == (["contoh/satu", "polos.txt"], ["penuh"])
    assert seen(looking.look()) == (ALL, [])


def settled(root: Path) -> Watcher:
    looking = watcher(root)
    for _ in range(3):
        looking.look()
    return looking


def test_a_file_that_grows_is_waited_for(root: Path) -> None:
    """While a copy goes on the post is unsettled at every look, and unsure, not vanished."""
    looking = settled(root)
    for size in range(1, 4):
        (root / "content" / "besar.md").write_text("x" * size)
        content = looking.look()
        assert seen(content) == (ALL, ["besar.md"])
        assert content.unsure("besar.md")
    assert {post.body for post in looking.look().posts} >= {"xxx"}


@pytest.mark.parametrize("path", ["content/penuh/b.jpg", "content/bersama/b.png"])
def test_a_picture_still_being_copied_holds_its_post(root: Path, path: str) -> None:
    """Beside the text or elsewhere: until it stands still, the post is not taken."""
    looking = settled(root)
    (root / path).write_text("setengah")
    assert seen(looking.look()) == (["contoh/satu", "polos.txt"], ["penuh"])
    (root / path).write_text("seluruhnya")
    assert seen(looking.look()) == (["contoh/satu", "polos.txt"], ["penuh"])
    looking.look()
    assert seen(looking.look()) == (ALL, [])


def test_a_vanished_post_is_surely_gone(root: Path) -> None:
    """It is neither among the posts nor unsure; when it comes back it is waited for again."""
    looking = settled(root)
    file = root / "content" / "polos.txt"
    away = root / "polos.txt"
    file.rename(away)
    content = looking.look()
    assert seen(content) == (["contoh/satu", "penuh"], [])
    assert not content.unsure("polos.txt")
    away.rename(file)
    assert seen(looking.look()) == (["contoh/satu", "penuh"], ["polos.txt"])
    assert seen(looking.look()) == (ALL, [])


def test_a_share_that_goes_away_and_comes_back(root: Path) -> None:
    """Missing means unsure about everything; nothing is remembered wrongly afterwards."""
    looking = settled(root)
    (root / "content").rename(root / "terputus")
    gone = looking.look()
    assert (gone.missing, gone.posts, gone.unsure("polos.txt")) == (True, (), True)
    (root / "terputus").rename(root / "content")
    looking.look()
    looking.look()
    assert seen(looking.look()) == (ALL, [])


def test_what_has_not_changed_is_not_read_again(root: Path, reads: Callable[[], list[str]]) -> None:
    """Looking costs listing and stats, no reading; posts are the same objects."""
    looking = settled(root)
    before = looking.look().posts
    reads()
    after = looking.look().posts
    assert reads() == []
    assert all(one is other for one, other in zip(before, after, strict=True))
