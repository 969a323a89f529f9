"""The server's round through its media store: what was sent goes in time, what is still to come stays."""

from __future__ import annotations

import logging
import os
from pathlib import Path

import pytest

from publisher.media.uses import LOCK
from publisher.publish_log import chain, claims
from tests.engine.office import Office


def stored(office: Office) -> set[str]:
    media = office.workspace.state / "media"
    return {file.name[:64] for file in media.rglob("*") if file.is_file() and file.name != LOCK}


def age(office: Office, days: float) -> None:
    """Time passes for files and for the log alike."""
    for file in (office.workspace.state / "media").rglob("*"):
        if file.is_file():
            at = file.stat().st_mtime - days * 86400
            os.utime(file, (at, at))
    office.pass_time(days=days)


def sources(office: Office, post: str) -> set[str]:
    """As the log remembers them."""
    delivery = office.delivery(post).delivery_id
    with office.store.read() as tx:
        return {media.source for media in claims.rendition_of(tx, delivery).parts[0].media}


def test_what_is_out_goes_and_what_is_to_come_stays(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """Thirty days after it went out a picture is gone, its hash is not; one booked far ahead is sent."""
    caplog.set_level(logging.INFO, "publisher")
    office.open()
    office.post("out", due=1, pictures=1, channels=["x"])
    office.post("later", due=60 * 24 * 70, pictures=1, channels=["x"])
    office.run()
    office.live_through(minutes=2)
    out, later = sources(office, "out"), sources(office, "later")
    office.daemon.prune_media()
    age(office, 29)
    office.daemon.prune_media()
    assert stored(office) == out | later
    age(office, 2)
    office.daemon.prune_media()
    assert stored(office) == later
    assert [r.message for r in caplog.records if "removed from the media store" in r.message]
    assert sources(office, "out") == out
    with office.store.read() as tx:
        assert chain.broken(tx.conn, tx.workspace, office.delivery("out").delivery_id) is None
    [sent] = [post for post in office.live("twitter") if post["text"].startswith("Announcement out")]
    assert f'"files":["{sent["media"][0]["sha256"]}"]' in "".join(
        row.details for row in office.history(office.delivery("out").delivery_id)
    )
    office.folder.joinpath("content", "later", "1.jpg").unlink()  # what was booked needs no folder any more
    office.pass_time(days=39)
    office.live_through(minutes=2, step=60)
    assert office.state("later") == "published"
    (live,) = [post for post in office.live("twitter") if post["text"].startswith("Announcement later")]
    assert len(live["media"]) == 1


def test_a_post_whose_files_are_gone_brings_them_again(office: Office) -> None:
    """Missed, let go, forgotten for weeks, then sent by hand: its picture comes from content/ once more."""
    office.open()
    office.post("late", due=1, pictures=1, channels=["x"])
    office.look()
    office.pass_time(hours=5)
    office.run()
    assert office.state("late") == "missed"
    late = sources(office, "late")
    age(office, 31)
    office.daemon.prune_media()
    assert stored(office) == late  # it still needs a person
    office.ask("resolve", "late", failed=True)
    office.daemon.prune_media()
    assert stored(office) == set()
    office.ask("publish", "late", now=True)
    assert office.state("late") == "published"
    assert stored(office) == late


def test_how_long_is_a_setting(office: Office) -> None:
    """`keep_media: 2d` keeps for two days."""
    office.open(keep_media="2d")
    office.post("out", due=1, pictures=1, channels=["x"])
    office.run()
    office.live_through(minutes=2)
    age(office, 1.9)
    office.daemon.prune_media()
    assert stored(office)
    age(office, 0.2)
    office.daemon.once()
    assert not stored(office)


def test_a_store_that_cannot_be_pruned_is_told_and_stops_nothing(
    office: Office, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    """The disk's words are in the log, and the server goes on."""
    office.open()
    stuck = office.workspace.state / "media" / "made" / "00" / ("0" * 64)
    stuck.mkdir(parents=True)
    os.utime(stuck, (1, 1))
    office.daemon.prune_media()
    assert [r.message for r in caplog.records if "could not be removed from the media store" in r.message]
