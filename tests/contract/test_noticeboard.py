"""The contract, kept by a seventh platform that another package brings: what docs/example-room holds."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors import registry
from connectors.renewal import Lasts
from publisher.content import vocabulary
from publisher.texts import known
from tests.contract.suite import ContractSuite
from tests.plugged import EXAMPLE, plugged


@pytest.fixture(autouse=True)
def _installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The example is installed, with the entry point that its pyproject.toml names."""
    project = tomllib.loads((EXAMPLE / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (point,) = project["entry-points"][registry.ENTRY_POINT_GROUP].items()
    monkeypatch.syspath_prepend(str(EXAMPLE))
    with plugged(tmp_path / "site", monkeypatch, " = ".join(point)):
        yield


class TestNoticeboard(ContractSuite):
    platform = "noticeboard"
    lasts = Lasts.ENDLESS
    called_by_handle = False
    commit_path = "/v1/notices$"
    list_path = "/v1/notices$"
    probe_path = "/v1/me$"


def test_nothing_else_names_it() -> None:
    """The registry, the words of posts and the texts know it; no file of the program does."""
    assert "noticeboard" in registry.platforms()
    assert vocabulary.platform_of("Papan") == "noticeboard"
    assert known("noticeboard.too_long.fix")
    root = EXAMPLE.parents[1]
    files = [path for folder in ("publisher", "connectors") for path in (root / folder).rglob("*.py")]
    assert not [path for path in files if "noticeboard" in path.read_text(encoding="utf-8")]


def test_every_problem_and_option_has_words() -> None:
    """Whatever the example can say has a text in both languages."""
    said = set()
    for path in EXAMPLE.glob("noticeboard/*.py"):
        said |= set(re.findall(r'"(noticeboard\.(?!example)\w+)"', path.read_text(encoding="utf-8")))
    codes = re.findall(r'yield "(\w+)"', (EXAMPLE / "noticeboard/check.py").read_text(encoding="utf-8"))
    said |= {f"noticeboard.{code}{end}" for code in codes for end in ("", ".fix")}
    for language in ("en", "id"):
        text = (EXAMPLE / f"noticeboard/locale/{language}.po").read_text(encoding="utf-8")
        assert said <= set(re.findall(r'^msgid "(.+)"', text, re.M)), language


def test_the_guide_shows_the_real_files() -> None:
    """Each code block of docs/adding-a-platform.md that names a file is that file, and none is left out."""
    guide = (EXAMPLE.parent / "adding-a-platform.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"^\*\*`([\w./-]+)`\*\*\n\n```\w*\n(.*?)^```$", guide, re.M | re.S))
    assert shown
    for name, block in shown.items():
        assert block == (EXAMPLE / name).read_text(encoding="utf-8"), name
    files = [*EXAMPLE.glob("*.toml"), *EXAMPLE.glob("noticeboard/*.py")]
    assert {str(path.relative_to(EXAMPLE)) for path in files} <= set(shown)
    (test,) = re.findall(r"^```python\n(class Test.*?)^```$", guide, re.M | re.S)
    assert test in Path(__file__).read_text(encoding="utf-8")
