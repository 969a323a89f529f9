"""Texts: nothing raises at a reader, and everybody reads today's words; make check finds what is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connectors.contract import Problem, Severity
from publisher import texts
from publisher.texts import catalogues


def test_placeholders_are_filled_in_the_language_in_use() -> None:
    """`:n` groups thousands as the reader's language does."""
    assert texts.number(2922) == "2,922"
    texts.use("id")
    assert texts.number(2922) == "2.922"
    assert texts.language() == "id"


def test_unknown_language_is_shown_in_english() -> None:
    """A language we lack costs the reader nothing but the language."""
    texts.use("xx")
    assert texts.t("common.thousands") == ","


def test_unknown_id_is_shown_itself() -> None:
    """An id without words is visible, not an exception and not an empty line."""
    assert texts.t("common.no_such_text", a=1) == "common.no_such_text"
    assert texts.t("no_such_domain.x") == "no_such_domain.x"
    assert texts.t("../../etc/passwd") == "../../etc/passwd"
    assert not texts.known("common.no_such_text")


def test_missing_value_shows_the_raw_message() -> None:
    """A forgotten value never raises at a reader."""
    assert texts.t("common.ago") == "{span} ago"


def test_edited_catalogue_is_read_anew(tmp_path: Path) -> None:
    """A .po younger than its .mo wins, so nobody reads yesterday's text."""
    po = tmp_path / "x.po"
    for text in ("first", "second"):
        po.write_text(f'msgid "x.a"\nmsgstr "{text}"\n', encoding="utf-8")
        if po.with_suffix(".mo").exists():
            made = po.with_suffix(".mo").stat().st_mtime_ns
            os.utime(po, ns=(made + 1, made + 1))
        read = catalogues._read(tmp_path / "x")
        assert read is not None
        assert read.gettext("x.a") == text
    assert [path.name for path in sorted(tmp_path.iterdir())] == ["x.mo", "x.po"]


@pytest.mark.parametrize(
    ("file", "line", "place"),
    [
        ("content/banjir/teks.md", 3, "banjir/teks.md:3"),
        ("content/banjir/teks.md", None, "banjir/teks.md"),
        ("content/banjir/Rilis.docx", 2, "banjir/Rilis.docx, paragraf 2"),
        ("schedule.yaml", 4, "schedule.yaml:4"),
        (None, None, ""),
    ],
)
def test_a_place_is_named_as_staff_know_it(file: str | None, line: int | None, place: str) -> None:
    """Below content/, by line; in a Word document, which shows no lines, by paragraph."""
    texts.use("id")
    assert texts.where(Problem("x.y", Severity.ERROR, file=file, line=line)) == place
