"""One folder of content/, sorted into texts, pictures, others and folders; stand-ins are told."""

from __future__ import annotations

import os
import stat
from datetime import UTC, datetime, timedelta
from functools import lru_cache

from connectors.contract import Json, Severity
from publisher.content import habits
from publisher.content.folders import Names
from publisher.content.found import (
    DOCUMENTS,
    NEARLY_TEXTS,
    TEXTS,
    Borders,
    File,
    Flaw,
    Found,
    could_mislead,
    shown_name,
    stamp_of,
)
from publisher.content.habits import OPEN
from publisher.texts import system_words

SAMPLE_MARK = ".sample"

_STAND_INS = habits.SHORTCUTS | habits.WEB_SHORTCUTS | habits.ARCHIVES


def lone_text(folder: str, names: Names, content: str, sample: bool) -> Found | None:
    """The post of a folder that holds a text and nothing else, as most do; None: sort it like any other.

    Args:
        content: absolute path of content/.
    """
    if len(names) != 1 or not folder or habits.is_shelf(folder.rpartition("/")[2]):
        return None
    (name,) = names
    suffix = _says_nothing(name)
    if suffix is None:
        return None
    path = f"{folder}/{name}"
    try:
        found = os.lstat(f"{content}/{path}")
    except OSError:
        return None
    if not stat.S_ISREG(found.st_mode) or not found.st_size:
        return None
    text = File(name, path, suffix, found.st_size, stamp_of(found))
    return Found(folder, (text,), folder, (), (), sample, ())


@lru_cache(maxsize=1024)
def _says_nothing(name: str) -> str | None:
    """The suffix of a text whose name says nothing of it; None: no text, or sorting must look at the name."""
    suffix = habits.suffix_of(name)
    plain = name.isascii() and name.isprintable() and name[0] not in "._~" and "/" not in name
    return suffix if plain and suffix in TEXTS and habits.conflict_of(name) is None else None


class Listing:
    """One folder, sorted into texts, pictures, others and folders.

    In the folder of a post its flaws are the post's: a picture that is refused must stop it, or it
    would go out without. Elsewhere they stand alone.
    """

    def __init__(self, folder: str, sample: bool) -> None:
        self.folder = folder
        self.sample = sample
        # Posts were put away here: each text is one by itself, as in content/.
        self._is_shelf = habits.is_shelf(folder.rpartition("/")[2])
        self.texts: list[File] = []
        self.pictures: list[File] = []
        self.others: list[File] = []
        self.folders: list[str] = []
        self.flaws: list[Flaw] = []
        self.unread: list[str] = []
        self._locks: list[tuple[str, str]] = []

    @property
    def is_post(self) -> bool:
        """Whether the folder as a whole is a post."""
        return bool(self.folder and self.texts) and not self._is_shelf

    def fill(self, names: Names, content: str, borders: Borders) -> None:
        """Sort what the folder holds.

        Args:
            content: absolute path of content/.
        """
        prefix = f"{self.folder}/" if self.folder else ""
        for listed in names:
            name = listed.removesuffix("/")
            if name[0] in "._~" and self._ignored(name):
                continue
            if not name.isprintable() and could_mislead(name):
                self._flaw("content.name", shown_name(prefix + name), name=shown_name(name))
            elif name != listed:
                self._folder(name, prefix + name)
            else:
                self._file(name, prefix + name, content, borders)
        if self.texts:
            self._sort_out_texts(f"{content}/{prefix}")

    def posts(self) -> list[Found]:
        """The posts that stand in this folder: in content/ and on a shelf each text, elsewhere the folder."""
        folder = self.folder
        if self.is_post:
            files = tuple(self.texts), folder, tuple(self.pictures), tuple(self.others)
            return [Found(folder, *files, self.sample, tuple(self.flaws))]
        self._documents()
        if not folder or self._is_shelf:
            return [
                Found(text.path, (text,), folder, (), (), self.sample, self._flaws_of(text))
                for text in self.texts
            ]
        return []

    def _documents(self) -> None:
        for file in self.others:
            if file.suffix in DOCUMENTS:
                self._flaw("content.document", file.path, Severity.WARNING, name=file.name)
            elif not self._is_shelf:
                severity = Severity.WARNING if file.suffix in NEARLY_TEXTS else Severity.NOTICE
                self._flaw("content.not_read", file.path, severity, name=file.name)

    def _flaws_of(self, text: File) -> tuple[Flaw, ...]:
        """Takes what is wrong with one text alone away from what is wrong with the folder."""
        if not self.flaws:
            return ()
        own = tuple(flaw for flaw in self.flaws if flaw.path == text.path)
        self.flaws = [flaw for flaw in self.flaws if flaw.path != text.path]
        return own

    def _sort_out_texts(self, place: str) -> None:
        """What is no text of its own, and what a lock file or its name says of one."""
        if len(self.texts) > 1 and self.folder and not self._is_shelf:
            self._pass_over_empty()
        for text in self.texts:
            original = habits.conflict_of(text.name)
            if original is not None:
                self._flaw("content.conflict_copy", text.path, name=text.name, original=original)
        for told, lock in self._locks:
            for text in self.texts:
                if habits.locks(told, text.name):
                    self._open(text, lock, place)

    def _pass_over_empty(self) -> None:
        """An empty text beside one with words is no second text."""
        written = [text for text in self.texts if text.size]
        if not written:
            return
        for text in self.texts:
            if not text.size:
                self._flaw("content.just_made", text.path, Severity.NOTICE, name=text.name)
        self.texts = written

    def _open(self, text: File, lock: str, place: str) -> None:
        """Somebody has the text open, at the latest since the lock file or the text last changed."""
        try:
            since = os.lstat(place + lock).st_mtime_ns
        except FileNotFoundError:
            return  # closed since the listing
        except OSError:
            since = 0
        since = max(since, int(text.stamp.split(".")[1]))
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=since // 1000)
        self._flaw(OPEN, text.path, Severity.WARNING, name=text.name, lock=lock, since=at.isoformat())

    def _ignored(self, name: str) -> bool:
        if name == SAMPLE_MARK:
            self.sample = True
        told = habits.locked(name)
        if told is not None:
            self._locks.append((told, name))
        return not name.startswith("~") or name.startswith("~$")

    def _folder(self, name: str, path: str) -> None:
        if habits.folder_left_behind(name):
            return
        if name.rpartition(".")[2].lower() in TEXTS and "." in name:
            self._flaw("content.folder_like_text", path, Severity.WARNING, name=name)
        self.folders.append(path)

    def _file(self, name: str, path: str, content: str, borders: Borders) -> None:
        suffix = habits.suffix_of(name)
        if habits.left_behind(name, suffix):
            return
        name = habits.composed(name)
        place = f"{content}/{path}"
        try:
            found = os.lstat(place)
            if stat.S_ISREG(found.st_mode):
                self._sort_in(File(name, path, suffix, found.st_size, stamp_of(found)))
                return
            target = None
            if stat.S_ISLNK(found.st_mode):
                target = os.path.realpath(place)
                found = os.stat(target, follow_symlinks=False)
        except FileNotFoundError:
            if os.path.islink(place):
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
        elif file.suffix in habits.MEDIA or file.suffix in habits.CAPTIONS:
            self.pictures.append(file)
        elif file.suffix in habits.FOREIGN_CLIPS:
            values = {"name": file.name, "kind": file.suffix.upper()}
            self._flaw("content.clip_kind", file.path, Severity.ERROR, **values)
        elif file.suffix in _STAND_INS:
            self._stand_in(file)
        else:
            self.others.append(file)

    def _stand_in(self, file: File) -> None:
        """Not the thing itself: a shortcut to it, or an archive that holds it."""
        if file.suffix in habits.SHORTCUTS:
            # `Foto.jpg.lnk` or `Foto.jpg - Pintasan.lnk`: without the picture the post must not go out.
            stems = file.name.rpartition(".")[0].split(" - ")
            needed = any(habits.suffix_of(stem) in habits.MEDIA | TEXTS for stem in stems)
            severity = Severity.ERROR if needed else Severity.WARNING
            self._flaw("content.shortcut", file.path, severity, name=file.name)
        elif file.suffix in habits.ARCHIVES:
            self._flaw("content.archive", file.path, Severity.WARNING, name=file.name)
        else:
            self._flaw("content.web_shortcut", file.path, Severity.WARNING, name=file.name)

    def _flaw(self, code: str, path: str, severity: Severity = Severity.ERROR, /, **values: Json) -> None:
        self.flaws.append(Flaw(code, severity, path, values))
