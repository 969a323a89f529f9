"""Finds what is a post in content/ and which files belong to it, by names and stats alone; opens nothing."""

from __future__ import annotations

import operator
import os
import re
import stat
import zlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from connectors.contract import Json, Severity
from publisher.content import habits
from publisher.content.habits import OPEN
from publisher.texts import system_words

TEXTS = frozenset({"md", "txt", "docx"})
PICTURES = habits.PICTURES
DOCUMENTS = frozenset(
    {"doc", "docm", "dot", "dotm", "dotx", "gdoc", "odt", "pages", "pdf", "rtf", "wpd", "wps"}
)
"""Texts that are not read, and whose programs can all save as .docx: worth a word, wherever they lie."""

MAX_DEPTH = 24
SAMPLE_MARK = ".sample"

_STAND_INS = habits.SHORTCUTS | habits.WEB_SHORTCUTS | habits.ARCHIVES
# Control characters, halves of surrogates (names that are not UTF-8), line separators, and the marks
# that turn the direction of writing: all can make a name look like another one.
_TRICKY = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]")


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
        if len(self.texts) == 1 and not (self.pictures or self.others or self.flaws):
            return f"{self.texts[0].name}={self.texts[0].stamp}{'!' if self.sample else ''}"
        files = [*self.texts, *self.pictures, *self.others]
        stamps = [f"{file.name}={file.stamp}" for file in files]
        stamps.extend(f"{zlib.crc32(repr(flaw).encode(errors='replace'))}=0.0.0.0" for flaw in self.flaws)
        return "/".join(stamps) + ("!" if self.sample else "")


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
        if listing.pictures and not listing.is_post:
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
        self._locks: list[tuple[str, os.DirEntry[str]]] = []

    @property
    def is_post(self) -> bool:
        """Whether the folder as a whole is a post."""
        return bool(self.folder and self.texts) and not self._is_shelf

    @property
    def _is_shelf(self) -> bool:
        """Whether posts were put away here: each text is one by itself, as in content/."""
        return habits.is_shelf(self.folder.rpartition("/")[2])

    def fill(self, content: str, borders: Borders) -> None:
        prefix = f"{self.folder}/" if self.folder else ""
        with os.scandir(f"{content}/{self.folder}") as listed:
            entries = list(listed)
        if len(entries) > 1:
            entries.sort(key=_name)
        for entry in entries:
            name = entry.name
            if name[0] in "._~" and self._ignored(entry):
                continue
            if not name.isprintable() and _TRICKY.search(name):
                self._flaw("content.name", shown_name(prefix + name), name=shown_name(name))
            elif entry.is_dir(follow_symlinks=False):
                self._folder(name, prefix + name)
            else:
                self._file(entry, prefix + name, borders)
        self._sort_out_texts()

    def posts(self) -> list[Found]:
        """The posts that stand in this folder: in content/ and on a shelf each text, elsewhere the folder."""
        folder = self.folder
        if self.is_post:
            return [Found(folder, self.texts, folder, self.pictures, self.others, self.sample, self.flaws)]
        self._documents()
        if not folder or self._is_shelf:
            return [
                Found(text.path, [text], folder, [], [], self.sample, self._flaws_of(text))
                for text in self.texts
            ]
        return []

    def _documents(self) -> None:
        for file in self.others:
            if file.suffix in DOCUMENTS:
                self._flaw("content.document", file.path, Severity.WARNING, name=file.name)

    def _flaws_of(self, text: File) -> list[Flaw]:
        """Takes what is wrong with one text alone away from what is wrong with the folder."""
        if not self.flaws:
            return []
        own = [flaw for flaw in self.flaws if flaw.path == text.path]
        self.flaws = [flaw for flaw in self.flaws if flaw.path != text.path]
        return own

    def _sort_out_texts(self) -> None:
        """What is no text of its own, and what a lock file or its name says of one."""
        if len(self.texts) > 1 and self.folder and not self._is_shelf:
            self._pass_over_empty()
        for text in self.texts:
            original = habits.conflict_of(text.name)
            if original is not None:
                self._flaw("content.conflict_copy", text.path, name=text.name, original=original)
        for told, entry in self._locks:
            for text in self.texts:
                if habits.locks(told, text.name):
                    self._open(text, entry)

    def _pass_over_empty(self) -> None:
        """An empty text beside one with words is no second text."""
        written = [text for text in self.texts if text.size]
        if not written:
            return
        for text in self.texts:
            if not text.size:
                self._flaw("content.just_made", text.path, Severity.NOTICE, name=text.name)
        self.texts = written

    def _open(self, text: File, lock: os.DirEntry[str]) -> None:
        """Somebody has the text open, at the latest since the lock file or the text last changed."""
        try:
            since = lock.stat(follow_symlinks=False).st_mtime_ns
        except FileNotFoundError:
            return  # closed since the listing
        except OSError:
            since = 0
        since = max(since, int(text.stamp.split(".")[1]))
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=since // 1000)
        self._flaw(OPEN, text.path, Severity.WARNING, name=text.name, lock=lock.name, since=at.isoformat())

    def _ignored(self, entry: os.DirEntry[str]) -> bool:
        name = entry.name
        if name == SAMPLE_MARK:
            self.sample = True
        told = habits.locked(name)
        if told is not None:
            self._locks.append((told, entry))
        return not name.startswith("~") or name.startswith("~$")

    def _folder(self, name: str, path: str) -> None:
        if habits.folder_left_behind(name):
            return
        if name.rpartition(".")[2].lower() in TEXTS and "." in name:
            self._flaw("content.folder_like_text", path, Severity.WARNING, name=name)
        self.folders.append(path)

    def _file(self, entry: os.DirEntry[str], path: str, borders: Borders) -> None:
        name = entry.name
        suffix = habits.suffix_of(name)
        if habits.left_behind(name, suffix):
            return
        name = habits.composed(name)
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
        if file.suffix in TEXTS and file.size == 0 and habits.just_made(file.name.partition(".")[0]):
            self._flaw("content.just_made", file.path, Severity.NOTICE, name=file.name)
        elif file.suffix in TEXTS:
            self.texts.append(file)
        elif file.suffix in PICTURES:
            self.pictures.append(file)
        elif file.suffix in _STAND_INS:
            self._stand_in(file)
        else:
            self.others.append(file)

    def _stand_in(self, file: File) -> None:
        """Not the thing itself: a shortcut to it, or an archive that holds it."""
        if file.suffix in habits.SHORTCUTS:
            # `Foto.jpg.lnk` or `Foto.jpg - Pintasan.lnk`: without the picture the post must not go out.
            stems = file.name.rpartition(".")[0].split(" - ")
            needed = any(habits.suffix_of(stem) in PICTURES | TEXTS for stem in stems)
            severity = Severity.ERROR if needed else Severity.WARNING
            self._flaw("content.shortcut", file.path, severity, name=file.name)
        elif file.suffix in habits.ARCHIVES:
            self._flaw("content.archive", file.path, Severity.WARNING, name=file.name)
        else:
            self._flaw("content.web_shortcut", file.path, Severity.WARNING, name=file.name)

    def _flaw(self, code: str, path: str, severity: Severity = Severity.ERROR, /, **values: Json) -> None:
        self.flaws.append(Flaw(code, severity, path, values))


_name = operator.attrgetter("name")


def stamp_of(found: os.stat_result) -> str:
    """Size, times and inode in one text; the change time also tells of edits that keep the modified time."""
    return f"{found.st_size}.{found.st_mtime_ns}.{found.st_ctime_ns}.{found.st_ino}"
