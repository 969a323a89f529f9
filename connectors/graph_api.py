"""What the rooms of Meta share: one call of the Graph API through facebook-sdk, and what its answers mean."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from threading import local
from typing import IO, TYPE_CHECKING, Any, Literal
from urllib.parse import parse_qsl, urlsplit

import facebook

from connectors.errors import (
    ConnectorError,
    Effect,
    OutcomeUnknownError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TemporaryError,
)

if TYPE_CHECKING:
    from connectors.clock import Clock
    from connectors.http import Door, DoorSession

Json = Any
Phase = Literal["commit", "other", "any"]
"""`commit` is the call that makes a part public; `other` all the rest, which make nothing public."""

# Ours, where Meta's headers name no time: its windows are rolling hours (Meta's documentation, rate
# limits, checked 2026-11-23), so a quarter of one gives room again.
THROTTLE_PAUSE = timedelta(minutes=15)
_GONE_OR_NOT_ALLOWED = "100/33"
GRAPH_HOST = "graph.facebook.com"
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Row:
    """One code of the Graph API.

    Attributes:
        code: None: any code with this subcode.
        last: the end of a range that begins at `code`.
        subcode: None: whatever it is.
        effect: of a commit so answered; `none` only where Meta says that it refused this very post.
        words: the platform's, as reported.
        name: a code in words (`THREADS_API__LINK_LIMIT_EXCEEDED`); then the numbers are not looked at.
            Meta's pages do not say in which field it stands, so that it is looked for in all of them.
    """

    code: int | None
    subcode: int | None
    error: type[ConnectorError]
    phase: Phase
    effect: Effect
    words: str
    last: int | None = None
    name: str = ""

    @property
    def label(self) -> str:
        """`190/463`, `506`, `1609005`, or its name."""
        return self.name or "/".join(str(part) for part in (self.code, self.subcode) if part is not None)


# Meta's documentation, "Error handling" and "Rate limits", checked 2026-11-23. A room puts its own rows
# before these; the first that fits counts, so the narrower stand above the wider.
ROWS: tuple[Row, ...] = (
    # Outside of a commit "try again"; inside it nobody knows: a new post may be there all the same.
    Row(1, None, OutcomeUnknownError, "commit", "maybe", "An unknown error occurred"),
    Row(1, None, TemporaryError, "other", "none", "An unknown error occurred"),
    Row(2, None, OutcomeUnknownError, "commit", "maybe", "Service temporarily unavailable"),
    Row(2, None, TemporaryError, "other", "none", "Service temporarily unavailable"),
    Row(3, None, ReconnectError, "any", "none", "Application does not have the capability to make this call"),
    Row(4, None, RateLimitedError, "any", "none", "Application request limit reached"),
    Row(17, None, RateLimitedError, "any", "none", "User request limit reached"),
    Row(32, None, RateLimitedError, "any", "none", "Page request limit reached"),
    Row(341, None, RateLimitedError, "any", "none", "Application limit reached"),
    Row(613, None, RateLimitedError, "any", "none", "Calls to this api have exceeded the rate limit"),
    Row(80000, None, RateLimitedError, "any", "none", "There have been too many calls", 80014),
    Row(10, None, ReconnectError, "any", "none", "Application does not have permission for this action"),
    Row(200, None, ReconnectError, "any", "none", "Permissions error", 299),
    # "Error validating access token": 458 app not installed, 459 checkpoint, 460 password changed,
    # 463 expired, 464 unconfirmed user, 467 invalid, 492 no role on the Page.
    Row(190, None, ReconnectError, "any", "none", "Error validating access token: Session has expired"),
    Row(102, None, ReconnectError, "any", "none", "Session key invalid or no longer valid"),
    Row(2500, None, ReconnectError, "any", "none", "An active access token must be used"),
    Row(100, None, RejectedError, "any", "none", "Invalid parameter"),
)  # fmt: skip


class Graph(facebook.GraphAPI):  # type: ignore[misc]  # facebook-sdk has no types
    """The SDK's client, for versions it has never heard of, on the door's session.

    facebook-sdk 3.1.0 knows versions up to 3.1 and refuses the rest in its constructor, but it only
    reads `self.version` afterwards (checked 2026-11-23).
    """

    def __init__(self, token: str, version: str, session: DoorSession, host: str = GRAPH_HOST) -> None:
        super().__init__(access_token=token, session=_At(session, host))
        self.version = version


class _At:
    """The door's session as the SDK sees it: its one fixed host becomes the one that is meant."""

    def __init__(self, session: DoorSession, host: str) -> None:
        self._session = session
        self._base = f"https://{host}/"

    def request(self, method: str, url: str, **how: Any) -> Any:
        return self._session.request(
            method, self._base + url.removeprefix(facebook.FACEBOOK_GRAPH_URL), **how
        )


class GraphCaller:
    """Makes calls for one account and turns every failure into an error by what to do next.

    Args:
        rows: the room's own, before the common ones.
        app_secret: signs each call (appsecret_proof); needed where the app requires it.
        host: where this API answers.
    """

    def __init__(
        self,
        door: Door,
        clock: Clock,
        account: str,
        token: str,
        *,
        version: str,
        rows: Sequence[Row] = (),
        app_secret: str | None = None,
        host: str = GRAPH_HOST,
    ) -> None:
        self._token = token
        self._session = door.session(account)
        self._session.hooks["response"].append(self._remember)
        self._graph = Graph(token, version, self._session, host)
        self._rows = (*rows, *ROWS)
        self._redact = door.redact
        self._clock = clock
        self._seen = local()
        self._proof = {"appsecret_proof": appsecret_proof(app_secret, token)} if app_secret else {}

    def get(self, path: str, **params: str) -> dict[str, Json]:
        """Read one object or one page of a list; `access_token` among the parameters speaks instead."""
        proof = {} if "access_token" in params else self._proof
        return self._call("GET", path, "other", args={**params, **proof})

    def unversioned(self, path: str, **params: str) -> dict[str, Json]:
        """Read what stands beside the versions of the API."""
        return self._call("GET", path, "other", version="", args=params)

    def post(
        self, path: str, data: Mapping[str, str], *, phase: Phase, files: Mapping[str, Any] | None = None
    ) -> dict[str, Json]:
        """Write.

        Args:
            phase: `commit` if the call makes something public.
            files: of a multipart body, as requests takes them.
        """
        return self._call("POST", path, phase, post_args={**data, **self._proof}, files=files)

    def delete(self, path: str) -> dict[str, Json]:
        """Take an object down."""
        return self._call("DELETE", path, "other", args=dict(self._proof))

    def remove(self, path: str) -> None:
        """Take an object down; one that cannot be seen any more is gone already.

        Code 100/33 stands for "gone" as well as for "not allowed" (Meta's documentation, error handling,
        checked 2026-11-23): what can still be read is there, and taking it down was refused.
        """
        try:
            self.delete(path)
        except (RejectedError, TemporaryError) as error:
            if error.code != _GONE_OR_NOT_ALLOWED or self._reads(path):
                raise

    def _reads(self, path: str) -> bool:
        try:
            self.get(path, fields="id")
        except (RejectedError, TemporaryError) as error:
            if error.code == _GONE_OR_NOT_ALLOWED:
                return False
            raise
        return True

    def upload(
        self, url: str, file: IO[bytes], size: int, offset: int, progress: Callable[[int, int], None]
    ) -> None:
        """Send a file's bytes, from `offset` on, to the address that a container or video gave (rupload).

        Args:
            size: bytes of the whole file, which is read while it is sent.
            progress: told the bytes that have left so far, and `size`.

        Raises:
            TemporaryError: it did not arrive whole; sending again does no harm.
        """
        file.seek(offset)
        body = _Sent(file, size, offset, progress)
        headers = {"Authorization": f"OAuth {self._token}", "offset": str(offset), "file_size": str(size)}
        failure: ConnectorError
        try:
            answer = self._session.post(url, data=body, headers=headers)
        except OutcomeUnknownError as error:
            failure = TemporaryError(error.words, code=error.code, effect="none")
        else:
            result = _json(answer)
            if answer.status_code < 400 and isinstance(result, dict) and result.get("success"):
                return
            failure = self._upload_error(result, answer.status_code)
        raise failure

    def _upload_error(self, result: Json, status: int) -> ConnectorError:
        """What rupload said, in `debug_info`; where Graph itself answers it is the usual envelope."""
        told = result.get("debug_info") if isinstance(result, dict) else None
        if not isinstance(told, dict):
            return self._error(result, "other")
        code, words = str(told.get("type") or "upload"), self._redact(str(told.get("message") or ""))
        return TemporaryError(words or code, code=code, effect="none", http_status=status)

    def pages(self, path: str, **params: str) -> Iterator[Mapping[str, Json]]:
        """Every item of a list, to its last page.

        Raises:
            TemporaryError: an answer is no list, or the list leads round in a circle.
        """
        seen: set[str] = set()
        while True:
            page = self.get(path, **params)
            items = page.get("data")
            if not isinstance(items, list) or not all(isinstance(one, dict) for one in items):
                raise TemporaryError("the answer is no list", code="no-list", effect="none")
            yield from items
            further = _next(page)
            if not further:
                return
            mark = json.dumps(further, sort_keys=True)
            if mark in seen:
                raise TemporaryError("the list leads round in a circle", code="no-end", effect="none")
            seen.add(mark)
            params = {**params, **further}

    def by_shortcode(self, edge: str, code: str, since: datetime) -> str:
        """The number of a post whose address is known: Meta's calls take no shortcode. Empty: not listed.

        Args:
            since: aware; older posts are not looked through.
        """
        listed = self.pages(edge, fields="id,shortcode", since=str(int(since.timestamp())), limit="100")
        return next((str(one["id"]) for one in listed if one.get("shortcode") == code), "")

    def _call(
        self, method: str, path: str, phase: Phase, *, version: str | None = None, **how: Any
    ) -> dict[str, Json]:
        before = f"{self._graph.version}/" if version is None else version
        self._seen.status = 0
        failure: ConnectorError
        try:
            answer = self._graph.request(f"{before}{path}", method=method, **how)
        except facebook.GraphAPIError as error:
            failure = self._error(error.result, phase)
        except OutcomeUnknownError as error:
            if phase == "commit":
                raise
            # A lost reply to a call that makes nothing public is only a nuisance.
            failure = TemporaryError(error.words, code=error.code, effect="none")
        except (KeyError, ValueError):
            # The SDK breaks on an answer without Content-Type, or with JSON that is none.
            failure = self._error(None, phase)
        else:
            if isinstance(answer, dict) and self._seen.status < 400:
                return answer
            failure = self._error(answer, phase)
        # Out here, so that the SDK's own error, which may repeat a token, does not hang on it.
        raise failure

    def _remember(self, response: Any, **_: Any) -> None:
        # By thread: an account may be looked at while another of its posts is delivered.
        self._seen.status = response.status_code

    def _error(self, result: Json, phase: Phase) -> ConnectorError:
        body = result.get("error") if isinstance(result, dict) else None
        return error_of(
            body,
            self._rows,
            phase,
            self._session.last_headers,
            self._clock.now(),
            status=self._seen.status or None,
            redact=self._redact,
        )


def error_of(
    body: Json,
    rows: Sequence[Row],
    phase: Phase,
    headers: Mapping[str, str],
    now: datetime,
    *,
    status: int | None = None,
    redact: Callable[[str], str] = str,
) -> ConnectorError:
    """The error that an answer stands for, judged by code and subcode: Meta's HTTP statuses vary.

    Args:
        body: what stands under `error` in the answer; None if the answer could not be read.
        headers: looked up whatever their case.
        now: aware, UTC.
    """
    code, subcode = _number(body, "code"), _number(body, "error_subcode")
    words = redact(_words(body, status))
    said = _said(body)
    fitting = (row for row in rows if row.phase in ("any", phase) and _fits(row, code, subcode, said))
    row = next(fitting, None)
    label = "/".join(str(number) for number in (code, subcode) if number is not None)
    if row is not None and row.name:
        label = row.name
    if row is None:
        return _unlisted(body, words, label or f"HTTP {status}", phase, status)
    if row.error is RateLimitedError:
        at = retry_at(headers, now)
        return RateLimitedError(words, retry_at=at, code=label, effect=row.effect, http_status=status)
    told = body.get("error_data") if isinstance(body, dict) else None
    details = told if isinstance(told, dict) else None
    return row.error(words, code=label, effect=row.effect, http_status=status, details=details)


def _unlisted(body: Json, words: str, label: str, phase: Phase, status: int | None) -> ConnectorError:
    """A code that no row knows: in a commit nothing is certain of it."""
    readable = isinstance(body, dict)
    refused = readable and not body.get("is_transient")
    effect: Effect = "maybe" if phase == "commit" else "none"
    if refused:
        return RejectedError(words, code=label, effect=effect, http_status=status)
    if phase == "commit":
        return OutcomeUnknownError(words, code=label, http_status=status)
    return TemporaryError(words, code=label, effect="none", http_status=status)


class _Sent:
    """The rest of a file as a body: its length is known, it is read as it is sent, and that is told."""

    def __init__(self, file: IO[bytes], size: int, offset: int, progress: Callable[[int, int], None]) -> None:
        self._file = file
        self._size = size
        self._left = size - offset
        self._progress = progress

    def __len__(self) -> int:
        return self._left

    def __iter__(self) -> Iterator[bytes]:
        return iter(lambda: self.read(_PIECE), b"")

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self._progress(self._file.tell(), self._size)
        return piece


def _json(answer: Any) -> Json:
    try:
        return answer.json()
    except ValueError:
        return None


def _fits(row: Row, code: int | None, subcode: int | None, said: str) -> bool:
    if row.name:
        return row.name in said
    if row.code is None:
        # Reports name some numbers without saying whether they stood in code or in error_subcode.
        return row.subcode in (code, subcode)
    if row.subcode is not None and row.subcode != subcode:
        return False
    return code is not None and row.code <= code <= (row.last or row.code)


def _number(body: Json, name: str) -> int | None:
    value = body.get(name) if isinstance(body, dict) else None
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _said(body: Json) -> str:
    """Every text of an error."""
    return "\n".join(one for one in body.values() if isinstance(one, str)) if isinstance(body, dict) else ""


def _words(body: Json, status: int | None) -> str:
    if not isinstance(body, dict):
        return f"HTTP {status}: the answer could not be read"
    said = (body.get("message"), body.get("error_user_title"), body.get("error_user_msg"))
    return " · ".join(dict.fromkeys(str(one) for one in said if one)) or f"HTTP {status}"


def retry_at(headers: Mapping[str, str], now: datetime) -> datetime:
    """When calls will be taken again, by X-Business-Use-Case-Usage (minutes); aware, UTC."""
    try:
        usage = json.loads(headers.get("X-Business-Use-Case-Usage") or "{}")
        entries = [entry for listed in usage.values() for entry in listed]
        minutes = [float(entry.get("estimated_time_to_regain_access") or 0) for entry in entries]
    except (ValueError, AttributeError, TypeError):
        minutes = []
    longest = max(minutes, default=0)
    return now + (timedelta(minutes=longest) if longest > 0 else THROTTLE_PAUSE)


def appsecret_proof(app_secret: str, token: str) -> str:
    """What shows Meta that a call comes from the app's owner: HMAC-SHA256 of the token, hex."""
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def moment_of(value: Json) -> datetime | None:
    """Meta's `2026-11-23T18:00:00+0000`, or seconds since 1970, as an aware UTC time; None if neither."""
    try:
        if isinstance(value, int) or str(value).isdecimal():
            return datetime.fromtimestamp(int(value), UTC)
        return datetime.fromisoformat(str(value)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):
        return None


def _next(page: Mapping[str, Json]) -> dict[str, str]:
    """The parameters that lead to the next page; empty on the last one.

    Only its query is taken, and no token of it: the host and the credentials stay ours.
    """
    paging = page.get("paging") or {}
    if not paging.get("next"):
        return {}
    query = dict(parse_qsl(urlsplit(str(paging["next"])).query))
    secret = ("access_token", "appsecret_proof")
    further = {name: value for name, value in query.items() if name not in secret}
    after = (paging.get("cursors") or {}).get("after")
    return {**further, **({"after": str(after)} if after else {})}
