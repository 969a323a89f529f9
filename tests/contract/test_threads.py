"""The contract, kept by Threads."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from connectors.contract import CannotTell, Checkpoint, Media, NotSeen, NotYet, Part, Receipt, Staged
from connectors.errors import (
    ConnectorError,
    OutcomeUnknownError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TemporaryError,
    UnsupportedError,
)
from connectors.renewal import Lasts
from connectors.threads import limits
from connectors.threads.codes import REFUSED_IN_STATUS
from connectors.threads.simulator_answers import NAMED
from connectors.threads.simulator_media import STATUS_ERRORS
from tests.contract.codes import GraphCodes
from tests.contract.stand import Stand, through_json
from tests.contract.suite import COMMENT, ROOT, THREAD, ContractSuite, StopHere

Json = Any


class TestThreads(GraphCodes, ContractSuite):
    """A Threads profile."""

    platform = "threads"
    lasts = Lasts.RENEWED
    called_by_name = False
    renew_path = "/refresh_access_token$"
    commit_path = "/threads_publish$"
    comment_path = "/threads_publish$"
    list_path = "/me/threads$"
    probe_path = "/me$"
    commit_on = "publish"
    dead_token = {"state": "expired"}  # noqa: RUF012 - read only
    throttle = {"usage_percent": 100, "regain_minutes": 7}  # noqa: RUF012

    def formats(self, stand: Stand) -> dict[str, tuple[Part, ...]]:
        photos = tuple(stand.picture(number, f"Foto {number}") for number in range(20))
        clip = stand.clip("Upacara", seconds=1.0)
        return {
            "text": (Part(ROOT, "Stan SP4N-LAPOR! dibuka.\n\nSMS 1708 & natuna.lapor.go.id 😀"),),
            "link": (Part(ROOT, "Rencana strategis", link="https://natunakab.go.id/renstra?a=1&b=2"),),
            "photo": (Part(ROOT, "Satu foto", media=photos[:1]),),
            "photo only": (Part(ROOT, "", media=(stand.picture(31),)),),
            "png": (Part(ROOT, "Poster", media=(stand.picture(5, "Poster", "PNG"),)),),
            "clip": (Part(ROOT, "Cuplikan", media=(clip,)),),
            "carousel": (Part(ROOT, "Dua puluh foto", media=photos),),
            "mixed": (Part(ROOT, "Foto dan video", media=(photos[0], clip)),),
            "poll": (Part(ROOT, "Hari apa?", options={"poll": ["Senin", "Selasa"]}),),
            "topic": (
                Part(ROOT, "Topik", options={"topic_tag": "#Natuna", "reply_control": "mentioned_only"}),
            ),
            "chain": (
                Part(ROOT, "Bagian satu (1/3)", media=photos[:1]),
                Part(THREAD, "Bagian dua (2/3)"),
                Part(THREAD, "Bagian tiga (3/3)", media=photos[1:3]),
            ),
            "comment": (
                Part(ROOT, "Dengan balasan"),
                Part(COMMENT, "Selengkapnya: https://natunakab.go.id"),
            ),
        }

    def assert_live_as(self, stand: Stand, part: Part, post: Json) -> None:
        super().assert_live_as(stand, part, post)
        options = post["options"]
        assert options.get("link_attachment", options.get("link")) == part.link
        assert list(options.get("poll_attachment") or options.get("poll") or {}) == (
            ["option_a", "option_b"] if part.options.get("poll") else []
        ) or options.get("poll") == part.options.get("poll")
        assert (options.get("topic_tag") == "Natuna") is bool(part.options.get("topic_tag"))
        assert options.get("reply_control") in (part.options.get("reply_control"), "everyone")

    def shorten_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "LIST_PAGE", 5)

    def simulated(self) -> dict[Any, type[ConnectorError]]:
        throttled = (4, 17, 32, 341, 613, 80000, 80001, 80014)
        return {
            **dict.fromkeys(((1, None), (1, 2207052), (2, None)), OutcomeUnknownError),
            **dict.fromkeys(((code, None) for code in throttled), RateLimitedError),
            (613, 1996): RateLimitedError,
            **dict.fromkeys(((code, None) for code in (3, 10, 102, 200, 299, 2500)), ReconnectError),
            **{(190, subcode): ReconnectError for subcode in (None, 458, 459, 460, 463, 464, 467)},
            **{(368, subcode): ReconnectError for subcode in (None, 1390008, 4854002, 1404078, 1346003)},
            (368, 1404082): RejectedError,
            (506, None): RejectedError,
            (4279013, None): ReconnectError,
            (100, 4279013): ReconnectError,
            (24, 4279009): TemporaryError,
            (100, 33): TemporaryError,
            (100, None): RejectedError,
        }

    # ── what waiting changes ─────────────────────────────────────────────────

    def test_the_limits_fit_together(self, stand: Stand) -> None:
        """What is staged at `lead` is still good when due and through the grace; one commit is short."""
        bounds, part = stand.room.limits, self.richest(stand)
        staged: Staged | NotYet = stand.session().stage(part, (), None, stand.saved.append)
        while isinstance(staged, NotYet):
            stand.move_to(staged.look_at)
            staged = stand.session().stage(part, (), through_json(staged.checkpoint), stand.saved.append)
        assert staged.good_until is not None
        assert staged.good_until - stand.clock.now() > bounds.lead + self.keeps_for
        assert 0 < bounds.commit_budget <= 30
        assert bounds.looks >= 2

    def test_a_restart_after_any_saved_checkpoint_goes_on_from_there(self, stand: Stand) -> None:
        """A process that dies right after any save, and is started anew, makes no container twice."""
        part = self.richest(stand)
        stand.stage(part)
        calls = len(self.posts(stand))
        assert calls == len(stand.saved) == len(part.media) + 1
        for stop_at in range(1, calls + 1):
            before = len(self.posts(stand))
            kept: list[Checkpoint] = []

            def save(checkpoint: Checkpoint, stop_at: int = stop_at, kept: list[Checkpoint] = kept) -> None:
                kept.append(checkpoint)
                if len(kept) == stop_at:
                    raise StopHere

            with pytest.raises(StopHere):
                _staged(stand, part, save)
            stand.stage(part, (), through_json(kept[-1]))
            assert len(self.posts(stand)) - before == calls

    def test_what_is_staged_is_not_staged_again(self, stand: Stand) -> None:
        """Staging with a whole checkpoint makes no call; with one that is too old it makes all anew."""
        part = self.richest(stand)
        first = stand.stage(part)
        calls, made = len(stand.requests()), len(self.posts(stand))
        assert stand.stage(part, (), first) == first
        assert len(stand.requests()) == calls
        stand.move(timedelta(hours=24).total_seconds())
        again = stand.stage(part, (), first)
        assert len(self.posts(stand)) == 2 * made
        assert stand.commit(part, (), again)

    # ── Threads' own ─────────────────────────────────────────────────────────

    @pytest.mark.parametrize("field", ["message", "error_user_title", "error_user_msg", "type", "code"])
    def test_a_code_in_words_wherever_it_stands(self, stand: Stand, field: str) -> None:
        """Meta does not say in which field of an error such a code stands."""
        named = {name for name, *_ in self.rows() if name.startswith("THREADS_API__")}
        assert named == set(NAMED)
        for name in sorted(named):
            error = {"message": "Invalid parameter", "type": "OAuthException", "code": 100, field: name}
            stand.fault(path="/threads$", phase="before", kind="body", status=400, body={"error": error})
            with pytest.raises(RejectedError) as caught:
                stand.stage(self.says(stand, "Selamat pagi"))
            assert (caught.value.code, caught.value.effect) == (name, "none")
            assert stand.room.meaning(name) != stand.room.meaning("100") or name.endswith("COUNTRY_CODES")

    def test_more_links_than_threads_takes(self, stand: Stand) -> None:
        """Refused by name when the container is made; the office is told of its links."""
        links = " ".join(f"https://natunakab.go.id/{number}" for number in range(6))
        with pytest.raises(RejectedError) as caught:
            stand.stage(Part(ROOT, links))
        assert stand.room.meaning(caught.value.code) == "room.said_link"

    def test_the_race_after_creating(self, stand: Stand) -> None:
        """24/4279009 publishes nothing: the same container goes out a little later."""
        stand.platform(publish_race=2)
        part, session = self.says(stand, "Selamat pagi"), stand.session()
        checkpoint = stand.stage(part)
        for _ in range(2):
            with pytest.raises(TemporaryError) as caught:
                session.commit(part, (), checkpoint)
            assert (caught.value.code, caught.value.effect) == ("24/4279009", "none")
            assert caught.value.retry_at == pytest.approx(
                stand.clock.now() + limits.RACE_PAUSE, abs=timedelta(seconds=2)
            )
            stand.move(5)
        session.commit(part, (), checkpoint)
        assert len(stand.live()) == 1
        assert len([one for one in self.posts(stand) if one["path"].endswith("/threads")]) == 1

    def test_a_container_never_found_is_made_anew(self, stand: Stand) -> None:
        """After three times a new container is made; after three containers the post is refused."""
        stand.platform(publish_race=100)
        part, session = self.says(stand, "Selamat pagi"), stand.session()
        checkpoint = stand.stage(part)
        used = set()
        for _ in range(limits.RACE_CONTAINERS - 1):
            used.add(checkpoint.public["post"]["id"])
            _exhaust(stand, session, part, checkpoint)
            staged = session.stage(part, (), checkpoint, stand.saved.append)
            while isinstance(staged, NotYet):
                stand.move_to(staged.look_at)
                staged = session.stage(part, (), through_json(staged.checkpoint), stand.saved.append)
            checkpoint = through_json(staged.checkpoint)
        used.add(checkpoint.public["post"]["id"])
        assert len(used) == limits.RACE_CONTAINERS
        _exhaust(stand, session, part, checkpoint)
        with pytest.raises(RejectedError):
            session.stage(part, (), checkpoint, stand.saved.append)
        assert stand.live() == []

    def test_no_part_of_a_long_text_is_refused(self, stand: Stand) -> None:
        """What rendering splits by `measure` is taken by a Threads that counts bytes."""
        from publisher.render.thread import split

        stand.platform(count_bytes=True)
        text = "Ranai — “Jumat bersih” di pesisir: warga, sekolah, dan kantor… 😀 " * 20
        parts = split(text, stand.room.limits.text, stand.room.measure)
        assert len(parts) > 2
        root, *others = parts
        stand.publish(Part(ROOT, root), *(Part(THREAD, one) for one in others))
        assert [post["text"] for post in stand.live()] == parts

    def test_a_text_that_bytes_refuse_is_told_before_anything_is_live(self, stand: Stand) -> None:
        """Where Threads counts bytes the container is refused, and nothing is public."""
        stand.platform(count_bytes=True)
        for status in (400, 500):
            stand.platform(too_long_status=status)
            with pytest.raises(RejectedError):
                stand.stage(Part(ROOT, "“" * 200))
        assert stand.live() == []

    def test_the_days_posts_are_used_up(self, stand: Stand) -> None:
        """The number is Threads' own: staging refuses before a container is made; replies count apart."""
        stand.platform(quota_total=1)
        assert stand.session().probe().quota_left == 1
        (receipt,) = stand.publish(self.says(stand, "Satu"))
        made = len(self.posts(stand))
        with pytest.raises(RateLimitedError):
            stand.stage(self.says(stand, "Dua"))
        assert len(self.posts(stand)) == made
        stand.commit(Part(COMMENT, "Balasan"), (receipt,))
        assert len(stand.live()) == 2

    def test_what_processing_refuses(self, stand: Stand) -> None:
        """A container that ends in ERROR: a bad format is refused, a failed download is tried anew."""
        part = Part(ROOT, "Cuplikan", media=(stand.clip(),))
        passing = ("UNKNOWN", "FAILED_DOWNLOADING_VIDEO")
        assert {*REFUSED_IN_STATUS, *passing} == {*STATUS_ERRORS}
        for words in (*REFUSED_IN_STATUS, *passing):
            stand.platform(container_error=words)
            with pytest.raises(TemporaryError if words in passing else RejectedError, match=words) as caught:
                stand.stage(part)
            assert caught.value.effect == "none"
        stand.platform(container_error="")
        stand.commit(part, (), stand.stage(part, (), stand.saved[-1]))
        assert len(stand.live()) == 1

    def test_published_but_in_no_list_is_never_absent(self, stand: Stand) -> None:
        """The container says published: a list that lags is looked at later, then a person is asked."""
        stand.platform(list_lag=86_000)
        part, since = self.says(stand, "Selamat pagi"), stand.since()
        checkpoint = stand.stage(part)
        stand.commit(part, (), checkpoint)
        since = stand.since()
        with pytest.raises(TemporaryError):
            stand.session().find(part, (), checkpoint, since, ())
        stand.move(600)
        assert isinstance(stand.session().find(part, (), checkpoint, since, ()), CannotTell)

    def test_a_picture_without_words_is_told_by_its_container(self, stand: Stand) -> None:
        """Not published is not seen, whatever else without words is there."""
        since = stand.since()
        stand.commit(Part(ROOT, "", media=(stand.picture(1),)))
        two = Part(ROOT, "", media=(stand.picture(2),))
        assert stand.session().find(two, (), stand.stage(two), since, ()) == NotSeen()

    def test_what_cannot_be_combined_is_refused_before_any_call(self, stand: Stand) -> None:
        """A link preview or a poll beside a picture, or nothing at all, are no posts of Threads."""
        media: tuple[Media, ...] = (stand.picture(1),)
        for part in (
            Part(ROOT, "a", link="https://natunakab.go.id", media=media),
            Part(ROOT, "a", options={"poll": ["Ya", "Tidak"]}, media=media),
            Part(ROOT, " "),
        ):
            with pytest.raises(UnsupportedError):
                stand.stage(part)
        assert stand.requests() == []

    def test_an_error_after_the_effect_is_found(self, stand: Stand) -> None:
        """Code 1 after the post went live leaves the outcome unknown; `find` names the post."""
        part, since = self.says(stand, "Selamat pagi"), stand.since()
        checkpoint = stand.stage(part)
        stand.platform(next_error={"code": 1, "on": "publish", "effect": True})
        with pytest.raises(OutcomeUnknownError):
            stand.commit(part, (), checkpoint)
        found = stand.session().find(part, (), checkpoint, since, ())
        assert isinstance(found, Receipt)
        assert [post["id"] for post in stand.live()] == [found.platform_id]


def _staged(stand: Stand, part: Part, save: Any) -> None:
    """Stage round after round with a save of one's own."""
    staged = stand.session().stage(part, (), None, save)
    while isinstance(staged, NotYet):
        stand.move_to(staged.look_at)
        staged = stand.session().stage(part, (), through_json(staged.checkpoint), save)


def _exhaust(stand: Stand, session: Any, part: Part, checkpoint: Checkpoint) -> None:
    for _ in range(limits.RACE_TRIES):
        with pytest.raises(TemporaryError):
            session.commit(part, (), checkpoint)
        stand.move(5)
