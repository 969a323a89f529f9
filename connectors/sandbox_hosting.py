"""The practice host: where simulators can fetch media while an office has no public place of its own.

`PUT /hosting/<name>` keeps a file, `GET` gives it to anybody, `DELETE` takes it away. Also sends
large files in general, piece by piece and in the ranges that browsers ask for.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from werkzeug.utils import send_file
from werkzeug.wrappers import Response

from connectors.sandbox_shelf import SAFE_NAME

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.wrappers import Request

    from connectors.sandbox_shelf import Shelf

_KINDS = {
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "webp": "image/webp",
    "gif": "image/gif",
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "mov": "video/quicktime",
    "webm": "video/webm",
    "srt": "application/x-subrip",
    "vtt": "text/vtt",
}


def announcement(base_url: str) -> dict[str, str]:
    """As the sandbox announces it: where files are put, and where they are then found."""
    return {"put_url": f"{base_url}/hosting", "base_url": f"{base_url}/hosting"}


def handle(shelf: Shelf, request: Request, name: str) -> Response:
    """Answer a request below `/hosting/`; the content type is that of the name's ending."""
    if not SAFE_NAME.fullmatch(name):
        return Response("no such name\n", 404)
    place = shelf.place("hosting", name)
    if request.method == "PUT":
        new = not place.exists()
        shelf.put("hosting", name, request.environ["wsgi.input"])
        return Response(status=201 if new else 204)
    if not place.exists():
        return Response("no such file\n", 404)
    if request.method == "DELETE":
        place.unlink(missing_ok=True)
        return Response(status=204)
    if request.method in ("GET", "HEAD"):
        kind = _KINDS.get(name.rpartition(".")[2].lower(), "application/octet-stream")
        return sent(place, kind, request)
    return Response("GET, HEAD, PUT or DELETE\n", 405)


def sent(file: Path | BytesIO, mime: str, request: Request) -> Response:
    """A file as an answer that is read while it is sent, or the range of it that was asked for."""
    answer = send_file(file, request.environ, mime, conditional=True, etag=False)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer
