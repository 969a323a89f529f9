"""Reads schedule.yaml into a Workspace, before anything else is done; every mistake with its line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

from connectors import registry
from connectors.contract import Json, Option, Problem, Room, Severity, account_key
from publisher import config_values as kinds
from publisher.config_hosts import MediaHostSettings, media_host
from publisher.config_values import option_problem, parse_clock, suggestion
from publisher.durations import parse_duration
from publisher.errors import ConfigError, NotFoundError, WorkspaceError
from publisher.model import Brand, Channel, Quiet
from publisher.texts import system_words
from publisher.yaml_lines import YamlDocument, YamlError, load_yaml

__all__ = [
    "Network",
    "Reader",
    "Workspace",
    "find_root",
    "load",
    "option_problem",
    "parse_clock",
    "parse_duration",
    "suggestion",
]

FILE = "schedule.yaml"
MAX_BYTES = 1_000_000
LANGUAGES = ("id", "en")
APPROVALS = ("none", "required")
UNSUPPORTED = ("skip", "card", "error")
LONG_TEXT = ("lead", "thread", "error")
BOLD = ("plain", "typed")
MODES = ("auto", "assisted")
FIT = ("pad", "crop", "refuse")
FITTING_KEYS = ("unsupported", "card", "long_text", "bold", "fit", "background")
KEYS = (
    *("workspace", "timezone", "language", "grace", "approval", "approvers"),
    *("defaults", "channels", "quiet", "network", "log", "sandbox", "media_host", "notify", "brand"),
)
CHANNEL_KEYS = (
    *("platform", "account", "app", "token", "mode", "slots", "spacing"),
    *("grace", "approval", "quota", "budget_usd", "default"),
    *FITTING_KEYS,
)
COMPLAINT_KEYS = ("name", "sms", "url", "topics")
BRAND_KEYS = ("name", "logo", "colour", "accent")
QUIET_KEYS = ("hours", "holidays", "dates", "workdays")
GRACE = timedelta(hours=2)


T = TypeVar("T")
D = TypeVar("D")


@dataclass(frozen=True, slots=True)
class Network:
    """The way out: an HTTP proxy's URL, and a file with the certificate authorities to trust."""

    proxy: str | None = None
    ca: Path | None = None


@dataclass(frozen=True)
class Workspace:
    """A folder with schedule.yaml, as the commands see it.

    Attributes:
        id: stands in every row of the log; `default` unless the key `workspace` says otherwise.
        timezone: IANA name.
        language: `id` or `en`, of all that people read.
        approvers: who may approve; empty: anyone but the author.
        defaults: what a post gets where it says nothing: `hashtags` (a tuple of texts); where citizens
            complain, `complaints` (`name`, `sms`, `url`, `topics`; empty: no such line); `mentions`, a
            handle → {platform or `name`: what stands there instead}.
        sandbox: False is live; True the sandbox announced here; a URL one that runs elsewhere.
        log: SQLAlchemy URL of a PostgreSQL log; None: SQLite in `state`.
        media_host: from where platforms fetch media; None: the office has no such place.
        notify: where the addresses are kept to which is written what needs a person.
        brand: how the office looks.
    """

    root: Path
    timezone: str
    channels: tuple[Channel, ...]
    id: str = "default"
    language: str = "id"
    grace: timedelta = GRACE
    approval: str = "none"
    approvers: tuple[str, ...] = ()
    defaults: Mapping[str, Json] = field(default_factory=dict)
    quiet: Quiet = field(default_factory=Quiet)
    network: Network = field(default_factory=Network)
    sandbox: bool | str = True
    log: str | None = None
    media_host: MediaHostSettings | None = None
    notify: tuple[str, ...] = ()
    brand: Brand = field(default_factory=Brand)

    @property
    def mode(self) -> str:
        """`sandbox` or `live`: they never share a log."""
        return "sandbox" if self.sandbox else "live"

    def by_hand(self, channel: Channel) -> bool:
        """Whether a person publishes on it: so the office wants it, or it is not connected yet."""
        return channel.mode == "assisted" or (self.mode == "live" and not channel.token)

    @property
    def hosted(self) -> bool:
        """Whether platforms can fetch media; in practice the sandbox itself is such a place."""
        return self.media_host is not None or self.mode == "sandbox"

    @property
    def state(self) -> Path:
        """What the program keeps for this mode: log, media store, locks."""
        return self.root / ".publisher" / self.mode

    @property
    def content_dir(self) -> Path:
        """Where posts lie."""
        return self.root / "content"

    @property
    def templates_dir(self) -> Path:
        """The workspace's own templates; those it lacks are shipped."""
        return self.root / "templates"

    @property
    def zone(self) -> ZoneInfo:
        """The zone that wall times without one are in."""
        return ZoneInfo(self.timezone)

    def channel(self, label: str) -> Channel:
        """The channel of a label, whatever its case.

        Raises:
            NotFoundError: `config.no_channel`.
        """
        for channel in self.channels:
            if channel.label.lower() == label.lower():
                return channel
        known = ", ".join(channel.label for channel in self.channels)
        raise NotFoundError("config.no_channel", channel=label, known=known)


def find_root(start: Path) -> Path:
    """The nearest folder at or above `start` that holds schedule.yaml.

    Raises:
        WorkspaceError: `config.no_workspace`.
    """
    start = start.absolute()
    for folder in (start, *start.parents):
        if (folder / FILE).is_file():
            return folder
    raise WorkspaceError("config.no_workspace", folder=str(start), file=FILE)


def load(root: Path, *, sandbox: bool | None = None) -> Workspace:
    """Read and check schedule.yaml.

    Args:
        root: the folder that holds it.
        sandbox: what the command line says; None: as the file says.

    Raises:
        ConfigError: the first problem's code, file and line; all problems in `.problems`.
    """
    root = root.absolute()
    try:
        document = load_yaml(_text_of(root / FILE))
    except YamlError as error:
        place = Problem(error.message, Severity.ERROR, error.values, file=FILE, line=error.line)
        raise _config_error([place]) from None
    reader = Reader(document)
    workspace = _workspace(reader, root, sandbox)
    if reader.problems:
        raise _config_error(reader.problems)
    return workspace


def _config_error(problems: list[Problem]) -> ConfigError:
    problems.sort(key=lambda problem: problem.line or 0)
    first = problems[0]
    values = {**first.values, "file": first.file, "line": first.line}
    return ConfigError(first.code, problems=tuple(problems), **values)


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _config_error([Problem("config.too_big", Severity.ERROR, {"bytes": MAX_BYTES}, file=FILE)])
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _config_error([Problem("config.encoding", Severity.ERROR, file=FILE, line=1)]) from None
    except FileNotFoundError:
        raise WorkspaceError("config.no_workspace", folder=str(path.parent), file=FILE) from None
    except OSError as error:
        words = {"words": system_words(error)}
        raise _config_error([Problem("config.unreadable", Severity.ERROR, words, file=FILE)]) from error


# ── Blocks ───────────────────────────────────────────────────────────────────


class Reader:
    """Takes values out of the document and collects every problem with its line."""

    def __init__(self, document: YamlDocument, file: str = FILE) -> None:
        self.document = document
        self.file = file
        self.problems: list[Problem] = []

    def problem(self, path: str, code: str, /, **values: Json) -> None:
        values = {"key": path, **values}
        found = Problem(code, Severity.ERROR, values, file=self.file, line=self.document.line(path))
        if found not in self.problems:  # what `defaults` says wrongly is read once per channel
            self.problems.append(found)

    def block(self, value: Json, path: str, known: Collection[str]) -> dict[str, Json]:
        """A mapping with known keys only."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.problem(path, "config.not_block", value=kinds.shown(value))
            return {}
        for key in value:
            if key not in known:
                self.unknown(f"{path}.{key}" if path else key, key, known)
        return value

    def unknown(self, path: str, key: str, known: Collection[str]) -> None:
        meant = suggestion(key, known)
        code = "config.unknown_key_meant" if meant else "config.unknown_key"
        self.problem(path, code, meant=meant, known=", ".join(known))

    def take(self, block: Mapping[str, Json], path: str, parse: Callable[[Json], T], default: D) -> T | D:
        """The value of the last key in `path`; an empty one is the default."""
        value = block.get(path.rpartition(".")[2])
        return default if value is None else self.parsed(value, path, parse, default)

    def parsed(self, value: Json, path: str, parse: Callable[[Json], T], default: D) -> T | D:
        try:
            return parse(kinds.typed(value))
        except kinds.WrongValue as wrong:
            self.problem(path, wrong.code, **wrong.values)
            return default

    def items(self, block: Mapping[str, Json], path: str, parse: Callable[[Json], T]) -> tuple[T, ...]:
        """A list, each item parsed; a wrong item is a problem and left out."""
        value = block.get(path.rpartition(".")[2])
        if value is None:
            return ()
        if not isinstance(value, list):
            self.problem(path, "config.not_list", value=kinds.shown(value))
            return ()
        found = []
        for number, item in enumerate(value):
            try:
                found.append(parse(kinds.typed(item)))
            except kinds.WrongValue as wrong:
                self.problem(f"{path}.{number}", wrong.code, **wrong.values)
        return tuple(found)


def _workspace(reader: Reader, root: Path, sandbox: bool | None) -> Workspace:
    data = reader.document.data
    if data is not None and not isinstance(data, dict):
        place = reader.document.line("")
        raise _config_error([Problem("config.no_keys", Severity.ERROR, file=FILE, line=place)])
    top = reader.block(data, "", KEYS)
    for key in ("timezone", "channels"):
        if top.get(key) is None:
            reader.problem("", "config.missing", name=key)
    grace = reader.take(top, "grace", kinds.duration, GRACE)
    approval = reader.take(top, "approval", kinds.one_of(APPROVALS), "none")
    block = reader.block(top.get("defaults"), "defaults", _default_keys(top))
    defaults = _Defaults(grace, approval, _fitting(reader, block, "defaults", _Fitting()), block)
    given = {
        "hashtags": reader.items(block, "defaults.hashtags", kinds.words),
        "complaints": _complaints(reader, block.get("complaints")),
        "mentions": _mentions(reader, block.get("mentions")),
    }
    written = reader.take(top, "sandbox", kinds.sandbox, True)
    if top.get("log") is not None and top.get("workspace") is None:
        reader.problem("log", "config.log_needs_workspace")
    used = written if sandbox is None else (sandbox and (written or True))
    return Workspace(
        root=root,
        id=reader.take(top, "workspace", kinds.label, "default"),
        timezone=reader.take(top, "timezone", kinds.timezone, "UTC"),
        language=reader.take(top, "language", kinds.one_of(LANGUAGES), "id"),
        grace=grace,
        approval=approval,
        approvers=reader.items(top, "approvers", kinds.words),
        defaults=given,
        channels=_channels(reader, top.get("channels"), defaults),
        quiet=_quiet(reader, top.get("quiet"), root),
        network=_network(reader, top.get("network"), root),
        sandbox=used,
        log=reader.take(top, "log", kinds.log_url, None),
        media_host=media_host(reader, top.get("media_host"), root, live=not used),
        notify=reader.items(top, "notify", kinds.token),
        brand=_brand(reader, top.get("brand"), root),
    )


@dataclass(frozen=True, slots=True)
class _Defaults:
    """What a channel gets where it says nothing; `block` is `defaults:` as written."""

    grace: timedelta
    approval: str
    fitting: _Fitting
    block: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class _Fitting:
    """What is done about a post that a platform cannot take as it is; the same keys of a channel."""

    unsupported: str = "skip"
    long_text: str = "lead"
    bold: str = "plain"
    fit: str = "pad"
    background: str = "blur"
    card: str = ""


def _fitting(reader: Reader, block: Mapping[str, Json], path: str, otherwise: _Fitting) -> _Fitting:
    return _Fitting(
        reader.take(block, f"{path}.unsupported", kinds.one_of(UNSUPPORTED), otherwise.unsupported),
        reader.take(block, f"{path}.long_text", kinds.one_of(LONG_TEXT), otherwise.long_text),
        reader.take(block, f"{path}.bold", kinds.one_of(BOLD), otherwise.bold),
        reader.take(block, f"{path}.fit", kinds.one_of(FIT), otherwise.fit),
        reader.take(block, f"{path}.background", kinds.background, otherwise.background),
        reader.take(block, f"{path}.card", kinds.label, otherwise.card),
    )


def _complaints(reader: Reader, value: Json) -> dict[str, Json]:
    """Where citizens complain; empty if schedule.yaml does not say, and posts then say nothing of it."""
    path = "defaults.complaints"
    block = reader.block(value, path, COMPLAINT_KEYS)
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


def _mentions(reader: Reader, value: Json) -> dict[str, dict[str, str]]:
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


def _default_keys(top: Mapping[str, Json]) -> list[str]:
    channels = top.get("channels")
    used = channels.values() if isinstance(channels, dict) else ()
    named = sorted({str(c.get("platform")) for c in used if isinstance(c, dict)})
    return ["hashtags", "complaints", "mentions", *FITTING_KEYS, *named]


def _quiet(reader: Reader, value: Json, root: Path) -> Quiet:
    if isinstance(value, str | list):  # `quiet: [21:00, 5:00]`
        reader.problem("quiet", "config.quiet_hours", value=kinds.shown(value))
        return Quiet()
    block = reader.block(value, "quiet", QUIET_KEYS)
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


def _network(reader: Reader, value: Json, root: Path) -> Network:
    block = reader.block(value, "network", ("proxy", "ca"))
    ca = reader.take(block, "network.ca", kinds.words, None)
    if ca is not None and not (root / ca).is_file():
        reader.problem("network.ca", "config.no_file", value=kinds.shown(ca))
    proxy = reader.take(block, "network.proxy", kinds.proxy, None)
    return Network(proxy, root / ca if ca else None)


def _brand(reader: Reader, value: Json, root: Path) -> Brand:
    block = reader.block(value, "brand", BRAND_KEYS)
    logo = reader.take(block, "brand.logo", kinds.words, None)
    if logo is not None and not (root / logo).is_file():
        reader.problem("brand.logo", "config.no_file", value=kinds.shown(logo))
    return Brand(
        name=reader.take(block, "brand.name", kinds.words, ""),
        logo=root / logo if logo else None,
        colour=reader.take(block, "brand.colour", kinds.colour, ""),
        accent=reader.take(block, "brand.accent", kinds.colour, ""),
    )


def _channels(reader: Reader, value: Json, defaults: _Defaults) -> tuple[Channel, ...]:
    if value is not None and not isinstance(value, dict):
        reader.problem("channels", "config.not_block", value=kinds.shown(value))
        return ()
    found: list[Channel] = []
    labels: dict[str, str] = {}
    for label, block in (value or {}).items():
        path = f"channels.{label}"
        reader.parsed(label, path, kinds.label, "")
        if label.lower() in labels:
            reader.problem(path, "config.label_twice", label=label, other=labels[label.lower()])
        labels[label.lower()] = label
        channel = _channel(reader, label, block, defaults)
        if channel is not None:
            same = next((other.label for other in found if other.account == channel.account), None)
            if same:
                reader.problem(f"{path}.account", "config.account_twice", account=channel.account, other=same)
            found.append(channel)
    return tuple(found)


def _channel(reader: Reader, label: str, value: Json, defaults: _Defaults) -> Channel | None:
    path = f"channels.{label}"
    if not isinstance(value, dict):
        reader.problem(path, "config.not_block", value=kinds.shown(value))
        return None
    missing = [key for key in ("platform", "account") if value.get(key) is None]
    for key in missing:
        reader.problem(path, "config.missing", name=key)
    if "platform" in missing:
        return None
    room = reader.take(value, f"{path}.platform", _room, None)
    if room is None:
        return None
    options = _options(reader, room, value, path, defaults.block)
    account = reader.take(value, f"{path}.account", kinds.account, "")
    fitting = _fitting(reader, value, path, defaults.fitting)
    return Channel(
        label=label,
        platform=room.platform,
        account_id=account,
        account=account_key(room.platform, account),
        token=reader.take(value, f"{path}.token", kinds.token, ""),
        app=reader.take(value, f"{path}.app", kinds.label, ""),
        mode=reader.take(value, f"{path}.mode", kinds.one_of(MODES), "auto"),
        slots=reader.items(value, f"{path}.slots", kinds.slot),
        spacing=reader.take(value, f"{path}.spacing", kinds.duration, timedelta(0)),
        grace=reader.take(value, f"{path}.grace", kinds.duration, defaults.grace),
        approval=reader.take(value, f"{path}.approval", kinds.one_of(APPROVALS), defaults.approval),
        quota=reader.take(value, f"{path}.quota", kinds.count, None),
        budget_usd=reader.take(value, f"{path}.budget_usd", kinds.money, None),
        default=reader.take(value, f"{path}.default", kinds.boolean, True),
        unsupported=fitting.unsupported,
        long_text=fitting.long_text,
        bold=fitting.bold,
        fit=fitting.fit,
        background=fitting.background,
        card=fitting.card,
        options=options,
    )


def _room(value: Json) -> Room:
    name = kinds.words(value)
    if name.isidentifier():
        with suppress(KeyError):
            return registry.room(name)  # without asking for all platforms, which searches every package
    known = registry.platforms()
    titles = {registry.room(platform).title.lower(): platform for platform in known}
    meant = titles.get(name.lower()) or suggestion(name, known)
    code = "config.platform_meant" if meant else "config.platform"
    raise kinds.WrongValue(code, value=kinds.shown(name), meant=meant, known=", ".join(known))


def _options(
    reader: Reader, room: Room, block: Mapping[str, Json], path: str, defaults: Mapping[str, Json]
) -> dict[str, Json]:
    """The channel's own room options over those that `defaults` gives for its platform."""
    own = {option.name: option for option in room.options if "channel" in option.where}
    every = {option.name: option for option in room.options}
    shared_path = f"defaults.{room.platform}"
    shared = reader.block(defaults.get(room.platform), shared_path, every)
    found = _checked(reader, shared, shared_path, every)
    for key in block:
        if key not in CHANNEL_KEYS and key not in own:
            reader.unknown(f"{path}.{key}", key, (*CHANNEL_KEYS, *own))
    return found | _checked(reader, block, path, own)


def _checked(
    reader: Reader, block: Mapping[str, Json], path: str, options: Mapping[str, Option]
) -> dict[str, Json]:
    found = {}
    for key, option in options.items():
        if block.get(key) is None:
            continue
        wrong = option_problem(option, block[key])
        if wrong:
            reader.problem(f"{path}.{key}", wrong[0], **wrong[1])
        else:
            found[key] = block[key]
    return found
