"""What Windows, Word, shares and people do to files: each habit has the right post, or a word about it."""

from __future__ import annotations

import errno
import os
import unicodedata
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import Severity
from publisher.content import Content, Watcher, read
from publisher.content.habits import conflict_of, copied_from, is_shelf, locks, put_away
from publisher.identify import KnownPost, not_now
from publisher.model import Post

PNG = b"\x89PNG not looked into here"
WORDS = "Kantor buka hari Sabtu.\nDatanglah!"


class Share:
    """content/ as people fill it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.content = root / "content"
        self.content.mkdir()

    def put(self, path: str, data: str | bytes = WORDS) -> Path:
        file = self.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)
        return file

    def look(self, **given: Any) -> Content:
        return read(self.content, root=self.root, zone="Asia/Jakarta", **given)

    def watcher(self) -> Watcher:
        return Watcher(self.content, root=self.root, zone="Asia/Jakarta")

    def post(self, path: str) -> Post:
        return next(post for post in self.look().posts if post.path == path)

    def paths(self) -> list[str]:
        return [post.path for post in self.look().posts]

    def loose(self) -> list[tuple[str, str | None]]:
        return [(problem.code, problem.file) for problem in self.look().problems]


@pytest.fixture
def share(tmp_path: Path) -> Share:
    return Share(tmp_path)


def codes(post: Post) -> list[tuple[str, Severity]]:
    return [(problem.code, problem.severity) for problem in post.problems]


# ── Encodings ────────────────────────────────────────────────────────────────

CURLY = "“Ayo” – kata Bupati’s"


@pytest.mark.parametrize(
    "data",
    [
        f"{CURLY}\nBaris dua".encode(),
        b"\xef\xbb\xbf" + f"{CURLY}\nBaris dua".encode(),
        f"\ufeff{CURLY}\r\nBaris dua".encode("utf-16-le"),
        f"\ufeff{CURLY}\r\nBaris dua".encode("utf-16-be"),
        f"{CURLY}\r\nBaris dua\r\n".encode(),
        f"{CURLY}\rBaris dua\r".encode(),
    ],
    ids=["UTF-8", "BOM", "UTF-16 LE", "UTF-16 BE", "CRLF", "lone CR"],
)
def test_what_notepad_writes_is_the_same_text(share: Share, data: bytes) -> None:
    """Whatever the encoding and the line break, with curly quotes: the same words, two lines, no remark."""
    share.put("a.txt", data)
    assert (share.post("a.txt").body, share.post("a.txt").problems) == (f"{CURLY}\nBaris dua", ())


def test_windows_1252_is_read_and_said(share: Share) -> None:
    """It can only be guessed, so the line is named where the guess begins."""
    share.put("a.txt", f"Baris satu\r\n{CURLY}".encode("cp1252"))
    post = share.post("a.txt")
    assert post.body == f"Baris satu\n{CURLY}"
    assert [(p.code, p.line, p.severity) for p in post.problems] == [
        ("content.encoding_guessed", 2, Severity.WARNING)
    ]


# ── What lies around ─────────────────────────────────────────────────────────

DEBRIS = (
    "Thumbs.db",
    "ehthumbs.db",
    "desktop.ini",
    "Desktop.ini",
    ".DS_Store",
    "._teks.txt",
    "~WRL0001.tmp",
    "~WRD0000.tmp",
    "~$",
    "Foto.jpg.crdownload",
    "teks.txt.filepart",
)


def test_what_programs_leave_behind_is_no_part_of_a_post(share: Share) -> None:
    """Thumbnails, settings, a Mac's doubles, half downloads, Word's own drafts: not a word about them."""
    share.put("x/teks.txt")
    for name in DEBRIS:
        share.put(name)
        share.put(f"x/{name}")
    for name in ("$RECYCLE.BIN/S-1-5/lama.txt", "System Volume Information/a.txt", "#recycle/a.txt"):
        share.put(name)
    content = share.look()
    assert ([post.path for post in content.posts], content.problems) == (["x"], ())
    assert content.posts[0].problems == ()


@pytest.mark.parametrize(
    "name",
    ["New Text Document.txt", "New Text Document (2).txt", "Dokumen Teks Baru.txt", "Tanpa judul.txt"],
)
def test_a_file_that_explorer_just_made_is_no_post_yet(share: Share, name: str) -> None:
    """Empty, under Explorer's name: a notice. With words in it, it is a post like any other."""
    share.put(name, "")
    assert (share.paths(), share.loose()) == ([], [("content.just_made", f"content/{name}")])
    assert share.look().problems[0].severity is Severity.NOTICE
    share.put(name)
    assert (share.paths(), share.loose()) == ([name], [])


def test_an_empty_text_is_no_second_text(share: Share) -> None:
    """Beside one with words it is told and passed over, whatever its name; alone it is an error."""
    share.put("x/Rilis.txt")
    share.put("x/catatan.txt", "")
    assert codes(share.post("x")) == [("content.just_made", Severity.NOTICE)]
    assert share.post("x").body == WORDS
    share.put("kosong.txt", "")
    assert codes(share.post("kosong.txt")) == [("content.empty", Severity.ERROR)]


@pytest.mark.parametrize(
    ("name", "code", "severity"),
    [
        ("Foto.jpg.lnk", "content.shortcut", Severity.ERROR),
        ("Foto.JPG - Pintasan.lnk", "content.shortcut", Severity.ERROR),
        ("Foto kegiatan - Shortcut.lnk", "content.shortcut", Severity.WARNING),
        ("Natuna.url", "content.web_shortcut", Severity.WARNING),
        ("Rilis.zip", "content.archive", Severity.WARNING),
        ("Rilis.RAR", "content.archive", Severity.WARNING),
    ],
)
def test_what_stands_for_something_else_is_told(
    share: Share, name: str, code: str, severity: Severity
) -> None:
    """In a post, beside posts and in content/ itself; a post is stopped only by a missing picture."""
    share.put("x/teks.txt")
    before = share.look(cache=share.root / "cache").posts[0]
    assert before.problems == ()
    share.put(f"x/{name}")
    (post,) = share.look(cache=share.root / "cache").posts
    assert codes(post) == [(code, severity)]
    share.put(name)
    share.put(f"kelompok/{name}")
    assert share.loose() == [(code, f"content/{name}"), (code, f"content/kelompok/{name}")]


def test_a_document_in_content_itself_is_told(share: Share) -> None:
    """Nothing that somebody may have meant to publish is passed over without a word."""
    share.put("Rilis.pdf", b"%PDF")
    assert share.loose() == [("content.document", "content/Rilis.pdf")]


# ── Names ────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "name",
    [
        "Naskah.txt.txt",
        "RILIS.TXT",
        "Rilis.txt.",
        "Rilis.txt ",
        "CON.txt",
        "aux.md",
        "Rilis (2).txt",
        "Rilis - Salin.txt",
        "Copy of Rilis.txt",
        "n" * 251 + ".txt",
        "é" * 125 + ".txt",
    ],
)
def test_names_that_windows_makes_are_good_names(share: Share, name: str) -> None:
    """Two endings, capitals, a dot or space at the end, names Windows keeps for itself, very long ones."""
    share.put(name)
    assert (share.paths(), share.look().problems) == ([name], ())
    assert share.post(name).problems == ()


def test_pictures_are_known_by_any_ending_in_use(share: Share) -> None:
    """Capitals, the `.jfif` that browsers save, a space at the end."""
    share.put("x/teks.txt")
    names = ["a.JPG", "b.JPEG", "c.JFIF", "d.jpe", "e.PNG ", "f.WebP"]
    for name in names:
        share.put(f"x/{name}", PNG + name.encode())
    assert [medium.name for medium in share.post("x").media] == names
    assert share.post("x").problems == ()


def test_a_picture_named_by_windows_is_found_as_a_mac_stored_it(share: Share) -> None:
    """`é` in one piece in the text, in two on the disk."""
    share.put("x/" + unicodedata.normalize("NFD", "Café.jpg"), PNG)
    share.put("x/teks.txt", "---\nmedia: Café.jpg\n---\nIsi")
    post = share.post("x")
    assert (post.problems, [medium.name for medium in post.media]) == ((), ["Café.jpg"])
    assert post.media[0].path.exists()


@pytest.mark.parametrize(
    ("name", "original"),
    [
        ("Rilis - Salin.docx", "Rilis.docx"),
        ("Rilis - Salin (2).docx", "Rilis.docx"),
        ("Rilis - Copy.docx", "Rilis.docx"),
        ("Rilis - Copy (3).docx", "Rilis.docx"),
        ("Rilis (2).docx", "Rilis.docx"),
        ("Copy of Rilis.docx", "Rilis.docx"),
        ("Salinan Rilis.docx", "Rilis.docx"),
        ("Salinan dari Rilis.docx", "Rilis.docx"),
        ("Rilis copy 2.docx", "Rilis.docx"),
        ("2026-11-24 08.00 Gotong royong - Salin", "2026-11-24 08.00 Gotong royong"),
        ("Rilis.docx", None),
        ("2026-11-24 08.00 Gotong royong", None),
        ("Photocopy gratis.txt", None),
    ],
)
def test_a_copy_tells_its_original(name: str, original: str | None) -> None:
    """As Explorer, Finder and Google Drive name them, in both languages."""
    assert copied_from(name) == original


@pytest.mark.parametrize(
    "name",
    [
        "Rilis (Rina's conflicted copy 2026-11-24).txt",
        "Rilis (conflicted copy 2026-11-24 080000).txt",
        "Rilis (NAMAPC's conflicted copy 2026-11-24 (1)).txt",
        "Rilis (Salinan konflik Rina 2026-11-24).txt",
        "Rilis.sync-conflict-20261124-080000-ABCDEFG.txt",
        "Rilis_conf(1).txt",
    ],
)
def test_a_conflict_copy_is_never_a_post_by_itself(share: Share, name: str) -> None:
    """Dropbox, Nextcloud, Syncthing, Drive could not merge two versions: a person must."""
    assert conflict_of(name) == "Rilis.txt"
    share.put("Rilis.txt")
    share.put(name, WORDS + " Lain.")
    assert codes(share.post(name)) == [("content.conflict_copy", Severity.ERROR)]
    assert codes(share.post("Rilis.txt")) == []
    share.put("x/Rilis.txt")
    share.put(f"x/{name}", WORDS + " Lain.")
    assert "content.two_texts" in [code for code, _ in codes(share.post("x"))]


def test_an_ordinary_name_is_no_conflict() -> None:
    """OneDrive's `-NAMAPC` could be anybody's name for a file: two texts in one folder stop that."""
    for name in ("Rilis.txt", "Rilis-NAMAPC.txt", "Konflik (kasus) lahan.txt", "Salinan konflik.txt"):
        assert conflict_of(name) is None


# ── Somebody has it open ─────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("lock", "text"),
    [
        ("~$Rilis.txt", "Rilis.txt"),
        ("~$lis banjir.txt", "Rilis banjir.txt"),
        ("~$ilisan.txt", "Rilisan.txt"),
        ("~$RILIS.TXT", "Rilis.txt"),
        (".~lock.Rilis.txt#", "Rilis.txt"),
    ],
)
def test_a_lock_file_marks_the_text_that_is_open(share: Share, lock: str, text: str) -> None:
    """Word leaves out up to two letters of a longer name; the text is read, and said to be open."""
    for folder in ("", "x/"):
        share.put(folder + text)
        share.put(folder + lock, b"\x05Rina")
    share.put("lain.txt")
    found = {post.path: codes(post) for post in share.look().posts}
    assert found == {"lain.txt": [], text: [("content.open", Severity.WARNING)], "x": found[text]}
    assert share.post("x").body == WORDS
    assert share.loose() == []


@pytest.mark.parametrize("lock", ["~$Rilis.docx", ".~lock.Rilis.docx#"])
def test_a_word_document_that_is_open(share: Share, lock: str) -> None:
    """Its last saved words are read, and who lies beside it is named."""
    from docx import Document

    document = Document()
    document.add_paragraph("Kantor buka hari Sabtu.")
    (share.content / "x").mkdir()
    document.save(str(share.content / "x" / "Rilis.docx"))
    share.put(f"x/{lock}", b"\x05Rina")
    post = share.post("x")
    assert post.body == "Kantor buka hari Sabtu."
    assert [(p.code, p.values["name"], p.values["lock"]) for p in post.problems] == [
        ("content.open", "Rilis.docx", lock)
    ]


def test_the_lock_of_another_file_marks_nothing(share: Share) -> None:
    """Nor does one whose document is gone."""
    assert not locks("Rilis.docx", "Pers Rilis.docx")
    share.put("Rilis.txt")
    share.put("~$Lain.txt")
    assert share.post("Rilis.txt").problems == ()


def test_the_lock_comes_and_goes_with_a_cache(share: Share) -> None:
    """What was remembered of the text is not what counts while it is open, and counts again afterwards."""
    looking = share.watcher()
    share.put("x/Rilis.txt")
    looking.look()
    assert codes(looking.look().posts[0]) == []
    lock = share.put("x/~$Rilis.txt")
    looking.look()
    assert codes(looking.look().posts[0]) == [("content.open", Severity.WARNING)]
    lock.unlink()
    looking.look()
    assert codes(looking.look().posts[0]) == []


def aged(share: Share, *, lock: float, text: float) -> tuple[Post, datetime]:
    """A post that is open since `lock` hours, saved `text` hours ago; and now."""
    now = datetime(2026, 11, 24, 1, tzinfo=UTC)
    for path, hours in ((share.put("Rilis.txt"), text), (share.put("~$Rilis.txt"), lock)):
        at = (now - timedelta(hours=hours)).timestamp()
        os.utime(path, (at, at))
    return share.post("Rilis.txt"), now


@pytest.mark.parametrize(
    ("lock", "text", "waits"),
    [(1, 5, True), (23.9, 48, True), (24.1, 48, False), (48, 1, True), (200, 400, False)],
)
def test_a_lock_left_by_a_crash_does_not_block_for_ever(
    share: Share, lock: float, text: float, waits: bool
) -> None:
    """A day after the last change the lock is still told, but nobody waits for it."""
    post, now = aged(share, lock=lock, text=text)
    assert codes(post) == [("content.open", Severity.WARNING)]
    assert not_now(post, None, now) is waits


def test_opening_what_was_booked_stops_nothing(share: Share) -> None:
    """To look at it is no decision; to have saved something else is one."""
    post, now = aged(share, lock=1, text=5)
    booked = KnownPost("p", "Rilis.txt", post.digest, 1, (), False, None)
    assert not not_now(post, booked, now)
    assert not_now(post, booked._replace(digest="other"), now)


# ── Still being copied ───────────────────────────────────────────────────────


def test_a_file_of_full_size_that_is_filled_later(share: Share) -> None:
    """Explorer and robocopy set the size first: zeros are no text yet, half of them neither."""
    looking = share.watcher()
    whole = ("Isi yang panjang. " * 300).encode()
    file = share.put("Rilis.txt", bytes(len(whole)))
    for filled in (0, 2000, len(whole) - 100):
        file.write_bytes(whole[:filled] + bytes(len(whole) - filled))
        looking.look()
        (post,) = looking.look().posts
        assert codes(post) == [("content.unfinished", Severity.ERROR)]
    file.write_bytes(whole)
    looking.look()
    assert looking.look().posts[0].problems == ()


def test_a_text_in_utf_16_that_ends_in_a_zero_is_whole(share: Share) -> None:
    """Every letter of ours has one there."""
    share.put("a.txt", "\ufeffSelesai\r\n".encode("utf-16-le"))
    assert share.post("a.txt").problems == ()


def test_a_copy_that_keeps_the_old_time_is_waited_for(share: Share) -> None:
    """robocopy writes the source's time at the end: size and time may look old, the change time does not."""
    looking = share.watcher()
    file = share.put("Rilis.txt", "Setengah")
    old = datetime(2024, 1, 1, tzinfo=UTC).timestamp()
    os.utime(file, (old, old))
    assert looking.look().unsure("Rilis.txt")
    file.write_bytes(b"SETENGAH")
    before = file.stat().st_ctime_ns
    while file.stat().st_ctime_ns == before:
        os.utime(file, (old, old))
    content = looking.look()
    assert (content.posts, content.unsure("Rilis.txt")) == ((), True)
    assert looking.look().posts[0].body == "SETENGAH"


def test_word_saves_by_renaming(share: Share) -> None:
    """The old text goes to a draft's name, the new one comes under the old: one look later it counts."""
    looking = share.watcher()
    file = share.put("x/Rilis.txt", "Lama")
    looking.look()
    assert looking.look().posts[0].body == "Lama"
    share.put("x/~WRD0001.tmp", "Baru")
    file.rename(file.with_name("~WRL0002.tmp"))
    (file.parent / "~WRD0001.tmp").rename(file)
    content = looking.look()
    assert (content.posts, content.unsure("x")) == ((), True)
    (post,) = looking.look().posts
    assert (post.body, post.problems) == ("Baru", ())


def test_another_picture_of_the_same_name_and_size(share: Share) -> None:
    """The digest changes with the bytes, not with the name."""
    looking = share.watcher()
    share.put("x/teks.txt")
    picture = share.put("x/foto.jpg", PNG + b"1")
    looking.look()
    before = looking.look().posts[0]
    other = share.put("x/_baru.jpg", PNG + b"2")
    other.rename(picture)
    looking.look()
    after = looking.look().posts[0]
    assert before.digest != after.digest
    assert before.media[0].source != after.media[0].source


# ── A share that falters ─────────────────────────────────────────────────────


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """Path ends → the errno that the share answers with: no real disk fails on demand."""
    wrong: dict[str, int] = {}
    real_scan, real_open = os.scandir, os.open

    def check(path: Any) -> None:
        for end, number in wrong.items():
            if os.fspath(path).endswith(end):
                raise OSError(number, os.strerror(number), path)

    def scan(path: Any) -> Any:
        check(path)
        return real_scan(path)

    def open_(path: Any, *more: Any, **given: Any) -> int:
        check(path)
        return real_open(path, *more, **given)

    monkeypatch.setattr(os, "scandir", scan)
    monkeypatch.setattr(os, "open", open_)
    return wrong


@pytest.mark.parametrize("number", [errno.EIO, errno.EHOSTDOWN, errno.ESTALE, errno.EACCES])
def test_half_a_share(share: Share, failing: dict[str, int], number: int) -> None:
    """One folder does not answer: its posts are unsure, the others are read, somebody is told."""
    for name in ("a/teks.txt", "b/dalam/teks.txt"):
        share.put(name)
    failing["/b"] = number
    content = share.look()
    assert [post.path for post in content.posts] == ["a"]
    assert [problem.code for problem in content.problems] == ["content.folder_unreadable"]
    assert content.unsure("b/dalam")
    assert not content.unsure("a")


@pytest.mark.parametrize("number", [errno.EBUSY, errno.EACCES, errno.EIO])
def test_a_text_that_is_locked_for_writing(share: Share, failing: dict[str, int], number: int) -> None:
    """It is there, cannot be read now, and is read again as soon as it can be."""
    share.put("Rilis.txt")
    failing["/Rilis.txt"] = number
    assert codes(share.post("Rilis.txt")) == [("content.unreadable", Severity.ERROR)]
    failing.clear()
    assert share.post("Rilis.txt").problems == ()


# ── Archives ─────────────────────────────────────────────────────────────────


def test_texts_moved_into_an_archive_stay_posts_of_their_own(share: Share) -> None:
    """Three hundred files in one folder are three hundred posts there, not one with too many texts."""
    for number in range(3):
        share.put(f"Arsip 2026/{number}.txt", f"Nomor {number}")
    share.put("Arsip 2026/banjir/Rilis.txt")
    share.put("Arsip 2026/banjir/foto.jpg", PNG)
    assert share.paths() == [
        "Arsip 2026/0.txt",
        "Arsip 2026/1.txt",
        "Arsip 2026/2.txt",
        "Arsip 2026/banjir",
    ]
    assert share.look().problems == ()
    assert len(share.post("Arsip 2026/banjir").media) == 1


@pytest.mark.parametrize(
    ("name", "shelf"),
    [
        ("Arsip", True),
        ("ARSIP_2026", True),
        ("2025 arsip", True),
        ("Arsip November 2026", True),
        ("Archive", True),
        ("arsip-berita-lama", True),
        ("Arsip daerah dipamerkan", False),
        ("Pengarsipan", False),
        ("2026", False),
    ],
)
def test_an_archive_is_one_by_its_name(name: str, shelf: bool) -> None:
    """Nothing but such words and numbers: a post about an archive is a post."""
    assert is_shelf(name) is shelf
    assert put_away(f"{name}/a.txt") is shelf
    assert not put_away(name)
