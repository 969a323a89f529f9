"""Turns whatever stopped a command into words and an exit code; our own mistakes go into a file."""

from __future__ import annotations

import os
import sys
import traceback
from argparse import Namespace
from errno import errorcode
from pathlib import Path
from tempfile import NamedTemporaryFile

from connectors.clock import SystemClock
from connectors.errors import ConnectorError
from publisher.errors import ConfigError, PublisherError
from publisher.preview.ansi import safe
from publisher.texts import error_text, fix_of, known, system_words, t, text_of, where

MOST_BYTES = 1_000_000
"""A crash log that has grown beyond this is begun anew."""


def explain(error: Exception, given: Namespace | None) -> int:
    """Tell on stderr what happened; gives the exit code."""
    if os.environ.get("PUBLISHER_DEBUG") == "1":
        traceback.print_exception(error)
    if isinstance(error, ConfigError) and error.problems:
        _say("\n".join(_config_lines(error)))
        return error.exit_code
    if isinstance(error, PublisherError):
        _say(error_text(error))
        return error.exit_code
    if isinstance(error, ConnectorError):
        _say(t("cli.platform_said", words=error.words))
        return 1
    if isinstance(error, OSError) and error.strerror:
        _say(_system_words(error))
        return 1
    _say(t("cli.crash", kind=type(error).__name__, file=_written_down(error, given)))
    return 1


def _config_lines(error: ConfigError) -> list[str]:
    """Every mistake of schedule.yaml at once: nobody likes to find them one by one."""
    lines = []
    for problem in error.problems:
        place = where(problem)
        lines.append(f"{place}: {text_of(problem)}" if place else text_of(problem))
        if fix := fix_of(problem):
            lines.append(f"  → {fix}")
    return lines


def _system_words(error: OSError) -> str:
    words = system_words(error)
    if error.filename is None or isinstance(error.filename, int):
        told = t("cli.system", words=words)
    else:
        told = t("cli.system_file", words=words, file=os.fsdecode(error.filename))
    advice = f"system.{errorcode.get(error.errno or 0, '')}.fix"
    return f"{told}\n{t(advice)}" if known(advice) else told


def _written_down(error: Exception, given: Namespace | None) -> str:
    """The file that now holds the traceback: in the workspace if there is one that can be written."""
    now = SystemClock().now().isoformat(timespec="seconds")
    report = f"── {now} {' '.join(sys.argv[1:])}\n{''.join(traceback.format_exception(error))}\n"
    try:
        return _kept_in_workspace(report, given) or _kept_in_temp(report)
    except OSError:
        sys.stderr.write(report)  # no disk takes it; losing it would help nobody
        return "stderr"


def _kept_in_workspace(report: str, given: Namespace | None) -> str | None:
    start = Path(getattr(given, "workspace", None) or ".").absolute()
    for root in (start, *start.parents):
        if not (root / "schedule.yaml").is_file():
            continue
        file = root / ".publisher" / "crash.log"
        try:
            file.parent.mkdir(exist_ok=True)
            fresh = not file.exists() or file.stat().st_size > MOST_BYTES
            with file.open("w" if fresh else "a", encoding="utf-8", errors="backslashreplace") as out:
                out.write(report)
        except OSError:
            return None  # full or read-only
        return str(file)
    return None


def _kept_in_temp(report: str) -> str:
    with NamedTemporaryFile(
        "w",
        encoding="utf-8",
        errors="backslashreplace",
        prefix="publisher-crash-",
        suffix=".log",
        delete=False,
    ) as out:
        out.write(report)
    return out.name


def _say(words: str) -> None:
    sys.stderr.write(f"publisher: {safe(words)}\n")
