"""Media in the sandbox: the practice host, fetching by address, and files too large for memory."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
import requests

from connectors.sandbox import Sandbox, start_in_thread
from connectors.sandbox_fetch import META_AGENT, FetchError, fetch
from connectors.sandbox_world import World
from tests.connectors.sandboxed import admin, image

LARGE = bytes(range(256)) * 40_000  # ten million bytes


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    with start_in_thread(tmp_path / "sandbox.db") as running:
        yield running


def put(sandbox: Sandbox, name: str, data: bytes) -> str:
    host = sandbox.info["media_host"]
    reply = requests.put(f"{host['put_url']}/{name}", data=data, timeout=10)
    assert reply.status_code in (201, 204), reply.text
    return f"{host['base_url']}/{name}"


# ── the practice host ────────────────────────────────────────────────────────


def test_what_was_put_can_be_fetched_by_anybody(sandbox: Sandbox) -> None:
    """PUT, then GET and HEAD without a token, with the content type of the name; DELETE ends it."""
    url = put(sandbox, "foto.jpg", image())
    reply = requests.get(url, timeout=5)
    assert (reply.status_code, reply.headers["Content-Type"]) == (200, "image/jpeg")
    assert reply.content == image()
    assert requests.head(url, timeout=5).headers["Content-Length"] == str(len(image()))
    assert requests.delete(url, timeout=5).status_code == 204
    assert requests.get(url, timeout=5).status_code == 404


def test_a_range_of_a_hosted_file_is_given(sandbox: Sandbox) -> None:
    """Browsers play clips by ranges."""
    url = put(sandbox, "clip.mp4", LARGE)
    reply = requests.get(url, headers={"Range": "bytes=1000-1999"}, timeout=5)
    assert reply.status_code == 206
    assert reply.content == LARGE[1000:2000]


def test_hosted_files_outlive_the_process(tmp_path: Path) -> None:
    """They stand beside the state file; a reset ends them."""
    with start_in_thread(tmp_path / "sandbox.db") as first:
        put(first, "clip.mp4", LARGE)
    with start_in_thread(tmp_path / "sandbox.db") as second:
        url = f"{second.info['media_host']['base_url']}/clip.mp4"
        assert requests.get(url, timeout=5).content == LARGE
        admin(second, "reset", {})
        assert requests.get(url, timeout=5).status_code == 404


@pytest.mark.parametrize("name", [".hidden", "a%2Fb.jpg", "..%2Fsandbox.db", "a b.jpg", "x" * 300, ""])
def test_only_plain_names_are_hosted(sandbox: Sandbox, name: str) -> None:
    """No way out of the folder."""
    url = f"{sandbox.info['media_host']['put_url']}/{name}"
    assert requests.put(url, data=b"x", timeout=5).status_code == 404


# ── fetching ─────────────────────────────────────────────────────────────────


@contextmanager
def serving(answer: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[str]:
    """A web server of somebody, which answers every GET by `answer`."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer(self)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def reply(status: int, body: bytes = b"", **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(to: BaseHTTPRequestHandler) -> None:
        to.send_response(status)
        for name, value in headers.items():
            to.send_header(name.replace("_", "-"), value)
        to.end_headers()
        to.wfile.write(body)

    return answer


@pytest.fixture
def world() -> Iterator[World]:
    made = World()
    yield made
    made.close()


def why(world: World, url: str, **wanted: object) -> str:
    with pytest.raises(FetchError) as caught:
        fetch(world, url, **wanted)  # type: ignore[arg-type]
    return caught.value.why


def test_a_simulator_fetches_from_the_practice_host_inside_a_transaction(sandbox: Sandbox) -> None:
    """The sandbox answers itself even while one of its simulators holds the world."""
    url = put(sandbox, "clip.mp4", LARGE)
    with sandbox.world.transaction(), fetch(sandbox.world, url, kinds=["video/*"], seconds=5) as found:
        assert (found.mime, found.size, found.file.read()) == ("video/mp4", len(LARGE), LARGE)


def test_the_fetcher_shows_the_platforms_agent_and_no_cookies(world: World) -> None:
    """A plain GET, as web servers see the platforms come."""
    seen: list[dict[str, str]] = []

    def answer(to: BaseHTTPRequestHandler) -> None:
        seen.append(dict(to.headers))
        reply(200, b"x", Content_Type="image/png")(to)

    with serving(answer) as base:
        fetch(world, f"{base}/a.png").file.close()
    assert seen[0]["User-Agent"] == META_AGENT
    assert not {"Cookie", "Authorization"} & set(seen[0])


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(404), "status"),
        (reply(302, Location="https://elsewhere.example/a.png"), "redirect"),
        (reply(302, Location="/b.png"), "redirect"),
        (reply(200, b"<html>", Content_Type="text/html; charset=utf-8"), "type"),
        (reply(200, b"x" * 2000, Content_Type="image/png"), "too_big"),
        (reply(200, b"", Content_Type="image/png", Content_Length="5000"), "too_big"),
        (reply(200, b"half", Content_Type="image/png", Content_Length="900"), "unreachable"),
        (reply(200, b"", Content_Type="image/png", Content_Length="0"), "empty"),
    ],
)
def test_why_nothing_came_is_told(
    world: World, answer: Callable[[BaseHTTPRequestHandler], None], reason: str
) -> None:
    """Not there, sent elsewhere, of the wrong type, too big, cut off: each by its own word."""
    with serving(answer) as base:
        assert why(world, f"{base}/a.png", kinds=["image/png"], most=1000, seconds=5) == reason


def test_a_slow_host_is_not_waited_for(world: World) -> None:
    """All the time there is ends, even if a byte comes now and then."""
    with serving(lambda to: to.rfile.read(1)) as base:
        assert why(world, f"{base}/a.png", seconds=0.2) == "slow"


def test_a_redirect_on_the_same_host_is_followed_where_a_platform_does(world: World) -> None:
    """So many times, and no more."""

    def answer(to: BaseHTTPRequestHandler) -> None:
        onward = reply(302, Location="/b.png")
        (reply(200, b"x", Content_Type="image/png") if to.path == "/b.png" else onward)(to)

    with serving(answer) as base, fetch(world, f"{base}/a.png", redirects=1) as found:
        assert found.file.read() == b"x"


def test_robots_txt_keeps_a_platform_out_where_it_obeys_it(world: World) -> None:
    """A rule for the platform's crawler is a reason of its own."""
    rules = reply(200, b"User-agent: facebookexternalhit\nDisallow: /media/\n", Content_Type="text/plain")
    with serving(rules) as base:
        assert why(world, f"{base}/media/a.png", robots=True) == "robots"
        fetch(world, f"{base}/other/a.png", robots=True).file.close()


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://natuna.example.go.id/a.png", "unreachable"),
        ("http://10.0.0.1/a.png", "unreachable"),
        ("https://127.0.0.1:1/a.png", "unreachable"),
        ("ftp://127.0.0.1/a.png", "address"),
        ("http://127.0.0.1:9/pos ter.png", "address"),
        ("http://127.0.0.1:9/gambar-é.png", "address"),
        ("http://127.0.0.1:99999/a.png", "address"),
        ("a.png", "address"),
    ],
)
def test_no_address_beyond_this_machine_is_asked(world: World, url: str, reason: str) -> None:
    """A sandbox reaches nothing real, whatever a client names."""
    assert why(world, url, seconds=1) == reason


def test_a_public_name_stands_where_an_admin_says(sandbox: Sandbox) -> None:
    """So that https and domains can be played with real names; never to another machine."""
    put(sandbox, "foto.jpg", image())
    admin(sandbox, "hosts", {"media.natuna.example": sandbox.url})
    with fetch(sandbox.world, "https://media.natuna.example/hosting/foto.jpg") as found:
        assert found.file.read() == image()
    answer = requests.post(f"{sandbox.url}/admin/hosts", json={"a.example": "http://10.0.0.1"}, timeout=5)
    assert answer.status_code == 400


# ── large files ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize("data", [b"small", LARGE], ids=["in a row", "beside"])
def test_media_of_any_size_are_kept_over_a_restart(tmp_path: Path, data: bytes) -> None:
    """Small ones in the database, large ones as files; both are found by their hash."""
    world = World(tmp_path / "state.db")
    sha256 = world.keep_file(BytesIO(data), "video/mp4")
    world.close()
    again = World(tmp_path / "state.db")
    assert sha256 == hashlib.sha256(data).hexdigest()
    assert again.blob(sha256) == ("video/mp4", data)
    again.close()


def test_an_upload_grows_by_pieces_and_resumes(world: World) -> None:
    """A piece names where it starts: one that is sent again replaces itself, a gap is refused."""
    assert world.append("youtube", "u1", 0, BytesIO(b"abc")) == 3
    assert world.append("youtube", "u1", 3, BytesIO(b"def")) == 6
    assert world.append("youtube", "u1", 3, BytesIO(b"DEFG")) == 7
    with pytest.raises(ValueError, match="gap"):
        world.append("youtube", "u1", 9, BytesIO(b"x"))
    assert world.uploaded("youtube", "u1").read_bytes() == b"abcDEFG"
    sha256 = world.finish_upload("youtube", "u1", "video/mp4")
    assert world.blob(sha256) == ("video/mp4", b"abcDEFG")
    assert not world.uploaded("youtube", "u1").exists()


def test_a_large_body_is_journalled_by_its_hash(sandbox: Sandbox) -> None:
    """Neither log nor memory hold a clip."""
    requests.post(f"{sandbox.url}/facebook/v26.0/1001/videos", data=LARGE, timeout=10)
    body = admin(sandbox, "requests")[-1]["body"]
    assert body == {"size": len(LARGE), "sha256": hashlib.sha256(LARGE).hexdigest()}
