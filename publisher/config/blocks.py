"""The blocks of schedule.yaml beside its channels: defaults, quiet times, the way out, the brand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from connectors import registry
from connectors.contract import Json
from publisher.config import keys
from publisher.config import values as kinds
from publisher.config.reader import Reader
from publisher.config.workspace import Network
from publisher.model import Brand, Quiet


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a channel gets where it says nothing; `block` is `defaults:` as written, `colour` the office's."""

    grace: timedelta
    approval: str
    fitting: Fitting
    colour: str
    block: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Fitting:
    """What is done about a post that a platform cannot take as it is; the same keys of a channel."""

    unsupported: str = "skip"
    long_text: str = "lead"
    bold: str = "plain"
    fit: str = "pad"
    background: str = "blur"
    enlarge: float | None = None
    card: str = ""


def fitting_of(
    reader: Reader, block: Mapping[str, Json], path: str, otherwise: Fitting, colour: str
) -> Fitting:
    """The keys of a block that say how posts are made to fit.

    Args:
        otherwise: what the block leaves out.
        colour: the office's, for `background: brand`; empty: it has given none.
    """
    background = reader.take(block, f"{path}.background", kinds.background, otherwise.background)
    if background == kinds.BRAND:
        if not colour:
            reader.problem(f"{path}.background", "config.no_brand_colour")
        background = colour or otherwise.background
    return Fitting(
        reader.take(block, f"{path}.unsupported", kinds.one_of(keys.UNSUPPORTED), otherwise.unsupported),
        reader.take(block, f"{path}.long_text", kinds.one_of(keys.LONG_TEXT), otherwise.long_text),
        reader.take(block, f"{path}.bold", kinds.one_of(keys.BOLD), otherwise.bold),
        reader.take(block, f"{path}.fit", kinds.one_of(keys.FIT), otherwise.fit),
        background,
        reader.take(block, f"{path}.enlarge", kinds.enlarge, otherwise.enlarge),
        reader.take(block, f"{path}.card", kinds.label, otherwise.card),
    )


def complaints(reader: Reader, value: Json) -> dict[str, Json]:
    """Where citizens complain; empty if schedule.yaml does not say, and posts then say nothing of it."""
    path = "defaults.complaints"
    block = reader.block(value, path, keys.COMPLAINT_KEYS)
    found: dict[str, Json] = {
        key: reader.take(block, f"{path}.{key}", _number_or_words, "") for key in ("name", "sms", "url")
    }
    if not (found["sms"] or found["url"]):
        return {}
    return {**found, "topics": reader.items(block, f"{path}.topics", kinds.words)}


def _number_or_words(value: Json) -> str:
    """Also a number that is not in quotes: 1708."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return kinds.words(str(value) if whole else value)


def mentions(reader: Reader, value: Json) -> dict[str, dict[str, str]]:
    """Handles as typed, in small letters → platform → the handle there; `name` where there is none."""
    known = (*registry.platforms(), "name") if value else ()
    names = value if isinstance(value, dict) else reader.block(value, "defaults.mentions", ())
    found: dict[str, dict[str, str]] = {}
    for handle, places in names.items():
        path = f"defaults.mentions.{handle}"
        block = reader.block(places, path, known)
        given = {key: reader.take(block, f"{path}.{key}", kinds.words, "") for key in block if key in known}
        found[str(handle).lstrip("@").lower()] = given
    return found


def default_keys(top: Mapping[str, Json]) -> list[str]:
    """What `defaults` may hold: its own keys, and the platforms that channels use."""
    channels = top.get("channels")
    used = channels.values() if isinstance(channels, dict) else ()
    named = sorted({str(c.get("platform")) for c in used if isinstance(c, dict)})
    return ["hashtags", "complaints", "mentions", *keys.FITTING_KEYS, *named]


def quiet(reader: Reader, value: Json, root: Path) -> Quiet:
    """When nothing is published; the days' files are kept below `root`."""
    if isinstance(value, str | list):  # `quiet: [21:00, 5:00]`
        reader.problem("quiet", "config.quiet_hours", value=kinds.shown(value))
        return Quiet()
    block = reader.block(value, "quiet", keys.QUIET_KEYS)
    dates = frozenset(reader.items(block, "quiet.dates", kinds.day))
    workdays = frozenset(reader.items(block, "quiet.workdays", kinds.day))
    for day in sorted(dates & workdays):
        reader.problem("quiet.workdays", "config.day_twice", value=str(day))
    return Quiet(
        hours=reader.items(block, "quiet.hours", kinds.hours),
        dates=dates,
        holidays=reader.take(block, "quiet.holidays", kinds.country, None),
        workdays=workdays,
        kept=root / ".publisher" / "cache" / "holidays",
    )


def network(reader: Reader, value: Json, root: Path) -> Network:
    """The way out; the file of authorities is relative to `root`."""
    block = reader.block(value, "network", ("proxy", "ca"))
    ca = reader.take(block, "network.ca", kinds.words, None)
    if ca is not None and not (root / ca).is_file():
        reader.problem("network.ca", "config.no_file", value=kinds.shown(ca))
    proxy = reader.take(block, "network.proxy", kinds.proxy, None)
    return Network(proxy, root / ca if ca else None)


def brand(reader: Reader, value: Json, root: Path) -> Brand:
    """How the office looks; its logo is relative to `root`."""
    block = reader.block(value, "brand", keys.BRAND_KEYS)
    logo = reader.take(block, "brand.logo", kinds.words, None)
    if logo is not None and not (root / logo).is_file():
        reader.problem("brand.logo", "config.no_file", value=kinds.shown(logo))
    return Brand(
        name=reader.take(block, "brand.name", kinds.words, ""),
        logo=root / logo if logo else None,
        colour=reader.take(block, "brand.colour", kinds.colour, ""),
        accent=reader.take(block, "brand.accent", kinds.colour, ""),
    )
