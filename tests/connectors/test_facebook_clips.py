"""Reels and stories of Facebook: what is refused beforehand, and what the Page makes of a clip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests

from connectors.contract import (
    ClipFacts,
    Gone,
    Media,
    MediaFacts,
    NotSeen,
    NotYet,
    Part,
    PartKind,
    Pending,
    Receipt,
    Rendition,
    Staged,
    Unsupported,
)
from connectors.errors import (
    OutcomeUnknownError,
    RateLimitedError,
    RejectedError,
    TemporaryError,
    UnsupportedError,
)
from connectors.facebook import ROOM, check_clips
from publisher.texts import known
from tests.contract.stand import Stand, stand, through_json

Json = Any
ROOT = PartKind.ROOT
REEL, STORY = {"placement": "reel"}, {"placement": "story"}
FACTS = MediaFacts(
    "video/mp4",
    5_000_000,
    1080,
    1920,
    seconds=30.0,
    name="klip.mp4",
    clip=ClipFacts("mp4", "h264", "aac", 30),
)
PHOTO = MediaFacts("image/jpeg", 1_000_000, 1080, 1920, name="foto.jpg")
TOKEN = "sandbox-facebook-1001"


@pytest.fixture(name="stand")
def _stand(tmp_path: Path) -> Iterator[Stand]:
    with stand("facebook", tmp_path) as one:
        yield one


def clip(stand: Stand, **wanted: Any) -> Media:
    return stand.clip(**{"size": (540, 960), "seconds": 3.0, "fps": 24, **wanted})


def reel(media: Media, text: str = "Klip") -> Part:
    return Part(ROOT, text, options=REEL, media=(media,))


def codes(facts: MediaFacts, placement: str = "reel", text: str = "") -> list[str]:
    media = Media("a" * 64, ("strip",), "Warga di stan")
    part = Part(ROOT, text, options={"placement": placement}, media=(media,))
    found = ROOM.check(Rendition("facebook:1001", placement, (part,)), {media: facts})
    assert all(known(one.code) and known(f"{one.code}.fix") for one in found)
    told = [one.code for one in found]
    if placement == "story" and not text:  # whoever posts a story is always told that it shows no words
        told.remove("facebook.story_text")
    return told


# ── before anything is sent ──────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"seconds": 3.0}, None),
        ({"seconds": 2.9}, "facebook.story_seconds"),
        ({"seconds": 60.0}, None),
        ({"seconds": 60.02}, "facebook.story_seconds"),
        ({"width": 540, "height": 960}, None),
        ({"width": 538, "height": 958}, "facebook.clip_small"),
        ({"width": 540, "height": 958}, "facebook.clip_small"),
        ({"width": 1080, "height": 1350}, "facebook.clip_not_upright"),
        ({"width": 1920, "height": 1080}, "facebook.clip_not_upright"),
        ({"width": 2000, "height": 1080}, "facebook.clip_ratio"),
        ({"width": 1000, "height": 1920}, "facebook.clip_ratio"),
        ({"mime": "video/quicktime"}, "facebook.clip_type"),
        ({"fps": 24}, None),
        ({"fps": 23.976}, None),
        ({"fps": 23.4}, "facebook.clip_fps"),
        ({"fps": 60}, None),
        ({"fps": 61}, "facebook.clip_fps"),
    ],
)
def test_bounds_of_a_clip(change: Json, code: str | None) -> None:
    """Length, size, shape, container and pace, from both sides: in a story an error, else no reel."""
    changed = changing(change)
    assert codes(changed, "story") == ([code] if code else [])
    as_reel = codes(replace(changed, seconds=90.0) if change.get("seconds") == 60.02 else changed)
    assert as_reel == (["facebook.clip_as_video"] if code and change.get("seconds") != 60.02 else [])


@pytest.mark.parametrize("seconds", [90.02, 4 * 3600.0])
def test_what_is_too_long_for_a_reel(seconds: float) -> None:
    """Longer clips are videos of the Page, up to four hours; readers see them as reels."""
    long = replace(FACTS, seconds=seconds)
    assert codes(long) == ["facebook.clip_as_video"]
    assert (check_clips.way_of("reel", FACTS), check_clips.way_of("reel", long)) == ("reel", "video")
    assert check_clips.way_of("story", long) == "story"


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"seconds": 4 * 3600 + 1.0}, "facebook.video_seconds"),
        ({"seconds": 0.5}, "facebook.video_seconds"),
        ({"size": 10_000_000_001, "seconds": 100.0}, "facebook.video_size"),
        ({"mime": "video/webm"}, "facebook.clip_type"),
    ],
)
def test_bounds_of_a_video(change: Json, code: str) -> None:
    """What no way takes is an error, with the number found and the limit."""
    assert codes(changing(change)) == ["facebook.clip_as_video", code]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"video": "av1"}, None),
        ({"video": "mpeg4"}, "facebook.clip_codec"),
        ({"audio": ""}, None),
        ({"audio": "mp3"}, "facebook.clip_sound"),
        ({"pixels": "yuv444p"}, "facebook.clip_pixels"),
    ],
)
def test_bounds_of_what_is_inside(change: Json, code: str | None) -> None:
    """Codecs and colours."""
    assert FACTS.clip is not None
    assert codes(replace(FACTS, clip=replace(FACTS.clip, **change))) == ([code] if code else [])


def changing(change: Json) -> MediaFacts:
    assert FACTS.clip is not None
    fps = change.get("fps", FACTS.clip.fps)
    own = {name: value for name, value in change.items() if name != "fps"}
    return replace(FACTS, **own, clip=replace(FACTS.clip, fps=fps))


def test_bounds_of_a_story() -> None:
    """60 seconds fit, 61 do not; words are not shown, which is said; pictures stand upright."""
    assert codes(replace(FACTS, seconds=60.0), "story") == []
    assert codes(replace(FACTS, seconds=61.0), "story") == ["facebook.story_seconds"]
    assert codes(PHOTO, "story") == []
    assert codes(PHOTO, "story", "Selamat pagi") == ["facebook.story_text"]
    assert codes(replace(PHOTO, width=1600), "story") == ["facebook.story_shape"]


def test_what_each_placement_takes() -> None:
    """A reel is one clip, a story one file, the feed has no clip beside others; a story no comment."""
    assert codes(PHOTO, "reel") == ["facebook.reel_one_clip"]
    assert codes(FACTS, "feed") == ["facebook.clip_alone"]
    one, two = (Media(letter * 64, ("strip",), "Warga") for letter in "ab")
    several = Part(ROOT, "", options=STORY, media=(one, two))
    found = ROOM.check(Rendition("facebook:1001", "story", (several,)), {one: PHOTO, two: PHOTO})
    assert [problem.code for problem in found] == ["facebook.story_one_file"]
    parts = (Part(ROOT, "", options=STORY, media=(one,)), Part(PartKind.COMMENT, "Lihat"))
    found = ROOM.check(Rendition("facebook:1001", "story", parts), {one: PHOTO})
    assert [problem.code for problem in found] == ["facebook.story_text", "facebook.story_comment"]


def test_where_a_post_stands() -> None:
    """A clip alone is a reel; a story is asked for; pictures stay in the feed."""
    assert ROOM.placement(None, ["video"]) == "reel"
    assert ROOM.placement("story", ["video"]) == "story"
    assert ROOM.placement(None, ["image"]) == "feed"
    assert ROOM.placement(None, []) == "feed"


@pytest.mark.parametrize(
    ("url", "found"),
    [
        ("https://www.facebook.com/reel/123/", "123"),
        ("https://www.facebook.com/reel/123?comment_id=9", "123_9"),
        ("https://www.facebook.com/watch/?v=123", "123"),
        ("https://www.facebook.com/1001/videos/123/", "123"),
        ("https://www.facebook.com/stories/1001/UzpfSVND==/?view_single=1", "UzpfSVND=="),
        ("https://www.facebook.com/1001/posts/123", "1001_123"),
        ("https://www.facebook.com/reel/", ""),
    ],
)
def test_ids_behind_links(url: str, found: str) -> None:
    """Videos are known by one number, posts by two."""
    assert ROOM.id_of(url, "1001") == found


# ── on the Page ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"seconds": 2.0}, "1363128"),
        ({"fps": 20}, "1363129"),
        ({"size": (480, 854)}, "1363127"),
        ({"size": (400, 960)}, "1363040"),
    ],
)
def test_what_the_page_cannot_use(stand: Stand, wanted: Json, code: str) -> None:
    """Facebook's own look at the bytes is heard while staging, long before the post is due."""
    with pytest.raises(RejectedError) as caught:
        stand.stage(Part(ROOT, "", options=STORY, media=(clip(stand, **wanted),)))
    assert (caught.value.code, caught.value.effect) == (code, "none")


def wide(stand: Stand) -> Part:
    """A landscape clip, which is no reel."""
    return reel(clip(stand, size=(640, 360)))


def test_a_wide_clip_is_sent_by_pieces(stand: Stand) -> None:
    """Facebook says which piece it wants; what is live is the whole clip, with its words, once."""
    stand.platform(piece_bytes=1000)
    part = wide(stand)
    data = stand.store.path(part.media[0]).read_bytes()
    told: list[tuple[int, int]] = []
    session = stand.session()
    session.progress = lambda sent, total: told.append((sent, total))
    staged = session.stage(part, (), None, stand.saved.append)
    assert isinstance(staged, Staged)
    pieces = [one for one in stand.requests() if one["method"] == "POST" and one["path"].endswith("/videos")]
    assert len(pieces) == 1 + -(-len(data) // 1000)
    assert told[-1] == (len(data), len(data))
    assert stand.live() == []
    stand.commit(part, (), staged.checkpoint)
    (post,) = stand.live()
    assert (post["text"], post["media"][0]["sha256"]) == ("Klip", stand.sha256(part.media[0]))
    assert "/1001/videos/" in post["url"]


@pytest.mark.parametrize("number", range(1, 5))
@pytest.mark.parametrize("phase", ["before", "after"])
def test_a_piece_whose_answer_is_lost(stand: Stand, phase: str, number: int) -> None:
    """Any call of the upload may fail: the next try goes on there, and the clip is live whole and once."""
    part = wide(stand)
    size = stand.store.path(part.media[0]).stat().st_size
    stand.platform(piece_bytes=-(-size // 3))
    stand.fault(method="POST", path="/videos$", phase=phase, kind="drop", skip=number - 1)
    saved: list[Json] = []
    with pytest.raises(TemporaryError):
        stand.session().stage(part, (), None, saved.append)
    checkpoint = stand.stage(part, (), through_json(saved[-1]) if saved else None)
    stand.commit(part, (), checkpoint)
    (post,) = stand.live()
    assert post["media"][0]["sha256"] == stand.sha256(part.media[0])


def test_a_lost_answer_to_the_end_of_a_video(stand: Stand) -> None:
    """The id is known beforehand: the one video is asked for, and a second is never begun."""
    part, since = wide(stand), stand.since()
    checkpoint = stand.stage(part)
    assert stand.session().find(part, (), checkpoint, since, ()) == NotSeen()
    stand.fault(method="POST", path="/videos$", phase="after", kind="drop")
    with pytest.raises(OutcomeUnknownError):
        stand.session().commit(part, (), checkpoint)
    found = stand.session().find(part, (), through_json(checkpoint), since, ())
    assert isinstance(found, Receipt)
    assert stand.session().confirm(part, checkpoint) == found
    assert ROOM.id_of(found.url or "", "1001") == found.platform_id
    by_words = stand.session().find(part, (), None, since, ())
    # Facebook's list says when a video was begun, the video itself when it was published.
    assert isinstance(by_words, Receipt)
    assert (by_words.platform_id, by_words.url) == (found.platform_id, found.url)
    assert len(stand.live()) == 1


@pytest.mark.parametrize(
    "body",
    [
        {"start_offset": "5", "end_offset": "4"},
        {"start_offset": "0", "end_offset": "999999999"},
        {"start_offset": "3", "end_offset": "3"},
        {"start_offset": "-1"},
    ],
)
def test_pieces_that_the_file_does_not_have(stand: Stand, body: Json) -> None:
    """An answer that cannot be followed is an error to be tried again, not a broken upload."""
    told = {"video_id": "1", "upload_session_id": "2", **body}
    stand.fault(path="/videos$", phase="before", kind="body", body=told)
    with pytest.raises(TemporaryError) as caught:
        stand.stage(wide(stand))
    assert caught.value.code == "no-offset"


def test_an_upload_goes_on_where_it_broke_off(stand: Stand) -> None:
    """After a break the bytes that arrived are not sent again, and what is live is the whole clip."""
    part = reel(clip(stand))
    stand.fault(path="/video-upload/", phase="before", kind="drop")
    saved: list[Json] = []
    with pytest.raises(TemporaryError):
        stand.session().stage(part, (), None, saved.append)
    record = saved[-1].public["video"]
    data = stand.store.path(part.media[0]).read_bytes()
    half = len(data) // 2
    headers = {"Authorization": f"OAuth {TOKEN}", "offset": "0", "file_size": str(len(data))}
    url = stand.door.link(record["url"])
    assert requests.post(url, data[:half], headers=headers, timeout=5).status_code == 400
    told: list[tuple[int, int]] = []
    session = stand.session()
    session.progress = lambda sent, total: told.append((sent, total))
    staged = session.stage(part, (), through_json(saved[-1]), saved.append)
    assert isinstance(staged, Staged)
    uploads = [one["headers"] for one in stand.requests() if "/video-upload/" in one["path"]]
    assert {name.lower(): value for name, value in uploads[-1].items()}["offset"] == str(half)
    assert min(told)[0] > half
    assert told[-1] == (len(data), len(data))
    stand.commit(part, (), staged.checkpoint)
    assert stand.live()[0]["media"][0]["sha256"] == stand.sha256(part.media[0])


def test_a_lost_answer_to_the_bytes(stand: Stand) -> None:
    """All arrived, only the answer did not: nothing is sent a second time, and no second video begun."""
    part = reel(clip(stand))
    stand.fault(path="/video-upload/", phase="after", kind="drop")
    saved: list[Json] = []
    with pytest.raises(TemporaryError):
        stand.session().stage(part, (), None, saved.append)
    before = len([one for one in stand.requests() if one["method"] == "POST"])
    checkpoint = stand.stage(part, (), through_json(saved[-1]))
    assert len([one for one in stand.requests() if one["method"] == "POST"]) == before
    calls = len(stand.requests())
    assert stand.stage(part, (), checkpoint) == checkpoint
    assert len(stand.requests()) == calls


def test_the_token_goes_to_meta_only(stand: Stand) -> None:
    """An answer that leads the bytes elsewhere is not followed."""
    body = {"video_id": "1", "upload_url": "https://example.com/video-upload/1"}
    stand.fault(path="/video_reels$", phase="before", kind="body", body=body)
    with pytest.raises(TemporaryError) as caught:
        stand.stage(reel(clip(stand)))
    assert caught.value.code == "no-upload"


def test_what_has_no_place_is_refused_before_any_call(stand: Stand) -> None:
    """A clip in the feed, a reel of a picture, a story of two."""
    for part in (
        Part(ROOT, "Klip", media=(clip(stand),)),
        Part(ROOT, "Foto", options=REEL, media=(stand.picture(1),)),
        Part(ROOT, "Foto", options=STORY, media=(stand.picture(1), stand.picture(2))),
    ):
        with pytest.raises(UnsupportedError):
            stand.stage(part)
    assert stand.requests() == []


def test_facebook_takes_its_time(stand: Stand) -> None:
    """Accepted is not yet public: pending until it is; a lost answer in between proves nothing."""
    stand.platform(processing_seconds=60)
    part, since = reel(clip(stand)), stand.since()
    checkpoint = stand.stage(part)
    stand.fault(method="POST", path="/video_reels$", phase="after", kind="drop")
    with pytest.raises(OutcomeUnknownError):
        stand.session().commit(part, (), checkpoint)
    with pytest.raises(TemporaryError):
        stand.session().find(part, (), checkpoint, since, ())
    assert isinstance(stand.session().confirm(part, checkpoint), Pending)
    assert stand.live() == []
    stand.move(61)
    found = stand.session().find(part, (), checkpoint, since, ())
    assert isinstance(found, Receipt)
    assert stand.session().confirm(part, checkpoint) == found
    assert stand.session().find(part, (), checkpoint, since, {found.platform_id}) == NotSeen()


def test_facebook_drops_a_clip_after_all(stand: Stand) -> None:
    """What was accepted and then failed is gone, with Facebook's words, and is not live."""
    stand.platform(processing_result="failed")
    part = reel(clip(stand))
    checkpoint = stand.stage(part)
    assert isinstance(stand.session().commit(part, (), checkpoint), Pending)
    gone = stand.session().confirm(part, checkpoint)
    assert isinstance(gone, Gone)
    assert "could not be processed" in gone.reason
    assert stand.live() == []


def test_processing_while_staging_is_waited_for(stand: Stand) -> None:
    """Where Facebook works on a clip before it is told to publish, staging looks again, but not for ever."""
    part = reel(clip(stand))
    checkpoint = stand.stage(part)
    record = {name: value for name, value in checkpoint.public["video"].items() if name != "looked"}
    fresh = replace(checkpoint, public={"video": record})
    busy = {"id": record["id"], "status": {"processing_phase": {"status": "in_progress"}}}
    stand.fault(path=f"/{record['id']}$", phase="before", kind="body", body=busy, times=2)
    assert isinstance(stand.session().stage(part, (), fresh, stand.saved.append), NotYet)
    stand.move(timedelta(minutes=20).total_seconds())
    assert isinstance(stand.session().stage(part, (), fresh, stand.saved.append), Staged)


def test_reels_of_a_day_are_counted(stand: Stand) -> None:
    """Those beyond the Page's number are refused without effect, until a day has gone by."""
    stand.platform(reels_a_day=1)
    one, two = reel(clip(stand)), reel(clip(stand), "Lagi")
    stand.commit(one)
    checkpoint = stand.stage(two)
    with pytest.raises(RateLimitedError) as caught:
        stand.commit(two, (), checkpoint)
    assert caught.value.effect == "none"
    stand.move(timedelta(hours=24).total_seconds() + 1)
    stand.commit(two)
    assert len(stand.live()) == 2


def test_a_reel_is_not_taken_for_a_post(stand: Stand) -> None:
    """A post in the feed with a reel's words is not found in the reel, nor the other way round."""
    since = stand.since()
    stand.commit(reel(clip(stand), "Selamat pagi"))
    assert stand.session().find(Part(ROOT, "Selamat pagi"), (), None, since, ()) == NotSeen()
    other = reel(clip(stand), "Selamat sore")
    stand.commit(Part(ROOT, "Selamat sore"))
    assert stand.session().find(other, (), None, since, ()) == NotSeen()
    words = stand.session().find(reel(other.media[0], "Selamat pagi"), (), None, since, ())
    assert isinstance(words, Receipt)


def test_a_story_lasts_a_day(stand: Stand) -> None:
    """Its picture is found by id; after 24 hours followers see it no more; no call takes it down."""
    part, since = Part(ROOT, "", options=STORY, media=(stand.picture(1),)), stand.since()
    checkpoint = stand.stage(part)
    receipt = stand.commit(part, (), checkpoint)
    assert stand.session().remove(receipt) == Unsupported()
    assert len(stand.live()) == 1
    stand.move(timedelta(hours=24).total_seconds() + 1)
    found = stand.session().find(part, (), checkpoint, since, ())
    assert isinstance(found, Receipt)
    assert found.platform_id == receipt.platform_id
    assert stand.live() == []


def test_the_page_fetches_a_clip_by_its_address(stand: Stand) -> None:
    """`file_url` instead of bytes: the simulator fetches it as Meta does."""
    data = stand.store.path(clip(stand)).read_bytes()
    requests.put(f"{stand.url}/hosting/klip.mp4", data, timeout=5).raise_for_status()
    auth = {"Authorization": f"OAuth {TOKEN}"}
    start = requests.post(
        f"{stand.url}/facebook/v26.0/1001/video_reels", {"upload_phase": "start"}, headers=auth, timeout=5
    ).json()
    headers = {**auth, "file_url": f"{stand.url}/hosting/klip.mp4"}
    taken = requests.post(stand.door.link(start["upload_url"]), headers=headers, timeout=5)
    assert taken.json() == {"success": True}
