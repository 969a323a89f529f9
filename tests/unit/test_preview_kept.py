"""Pages of previews do not pile up in the workspace, and none goes that was just written."""

from __future__ import annotations

import fcntl
import os
import shutil
from datetime import timedelta
from pathlib import Path
from threading import Thread
from time import sleep, time

import pytest

from publisher.cli.main import main
from publisher.media import uses
from publisher.media.pruning import Pruned
from publisher.media.store import MediaStoreError
from publisher.preview import kept

ROOT = Path(__file__).parents[2]
AGE = timedelta(days=30)


def aged(file: Path, days: float) -> Path:
    at = time() - days * 86_400
    os.utime(file, (at, at))
    return file


def test_old_pages_go_and_nothing_else(tmp_path: Path) -> None:
    """What is younger stays, and so do files of other names and what somebody is writing."""
    young = aged(kept.keep(tmp_path, "01JYOUNG", "<p>"), 29)
    old = aged(kept.keep(tmp_path, "01JOLD", "<p>four"), 31)
    half = tmp_path / ".abcdefgh.part"
    half.write_text("half")
    notes = tmp_path / "catatan.txt"
    notes.write_text("ours")
    for file in (half, notes):
        aged(file, 31)
    assert kept.prune(tmp_path, AGE) == Pruned(2, len("<p>four") + len("half"))
    assert not old.exists()
    assert {file.name for file in tmp_path.iterdir()} == {young.name, notes.name, ".lock"}


def test_one_that_cannot_be_removed_stops_no_other(tmp_path: Path) -> None:
    """It is told."""
    folder = tmp_path / "01JA.html"
    folder.mkdir()
    old = kept.keep(tmp_path, "01JB", "<p>")
    for file in (folder, old):
        aged(file, 31)
    with pytest.raises(MediaStoreError):
        kept.prune(tmp_path, AGE)
    assert not old.exists()


def test_a_page_that_was_just_written_is_there(tmp_path: Path) -> None:
    """Removed by another preview that found the page before it too old, it is written again."""
    file = kept.keep(tmp_path, "01JA", "<p>old")
    given: list[Path] = []
    with (tmp_path / uses.LOCK).open("rb+") as others_turn:
        fcntl.flock(others_turn, fcntl.LOCK_EX)
        writing = Thread(target=lambda: given.append(kept.keep(tmp_path, "01JA", "<p>new")))
        writing.start()
        while file.read_text() != "<p>new":
            sleep(0.01)
        assert given == []
        file.unlink()
    writing.join(10)
    assert given == [file]
    assert file.read_text() == "<p>new"


def test_whoever_removes_takes_others_who_write_for_granted(tmp_path: Path) -> None:
    """Files that come and go while it looks stop nothing."""
    done: list[bool] = []

    def write() -> None:
        while not done:
            kept.keep(tmp_path, "01JB", "<p>")

    kept.keep(tmp_path, "01JA", "<p>")
    writing = Thread(target=write)
    writing.start()
    try:
        for _ in range(200):
            assert kept.prune(tmp_path, AGE) == Pruned()
    finally:
        done.append(True)
        writing.join(10)


def test_preview_removes_old_pages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`preview --open` keeps a page as long as `keep_media` says; one that cannot go is a line on stderr."""
    monkeypatch.setattr("webbrowser.open", lambda url: True)
    schedule = (ROOT / "schedule.yaml").read_text(encoding="utf-8")
    (tmp_path / "schedule.yaml").write_text(f"{schedule}\nkeep_media: 10d\n", encoding="utf-8")
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "a.md").write_text("Satu.\n")
    folder = tmp_path / ".publisher/sandbox/preview"
    words = ["--workspace", str(tmp_path), "preview", "a", "--open"]
    assert main(words) == 0
    (page,) = folder.glob("*.html")
    aged(shutil.copy(page, folder / "01JOLD.html"), 11)
    aged(shutil.copy(page, folder / "01JYOUNG.html"), 9)
    assert main(words) == 0
    left = {file.name for file in folder.glob("*.html")}
    assert left > {page.name, "01JYOUNG.html"}
    assert "01JOLD.html" not in left
    assert capsys.readouterr().err == ""
    (folder / "01JA.html").mkdir()
    aged(folder / "01JA.html", 11)
    assert main(words) == 0
    told = capsys.readouterr()
    assert len(told.err.splitlines()) == 1
    assert str(folder) in told.out
