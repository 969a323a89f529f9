"""What the door says of requests that fail, on real sockets: not sent, nothing changed, or unknown."""

from __future__ import annotations

import contextvars
import select
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import requests

from connectors.clock import ManualClock, SystemClock, pause, stopwatch
from connectors.errors import NotSentError, OutcomeUnknownError, TemporaryError
from connectors.http import Door, DoorSession
from connectors.wire import Call, TimedSocket, current
from tests.connectors.loopback import Loopback, Seen, drop, ok, reset

CLOCK = SystemClock()


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.fixture
def door() -> Iterator[Door]:
    made = Door(mode="sandbox", clock=CLOCK)
    yield made
    made.close()


@pytest.fixture
def session(door: Door) -> DoorSession:
    return door.session("twitter:2001")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def test_refused_connection_is_not_sent(session: DoorSession) -> None:
    """A connection that cannot be made is certainly without effect, also for a write."""
    with pytest.raises(NotSentError) as caught:
        session.post(f"http://127.0.0.1:{free_port()}/2/tweets", json={"text": "a"})
    assert caught.value.effect == "none"
    assert caught.value.code == "door.no_connection"


@pytest.mark.parametrize("failing", [drop, reset])
def test_lost_reply_of_a_write_is_unknown_and_sent_once(
    failing: object, server: Loopback, session: DoorSession
) -> None:
    """A write whose reply is lost may have happened, and is not sent again by any layer below."""
    server.answer = failing  # type: ignore[assignment]
    with pytest.raises(OutcomeUnknownError) as caught:
        session.post(f"{server.url}/2/tweets", json={"text": "a"})
    assert caught.value.effect == "maybe"
    assert [seen.method for seen in server.seen] == ["POST"]


@pytest.mark.parametrize("failing", [drop, reset])
def test_lost_reply_of_a_read_is_temporary(failing: object, server: Loopback, session: DoorSession) -> None:
    """A read changes nothing, so a lost reply is worth another try; the door itself makes none."""
    server.answer = failing  # type: ignore[assignment]
    with pytest.raises(TemporaryError) as caught:
        session.get(f"{server.url}/2/users/me")
    assert not isinstance(caught.value, NotSentError)
    assert len(server.seen) == 1


def test_truncated_answer_is_unknown(server: Loopback, session: DoorSession) -> None:
    """Half an answer to a write says nothing certain, whatever its status line."""

    def half(connection: socket.socket, seen: Seen) -> bool:
        connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{")
        return False

    server.answer = half
    with pytest.raises(OutcomeUnknownError) as caught:
        session.post(f"{server.url}/2/tweets", json={})
    assert (caught.value.code, caught.value.http_status) == ("door.broken_off", 201)


def test_trickling_answer_is_cut_at_the_deadline(server: Loopback, door: Door, session: DoorSession) -> None:
    """Bytes that keep coming do not stretch a call: its deadline is a total."""

    def trickle(connection: socket.socket, seen: Seen) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
        while not server.wait_closing(0.03):
            connection.sendall(b".")
        return False

    server.answer = trickle
    started = stopwatch()
    with pytest.raises(OutcomeUnknownError) as caught, door.deadline(CLOCK.boottime() + 0.3):
        session.post(f"{server.url}/2/tweets", json={})
    assert caught.value.code == "door.deadline"
    assert 0.25 < stopwatch() - started < 0.6


def test_silent_server_is_cut_at_the_deadline_of_a_moved_clock(server: Loopback) -> None:
    """A clock that stands still in a test does not let a real call hang."""
    clock = ManualClock(datetime(2026, 11, 24, tzinfo=UTC))
    door = Door(mode="sandbox", clock=clock, timeout=0.2)
    server.answer = lambda connection, seen: not server.wait_closing(5)
    started = stopwatch()
    with pytest.raises(TemporaryError):
        door.session("twitter:2001").get(f"{server.url}/2/users/me")
    assert stopwatch() - started < 0.6
    door.close()


def test_sdk_timeout_shortens_the_call(server: Loopback, session: DoorSession) -> None:
    """A timeout that an SDK passes bounds the whole call, not each read."""
    server.answer = lambda connection, seen: not server.wait_closing(5)
    started = stopwatch()
    with pytest.raises(TemporaryError):
        session.get(server.url, timeout=0.1)
    assert stopwatch() - started < 0.5


def test_nothing_leaves_after_the_deadline(server: Loopback, door: Door, session: DoorSession) -> None:
    """A call begun too late does not even connect."""
    with (
        pytest.raises(NotSentError) as caught,
        door.deadline(CLOCK.boottime() - 0.001, commit=True),
    ):
        session.post(f"{server.url}/2/tweets", json={})
    assert caught.value.code == "door.too_late"
    assert server.connections == 0


def test_deadline_that_passes_while_connecting_sends_nothing() -> None:
    """The clock is looked at right before the first byte: a machine that slept after connecting is silent."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        class SleptAfterConnecting(ManualClock):
            def boottime(self) -> float:
                if select.select([listener], [], [], 0)[0]:
                    self.advance(60)
                return super().boottime()

        clock = SleptAfterConnecting(datetime(2026, 11, 24, tzinfo=UTC))
        door = Door(mode="sandbox", clock=clock)
        session = door.session("twitter:2001")
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/2/tweets"
        with pytest.raises(NotSentError) as caught, door.deadline(clock.boottime() + 20, commit=True):
            session.post(url, json={})
        assert caught.value.code == "door.too_late"
        connection, _ = listener.accept()
        with connection:
            assert connection.recv(1) == b""


def test_unread_request_is_thrown_away_at_the_deadline(door: Door, session: DoorSession) -> None:
    """What still lies in this machine's buffers at the deadline never arrives: the peer sees a reset."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        url = f"http://127.0.0.1:{listener.getsockname()[1]}/upload"
        with pytest.raises(OutcomeUnknownError), door.deadline(CLOCK.boottime() + 0.2, commit=True):
            session.post(url, data=b"x" * 20_000_000)
        connection, _ = listener.accept()
        with connection, connection.makefile("rb") as stream, pytest.raises(ConnectionResetError):
            stream.read()


def test_commit_uses_no_kept_connection(server: Loopback, door: Door, session: DoorSession) -> None:
    """A kept connection that the other side closes under the write would make it unknown: not risked."""
    session.get(server.url)
    session.get(server.url)
    assert server.connections == 1
    with door.deadline(CLOCK.boottime() + 5, commit=True):
        session.post(f"{server.url}/2/tweets", json={})
    assert server.connections == 2


def test_connection_closed_while_idle_is_not_written_to(server: Loopback, session: DoorSession) -> None:
    """Outside commit a kept connection is used again, unless it is seen to be closed."""
    session.get(server.url)
    server.hang_up()
    pause(0.05)
    assert session.post(server.url, json={}).status_code == 200
    assert server.connections == 2


@pytest.mark.parametrize(
    "status", ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_redirects_are_returned(status: str, method: str, server: Loopback, session: DoorSession) -> None:
    """No redirect is followed: a write would be sent twice, a token to another host."""
    server.answer = ok(status=status, headers="Location: /elsewhere\r\n")
    assert session.request(method, server.url).status_code == int(status[:3])
    assert len(server.seen) == 1


@pytest.mark.parametrize("status", ["413 Too Large", "429 Too Many", "500 Error", "503 Unavailable"])
def test_bad_status_is_an_answer_and_not_repeated(
    status: str, server: Loopback, session: DoorSession
) -> None:
    """Statuses are the room's to read, with Retry-After too; no layer below tries again."""
    server.answer = ok(status=status, headers="Retry-After: 0\r\n")
    assert session.post(server.url, json={}).status_code == int(status[:3])
    assert len(server.seen) == 1
    assert session.last_headers["retry-after"] == "0"


def test_runaway_answer_is_not_read_to_its_end(server: Loopback) -> None:
    """An endless answer does not fill the memory."""
    door = Door(mode="sandbox", clock=CLOCK, most_bytes=100_000)

    def endless(connection: socket.socket, seen: Seen) -> bool:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while not server.wait_closing(0):
            connection.sendall(b"x" * 65536)
        return False

    server.answer = endless
    with pytest.raises(TemporaryError) as caught:
        door.session("twitter:2001").get(server.url)
    assert caught.value.code == "door.too_big"
    door.close()


def test_last_headers_are_of_this_thread_and_of_the_last_call(server: Loopback, session: DoorSession) -> None:
    """Another thread's answer, or an older one, is never taken for this call's."""
    server.answer = ok(headers="x-rate-limit-reset: 7\r\n")
    session.get(server.url)
    assert session.last_headers["X-Rate-Limit-Reset"] == "7"
    elsewhere: list[int] = []
    thread = threading.Thread(target=lambda: elsewhere.append(len(session.last_headers)))
    thread.start()
    thread.join()
    assert elsewhere == [0]
    server.answer = drop
    with pytest.raises(TemporaryError):
        session.get(server.url)
    assert not session.last_headers


def test_inner_deadline_only_shortens(server: Loopback, door: Door, session: DoorSession) -> None:
    """A room cannot give itself more time than the fence gave."""
    with (
        pytest.raises(NotSentError),
        door.deadline(CLOCK.boottime() - 1),
        door.deadline(CLOCK.boottime() + 60),
    ):
        session.post(server.url, json={})
    assert session.post(server.url, json={}).status_code == 200


def test_cookies_are_not_kept(server: Loopback, session: DoorSession) -> None:
    """Two calls of an account are independent of each other."""
    server.answer = ok(headers="Set-Cookie: guest_id=1; Path=/\r\n")
    session.get(server.url)
    session.get(server.url)
    assert "cookie" not in server.seen[1].headers


def test_hooks_see_an_answer_that_was_read(server: Loopback, session: DoorSession) -> None:
    """A room's hook cannot make the door read past its bound; its own error is no unknown outcome."""
    heard: list[object] = []

    def hook(response: requests.Response, **_: object) -> None:
        heard.append(response.json())
        raise requests.exceptions.InvalidJSONError("the hook's own")

    session.hooks["response"].append(hook)
    server.answer = ok(b'{"id": "1"}')
    with pytest.raises(requests.exceptions.InvalidJSONError):
        session.post(server.url, json={})
    assert heard == [{"id": "1"}]


def test_kernel_gives_up_what_is_not_acknowledged_by_the_deadline() -> None:
    """Also a killed or stopped process's post is not delivered minutes later by the kernel."""
    call = Call(CLOCK, CLOCK.boottime() + 20, fresh=True, refuse_address=lambda _: None)
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        socket.create_connection(listener.getsockname()) as client,
    ):
        contextvars.copy_context().run(
            lambda: (current.set(call), TimedSocket(client, counts=True).sendall(b"POST"))
        )
        assert 19_000 < client.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) <= 20_000


def test_threads_share_a_session(server: Loopback, session: DoorSession) -> None:
    """Calls of several threads over one session keep their own deadlines, headers and connections."""
    server.answer = lambda connection, seen: ok(headers=f"x-rate-limit-reset: {seen.target[1:]}\r\n")(
        connection, seen
    )

    def call(number: int) -> tuple[int, str]:
        session.post(f"{server.url}/{number}", json={})
        return number, session.last_headers["x-rate-limit-reset"]

    with ThreadPoolExecutor(8) as threads:
        assert all(str(number) == told for number, told in threads.map(call, range(100)))
    assert server.connections <= 8
