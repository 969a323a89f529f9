"""Reads one found post: text, facts and media become a Post; whatever is wrong becomes its Problems."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from typing import Any, NamedTuple

from connectors.contract import Json, Problem, Severity
from publisher.content.facts import Facts, numbered, understand
from publisher.content.files import CHANGED, ReadError, bounded, hashed, opened, trying
from publisher.content.found import real_path
from publisher.content.gather import Gathering
from publisher.content.names import add_names
from publisher.content.shelf import Shelf
from publisher.content.text import MAX_BYTES, READERS, Draft, TextError
from publisher.content.walk import Borders, Found, stamp_of
from publisher.model import Post, PostMedia

MAX_DOCUMENT = 100_000_000
"""Bytes of a .docx, pictures included; its words are bound by MAX_BYTES like any text."""

# What is said of the files of the post alone: as long as none of them has changed, it stays true.
_LASTING = frozenset(
    {"content.document_unused", "content.file_unused", "content.media_unnamed"}
    | {"content.picture_same", "content.pictures_both"}
    | {"content.picture_kind", "content.captions_alone", "content.captions_no_clip"}
)


class Built(NamedTuple):
    """A post, and what its reading hangs on besides the files that the walk saw.

    Attributes:
        needs: (path relative to content/, stamp) of media that lie elsewhere; the stamp of a picture
            from inside the text is `shelf.KEPT`.
        keep: whether the post may be remembered: nothing is wrong that could be mended elsewhere, nothing
            moved while it was read.
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
        shelf: where pictures from inside documents are kept.
    """

    def __init__(self, content: str, prefix: str, borders: Borders, zone: str, shelf: Shelf) -> None:
        self.content = content
        self.prefix = prefix
        self.borders = borders
        self.zone = zone
        self.shelf = shelf
        self._hashes: dict[str, tuple[str, str]] = {}

    def build(self, found: Found) -> Built:
        """Read a post.

        Raises:
            GoneError: its text vanished meanwhile.
        """
        return _Building(self, found).build()

    def unread(self, found: Found, problem: Problem) -> Built:
        """A post that is there, and of which nothing is known but what is wrong."""
        file = f"{self.prefix}/{found.texts[0].path}"
        post = Post(found.path, file, None, "", "", "", sample=found.sample, problems=(problem,))
        return Built(post, (), keep=False)

    def hash_of(self, path: str, stamp: str) -> tuple[str, str]:
        """The stamp and sha256 (hex) of a file, read again only if the stamp is another than before.

        Args:
            stamp: as the walk saw it; given back is that of the bytes that were read.

        Raises:
            GoneError: it is not there any more.
            ReadError: not readable, no longer a regular file, or written to meanwhile (`CHANGED`):
                then what was read is neither the old file nor the new one.
        """
        known = self._hashes.get(path)
        if known is None or known[0] != stamp:
            with opened(path) as file:
                before = stamp_of(os.fstat(file.fileno()))
                known = before, trying(lambda: hashed(file))
                if stamp_of(os.fstat(file.fileno())) != before:
                    raise ReadError(CHANGED)
            self._hashes[path] = known
        return known


class _Building:
    """One post in the making; a class because every step may add a problem."""

    def __init__(self, builder: Builder, found: Found) -> None:
        self.builder = builder
        self.found = found
        self.text = found.texts[0]
        self.file = f"{builder.prefix}/{self.text.path}"
        self.problems = [flaw.problem(builder.prefix, found.path) for flaw in found.flaws]
        self.draft = Draft("", 1)
        self.steady = all(file.target is None for file in found.texts)

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
        gathering = Gathering(self.builder, self.found, draft, self._problem)
        media, wrong = numbered(gathering.media(facts), facts)
        for code, key, values in wrong:
            self._problem(code, draft.line(key), **values)
        companions = gathering.companions(facts)
        gathering.notice_unused((*media, *companions))
        if not (draft.body or media or any(block.get("text") for block in facts.platforms.values())):
            self._problem("content.no_body", draft.body_line)
        post = self._post(facts, media, companions, _digest(data, (*media, *companions)))
        keep = self.steady and gathering.steady and all(map(_lasts, self.problems))
        return Built(post, tuple(gathering.needs), keep)

    def _post(
        self,
        facts: Facts,
        media: tuple[PostMedia, ...],
        companions: tuple[PostMedia, ...],
        digest: str,
    ) -> Post:
        draft = self.draft
        values: dict[str, Any] = {key: value for key, value in facts.values.items() if key != "media"}
        if isinstance(values.get("cover"), str):
            del values["cover"]  # a picture: it lies among the companions
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
            companions=companions,
            platforms=facts.platforms,
            lines=lines,
            problems=tuple(self.problems),
        )

    def _bytes(self) -> bytes:
        most = MAX_DOCUMENT if self.text.suffix == "docx" else MAX_BYTES
        if self.text.size > most:
            raise ReadError("content.too_big", size=self.text.size, limit=most)
        with opened(real_path(self.builder.content, self.text)) as file:
            data = trying(lambda: bounded(file, self.text.size, most))
            self.steady = self.steady and stamp_of(os.fstat(file.fileno())) == self.text.stamp
        if len(data) > most:
            raise ReadError("content.too_big", size=len(data), limit=most)
        return data

    def _problem(
        self, code: str, line: int | None, severity: Severity = Severity.ERROR, /, **values: Json
    ) -> None:
        place = {"post": self.found.path, "file": self.file, "line": line}
        self.problems.append(Problem(code, severity, values, **place))  # type: ignore[arg-type]  # a dict of mixed types


def _lasts(problem: Problem) -> bool:
    """Whether a problem stays what it is as long as the files of the post do."""
    known = problem.code in _LASTING or problem.code.startswith("content.word_")
    return known and problem.severity is not Severity.ERROR


def _digest(text: bytes, media: Iterable[PostMedia]) -> str:
    """Over the bytes of text and media; equal for a copy under another name."""
    digest = hashlib.sha256()
    digest.update(hashlib.sha256(text).digest())
    for medium in media:
        digest.update(bytes.fromhex(medium.source))
    return digest.hexdigest()
