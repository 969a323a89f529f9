"""How the pretended Graph API says no, and how it shows what it has (for simulator.py beside it).

Sources: Meta's error handling, rate limiting and Page reference pages (checked 2026-11-23); subcodes
as seen by users of the API in 2026.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

Json = Any

_OAUTH = "OAuthException"
_INVALID = "Invalid parameter"
_GONE = (
    "Unsupported request. Object with ID '{what}' does not exist, cannot be loaded due to missing"
    " permissions, or does not support this operation"
)

# (code, subcode) → the platform's words. Subcode None is the code alone.
ERRORS: dict[tuple[int, int | None], str] = {
    (1, None): "An unknown error occurred",
    (2, None): "Service temporarily unavailable",
    (3, None): "Application does not have the capability to make this API call.",
    (4, None): "(#4) Application request limit reached",
    (10, None): "(#10) This endpoint requires the 'pages_read_engagement' permission or the 'Page Public"
    " Content Access' feature.",
    (17, None): "(#17) User request limit reached",
    (32, None): "(#32) Page request limit reached",
    (341, None): "(#341) Feed action request limit reached",
    (613, None): "(#613) Calls to this api have exceeded the rate limit.",
    (613, 1996): "(#613) Calls to this api have exceeded the rate limit.",
    **{
        (code, None): f"(#{code}) There have been too many calls to this Page account. Wait a bit and try"
        " again."
        for code in range(80000, 80015)
    },
    **{(code, None): f"(#{code}) Permissions error" for code in range(200, 300)},
    (100, None): "(#100) Invalid parameter",
    (100, 33): _GONE,
    (102, None): "Session key invalid or no longer valid",
    (190, None): "Invalid OAuth access token - Cannot parse access token",
    (190, 458): "Error validating access token: The user has not authorized application.",
    (190, 459): "Error validating access token: You cannot access the app till you log in to"
    " www.facebook.com and follow the instructions given.",
    (190, 460): "Error validating access token: The session has been invalidated because the user changed"
    " their password or Facebook has changed the session for security reasons.",
    (190, 463): "Error validating access token: Session has expired.",
    (190, 464): "Error validating access token: Sessions for the user are not allowed because the user is"
    " not a confirmed user.",
    (190, 467): "Error validating access token: The session is invalid because the user logged out.",
    (190, 492): "Error validating access token: The user does not have a role on the Page.",
    (324, None): "(#324) Missing or invalid image file",
    (368, None): "The action attempted has been deemed abusive or is otherwise disallowed",
    **{
        (368, subcode): "The action attempted has been deemed abusive or is otherwise disallowed"
        for subcode in (1390008, 4854002, 1404082, 1404078, 1346003, 1404102, 1404006, 1404112)
    },
    (382, None): "(#382) The video file you selected is too small.",
    (389, None): "(#389) Unable to fetch file from URL.",
    (506, None): "(#506) Duplicate status message",
    (1609005, None): "(#1609005) There was a problem scraping data from the provided link.",
    (2500, None): "An active access token must be used to query information about the current user.",
    (6000, None): "(#6000) There was a problem uploading your video file. Please try again.",
    (6001, None): "(#6001) There was a problem uploading your video file. Please try again.",
    **{
        (100, subcode): _INVALID
        for subcode in (
            1349125,
            1363037,
            1363040,
            1363047,
            1363127,
            1363128,
            1363129,
            1366046,
            1366051,
            1609005,
            1609008,
            1609010,
            2061006,
            2069019,
        )
    },
}
_PEOPLE_WORDS = {
    1366046: "Photos should be less than 10 MB and saved as JPG, PNG, GIF, BMP or TIFF files.",
    1366051: "These photos were already posted.",
    1609005: "The link could not be processed: its page could not be read.",
    1609008: "Links to Facebook cannot be posted this way.",
    2061006: "The URL is not valid.",
    1404078: "Your Page must complete Page Publishing Authorization before it can post.",
    1404082: "This content was already posted.",
    1390008: "You are going too fast. Wait before you post again.",
    4854002: "Confirm your identity before you go on.",
}


class Refusal(Exception):
    """The platform's no, raised where it is found."""

    def __init__(
        self,
        code: int,
        subcode: int | None = None,
        words: str | None = None,
        status: int | None = None,
        data: Mapping[str, Json] | None = None,
    ) -> None:
        super().__init__(code, subcode, words)
        self.code, self.subcode = code, subcode
        self.words = words or ERRORS[code, subcode]
        self.status = status or (500 if code in (1, 2) else 400)
        self.data = data

    def response(self) -> Response:
        """The error envelope."""
        error: dict[str, Json] = {"message": self.words, "type": _OAUTH, "code": self.code}
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
            error["error_user_msg"] = _PEOPLE_WORDS.get(self.subcode, self.words)
        if self.data is not None:
            error["error_data"] = dict(self.data)
        error["is_transient"] = self.code in (1, 2)
        error["fbtrace_id"] = hashlib.sha256(self.words.encode()).hexdigest()[:23]
        return answer({"error": error}, self.status)


def gone(what: str, verb: str = "get") -> Refusal:
    """There is no such object, or it is not this token's."""
    return Refusal(100, 33, _GONE.format(what=what).replace("request", f"{verb} request", 1))


def bad(words: str) -> Refusal:
    """A parameter that Graph does not take."""
    return Refusal(100, None, f"(#100) {words}")


def answer(body: Json, status: int = 200) -> Response:
    """JSON as Graph sends it."""
    return Response(
        json.dumps(body, ensure_ascii=False), status, content_type="application/json; charset=UTF-8"
    )


def time_text(moment: datetime) -> str:
    """`2026-11-23T10:00:00+0000`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def moment(value: str, name: str) -> datetime:
    """A time as Graph takes it: Unix seconds or ISO 8601."""
    try:
        if value.isdigit():
            return datetime.fromtimestamp(int(value), UTC)
        parsed = datetime.fromisoformat(value)
    except (ValueError, OverflowError) as error:
        raise bad(f"param {name} must be a valid time") from error
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def truth(value: Json, name: str) -> bool:
    """A boolean as forms and JSON give it."""
    known = {"true": True, "1": True, "false": False, "0": False}
    if str(value).lower() not in known:
        raise bad(f"Param {name} must be a boolean")
    return known[str(value).lower()]


@dataclass(frozen=True)
class Call:
    """A request whose token was good: for which Page, with which parameters."""

    page: str
    params: Mapping[str, Json]
    request: Request
    version: str
    target: str = ""

    def has(self, name: str) -> bool:
        """Whether a parameter was given and says something."""
        return self.params.get(name) not in (None, "")

    def text(self, name: str) -> str:
        """A parameter as text; empty if it was not given."""
        value = self.params.get(name, "")
        return value if isinstance(value, str) else json.dumps(value)


# ── fields ───────────────────────────────────────────────────────────────────

Fields = dict[str, "Fields"]


_FIELD = re.compile(r"([A-Za-z0-9_]+)(?:\.[a-z_]+\([^)]*\))*")


def parse_fields(given: str) -> Fields:
    """`id,attachments.limit(3){media_type,target{id}}` → a tree of names; empty: all that there is."""
    compact = re.sub(r"\s", "", given)
    tree, end = _tree(compact, 0) if compact else ({}, 0)
    if end != len(compact):
        raise Refusal(2500, None, f"Syntax error in the fields parameter: {given}")
    return tree


def _tree(given: str, at: int) -> tuple[Fields, int]:
    """The names from `at` on, and where they end; a name that is none ends them."""
    tree: Fields = {}
    while found := _FIELD.match(given, at):
        name, at = found.group(1), found.end()
        tree[name] = {}
        if given[at : at + 1] == "{":
            tree[name], at = _tree(given, at + 1)
            if given[at : at + 1] != "}" or not tree[name]:
                return tree, -1
            at += 1
        if given[at : at + 1] != ",":
            return tree, at
        at += 1
    return tree, -1


def pick(node: Mapping[str, Callable[[], Json]], kind: str, wanted: Fields) -> dict[str, Json]:
    """The fields asked for, and always the id; what is empty is left out, as Graph does.

    Args:
        node: a function per field the node type has.
        kind: its name, for the refusal of a field it does not have.
    """
    for name in wanted:
        if name not in node:
            raise bad(f"Tried accessing nonexisting field ({name}) on node type ({kind})")
    found = {name: _narrowed(node[name](), below) for name, below in wanted.items()}
    shown = {name: value for name, value in found.items() if value is not None}
    return {**shown, "id": node["id"]()}


def _narrowed(value: Json, wanted: Fields) -> Json:
    if not wanted or value is None:
        return value
    if isinstance(value, list):
        return [_narrowed(one, wanted) for one in value]
    if isinstance(value, dict) and set(value) & {"data"}:
        return {**value, "data": _narrowed(value["data"], wanted)}
    if isinstance(value, dict):
        return {name: _narrowed(value[name], below) for name, below in wanted.items() if name in value}
    return value


def indexed(params: Mapping[str, Json], name: str) -> Iterator[Json]:
    """A list given as JSON (`name=[…]`) or piece by piece (`name[0]=…`); each piece as JSON gives it."""
    whole = params.get(name)
    if whole is not None:
        pieces = _from_json(whole, name)
        if not isinstance(pieces, list):
            raise bad(f"param {name} must be an array.")
        yield from pieces
    numbered = [
        (int(found.group(1)), value)
        for key, value in params.items()
        if (found := re.fullmatch(rf"{name}\[(\d+)\]", key))
    ]
    for _, value in sorted(numbered, key=lambda pair: pair[0]):
        yield _from_json(value, name)


def _from_json(value: Json, name: str) -> Json:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise bad(f"param {name} must be JSON") from error
