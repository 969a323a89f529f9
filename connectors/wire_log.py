"""What of a call may be written down: redaction, and the wire log the door keeps of every request."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import quote, quote_plus

log = logging.getLogger(__name__)

MASK = "***"

# Names of parameters and fields whose value lets its holder act for the account: OAuth 1.0a (RFC 5849),
# OAuth 2.0 (RFC 6749, 7636), Meta's own (appsecret_proof, fb_exchange_token, input_token), upload sessions.
_NAMES = (
    r"access_token|refresh_token|id_token|fb_exchange_token|input_token|upload_token|upload_id|page_token"
    r"|bearer_token"
    r"|client_secret|app_secret|appsecret_proof|consumer_secret|consumer_key|access_token_secret"
    r"|oauth_token|oauth_token_secret|oauth_verifier|oauth_signature|oauth_consumer_key|oauth_nonce"
    r"|code_verifier|authorization_code|password|secret"
)
_PATTERNS = tuple(
    (re.compile(pattern, re.IGNORECASE), repl)
    for pattern, repl in (
        (rf"""(?<![\w-])({_NAMES})(=|%3D)("?)[^&\s"',;<>]+""", rf"\1\2\3{MASK}"),
        (rf"""(["']({_NAMES})["']\s*:\s*)(?:"[^"]*"|'[^']*')""", rf'\1"{MASK}"'),
        (r"""((?:proxy-)?authorization["']?\s*[:=]\s*)[^\r\n}]+""", rf"\1{MASK}"),
        (r"\b(bearer|basic|oauth)\s+[\w.~+/=%-]{8,}", rf"\1 {MASK}"),
        (r"(://)[^/\s@]+@", rf"\1{MASK}@"),
        (r"([?&](?:code|token|key|state)=)[^&\s\"']+", rf"\1{MASK}"),
    )
)


class Redactor:
    """Takes known secrets, and whatever looks like one by its name, out of texts."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: frozenset[str] = frozenset()
        self._expression: re.Pattern[str] | None = None

    def learn(self, secrets: Iterable[str]) -> None:
        """Remember values that must not appear anywhere, also in their URL-encoded forms."""
        forms = {form for s in secrets if s for form in (s, quote(s, safe=""), quote(s), quote_plus(s))}
        if forms <= self._known:
            return
        with self._lock:
            known = self._known | forms
            longest_first = sorted(known, key=len, reverse=True)
            self._expression = re.compile("|".join(map(re.escape, longest_first)))
            self._known = known

    def redact(self, text: str) -> str:
        """`text` with every secret replaced by `***`."""
        if self._expression is not None:
            text = self._expression.sub(MASK, text)
        for pattern, replacement in _PATTERNS:
            text = pattern.sub(replacement, text)
        return text

    def __repr__(self) -> str:
        return f"<Redactor of {len(self._known)} secrets>"


class RedactingFilter(logging.Filter):
    """For log handlers: the SDKs log URLs and headers at DEBUG, with tokens in them."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def filter(self, record: logging.LogRecord) -> bool:
        try:
            message = record.getMessage()
        except (TypeError, ValueError):
            return True  # a line that cannot be formatted: the handler says so in its own way
        record.msg, record.args = self._redactor.redact(message), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._redactor.redact(record.exc_text)
        return True


class WireLog:
    """JSON lines of every call, readable by their owner alone; several processes may write one file.

    Args:
        path: the newest lines; older ones move to `<name>.1` … `<name>.<keep>`.
        max_bytes: a file at least this big is moved aside.

    A log that cannot be written (full disk, read-only folder) fails no call: it is said once on
    the program's own log, and again after it has recovered in between.
    """

    def __init__(self, path: Path, redactor: Redactor, *, max_bytes: int = 4 << 20, keep: int = 4) -> None:
        self._path = path
        self._redactor = redactor
        self._max_bytes = max_bytes
        self._keep = keep
        self._lock = Lock()
        self._failing = False
        self._torn = False

    def write(self, entry: Mapping[str, Any]) -> None:
        """Add a line; values that are None are left out."""
        shown = {name: self._shown(value) for name, value in entry.items() if value is not None}
        data = json.dumps(shown, ensure_ascii=False).encode(errors="backslashreplace") + b"\n"
        with self._lock:
            try:
                self._append(data)
            except OSError as error:
                if not self._failing:
                    log.warning("the wire log %s cannot be written: %s", self._path, error.strerror)
                self._failing = True
            else:
                self._failing = False

    def _shown(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._redactor.redact(value)
        if isinstance(value, Mapping):
            return {name: self._shown(inner) for name, inner in value.items()}
        return value

    def _append(self, data: bytes) -> None:
        fd = self._open()
        try:
            if self._torn:
                data = b"\n" + data
            written = os.write(fd, data)
            # A disk that fills up takes half a line without an error; the next line starts anew.
            self._torn = written < len(data)
            if os.fstat(fd).st_size >= self._max_bytes:
                self._rotate(fd)
        finally:
            os.close(fd)

    def _open(self) -> int:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            return os.open(self._path, flags, 0o600)
        except FileNotFoundError:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(self._path, flags, 0o600)

    def _rotate(self, fd: int) -> None:
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.stat(self._path).st_ino != os.fstat(fd).st_ino:
                return
        except (BlockingIOError, FileNotFoundError):
            return  # another process moves it, or has just moved it
        for number in range(self._keep - 1, 0, -1):
            older = self._aged(number)
            if older.exists():
                older.rename(self._aged(number + 1))
        self._path.rename(self._aged(1))

    def _aged(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}")
