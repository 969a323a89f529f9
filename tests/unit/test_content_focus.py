"""`Fokus 1: atas` among the first lines: where the eye should rest in a picture, in plain words."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from publisher import content, recipe, texts
from publisher.content import focus
from publisher.content.focus import point_of
from publisher.content.text import TextError, draft_of
from publisher.model import Post
from tests.unit.test_picture_wishes import look, made, picture, rendition


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("atas", (0.5, 0.0)),
        ("Bawah.", (0.5, 1.0)),
        ("kiri", (0.0, 0.5)),
        ("kanan", (1.0, 0.5)),
        ("tengah", (0.5, 0.5)),
        ("top", (0.5, 0.0)),
        ("middle", (0.5, 0.5)),
        ("centre", (0.5, 0.5)),
        ("kiri atas", (0.0, 0.0)),
        ("atas kiri", (0.0, 0.0)),
        ("Kanan-Bawah", (1.0, 1.0)),
        ("bottom, right", (1.0, 1.0)),
        ("tengah kiri", (0.0, 0.5)),
        ("tengah atas", (0.5, 0.0)),
        ("30% 20%", (0.3, 0.2)),
        ("30 %, 20 %", (0.3, 0.2)),
        ("33,5% 0%", (0.335, 0.0)),
        ("100% 100%", (1.0, 1.0)),
        ("0.5, 0.3", (0.5, 0.3)),
        ("0,5 0,3", (0.5, 0.3)),
        ("0,5; 1", (0.5, 1.0)),
        ("0.2 0.8", (0.2, 0.8)),
    ],
)
def test_what_people_write_is_a_point(text: str, point: tuple[float, float]) -> None:
    """Words in both languages, in either order; percent, and numbers from 0 to 1."""
    assert point_of(text) == pytest.approx(point)
    assert focus.is_meant(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "atas bawah",
        "kiri kanan",
        "kiri atas tengah",
        "Pendidikan",
        "30%",
        "130% 20%",
        "0.5",
        "2, 0",
        "30 20",
        "-1, 0",
        "nan, 0",
        "1e9, 0",
        "30% 20% 10%",
        "atas sekali",
    ],
)
def test_what_is_no_point_is_none(text: str) -> None:
    """Nothing is guessed."""
    assert point_of(text) is None


@given(st.text(max_size=30))
def test_no_text_breaks_it(text: str) -> None:
    """A point within the picture, or none."""
    point = point_of(text)
    assert point is None or all(0 <= one <= 1 for one in point)


def read(root: Path, text: str, names: tuple[str, ...] = ("1.jpg", "2.jpg")) -> Post:
    folder = root / "content" / "a"
    folder.mkdir(parents=True)
    (folder / "teks.txt").write_text(text, encoding="utf-8")
    for number, name in enumerate(names):
        (folder / name).write_bytes(picture(40 + number, 30))
    [post] = content.read(root / "content", root=root, zone="Asia/Jakarta").posts
    return post


def problems(post: Post) -> list[tuple[str, str, int | None]]:
    return [(p.code, str(p.severity), p.line) for p in post.problems if p.severity != "notice"]


@pytest.mark.parametrize(
    ("text", "points"),
    [
        ("Fokus 1: atas\nFokus 2: 30% 20%\n\nIsi.", [(0.5, 0.0), (0.3, 0.2)]),
        ("Kanal: FB\nFocus 2: bottom left\n\nIsi.", [None, (0.0, 1.0)]),
        ("*Fokus 1:* kiri\n\nIsi.", [(0.0, 0.5), None]),
        ("Foto 1: Warga\nFokus 1: kanan\n\nIsi.", [(1.0, 0.5), None]),
        ("---\nfokus 2: atas\n---\nIsi.", [None, (0.5, 0.0)]),
        ("---\nfocus_1: [0.25, 0.75]\n---\nIsi.", [(0.25, 0.75), None]),
        (
            "---\nmedia: [{file: 1.jpg, fokus: kiri atas}, 2.jpg]\nFokus 2: 10% 90%\n---\nIsi.",
            [(0, 0), (0.1, 0.9)],
        ),
    ],
)
def test_each_line_is_for_the_picture_of_its_number(
    tmp_path: Path, text: str, points: list[tuple[float, float] | None]
) -> None:
    """As `Foto 1` describes it; nothing of it is published."""
    post = read(tmp_path, text)
    assert [one.focus for one in post.media] == points
    assert (problems(post), post.body) == ([], "Isi.")


def test_without_a_number_it_is_for_the_only_picture(tmp_path: Path) -> None:
    """There is nothing else that it could be for."""
    post = read(tmp_path, "Fokus: kiri atas\n\nIsi.", ("1.jpg",))
    assert [one.focus for one in post.media] == [(0.0, 0.0)]


@pytest.mark.parametrize(
    ("text", "names", "code", "line"),
    [
        ("Kanal: FB\nFokus: atas\n\nIsi.", ("1.jpg", "2.jpg"), "content.focus_which", 2),
        ("Kanal: FB\n\nFokus 3: atas\n\nIsi.", ("1.jpg",), "content.first_gap", 3),
        ("Kanal: FB\nFokus 3: atas\n\nIsi.", ("1.jpg", "2.jpg"), "content.focus_missing", 2),
        ("Fokus 1: atas\n\nIsi.", (), "content.focus_none", 1),
        ("Fokus: atas\n\nIsi.", (), "content.focus_none", 1),
        ("Kanal: FB\nX: utas\nFokus 1: pojok\n\nIsi.", ("1.jpg",), "content.focus", 3),
        ("Fokus 1: ats\n\nIsi.", ("1.jpg",), "content.focus", 1),
        ("Fokus 1: 130% 20%\n\nIsi.", ("1.jpg",), "content.focus", 1),
        ("Fokus 1: atas\nFokus 1: bawah\n\nIsi.", ("1.jpg",), "content.key_twice", 2),
        ("Fokus 1: atas\nini apa\n\nIsi.", ("1.jpg",), "content.first_line", 2),
    ],
)
@pytest.mark.parametrize("language", ["id", "en"])
def test_what_is_wrong_is_told_with_its_line(
    tmp_path: Path, text: str, names: tuple[str, ...], code: str, line: int, language: str
) -> None:
    """And stops the post; what to write instead stands beside it."""
    texts.use(language)
    post = read(tmp_path, text, names)
    assert problems(post) == [(code, "error", line)]
    [found] = [p for p in post.problems if p.code == code]
    assert texts.text_of(found)
    assert texts.fix_of(found)


@pytest.mark.parametrize(
    "text",
    [
        "Fokus 1: Pendidikan\nFokus 2: Kesehatan\n\nDua hal itu yang utama.",
        "Fokus: pelayanan publik\n\nItu yang utama.",
        "Fokus 1: infrastruktur di atas segalanya\nTempat: aula",
    ],
)
def test_a_programme_with_its_focuses_is_text(text: str) -> None:
    """Offices write like that, and mean no picture."""
    assert draft_of(text).body == text


def test_among_facts_no_line_may_be_anything_else() -> None:
    """There `Fokus 1: Pendidikan` is a mistake that is told, never published."""
    draft = draft_of("Kanal: FB\nFokus 1: Pendidikan\n\nIsi.")
    assert (draft.facts["focus_1"], draft.line("focus_1")) == ("Pendidikan", 2)
    with pytest.raises(TextError):
        draft_of("Kanal: FB\nFokusnya: atas\n\nIsi.")


def test_the_picture_that_goes_out_is_cut_around_it(tmp_path: Path) -> None:
    """Three times as wide as high, red on its left: on Instagram the left stays."""
    image = Image.new("RGB", (1500, 500), "blue")
    image.paste((220, 30, 30), (0, 0, 300, 500))
    out = BytesIO()
    image.save(out, "JPEG")
    synced = look(tmp_path, "Fokus 1: kiri\n", data=out.getvalue())
    assert made(synced).crop[0] == 0
    assert made(look(tmp_path, "Fokus: 100% 50%\n", data=out.getvalue())).crop[0] > 400
    assert recipe.read(rendition(synced).parts[0].media[0].recipe) is not None
