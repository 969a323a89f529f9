"""The media host `directory`: names, files that appear whole, and their removal."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from connectors.clock import ManualClock
from connectors.contract import Media
from publisher import config, texts
from publisher.config.hosts import MediaHostSettings
from publisher.errors import ConfigError
from publisher.media.hosts.directory import DirectoryHost
from publisher.media.hosts.naming import Names, due_for_removal
from publisher.media.store import MediaStore, MediaStoreError
from tests.unit.test_media_hosts import kept

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
URL = "https://media.example.go.id"


def hosted(folder: Path, clock: ManualClock, state: str = "state") -> DirectoryHost:
    (folder / "public").mkdir(exist_ok=True)
    settings = MediaHostSettings("directory", URL, folder / "public")
    return DirectoryHost(settings, Names(folder / state / "media-host.key"), clock)


def test_the_same_file_has_the_same_address_and_another_office_another(tmp_path: Path) -> None:
    """Put twice it lies there once; without the workspace's secret nobody finds its name."""
    clock = ManualClock(NOW)
    store = MediaStore(tmp_path / "media", hosted(tmp_path, clock))
    media = kept(store, tmp_path)
    url = store.url(media)
    assert store.url(media) == MediaStore(tmp_path / "media", hosted(tmp_path, clock)).url(media) == url
    (there,) = (tmp_path / "public").iterdir()
    assert url == f"{hosted(tmp_path, clock).settings.beginning}{there.name}" == f"{URL}/{there.name}"
    assert url.endswith(".jpg")
    assert there.read_bytes() == store.path(media).read_bytes()
    assert there.stat().st_mode & 0o777 == 0o644
    other = MediaStore(tmp_path / "media", hosted(tmp_path, clock, "another"))
    assert other.url(media) != url
    assert media.source[:16] not in url
    assert (tmp_path / "state" / "media-host.key").stat().st_mode & 0o077 == 0


def test_a_file_cut_short_is_put_anew(tmp_path: Path) -> None:
    """What is shorter than it should be does not count as being there."""
    store = MediaStore(tmp_path / "media", hosted(tmp_path, ManualClock(NOW)))
    media = kept(store, tmp_path)
    store.url(media)
    (there,) = (tmp_path / "public").iterdir()
    os.truncate(there, 10)
    store.url(media)
    assert there.read_bytes() == store.path(media).read_bytes()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """A share that is not mounted must not become a folder that no web server shows."""
    store = MediaStore(tmp_path / "media", hosted(tmp_path, ManualClock(NOW)))
    media = kept(store, tmp_path)
    (tmp_path / "public").rmdir()
    with pytest.raises(MediaStoreError) as caught:
        store.url(media)
    assert caught.value.message == "media.host_folder"
    assert not (tmp_path / "public").exists()


def test_what_nobody_needs_any_more_is_removed_and_nothing_else(tmp_path: Path) -> None:
    """Each need counts anew; what others have put into the folder stays."""
    clock = ManualClock(NOW)
    host = hosted(tmp_path, clock)
    store = MediaStore(tmp_path / "media", host)
    media = kept(store, tmp_path)
    old = store.url(media)
    index = tmp_path / "public" / "index.html"
    index.write_text("ours")
    os.utime(index, (0, 0))
    clock.advance(timedelta(days=2).total_seconds())
    store.url(Media(media.source, ("strip",), ""))
    clock.advance(timedelta(days=2).total_seconds())
    assert host.tidy() == 0
    clock.advance(timedelta(days=1).total_seconds())
    assert host.tidy() == 1
    assert list((tmp_path / "public").iterdir()) == [index]
    assert store.url(media) == old


KILLED = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from connectors.clock import ManualClock
from publisher.config.hosts import MediaHostSettings
from publisher.media.hosts import directory
from publisher.media.hosts.naming import Names
def chunks(path):
    yield b"half"
    print("writing", flush=True)
    sys.stdin.read()
directory.chunks = chunks
folder = Path(sys.argv[1])
settings = MediaHostSettings("directory", "https://media.example.go.id", folder / "public")
clock = ManualClock(datetime(2026, 11, 24, 8, 0, tzinfo=UTC))
host = directory.DirectoryHost(settings, Names(folder / "key"), clock)
host._lay(folder / "a", folder / "public" / ("ab" * 32 + ".jpg"))
"""


def test_what_a_dead_writer_left_goes_after_a_day(tmp_path: Path) -> None:
    """While the writer lives its file stays at any age; others' files of a like name stay for ever."""
    clock = ManualClock(NOW)
    host = hosted(tmp_path, clock)
    writer = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"writing\n"
    (draft,) = (tmp_path / "public").iterdir()
    theirs = tmp_path / "public" / ".unggahan.part"
    theirs.write_text("theirs")
    old = (NOW - timedelta(days=40)).timestamp()
    for file in (draft, theirs):
        os.utime(file, (old, old))
    assert host.tidy() == 0
    writer.kill()
    writer.communicate(timeout=10)
    assert host.tidy() == 1
    assert list((tmp_path / "public").iterdir()) == [theirs]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"url": "http://media.example.go.id"}, "config.media_host_url"),
        ({"url": "https://desk:secret@media.example.go.id"}, "config.media_host_url"),
        ({"url": "http://127.0.0.1:8000"}, "config.media_host_local"),
        ({"folder": "content/public"}, "config.media_host_content"),
        ({"keep": "2h"}, "config.media_host_keep"),
        ({"folder": None}, "config.missing"),
        ({"kind": "ftp"}, "config.choice"),
    ],
)
def test_a_host_that_no_platform_could_use_is_refused(
    tmp_path: Path, change: dict[str, str], code: str
) -> None:
    """Found when schedule.yaml is read, with what to do, and without a password that stands in it."""
    host = {"kind": "directory", "url": URL, "folder": "public", **change}
    channels = {"x": {"platform": "twitter", "account": "2001", "token": "env:X_TOKEN"}}
    document = {"timezone": "WIB", "sandbox": False, "channels": channels, "media_host": host}
    (tmp_path / "schedule.yaml").write_text(yaml.safe_dump(document))
    with pytest.raises(ConfigError) as caught:
        config.load(tmp_path)
    (problem,) = caught.value.problems
    assert (problem.code, problem.line is not None) == (code, True)
    assert texts.fix_of(problem)
    assert "secret" not in texts.text_of(problem)


def test_due_for_removal_goes_by_the_last_need() -> None:
    """On the minute, not before."""
    needed = {"a": NOW - timedelta(days=3), "b": NOW - timedelta(days=3) + timedelta(minutes=1)}
    assert due_for_removal(needed, NOW, timedelta(days=3)) == ("a",)
