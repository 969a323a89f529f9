"""publisher/media/progress: how far uploads and encoding are, told by who does them, read by `status`."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.clock import ManualClock
from publisher.media import progress as progress_module
from publisher.media.progress import STALE, Progress, underway
from publisher.views import Doing, Underway

NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)


def test_an_upload_can_be_seen_while_it_lasts(tmp_path: Path) -> None:
    """Another process reads it; with the block it is gone."""
    progress = Progress(tmp_path / "progress", ManualClock(NOW))
    with progress.of("d1", 2) as tell:
        tell(Doing.UPLOAD, 250, 1000)
        (seen,) = underway(tmp_path / "progress", NOW)
        assert (seen.delivery_id, seen.part, seen.percent, seen.at) == ("d1", 2, 25, NOW)
        assert seen.left is None
    assert underway(tmp_path / "progress", NOW) == []


def test_not_every_piece_is_noted(tmp_path: Path) -> None:
    """A note a second is enough: a room may tell as often as it likes."""
    progress = Progress(tmp_path, ManualClock(NOW))
    with progress.of("d1", 1) as tell:
        for sent in range(0, 1000, 10):
            tell(Doing.UPLOAD, sent, 1000)
        (seen,) = underway(tmp_path, NOW)
        assert seen.done == 0


def test_what_a_killed_process_left_is_no_upload(tmp_path: Path) -> None:
    """Old notes, halves and other files say nothing."""
    progress = Progress(tmp_path, ManualClock(NOW))
    with progress.of("d1", 1) as tell:
        tell(Doing.UPLOAD, 1, 2)
        (tmp_path / "half.json").write_text('{"part": 1')
        assert [one.delivery_id for one in underway(tmp_path, NOW)] == ["d1"]
        assert underway(tmp_path, NOW + STALE) == []


def test_a_folder_that_cannot_be_written_does_not_stop_an_upload(tmp_path: Path) -> None:
    """Notes are for onlookers only."""
    (tmp_path / "progress").write_text("no folder")
    with Progress(tmp_path / "progress", ManualClock(NOW)).of("d1", 1) as tell:
        tell(Doing.UPLOAD, 1, 2)


def test_time_left_follows_from_the_rate() -> None:
    """And a rounding never makes an upload complete."""
    one = Underway("d1", 1, Doing.UPLOAD, 999, 1000, 0.5, NOW)
    assert (one.percent, one.left) == (99, 2.0)


def test_a_long_upload_is_spoken_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After ten seconds and every ten from then on; a short one is not."""
    seconds = iter(range(26))
    monkeypatch.setattr(progress_module, "stopwatch", lambda: float(next(seconds)))
    said: list[Underway] = []
    with Progress(tmp_path, ManualClock(NOW)).of("d1", 1, said.append) as tell:
        for sent in range(0, 2600, 100):
            tell(Doing.UPLOAD, sent, 10_000)
    assert [(one.done, one.rate, one.left) for one in said] == [(1000, 100.0, 90.0), (2000, 100.0, 80.0)]


def test_what_follows_encoding_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting, seconds of a clip and bytes of its upload are told apart, each with a rate of its own."""
    seconds = iter((0.0, 10.0, 14.0, 20.0, 22.0))
    monkeypatch.setattr(progress_module, "stopwatch", lambda: next(seconds))
    seen = []
    with Progress(tmp_path, ManualClock(NOW)).of("d1", 1) as tell:
        for told in (
            (Doing.WAIT, 0, 0),
            (Doing.ENCODE, 0.0, 12.0),
            (Doing.ENCODE, 2.0, 12.0),
            (Doing.UPLOAD, 0, 1000),
            (Doing.UPLOAD, 100, 1000),
        ):
            tell(*told)
            (note,) = underway(tmp_path, NOW)
            seen.append((note.doing.value, note.percent, note.left))
    assert seen == [
        ("wait", 0, None),
        ("encode", 0, None),
        ("encode", 16, 20.0),
        ("upload", 0, None),
        ("upload", 10, 18.0),
    ]
