"""Distils the X OpenAPI specification into the facts of our routes: `python -m tests.oracles.distil SPEC`.

Names, types, enums, bounds and what is required are kept; descriptions and everything else stay out.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

Json = Any

ROUTES = (
    ("get", "/2/users/me"),
    ("post", "/2/tweets"),
    ("get", "/2/tweets/{id}"),
    ("delete", "/2/tweets/{id}"),
    ("get", "/2/users/{id}/tweets"),
    ("get", "/2/media/upload"),
    ("post", "/2/media/upload"),
    ("post", "/2/media/upload/initialize"),
    ("post", "/2/media/upload/{id}/append"),
    ("post", "/2/media/upload/{id}/finalize"),
    ("post", "/2/media/metadata"),
    ("post", "/2/media/subtitles"),
)
KEPT = {
    "$ref",
    "additionalProperties",
    "allOf",
    "anyOf",
    "enum",
    "exclusiveMaximum",
    "exclusiveMinimum",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "nullable",
    "oneOf",
    "pattern",
    "properties",
    "required",
    "type",
    "uniqueItems",
}


def distil(spec: Json) -> Json:
    """`{"source", "version", "token_url", "routes", "schemas"}` of a specification."""
    routes = {f"{method.upper()} {path}": _route(spec, method, path) for method, path in ROUTES}
    return {
        "source": spec["info"]["title"],
        "version": spec["info"]["version"],
        # Of the token endpoint a specification names no more than the address.
        "token_url": _flows(spec)["authorizationCode"]["tokenUrl"],
        "routes": routes,
        "schemas": _schemas(spec, routes),
    }


def _flows(spec: Json) -> Json:
    return spec["components"]["securitySchemes"]["OAuth2UserToken"]["flows"]


def _route(spec: Json, method: str, path: str) -> Json:
    operation = spec["paths"][path][method]
    body = operation.get("requestBody", {})
    return {
        "parameters": [_parameter(spec, one) for one in operation.get("parameters", [])],
        "body": {kind: _schema(one["schema"]) for kind, one in body.get("content", {}).items()},
        "body_required": body.get("required", False),
        "replies": {
            status: _schema(reply["content"]["application/json"]["schema"])
            for status, reply in operation["responses"].items()
            if "application/json" in reply.get("content", {})
        },
    }


def _parameter(spec: Json, parameter: Json) -> Json:
    if "$ref" in parameter:
        parameter = _at(spec, parameter["$ref"])
    return {
        "name": parameter["name"],
        "in": parameter["in"],
        "required": parameter.get("required", False),
        "schema": _schema(parameter["schema"]),
    }


def _schema(schema: Json) -> Json:
    """A schema with only what it demands; names of properties are never taken for keywords."""
    if isinstance(schema, list):
        return [_schema(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    kept = {}
    for key, value in schema.items():
        if key == "properties":
            kept[key] = {name: _schema(one) for name, one in value.items()}
        elif key in ("enum", "required"):
            kept[key] = value
        elif key in KEPT:
            kept[key] = _schema(value)
    return kept


def _schemas(spec: Json, routes: Json) -> Json:
    """Every schema the routes refer to, directly or through others, by name."""
    found: dict[str, Json] = {}
    waiting = list(_references(routes))
    while waiting:
        reference = waiting.pop()
        name = reference.rpartition("/")[2]
        if name not in found:
            found[name] = _schema(_at(spec, reference))
            waiting += _references(found[name])
    return dict(sorted(found.items()))


def _references(value: Json) -> Iterator[str]:
    if isinstance(value, dict):
        for key, one in value.items():
            if key == "$ref":
                yield one
            else:
                yield from _references(one)
    elif isinstance(value, list):
        for one in value:
            yield from _references(one)


def _at(spec: Json, reference: str) -> Json:
    for step in reference.removeprefix("#/").split("/"):
        spec = spec[step]
    return spec


def main(arguments: list[str]) -> int:
    """Write OUT (x-routes.json beside this file) from SPEC."""
    if len(arguments) not in (1, 2):
        sys.stderr.write("usage: python -m tests.oracles.distil SPEC [OUT]\n")
        return 2
    out = Path(arguments[1]) if len(arguments) == 2 else Path(__file__).with_name("x-routes.json")
    distilled = distil(json.loads(Path(arguments[0]).read_text(encoding="utf-8")))
    lines = [
        *(f'"{part}": {json.dumps(distilled[part])}' for part in ("source", "version", "token_url")),
        *(f'"{part}": {{\n{_lines(distilled[part])}\n}}' for part in ("routes", "schemas")),
    ]
    out.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    return 0


def _lines(entries: Json) -> str:
    """One entry a line, so that a new version of the specification reads well as a diff."""
    return ",\n".join(
        f"{json.dumps(key)}: {json.dumps(value, separators=(',', ':'))}" for key, value in entries.items()
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
