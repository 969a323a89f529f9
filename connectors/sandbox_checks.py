"""What simulators have in common when they refuse: shapes of JSON, facts about pictures, signatures, counts.

Names no platform; every number comes from the simulator that asks.
"""

from __future__ import annotations

import hmac
import re
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from connectors.sandbox_world import World

Json = Any
Shape = Callable[[Json, str], Iterator[str]]
"""Takes a value and the path to it; yields `path: what is wrong`."""


# ── shapes ───────────────────────────────────────────────────────────────────


def text(
    shortest: int = 0, longest: int | None = None, pattern: str | None = None, among: Iterable[str] = ()
) -> Shape:
    """A string of so many characters, like `pattern` or one `among`."""
    choices = tuple(among)

    def check(value: Json, at: str) -> Iterator[str]:
        if not isinstance(value, str):
            yield f"{at}: {_kind(value)} found, string expected"
        elif choices and value not in choices:
            yield f"{at}: does not have a value in the enumeration [{', '.join(choices)}]"
        elif len(value) < shortest:
            yield f"{at}: must be at least {shortest} characters long"
        elif longest is not None and len(value) > longest:
            yield f"{at}: must be at most {longest} characters long"
        elif pattern is not None and not re.search(pattern, value):
            yield f"{at}: does not match the regex pattern {pattern}"

    return check


def integer(least: int, most: int) -> Shape:
    """A whole number between two others, both allowed."""

    def check(value: Json, at: str) -> Iterator[str]:
        if isinstance(value, bool) or not isinstance(value, int):
            yield f"{at}: {_kind(value)} found, integer expected"
        elif not least <= value <= most:
            yield f"{at}: must be between {least} and {most}"

    return check


def boolean(value: Json, at: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield f"{at}: {_kind(value)} found, boolean expected"


def array(of: Shape, fewest: int = 0, most: int | None = None) -> Shape:
    """A list of so many like `of`."""

    def check(value: Json, at: str) -> Iterator[str]:
        if not isinstance(value, list):
            yield f"{at}: {_kind(value)} found, array expected"
            return
        if len(value) < fewest:
            yield f"{at}: there must be a minimum of {fewest} items in the array"
        if most is not None and len(value) > most:
            yield f"{at}: there must be a maximum of {most} items in the array"
        for number, one in enumerate(value):
            yield from of(one, f"{at}[{number}]")

    return check


def mapping(fields: Mapping[str, Shape], required: Iterable[str] = (), more: bool = False) -> Shape:
    """An object with these fields; others only if `more`."""
    needed = tuple(required)

    def check(value: Json, at: str) -> Iterator[str]:
        if not isinstance(value, dict):
            yield f"{at}: {_kind(value)} found, object expected"
            return
        for name in needed:
            if name not in value:
                yield f"{at}.{name}: is missing but it is required"
        for name, one in value.items():
            if name in fields:
                yield from fields[name](one, f"{at}.{name}")
            elif not more:
                yield (
                    f"{at}.{name}: is not defined in the schema and the schema does not allow"
                    " additional properties"
                )

    return check


def _kind(value: Json) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    return {str: "string", int: "integer", float: "number", list: "array", dict: "object"}[type(value)]


# ── pictures ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Picture:
    """What the bytes of a picture say; pixels as stored."""

    mime: str
    width: int
    height: int
    frames: int


def picture(data: bytes) -> Picture | None:
    """Facts read from the bytes; None if they are no whole picture that can be opened."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(BytesIO(data)) as image:
            found = Picture(
                Image.MIME.get(image.format or "", "application/octet-stream"),
                image.width,
                image.height,
                int(getattr(image, "n_frames", 1)),
            )
        with Image.open(BytesIO(data)) as image:
            image.draft("L", (64, 64))
            image.load()
    except (
        UnidentifiedImageError,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
        OSError,
        SyntaxError,
        ValueError,
    ):
        return None
    return found


# ── counting ─────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Window:
    """What is left of an allowance; `reset` is when it is whole again (aware, UTC)."""

    limit: int
    remaining: int
    reset: datetime
    allowed: bool


def count(world: World, platform: str, key: str, limit: int, length: timedelta) -> Window:
    """Use one of `limit` in a fixed window that opens with its first use."""
    now = world.now()
    state = world.get(platform, "window", key)
    opened = datetime.fromisoformat(state["opened"]) if state else now
    if not state or not opened <= now < opened + length:
        state, opened = {"used": 0}, now
    allowed = state["used"] < limit
    used = state["used"] + allowed
    world.put(platform, "window", key, {"opened": opened.isoformat(), "used": used})
    return Window(limit, max(0, limit - used), opened + length, allowed)


# ── OAuth 1.0a ───────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Secrets:
    """Both secrets that a signature is made with."""

    consumer: str
    token: str


class OAuth1:
    """Checks OAuth 1.0a signatures (RFC 5849, HMAC-SHA1) and that no nonce is used twice.

    Args:
        secrets_of: consumer key and token → their secrets, None if unknown.
        tolerance: seconds a timestamp may be away from the machine's clock (never the sandbox's:
            the client signs with its own).
    """

    def __init__(self, secrets_of: Callable[[str, str], Secrets | None], tolerance: int = 300) -> None:
        self._secrets_of = secrets_of
        self._tolerance = tolerance
        self._nonces: dict[tuple[str, str], int] = {}

    def token(
        self, header: str, method: str, urls: Iterable[str], form: Iterable[tuple[str, str]], now: datetime
    ) -> str | None:
        """The token a request speaks for; None if it is not signed rightly.

        Args:
            header: the Authorization header.
            urls: what the client may have signed, query included; one must fit.
            form: fields of a form-encoded body.
        """
        given = dict(_oauth_fields(header))
        token, nonce = given.get("oauth_token", ""), given.get("oauth_nonce", "")
        secrets = self._secrets_of(given.get("oauth_consumer_key", ""), token)
        stamp = given.get("oauth_timestamp", "")
        fresh = stamp.isdigit() and abs(int(stamp) - now.timestamp()) <= self._tolerance
        usual = (
            given.get("oauth_signature_method") == "HMAC-SHA1" and given.get("oauth_version", "1.0") == "1.0"
        )
        if secrets is None or not fresh or not usual or not nonce or (token, nonce) in self._nonces:
            return None
        signed = [pair for pair in given.items() if pair[0] not in ("oauth_signature", "realm")]
        wanted = given.get("oauth_signature", "")
        if not any(
            hmac.compare_digest(_signature(method, url, [*signed, *form], secrets), wanted) for url in urls
        ):
            return None
        self._remember(token, nonce, int(stamp), now)
        return token

    def _remember(self, token: str, nonce: str, stamp: int, now: datetime) -> None:
        oldest = now.timestamp() - self._tolerance
        if len(self._nonces) > 5000:
            self._nonces = {key: at for key, at in self._nonces.items() if at >= oldest}
        self._nonces[token, nonce] = stamp


def _oauth_fields(header: str) -> Iterator[tuple[str, str]]:
    scheme, _, rest = header.partition(" ")
    if scheme.lower() == "oauth":
        for name, value in re.findall(r'([A-Za-z_]+)="([^"]*)"', rest):
            yield name, unquote(value)


def _signature(method: str, url: str, fields: list[tuple[str, str]], secrets: Secrets) -> str:
    """RFC 5849, sections 3.4.1 and 3.4.2."""
    base, _, query = url.partition("?")
    pairs = [*fields, *parse_qsl(query, keep_blank_values=True)]
    joined = "&".join(f"{name}={value}" for name, value in sorted((_quoted(n), _quoted(v)) for n, v in pairs))
    string = "&".join(_quoted(piece) for piece in (method.upper(), base, joined))
    key = f"{_quoted(secrets.consumer)}&{_quoted(secrets.token)}"
    return b64encode(hmac.new(key.encode(), string.encode(), "sha1").digest()).decode()


def _quoted(value: str) -> str:
    return quote(value, safe="~")


def epoch(moment: datetime) -> int:
    """Whole seconds since 1970."""
    return int(moment.astimezone(UTC).timestamp())
