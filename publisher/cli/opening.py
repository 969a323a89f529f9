"""Opens the desk for a verb, as the global options say."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from publisher import config
from publisher.desk import Desk


def open_desk(given: Namespace) -> Desk:
    """The desk of the workspace that was named, else of the nearest one above.

    Raises:
        WorkspaceError: there is none, or its schedule.yaml is wrong.
    """
    root = Path(given.workspace) if given.workspace is not None else None
    return Desk.open(root, sandbox=given.sandbox, actor=given.by)


def root_of(given: Namespace) -> Path:
    """The folder of the workspace.

    Raises:
        WorkspaceError: there is none.
    """
    if given.workspace is None:
        return config.find_root(Path.cwd())
    # The one that was named and no other: the folder above it may be a workspace too.
    return Path(given.workspace).absolute()
