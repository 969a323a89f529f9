"""Turns whatever stopped a command into words and an exit code; our own mistakes go into a file."""

from __future__ import annotations

import os
import sys
import traceback
from argparse import Namespace
from errno import errorcode
from pathlib import Path

from connectors.errors import ConnectorError
from publisher.errors import ConfigError, PublisherError
from publisher.faults import written_down
from publisher.preview.ansi import safe
from publisher.texts import error_text, fix_of, known, system_words, t, text_of, where


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
    file = written_down(error, _root_of(given), " ".join(sys.argv[1:]))
    _say(t("cli.crash", kind=type(error).__name__, file=file))
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


def _root_of(given: Namespace | None) -> Path | None:
    """The workspace that the command was about, as far as it can be told."""
    start = Path(getattr(given, "workspace", None) or ".").absolute()
    return next((root for root in (start, *start.parents) if (root / "schedule.yaml").is_file()), None)


def _say(words: str) -> None:
    sys.stderr.write(f"publisher: {safe(words)}\n")
