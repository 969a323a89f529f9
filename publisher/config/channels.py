"""The block `channels` of schedule.yaml; which options a channel may have is asked of its room."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from connectors import registry
from connectors.contract import Json, Option, Room, account_key
from publisher.config import values as kinds
from publisher.config.blocks import Defaults, fitting_of
from publisher.config.keys import APPROVALS, CHANNEL_KEYS, MODES
from publisher.config.reader import Reader
from publisher.model import Channel


def channels(reader: Reader, value: Json, defaults: Defaults) -> tuple[Channel, ...]:
    """Those that can be read, in their order; every label and account once."""
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


def _channel(reader: Reader, label: str, value: Json, defaults: Defaults) -> Channel | None:
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
    fitting = fitting_of(reader, value, path, defaults.fitting, defaults.colour)
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
        topics=reader.items(value, f"{path}.topics", kinds.words),
        unsupported=fitting.unsupported,
        long_text=fitting.long_text,
        bold=fitting.bold,
        fit=fitting.fit,
        background=fitting.background,
        enlarge=fitting.enlarge,
        card=fitting.card,
        options=options,
    )


def _room(value: Json) -> Room:
    name = kinds.words(value)
    if name.isidentifier():
        try:
            return registry.room(name)  # without asking for all platforms, which searches every package
        except KeyError:
            pass  # none is called so
        except registry.RoomError as error:
            raise kinds.WrongValue("config.platform_broken", value=name, words=error.words) from None
    known = registry.platforms()
    titles = {room.title.lower(): room.platform for room in registry.rooms()}
    meant = titles.get(name.lower()) or kinds.suggestion(name, known)
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
        wrong = kinds.option_problem(option, block[key])
        if wrong:
            reader.problem(f"{path}.{key}", wrong[0], **wrong[1])
        else:
            found[key] = block[key]
    return found
