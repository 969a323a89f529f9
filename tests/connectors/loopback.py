"""A server on a real loopback socket that answers, or fails to, as a test says."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass
class Seen:
    """One request as it arrived."""

    line: str
    headers: dict[str, str]
    body: bytes

    @property
    def method(self) -> str:
        return self.line.split(" ")[0]

    @property
    def target(self) -> str:
        return self.line.split(" ")[1]


Answer = Callable[[socket.socket, Seen], bool]
"""Writes to the connection; True keeps it open for the next request."""


def ok(body: bytes = b"{}", *, status: str = "200 OK", headers: str = "") -> Answer:
    """A whole answer; the connection stays open."""

    def answer(connection: socket.socket, seen: Seen) -> bool:
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        connection.sendall(f"{head}{headers}\r\n".encode() + (b"" if seen.method == "HEAD" else body))
        return True

    return answer


def drop(connection: socket.socket, seen: Seen) -> bool:
    """Close without a word."""
    return False


def reset(connection: socket.socket, seen: Seen) -> bool:
    """Close with RST."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


@dataclass
class Loopback:
    """Answers each request with `answer`, which a test may exchange at any time."""

    answer: Answer = field(default_factory=ok)
    seen: list[Seen] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> Loopback:
        self._closing = threading.Event()
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        for thread in self._threads:
            thread.join(5)

    def hang_up(self) -> None:
        """Close all connections from this side."""
        for connection in self._open:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def wait_closing(self, seconds: float) -> bool:
        """Sit still for that long, or until the test is over; True then."""
        return self._closing.wait(seconds)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            thread = threading.Thread(target=self._serve, args=(connection,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as stream, suppress(OSError):
            while seen := _read(stream):
                self.seen.append(seen)
                if not self.answer(connection, seen):
                    return


def _read(stream: object) -> Seen | None:
    line = stream.readline()  # type: ignore[attr-defined]
    if not line:
        return None
    headers = {}
    while (header := stream.readline()) not in (b"\r\n", b""):  # type: ignore[attr-defined]
        name, _, value = header.decode().partition(":")
        headers[name.lower()] = value.strip()
    body = stream.read(int(headers.get("content-length", 0)))  # type: ignore[attr-defined]
    return Seen(line.decode().strip(), headers, body)
