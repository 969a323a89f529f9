"""Reads the key `media_host` of schedule.yaml: the public place from which platforms fetch media."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from publisher.config import values as kinds
from publisher.config.values import WrongValue
from publisher.durations import parse_duration

if TYPE_CHECKING:
    from connectors.contract import Json
    from publisher.config.reader import Reader

KEEP = timedelta(days=3)
LEAST_KEEP = timedelta(days=1)
"""Longer than anything is staged ahead or tried again: a file goes only when nobody asks for it any more."""
HOSTS = {
    "directory": ("folder",),
    "serve": ("port",),
    "sftp": ("host", "user", "folder", "known_hosts"),
    "s3": ("endpoint", "bucket", "access_key", "secret_key"),
}
"""Each kind with the keys that it needs beside `url`."""
MAY = {
    "directory": (),
    "serve": ("bind",),
    "sftp": ("port", "key", "password"),
    "s3": ("region", "prefix", "presigned"),
}
"""Each kind with the keys that it may have."""
ONE_OF = {"sftp": ("key", "password"), "s3": ("url", "presigned")}
"""Of these keys a kind needs one at least; the first is what its message names."""
EVERY = ("kind", "url", "keep")
LOOPBACK = "127.0.0.1"
_TEXTS = ("host", "user", "key", "known_hosts", "bucket", "region", "prefix")
_SECRETS = ("password", "access_key", "secret_key")
SIGNED_LEAST, SIGNED_MOST = timedelta(hours=6), timedelta(days=7)
"""Longer than media is staged ahead; as long as S3 signs at most (AWS, SigV4 query, checked 2026-11-24)."""


@dataclass(frozen=True, slots=True)
class MediaHostSettings:
    """Where made files are put so that platforms can fetch them.

    Attributes:
        url: what stands before a file's name in its public address; without a slash at the end.
        folder: of the kind `directory`: what the office's web server shows under `url`.
        remote: of the kind `sftp`: the folder there that the website shows under `url`.
        host, user, key, password, known_hosts: of the kind `sftp`: the way in. `key` and `known_hosts` are
            files; `password` names where it is kept.
        endpoint, bucket, region, prefix, access_key, secret_key: of the kind `s3`; the last two name where
            they are kept.
        presigned: of the kind `s3`: how long a signed address holds; None: the bucket is public at `url`.
        port: of the kind `serve`: where the office's proxy finds this program; of `sftp` that of the server.
        bind: of the kind `serve`: the address of this machine that is listened on.
        keep: how long after the last need of it a file stays.
    """

    kind: str
    url: str
    folder: Path
    keep: timedelta = KEEP
    port: int = 0
    bind: str = LOOPBACK
    remote: str = ""
    host: str = ""
    user: str = ""
    key: str = ""
    password: str = ""
    known_hosts: str = ""
    endpoint: str = ""
    bucket: str = ""
    region: str = "us-east-1"
    prefix: str = ""
    access_key: str = ""
    secret_key: str = ""
    presigned: timedelta | None = None

    @property
    def beginning(self) -> str:
        """What the public address of every file begins with."""
        if self.kind == "serve":
            return f"{self.url}/media/"
        if self.kind != "s3":
            return f"{self.url}/"
        prefix = self.prefix.strip("/")
        below = f"/{prefix}/" if prefix else "/"
        if self.presigned is None:
            return f"{self.url}{below}"
        where = urlsplit(self.endpoint)
        if where.netloc.endswith(".amazonaws.com"):  # there a bucket is a name of its own
            return f"{where.scheme}://{self.bucket}.{where.netloc}{below}"
        return f"{self.endpoint}/{self.bucket}{below}"

    @property
    def on_this_machine(self) -> bool:
        """Whether `url` leads to this machine only: for practice, no platform can come here."""
        return is_local(self.url or self.endpoint)


def media_host(reader: Reader, value: Json, root: Path, *, live: bool) -> MediaHostSettings | None:
    """The block `media_host`; None if there is none, or if it is wrong (then `reader` has the problems).

    Args:
        root: `folder` is relative to it.
        live: an address on this machine is refused, as no platform could fetch from it.
    """
    if value is None:
        return None
    written = str(value.get("kind")) if isinstance(value, dict) else ""
    known = keys_of(written) if written in HOSTS else every_key()
    block = reader.block(value, "media_host", known)
    one_of = ONE_OF.get(written, ())
    needed = ("kind", *(() if "url" in one_of else ("url",)), *HOSTS.get(written, ()))
    missing = [key for key in needed if block.get(key) is None]
    if one_of and all(block.get(key) is None for key in one_of):
        missing.append(one_of[0])
    for key in missing:
        reader.problem("media_host", "config.missing", name=key)
    before = len(reader.problems)
    kind = reader.take(block, "media_host.kind", kinds.one_of(HOSTS), "")
    url = reader.take(block, "media_host.url", _public_url, "")
    folder = reader.take(block, "media_host.folder", kinds.words, "")
    port = reader.take(block, "media_host.port", _port, 0)
    bind = reader.take(block, "media_host.bind", _address, LOOPBACK)
    keep = reader.take(block, "media_host.keep", _keep, KEEP)
    if live and url and is_local(url):
        reader.problem("media_host.url", "config.media_host_local", value=kinds.shown(url))
    texts = {key: reader.take(block, f"media_host.{key}", kinds.words, "") for key in _TEXTS}
    named = {key: reader.take(block, f"media_host.{key}", kinds.token, "") for key in _SECRETS}
    endpoint = reader.take(block, "media_host.endpoint", _public_url, "")
    presigned = reader.take(block, "media_host.presigned", _presigned, None)
    if live and endpoint and is_local(endpoint):
        reader.problem("media_host.endpoint", "config.media_host_local", value=kinds.shown(endpoint))
    place = root / Path(folder).expanduser()
    if folder and kind != "sftp" and place.resolve().is_relative_to((root / "content").resolve()):
        reader.problem("media_host.folder", "config.media_host_content", value=kinds.shown(folder))
    if missing or len(reader.problems) > before:
        return None
    texts["region"] = texts["region"] or "us-east-1"
    return MediaHostSettings(
        kind,
        url,
        place,
        keep,
        port,
        bind,
        remote=folder,
        endpoint=endpoint,
        presigned=presigned,
        **texts,
        **named,
    )


def keys_of(kind: str) -> tuple[str, ...]:
    """The keys that a kind takes."""
    return (*EVERY, *HOSTS[kind], *MAY[kind])


def every_key() -> tuple[str, ...]:
    """The keys that any kind takes."""
    return tuple(dict.fromkeys(key for kind in HOSTS for key in keys_of(kind)))


def is_local(url: str) -> bool:
    """Whether a URL names this very machine."""
    host = urlsplit(url).hostname or ""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _public_url(value: Json) -> str:
    """https, as platforms fetch from nowhere else; http only on this machine, for practice."""
    url = kinds.words(value).rstrip("/")
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and parts.port != 0 and not (parts.query or parts.fragment)
    except ValueError:
        sound = False
        parts = urlsplit("")
    secure = parts.scheme == "https" or (parts.scheme == "http" and is_local(url))
    if not sound or not secure or parts.username is not None or not url.isprintable() or " " in url:
        raise WrongValue("config.media_host_url", value=kinds.shown(parts.hostname or "…"))
    return url


def _port(value: Json) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value < 65536:
        raise WrongValue("config.media_host_port", value=kinds.shown(value))
    return value


def _address(value: Json) -> str:
    try:
        return str(ip_address(kinds.words(value)))
    except ValueError:
        raise WrongValue("config.media_host_bind", value=kinds.shown(value)) from None


def _presigned(value: Json) -> timedelta:
    try:
        found = parse_duration(str(value))
    except ValueError:
        raise WrongValue("config.duration", value=kinds.shown(value)) from None
    if not SIGNED_LEAST <= found <= SIGNED_MOST:
        raise WrongValue("config.media_host_signed", value=kinds.shown(value))
    return found


def _keep(value: Json) -> timedelta:
    try:
        keep = parse_duration(str(value))
    except ValueError:
        raise WrongValue("config.duration", value=kinds.shown(value)) from None
    if keep < LEAST_KEEP:
        raise WrongValue("config.media_host_keep", value=kinds.shown(value))
    return keep
