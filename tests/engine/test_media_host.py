"""The office's own media host in the engine: staged hours ahead, fetched by the platform from there."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import requests

from publisher import wiring
from publisher.media.store import MediaStoreError
from tests.engine.office import Office

IG = {"ig": {"platform": "instagram", "account": "3001", "token": "env:IG_TOKEN"}}


class _Shown(SimpleHTTPRequestHandler):
    """A web server as an office has one; remembers what was fetched."""

    fetched: list[tuple[str, int]]

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Instead of a line on the terminal."""
        self.fetched.append((self.path, int(code)))


@contextmanager
def web_server(folder: Path) -> Iterator[tuple[str, list[tuple[str, int]]]]:
    fetched: list[tuple[str, int]] = []
    handler = type("Shown", (_Shown,), {"fetched": fetched})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", fetched
        finally:
            server.shutdown()
            thread.join(timeout=5)


def test_a_picture_is_fetched_from_the_office_hours_before_it_is_due(office: Office, tmp_path: Path) -> None:
    """Three hours ahead Instagram has it from the office's web server; days later it is gone there."""
    public = tmp_path / "public"
    public.mkdir()
    with web_server(public) as (url, fetched):
        office.open(IG, media_host={"kind": "directory", "folder": str(public), "url": url})
        office.post("news", due=180, pictures=1, channels=["ig"])
        office.run()
        (name,) = [file.name for file in public.iterdir()]
        assert (f"/{name}", 200) in fetched
        assert office.live("instagram") == []
        before = len(fetched)
        office.live_through(minutes=185, step=600)
        assert office.state("news", "ig") == "published"
        assert len(office.live("instagram")) == 1
        assert len(fetched) == before
        office.daemon.tidy_media()
        assert [file.name for file in public.iterdir()] == [name]
        office.pass_time(days=3)
        office.daemon.tidy_media()
        assert list(public.iterdir()) == []


def test_behind_a_proxy_the_program_itself_is_fetched_from(office: Office) -> None:
    """With `serve` Instagram gets the picture from `run`, and only from the signed address."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    office.open(IG, media_host={"kind": "serve", "port": port, "url": base})
    wired = wiring.wire(office.workspace)
    with wired.serving_media(alone=True):
        with pytest.raises(MediaStoreError) as caught, wired.serving_media(alone=True):
            pass
        assert caught.value.message == "media.host_port"
        with wired.serving_media(alone=False):  # another command, while `run` has the port
            office.post("news", due=180, pictures=1, channels=["ig"])
            office.run()
        (name,) = [file.name for file in (office.workspace.state / "media" / "hosted").iterdir()]
        assert requests.get(f"{base}/media/{name}", timeout=5).status_code == 404
        assert requests.get(f"{base}/media/", timeout=5).status_code == 404
        office.live_through(minutes=185, step=600)
    assert office.state("news", "ig") == "published"
