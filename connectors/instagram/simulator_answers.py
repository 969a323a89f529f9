"""How the pretended Instagram says no (for simulator.py beside it).

Sources: Meta's "Error handling", Instagram "Error codes" and Content Publishing pages (checked
2026-11-23), and what users of the API saw in 2026 where a line says so.
"""

from __future__ import annotations

from connectors.sandbox_graph import GraphRefusal

_VALIDATING = "Error validating access token: "

# (code, subcode) → the platform's words. Subcode None is the code alone.
ERRORS: dict[tuple[int, int | None], str] = {
    (1, None): "An unknown error occurred",
    (2, None): "Service temporarily unavailable",
    (3, None): "Application does not have the capability to make this API call.",
    (4, None): "Application request limit reached",
    (10, None): "Application does not have permission for this action",
    (17, None): "User request limit reached",
    (32, None): "Page request limit reached",
    (341, None): "Application limit reached",
    (613, None): "Calls to this api have exceeded the rate limit.",
    (613, 1996): "Calls to this api have exceeded the rate limit.",
    **{
        (code, None): "There have been too many calls to this account. Wait a bit and try again."
        for code in range(80000, 80015)
    },
    **{(code, None): "Permissions error" for code in range(200, 300)},
    (100, None): "Invalid parameter",
    (100, 33): "Unsupported request. Object does not exist, cannot be loaded due to missing permissions, or"
    " does not support this operation.",
    (102, None): "Session key invalid or no longer valid",
    (190, None): "Invalid OAuth access token - Cannot parse access token",
    (190, 458): _VALIDATING + "The user has not authorized application.",
    (190, 459): _VALIDATING + "You cannot access the app till you log in and follow the instructions given.",
    (190, 460): _VALIDATING + "The session has been invalidated because the user changed their password.",
    (190, 463): _VALIDATING + "Session has expired.",
    (190, 464): _VALIDATING + "Sessions for the user are not allowed because the user is not confirmed.",
    (190, 467): _VALIDATING + "The session is invalid because the user logged out.",
    (190, 492): _VALIDATING + "The user does not have a role on the Page.",
    **{
        (368, subcode): "The action attempted has been deemed abusive or is otherwise disallowed"
        for subcode in (None, 1390008, 4854002, 1404078, 1404082)
    },
    (506, None): "Duplicate status message",
    (2500, None): "An active access token must be used to query information about the current user.",
    # Instagram's own.
    (-2, 2207003): "It takes too long to download the media.",
    (-2, 2207020): "The media you are trying to access has expired. Please try to upload again.",
    (-1, 2207001): "Instagram server error. Try again.",
    (-1, 2207032): "Create media fail, please try to re-create media",
    (-1, 2207053): "unknown upload error",
    (1, 2207057): "Thumbnail offset must be greater than or equal to 0 and less than video duration.",
    (4, 2207051): "Application request limit reached",
    (9, 2207042): "You reached maximum number of posts that is allowed to be published by Content Publishing"
    " API.",
    (9004, 2207052): "The media could not be fetched from this URI: Only photo or video can be accepted as"
    " media type.",
    (9007, 2207027): "The media is not ready for publishing, please wait for a moment",
    (24, 2207006): "The media with this id cannot be found",
    (24, 2207008): "The media builder with this id does not exist or has expired",
    (25, 2207050): "The Instagram account is restricted.",
    (100, 2207023): "The media type is unknown.",
    (100, 2207028): "Your post won't work as a carousel. Carousels need at least 2 photos/videos and no more"
    " than 10 photos/videos.",
    (100, 2207035): "Product tag positions should not be specified for video media.",
    (100, 2207036): "Product tag positions are required for photo media.",
    (100, 2207037): "We couldn't add all of your product tags.",
    (100, 2207040): "Cannot use more than 20 tags per created media.",
    (352, 2207026): "The video format is not supported. Please check spec for supported format.",
    (36000, 2207004): "The image is too large to download. It should be less than 8 MiB.",
    (36001, 2207005): "The image format is not supported.",
    (36003, 2207009): "The submitted image with aspect ratio cannot be published. Please submit an image with"
    " a valid aspect ratio.",
    (36004, 2207010): "The caption was too long.",
    (20, 1772107): "The comment could not be read.",
}

INVALID_LOCATION = "INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID"
"""A code in words."""

# What only the `status` text of a container was seen to say (users of the API, 2026; undocumented).
STATUS_CODES = (2207001, 2207003, 2207026, 2207053, 2207057, 2207076, 2207077, 2207081, 2207082, 2207085)


def refusal(
    code: int, subcode: int | None = None, words: str | None = None, status: int | None = None
) -> GraphRefusal:
    """An error of the table above, in its words or others."""
    kind = "OAuthException" if code in (4, 10, 102, 190, 2500) or code >= 200 else "IGApiException"
    return GraphRefusal(code, subcode, words or ERRORS[code, subcode], kind=kind, status=status)
