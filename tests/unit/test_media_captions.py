"""publisher/media/captions: what stands beside a clip as text, read as offices write it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from connectors.contract import Media
from publisher import texts
from publisher.media import captions, inspect
from publisher.media.inspect import MediaError
from publisher.media.store import MediaStore

SRT = (
    "1\n00:00:00,000 --> 00:00:02,500\nSelamat datang di Ranai.\n\n"
    "2\n00:00:02,500 --> 00:00:05,000\nPosyandu buka pukul 08.00.\n"
)
VTT = "WEBVTT\n\nNOTE dibuat kantor\n\n00:00.000 --> 00:02.500 align:start\nSelamat datang.\n"


@pytest.mark.parametrize(
    ("text", "mime"),
    [
        (SRT, "text/srt"),
        (VTT, "text/vtt"),
        (SRT.replace("\n\n", "\n\n\n"), "text/srt"),
        (SRT[2:], "text/srt"),
    ],
)
def test_captions_are_known(tmp_path: Path, text: str, mime: str) -> None:
    """SubRip and WebVTT, with and without numbers; they have no width, no height, no ratio."""
    place = tmp_path / "video.srt"
    place.write_text(text, encoding="utf-8")
    found = inspect.facts(place, "video.srt")
    assert (found.mime, found.kind, found.width, found.height, found.ratio) == (mime, "text", 0, 0, 0.0)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_captions_leave_as_plain_utf8(encoding: str) -> None:
    """Whatever Windows wrote them in, without a mark, lines ended by LF."""
    text = SRT.replace("Ranai", "Ranai – “kota”")
    data = text.replace("\n", "\r\n").encode(encoding)
    assert captions.made(data, "a.srt") == text.encode()


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        (SRT.replace("00:00:02,500 --> 00:00:05,000", "00.00.02 -> 00.00.05"), "captions_line", 5),
        (SRT.replace("00:00:02,500 --> 00:00:05,000", "0:2,5 --> besok"), "captions_time", 6),
        (
            SRT.replace("00:00:02,500 --> 00:00:05,000", "00:00:05,000 --> 00:00:02,500"),
            "captions_backwards",
            6,
        ),
        (SRT + "\n3\n00:00:01,000 --> 00:00:09,000\nlagi\n", "captions_order", 10),
        (VTT.replace("00:00.000", "00:00,000"), "captions_time", 5),
        ("WEBVTT\n\nNOTE kosong\n", "captions_none", None),
        ("Ini hanya teks biasa.\n", "captions_line", 1),
    ],
)
def test_what_is_wrong_is_told_by_its_line(text: str, code: str, line: int | None) -> None:
    """The line, what stands there, and what to do."""
    with pytest.raises(MediaError) as caught:
        captions.made(text.encode(), "video.srt")
    assert caught.value.message == f"media.{code}"
    assert caught.value.values.get("line") == line
    problem = caught.value.problem()
    for language in ("id", "en"):
        texts.use(language)
        assert "video.srt" in texts.text_of(problem)
        assert texts.fix_of(problem)


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "media.empty"), (b"\0\1\2" * 50, "media.captions_encoding")]
)
def test_what_is_no_text_is_said(tmp_path: Path, data: bytes, code: str) -> None:
    """Empty files and other files by that name."""
    place = tmp_path / "video.srt"
    place.write_bytes(data)
    with pytest.raises(MediaError) as caught:
        inspect.facts(place, "video.srt")
    assert caught.value.message == code


def test_the_store_gives_captions_as_they_are_sent(tmp_path: Path) -> None:
    """Known by their role: their name is not kept."""
    store = MediaStore(tmp_path / "store")
    data = SRT.encode("utf-16")
    (tmp_path / "video.srt").write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    store.keep(tmp_path / "video.srt", sha256)
    media = Media(sha256, ("strip",), "", "captions", "id")
    assert store.path(media).read_bytes() == SRT.encode()
    assert store.facts(media).mime == "text/srt"
