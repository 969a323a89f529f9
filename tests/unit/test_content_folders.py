"""Folders are listed again only when their times say so; their files are looked at each time."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.content import folders, found, listing, read, walk
from publisher.content.folders import Folders
from publisher.content.walk import Borders, Flaw, Walk

Listings = Callable[[], list[str]]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    """`a` and `b` in a month, each with a text."""
    for name in ("a", "b"):
        folder = tmp_path / "content" / "2026-11" / name
        folder.mkdir(parents=True)
        (folder / "teks.md").write_text(f"Kiriman {name}")
    for path in (tmp_path / "content", *(tmp_path / "content").rglob("*")):
        made = path.stat()
        os.utime(path, ns=(made.st_atime_ns, made.st_mtime_ns - 60 * 10**9))  # so that a change surely shows
    return tmp_path / "content"


@pytest.fixture
def listings(monkeypatch: pytest.MonkeyPatch) -> Listings:
    """The names of the folders listed since the last call."""
    listed: list[str] = []
    real = folders._listed

    def noted(place: str) -> folders.Names:
        listed.append(Path(place).name)
        return real(place)

    monkeypatch.setattr(folders, "_listed", noted)

    def since() -> list[str]:
        names = sorted(listed)
        listed.clear()
        return names

    return since


@pytest.fixture
def trusting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders made just now count as old: their change time cannot be set back. And wherever tests run."""
    monkeypatch.setattr(found, "YOUNG_NS", -(10**12))
    monkeypatch.setattr(folders, "file_system", lambda place: "ext4")


def failed(error: Exception, _: str) -> Flaw:
    raise error


def look(content: Path, known: Folders) -> Walk:
    return walk.walk(str(content), Borders(str(content.parent), str(content)), known, failed)


def paths(seen: Walk) -> list[str]:
    return [post.path for post in seen.found]


@pytest.mark.usefixtures("trusting")
def test_a_folder_whose_times_stand_still_is_not_listed_again(content: Path, listings: Listings) -> None:
    """In the same process, and in the next one, which is given what was kept."""
    known = Folders({})
    first = look(content, known)
    assert listings() == ["2026-11", "a", "b", "content"]
    assert look(content, known) == first
    assert look(content, Folders(known.table)) == first
    assert listings() == []


@pytest.mark.usefixtures("trusting")
def test_the_next_process_lists_none_of_them(content: Path, listings: Listings) -> None:
    """What is known of folders is kept beside what is known of posts."""
    kept = {"root": content.parent, "zone": "Asia/Jakarta", "cache": content.parent / "kept"}
    first = read(content, **kept)
    assert len(listings()) == 4
    assert read(content, **kept) == first
    assert listings() == []


@pytest.mark.usefixtures("trusting")
def test_a_text_written_to_in_place_is_seen(content: Path, listings: Listings) -> None:
    """Its folder knows nothing of that: the file itself is looked at, each time."""
    known = Folders({})
    before = look(content, known)
    times = (content / "2026-11" / "a").stat().st_mtime_ns
    with (content / "2026-11" / "a" / "teks.md").open("r+b") as file:
        file.write(b"KIRIMAN")
    assert (content / "2026-11" / "a").stat().st_mtime_ns == times
    listings()
    after = look(content, known)
    assert listings() == []
    changed = [new.path for old, new in zip(before.found, after.found, strict=True) if old != new]
    assert changed == ["2026-11/a"]


def _put_back(content: Path) -> None:
    """A copying program that sets the folder's old time afterwards."""
    month = content / "2026-11"
    before = month.stat()
    (month / "c").mkdir()
    (month / "c" / "teks.md").write_text("Kiriman c")
    while month.stat().st_ctime_ns == before.st_ctime_ns or month.stat().st_mtime_ns != before.st_mtime_ns:
        os.utime(month, ns=(before.st_atime_ns, before.st_mtime_ns))


def _replace(content: Path) -> None:
    """Another folder of the same name and time."""
    month = content / "2026-11"
    before = month.stat()
    month.rename(content.parent / "lama")
    (month / "c").mkdir(parents=True)
    (month / "c" / "teks.md").write_text("Kiriman c")
    os.utime(month, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.mark.usefixtures("trusting")
@pytest.mark.parametrize(
    ("change", "there"),
    [
        (lambda content: (content / "2026-11/a/teks.md").rename(content / "a.md"), ["2026-11/b", "a.md"]),
        (lambda content: (content / "2026-11/a").rename(content / "2026-11/c"), ["2026-11/b", "2026-11/c"]),
        (lambda content: (content / "2026-11/b/teks.md").unlink(), ["2026-11/a"]),
        (_put_back, ["2026-11/a", "2026-11/b", "2026-11/c"]),
        (_replace, ["2026-11/c"]),
    ],
)
def test_what_comes_goes_or_is_renamed_is_seen(
    content: Path, change: Callable[[Path], object], there: list[str]
) -> None:
    """A file, a folder, and a folder whose time was put back: the change time tells."""
    known = Folders({})
    assert paths(look(content, known)) == ["2026-11/a", "2026-11/b"]
    change(content)
    assert paths(look(content, known)) == there
    assert paths(look(content, Folders(known.table))) == there
    assert look(content, known) == look(content, Folders({}))


@pytest.mark.usefixtures("trusting")
def test_a_text_that_became_a_folder_or_a_link_is_seen(content: Path) -> None:
    """The remembered name alone is not believed to be a file."""
    known = Folders({})
    look(content, known)
    (content / "2026-11/a/teks.md").unlink()
    (content / "2026-11/a/teks.md").mkdir()
    (content / "2026-11/b/teks.md").unlink()
    (content / "2026-11/b/teks.md").symlink_to("/etc/passwd")
    seen = look(content, known)
    assert (seen.found, [flaw.code for flaw in seen.flaws]) == (
        [],
        ["content.symlink_outside", "content.folder_like_text"],
    )


def test_a_folder_changed_a_moment_ago_is_listed_each_time(content: Path, listings: Listings) -> None:
    """Another file could come within the same tick of the clock that stamps folders."""
    known = Folders({})
    look(content, known)
    look(content, known)
    assert listings() == sorted(["2026-11", "a", "b", "content"] * 2)
    assert known.table == {}
    assert not known.changed


@pytest.mark.usefixtures("trusting")
def test_only_file_systems_of_this_machine_are_trusted(
    content: Path, listings: Listings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A share may keep what it tells of a folder for a while, or never change a folder's times at all."""
    assert not folders.LOCAL & {"", "9p", "cifs", "fuse", "fuseblk", "nfs4", "vfat"}
    monkeypatch.setattr(folders, "file_system", lambda place: "cifs")
    known = Folders({})
    look(content, known)
    look(content, known)
    assert listings() == sorted(["2026-11", "a", "b", "content"] * 2)


@pytest.mark.usefixtures("trusting")
def test_folders_that_are_gone_are_forgotten(content: Path) -> None:
    """And that is worth writing down; a look that finds everything as it was is not."""
    known = Folders({})
    look(content, known)
    assert known.changed
    known.changed = False
    look(content, known)
    assert not known.changed
    (content / "2026-11/a/teks.md").unlink()
    (content / "2026-11/a").rmdir()
    look(content, known)
    assert known.changed
    assert sorted(known.table) == ["", "2026-11", "2026-11/b"]


NAMES = (
    *("teks.md", "Teks.TXT", "rilis.docx", "pengumuman (2).md", "rilis (conflicted copy 2026-11-24).md"),
    *(".teks.md", "_teks.md", "~teks.md", "~$teks.docx", ".~lock.teks.docx#", "teks.md.", "teks", "teks.jpg"),
    *("New Text Document.txt", "te\u202eks.md", "te\u0301ks.md", "teks.md.lnk", "Thumbs.db", "teks.md.part"),
    *("ber\nkas.md", "teks.pdf", "teks.m4v", "teks.srt", ".sample", "arsip.zip"),
)


@pytest.mark.parametrize("size", [0, 5])
@pytest.mark.parametrize("folder", ["Rapat", "Arsip 2026", "teks.md"])
@pytest.mark.parametrize("name", NAMES)
def test_a_folder_with_one_file_is_sorted_as_any_other(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, folder: str, size: int
) -> None:
    """The short way for folders that hold one text gives what the long way gives, or steps aside."""
    (tmp_path / "content" / folder).mkdir(parents=True)
    (tmp_path / "content" / folder / name).write_bytes(b"Halo!"[:size])
    short = look(tmp_path / "content", Folders({}))
    monkeypatch.setattr(walk, "lone_text", lambda *_: None)
    assert look(tmp_path / "content", Folders({})) == short


def test_the_short_way_is_taken(content: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By nearly all posts: a text of its own in a folder of its own."""
    made: list[str] = []
    real = listing.Listing.__init__

    def noted(self: listing.Listing, folder: str, sample: bool) -> None:
        made.append(folder)
        real(self, folder, sample)

    monkeypatch.setattr(listing.Listing, "__init__", noted)
    assert paths(look(content, Folders({}))) == ["2026-11/a", "2026-11/b"]
    assert made == ["", "2026-11"]
