"""A workspace with a sandbox for each acceptance test; nothing is left running after it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.harness import Office


@pytest.fixture
def office(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Office]:
    """An office with the sandbox running, and no daemon yet; its channels are the module's `OFFICE`."""
    one = Office(tmp_path / "office", tmp_path / "state")
    try:
        one.set_up(**getattr(request.module, "OFFICE", {}))
        yield one
    finally:
        one.close()
