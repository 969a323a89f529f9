"""Reads one found post: text, facts and media become a Post; whatever is wrong becomes its Problems."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterable
from difflib import get_close_matches
from errno import ENAMETOOLONG, ENOENT, ENOTDIR
from pathlib import Path
from typing import Any, NamedTuple

from connectors.contract import Json, Problem, Severity
from publisher.content.facts import Facts, MediaFact, understand, with_alts
from publisher.content.files import GoneError, ReadError, bounded, hashed, opened, trying, unreadable
from publisher.content.names import add_names
from publisher.content.text import MAX_BYTES, READERS, Draft, TextError, shown
from publisher.content.walk import PICTURES, Borders, File, Flaw, Found, shown_name, stamp_of
from publisher.model import Post, PostMedia

_NOT_THERE = frozenset({ENOENT, ENOTDIR, ENAMETOOLONG})


class Built(NamedTuple):
    """A post, and what its reading hangs on besides the files that the walk saw.

    Attributes:
        needs: (path relative to content/, stamp) of media that lie elsewhere.
        keep: whether the post may be remembered: nothing wrong, nothing moved while it was read.
    """

    post: Post
    needs: tuple[tuple[str, str], ...]
    keep: bool


class Builder:
    """Builds the posts of one content folder; remembers the hashes of media between looks.

    Args:
        content: absolute path of content/.
        prefix: of content/ relative to the workspace, for messages.
        zone: IANA name, of times that name none.
    """

    def __init__(self, content: str, prefix: str, borders: Borders, zone: str) -> None:
        self.content = content
        self.prefix = prefix
        self.borders = borders
        self.zone = zone
        self._hashes: dict[str, tuple[str, str]] = {}

    def build(self, found: Found) -> Built:
        """Read a post.

        Raises:
            GoneError: its text vanished meanwhile.
        """
        return _Building(self, found).build()

    def problem(self, flaw: Flaw, post: str | None = None) -> Problem:
        """A flaw of the walk as people will see it."""
        file = f"{self.prefix}/{flaw.path}" if flaw.path else self.prefix
        return Problem(flaw.code, flaw.severity, flaw.values, post=post, file=file)

    def hash_of(self, path: str, stamp: str) -> str:
        """sha256 (hex) of a file, read again only if its stamp has changed.

        Raises:
            ReadError: not readable, or no longer a regular file.
        """
        known = self._hashes.get(path)
        if known is None or known[0] != stamp:
            with opened(path) as file:
                known = stamp, trying(lambda: hashed(file))
            self._hashes[path] = known
        return known[1]


class _Building:
    """One post in the making; a class because every step may add a problem."""

    def __init__(self, builder: Builder, found: Found) -> None:
        self.builder = builder
        self.found = found
        self.text = found.texts[0]
        self.file = f"{builder.prefix}/{self.text.path}"
        self.problems = [builder.problem(flaw, found.path) for flaw in found.flaws]
        self.draft = Draft("", 1)
        self.needs: list[tuple[str, str]] = []
        self.steady = all(file.target is None for file in (*found.texts, *found.pictures))

    def build(self) -> Built:
        if len(self.found.texts) > 1:
            names = ", ".join(text.name for text in self.found.texts)
            self._problem("content.two_texts", None, names=names)
            return self._broken()
        try:
            data = self._bytes()
            self.draft = READERS[self.text.suffix](data)
        except ReadError as error:
            self._problem(error.code, None, **{"name": self.text.name, **error.values})
            return self._broken()
        except TextError as error:
            self._problem(error.code, error.line, **error.values)
            return self._broken()
        return self._whole(data)

    def _broken(self) -> Built:
        """A post of which nothing can go out, but which is there: it has not vanished."""
        found = self.found
        post = Post(
            found.path, self.file, None, "", "", "", sample=found.sample, problems=tuple(self.problems)
        )
        return Built(post, (), keep=False)

    def _whole(self, data: bytes) -> Built:
        draft = self.draft
        for code, severity, line, values in draft.notes:
            self._problem(code, line, severity, **values)
        facts = understand(draft, self.builder.zone)
        for code, key, values in facts.wrong:
            self._problem(code, draft.line(key), **values)
        for code, severity, line, values in add_names(
            facts, draft, (self.found.path, self.text.path), self.builder.zone
        ):
            self._problem(code, line, severity, **values)
        media, wrong = with_alts(self._media(facts), facts)
        for code, key, values in wrong:
            self._problem(code, draft.line(key), **values)
        self._notice_unused(facts, media)
        if not (draft.body or media or any(block.get("text") for block in facts.platforms.values())):
            self._problem("content.no_body", draft.body_line)
        post = self._post(facts, media, _digest(data, media))
        return Built(post, tuple(self.needs), keep=self.steady and not self.problems)

    def _post(self, facts: Facts, media: tuple[PostMedia, ...], digest: str) -> Post:
        draft = self.draft
        values: dict[str, Any] = {key: value for key, value in facts.values.items() if key != "media"}
        lines = {**draft.lines, "body": draft.body_line}
        if draft.title is not None:
            lines.setdefault("title", draft.title_line)
            if values.setdefault("title", draft.title) != draft.title:
                self._problem(
                    "content.two_titles",
                    draft.title_line,
                    Severity.WARNING,
                    title=values["title"],
                    other=draft.title,
                )
        return Post(
            **{
                "id": None,
                "title": "",
                **values,
                "sample": values.get("sample", False) or self.found.sample,
            },
            path=self.found.path,
            file=self.file,
            digest=digest,
            body=draft.body,
            media=media,
            platforms=facts.platforms,
            lines=lines,
            problems=tuple(self.problems),
        )

    def _bytes(self) -> bytes:
        if self.text.size > MAX_BYTES:
            raise ReadError("content.too_big", size=self.text.size, limit=MAX_BYTES)
        with opened(self._real(self.text)) as file:
            data = trying(lambda: bounded(file, self.text.size, MAX_BYTES))
            self.steady = self.steady and stamp_of(os.fstat(file.fileno())) == self.text.stamp
        if len(data) > MAX_BYTES:
            raise ReadError("content.too_big", size=len(data), limit=MAX_BYTES)
        return data

    def _real(self, file: File) -> str:
        return file.target or f"{self.builder.content}/{file.path}"

    def _problem(
        self, code: str, line: int | None, severity: Severity = Severity.ERROR, /, **values: Json
    ) -> None:
        place = {"post": self.found.path, "file": self.file, "line": line}
        self.problems.append(Problem(code, severity, values, **place))  # type: ignore[arg-type]  # a dict of mixed types

    # ── Media ────────────────────────────────────────────────────────────────

    def _media(self, facts: Facts) -> tuple[PostMedia, ...]:
        if "media" in facts.values:
            made = [self._named(fact) for fact in facts.values["media"]]
        elif "media" in self.draft.lines:
            return ()  # named, but not understood: already a problem
        else:
            pictures = sorted(self.found.pictures, key=lambda file: natural(file.name))
            made = [self._medium(file, file.name, "", None, None) for file in pictures]
        return tuple(medium for medium in made if medium is not None)

    def _named(self, fact: MediaFact) -> PostMedia | None:
        line = self.draft.line(fact.key)
        beside = {file.name: file for file in self.found.pictures}
        file = beside.get(fact.file)
        try:
            if file is None:
                file = self._elsewhere(fact.file)
        except ReadError as error:
            self._problem(error.code, line, **{"name": shown(fact.file, 100), **error.values})
            return None
        return self._medium(file, fact.file, fact.alt, fact.focus, line)

    def _medium(
        self, file: File, name: str, alt: str, focus: tuple[float, float] | None, line: int | None
    ) -> PostMedia | None:
        real = self._real(file)
        try:
            source = self.builder.hash_of(real, file.stamp)
        except GoneError:
            self._problem("content.media_missing", line, name=name)
            return None
        except ReadError as error:
            self._problem(error.code, line, **{"name": name, **error.values})
            return None
        return PostMedia(Path(real), name, source, alt, focus, line)

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
        if suffix not in PICTURES:
            raise ReadError("content.media_kind", known=", ".join(sorted(PICTURES)))
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
        pictures = [name for name in there if name.rpartition(".")[2].lower() in PICTURES]
        wanted = os.path.basename(path)
        alike = {name.casefold(): name for name in pictures}
        near = get_close_matches(wanted.casefold(), list(alike), n=1, cutoff=0.5)
        if near:
            return ReadError("content.media_missing_meant", meant=alike[near[0]])
        return ReadError("content.media_missing")

    def _notice_unused(self, facts: Facts, media: Iterable[PostMedia]) -> None:
        """Files in the folder that will not go out: said, never silent."""
        used = {os.fspath(medium.path) for medium in media}
        named = "media" in self.draft.lines
        for file in self.found.pictures:
            if named and self._real(file) not in used:
                self._problem(
                    "content.media_unnamed", self.draft.line("media"), Severity.NOTICE, name=file.name
                )
        for file in self.found.others:
            self._problem("content.file_unused", None, Severity.WARNING, name=file.name)


def _digest(text: bytes, media: Iterable[PostMedia]) -> str:
    """Over the bytes of text and media; equal for a copy under another name."""
    digest = hashlib.sha256()
    digest.update(hashlib.sha256(text).digest())
    for medium in media:
        digest.update(bytes.fromhex(medium.source))
    return digest.hexdigest()


def natural(name: str) -> list[tuple[int, int, str]]:
    """Sort key that puts `Foto 2` before `Foto 10`, whatever the case."""
    return [
        (0, int(piece), "") if piece.isdecimal() else (1, 0, piece)
        for piece in re.split(r"(\d+)", name.casefold())
        if piece
    ]
