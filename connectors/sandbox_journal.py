"""What the sandbox writes down about a request: everything but the bytes of media, which it hashes."""

from __future__ import annotations

import hashlib
import json
from typing import IO, TYPE_CHECKING, Any

from connectors.sandbox_shelf import sha256_of

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict
    from werkzeug.wrappers import Request

Json = Any
_LONG = 100_000
"""Characters from which a text in a body is media in disguise (base64) and only its hash is kept."""

_LARGE = 1024 * 1024
"""Bytes from which a body that is not JSON is hashed where it lies and never held in memory."""


def entry_of(platform: str, path: str, request: Request) -> dict[str, Json]:
    """The request as GET /admin/requests shows it; header names as the client sent them, title-cased."""
    return {
        "platform": platform,
        "method": request.method,
        "path": path,
        "query": _flat(request.args),
        "headers": dict(request.headers),
        "body": _body(request),
    }


def _body(request: Request) -> Json:
    if request.mimetype in ("multipart/form-data", "application/x-www-form-urlencoded"):
        files = {
            name: {"filename": one.filename, **_file_digest(one.stream)}
            for name, one in request.files.items()
        }
        return {**_flat(request.form), **files}
    body: IO[bytes] = request.environ["wsgi.input"]
    if (request.content_length or 0) > _LARGE and not request.is_json:
        return _file_digest(body)
    data = request.get_data(cache=True)
    body.seek(0)  # the simulator may want it as a stream
    if not data:
        return None
    try:
        return _shortened(json.loads(data))
    except ValueError:
        return _digest(data)


def _file_digest(file: IO[bytes]) -> dict[str, Json]:
    size = file.seek(0, 2)
    return {"size": size, "sha256": sha256_of(file)}


def _digest(data: bytes) -> dict[str, Json]:
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def _shortened(value: Json) -> Json:
    if isinstance(value, str) and len(value) > _LONG:
        return _digest(value.encode())
    if isinstance(value, dict):
        return {key: _shortened(one) for key, one in value.items()}
    return [_shortened(one) for one in value] if isinstance(value, list) else value


def _flat(given: MultiDict[str, str]) -> dict[str, Json]:
    """A value for what was given once, a list for what was given more often."""
    return {name: values[0] if len(values) == 1 else values for name, values in given.lists()}
