"""Runs one command: language, parsing, the verb, and what a person reads when something goes wrong."""

from __future__ import annotations

import gc
import os
import re
import sys
from argparse import Namespace
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TextIO

from publisher import texts
from publisher.cli.parser import parse

OK, ERROR, INTERRUPTED, PIPE_CLOSED = 0, 1, 130, 141
"""130 and 141 are what a shell reports for a program ended by SIGINT and SIGPIPE."""

COLLECT_WHILE_RUNNING = 50_000
"""Objects between two searches for cycles in what runs for months, and gives back what it can."""


def main(arguments: Sequence[str]) -> int:
    """Do what was asked.

    Returns:
        0 done, 1 error, 2 wrong usage, 3 some deliveries failed, 4 some need a person,
        5 `plan --exit-code` found changes.
    """
    sys.stdout = sys.stdout or _nowhere()  # closed by whoever started us
    sys.stderr = sys.stderr or _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a console that lacks a character shows `?`
    texts.use(_language(arguments, os.environ))
    try:
        code = _guarded(arguments)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output left
        _drop_output()
        return PIPE_CLOSED
    except OSError as error:  # the output goes to a disk that is full
        from publisher.cli.trouble import explain

        _drop_output()
        return explain(error, None)
    return code


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")


def _drop_output() -> None:
    """What cannot be written is let go: Python would complain once more when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _guarded(arguments: Sequence[str]) -> int:
    given: Namespace | None = None
    try:
        given = parse(arguments)
        return _do(given)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else ERROR
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        raise
    except Exception as error:  # the boundary to people: whatever it is, they get words
        from publisher.cli.trouble import explain

        return explain(error, given)


def _do(given: Namespace) -> int:
    """Import the verb's group, and only that."""
    match given.verb:
        case "new" | "check" | "preview":
            from publisher.cli.writing import VERBS
        case "plan" | "status" | "log":
            from publisher.cli.looking import VERBS
        case "run" | "sandbox" | "demo":
            gc.set_threshold(COLLECT_WHILE_RUNNING)
            from publisher.cli.running import VERBS
        case "init":
            from publisher.cli.setting_up import VERBS
        case "doctor":
            from publisher.cli.checking_up import VERBS
        case _:
            from publisher.cli.deciding import VERBS
    from publisher.cli.screen import Screen

    return VERBS[given.verb](given, Screen.of(sys.stdout, os.environ))


# ── Language ─────────────────────────────────────────────────────────────────

_KEY = re.compile(r"^language:\s*[\"']?(\w+)", re.MULTILINE)
_ENOUGH = 64_000
"""Characters of schedule.yaml in which `language` is looked for: help must come at once."""


def _language(arguments: Sequence[str], environ: Mapping[str, str]) -> str:
    """--lang, else PUBLISHER_LANG, else the workspace's, else the system's, else English."""
    for wanted in (_option(arguments, "--lang"), environ.get("PUBLISHER_LANG")):
        if wanted in texts.languages():
            return str(wanted)
    found = _of_workspace(Path(_option(arguments, "--workspace") or ".")) or _of_system(environ)
    return found if found in texts.languages() else texts.FALLBACK


def _option(arguments: Sequence[str], name: str) -> str | None:
    """The value of a global option, before anything is parsed."""
    for number, word in enumerate(arguments):
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
        if word == name and number + 1 < len(arguments):
            return arguments[number + 1]
    return None


def _of_workspace(start: Path) -> str | None:
    """The key `language` of the nearest schedule.yaml, read without YAML; Indonesian where it is left out."""
    try:
        start = start.absolute()
    except OSError:
        return None  # the current folder was deleted
    for folder in (start, *start.parents):
        try:
            with (folder / "schedule.yaml").open(encoding="utf-8", errors="replace") as file:
                found = _KEY.search(file.read(_ENOUGH))
            return found[1] if found else "id"
        except OSError:
            continue
    return None


def _of_system(environ: Mapping[str, str]) -> str:
    """The first two letters of the locale, as POSIX orders its variables."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return environ[name][:2].lower()
    return texts.FALLBACK
