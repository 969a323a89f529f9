"""A text goes out as a card where the platform needs a picture: said before, and live byte for byte."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import pytest

from publisher.cards import draw
from tests.engine.office import Office

CARD = {"unsupported": "card"}
CHANNELS = {
    "ig": {"platform": "instagram", "account": "3001", "token": "env:IG_TOKEN", **CARD},
    "tt": {
        "platform": "tiktok",
        "account": "5001",
        "token": "env:TT_TOKEN",
        "audited": True,
        "privacy": "public",
    }
    | CARD,
    "yt": {"platform": "youtube", "account": "6001", "token": "env:YT_TOKEN", "made_for_kids": False, **CARD},
}
TEXT = "Kantor Disdukcapil membuka layanan pada hari Sabtu, pukul 08.00 WIB sampai 12.00 WIB."
SETTINGS: dict[str, Any] = {
    "brand": {"name": "Diskominfo Natuna"},
    "defaults": {"complaints": {"name": "SP4N-LAPOR!", "sms": 1708}},
}


def test_a_text_is_live_as_a_picture(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """From check to the platform: nothing wrong, one card each, pinned by its hash, its words as alt text."""
    office.open({label: CHANNELS[label] for label in ("ig", "tt")}, **SETTINGS)
    office.post(
        "layanan", TEXT, due=300, title="Layanan Sabtu", date="2026-11-28", channels=["ig", "tt", "fb"]
    )
    assert {one.severity for one in office.ask("check").problems} == {"notice"}
    monkeypatch.setattr(draw.Drawing, "page", _never)
    shown = {
        one.channel: one.rendered.rendition.parts[0] for one in office.ask("preview", "layanan").channels
    }
    assert [len(shown[label].media) for label in ("fb", "ig", "tt")] == [0, 1, 1]
    page = office.ask("page", office.ask("preview", "layanan"))
    assert page.count("data:image/jpeg;base64,") >= 2
    office.run()
    office.live_through(minutes=330, step=600)
    assert [office.state("layanan", label) for label in ("fb", "ig", "tt")] == ["published"] * 3
    for label, platform in (("ig", "instagram"), ("tt", "tiktok")):
        [media] = shown[label].media
        [live] = office.live(platform)
        store = office.daemon.syncer.media
        assert store is not None
        assert (
            live["media"][0]["sha256"] == sha256(store.path(media).read_bytes()).hexdigest() == media.source
        )
        assert media.alt.split("\n") == [
            "Layanan Sabtu",
            TEXT,
            "Saturday, 28 November 2026",
            "SP4N-LAPOR!: SMS 1708",
            "Diskominfo Natuna",
        ]
    assert office.live("instagram")[0]["media"][0]["alt"] == shown["ig"].media[0].alt


def _never(*_: Any) -> bytes:
    raise AssertionError("drawn a second time")


def test_where_only_clips_go_cards_become_a_slideshow(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A text, and a post of photos: each is one clip on a platform that takes nothing else."""
    monkeypatch.setattr("publisher.render.slideshow.SIZE", (144, 256))
    monkeypatch.setattr("publisher.render.slideshow.SECONDS", 1.0)
    monkeypatch.setattr("publisher.render.slideshow.LONGEST", 1.0)
    office.open({"yt": CHANNELS["yt"]}, **SETTINGS)
    office.post("layanan", TEXT, due=300, title="Layanan Sabtu", channels=["yt"])
    office.post("foto", "Warga berkumpul.", due=310, title="Gotong royong", pictures=2, channels=["yt"])
    assert not [one for one in office.ask("check").problems if one.severity == "error"]
    office.run()
    office.live_through(minutes=330, step=600)
    assert [office.state(name, "yt") for name in ("layanan", "foto")] == ["published"] * 2
    assert [live["media"][0]["type"] for live in office.live("youtube")] == ["video"] * 2
