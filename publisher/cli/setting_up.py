"""The verb of those who begin: init."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path

from publisher import config, texts
from publisher.cli.screen import Screen, program
from publisher.cli.writing import quoted
from publisher.desk.making import init as make_workspace
from publisher.schema import write as write_schemas
from publisher.texts import t


def init(given: Namespace, screen: Screen) -> int:
    """Make a workspace and say what to do next; with --schema, only renew what helps editors."""
    if given.schema:
        return _renew_schemas(given, screen)
    folder = Path(given.folder or given.workspace or ".")
    made = make_workspace(folder, samples=not given.no_samples)
    made += write_schemas(folder, config.load(folder).language)
    if given.json:
        screen.json({"workspace": str(folder.absolute()), "made": [str(path) for path in made]})
        return 0
    if given.lang is None:
        texts.use(config.load(folder).language)  # from here on it speaks as the workspace does
    screen.heading("sandbox", t("cli.heading_init"))
    for path in made:
        screen.line(f"  {screen.paint.good('+')} {path}")
    screen.line()
    screen.line(screen.paint.bold(t("cli.init_next")))
    where = "" if folder.absolute() == Path.cwd() else f"--workspace {quoted(str(folder))} "
    for verb in ("check", "preview", "run"):
        post = f" {t('cli.meta_post')}" if verb == "preview" else ""
        screen.line(f"  {program()} {where}{verb}{post}")
        screen.line(f"    {screen.paint.dim(t(f'cli.init_{verb}'))}")
    return 0


def _renew_schemas(given: Namespace, screen: Screen) -> int:
    """Write the schemas of this version over those of an older one."""
    folder = config.find_root(Path(given.folder or given.workspace or "."))
    changed = write_schemas(folder, config.load(folder).language)
    if given.json:
        screen.json({"workspace": str(folder), "made": [str(path) for path in changed]})
        return 0
    for path in changed:
        screen.line(f"  {screen.paint.good('+')} {path}")
    if not changed:
        screen.line(t("cli.schema_current"))
    return 0


VERBS: Mapping[str, Callable[[Namespace, Screen], int]] = {"init": init}
