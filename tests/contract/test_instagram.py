"""The contract, kept by Instagram."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from connectors.contract import CannotTell, Checkpoint, NotSeen, NotYet, Part, Receipt, Staged
from connectors.errors import (
    ConnectorError,
    OutcomeUnknownError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TemporaryError,
    UnsupportedError,
)
from connectors.instagram import limits
from connectors.instagram.codes import ANEW_AFTER, REFUSED_IN_STATUS
from connectors.instagram.simulator_answers import STATUS_CODES
from connectors.renewal import Lasts
from tests.contract.codes import GraphCodes
from tests.contract.stand import Stand, stand, through_json
from tests.contract.suite import COMMENT, ROOT, ContractSuite

Json = Any


class TestInstagram(GraphCodes, ContractSuite):
    """A professional account, connected with Instagram Login."""

    platform = "instagram"
    lasts = Lasts.RENEWED
    called_by_name = False
    renew_path = "/refresh_access_token$"
    commit_path = "/media_publish$"
    comment_path = "/comments$"
    list_path = "/[0-9]+/media$"
    probe_path = "/me$"
    commit_on = "publish"
    dead_token = {"state": "expired"}  # noqa: RUF012 - read only
    throttle = {"quota_total": 0}  # noqa: RUF012

    def says(self, stand: Stand, words: str) -> Part:
        return Part(ROOT, words, media=(stand.picture(7, "Kantor"),))

    def formats(self, stand: Stand) -> dict[str, tuple[Part, ...]]:
        photos = tuple(stand.picture(number, f"Foto {number}") for number in range(10))
        clip = stand.clip(seconds=3.0)
        cover = replace(stand.picture(11), role="cover")
        return {
            "photo": (Part(ROOT, "Stan SP4N-LAPOR! dibuka.\n\nSMS 1708 & natuna 😀", media=photos[:1]),),
            "photo only": (Part(ROOT, "", media=(stand.picture(12),)),),
            "carousel": (Part(ROOT, "Sepuluh foto", options={"is_ai_generated": True}, media=photos),),
            "mixed": (Part(ROOT, "Foto dan video", media=(photos[0], clip)),),
            "reel": (
                Part(
                    ROOT,
                    "Cuplikan",
                    options={"placement": "reel", "share_to_feed": True},
                    media=(clip,),
                    companions=(cover,),
                ),
            ),
            "story": (Part(ROOT, "", options={"placement": "story"}, media=(stand.picture(13),)),),
            "story clip": (Part(ROOT, "", options={"placement": "story"}, media=(clip,)),),
            "comment": (
                Part(ROOT, "Dengan komentar", options={"user_tags": ["kantor 0.3 0.7"]}, media=photos[:2]),
                Part(COMMENT, "Selengkapnya: https://natunakab.go.id"),
            ),
        }

    def richest(self, stand: Stand) -> Part:
        return Part(ROOT, "Dua foto", media=(stand.picture(1, "satu"), stand.picture(2, "dua")))

    def shorten_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "MEDIA_PAGE", 5)

    def simulated(self) -> dict[Any, type[ConnectorError]]:
        unknown = ((-1, 2207001), (-1, 2207032), (-1, 2207053), (1, None), (2, None))
        later = ((-2, 2207003), (-2, 2207020), (9004, 2207052), (9007, 2207027), (24, 2207006), (24, 2207008))
        refused = (
            *((100, subcode) for subcode in (2207023, 2207028, 2207035, 2207036, 2207037, 2207040)),
            *((352, 2207026), (36000, 2207004), (36001, 2207005), (36003, 2207009), (36004, 2207010)),
            (1, 2207057),
            (4, 2207051),
        )
        return {
            **dict.fromkeys(unknown, OutcomeUnknownError),
            **dict.fromkeys(later, TemporaryError),
            **dict.fromkeys(refused, RejectedError),
            (9, 2207042): RateLimitedError,
            (25, 2207050): ReconnectError,
        }

    # ── what polling changes ─────────────────────────────────────────────────

    def test_the_limits_fit_together(self, stand: Stand) -> None:
        """What is staged at `lead` is still good when due and through the grace; one commit is short."""
        bounds = stand.room.limits
        staged: Staged | NotYet = stand.session().stage(self.richest(stand), (), None, stand.saved.append)
        while isinstance(staged, NotYet):
            stand.move_to(staged.look_at)
            staged = stand.session().stage(
                self.richest(stand), (), through_json(staged.checkpoint), stand.saved.append
            )
        assert staged.good_until is not None
        assert staged.good_until - stand.clock.now() > bounds.lead + self.keeps_for
        assert timedelta(hours=2) <= bounds.lead <= timedelta(hours=6)
        assert 0 < bounds.commit_budget <= 30
        assert bounds.looks >= 2

    def test_a_restart_after_any_saved_checkpoint_goes_on_from_there(self, stand: Stand) -> None:
        """As everywhere; Instagram is done with pictures at once here, so that one round makes everything."""
        stand.platform(image_seconds=0)
        super().test_a_restart_after_any_saved_checkpoint_goes_on_from_there(stand)

    def test_a_restart_while_instagram_works(self, stand: Stand) -> None:
        """Between the rounds of a carousel nothing is made twice."""
        part = self.richest(stand)
        started = stand.session().stage(part, (), None, stand.saved.append)
        assert isinstance(started, NotYet)
        stand.stage(part, (), through_json(started.checkpoint))
        assert len(self.posts(stand)) == 3

    def test_what_is_staged_is_not_staged_again(self, stand: Stand) -> None:
        """Staging with a whole checkpoint only asks how the containers are; one too old is made anew."""
        part = self.richest(stand)
        first = stand.stage(part)
        calls = len(self.posts(stand))
        assert stand.stage(part, (), first) == first
        assert len(self.posts(stand)) == calls
        stand.move(timedelta(hours=24).total_seconds())
        again = stand.stage(part, (), first)
        assert len(self.posts(stand)) == 2 * calls
        assert stand.commit(part, (), again)

    # ── Instagram's own ──────────────────────────────────────────────────────

    def test_a_text_alone_is_refused_before_any_call(self, stand: Stand) -> None:
        """Instagram has no post without a picture; a story has no words."""
        story = Part(ROOT, "a", options={"placement": "story"}, media=(stand.picture(1),))
        for part in (Part(ROOT, "a"), story):
            for act in (
                lambda one=part: stand.stage(one),
                lambda one=part: stand.commit(one, (), Checkpoint()),
            ):
                with pytest.raises(UnsupportedError):
                    act()
        assert stand.requests() == []

    def test_the_days_posts_are_used_up(self, stand: Stand) -> None:
        """The number is Instagram's own: staging refuses before a container is made, probe tells the rest."""
        stand.platform(quota_total=1)
        assert stand.session().probe().quota_left == 1
        stand.commit(self.says(stand, "Satu"))
        assert stand.session().probe().quota_left == 0
        made = len(self.posts(stand))
        with pytest.raises(RateLimitedError) as caught:
            stand.stage(self.says(stand, "Dua"))
        assert caught.value.retry_at > stand.clock.now()
        assert len(self.posts(stand)) == made

    def test_what_processing_refuses_is_told_by_its_subcode(self, stand: Stand) -> None:
        """A container that ends in ERROR: a bad format is refused, a failed download is tried anew."""
        refused = {2207026, 2207057, *REFUSED_IN_STATUS}
        assert refused < {*STATUS_CODES}
        for number in sorted(STATUS_CODES, key=lambda one: one not in refused):
            stand.platform(container_error=number)
            with pytest.raises(RejectedError if number in refused else TemporaryError) as caught:
                stand.stage(self.says(stand, f"Nomor {number}"))
            assert str(number) in caught.value.code
            assert caught.value.effect == "none"
        stand.platform(container_error=0)
        stand.commit(self.says(stand, "Dua"), (), stand.stage(self.says(stand, "Dua"), (), stand.saved[-1]))
        assert len(stand.live()) == 1

    @pytest.mark.parametrize("code", sorted(ANEW_AFTER))
    def test_a_container_that_is_gone_is_made_anew(self, stand: Stand, code: str) -> None:
        """Nothing was published: after its tries the post goes out with a new container, once."""
        number, _, subcode = code.partition("/")
        part, session = self.says(stand, "Selamat pagi"), stand.session()
        checkpoint = stand.stage(part)
        for again in range(ANEW_AFTER[code]):
            stand.platform(next_error={"code": int(number), "subcode": int(subcode), "on": "publish"})
            with pytest.raises(TemporaryError) as caught:
                session.commit(part, (), checkpoint)
            assert (caught.value.code, caught.value.effect) == (code, "none")
            last = again == ANEW_AFTER[code] - 1
            assert last or caught.value.retry_at == pytest.approx(
                stand.clock.now() + limits.BUILDER_PAUSE, abs=timedelta(seconds=2)
            )
            staged = session.stage(part, (), checkpoint, stand.saved.append)
            while isinstance(staged, NotYet):
                stand.move_to(staged.look_at)
                staged = session.stage(part, (), through_json(staged.checkpoint), stand.saved.append)
            same = staged.checkpoint.public["post"]["id"] == checkpoint.public["post"]["id"]
            assert same is not last
            checkpoint = through_json(staged.checkpoint)
        session.commit(part, (), checkpoint)
        assert len(stand.live()) == 1

    def test_spam_suspected_over_a_post_that_went_live(self, stand: Stand) -> None:
        """Code 4/2207051 after the effect asks for a look; `find` names the post."""
        part, since = self.says(stand, "Selamat pagi"), stand.since()
        checkpoint = stand.stage(part)
        stand.platform(next_error={"code": 4, "subcode": 2207051, "on": "publish", "effect": True})
        with pytest.raises(RejectedError) as caught:
            stand.commit(part, (), checkpoint)
        assert caught.value.effect == "maybe"
        assert stand.room.meaning(caught.value.code) == "room.said_spam"
        found = stand.session().find(part, (), checkpoint, since, ())
        assert isinstance(found, Receipt)
        assert [post["id"] for post in stand.live()] == [found.platform_id]

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
        found = stand.session().find(part, (), checkpoint, since, ())
        assert isinstance(found, CannotTell)

    def test_a_story_beside_others_is_told_by_its_container(self, stand: Stand) -> None:
        """Without words only the container counts: not published is not seen, whatever else is there."""
        since = stand.since()
        one = Part(ROOT, "", options={"placement": "story"}, media=(stand.picture(1),))
        stand.commit(one)
        two = Part(ROOT, "", options={"placement": "story"}, media=(stand.picture(2),))
        assert stand.session().find(two, (), stand.stage(two), since, ()) == NotSeen()

    def test_facebook_login_sends_clips_itself(self, stand: Stand) -> None:
        """With `login: facebook` the other host is spoken to, and a clip leaves by our own hand."""
        stand.account.settings.update({"login": "facebook"})  # type: ignore[attr-defined]
        told: list[tuple[int, int]] = []
        clip = stand.clip(seconds=3.0)
        part = Part(ROOT, "Cuplikan", options={"placement": "reel"}, media=(clip,))
        session = stand.session()
        session.progress = lambda sent, total: told.append((sent, total))
        session.stage(part, (), None, stand.saved.append)
        size = stand.store.facts(clip).size
        assert told[-1] == (size, size)
        stand.commit(part, (), stand.stage(part, (), stand.saved[-1]))
        (post,) = stand.live()
        assert post["media"][0]["sha256"] == stand.sha256(clip)
        assert not any("video_url" in (one["body"] or {}) for one in self.posts(stand))


class TestInstagramFacebookLogin(TestInstagram):
    """The same account, connected with Facebook Login: the other host, and clips leave by our own hand."""

    lasts = Lasts.ENDLESS
    renew_path = ""
    probe_path = "/3001$"

    @pytest.fixture
    def stand(self, tmp_path: Path) -> Iterator[Stand]:
        with stand(self.platform, tmp_path) as one:
            one.account.settings.update({"login": "facebook"})  # type: ignore[attr-defined]
            yield one

    def test_a_clip_that_broke_off_is_sent_on(self, stand: Stand) -> None:
        """Instagram says that half of the clip is there: only the rest is sent, and what is live is whole."""
        part = Part(ROOT, "Cuplikan", options={"placement": "reel"}, media=(stand.clip(seconds=3.0),))
        stand.fault(method="POST", path="/ig-api-upload/", phase="before", kind="drop")
        with pytest.raises(TemporaryError):
            stand.session().stage(part, (), None, stand.saved.append)
        record = stand.saved[-1].public["post"]
        data = stand.store.path(part.media[0]).read_bytes()
        half = len(data) // 2
        token = stand.tokens.fields["token"]
        headers = {"Authorization": f"OAuth {token}", "offset": "0", "file_size": str(len(data))}
        url = f"{stand.url}/instagram/rupload{urlsplit(record['uri']).path}"
        assert requests.post(url, data[:half], headers=headers, timeout=5).status_code == 400
        checkpoint = stand.stage(part, (), through_json(stand.saved[-1]))
        assert checkpoint.public["post"]["id"] == record["id"]
        uploads = [one["headers"] for one in self.posts(stand) if "/ig-api-upload/" in one["path"]]
        assert {name.lower(): value for name, value in uploads[-1].items()}["offset"] == str(half)
        stand.commit(part, (), checkpoint)
        (post,) = stand.live()
        assert post["media"][0]["sha256"] == stand.sha256(part.media[0])

    @pytest.mark.parametrize("body", [{"status_code": "IN_PROGRESS"}, {"status_code": "ERROR"}, {}])
    def test_where_nobody_tells_how_much_arrived_it_begins_anew(self, stand: Stand, body: Json) -> None:
        """A container is seen by nobody: where Instagram does not say what it has, a new one is surer."""
        part = Part(ROOT, "Cuplikan", options={"placement": "reel"}, media=(stand.clip(seconds=3.0),))
        stand.fault(method="POST", path="/ig-api-upload/", phase="after", kind="drop")
        with pytest.raises(TemporaryError):
            stand.session().stage(part, (), None, stand.saved.append)
        lost = stand.saved[-1].public["post"]["id"]
        stand.fault(method="GET", path=f"/{lost}$", phase="before", kind="body", body=body)
        checkpoint = stand.stage(part, (), through_json(stand.saved[-1]))
        assert checkpoint.public["post"]["id"] != lost
        stand.commit(part, (), checkpoint)
        assert len(stand.live()) == 1
