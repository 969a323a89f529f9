"""What every room must keep, against the real door and the real simulator; a subclass for each room.

A room whose files have the usual names, and whose simulator has `errors` and the setting `quota`, needs
to say four paths only; what is particular about others their subclasses say.

A bug found in one room becomes a case here, so that all rooms learn it.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar
from urllib.request import urlopen

import pytest

from connectors.contract import (
    CannotTell,
    Checkpoint,
    Done,
    Feature,
    NotSeen,
    NotYet,
    Part,
    PartKind,
    Receipt,
    Severity,
    Staged,
    features_of,
)
from connectors.errors import (
    ConnectorError,
    NotSentError,
    OutcomeUnknownError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TemporaryError,
    UnsupportedError,
)
from connectors.renewal import Lasts, Life, renew_at
from publisher.texts import known
from tests.contract.codes import CodesSuite
from tests.contract.formats import asking_for, formats_of
from tests.contract.stand import Stand, stand, through_json, tokens_in

Json = Any
ROOT, THREAD, COMMENT = PartKind.ROOT, PartKind.THREAD, PartKind.COMMENT


class StopHere(Exception):
    """The process dies here."""


class ContractSuite(CodesSuite):
    """Subclass it as `Test<Room>`, and say what is particular.

    Attributes:
        commit_path: the path of the call that makes a root public, as a regular expression.
        refuses_equal_posts: seconds for which the platform refuses the same words; None: it does not.
        dead_token: what POST /admin/platform `token` takes to make the account's token useless.
        throttle: what POST /admin/platform takes to have the next commit refused as one too many.
    """

    refuses_equal_posts: ClassVar[float | None] = None
    dead_token: ClassVar[Mapping[str, Json]] = {"state": "revoked"}
    throttle: ClassVar[Mapping[str, Json]] = {"quota": 0}
    seals: ClassVar[bool] = False
    """Whether checkpoints hold what lets its holder post."""
    keeps_for: ClassVar[timedelta] = timedelta(hours=2)
    """How long what was staged at `lead` is good beyond the due time."""
    commit_method: ClassVar[str] = "POST"
    writes: ClassVar[tuple[str, ...]] = ("POST",)
    """Methods of the calls that stage and commit."""
    called_by_handle: ClassVar[bool] = True
    called_by_name: ClassVar[bool] = True
    """Whether the platform's mock-up shows the profile's handle, and its name."""
    lasts: ClassVar[Lasts]
    """How long the credentials of a log-in last."""
    renew_path: ClassVar[str] = ""
    """The path of the call that renews, as a regular expression; empty: there is none."""

    def says(self, stand: Stand, words: str) -> Part:
        """The plainest root part that carries these words."""
        return Part(ROOT, words)

    def formats(self, stand: Stand) -> dict[str, tuple[Part, ...]]:
        """Every format the room declares."""
        return formats_of(stand)

    @pytest.fixture
    def stand(self, tmp_path: Path) -> Iterator[Stand]:
        with stand(self.platform, tmp_path) as one:
            yield one

    # ── what goes out ────────────────────────────────────────────────────────

    def test_formats_cover_the_features(self, stand: Stand) -> None:
        """Every feature that the room declares is used by a format below, and no other."""
        used = set()
        for parts in self.formats(stand).values():
            for part in parts:
                used |= features_of(part, {media: stand.store.facts(media) for media in part.media})
        assert used == stand.room.features

    def test_published_once_and_found_as_rendered(self, stand: Stand) -> None:
        """Each format passes the room's own check, is live exactly once and exactly as rendered, is shown
        at its permalink, and is found again by `find`.
        """
        for name, parts in self.formats(stand).items():
            every = [media for part in parts for media in (*part.media, *part.companions)]
            facts = {media: stand.store.facts(media) for media in every}
            problems = stand.room.check(stand.rendition(*parts), facts)
            assert not [one for one in problems if one.severity is Severity.ERROR], name
            before, since = len(stand.live()), stand.since()
            receipts: list[Receipt] = []
            checkpoints = []
            for part in parts:
                checkpoints.append(stand.stage(part, tuple(receipts)))
                receipts.append(stand.commit(part, tuple(receipts), checkpoints[-1]))
            live = stand.live()[before:]
            assert len(live) == len(parts), name
            for number, (part, receipt, post) in enumerate(zip(parts, receipts, live, strict=True)):
                self.assert_live_as(stand, part, post)
                assert post["id"] == receipt.platform_id, name
                assert post["parent"] == self.parent(part, receipts[:number]), name
                with urlopen(receipt.url or "", timeout=10) as page:
                    assert page.status == 200, name
                found = stand.session().find(part, receipts[:number], checkpoints[number], since, ())
                assert isinstance(found, Receipt), (name, found)
                assert found.platform_id == receipt.platform_id, name

    def assert_live_as(self, stand: Stand, part: Part, post: Json) -> None:
        """What followers see is the part."""
        assert post["account"] == stand.account.id
        assert post["text"] == part.text
        assert [one["alt"] for one in post["media"]] == [media.alt for media in part.media]
        assert [one["sha256"] for one in post["media"]] == [stand.sha256(media) for media in part.media]

    def parent(self, part: Part, prior: Sequence[Receipt]) -> str | None:
        """The id a part must hang on."""
        if part.kind is ROOT:
            return None
        return prior[-1].platform_id if part.kind is THREAD else prior[0].platform_id

    def test_the_limits_fit_together(self, stand: Stand) -> None:
        """What is staged at `lead` is still good when due and through the grace; one commit is short; enough
        looks are planned to reach the end of `visibility`.
        """
        limits = stand.room.limits
        staged = stand.session().stage(self.richest(stand), (), None, stand.saved.append)
        assert isinstance(staged, Staged)
        assert staged.good_until is not None
        assert staged.good_until - stand.clock.now() > limits.lead + self.keeps_for
        assert 0 < limits.commit_budget <= 30
        assert limits.looks >= 2
        assert limits.settle > timedelta(0)

    def test_staging_makes_nothing_public(self, stand: Stand) -> None:
        """After staging any format nothing is live; only rooms that say so seal anything."""
        sealed = [bool(stand.stage(parts[0]).sealed) for parts in self.formats(stand).values()]
        assert any(sealed) is self.seals
        assert stand.live() == []

    def test_a_feature_not_declared_is_refused_before_any_call(self, stand: Stand) -> None:
        """A part that asks for what the room does not declare is refused by name, and no call is made."""
        asking = asking_for(stand)
        assert set(asking) == set(Feature)
        prior = (Receipt("1", None, stand.clock.now()),)
        refused = {feature: part for feature, part in asking.items() if feature not in stand.room.features}
        assert refused
        for feature, part in refused.items():
            for act in (
                lambda part=part: stand.stage(part, prior),
                lambda part=part: stand.commit(part, prior, Checkpoint()),
            ):
                with pytest.raises(UnsupportedError) as caught:
                    act()
                assert caught.value.platform == stand.room.title
                assert caught.value.feature in {str(one) for one in refused}
            facts = {media: stand.store.facts(media) for media in (*part.media, *part.companions)}
            told = stand.room.check(stand.rendition(part), facts)
            assert {one.code for one in told} == {"room.unsupported"}, feature
            assert str(feature) in {one.values["feature"] for one in told}
        with pytest.raises(UnsupportedError, match="no_such_option"):
            stand.stage(Part(ROOT, "a", options={"no_such_option": True}))
        assert stand.requests() == []

    def test_what_is_removed_is_gone(self, stand: Stand) -> None:
        """`remove` takes exactly that post down."""
        first, second = stand.publish(self.says(stand, "Satu")), stand.publish(self.says(stand, "Dua"))
        assert stand.session().remove(first[0]) == Done()
        assert [post["id"] for post in stand.live()] == [second[0].platform_id]

    def test_what_a_person_recorded_by_its_address_can_be_removed(self, stand: Stand) -> None:
        """An address says less than an answer: what it names is the very post, also to the platform."""
        first, second = (stand.commit(self.says(stand, f"Nomor {number}")) for number in (1, 2))
        recorded = stand.room.id_of(first.url or "", stand.account.id)
        assert recorded
        removed = stand.session().remove(replace(first, platform_id=recorded))
        left = [post["id"] for post in stand.live()]
        gone = [first.platform_id] if removed == Done() else []
        assert left == [one for one in (first.platform_id, second.platform_id) if one not in gone]
        assert type(stand.session().remove(second)) is type(removed)

    def test_removing_twice_is_removing(self, stand: Stand) -> None:
        """What is gone already is gone: a lost answer costs one more call, never a question."""
        first, second = stand.publish(self.says(stand, "Satu")), stand.publish(self.says(stand, "Dua"))
        stand.fault(method="DELETE", path=".", phase="after", kind="drop")
        with pytest.raises(ConnectorError):
            stand.session().remove(first[0])
        assert stand.session().remove(first[0]) == Done()
        assert stand.session().remove(first[0]) == Done()
        assert [post["id"] for post in stand.live()] == [second[0].platform_id]

    # ── restarts and lost answers ────────────────────────────────────────────

    def test_a_restart_after_any_saved_checkpoint_goes_on_from_there(self, stand: Stand) -> None:
        """Each call that stages is followed by a save, and a process that dies right after any of them goes
        on without making one twice.
        """
        part = self.richest(stand)
        stand.stage(part)
        saves, calls = len(stand.saved), len(self.posts(stand))
        assert saves == calls >= len(part.media)
        for stop_at in range(1, saves + 1):
            before = len(self.posts(stand))
            kept: list[Checkpoint] = []

            def save(checkpoint: Checkpoint, stop_at: int = stop_at, kept: list[Checkpoint] = kept) -> None:
                kept.append(checkpoint)
                if len(kept) == stop_at:
                    raise StopHere

            with pytest.raises(StopHere):
                stand.session().stage(part, (), None, save)
            stand.stage(part, (), kept[-1])
            assert len(self.posts(stand)) - before == calls

    def test_a_restart_while_any_format_is_staged(self, stand: Stand) -> None:
        """The same for every format, not only the richest: whatever was saved last, what is made is made once
        in all, and a token that dies there costs nothing either.
        """
        for name, (part, *_) in self.formats(stand).items():
            before = len(self.posts(stand))
            saves = len(stand.saved)
            stand.stage(part)
            calls, saves = len(self.posts(stand)) - before, len(stand.saved) - saves
            assert saves or calls <= 1, name
            for stop_at in range(1, saves + 1):
                before = len(self.posts(stand))
                kept = self.stopped(stand, part, stop_at)
                stand.platform(token=dict(self.dead_token))
                with contextlib.suppress(ReconnectError):
                    stand.session().stage(part, (), kept, stand.saved.append)
                refused = [one for one in self.posts(stand)[before:] if one["status"] in (400, 401, 403)]
                stand.platform(token={"state": "valid"})
                stand.stage(part, (), kept)
                assert len(self.posts(stand)) - before - len(refused) == calls, (name, stop_at)
        assert stand.live() == []

    def stopped(self, stand: Stand, part: Part, stop_at: int) -> Checkpoint:
        """What a process leaves that dies right after it saved for the so-manieth time."""
        kept: list[Checkpoint] = []

        def save(checkpoint: Checkpoint) -> None:
            kept.append(checkpoint)
            if len(kept) == stop_at:
                raise StopHere

        with contextlib.suppress(StopHere):
            staged = stand.session().stage(part, (), None, save)
            while isinstance(staged, NotYet):
                stand.move_to(staged.look_at)
                staged = stand.session().stage(part, (), through_json(staged.checkpoint), save)
        assert len(kept) == stop_at
        return through_json(kept[-1])

    def test_what_is_staged_is_not_staged_again(self, stand: Stand) -> None:
        """Staging with a whole checkpoint makes no call; with one that is too old it uploads anew."""
        part = self.richest(stand)
        first = stand.stage(part)
        calls = len(stand.requests())
        assert stand.stage(part, (), first) == first
        assert len(stand.requests()) == calls
        stand.move(timedelta(hours=24).total_seconds())
        again = stand.stage(part, (), first)
        assert len(self.posts(stand)) == 2 * calls
        assert stand.commit(part, (), again)

    def test_a_lost_answer_while_staging_is_repeated(self, stand: Stand) -> None:
        """The answer to each staging call is lost once: that is a TemporaryError without effect, and
        staging again leads to exactly one post.
        """
        part = self.richest(stand)
        stand.stage(part)
        for method, path in sorted({(one["method"], self.route(one)) for one in self.posts(stand)}):
            stand.fault(method=method, path=path, phase="after", kind="drop")
            saved: list[Checkpoint] = []
            with pytest.raises(TemporaryError) as caught:
                stand.session().stage(part, (), None, saved.append)
            assert caught.value.effect == "none"
            stand.stage(part, (), saved[-1] if saved else None)
        stand.commit(part)
        assert len(stand.live()) == 1

    def test_a_lost_answer_while_any_format_is_staged(self, stand: Stand) -> None:
        """The same for every call of every format's first part: whichever answer was lost, staging again
        leads to exactly one post, which is whole.
        """
        for name, (part, *_) in self.formats(stand).items():
            before = len(self.posts(stand))
            stand.stage(part)
            calls = self.posts(stand)[before:]
            for number, call in enumerate(calls):
                same = [one["method"] for one in calls[:number]].count(call["method"])
                stand.fault(method=call["method"], path=".", phase="after", kind="drop", skip=same)
                saved: list[Checkpoint] = []
                self.staged_in_spite_of(stand, part, saved)
                checkpoint = stand.stage(part, (), through_json(saved[-1]) if saved else None)
            live = len(stand.live())
            if calls:
                stand.commit(part, (), checkpoint)
                (post,) = stand.live()[live:]
                assert [one["sha256"] for one in post["media"]] == [
                    stand.sha256(one) for one in part.media
                ], name

    def staged_in_spite_of(self, stand: Stand, part: Part, saved: list[Checkpoint]) -> None:
        """One try at staging, until the lost answer breaks it off."""
        kept: Checkpoint | None = None
        with contextlib.suppress(TemporaryError):
            while True:
                staged = stand.session().stage(part, (), kept, saved.append)
                if not isinstance(staged, NotYet):
                    return
                stand.move_to(staged.look_at)
                kept = through_json(staged.checkpoint)

    def test_a_lost_answer_to_a_commit_is_found(self, stand: Stand) -> None:
        """The answer to the commit of each part of each format is lost: the outcome is unknown, and
        `find` gives exactly that post, not those of other deliveries.
        """
        for name, parts in self.formats(stand).items():
            known = {post["id"] for post in stand.live()}
            receipts: list[Receipt] = []
            for part in parts:
                prior, since = tuple(receipts), stand.since()
                checkpoint = stand.stage(part, prior)
                stand.fault(
                    method=self.commit_method, path=self.commit_route(part), phase="after", kind="drop"
                )
                with pytest.raises(OutcomeUnknownError):
                    stand.commit(part, prior, checkpoint)
                found = stand.session().find(part, prior, checkpoint, since, known)
                assert isinstance(found, Receipt), (name, found)
                new = [post for post in stand.live() if post["id"] not in known]
                assert [post["id"] for post in new] == [found.platform_id], name
                known.add(found.platform_id)
                receipts.append(found)

    def test_a_commit_that_never_arrived_is_not_found(self, stand: Stand) -> None:
        """If the platform never acted, the outcome is as unknown, but `find` sees nothing."""
        for parts in self.formats(stand).values():
            checkpoint, since = stand.stage(parts[0]), stand.since()
            stand.fault(method=self.commit_method, path=self.commit_path, phase="before", kind="drop")
            with pytest.raises(OutcomeUnknownError):
                stand.commit(parts[0], (), checkpoint)
            assert stand.session().find(parts[0], (), checkpoint, since, ()) == NotSeen()
        assert stand.live() == []

    def test_a_list_that_lags_shows_the_post_later(self, stand: Stand) -> None:
        """While the platform's lists lag nothing is seen; within `limits.visibility` the post is."""
        lag = stand.room.limits.visibility.total_seconds() - 1
        stand.platform(list_lag=lag)
        part, since = self.says(stand, "Kantor buka pukul 08.00"), stand.since()
        receipt = stand.commit(part)
        assert stand.session().find(part, (), None, since, ()) == NotSeen()
        stand.move(lag + 1)
        found = stand.session().find(part, (), None, since, ())
        assert isinstance(found, Receipt)
        assert found.platform_id == receipt.platform_id

    def test_a_part_without_words_is_told_by_its_pictures(self, stand: Stand) -> None:
        """A post of pictures only is found by our uploads; without them a person is asked."""
        part, since = Part(ROOT, "", media=(stand.picture(1),)), stand.since()
        checkpoint = stand.stage(part)
        receipt = stand.commit(part, (), checkpoint)
        found = stand.session().find(part, (), checkpoint, since, ())
        assert isinstance(found, Receipt)
        assert found.platform_id == receipt.platform_id
        without = stand.session().find(part, (), None, since, ())
        assert isinstance(without, CannotTell)
        assert without.candidates == (receipt.url,)
        assert known(without.why)

    def test_find_looks_back_to_since_over_all_pages(
        self, stand: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The post is found on the last page; one from before `since` is not."""
        self.shorten_pages(monkeypatch)
        part = self.says(stand, "Kiriman nomor 0")
        since = stand.since()
        receipts = stand.publish(*(self.says(stand, f"Kiriman nomor {number}") for number in range(12)))
        found = stand.session().find(part, (), None, since, ())
        assert isinstance(found, Receipt)
        assert found.platform_id == receipts[0].platform_id
        stand.move(3600)
        assert stand.session().find(part, (), None, stand.since(), ()) == NotSeen()

    # ── equal posts ──────────────────────────────────────────────────────────

    def test_two_equal_posts_are_two_posts(self, stand: Stand) -> None:
        """The second of two equal posts is never given the first one's id; where the platform refuses
        it, its words come through, and it goes out once the platform's window is over.
        """
        part, since = self.says(stand, "Ingat: bayar pajak sebelum akhir bulan"), stand.since()
        first = stand.commit(part)
        known = {first.platform_id}
        assert stand.session().find(part, (), None, since, known) == NotSeen()
        if self.refuses_equal_posts is not None:
            with pytest.raises(RejectedError) as caught:
                stand.commit(part)
            assert caught.value.effect == "maybe"
            assert "duplicate" in caught.value.words.lower()
            assert stand.session().find(part, (), None, since, known) == NotSeen()
            stand.move(self.refuses_equal_posts + 1)
        second = stand.commit(part)
        assert second.platform_id != first.platform_id
        found = stand.session().find(part, (), None, since, known)
        assert isinstance(found, Receipt)
        assert found.platform_id == second.platform_id
        both = stand.session().find(part, (), None, since, ())
        assert isinstance(both, CannotTell)
        assert len(both.candidates) == 2

    # ── what the platform says ───────────────────────────────────────────────

    def test_probe_names_the_account(self, stand: Stand) -> None:
        """The token speaks for the account, and nothing is missing."""
        status = stand.session().probe()
        assert status.account_id == stand.account.id
        assert status.missing_scopes == ()

    def test_probe_says_what_people_call_the_profile(self, stand: Stand) -> None:
        """By its handle, without `@`, or by its name where the platform shows that; mock-ups need it."""
        status = stand.session().probe()
        assert bool(status.handle) is self.called_by_handle
        assert status.handle == status.handle.strip("@ ")
        assert bool(status.name) is self.called_by_name
        for each in (status.name, f"@{status.handle}" if status.handle else ""):
            assert each in status.called

    def test_a_dead_token_in_the_middle_asks_for_a_person(self, stand: Stand) -> None:
        """A token that dies between stage and commit is a ReconnectError without effect; connected anew,
        the same checkpoint goes out.
        """
        part = self.richest(stand)
        checkpoint = stand.stage(part)
        stand.platform(token=dict(self.dead_token))
        with pytest.raises(ReconnectError) as caught:
            stand.commit(part, (), checkpoint)
        assert caught.value.effect == "none"
        for call in (lambda: stand.session().probe(), lambda: stand.stage(part)):
            with pytest.raises(ReconnectError):
                call()
        assert stand.live() == []
        stand.platform(token={"state": "valid"})
        stand.commit(part, (), checkpoint)
        assert len(stand.live()) == 1

    def test_missing_credentials_ask_for_a_person(self, stand: Stand) -> None:
        """Without a usable set of credentials no call is made."""
        stand.tokens.fields = {"name": "kantor"}
        with pytest.raises(ReconnectError) as caught:
            stand.session().probe()
        assert caught.value.effect == "none"
        assert stand.requests() == []

    # ── how long credentials last ────────────────────────────────────────────

    def renewable(self, stand: Stand) -> dict[str, str]:
        """Credentials that the program renews, where the platform has such."""
        return stand.tokens.fields

    def test_the_room_says_how_long_credentials_last(self, stand: Stand) -> None:
        """Of those of a log-in it is known; of half of them it is not, and they are nothing to renew."""
        said = stand.room.renewal(stand.tokens.fields, stand.account.settings)
        assert said.lasts is self.lasts
        assert stand.tokens.fields[said.seed]
        assert stand.room.renewal({"name": "kantor"}, stand.account.settings).lasts is Lasts.BY_PERSON
        renews = stand.room.renewal(self.renewable(stand), stand.account.settings).lasts is Lasts.RENEWED
        assert renews is bool(self.renew_path)
        if not renews:
            with pytest.raises(UnsupportedError):
                stand.session().renew()
            assert stand.requests() == []

    def test_a_renewal_gives_credentials_that_work_when_those_before_are_over(self, stand: Stand) -> None:
        """Twice in a row, each at the time that the rule gives: the account answers to them, and after the
        end that was told to no others.
        """
        if not self.renew_path:
            return
        stand.tokens.fields = self.renewable(stand)
        rule = stand.room.renewal(stand.tokens.fields, stand.account.settings)
        life, given = Life(stand.clock.now()), dict(stand.tokens.fields)
        stand.session().probe()
        for _ in range(2):
            before = dict(stand.tokens.fields)
            at = renew_at(rule, life)
            assert at is not None
            stand.move_to(at)
            made = stand.session().renew()
            assert made.ends is not None
            assert made.ends > stand.clock.now()
            stand.tokens.fields = {**before, **made.fields}
            assert before[rule.seed] != stand.tokens.fields[rule.seed] or not rule.rotates
            life = Life(stand.clock.now(), made.ends, made.until)
        assert stand.session().probe().account_id == stand.account.id
        fresh = stand.tokens.fields
        stand.tokens.fields = given
        stand.move_to(made.ends - timedelta(seconds=10))
        with pytest.raises(ReconnectError):
            stand.session().probe()
        stand.tokens.fields = fresh
        assert stand.session().probe().account_id == stand.account.id
        stand.move(20)
        with pytest.raises(ReconnectError):
            stand.session().probe()
        text = (stand.folder / "wire.jsonl").read_text()
        assert not any(value in text for value in made.fields.values())

    def test_what_may_not_be_renewed_is_refused(self, stand: Stand) -> None:
        """Too young, too old, used up, of a revoked account: a ReconnectError, which tells what it means."""
        if not self.renew_path:
            return
        stand.tokens.fields = self.renewable(stand)
        rule = stand.room.renewal(stand.tokens.fields, stand.account.settings)
        stand.session().probe()
        if rule.youngest:
            self.assert_not_renewed(stand)
            stand.move(rule.youngest.total_seconds())
        made = stand.session().renew()
        if rule.rotates:
            self.assert_not_renewed(stand)
        stand.tokens.fields = {**stand.tokens.fields, **made.fields}
        assert made.until is None or made.until >= (made.ends or made.until)
        stand.move(rule.youngest.total_seconds())
        stand.platform(token=dict(self.dead_token))
        self.assert_not_renewed(stand)
        stand.platform(token={"state": "valid"})
        if made.until is not None:
            stand.move_to(made.until + timedelta(seconds=1))
            self.assert_not_renewed(stand)

    def assert_not_renewed(self, stand: Stand) -> None:
        """It is refused for good, and in the reader's language."""
        with pytest.raises(ReconnectError) as caught:
            stand.session().renew()
        assert known(stand.room.meaning(caught.value.code)), caught.value.code

    def test_an_answer_to_a_renewal_that_is_lost_or_makes_no_sense(self, stand: Stand) -> None:
        """Where it may have made void what was used, the outcome is unknown; else it is only a nuisance. It
        is never taken for a refusal, nor for new credentials.
        """
        if not self.renew_path:
            return
        stand.tokens.fields = self.renewable(stand)
        rule = stand.room.renewal(stand.tokens.fields, stand.account.settings)
        stand.session().probe()
        stand.move(rule.youngest.total_seconds())
        expected = OutcomeUnknownError if rule.rotates else TemporaryError
        for status, body in ((200, "<html>"), (502, "<html>"), (200, {}), (200, []), (500, {"ok": 1})):
            stand.fault(path=self.renew_path, phase="before", kind="body", status=status, body=body)
            with pytest.raises(expected):
                stand.session().renew()
        stand.fault(path=self.renew_path, phase="after", kind="drop")
        with pytest.raises(expected):
            stand.session().renew()

    def test_a_rate_limit_says_when_to_come_back(self, stand: Stand) -> None:
        """A commit too many has no effect, and what it says of the time holds."""
        part = self.says(stand, "Selamat pagi")
        checkpoint = stand.stage(part)
        stand.platform(**self.throttle)
        with pytest.raises(RateLimitedError) as caught:
            stand.commit(part, (), checkpoint)
        assert caught.value.effect == "none"
        wait = caught.value.retry_at - stand.clock.now()
        assert timedelta(0) < wait <= timedelta(hours=24)
        assert stand.live() == []

    @pytest.mark.parametrize("body", ["<html>502</html>", "", [], "null", {"data": {}}, {"data": [1]}])
    @pytest.mark.parametrize("status", [200, 502])
    def test_an_answer_that_makes_no_sense(self, stand: Stand, status: int, body: Json) -> None:
        """An answer that cannot be read leaves a commit unknown, is otherwise temporary, and is no look."""
        part = self.says(stand, "Selamat pagi")
        checkpoint = stand.stage(part)
        stand.fault(path=self.commit_path, phase="before", kind="body", status=status, body=body)
        with pytest.raises(OutcomeUnknownError):
            stand.commit(part, (), checkpoint)
        stand.fault(path=self.probe_path, phase="before", kind="body", status=status, body=body)
        with pytest.raises(TemporaryError):
            stand.session().probe()
        stand.fault(path=self.list_path, phase="before", kind="body", status=status, body=body, times=2)
        with pytest.raises(TemporaryError):
            stand.session().find(part, (), checkpoint, stand.since(), ())

    @pytest.mark.parametrize("status", [409, 418, 302])
    def test_an_unlisted_refusal_of_a_commit_asks_for_a_look(self, stand: Stand, status: int) -> None:
        """Only a listed code says for certain that nothing was published."""
        part = self.says(stand, "Selamat pagi")
        checkpoint = stand.stage(part)
        stand.fault(path=self.commit_path, phase="before", kind="body", status=status, body={"ok": False})
        with pytest.raises(ConnectorError) as caught:
            stand.commit(part, (), checkpoint)
        assert caught.value.effect == "maybe"

    def test_an_overrun_commit_is_cut(self, stand: Stand) -> None:
        """No answer within the deadline: the outcome is unknown; after it nothing leaves at all."""
        part = self.says(stand, "Selamat pagi")
        checkpoint = stand.stage(part)
        session = stand.session()
        stand.fault(path=self.commit_path, phase="before", kind="delay", seconds=5)
        soon = stand.clock.boottime() + 0.3
        with stand.door.deadline(soon, commit=True), pytest.raises(OutcomeUnknownError):
            session.commit(part, (), checkpoint)
        calls = len(self.posts(stand))
        with stand.door.deadline(stand.clock.boottime() - 1, commit=True), pytest.raises(NotSentError):
            session.commit(part, (), checkpoint)
        assert len(self.posts(stand)) == calls

    # ── secrets ──────────────────────────────────────────────────────────────

    def test_no_secret_is_told(self, stand: Stand, caplog: pytest.LogCaptureFixture) -> None:
        """No credential appears in an error, the program's log, the wire log or a checkpoint, even when
        the platform repeats it; nor does what is sealed appear anywhere else.
        """
        caplog.set_level("DEBUG")
        caplog.handler.addFilter(stand.door.log_filter())
        secrets = list(stand.tokens.fields.values())
        told = []
        for parts in self.formats(stand).values():
            stand.publish(*parts)
        stand.session().probe()
        stand.platform(token=dict(self.dead_token))
        part = self.says(stand, "Selamat pagi")
        words = f"Malformed access token {secrets[0]} or {secrets[-1]}"
        for body in ({"title": secrets[0], "detail": words}, {"error": {"message": words, "code": 190}}):
            stand.fault(path=self.commit_path, phase="before", kind="body", status=401, body=body)
            with pytest.raises(ConnectorError) as caught:
                stand.commit(part)
            told += [repr(caught.value), caught.value.words, repr(caught.value.__dict__)]
            told += [repr(caught.value.__cause__), repr(caught.value.__context__)]
        sealed = [token for one in stand.saved for token in tokens_in(one.sealed)]
        assert sealed or not self.seals
        assert not [secret for secret in secrets if secret in repr(stand.saved)]
        told += [repr(stand.session()), caplog.text, *(repr(one.public) for one in stand.saved)]
        told += [path.read_text() for path in stand.folder.glob("wire.jsonl*")]
        assert f"/{self.platform}/" in told[-1]
        for secret in {*secrets, *sealed}:
            leaks = [text[max(0, text.find(secret) - 60) :][:160] for text in told if secret in text]
            assert leaks == []

    # ── what a subclass may change ───────────────────────────────────────────

    list_path: ClassVar[str]
    comment_path: ClassVar[str] = ""

    def richest(self, stand: Stand) -> Part:
        """A root part with the most calls to stage."""
        return Part(ROOT, "Dua foto", media=(stand.picture(1, "satu"), stand.picture(2, "dua")))

    def commit_route(self, part: Part) -> str:
        return self.comment_path if part.kind is COMMENT else self.commit_path

    def posts(self, stand: Stand) -> list[Json]:
        return [one for one in stand.requests() if one["method"] in self.writes]

    def route(self, request: Json) -> str:
        return re.escape(request["path"]) + "$"

    def shorten_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(self.its("limits"), "PAGE", 5)
