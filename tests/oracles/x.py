"""Holds X traffic against the facts of its OpenAPI specification (x-routes.json, made by distil.py)."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator

Json = Any
ROUTES_FILE = Path(__file__).with_name("x-routes.json")


@cache
def facts() -> Json:
    """x-routes.json."""
    return json.loads(ROUTES_FILE.read_text(encoding="utf-8"))


def check_request(
    method: str, path: str, query: dict[str, Json] | None = None, json_body: Json = None
) -> list[str]:
    """What the specification has against a request; empty: nothing.

    Args:
        path: with or without a query-free prefix such as `/2/tweets/123`.
        query: as sent, before any decoding of lists.
        json_body: None for a request without a body, or with a multipart one (see `check_fields`).
    """
    route, in_path = _route(method, path)
    if route is None and (method, path) == ("POST", urlsplit(facts()["token_url"]).path):
        return []
    if route is None:
        return [f"{method} {path}: no such route"]
    problems = _parameters(route, "query", query or {}) + _parameters(route, "path", in_path)
    schema = route["body"].get("application/json")
    if json_body is not None and schema is None:
        problems.append(f"{method} {path}: takes no JSON body")
    elif json_body is not None:
        problems += _against(schema, json_body)
    elif route["body_required"] and "multipart/form-data" not in route["body"]:
        problems.append(f"{method} {path}: needs a body")
    return problems


def check_fields(method: str, path: str, fields: dict[str, Json]) -> list[str]:
    """What the specification has against the fields of a multipart body (text values, files as any value)."""
    route, _ = _route(method, path)
    if route is None or "multipart/form-data" not in route["body"]:
        return [f"{method} {path}: takes no multipart body"]
    schema = facts()["schemas"][route["body"]["multipart/form-data"]["$ref"].rpartition("/")[2]]
    problems = [f"{name}: not a field" for name in fields if name not in schema["properties"]]
    problems += [f"{name}: missing" for name in schema.get("required", []) if name not in fields]
    for name, value in fields.items():
        if name in schema["properties"] and name != "media":
            problems += _against(schema["properties"][name], _typed(schema["properties"][name], value))
    return problems


def check_reply(method: str, path: str, status: int, json_body: Json) -> list[str]:
    """What the specification has against an answer; errors (4xx, 5xx) have no schema there."""
    route, _ = _route(method, path)
    if route is None:
        return [f"{method} {path}: no such route"]
    if status >= 400:
        return []
    schema = route["replies"].get(str(status))
    return [f"{method} {path}: no {status} answer"] if schema is None else _against(schema, json_body)


def _route(method: str, path: str) -> tuple[Json, dict[str, str]]:
    for name, route in facts()["routes"].items():
        verb, _, template = name.partition(" ")
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template)
        found = re.fullmatch(pattern, path)
        literal = found is not None and not found.groupdict()
        better = literal or f"{method} {path}" not in facts()["routes"]
        if verb == method and found is not None and better:
            return route, found.groupdict()
    return None, {}


def _parameters(route: Json, place: str, given: dict[str, Json]) -> list[str]:
    known = {one["name"]: one for one in route["parameters"] if one["in"] == place}
    problems = [f"{place} {name}: unknown" for name in given if name not in known]
    problems += [
        f"{place} {name}: missing" for name, one in known.items() if one["required"] and name not in given
    ]
    for name, value in given.items():
        if name in known:
            schema = known[name]["schema"]
            problems += [f"{place} {name}: {line}" for line in _against(schema, _typed(schema, value))]
    return problems


def _typed(schema: Json, value: Json) -> Json:
    """A text from a query or form as the type the schema speaks of."""
    if "$ref" in schema:
        schema = facts()["schemas"][schema["$ref"].rpartition("/")[2]]
    if not isinstance(value, str):
        return value
    if schema.get("type") == "array":
        return value.split(",")
    if schema.get("type") == "integer" and re.fullmatch(r"-?\d+", value):
        return int(value)
    return value


def _against(schema: Json, value: Json) -> list[str]:
    whole = {**_modern(schema), "components": {"schemas": _schemas()}}
    validator = Draft202012Validator(whole, format_checker=Draft202012Validator.FORMAT_CHECKER)
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


@cache
def _schemas() -> Json:
    """Every schema under the name that `$ref` uses."""
    return _modern(facts()["schemas"])


def _modern(schema: Json) -> Json:
    """OpenAPI 3.0's `nullable` as JSON Schema says it."""
    if isinstance(schema, list):
        return [_modern(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    modern = {key: _modern(value) for key, value in schema.items() if key != "nullable"}
    if schema.get("nullable") is True and isinstance(modern.get("type"), str):
        modern["type"] = [modern["type"], "null"]
    return modern
