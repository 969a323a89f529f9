"""What the walk finds, before anything is read: files, posts, flaws; and what lies inside the workspace."""

from __future__ import annotations

import os
import re
import zlib
from typing import NamedTuple

from connectors.contract import Json, Problem, Severity
from publisher.content import habits

TEXTS = frozenset({"md", "txt", "docx"})
PICTURES = habits.PICTURES
DOCUMENTS = frozenset(
    {"doc", "docm", "dot", "dotm", "dotx", "gdoc", "odt", "pages", "pdf", "rtf", "wpd", "wps"}
)
"""Texts that are not read, and whose programs can all save as .docx: worth a word, wherever they lie."""


NEARLY_TEXTS = frozenset({"", "htm", "html", "mht", "ppt", "pptx", "text"})
"""What staff take for a text of their own, and what is not read."""

# Control characters, halves of surrogates (names that are not UTF-8), line separators, and the marks
# that turn the direction of writing: all can make a name look like another one.
_TRICKY = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


YOUNG_NS = 2_000_000_000
"""The coarsest file times in use (FAT) count two seconds: what is younger than that when it is looked at
could change again without its times telling."""


class File(NamedTuple):
    """A regular file as the walk saw it.

    Attributes:
        name: with accents composed, as Windows writes them; `path` is as the disk has it.
        path: relative to content/; for a symlink that of the link.
        stamp: size, times and inode in one text: equal as long as the file has not changed.
        target: where a symlink really leads (absolute); None: no symlink.
    """

    name: str
    path: str
    suffix: str
    size: int
    stamp: str
    target: str | None = None


def real_path(content: str, file: File) -> str:
    """Where the bytes of a file lie, absolute."""
    return file.target or f"{content}/{file.path}"


class Flaw(NamedTuple):
    """A problem found by the walk, not yet tied to a post."""

    code: str
    severity: Severity
    path: str
    values: dict[str, Json]

    def problem(self, prefix: str, post: str | None = None) -> Problem:
        """As people will see it.

        Args:
            prefix: of content/ relative to the workspace.
        """
        file = f"{prefix}/{self.path}" if self.path else prefix
        return Problem(self.code, self.severity, self.values, post=post, file=file)


class Found(NamedTuple):
    """A post, not yet read.

    Attributes:
        path: of the file or folder, relative to content/.
        texts: one; more are a problem.
        folder: where media are looked for, relative to content/; empty for content/ itself.
        pictures: those beside the text of a folder post, unsorted; also clips and their captions.
        others: files in the folder that are neither.
        sample: whether a `.sample` file marks it.
        flaws: what the walk found wrong in the folder of the post.
    """

    path: str
    texts: tuple[File, ...]
    folder: str
    pictures: tuple[File, ...]
    others: tuple[File, ...]
    sample: bool
    flaws: tuple[Flaw, ...]

    def stamp(self) -> str:
        """Equal as long as no file of the post has come, gone or changed."""
        if len(self.texts) == 1 and not (self.pictures or self.others or self.flaws):
            return f"{self.texts[0].name}={self.texts[0].stamp}{'!' if self.sample else ''}"
        files = [*self.texts, *self.pictures, *self.others]
        stamps = [f"{file.name}={file.stamp}" for file in files]
        stamps.extend(f"{zlib.crc32(repr(flaw).encode(errors='replace'))}=0.0.0.0" for flaw in self.flaws)
        return "/".join(stamps) + ("!" if self.sample else "")


class Borders:
    """What counts as inside the workspace: its folder, and content/ where that is a link to a share."""

    def __init__(self, root: str, content: str) -> None:
        self.names = tuple(os.path.abspath(path) + os.sep for path in (root, content))
        self.insides = tuple(os.path.realpath(path) + os.sep for path in (root, content))

    def name(self, path: str) -> bool:
        """Whether an absolute path lies inside going by its name, links not followed."""
        return path.startswith(self.names)

    def hold(self, real: str) -> bool:
        """Whether a resolved absolute path lies inside."""
        return real.startswith(self.insides)


def could_mislead(name: str) -> bool:
    """Whether a name holds what cannot be seen, stored or shown, so that it is not read."""
    return _TRICKY.search(name) is not None


def shown_name(name: str) -> str:
    """A name that can be printed and stored: tricky characters as escapes."""
    if name.isprintable():
        return name
    return _TRICKY.sub(lambda match: ascii(match.group())[1:-1], name)


def stamp_of(found: os.stat_result) -> str:
    """Size, times and inode in one text; the change time also tells of edits that keep the modified time."""
    return f"{found.st_size}.{found.st_mtime_ns}.{found.st_ctime_ns}.{found.st_ino}"
