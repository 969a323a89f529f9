"""The host of offices whose website lies elsewhere: files go there by SFTP, under the website's address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from connectors.clock import Clock
from connectors.contract import MediaFacts
from publisher.config.hosts import MediaHostSettings
from publisher.media.hosts.directory import OURS
from publisher.media.hosts.naming import Names, due_for_removal
from publisher.media.hosts.secrets import secret
from publisher.media.pruning import STRAY
from publisher.media.store import MediaStoreError
from publisher.texts import system_words

if TYPE_CHECKING:
    from paramiko import SFTPClient

TIMEOUT = 20.0
"""Seconds for connecting, and for each answer."""
SSH = 22
_DRAFT = re.compile(rf"\.{OURS.pattern}\.[0-9a-f]{{8}}")


class SftpHost:
    """Fills `MediaHost`: uploaded aside and renamed, so that nobody fetches half a file.

    The server must be one that `known_hosts` names: one that is unknown, or whose key has changed, gets
    nothing.

    Args:
        root: of the workspace; files that settings name are relative to it.
    """

    def __init__(self, settings: MediaHostSettings, names: Names, clock: Clock, root: Path) -> None:
        self.settings = settings
        self._names = names
        self._clock = clock
        self._root = root

    def put(self, path: Path, facts: MediaFacts, key: str) -> str:
        """Upload a made file, unless it lies there; its public URL.

        Raises:
            MediaStoreError: there is no way in, no such folder, or no room.
        """
        name = self._names.name(key, facts.mime)
        target = f"{self._folder}/{name}"
        at = self._clock.now().timestamp()
        with self._connected() as sftp:
            if _size(sftp, target) != path.stat().st_size:
                draft = f"{self._folder}/.{name}.{token_hex(4)}"
                try:
                    sftp.put(str(path), draft)  # compares the sizes
                    sftp.posix_rename(draft, target)
                except BaseException:
                    with suppress(OSError):
                        sftp.remove(draft)
                    raise
            sftp.utime(target, (at, at))
        return f"{self.settings.url}/{name}"

    def tidy(self) -> int:
        """Remove what nobody has needed for as long as `keep` says, and what was never finished; how many.

        Raises:
            MediaStoreError: as `put`.
        """
        with self._connected() as sftp:
            written_at = {
                one.filename: datetime.fromtimestamp(one.st_mtime or 0, UTC)
                for one in sftp.listdir_attr(self._folder)
            }
            needed_at = {name: at for name, at in written_at.items() if OURS.fullmatch(name)}
            drafts = {name: at for name, at in written_at.items() if _DRAFT.fullmatch(name)}
            now = self._clock.now()
            old = (
                *due_for_removal(needed_at, now, self.settings.keep),
                *due_for_removal(drafts, now, STRAY),
            )
            for name in old:
                sftp.remove(f"{self._folder}/{name}")
        return len(old)

    @property
    def _folder(self) -> str:
        return self.settings.remote.rstrip("/") or "."

    @contextmanager
    def _connected(self) -> Iterator[SFTPClient]:
        """A connection of its own for each use: hours lie between two, and servers end idle ones."""
        try:
            import paramiko
        except ImportError:
            raise MediaStoreError("media.needs_extra", kind="sftp", extra="sftp") from None
        place = f"{self.settings.user}@{self.settings.host}"
        client = paramiko.SSHClient()
        client.set_missing_host_key_policy(paramiko.RejectPolicy())
        try:
            known = self._root / Path(self.settings.known_hosts).expanduser()
            client.load_host_keys(str(known))
            client.connect(
                self.settings.host,
                self.settings.port or SSH,
                self.settings.user,
                secret(self.settings.password, self._root) if self.settings.password else None,
                key_filename=str(self._root / Path(self.settings.key).expanduser())
                if self.settings.key
                else None,
                timeout=TIMEOUT,
                banner_timeout=TIMEOUT,
                auth_timeout=TIMEOUT,
                allow_agent=False,
                look_for_keys=False,
            )
            with client.open_sftp() as sftp:
                channel = sftp.get_channel()
                if channel is not None:
                    channel.settimeout(TIMEOUT)
                yield sftp
        except paramiko.BadHostKeyException as error:
            found = f"{error.key.get_name()} {error.key.get_base64()}"
            raise MediaStoreError("media.sftp_key_changed", place=place, key=found) from error
        except paramiko.AuthenticationException as error:
            raise MediaStoreError("media.sftp_refused", place=place) from error
        except paramiko.SSHException as error:
            unknown = "not found in known_hosts" in str(error)
            code = "media.sftp_unknown" if unknown else "media.host"
            raise MediaStoreError(code, place=place, words=str(error)) from error
        except FileNotFoundError as error:
            if error.filename:
                raise MediaStoreError(
                    "media.host", place=str(error.filename), words=system_words(error)
                ) from error
            raise MediaStoreError("media.host_folder", folder=f"{place}:{self.settings.remote}") from error
        except (OSError, EOFError) as error:
            words = system_words(error) if isinstance(error, OSError) else "EOF"
            raise MediaStoreError("media.host", place=place, words=words or str(error)) from error
        finally:
            client.close()


def _size(sftp: SFTPClient, target: str) -> int | None:
    """Bytes of a file there; None: there is none. A folder that is missing shows when it is written."""
    try:
        size: int | None = sftp.stat(target).st_size
        return size
    except FileNotFoundError:
        return None
