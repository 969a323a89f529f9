"""publisher/media: clips are known by their bytes, and leave without saying where they were taken."""

from __future__ import annotations

import hashlib
import io
import random
from contextlib import suppress
from pathlib import Path
from struct import pack

import av
import pytest

from connectors.contract import Media, MediaFacts
from publisher import texts
from publisher.media import clips as probing
from publisher.media import inspect
from publisher.media.boxes import survey
from publisher.media.inspect import MediaError
from publisher.media.store import MediaStore, MediaStoreError
from tests import clips

WHERE = "+03.9402+108.3830/"
WEBM = {"container": "webm", "video": "libvpx-vp9", "audio": "libopus"}


def facts(folder: Path, data: bytes, name: str = "video.mp4") -> MediaFacts:
    place = folder / name
    place.write_bytes(data)
    return inspect.facts(place, name)


def copied(data: bytes) -> bytes:
    return b"".join(probing.copy(io.BytesIO(data), "video.mp4"))


def frames(data: bytes) -> list[bytes]:
    with av.open(io.BytesIO(data)) as container:
        return [bytes(frame.planes[0]) for frame in container.decode(video=0)]


# ── what a clip is ───────────────────────────────────────────────────────────


def test_a_clip_is_known_by_its_bytes(tmp_path: Path) -> None:
    """Type, size, length, codecs, pace and sound come from the file, whatever its name says."""
    found = facts(tmp_path, clips.clip(size=(96, 160), seconds=1.0), "misnamed.jpg")
    assert (found.mime, found.kind, found.width, found.height) == ("video/mp4", "video", 96, 160)
    assert found.seconds == pytest.approx(1.0, abs=0.03)
    assert found.clip is not None
    assert (found.clip.container, found.clip.video, found.clip.audio) == ("mp4", "h264", "aac")
    assert (found.clip.fps, found.clip.pixels, found.clip.audio_rate) == (25.0, "yuv420p", 48000)
    assert found.clip.bitrate == pytest.approx(found.size * 8, rel=0.05)


@pytest.mark.parametrize(
    ("wanted", "name", "value"),
    [
        ({"container": "mov"}, "container", "mov"),
        (WEBM, "container", "webm"),
        (WEBM, "video", "vp9"),
        ({"video": "libx265", "pixels": "yuv420p10le"}, "pixels", "yuv420p10le"),
        ({"video": "libx265", "pixels": "yuv420p10le"}, "video", "hevc"),
        ({"audio": ""}, "audio", ""),
        ({"fragmented": True}, "moov_first", True),
    ],
)
def test_what_is_special_about_a_clip_is_known(
    tmp_path: Path, wanted: dict[str, object], name: str, value: object
) -> None:
    """QuickTime, WebM, ten bits, silence, fragments."""
    assert getattr(facts(tmp_path, clips.clip(**wanted)).clip, name) == value


@pytest.mark.parametrize(("degrees", "shown"), [(90, (160, 96)), (180, (96, 160)), (270, (160, 96))])
def test_a_clip_counts_as_it_is_shown(tmp_path: Path, degrees: int, shown: tuple[int, int]) -> None:
    """Phones store a clip lying down and note that it is turned."""
    found = facts(tmp_path, clips.clip(rotation=degrees))
    assert (found.width, found.height) == shown


def test_an_uneven_clip_has_its_average_pace(tmp_path: Path) -> None:
    """Screen recordings and phones vary the time between frames."""
    found = facts(tmp_path, clips.clip(uneven=True)).clip
    assert found is not None
    assert 20 < found.fps < 25


def test_a_trim_is_told_from_an_encoders_delay(tmp_path: Path) -> None:
    """Only an edit list that cuts counts as one."""
    plain, trimmed = facts(tmp_path, clips.clip()).clip, facts(tmp_path, clips.trimmed(clips.clip())).clip
    assert plain is not None
    assert trimmed is not None
    assert (plain.edit_lists, trimmed.edit_lists) == (False, True)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "media.empty"),
        (clips.clip()[:30], "media.clip_cut_off"),
        (clips.cut(clips.clip()), "media.clip_cut_off"),
        (clips.cut(clips.clip(faststart=False)), "media.clip_cut_off"),
        (clips.cut(clips.clip(**WEBM)), "media.clip_cut_off"),
        (clips.clip().replace(b"avc1", b"zzzz"), "media.clip_damaged"),
        (clips.sound_only(), "media.clip_no_picture"),
        (b"RIFF\0\0\0\0AVI LIST" + bytes(40), "media.clip_kind"),
        (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11" + bytes(40), "media.clip_kind"),
    ],
)
def test_what_cannot_be_published_is_said_in_words(tmp_path: Path, data: bytes, code: str) -> None:
    """Cut off, damaged, sound only, of a kind no platform takes: each with what to do, in both languages."""
    with pytest.raises(MediaError) as caught:
        facts(tmp_path, data)
    assert caught.value.message == code
    problem = caught.value.problem("content/a.md", 3)
    for language in ("id", "en"):
        texts.use(language)
        assert "video.mp4" in texts.text_of(problem)
        assert texts.fix_of(problem)


def test_a_sound_that_nobody_decodes_is_told_and_passed_over_beside_another(tmp_path: Path) -> None:
    """Telephones write spatial sound beside the plain one; alone it could not be heard."""
    with pytest.raises(MediaError) as caught:
        facts(tmp_path, clips.in_no_known_sound(clips.clip()))
    assert caught.value.message == "media.clip_sound"
    both = facts(tmp_path, clips.in_no_known_sound(clips.clip(sounds=2)))
    assert both.clip is not None
    assert both.clip.audio == "aac"


def test_damage_anywhere_is_a_message_or_a_clip(tmp_path: Path) -> None:
    """Whatever byte is wrong: facts or a MediaError, never anything else."""
    dice = random.Random(1708)
    whole = clips.clip(location=WHERE)
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(dice.randrange(1, 6)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        with suppress(MediaError):
            assert facts(tmp_path, bytes(data)).width


class Counted(io.BytesIO):
    """Counts what is read."""

    total = 0

    def read(self, size: int | None = -1, /) -> bytes:
        data = super().read(size)
        self.total += len(data)
        return data


def test_the_data_of_a_clip_are_not_read_to_know_it() -> None:
    """Boxes are found by seeking: a clip of gigabytes costs as much as a short one."""
    data = clips.clip() + pack(">I4s", 8 + 30_000_000, b"mdat") + bytes(30_000_000)
    file = Counted(data)
    survey(file)
    assert file.total < 10_000


# ── what leaves ──────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "wanted",
    [
        {"container": "mov"},
        {"container": "mp4"},
        {"container": "mp4", "faststart": False},
        {"container": "mp4", "fragmented": True},
        WEBM,
    ],
)
def test_where_a_clip_was_taken_does_not_leave(tmp_path: Path, wanted: dict[str, object]) -> None:
    """The place and the phone are gone, every frame is as it was, and `facts` told the copy's size."""
    data = clips.clip(**wanted, location=WHERE)
    assert WHERE.encode() in data
    copy = copied(data)
    assert WHERE.encode() not in copy
    assert b"iPhone" not in copy
    assert frames(copy) == frames(data)
    told, sent = facts(tmp_path, data), facts(tmp_path, copy)
    assert told == sent
    assert told.size == len(copy)
    assert copied(copy) == copy


def test_an_index_at_the_end_moves_to_the_front(tmp_path: Path) -> None:
    """As platforms that stream want it; sound and picture still fit."""
    data = clips.clip(faststart=False)
    copy = copied(data)
    assert data.index(b"mdat") < data.index(b"moov")
    assert copy.index(b"moov") < copy.index(b"mdat")
    assert facts(tmp_path, data).clip.moov_first  # type: ignore[union-attr]
    with av.open(io.BytesIO(data)) as one, av.open(io.BytesIO(copy)) as other:
        assert [bytes(packet) for packet in one.demux()] == [bytes(packet) for packet in other.demux()]


def test_what_a_drone_writes_beside_the_film_does_not_leave() -> None:
    """A track that is neither picture nor sound goes, and so do its data."""
    plain = clips.clip()
    with av.open(io.BytesIO(plain)) as container:
        flight = [bytes(packet) for packet in container.demux(audio=0) if packet.size > 20]
    data = plain.replace(b"soun", b"meta")
    copy = copied(data)
    assert all(piece in data for piece in flight)
    assert not any(piece in copy for piece in flight)
    assert frames(copy) == frames(plain)
    with av.open(io.BytesIO(copy)) as container:
        assert not container.streams.audio


def test_what_hangs_behind_or_lies_deleted_in_a_clip_does_not_leave() -> None:
    """Phones append boxes of their own; editors leave old notes in free space."""
    secret = b"Ranai-3.9421N-108.3855E"
    for extra in (
        pack(">I4s", 8 + len(secret), b"free") + secret,
        pack(">I4s", 8 + len(secret), b"sefd") + secret,
        pack(">I4s", 24 + len(secret), b"uuid") + bytes(16) + secret,
        pack(">I4s", 9_999_999, b"SEFT") + secret,
    ):
        copy = copied(clips.clip() + extra)
        assert secret not in copy
        assert len(copy) == len(clips.clip() + extra)
        assert frames(copy) == frames(clips.clip())


def kept(store: MediaStore, folder: Path, data: bytes) -> Media:
    place = folder / "video.mp4"
    place.write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    store.keep(place, sha256)
    return Media(sha256, ("strip",), "")


def test_the_store_makes_the_copy_and_knows_it(tmp_path: Path) -> None:
    """`path` is the cleaned clip, `facts` speak of it."""
    store = MediaStore(tmp_path / "store")
    data = clips.clip(location=WHERE, faststart=False)
    media = kept(store, tmp_path, data)
    assert store.path(media).read_bytes() == copied(data)
    assert store.facts(media).size == store.path(media).stat().st_size
    assert store.facts(media).kind == "video"


def test_a_damaged_copy_of_a_clip_is_not_sent(tmp_path: Path) -> None:
    """A source that is not what was approved is refused, however well it plays."""
    store = MediaStore(tmp_path / "store")
    media = kept(store, tmp_path, clips.clip())
    source = tmp_path / "store" / "source" / media.source[:2] / media.source
    source.write_bytes(clips.clip(seconds=0.5))
    with pytest.raises(MediaStoreError) as caught:
        store.path(media)
    assert caught.value.message == "media.lost"


def test_people_read_the_names_that_they_know() -> None:
    """As files end: nobody calls a MOV by the name of its maker's player."""
    kinds = ["video/mp4", "video/quicktime", "video/x-matroska", "video/3gpp", "image/jpeg", "image/heic"]
    assert [inspect.kind_name(kind) for kind in kinds] == ["MP4", "MOV", "MKV", "3GP", "JPEG", "HEIC"]
