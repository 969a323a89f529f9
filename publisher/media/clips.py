"""What a clip is, read while posts are checked: its boxes by seeking, its streams and first frame by PyAV.

PyAV is loaded only when a post has a clip. Nothing is read whole: a clip of many gigabytes costs as
much as a short one.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from connectors.contract import ClipFacts, MediaFacts
from publisher.media import clip_copy, ebml
from publisher.media.boxes import BrokenClipError, survey
from publisher.media.clip_filter import HDR
from publisher.media.inspect import MediaError
from publisher.texts import system_words

if TYPE_CHECKING:
    from av.audio.stream import AudioStream
    from av.container import InputContainer
    from av.video.stream import VideoStream

MP4, QUICKTIME, WEBM = "video/mp4", "video/quicktime", "video/webm"
MATROSKA, MOBILE = "video/x-matroska", "video/3gpp"
"""What screens are recorded in, and what old telephones write: taken as it is by no platform for sure."""
_CONTAINERS = {MP4: "mp4", QUICKTIME: "mov", WEBM: "webm", MATROSKA: "mkv", MOBILE: "3gp"}
PATIENCE = 10.0
"""Seconds that opening may take before a file counts as damaged: an index can be made to be slow."""


def facts(path: Path, name: str) -> MediaFacts:
    """What will be sent: type, size, width and height as shown, length, streams.

    Args:
        path: the source file.
        name: as staff know it.

    Raises:
        MediaError: it cannot be used.
    """
    with _explained(name), path.open("rb") as file:
        mime, pieces, moov_first, edits = _structure(file, name)
        return _described(path, name, mime, clip_copy.size_of(pieces), moov_first, edits)


def copy(source: IO[bytes], name: str) -> Iterator[bytes]:
    """The bytes that are sent: every frame as it was, without notes, the index first.

    Raises:
        MediaError: it cannot be used.
    """
    with _explained(name):
        _, pieces, _, _ = _structure(source, name)
    yield from clip_copy.read(source, pieces)


def refuse_halves(path: Path, name: str) -> None:
    """Look at how a source is built before anything is made of it: FFmpeg plays what is there of half a file.

    Raises:
        MediaError: cut off, or damaged.
    """
    with _explained(name), path.open("rb") as file:
        _structure(file, name)


def _structure(file: IO[bytes], name: str) -> tuple[str, list[clip_copy.Piece], bool, bool]:
    """Type, copy, whether its index will be first, whether it is cut by edit lists."""
    head = file.read(4)
    if head == ebml.MAGIC:
        mime = WEBM if ebml.doctype(file) == "webm" else MATROSKA
        if not ebml.is_whole(file):
            raise MediaError("media.clip_cut_off", name=name)
        return mime, clip_copy.of_webm(ebml.notes(file), file.seek(0, os.SEEK_END)), True, False
    found = survey(file)
    mime = QUICKTIME if found.brand in (b"qt  ", b"") else MOBILE if found.brand[:2] == b"3g" else MP4
    moov_first = found.moov_first or found.with_index_first() is not None
    return mime, clip_copy.of_mp4(found), moov_first, found.edit_lists


def _described(path: Path, name: str, mime: str, size: int, moov_first: bool, edit_lists: bool) -> MediaFacts:
    import av

    try:
        with av.open(os.fspath(path), timeout=PATIENCE, metadata_errors="ignore") as container:
            video = picture_of(container)
            if video is None:
                raise MediaError("media.clip_no_picture", name=name)
            if container.streams.audio and sound_of(container) is None:
                raise MediaError("media.clip_sound", name=name)
            frame: Any = next(container.decode(video), None)
            if frame is None:
                raise MediaError("media.clip_no_length", name=name)
            width, height = _shown(video, frame)
            seconds = (container.duration or 0) / 1_000_000
            if seconds <= 0 or not width or not height:
                raise MediaError("media.clip_no_length", name=name)
            return MediaFacts(
                mime,
                size,
                width,
                height,
                frames=max(2, video.frames),
                seconds=round(seconds, 3),
                name=name,
                clip=_streams(container, video, frame, mime, size, seconds, moov_first, edit_lists),
            )
    except (av.error.FFmpegError, ValueError) as error:
        raise MediaError("media.clip_damaged", name=name) from error


def picture_of(container: InputContainer) -> VideoStream | None:
    """The stream that moves; a cover picture is none."""
    import av

    still = av.stream.Disposition.attached_pic
    moving = [one for one in container.streams.video if not one.disposition & still]
    return moving[0] if moving else None


def sound_of(container: InputContainer) -> AudioStream | None:
    """The first sound that can be decoded: telephones add further ones in formats of their own."""
    every: Sequence[Any] = container.streams.audio  # PyAV's stubs know nothing of streams without a decoder
    return next((one for one in every if one.codec_context is not None), None)


def _shown(video: VideoStream, frame: Any) -> tuple[int, int]:
    """Width and height after rotation and pixel shape."""
    shape = video.sample_aspect_ratio or 1
    width, height = round(frame.width * shape), int(frame.height)
    return (height, width) if round(frame.rotation) % 180 else (width, height)


def _streams(
    container: InputContainer,
    video: VideoStream,
    frame: Any,
    mime: str,
    size: int,
    seconds: float,
    moov_first: bool,
    edit_lists: bool,
) -> ClipFacts:
    sound = sound_of(container)
    return ClipFacts(
        container=_CONTAINERS[mime],
        video=_codec(video),
        audio=_codec(sound) if sound else "",
        fps=round(float(video.average_rate or video.guessed_rate or 0), 3),
        bitrate=int(size * 8 / seconds),
        pixels=video.pix_fmt or "",
        audio_channels=sound.channels if sound else 0,
        audio_rate=sound.rate if sound else 0,
        moov_first=moov_first,
        edit_lists=edit_lists,
        interlaced=bool(frame.interlaced_frame),
        hdr=HDR.get(frame.color_trc, ""),
    )


def _codec(stream: Any) -> str:
    """The codec's name, not that of the library which decodes it (`libdav1d` is `av1`)."""
    return str(stream.codec_context.codec.canonical_name)


@contextmanager
def _explained(name: str) -> Iterator[None]:
    try:
        yield
    except BrokenClipError as error:
        raise MediaError(error.code, name=name) from error
    except FileNotFoundError:
        raise MediaError("media.missing", name=name) from None
    except OSError as error:
        raise MediaError("media.unreadable", name=name, words=system_words(error)) from error
