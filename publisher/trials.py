"""Lets the platforms themselves fetch a test picture: the only true test of a media host.

A post is staged and never committed: staging makes nothing public, and what was staged ends by itself, so
nothing is published.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from connectors import registry
from connectors.clock import pause
from connectors.contract import Account, Media, NotYet, Part, PartKind
from connectors.errors import ConnectorError
from publisher import wiring
from publisher.media.hosts.trial import Finding, test_picture
from publisher.media.store import MediaStore, MediaStoreError
from publisher.texts import error_text

if TYPE_CHECKING:
    from connectors.http import Door
    from publisher.model import Channel

PATIENCE = timedelta(minutes=2)
"""How long a platform may take to fetch one picture."""
_GLANCE = 0.2
"""Seconds between two looks at the clock: that of a sandbox may hurry."""


def try_platforms(wired: wiring.Wired, *, without: Collection[str] = ()) -> Iterator[Finding]:
    """One finding per channel whose platform fetches media while a post is staged.

    Args:
        without: labels of channels that are not asked: their tokens are known to be no good.
    """
    space = wired.workspace
    asked = [
        channel
        for channel in space.channels
        if registry.room(channel.platform).fetches_ahead
        and not space.by_hand(channel)
        and channel.label not in without
    ]
    if not asked:
        return
    door = wiring.open_door(wired)
    try:
        with TemporaryDirectory() as folder:
            store = MediaStore(Path(folder), wired.media_host())
            picture = Path(folder) / "test.jpg"
            picture.write_bytes(test_picture())
            media = Media(sha256(picture.read_bytes()).hexdigest(), ("strip",), "")
            store.keep(picture, media.source)
            for channel in asked:
                yield _tried(wired, door, store, channel, media)
    finally:
        door.close()


def _tried(wired: wiring.Wired, door: Door, store: MediaStore, channel: Channel, media: Media) -> Finding:
    room = registry.room(channel.platform)
    account = Account(channel.account, channel.account_id, channel.options, channel.app)
    named = {"channel": channel.label, "platform": room.title}
    part = Part(PartKind.ROOT, "Uji", None, {}, (media,))
    try:
        session = room.open(account, door, wiring.tokens_of(wired, door), wired.clock, store)
        checkpoint, until = None, wired.clock.now() + PATIENCE
        while True:
            found = session.stage(part, (), checkpoint, lambda _: None)
            if not isinstance(found, NotYet):
                return Finding("media.trial_platform", named, good=True)
            if found.look_at > until:
                return Finding("media.trial_platform_slow", named, good=False)
            checkpoint = found.checkpoint
            while wired.clock.now() < found.look_at:
                pause(_GLANCE)
                wired.clock.refresh()
    except ConnectorError as error:
        return Finding("media.trial_platform_refused", {**named, "words": error.words}, good=False)
    except MediaStoreError as error:
        words = error_text(error).replace("\n", " ")
        return Finding("media.trial_platform_refused", {**named, "words": words}, good=False)
