"""The office's own media host in the engine: staged hours ahead, fetched by the platform from there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

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
