"""Where secrets come from before a room is opened, and how a checkpoint's secret half is kept in the log.

Tokens come from the environment, from files, or, in the sandbox, from the sandbox's announcement.
A checkpoint field that lets its holder post is sealed under a key file that no backup takes along.
"""

from __future__ import annotations

import json
import os
import stat
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from pathlib import Path
from secrets import token_bytes, token_hex
from typing import Protocol

from connectors.contract import Json, TokenSource, canonical
from connectors.errors import ReconnectError
from publisher.errors import PublisherError
from publisher.texts import known, t

KEY_BYTES = 32
_NONCE_BYTES = 12
"""As AES-GCM wants it (NIST SP 800-38D)."""
_SEAL = "v1."
_MOST_BYTES = 1 << 16
_OTHERS = stat.S_IRWXG | stat.S_IRWXO


# ── Tokens ───────────────────────────────────────────────────────────────────


class EnvFileTokens:
    """Tokens named in schedule.yaml as `env:NAME` or `file:PATH`.

    What stands there is a bare token, or a JSON object of credential fields.

    Args:
        root: paths are relative to it.
        references: account key → `env:NAME` or `file:PATH`.
        private: refuse files that others on this machine can read or write; off in the sandbox,
            whose tokens open nothing.
    """

    def __init__(
        self, root: Path, references: Mapping[str, str], environ: Mapping[str, str], *, private: bool = True
    ) -> None:
        self._root = root
        self._references = dict(references)
        self._environ = environ
        self._private = private

    def get(self, account: str) -> Mapping[str, str]:
        """The credential fields of an account; read anew each time, so that a new token needs no restart.

        Raises:
            ReconnectError: there are none, or they cannot be read; the words say where and what to do.
        """
        reference = self._references.get(account)
        if reference is None:
            raise reconnect("vault.no_reference", account=account)
        kind, _, name = reference.partition(":")
        text = self._variable(account, name) if kind == "env" else self._file(account, name)
        return _fields(account, reference, text)

    def _variable(self, account: str, name: str) -> str:
        text = self._environ.get(name, "")
        if not text.strip():
            raise reconnect("vault.no_variable", account=account, name=name)
        return text

    def _file(self, account: str, name: str) -> str:
        path = self._root / name
        try:
            with path.open("rb") as file:
                if self._private and os.fstat(file.fileno()).st_mode & _OTHERS:
                    raise reconnect("vault.not_private", account=account, file=name, path=str(path))
                data = file.read(_MOST_BYTES + 1)
        except FileNotFoundError:
            raise reconnect("vault.no_file", account=account, file=name) from None
        except OSError as error:
            raise reconnect("vault.unreadable", account=account, file=name, why=error.strerror) from None
        try:
            return data.decode("utf-8-sig") if len(data) <= _MOST_BYTES else ""
        except UnicodeDecodeError:
            return ""  # no token: said with the words for what is none

    def __repr__(self) -> str:
        return f"<EnvFileTokens for {len(self._references)} accounts>"


class SandboxTokens:
    """The tokens that a running sandbox announced, or gives to an account that it did not have.

    Args:
        announced: what `sandbox --json` prints.
        others: where the workspace says its tokens are; used in practice only if they are a sandbox's.
        join: account key → what the sandbox gives an account that joins it; None: it takes none such.
    """

    def __init__(
        self,
        announced: Mapping[str, Json],
        others: TokenSource,
        join: Callable[[str], Mapping[str, str] | None] = lambda _: None,
    ) -> None:
        self._announced: dict[str, Mapping[str, str]] = {
            f"{name}:{platform['account']['id']}": platform["credentials"]
            for name, platform in announced["platforms"].items()
            if "id" in platform.get("account", {}) and "credentials" in platform
        }
        self._others = others
        self._join = join

    def get(self, account: str) -> Mapping[str, str]:
        """The credential fields of an account.

        Raises:
            ReconnectError: neither the sandbox nor the workspace has any.
        """
        found = self._announced.get(account) or self._own(account)
        if found is None and (found := self._join(account)):
            self._announced[account] = found
        return found or self._others.get(account)

    def _own(self, account: str) -> Mapping[str, str] | None:
        try:
            found = self._others.get(account)
        except ReconnectError:
            return None
        return found if any(value.startswith("sandbox-") for value in found.values()) else None

    def __repr__(self) -> str:
        return f"<SandboxTokens for {len(self._announced)} accounts>"


def _fields(account: str, place: str, text: str) -> dict[str, str]:
    text = text.strip()
    if not text.startswith("{"):
        if not text or not text.isprintable() or " " in text:
            raise reconnect("vault.no_token", account=account, place=place)
        return {"token": text}
    try:
        data = json.loads(text)
    except ValueError:
        raise reconnect("vault.bad_json", account=account, place=place) from None
    if not data or not all(isinstance(value, str) and value.strip() for value in data.values()):
        raise reconnect("vault.bad_fields", account=account, place=place)
    return {name: value.strip() for name, value in data.items()}


def reconnect(message: str, **values: object) -> ReconnectError:
    """What is wrong and what to do, in the reader's words; the code is the message id."""
    advice = f"{message}.fix"
    words = [t(message, **values)] + ([t(advice, **values)] if known(advice) else [])
    return ReconnectError(" ".join(words), code=message, effect="none")


# ── Sealed checkpoint fields ─────────────────────────────────────────────────


class SealError(PublisherError):
    """A sealed field cannot be made or opened: stage again, or, if it was fenced, look."""


class Sealing(Protocol):
    """Turns the secret half of a checkpoint into text for the log, and back."""

    def seal(self, data: Mapping[str, Json]) -> str:
        """Text that says nothing without the key."""

    def open(self, text: str) -> Mapping[str, Json]:
        """The inverse of `seal`.

        Raises:
            SealError: the key is lost or another one, or the text was changed.
        """


class NoSealer:
    """For programs that hold no key."""

    def seal(self, data: Mapping[str, Json]) -> str:
        """Empty for nothing; anything else is refused."""
        if data:
            raise SealError("vault.no_key")
        return ""

    def open(self, text: str) -> Mapping[str, Json]:
        """Nothing for empty; anything else is refused."""
        if text:
            raise SealError("vault.no_key")
        return {}


class Sealer:
    """Seals with AES-GCM under a key file, made at first need and readable by its owner alone.

    Args:
        key_file: in the state directory. Never part of a backup: who holds a backup cannot post.
    """

    def __init__(self, key_file: Path) -> None:
        self._path = key_file
        self._key: bytes | None = None

    def seal(self, data: Mapping[str, Json]) -> str:
        """Text for the log; makes the key if there is none.

        Raises:
            SealError: the key can be neither read nor made.
        """
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # few processes ever seal

        key = self._read_key() or self._make_key()
        nonce = token_bytes(_NONCE_BYTES)
        sealed = nonce + AESGCM(key).encrypt(nonce, canonical(dict(data)), _SEAL.encode())
        return _SEAL + urlsafe_b64encode(sealed).decode()

    def open(self, text: str) -> Mapping[str, Json]:
        """The inverse of `seal`.

        Raises:
            SealError: the key is lost or another one, or the text was changed.
        """
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key = self._read_key()
        if key is None:
            raise SealError("vault.key_lost", file=str(self._path))
        try:
            if not text.startswith(_SEAL):
                raise ValueError("of another version")
            sealed = urlsafe_b64decode(text.removeprefix(_SEAL))
            nonce, rest = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
            opened: Mapping[str, Json] = json.loads(AESGCM(key).decrypt(nonce, rest, _SEAL.encode()))
        except (ValueError, InvalidTag):
            raise SealError("vault.cannot_open", file=str(self._path)) from None
        return opened

    def _read_key(self) -> bytes | None:
        if self._key is not None:
            return self._key
        try:
            with self._path.open("rb") as file:
                open_to_others = os.fstat(file.fileno()).st_mode & _OTHERS
                key = file.read(KEY_BYTES + 1)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise SealError("vault.key_unreadable", file=str(self._path), why=error.strerror) from None
        if open_to_others:
            raise SealError("vault.key_not_private", file=str(self._path))
        if len(key) != KEY_BYTES:
            raise SealError("vault.key_damaged", file=str(self._path))
        self._key = key
        return key

    def _make_key(self) -> bytes:
        """A new key, whole on disk before it has its name; the first of two processes wins."""
        draft = self._path.with_name(f"{self._path.name}.{token_hex(8)}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fd = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(fd, "wb") as file:
                file.write(token_bytes(KEY_BYTES))
                file.flush()
                os.fsync(fd)
            self._link(draft)
        except OSError as error:
            raise SealError("vault.key_unwritable", file=str(self._path), why=error.strerror) from None
        finally:
            draft.unlink(missing_ok=True)
        key = self._read_key()
        if key is None:
            raise SealError("vault.key_lost", file=str(self._path))
        return key

    def _link(self, draft: Path) -> None:
        try:
            os.link(draft, self._path)
        except FileExistsError:
            return
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def __repr__(self) -> str:
        return f"<Sealer {self._path.name}>"
