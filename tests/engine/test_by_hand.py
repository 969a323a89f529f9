"""What a platform must fetch and cannot: a person publishes it, and the machine never asks the platform."""

from __future__ import annotations

import json
from hashlib import sha256

from publisher import kits
from tests.engine.office import Office

IG = {"ig": {"platform": "instagram", "account": "3001", "token": "env:IG_TOKEN"}}


def test_without_a_media_host_such_a_format_is_handed_to_a_person(office: Office) -> None:
    """Made hours ahead, handed over at its time, never sent; what needs no host goes by itself."""
    office.open(IG)
    office.deliverer.hosted = False
    office.post("news", due=180, pictures=1, channels=["ig", "fb"])
    office.run()
    assert office.state("news", "ig") == "waiting"
    assert [part.staged_at is not None for part in office.parts() if part.account == "instagram:3001"] == [
        True
    ]
    assert kits.find(office.workspace.state, "x" * 8) is None
    office.live_through(minutes=181, step=600)
    assert office.state("news", "fb") == "published"
    assert office.state("news", "ig") == "handed_over"
    [part] = [part for part in office.parts() if part.state == "handed_over"]
    assert part.reason == "log.by_hand_host"
    assert part.needs_person
    kit = kits.find(office.workspace.state, part.delivery_id)
    assert kit is not None
    [handed] = [row for row in office.history(part.delivery_id) if row.new == "handed_over"]
    assert json.loads(handed.details)["files"] == [sha256((kit / "01.jpg").read_bytes()).hexdigest()]
    assert office.live("instagram") == []
