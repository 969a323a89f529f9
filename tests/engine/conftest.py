"""An office in this process: a workspace in a folder, the sandbox in a thread, the real daemon by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.sandbox import start_in_thread

pytest.register_assert_rewrite("tests.engine.office")

from tests.engine.office import Office  # noqa: E402 - asserts are rewritten at import


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
