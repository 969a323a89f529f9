"""The trial of the media host that `doctor` makes: over real HTTP on loopback."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from connectors.clock import SystemClock
from publisher import texts
from publisher.cli import main
from publisher.config import Network
from publisher.config.hosts import MediaHostSettings
from publisher.media.hosts.directory import DirectoryHost
from publisher.media.hosts.naming import Names
from publisher.media.hosts.trial import try_host
from tests.engine.test_media_host import web_server


def tried(folder: Path, url: str, shown: str = "public") -> list[tuple[str, bool]]:
    """What is found with files put into `public`, and a web server that shows `shown`."""
    (folder / "public").mkdir(exist_ok=True)
    settings = MediaHostSettings("directory", url, folder / shown)
    found = try_host(DirectoryHost(settings, Names(folder / "key"), SystemClock()), Network())
    for one in found:
        assert "{" not in texts.t(one.code, **one.values)
        assert one.good or texts.known(f"{one.code}.fix")
    return [(one.code, one.good) for one in found]


def test_a_host_that_works_is_called_fine(tmp_path: Path) -> None:
    """The test picture comes back whole."""
    (tmp_path / "public").mkdir()
    with web_server(tmp_path / "public") as (url, _):
        assert tried(tmp_path, url) == [("media.trial_put", True), ("media.trial_fetched", True)]


def test_what_is_wrong_is_told_apart(tmp_path: Path) -> None:
    """Nobody answers; another folder is shown; the folder is missing."""
    assert tried(tmp_path, "http://127.0.0.1:9")[-1] == ("media.trial_unreachable", False)
    (tmp_path / "elsewhere").mkdir()
    with web_server(tmp_path / "elsewhere") as (url, _):
        assert tried(tmp_path, url)[-1] == ("media.trial_status", False)
        assert tried(tmp_path, url, "missing") == [("media.host_folder", False)]


def test_doctor_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Live without a media host: told with the advice, and exit code 1."""
    (tmp_path / "schedule.yaml").write_text(
        "timezone: WIB\nlanguage: en\nsandbox: false\n"
        'channels: {x: {platform: twitter, account: "2001", token: "env:X_TOKEN"}}\n'
    )
    assert main.main(["--workspace", str(tmp_path), "doctor"]) == 1
    assert "Set media_host" in capsys.readouterr().out


PRACTICE = (
    "timezone: WIB\nlanguage: {}\nsandbox: true\n"
    'channels: {{x: {{platform: twitter, account: "2001", token: "env:X_TOKEN"}}}}\n'
)


@pytest.mark.parametrize("language", ["id", "en"])
def test_doctor_names_what_cards_lack(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    """FriBiDi with what it is for and how it is installed; an office may do without: the end is 0."""
    (tmp_path / "schedule.yaml").write_text(PRACTICE.format(language))
    monkeypatch.setattr("publisher.cards.fonts.shaping", lambda: False)
    assert main.main(["--workspace", str(tmp_path), "doctor"]) == 0
    told = capsys.readouterr().out
    assert "! " in told
    assert "FriBiDi" in told
    assert "apt install libfribidi0" in told
    assert main.main(["--workspace", str(tmp_path), "doctor", "--json"]) == 0
    assert {"code": "cards.no_fribidi", "good": False} in json.loads(capsys.readouterr().out)


def test_doctor_says_that_letters_can_be_joined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the library is there, nothing is to be done."""
    (tmp_path / "schedule.yaml").write_text(PRACTICE.format("en"))
    monkeypatch.setattr("publisher.cards.fonts.shaping", lambda: True)
    assert main.main(["--workspace", str(tmp_path), "doctor"]) == 0
    told = capsys.readouterr().out
    assert "Arabic can be drawn" in told
    assert "libfribidi0" not in told
