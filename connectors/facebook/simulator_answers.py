"""How the pretended Graph API says no, and how it shows what it has (for simulator.py beside it).

Sources: Meta's error handling, rate limiting and Page reference pages (checked 2026-11-23); subcodes
as seen by users of the API in 2026.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.sandbox_graph import GraphCall, GraphRefusal

Json = Any

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


class Refusal(GraphRefusal):
    """The platform's no, with the words it has for the code if none are given."""

    def __init__(
        self,
        code: int,
        subcode: int | None = None,
        words: str | None = None,
        status: int | None = None,
        data: Mapping[str, Json] | None = None,
    ) -> None:
        super().__init__(code, subcode, words or ERRORS[code, subcode], status=status)
        self.data = data

    def more(self) -> dict[str, Json]:
        """What is said to people, and what an upload is to go on with."""
        more: dict[str, Json] = {}
        if self.subcode is not None:
            more["error_user_msg"] = _PEOPLE_WORDS.get(self.subcode, self.words)
        if self.data is not None:
            more["error_data"] = dict(self.data)
        return more


def gone(what: str, verb: str = "get") -> Refusal:
    """There is no such object, or it is not this token's."""
    return Refusal(100, 33, _GONE.format(what=what).replace("request", f"{verb} request", 1))


def bad(words: str) -> Refusal:
    """A parameter that Graph does not take."""
    return Refusal(100, None, f"(#100) {words}")


@dataclass(frozen=True)
class Call(GraphCall):
    """A request whose token was good: for which Page, with which parameters.

    Attributes:
        version: of the Graph API that was asked, `v25.0`.
    """

    version: str = ""


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
