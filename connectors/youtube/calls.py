"""Calls of YouTube's API: requests made by Google's client, sent by the door, and what the answers mean."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, NoReturn

from googleapiclient import discovery_cache
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError

from connectors.errors import (
    ConnectorError,
    OutcomeUnknownError,
    ReconnectError,
    RejectedError,
    TemporaryError,
)
from connectors.youtube.auth import Access, Tokens
from connectors.youtube.codes import Phase, error_of

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.contract import TokenSource
    from connectors.http import Door

Json = Any


class Answer(dict[str, str]):
    """What Google's client takes for an answer of httplib2: headers in lower case, status, reason."""

    def __init__(self, headers: Mapping[str, str], status: int, reason: str) -> None:
        super().__init__({name.lower(): value for name, value in headers.items()})
        self.status = status
        self.reason = reason


class Wire:
    """What Google's client takes for httplib2, over the door's session.

    httplib2 itself sends a request again when the other side hangs up without an answer, POST included
    (0.31, seen 2026-11-23); a second insert would be a second video. The door sends once.
    """

    def __init__(self, door: Door, account: str, tokens: Tokens) -> None:
        self._session = door.session(account)
        self._tokens = tokens

    def request(
        self,
        uri: str,
        method: str = "GET",
        body: Any = None,
        headers: Mapping[str, str] | None = None,
        **_: object,
    ) -> tuple[Answer, bytes]:
        """One request, as httplib2.Http has it; the body is text, bytes or something to read from."""
        given = {name: value for name, value in (headers or {}).items() if name.lower() != "content-length"}
        length = {"Content-Length": str(dict(headers or {})["Content-Length"])} if _streams(body) else {}
        bearer = {"Authorization": f"Bearer {self._tokens.access().token}"}
        answer = self._session.request(
            method, uri, data=b"" if body is None else body, headers={**given, **length, **bearer}
        )
        return Answer(answer.headers, answer.status_code, answer.reason or ""), answer.content


def _streams(body: Any) -> bool:
    return hasattr(body, "read")


class Caller:
    """Makes calls for one account key."""

    def __init__(self, door: Door, clock: Clock, tokens: TokenSource, account: str) -> None:
        self._door = door
        self._clock = clock
        self._tokens = Tokens(door, clock, tokens, account)
        self.wire = Wire(door, account, self._tokens)

    @cached_property
    def api(self) -> Any:
        """Google's client of the API: makes requests, sends none."""
        return _service()

    def access(self) -> Access:
        """The token that calls are made with."""
        return self._tokens.access()

    def call(self, request: Any, phase: Phase = "other") -> Json:
        """Send a request of Google's client once; the JSON of a good answer, {} where it is empty.

        Raises:
            ConnectorError: by what to do next.
        """
        request.postproc = _content
        try:
            answer = request.execute(http=self.wire)
        except OutcomeUnknownError as error:
            failure: ConnectorError = settled(error, phase)
        except HttpError as error:
            failure = self.error(error.resp.status, error.content, phase)
        else:
            return json_of(answer, phase)
        # Out here, so that the client's own error, which holds the whole answer, does not hang on it.
        raise failure

    def error(self, status: int, content: bytes, phase: Phase) -> ConnectorError:
        """The error that an answer stands for."""
        try:
            body = json.loads(content)
        except ValueError:
            body = None
        found = error_of(status, body, phase, self._clock.now(), self._door.redact)
        if status == 401 and isinstance(found, ReconnectError) and found.code == "401 authError":
            return self._renewed(found)
        return found

    def _renewed(self, refused: ReconnectError) -> ConnectorError:
        """A refused access token: nothing was done; with a new one the same call may be made later."""
        if not self._tokens.renews():
            return refused
        self._tokens.forget()
        try:
            self._tokens.access()
        except ConnectorError as error:
            return error
        return TemporaryError(refused.words, code=refused.code, effect="none", http_status=401)


@cache
def _service() -> Any:
    """The client from the discovery document that comes with it: no network.

    The document is read once per process; the transport is given with every call.
    """
    document = json.loads(discovery_cache.get_static_doc("youtube", "v3"))
    return build_from_document(document, http=_Nowhere())


class _Nowhere:
    """In place of a transport, which each call brings itself."""

    def request(self, *_: object, **__: object) -> NoReturn:
        raise RejectedError("a call without the door", code="no-door", effect="none")


def _content(_: Answer, content: bytes) -> bytes:
    return content


def json_of(content: bytes, phase: Phase) -> Json:
    """The JSON of an answer; {} of an empty one (a deletion answers so).

    Raises:
        OutcomeUnknownError, TemporaryError: it is none.
    """
    if not content:
        return {}
    try:
        return json.loads(content)
    except ValueError:
        if phase == "commit":
            raise OutcomeUnknownError("the answer is not JSON", code="no-json") from None
        raise TemporaryError("the answer is not JSON", code="no-json", effect="none") from None


def settled(error: OutcomeUnknownError, phase: Phase) -> ConnectorError:
    """A lost reply to a call that makes nothing public is only a nuisance."""
    if phase == "commit":
        return error
    return TemporaryError(error.words, code=error.code, effect="none", http_status=error.http_status)


def items_of(answer: Json) -> list[Mapping[str, Json]]:
    """The items of a list.

    Raises:
        TemporaryError: the answer is no list; nothing may be concluded from it, least of all absence.
    """
    listed = isinstance(answer, dict) and ("items" in answer or str(answer.get("kind")).endswith("Response"))
    items = answer.get("items", []) if listed else None
    if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
        raise TemporaryError("the answer is no list", code="no-list", effect="none")
    return items
