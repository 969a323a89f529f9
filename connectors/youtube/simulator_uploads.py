"""Uploads to the pretended YouTube: resumable sessions, and small files in one request.

A session's address lets its holder upload: no token is asked for. Protocol of Google's resumable
uploads as google-api-python-client 2.202 speaks it (checked 2026-11-23): 308 with Range while bytes are
missing, `bytes */total` asks how far it came, pieces are multiples of 256 KiB.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from email.parser import BytesParser
from email.policy import HTTP
from hashlib import sha256
from io import BytesIO
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from connectors.sandbox_world import Simulator
from connectors.youtube.simulator_answers import Refusal, bad_request, json_answer, refused
from connectors.youtube.simulator_schema import most_bytes, takes

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

Json = Any
Finish = Callable[[str, Mapping[str, Json], str], Json]
"""(account, what was announced, name of the upload in the world) → the resource that came of it."""

PIECE = 262_144
_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")


class Sessions:
    """Uploads on their way, of all accounts of one simulator."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._world = simulator.world

    def begin(self, account: str, request: Request, method: str, announced: Mapping[str, Json]) -> Response:
        """200, and where the bytes go."""
        length = request.headers.get("X-Upload-Content-Length")
        mime = request.headers.get("X-Upload-Content-Type", "application/octet-stream")
        if not takes(method, mime):
            raise bad_request(f"Media type '{mime}' is not supported.", "badContent")
        if length is not None and int(length) > most_bytes(method):
            raise Refusal(413, "uploadTooLarge", f"Maximum upload size is {most_bytes(method)} bytes.")
        number = self._world.next_number(self._simulator.platform)
        upload_id = sha256(f"youtube session {number}".encode()).hexdigest()[:40]
        session = {
            "account": account,
            "method": method,
            "announced": dict(announced),
            "total": None if length is None else int(length),
            "mime": mime,
            "received": 0,
            "begun": self._world.now().isoformat(),
        }
        self._put(upload_id, session)
        query = f"uploadType=resumable&upload_id={upload_id}"
        place = f"{self._world.base_url}/{self._simulator.platform}{request.environ['youtube.path']}?{query}"
        return Response("", 200, {"Location": place, "X-GUploader-UploadID": upload_id})

    def go_on(self, request: Request, finish: Mapping[str, Finish]) -> Response:
        """A piece, the whole, or the question how far it came."""
        upload_id = request.args["upload_id"]
        session = self._world.get(self._simulator.platform, "session", upload_id)
        life = timedelta(hours=self._simulator.setting("session_hours"))
        if session is None:
            raise Refusal(404, "notFound", "Upload session not found.")
        if self._world.now() >= datetime.fromisoformat(session["begun"]) + life:
            raise Refusal(410, "gone", "Upload session is over.")
        if session.get("result") is None:
            self._receive(request, upload_id, session)
            if session["received"] != session["total"]:
                self._put(upload_id, session)
                return self._more(session)
            act = finish[session["method"]]
            session["result"] = act(session["account"], session["announced"], upload_id)
            self._put(upload_id, session)
        return json_answer(session["result"])

    def _receive(self, request: Request, upload_id: str, session: dict[str, Json]) -> None:
        length = int(request.environ["CONTENT_LENGTH"])
        given = _RANGE.fullmatch(request.headers.get("Content-Range", f"bytes 0-{length - 1}/{length}"))
        if length == 0 and (given is None or given[1] is None or "Content-Range" not in request.headers):
            if "Content-Range" not in request.headers:
                session["total"] = 0
            return
        if given is None or given[1] is None:
            raise bad_request("Failed to parse Content-Range header.")
        first, last = int(given[1]), int(given[2])
        total = None if given[3] == "*" else int(given[3])
        announced = session["total"]
        if total is not None and announced is not None and total != announced:
            raise bad_request(f"Content-Range tells {total} bytes, {announced} were announced.")
        session["total"] = total = announced if total is None else total
        if last - first + 1 != length or (total is not None and last >= total):
            raise bad_request(f"Content-Range does not fit the {length} bytes sent.")
        if first != session["received"]:
            raise bad_request(f"Bytes from {first} on do not follow; {session['received']} are here.")
        if length % PIECE and last + 1 != total:
            raise bad_request(f"All pieces but the last must be multiples of {PIECE} bytes.")
        if last >= most_bytes(session["method"]):
            raise Refusal(413, "uploadTooLarge", "The file is too large.")
        platform = self._simulator.platform
        session["received"] = self._world.append(platform, upload_id, first, request.stream)

    @staticmethod
    def _more(session: Mapping[str, Json]) -> Response:
        here = session["received"]
        return Response("", 308, {"Range": f"bytes=0-{here - 1}"} if here else {})

    def _put(self, upload_id: str, session: Mapping[str, Json]) -> None:
        self._world.put(self._simulator.platform, "session", upload_id, session)

    def in_one_go(self, request: Request, method: str) -> tuple[Json, str]:
        """Resource and name of the upload of a request that carries all: `media` or `multipart`.

        Raises:
            Refusal: no bytes, too many, or of the wrong type.
        """
        resource: Json = {}
        data, mime = request.get_data(), request.mimetype
        if mime == "multipart/related":
            head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
            pieces = list(BytesParser(policy=HTTP).parsebytes(head + data).iter_parts())
            if len(pieces) != 2:
                raise bad_request("Multipart must be a resource and a file.")
            resource = json.loads(_payload(pieces[0]) or b"{}")
            data, mime = _payload(pieces[1]), pieces[1].get_content_type()
        if not data:
            raise refused("mediaBodyRequired")
        if not takes(method, mime or "application/octet-stream"):
            raise bad_request(f"Media type '{mime}' is not supported.", "badContent")
        if len(data) > most_bytes(method):
            raise Refusal(413, "uploadTooLarge", f"Maximum upload size is {most_bytes(method)} bytes.")
        name = f"direct-{self._world.next_number(self._simulator.platform)}"
        self._world.append(self._simulator.platform, name, 0, BytesIO(data))
        return resource, name


def _payload(piece: Any) -> bytes:
    found: bytes = piece.get_payload(decode=True) or b""
    return found
