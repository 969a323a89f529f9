"""A clip as telephones make it goes out on X, which takes no such clip: encoded anew, and said so before."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import av
import pytest

from publisher.desk import Desk
from publisher.preview.terminal import made_words
from publisher.publish_log import claims
from tests.clips import clip
from tests.engine.office import Office


def drop(office: Office, **facts: object) -> None:
    folder = office.post("rapat", due=5, channels=["x"], media=[{"file": "klip.mov"}], **facts)
    data = clip(container="mov", video="libx265", size=(1080, 1920), seconds=1.0, fps=30)
    (folder / "klip.mov").write_bytes(data)


def test_a_clip_of_a_telephone_is_live_on_x(office: Office) -> None:
    """Nothing to complain of, the preview says what is made of it, and that is what X has."""
    office.open()
    drop(office)
    with Desk(office.workspace, "admin") as desk:
        assert [one.code for one in desk.check().problems if one.severity == "error"] == []
        [channel] = desk.preview("rapat").channels
        [media] = channel.facts
        words = made_words(media, channel.sources[media], channel.facts[media])
    assert words.startswith("klip.mov · MOV · ")
    assert "1080 × 1920 (9:16)" in words
    assert " → MP4 · ≈ " in words
    assert words.endswith("720 × 1280 (9:16) · 1 s · encoded again, 30 frames per second")
    office.run()
    office.live_through(minutes=12, step=60)
    assert office.state("rapat", "x") == "published"
    sent = office.sent("twitter", media)
    with av.open(BytesIO(sent)) as container:
        picture, sound = container.streams.video[0], container.streams.audio[0]
        assert (picture.width, picture.height, picture.codec_context.name) == (720, 1280, "h264")
        assert sound.codec_context.name == "aac"
    with Desk(office.workspace, "admin") as desk:
        [channel] = desk.preview("rapat").channels
    assert channel.facts[media].size == len(sent), "once it is made the preview knows its size"


def test_only_the_sound_is_made_anew(office: Office) -> None:
    """A clip that fits but for its sound is live with the frames that it was filmed with."""
    office.open()
    folder = office.post("rapat", due=5, channels=["x"], media=[{"file": "klip.mov"}])
    data = clip(container="mov", audio="pcm_s16le", size=(64, 64))
    (folder / "klip.mov").write_bytes(data)
    with Desk(office.workspace, "admin") as desk:
        [channel] = desk.preview("rapat").channels
    [media] = channel.facts
    words = made_words(media, channel.sources[media], channel.facts[media])
    assert words.endswith("repackaged, its pictures unchanged · sound encoded again")
    office.run()
    office.live_through(minutes=12, step=60)
    assert office.state("rapat", "x") == "published"
    sent = office.sent("twitter", media)
    assert frames_of(sent) == frames_of(data)


def frames_of(data: bytes) -> list[bytes]:
    with av.open(BytesIO(data)) as container:
        return [bytes(packet) for packet in container.demux(container.streams.video[0]) if packet.size]


def test_encoding_longer_than_a_lease_keeps_the_claim(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The lease is renewed while a clip is encoded, though nothing is sent meanwhile."""
    monkeypatch.setattr("publisher.deliver.staging.RENEW", 0.0)
    renewed: list[bool] = []
    renew = claims.renew

    def counted(*given: Any) -> bool:
        renewed.append(not office.requests("media/upload"))
        return renew(*given)

    monkeypatch.setattr(claims, "renew", counted)
    office.open()
    drop(office)
    office.run()
    assert renewed.count(True) > 5


def test_an_office_may_refuse(office: Office) -> None:
    """With `fit: refuse` nothing is made anew: `check` says what X would say."""
    office.open({"x": {"fit": "refuse"}})
    drop(office)
    with Desk(office.workspace, "admin") as desk:
        errors = {one.code for one in desk.check().problems if one.severity == "error"}
    assert {"twitter.sides", "twitter.clip_codec"} <= errors
