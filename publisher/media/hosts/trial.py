"""Tries the media host as a platform would use it: puts a test picture there and fetches it from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from connectors.contract import Media
from publisher.media.store import MediaHost, MediaStore, MediaStoreError
from publisher.texts import system_words

if TYPE_CHECKING:
    from publisher.config import Network

_PATIENCE = 20.0
_MOST = 1 << 20
_AGENT = "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)"
"""How Meta's fetcher names itself (Meta for developers, "Web crawlers", checked 2026-11-23)."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the trial: message id and values; the id with `.fix` says what to do about a bad one.

    Attributes:
        minor: if it is bad, an office may well do without.
    """

    code: str
    values: Mapping[str, Any]
    good: bool
    minor: bool = False


def try_host(host: MediaHost, network: Network) -> tuple[Finding, ...]:
    """Put a test picture and fetch it; as far as it gets.

    From here this machine's own network is seen, not the platform's: a name or an address that only
    the office can reach is not found out.
    """
    with TemporaryDirectory() as folder:
        store = MediaStore(Path(folder) / "media", host)
        picture = Path(folder) / "test.jpg"
        picture.write_bytes(test_picture())
        media = Media(sha256(picture.read_bytes()).hexdigest(), ("strip",), "")
        try:
            store.keep(picture, media.source)
            url = store.url(media)
        except MediaStoreError as error:
            return (Finding(error.message, error.values, good=False),)
        put = Finding("media.trial_put", {}, good=True)
        return (put, _fetched(url, store.path(media).read_bytes(), network))


def _fetched(url: str, expected: bytes, network: Network) -> Finding:
    import requests

    from connectors.wire import is_loopback

    way: dict[str, Any] = {"verify": str(network.ca)} if network.ca else {}
    if network.proxy and not is_loopback(urlsplit(url).hostname or ""):
        way["proxies"] = {"http": network.proxy, "https": network.proxy}
    try:
        with requests.Session() as session:
            session.trust_env = False
            reply = session.get(
                url,
                headers={"User-Agent": _AGENT, "Accept-Encoding": "identity"},
                timeout=_PATIENCE,
                allow_redirects=False,
                stream=True,
                **way,
            )
            with reply:
                data = next(reply.iter_content(_MOST), b"")
    except requests.RequestException as error:
        return Finding("media.trial_unreachable", {"place": _place(url), "words": _words(error)}, good=False)
    kind = reply.headers.get("Content-Type", "").partition(";")[0]
    if reply.status_code != 200:
        said = {"place": _place(url), "status": reply.status_code}
        return Finding("media.trial_status", said, good=False)
    if data != expected:
        return Finding("media.trial_other", {"place": _place(url), "bytes": len(data)}, good=False)
    if kind != "image/jpeg":
        return Finding("media.trial_type", {"place": _place(url), "type": kind or "–"}, good=False)
    return Finding("media.trial_fetched", {"place": _place(url)}, good=True)


def _place(url: str) -> str:
    """The address without the file's name, which opens it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _words(error: Exception) -> str:
    inner = error.__cause__ or error.__context__
    return system_words(inner) if isinstance(inner, OSError) else type(error).__name__


def test_picture() -> bytes:
    """A picture that every platform takes, and that nobody would miss."""
    from PIL import Image

    drawn = BytesIO()
    Image.new("RGB", (640, 640), (240, 244, 248)).save(drawn, "JPEG")
    return drawn.getvalue()
