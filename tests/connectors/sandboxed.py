"""Plain clients of other people, pointed at a sandbox by nothing but an adapter that changes hosts."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import requests
from PIL import Image
from requests.adapters import HTTPAdapter
from requests_oauthlib import OAuth1

from connectors.sandbox import Sandbox

Json = Any


class Rerouted(HTTPAdapter):
    """Sends what is meant for a real host to the sandbox, after it was signed."""

    def __init__(
        self, hosts: dict[str, str], look: Callable[[requests.Response], None] | None = None
    ) -> None:
        self._hosts = hosts
        self._look = look
        super().__init__()

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """One request to where the sandbox is; no real host is ever reached."""
        host, _, path = (request.url or "").removeprefix("https://").partition("/")
        request.url = f"{self._hosts[host]}/{path}"
        reply = super().send(request, **options)
        if self._look is not None:
            self._look(reply)
        return reply


def session(
    sandbox: Sandbox, platform: str, look: Callable[[requests.Response], None] | None = None
) -> requests.Session:
    """A session that believes it talks to the real hosts of a platform."""
    made = requests.Session()
    made.trust_env = False
    made.mount("https://", Rerouted(sandbox.info["platforms"][platform]["hosts"], look))
    return made


def signed(keys: dict[str, str]) -> OAuth1:
    """OAuth 1.0a for requests."""
    return OAuth1(
        keys["consumer_key"], keys["consumer_secret"], keys["access_token"], keys["access_token_secret"]
    )


def admin(sandbox: Sandbox, path: str, body: Json = None, method: str | None = None) -> Json:
    """Call the admin interface; POST if there is a body."""
    reply = requests.request(
        method or ("GET" if body is None else "POST"), f"{sandbox.url}/admin/{path}", json=body, timeout=10
    )
    assert reply.status_code == 200, reply.text
    return reply.json()


def image(kind: str = "JPEG", size: tuple[int, int] = (64, 48), frames: int = 1) -> bytes:
    """A small picture; GIFs may move."""
    out = BytesIO()
    shades = [Image.new("RGB", size, (40 * number % 255, 90, 120)) for number in range(frames)]
    if frames > 1:
        shades[0].save(out, kind, save_all=True, append_images=shades[1:])
    else:
        shades[0].save(out, kind)
    return out.getvalue()
