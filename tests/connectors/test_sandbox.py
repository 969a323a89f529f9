"""The floor of the simulators: its server, faults, clock, journal and pages."""

from __future__ import annotations

import hashlib
import http.client
import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.clock import ManualClock, stopwatch
from connectors.sandbox import Sandbox, start_in_thread
from connectors.sandbox_world import LivePost, World
from tests.connectors.sandboxed import admin, image, session

ROOT = Path(__file__).parents[2]
PAGE = "https://graph.facebook.com/v26.0/1001"
TOKEN = {"access_token": "sandbox-facebook-1001"}


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start_in_thread() as running:
        yield running


def publish(sandbox: Sandbox, message: str, **options: Any) -> requests.Response:
    with session(sandbox, "facebook") as client:
        return client.post(f"{PAGE}/feed", data={**TOKEN, "message": message}, timeout=5, **options)


def live_texts(sandbox: Sandbox) -> list[str]:
    return [post["text"] for post in admin(sandbox, "live") if not post["removed"]]


# ── the process ──────────────────────────────────────────────────────────────


@contextmanager
def process(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], dict[str, Any]]]:
    command = [sys.executable, "-m", "connectors.sandbox", "--json", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as running:
        assert running.stdout is not None
        try:
            yield running, json.loads(running.stdout.readline())
        finally:
            running.kill()


def test_the_process_announces_itself_in_one_line_and_ends_cleanly_on_sigterm() -> None:
    """`--json` prints url, hosts, account and credentials of every platform; SIGTERM exits 0."""
    with process() as (running, info):
        for name, account in (("facebook", "1001"), ("twitter", "2001")):
            platform = info["platforms"][name]
            assert platform["base_url"] == f"{info['url']}/{name}"
            assert platform["account"] == {"id": account, "name": "Dinas Contoh"}
            assert all(value.startswith("sandbox-") for value in platform["credentials"].values())
            assert all(url.startswith(info["url"]) for url in platform["hosts"].values())
        assert requests.get(f"{info['url']}/", timeout=5).status_code == 200
        running.send_signal(signal.SIGTERM)
        assert running.wait(timeout=10) == 0


def test_state_survives_sigkill(tmp_path: Path) -> None:
    """A post whose reply was sent is live after the sandbox was killed and started again."""
    state = str(tmp_path / "sandbox.db")
    with process("--state", state) as (running, info):
        url = f"{info['url']}/facebook/v26.0/1001/feed"
        post_id = requests.post(url, data={**TOKEN, "message": "tetap"}, timeout=5).json()["id"]
        requests.post(f"{info['url']}/admin/clock", json={"offset": 7200}, timeout=5)
        running.send_signal(signal.SIGKILL)
    with process("--state", state) as (_, info):
        found = requests.get(f"{info['url']}/admin/live", timeout=5).json()
        clock = requests.get(f"{info['url']}/admin/clock", timeout=5).json()
        assert [post["id"] for post in found] == [post_id]
        assert requests.get(found[0]["url"], timeout=5).status_code == 200
        assert clock["offset"] == pytest.approx(7200, abs=1)


def test_a_taken_port_is_said_without_a_traceback(sandbox: Sandbox) -> None:
    """Exit code 1 and one line on stderr."""
    port = sandbox.url.rpartition(":")[2]
    command = [sys.executable, "-m", "connectors.sandbox", "--port", port]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=20, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("sandbox: ")
    assert len(ended.stderr.splitlines()) == 1


def test_a_state_file_that_is_none_is_said_without_a_traceback(tmp_path: Path) -> None:
    """Exit code 1 and one line on stderr; folders on the way are made."""
    (tmp_path / "notes.db").write_text("not a database, but long enough to be looked at " * 40)
    command = [sys.executable, "-m", "connectors.sandbox", "--state", str(tmp_path / "notes.db")]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=20, check=False)
    assert ended.returncode == 1
    assert ended.stderr.startswith("sandbox: ")
    assert len(ended.stderr.splitlines()) == 1
    with start_in_thread(tmp_path / "new" / "folder" / "state.db") as running:
        assert running.url


def test_connections_are_kept_alive(sandbox: Sandbox) -> None:
    """Two requests, one with a chunked body, go through one connection."""
    port = int(sandbox.url.rpartition(":")[2])
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as link:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        pieces = iter([b"message=a&access_token=", b"sandbox-facebook-1001"])
        link.request("POST", "/facebook/v26.0/1001/feed", body=pieces, headers=form, encode_chunked=True)
        assert "id" in json.loads(link.getresponse().read())
        here = link.sock.getsockname()
        link.request("GET", "/admin/live")
        assert [post["text"] for post in json.loads(link.getresponse().read())] == ["a"]
        assert link.sock.getsockname() == here


def test_many_clients_at_once_lose_nothing(sandbox: Sandbox) -> None:
    """60 posts over 8 threads are 60 live posts with 60 ids."""
    with ThreadPoolExecutor(8) as pool:
        ids = list(pool.map(lambda number: publish(sandbox, f"p{number}").json()["id"], range(60)))
    assert len(set(ids)) == 60
    assert len(live_texts(sandbox)) == 60


# ── faults ───────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("phase", "left"), [("before", []), ("after", ["a"])])
def test_a_drop_closes_the_socket_before_or_after_the_effect(
    sandbox: Sandbox, phase: str, left: list[str]
) -> None:
    """The client gets no byte; the post is live only if the drop came after it."""
    admin(sandbox, "faults", {"platform": "facebook", "path": "/feed$", "phase": phase, "kind": "drop"})
    with pytest.raises(requests.ConnectionError, match="without response"):
        publish(sandbox, "a")
    assert live_texts(sandbox) == left


@pytest.mark.parametrize(("phase", "left"), [("before", []), ("after", ["a"])])
def test_a_status_fault_answers_as_told(sandbox: Sandbox, phase: str, left: list[str]) -> None:
    """Status, headers and body are those of the fault, times counts down."""
    fault = {"method": "POST", "path": "/feed$", "phase": phase, "kind": "status", "status": 503}
    admin(sandbox, "faults", {**fault, "headers": {"Retry-After": "7"}, "body": {"why": "x"}, "times": 2})
    for _ in range(2):
        reply = publish(sandbox, "a")
        assert (reply.status_code, reply.headers["Retry-After"], reply.json()) == (503, "7", {"why": "x"})
    assert publish(sandbox, "b").status_code == 200
    assert live_texts(sandbox) == [*left, *left, "b"]


def test_a_delay_before_the_effect_lets_it_happen_after_the_client_has_gone(sandbox: Sandbox) -> None:
    """What the settle window is for: the call's deadline is over, the post appears all the same."""
    admin(sandbox, "faults", {"path": "/feed$", "kind": "delay", "phase": "before", "seconds": 0.5})
    with session(sandbox, "facebook") as client, pytest.raises(requests.ReadTimeout):
        client.post(f"{PAGE}/feed", data={**TOKEN, "message": "late"}, timeout=0.1)
    assert live_texts(sandbox) == []
    until = stopwatch() + 5
    while not live_texts(sandbox) and stopwatch() < until:
        pass
    assert live_texts(sandbox) == ["late"]


def test_a_body_fault_answers_200_with_what_it_was_given(sandbox: Sandbox) -> None:
    """HTML where JSON was expected, and no effect."""
    admin(sandbox, "faults", {"path": "/feed$", "kind": "body", "body": "<html>login</html>"})
    reply = publish(sandbox, "a")
    assert (reply.status_code, reply.text) == (200, "<html>login</html>")
    assert live_texts(sandbox) == []


def test_a_slow_fault_trickles_the_reply(sandbox: Sandbox) -> None:
    """The whole reply arrives, spread over the seconds asked for."""
    admin(sandbox, "faults", {"path": "/feed$", "kind": "slow", "seconds": 0.3})
    before = stopwatch()
    assert "id" in publish(sandbox, "a").json()
    assert stopwatch() - before >= 0.25


def test_faults_hit_only_what_they_name_and_can_be_cleared(sandbox: Sandbox) -> None:
    """Platform, method and path all have to fit."""
    for fault in (
        {"platform": "twitter", "path": "/feed"},
        {"method": "GET", "path": "/feed"},
        {"path": "/photos$"},
    ):
        admin(sandbox, "faults", {**fault, "kind": "drop"})
    assert publish(sandbox, "a").status_code == 200
    assert len(admin(sandbox, "faults")) == 3
    admin(sandbox, "faults", method="DELETE")
    assert admin(sandbox, "faults") == []


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "explode"},
        {"kind": "status"},
        {"kind": "delay"},
        {"kind": "drop", "phase": "during"},
        {"kind": "drop", "path": "("},
        {"kind": "drop", "times": 0},
        {"kind": "drop", "platform": "myspace"},
        {"kind": "drop", "typo": 1},
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(sandbox: Sandbox, fault: dict[str, Any]) -> None:
    """400, and nothing is kept."""
    assert requests.post(f"{sandbox.url}/admin/faults", json=fault, timeout=5).status_code == 400
    assert admin(sandbox, "faults") == []


# ── clock, journal, accounts ─────────────────────────────────────────────────


def test_the_clock_moves_and_runs_faster() -> None:
    """Offset is from the machine's time; rate is sandbox seconds per second; both go on from there."""
    machine = ManualClock(datetime(2026, 11, 24, 1, 0, tzinfo=UTC))
    world = World(clock=machine)
    assert world.now() == machine.now()
    world.set_clock(offset=3600)
    assert world.now() == machine.now() + timedelta(hours=1)
    world.set_clock(rate=60)
    machine.advance(60)
    assert world.now() == datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    assert world.clock_state() == {"now": "2026-11-24T03:00:00.000000Z", "offset": 7140.0, "rate": 60}
    world.set_clock(now=datetime(2027, 1, 1, tzinfo=UTC), rate=0)
    machine.advance(5)
    assert world.now() == datetime(2027, 1, 1, tzinfo=UTC)
    world.close()


def test_the_clock_can_be_read_and_set_over_http(sandbox: Sandbox) -> None:
    """POST answers with the new state; nonsense is a 400."""
    state = admin(sandbox, "clock", {"offset": 86400})
    assert state["offset"] == pytest.approx(86400, abs=1)
    assert datetime.fromisoformat(admin(sandbox, "clock")["now"]) > datetime.fromisoformat(state["now"])
    for wrong in ({}, {"rate": -1}, {"now": "2026-01-01T00:00:00"}, {"hours": 1}):
        assert requests.post(f"{sandbox.url}/admin/clock", json=wrong, timeout=5).status_code == 400


def test_the_journal_shows_every_request_with_media_as_hashes(sandbox: Sandbox) -> None:
    """Method, path, query, headers, body and status; a lost reply has no status."""
    picture = image()
    with session(sandbox, "facebook") as client:
        client.post(
            f"{PAGE}/photos?published=false",
            data=TOKEN,
            files={"source": ("a.jpg", picture)},
            headers={"X-Probe": "yes"},
            timeout=5,
        )
    admin(sandbox, "faults", {"path": "/feed$", "kind": "drop", "phase": "after"})
    with pytest.raises(requests.ConnectionError):
        publish(sandbox, "hilang")
    photo, lost = admin(sandbox, "requests")
    assert (photo["platform"], photo["method"], photo["path"]) == ("facebook", "POST", "/v26.0/1001/photos")
    assert (photo["status"], photo["query"]) == (200, {"published": "false"})
    assert photo["headers"]["X-Probe"] == "yes"
    assert photo["body"]["source"]["sha256"] == hashlib.sha256(picture).hexdigest()
    assert photo["body"]["source"]["size"] == len(picture)
    assert (lost["status"], lost["fault"], lost["body"]["message"]) == (None, "after+drop", "hilang")


def test_accounts_can_be_added(sandbox: Sandbox) -> None:
    """Sixty Pages, each with credentials that follow from its id, each with its own posts."""
    for number in range(1002, 1062):
        added = admin(
            sandbox,
            "platform",
            {"platform": "facebook", "add_account": {"id": str(number), "name": f"Dinas {number}"}},
        )
        assert added["credentials"]["token"] == f"sandbox-facebook-{number}"
    with session(sandbox, "facebook") as client:
        url = "https://graph.facebook.com/v26.0/1061/feed"
        sent = {"message": "a", "access_token": "sandbox-facebook-1061"}
        assert client.post(url, data=sent, timeout=5).json()["id"].startswith("1061_")
        assert client.post(url, data={**sent, **TOKEN}, timeout=5).status_code == 400
    assert [post["account"] for post in admin(sandbox, "live")] == ["1061"]


def test_platform_settings_are_checked(sandbox: Sandbox) -> None:
    """An unknown platform, key or kind of value is a 400 that says what there is."""
    for wrong in (
        {"platform": "myspace"},
        {"platform": "facebook", "list_lagg": 3},
        {"platform": "facebook", "list_lag": "long"},
        {"platform": "facebook", "add_account": {"id": "abc", "name": "x"}},
        {"platform": "facebook", "next_error": {"code": 123456}},
        {"platform": "twitter", "next_error": {"code": "nothing"}},
    ):
        reply = requests.post(f"{sandbox.url}/admin/platform", json=wrong, timeout=5)
        assert reply.status_code == 400
        assert reply.json()["error"]


def test_reset_gives_a_world_as_on_its_first_day(sandbox: Sandbox) -> None:
    """Posts, requests, faults, settings and the clock are gone."""
    publish(sandbox, "a")
    admin(sandbox, "platform", {"platform": "facebook", "message_limit": 1})
    admin(sandbox, "clock", {"offset": 99})
    admin(sandbox, "faults", {"kind": "drop"})
    admin(sandbox, "reset", {})
    assert [admin(sandbox, what) for what in ("live", "requests", "faults")] == [[], [], []]
    assert admin(sandbox, "clock")["offset"] == pytest.approx(0, abs=0.5)
    assert publish(sandbox, "panjang").status_code == 200


def test_a_transaction_that_fails_leaves_nothing() -> None:
    """Half an effect is none."""
    world = World()
    post = LivePost("facebook", "1001", "1", "root", "a", world.now(), "/x")

    def half() -> None:
        with world.transaction():
            world.publish(post)
            world.put("facebook", "draft", "1", {})
            raise ValueError

    with pytest.raises(ValueError, match=r"^$"):
        half()
    assert world.live() == []
    assert world.get("facebook", "draft", "1") is None
    world.close()


# ── pages for people ─────────────────────────────────────────────────────────


def test_the_feed_shows_what_followers_would_see(sandbox: Sandbox) -> None:
    """LATIHAN on top, newest first, text escaped, pictures with their alt text, media served."""
    picture = image("PNG")
    publish(sandbox, "lama <script>")
    with session(sandbox, "facebook") as client:
        client.post(
            f"{PAGE}/photos",
            data={**TOKEN, "caption": "baru", "alt_text_custom": 'papan "1"'},
            files={"source": ("a.png", picture)},
            timeout=5,
        )
    page = requests.get(f"{sandbox.url}/", timeout=5).text
    assert "LATIHAN" in page
    assert page.index("baru") < page.index("lama &lt;script&gt;")
    assert 'alt="papan &#34;1&#34;"' in page
    sha256 = hashlib.sha256(picture).hexdigest()
    assert requests.get(f"{sandbox.url}/media/{sha256}", timeout=5).content == picture


def test_a_permalink_answers_until_the_post_is_removed(sandbox: Sandbox) -> None:
    """Both the real permalink (rerouted) and the local url; afterwards 404."""
    post_id = publish(sandbox, "dinding").json()["id"]
    local = admin(sandbox, "live")[0]["url"]
    with session(sandbox, "facebook") as client:
        fields = {**TOKEN, "fields": "permalink_url"}
        shown = client.get(f"https://graph.facebook.com/v26.0/{post_id}", params=fields, timeout=5).json()
        for url in (shown["permalink_url"], local):
            reply = client.get(url, timeout=5)
            assert reply.status_code == 200
            assert "dinding" in reply.text
        client.delete(f"https://graph.facebook.com/v26.0/{post_id}", params=TOKEN, timeout=5)
        assert client.get(local, timeout=5).status_code == 404
    assert admin(sandbox, "live")[0]["removed"] is True


def test_what_does_not_exist_is_a_404(sandbox: Sandbox) -> None:
    """Unknown platforms, media and admin routes."""
    for path in ("/myspace/feed", "/media/abc", "/admin/nothing", "/facebook/web/1001/posts/1"):
        assert requests.get(sandbox.url + path, timeout=5).status_code == 404


def test_it_answers_on_loopback_only(sandbox: Sandbox) -> None:
    """No other interface of the machine has the port."""
    port = int(sandbox.url.rpartition(":")[2])
    listening = Path("/proc/net/tcp").read_text(encoding="ascii")
    assert f"0100007F:{port:04X}" in listening
    assert f"00000000:{port:04X}" not in listening
