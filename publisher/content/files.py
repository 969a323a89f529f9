"""Opens the files of a post: regular ones only, never waiting, never more than asked for."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable
from typing import BinaryIO, TypeVar

from connectors.contract import Json
from publisher.texts import system_words


class GoneError(Exception):
    """A file of the post vanished while it was read; the next look will tell what became of it."""


class ReadError(Exception):
    """A file cannot be read: a code and its values."""

    def __init__(self, code: str, **values: Json) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


CHANGED = "media.changed"
"""The problem of a file that was written to while it was read: the next look reads it again."""

T = TypeVar("T")


def trying(read: Callable[[], T]) -> T:
    """What `read` gives; a failing disk or share is an error that names its reason."""
    try:
        return read()
    except OSError as error:
        raise unreadable(error) from None


HOLE = bytes(16)
"""Explorer and robocopy give a file its final size at once and fill it afterwards: until then it ends in
zeros. Sixteen, since the end of a .docx has some of its own, and a text in UTF-16 one."""


def bounded(file: BinaryIO, expected: int, most: int) -> bytes:
    """All of a file that has the expected size; of one that has grown, at most one byte more than `most`.

    Raises:
        ReadError: it is still being filled, though its size stands still.
    """
    data = file.read(expected + 1)
    if data.endswith(HOLE):
        raise ReadError("content.unfinished")
    return data if len(data) <= expected else data + file.read(most + 1 - len(data))


def hashed(file: BinaryIO) -> str:
    """sha256 (hex) of the rest of a file."""
    digest = hashlib.sha256()
    while block := file.read(1 << 20):
        digest.update(block)
    return digest.hexdigest()


def unreadable(error: OSError) -> ReadError:
    """The system's refusal as a problem with its reason."""
    return ReadError("content.unreadable", reason=system_words(error))


def opened(path: str) -> BinaryIO:
    """A regular file, opened for reading without following a symlink or waiting on a pipe.

    Raises:
        GoneError: it is not there any more.
        ReadError: it may not be read, or is not a regular file.
    """
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise GoneError from None
    except OSError as error:
        raise unreadable(error) from None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        raise ReadError("content.not_a_file")
    return os.fdopen(handle, "rb")
