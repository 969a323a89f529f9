"""The schema of front matter: content's keys, the words people write for them, and the rooms' options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connectors import registry
from connectors.contract import Option
from publisher.content import focus, vocabulary
from publisher.content.facts import KEYS
from publisher.schema.shapes import (
    DIALECT,
    DURATION,
    LOOSE,
    Shape,
    block,
    described,
    either_case,
    listed,
    of_option,
    or_nothing,
    whole,
)
from publisher.texts import t

# What is not in quotes is text to the program, whatever YAML would make of it: a title may be 2026 or yes.
_LINE: Shape = {"type": ["string", "number", "boolean"], "pattern": r"^\s*\S[^\n]*$"}
_TEXT: Shape = {"type": ["string", "number", "boolean"], "pattern": r"\S"}
_FLAG: Shape = {
    "type": ["boolean", "string"],
    "pattern": whole("|".join(map(either_case, ("true", "false", "ya", "iya", "yes", "tidak", "no")))),
}
_WHOLE: Shape = {"type": ["integer", "string"], "pattern": whole("-?[0-9]{1,15}")}
_LIST: Shape = {
    "type": ["string", "number", "boolean"],
    "pattern": r"^[^\n]*[^\s,;&][^\n]*$",
    "examples": ["fb, x"],
    "$comment": LOOSE,
}
_NAMES: Shape = {"anyOf": [_LIST, {**listed(_LINE), "minItems": 1}]}
_ISO = "[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"
_SPOKEN = r"[^0-9]*[0-9]{1,2}[ ./-]+(?:[A-Za-z]+|[0-9]{1,2})[ ./-]+[0-9]{4}"
_CLOCK = "(?:[01]?[0-9]|2[0-3])[:.][0-5][0-9]"
_DATE: Shape = {
    "anyOf": [
        {"type": "string", "pattern": whole(_ISO), "examples": ["2026-11-24"]},
        {
            "type": "string",
            "pattern": whole(_SPOKEN),
            "examples": ["Selasa, 24 November 2026"],
            "$comment": LOOSE,
        },
    ]
}
TIME: Shape = {
    "anyOf": [
        {
            "type": "string",
            "pattern": whole(rf"{_ISO}(?:T| +){_CLOCK}(?:[:.][0-5][0-9])?(?: *(?:WIB|WITA|WIT|UTC))?"),
            "examples": ["2026-11-24 08:00", "2026-11-24 08.00 WIB"],
        },
        {
            "type": "string",
            "pattern": whole(rf"(?:{_ISO}|{_SPOKEN})\D*{_CLOCK}.*"),
            "examples": ["Selasa, 24 November 2026 pukul 08.00"],
            "$comment": LOOSE,
        },
    ]
}
_HASHTAG = r"#?[^\s#,;.]+"
_FRACTION = r"(?:0(?:\.[0-9]{1,9})?|1(?:\.0{1,9})?)"
_PERCENT = r"(?:100|[0-9]{1,2}(?:[.,][0-9]{1,9})?) ?%"
_EYE = "|".join(map(either_case, focus.WORDS))
_FOCUS: Shape = {
    "type": "string",
    "pattern": whole(rf"(?:{_EYE})(?:[ ,-]+(?:{_EYE}))?|{_FRACTION}\s*,\s*{_FRACTION}|{_PERCENT} {_PERCENT}"),
    "examples": ["atas", "kiri atas", "30% 20%", "0.5, 0.3"],
    "$comment": LOOSE,
}
_POINT: Shape = {
    "type": "array",
    "items": {"type": "number", "minimum": 0, "maximum": 1},
    "minItems": 2,
    "maxItems": 2,
    "examples": [[0.5, 0.3]],
}
_MEDIUM: Mapping[str, Shape] = {
    "file": _LINE,
    "alt": _TEXT,
    "focus": {"anyOf": [_FOCUS, _POINT]},
}
_LINK: Shape = {
    "type": "string",
    "pattern": whole(r"https?://[A-Za-z0-9]\S*"),
    "examples": ["https://natunakab.go.id/"],
}
_KINDS: Mapping[str, Shape] = {"bool": _FLAG, "text": _TEXT, "int": _WHOLE, "list": _NAMES}


def _media() -> Shape:
    told = {key: described(shape, f"schema.media_{key}") for key, shape in _MEDIUM.items()}
    inner = {key: shape if key == "file" else or_nothing(shape) for key, shape in told.items()}
    words = {word: {"$ref": f"#/$defs/medium/properties/{key}"} for word, key in vocabulary.INNER.items()}
    files = ["file", *(word for word, key in vocabulary.INNER.items() if key == "file")]
    return {
        **block(inner),
        "patternProperties": {f"^{_word(word)}$": ref for word, ref in words.items()},
        "anyOf": [{"required": [word]} for word in files],
    }


def _shapes() -> Mapping[str, Shape]:
    """Of every key; content's table says which keys there are."""
    medium = {"anyOf": [_LINE, {"$ref": "#/$defs/medium"}]}
    flags = dict.fromkeys(("urgent", "draft", "repeat", "sample"), _FLAG)
    times = dict.fromkeys(("publish_at", "publish_after", "publish_before"), TIME)
    lines = dict.fromkeys(("title", "author", "topic", "corrects"), _LINE)
    return {
        **flags,
        **times,
        **lines,
        "id": {"type": ["string", "integer"], "pattern": whole("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")},
        "date": _DATE,
        "grace": DURATION,
        "channels": _NAMES,
        "link": _LINK,
        "hashtags": {
            "anyOf": [
                {
                    "type": "string",
                    "pattern": rf"^\s*(?:{_HASHTAG}[\s,;]*)+$",
                    "examples": ["#Natuna #PPID"],
                    "$comment": LOOSE,
                },
                {
                    **listed({"type": "string", "pattern": whole(_HASHTAG), "$comment": LOOSE}),
                    "examples": [["Natuna", "PPID"]],
                },
            ]
        },
        "card": {
            "type": ["boolean", "string"],
            "pattern": whole("[A-Za-z0-9][A-Za-z0-9_-]{0,39}"),
            "examples": [True, "announcement", "info", "quote"],
        },
        "fit": {"type": "string", "pattern": whole(_any_of(vocabulary.FITS)), "examples": ["pad", "crop"]},
        "background": {
            "type": "string",
            "pattern": whole(f"{_any_of(vocabulary.BACKGROUNDS)}|#[0-9A-Fa-f]{{6}}"),
            "examples": ["blur", "brand", "#0b5fa5"],
        },
        "cover": {
            "anyOf": [
                {"type": "number", "minimum": 0, "examples": [7]},
                {**_LINE, "examples": ["0:07", "7 detik", "poster.jpg"], "$comment": LOOSE},
            ]
        },
        "media": {"anyOf": [_LINE, {"$ref": "#/$defs/medium"}, listed(medium)]},
    }


def post_schema() -> Shape:
    """The whole schema, descriptions in the language in use."""
    shapes = _shapes()
    properties = {key: described(or_nothing(shapes[key]), f"schema.post_{key}") for key in KEYS}
    blocks = {platform: _platform(platform) for platform in (room.platform for room in registry.rooms())}
    # Words for a key, large or small, with spaces or without: what content's vocabulary takes.
    words = {
        f"^{_word(word)}$": {"$ref": f"#/properties/{key}"}
        for word, key in vocabulary.KEYS.items()
        if word not in properties
    }
    numbered = {
        "^(?:[Ff]oto|[Gg]ambar|[Pp]hoto|[Pp]icture|[Ii]mage)[ _-]+[1-9][0-9]?$": _LINE,
        "^(?:[Ff]okus|[Ff]ocus)(?:[ _-]+[1-9][0-9]?)?$": or_nothing({"anyOf": [_FOCUS, _POINT]}),
    }
    titles = {
        f"^{either_case(title.lower())}$": {"$ref": f"#/properties/{platform}"}
        for platform in blocks
        if (title := registry.room(platform).title).lower() != platform
    }
    return {
        "$schema": DIALECT,
        "title": t("schema.post"),
        **block({**properties, **blocks}),
        "patternProperties": {**words, **numbered, **titles},
        "$defs": {"medium": _media()},
    }


def _platform(platform: str) -> Shape:
    """A block for one platform, its options also under their Indonesian words."""
    options: Mapping[str, Option] = vocabulary.options_of(platform)
    shape = block({name: of_option(option, _KINDS) for name, option in options.items()})
    shape["patternProperties"] = {
        f"^{_word(word)}$": {"$ref": f"#/properties/{platform}/properties/{name}"}
        for word, name in vocabulary.OPTIONS.items()
        if name in options
    }
    return {**or_nothing(shape), "description": registry.room(platform).title}


def _any_of(words: Iterable[str]) -> str:
    return "|".join(map(either_case, words))


def _word(word: str) -> str:
    return either_case(word).replace("_", "[ _-]+")
