"""A room of other people that cannot be loaded: told where it is needed, in nobody's way elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors import registry
from publisher import config, content
from publisher.content import first_lines, vocabulary
from publisher.errors import ConfigError
from publisher.schema import schemas
from publisher.texts import text_of
from tests.plugged import plugged

SETTINGS = """\
timezone: Asia/Jakarta
sandbox: true
channels:
  a: {{platform: {platform}, account: "1"}}
"""


BROKEN = ("import package_that_nobody_installed\n", "ROOM = 'a word'\n", "ROOM = 1 // 0\n")


@pytest.fixture(params=BROKEN)
def _broken(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    monkeypatch.delitem(sys.modules, "lumpuh", raising=False)
    (tmp_path / "lumpuh.py").write_text(request.param, encoding="utf-8")
    monkeypatch.syspath_prepend(str(tmp_path))
    first_lines._option_words.cache_clear()
    with plugged(tmp_path / "site", monkeypatch, "lumpuh = lumpuh:ROOM"):
        yield
    first_lines._option_words.cache_clear()


@pytest.mark.usefixtures("_broken")
def test_a_channel_of_it_is_told_with_its_line(tmp_path: Path) -> None:
    """And with what Python said, as only the makers of that package can mend it."""
    (tmp_path / "schedule.yaml").write_text(SETTINGS.format(platform="lumpuh"), encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        config.load(tmp_path)
    (told,) = raised.value.problems
    assert (told.code, told.file, told.line) == ("config.platform_broken", "schedule.yaml", 4)
    assert any(word in text_of(told) for word in ("ModuleNotFoundError", "no Room", "ZeroDivisionError"))


@pytest.mark.usefixtures("_broken")
def test_nobody_else_is_in_need_of_it(tmp_path: Path) -> None:
    """Posts are read, platforms found by their names, schemas written, and a misspelt one is suggested."""
    assert "lumpuh" in registry.platforms()
    assert vocabulary.platform_of("Instagram") == "instagram"
    assert vocabulary.platform_of("IG") == "instagram"
    folder = tmp_path / "content"
    folder.mkdir()
    (folder / "a.txt").write_text("Kanal: IG, X\nX: utas\n\nHalo semua warga.\n", encoding="utf-8")
    (post,) = content.read(folder, root=tmp_path, zone="Asia/Jakarta").posts
    assert [problem.code for problem in post.problems] == []
    assert any("instagram" in text for text in map(str, schemas("id").values()))
    (tmp_path / "schedule.yaml").write_text(SETTINGS.format(platform="facebok"), encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        config.load(tmp_path)
    assert [told.code for told in raised.value.problems] == ["config.platform_meant"]
