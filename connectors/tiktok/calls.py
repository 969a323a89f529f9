"""One call of TikTok's API through the door, and what its answer means; TikTok has no SDK for Python."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any

from connectors.errors import ConnectorError, OutcomeUnknownError, TemporaryError
from connectors.tiktok import limits
from connectors.tiktok.auth import bearer_of
from connectors.tiktok.codes import Phase, error_of, told, upload_error

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.contract import TokenSource
    from connectors.http import Door

Json = Any

_BASE = "https://open.tiktokapis.com"


class Caller:
    """Makes calls for one account key."""

    def __init__(self, door: Door, clock: Clock, tokens: TokenSource, account: str) -> None:
        self._door = door
        self._clock = clock
        self._tokens = door.checked(tokens)
        self._account = account

    @cached_property
    def _session(self) -> Any:
        return self._door.session(self._account)

    def call(
        self,
        method: str,
        route: str,
        *,
        params: Mapping[str, str] | None = None,
        body: Json = None,
        phase: Phase = "other",
    ) -> dict[str, Json]:
        """`data` of a good answer; of any other an error by what to do next.

        An answer is good only if its `error.code` says `ok`: some errors come with HTTP 200 on purpose.
        """
        headers = {"Authorization": f"Bearer {bearer_of(self._tokens.get(self._account))}"}
        if method == "POST":
            headers["Content-Type"] = "application/json; charset=UTF-8"
        data = None if body is None else jsonlib.dumps(body, ensure_ascii=False).encode()
        try:
            answer = self._session.request(method, _BASE + route, params=params, data=data, headers=headers)
        except OutcomeUnknownError as error:
            raise settled(error, phase) from None
        said = _json(answer)
        if answer.status_code != 200 or told(said)[0] != "ok" or not isinstance(said.get("data"), dict):
            raise error_of(answer.status_code, said, phase, self._clock.now(), self._door.redact)
        found: dict[str, Json] = said["data"]
        return found

    def put(self, url: str, piece: bytes, span: tuple[int, int], total: int, mime: str, phase: Phase) -> int:
        """Send bytes `span[0]` to `span[1]` (not included) of a clip; 201 if these were the last, else 206.

        The address is a secret of its own and is used as it came; no token goes with it.

        Raises:
            ConnectorError: as `upload_error` says.
        """
        headers = {
            "Content-Type": mime,
            "Content-Range": f"bytes {span[0]}-{span[1] - 1}/{total}",
        }
        try:
            if phase == "commit":
                answer = self._session.put(url, data=piece, headers=headers)
            else:
                until = self._clock.boottime() + limits.PIECE_SECONDS
                with self._door.deadline(until):
                    answer = self._session.put(url, data=piece, headers=headers)
        except OutcomeUnknownError as error:
            raise settled(error, phase) from None
        if answer.status_code not in (201, 206):
            raise upload_error(answer.status_code, phase)
        status: int = answer.status_code
        return status


def settled(error: OutcomeUnknownError, phase: Phase) -> ConnectorError:
    """A lost reply to a call that makes nothing public is only a nuisance."""
    if phase == "commit":
        return error
    return TemporaryError(error.words, code=error.code, effect="none", http_status=error.http_status)


def _json(answer: Any) -> Json:
    try:
        return answer.json()
    except ValueError:
        return None
