"""The media host `s3` against a small store here that checks every signature (AWS SigV4) itself."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
import requests

from connectors.clock import ManualClock
from connectors.contract import MediaFacts
from publisher.config.hosts import MediaHostSettings
from publisher.media.hosts.naming import Names
from publisher.media.hosts.s3 import S3Host
from publisher.media.store import MediaStoreError

FACTS = MediaFacts("image/jpeg", 9, 4, 3)
KEY, SECRET = "sandbox-kunci", "sandbox-rahasia"


class Bucket:
    """One bucket, `media`: name → (bytes, type, when)."""

    def __init__(self) -> None:
        self.files: dict[str, tuple[bytes, str, datetime]] = {}
        self.puts = 0
        self.now = datetime.now(UTC)


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")


def _signature(request: BaseHTTPRequestHandler, query: list[tuple[str, str]], given: dict[str, str]) -> str:
    """What the request must be signed with (AWS, "Create a signed AWS API request", checked 2026-11-24)."""
    path = urlsplit(request.path).path
    pairs = sorted((quote(k, safe="-_.~"), quote(v, safe="-_.~")) for k, v in query if k != "X-Amz-Signature")
    names = given["SignedHeaders"].split(";")
    headers = "".join(f"{name}:{' '.join((request.headers[name] or '').split())}\n" for name in names)
    payload = request.headers.get("x-amz-content-sha256", "UNSIGNED-PAYLOAD")
    canonical = "\n".join(
        [request.command, path, "&".join(f"{k}={v}" for k, v in pairs), headers, ";".join(names), payload]
    )
    _, day, region, service, last = given["Credential"].split("/")
    at = given.get("Date") or request.headers["x-amz-date"]
    scope = f"{day}/{region}/{service}/{last}"
    text = f"AWS4-HMAC-SHA256\n{at}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = _hmac(_hmac(_hmac(_hmac(f"AWS4{SECRET}".encode(), day), region), service), last)
    return hmac.new(key, text.encode(), "sha256").hexdigest()


class _Store(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    bucket: Bucket

    def log_request(self, code: Any = "-", size: Any = "-") -> None:
        """Nothing on the terminal."""

    def _answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _refused(self, status: int, code: str) -> None:
        body = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>no</Message></Error>".encode()
        self._answer(status, body, Content_Type="application/xml")

    def _handle(self) -> None:
        url = urlsplit(self.path)
        query = parse_qsl(url.query, keep_blank_values=True)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        asked = dict(query)
        if "X-Amz-Signature" in asked:
            given = {name: asked[f"X-Amz-{name}"] for name in ("SignedHeaders", "Credential", "Date")}
            given["Signature"] = asked["X-Amz-Signature"]
        else:
            head = self.headers.get("Authorization", "").removeprefix("AWS4-HMAC-SHA256 ")
            given = dict(piece.strip().split("=", 1) for piece in head.split(",") if "=" in piece)
        if not given or given["Credential"].split("/")[0] != KEY:
            return self._refused(403, "InvalidAccessKeyId")
        if not hmac.compare_digest(_signature(self, query, given), given["Signature"]):
            return self._refused(403, "SignatureDoesNotMatch")
        bucket, _, name = url.path.lstrip("/").partition("/")
        if bucket != "media":
            return self._refused(404, "NoSuchBucket")
        return self._do(name, body)

    def _do(self, name: str, body: bytes) -> None:
        files = self.bucket.files
        if self.command == "PUT":
            self.bucket.puts += 1
            files[name] = body, self.headers["Content-Type"], self.bucket.now
            return self._answer(200, ETag=f'"{hashlib.md5(body).hexdigest()}"')
        if self.command == "DELETE":
            files.pop(name, None)
            return self._answer(204)
        if not name:
            rows = "".join(
                f"<Contents><Key>{key}</Key><LastModified>{at:%Y-%m-%dT%H:%M:%S.000Z}</LastModified>"
                f'<ETag>"x"</ETag><Size>{len(data)}</Size><StorageClass>STANDARD</StorageClass></Contents>'
                for key, (data, _, at) in sorted(files.items())
            )
            listed = (
                '<?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
                f"<Name>media</Name><IsTruncated>false</IsTruncated>{rows}</ListBucketResult>"
            )
            return self._answer(200, listed.encode(), Content_Type="application/xml")
        if name not in files:
            return self._refused(404, "NoSuchKey")
        data, mime, at = files[name]
        when = format_datetime(at, usegmt=True)
        return self._answer(200, data, Content_Type=mime, Last_Modified=when, ETag='"x"')

    do_GET = do_PUT = do_HEAD = do_DELETE = _handle


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


@pytest.fixture
def endpoint(bucket: Bucket) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Store", (_Store,), {"bucket": bucket})) as server:
        thread = Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join(timeout=5)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "made"
    path.write_bytes(b"\xff\xd8" + bytes(50_000))
    return path


def host(tmp_path: Path, at: str, clock: ManualClock | None = None, **changed: Any) -> S3Host:
    (tmp_path / "key").write_text(KEY, encoding="utf-8")
    (tmp_path / "secret").write_text(f"{SECRET}\n", encoding="utf-8")
    settings = {
        "endpoint": at,
        "bucket": "media",
        "prefix": "terbit",
        "access_key": "file:key",
        "secret_key": "file:secret",
        **changed,
    }
    made = MediaHostSettings("s3", "https://media.example.go.id", tmp_path, **settings)
    return S3Host(made, Names(tmp_path / "names.key"), clock or ManualClock(datetime.now(UTC)), tmp_path)


def test_a_file_lies_in_the_bucket_under_its_public_address(
    tmp_path: Path, endpoint: str, bucket: Bucket, picture: Path
) -> None:
    """Uploaded once, with its type; asked for again nothing is sent."""
    one = host(tmp_path, endpoint)
    url = one.put(picture, FACTS, "a")
    assert url == one.put(picture, FACTS, "a")
    [(name, (data, mime, _))] = bucket.files.items()
    assert url == f"https://media.example.go.id/{name}"
    assert one.settings.beginning == "https://media.example.go.id/terbit/"
    assert (name.startswith("terbit/"), data, mime) == (True, picture.read_bytes(), "image/jpeg")
    assert bucket.puts == 1


def test_a_signed_address_gives_the_file_and_no_other_does(
    tmp_path: Path, endpoint: str, bucket: Bucket, picture: Path
) -> None:
    """What a platform fetches; one letter changed and the store refuses."""
    one = host(tmp_path, endpoint, presigned=timedelta(hours=12))
    url = one.put(picture, FACTS, "a")
    assert url.startswith(one.settings.beginning)
    assert one.settings.beginning == f"{endpoint}/media/terbit/"
    assert "X-Amz-Expires=43200" in url
    got = requests.get(url, timeout=5)
    assert (got.status_code, got.content) == (200, picture.read_bytes())
    assert requests.get(url[:-1] + ("0" if url[-1] != "0" else "1"), timeout=5).status_code == 403
    assert requests.get(url.partition("?")[0], timeout=5).status_code == 403


def test_what_nobody_needs_any_more_goes_and_nothing_else(
    tmp_path: Path, endpoint: str, bucket: Bucket, picture: Path
) -> None:
    """After `keep`; what is needed again in the meantime is young again."""
    clock = ManualClock(bucket.now)
    one = host(tmp_path, endpoint, clock)
    one.put(picture, FACTS, "a")
    bucket.files["terbit/logo.png"] = b"x", "image/png", bucket.now
    clock.advance(2 * 86_400)
    bucket.now += timedelta(days=2)
    one.put(picture, FACTS, "a")
    assert bucket.puts == 2
    clock.advance(2 * 86_400)
    assert one.tidy() == 0
    clock.advance(86_400)
    assert one.tidy() == 1
    assert list(bucket.files) == ["terbit/logo.png"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"bucket": "none"}, "media.s3_bucket"),
        ({"access_key": "file:secret"}, "media.s3_refused"),
        ({"secret_key": "file:key"}, "media.s3_refused"),
        ({"secret_key": "env:NOT_SET_ANYWHERE"}, "media.no_secret"),
        ({"endpoint": "http://127.0.0.1:1"}, "media.host"),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, endpoint: str, picture: Path, changed: dict[str, str], code: str
) -> None:
    """Bucket, keys, store; never with a secret in the words."""
    with pytest.raises(MediaStoreError) as caught:
        host(tmp_path, endpoint, **changed).put(picture, FACTS, "a")
    assert caught.value.message == code
    assert SECRET not in str(caught.value.values)


@pytest.mark.parametrize("package", ["minio", "paramiko"])
def test_a_missing_package_is_named(
    tmp_path: Path, picture: Path, package: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those who use neither kind install neither."""
    import sys

    from publisher.media.hosts.sftp import SftpHost

    monkeypatch.setitem(sys.modules, package, None)
    made = MediaHostSettings("sftp" if package == "paramiko" else "s3", "https://a.example", tmp_path)
    kind = SftpHost if package == "paramiko" else S3Host
    with pytest.raises(MediaStoreError, match=r"media\.needs_extra"):
        kind(made, Names(tmp_path / "k"), ManualClock(datetime.now(UTC)), tmp_path).put(picture, FACTS, "a")
