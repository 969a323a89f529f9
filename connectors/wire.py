"""Under the door: sockets that keep a call's deadline and know whether a byte of its request has left.

Requests and urllib3 bound each read, not the whole call, and do not tell how far a failed one came.
Here every connect, write and read of a call is held against one deadline, and `Call.left_us`
says whether a byte of the request was given to the network; the CONNECT line to a proxy is none.
"""

from __future__ import annotations

import io
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NameResolutionError, NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

from connectors.clock import SystemClock

if TYPE_CHECKING:
    from pathlib import Path

    from _typeshed import ReadableBuffer, WriteableBuffer
    from requests import PreparedRequest

    from connectors.clock import Clock

_SYSTEM = SystemClock()
_WRITE_AT_ONCE = 1 << 16
_WRITE_SLICE = 0.5
"""Seconds a write waits before it looks at the deadline anew: a suspended machine's waits do not
count the time asleep, CLOCK_BOOTTIME does, and nothing may leave after the deadline."""
_POOL_SIZE = 64


class DeadlineError(TimeoutError):
    """The call's time is over."""

    def __init__(self) -> None:
        super().__init__("the deadline of this call is over")


@dataclass
class Call:
    """One request on its way.

    Attributes:
        deadline: on `clock.boottime()`.
        fresh: no kept connection may be used, since one that the other side has just closed would
            turn a write that never arrived into an unknown one.
        refuse_address: raises for an IP address that this call must not connect to.
        left_us: whether a byte of the request may have left this machine.
        sent: bytes of the request given to the network so far.
        over: an answer was read to its end.
    """

    clock: Clock
    deadline: float
    fresh: bool
    refuse_address: Callable[[str], None]
    left_us: bool = False
    sent: int = 0
    over: bool = False
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = _SYSTEM.boottime() + self.deadline - self.clock.boottime()

    def shorten(self, seconds: float) -> None:
        """Let the call last no longer than this from now."""
        self.deadline = min(self.deadline, self.clock.boottime() + seconds)
        self._end = min(self._end, _SYSTEM.boottime() + seconds)

    def remaining(self) -> float:
        """Seconds left, by the given clock and by the machine's, whichever gives less.

        The two differ only for a clock that is moved by hand; that one must not let a call hang.
        """
        return min(self.deadline - self.clock.boottime(), self._end - _SYSTEM.boottime())

    def time_left(self) -> float:
        """Seconds left, always above zero.

        Raises:
            DeadlineError: none.
        """
        remaining = self.remaining()
        if remaining <= 0:
            raise DeadlineError
        return remaining


current: ContextVar[Call] = ContextVar("call")
"""The call that this thread is making; set by the door."""


class TimedSocket:
    """A connected socket (plain or TLS) whose writes and reads end at the deadline of the current call.

    Args:
        counts: whether what is written is the request, or only the way to it.
    """

    def __init__(self, sock: socket.socket, *, counts: bool) -> None:
        self._sock = sock
        self._counts = counts
        self._writer: Call | None = None
        self._tls = type(sock) is not socket.socket

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)

    def settimeout(self, value: float | None) -> None:
        """Ignored: the deadline of the call decides."""

    def sendall(self, data: ReadableBuffer, flags: int = 0) -> None:
        self._writer = call = current.get()
        self._give_up_unacknowledged(call)
        view = memoryview(data).cast("B")
        while view:
            self._sock.settimeout(min(call.time_left(), _WRITE_SLICE))
            # A failing write has sent nothing; a failing TLS write does not tell.
            call.left_us = call.left_us or (self._counts and self._tls)
            try:
                count = self._sock.send(view[:_WRITE_AT_ONCE])
            except TimeoutError:
                continue
            view = view[count:]
            if self._counts:
                call.left_us = True
                call.sent += count

    def makefile(self, mode: str, buffering: int | None = None) -> io.BufferedReader:
        raw = self._sock.makefile("rb", buffering=0)
        return io.BufferedReader(_TimedReader(self._sock, raw))

    def close(self) -> None:
        """Close; a call that is not over is cut, so that no byte still queued is sent later."""
        if self._writer is not None and not self._writer.over:
            self._option(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._sock.close()

    def _give_up_unacknowledged(self, call: Call) -> None:
        # Without it the kernel goes on for many minutes delivering what a dead, stopped or killed
        # process has written: a post that appears long after its deadline.
        milliseconds = max(1, int(call.time_left() * 1000))
        self._option(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, milliseconds)

    def _option(self, level: int, name: int, value: int | bytes) -> None:
        base = getattr(self._sock, "socket", self._sock)  # TLS inside TLS keeps its socket there
        try:
            base.setsockopt(level, name, value)
        except OSError:
            return  # closed under us: then there is nothing left to bound


class _TimedReader(io.RawIOBase):
    def __init__(self, sock: socket.socket, raw: Any) -> None:
        self._sock = sock
        self._raw = raw

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int | None:
        self._sock.settimeout(current.get().time_left())
        count: int | None = self._raw.readinto(buffer)
        return count

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Timed(HTTPConnection):
    """A connection that is made, written and read within the current call's deadline."""

    def _new_conn(self) -> socket.socket:
        call = current.get()
        try:
            addresses = _resolve(self._dns_host, self.port, call)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        if self.proxy is None:
            for _, address in addresses:
                call.refuse_address(address[0])
        try:
            return _connect(addresses, call)
        except OSError as error:
            raise NewConnectionError(self, str(error)) from error

    def _tunnel(self) -> None:
        bare = self.sock
        self.sock = TimedSocket(bare, counts=False)
        super()._tunnel()
        bare.settimeout(current.get().time_left())  # for the TLS handshake, which takes it as a total

    def connect(self) -> None:
        super().connect()
        self.sock = TimedSocket(self.sock, counts=True)


class _TimedTls(_Timed, HTTPSConnection):
    pass


class _Fresh(HTTPConnectionPool):
    """Gives a call that needs it a connection made for it alone."""

    ConnectionCls = _Timed

    def _get_conn(self, timeout: float | None = None) -> Any:
        connection = super()._get_conn(timeout)
        if current.get().fresh:
            connection.close()  # it opens anew when it is written to
        return connection


class _FreshTls(_Fresh, HTTPSConnectionPool):
    ConnectionCls = _TimedTls


class TimedAdapter(HTTPAdapter):
    """Sends over timed connections, one pool per host for all sessions of a door; never a second time.

    Args:
        ca: a PEM file trusted besides the well-known authorities, such as that of an office's proxy.
    """

    def __init__(self, ca: str | Path | None) -> None:
        self._ca = ca
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None
        super().__init__(pool_connections=_POOL_SIZE, pool_maxsize=_POOL_SIZE)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, blocksize=_WRITE_AT_ONCE, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Fresh, "https": _FreshTls}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        with self._lock:
            manager = super().proxy_manager_for(proxy, **kwargs)
            manager.pool_classes_by_scheme = {"http": _Fresh, "https": _FreshTls}
        return manager

    def cert_verify(self, *args: Any, **kwargs: Any) -> None:
        """Nothing: certificates are always verified, by the context below."""

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: Any, cert: Any = None
    ) -> tuple[Any, Any]:
        host, _ = super().build_connection_pool_key_attributes(request, True, None)
        return host, {"ssl_context": self._tls()} if host["scheme"] == "https" else {}

    def _tls(self) -> ssl.SSLContext:
        # One for all connections: reading the authorities costs some 10 ms of CPU.
        with self._lock:
            if self._context is None:
                self._context = create_urllib3_context()
                self._context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
                if self._ca:
                    self._context.load_verify_locations(self._ca)
            return self._context


_Address = tuple[socket.AddressFamily, Any]


def _resolve(host: str, port: int, call: Call) -> list[_Address]:
    """The addresses of a host, within the call's deadline; getaddrinfo itself knows no time limit."""
    if is_loopback(host):
        return _lookup(host, port)
    found: list[_Address] = []
    failed: list[OSError] = []

    def look() -> None:
        try:
            found.extend(_lookup(host, port))
        except OSError as error:
            failed.append(error)

    thread = threading.Thread(target=look, name=f"resolve {host}", daemon=True)
    thread.start()
    thread.join(call.time_left())
    if failed:
        raise failed[0]
    if not found:
        raise DeadlineError
    return found


def _lookup(host: str, port: int) -> list[_Address]:
    return [(info[0], info[4]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _connect(addresses: list[_Address], call: Call) -> socket.socket:
    """The first address that answers; one that is silent leaves time for those behind it."""
    for tries_left, (family, address) in zip(range(len(addresses), 0, -1), addresses, strict=True):
        sock = socket.socket(family, socket.SOCK_STREAM)
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            sock.settimeout(call.time_left() / tries_left)
            sock.connect(address)
            sock.settimeout(call.time_left())
        except OSError:
            sock.close()
            if tries_left == 1:
                raise
        else:
            return sock
    raise OSError("the name has no address")


def is_loopback(host: str) -> bool:
    """Whether a host name or IP address means this machine."""
    name = host.strip("[]").rstrip(".").lower()
    try:
        address = ip_address(name)
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")
    mapped = getattr(address, "ipv4_mapped", None) or address
    return bool(mapped.is_loopback or mapped.is_unspecified)
