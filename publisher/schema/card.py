"""The schema of a design of cards: the tables of publisher/cards/design.py, each key with what it holds."""

from __future__ import annotations

from dataclasses import fields

from publisher.cards.colours import COLOUR
from publisher.cards.design import (
    EDGE,
    FRAME,
    KEYS,
    MAY,
    ORDER,
    PLACE,
    PLACES,
    SHAPES,
    Area,
    Bounds,
    Photo,
    Style,
)
from publisher.cards.fonts import WEIGHTS
from publisher.schema.shapes import DIALECT, LOOSE, TEXT, Shape, block, described, listed, or_nothing, whole
from publisher.texts import t


def _number(bounds: Bounds) -> Shape:
    return {"type": "number", "minimum": bounds[0], "maximum": bounds[1]}


_HEX: Shape = {"type": "string", "pattern": whole("#[0-9A-Fa-f]{6}"), "examples": ["#0b5fa5"]}
_COLOUR: Shape = {
    "type": "string",
    "pattern": whole(COLOUR),
    "examples": ["brand", "brand -20%", "on brand", "accent on brand"],
    "$comment": LOOSE,
}
_FONT: Shape = {**TEXT, "examples": list(WEIGHTS), "$comment": LOOSE}
_SIZE: Shape = {"type": "number", "minimum": 12, "maximum": 400}
_STYLE: dict[str, Shape] = {
    "font": _FONT,
    "size": {"anyOf": [_SIZE, {**listed(_SIZE), "minItems": 2, "maxItems": 2}]},
    "colour": _COLOUR,
    "leading": {"type": "number", "minimum": 0.8, "maximum": 3},
    "capitals": {"type": "boolean"},
    "pill": _COLOUR,
    "strong": _COLOUR,
}
_AREA: dict[str, Shape] = {
    **dict.fromkeys(("left", "top", "right", "bottom", "gap"), _number(EDGE)),
    "place": {"enum": list(PLACES)},
    "align": {"enum": ["left", "center"]},
    "order": listed({"enum": list(ORDER)}),
}


def card_schema() -> Shape:
    """The whole schema, descriptions in the language in use."""
    style = block({field.name: or_nothing(_STYLE[field.name]) for field in fields(Style)})
    area = block({field.name: or_nothing(_AREA[field.name]) for field in fields(Area)})
    shapes: dict[str, Shape] = {
        "also": listed({"type": "string", "pattern": whole("[A-Za-z0-9][A-Za-z0-9_-]{0,39}")}),
        "colours": {"type": "object", "additionalProperties": _HEX},
        "paper": {"anyOf": [_COLOUR, {**listed(_COLOUR), "minItems": 1, "maxItems": 2}]},
        "shapes": listed(block({kind: _shape(kind) for kind in SHAPES})),
        "photo": block(
            {field.name: or_nothing(_number(FRAME.get(field.name, PLACE))) for field in fields(Photo)}
        ),
        "text": area,
    }
    properties = {key: described(or_nothing(shapes.get(key, style)), f"schema.card_{key}") for key in KEYS}
    return {"$schema": DIALECT, "title": t("schema.card"), **block(properties)}


def _shape(kind: str) -> Shape:
    words = {"text": TEXT, "font": _FONT} if kind == "word" else {}
    numbers = {key: _number(bounds) for key, bounds in SHAPES[kind].items()}
    return {
        **block({**numbers, **words, "colour": _COLOUR}),
        "required": [key for key in SHAPES[kind] if key not in MAY],
    }
