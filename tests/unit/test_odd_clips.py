"""Clips as they really come: everywhere the right result or a clear word, never half a file.

Each clip is made here, kept in a store, and asked for as `render` would for each platform and placement.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from struct import unpack
from typing import Any

import av
import pytest

from connectors import registry
from connectors.contract import Media, MediaFacts, Part, PartKind, Rendition, Severity
from publisher import config, recipe, texts
from publisher.media import inspect
from publisher.media.inspect import MediaError
from publisher.media.store import MediaStore, MediaStoreError
from publisher.recipe_clips import ClipRecipe, RepackRecipe
from publisher.render.fitting_clips import fitted_clip
from publisher.sync import Syncer
from tests import clips
from tests.unit.test_clip_make import bright_clip
from tests.unit.test_media_changing import NOW, SETTINGS, picture

PHONE = {"seconds": 4.0, "size": (540, 960)}
ROOMS = [
    *(("twitter", "feed"), ("instagram", "reel"), ("instagram", "story"), ("threads", "feed")),
    *(("tiktok", "video"), ("facebook", "reel"), ("facebook", "story"), ("youtube", "video")),
]
OPTIONS = {"privacy": "public", "audited": True, "made_for_kids": False}


@dataclass
class Clip:
    """A clip in a store.

    Attributes:
        known: what is known of it before anything is made.
    """

    store: MediaStore
    folder: Path
    source: str
    known: MediaFacts

    def on(self, platform: str, placement: str) -> tuple[Media, list[str]]:
        """As it goes out there, made; and the errors that `check` has of that."""
        room = registry.room(platform)
        rules = room.clips(placement)
        assert rules is not None
        media = Media(self.source, fitted_clip(self.known, rules), "")
        assert self.store.path(media).is_file()
        words = "" if placement == "story" else "Rapat"
        title = {"title": "Rapat"} if platform == "youtube" else {}
        options = {**OPTIONS, **title, "placement": placement}
        part = Part(PartKind.ROOT, words, options=options, media=(media,))
        found = room.check(
            Rendition(f"{platform}:1", placement, (part,)), {media: recipe.after(self.known, media.recipe)}
        )
        return media, [one.code for one in found if one.severity is Severity.ERROR]


def kept(folder: Path, data: bytes, name: str = "klip.mp4") -> Clip:
    (folder / name).write_bytes(data)
    store, source = MediaStore(folder / "store"), sha256(data).hexdigest()
    store.keep(folder / name, source)
    return Clip(store, folder / "store", source, inspect.facts(folder / name, name))


def made_files(store: Path) -> Iterator[Path]:
    """All but sources and locks."""
    return (one for one in store.rglob("*") if one.is_file() and not {"source"} & {*one.parts} and _made(one))


def _made(file: Path) -> bool:
    return not file.name.endswith(".lock")


def hdr() -> bytes:
    """Ten bits a colour, as an iPhone films."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        bright_clip(Path(folder) / "clip", 18, (540, 960), 100)
        return (Path(folder) / "clip").read_bytes()


RIGHT: dict[str, Any] = {
    "an uneven pace": lambda: clips.clip(**PHONE, uneven=True),
    "no sound": lambda: clips.clip(**PHONE, audio=""),
    "ten bits, HDR": hdr,
    "turned": lambda: clips.clip(**{**PHONE, "size": (960, 540)}, rotation=90),
    "trimmed": lambda: clips.cut_to(clips.clip(**{**PHONE, "seconds": 6.0}), 1.0, 5.0),
    "MKV": lambda: clips.clip(**PHONE, container="matroska"),
    "MKV with Opus": lambda: clips.clip(**PHONE, container="matroska", audio="libopus"),
    "3GP": lambda: clips.old_telephone(),
    "MP4 that says 3GP": lambda: clips.clip(**PHONE).replace(b"ftypisom", b"ftyp3gp5"),
    "WebM": lambda: clips.clip(**PHONE, container="webm", video="libvpx-vp9", audio="libopus"),
    "fragments": lambda: clips.clip(**PHONE, fragmented=True),
    "index behind": lambda: clips.clip(**PHONE, faststart=False),
}


@pytest.mark.parametrize("what", RIGHT)
def test_an_odd_clip_goes_out_right_everywhere(tmp_path: Path, what: str) -> None:
    """Nothing to complain of on any platform, and what was made is what `check` was told before."""
    one = kept(tmp_path, RIGHT[what]())
    shape = one.known.width / one.known.height
    media = set()
    for platform, placement in ROOMS:
        sent, errors = one.on(platform, placement)
        assert errors == [], (platform, placement)
        now, told = one.store.facts(sent), recipe.after(one.known, sent.recipe)
        assert (now.mime, now.width, now.height) == (told.mime, told.width, told.height)
        assert now.clip is not None
        assert told.clip is not None
        assert (now.clip.video, now.clip.audio, now.clip.pixels) == (
            *(told.clip.video, told.clip.audio, told.clip.pixels),
        )
        assert now.seconds == pytest.approx(one.known.seconds, abs=0.15)
        if recipe.of_clip(sent.recipe) is None:
            assert now.width / now.height == pytest.approx(shape, rel=0.01)
        media.add(sent)
    files = {one.store.path(each) for each in media}
    assert set(made_files(one.folder)) == files, "and nothing half made beside them"


def _sounds_from(path: Path) -> float:
    """Seconds from the start to the first sound."""
    with av.open(str(path)) as container:
        for frame in container.decode(audio=0):
            plane: Any = frame.planes[0]
            level = unpack(f"{frame.samples}f", bytes(plane)[: 4 * frame.samples])
            for place, one in enumerate(level):
                if abs(one) > 0.1:
                    return float(frame.time or 0) + place / frame.sample_rate
    raise AssertionError("no sound")


def _bright_from(path: Path) -> tuple[float, list[float]]:
    """Seconds from the start to the first bright frame; and how long each frame stays."""
    times, bright = [], None
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            times.append(float(frame.time or 0))
            if bright is None and frame.to_image().getpixel((48, 80))[0] > 120:  # type: ignore[no-untyped-call]
                bright = times[-1]
    assert bright is not None
    return bright, [later - sooner for sooner, later in pairwise(times)]


@pytest.mark.parametrize(
    "wanted", [ClipRecipe((96, 160), 25.0, 300_000), RepackRecipe("aac"), RepackRecipe()]
)
@pytest.mark.parametrize("trim", [None, (1.0, 3.5)])
def test_picture_and_sound_stay_together(
    tmp_path: Path, wanted: ClipRecipe | RepackRecipe, trim: tuple[float, float] | None
) -> None:
    """A flash and a beep in one moment, in a clip of uneven pace, also trimmed: they still are."""
    data = clips.flash_and_beep(2.0)
    one = kept(tmp_path, clips.cut_to(data, *trim) if trim else data)
    path = one.store.path(Media(one.source, wanted.steps, ""))
    bright, pauses = _bright_from(path)
    expected = 2.0 - (trim[0] if trim else 0.0)
    assert bright == pytest.approx(expected, abs=0.08)
    assert _sounds_from(path) == pytest.approx(expected, abs=0.08)
    if isinstance(wanted, ClipRecipe):
        assert {round(pause, 3) for pause in pauses} == {0.04}, "every frame as long as the other"


def test_what_was_cut_off_is_not_shown_again(tmp_path: Path) -> None:
    """A trimmed clip that must be packed anew is encoded: its own frames would bring the rest back."""
    trimmed = clips.cut_to(clips.clip(**{**PHONE, "seconds": 6.0}), 1.0, 5.0)
    one = kept(tmp_path, trimmed.replace(b"ftypisom", b"ftypqt  "))
    sent, _ = one.on("facebook", "story")
    assert recipe.of_clip(sent.recipe) is not None
    assert one.store.facts(sent).seconds == pytest.approx(4.0, abs=0.1)


# ── What cannot go out ───────────────────────────────────────────────────────

WRONG = {
    "no length": (lambda: clips.without_length(clips.clip()), "media.clip_no_length"),
    "no samples": (lambda: clips.without_samples(clips.clip()), "media.clip_no_length"),
    "sound only": (clips.sound_only, "media.clip_no_picture"),
    "cut off, index first": (lambda: clips.cut(clips.clip(faststart=True)), "media.clip_cut_off"),
    "cut off, index behind": (lambda: clips.cut(clips.clip(faststart=False)), "media.clip_cut_off"),
    "cut off, fragments": (lambda: clips.cut(clips.clip(fragmented=True)), "media.clip_cut_off"),
    "cut off MKV": (lambda: clips.cut(clips.clip(container="matroska")), "media.clip_cut_off"),
    "text": (lambda: b"Rapat koordinasi\n" * 100, "media.type"),
    "an AVI": (lambda: b"RIFF\0\0\0\0AVI LIST" + bytes(40), "media.clip_kind"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_cannot_go_out_is_said_and_leaves_nothing(tmp_path: Path, what: str) -> None:
    """In both languages with its name and what to do; who asks for it all the same gets an error, no file."""
    make, code = WRONG[what]
    (tmp_path / "klip.mp4").write_bytes(make())
    with pytest.raises(MediaError) as caught:
        inspect.facts(tmp_path / "klip.mp4", "klip.mp4")
    assert caught.value.message == code
    for language in ("id", "en"):
        texts.use(language)
        assert "klip.mp4" in texts.text_of(caught.value.problem())
        assert texts.fix_of(caught.value.problem())
    store, source = MediaStore(tmp_path / "store"), sha256(make()).hexdigest()
    store.keep(tmp_path / "klip.mp4", source)
    recipes = (ClipRecipe((96, 160), 25.0, 200_000).steps, RepackRecipe("aac").steps)
    for steps in recipes if what != "no length" else ():  # of that one a whole clip could be made
        with pytest.raises(MediaError):
            store.path(Media(source, steps, ""))
    assert list(made_files(tmp_path / "store")) == []


@pytest.mark.parametrize("platform", ["twitter", "instagram", "facebook"])
def test_a_moment_is_told_by_how_much_it_is_too_short(tmp_path: Path, platform: str) -> None:
    """One frame is a clip, and none that these platforms take: said with its name."""
    one = kept(tmp_path, clips.clip(**{**PHONE, "seconds": 0.04}))
    room = registry.room(platform)
    placement = room.placement(None, ["video"])
    media = Media(one.source, ("strip",), "")
    part = Part(PartKind.ROOT, "Rapat", options={**OPTIONS, "placement": placement}, media=(media,))
    found = room.check(Rendition(f"{platform}:1", placement, (part,)), {media: one.known})
    [problem] = [one for one in found if one.code.endswith("seconds")]
    assert problem.severity is Severity.ERROR
    assert "klip.mp4" in texts.text_of(problem)


def test_a_clip_that_changes_while_it_is_kept_is_not_kept(tmp_path: Path) -> None:
    """Sent is what was looked at, or nothing: also where it grows while it is copied into the store."""
    before, after = clips.clip(), clips.clip(seconds=2.0)
    (tmp_path / "klip.mp4").write_bytes(before)
    store = MediaStore(tmp_path / "store")
    known = inspect.facts(tmp_path / "klip.mp4", "klip.mp4")
    (tmp_path / "klip.mp4").write_bytes(after)
    with pytest.raises(MediaStoreError) as caught:
        store.keep(tmp_path / "klip.mp4", sha256(before).hexdigest())
    assert caught.value.message == "media.changed"
    (tmp_path / "klip.mp4").write_bytes(before)
    store.keep(tmp_path / "klip.mp4", sha256(before).hexdigest())
    (tmp_path / "klip.mp4").write_bytes(after)
    media = Media(sha256(before).hexdigest(), RepackRecipe().steps, "")
    assert store.facts(media).seconds == pytest.approx(known.seconds, abs=0.05)


@pytest.mark.parametrize(
    ("name", "data", "mime"),
    [
        ("klip.jpg", clips.clip(**PHONE), "video/mp4"),
        ("klip.webm", clips.clip(**PHONE), "video/mp4"),
        ("klip.mp4", clips.clip(**PHONE, container="matroska"), "video/x-matroska"),
        ("klip.mp4", clips.clip(**PHONE, container="mov"), "video/quicktime"),
        ("klip.mp4", picture(600, 900), "image/jpeg"),
    ],
)
def test_the_ending_of_a_name_decides_nothing(tmp_path: Path, name: str, data: bytes, mime: str) -> None:
    """A folder with a misnamed file: what is in it goes out, as what it is."""
    post = tmp_path / "content" / "rapat"
    post.mkdir(parents=True)
    (tmp_path / "schedule.yaml").write_text(SETTINGS, encoding="utf-8")
    (post / "teks.txt").write_text("Rapat\n", encoding="utf-8")
    (post / name).write_bytes(data)
    syncer = Syncer(config.load(tmp_path), None, MediaStore(tmp_path / "store"))
    synced = syncer.sync(NOW, write=False)
    assert [one.code for one in synced.plan.problems if one.severity is Severity.ERROR] == []
    [wanted] = synced.wanted
    assert wanted.rendered.rendition is not None
    [media] = wanted.rendered.rendition.parts[0].media
    facts, _ = syncer.facts(synced.content.posts[0])
    assert facts[media.source].mime == mime
