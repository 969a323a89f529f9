"""The oracle: what is distilled from a specification, and what it notices."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.oracles import distil
from tests.oracles.x import ROUTES_FILE, check_fields, check_request, facts

Json = Any


def specification() -> Json:
    """A small one that has every route of ours."""
    schema = {
        "type": "object",
        "description": "words",
        "properties": {
            "description": {"type": "string", "description": "words", "maxLength": 3, "example": "abc"},
            "kind": {"$ref": "#/components/schemas/Kind"},
        },
        "additionalProperties": False,
    }
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Thing"}}}
    operation = {
        "summary": "words",
        "parameters": [{"$ref": "#/components/parameters/Id"}],
        "requestBody": {"content": content, "required": True},
        "responses": {"200": {"content": content}, "default": {"content": {"text/plain": {}}}},
    }
    paths: dict[str, Json] = {}
    for method, path in distil.ROUTES:
        paths.setdefault(path, {})[method] = operation
    return {
        "info": {"title": "T", "version": "9"},
        "paths": paths,
        "components": {
            "parameters": {
                "Id": {"name": "id", "in": "query", "description": "words", "schema": {"type": "string"}}
            },
            "securitySchemes": {
                "OAuth2UserToken": {"flows": {"authorizationCode": {"tokenUrl": "https://t.test/token"}}}
            },
            "schemas": {"Thing": schema, "Kind": {"enum": ["a", "b"]}, "Unused": {"type": "string"}},
        },
    }


def test_only_facts_are_distilled(tmp_path: Path) -> None:
    """Names, types, enums and bounds stay, words go; a property may be called `description`."""
    spec, out = tmp_path / "spec.json", tmp_path / "out.json"
    spec.write_text(json.dumps(specification()), encoding="utf-8")
    assert distil.main([str(spec), str(out)]) == 0
    text = out.read_text(encoding="utf-8")
    assert "words" not in text
    assert "example" not in text
    found = json.loads(text)
    assert (found["source"], found["version"]) == ("T", "9")
    assert found["token_url"] == "https://t.test/token"
    assert set(found["schemas"]) == {"Thing", "Kind"}
    assert found["schemas"]["Thing"]["properties"]["description"] == {"type": "string", "maxLength": 3}
    assert found["schemas"]["Thing"]["additionalProperties"] is False
    route = found["routes"]["POST /2/tweets"]
    assert route["parameters"] == [
        {"name": "id", "in": "query", "required": False, "schema": {"type": "string"}}
    ]
    assert list(route["replies"]) == ["200"]


def test_the_committed_facts_name_their_source_and_stay_small() -> None:
    """Title and version stand in the file; every route of ours is there."""
    assert facts()["source"] == "X API v2"
    assert facts()["version"]
    assert set(facts()["routes"]) == {f"{method.upper()} {path}" for method, path in distil.ROUTES}
    assert ROUTES_FILE.stat().st_size < 60_000


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("GET", "/2/nothing", {}, None),
        ("GET", "/2/users/me", {"colour": "red"}, None),
        ("GET", "/2/users/abc/tweets", {}, None),
        ("GET", "/2/users/1/tweets", {"max_results": "4"}, None),
        ("GET", "/2/users/1/tweets", {"exclude": "replies,jokes"}, None),
        ("GET", "/2/media/upload", {"command": "STATUS"}, None),
        ("GET", "/2/media/upload", {"command": "FINALIZE", "media_id": "1"}, None),
        ("POST", "/2/tweets", {}, None),
        ("POST", "/2/tweets", {}, {"text": "a", "foo": 1}),
        ("DELETE", "/2/tweets/1", {}, {"text": "a"}),
        ("POST", "/2/media/metadata", {}, {"id": "1", "metadata": {"alt_text": {"text": "a" * 1001}}}),
    ],
)
def test_a_wrong_request_is_noticed(method: str, path: str, query: dict[str, str], body: Json) -> None:
    """Routes, parameters, bounds, enums, bodies."""
    assert check_request(method, path, query, body) != []


@pytest.mark.parametrize(
    ("method", "path", "query", "body"),
    [
        ("GET", "/2/users/me", {}, None),
        ("GET", "/2/users/1/tweets", {"max_results": "5", "post.fields": "created_at,entities"}, None),
        ("GET", "/2/media/upload", {"command": "STATUS", "media_id": "1"}, None),
        ("POST", "/2/tweets", {}, {"text": "a", "reply": {"in_reply_to_tweet_id": "1"}}),
        ("POST", "/2/media/upload/1/finalize", {}, None),
        ("DELETE", "/2/tweets/1", {}, None),
        ("POST", "/2/oauth2/token", {}, None),
    ],
)
def test_a_right_request_passes(method: str, path: str, query: dict[str, str], body: Json) -> None:
    """Nothing is made up."""
    assert check_request(method, path, query, body) == []


@pytest.mark.parametrize(
    ("fields", "passes"),
    [
        ({"segment_index": "0", "media": {"size": 1}}, True),
        ({"segment_index": "1000", "media": {"size": 1}}, False),
        ({"media": {"size": 1}}, False),
        ({"segment_index": "0", "media": {"size": 1}, "command": "APPEND"}, False),
    ],
)
def test_multipart_fields_are_held_against_the_schema_too(fields: Json, passes: bool) -> None:
    """As text, since a form knows no other type."""
    assert (check_fields("POST", "/2/media/upload/1/append", fields) == []) is passes
