"""What the server says of itself: a line for each thing, whatever others put into it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.cli import server_log


@pytest.fixture
def as_it_was() -> Iterator[None]:
    """Handlers and levels of the process, given back."""
    loggers = [logging.getLogger(name) for name in (None, "publisher", "connectors")]
    before = [(one.level, list(one.handlers)) for one in loggers]
    yield
    for one, (level, handlers) in zip(loggers, before, strict=True):
        for handler in set(one.handlers) - set(handlers):
            one.removeHandler(handler)
            handler.close()
        one.setLevel(level)


@pytest.mark.usefixtures("as_it_was")
def test_no_platform_breaks_or_colours_a_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An answer with line breaks and what terminals obey stays on its line, on screen and in the file."""
    server_log.speak(tmp_path, quiet=False)
    logging.getLogger("publisher.test").warning("%s", "502 \x1b]0;ha\x07\n2026-01-01 INFO published\u202e")
    for told in (capsys.readouterr().err, (tmp_path / server_log.NAME).read_text(encoding="utf-8")):
        assert told.count("\n") == 1
        assert "502 ␛]0;ha␇ 2026-01-01 INFO published⟨U+202E⟩" in told
