"""Media, titles, tags and choices that a platform would refuse: told before any call, with the number found,
the platform's limit, and what to do; what only the platform knows is told as it answers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest
import yaml

from tests.acceptance.bad_input import LANGUAGES, RAW_ID, Desk, picture
from tests.acceptance.harness import Office
from tests.clips import clip, cut

pytestmark = pytest.mark.acceptance

SCHEDULE = """language: en
timezone: Asia/Jakarta
sandbox: true
channels:
  fb: {platform: facebook, account: "1001", token: env:FB_TOKEN}
  ig: {platform: instagram, account: "3001", token: env:IG_TOKEN, fit: refuse}
  tt: {platform: tiktok, account: "5001", token: env:TT_TOKEN, audited: true, privacy: public}
  strict: {platform: tiktok, account: "5003", token: env:TT_TOKEN, audited: true, unsupported: error}
  feed: {platform: instagram, account: "3002", token: env:IG_TOKEN}
  new: {platform: tiktok, account: "5002", token: env:TT_TOKEN, privacy: public}
  yt: {platform: youtube, account: "UC6001", token: env:YT_TOKEN, made_for_kids: false, privacy: public}
"""
SMALL = clip(seconds=4.0, size=(360, 640))
MINUTE = clip(seconds=61.0, size=(360, 640), audio="")
THANKS = "Terima kasih, warga Natuna! 🙏🏽 "


class Bad(NamedTuple):
    """One broken post: how it is made, and what must be said of it.

    Attributes:
        says: what the message names, in English and in Indonesian: the number found and the limit, if any.
        does: a piece of the English advice.
    """

    make: Callable[[Desk], object]
    code: str
    channel: str | None
    says: tuple[str, str]
    does: str


def post(
    name: str, to: str, front: str = "", body: str | None = None, **files: bytes
) -> Callable[[Desk], object]:
    """A post for one channel."""
    return lambda desk: desk.post(name, f"channels: [{to}]\n{front}", body, **files)


def album(desk: Desk) -> None:
    """A post of 36 photos, no two alike."""
    files = {f"foto{number:02}_jpg": picture(size=(400 + number, 400)) for number in range(36)}
    desk.post("album", "channels: [tt]\n", **files)


def strict_album(desk: Desk) -> None:
    """The same, others of it, for a channel that wants an error."""
    files = {f"foto{number:02}_jpg": picture(size=(500 + number, 400)) for number in range(36)}
    desk.post("strict", "channels: [strict]\ntiktok: {privacy: public}\n", **files)


TAGS = json.dumps([f"kabupaten natuna {number}" for number in range(30)])
BAD = {
    "a clip that is no clip": Bad(
        post("noclip", "fb", klip_mp4=b"Ini bukan video.\n" * 40),
        "media.type",
        None,
        ("klip.mp4.* not a picture or a video", "klip.mp4.*bukan"),
        "video as MP4",
    ),
    "a truncated clip": Bad(
        post("cut", "fb", klip_mp4=cut(SMALL)),
        "media.clip_cut_off",
        None,
        ("klip.mp4.*incomplete", "klip.mp4.*tidak utuh"),
        "copy it again",
    ),
    "3:1 for Instagram": Bad(
        post("wide", "ig", foto_jpg=picture(size=(1200, 400))),
        "instagram.ratio",
        "ig",
        (r"1200×400 \(3\).*1\.91:1", r"1200×400 \(3\).*1,91:1"),
        "Crop",
    ),
    "a story of 61 s": Bad(
        post("story", "ig", "instagram: {placement: story}\n", klip_mp4=MINUTE),
        "instagram.clip_seconds",
        "ig",
        ("61 seconds.* 3 to 60 seconds", "61 detik.* 3 sampai 60 detik"),
        "Shorten",
    ),
    "36 photos": Bad(
        album, "render.pictures_left", "tt", ("35.*of 36.*foto34", "35.*dari 36.*foto34"), "in front"
    ),
    "36 photos where none may be left out": Bad(
        strict_album, "tiktok.too_many_images", "strict", ("36.* 35", "36.* 35"), "35 best"
    ),
    "an empty caption": Bad(
        post("empty", "tt", body=" ", klip_mp4=SMALL),
        "tiktok.empty_caption",
        "tt",
        ("no text", "tidak berteks"),
        "Write a sentence",
    ),
    "a title with <": Bad(
        post("title", "yt", 'title: "Pajak < 5 juta"\n', klip_mp4=SMALL),
        "youtube.title_characters",
        "yt",
        ("title contains <", "Judul memuat <"),
        "without < and >",
    ),
    "tags over 500": Bad(
        post("tags", "yt", f"title: Tag\nyoutube: {{tags: {TAGS}}}\n", klip_mp4=SMALL),
        "youtube.tags_too_long",
        "yt",
        ("649 of 500.*149 too many", "649 dari 500.*149"),
        "least important",
    ),
    "a description over 5,000 bytes": Bad(
        post("words", "yt", f"title: Salam\nyoutube: {{text: '{THANKS * 145}'}}\n", klip_mp4=SMALL),
        "youtube.too_long",
        "yt",
        (r"5,\d{3} of 5,000 bytes", r"5\.\d{3} dari 5\.000 byte"),
        "Shorten.*counts as four",
    ),
    "a privacy level not for an app without audit": Bad(
        post("privacy", "new", klip_mp4=SMALL),
        "tiktok.needs_audit",
        "new",
        ("asks for public.* only private", "meminta public.*hanya private"),
        "privacy: private",
    ),
    "a privacy level that there is not": Bad(
        post("level", "tt", "tiktok: {privacy: everyone}\n", klip_mp4=SMALL),
        "content.choice",
        None,
        ("everyone.*public, friends, followers, private", "everyone.*public, friends, followers, private"),
        "one of these",
    ),
}
WARNED = {"tiktok.empty_caption", "render.pictures_left"}
"""TikTok takes it and nobody would find it; the first ones go out."""


@dataclass(frozen=True)
class Told:
    """What `check` said of all of them in both languages."""

    problems: dict[str, list[dict[str, Any]]]
    screens: dict[str, str]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Told:
    desk = Desk(tmp_path_factory.mktemp("media") / "desk", SCHEDULE)
    for bad in BAD.values():
        bad.make(desk)
    problems = {lang: desk("check", "--json", lang=lang, code=1).json for lang in LANGUAGES}
    return Told(problems, {lang: desk("check", lang=lang, code=1).out for lang in LANGUAGES})


@pytest.mark.parametrize("name", BAD)
def test_it_is_found_offline_with_number_limit_and_advice(told: Told, name: str) -> None:
    """In both languages, to programs and to people; no sandbox runs, so no platform was asked."""
    bad = BAD[name]
    for lang, says in zip(LANGUAGES, bad.says, strict=True):
        (one,) = [
            one for one in told.problems[lang] if (one["code"], one["channel"]) == (bad.code, bad.channel)
        ]
        assert one["severity"] == ("warning" if bad.code in WARNED else "error")
        assert re.search(says, one["message"]), one["message"]
        assert one["message"] in told.screens[lang]
        assert one["fix"]
        assert one["fix"].rstrip(".") in told.screens[lang]
        assert not RAW_ID.search(one["message"] + one["fix"])
        if lang == "en":
            assert re.search(bad.does, one["fix"]), one["fix"]


def test_nothing_else_is_wrong_with_them(told: Told) -> None:
    """Each post has the mistake it was made for, and no other error hides it."""
    errors = sorted(one["code"] for one in told.problems["en"] if one["severity"] == "error")
    assert errors == sorted(bad.code for bad in BAD.values() if bad.code not in WARNED)


def test_what_the_program_mends_is_told_as_it_will_look(tmp_path: Path) -> None:
    """A 3:1 picture gets a background to Instagram's widest shape: no error, and the preview says so."""
    desk = Desk(tmp_path / "desk", SCHEDULE)
    desk.post("wide", "channels: [feed]\n", foto_jpg=picture(size=(1200, 400)))
    desk("check", code=0)
    for lang, says in (("en", r"3\.00:1\).*1\.91:1.*background"), ("id", r"3,00:1\).*1,91:1.*latar")):
        assert re.search(rf"foto\.jpg.*1200 × 400 \({says}", desk("preview", "wide", lang=lang, code=0).out)


@contextmanager
def web_server(folder: Path) -> Iterator[str]:
    """The office's own, on this machine; gives its address."""
    folder.mkdir()
    handler = partial(SimpleHTTPRequestHandler, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join(timeout=5)


@pytest.mark.slow
def test_photos_at_an_address_that_tiktok_has_not_verified(tmp_path: Path) -> None:
    """Where the channel says what is verified `check` tells of another place, offline and in both languages;
    where nobody said it TikTok refuses, nothing is live, and once it is verified the same post goes out.
    """
    office = Office(tmp_path / "desk", tmp_path / "state")
    channel = {"platform": "tiktok", "account": "5001", "token": "env:TT_TOKEN", "privacy": "public"}
    try:
        with web_server(tmp_path / "public") as url:
            host = {"kind": "directory", "folder": str(tmp_path / "public"), "url": url}
            told = {**channel, "audited": True, "verified": ["natunakab.go.id"]}
            office.set_up(channels={"tt": told}, media_host=host)
            office.post("photos", pictures=2, parts={"tt": 1})
            desk = Desk(office.folder, None)
            desk.environ["XDG_STATE_HOME"] = str(office.state)
            for lang, says in (
                ("en", "will not fetch media from"),
                ("id", "tidak akan mengambil media dari"),
            ):
                problems = desk("check", "--json", lang=lang, code=1).json
                (one,) = [one for one in problems if one["severity"] == "error"]
                assert (one["code"], one["channel"]) == ("render.host_refused", "tt")
                assert f"{says} {url}/" in one["message"]
                assert "verified" in one["fix"]
            del told["verified"]
            settings = office.folder / "schedule.yaml"
            kept = yaml.safe_load(settings.read_text(encoding="utf-8")) | {"channels": {"tt": told}}
            settings.write_text(yaml.safe_dump(kept), encoding="utf-8")
            desk("check", code=0)
            desk("run", "--once", code=3)
            (entry,) = office.log()
            assert (entry["state"], entry["needs_person"]) == ("failed", True)
            for lang, says in (
                ("en", "only fetches files from addresses that have been verified"),
                ("id", "yang sudah diverifikasi"),
            ):
                assert says in desk("resolve", lang=lang).out
            assert office.live() == []
            office.platform("tiktok", verified_domains=["hosting", f"{url}/"])
            assert "publisher publish photos" in desk("resolve").out
            desk("publish", "photos", "--channel", "tt", code=0)
            office.clock(rate=60)
            office.start()
            office.settled()
            assert any(one.suffix == ".jpg" for one in (tmp_path / "public").iterdir())
    finally:
        office.close()


def test_what_only_the_platform_knows_is_told_before_anything_is_public(tmp_path: Path) -> None:
    """A domain that TikTok has not verified, a privacy level that this account does not offer: the delivery
    fails without a post, names what was asked and what there is, and waits for a person.
    """
    office = Office(tmp_path / "desk", tmp_path / "state")
    channel = {"platform": "tiktok", "account": "5001", "token": "env:TT_TOKEN", "audited": True}
    try:
        office.set_up(channels={"tt": {**channel, "privacy": "public"}})
        office.platform("tiktok", verified_domains=["https://natunakab.go.id/"])
        office.post("photos", pictures=2, parts={"tt": 1})
        office.post("clip", parts={"tt": 1}, tiktok={"privacy": "followers"})
        (office.folder / "content/clip/klip.mp4").write_bytes(SMALL)
        desk = Desk(office.folder, None)
        desk("check", code=0)
        desk("run", "--once")
        told = {one["post"]: (one["state"], one["needs_person"], one["reason"]) for one in office.log()}
        assert told["photos"][:2] == told["clip"][:2] == ("failed", True)
        assert "verify the ownership" in told["photos"][2]
        assert "privacy_level: followers" in told["clip"][2]
        assert "privacy_level_options: public, friends, private" in told["clip"][2]
        assert office.live() == []
        for lang in LANGUAGES:
            screen = desk("status", lang=lang, code=4).out
            assert "public, friends, private" in screen
            assert "publisher resolve" in screen
    finally:
        office.close()
