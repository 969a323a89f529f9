"""The contract, kept by TikTok."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from struct import pack
from typing import Any
from urllib.request import urlopen

import pytest

from connectors.contract import (
    CannotTell,
    Checkpoint,
    Gone,
    HandedOver,
    Media,
    NotSeen,
    Part,
    Pending,
    Receipt,
    Severity,
    Staged,
    Unsupported,
)
from connectors.errors import (
    ConnectorError,
    OutcomeUnknownError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TemporaryError,
)
from connectors.renewal import Lasts
from connectors.tiktok import limits
from connectors.tiktok.codes import AT_FAULT, ROWS, reason_of
from connectors.tiktok.simulator_answers import FAIL_REASONS
from publisher.texts import known
from tests.clips import clip
from tests.contract.stand import Stand, stand, through_json
from tests.contract.suite import ROOT, ContractSuite, StopHere

Json = Any
PUBLIC: dict[str, Json] = {"audited": True, "privacy": "public"}
UPLOAD = "/upload$"


def clip_of(stand: Stand, seconds: float = 1.0) -> Media:
    """The smallest clip that TikTok takes."""
    return stand.clip(size=(360, 640), seconds=seconds)


def big_clip(stand: Stand) -> Media:
    """One that goes in three pieces: a small one with a box of nothing at its end."""
    data, empty = clip(size=(360, 640)), 16 << 20
    return stand.kept(data + pack(">I4s", empty, b"mdat") + bytes(empty - 8), "mp4")


def video(stand: Stand, words: str, **options: Json) -> Part:
    return Part(ROOT, words, options=PUBLIC | options, media=(clip_of(stand),))


def finished(stand: Stand, part: Part, outcome: Any) -> Any:
    """What becomes of an accepted part, looked at until it is settled."""
    while isinstance(outcome, Pending):
        stand.move_to(outcome.look_at)
        outcome = stand.session().confirm(part, through_json(outcome.checkpoint))
    return outcome


class TestTikTok(ContractSuite):
    """An account of TikTok; the plainest post is a photo, whose init is its commit."""

    platform = "tiktok"
    lasts = Lasts.RENEWED
    renew_path = "/v2/oauth/token/$"
    commit_path = "/content/init/$"
    list_path = "/v2/video/list/$"
    probe_path = "/v2/user/info/$"
    commit_on = "content_init"
    probe_on = "user_info"
    dead_token = {"state": "revoked"}  # noqa: RUF012 - read only
    throttle = {"quota": {"content_init": 0}}  # noqa: RUF012
    seals = True
    # The address of an upload lives one hour, the lead is 35 minutes of it.
    keeps_for = limits.UPLOAD_LIFE / 4
    writes = ("POST", "PUT")

    @pytest.fixture
    def stand(self, tmp_path: Path) -> Iterator[Stand]:
        with stand(self.platform, tmp_path) as one:
            routes = ("creator_info", "video_init", "content_init", "status", "inbox_init")
            # No engine renews a token here while days pass.
            one.platform(quota=dict.fromkeys(routes, 1000), daily_cap=1000, access_life=30 * 86400)
            yield one

    def says(self, stand: Stand, words: str) -> Part:
        return Part(ROOT, words, options=PUBLIC, media=(stand.picture(7),))

    def richest(self, stand: Stand) -> Part:
        return self.says(stand, "Satu foto")

    def formats(self, stand: Stand) -> dict[str, tuple[Part, ...]]:
        photos = tuple(stand.picture(number, f"Foto {number}") for number in range(35))
        marks = {"brand_content": True, "is_aigc": True, "disable_duet": True, "cover_ms": 500}
        return {
            "clip": (video(stand, "Stan SP4N-LAPOR! dibuka.\n\nSMS 1708 & natuna.lapor.go.id 😀"),),
            "marked": (video(stand, "Kerja sama", **marks),),
            "by address": (video(stand, "Diambil TikTok", video_from="url"),),
            "photo": (Part(ROOT, "", options=PUBLIC, media=(stand.picture(40),)),),
            "photos": (
                Part(ROOT, "Semua foto", options=PUBLIC | {"title": "Album", "photo_cover": 3}, media=photos),
            ),
            "webp": (Part(ROOT, "Poster", options=PUBLIC, media=(stand.picture(5, "Poster", "WEBP"),)),),
        }

    def rows(self) -> Iterator[tuple[str, int, Json, str, type[ConnectorError], str]]:
        for row in ROWS:
            error = {"code": row.code, "message": row.words, "log_id": "1"}
            yield row.code, row.status, {"data": {}, "error": error}, row.phase, row.error, row.effect

    def simulated(self) -> dict[Any, type[ConnectorError]]:
        limited = ("spam_risk_too_many_posts", "spam_risk_too_many_pending_share", "reached_active_user_cap")
        refused = ("invalid_param", "invalid_params", "app_version_check_failed", "url_ownership_unverified")
        person = ("access_token_invalid", "scope_not_authorized", "scope_permission_missed")
        return {
            **dict.fromkeys((*limited, "rate_limit_exceeded"), RateLimitedError),
            **dict.fromkeys((*refused, "privacy_level_option_mismatch"), RejectedError),
            **dict.fromkeys(person, ReconnectError),
            "unaudited_client_can_only_post_to_private_accounts": ReconnectError,
            "spam_risk_user_banned_from_posting": ReconnectError,
            "internal_error": OutcomeUnknownError,
        }

    # ── where TikTok is another ──────────────────────────────────────────────

    def test_published_once_and_found_as_rendered(self, stand: Stand) -> None:
        """Each format passes the check, is live once and as rendered, and its page is there; an uploaded clip
        is found by its publish_id.
        """
        for name, (part,) in self.formats(stand).items():
            facts = {media: stand.store.facts(media) for media in part.media}
            clip = any(one.kind == "video" for one in facts.values())
            placed = stand.rendition(part)
            placed = type(placed)(placed.account, "video" if clip else "photo", placed.parts)
            problems = stand.room.check(placed, facts)
            assert not [one for one in problems if one.severity is Severity.ERROR], (name, problems)
            before, since = len(stand.live()), stand.since()
            checkpoint = stand.stage(part)
            receipt = stand.commit(part, (), checkpoint)
            (post,) = stand.live()[before:]
            assert (post["id"], post["text"]) == (receipt.platform_id, part.text), name
            assert [one["sha256"] for one in post["media"]] == [stand.sha256(media) for media in part.media]
            self.assert_options(part, post["options"], clip)
            with urlopen(receipt.url or "", timeout=10) as page:
                assert page.status == 200, name
            if checkpoint.public.get("publish_id"):
                found = stand.session().find(part, (), checkpoint, since, ())
                assert isinstance(found, Receipt)
                assert (found.platform_id, found.url) == (receipt.platform_id, receipt.url), name

    def assert_options(self, part: Part, shown: Json, clip: bool) -> None:
        asked = part.options
        assert shown["privacy_level"] == "PUBLIC_TO_EVERYONE"
        assert shown["brand_content_toggle"] is bool(asked.get("brand_content"))
        if clip:
            assert shown["is_aigc"] is bool(asked.get("is_aigc"))
            assert shown["disable_duet"] is bool(asked.get("disable_duet"))
            assert shown.get("video_cover_timestamp_ms") == asked.get("cover_ms")
        else:
            assert shown["title"] == asked.get("title", "")
            assert shown["photo_cover_index"] == asked.get("photo_cover", 1) - 1

    def test_what_is_removed_is_gone(self, stand: Stand) -> None:
        """TikTok has no call for it."""
        (receipt,) = stand.publish(self.says(stand, "Satu"))
        assert stand.session().remove(receipt) == Unsupported()

    def test_removing_twice_is_removing(self, stand: Stand) -> None:
        """TikTok has no call for it, and none is made."""
        (receipt,) = stand.publish(self.says(stand, "Satu"))
        before = len(stand.requests())
        assert stand.session().remove(receipt) == Unsupported()
        assert len(stand.requests()) == before

    def test_a_lost_answer_to_a_commit_is_found(self, stand: Stand) -> None:
        """Of an uploaded clip by its publish_id; of what TikTok fetches, a person is asked, with a text."""
        for name, (part,) in self.formats(stand).items():
            before, since, checkpoint = len(stand.live()), stand.since(), stand.stage(part)
            uploads = "publish_id" in checkpoint.public
            stand.fault(path=UPLOAD if uploads else "/init/$", phase="after", kind="drop")
            with pytest.raises(OutcomeUnknownError):
                stand.commit(part, (), checkpoint)
            assert len(stand.live()) == before + 1, name
            if not uploads:
                told = stand.session().find(part, (), checkpoint, since, {"1"})
                assert isinstance(told, CannotTell | Receipt), (name, told)
                assert not isinstance(told, CannotTell) or known(told.why)
                continue
            with pytest.raises(TemporaryError):
                stand.session().find(part, (), checkpoint, since, ())
            stand.move(120)
            found = stand.session().find(part, (), checkpoint, since, ())
            assert isinstance(found, Receipt)
            assert found.platform_id == stand.live()[-1]["id"]
            assert stand.session().find(part, (), checkpoint, since, {found.platform_id}) == NotSeen()

    def test_a_commit_that_never_arrived_is_not_found(self, stand: Stand) -> None:
        """An uploaded clip whose last piece is missing is not there, and goes out afterwards; of what TikTok
        fetches nobody can say so.
        """
        for part, path in ((video(stand, "Klip"), UPLOAD), (self.says(stand, "Foto"), self.commit_path)):
            checkpoint, since = stand.stage(part), stand.since()
            stand.fault(path=path, phase="before", kind="drop")
            with pytest.raises(OutcomeUnknownError):
                stand.commit(part, (), checkpoint)
            found = stand.session().find(part, (), checkpoint, since, ())
            assert stand.live() == []
            if path != UPLOAD:
                assert found == CannotTell("tiktok.look_in_the_app")
                continue
            assert found == NotSeen()
        assert stand.commit(video(stand, "Klip"))

    def test_a_list_that_lags_shows_the_post_later(self, stand: Stand) -> None:
        """Without a publish_id a clip is found among the public ones once it is listed; before, a person is
        asked, since the list proves no absence.
        """
        part, since = video(stand, "Kantor buka pukul 08.00"), stand.since()
        stand.platform(list_lag=600)
        receipt = stand.commit(part)
        assert stand.session().find(part, (), None, since, ()) == CannotTell("tiktok.look_in_the_app")
        stand.move(601)
        found = stand.session().find(part, (), None, since, ())
        assert isinstance(found, Receipt)
        assert found.platform_id == receipt.platform_id

    def test_a_part_without_words_is_told_by_its_pictures(self, stand: Stand) -> None:
        """A clip without words is found by its publish_id, and without one a person is asked."""
        part, since = video(stand, ""), stand.since()
        checkpoint = stand.stage(part)
        receipt = stand.commit(part, (), checkpoint)
        found = stand.session().find(part, (), checkpoint, since, ())
        assert isinstance(found, Receipt)
        assert found.platform_id == receipt.platform_id
        without = stand.session().find(part, (), None, since, ())
        assert isinstance(without, CannotTell)
        assert known(without.why)

    def test_find_looks_back_to_since_over_all_pages(
        self, stand: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The post is found on the last page; one from before `since` is not."""
        monkeypatch.setattr(limits, "LIST_PAGE", 2)
        since = stand.since()
        parts = [video(stand, f"Kiriman nomor {number}") for number in range(5)]
        receipts = stand.publish(*parts)
        found = stand.session().find(parts[0], (), None, since, ())
        assert isinstance(found, Receipt)
        assert found.platform_id == receipts[0].platform_id
        stand.move(3600)
        assert isinstance(stand.session().find(parts[0], (), None, stand.since(), ()), CannotTell)

    def test_two_equal_posts_are_two_posts(self, stand: Stand) -> None:
        """Each has its own publish_id; among listed ones, two that fit are a person's to tell."""
        part, since = video(stand, "Ingat: bayar pajak"), stand.since()
        first = stand.commit(part)
        checkpoint = stand.stage(part)
        assert stand.session().find(part, (), checkpoint, since, {first.platform_id}) == NotSeen()
        second = stand.commit(part, (), checkpoint)
        assert second.platform_id != first.platform_id
        found = stand.session().find(part, (), checkpoint, since, {first.platform_id})
        assert isinstance(found, Receipt)
        assert found.platform_id == second.platform_id
        both = stand.session().find(part, (), None, since, ())
        assert isinstance(both, CannotTell)
        assert len(both.candidates) == 2

    # ── clips in pieces ──────────────────────────────────────────────────────

    def test_all_pieces_but_the_last_are_staged(self, stand: Stand) -> None:
        """Nothing is live until the last one arrives; a process that dies after any save goes on there."""
        part = Part(ROOT, "Besar", options=PUBLIC, media=(big_clip(stand),))
        told: list[tuple[int, int]] = []
        session = stand.session()
        session.progress = lambda sent, total: told.append((sent, total))
        assert isinstance(session.stage(part, (), None, stand.saved.append), Staged)
        plan = limits.chunks(stand.store.facts(part.media[0]).size)
        assert plan.count == 3
        assert told == [(0, plan.total), (plan.size, plan.total)]
        calls = len(self.posts(stand))
        assert calls == len(stand.saved) == 4
        for stop_at in range(1, calls + 1):
            before, kept = len(self.posts(stand)), list[Checkpoint]()

            def save(checkpoint: Checkpoint, stop_at: int = stop_at, kept: list[Checkpoint] = kept) -> None:
                kept.append(through_json(checkpoint))
                if len(kept) == stop_at:
                    raise StopHere

            with pytest.raises(StopHere):
                stand.session().stage(part, (), None, save)
            stand.stage(part, (), kept[-1])
            assert len(self.posts(stand)) - before == calls
        assert stand.live() == []

    def test_a_piece_whose_answer_was_lost(self, stand: Stand) -> None:
        """Sent again it is refused as no longer next; TikTok says how far it came, and staging goes on."""
        part = Part(ROOT, "Besar", options=PUBLIC, media=(big_clip(stand),))
        saved: list[Checkpoint] = []
        stand.fault(method="PUT", path=UPLOAD, phase="after", kind="drop")
        with pytest.raises(TemporaryError) as caught:
            stand.session().stage(part, (), None, saved.append)
        assert caught.value.effect == "none"
        receipt = stand.commit(part, (), stand.stage(part, (), through_json(saved[-1])))
        assert [post["id"] for post in stand.live()] == [receipt.platform_id]
        assert sum("video/init" in one["path"] for one in stand.requests()) == 1

    @pytest.mark.parametrize(
        ("status", "error", "effect"),
        [
            (400, RejectedError, "none"),
            (403, TemporaryError, "none"),
            (404, TemporaryError, "none"),
            (416, OutcomeUnknownError, "maybe"),
            (500, OutcomeUnknownError, "maybe"),
        ],
    )
    def test_answers_to_the_last_piece(
        self, stand: Stand, status: int, error: type[ConnectorError], effect: str
    ) -> None:
        """What TikTok says that it did not take has no effect; the rest is looked for."""
        part = video(stand, "Klip")
        checkpoint = stand.stage(part)
        stand.fault(path=UPLOAD, phase="before", kind="status", status=status)
        with pytest.raises(error) as caught:
            stand.commit(part, (), checkpoint)
        assert (type(caught.value), caught.value.effect) == (error, effect)

    def test_what_spoils_an_upload(self, stand: Stand) -> None:
        """The answers to a piece by what really causes them: an address that is over or unknown, another file
        than was announced, a piece that is there already, trouble at TikTok.
        """
        part, url = video(stand, "Klip"), "upload_url"
        fresh = stand.stage(part)
        unknown = replace(fresh, sealed={url: re.sub(r"upload_id=\d", "upload_id=9", fresh.sealed[url])})
        other = replace(part, media=(clip_of(stand, seconds=2.0),))
        for spoilt, checkpoint, code, error in (
            (part, unknown, "upload 404", TemporaryError),
            (other, fresh, "upload 400", RejectedError),
        ):
            with pytest.raises(error) as caught:
                stand.commit(spoilt, (), checkpoint)
            assert (caught.value.code, caught.value.effect) == (code, "none")
        stand.platform(next_error={"code": "internal_error", "on": "upload"})
        with pytest.raises(OutcomeUnknownError) as doubt:
            stand.commit(part, (), fresh)
        assert doubt.value.code == "upload 500"
        assert stand.live() == []
        stand.commit(part, (), fresh)
        with pytest.raises(OutcomeUnknownError) as doubt:
            stand.commit(part, (), fresh)
        assert doubt.value.code == "upload 416"
        old = stand.stage(part)
        stand.move(3601)
        with pytest.raises(TemporaryError) as caught:
            stand.commit(part, (), old)
        assert (caught.value.code, caught.value.effect) == ("upload 403", "none")
        assert len(stand.live()) == 1

    def test_the_address_of_an_upload_is_sealed(self, stand: Stand) -> None:
        """It stands in no open field, and not in the wire log."""
        part = video(stand, "Klip")
        stand.commit(part)
        secret = "sandbox-upload-"
        assert secret not in repr([one.public for one in stand.saved])
        assert secret in repr([one.sealed for one in stand.saved])
        assert secret not in (stand.folder / "wire.jsonl").read_text()

    # ── who may see it ───────────────────────────────────────────────────────

    def test_a_level_that_is_not_offered(self, stand: Stand) -> None:
        """Refused while staging, naming what is offered."""
        with pytest.raises(RejectedError, match="privacy_level_options: public, friends, private"):
            stand.stage(video(stand, "Klip", privacy="followers"))

    def test_not_audited(self, stand: Stand) -> None:
        """Private, on a private account: published, known by its publish_id, without an address; on a public
        account a person is asked before anything is sent.
        """
        part = Part(ROOT, "Klip", media=(clip_of(stand),))
        stand.platform(audited=False)
        with pytest.raises(ReconnectError):
            stand.stage(part)
        stand.platform(private_account=True)
        checkpoint = stand.stage(part)
        receipt = stand.commit(part, (), checkpoint)
        assert (receipt.platform_id, receipt.url) == (checkpoint.public["publish_id"], None)
        assert stand.live()[0]["options"]["privacy_level"] == "SELF_ONLY"

    def test_longer_than_the_account_may_post(self, stand: Stand) -> None:
        """Found while staging."""
        stand.platform(max_video_seconds=3)
        part = Part(ROOT, "Klip", options=PUBLIC, media=(clip_of(stand, seconds=4.0),))
        with pytest.raises(RejectedError, match="max_video_post_duration_sec: 3"):
            stand.stage(part)

    def test_what_the_account_has_switched_off_stays_off(self, stand: Stand) -> None:
        """creator_info is heeded."""
        stand.platform(comment_disabled=True)
        stand.commit(video(stand, "Klip"))
        assert stand.live()[0]["options"]["disable_comment"] is True

    @pytest.mark.parametrize("kind", ["clip", "by address", "photos"])
    def test_to_the_inbox(self, stand: Stand, kind: str) -> None:
        """Handed over with a text; nothing is live until a person finishes it."""
        (part,) = self.formats(stand)[kind]
        part = Part(ROOT, part.text, options={**part.options, "post_mode": "inbox"}, media=part.media)
        checkpoint = stand.stage(part)
        outcome = finished(stand, part, stand.session().commit(part, (), checkpoint))
        assert isinstance(outcome, HandedOver)
        assert known(outcome.why)
        assert stand.live() == []
        assert all("creator_info" not in one["path"] for one in stand.requests())

    def test_a_full_inbox_is_tried_again_soon(self, stand: Stand) -> None:
        """Five drafts may wait; a person may finish one at any time, so nobody waits for a day to be over."""
        inbox = {**PUBLIC, "post_mode": "inbox"}
        parts = [
            Part(ROOT, f"Draf {number}", options=inbox, media=(clip_of(stand, seconds=1.0 + number / 10),))
            for number in range(limits.INBOX_DRAFTS + 1)
        ]
        for part in parts[:-1]:
            finished(stand, part, stand.session().commit(part, (), stand.stage(part)))
        with pytest.raises(RateLimitedError) as caught:
            stand.stage(parts[-1])
        wait = caught.value.retry_at - stand.clock.now()
        assert timedelta(minutes=50) < wait <= limits.INBOX_PAUSE

    # ── after the commit ─────────────────────────────────────────────────────

    def test_the_id_comes_late(self, stand: Stand) -> None:
        """A public post waits for its id for a while, and then is published without an address."""
        stand.platform(moderation_seconds=100_000)
        part = self.says(stand, "Foto")
        receipt = stand.commit(part)
        assert receipt.url is None
        assert receipt.platform_id.startswith("p_pub")

    def test_every_reason_to_fail_afterwards_is_known(self) -> None:
        """Each that the simulator gives has its meaning, and each meaning its reason."""
        for reason in FAIL_REASONS:
            assert reason_of(reason) != reason, reason
        for begin in AT_FAULT:
            assert [one for one in FAIL_REASONS if one.startswith(begin)], begin

    @pytest.mark.parametrize("reason", FAIL_REASONS)
    def test_a_post_that_fails_afterwards(self, stand: Stand, reason: str) -> None:
        """Gone, in TikTok's word and what it means; and not to be found."""
        part, since = video(stand, "Klip"), stand.since()
        checkpoint = stand.stage(part)
        stand.platform(next_error={"code": reason, "on": "process"})
        outcome = finished(stand, part, stand.session().commit(part, (), checkpoint))
        assert isinstance(outcome, Gone)
        assert outcome.reason.startswith(f"{reason}: ")
        assert stand.session().find(part, (), checkpoint, since, ()) == NotSeen()

    def test_an_unverified_domain(self, stand: Stand) -> None:
        """Said by TikTok only; nothing is live."""
        stand.platform(verified_domains=["lain.go.id"])
        with pytest.raises(RejectedError) as caught:
            stand.commit(self.says(stand, "Foto"))
        assert (caught.value.code, caught.value.effect) == ("url_ownership_unverified", "none")

    def test_caps_that_come_with_http_200(self, stand: Stand) -> None:
        """creator_info tells of a full day with HTTP 200; it is a limit all the same."""
        stand.platform(daily_cap=0)
        with pytest.raises(RateLimitedError) as caught:
            stand.stage(self.says(stand, "Foto"))
        assert caught.value.http_status == 200
