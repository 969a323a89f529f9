"""Finds the design of a name: the workspace's before the shipped one; an edited file counts at once."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from connectors.contract import Problem, Severity
from publisher.cards.design import Design, DesignError, read_design
from publisher.config.values import suggestion
from publisher.render import shipped_dir
from publisher.texts import system_words

FALLBACK = "info"
"""The design where nobody names one."""


class Designs:
    """The designs of a workspace, and below them the shipped ones.

    Args:
        templates: the workspace's, a folder that may be missing.
    """

    def __init__(self, templates: Path) -> None:
        self._folders = (shipped_dir() / "cards", templates / "cards")
        self._read: dict[Path, tuple[tuple[int, int], Design]] = {}

    def named(self, name: str) -> Design:
        """The design that a name, or one of its other names, means; `yes` or nothing: any.

        Raises:
            DesignError: there is none, or it is wrong.
        """
        files = {path.stem: path for folder in self._folders for path in sorted(folder.glob("*.yaml"))}
        wanted = FALLBACK if name in ("", "yes") else name
        if wanted in files:
            return self._design(files[wanted])
        known: dict[str, Design] = {}
        for stem, path in files.items():
            with suppress(DesignError):  # a mistake in another design is told where that is asked for
                known[stem] = self._design(path)
        for design in known.values():
            if wanted in design.also:
                return design
        every = [*known, *(word for design in known.values() for word in design.also)]
        values = {"name": wanted, "known": ", ".join(every), "meant": suggestion(wanted, every)}
        raise DesignError(Problem("cards.no_design", Severity.ERROR, values))

    def _design(self, path: Path) -> Design:
        shown = f"templates/cards/{path.name}"
        try:
            stat = path.stat()
            stamp = stat.st_mtime_ns, stat.st_size
            if path not in self._read or self._read[path][0] != stamp:
                self._read[path] = stamp, read_design(path, shown)
        except OSError as error:
            values = {"words": system_words(error)}
            raise DesignError(Problem("config.unreadable", Severity.ERROR, values, file=shown)) from None
        return self._read[path][1]
