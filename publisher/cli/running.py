"""The verbs that keep running: run, sandbox, demo."""

from __future__ import annotations

import json
import signal
import sys
from argparse import Namespace
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Event
from typing import Any

from connectors.announced import find_sandbox
from publisher import config, practice
from publisher.cli.opening import open_desk
from publisher.cli.screen import Screen
from publisher.cli.server_log import speak
from publisher.config import Workspace
from publisher.errors import PublisherError, WorkspaceError
from publisher.texts import system_words, t
from publisher.wiring import SERVER


def run(given: Namespace, screen: Screen) -> int:
    """Be the server until told to stop, or do once what is due."""
    stop = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with open_desk(given) as desk:
        speak(desk.workspace.state, quiet=given.once)
        if not given.once:
            screen.heading(desk.workspace.mode, t("cli.run_starts", workspace=desk.workspace.root))
            screen.flush()
        code = desk.run(once=given.once, stop=stop, workers=given.workers)
        if given.once and (waiting := len(desk.needs_person())):
            sys.stderr.write(t("cli.needs_person_warning", count=waiting) + "\n")
        return code


# ── sandbox ──────────────────────────────────────────────────────────────────


def sandbox(given: Namespace, screen: Screen) -> int:
    """Serve the simulators; announced to the workspace, if there is one."""
    workspace = _workspace(given)
    running = find_sandbox(workspace.state / SERVER) if workspace else None
    if running and given.port is None and given.state is None:
        raise PublisherError("cli.sandbox_running", url=running["url"])
    state = Path(given.state) if given.state else practice.state_file(workspace) if workspace else None
    if state is not None:
        state.parent.mkdir(parents=True, exist_ok=True)

    def ready(info: dict[str, Any]) -> None:
        if workspace is not None:
            practice.announce(workspace, info)
        if given.json:
            screen.out.write(json.dumps(info) + "\n")
        else:
            screen.heading("sandbox", t("cli.heading_sandbox"))
            screen.line(t("cli.sandbox_ready", url=screen.paint.calm(info["url"])))
            screen.line(screen.paint.dim(t("cli.sandbox_stop")))
        screen.flush()

    _serve(given.port, _last_port(workspace), state, ready)
    return 0


def _serve(
    wanted: int | None, last: int, state: Path | None, ready: Callable[[dict[str, Any]], None]
) -> None:
    """Serve on the port wanted, else on the one of last time: then old permalinks still lead somewhere."""
    import sqlite3

    from connectors.sandbox import serve

    try:
        serve(last if wanted is None else wanted, state, ready)
    except sqlite3.Error as error:
        raise PublisherError("cli.sandbox_state", file=str(state), words=str(error)) from error
    except OSError as error:
        if wanted is not None or not last:
            words = system_words(error)
            raise PublisherError("cli.sandbox_port", port=wanted or last, words=words) from error
        serve(0, state, ready)


def _workspace(given: Namespace) -> Workspace | None:
    """The workspace to announce the sandbox to; none is needed unless one was named."""
    if given.workspace is not None:
        return config.load(Path(given.workspace), sandbox=True)
    try:
        return config.load(config.find_root(Path.cwd()), sandbox=True)
    except WorkspaceError as error:
        if error.message != "config.no_workspace":
            raise
        return None


def _last_port(workspace: Workspace | None) -> int:
    """The port of the sandbox that was here before; 0: there was none."""
    if workspace is None:
        return 0
    try:
        told = json.loads((workspace.state / SERVER).read_text(encoding="utf-8"))
        return int(str(told["url"]).rpartition(":")[2])
    except (OSError, ValueError, KeyError, TypeError):
        return 0  # never ran, or its note cannot be read: any port will do


# ── demo ─────────────────────────────────────────────────────────────────────


def demo(given: Namespace, screen: Screen) -> int:
    """From content/ to published, before your eyes."""
    from publisher.cli.showing import show

    # As Ctrl-C does: the demo's own server and sandbox must end with it, however it ends.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    return show(Path(given.workspace or ".demo"), screen, json=given.json)


VERBS: Mapping[str, Callable[[Namespace, Screen], int]] = {"run": run, "sandbox": sandbox, "demo": demo}
