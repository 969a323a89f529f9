"""Pictures go out on X as one clip where the post asks for it: said before, and what X has."""

from __future__ import annotations

from io import BytesIO

import av
import pytest

from publisher.desk import Desk
from publisher.preview.terminal import made_words
from tests.engine.office import Office


def test_a_slideshow_is_live(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing to complain of, the preview says what will be made, and those bytes are what X has."""
    monkeypatch.setattr("publisher.render.slideshow.SIZE", (72, 128))
    monkeypatch.setattr("publisher.render.slideshow.SECONDS", 1.0)
    office.open()
    block = {"slideshow": True}
    office.post("rapat", due=5, pictures=2, channels=["x"], twitter=block)
    with Desk(office.workspace, "admin") as desk:
        assert [one.code for one in desk.check().problems if one.severity == "error"] == []
        [channel] = desk.preview("rapat").channels
    [media] = channel.facts
    words = made_words(media, channel.sources[media], channel.facts[media])
    assert words.startswith("1.jpg · JPEG · ")
    assert " and 1 more → MP4 · ≈ " in words
    assert words.endswith("72 × 128 (9:16) · 2 s · 2 pictures one after another, 1 s each, without sound")
    office.run()
    office.live_through(minutes=12, step=60)
    assert office.state("rapat", "x") == "published"
    sent = office.sent("twitter", media)
    with av.open(BytesIO(sent)) as container:
        assert len(list(container.decode(video=0))) == 60
