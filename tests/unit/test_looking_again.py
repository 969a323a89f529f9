"""A look that finds everything as it was: what it loads, of which every command would wait for the most."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent
SETTINGS = """\
timezone: Asia/Jakarta
language: id
sandbox: true
channels:
  x: {platform: twitter, account: "2001", token: env:X}
"""
POST = """\
---
title: Rapat
publish_at: 2999-11-24 08:00
twitter: {reply_settings: following}
---
Rapat koordinasi di aula.
"""
LOOK = """
import sys
from publisher.cli.main import main
from publisher.content import found
found.YOUNG_NS = -(10**12)  # what was written just now counts as old
code = main(["--workspace", *sys.argv[1:]])
print(code, *sorted(sys.modules), file=sys.stderr)
"""
FOR_READING = {"publisher.content.build", "publisher.content.text", "publisher.content.values"}
FOR_OTHERS = {"publisher.cards.deck", "publisher.media.inspect", "publisher.media.store", "publisher.views"}


@pytest.mark.parametrize("verb", ["check", "plan"])
def test_what_has_not_changed_loads_nothing_that_reads_posts(tmp_path: Path, verb: str) -> None:
    """Nor what draws cards, opens pictures, or shows deliveries: a look has none of them to do."""
    (tmp_path / "schedule.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "rapat.md").write_text(POST, encoding="utf-8")
    assert loaded(tmp_path, verb) & (FOR_READING | FOR_OTHERS) == FOR_READING
    assert loaded(tmp_path, verb) & (FOR_READING | FOR_OTHERS) == set()


def loaded(root: Path, verb: str) -> set[str]:
    """The modules that a command had loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(root), verb], cwd=ROOT, capture_output=True, text=True, check=True
    )
    code, *modules = done.stderr.split()
    assert code == "0", done.stdout
    return set(modules)
