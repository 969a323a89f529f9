"""Finds the sandbox that announced itself, and reads its clock; light enough for every command."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from connectors.clock import stopwatch

_PATIENCE = 1.0
"""Seconds for one question to a sandbox on this machine."""
_MOST = 1 << 16
_BLOCKS = ("hosts", "account", "credentials")


def find_sandbox(server_json: Path) -> dict[str, Any] | None:
    """The announcement (what `sandbox --json` prints) of a sandbox that answers; None: there is none."""
    try:
        announced = json.loads(server_json.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(announced, dict) or not _names_platforms(announced.get("platforms")):
        return None
    url = announced.get("url")
    return announced if isinstance(url, str) and read_sandbox_clock(url)() is not None else None


def ask_sandbox(base_url: str) -> dict[str, Any] | None:
    """The same from the sandbox itself, for one that runs elsewhere on this machine."""
    try:
        told = json.loads(_get(base_url, "/admin/announcement"))
    except (OSError, ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not _names_platforms(told.get("platforms")):
        return None
    return {**told, "url": base_url.rstrip("/")}


def join_sandbox(base_url: str, platform: str, account_id: str, name: str) -> dict[str, str] | None:
    """The credentials of an account, which joins the sandbox if need be; None: it takes none such."""
    wanted = {"platform": platform, "add_account": {"id": account_id, "name": name}}
    try:
        told = json.loads(_get(base_url, "/admin/platform", json.dumps(wanted).encode()))
    except (OSError, ValueError, RecursionError):
        return None
    given = told.get("credentials") if isinstance(told, dict) else None
    return {str(key): str(value) for key, value in given.items()} if isinstance(given, dict) else None


def _names_platforms(told: Any) -> bool:
    """Whether this is what a sandbox says of its platforms, and not a stranger at its address."""
    return isinstance(told, dict) and all(
        isinstance(platform, dict) and all(isinstance(platform.get(key, {}), dict) for key in _BLOCKS)
        for platform in told.values()
    )


def routes_of(announced: Mapping[str, Any]) -> dict[str, str]:
    """Where a request goes instead of a real host: `host` or `platform@host` → base URL of a simulator.

    Several platforms may live behind one host, as Meta's do: such a host stands here for each of them by
    name as well, and alone for the first. `route_for` chooses.
    """
    routes: dict[str, str] = {}
    for platform, told in announced["platforms"].items():
        for host, url in told.get("hosts", {}).items():
            if routes.setdefault(host, url) != url:
                routes[f"{platform}@{host}"] = url
    return routes


def route_for(routes: Mapping[str, str], host: str, platform: str = "") -> str | None:
    """The base URL that stands for a real host when this platform's room calls it; None: none does."""
    return routes.get(f"{platform}@{host}") or routes.get(host)


def read_sandbox_clock(base_url: str) -> Callable[[], tuple[datetime, float] | None]:
    """What a `FollowingClock` asks: (the sandbox's now, its rate); None when it does not answer."""

    def read() -> tuple[datetime, float] | None:
        try:
            told = json.loads(_get(base_url, "/admin/clock"))
            now = datetime.fromisoformat(told["now"])
            return (now if now.tzinfo else now.replace(tzinfo=UTC)).astimezone(UTC), float(told["rate"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    return read


def _get(base_url: str, path: str, sent: bytes | None = None) -> bytes:
    """The body of a small page. HTTP/1.0, so that no library is needed (http.client costs 20 ms to import).

    Args:
        sent: JSON, which makes it a POST.

    Raises:
        OSError: no answer, or not 200.
    """
    import socket  # most commands find nothing announced

    url = urlsplit(base_url)
    verb, more = ("GET", "") if sent is None else ("POST", f"Content-Length: {len(sent)}\r\n")
    head = (
        f"{verb} {url.path.rstrip('/')}{path} HTTP/1.0\r\nHost: {url.netloc}\r\nConnection: close\r\n{more}"
    )
    request = f"{head}\r\n".encode() + (sent or b"")
    until = stopwatch() + _PATIENCE
    answer = b""
    with socket.create_connection((url.hostname or "", url.port or 80), timeout=_PATIENCE) as sock:
        sock.sendall(request)
        while not _whole(answer):
            sock.settimeout(max(until - stopwatch(), 0.001))
            piece = sock.recv(_MOST)
            if not piece or len(answer) > _MOST:
                break
            answer += piece
    told, _, body = answer.partition(b"\r\n\r\n")
    if told.split(b" ", 2)[1:2] != [b"200"]:
        raise OSError(f"{base_url}{path} did not answer 200")
    return body


def _whole(answer: bytes) -> bool:
    """Whether all that the answer announced has come; one that announces nothing ends with its connection."""
    head, _, body = answer.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    return length is not None and len(body) >= int(length[1])
