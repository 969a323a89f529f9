"""An office in this process: a workspace in a folder, the sandbox in a thread, the real daemon by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.sandbox import start_in_thread

pytest.register_assert_rewrite("tests.engine.office")

from tests.engine import wall  # noqa: E402 - asserts are rewritten at import
from tests.engine.office import Office  # noqa: E402
from tests.plugged import plugged  # noqa: E402


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """Two channels, nothing to approve; time stands still until the test lets it pass."""
    with start_in_thread() as sandbox:
        made = Office(tmp_path / "desk", sandbox)
        made.open()
        try:
            yield made
        finally:
            made.close()


@pytest.fixture
def board(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[wall.Board]:
    """The office has a channel on a platform that a package of other people brought along."""
    monkeypatch.setenv("WALL_TOKEN", "sandbox-wall-1")
    with plugged(tmp_path / "site", monkeypatch, "wall = tests.engine.wall:ROOM"):
        wall.BOARD = wall.Board()
        office.open({"w": {"platform": "wall", "account": "1", "token": "env:WALL_TOKEN"}})
        yield wall.BOARD
        office.close()
