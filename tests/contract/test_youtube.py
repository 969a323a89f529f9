"""The contract, kept by YouTube."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import CannotTell, Checkpoint, Gone, NotSeen, NotYet, Part, Pending, Receipt, Staged
from connectors.errors import (
    ConnectorError,
    OutcomeUnknownError,
    RateLimitedError,
    ReconnectError,
    RejectedError,
    TemporaryError,
)
from connectors.renewal import Lasts
from connectors.youtube import limits
from connectors.youtube.codes import REFUSALS, ROWS
from publisher.texts import known
from tests.contract.stand import Stand, stand, through_json
from tests.contract.suite import ROOT, ContractSuite

Json = Any
PLAYLIST = "PLsandbox0001"


class TestYouTube(ContractSuite):
    """YouTube."""

    platform = "youtube"
    lasts = Lasts.BY_ITSELF
    commit_path = "/youtube/v3/videos$"
    commit_method = "PUT"
    list_path = "/youtube/v3/videos$"
    probe_path = "/youtube/v3/channels$"
    commit_on = "videos.update"
    probe_on = "channels.list"
    writes = ("POST", "PUT")
    dead_token = {"state": "revoked"}  # noqa: RUF012 - read only
    throttle = {"quota_units": 0}  # noqa: RUF012
    said = {  # noqa: RUF012
        "429": "tooManyRequests",
        "401": "required",
        "400": "unexpectedParameter",
        "403": "domainPolicy",
        "404": "notFound",
        "413": "uploadTooLarge",
        "5xx": "backendError",
    }

    @pytest.fixture
    def stand(self, tmp_path: Path) -> Iterator[Stand]:
        """Posts here share a few clips, which YouTube would take for one and the same."""
        with stand(self.platform, tmp_path) as one:
            one.platform(refuse_duplicates=False, quota_units=10**6, quota_inserts=10**4)
            yield one

    def says(self, stand: Stand, words: str) -> Part:
        options = {"title": words[: limits.TITLE], "made_for_kids": False}
        return Part(ROOT, words, options=options, media=(stand.clip(),))

    def richest(self, stand: Stand) -> Part:
        cover = replace(stand.picture(1), role="cover")
        return replace(
            self.says(stand, "Lengkap"),
            options={
                "title": "Lengkap",
                "made_for_kids": False,
                "tags": ["natuna", "layanan publik"],
                "category": "news",
                "language": "id",
                "made_with_ai": True,
                "privacy": "unlisted",
                "playlist": PLAYLIST,
                "notify_subscribers": False,
            },
            companions=(cover, stand.captions("", "srt"), stand.captions("en", "vtt")),
        )

    def formats(self, stand: Stand) -> dict[str, tuple[Part, ...]]:
        wide = stand.clip("Pantai", size=(160, 96))
        words = self.says(stand, "Stan SP4N-LAPOR! dibuka.\n\nSMS 1708 & natuna.lapor.go.id 😀")
        title = {**words.options, "title": "Stan SP4N-LAPOR! 😀"}
        children = {"title": "Anak", "made_for_kids": True}
        return {
            "short": (replace(words, options=title),),
            "clip": (replace(self.says(stand, "Lebar"), media=(wide,)),),
            "no description": (replace(self.says(stand, "Judul"), text=""),),
            "for children": (replace(self.says(stand, "Anak"), options=children),),
            "everything": (self.richest(stand),),
        }

    def assert_live_as(self, stand: Stand, part: Part, post: Json) -> None:
        given, shown = part.options, post["options"]
        assert post["account"] == stand.account.id
        assert post["text"] == part.text
        assert [one["sha256"] for one in post["media"]] == [stand.sha256(one) for one in part.media]
        assert (shown["title"], shown.get("tags")) == (given["title"], given.get("tags"))
        assert shown["status"] == {
            "privacyStatus": given.get("privacy", "public"),
            "selfDeclaredMadeForKids": given["made_for_kids"],
            "containsSyntheticMedia": given.get("made_with_ai", False),
            "license": "youtube",
            "embeddable": True,
            "publicStatsViewable": True,
        }
        assert shown["categoryId"] == limits.CATEGORIES.get(given.get("category"), "22")
        assert shown.get("defaultLanguage") == given.get("language")
        assert shown.get("playlists", []) == ([given["playlist"]] if given.get("playlist") else [])
        covers = [stand.sha256(one) for one in part.companions if one.role == "cover"]
        assert [shown["thumbnail"]] if "thumbnail" in shown else covers == []
        assert len(shown.get("captions", {})) == len(part.companions) - len(covers)

    def posts(self, stand: Stand) -> list[Json]:
        """Neither renewing a token nor asking an upload how far it is stages anything."""
        return [
            one
            for one in super().posts(stand)
            if one["path"] != "/token" and not one["headers"].get("Content-Range", "").startswith("bytes */")
        ]

    def shorten_pages(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "PAGE", 5)

    def rows(self) -> Iterator[tuple[str, int, Json, str, type[ConnectorError], str]]:
        for row in ROWS:
            # A refused access token is renewed: that it can be is no row's to say.
            if row.reason != "authError":
                status = 503 if row.status == 500 else row.status
                yield row.code, status, row.example, row.phase, row.error, row.effect

    def scene(self, name: str, commits: bool) -> Json:
        """By its reason, where the row has one."""
        _, _, reason = name.partition(" ")
        wanted = self.said.get(name, reason)
        return self.asked(wanted, self.commit_on if commits else self.probe_on)

    def simulated(self) -> dict[Any, type[ConnectorError]]:
        edit = ["Title", "Description", "Tags", "CategoryId", "PublishAt", "VideoMetadata", "Filename"]
        later = ["rateLimitExceeded", "userRateLimitExceeded", "tooManyRequests", "quotaExceeded"]
        return {
            **{f"invalid{name}": RejectedError for name in [*edit, "RecordingDetails", "Image"]},
            **dict.fromkeys(["defaultLanguageNotSet", "mediaBodyRequired"], RejectedError),
            **dict.fromkeys(["forbiddenPrivacySetting", "forbiddenLicenseSetting"], RejectedError),
            **dict.fromkeys(["videoNotFound", "playlistNotFound"], RejectedError),
            **dict.fromkeys([*later, "dailyLimitExceeded", "uploadLimitExceeded"], RateLimitedError),
            "uploadRateLimitExceeded": RateLimitedError,
            **dict.fromkeys(["forbidden", "insufficientPermissions"], ReconnectError),
            "youtubeSignupRequired": ReconnectError,
            "authError": TemporaryError,
            **dict.fromkeys(["backendError", "internalError"], OutcomeUnknownError),
            **dict.fromkeys(["badGateway", "gatewayTimeout"], OutcomeUnknownError),
        }

    # ── what is different here ───────────────────────────────────────────────

    def test_the_limits_fit_together(self, stand: Stand) -> None:
        """A private video keeps: what is staged at `lead` never has to be staged anew."""
        part = self.richest(stand)
        staged = stand.session().stage(part, (), stand.stage(part), stand.saved.append)
        assert isinstance(staged, Staged)
        assert staged.good_until is None
        assert 0 < stand.room.limits.commit_budget <= 30
        assert stand.room.limits.looks >= 2

    def test_what_is_staged_is_not_staged_again(self, stand: Stand) -> None:
        """Staging with a whole checkpoint makes no call, however old it is."""
        part = self.richest(stand)
        first = stand.stage(part)
        calls = len(stand.requests())
        stand.move(timedelta(days=30).total_seconds())
        assert stand.stage(part, (), first) == first
        assert len(stand.requests()) == calls
        assert stand.commit(part, (), first)

    def test_staging_makes_nothing_public(self, stand: Stand) -> None:
        """All is private before the commit; the session's address is sealed, and forgotten at the end."""
        for parts in self.formats(stand).values():
            assert stand.stage(parts[0]).sealed == {}
        assert stand.live() == []
        sealed = [one.sealed["session"] for one in stand.saved if one.sealed]
        assert len(sealed) == len(self.formats(stand))
        assert not any("upload_id" in str(one.public) for one in stand.saved)

    def test_a_restart_after_any_saved_checkpoint_goes_on_from_there(self, stand: Stand) -> None:
        """As for every room; here with a video that is processed at once, so that one call does it all."""
        stand.platform(processing_seconds=0)
        super().test_a_restart_after_any_saved_checkpoint_goes_on_from_there(stand)

    def test_a_lost_answer_while_staging_is_repeated(self, stand: Stand) -> None:
        """As for every room; here with a video that is processed at once, so that one call does it all."""
        stand.platform(processing_seconds=0)
        super().test_a_lost_answer_while_staging_is_repeated(stand)

    def test_a_part_without_words_is_told_by_its_pictures(self, stand: Stand) -> None:
        """A video without a description is told by its title, or by its id."""
        part, since = self.formats(stand)["no description"][0], stand.since()
        receipt = stand.commit(part)
        found = stand.session().find(part, (), None, since, ())
        assert isinstance(found, Receipt)
        assert found.platform_id == receipt.platform_id
        other = replace(part, options={**part.options, "title": "Lain"})
        assert stand.session().find(other, (), None, since, ()) == NotSeen()

    def test_find_looks_back_to_since_over_all_pages(
        self, stand: Stand, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The video is found on the last page; one uploaded before `since` asks a person, for it may have
        become public after it; one of last week is not ours.
        """
        self.shorten_pages(monkeypatch)
        part, since = self.says(stand, "Video nomor 0"), stand.since()
        receipts = stand.publish(*(self.says(stand, f"Video nomor {number}") for number in range(12)))
        found = stand.session().find(part, (), None, since, ())
        assert isinstance(found, Receipt)
        assert found.platform_id == receipts[0].platform_id
        stand.move(3600)
        doubtful = stand.session().find(part, (), None, stand.since(), ())
        assert isinstance(doubtful, CannotTell)
        assert doubtful.candidates == (receipts[0].url,)
        assert known(doubtful.why)
        stand.move(timedelta(days=7).total_seconds())
        assert stand.session().find(part, (), None, stand.since(), ()) == NotSeen()

    # ── uploads ──────────────────────────────────────────────────────────────

    def test_the_session_is_saved_before_the_first_byte(self, stand: Stand) -> None:
        """A process that dies right after the session began goes on with it."""
        part, stage = self.says(stand, "Satu"), stand.session().stage
        with pytest.raises(ZeroDivisionError):
            stage(part, (), None, lambda checkpoint: _die(stand, checkpoint))
        assert [one["method"] for one in self.posts(stand)] == ["POST"]
        (saved,) = stand.saved
        stand.commit(
            self.says(stand, "Satu"), (), stand.stage(self.says(stand, "Satu"), (), through_json(saved))
        )
        assert [one["method"] for one in self.posts(stand)] == ["POST", "PUT", "PUT"]
        assert len(stand.live()) == 1

    def test_a_large_clip_goes_in_pieces(self, stand: Stand, monkeypatch: pytest.MonkeyPatch) -> None:
        """Pieces of 256 KiB and progress; a piece whose answer is lost is not sent again."""
        monkeypatch.setattr(limits, "CHUNK", limits.CHUNK_UNIT)
        stand.platform(processing_seconds=60)
        data = stand.store.path(stand.clip()).read_bytes() + b"\0\0\0\x08free" * 100_000
        part = replace(self.says(stand, "Besar"), media=(stand.kept(data, "mp4"),))
        size = stand.store.facts(part.media[0]).size
        stand.fault(method="PUT", path="/upload/", phase="after", kind="drop")
        with pytest.raises(TemporaryError):
            stand.session().stage(part, (), None, stand.saved.append)
        session, told = stand.session(), []
        session.progress = lambda sent, total: told.append((sent, total))
        assert isinstance(session.stage(part, (), stand.saved[-1], stand.saved.append), NotYet)
        pieces = [one["headers"]["Content-Range"] for one in self.posts(stand) if one["method"] == "PUT"]
        assert len(pieces) == len(set(pieces)) == -(-size // limits.CHUNK_UNIT)
        assert told[0][0] > limits.CHUNK_UNIT
        assert told[-1] == (size, size)

    @pytest.mark.parametrize("arrived", [True, False])
    def test_a_session_that_is_gone(self, stand: Stand, arrived: bool) -> None:
        """The uploads of the channel tell whether the last byte arrived; only if not it begins anew."""
        part = self.says(stand, "Satu")
        stand.stage(self.says(stand, "Lain"))
        stand.fault(method="PUT", path="/upload/", phase="after" if arrived else "before", kind="drop")
        stand.saved.clear()
        with pytest.raises(TemporaryError):
            stand.session().stage(part, (), None, stand.saved.append)
        stand.platform(session_hours=0)
        stand.move(3600)
        begun = len([one for one in self.posts(stand) if one["method"] == "POST"])
        if not arrived:
            with pytest.raises(TemporaryError, match="anew"):
                stand.stage(part, (), stand.saved[-1])
            stand.platform(session_hours=168)
        staged = stand.stage(part, (), stand.saved[-1])
        now = len([one for one in self.posts(stand) if one["method"] == "POST"])
        assert now - begun == (0 if arrived else 2)
        stand.commit(part, (), staged)
        assert len(stand.live()) == 1

    def test_captions_and_playlist_are_never_doubled(self, stand: Stand) -> None:
        """What an earlier try has added is seen and not added again."""
        part = self.richest(stand)
        stand.stage(part)
        before = next(one for one in stand.saved if "cover" in one.public and "captions" not in one.public)
        adding = len(
            [one for one in self.posts(stand) if "captions" in one["path"] or "playlist" in one["path"]]
        )
        staged = stand.stage(part, (), through_json(before))
        again = [one for one in self.posts(stand) if "captions" in one["path"] or "playlist" in one["path"]]
        assert len(again) == adding
        stand.commit(part, (), staged)
        (post,) = stand.live()
        assert len(post["options"]["captions"]) == 2
        assert post["options"]["playlists"] == [PLAYLIST]

    # ── what YouTube makes of it ─────────────────────────────────────────────

    def test_processing_is_awaited_without_a_call_too_many(self, stand: Stand) -> None:
        """A look soon, then ever rarer ones."""
        stand.platform(processing_seconds=3600)
        part = self.says(stand, "Lama")
        stand.stage(part)
        looks = [one for one in stand.requests() if one["method"] == "GET"]
        assert 3 < len(looks) < 25

    @pytest.mark.parametrize("reason", sorted(REFUSALS))
    def test_a_video_that_youtube_refuses(self, stand: Stand, reason: str) -> None:
        """It is known while staging, in words; nothing becomes public, and a new try is a new upload."""
        stand.platform(processing_result=reason)
        part = self.says(stand, "Satu")
        with pytest.raises(ConnectorError) as caught:
            stand.stage(part)
        assert type(caught.value) is (ReconnectError if "Account" in reason else RejectedError)
        assert caught.value.effect == "none"
        assert REFUSALS[reason] in caught.value.words
        assert "video" not in stand.saved[-1].public
        assert stand.live() == []

    def test_the_same_clip_twice(self, stand: Stand) -> None:
        """Where YouTube refuses it, its reason comes through before the due time."""
        stand.platform(refuse_duplicates=True)
        stand.commit(self.says(stand, "Satu"))
        with pytest.raises(RejectedError, match="duplicate") as caught:
            stand.stage(self.says(stand, "Dua"))
        assert caught.value.code == "rejected duplicate"

    def test_confirm_looks_by_the_id(self, stand: Stand) -> None:
        """Private: still to come; public: a receipt; deleted: gone."""
        part = self.says(stand, "Satu")
        checkpoint = stand.stage(part)
        assert isinstance(stand.session().confirm(part, checkpoint), Pending)
        receipt = stand.commit(part, (), checkpoint)
        confirmed = stand.session().confirm(part, checkpoint)
        assert isinstance(confirmed, Receipt)
        assert (confirmed.platform_id, confirmed.url) == (receipt.platform_id, receipt.url)
        stand.session().remove(receipt)
        assert isinstance(stand.session().confirm(part, checkpoint), Gone)

    def test_a_private_video_is_a_receipt(self, stand: Stand) -> None:
        """Where private was asked for nobody sees it, and that is what was asked."""
        part = self.says(stand, "Satu")
        part = replace(part, options={**part.options, "privacy": "private"})
        checkpoint = stand.stage(part)
        receipt = stand.commit(part, (), checkpoint)
        found = stand.session().find(part, (), checkpoint, stand.since(), ())
        assert isinstance(found, Receipt)
        assert found.platform_id == receipt.platform_id
        assert stand.live() == []

    def test_a_video_that_stays_private_is_no_receipt(self, stand: Stand) -> None:
        """The answer to the commit is read: what YouTube left private is an error that says so."""
        part = self.says(stand, "Satu")
        checkpoint = stand.stage(part)
        body = {"id": checkpoint.public["video"], "status": {"privacyStatus": "private"}}
        stand.fault(method="PUT", path=self.commit_path, phase="before", kind="body", body=body)
        with pytest.raises(RejectedError, match="private") as caught:
            stand.commit(part, (), checkpoint)
        assert caught.value.effect == "none"

    def test_a_short_has_its_own_link(self, stand: Stand) -> None:
        """Square or upright: /shorts/; wide: /watch."""
        short, wide = (stand.commit(self.formats(stand)[name][0]) for name in ("short", "clip"))
        assert short.url == f"{stand.url}/youtube/web/shorts/{short.platform_id}"
        assert wide.url == f"{stand.url}/youtube/web/watch?v={wide.platform_id}"

    # ── tokens ───────────────────────────────────────────────────────────────

    def test_one_renewal_serves_an_hour(self, stand: Stand) -> None:
        """Sessions share the access token until it is about to end."""
        for _ in range(3):
            stand.session().probe()
        stand.move(3500)
        stand.session().probe()
        assert len([one for one in stand.requests() if one["path"] == "/token"]) == 2

    def test_a_refused_access_token_is_renewed(self, stand: Stand) -> None:
        """That call is not made again on its own: it had no effect, and the next one goes out."""
        part = self.says(stand, "Satu")
        checkpoint = stand.stage(part)
        stand.platform(next_error={"code": "authError", "on": "videos.update"})
        with pytest.raises(TemporaryError) as caught:
            stand.commit(part, (), checkpoint)
        assert caught.value.effect == "none"
        stand.commit(part, (), checkpoint)
        assert len([one for one in stand.requests() if one["path"] == "/token"]) == 2

    def test_probe_tells_scopes(self, stand: Stand) -> None:
        """What is missing for captions and updates is named."""
        stand.platform(token={"state": "valid", "scopes": ["youtube.upload", "youtube.readonly"]})
        status = stand.session().probe()
        assert status.missing_scopes == stand.room.scopes
        assert len(status.scopes) == 2

    def test_an_account_without_a_channel(self, stand: Stand) -> None:
        """A Google account that has none needs a person."""
        stand.platform(signed_up=False)
        with pytest.raises(ReconnectError, match="channel"):
            stand.session().probe()


def _die(stand: Stand, checkpoint: Checkpoint) -> None:
    stand.saved.append(checkpoint)
    raise ZeroDivisionError
