"""A workspace with a sandbox for each acceptance test; nothing is left running after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.harness import Office


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    """An office with the sandbox running, and no daemon yet."""
    one = Office(tmp_path / "office", tmp_path / "state")
    try:
        one.set_up()
        yield one
    finally:
        one.close()
