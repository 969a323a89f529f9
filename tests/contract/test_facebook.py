"""The contract, kept by Facebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import (
    CannotTell,
    Media,
    Part,
    Receipt,
)
from connectors.errors import (
    ConnectorError,
    OutcomeUnknownError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TemporaryError,
    UnsupportedError,
)
from connectors.facebook import limits
from connectors.renewal import Lasts
from tests.contract.codes import GraphCodes
from tests.contract.stand import Stand, stand
from tests.contract.suite import COMMENT, ROOT, ContractSuite

Json = Any


SHOWS = "video_reels|videos|video_stories|photo_stories"
REEL, STORY = {"placement": "reel"}, {"placement": "story"}


def reel_clip(stand: Stand, seconds: float = 3.0) -> Media:
    """The smallest clip that Facebook takes."""
    return stand.clip(size=(540, 960), seconds=seconds, fps=24)


class TestFacebook(GraphCodes, ContractSuite):
    """A Facebook Page."""

    platform = "facebook"
    lasts = Lasts.ENDLESS
    called_by_handle = False
    commit_path = f"/(feed|{SHOWS})$"
    commit_on = "feed"
    comment_path = "/comments$"
    list_path = "/published_posts$"
    probe_path = "/me$"
    dead_token = {"state": "expired"}  # noqa: RUF012 - read only
    throttle = {"usage_percent": 100, "regain_minutes": 7}  # noqa: RUF012

    def formats(self, stand: Stand) -> dict[str, tuple[Part, ...]]:
        photos = tuple(stand.picture(number, f"Foto {number}") for number in range(10))
        wide, cover = stand.clip(size=(320, 180)), replace(stand.picture(12), role="cover")
        return {
            "text": (Part(ROOT, "Stan SP4N-LAPOR! dibuka.\n\nSMS 1708 & natuna.lapor.go.id 😀"),),
            "link": (Part(ROOT, "Rencana strategis", link="https://natunakab.go.id/renstra?a=1&b=2"),),
            "link only": (Part(ROOT, "", link="https://natunakab.go.id/anggaran/"),),
            "photo": (Part(ROOT, "Satu foto", media=photos[:1]),),
            "photos": (Part(ROOT, "Sepuluh foto", media=photos),),
            "photo only": (Part(ROOT, "", media=(stand.picture(11),)),),
            "png": (Part(ROOT, "Poster", media=(stand.picture(5, "Poster", "PNG"),)),),
            "comment": (
                Part(ROOT, "Dengan komentar", media=photos[:2]),
                Part(COMMENT, "Selengkapnya: https://natunakab.go.id"),
            ),
            "reel": (
                Part(ROOT, "Klip pelayanan", options=REEL, media=(reel_clip(stand),)),
                Part(COMMENT, "Tentang klip"),
            ),
            "wide clip": (
                Part(ROOT, "Rekaman rapat", options=REEL, media=(wide,), companions=(cover,)),
                Part(COMMENT, "Tentang rapat"),
            ),
            "photo story": (Part(ROOT, "tidak tampil", options=STORY, media=photos[3:4]),),
            "video story": (Part(ROOT, "", options=STORY, media=(reel_clip(stand, 4.0),)),),
        }

    def assert_live_as(self, stand: Stand, part: Part, post: Json) -> None:
        story = part.options.get("placement") == "story"
        super().assert_live_as(stand, replace(part, text="") if story else part, post)
        assert post["options"].get("link") == part.link
        assert post["options"].get("cover") == next(map(stand.sha256, part.companions), None)

    def shorten_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "FEED_PAGE", 5)

    def simulated(self) -> dict[Any, type[ConnectorError]]:
        throttled = (4, 17, 32, 341, 613, 80000, 80001, 80014)
        blocked = (1390008, 4854002, 1404078, 1346003, 1404102, 1404006, 1404112)
        return {
            (1, None): OutcomeUnknownError,
            (2, None): OutcomeUnknownError,
            (3, None): ReconnectError,
            **{(code, None): RateLimitedError for code in throttled},
            (613, 1996): RateLimitedError,
            **{(code, None): ReconnectError for code in (10, 102, 200, 250, 299, 2500)},
            **{(190, subcode): ReconnectError for subcode in (None, 458, 459, 460, 463, 464, 467, 492)},
            **{(368, subcode): ReconnectError for subcode in (None, *blocked)},
            (368, 1404082): RejectedError,
            (506, None): RejectedError,
            (100, None): RejectedError,
            (100, 33): TemporaryError,
            **{(code, None): RejectedError for code in (324, 382, 389, 1609005, 6000, 6001)},
            **{
                (100, subcode): RejectedError
                for subcode in (
                    1349125,
                    1363037,
                    1363040,
                    1363047,
                    1363127,
                    1363128,
                    1363129,
                    1366046,
                    1366051,
                    1609005,
                    1609008,
                    1609010,
                    2061006,
                    2069019,
                )
            },
        }

    def test_the_wait_is_what_facebook_says(self, stand: Stand) -> None:
        """`estimated_time_to_regain_access` is minutes."""
        checkpoint = stand.stage(Part(ROOT, "Selamat pagi"))
        stand.platform(usage_percent=100, regain_minutes=7)
        with pytest.raises(RateLimitedError) as caught:
            stand.commit(Part(ROOT, "Selamat pagi"), (), checkpoint)
        wait = caught.value.retry_at - stand.clock.now()
        assert timedelta(minutes=6, seconds=50) < wait <= timedelta(minutes=7)

    def test_where_facebook_refuses_equal_posts(self, stand: Stand) -> None:
        """Its refusal of a duplicate asks for a look, which never gives the first post's id."""
        part, since = Part(ROOT, "Ingat: bayar pajak"), stand.since()
        first = stand.commit(part)
        stand.platform(refuse_repeats=True)
        with pytest.raises(RejectedError) as caught:
            stand.commit(part)
        assert (caught.value.code, caught.value.effect) == ("506", "maybe")
        found = stand.session().find(part, (), None, since, {first.platform_id})
        assert not isinstance(found, Receipt)

    def test_an_error_after_the_effect_is_found(self, stand: Stand) -> None:
        """Code 1 after the post went live leaves the outcome unknown; `find` names the post."""
        part, since = Part(ROOT, "Selamat pagi"), stand.since()
        checkpoint = stand.stage(part)
        stand.platform(next_error={"code": 1, "on": self.commit_on, "effect": True})
        with pytest.raises(OutcomeUnknownError):
            stand.commit(part, (), checkpoint)
        found = stand.session().find(part, (), checkpoint, since, ())
        assert isinstance(found, Receipt)
        assert [post["id"] for post in stand.live()] == [found.platform_id]

    def test_a_permalink_that_cannot_be_read_fails_nothing(self, stand: Stand) -> None:
        """The post is live whatever the question for its address answers; the plain address works too."""
        stand.fault(method="GET", path="/1001_", phase="before", kind="drop")
        receipt = stand.commit(Part(ROOT, "Selamat pagi"))
        page, _, number = receipt.platform_id.partition("_")
        assert receipt.url == f"{stand.url}/facebook/web/{page}/posts/{number}"

    def test_the_same_words_with_another_link_ask_a_person(self, stand: Stand) -> None:
        """Facebook may show a link by another address: then only a person can tell."""
        since = stand.since()
        stand.commit(Part(ROOT, "Selengkapnya", link="https://natunakab.go.id/satu"))
        other = Part(ROOT, "Selengkapnya", link="https://natunakab.go.id/dua")
        found = stand.session().find(other, (), None, since, ())
        assert isinstance(found, CannotTell)
        assert len(found.candidates) == 1

    def test_the_same_words_with_other_photos(self, stand: Stand) -> None:
        """Of two posts with equal words and as many photos, the one with our uploads is ours."""
        since = stand.since()
        stand.commit(Part(ROOT, "Foto", media=(stand.picture(1),)))
        two = Part(ROOT, "Foto", media=(stand.picture(2),))
        checkpoint = stand.stage(two)
        receipt = stand.commit(two, (), checkpoint)
        found = stand.session().find(two, (), checkpoint, since, ())
        assert isinstance(found, Receipt)
        assert found.platform_id == receipt.platform_id

    def test_what_cannot_be_combined_is_refused_before_any_call(self, stand: Stand) -> None:
        """Photos with a link of their own, and a comment with a photo, are not posts of Facebook."""
        prior = (Receipt("1001_1", None, stand.clock.now()),)
        for part in (
            Part(ROOT, "a", link="https://natunakab.go.id", media=(stand.picture(1),)),
            Part(COMMENT, "a", media=(stand.picture(1),)),
            Part(COMMENT, "a", link="https://natunakab.go.id"),
        ):
            with pytest.raises(UnsupportedError):
                stand.stage(part, prior)
        assert stand.requests() == []

    def test_an_app_that_requires_proofs(self, stand: Stand) -> None:
        """With the app's secret every call carries its proof; without it the app refuses."""
        stand.platform(require_proof=True)
        stand.commit(self.richest(stand))
        stand.session().probe()
        del stand.tokens.fields["app_secret"]
        with pytest.raises(RejectedError):
            stand.commit(Part(ROOT, "Selamat pagi"))

    def test_probe_tells_scopes_and_end(self, stand: Stand) -> None:
        """What Meta tells of a token is passed on: permissions granted and missing, and its end."""
        end = datetime(2030, 1, 1, tzinfo=UTC)
        granted = ["pages_show_list", "pages_read_engagement", "pages_manage_posts"]
        stand.platform(token={"state": "valid", "scopes": granted, "expires_at": end.isoformat()})
        status = stand.session().probe()
        assert status.scopes == tuple(granted)
        assert status.missing_scopes == ("pages_manage_engagement",)
        assert status.expires_at == end

    def test_probe_tells_both_ends(self, stand: Stand) -> None:
        """That of a Page token that comes of a short-lived one, and that of what Meta lets the app see."""
        assert stand.session().probe().expires_at is None
        ends = stand.clock.now().replace(microsecond=0) + timedelta(days=3)
        kept_back = {"expires_at": ends.isoformat(), "data_access_expires_at": ends.isoformat()}
        stand.platform(token=kept_back)
        status = stand.session().probe()
        assert (status.expires_at, status.reads_until) == (ends, ends)

    def test_the_version_is_a_setting(self, stand: Stand) -> None:
        """`graph_version` of the channel is spoken, v26.0 without it."""
        stand.session().probe()
        stand.account.settings.update({"graph_version": "25.0"})  # type: ignore[attr-defined]
        stand.session().probe()
        versions = [one["path"].split("/")[1] for one in stand.requests()]
        assert versions == ["v26.0", "v26.0", "v25.0", "v25.0"]


class TestFacebookStaged(TestFacebook):
    """The same Page where posts are made unpublished first: `commit: staged`."""

    commit_path = rf"/(1001_\d+|{SHOWS})$"
    commit_on = "update"
    list_path = r"/1001_\d+$"

    @pytest.fixture
    def stand(self, tmp_path: Path) -> Iterator[Stand]:
        with stand(self.platform, tmp_path) as one:
            one.account.settings.update({"commit": "staged"})  # type: ignore[attr-defined]
            yield one

    def test_a_draft_that_grew_old_is_taken_away(self, stand: Stand) -> None:
        """Made anew after a day, it leaves no second draft that staff could publish by hand."""
        part = self.richest(stand)
        first = stand.stage(part)
        stand.move(timedelta(hours=23).total_seconds())
        second = stand.stage(part, (), first)
        assert second.public["draft"]["id"] != first.public["draft"]["id"]
        deleted = [one["path"].rpartition("/")[2] for one in stand.requests() if one["method"] == "DELETE"]
        assert deleted == [first.public["draft"]["id"]]
        stand.commit(part, (), second)
        assert len(stand.live()) == 1

    def test_a_draft_that_staff_published_stays(self, stand: Stand) -> None:
        """Somebody switched it on by hand: it is found as ours, and no second one is made of it."""
        part, since = self.richest(stand), stand.since()
        checkpoint = stand.stage(part)
        stand.commit(part, (), checkpoint)
        stand.move(timedelta(hours=23).total_seconds())
        again = stand.stage(part, (), checkpoint)
        assert again.public["draft"] == checkpoint.public["draft"]
        assert isinstance(stand.session().find(part, (), again, since, ()), Receipt)
        assert len(stand.live()) == 1
