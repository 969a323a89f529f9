"""The schema of schedule.yaml: config's tables of keys, each with what it may hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from connectors import registry
from connectors.contract import Room
from publisher.config import keys
from publisher.config import values as kinds
from publisher.config.hosts import HOSTS, ONE_OF, keys_of
from publisher.schema.shapes import (
    CLOCK,
    DIALECT,
    DURATION,
    LOOSE,
    TEXT,
    Shape,
    block,
    described,
    either_case,
    listed,
    of_option,
    or_nothing,
    whole,
)
from publisher.slots import DAY_WORDS, GROUP_WORDS
from publisher.texts import t

_DAY = "|".join(either_case(word).replace(" ", r"\s+") for word in sorted(DAY_WORDS, key=len, reverse=True))
_GROUP = "|".join(either_case(word).replace(" ", r"\s+") for word in GROUP_WORDS)
_DAYS = rf"(?:{_GROUP}|(?:{_DAY})(?:\s*[-–]\s*(?:{_DAY}))?)"
_LABEL: Shape = {"type": "string", "pattern": whole(kinds.LABEL.pattern)}
_DATE: Shape = {
    "type": "string",
    "pattern": whole("[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])"),
    "examples": ["2026-12-25"],
}
SLOT: Shape = {
    "type": "string",
    "pattern": whole(rf"{_DAYS}(?:\s*,\s*{_DAYS})*\s+{CLOCK}"),
    "examples": ["mon-fri 08:00", "senin-jumat 08.00", "sat,sun 09:30"],
}
HOURS: Shape = {"type": "string", "pattern": whole(rf"{CLOCK}\s*[-–]\s*{CLOCK}"), "examples": ["21:00-05:00"]}
_COUNTRY: Shape = {
    "anyOf": [
        {"enum": sorted(kinds.COUNTRIES)},
        {"type": "string", "pattern": "^[A-Z]{2}-[A-Z0-9]{1,3}$", "examples": ["DE-BE"], "$comment": LOOSE},
    ]
}
_ZONE: Shape = {
    "anyOf": [
        {"enum": [*kinds.ZONE_NAMES, *dict.fromkeys(kinds.ZONE_NAMES.values())]},
        {
            "type": "string",
            "pattern": whole(r"[A-Za-z]+(?:/[A-Za-z0-9_+-]+)*"),
            "examples": ["Europe/Berlin"],
            "$comment": LOOSE,
        },
    ]
}
_URL: Shape = {"type": "string", "pattern": r"^https?://\S+$", "examples": ["http://proxy.example:3128"]}
_LOG: Shape = {
    "type": "string",
    "pattern": r"^\s*(?:postgresql(?:\+psycopg)?://|env:[A-Za-z_])",
    "examples": ["postgresql://desk@db.example/log"],
    "$comment": LOOSE,
}
_BOOL: Shape = {"type": "boolean"}
_NUMBER_OR_TEXT: Shape = {"type": ["string", "integer"], "pattern": r"\S"}

_KINDS: Mapping[str, Shape] = {
    "bool": _BOOL,
    "text": {"type": "string"},
    "int": {"type": "integer"},
    "list": listed({"type": "string"}),
}
_BACKGROUND = r"^\s*(?:blur|brand|#[0-9A-Fa-f]{6})\s*$"
_FITTING: Mapping[str, Shape] = {
    "unsupported": {"enum": list(keys.UNSUPPORTED)},
    "card": {**_LABEL, "examples": ["announcement", "info", "quote"]},
    "long_text": {"enum": list(keys.LONG_TEXT)},
    "bold": {"enum": list(keys.BOLD)},
    "fit": {"enum": list(keys.FIT)},
    "background": {"type": "string", "pattern": _BACKGROUND, "examples": ["blur", "#0b5fa5"]},
    "enlarge": {"type": "number", "minimum": 1, "maximum": keys.MOST_ENLARGED, "examples": [1, 1.5]},
}
COLOUR: Shape = {"type": "string", "pattern": r"^\s*#[0-9A-Fa-f]{6}\s*$", "examples": ["#0b5fa5"]}
_SECRET: Shape = {"type": "string", "pattern": f"^(?:{kinds.TOKEN.pattern})$", "examples": ["env:MEDIA_KEY"]}
_HOST: Mapping[str, Shape] = {
    "url": {**_URL, "examples": ["https://media.example.go.id"], "$comment": LOOSE},
    "folder": {**TEXT, "examples": ["/srv/media"], "$comment": LOOSE},
    "port": {"type": "integer", "minimum": 1, "maximum": 65535, "examples": [8790], "$comment": LOOSE},
    "host": {**TEXT, "examples": ["www.example.go.id"]},
    "user": {**TEXT, "examples": ["humas"]},
    "key": {**TEXT, "examples": ["secrets/id_ed25519"], "$comment": LOOSE},
    "password": _SECRET,
    "known_hosts": {**TEXT, "examples": ["~/.ssh/known_hosts"], "$comment": LOOSE},
    "endpoint": {**_URL, "examples": ["https://s3.example.id"], "$comment": LOOSE},
    "bucket": {**TEXT, "examples": ["media"]},
    "region": {**TEXT, "examples": ["us-east-1"]},
    "prefix": {**TEXT, "examples": ["terbit"]},
    "access_key": _SECRET,
    "secret_key": _SECRET,
    "presigned": {**DURATION, "examples": ["12h"], "$comment": LOOSE},
    "bind": or_nothing({**TEXT, "examples": ["127.0.0.1"], "$comment": LOOSE}),
    "keep": or_nothing({**DURATION, "examples": ["3d"], "$comment": LOOSE}),
}
TOP: Mapping[str, Shape] = {
    "workspace": _LABEL,
    "timezone": _ZONE,
    "language": {"enum": list(keys.LANGUAGES)},
    "grace": DURATION,
    "approval": {"enum": list(keys.APPROVALS)},
    "approvers": listed(TEXT),
    "notify": listed(_SECRET),
    "network": block(
        {
            "proxy": or_nothing(_URL),
            "ca": or_nothing({**TEXT, "examples": ["ca.pem"], "$comment": LOOSE}),
        }
    ),
    "log": _LOG,
    "keep_media": {**DURATION, "examples": ["30d"], "$comment": LOOSE},
    "encoding_limit": {**DURATION, "examples": ["1h"], "$comment": LOOSE},
    "sandbox": {"anyOf": [_BOOL, _URL]},
    "media_host": {
        "anyOf": [
            {
                **block(
                    {"kind": {"const": kind}, **{key: _HOST[key] for key in keys_of(kind) if key != "kind"}}
                ),
                "required": ["kind", *needed, *(() if "url" in one_of else ("url",))],
                **({"anyOf": [{"required": [key]} for key in one_of]} if one_of else {}),
            }
            for kind, needed in HOSTS.items()
            for one_of in (ONE_OF.get(kind, ()),)
        ]
    },
}
BRAND: Mapping[str, Shape] = {
    "name": TEXT,
    "logo": {**TEXT, "examples": ["brand/logo.png"], "$comment": LOOSE},
    "colour": COLOUR,
    "accent": COLOUR,
}
QUIET: Mapping[str, Shape] = {
    "hours": listed(HOURS),
    "holidays": _COUNTRY,
    "dates": listed(_DATE),
    "workdays": listed(_DATE),
}
CHANNEL: Mapping[str, Shape] = {
    "account": {"type": "string", "pattern": f"^(?:{kinds.ACCOUNT.pattern})$"},
    "app": _LABEL,
    "token": {
        "type": "string",
        "pattern": f"^(?:{kinds.TOKEN.pattern})$",
        "examples": ["env:FB_TOKEN", "file:secrets/x.json"],
    },
    "mode": {"enum": list(keys.MODES)},
    "slots": listed(SLOT),
    "spacing": DURATION,
    "grace": DURATION,
    "approval": {"enum": list(keys.APPROVALS)},
    "quota": {"type": "integer", "minimum": 0},
    "budget_usd": {"type": "number", "minimum": 0},
    "default": _BOOL,
    "topics": listed(TEXT),
    **_FITTING,
}
COMPLAINTS: Mapping[str, Shape] = {
    "name": _NUMBER_OR_TEXT,
    "sms": _NUMBER_OR_TEXT,
    "url": _NUMBER_OR_TEXT,
    "topics": listed(TEXT),
}
_REQUIRED = ("platform", "account")


def schedule_schema() -> Shape:
    """The whole schema, descriptions in the language in use."""
    rooms = list(registry.rooms())
    inner = {
        "channels": {
            "type": "object",
            "propertyNames": _LABEL,
            "additionalProperties": _channel(rooms),
        },
        "quiet": _table(keys.QUIET_KEYS, QUIET, "quiet"),
        "brand": _table(keys.BRAND_KEYS, BRAND, "brand"),
        "defaults": _defaults(rooms),
    }
    shapes = {**TOP, **inner}
    needed = ("timezone", "channels")
    properties = {
        key: described(shapes[key] if key in needed else or_nothing(shapes[key]), f"schema.key_{key}")
        for key in keys.KEYS
    }
    return {
        "$schema": DIALECT,
        "title": t("schema.schedule"),
        **block(properties),
        "required": list(needed),
        "dependentRequired": {"log": ["workspace"]},
    }


def _table(names: Iterable[str], shapes: Mapping[str, Shape], of: str) -> Shape:
    """A block whose keys are those of a table of config."""
    return block({key: described(or_nothing(shapes[key]), f"schema.{of}_{key}") for key in names})


def _channel(rooms: list[Room]) -> Shape:
    platform = described({"enum": [room.platform for room in rooms]}, "schema.channel_platform")
    shapes = {
        key: described(
            CHANNEL[key] if key in _REQUIRED else or_nothing(CHANNEL[key]), f"schema.channel_{key}"
        )
        for key in keys.CHANNEL_KEYS
        if key != "platform"
    }
    told = {o.name: described({}, o.help) for room in rooms for o in room.options if "channel" in o.where}
    options = {name: shape for name, shape in told.items() if name not in keys.CHANNEL_KEYS}
    own = [
        {
            "if": {"properties": {"platform": {"const": room.platform}}},
            "then": {"properties": _only(room, options)},
        }
        for room in rooms
    ]
    shape = {**block({"platform": platform, **options, **shapes}), "required": list(_REQUIRED)}
    return {**shape, "allOf": own} if own else shape


def _only(room: Room, options: Mapping[str, Shape]) -> dict[str, Shape | bool]:
    """The options of one room as it has them, those of others refused."""
    own = {option.name: of_option(option, _KINDS) for option in room.options if "channel" in option.where}
    return {name: own.get(name, False) for name in options}


def _defaults(rooms: list[Room]) -> Shape:
    per_platform = {
        room.platform: or_nothing(block({option.name: of_option(option, _KINDS) for option in room.options}))
        for room in rooms
    }
    handles = or_nothing(
        block({room.platform: or_nothing(TEXT) for room in rooms} | {"name": or_nothing(TEXT)})
    )
    shapes: dict[str, Shape] = {
        "hashtags": listed(TEXT),
        "complaints": _table(keys.COMPLAINT_KEYS, COMPLAINTS, "complaints"),
        "mentions": {"type": "object", "additionalProperties": handles},
        **_FITTING,
    }
    told = {key: described(or_nothing(shape), f"schema.defaults_{key}") for key, shape in shapes.items()}
    return block({**told, **per_platform})
