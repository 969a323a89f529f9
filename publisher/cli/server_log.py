"""Where the server says what it does: short lines on stderr, everything with details in server.log."""

from __future__ import annotations

import logging
import sys
from logging.handlers import RotatingFileHandler
from pathlib import Path

from connectors.wire_log import RedactingFilter, Redactor
from publisher.preview.ansi import safe
from publisher.texts import system_words

NAME = "server.log"
MOST_BYTES = 2_000_000
KEPT = 4
_LINE = "%(asctime)s %(levelname)s %(message)s"
_CLOCK = "%Y-%m-%dT%H:%M:%S%z"


class _Whole(logging.Formatter):
    """One line for each thing, which nothing that a platform says can break, forge or colour."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = safe(record.message).replace("\n", " ")
        return super().formatMessage(record)


class _Short(_Whole):
    """No traceback: it is in the file, and nobody who reads a terminal asked for it."""

    def format(self, record: logging.LogRecord) -> str:
        record.message = record.getMessage()
        record.asctime = self.formatTime(record, self.datefmt)
        line = self.formatMessage(record)
        error = record.exc_info[1] if record.exc_info else None
        return f"{line} ({type(error).__name__}, {NAME})" if error is not None else line


class _File(RotatingFileHandler):
    """A file on a full disk is complained about once; its lines wait until there is room again."""

    _failing = False
    _failed = False

    def emit(self, record: logging.LogRecord) -> None:
        self._failed = False
        super().emit(record)
        self._failing = self._failed

    def handleError(self, record: logging.LogRecord) -> None:
        error = sys.exc_info()[1]
        if not isinstance(error, OSError):
            super().handleError(record)
            return
        self._failed = True
        if not self._failing:
            sys.stderr.write(f"{NAME}: {system_words(error)}\n")


def speak(state: Path, *, quiet: bool) -> None:
    """Let the program's own log be heard until the process ends.

    Args:
        state: the folder of this mode; a log file that cannot be written there is done without.
        quiet: only warnings on stderr, as cron mails every line.
    """
    redact = RedactingFilter(Redactor())
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    handlers[0].setLevel(logging.WARNING if quiet else logging.INFO)
    handlers[0].setFormatter(_Short(_LINE, _CLOCK))
    try:
        state.mkdir(parents=True, exist_ok=True)
        file = _File(state / NAME, maxBytes=MOST_BYTES, backupCount=KEPT, encoding="utf-8", delay=False)
        file.setFormatter(_Whole(_LINE, _CLOCK))
        handlers.append(file)
    except OSError as error:
        logging.getLogger(__name__).warning("%s: %s", NAME, system_words(error))
    for handler in handlers:
        handler.addFilter(redact)
        logging.getLogger().addHandler(handler)
    logging.getLogger().setLevel(logging.WARNING)
    for name in ("publisher", "connectors"):
        logging.getLogger(name).setLevel(logging.INFO)
