"""The sandbox as a process beside the program: found where it announced itself, or started as a child."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import current_thread, main_thread
from typing import Any

from connectors.announced import find_sandbox
from publisher.config import Workspace
from publisher.errors import WorkspaceError
from publisher.wiring import SERVER

STATE = "sandbox.db"
CLOSES_WITHIN = 10
"""Seconds that a sandbox may take to end before it is killed."""


@contextmanager
def running(workspace: Workspace, *, port: int = 0) -> Iterator[dict[str, Any]]:
    """The sandbox that this workspace uses: the one that answers, else a child that ends with the block.

    Raises:
        WorkspaceError: it does not start, or the one named by URL does not answer.
    """
    if isinstance(workspace.sandbox, str):
        raise WorkspaceError("desk.no_sandbox_there", url=workspace.sandbox)
    found = find_sandbox(workspace.state / SERVER)
    if found is not None:
        yield found
        return
    child = _start(workspace, port)
    _ends_with_us(child)
    try:
        yield _announced(child, workspace)
    finally:
        _end(child)


def announce(workspace: Workspace, info: dict[str, Any]) -> None:
    """Note where the sandbox answers, for the commands that come after."""
    workspace.state.mkdir(parents=True, exist_ok=True)
    target = workspace.state / SERVER
    draft = target.with_suffix(f".{os.getpid()}")
    try:
        draft.write_text(json.dumps(info) + "\n", encoding="utf-8")
        draft.replace(target)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def state_file(workspace: Workspace) -> Path:
    """What the simulators remember: live posts, tokens, quotas."""
    return workspace.state / STATE


def _ends_with_us(child: subprocess.Popen[str]) -> None:
    """SIGTERM would otherwise end a command on the spot, and leave its sandbox running for good.

    No exception is raised for it: wherever the signal arrives, a library may be in the middle of something
    that swallows or prints one. The program is built to be ended at any point.
    """

    def end(*_: object) -> None:
        _end(child)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        os.kill(os.getpid(), signal.SIGTERM)

    if current_thread() is main_thread() and signal.getsignal(signal.SIGTERM) is signal.SIG_DFL:
        signal.signal(signal.SIGTERM, end)


def _end(child: subprocess.Popen[str]) -> None:
    child.terminate()
    try:
        child.wait(timeout=CLOSES_WITHIN)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()


def _start(workspace: Workspace, port: int) -> subprocess.Popen[str]:
    workspace.state.mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "connectors.sandbox", "--json", "--port", str(port)]
    command += ["--state", str(state_file(workspace))]
    # A group of its own: Ctrl-C at the terminal ends the daemon first, which then ends its child.
    return subprocess.Popen(  # noqa: S603 - our own module, our own interpreter
        command, stdout=subprocess.PIPE, text=True, start_new_session=True
    )


def _announced(child: subprocess.Popen[str], workspace: Workspace) -> dict[str, Any]:
    line = child.stdout.readline() if child.stdout is not None else ""
    if not line:
        raise WorkspaceError("desk.sandbox_died", code=child.wait())
    info: dict[str, Any] = json.loads(line)
    announce(workspace, info)
    return info
