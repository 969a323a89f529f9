"""The checker of texts finds each fault it is for; that the texts have none is for `make check`."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "check_texts.py"
_spec = importlib.util.spec_from_file_location("check_texts", TOOL)
assert _spec is not None
assert _spec.loader is not None
check_texts = importlib.util.module_from_spec(_spec)
sys.modules["check_texts"] = check_texts
_spec.loader.exec_module(check_texts)

GOOD = {
    "a.hi": "Hi {name}, {count:n}",
    "a.bad": "Bad.",
    "a.bad.fix": "Mend it.",
    "a.kind_one": "One",
    "a.own_bad": "Own.",
}
SOURCE = """
t("a.hi", name=name, count=1)
Problem("a.bad", Severity.ERROR)
t(f"a.kind_{kind}")
code.replace("a.", "a.own_")
"""


def faults(
    tmp_path: Path,
    source: str = SOURCE,
    english: dict[str, str] | None = None,
    indonesian: dict[str, str] | None = None,
) -> list[str]:
    """What is found in a small program with its two catalogues."""
    for language, texts in (("en", english or GOOD), ("id", indonesian or english or GOOD)):
        folder = tmp_path / "publisher" / "locale" / language
        folder.mkdir(parents=True)
        lines = "".join(f'msgid "{name}"\nmsgstr "{text}"\n\n' for name, text in texts.items())
        (folder / "a.po").write_text(lines, encoding="utf-8")
    (tmp_path / "publisher" / "x.py").write_text(source, encoding="utf-8")
    found: list[str] = check_texts.check(tmp_path)
    return found


def test_what_is_in_order_has_no_faults(tmp_path: Path) -> None:
    """Ids that are put together count as used, advice goes with its problem."""
    assert faults(tmp_path) == []


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ('t("a.gone")', "publisher/x.py:7: a.gone is missing in en, id"),
        ('Problem("a.hi", 1)', "publisher/x.py:3: a.hi.fix is missing in en, id"),
        ('REASON = {"x": "a.gone"}', "publisher/x.py:7: a.gone is missing in en, id"),
        ('print("It is done.")', "publisher/x.py:7: words of no catalogue: 'It is done.'"),
        ('sys.stderr.write(f"{n} posts failed here")', "words of no catalogue: ' posts failed here'"),
        ('log.warning("post %s failed twice", x)', "words of no catalogue: 'post %s failed twice'"),
        ('parser.add_argument("--x", help="what it is")', "words of no catalogue: 'what it is'"),
    ],
)
def test_faults_of_the_source(tmp_path: Path, source: str, told: str) -> None:
    """An id without words, a problem without advice, words without a catalogue."""
    found = faults(tmp_path, f"\n{SOURCE}{source}")
    assert [fault for fault in found if told in fault], found


@pytest.mark.parametrize(
    ("indonesian", "told"),
    [
        ({key: text for key, text in GOOD.items() if key != "a.hi"}, "a.hi: missing in id"),
        ({**GOOD, "a.hi": "Halo {nama}, {count:n}"}, "a.hi: {nama, name} stands in one language only"),
        ({**GOOD, "a.hi": ""}, "a.hi has no words"),
        ({**GOOD, "a.hi": "Halo {name}, {count:rupiah}"}, "{count:rupiah} is written in no form"),
        ({**GOOD, "a.hi": "Halo {name"}, "a.hi: cannot be filled"),
        ({**GOOD, "b.hi": "Halo"}, "b.hi belongs into another file"),
    ],
)
def test_faults_of_a_catalogue(tmp_path: Path, indonesian: dict[str, str], told: str) -> None:
    """What one language lacks, says with other values, or cannot say at all."""
    found = faults(tmp_path, indonesian=indonesian)
    assert [fault for fault in found if told in fault], found


def test_words_that_nothing_uses_are_faults(tmp_path: Path) -> None:
    """Translating is work: not for messages that nobody will read."""
    assert faults(tmp_path, english={**GOOD, "a.idle": "Idle"}) == [
        "publisher/locale/en/a.po: a.idle is used nowhere"
    ]
