"""How the pretended Threads API says no (for simulator.py beside it).

Sources: Meta's error handling and Threads troubleshooting pages, and what users of the API report,
checked 2026-11-23.
"""

from __future__ import annotations

from connectors.sandbox_graph import GraphRefusal

_KIND = "THApiException"
_BLOCKED = "The action attempted has been deemed abusive or is otherwise disallowed"

# (code, subcode) → the platform's words. Subcode None is the code alone.
ERRORS: dict[tuple[int, int | None], str] = {
    (1, None): "An unknown error occurred",
    (1, 2207052): "The media could not be fetched from this URI.",
    (2, None): "Service temporarily unavailable",
    (3, None): "Application does not have the capability to make this API call.",
    (4, None): "Application request limit reached",
    (10, None): "Application does not have permission for this action",
    (17, None): "User request limit reached",
    (24, 4279009): "The requested resource does not exist",
    (32, None): "Page request limit reached",
    (100, None): "Invalid parameter",
    (100, 33): "Unsupported get request. Object with ID does not exist, cannot be loaded due to missing"
    " permissions, or does not support this operation.",
    (102, None): "Session key invalid or no longer valid",
    (190, None): "Invalid OAuth access token - Cannot parse access token",
    (190, 458): "Error validating access token: The user has not authorized application.",
    (190, 459): "Error validating access token: You cannot access the app till you log in.",
    (190, 460): "Error validating access token: The session was invalidated: the password changed.",
    (190, 463): "Error validating access token: Session has expired.",
    (190, 464): "Error validating access token: The user is not a confirmed user.",
    (190, 467): "Error validating access token: The session is invalid: the user logged out.",
    (341, None): "Application limit reached",
    (368, None): _BLOCKED,
    **{(368, subcode): _BLOCKED for subcode in (1390008, 4854002, 1404082, 1404078, 1346003)},
    (506, None): "Duplicate status message",
    (613, None): "Calls to this api have exceeded the rate limit.",
    (613, 1996): "Calls to this api have exceeded the rate limit.",
    (2500, None): "An active access token must be used to query information about the current user.",
    # Reported without saying whether it stood in code or in error_subcode.
    (4279013, None): "The user is restricted from using the API",
    (100, 4279013): "The user is restricted from using the API",
    **{(code, None): f"(#{code}) Permissions error" for code in range(200, 300)},
    **{(code, None): f"(#{code}) There have been too many calls" for code in range(80000, 80015)},
}
# Codes in words; in which field they stand is not documented.
NAMED = (
    "THREADS_API__LINK_LIMIT_EXCEEDED",
    "THREADS_API__FEATURE_NOT_AVAILABLE",
    "THREADS_API__GEO_GATING_INVALID_COUNTRY_CODES",
)
_USUAL: dict[tuple[int, int | None], str] = {
    (24, 4279009): "The media with this id cannot be found: Media Not Found.",
}


def refusal(
    code: int, subcode: int | None = None, words: str | None = None, status: int | None = None
) -> GraphRefusal:
    """The platform's no; where the words are not given, those it is known by.

    24/4279009 claims not to be transient, and is: that is how the race after creating a container looks.
    """
    told = words or _USUAL.get((code, subcode)) or ERRORS[code, subcode]
    transient = code in (1, 2) and subcode is None
    kind = "OAuthException" if code in (102, 190, 2500) else _KIND
    return GraphRefusal(code, subcode, told, kind=kind, status=status, transient=transient)


def bad(words: str, status: int | None = None) -> GraphRefusal:
    """A parameter that Threads does not take."""
    return refusal(100, None, words, status)
