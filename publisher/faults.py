"""Keeps a mistake of the program itself to the post it was made over: told as a problem, details in a file.

Whoever works through many posts catches what one of them brings about and asks `Faults.told` for the
problem. What is nobody's post (no memory, no database) goes on its way from there.
"""

from __future__ import annotations

import os
import sys
import traceback
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import NamedTemporaryFile

from connectors.clock import SystemClock
from connectors.contract import Json, Problem, Severity
from publisher.errors import LogError, NotFoundError
from publisher.model import FAULT

MOST_BYTES = 1_000_000
"""A crash log that has grown beyond this is begun anew."""

NO_FILE = "stderr"
"""Where the details are when no disk takes them."""

_NOBODYS = (LogError, NotFoundError, MemoryError)
_DATABASES = ("sqlite3", "sqlalchemy", "psycopg")


@dataclass
class Faults:
    """What the program failed over in one workspace, each written down once while it stays the same."""

    root: Path
    _written: dict[tuple[str, str | None, str], tuple[str, str]] = field(default_factory=dict)

    def told(
        self,
        error: Exception,
        file: str,
        post: str,
        *,
        code: str = FAULT,
        line: int | None = None,
        channel: str | None = None,
        name: str = "",
    ) -> Problem:
        """The problem for people; its traceback goes into the file that it names.

        Args:
            file: relative to the workspace, as in every problem.
            channel: label of the only one that is concerned; None: the whole post.
            name: of the picture or clip, for `MEDIA_FAULT`.

        Raises:
            Exception: the error itself, if no single post can be to blame for it.
        """
        if is_nobodys(error):
            raise error
        log = self._kept((file, channel, name), error)
        values: dict[str, Json] = {"kind": type(error).__name__, "log": log}
        if name:
            values["name"] = name
        return Problem(code, Severity.ERROR, values, post=post, file=file, line=line, channel=channel)

    def _kept(self, where: tuple[str, str | None, str], error: Exception) -> str:
        """The file of details; written to again if the mistake is another one, or the file was removed."""
        this = _place_of(error)
        before, log = self._written.get(where, ("", ""))
        if before != this or (log != NO_FILE and not (self.root / log).exists()):
            log = self._written_down(error, where[0])
            self._written[where] = this, log
        return log

    def _written_down(self, error: Exception, file: str) -> str:
        kept = Path(written_down(error, self.root.absolute(), file))
        inside = kept.is_relative_to(self.root.absolute())
        return kept.relative_to(self.root.absolute()).as_posix() if inside else str(kept)


def is_nobodys(error: Exception) -> bool:
    """Whether all posts are in the same boat; libraries are asked by name, as a look loads none of them."""
    kinds = (kind.__module__.partition(".")[0] for kind in type(error).__mro__)
    return isinstance(error, _NOBODYS) or any(kind in _DATABASES for kind in kinds)


def _place_of(error: Exception) -> str:
    """Kind and line of code: the same mistake again, whatever its words."""
    last = traceback.extract_tb(error.__traceback__)[-1:]
    return f"{type(error).__name__} {last[0].filename}:{last[0].lineno}" if last else type(error).__name__


# ── The file of details ──────────────────────────────────────────────────────


def written_down(error: Exception, root: Path | None, about: str) -> str:
    """The file that now holds the traceback: in the workspace, if that can be written.

    Args:
        root: of the workspace; None: there is none.
        about: what was being done, for the heading.
    """
    now = SystemClock().now().isoformat(timespec="seconds")
    report = f"── {now} {about}\n{''.join(traceback.format_exception(error))}\n"
    try:
        return (root and _kept_in_workspace(report, root)) or _kept_in_temp(report)
    except OSError:
        sys.stderr.write(report)  # no disk takes it; losing it would help nobody
        return NO_FILE


def _kept_in_workspace(report: str, root: Path) -> str | None:
    file = root / ".publisher" / "crash.log"
    try:
        file.parent.mkdir(exist_ok=True)
        fresh = not file.exists() or file.stat().st_size > MOST_BYTES
        with file.open("w" if fresh else "a", encoding="utf-8", errors="backslashreplace") as out:
            out.write(report)
    except OSError:
        return None  # full or read-only
    return os.fspath(file)


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
