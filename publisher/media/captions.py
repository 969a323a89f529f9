"""Captions beside a clip: SubRip (.srt) and WebVTT (.vtt), checked line by line and sent as plain UTF-8."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from connectors.contract import MediaFacts
from publisher.media.inspect import MediaError
from publisher.texts import system_words

SRT, VTT = "text/srt", "text/vtt"
MAX_BYTES = 5_000_000
"""A day of speech has fewer; whoever gives more has given another file."""

_CLOCK = r"(?:(\d{1,3}):)?([0-5]?\d):([0-5]\d)"
_SRT_TIME, _VTT_TIME = rf"{_CLOCK}[,.](\d{{1,3}})", rf"{_CLOCK}\.(\d{{3}})"
_SRT_CUE = re.compile(rf"\s*{_SRT_TIME}\s*-->\s*{_SRT_TIME}(?:\s+.*)?")
_VTT_CUE = re.compile(rf"\s*{_VTT_TIME}\s*-->\s*{_VTT_TIME}(?:\s+.*)?")
_ARROW = re.compile(r"--+>|—>|→")
_VTT_BLOCKS = ("NOTE", "STYLE", "REGION")


def facts(data: bytes, name: str) -> MediaFacts:
    """Type and size of what will be sent; it has no width and no height.

    Raises:
        MediaError: it cannot be used; `line` among the values says where.
    """
    sent = made(data, name)
    return MediaFacts(VTT if sent.startswith(b"WEBVTT") else SRT, len(sent), 0, 0, name=name)


def read(path: Path, name: str) -> bytes:
    """The bytes of captions, if they are not too many.

    Raises:
        MediaError: missing, empty, too big, unreadable.
    """
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise MediaError("media.captions_too_big", name=name, size=size, limit=MAX_BYTES)
        data = path.read_bytes()
    except FileNotFoundError:
        raise MediaError("media.missing", name=name) from None
    except OSError as error:
        raise MediaError("media.unreadable", name=name, words=system_words(error)) from error
    if not data.strip():
        raise MediaError("media.empty", name=name)
    return data


def made(data: bytes, name: str) -> bytes:
    """The captions as they are sent: UTF-8 without a mark, lines ended by LF, every cue in order.

    Raises:
        MediaError: no text, or a line that is none of captions.
    """
    text = _decoded(data, name).replace("\r\n", "\n").replace("\r", "\n")
    lines = text.split("\n")
    vtt = lines[0].startswith("WEBVTT")
    cues = list(_cues(lines, name, vtt))
    if not cues:
        raise MediaError("media.captions_none", name=name)
    before = 0.0
    for line, start, end in cues:
        if end <= start:
            raise MediaError("media.captions_backwards", name=name, line=line)
        if start < before:
            raise MediaError("media.captions_order", name=name, line=line)
        before = start
    return (text.strip("\n") + "\n").encode()


def _decoded(data: bytes, name: str) -> str:
    """Text by its mark, else UTF-8, else what Windows wrote in this part of the world."""
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "cp1252"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text.lstrip("\ufeff")
    raise MediaError("media.captions_encoding", name=name)


def _cues(lines: list[str], name: str, vtt: bool) -> Iterator[tuple[int, float, float]]:
    """(line, start, end) of each cue, seconds; a block that is no cue ends with a message."""
    number = 0
    for first, block in _blocks(lines):
        if number == 0 and vtt and block[0].startswith("WEBVTT"):
            number += 1
            continue
        number += 1
        if vtt and block[0].startswith(_VTT_BLOCKS):
            continue
        at = 0 if "-->" in block[0] else 1
        if at >= len(block) or not _ARROW.search(block[at]):
            raise MediaError("media.captions_line", name=name, line=first, words=block[0][:60])
        found = (_VTT_CUE if vtt else _SRT_CUE).fullmatch(block[at])
        if found is None:
            raise MediaError("media.captions_time", name=name, line=first + at, words=block[at][:60])
        yield first + at, _seconds(found.groups()[:4]), _seconds(found.groups()[4:])


def _blocks(lines: list[str]) -> Iterator[tuple[int, list[str]]]:
    """(number of its first line, lines) of everything between empty lines."""
    block: list[str] = []
    for number, line in enumerate([*lines, ""], 1):
        if line.strip():
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _seconds(groups: tuple[str | None, ...]) -> float:
    hours, minutes, seconds, fraction = groups
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction}")
