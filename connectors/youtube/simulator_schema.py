"""What Google publishes about the API, held against requests: parameters, bodies, scopes, sizes.

The discovery document is the one inside google-api-python-client; nothing here is typed by hand.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any

from connectors.youtube.simulator_answers import Refusal, bad_request

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

Json = Any


@cache
def document() -> dict[str, Json]:
    """The discovery document of the YouTube Data API v3."""
    from googleapiclient.discovery_cache import get_static_doc

    found: dict[str, Json] = json.loads(get_static_doc("youtube", "v3"))
    return found


def document_at(base: str) -> dict[str, Json]:
    """The document of an API that stands at `base`: clients built from it go there."""
    root = f"{base}/"
    return {**document(), "rootUrl": root, "baseUrl": root, "mtlsRootUrl": root}


def method(name: str) -> dict[str, Json]:
    """What is published of a method such as `videos.insert`."""
    resource, _, verb = name.partition(".")
    found: dict[str, Json] = document()["resources"][resource]["methods"][verb]
    return found


def query_of(request: Request, name: str) -> dict[str, list[str]]:
    """The query parameters of a method; those that repeat may also stand in one, with commas.

    Raises:
        Refusal: one is unknown, missing, or of the wrong kind.
    """
    own, common = method(name)["parameters"], document()["parameters"]
    found: dict[str, list[str]] = {}
    for key, values in request.args.lists():
        rule = own.get(key) or common.get(key)
        if rule is None and key != "upload_id":
            raise bad_request(f'Invalid JSON payload received. Unknown name "{key}": Cannot bind query '
                              "parameter. Field could not be found in request message.", at=key)  # fmt: skip
        if rule and rule.get("repeated"):
            found[key] = [piece for value in values for piece in value.split(",") if piece]
        else:
            found[key] = values[-1:]
        for value in found[key]:
            _fits_query(key, value, rule or {})
    for key, rule in own.items():
        if rule.get("required") and not found.get(key):
            raise bad_request(f"Required parameter: {key}", "required", key)
    return found


def _fits_query(key: str, value: str, rule: Mapping[str, Json]) -> None:
    kind = rule.get("type")
    fits = True
    if kind == "boolean":
        fits = value in ("true", "false")
    elif kind == "integer":
        fits = bool(re.fullmatch(r"-?\d+", value))
        if fits and "minimum" in rule:
            fits = int(rule["minimum"]) <= int(value) <= int(rule.get("maximum", value))
    elif "enum" in rule:
        fits = value in rule["enum"]
    if not fits:
        raise bad_request(f"Invalid value '{value}' for {key}.", "invalidParameter", key)


def parts_of(query: Mapping[str, list[str]], schema: str) -> list[str]:
    """The parts asked for, all of which the resource has.

    Raises:
        Refusal: it has no such part.
    """
    known = {"id", *document()["schemas"][schema]["properties"]} - {"kind", "etag"}
    for part in query["part"]:
        if part not in known:
            raise bad_request(f"'{part}'", "unknownPart", "part")
    return query["part"]


def body_of(data: Json, schema: str, parts: list[str]) -> dict[str, Json]:
    """A resource as sent, if it is as described and holds only the parts named.

    Raises:
        Refusal: it is not.
    """
    for wrong in _wrong(data, {"$ref": schema}, ""):
        raise wrong
    for part in data:
        if part not in ("id", "kind", "etag") and part not in parts:
            raise bad_request(f"{{'{part}'}}", "unexpectedPart", "part")
    body: dict[str, Json] = data
    return body


def _wrong(value: Json, rule: Mapping[str, Json], at: str) -> Iterator[Refusal]:
    rule = document()["schemas"][rule["$ref"]] if "$ref" in rule else rule
    if not _is(value, rule):
        yield _invalid(value, at, str(rule.get("type")))
    elif isinstance(value, dict):
        for key, one in value.items():
            inner = rule.get("properties", {}).get(key) or rule.get("additionalProperties")
            if inner is None:
                yield bad_request(f'Invalid JSON payload received. Unknown name "{key}" at \'{at}\': '
                                  "Cannot find field.")  # fmt: skip
            else:
                yield from _wrong(one, inner, f"{at}.{key}".strip("."))
    elif isinstance(value, list):
        for number, one in enumerate(value):
            yield from _wrong(one, rule["items"], f"{at}[{number}]")
    elif "enum" in rule and value not in rule["enum"]:
        yield _invalid(value, at, "enum")
    elif rule.get("format") == "date-time" and not is_moment(value):
        reason = "invalidPublishAt" if at == "status.publishAt" else "badRequest"
        yield bad_request(f"Invalid value at '{at}': {value}", reason, at)


def _is(value: Json, rule: Mapping[str, Json]) -> bool:
    match rule.get("type"):
        case "object":
            return isinstance(value, dict)
        case "array":
            return isinstance(value, list)
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
    return True


def _invalid(value: Json, at: str, wanted: str) -> Refusal:
    return bad_request(f"Invalid value at '{at}' ({wanted}), {json.dumps(value)}", at=at)


def is_moment(value: str) -> bool:
    """Whether a text is an instant with its offset (RFC 3339)."""
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def most_bytes(name: str) -> int:
    """The size a method's upload may have."""
    return int(method(name)["mediaUpload"]["maxSize"])


def takes(name: str, mime: str) -> bool:
    """Whether a method's upload may be of this type."""
    for pattern in method(name)["mediaUpload"]["accept"]:
        family, _, kind = pattern.partition("/")
        if family in ("*", mime.partition("/")[0]) and kind in ("*", mime.partition("/")[2]):
            return True
    return False
