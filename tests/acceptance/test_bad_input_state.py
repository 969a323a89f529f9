"""What the program keeps in .publisher/ is damaged, foreign or locked: said in words, and nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest

from tests.acceptance.bad_input import LANGUAGES, RAW_ID, Desk, fair
from tests.acceptance.harness import Office

pytestmark = pytest.mark.acceptance

LOOKING = ["check", "plan", "status", "log", "resolve", "preview good"]
WRITING = ["run --once", "publish good", "hold --all"]


@pytest.fixture(scope="module")
def booked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a log, to copy."""
    desk = Desk(tmp_path_factory.mktemp("state") / "desk")
    desk.post("good")
    desk("run", "--once", code=0)
    assert (desk.root / ".publisher" / "sandbox" / "log.db").is_file()
    return desk.root


@pytest.fixture
def desk(booked: Path, tmp_path: Path) -> Desk:
    copy = Desk(tmp_path / "desk", schedule=None)
    shutil.copytree(booked, copy.root)
    copy.environ["XDG_STATE_HOME"] = str(booked.parent / "state")
    return copy


def home(desk: Desk) -> Path:
    return desk.root / ".publisher" / "sandbox"


def sql(desk: Desk, statement: str) -> None:
    with closing(sqlite3.connect(home(desk) / "log.db")) as log, log:
        log.execute(statement)


class Broken(NamedTuple):
    """A way to break the log, and what must be said of it."""

    how: Callable[[Desk], object]
    says: str


LOGS = {
    "garbage": Broken(
        lambda desk: (home(desk) / "log.db").write_bytes(os.urandom(9000)), "damaged, or is not a log"
    ),
    "cut off": Broken(lambda desk: os.truncate(home(desk) / "log.db", 12_288), "damaged, or is not a log"),
    "without its tables": Broken(lambda desk: sql(desk, "DROP TABLE deliveries"), "damaged, or is not a log"),
    "of a newer version": Broken(
        lambda desk: sql(desk, "UPDATE alembic_version SET version_num = '9999'"), "newer"
    ),
    "of live mode": Broken(lambda desk: sql(desk, "UPDATE logs SET mode = 'live'"), "mode live, not sandbox"),
}


@pytest.mark.parametrize("kind", LOGS)
def test_a_log_that_cannot_be_used_is_left_as_it_is(desk: Desk, kind: str) -> None:
    """Every verb that needs it says so with what to do, in both languages, and changes nothing."""
    LOGS[kind].how(desk)
    before = (home(desk) / "log.db").read_bytes()
    for verb in (
        ("check", "preview good", "run --once", "publish good") if kind == "garbage" else ["run --once"]
    ):
        told = desk(*verb.split(), code=1)
        assert LOGS[kind].says in told.err, f"{verb}: {told.err}"
    desk.refuses("log", tells=LOGS[kind].says)
    if kind != "without its tables":
        assert (home(desk) / "log.db").read_bytes() == before


def test_a_log_that_was_never_finished_is_none(desk: Desk) -> None:
    """A disk that filled up while it was made leaves an empty file: looking goes on, `run` makes it anew."""
    (home(desk) / "log.db").write_bytes(b"")
    for verb in ("check", "log"):
        assert desk(*verb.split(), code=0).err == ""
    desk("run", "--once", code=0)
    assert len(desk("log", "--json", code=0).json) == 2


NO_FOLDER: dict[str, Callable[[Desk], object]] = {
    ".publisher is a file": lambda desk: (desk.root / ".publisher").write_text("a", encoding="utf-8"),
    ".publisher leads nowhere": lambda desk: os.symlink("/nonexistent/x", desk.root / ".publisher"),
}


@pytest.mark.parametrize("kind", NO_FOLDER)
def test_looking_needs_no_state(desk: Desk, kind: str) -> None:
    """Looking works; what must write says why it cannot."""
    shutil.rmtree(desk.root / ".publisher")
    NO_FOLDER[kind](desk)
    for verb in LOOKING if kind == ".publisher is a file" else ["check"]:
        assert desk(*verb.split(), code=0).err == ""
    for verb in WRITING:
        assert ".publisher" in desk(*verb.split(), code=1).err
    desk.refuses("sandbox", tells=r"\.publisher")


# ── The sandbox's announcement and state ─────────────────────────────────────


@contextmanager
def stranger() -> Iterator[str]:
    """A web server that answers everything as a sandbox's clock would; gives its URL."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = b'{"now": "2030-01-01T00:00:00+00:00", "rate": 1}'
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


ANNOUNCED = {
    "garbage": "garbage",
    "a list": "[]",
    "nested": "[" * 100_000,
    "a number for a URL": '{"url": 5, "platforms": {}}',
    "no URL": '{"url": "nonsense", "platforms": {}}',
    "half a URL": '{"url": "http://[::1", "platforms": {}}',
    "nobody there": '{"url": "http://127.0.0.1:1", "platforms": {}}',
    "a stranger": '{"url": "STRANGER"}',
    "a stranger with a list": '{"url": "STRANGER", "platforms": []}',
    "a stranger with numbers": '{"url": "STRANGER", "platforms": {"facebook": 5}}',
    "a stranger without hosts": '{"url": "STRANGER", "platforms": {"facebook": {"hosts": 5}}}',
}


@pytest.mark.parametrize("kind", ANNOUNCED)
def test_a_broken_announcement_is_no_sandbox(desk: Desk, kind: str) -> None:
    """Looking ignores it; whoever needs a sandbox starts one of its own."""
    with stranger() as url:
        (home(desk) / "server.json").write_text(ANNOUNCED[kind].replace("STRANGER", url), encoding="utf-8")
        assert desk("log", code=0).err == ""
        if kind in ("garbage", "a stranger"):
            desk("publish", "good", "--channel", "x", "--now", code=0)
            assert {one["state"] for one in desk("log", "--channel", "x", "--json").json} == {"published"}


def test_a_sandbox_elsewhere_that_is_none_is_told(desk: Desk) -> None:
    """The URL in schedule.yaml leads to nobody, or to a stranger: never published, always said."""
    schedule = desk.root / "schedule.yaml"
    plain = schedule.read_text(encoding="utf-8")
    with stranger() as url:
        for where in (url, "http://127.0.0.1:1", "http://127.0.0.1:99999999", "http://[::1"):
            schedule.write_text(plain.replace("sandbox: true", f"sandbox: {where}"), encoding="utf-8")
            said = desk("run", "--once", code=1)
            assert where in said.err
            assert len(said.err.splitlines()) >= 2


def test_a_sandbox_state_that_is_garbage_is_told(desk: Desk) -> None:
    """`sandbox` names the file; `run` says that the sandbox did not start."""
    (home(desk) / "sandbox.db").write_bytes(os.urandom(9000))
    desk.refuses("sandbox", tells="sandbox.db.*\n.*delete the file")
    said = desk("run", "--once", code=1)
    assert "publisher sandbox" in said.err


CACHES: dict[str, Callable[[Path], object]] = {
    "garbage": lambda cache: (cache / "content").write_bytes(os.urandom(5000)),
    "empty": lambda cache: (cache / "content").write_bytes(b""),
    "a folder": lambda cache: ((cache / "content").unlink(), (cache / "content").mkdir()),
    "in a file": lambda cache: (shutil.rmtree(cache), cache.write_text("a", encoding="utf-8")),
}


@pytest.mark.parametrize("kind", CACHES)
def test_a_broken_cache_costs_nothing_but_time(desk: Desk, kind: str) -> None:
    """It is read past, without a word."""
    cache = desk.root / ".publisher" / "cache"
    assert (cache / "content").exists() or not (cache.mkdir(exist_ok=True), (cache / "content").touch())[0]
    CACHES[kind](cache)
    said = desk("plan", "--json", code=0)
    assert {one["path"] for one in said.json["actions"]} == {"good"}
    assert said.err == ""


# ── Locked by another program ────────────────────────────────────────────────


@pytest.mark.slow
def test_a_log_that_stays_locked(office: Office) -> None:
    """Who must write waits, says so, changes nothing; looking works; the server goes on afterwards."""
    running = office.start()
    office.until(lambda: office.run_cli("status")["daemon"]["alive"], "the server runs")
    desk = Desk(office.folder, schedule=None)
    desk.environ |= {"XDG_STATE_HOME": str(office.state)}
    with office.log_locked():
        office.post("late", parts={"x": 1, "fb": 1})
        holding = {
            lang: subprocess.Popen(
                desk.command("hold", "--all"),
                env={**desk.environ, "PUBLISHER_LANG": lang},
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
            for lang in LANGUAGES
        }
        for verb in ("check", "plan", "status", "log", "resolve"):
            assert desk(verb, code=0).err == ""
        for lang, process in holding.items():
            out, err = process.communicate(timeout=40)
            fair(out + err, "hold")
            assert (process.returncode, out) == (1, "")
            assert {"en": "in use by another program", "id": "dipakai program lain"}[lang] in err
            assert not RAW_ID.search(err)
        office.until(lambda: "in use by another program" in running.words(), "the server says so")
        assert office.live() == []
    office.settled()
    assert not office.run_cli("status")["everything_held"]
    fair(running.words(), "run")
    assert running.words().count("in use by another program") <= 6
    assert running.end() == 0
    assert json.dumps(office.log())
