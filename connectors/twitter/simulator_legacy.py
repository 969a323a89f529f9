"""What is left of the pretended X's API v1.1: uploads and their descriptions (for simulator.py beside it).

The routes, fields and answers are those that tweepy 4.17.0 sends and reads, and that X's v1.1 media pages
showed; X has announced their end for 2025-06-09, and whether it serves them still is not known (checked
2026-11-23). Other people's programs send them; our room does not.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Response

from connectors.twitter.simulator_answers import Refusal, json_answer
from connectors.twitter.simulator_bodies import APPEND_BODY, INIT_BODY, UPLOAD_BODY, Call, from_base64
from connectors.twitter.simulator_media import Uploads

Json = Any

_USUAL = {"image": "tweet_image", "video": "tweet_video", "text": "subtitles"}
"""The category of what names none, by the first half of its type."""


class Legacy:
    """The media routes of v1.1, on the uploads of one simulator."""

    def __init__(self, uploads: Uploads) -> None:
        self._uploads = uploads

    def upload(self, call: Call) -> Response:
        """POST media/upload.json: everything in one, or what `command` names; GET: how far it is."""
        return _in_its_words(call, self._upload)

    def _upload(self, call: Call) -> Response:
        fields, data = _sent(call)
        media_id = fields.pop("media_id", "")
        match call.request.method, fields.pop("command", ""):
            case "GET", "STATUS":
                self._uploads.refuse_other(call.account, media_id)
                return _told(self._uploads.known(media_id))
            case "POST", "":
                if data is None:
                    raise _wrong("media parameter is missing.")
                given = {"media_category": "tweet_image", **fields}
                _hold(UPLOAD_BODY, given)
                return _told(self._uploads.take(call.account, given, data))
            case "POST", "INIT":
                kind = str(fields.get("media_type", "")).partition("/")[0]
                total = str(fields.get("total_bytes", ""))
                given = {"media_category": _USUAL.get(kind, "tweet_image"), **fields}
                given["total_bytes"] = int(total) if total.isdigit() else total
                _hold(INIT_BODY, given)
                return _told(self._uploads.begin(call.account, given), 202)
            case "POST", "APPEND":
                index = str(fields.get("segment_index", ""))
                number = int(index) if index.isdigit() else index
                _hold(APPEND_BODY, {"segment_index": number})
                if data is None:
                    raise _wrong("media parameter is missing.")
                self._uploads.add(call.account, media_id, int(number), data)
                return Response(status=204)
            case "POST", "FINALIZE":
                return _told(self._uploads.end(call.account, media_id), 201)
        raise _wrong("command parameter is invalid.")

    def metadata(self, call: Call) -> Response:
        """POST media/metadata/create.json: a description; the answer is empty."""
        return _in_its_words(call, self._metadata)

    def _metadata(self, call: Call) -> Response:
        sent = call.request.get_json(force=True, silent=True)
        body: dict[str, Json] = sent if isinstance(sent, dict) else {}
        alt = body.get("alt_text")
        words = alt.get("text") if isinstance(alt, dict) else None
        if not isinstance(words, str) or len(words) > 1000:
            raise _wrong("alt_text.text must be a text of at most 1000 characters.")
        self._uploads.describe(call.account, str(body.get("media_id", "")), words)
        return Response(b"", 200)

    def gone(self, call: Call) -> Response:
        """All else of v1.1: 403, code 453."""
        words = (
            "You currently have access to a subset of X API V2 endpoints and limited v1.1 endpoints"
            " (e.g. media post, oauth) only. If you need access to this endpoint, you may need a different"
            " access level."
        )
        return json_answer({"errors": [{"message": words, "code": 453}]}, 403)


def _sent(call: Call) -> tuple[dict[str, Json], bytes | None]:
    """Fields and bytes: of the query, a form, or a form with a file; `media_data` is base64."""
    request = call.request
    fields: dict[str, Json] = {**dict(request.args.items()), **dict(request.form.items())}
    coded, file = fields.pop("media_data", None), request.files.get("media")
    return fields, from_base64(coded) if file is None else file.stream.read()


def no_bearer() -> Refusal:
    """403: v1.1 media takes OAuth 1.0a only."""
    words = "Your credentials do not allow access to this resource."
    return Refusal(403, {"errors": [{"code": 220, "message": words}]})


def _told(known: Mapping[str, Json], status: int = 200) -> Response:
    """The same facts in the older spelling."""
    rest = {name: value for name, value in known.items() if name != "id"}
    ids = {"media_id": int(known["id"]), "media_id_string": known["id"]}
    return json_answer({**ids, **rest}, status)


def _hold(shape: Any, fields: Mapping[str, Json]) -> None:
    for told in shape(dict(fields), "$"):
        raise _wrong(told)


def _wrong(words: str) -> Refusal:
    return Refusal(400, {"error": words})


def _in_its_words(call: Call, act: Any) -> Response:
    """An answer, or a refusal in the shape that the media routes of v1.1 have."""
    try:
        answer: Response = act(call)
    except Refusal as refusal:
        if not isinstance(refusal.body, dict):
            raise
        first = next(iter(refusal.body.get("errors") or [refusal.body]))
        words = first.get("message") or first.get("detail") or first.get("error")
        raise Refusal(refusal.status, {"request": call.key, "error": words}) from None
    return answer
