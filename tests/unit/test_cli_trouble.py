"""What people read when something goes wrong, and where the details are kept."""

from __future__ import annotations

import errno
import subprocess
import sys
from argparse import Namespace
from pathlib import Path

import pytest

from connectors.contract import Problem, Severity
from connectors.errors import ReconnectError
from publisher.cli.trouble import explain
from publisher.errors import ConfigError, UsageError

HEAVY = {
    "sqlalchemy",
    "jinja2",
    "yaml",
    "PIL",
    "requests",
    "werkzeug",
    "babel",
    "tweepy",
    "apscheduler",
    "wcwidth",
}


@pytest.fixture
def given(tmp_path: Path) -> Namespace:
    (tmp_path / "schedule.yaml").touch()
    return Namespace(workspace=str(tmp_path))


def test_our_own_mistakes_are_kept_in_a_file(
    given: Namespace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The screen gets a sentence and the file's name; the file gets every traceback, one after the other."""
    for text in ("first", "second"):
        assert explain(RuntimeError(text), given) == 1
    told = capsys.readouterr().err
    log = tmp_path / ".publisher" / "crash.log"
    assert "Traceback" not in told
    assert str(log) in told
    kept = log.read_text(encoding="utf-8")
    assert "RuntimeError: first" in kept
    assert "RuntimeError: second" in kept


def test_without_a_workspace_the_details_go_to_the_temporary_folder(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file that the message names is there."""
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert explain(RuntimeError("x"), Namespace(workspace=str(tmp_path))) == 1
    (kept,) = tmp_path.glob("publisher-crash-*.log")
    assert str(kept) in capsys.readouterr().err


def test_errors_with_words_are_told_as_they_are(given: Namespace, capsys: pytest.CaptureFixture[str]) -> None:
    """Ours with their exit code and advice, the platform's and the system's with their words."""
    assert explain(UsageError("cli.bad_time", value="besok"), given) == 2
    assert explain(ReconnectError("token expired"), given) == 1
    assert explain(OSError(errno.ENOSPC, "No space left on device", "log.db"), given) == 1
    told = capsys.readouterr().err
    assert "“besok” is not a time.\nWrite " in told
    assert "The platform says: token expired" in told
    assert "log.db: the disk is full." in told


def test_every_mistake_of_the_schedule_is_told_at_once(
    given: Namespace, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each with its line."""
    problems = tuple(
        Problem("config.missing", Severity.ERROR, {"name": name}, file="schedule.yaml", line=line)
        for line, name in enumerate(("timezone", "channels"), 1)
    )
    assert explain(ConfigError("config.missing", problems=problems), given) == 1
    told = capsys.readouterr().err
    assert "schedule.yaml:1: The key “timezone” is missing." in told
    assert "schedule.yaml:2: The key “channels” is missing." in told


def test_messages_cannot_speak_to_the_terminal(given: Namespace, capsys: pytest.CaptureFixture[str]) -> None:
    """What a platform or a file name holds is shown, not obeyed."""
    explain(ReconnectError("\x1b[2Jgone"), given)
    assert "\x1b" not in capsys.readouterr().err


def test_help_imports_nothing_heavy() -> None:
    """`publisher --help` comes at once: no SDK, no database, no YAML, no pictures."""
    code = (
        "import sys; from publisher.cli.main import main; main(['--help']); "
        "print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert HEAVY.isdisjoint(done.stderr.split())
    assert "publisher" in done.stderr.split()
