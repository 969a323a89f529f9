"""The media host `serve`: signed addresses, and what is answered under them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import Client, TestResponse

from connectors.clock import ManualClock
from publisher.config.hosts import MediaHostSettings
from publisher.media.hosts.naming import Names
from publisher.media.hosts.serve import ServedHost
from publisher.media.hosts.server import application
from publisher.media.store import MediaStore
from tests.unit.test_media_hosts import kept

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


class Desk:
    """A served file, its address, and somebody who asks."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(NOW)
        settings = MediaHostSettings("serve", "https://desk.example.go.id/kantor", Path(), port=8790)
        names = Names(folder / "media-host.key")
        self.host = ServedHost(settings, names, self.clock, folder / "hosted")
        self.store = MediaStore(folder / "media", self.host)
        self.media = kept(self.store, folder)
        self.url = self.store.url(self.media)
        self.path = urlsplit(self.url).path
        self.data = self.store.path(self.media).read_bytes()
        self._client = Client(application(self.host))

    def ask(self, path: str, method: str = "GET", **more: Any) -> TestResponse:
        """As a platform does."""
        return self._client.open(path, method=method, buffered=True, **more)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_the_signed_address_gives_the_file(desk: Desk) -> None:
    """With its type; also where the proxy has taken a part of the path away; HEAD without the bytes."""
    assert desk.store.url(desk.media) == desk.url
    assert desk.host.settings.beginning == "https://desk.example.go.id/kantor/media/"
    assert desk.url.startswith(desk.host.settings.beginning)
    for path in (desk.path, desk.path.removeprefix("/kantor")):
        reply = desk.ask(path)
        assert (reply.status_code, reply.data) == (200, desk.data)
        assert reply.headers["Content-Type"] == "image/jpeg"
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
    head = desk.ask(desk.path, "HEAD")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(desk.data))


def test_a_range_gives_that_range(desk: Desk) -> None:
    """As platforms ask for clips; one past the end is refused."""
    reply = desk.ask(desk.path, headers={"Range": "bytes=10-19"})
    assert (reply.status_code, reply.data) == (206, desk.data[10:20])
    assert reply.headers["Content-Range"] == f"bytes 10-19/{len(desk.data)}"
    assert desk.ask(desk.path, headers={"Range": "bytes=99999999-"}).status_code == 416


def test_every_other_address_is_not_there(desk: Desk, tmp_path: Path) -> None:
    """Another expiry, another signature, no signature, another file, a way out of the folder, a listing."""
    front, _, name = desk.path.rpartition("/")
    start, _, signed = front.rpartition("/")
    until, _, signature = signed.partition(".")
    (tmp_path / "hosted" / f"{'0' * 64}.jpg").write_bytes(b"another")
    wrong = [
        f"{start}/{int(until) + 1}.{signature}/{name}",
        f"{start}/{until}.{'0' * 64}/{name}",
        f"{start}/{name}",
        f"{front}/{'0' * 64}.jpg",
        f"{front}/../../media-host.key",
        f"{front}/%2e%2e%2fmedia-host.key",
        f"{start}/",
        "/",
    ]
    assert [desk.ask(path).status_code for path in wrong] == [404] * len(wrong)
    assert desk.ask(desk.path, "POST").status_code == 405
    assert desk.ask(desk.path, "DELETE").status_code == 405


def test_an_address_expires_and_the_file_goes(desk: Desk) -> None:
    """Valid for the three days of `keep` at least, for six at most; a new need gives a new address."""
    desk.clock.advance(timedelta(days=3).total_seconds() - 1)
    assert desk.host.tidy() == 0
    assert desk.ask(desk.path).status_code == 200
    desk.clock.advance(timedelta(days=3).total_seconds() + 1)
    assert desk.ask(desk.path).status_code == 404
    fresh = desk.store.url(desk.media)
    assert fresh != desk.url
    assert desk.ask(urlsplit(fresh).path).data == desk.data
    desk.clock.advance(timedelta(days=3).total_seconds())
    assert desk.host.tidy() == 1
    assert desk.ask(urlsplit(fresh).path).status_code == 404
    assert desk.store.path(desk.media).read_bytes() == desk.data
