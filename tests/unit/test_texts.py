"""Texts: both languages complete, every id that the code uses has words, nothing raises at a reader."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from connectors.contract import Problem, Severity
from publisher import errors, texts
from publisher.texts import catalogues

ROOT = Path(__file__).parents[2]
LANGUAGES = ("en", "id")
SOURCES = sorted(
    path
    for top in ("publisher", "connectors")
    for path in (ROOT / top).rglob("*.py")
    if "migrations" not in path.parts
)
ERRORS = {name for name, kind in vars(errors).items() if isinstance(kind, type)}
ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_-]+)+")


def catalogue(language: str) -> dict[str, str]:
    """All ids and texts of one language, the engine's and the rooms'."""
    files = [
        *(ROOT / "publisher" / "locale" / language).glob("*.po"),
        *ROOT.glob(f"connectors/*/locale/{language}.po"),
    ]
    found: dict[str, str] = {}
    for path in files:
        domain = path.stem if path.parent.name == language else path.parents[1].name
        with path.open("rb") as lines:
            messages = list(read_po(lines, abort_invalid=True))
        for message in messages:
            if message.id:
                assert isinstance(message.id, str)
                assert message.id.startswith(f"{domain}."), f"{path}: {message.id} belongs to another file"
                assert message.id not in found, f"{path}: {message.id} is there twice"
                found[message.id] = str(message.string)
    return found


CATALOGUES = {language: catalogue(language) for language in LANGUAGES}
DOMAINS = {message_id.partition(".")[0] for message_id in CATALOGUES["en"]} | {"desk", "log", "plan"}


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def looks_like_id(literal: object, path: Path) -> bool:
    """Whether a literal is written like a message id that this file may name.

    The engine names its own domains, a room its own; a simulator speaks the platform's words. The
    head of an f-string is no id.
    """
    if not isinstance(literal, str) or not ID.fullmatch(literal) or literal.endswith(("_", "-")):
        return False
    domain = literal.partition(".")[0]
    if "connectors" in path.relative_to(ROOT).parts:
        return domain == path.parent.name and not path.name.startswith("simulator")
    return domain in DOMAINS


def ids_used() -> Iterator[tuple[str, str, bool]]:
    """(place, id, whether it is a problem's code) for every literal message id in the source."""
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                name = getattr(node.func, "id", getattr(node.func, "attr", ""))
                literal = node.args[0].value
                in_engine = "publisher" in path.relative_to(ROOT).parts
                if name in {"Problem", "t"} or (name in ERRORS and in_engine):
                    yield f"{path.relative_to(ROOT)}:{node.lineno}", literal, name == "Problem"
            elif isinstance(node, ast.Constant) and looks_like_id(node.value, path):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value, False


NOT_IDS = frozenset({"schedule.yaml", "log.db", "facebook.com", "twitter.com"})
"""Literals that look like message ids."""

USED = [(place, id_, code) for place, id_, code in ids_used() if id_ not in NOT_IDS]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_id_in_the_source_has_words(language: str) -> None:
    """What t(), Problem() and our errors name literally is in both languages, and problems have advice."""
    missing = sorted(
        f"{place}: {wanted}"
        for place, id_, code in USED
        for wanted in ((id_, f"{id_}.fix") if code else (id_,))
        if not CATALOGUES[language].get(wanted)
    )
    assert not missing, "\n".join(missing)


def test_languages_have_the_same_ids() -> None:
    """Indonesian and English say the same things."""
    assert sorted(set(CATALOGUES["en"]) ^ set(CATALOGUES["id"])) == []


def test_languages_have_the_same_placeholders() -> None:
    """A value shown in one language is shown in the other."""
    differing = {
        id_: (CATALOGUES["en"][id_], CATALOGUES["id"][id_])
        for id_ in set(CATALOGUES["en"]) & set(CATALOGUES["id"])
        if placeholders(CATALOGUES["en"][id_]) != placeholders(CATALOGUES["id"][id_])
    }
    assert not differing


def test_every_text_is_translated() -> None:
    """No catalogue holds an id without words."""
    assert not [(lang, id_) for lang in LANGUAGES for id_, text in CATALOGUES[lang].items() if not text]


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
    id_ = next(id_ for id_, text in sorted(CATALOGUES["en"].items()) if placeholders(text))
    assert texts.t(id_) == CATALOGUES["en"][id_]


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
