"""Names of hosted files: always the same for the same bytes, and not to be guessed even by who has them."""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from secrets import token_bytes, token_hex

from publisher.media.store import MediaStoreError
from publisher.texts import system_words

KEY_BYTES = 32
ENDINGS = {
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/gif": "gif",
    "video/mp4": "mp4",
    "video/quicktime": "mov",
    "video/webm": "webm",
    "text/srt": "srt",
    "text/vtt": "vtt",
}


class Names:
    """Makes names with a secret of this workspace, made at first need.

    Args:
        key_file: in the workspace's state folder; never public. A new one gives new names.
    """

    def __init__(self, key_file: Path) -> None:
        self._file = key_file

    def name(self, key: str, mime: str) -> str:
        """The name of a file, with the ending that web servers know its type by.

        Raises:
            MediaStoreError: the secret cannot be read or made.
        """
        digest = hmac.digest(self.secret(), f"{key}\n{mime}".encode(), "sha256")
        return f"{digest.hex()}.{ENDINGS.get(mime, 'bin')}"

    def secret(self) -> bytes:
        """The secret; of two processes that make it at once, the first wins.

        Raises:
            MediaStoreError: it cannot be read or made (`media.host_key`).
        """
        try:
            key = self._read() or self._made()
        except OSError as error:
            raise MediaStoreError(
                "media.host_key", file=str(self._file), words=system_words(error)
            ) from error
        if key is None or len(key) != KEY_BYTES:
            raise MediaStoreError("media.host_key", file=str(self._file), words=f"≠ {KEY_BYTES} bytes")
        return key

    def _read(self) -> bytes | None:
        try:
            return self._file.read_bytes()
        except FileNotFoundError:
            return None

    def _made(self) -> bytes | None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        draft = self._file.with_name(f".{self._file.name}.{token_hex(8)}")
        try:
            with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):  # another process was faster: its secret holds
                os.link(draft, self._file)
        finally:
            draft.unlink(missing_ok=True)
        return self._read()


def due_for_removal(needed_at: Mapping[str, datetime], now: datetime, keep: timedelta) -> tuple[str, ...]:
    """The names of hosted files that nobody has asked for since `keep`."""
    return tuple(sorted(name for name, at in needed_at.items() if at + keep <= now))
