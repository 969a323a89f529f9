"""Finds what is a post in content/ and which files belong to it, by names and stats alone; opens nothing."""

from __future__ import annotations

import operator
import os
import re
import stat
from dataclasses import dataclass, field
from typing import NamedTuple

from connectors.contract import Json, Severity
from publisher.texts import system_words

TEXTS = frozenset({"md", "txt"})
PICTURES = frozenset({"jpg", "jpeg", "png", "webp", "gif"})
DOCUMENTS = frozenset({"docx", "doc", "odt", "rtf", "pdf"})
"""Texts that are not read yet: worth a word where nothing else in the folder is a text."""

MAX_DEPTH = 24
SAMPLE_MARK = ".sample"

_IGNORED = frozenset({"thumbs.db", "desktop.ini"})
_UNFINISHED = frozenset({"tmp", "part", "partial", "crdownload"})
# Control characters, halves of surrogates (names that are not UTF-8), line separators, and the marks
# that turn the direction of writing: all can make a name look like another one.
_TRICKY = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class File(NamedTuple):
    """A regular file as the walk saw it.

    Attributes:
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


class Flaw(NamedTuple):
    """A problem found by the walk, not yet tied to a post."""

    code: str
    severity: Severity
    path: str
    values: dict[str, Json]


class Found(NamedTuple):
    """A post, not yet read.

    Attributes:
        path: of the file or folder, relative to content/.
        texts: one; more are a problem.
        folder: where media are looked for, relative to content/; empty for content/ itself.
        pictures: those beside the text of a folder post, unsorted.
        others: files in the folder that are neither.
        sample: whether a `.sample` file marks it.
        flaws: what the walk found wrong in the folder of the post.
    """

    path: str
    texts: list[File]
    folder: str
    pictures: list[File]
    others: list[File]
    sample: bool
    flaws: list[Flaw]

    def stamp(self) -> str:
        """Equal as long as no file of the post has come, gone or changed."""
        if len(self.texts) == 1 and not (self.pictures or self.others):
            return f"{self.texts[0].name}={self.texts[0].stamp}{'!' if self.sample else ''}"
        files = [*self.texts, *self.pictures, *self.others]
        return "/".join([f"{file.name}={file.stamp}" for file in files]) + ("!" if self.sample else "")


@dataclass
class Walk:
    """All that one walk over content/ found.

    Attributes:
        loose: pictures in folders without a text, by folder.
        unread: folders that could not be listed.
        missing: content/ itself could not be listed.
    """

    found: list[Found] = field(default_factory=list)
    loose: dict[str, list[File]] = field(default_factory=dict)
    flaws: list[Flaw] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    missing: bool = False


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


def walk(content: str, borders: Borders) -> Walk:
    """Look through content/ once; problems become flaws, never exceptions."""
    result = Walk()
    waiting = [("", 0, False)]
    while waiting:
        folder, depth, sample = waiting.pop()
        listing = _Listing(folder, sample)
        try:
            listing.fill(content, borders)
        except OSError as error:
            result.missing = result.missing or not folder
            result.unread.append(folder)
            result.flaws.append(_unlisted(folder, error))
            continue
        if depth < MAX_DEPTH:
            waiting.extend((below, depth + 1, listing.sample) for below in listing.folders)
        elif listing.folders:
            result.unread.extend(listing.folders)
            result.flaws.append(
                Flaw("content.too_deep", Severity.ERROR, listing.folders[0], {"depth": MAX_DEPTH})
            )
        result.found.extend(listing.posts())
        result.unread.extend(listing.unread)
        if not listing.is_post:
            result.flaws.extend(listing.flaws)
        if listing.pictures and (not folder or not listing.texts):
            result.loose[folder] = listing.pictures
    result.found.sort(key=lambda found: found.path)
    return result


def shown_name(name: str) -> str:
    """A name that can be printed and stored: tricky characters as escapes."""
    if name.isprintable():
        return name
    return _TRICKY.sub(lambda match: ascii(match.group())[1:-1], name)


def _unlisted(folder: str, error: OSError) -> Flaw:
    code = "content.folder_unreadable" if folder else "content.missing"
    return Flaw(code, Severity.ERROR, folder, {"reason": system_words(error)})


class _Listing:
    """One folder, sorted into texts, pictures, others and folders.

    In the folder of a post its flaws are the post's: a picture that is refused must stop it, or it
    would go out without. Elsewhere they stand alone.
    """

    def __init__(self, folder: str, sample: bool) -> None:
        self.folder = folder
        self.sample = sample
        self.texts: list[File] = []
        self.pictures: list[File] = []
        self.others: list[File] = []
        self.folders: list[str] = []
        self.flaws: list[Flaw] = []
        self.unread: list[str] = []

    @property
    def is_post(self) -> bool:
        """Whether the folder as a whole is a post."""
        return bool(self.folder and self.texts)

    def fill(self, content: str, borders: Borders) -> None:
        prefix = f"{self.folder}/" if self.folder else ""
        with os.scandir(f"{content}/{self.folder}") as listed:
            entries = list(listed)
        if len(entries) > 1:
            entries.sort(key=_name)
        for entry in entries:
            name = entry.name
            if name[0] in "._~" and self._ignored(name):
                continue
            if not name.isprintable() and _TRICKY.search(name):
                self._flaw("content.name", shown_name(prefix + name), name=shown_name(name))
            elif entry.is_dir(follow_symlinks=False):
                self._folder(name, prefix + name)
            else:
                self._file(entry, prefix + name, borders)

    def posts(self) -> list[Found]:
        """The posts that stand in this folder: in content/ itself each text, elsewhere the folder."""
        folder = self.folder
        if not folder:
            return [Found(text.path, [text], "", [], [], self.sample, []) for text in self.texts]
        if self.texts:
            return [Found(folder, self.texts, folder, self.pictures, self.others, self.sample, self.flaws)]
        if self.others:
            self._documents()
        return []

    def _documents(self) -> None:
        for file in self.others:
            if file.suffix in DOCUMENTS:
                self._flaw("content.document", file.path, Severity.WARNING, name=file.name)

    def _ignored(self, name: str) -> bool:
        if name == SAMPLE_MARK:
            self.sample = True
        return not name.startswith("~") or name.startswith("~$")

    def _folder(self, name: str, path: str) -> None:
        if name.rpartition(".")[2].lower() in TEXTS and "." in name:
            self._flaw("content.folder_like_text", path, Severity.WARNING, name=name)
        self.folders.append(path)

    def _file(self, entry: os.DirEntry[str], path: str, borders: Borders) -> None:
        name = entry.name
        suffix = name.rpartition(".")[2].lower() if "." in name else ""
        if suffix in _UNFINISHED or name.lower() in _IGNORED:
            return
        try:
            found = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(found.st_mode):
                self._sort_in(File(name, path, suffix, found.st_size, stamp_of(found)))
                return
            target = None
            if stat.S_ISLNK(found.st_mode):
                target = os.path.realpath(entry.path)
                found = os.stat(target, follow_symlinks=False)
        except FileNotFoundError:
            if entry.is_symlink():
                self._flaw("content.symlink_broken", path, name=name)
            return  # gone since the listing: as if it had never been there
        except OSError as error:
            self.unread.append(path)
            self._flaw("content.unreadable", path, name=name, reason=system_words(error))
            return
        if self._passes(found, target, path, name, borders):
            self._sort_in(File(name, path, suffix, found.st_size, stamp_of(found), target))

    def _passes(
        self, found: os.stat_result, target: str | None, path: str, name: str, borders: Borders
    ) -> bool:
        if target is not None and not borders.hold(target):
            self._flaw("content.symlink_outside", path, name=name)
        elif target is not None and stat.S_ISLNK(found.st_mode):
            self._flaw("content.symlink_broken", path, name=name)
        elif stat.S_ISDIR(found.st_mode):
            self._flaw("content.symlink_folder", path, name=name)
        elif not stat.S_ISREG(found.st_mode):
            self._flaw("content.not_a_file", path, name=name)
        else:
            return True
        return False

    def _sort_in(self, file: File) -> None:
        if file.suffix in TEXTS:
            self.texts.append(file)
        elif file.suffix in PICTURES:
            self.pictures.append(file)
        else:
            self.others.append(file)

    def _flaw(self, code: str, path: str, severity: Severity = Severity.ERROR, /, **values: Json) -> None:
        self.flaws.append(Flaw(code, severity, path, values))


_name = operator.attrgetter("name")


def stamp_of(found: os.stat_result) -> str:
    """Size, times and inode in one text; the change time also tells of edits that keep the modified time."""
    return f"{found.st_size}.{found.st_mtime_ns}.{found.st_ctime_ns}.{found.st_ino}"
