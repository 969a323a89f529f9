"""The whole corpus of awkward drops in one workspace: `check` and `preview` as people run them."""

from __future__ import annotations

import pytest

from publisher.cli import main as cli
from tests.acceptance.bad_input import Desk
from tests.corpus.drops import DROPS
from tests.corpus.test_drops import put, read

pytestmark = pytest.mark.acceptance


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A workspace with every drop in a group of its own."""
    desk = Desk(tmp_path_factory.mktemp("corpus"))
    for drop in DROPS:
        put(drop, desk.root / "content" / drop.name)
    return desk


@pytest.mark.parametrize("lang", ["id", "en"])
def test_check_of_the_whole_corpus(desk: Desk, lang: str) -> None:
    """One run names every expected problem, in words, with advice, and without a traceback."""
    told = desk("check", "--format", "json", lang=lang, code=1)
    found = told.json
    codes = {one["code"] for one in found}
    assert {code for drop in DROPS for code in drop.codes} <= codes
    assert all(one["message"] and one["message"] != one["code"] for one in found)
    assert all(one["fix"] for one in found if one["severity"] == "error")
    assert "Traceback" not in told.out + told.err


def test_check_for_people(desk: Desk) -> None:
    """The same for people: every problem in one paragraph that begins with its place."""
    told = desk("check", lang="id", code=1)
    assert "Traceback" not in told.out + told.err
    for drop in DROPS:
        errors = {f"✗ {drop.name}/{name}" for name in drop.files}
        assert any(place in told.out for place in errors) <= bool(drop.codes), drop.name


def test_preview_of_the_whole_corpus(desk: Desk, capsys: pytest.CaptureFixture[str]) -> None:
    """Every post of the corpus can be looked at; a broken one says what is wrong instead."""
    seen = read(desk.root)
    assert len(seen.posts) > 150
    for post in seen.posts:
        code = cli.main(["--workspace", str(desk.root), "--lang", "id", "preview", post.path])
        told = capsys.readouterr()
        assert code in (0, 1), (post.path, told.err)
        assert "Traceback" not in told.out + told.err, post.path
        assert told.out.strip() or told.err.strip(), post.path
