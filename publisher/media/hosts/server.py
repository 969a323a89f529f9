"""Answers platforms that fetch media from this program, behind the office's proxy."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.utils import send_file
from werkzeug.wrappers import Request, Response

from publisher.media.hosts.naming import ENDINGS
from publisher.media.hosts.serve import ServedHost
from publisher.media.store import MediaStoreError
from publisher.texts import system_words

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

_TYPES = {ending: mime for mime, ending in ENDINGS.items()}
_PATIENCE = 60.0
"""Seconds without a byte after which a connection is given up."""


class _Quiet(WSGIRequestHandler):
    """Writes no line per request: the addresses would open the files to who reads the log."""

    timeout = _PATIENCE

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


def application(host: ServedHost) -> WSGIApplication:
    """GET and HEAD, whole or in ranges; every address that is not signed and valid is simply not there."""

    @Request.application
    def answer(request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return Response("GET or HEAD only\n", 405, {"Allow": "GET, HEAD"})
        file = host.file_of(request.path)
        if file is None:
            return Response("not found\n", 404)
        kind = _TYPES.get(file.suffix[1:], "application/octet-stream")
        try:
            reply = send_file(file, request.environ, kind, conditional=True, etag=False, max_age=3600)
        except FileNotFoundError:  # removed a moment ago
            return Response("not found\n", 404)
        reply.headers["X-Content-Type-Options"] = "nosniff"
        reply.headers["X-Robots-Tag"] = "noindex"
        return reply

    return answer


@contextmanager
def serving(host: ServedHost, *, alone: bool) -> Iterator[None]:
    """Serve in a thread while the block lasts.

    Args:
        alone: a port that is taken is an error; else it is left to the process that has it.

    Raises:
        MediaStoreError: it cannot listen (`media.host_port`).
    """
    where = host.settings
    listening = _listen(where.bind, where.port, alone=alone)
    if listening is None:
        yield
        return
    with listening:
        app = application(host)
        server = make_server(
            where.bind,
            where.port,
            app,
            threaded=True,
            request_handler=_Quiet,
            fd=listening.fileno(),
        )
        thread = Thread(target=server.serve_forever, args=(0.1,), name="media", daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _listen(address: str, port: int, *, alone: bool) -> socket.socket | None:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family)
    except OSError as error:
        if error.errno == errno.EADDRINUSE and not alone:
            return None
        raise MediaStoreError(
            "media.host_port", place=f"{address}:{port}", words=system_words(error)
        ) from error
