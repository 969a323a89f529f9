"""Folders: what is a post, what belongs to it; every way a drop can be wrong stops nothing else."""

from __future__ import annotations

import os
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from connectors.contract import Severity
from publisher.content import Content, read
from publisher.content.gather import natural
from publisher.content.text import MAX_BYTES
from publisher.content.walk import MAX_DEPTH
from publisher.model import Post

PNG = b"\x89PNG not looked into here"


class Workspace:
    """A workspace in the making: files by path, then what reading gives."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.content = root / "content"
        self.content.mkdir()

    def put(self, path: str, data: str | bytes = "Isi") -> Path:
        file = self.content / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data.encode() if isinstance(data, str) else data)
        return file

    def read(self) -> Content:
        return read(self.content, root=self.root, zone="Asia/Jakarta")

    def post(self, path: str) -> Post:
        return next(post for post in self.read().posts if post.path == path)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path)
    made.put("baik.md", "Kiriman yang baik")
    return made


def told(post: Post) -> list[tuple[str, int | None]]:
    return [(problem.code, problem.line) for problem in post.problems]


def paths(content: Content) -> list[str]:
    return [post.path for post in content.posts]


def loose(content: Content) -> list[tuple[str, str | None]]:
    return [(problem.code, problem.file) for problem in content.problems]


# ── What is a post ───────────────────────────────────────────────────────────


def test_files_in_content_are_posts_and_so_are_folders_with_a_text(workspace: Workspace) -> None:
    """Texts lie in content/ itself or each in a folder; folders of folders only group."""
    workspace.put("lain.TXT")
    workspace.put("2026/November/banjir/Rilis.md")
    assert paths(workspace.read()) == ["2026/November/banjir", "baik.md", "lain.TXT"]
    assert workspace.post("2026/November/banjir").file == "content/2026/November/banjir/Rilis.md"


def test_a_text_beside_folders_hides_none_of_them(workspace: Workspace) -> None:
    """A text dropped into a grouping folder makes one post more, not many fewer."""
    workspace.put("2026/a/a.md")
    workspace.put("2026/catatan.md")
    assert paths(workspace.read()) == ["2026", "2026/a", "baik.md"]


def test_pictures_of_the_folder_are_its_media_in_natural_order(workspace: Workspace) -> None:
    """Foto 2 comes before Foto 10; names differing in case stand together."""
    workspace.put("galeri/teks.txt")
    for name in ("Foto 10.jpg", "foto 2.PNG", "Foto 1.webp", "awal.gif"):
        workspace.put(f"galeri/{name}", PNG + name.encode())
    media = workspace.post("galeri").media
    assert [medium.name for medium in media] == ["awal.gif", "Foto 1.webp", "foto 2.PNG", "Foto 10.jpg"]
    assert all(medium.path.is_absolute() and len(medium.source) == 64 for medium in media)
    assert len({medium.source for medium in media}) == 4


def test_natural_order_takes_any_name() -> None:
    """Digits of other scripts, powers and long numbers do not break the order."""
    names = ["٢", "a²", "9" * 200, "", "a1b", "a01b"]
    assert sorted(sorted(names, key=natural)) == sorted(names)


def test_media_that_the_post_names(workspace: Workspace) -> None:
    """`media` chooses, orders and describes; what it leaves out is told."""
    front = "---\nmedia:\n- file: b.jpg\n  alt: Kantor Diskominfo\n- ../bersama/logo.png\n---\nIsi"
    workspace.put("x/teks.md", front)
    for path in ("x/a.jpg", "x/b.jpg", "_simpan/lain.png", "bersama/logo.png"):
        workspace.put(path, PNG)
    post = workspace.post("x")
    assert [(m.name, m.alt, m.line) for m in post.media] == [
        ("b.jpg", "Kantor Diskominfo", 3),
        ("../bersama/logo.png", "", 5),
    ]
    assert post.media[1].path == workspace.content / "bersama" / "logo.png"
    assert [(p.code, p.severity, p.values["name"]) for p in post.problems] == [
        ("content.media_unnamed", Severity.NOTICE, "a.jpg")
    ]
    assert loose(workspace.read()) == []


def test_what_windows_and_office_leave_behind_is_ignored(workspace: Workspace) -> None:
    """Lock files, thumbnails, hidden and underscored names, half downloads are no part of any post."""
    for name in (
        "~$lain.md",
        "Thumbs.db",
        "desktop.ini",
        "_rancangan.md",
        ".tersembunyi.txt",
        "foto.jpg.part",
    ):
        workspace.put(f"x/{name}")
        workspace.put(name)
    workspace.put("_arsip/lama/teks.md")
    workspace.put("x/teks.md")
    content = workspace.read()
    assert paths(content) == ["baik.md", "x"]
    assert [post.problems for post in content.posts] == [(), ()]


def test_digest_is_of_bytes_not_names(workspace: Workspace) -> None:
    """A renamed copy has the same digest; one other byte in text or picture another one."""
    for name, text, picture in (
        ("a", "Isi", b"1"),
        ("b", "Isi", b"1"),
        ("c", "Isi", b"2"),
        ("d", "isi", b"1"),
    ):
        workspace.put(f"{name}/{name}.md", text)
        workspace.put(f"{name}/{name}.jpg", picture)
    a, b, c, d = (workspace.post(name).digest for name in "abcd")
    assert a == b
    assert len({a, c, d}) == 3


def test_post_knows_everything_its_text_says(workspace: Workspace) -> None:
    """Facts become fields, with the lines they stand on."""
    workspace.put(
        "x.md",
        "---\nid: x-1\nauthor: Humas\nchannels: [fb]\nurgent: ya\ntwitter: {thread: true}\n---\n"
        "# Judul\n\nIsi",
    )
    post = workspace.post("x.md")
    assert (post.id, post.title, post.author, post.channels, post.urgent) == (
        "x-1",
        "Judul",
        "Humas",
        ("fb",),
        True,
    )
    assert post.platforms == {"twitter": {"thread": True}}
    assert (post.lines["id"], post.lines["title"], post.lines["twitter.thread"], post.lines["body"]) == (
        2,
        8,
        6,
        10,
    )
    assert not post.broken


def test_two_different_titles_are_a_warning(workspace: Workspace) -> None:
    """The one among the facts counts, and the other is told."""
    workspace.put("x.md", "---\ntitle: Satu\n---\n# Dua\nIsi")
    post = workspace.post("x.md")
    assert (post.title, post.body, told(post)) == ("Satu", "Isi", [("content.two_titles", 4)])
    assert not post.broken


def test_samples_are_marked_by_key_or_by_folder(workspace: Workspace) -> None:
    """`sample: true`, or a .sample file anywhere above, also for a text without front matter."""
    workspace.put("a.md", "---\nsample: true\n---\nIsi")
    workspace.put("contoh/.sample", "")
    workspace.put("contoh/dalam/b/b.txt")
    assert {post.path: post.sample for post in workspace.read().posts} == {
        "a.md": True,
        "baik.md": False,
        "contoh/dalam/b": True,
    }


def test_a_post_of_pictures_alone_needs_no_words(workspace: Workspace) -> None:
    """Facts and a picture are enough; facts alone are not."""
    workspace.put("x/teks.md", "---\ntitle: Foto hari ini\n---\n")
    assert told(workspace.post("x")) == [("content.no_body", 4)]
    workspace.put("x/a.jpg", PNG)
    assert told(workspace.post("x")) == []


# ── What can be wrong ────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("---\ntitle: [a\n---\nIsi", "yaml.bracket", 2),
        ("---\ntitle: a\nkanall: fb\n---\nIsi", "content.unknown_key_meant", 3),
        ("---\nmedia: tidak-ada.jpg\n---\nIsi", "content.media_missing", 2),
        ("---\nmedia: ../../luar.jpg\n---\nIsi", "content.media_outside", 2),
        ("---\nmedia: ..\\..\\luar.jpg\n---\nIsi", "content.media_outside", 2),
        ("---\nmedia: ../.publisher/rahasia.jpg\n---\nIsi", "content.media_outside", 2),
        ("---\nmedia: /etc/gambar.jpg\n---\nIsi", "content.media_absolute", 2),
        ("---\nmedia: C:\\foto\\a.jpg\n---\nIsi", "content.media_absolute", 2),
        ("---\nmedia: https://contoh.go.id/a.jpg\n---\nIsi", "content.media_absolute", 2),
        ("---\nmedia: ../schedule.yaml\n---\nIsi", "content.media_kind", 2),
        ("---\nmedia:\n- a.jpg/b.jpg\n---\nIsi", "content.media_missing", 3),
        ("Isi\x00", "content.nul", 1),
        ("", "content.empty", None),
    ],
)
def test_a_broken_post_is_told_with_its_line_and_stops_nothing_else(
    workspace: Workspace, text: str, code: str, line: int | None
) -> None:
    """The bad post is there, broken, with file and line; the good one is untouched."""
    workspace.put("buruk.md", text)
    (workspace.root.parent / "luar.jpg").write_bytes(PNG)
    post = workspace.post("buruk.md")
    assert told(post) == [(code, line)]
    assert (post.broken, post.problems[0].file, post.problems[0].post) == (
        True,
        "content/buruk.md",
        "buruk.md",
    )
    assert workspace.post("baik.md").problems == ()


def test_a_picture_spelt_wrong_is_met_with_the_one_that_is_there(workspace: Workspace) -> None:
    """Case and ending matter here, though not on Windows."""
    workspace.put("x/teks.md", "---\nmedia: foto.jpg\n---\nIsi")
    workspace.put("x/Foto.JPG", PNG)
    problem = workspace.post("x").problems[0]
    assert (problem.code, problem.values["meant"]) == ("content.media_missing_meant", "Foto.JPG")


def test_two_texts_in_a_folder_name_both(workspace: Workspace) -> None:
    """The post stays known, so nothing is cancelled, but nothing goes out."""
    workspace.put("x/Rilis.md")
    workspace.put("x/Rilis - Salin.md")
    post = workspace.post("x")
    assert post.problems[0].values == {"names": "Rilis - Salin.md, Rilis.md"}
    assert post.broken


def test_two_posts_with_one_id_name_each_other(workspace: Workspace) -> None:
    """Both are stopped and say where the other one is; a third is untouched."""
    for path in ("a.md", "b/teks.md"):
        workspace.put(path, "---\nid: sama\n---\nIsi")
    workspace.put("c.md", "---\nid: lain\n---\nIsi")
    content = workspace.read()
    assert {post.path: [p.values["others"] for p in post.problems] for post in content.posts} == {
        "a.md": ["b"],
        "b": ["a.md"],
        "baik.md": [],
        "c.md": [],
    }
    assert [post.broken for post in content.posts] == [True, True, False, False]


def test_fifty_megabytes_of_text_are_not_read(workspace: Workspace) -> None:
    """The size is told beside the limit; the file is not opened."""
    with workspace.put("besar.md", "x").open("r+b") as file:
        file.truncate(50_000_000)
    problem = workspace.post("besar.md").problems[0]
    assert (problem.code, problem.values) == (
        "content.too_big",
        {"name": "besar.md", "size": 50_000_000, "limit": MAX_BYTES},
    )


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everyone may enter; pytest's own are closed to others than root."""
    with tempfile.TemporaryDirectory(prefix="publisher-") as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@contextmanager
def without_rights() -> Iterator[None]:
    """Root may read everything; so for a moment this process is nobody."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


def test_unreadable_file_picture_and_folder(open_folder: Path) -> None:
    """What may not be read is told with the reason; posts in a closed folder are unsure, not vanished."""
    workspace = Workspace(open_folder)
    workspace.put("baik.md")
    workspace.put("rahasia.md").chmod(0)
    workspace.put("foto/teks.md")
    workspace.put("foto/a.jpg", PNG).chmod(0)
    workspace.put("tertutup/teks.md").parent.chmod(0)
    with without_rights():
        content = workspace.read()
    (workspace.content / "tertutup").chmod(0o755)
    assert {post.path: [p.code for p in post.problems] for post in content.posts} == {
        "baik.md": [],
        "foto": ["content.unreadable"],
        "rahasia.md": ["content.unreadable"],
    }
    assert loose(content) == [("content.folder_unreadable", "content/tertutup")]
    assert content.unsure("tertutup")
    assert content.unsure("tertutup/dalam")
    assert not content.unsure("hilang")


def test_missing_content_folder(tmp_path: Path) -> None:
    """Nothing may be taken as vanished when the share is gone."""
    content = read(tmp_path / "content", root=tmp_path, zone="Asia/Jakarta")
    assert (content.posts, content.missing) == ((), True)
    assert loose(content) == [("content.missing", "content")]
    assert content.unsure("apa saja")


def test_content_that_is_a_file(tmp_path: Path) -> None:
    """A file in place of the folder is as good as none."""
    (tmp_path / "content").write_text("x")
    assert read(tmp_path / "content", root=tmp_path, zone="Asia/Jakarta").missing


def test_folder_named_like_a_text(workspace: Workspace) -> None:
    """It is a folder all the same, and someone is told."""
    workspace.put("x.md/teks.md")
    content = workspace.read()
    assert paths(content) == ["baik.md", "x.md"]
    assert loose(content) == [("content.folder_like_text", "content/x.md")]


def test_links_inside_the_workspace_are_followed_and_others_refused(
    workspace: Workspace, tmp_path: Path
) -> None:
    """A link to a file inside is that file; one that leads out, round or nowhere is a problem."""
    outside = tmp_path.parent / f"{tmp_path.name}-luar"
    outside.mkdir()
    (outside / "luar.md").write_text("Rahasia")
    (tmp_path / "simpan").mkdir()
    (tmp_path / "simpan" / "dalam.md").write_text("Isi dari dalam")
    links = {
        "dalam.md": tmp_path / "simpan" / "dalam.md",
        "luar.md": outside / "luar.md",
        "folder-luar": outside,
        "folder-dalam": tmp_path / "simpan",
        "lingkar": workspace.content / "lingkar",
        "naik": workspace.content,
        "buntu.md": tmp_path / "tidak-ada.md",
    }
    for name, target in links.items():
        (workspace.content / name).symlink_to(target)
    content = workspace.read()
    assert paths(content) == ["baik.md", "dalam.md"]
    assert content.posts[1].body == "Isi dari dalam"
    assert loose(content) == [
        ("content.symlink_broken", "content/buntu.md"),
        ("content.symlink_folder", "content/folder-dalam"),
        ("content.symlink_outside", "content/folder-luar"),
        ("content.symlink_broken", "content/lingkar"),
        ("content.symlink_outside", "content/luar.md"),
        ("content.symlink_folder", "content/naik"),
    ]


def test_a_picture_that_leads_out_stops_its_post(workspace: Workspace, tmp_path: Path) -> None:
    """Lying in the folder or named, by file or through a folder: the post does not go out without it."""
    outside = tmp_path.parent / f"{tmp_path.name}-luar2"
    outside.mkdir()
    (outside / "a.jpg").write_bytes(PNG)
    workspace.put("x/teks.md")
    (workspace.content / "x" / "a.jpg").symlink_to(outside / "a.jpg")
    workspace.put("y.md", "---\nmedia: _jauh/a.jpg\n---\nIsi")
    (workspace.content / "_jauh").symlink_to(outside)
    for path in ("x", "y.md"):
        assert [p.code for p in workspace.post(path).problems] == ["content.symlink_outside"]
        assert workspace.post(path).media == ()


def test_content_may_itself_be_a_link_to_a_share(tmp_path: Path) -> None:
    """The admin's link to a mounted share is no escape; links inside it may point inside it."""
    share = tmp_path / "share"
    root = tmp_path / "kantor"
    share.mkdir()
    root.mkdir()
    (share / "a.md").write_text("Isi")
    (share / "b.md").symlink_to(share / "a.md")
    (root / "content").symlink_to(share)
    content = read(root / "content", root=root, zone="Asia/Jakarta")
    assert [(post.path, post.file, post.body) for post in content.posts] == [
        ("a.md", "content/a.md", "Isi"),
        ("b.md", "content/b.md", "Isi"),
    ]


def test_pipes_sockets_and_devices_are_never_opened(workspace: Workspace) -> None:
    """A pipe would wait for ever; each is told instead."""
    os.mkfifo(workspace.content / "pipa.md")
    workspace.put("x/teks.md")
    os.mkfifo(workspace.content / "x" / "foto.jpg")
    workspace.put("y.md", "---\nmedia: _pipa.jpg\n---\nIsi")
    os.mkfifo(workspace.content / "_pipa.jpg")
    with socket.socket(socket.AF_UNIX) as server:
        here = Path.cwd()
        os.chdir(workspace.content)  # the names of sockets are short
        try:
            server.bind("soket.txt")
        finally:
            os.chdir(here)
        content = workspace.read()
    assert loose(content) == [
        ("content.not_a_file", "content/pipa.md"),
        ("content.not_a_file", "content/soket.txt"),
    ]
    assert {post.path: [p.code for p in post.problems] for post in content.posts} == {
        "baik.md": [],
        "x": ["content.not_a_file"],
        "y.md": ["content.not_a_file"],
    }


@pytest.mark.parametrize("name", ["dua\nbaris.md", "\u202egpj.md", "lonceng\x07.md", "nol\u2066lebar.md"])
def test_names_that_hide_something_are_not_read(workspace: Workspace, name: str) -> None:
    """Line breaks, control and direction marks in a name: told with the marks made visible."""
    workspace.put(name)
    content = workspace.read()
    assert paths(content) == ["baik.md"]
    assert [p.code for p in content.problems] == ["content.name"]
    assert str(content.problems[0].file).isprintable()


def test_names_that_are_not_utf8_are_not_read(workspace: Workspace) -> None:
    """Such a name cannot be stored or shown; it is told with escapes."""
    with open(os.fsencode(workspace.content) + b"/na\xffma.md", "wb") as file:
        file.write(b"Isi")
    content = workspace.read()
    assert [(p.code, p.values["name"]) for p in content.problems] == [("content.name", "na\\udcffma.md")]


def test_letters_of_any_script_are_good_names(workspace: Workspace) -> None:
    """Arabic, Chinese, accents, emoji, spaces: names like any other."""
    names = ["سلام.md", "通知.md", "Café 📢.md", "a - Salin (2).md"]
    for name in names:
        workspace.put(name)
    assert set(names) < set(paths(workspace.read()))
    assert workspace.read().problems == ()


def test_nesting_has_an_end(workspace: Workspace) -> None:
    """Folders beyond the depth are told and unsure, not followed."""
    workspace.put("/".join(["d"] * MAX_DEPTH) + "/teks.md")
    workspace.put("/".join(["e"] * (MAX_DEPTH + 1)) + "/teks.md")
    content = workspace.read()
    assert len(content.posts) == 2
    assert [p.code for p in content.problems] == ["content.too_deep"]
    assert content.unsure("/".join(["e"] * (MAX_DEPTH + 1)))


def test_pictures_without_a_text_and_documents_are_told(workspace: Workspace) -> None:
    """Someone meant to post them; nothing is dropped silently."""
    workspace.put("foto/a.jpg", PNG)
    workspace.put("lepas.png", PNG)
    workspace.put("word/Rilis.odt", b"PK")
    workspace.put("x/teks.md")
    workspace.put("x/lampiran.pdf")
    workspace.put("x/data.xlsx")
    workspace.put("Rilis.doc")
    content = workspace.read()
    assert loose(content) == [
        ("content.document", "content/Rilis.doc"),
        ("content.document", "content/word/Rilis.odt"),
        ("content.no_text", "content"),
        ("content.no_text", "content/foto"),
    ]
    assert [(p.code, p.severity, p.values["name"]) for p in workspace.post("x").problems] == [
        ("content.file_unused", Severity.WARNING, "data.xlsx"),
        ("content.document_unused", Severity.WARNING, "lampiran.pdf"),
    ]


def test_a_file_that_vanishes_while_reading_is_unsettled(workspace: Workspace) -> None:
    """Between listing and opening it is gone: neither a post nor surely vanished."""
    workspace.put("hilang.md")

    def taken_away(path: str) -> bool:
        (workspace.content / "hilang.md").unlink(missing_ok=True)
        return True

    content = read(workspace.content, root=workspace.root, zone="Asia/Jakarta", accept=taken_away)
    assert (paths(content), content.unsettled) == (["baik.md"], {"hilang.md"})
    assert content.unsure("hilang.md")


def test_only_accepted_posts_are_read(workspace: Workspace) -> None:
    """One post can be read alone, also beside broken ones."""
    workspace.put("buruk.md", b"\x00")
    content = read(
        workspace.content, root=workspace.root, zone="Asia/Jakarta", accept=lambda path: path == "baik.md"
    )
    assert (paths(content), content.problems) == (["baik.md"], ())
