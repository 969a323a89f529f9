"""The media of one post, in order: from inside its text, lying beside it, or named by it from elsewhere."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from errno import ENAMETOOLONG, ENOENT, ENOTDIR
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from connectors.contract import Json, Severity
from publisher.content.companions import COVER, Companion, Wrong, companions, is_clip, moving_halves
from publisher.content.facts import Facts, MediaFact
from publisher.content.files import GoneError, ReadError, unreadable
from publisher.content.found import DOCUMENTS, File, Found, real_path, shown_name, stamp_of
from publisher.content.habits import FOREIGN_PICTURES, MEDIA
from publisher.content.shelf import KEPT
from publisher.content.text import Draft, Embedded, shown
from publisher.model import PostMedia

if TYPE_CHECKING:
    from publisher.content.build import Builder

_NOT_THERE = frozenset({ENOENT, ENOTDIR, ENAMETOOLONG})


class Say(Protocol):
    """Adds a problem to the post."""

    def __call__(
        self, code: str, line: int | None, severity: Severity = Severity.ERROR, /, **values: Json
    ) -> None:
        """The code, the line in the text, how bad it is, and what the words are filled with."""


class Gathering:
    """The media of one post in the making.

    Attributes:
        needs: as in `build.Built`.
        steady: nothing was reached through a link, whose target the walk does not watch, and nothing changed
            since the walk.
    """

    def __init__(self, builder: Builder, found: Found, draft: Draft, problem: Say) -> None:
        self.builder = builder
        self.found = found
        self.text = found.texts[0].name
        self.draft = draft
        self.problem = problem
        self.needs: list[tuple[str, str]] = []
        self.steady = all(file.target is None for file in found.pictures)
        self._merged: set[str] = set()
        self._told: set[str] = set()

    def media(self, facts: Facts) -> tuple[PostMedia, ...]:
        """Those in the text itself first, in its order; then those beside it, or those that it names."""
        within = [self._within(picture) for picture in self.draft.pictures]
        inside = [medium for medium in within if medium is not None]
        beside = self._beside(facts)
        if inside and beside:
            inside, beside = self._once(inside, beside)
        if inside and beside and "media" not in facts.values:
            counts = {"inside": len(inside), "beside": len(beside)}
            self.problem("content.pictures_both", None, Severity.NOTICE, **counts)
        return (*inside, *beside)

    def _beside(self, facts: Facts) -> list[PostMedia]:
        if "media" in facts.values:
            made = [self._named(fact) for fact in facts.values["media"]]
        elif "media" in self.draft.lines:
            return []  # named, but not understood: already a problem
        else:
            beside = {one.file.name for one in self._companions(facts)[0]}
            halves = moving_halves(self.found.pictures)
            for half in halves:
                self.problem("content.live_photo", None, Severity.NOTICE, name=half.name)
            left = {*beside, *(half.name for half in halves), *self._named_cover(facts)}
            shown = [f for f in self.found.pictures if f.suffix in MEDIA and f.name not in left]
            pictures = sorted(shown, key=lambda file: natural(file.name))
            made = [self._medium(file, file.name, "", None, None) for file in pictures]
        return [medium for medium in made if medium is not None]

    def companions(self, facts: Facts) -> tuple[PostMedia, ...]:
        """Covers and captions that lie beside the clips of the post."""
        found, wrong = self._companions(facts)
        for code, severity, values in wrong:
            self.problem(code, None, severity, **values)
        made = [
            replace(medium, role=one.role, language=one.language)
            for one in found
            if (medium := self._medium(one.file, one.file.name, "", None, None)) is not None
        ]
        cover = facts.values.get("cover")
        named = self._named(MediaFact(cover, "", None, "cover")) if isinstance(cover, str) else None
        return (*made, *([replace(named, role=COVER)] if named else ()))

    def _named_cover(self, facts: Facts) -> list[str]:
        """The picture that is the cover of a clip by the post's own word: not shown beside it."""
        cover = facts.values.get("cover")
        return [cover] if isinstance(cover, str) and self._clips(facts) else []

    def _clips(self, facts: Facts) -> list[str]:
        """The names of the clips that go out."""
        named = [fact.file for fact in facts.values.get("media", ())]
        halves = [] if named else moving_halves(self.found.pictures)
        there = [file.name for file in self.found.pictures if file not in halves]
        return [os.path.basename(name) for name in named or there if is_clip(name)]

    def _companions(self, facts: Facts) -> tuple[list[Companion], list[Wrong]]:
        named = [fact.file for fact in facts.values.get("media", ())]
        cover = facts.values.get("cover")
        found, wrong = companions(self.found.pictures, self._clips(facts), named)
        if not isinstance(cover, str):
            return found, wrong
        others = [one for one in found if one.role == COVER and one.file.name != cover]
        for other in others:
            values: dict[str, Json] = {"name": cover, "other": other.file.name}
            wrong.append(("content.companion_twice", Severity.ERROR, values))
        return [one for one in found if one.role != COVER], wrong

    def _within(self, picture: Embedded) -> PostMedia | None:
        """A picture from inside the text, kept as a file."""
        try:
            path, source = self.builder.shelf.put(picture.data)
        except ReadError as error:
            self.problem(error.code, picture.line, **{"name": self.text, **error.values})
            return None
        self.needs.append((os.path.relpath(path, self.builder.content), KEPT))
        return PostMedia(path, f"{self.text} {picture.name}", source, picture.alt, None, picture.line)

    def _once(
        self, inside: list[PostMedia], beside: list[PostMedia]
    ) -> tuple[list[PostMedia], list[PostMedia]]:
        """A picture that lies in the text and beside it goes out once, with what is said of it beside."""
        same = {medium.source: medium for medium in beside}
        taken = {medium.source for medium in inside}
        self._merged = {os.fspath(medium.path) for medium in beside if medium.source in taken}
        for medium in inside:
            if medium.source in same:
                name = same[medium.source].name
                self.problem("content.picture_same", medium.line, Severity.NOTICE, name=name)
        merged = [
            replace(medium, alt=twin.alt or medium.alt, focus=twin.focus)
            if (twin := same.get(medium.source))
            else medium
            for medium in inside
        ]
        return merged, [medium for medium in beside if medium.source not in taken]

    def _named(self, fact: MediaFact) -> PostMedia | None:
        line = self.draft.line(fact.key)
        beside = {file.name: file for file in self.found.pictures if file.suffix in MEDIA}
        file = beside.get(fact.file)
        try:
            if file is None:
                file = self._elsewhere(fact.file)
        except ReadError as error:
            self.problem(error.code, line, **{"name": shown(fact.file, 100), **error.values})
            return None
        return self._medium(file, fact.file, fact.alt, fact.focus, line)

    def _medium(
        self, file: File, name: str, alt: str, focus: tuple[float, float] | None, line: int | None
    ) -> PostMedia | None:
        real = real_path(self.builder.content, file)
        try:
            stamp, source = self.builder.hash_of(real, file.stamp)
        except GoneError:
            self.problem("content.media_missing", line, name=name)
            return None
        except ReadError as error:
            self.problem(error.code, line, **{"name": name, **error.values})
            return None
        self.steady = self.steady and stamp == file.stamp
        return PostMedia(Path(real), name, source, alt, focus, line, stamp)

    def _elsewhere(self, name: str) -> File:
        """A picture that does not lie beside the text; only inside the workspace, nothing hidden."""
        if shown_name(name) != name:  # NUL, or characters that make a name look like another one
            raise ReadError("content.name", name=shown_name(name))
        slashes = name.replace("\\", "/")
        if slashes.startswith(("/", "~")) or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", slashes):
            raise ReadError("content.media_absolute")
        folder = os.path.join(self.builder.content, self.found.folder)
        path = os.path.normpath(os.path.join(folder, slashes))
        real = os.path.realpath(path)
        if not self.builder.borders.hold(real):
            inside = self.builder.borders.name(path)
            raise ReadError("content.symlink_outside" if inside else "content.media_outside")
        if any(piece.startswith(".") and piece.strip(".") for piece in slashes.split("/")):
            raise ReadError("content.media_outside")
        suffix = os.path.splitext(path)[1][1:].lower()
        if kind := FOREIGN_PICTURES.get(suffix):
            self._told.add(os.path.basename(path))
            raise ReadError("content.picture_kind", kind=kind)
        if suffix not in MEDIA:
            raise ReadError("content.media_kind", known=", ".join(sorted(MEDIA)))
        return self._looked_up(path, real, suffix)

    def _looked_up(self, path: str, real: str, suffix: str) -> File:
        try:
            found = os.lstat(real)
        except OSError as error:
            if error.errno in _NOT_THERE:
                raise self._missing(path) from None
            raise unreadable(error) from None
        if not stat.S_ISREG(found.st_mode):
            raise ReadError("content.not_a_file")
        relative = os.path.relpath(path, self.builder.content)
        stamp = stamp_of(found)
        self.needs.append((relative, stamp))
        self.steady = self.steady and not os.path.islink(path)
        return File(os.path.basename(path), relative, suffix, found.st_size, stamp, real)

    def _missing(self, path: str) -> ReadError:
        try:
            there = os.listdir(os.path.dirname(path))
        except OSError:
            there = []
        pictures = [name for name in there if name.rpartition(".")[2].lower() in MEDIA]
        wanted = os.path.basename(path)
        alike = {name.casefold(): name for name in pictures}
        near = get_close_matches(wanted.casefold(), list(alike), n=1, cutoff=0.5)
        if near:
            return ReadError("content.media_missing_meant", meant=alike[near[0]])
        return ReadError("content.media_missing")

    def notice_unused(self, media: Iterable[PostMedia]) -> None:
        """Files in the folder that will not go out: said, never silent."""
        used = {os.fspath(medium.path) for medium in media}
        used.update(self._merged)
        named = "media" in self.draft.lines
        for file in self.found.pictures:
            if named and file.suffix in MEDIA and real_path(self.builder.content, file) not in used:
                self.problem(
                    "content.media_unnamed", self.draft.line("media"), Severity.NOTICE, name=file.name
                )
        stems = {_stem(medium.name) for medium in media}
        for file in self.found.others:
            values = {"name": file.name}
            kind = FOREIGN_PICTURES.get(file.suffix)
            if file.name in self._told:
                continue
            if kind and file.suffix not in DOCUMENTS:
                # Posters lie beside what they were made from; without any picture the post would go out bare.
                twin = _stem(file.name) in stems
                severity = Severity.NOTICE if twin else Severity.WARNING if stems else Severity.ERROR
                self.problem("content.picture_kind", None, severity, kind=kind, **values)
                continue
            if file.suffix in DOCUMENTS:
                values["text"] = self.text
            code = "content.document_unused" if file.suffix in DOCUMENTS else "content.file_unused"
            self.problem(code, None, Severity.WARNING, **values)


def _stem(name: str) -> str:
    return os.path.basename(name).rpartition(".")[0].casefold()


def natural(name: str) -> list[tuple[int, int, str]]:
    """Sort key that puts `Foto 2` before `Foto 10`, whatever the case."""
    return [
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)
        for piece in re.split(r"(\d+)", name.casefold())
        if piece
    ]
