"""The floor of the simulators: one server on loopback that pretends to be every platform.

Each simulator answers below `/<platform>/` with the platform's real paths; `/admin` moves the
clock, injects faults and shows what is live; `/` shows people what followers would see.
`python -m connectors.sandbox` runs it; tests use `start_in_thread`.
"""

from __future__ import annotations

import argparse
import json
import logging
import signal
import socket
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import SpooledTemporaryFile
from threading import Event, Lock, Thread
from typing import IO, Any
from urllib.parse import unquote_to_bytes, urlsplit

from werkzeug.wrappers import Request, Response

from connectors import registry, sandbox_admin, sandbox_hosting, sandbox_pages
from connectors.clock import Clock, pause
from connectors.sandbox_journal import entry_of
from connectors.sandbox_world import Simulator, World, stamp

Json = Any
LOOPBACK = "127.0.0.1"
_IN_MEMORY = 16 * 1024 * 1024
_log = logging.getLogger(__name__)


def discover(world: World) -> dict[str, Simulator]:
    """A simulator of every room that has one, by platform id."""
    found: dict[str, Simulator] = {}
    for platform, kind in registry.simulators().items():
        if not issubclass(kind, Simulator):
            raise TypeError(f"simulator of {platform!r} is not a Simulator: {kind!r}")
        found[platform] = kind(world)
    return found


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox: where it is, what it announced, and its state for tests in this process."""

    url: str
    info: dict[str, Json]
    world: World
    simulators: dict[str, Simulator]


def serve(
    port: int = 0,
    state: Path | None = None,
    announce: Callable[[dict[str, Json]], None] | None = None,
    stop: Event | None = None,
) -> None:
    """Serve until SIGTERM, SIGINT or `stop`; `announce` is called once it answers.

    Args:
        port: 0 takes any free one.
        state: the SQLite file; None keeps nothing.

    Raises:
        OSError: the port is taken.
        sqlite3.Error: the state file cannot be used.
    """
    over = stop or Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: over.set())
    with start_in_thread(state, port) as sandbox:
        if announce is not None:
            announce(sandbox.info)
        over.wait()


@contextmanager
def start_in_thread(
    state: Path | None = None, port: int = 0, clock: Clock | None = None
) -> Iterator[Sandbox]:
    """A sandbox that lives as long as the block; state as in `serve`."""
    world = World(state, clock)
    try:
        simulators = discover(world)
        server = _Server((LOOPBACK, port), world, simulators)
        world.base_url = f"http://{LOOPBACK}:{server.server_address[1]}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name="sandbox")
        thread.start()
        try:
            info = sandbox_admin.announcement(world, simulators)
            yield Sandbox(world.base_url, info, world, simulators)
        finally:
            server.shutdown()
            thread.join()
            server.hang_up()
            server.server_close()
    finally:
        world.close()


class _Server(ThreadingHTTPServer):
    """One thread per connection; all of them end before `server_close` returns."""

    daemon_threads = False
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], world: World, simulators: dict[str, Simulator]) -> None:
        self.world = world
        self.simulators = simulators
        self.over = Event()
        self._open: set[socket.socket] = set()
        self._guard = Lock()
        super().__init__(address, _Handler)

    def opened(self, connection: socket.socket) -> None:
        with self._guard:
            self._open.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._guard:
            self._open.discard(connection)

    def hang_up(self) -> None:
        """End delays and idle connections."""
        self.over.set()
        with self._guard:
            for connection in self._open:
                _shut(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that leaves in the middle of an answer is everyday business here: that is what
        # the deadlines of the program under test do.
        if not isinstance(sys.exc_info()[1], ConnectionError):
            _log.exception("sandbox connection failed")


class _Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 with keep-alive, and the faults that only a socket can have."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        self.server.closed(self.connection)
        super().finish()

    def log_message(self, format: str, *args: Any) -> None:
        _log.debug(format, *args)

    def _answer(self) -> None:
        with SpooledTemporaryFile(max_size=_IN_MEMORY) as body:
            if not self._read_body(body):
                self.send_error(400, "cannot read the body")
                self.close_connection = True
                return
            with Request(self._environ(body)) as request:
                path = request.path
                name, _, rest = path.removeprefix("/").partition("/")
                if name in self.server.simulators:
                    self._pretend(name, f"/{rest}", request)
                elif name == "admin":
                    self._send(
                        sandbox_admin.handle(
                            self.server.world, self.server.simulators, request, path.removeprefix("/admin")
                        )
                    )
                elif name == "hosting":
                    self._send(sandbox_hosting.handle(self.server.world.shelf, request, rest))
                else:
                    self._send(sandbox_pages.handle(self.server.world, self.server.simulators, request))

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer

    def _pretend(self, platform: str, path: str, request: Request) -> None:
        """Let a simulator answer, with whatever fault was asked for, and write it all down."""
        world = self.server.world
        entry = entry_of(platform, path, request)
        fault = sandbox_admin.next_fault(world, platform, self.command, path) or {}
        kind, before = fault.get("kind"), fault.get("phase") == "before"
        if kind == "delay" and before:
            pause(fault["seconds"], self.server.over)
        answer: Response | None = None
        if not (before and kind in ("drop", "status", "body")):
            answer = self._effect(platform, path, request)
        if kind == "status":
            answer = _as_told(fault, fault["status"])
        elif kind == "body":
            answer = _as_told(fault, fault.get("status", 200))
        elif kind == "drop":
            answer = None
        world.journal(
            platform,
            {
                **entry,
                "status": answer.status_code if answer else None,
                "time": stamp(world.now()),
                "fault": f"{fault['phase']}+{kind}" if fault else None,
            },
        )
        if kind == "delay" and not before:
            pause(fault["seconds"], self.server.over)
        if answer is None:
            self.close_connection = True
            _shut(self.connection)
        else:
            self._send(answer, trickle=fault["seconds"] if kind == "slow" else 0)

    def _effect(self, platform: str, path: str, request: Request) -> Response:
        try:
            return self.server.simulators[platform].handle(request, path)
        except Exception:
            # The boundary of a server: a bug in a simulator is shown and must not end the sandbox.
            _log.exception("simulator %s failed at %s", platform, path)
            return sandbox_admin.reply({"error": f"bug in the {platform} simulator, see its log"}, 500)

    def _send(self, answer: Response, trickle: float = 0) -> None:
        if answer.direct_passthrough:
            self._pour(answer)
            return
        body = answer.get_data()
        empty = answer.status_code in (204, 304)
        start = self._head(answer, None if empty else len(body))
        if empty or self.command == "HEAD":
            body = b""
        if not trickle:
            self.wfile.write(start + body)
            return
        self.wfile.write(start)
        step = max(1, len(body) // 20)
        for at in range(0, len(body), step):
            pause(trickle * step / len(body), self.server.over)
            self.wfile.write(body[at : at + step])

    def _head(self, answer: Response, length: int | None) -> bytes:
        headers = [(name, value) for name, value in answer.headers if name.lower() != "content-length"]
        head = [f"HTTP/1.1 {answer.status}", *(f"{name}: {value}" for name, value in headers)]
        head += [] if length is None else [f"Content-Length: {length}"]
        head += ["Connection: close"] if self.close_connection else []
        return ("\r\n".join(head) + "\r\n\r\n").encode("latin-1")

    def _pour(self, answer: Response) -> None:
        """Send a file as it is read."""
        try:
            self.wfile.write(self._head(answer, answer.content_length))
            for piece in () if self.command == "HEAD" else answer.iter_encoded():
                self.wfile.write(piece)
        finally:
            answer.close()

    def _read_body(self, into: IO[bytes]) -> bool:
        """Take the whole body off the socket, so that the connection can go on."""
        if "chunked" in self.headers.get("Transfer-Encoding", "").lower():
            return self._read_chunks(into)
        left = int(self.headers.get("Content-Length") or 0)
        while left > 0:
            piece = self.rfile.read(min(left, 65536))
            if not piece:
                return False
            into.write(piece)
            left -= len(piece)
        return True

    def _read_chunks(self, into: IO[bytes]) -> bool:
        while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
            into.write(self.rfile.read(size))
            self.rfile.readline()
        while self.rfile.readline().strip():
            pass
        return True

    def _environ(self, body: IO[bytes]) -> dict[str, Any]:
        target = urlsplit(self.path)
        length = body.seek(0, 2)
        body.seek(0)
        environ = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(target.path).decode("latin-1"),
            "QUERY_STRING": target.query,
            "RAW_URI": self.path,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "CONTENT_LENGTH": str(length),
            "SERVER_NAME": LOOPBACK,
            "SERVER_PORT": str(self.server.server_address[1]),
            "SERVER_PROTOCOL": self.request_version,
            "wsgi.url_scheme": "http",
            "wsgi.input": body,
            "wsgi.input_terminated": True,  # chunks were already taken off the socket
        }
        for name, value in self.headers.items():
            key = name.upper().replace("-", "_")
            if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
                environ[f"HTTP_{key}"] = value
        return environ


def _as_told(fault: dict[str, Json], status: int) -> Response:
    """The answer a fault asks for; a body that is not text is sent as JSON."""
    body = fault.get("body", "")
    text = body if isinstance(body, str) else json.dumps(body)
    kind = "text/html; charset=utf-8" if isinstance(body, str) else "application/json"
    answer = Response(text, status, content_type=kind)
    for name, value in (fault.get("headers") or {}).items():
        answer.headers[name] = str(value)
    return answer


def _shut(connection: socket.socket) -> None:
    try:
        connection.shutdown(socket.SHUT_RDWR)
    except OSError as error:
        _log.debug("connection was already gone: %s", error)


def main(argv: list[str] | None = None) -> int:
    """Run the sandbox as a process of its own.

    Returns:
        0 after SIGTERM or Ctrl-C; 1 if the port or the state file cannot be had.
    """
    parser = argparse.ArgumentParser(prog="python -m connectors.sandbox", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free port")
    parser.add_argument("--state", type=Path, help="SQLite file that keeps everything over restarts")
    parser.add_argument("--json", action="store_true", help="announce as one line of JSON")
    given = parser.parse_args(argv)

    def announce(info: dict[str, Json]) -> None:
        sys.stdout.write((json.dumps(info) if given.json else f"LATIHAN {info['url']}/") + "\n")
        sys.stdout.flush()

    try:
        serve(given.port, given.state, announce)
    except (OSError, sqlite3.Error) as error:
        sys.stderr.write(f"sandbox: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
