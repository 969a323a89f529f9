"""The doctor's true test: the platform itself fetches, and nothing is published."""

from __future__ import annotations

import socket
from pathlib import Path

from publisher import wiring
from publisher.trials import try_platforms
from tests.engine.office import Office

META = {
    "ig": {"platform": "instagram", "account": "3001", "token": "env:IG_TOKEN"},
    "th": {"platform": "threads", "account": "4001", "token": "env:TH_TOKEN"},
}


def test_the_platforms_fetch_a_test_picture_and_publish_nothing(office: Office) -> None:
    """A container at each, made and looked at, and nothing live; X and Facebook are not asked."""
    office.open(META)
    office.sandbox.world.set_clock(rate=60)
    found = list(try_platforms(wiring.wire(office.workspace)))
    assert [(one.code, one.values["channel"], one.good) for one in found] == [
        ("media.trial_platform", "ig", True),
        ("media.trial_platform", "th", True),
    ]
    assert office.live("instagram") == office.live("threads") == []


def test_an_address_that_the_platform_cannot_reach_is_told_in_its_words(
    office: Office, tmp_path: Path
) -> None:
    """The files lie there, but nobody answers under the address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    public = tmp_path / "public"
    public.mkdir()
    office.open(
        META, media_host={"kind": "directory", "folder": str(public), "url": f"http://127.0.0.1:{port}"}
    )
    office.sandbox.world.set_clock(rate=60)
    found = list(try_platforms(wiring.wire(office.workspace)))
    assert [(one.code, one.good) for one in found] == [("media.trial_platform_refused", False)] * 2
    assert all(one.values["words"] for one in found)


def test_a_channel_by_hand_is_not_asked(office: Office) -> None:
    """There is no token to ask with."""
    office.open({name: {**keys, "mode": "assisted"} for name, keys in META.items()})
    assert list(try_platforms(wiring.wire(office.workspace))) == []
