"""What the pretended X takes as a body: the schemas of OpenAPI 2.167, checked 2026-11-23."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from connectors.sandbox_checks import Shape, array, boolean, integer, mapping, text
from connectors.twitter.simulator_answers import invalid, off_schema, plain

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

Json = Any

_ID = r"^[0-9]{1,19}$"
_AUDIENCE = ("following", "mentionedUsers", "subscribers", "verified")
_id = text(pattern=_ID)

POST_BODY: Shape = mapping(
    {
        "text": text(),
        "card_uri": text(),
        "community_id": _id,
        "direct_message_deep_link": text(),
        "edit_options": mapping({"previous_post_id": _id}, ["previous_post_id"]),
        "for_super_followers_only": boolean,
        "geo": mapping({"place_id": text()}, ["place_id"]),
        "made_with_ai": boolean,
        "media": mapping(
            {
                "call_to_actions": mapping({}, more=True),
                "description": text(),
                "embeddable": boolean,
                "media_ids": array(_id, 1, 4),
                "preview_media_id": _id,
                "tagged_user_ids": array(_id, 0, 10),
                "title": text(),
            },
            ["media_ids"],
        ),
        "nullcast": boolean,
        "paid_partnership": boolean,
        "poll": mapping(
            {
                "options": array(text(1, 25), 2, 4),
                "duration_minutes": integer(5, 10080),
                "reply_settings": text(among=_AUDIENCE),
            },
            ["options", "duration_minutes"],
        ),
        "quote_tweet_id": _id,
        "reply": mapping(
            {
                "in_reply_to_tweet_id": _id,
                "auto_populate_reply_metadata": boolean,
                "exclude_reply_user_ids": array(_id),
            },
            ["in_reply_to_tweet_id"],
        ),
        "reply_settings": text(among=_AUDIENCE),
        "share_with_followers": boolean,
    }
)
CATEGORIES = ("tweet_image", "tweet_video", "tweet_gif", "dm_image", "dm_video", "dm_gif", "subtitles")
INIT_BODY: Shape = mapping(
    {
        "additional_owners": array(_id),
        "media_category": text(among=("amplify_video", *CATEGORIES)),
        "media_type": text(
            among=str.split(
                "video/mp4 video/webm video/mp2t video/quicktime text/srt text/vtt image/jpeg"
                " image/gif image/bmp image/png image/webp image/pjpeg image/tiff model/gltf-binary"
                " model/vnd.usdz+zip"
            )
        ),
        "shared": boolean,
        "total_bytes": integer(0, 17179869184),
    },
    ["media_type", "total_bytes"],
)
METADATA_BODY: Shape = mapping(
    {
        "id": _id,
        "metadata": mapping({"alt_text": mapping({"text": text(0, 1000)}, ["text"])}, more=True),
    },
    ["id"],
    more=True,
)
SUBTITLES_BODY: Shape = mapping(
    {
        "id": _id,
        "media_category": text(among=("AmplifyVideo", "TweetVideo")),
        "subtitles": mapping(
            {"id": _id, "display_name": text(), "language_code": text(pattern=r"^[A-Z]{2}$")},
            ["id", "display_name", "language_code"],
        ),
    },
    ["id", "media_category", "subtitles"],
)

UPLOAD_BODY = mapping(
    {"media_category": text(among=CATEGORIES), "additional_owners": text()}, ["media_category"]
)
APPEND_BODY = mapping({"segment_index": integer(0, 999)}, ["segment_index"])


@dataclass(frozen=True)
class Call:
    """An authorised request: who asks, with what, about which resource in the path."""

    account: str
    request: Request
    key: str


def json_body(request: Request, shape: Shape) -> dict[str, Json]:
    """The JSON of a request, if it is like `shape`."""
    if request.mimetype != "application/json":
        raise plain(415, "Unsupported Media Type", "Content-Type must be application/json")
    try:
        body = json.loads(request.get_data(cache=True))
    except ValueError as error:
        raise invalid("Requests with bodies must be valid JSON.") from error
    broken = list(shape(body, "$"))
    if broken:
        raise off_schema(broken)
    fields: dict[str, Json] = body
    return fields


def media_body(request: Request) -> tuple[dict[str, Json], bytes | None]:
    """Fields and bytes of an upload, sent as multipart or as JSON with base64."""
    if request.mimetype == "multipart/form-data":
        fields: dict[str, Json] = dict(request.form.items())
        sent = request.files.get("media")
        if sent is not None:
            return fields, sent.stream.read()
        return fields, from_base64(fields.pop("media", None))
    if request.mimetype != "application/json":
        raise plain(415, "Unsupported Media Type", "Content-Type must be multipart/form-data or JSON")
    body = request.get_json(force=True, silent=True)
    if not isinstance(body, dict):
        raise invalid("Requests with bodies must be valid JSON.")
    return body, from_base64(body.pop("media", None))


def from_base64(value: Json) -> bytes | None:
    """Bytes that came as text; None stays None."""
    if value is None:
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError, TypeError) as error:
        raise invalid("$.media: is not base64") from error
