"""Pictures inside documents: which go out, in what order and with which words; and where they are kept."""

from __future__ import annotations

import hashlib
import os
from io import BytesIO
from pathlib import Path

import docx
import pytest
from docx.document import Document
from PIL import Image

from connectors.contract import Severity
from publisher.content import Content, Watcher, read
from publisher.content.docx import package, read_docx
from publisher.content.text import Draft
from publisher.media import inspect
from publisher.model import Post
from tests.unit.word_files import KIND, by_hand, by_word, p, r, saved


def photo(colour: str, kind: str = "PNG") -> bytes:
    file = BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, kind)
    return file.getvalue()


RED, BLUE = photo("red"), photo("blue", "JPEG")


def with_pictures(*pictures: bytes, text: str = "Isi", alts: tuple[str, ...] = ()) -> bytes:
    """A document by python-docx: text, then each picture in a paragraph of its own."""

    def make(document: Document) -> None:
        for number, picture in enumerate(pictures):
            shape = document.add_picture(BytesIO(picture))
            if number < len(alts):
                shape._inline.docPr.set("descr", alts[number])

    return by_word(*([text] if text else []), make=make)


def shown(
    attributes: str = 'r:embed="rId7"', *, alt: str = "", crop: str = "", frame: str = "<a:xfrm/>"
) -> str:
    """A paragraph with one picture, as Word writes it."""
    return (
        "<w:p><w:r><w:drawing><wp:inline>"
        f'<wp:docPr id="1" name="x" {alt}/><a:graphic><a:graphicData>'
        '<pic:pic><pic:nvPicPr><pic:cNvPr id="0" name="x"/></pic:nvPicPr>'
        f"<pic:blipFill><a:blip {attributes}/>"
        f"{crop}</pic:blipFill><pic:spPr>{frame}</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline>"
        "</w:drawing></w:r></w:p>"
    )


def drafted(body: str, data: bytes = RED, name: str = "image1.png") -> Draft:
    """A document by hand with one picture in it, known as rId7."""
    relation = f'<Relationship Id="rId7" Type="{KIND}/image" Target="media/{name}"/>'
    linked = (
        f'<Relationship Id="rId8" Type="{KIND}/image" Target="https://x.id/a.png" TargetMode="External"/>'
    )
    return read_docx(by_hand(body, parts={f"word/media/{name}": data}, relations=relation + linked))


# ── In the document ──────────────────────────────────────────────────────────


def test_pictures_come_in_order_with_their_words() -> None:
    """The bytes as they lie there, the alternative text, the paragraph a person counts."""
    read = read_docx(with_pictures(RED, BLUE, alts=("Kantor", "Halaman")))
    assert [(one.name, one.data, one.alt, one.line) for one in read.pictures] == [
        ("#1", RED, "Kantor", 2),
        ("#2", BLUE, "Halaman", 3),
    ]
    assert (read.body, read.notes) == ("Isi", [])


def test_a_document_of_pictures_only() -> None:
    """No text is needed where there is something to see."""
    read = read_docx(with_pictures(RED, text=""))
    assert (read.body, len(read.pictures)) == ("", 1)


def test_text_above_and_below_a_picture_is_apart() -> None:
    """Whether or not somebody pressed Enter around it."""
    assert drafted(p("atas") + shown() + p("bawah")).body == "atas\n\nbawah"
    assert drafted(p("atas") + p() + shown() + p() + p("bawah")).body == "atas\n\nbawah"


def test_the_same_picture_twice_goes_out_once() -> None:
    """At its first place, with the words of whichever has some; it is said."""
    read = drafted(shown() + p("Isi") + shown(alt='descr="Kantor"'))
    assert [(one.alt, one.line) for one in read.pictures] == [("Kantor", 1)]
    assert read.notes == [("content.word_picture_twice", Severity.NOTICE, 3, {"number": 2})]


@pytest.mark.parametrize(
    ("attributes", "alt"),
    [
        ('descr="Petugas di posko"', "Petugas di posko"),
        ('title="Posko"', "Posko"),
        ('descr="Petugas&#10; di posko" title="Posko"', "Petugas di posko"),
        ('descr="C:\\Users\\Humas\\IMG_0042.JPG"', ""),
        ('descr="IMG-20261124-WA0003.jpg" title="Posko"', "Posko"),
        ("", ""),
    ],
)
def test_alternative_texts(attributes: str, alt: str) -> None:
    """The description, else the title; the name of a file, which programs put there, is none."""
    assert drafted(shown(alt=attributes)).pictures[0].alt == alt


@pytest.mark.parametrize(
    "written",
    [
        "A group of people&#10;&#10;Description automatically generated",
        "A group of people&#10;&#10;Description automatically generated with medium confidence",
        "A group of people&#10;&#10;AI-generated content may be incorrect.",
        "A group of people&#10;&#10;Deskripsi dibuat secara otomatis",
        "A group of people&#10;&#10;Konten yang dihasilkan AI mungkin salah.",
    ],
)
def test_alternative_texts_by_word_itself(written: str) -> None:
    """What Word adds below is taken off; somebody should read what a machine saw."""
    read = drafted(shown(alt=f'descr="{written}"'))
    assert read.pictures[0].alt == "A group of people"
    assert read.notes == [
        ("content.word_alt_machine", Severity.NOTICE, 1, {"number": 1, "alt": "A group of people"})
    ]


@pytest.mark.parametrize(
    ("picture", "code"),
    [
        (shown(crop='<a:srcRect l="12000"/>'), "content.word_picture_cropped"),
        (shown(frame='<a:xfrm rot="5400000"/>'), "content.word_picture_turned"),
        (shown(frame='<a:xfrm flipH="1"/>'), "content.word_picture_turned"),
        (
            '<w:p><w:r><w:pict><v:imagedata r:id="rId7" cropleft="6554f"/></w:pict></w:r></w:p>',
            "content.word_picture_cropped",
        ),
    ],
)  # fmt: skip
def test_what_word_only_shows_is_told(picture: str, code: str) -> None:
    """The whole, upright picture goes out, which may not be what was meant."""
    read = drafted(picture)
    assert [one.data for one in read.pictures] == [RED]
    assert read.notes == [(code, Severity.WARNING, 1, {"number": 1})]


def test_a_crop_of_nothing_is_none() -> None:
    """Word writes it for every picture."""
    assert drafted(shown(crop="<a:srcRect/>") + p("Isi")).notes == []


def test_pictures_that_are_not_in_the_document_stop_the_post() -> None:
    """Else it would go out without them."""
    read = drafted(p("Isi") + shown('r:link="rId8"') + shown('r:embed="rId99"'))
    assert read.notes == [
        ("content.word_picture_linked", Severity.ERROR, 2, {"number": 1}),
        ("content.word_picture_lost", Severity.ERROR, 3, {"number": 2}),
    ]
    assert read.pictures == []


def test_inserted_and_linked_is_inserted() -> None:
    """`Insert and Link` leaves the picture in the document."""
    assert len(drafted(shown('r:embed="rId7" r:link="rId8"')).pictures) == 1


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        (b"\x01\x00\x00\x00" + b"\0" * 36 + b" EMF", "image1.emf", "EMF"),
        (b"\xd7\xcd\xc6\x9a\0\0", "image1.emf", "WMF"),
        (b"II\xbc\x01" + b"\0" * 40, "image1.png", "JPEG XR"),
        (b"<svg/>", "image1.emf", "EMF"),
    ],
)
def test_kinds_that_no_platform_takes_stop_the_post(data: bytes, name: str, kind: str) -> None:
    """By the bytes, whatever the name says."""
    read = drafted(p("Isi") + shown(), data, name)
    assert read.notes == [("content.word_picture_kind", Severity.ERROR, 2, {"number": 1, "kind": kind})]


def test_a_picture_written_twice_for_old_programs_is_one() -> None:
    """The newer way counts."""
    old = '<w:pict><v:shape alt="lama"><v:imagedata r:id="rId7"/></v:shape></w:pict>'
    new = shown(alt='descr="baru"').removeprefix("<w:p><w:r>").removesuffix("</w:r></w:p>")
    both = (
        f'<mc:AlternateContent><mc:Choice Requires="wpg">{new}</mc:Choice>'
        f"<mc:Fallback>{old}</mc:Fallback></mc:AlternateContent>"
    )
    read = drafted(f"<w:p><w:r>{both}</w:r></w:p>")
    assert [one.alt for one in read.pictures] == ["baru"]
    assert [one.alt for one in drafted(f"<w:p><w:r>{old}</w:r></w:p>").pictures] == ["lama"]


def test_pictures_in_tables_and_text_boxes_go_out() -> None:
    """People put them there to place them; deleted ones are deleted."""
    cell = f"<w:tc>{shown()}</w:tc><w:tc>{p('Kantor')}</w:tc>"
    read = drafted(p("Isi") + f"<w:tbl><w:tr>{cell}</w:tr></w:tbl>")
    assert [(one.line) for one in read.pictures] == [2]
    inner = shown().removeprefix("<w:p>").removesuffix("</w:p>")
    assert drafted(f"<w:p><w:del>{inner}</w:del>{r('Isi')}</w:p>").pictures == []
    box = f"<w:pict><v:textbox><w:txbxContent>{shown()}</w:txbxContent></v:textbox></w:pict>"
    assert len(drafted(f"{p('Isi')}<w:p><w:r>{box}</w:r></w:p>").pictures) == 1


# ── In a post ────────────────────────────────────────────────────────────────


class Share:
    """A workspace with one folder post whose text is a document."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.post = root / "content" / "banjir"
        self.post.mkdir(parents=True)
        self.cache = root / ".publisher" / "cache" / "content"
        self.shelf = root / ".publisher" / "cache" / "pictures"

    def put(self, name: str, data: bytes | str) -> None:
        (self.post / name).write_bytes(data.encode() if isinstance(data, str) else data)

    def look(self, cache: bool = True) -> Content:
        where = self.cache if cache else None
        return read(self.root / "content", root=self.root, zone="Asia/Jakarta", cache=where)

    def read(self, cache: bool = True) -> Post:
        (post,) = self.look(cache).posts
        return post


@pytest.fixture
def share(tmp_path: Path) -> Share:
    return Share(tmp_path)


def codes(post: Post) -> list[str]:
    return [problem.code for problem in post.problems]


def test_pictures_of_a_document_are_media_like_any(share: Share) -> None:
    """Files with their sha256, named after the document; what reads media needs to know no more."""
    share.put("Rilis.docx", with_pictures(RED, BLUE, alts=("Kantor",)))
    for cache in (True, False):
        post = share.read(cache)
        assert [(m.name, m.alt, m.line) for m in post.media] == [
            ("Rilis.docx #1", "Kantor", 2),
            ("Rilis.docx #2", "", 3),
        ]
        for medium, data in zip(post.media, (RED, BLUE), strict=True):
            assert (medium.path.read_bytes(), medium.source) == (data, hashlib.sha256(data).hexdigest())
            assert inspect.facts(medium.path, medium.name).width == 40
        assert post.problems == ()
    assert sorted(os.listdir(share.shelf)) == sorted(m.source for m in post.media)


def test_inside_comes_before_beside(share: Share) -> None:
    """Both go out, and it is said; one that lies at both places goes out once."""
    share.put("Rilis.docx", with_pictures(RED))
    share.put("a.jpg", BLUE)
    post = share.read()
    assert [m.name for m in post.media] == ["Rilis.docx #1", "a.jpg"]
    assert codes(post) == ["content.pictures_both"]
    share.put("a.jpg", RED)
    post = share.read()
    assert [m.name for m in post.media] == ["Rilis.docx #1"]
    assert codes(post) == ["content.picture_same"]


def test_alternative_texts_by_number_count_all_pictures(share: Share) -> None:
    """`Foto 2:` is the second that goes out, wherever it lies; the line wins over the document."""

    def make(document: Document) -> None:
        document.add_paragraph("Foto 1: Depan kantor")
        document.add_paragraph("Foto 2: Belakang kantor")
        document.add_paragraph("Isi")
        document.add_picture(BytesIO(RED))

    share.put("Rilis.docx", by_word(make=make))
    share.put("a.jpg", BLUE)
    assert [m.alt for m in share.read().media] == ["Depan kantor", "Belakang kantor"]


def test_problems_name_file_and_paragraph(share: Share) -> None:
    """The place is the document and the paragraph a person counts there."""
    share.put("Rilis.docx", by_word("Terbit: kapan-kapan", "Isi"))
    (problem,) = share.read().problems
    assert (problem.file, problem.line) == ("content/banjir/Rilis.docx", 1)


def test_a_document_with_remarks_is_not_read_again(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    """Warnings that only hang on its bytes are remembered with it; so are its pictures."""
    monkeypatch.setattr("publisher.content.found.YOUNG_NS", -(10**12))
    comment = docx.Document()
    comment.add_paragraph("Isi")
    comment.add_comment(comment.paragraphs[0].runs, text="?")
    comment.add_picture(BytesIO(RED))
    share.put("Rilis.docx", saved(comment))
    first = share.read()
    assert codes(first) == ["content.word_comments"]

    def unread(data: bytes) -> Draft:
        raise AssertionError

    monkeypatch.setattr("publisher.content.text.read_word", unread)
    monkeypatch.setattr("publisher.content.build.READERS", {"docx": unread})
    assert share.read() == first


def test_a_picture_that_is_gone_is_read_from_the_document_again(
    share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache may be emptied at any time; half a file is not taken for a whole one."""
    monkeypatch.setattr("publisher.content.found.YOUNG_NS", -(10**12))
    share.put("Rilis.docx", with_pictures(RED))
    first = share.read()
    first.media[0].path.unlink()
    assert share.read() == first
    assert first.media[0].path.read_bytes() == RED
    first.media[0].path.write_bytes(RED[:10])
    share.cache.unlink()
    assert share.read().media[0].path.read_bytes() == RED


def test_a_watcher_needs_no_third_look(share: Share) -> None:
    """A picture that was just taken out of a document is not taken for one still being copied."""
    share.put("Rilis.docx", with_pictures(RED))
    watcher = Watcher(share.root / "content", root=share.root, zone="Asia/Jakarta", cache=share.cache)
    assert [len(watcher.look().posts) for _ in range(3)] == [0, 1, 1]


def test_pictures_of_documents_that_are_no_more_go(share: Share) -> None:
    """A day after they were last needed, so that no other process loses what it just read."""
    share.put("Rilis.docx", with_pictures(RED))
    (kept,) = share.read().media
    share.put("Rilis.docx", with_pictures(BLUE))
    share.read()
    assert kept.path.exists()
    old = kept.path.stat().st_mtime - 25 * 3600
    os.utime(kept.path, (old, old))
    (medium,) = share.read().media
    assert not kept.path.exists()
    assert medium.path.exists()


def test_a_picture_in_use_stays_however_old(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    """A post that waits for weeks keeps what it needs."""
    monkeypatch.setattr("publisher.content.found.YOUNG_NS", -(10**12))
    share.put("Rilis.docx", with_pictures(RED))
    (kept,) = share.read().media
    os.utime(kept.path, (0, 0))
    assert share.read().media == (kept,)
    assert kept.path.exists()


def test_a_shelf_that_cannot_be_written_stops_the_post(share: Share) -> None:
    """It would go out without its pictures; the reason is said."""
    share.put("Rilis.docx", with_pictures(RED))
    share.shelf.parent.mkdir(parents=True)
    share.shelf.write_text("a file where the folder should be")
    post = share.read()
    assert [(p.code, p.severity, p.line) for p in post.problems] == [
        ("content.word_pictures_kept", Severity.ERROR, 2)
    ]
    assert post.problems[0].values["name"] == "Rilis.docx"
    share.shelf.unlink()
    assert (share.read().problems, len(share.read().media)) == ((), 1)


def test_a_large_document_with_photos(share: Share) -> None:
    """Photos do not count as text; only the whole has an end."""
    noise = os.urandom(3_000_000)
    share.put("Rilis.docx", with_pictures(BLUE[:-2] + b"\xff\xfe\xff\xfe" * 10 + noise))
    assert codes(share.read()) == []


def test_documents_are_let_go_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without garbage collection, which is off during a look: else all photos would be in memory at once."""
    parts: list[object] = []

    def watched(data: bytes) -> Document:
        document = package.opened(data)
        parts.extend(document.part.package.parts)
        return document

    monkeypatch.setattr("publisher.content.docx.reader.opened", watched)
    assert len(read_docx(with_pictures(RED)).pictures) == 1
    assert len(parts) > 5
    assert not any(map(vars, parts))


def test_a_document_beyond_the_limit(share: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not even opened."""
    monkeypatch.setattr("publisher.content.build.MAX_DOCUMENT", 1000)
    share.put("Rilis.docx", with_pictures(RED))
    assert codes(share.read()) == ["content.too_big"]


def test_a_document_beside_a_text_is_two_texts(share: Share) -> None:
    """Nobody can know which of them is meant."""
    share.put("Rilis.docx", by_word("Isi"))
    share.put("teks.txt", "Isi")
    assert codes(share.read()) == ["content.two_texts"]


@pytest.mark.parametrize("suffix", ["doc", "docm", "odt", "rtf", "pdf", "pages", "gdoc"])
def test_documents_that_are_not_read_say_what_to_do(share: Share, suffix: str) -> None:
    """Alone, and beside the text that counts."""
    share.put(f"Rilis.{suffix}", b"x")
    look = share.look()
    assert look.posts == ()
    assert [(p.code, p.file) for p in look.problems] == [
        ("content.document", f"content/banjir/Rilis.{suffix}")
    ]
    share.put("Rilis.docx", by_word("Isi"))
    (problem,) = share.read().problems
    assert (problem.code, problem.values) == (
        "content.document_unused",
        {"name": f"Rilis.{suffix}", "text": "Rilis.docx"},
    )
