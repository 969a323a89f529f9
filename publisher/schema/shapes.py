"""Pieces that both schemas are made of: texts, patterns whatever the case, descriptions, a room's options."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connectors.contract import Option
from publisher.durations import UNITS
from publisher.texts import known, t

Shape = dict[str, Any]
DIALECT = "https://json-schema.org/draft/2020-12/schema"
LOOSE = "Looser than the program: publisher check knows more."
"""Stands as `$comment` where a pattern takes more than the parser does."""

TEXT: Shape = {"type": "string", "pattern": r"\S"}
CLOCK = r"(?:[01]?[0-9]|2[0-3])[:.][0-5][0-9]"


def either_case(words: str) -> str:
    """A pattern that takes letters large and small: JSON Schema has no flags."""
    return "".join(
        f"[{char.upper()}{char}]" if char.islower() else re.escape(char) if char in ".'" else char
        for char in words
    )


def whole(pattern: str) -> str:
    """A pattern for a text from end to end, white space around it aside."""
    return rf"^\s*(?:{pattern})\s*$"


def described(shape: Shape, message_id: str) -> Shape:
    """With the description that an editor shows, in the language in use."""
    return {"description": t(message_id), **shape} if message_id and known(message_id) else shape


def or_nothing(shape: Shape) -> Shape:
    """Also an empty value, which means: as if the key were not there."""
    if "enum" in shape:
        return {**shape, "enum": [*shape["enum"], None]}
    if "type" in shape:
        kinds = shape["type"] if isinstance(shape["type"], list) else [shape["type"]]
        return {**shape, "type": [*kinds, "null"]}
    return {**shape, "anyOf": [*shape["anyOf"], {"type": "null"}]}


def listed(shape: Shape) -> Shape:
    """A list of such values."""
    return {"type": "array", "items": shape}


def block(properties: Mapping[str, Shape]) -> Shape:
    """A block with these keys and no others."""
    return {"type": "object", "properties": dict(properties), "additionalProperties": False}


_COUNTS = "".join(
    rf"(?:[0-9]{{1,6}}\s*(?:{'|'.join(either_case(word) for word in words.split())})\s*)?" for words in UNITS
)
DURATION: Shape = {
    "anyOf": [{"type": "string", "pattern": whole(rf"0|(?=[0-9]){_COUNTS}")}, {"const": 0}],
    "examples": ["15m", "2h", "1d", "2 jam"],
}


def of_option(option: Option, kinds: Mapping[str, Shape]) -> Shape:
    """What a room's option may hold.

    Args:
        kinds: the shape of each kind but `choice`; schedule.yaml and posts differ.
    """
    shape = {"enum": list(option.choices)} if option.kind == "choice" else kinds[option.kind]
    return or_nothing(described(shape, option.help))
