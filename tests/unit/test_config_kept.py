"""What schedule.yaml holds is remembered, and counts only as long as the file says the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher import config, yaml_lines
from publisher.config import kept
from publisher.errors import ConfigError

SETTINGS = """\
timezone: Asia/Jakarta
grace: 90m
sandbox: true
channels:
  x: {platform: twitter, account: "2001", token: env:X, slots: ["mon-fri 08:00"], budget_usd: 2.50}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / kept.OWN).mkdir()
    (tmp_path / "schedule.yaml").write_text(SETTINGS, encoding="utf-8")
    return tmp_path


@pytest.fixture
def unread(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were read as YAML."""
    texts: list[str] = []

    def noted(text: str) -> yaml_lines.YamlDocument:
        texts.append(text)
        return yaml_lines.load_yaml(text)

    monkeypatch.setattr(kept, "load_yaml", noted)
    return texts


def test_the_same_settings_are_read_once(root: Path, unread: list[str]) -> None:
    """And give the same workspace; an edit is another text, also one that keeps size and time."""
    first = config.load(root)
    assert config.load(root) == first
    assert len(unread) == 1
    (root / "schedule.yaml").write_text(SETTINGS.replace("90m", "80m"), encoding="utf-8")
    assert config.load(root).grace.total_seconds() == 80 * 60
    assert len(unread) == 2


def test_what_is_remembered_is_the_document_to_the_letter(root: Path) -> None:
    """Data, the line of every key, and how numbers were written."""
    read = kept.document_of(SETTINGS, root)
    assert kept.document_of(SETTINGS, root) == read == yaml_lines.load_yaml(SETTINGS)


def test_a_mistake_is_told_each_time(root: Path) -> None:
    """Of wrong YAML nothing is remembered; of a wrong value the line is still known."""
    (root / "schedule.yaml").write_text(f"{SETTINGS}nonsens: 1\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(ConfigError) as raised:
            config.load(root)
        assert (raised.value.message, raised.value.values["line"]) == ("config.unknown_key", 6)
    (root / "schedule.yaml").write_text(f"{SETTINGS}  - [\n", encoding="utf-8")
    for _ in range(2):
        with pytest.raises(ConfigError):
            config.load(root)


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff" * 300])
def test_a_damaged_file_costs_only_time(root: Path, unread: list[str], damage: bytes) -> None:
    """It is as if it were not there, and is written anew."""
    first = config.load(root)
    (root / kept.FILE).write_bytes(damage)
    assert config.load(root) == first
    assert config.load(root) == first
    assert len(unread) == 2


def test_reading_settings_makes_no_folders(root: Path) -> None:
    """Where no look has remembered anything yet, as beside settings that are only tried."""
    (root / kept.OWN).rmdir()
    config.load(root)
    assert [path.name for path in root.iterdir()] == ["schedule.yaml"]
