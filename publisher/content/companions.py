"""What lies beside a clip and belongs to it, by names alone: captions, and the cover it shows at rest."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from connectors.contract import Json, Severity
from publisher.content.found import File
from publisher.content.habits import CAPTIONS, CLIPS, PICTURES, suffix_of

COVER, SUBTITLES = "cover", "captions"
"""Roles, as `contract.Media` has them."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", re.IGNORECASE)
_OF_IPHONE = re.compile(r"IMG_E?\d{4,}", re.IGNORECASE)
_COVER = re.compile(r"(?:(?P<clip>.+)[ ._-])?(?:cover|sampul|thumbnail)", re.IGNORECASE)

Wrong = tuple[str, Severity, dict[str, Json]]


class Companion(NamedTuple):
    """A file that belongs to a clip; `language` is BCP 47, empty where the name tells none."""

    file: File
    role: str
    language: str


def companions(
    files: Iterable[File], clips: Collection[str], taken: Collection[str]
) -> tuple[list[Companion], list[Wrong]]:
    """The companions among the files of a post, and what is wrong with them.

    Args:
        files: all that lie beside the text.
        clips: names of the clips that go out.
        taken: names of files that the post names to be shown themselves.
    """
    stems = {_stem(name).casefold() for name in clips}
    found: dict[tuple[str, str], Companion] = {}
    wrong: list[Wrong] = []
    for file in files:
        if file.name in taken:
            continue
        one = _companion(file, stems)
        if one is None:
            if file.suffix in CAPTIONS:
                code = "content.captions_alone" if clips else "content.captions_no_clip"
                wrong.append((code, Severity.WARNING, {"name": file.name}))
            continue
        other = found.setdefault((one.role, one.language.lower()), one)
        if other is not one:
            values = {"name": other.file.name, "other": file.name}
            wrong.append(("content.companion_twice", Severity.ERROR, values))
    return list(found.values()), wrong


def moving_halves(files: Iterable[File]) -> list[File]:
    """The clips that are half of a Live Photo: an iPhone keeps `IMG_1.HEIC` and `IMG_1.MOV` for one picture.

    Where it is set to JPEG, only its own names tell such a pair from a clip with a picture of its name.
    """
    listed = list(files)
    stills = {_stem(one.name).casefold() for one in listed if _may_move(one)}
    return [one for one in listed if one.suffix == "mov" and _stem(one.name).casefold() in stills]


def is_clip(name: str) -> bool:
    """Whether a name is that of a clip."""
    return suffix_of(name) in CLIPS


def _may_move(file: File) -> bool:
    if file.suffix in ("heic", "heif", "hif"):
        return True
    return file.suffix in ("jpg", "jpeg") and _OF_IPHONE.fullmatch(_stem(file.name)) is not None


def _companion(file: File, stems: Collection[str]) -> Companion | None:
    """What a file is to the clips of these stems; None: nothing."""
    if not stems:
        return None
    if file.suffix in CAPTIONS:
        language = next(_languages(_stem(file.name), stems), None)
        return None if language is None else Companion(file, SUBTITLES, language)
    match = _COVER.fullmatch(_stem(file.name)) if file.suffix in PICTURES else None
    if match and (match["clip"] is None or match["clip"].casefold() in stems):
        return Companion(file, COVER, "")
    return None


def _languages(stem: str, stems: Collection[str]) -> Iterator[str]:
    """The languages that captions of this name can be in, the likeliest first."""
    if stem.casefold() in stems:
        yield ""
    before, _, language = stem.rpartition(".")
    if before.casefold() in stems and _LANGUAGE.fullmatch(language):
        yield language
    if len(stems) == 1 and not before:
        yield stem if _LANGUAGE.fullmatch(stem) else ""


def _stem(name: str) -> str:
    return name.rpartition(".")[0]
