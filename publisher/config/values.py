"""The values schedule.yaml may hold: each function takes what YAML gave and returns what config keeps."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection
from datetime import date, timedelta
from decimal import Decimal
from math import inf
from zoneinfo import ZoneInfo

from connectors.contract import Json, Option
from publisher.config.keys import MOST_ENLARGED
from publisher.durations import parse_duration
from publisher.errors import PublisherError
from publisher.slots import parse_slot

LABEL = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
ACCOUNT = re.compile(r"[^\s:]{1,128}")
TOKEN = re.compile(r"env:[A-Za-z_][A-Za-z0-9_]*|file:.*\S")
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_TIME = re.compile(r"([01]?[0-9]|2[0-3])[:.]([0-5][0-9])")
_COUNTRIES = """
    AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV
    BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES
    ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE
    IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY
    MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU
    NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM
    SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE
    VG VI VN VU WF WS XK YE YT ZA ZM ZW
"""
COUNTRIES = frozenset(_COUNTRIES.split())
"""Those that the package `holidays` knows; repeated here, as asking it costs more than the whole file."""
LEAST_KEPT = timedelta(days=1)
"""Of the media store: what is looked at and then booked must outlive the time between."""
LEAST_ENCODING = timedelta(minutes=1)
ZONE_NAMES = {"WIB": "Asia/Jakarta", "WITA": "Asia/Makassar", "WIT": "Asia/Jayapura"}


_CURLY = "“”„‟‘’‚«»"


class WrongValue(Exception):
    """A value that cannot be taken: message id and values; config adds the place."""

    def __init__(self, code: str, **values: Json) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def parse_clock(text: str) -> int:
    """Minutes since midnight of `08:00` or `8.00`.

    Raises:
        ValueError: it is none.
    """
    found = _TIME.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    return int(found[1]) * 60 + int(found[2])


def option_problem(option: Option, value: Json) -> tuple[str, dict[str, Json]] | None:
    """What is wrong with a value for a room's option, as code and values; None: nothing."""
    right = {
        "bool": isinstance(value, bool),
        "text": isinstance(value, str),
        "int": isinstance(value, int) and not isinstance(value, bool),
        "list": isinstance(value, list) and all(isinstance(item, str) for item in value),
        "choice": value in option.choices if isinstance(value, str) else False,
    }[option.kind]
    if right:
        return None
    if option.kind == "choice":
        return "config.choice", {"value": shown(value), "choices": ", ".join(option.choices)}
    return f"config.not_{option.kind}", {"value": shown(value)}


def suggestion(word: str, known: Collection[str]) -> str:
    """The known word that was probably meant, or an empty text."""
    from difflib import get_close_matches

    return next(iter(get_close_matches(word.lower(), known, n=1, cutoff=0.6)), "")


def shown(value: Json) -> str:
    """A value as a message may quote it: lists in YAML's way, and not in Python's."""
    text = f"[{', '.join(map(str, value))}]" if isinstance(value, list) else str(value)
    return text if len(text) <= 60 else text[:59] + "…"


def typed(value: Json) -> Json:
    """A value as it stands, unless a word processor has put its own quotation marks around it.

    YAML does not know those: they would be part of the value.
    """
    if isinstance(value, str) and value and {value[0], value[-1]} & set(_CURLY):
        raise WrongValue("config.curly_quotes", value=shown(value), bare=shown(value.strip(_CURLY)))
    return value


def words(value: Json) -> str:
    """Text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise WrongValue("config.not_text", value=shown(value))
    return value.strip()


def boolean(value: Json) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise WrongValue("config.not_bool", value=shown(value))
    return value


def count(value: Json) -> int:
    """A whole number from 0."""
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise WrongValue("config.not_count", value=shown(value))
    return value


def enlarge(value: Json) -> float:
    """How many times larger, from 1."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not 1 <= value <= MOST_ENLARGED:
        raise WrongValue("config.enlarge", value=shown(value), most=MOST_ENLARGED)
    return float(value)


def money(value: Json) -> Decimal:
    """An amount from 0, exactly as it is written."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < inf:
        raise WrongValue("config.not_money", value=shown(value))
    return Decimal(str(value))


def duration(value: Json) -> timedelta:
    """Such as `15m` or `2 jam`."""
    try:
        return parse_duration(str(value))
    except ValueError:
        raise WrongValue("config.duration", value=shown(value)) from None


def keep_media(value: Json) -> timedelta:
    """How long the media store keeps what nothing needs: a day at least."""
    found = duration(value)
    if found < LEAST_KEPT:
        raise WrongValue("config.keep_media", value=shown(value))
    return found


def encoding_limit(value: Json) -> timedelta:
    """At least a minute: what is shorter would stop every clip."""
    limit = duration(value)
    if limit < LEAST_ENCODING:
        raise WrongValue("config.encoding_limit", value=shown(value))
    return limit


def slot(value: Json) -> str:
    """A slot, kept as written."""
    try:
        parse_slot(words(value))
    except PublisherError as error:
        raise WrongValue(error.message, **error.values) from None
    return words(value)


def hours(value: Json) -> tuple[int, int]:
    """`21:00-05:00` → minutes since midnight, start and end."""
    start, dash, end = words(value).replace("–", "-").partition("-")  # as typed by Word
    try:
        hours = parse_clock(start), parse_clock(end)
    except ValueError:
        raise WrongValue("config.hours", value=shown(value)) from None
    if not dash or hours[0] == hours[1]:
        raise WrongValue("config.hours", value=shown(value))
    return hours


def day(value: Json) -> date:
    """`2026-12-25`."""
    try:
        return date.fromisoformat(words(value))
    except ValueError:
        raise WrongValue("config.date", value=shown(value)) from None


def country(value: Json) -> str:
    """`ID`, or with a subdivision `DE-BE`: whose holidays are kept."""
    place = words(value).upper()
    name, dash, subdivision = place.partition("-")
    if name not in COUNTRIES or bool(dash) != bool(subdivision):
        raise WrongValue("config.country", value=shown(value))
    if subdivision and subdivision not in _subdivisions(name):
        known = ", ".join(f"{name}-{one}" for one in _subdivisions(name)) or name
        raise WrongValue("config.subdivision", value=shown(value), known=known)
    return place


def _subdivisions(country: str) -> tuple[str, ...]:
    import holidays

    return tuple(getattr(holidays, country).subdivisions)


def timezone(value: Json) -> str:
    """An IANA name, or WIB, WITA, WIT."""
    name = ZONE_NAMES.get(words(value).upper(), words(value))
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        raise WrongValue("config.timezone", value=shown(value)) from None
    return name


def sandbox(value: Json) -> bool | str:
    """true, false, or a sandbox's URL."""
    if isinstance(value, str) and re.match(r"https?://\S+$", value):
        return value.rstrip("/")
    if not isinstance(value, bool):
        raise WrongValue("config.sandbox", value=shown(value))
    return value


def log_url(value: Json) -> str:
    """URL of a PostgreSQL log, or `env:NAME` that holds one."""
    text = words(value)
    if text.startswith("env:"):
        text = os.environ.get(text[4:], "")
        if not text:
            raise WrongValue("config.log_unset", name=words(value)[4:])
    if not re.match(r"postgresql(\+psycopg)?://", text):
        raise WrongValue("config.log")
    return text.replace("postgresql://", "postgresql+psycopg://", 1)


def proxy(value: Json) -> str:
    """A proxy's URL."""
    if not re.match(r"https?://\S+$", words(value)):
        raise WrongValue("config.proxy", value=shown(value))
    return words(value)


def account(value: Json) -> str:
    """An account id: text, as a number would lose its zeros."""
    if not isinstance(value, str):
        raise WrongValue("config.account_not_text", value=shown(value))
    if not ACCOUNT.fullmatch(value):
        raise WrongValue("config.account", value=shown(value))
    return value


def token(value: Json) -> str:
    """`env:NAME` or `file:PATH`."""
    if not isinstance(value, str) or not TOKEN.fullmatch(value):
        raise WrongValue("config.token")  # what was written may be the secret itself: not repeated
    return value


def one_of(choices: Collection[str]) -> Callable[[Json], str]:
    """A parser that takes one of `choices`."""
    every = tuple(choices)

    def parse(value: Json) -> str:
        if value not in every:  # a list or block is no key of a mapping, and may stand there all the same
            raise WrongValue("config.choice", value=shown(value), choices=", ".join(choices))
        return str(value)

    return parse


BRAND = "brand"
"""Of `background`: the colour that the block `brand` gives the office."""


def background(value: Json) -> str:
    """`blur`, `brand`, or a colour such as `#0b5fa5`."""
    found = words(value).lower()
    if found not in ("blur", BRAND) and not _COLOUR.fullmatch(found):
        raise WrongValue("config.background", value=shown(value))
    return found


def colour(value: Json) -> str:
    """Such as `#0b5fa5`."""
    found = words(value).lower()
    if not _COLOUR.fullmatch(found):
        raise WrongValue("config.colour", value=shown(value))
    return found


def label(value: Json) -> str:
    """A short name of letters, digits, - and _."""
    if not LABEL.fullmatch(words(value)):
        raise WrongValue("config.label", value=shown(value))
    return words(value)
