"""States and reasons as staff call them; shared by the preview and every table of the CLI."""

from __future__ import annotations

from publisher.model import DueWhy, State
from publisher.texts import t


def why(reason: DueWhy) -> str:
    """Why it is due when it is."""
    return t(f"preview.why_{reason}")


def state(of: State) -> str:
    """A state as staff call it."""
    return t(f"preview.state_{of}")
