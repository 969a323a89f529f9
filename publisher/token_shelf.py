"""Keeps renewed credentials: one sealed file per grant, so that what the office gave stays as it is.

A renewal that rotates makes the credentials before it void, so its answer must not be lost: the room for it
is on the disk before the platform is asked, it is on the disk before it is used, and one process at a time
renews a grant. Tokens in the environment and in files are treated alike, and a file that is written anew
with what it held before (by a restored copy, by the tool that sets machines up) changes nothing.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from secrets import token_hex
from threading import Lock
from typing import Any

from connectors import registry
from connectors.contract import Json, TokenSource, canonical
from connectors.errors import ReconnectError
from connectors.renewal import Lasts, Life, Renewal
from publisher.texts import error_text, system_words
from publisher.vault import Sealer, SealError, reconnect

ROOM = 16 << 10
"""Bytes that are on the disk before a platform is asked: more than any answer's credentials take, sealed."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What an account was allowed once, and every renewal since then.

    Attributes:
        key: names it in file names and in the log, and says nothing of the secret.
        given: stands for all fields as the office gave them, an app's secret among them.
    """

    account: str
    key: str
    renewal: Renewal
    given: str = ""


@dataclass(frozen=True, slots=True)
class Kept:
    """What is known of a grant.

    Attributes:
        fields: those that are others now than the office gave.
        number: how many renewals there were.
        asked_at: when the platform was asked and no answer is known: a process may have died over it.
        failures: renewals that failed in a row.
        not_before: when to try again at the earliest, as long as the office gives what it gave (`given`).
        code, words: of the last failure; empty: none.
        refused: whether it was for good.
    """

    life: Life
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
    number: int = 0
    asked_at: datetime | None = None
    failures: int = 0
    not_before: datetime | None = None
    given: str = ""
    code: str = ""
    words: str = ""
    refused: bool = False

    def to_json(self) -> dict[str, Json]:
        """What is sealed."""
        return {
            "since": self.life.since.isoformat(),
            "ends": _text(self.life.ends),
            "until": _text(self.life.until),
            "fields": dict(self.fields),
            "number": self.number,
            "asked_at": _text(self.asked_at),
            "failures": self.failures,
            "not_before": _text(self.not_before),
            "given": self.given,
            "code": self.code,
            "words": self.words,
            "refused": self.refused,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Json]) -> Kept:
        """The inverse of `to_json`."""
        return cls(
            Life(datetime.fromisoformat(data["since"]), _moment(data["ends"]), _moment(data["until"])),
            data["fields"],
            data["number"],
            _moment(data["asked_at"]),
            data["failures"],
            _moment(data["not_before"]),
            data["given"],
            data["code"],
            data["words"],
            data["refused"],
        )


class Shelf:
    """The files of all grants.

    Args:
        folder: in the state directory, never part of a backup: an older copy holds what is void by now.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sealer = Sealer(folder / "seal.key")
        self._seen: dict[str, tuple[Any, Kept | None]] = {}
        self._unwritten: dict[str, Slot] = {}
        self._guard = Lock()

    @property
    def id(self) -> str:
        """Names this shelf in the log; made at first need.

        Raises:
            OSError: it can be neither read nor made.
        """
        path = self._folder / "id"
        if not path.exists():
            self._make_folder()
            draft = path.with_name(f"id.{token_hex(8)}")
            draft.write_text(token_hex(16), encoding="ascii")
            try:
                os.link(draft, path)
            except FileExistsError:
                pass  # another process was first, and its id is the one
            finally:
                draft.unlink()
        return path.read_text(encoding="ascii").strip()

    def known_id(self) -> str:
        """Its id without making one; empty: it has none, or it is not ours to read."""
        try:
            return (self._folder / "id").read_text(encoding="ascii").strip()
        except OSError:
            return ""

    def read(self, grant: Grant) -> Kept | None:
        """What is kept of a grant; None: nothing yet.

        Raises:
            SealError: it cannot be opened.
            OSError: it cannot be read.
        """
        unwritten = self._unwritten.get(grant.key)
        if unwritten is not None:
            return unwritten.kept
        marks = tuple(map(_mark, self._paths(grant)))
        seen = self._seen.get(grant.key)
        if seen is None or seen[0] != marks:
            seen = self._seen[grant.key] = (marks, _newest(*self._paths(grant), self._sealer))
        return seen[1]

    @contextmanager
    def alone(self, grant: Grant) -> Iterator[Slot | None]:
        """Hold a grant, as the only thread of the only process; None: another one holds it.

        Raises:
            SealError, OSError: as `read`; or the folder cannot be written.
        """
        with self._guard:
            unwritten = self._unwritten.get(grant.key)
            if unwritten is not None:
                # Only whoever got it can write it: nobody else may ask the platform in the meantime.
                unwritten.write()
                del self._unwritten[grant.key]
                unwritten.let_go()
        self._make_folder()
        lock = os.open(self._paths(grant)[0].with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            slot = Slot(grant, lock, *self._paths(grant), self._sealer)
        except BlockingIOError:
            os.close(lock)
            yield None
            return
        except BaseException:
            os.close(lock)
            raise
        try:
            yield slot
        finally:
            if slot.owes:
                with self._guard:
                    self._unwritten[grant.key] = slot
            else:
                slot.let_go()

    def _paths(self, grant: Grant) -> tuple[Path, Path]:
        return self._folder / f"{grant.key}.token", self._folder / f"{grant.key}.next"

    def _make_folder(self) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def __repr__(self) -> str:
        return f"<Shelf {self._folder.name}>"


class Slot:
    """One grant's place on the shelf, held by this thread alone.

    Attributes:
        kept: what stands there; None: nothing yet.
        owes: whether `kept` is what a platform gave and could not be written: it is in this process's memory
            only, which then goes on holding the grant.
    """

    def __init__(self, grant: Grant, lock: int, place: Path, draft: Path, sealer: Sealer) -> None:
        self._grant = grant
        self._lock = lock
        self._place, self._draft = place, draft
        self._sealer = sealer
        self.owes = False
        self.kept = _newest(place, draft, sealer)
        if self.kept != _opened(place, sealer):
            self._name_draft()

    def make_room(self) -> None:
        """Have the disk space of an answer before there is one.

        Raises:
            OSError: there is none.
        """
        self._write(b" " * ROOM)

    def keep(self, kept: Kept) -> None:
        """Have it on the disk, under its name.

        Raises:
            OSError, SealError: it is not; what stood there before stands there still.
        """
        text = self._sealer.seal(kept.to_json()).encode("ascii")
        self._write(text.ljust(ROOM))
        self._name_draft()
        self.kept = kept

    def keep_answer(self, kept: Kept) -> None:
        """The same for what a platform gave; from now on this process knows it, whatever the disk does.

        Raises:
            OSError, SealError: it is in memory only.
        """
        self.kept, self.owes = kept, True
        self.write()

    def write(self) -> None:
        """Write what is owed.

        Raises:
            OSError, SealError: still not.
        """
        if self.owes and self.kept is not None:
            self.keep(self.kept)
            self.owes = False

    def let_go(self) -> None:
        """Others may hold the grant."""
        os.close(self._lock)

    def _name_draft(self) -> None:
        self._draft.replace(self._place)
        folder = os.open(self._place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def _write(self, data: bytes) -> None:
        """Over what stands in the draft, so that a disk that is full by now has space for it."""
        descriptor = os.open(self._draft, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            view = memoryview(data)
            while view:
                view = view[os.write(descriptor, view) :]
            os.ftruncate(descriptor, len(data))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


class RenewedTokens:
    """The office's tokens, with what renewals have changed since.

    Args:
        given: as the office gave them.
        settings: of the channel, by account key.
        world: names the sandbox that issued them: another one knows nothing of them; live: empty.
    """

    def __init__(
        self, given: TokenSource, shelf: Shelf, settings: Mapping[str, Mapping[str, Json]], world: str = ""
    ) -> None:
        self.shelf = shelf
        self._given = given
        self._settings = settings
        self._world = world

    def get(self, account: str) -> Mapping[str, str]:
        """The credential fields of an account, as they are good now.

        Raises:
            ReconnectError: there are none, or what is kept of them cannot be opened.
        """
        fields = self._given.get(account)
        grant = self._grant_of(account, fields)
        if grant.renewal.lasts is not Lasts.RENEWED:
            return fields
        try:
            kept = self.shelf.read(grant)
        except (SealError, OSError) as error:
            raise unreadable(account, error) from None
        return {**fields, **kept.fields} if kept is not None else fields

    def grant(self, account: str) -> Grant:
        """What the office gave of an account, and how it is renewed.

        Raises:
            ReconnectError: there are no credentials.
        """
        return self._grant_of(account, self._given.get(account))

    def _grant_of(self, account: str, fields: Mapping[str, str]) -> Grant:
        platform = account.partition(":")[0]
        renewal = registry.room(platform).renewal(fields, self._settings.get(account, {}))
        seed = fields.get(renewal.seed) or dict(fields)
        return Grant(account, self._named(account, seed), renewal, self._named(account, dict(fields)))

    def _named(self, account: str, secret: Json) -> str:
        return hashlib.sha256(canonical([self._world, account, secret])).hexdigest()[:32]

    def __repr__(self) -> str:
        return f"<RenewedTokens over {self._given!r}>"


def unreadable(account: str, error: SealError | OSError) -> ReconnectError:
    """What is kept of an account cannot be opened: in words."""
    why = error_text(error) if isinstance(error, SealError) else system_words(error)
    return reconnect("vault.shelf_unreadable", account=account, why=why)


def _newest(place: Path, draft: Path, sealer: Sealer) -> Kept | None:
    """The newer of both files: what was written last may not have got its name any more."""
    kept = _opened(place, sealer)
    try:
        written = _opened(draft, sealer)
    except SealError:
        return kept  # only the room for it, or half of it
    return written if written and (kept is None or written.number > kept.number) else kept


def _opened(path: Path, sealer: Sealer) -> Kept | None:
    try:
        text = path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    return Kept.from_json(sealer.open(text))


def _mark(path: Path) -> tuple[int, int, int] | None:
    """Changes with the file."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


def _text(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
