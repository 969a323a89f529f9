"""The verb of those who begin: init."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path

from publisher.cli.screen import Screen
from publisher.cli.writing import quoted
from publisher.desk import init as make_workspace
from publisher.texts import t


def init(given: Namespace, screen: Screen) -> int:
    """Make a workspace and say what to do next."""
    folder = Path(given.folder or given.workspace or ".")
    made = make_workspace(folder, samples=not given.no_samples)
    if given.json:
        screen.json({"workspace": str(folder.absolute()), "made": [str(path) for path in made]})
        return 0
    screen.heading("sandbox", t("cli.heading_init"))
    for path in made:
        screen.line(f"  {screen.paint.good('+')} {path}")
    screen.line()
    screen.line(screen.paint.bold(t("cli.init_next")))
    where = "" if folder.absolute() == Path.cwd() else f"--workspace {quoted(str(folder))} "
    for verb in ("check", "preview", "run"):
        screen.line(f"  publisher {where}{verb}{' POST' if verb == 'preview' else ''}")
        screen.line(f"    {screen.paint.dim(t(f'cli.init_{verb}'))}")
    return 0


VERBS: Mapping[str, Callable[[Namespace, Screen], int]] = {"init": init}
