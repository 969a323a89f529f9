"""How simulators fetch media by its public address, as the platforms do: a plain GET, no cookies, no log-in.

Only addresses on loopback are asked; a public name is reached where an admin said it stands
(`POST /admin/hosts`), so that rules about https and verified domains can be played with real names.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ipaddress import ip_address
from tempfile import SpooledTemporaryFile
from types import TracebackType
from typing import IO, Literal
from urllib.parse import SplitResult, urljoin, urlsplit
from urllib.robotparser import RobotFileParser

from connectors.clock import stopwatch
from connectors.sandbox_world import AdminError, Json, World

META_AGENT = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
"""Meta for developers, "Web crawlers", checked 2026-11-23."""
_IN_MEMORY = 4 * 1024 * 1024
_PIECE = 65536

Why = Literal["address", "unreachable", "redirect", "status", "robots", "slow", "empty", "too_big", "type"]


class FetchError(Exception):
    """An address did not give what was wanted.

    Attributes:
        why: `type` and `too_big` are about what came; every other word means that nothing could be fetched.
        detail: for the simulator's own words: a status, a content type, a size.
    """

    def __init__(self, why: Why, detail: str = "") -> None:
        super().__init__(f"{why}: {detail}")
        self.why: Why = why
        self.detail = detail

    @property
    def fetchable(self) -> bool:
        """Whether the address answered at all, and only with the wrong thing."""
        return self.why in ("type", "too_big")


class Fetched:
    """What came: its content type as told, its size, a file of its bytes. A context manager."""

    def __init__(self, mime: str, size: int, file: IO[bytes]) -> None:
        self.mime = mime
        self.size = size
        self.file = file

    def __enter__(self) -> Fetched:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.file.close()


def fetch(
    world: World,
    url: str,
    *,
    agent: str = META_AGENT,
    kinds: Collection[str] = (),
    most: int = 1 << 30,
    seconds: float = 30,
    redirects: int = 0,
    robots: bool = False,
) -> Fetched:
    """Fetch a file.

    Args:
        kinds: content types that fit, such as `image/jpeg`, or `video/*`; none: any.
        most: bytes.
        seconds: for everything together.
        redirects: how many are followed, on the same host only.
        robots: whether the host's robots.txt may forbid it.

    Raises:
        FetchError: nothing could be fetched, or what came does not fit.
    """
    until = stopwatch() + seconds
    if robots and not _allowed(world, url, agent, until):
        raise FetchError("robots", urlsplit(url).path)
    for _ in range(redirects + 1):
        with _asked(world, url, agent, until) as (reply, connection):
            onward = reply.getheader("Location") if reply.status in (301, 302, 303, 307, 308) else None
            if onward is None:
                return _taken(reply, connection, kinds, most, until)
            target = urljoin(url, onward)
            if urlsplit(target).netloc != urlsplit(url).netloc:
                raise FetchError("redirect", target)
            url = target
    raise FetchError("redirect", url)


def set_hosts(world: World, hosts: Json) -> None:
    """Say where public names stand: `{"media.example.go.id": "http://127.0.0.1:8000"}`; null: nowhere.

    Raises:
        AdminError: not such a mapping, or to a place that is not on this machine.
    """
    if not isinstance(hosts, dict):
        raise AdminError('hosts takes {"public name": "http://127.0.0.1:port"}')
    for name, base in hosts.items():
        if base is None:
            world.drop("", "host", name)
        elif not isinstance(base, str) or not _on_loopback(urlsplit(base)):
            raise AdminError(f"{base!r} is not on this machine")
        else:
            world.put("", "host", name, base.rstrip("/"))


@contextmanager
def _asked(world: World, url: str, agent: str, until: float) -> Iterator[tuple[HTTPResponse, HTTPConnection]]:
    """One GET; the connection ends with the block."""
    parts, base = _address(world, url)
    path = base.path + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Host": parts.netloc, "User-Agent": agent, "Accept": "*/*"}
    with closing(HTTPConnection(base.hostname or "", base.port, timeout=_left(until))) as connection:
        try:
            connection.request("GET", path, headers=headers)
            reply = connection.getresponse()
        except TimeoutError as error:
            raise FetchError("slow") from error
        except (OSError, HTTPException) as error:
            raise FetchError("unreachable", str(error)) from error
        with reply:
            yield reply, connection


def _address(world: World, url: str) -> tuple[SplitResult, SplitResult]:
    """The parts of an address, and where it really stands."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError("address", str(error)) from error
    if not url.isascii() or " " in url or parts.scheme not in ("http", "https") or not parts.hostname:
        raise FetchError("address", url[:200])
    base = world.get("", "host", parts.netloc) or world.get("", "host", parts.hostname)
    if base is not None:
        return parts, urlsplit(base)
    if not _on_loopback(parts):
        raise FetchError("unreachable", f"{parts.hostname} is not on this machine")
    if parts.scheme != "http":
        raise FetchError("unreachable", f"nothing speaks TLS at {parts.hostname}:{port or 443}")
    return parts, urlsplit(f"http://{parts.netloc}")


def _on_loopback(parts: SplitResult) -> bool:
    if parts.hostname == "localhost":
        return True
    with suppress(ValueError):
        return ip_address(parts.hostname or "").is_loopback
    return False


def _taken(
    reply: HTTPResponse, connection: HTTPConnection, kinds: Collection[str], most: int, until: float
) -> Fetched:
    if reply.status != 200:
        raise FetchError("status", str(reply.status))
    mime = (reply.getheader("Content-Type") or "").partition(";")[0].strip().lower()
    if kinds and mime not in kinds and f"{mime.partition('/')[0]}/*" not in kinds:
        raise FetchError("type", mime or "none")
    announced = int(reply.getheader("Content-Length") or 0)
    if announced > most:
        raise FetchError("too_big", str(announced))
    file: IO[bytes] = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - the caller closes it
    try:
        size = _poured(reply, connection, file, most, until)
        if not size:
            raise FetchError("empty")
        file.seek(0)
        return Fetched(mime, size, file)
    except BaseException:
        file.close()
        raise


def _poured(reply: HTTPResponse, connection: HTTPConnection, into: IO[bytes], most: int, until: float) -> int:
    size = 0
    try:
        while piece := reply.read(_PIECE):
            size += len(piece)
            if size > most:
                raise FetchError("too_big", str(size))
            into.write(piece)
            if connection.sock is not None:
                connection.sock.settimeout(_left(until))
    except TimeoutError as error:
        raise FetchError("slow", f"{size} bytes came") from error
    except (OSError, HTTPException) as error:
        raise FetchError("unreachable", f"cut off after {size} bytes: {error}") from error
    if reply.length:
        raise FetchError("unreachable", f"cut off after {size} bytes")
    return size


def _left(until: float) -> float:
    left = until - stopwatch()
    if left <= 0:
        raise FetchError("slow")
    return left


def _allowed(world: World, url: str, agent: str, until: float) -> bool:
    """What the host's robots.txt says; a host without one allows everything."""
    try:
        with (
            _asked(world, urljoin(url, "/robots.txt"), agent, until) as (reply, connection),
            _taken(reply, connection, (), 500_000, until) as found,
        ):
            lines = found.file.read().decode("utf-8", "replace").splitlines()
    except FetchError as error:
        if error.why in ("status", "empty"):
            return True
        raise
    rules = RobotFileParser()
    rules.parse(lines)
    return rules.can_fetch(agent, url)
