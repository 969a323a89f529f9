"""Which bytes went out is in the log; where they cannot be read any more, the post goes out all the same."""

from __future__ import annotations

import json
import logging

import pytest

from tests.engine.office import Office


@pytest.mark.parametrize("lost", ["gone", "unreadable"])
def test_a_file_that_is_lost_after_it_was_staged_stops_nothing(
    office: Office, caplog: pytest.LogCaptureFixture, lost: str
) -> None:
    """X has had it for an hour: the call is made, and the log says nothing it does not know."""
    office.open()
    office.post("news", due=60, pictures=1, channels=["x"])
    office.run()
    office.live_through(minutes=10, step=300)
    assert office.part("news", "x").staged_at is not None
    made = office.workspace.state / "media" / "made"
    for file in [one for one in made.rglob("*") if one.is_file()]:
        file.unlink()
        if lost == "unreadable":
            file.mkdir()
    if lost == "gone":
        office.start()  # what was read before is forgotten
    office.deliverer.media._hashes.clear()
    caplog.set_level(logging.WARNING)
    office.live_through(minutes=60, step=300)
    assert office.state("news", "x") == "published"
    events = [json.loads(row.details) for row in office.history(office.delivery("news", "x").delivery_id)]
    assert [one for one in events if "fence" in one]
    assert not [one for one in events if "files" in one]
    told = [one.message for one in caplog.records if "does not note which bytes" in one.message]
    assert bool(told) == (lost == "unreadable")
