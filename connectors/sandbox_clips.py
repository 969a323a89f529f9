"""What a simulator reads from the bytes of a clip; its own reading, not the publisher's.

The numbers come from PyAV, the order of the file's boxes from the boxes themselves. Names no
platform and judges nothing: whether a clip may be posted is the simulator's to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from struct import error as StructError
from struct import unpack
from typing import IO, Any

_NESTED = frozenset((b"moov", b"trak", b"edts", b"mdia"))
_DELAY = 0.5
"""Seconds that an encoder's own delay stays well below; an edit beyond is somebody's cut."""


@dataclass(frozen=True, slots=True)
class Clip:
    """What the bytes of a clip say.

    Attributes:
        mime: `video/mp4`, `video/quicktime`, `video/webm`, `video/x-matroska`.
        size: bytes.
        width, height: as shown, after rotation and pixel shape.
        seconds: of the whole file.
        video, audio: codecs as FFmpeg names them (`h264`, `hevc`, `vp9`, `aac`); `audio` may be empty.
        fps: on average.
        bitrate: bits per second, everything together.
        pixels: such as `yuv420p`.
        audio_rate: samples per second; 0 without sound.
        moov_first: the index stands before the data.
        edit_lists: some track does not simply play from its start at its own pace.
        interlaced: frames are half pictures.
    """

    mime: str
    size: int
    width: int
    height: int
    seconds: float
    video: str
    audio: str
    fps: float
    bitrate: int
    pixels: str
    audio_channels: int
    audio_rate: int
    moov_first: bool
    edit_lists: bool
    interlaced: bool

    @property
    def ratio(self) -> float:
        """Width by height."""
        return self.width / self.height


def clip_of(source: bytes | Path | IO[bytes]) -> Clip | None:
    """Read a clip; None if the bytes are none that plays: no moving picture, cut off, damaged.

    A file object is read from its beginning, wherever it stands, and rewound.
    """
    if isinstance(source, Path):
        with source.open("rb") as file:
            return _read(file)
    if isinstance(source, bytes):
        return _read(BytesIO(source))
    source.seek(0)
    try:
        return _read(source)
    finally:
        source.seek(0)


def _read(file: IO[bytes]) -> Clip | None:
    import av

    size = file.seek(0, 2)
    file.seek(0)
    is_mp4 = file.read(12)[4:8] in (b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip")
    top = list(_boxes(file, 0, size)) if is_mp4 else []
    kinds = [box.kind for box in top]
    if is_mp4 and (b"moov" not in kinds or any(box.end > size for box in top)):
        return None
    file.seek(0)
    try:
        with av.open(_Nameless(file), metadata_errors="ignore") as container:
            return _described(container, file, size, kinds)
    except (av.error.FFmpegError, OSError, ValueError, StopIteration, StructError):
        return None


class _Nameless:
    """A file without its name: PyAV wants names to be text, and those of spooled files are not."""

    def __init__(self, file: IO[bytes]) -> None:
        self.read, self.seek, self.tell = file.read, file.seek, file.tell

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False


def _described(container: Any, file: IO[bytes], size: int, kinds: list[bytes]) -> Clip | None:
    streams = [one for one in container.streams.video if "attached_pic" not in str(one.disposition)]
    if not streams or not streams[0].codec_context.width:
        return None
    video = streams[0]
    frame = next(container.decode(video))
    audio = container.streams.audio[0] if container.streams.audio else None
    seconds = (container.duration or 0) / 1_000_000
    width, height = _shown(video, frame)
    return Clip(
        mime=_mime(container, file),
        size=size,
        width=width,
        height=height,
        seconds=seconds,
        video=video.codec_context.name.removeprefix("lib"),
        audio=audio.codec_context.name if audio else "",
        fps=float(video.average_rate or video.guessed_rate or 0),
        bitrate=int(size * 8 / seconds) if seconds else 0,
        pixels=video.pix_fmt or "",
        audio_channels=audio.channels if audio else 0,
        audio_rate=audio.rate if audio else 0,
        moov_first=_moov_first(kinds),
        edit_lists=_has_edits(file, size) if kinds else False,
        interlaced=bool(frame.interlaced_frame),
    )


def _shown(video: Any, frame: Any) -> tuple[int, int]:
    shape = video.sample_aspect_ratio or 1
    width, height = round(frame.width * shape), int(frame.height)
    return (height, width) if round(frame.rotation) % 180 else (width, height)


def _mime(container: Any, file: IO[bytes]) -> str:
    if "mp4" in container.format.name:
        file.seek(0)
        brand = file.read(12)[8:12]
        return "video/quicktime" if brand == b"qt  " or brand == b"" else "video/mp4"
    if "webm" in container.format.name:
        file.seek(0)
        return "video/webm" if b"webm" in file.read(4096) else "video/x-matroska"
    return f"video/x-{container.format.name.split(',')[0]}"


# ── boxes (ISO/IEC 14496-12) ─────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    body: int
    end: int


def _boxes(file: IO[bytes], at: int, end: int) -> Iterator[_Box]:
    """The boxes between two places; the last one may claim more than there is."""
    while at + 8 <= end:
        file.seek(at)
        length, kind = unpack(">I4s", file.read(8))
        body = at + 8
        if length == 1:
            wide = file.read(8)
            length = unpack(">Q", wide)[0] if len(wide) == 8 else 0
            body = at + 16
        following = end if length == 0 else at + length
        if following < body:
            return
        yield _Box(kind, body, following)
        at = following


def _moov_first(kinds: list[bytes]) -> bool:
    if b"moov" not in kinds or b"mdat" not in kinds:
        return True
    return kinds.index(b"moov") < kinds.index(b"mdat")


def _has_edits(file: IO[bytes], size: int) -> bool:
    """Whether some track is cut: does not play from its start to its end at its own pace.

    Encoders write edits of a few frames for their own delay (AAC priming, reordered frames); those
    are no cuts, and every encoder writes them.
    """
    moov = next(_found(file, b"moov", 0, size), None)
    if moov is None:
        return False
    movie = _scale(file, next(_found(file, b"mvhd", moov.body, moov.end), None))
    for track in _found(file, b"trak", moov.body, moov.end):
        own = _scale(file, next(_found(file, b"mdhd", track.body, track.end), None))
        if any(
            _is_a_cut(_edits(file, box), movie, own) for box in _found(file, b"elst", track.body, track.end)
        ):
            return True
    return False


def _found(file: IO[bytes], kind: bytes, at: int, end: int) -> Iterator[_Box]:
    for box in _boxes(file, at, end):
        if box.kind == kind:
            yield box
        elif box.kind in _NESTED:
            yield from _found(file, kind, box.body, min(box.end, end))


def _scale(file: IO[bytes], header: _Box | None) -> int:
    """Units per second of a movie's or a track's header."""
    if header is None:
        return 1
    file.seek(header.body)
    version, rest = file.read(1), file.read(27)
    return int(unpack(">I", rest[19:23] if version == b"\1" else rest[11:15])[0]) or 1


def _edits(file: IO[bytes], box: _Box) -> list[tuple[int, int, int]]:
    """(length, start in the track or -1 for nothing, rate × 65536) of each edit."""
    file.seek(box.body)
    version, count = unpack(">B3xI", file.read(8))
    entry, width = (">Qqi", 20) if version == 1 else (">Iii", 12)
    count = min(count, (box.end - box.body - 8) // width)
    return [unpack(entry, file.read(width)) for _ in range(count)]


def _is_a_cut(edits: list[tuple[int, int, int]], movie: int, own: int) -> bool:
    played = [edit for edit in edits if edit[1] >= 0]
    waits = sum(length for length, start, _ in edits if start < 0) / movie
    return (
        len(played) > 1
        or waits > _DELAY
        or any(start / own > _DELAY or rate != 65536 for _, start, rate in played)
    )
