"""A connector plugged in by entry point: no change in publisher, and every promise of the contract kept."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connectors.clock import pause
from connectors.contract import CannotTell, Checkpoint, Gone, NotYet, Pending, Receipt, Staged
from connectors.errors import OutcomeUnknownError, RejectedError, TemporaryError
from publisher.vault import NoSealer
from tests.engine.office import START, Office
from tests.engine.wall import Board


def test_it_publishes_like_any_other(office: Office, board: Board) -> None:
    """Check, preview, plan, delivery, log and status know it, and nothing in publisher names it."""
    office.post("news", due=0)
    preview = office.ask("preview", "news")
    assert [one.title for one in preview.channels] == ["Facebook", "Wall", "X"]
    office.run()
    assert [notice[1] for notice in board.notices] == ["Announcement news of the office."]
    assert office.delivery("news", "w").url == "https://wall.example/status/1"
    assert len(office.live()) == 2
    assert [one.platform for one in office.ask("status").accounts] == ["facebook", "twitter", "wall"]


def test_its_features_are_refused_unless_named(office: Office, board: Board) -> None:
    """What the room does not name is an error that names platform and feature; other channels go out."""
    office.post("news", due=0, facebook={"first_comment": "More"}, wall={"colour": "red"})
    codes = {(p.code, p.severity) for p in office.ask("check").problems}
    assert [severity for _, severity in codes] == ["error"]
    office.post("two", due=0, pictures=2, channels=["w"])
    (problem,) = [p for p in office.ask("check").problems if p.code == "room.unsupported"]
    assert problem.values == {"platform": "Wall", "feature": "images"}


# ── Staging that takes time ──


def test_not_yet_is_looked_at_again_at_its_time(office: Office, board: Board) -> None:
    """No thread waits: the part is back to waiting, and staging goes on from its checkpoint when named."""
    half = Checkpoint({"upload": "half"})
    board.moods["stage"] = [NotYet(half, START + timedelta(seconds=40)), lambda c: Staged(c, None)]
    office.post("news", due=0, channels=["w"])
    office.run()
    assert (office.state("news", "w"), board.named("stage")) == ("waiting", 1)
    office.live_through(seconds=35, step=5)
    assert board.named("stage") == 1
    office.live_through(seconds=10, step=5)
    assert office.state("news", "w") == "published"
    assert [checkpoint for name, checkpoint in board.calls if name == "stage"] == [None, half]


def test_what_is_staged_is_committed_from_its_checkpoint(office: Office, board: Board) -> None:
    """Staged hours ahead, sealed half included; the commit gets exactly that back."""
    ready = Checkpoint({"container": "7"}, {"upload_url": "https://secret.example/u"})
    board.moods["stage"] = [Staged(ready, None)]
    office.post("news", due=30, pictures=1, channels=["w"])
    office.run()
    office.start()
    office.pass_time(minutes=30)
    office.run()
    assert board.calls[-1] == ("commit", ready)
    assert board.named("stage") == 1
    row = office.part("news", "w")
    assert "secret" not in f"{row.checkpoint_public}{row.checkpoint_sealed}"


def test_what_expires_is_staged_anew_with_what_is_left_of_it(office: Office, board: Board) -> None:
    """Past `good_until` nothing is committed that was staged before."""
    first, second = Checkpoint({"container": "1"}), Checkpoint({"container": "2"})
    board.moods["stage"] = [Staged(first, START + timedelta(minutes=20)), Staged(second, None)]
    office.post("news", due=30, pictures=1, channels=["w"])
    office.run()
    office.pass_time(minutes=30)
    office.run()
    assert board.calls == [("stage", None), ("stage", first), ("commit", second)]


def test_what_a_platform_would_not_publish_is_looked_at_before_the_next_try(
    office: Office, board: Board
) -> None:
    """A commit refused without effect may mean that what was staged is gone: the room stages once more."""
    first, second = Checkpoint({"container": "1"}), Checkpoint({"container": "2"})
    board.moods["stage"] = [Staged(first, None), Staged(second, None)]
    board.moods["commit"] = [TemporaryError("the container is gone", code="24/2207008", effect="none")]
    office.post("news", due=30, pictures=1, channels=["w"])
    office.run()
    office.pass_time(minutes=30)
    office.run()
    office.live_through(minutes=3, step=30)
    assert board.calls == [("stage", None), ("commit", first), ("stage", first), ("commit", second)]
    assert office.state("news", "w") == "published"


def test_an_upload_longer_than_a_lease_keeps_its_claim(
    office: Office, board: Board, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """As long as bytes leave the claim is renewed, though the room has nothing to save; and no other way.

    The server says how far a long one is.
    """
    monkeypatch.setattr("publisher.deliver.staging.RENEW", 0.1)
    monkeypatch.setattr("publisher.media.progress.EVERY", 0.0)
    monkeypatch.setattr("publisher.media.progress.SAY_EVERY", 0.3)
    caplog.set_level("INFO", "publisher")
    leases = []

    def slowly(checkpoint: Checkpoint | None) -> Staged:
        for sent in range(8):
            assert board.session is not None
            board.session.progress(sent, 8)
            leases.append(office.part("news", "w").lease_until)
            pause(0.1)
        return Staged(Checkpoint({"container": "1"}), None)

    board.moods["stage"] = [slowly]
    office.post("news", due=0, channels=["w"])
    office.run()
    assert office.state("news", "w") == "published"
    assert leases == sorted(leases)
    assert leases[-1] - leases[0] > 0.4
    assert 1 <= len([line for line in caplog.messages if " % " in line and " w " in line]) <= 3, (
        caplog.messages
    )


def test_a_secret_without_a_key_is_refused(office: Office, board: Board) -> None:
    """A program that holds no key stores no secret half: nothing is committed, and it says so."""
    office.deliverer.sealer = NoSealer()
    board.moods["stage"] = [Staged(Checkpoint({}, {"upload_url": "https://secret.example/u"}), None)] * 3
    office.post("news", due=0, channels=["w"])
    office.look()
    for turn in office.wake():
        turn.result(timeout=10)
    assert board.named("commit") == 0
    assert office.state("news", "w") == "waiting"
    assert office.part("news", "w").checkpoint_sealed is None


def test_a_lost_key_means_staging_again(office: Office, board: Board) -> None:
    """The key file is gone: what was sealed is made anew, and the post goes out."""
    ready = Checkpoint({"container": "7"}, {"upload_url": "https://secret.example/u"})
    board.moods["stage"] = [Staged(ready, None), Staged(Checkpoint({"container": "8"}), None)]
    office.post("news", due=30, pictures=1, channels=["w"])
    office.run()
    (key,) = office.deliverer.fences.path.parent.glob("seal.key")
    key.unlink()
    office.start()
    office.pass_time(minutes=30)
    office.run()
    assert board.calls == [("stage", None), ("stage", None), ("commit", Checkpoint({"container": "8"}))]


# ── Commits that take time ──


def test_pending_is_confirmed_at_its_time_and_never_sent_again(office: Office, board: Board) -> None:
    """The platform accepted and works: processing, looked at when named, published when it says so."""
    job = Checkpoint({"job": "1"})
    board.moods["commit"] = [Pending(job, START + timedelta(seconds=30))]
    board.moods["confirm"] = [Pending(job, START + timedelta(seconds=60))]
    office.post("news", due=0, channels=["w"])
    office.run()
    assert office.state("news", "w") == "processing"
    office.live_through(seconds=25, step=5)
    assert board.named("confirm") == 0
    office.live_through(seconds=60, step=5)
    assert office.state("news", "w") == "published"
    assert (board.named("commit"), board.named("confirm")) == (1, 2)
    assert ("confirm", job) in board.calls


def test_pending_lets_other_posts_go(office: Office, board: Board) -> None:
    """A part that the platform works on blocks nobody behind it."""
    board.moods["commit"] = [Pending(Checkpoint({"job": "1"}), START + timedelta(hours=1))]
    office.post("a", due=0, channels=["w"])
    office.post("b", due=1, channels=["w"])
    office.run()
    office.pass_time(minutes=1)
    office.run()
    assert (office.state("a", "w"), office.state("b", "w")) == ("processing", "published")


def test_gone_is_failed_with_the_reason(office: Office, board: Board) -> None:
    """What the platform accepted and then threw away asks a person, with its words."""
    board.moods["commit"] = [Pending(Checkpoint({"job": "1"}), START)]
    board.moods["confirm"] = [Gone("the video is upside down")]
    office.post("news", due=0, channels=["w"])
    office.run()
    view = office.delivery("news", "w")
    assert (view.state, view.needs_person, view.words) == ("failed", True, "the video is upside down")


# ── Rooms with bugs ──


@pytest.mark.parametrize("call", ["stage", "find"])
def test_a_bug_where_nothing_becomes_public_is_tried_later(office: Office, board: Board, call: str) -> None:
    """An exception that no room should raise: outside of a commit, again later."""
    board.moods[call] = [ZeroDivisionError("oops")]
    if call == "find":
        board.moods["commit"] = [OutcomeUnknownError("no answer")]
    office.post("news", due=0, channels=["w"])
    office.run()
    assert office.state("news", "w") == ("waiting" if call == "stage" else "unknown")
    office.live_through(minutes=5)
    assert office.state("news", "w") == "published"
    assert len(board.notices) == 1


def test_a_bug_inside_a_commit_is_unknown(office: Office, board: Board) -> None:
    """Nobody knows what it did: looked for, found, recorded once."""

    def hang_and_break(_: Checkpoint | None) -> Exception:
        board.hang("Announcement news of the office.", office.now)
        return ZeroDivisionError("oops")

    board.moods["commit"] = [hang_and_break]
    office.post("news", due=0, channels=["w"])
    office.run()
    assert office.state("news", "w") == "published"
    assert (len(board.notices), board.named("commit")) == (1, 1)
    assert office.attempts("news", "w") == [("commit", "OutcomeUnknownError"), ("find", "published")]


@pytest.mark.parametrize("error", [RejectedError, TemporaryError])
def test_only_a_listed_code_counts_as_not_published(
    office: Office, board: Board, error: type[RejectedError] | type[TemporaryError]
) -> None:
    """Inside a commit an error without `effect="none"` is never taken for "not published"."""
    board.moods["commit"] = [error("something", code="unlisted")]
    office.post("news", due=0, channels=["w"])
    office.run()
    assert office.state("news", "w") == "unknown"
    assert board.named("commit") == 1


def test_an_id_that_belongs_to_another_post_asks_a_person(office: Office, board: Board) -> None:
    """A room that names an id which the log gave away already: no machine decides that."""
    office.post("a", due=0, channels=["w"])
    office.run()
    board.moods["commit"] = [Receipt("1", "https://wall.example/status/1", START)]
    office.post("b", due=0, channels=["w"])
    office.run()
    view = office.delivery("b", "w")
    assert (view.state, view.reason, view.needs_person) == ("unknown", "log.id_taken", True)
    office.live_through(minutes=10, step=60)
    assert board.named("commit") == 2


def test_who_cannot_tell_gives_the_candidates(office: Office, board: Board) -> None:
    """The room's links are what `resolve` shows."""
    links = ("https://wall.example/1", "https://wall.example/2")
    board.moods["commit"] = [OutcomeUnknownError("no answer")]
    board.moods["find"] = [CannotTell("two of them", links)]
    office.post("news", due=0, channels=["w"])
    office.run()
    (asked,) = office.ask("needs_person")
    assert (asked.message, asked.candidates) == ("desk.need_unknown", links)
    assert office.delivery("news", "w").words == "two of them · " + " · ".join(links)


def test_a_retry_after_inside_a_commit_that_published_nothing(office: Office, board: Board) -> None:
    """TemporaryError with a time of its own (Retry-After): nothing before it."""
    later = START + timedelta(minutes=5)
    board.moods["commit"] = [TemporaryError("busy", retry_at=later, effect="none")]
    office.post("news", due=0, channels=["w"])
    office.run()
    office.live_through(minutes=4, seconds=50, step=10)
    assert board.named("commit") == 1
    office.live_through(seconds=40, step=10)
    assert (office.state("news", "w"), board.named("commit")) == ("published", 2)
