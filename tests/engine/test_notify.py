"""People are told what needs them: once, through a real HTTP endpoint, and it never holds up a post."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any

import pytest

from publisher.desk import Desk
from publisher.notify import News, Notifier
from tests.engine.office import Office


class Ear(BaseHTTPRequestHandler):
    """Takes what it is told, or refuses it."""

    heard: list[dict[str, Any]]
    answer = 200

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Nothing on the terminal."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if type(self).answer == 200:
            self.heard.append(body)
        self.send_response(type(self).answer)
        self.end_headers()


@pytest.fixture
def ear() -> Iterator[tuple[str, type[Ear]]]:
    kind = type("Ear", (Ear,), {"heard": [], "answer": 200})
    with ThreadingHTTPServer(("127.0.0.1", 0), kind) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"json://127.0.0.1:{server.server_port}/", kind
        server.shutdown()
        thread.join(timeout=5)


def test_a_disk_that_takes_no_note_floods_nobody(ear: tuple[str, type[Ear]], tmp_path: Path) -> None:
    """What was told cannot be written down: it is not told again at every sweep."""
    address, kind = ear
    (tmp_path / "file").touch()
    one = Notifier([address], tmp_path / "file" / "told.json", practice=True)
    assert [one.tell("natuna", [News("full", "Disk penuh")]) for _ in range(3)] == [1, 0, 0]
    assert len(kind.heard) == 1


def test_each_thing_is_told_once_also_after_a_restart(ear: tuple[str, type[Ear]], tmp_path: Path) -> None:
    """Told, remembered; gone and come again, told again; what nobody took is tried again."""
    address, kind = ear

    def tell(*keys: str) -> int:
        one = Notifier([address], tmp_path / "told.json", practice=True)
        return one.tell("natuna", [News(key, f"Perkara {key}") for key in keys])

    assert [tell("a"), tell("a"), tell("a", "b"), tell(), tell("a")] == [1, 0, 1, 0, 1]
    assert [one["message"].split("\n")[0] for one in kind.heard] == ["Perkara a", "Perkara b", "Perkara a"]
    kind.answer = 500
    assert tell("a", "c") == 0
    kind.answer = 200
    assert tell("a", "c") == 1
    assert kind.heard[-1]["message"].startswith("Perkara c")


def test_practice_writes_to_nobody_elsewhere(tmp_path: Path) -> None:
    """An address that is not on this machine is never asked for."""
    one = Notifier(["json://203.0.113.1/"], tmp_path / "told.json", practice=True)
    assert one.tell("natuna", [News("a", "Perkara")]) == 0
    assert not (tmp_path / "told.json").exists()


def test_a_hand_over_is_told_with_its_kit(office: Office, ear: tuple[str, type[Ear]]) -> None:
    """`publisher run` tells it in its sweep, in words, with the folder to open."""
    address, kind = ear
    (office.folder).mkdir(exist_ok=True)
    (office.folder / "notify.txt").write_text(address, encoding="utf-8")
    office.open({"x": {"mode": "assisted"}}, notify=["file:notify.txt"])
    office.post("news", due=0, channels=["x"])
    with Desk(office.workspace, "admin") as desk:
        assert desk.run(once=True, stop=Event()) == 4
        assert desk.run(once=True, stop=Event()) == 4
    [told] = kind.heard
    assert "news" in told["message"]
    assert ".publisher/sandbox/kits/" in told["message"]
