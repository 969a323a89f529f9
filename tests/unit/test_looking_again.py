"""A look that finds everything as it was: what it loads, of which every command would wait for the most."""

from __future__ import annotations

import gc
import subprocess
import sys
from pathlib import Path

import pytest

from publisher import __main__
from publisher.cli import main, running

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
id: rapat
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
FOR_READING = {"publisher.content.build", "publisher.content.text", "publisher.content.values", "yaml"}
FOR_OTHERS = {
    *("publisher.cards.deck", "publisher.media.inspect", "publisher.media.store", "publisher.views"),
    *("publisher.render.lead", "publisher.scaffold", "socket"),
}


@pytest.mark.parametrize("verb", ["check", "plan"])
def test_what_has_not_changed_loads_nothing_that_reads_posts(tmp_path: Path, verb: str) -> None:
    """Nor what draws cards, opens pictures, or shows deliveries: a look has none of them to do."""
    (tmp_path / "schedule.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "content").mkdir()
    (tmp_path / "content" / "rapat.md").write_text(POST, encoding="utf-8")
    (tmp_path / ".publisher").mkdir()
    assert loaded(tmp_path, verb) >= FOR_READING
    assert loaded(tmp_path, verb) & (FOR_READING | FOR_OTHERS) == set()


def loaded(root: Path, verb: str) -> set[str]:
    """The modules that a command had loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", LOOK, str(root), verb], cwd=ROOT, capture_output=True, text=True, check=True
    )
    code, *modules = done.stderr.split()
    assert code == "0", done.stdout
    return set(modules)


CYCLES = """
import gc, sys
from publisher.__main__ import main  # which may have to be compiled first, and that searches
found = []
gc.callbacks.append(lambda phase, about: found.append(about["generation"]))
sys.argv[1:] = ["--workspace", *sys.argv[1:]]
code = main()
print(code, len(found), file=sys.stderr)
"""


def test_a_command_searches_for_no_cycles(tmp_path: Path) -> None:
    """Its objects stay to its end, when the process gives back everything at once."""
    (tmp_path / "schedule.yaml").write_text(SETTINGS, encoding="utf-8")
    (tmp_path / "content").mkdir()
    for number in range(400):
        (tmp_path / "content" / f"{number}.md").write_text(
            f"Rapat nomor {number} di aula.\n", encoding="utf-8"
        )
    done = subprocess.run(
        [sys.executable, "-c", CYCLES, str(tmp_path), "check"], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stderr.split() == ["0", "0"]


def test_what_keeps_running_searches_for_them(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or a server would grow from day to day."""
    monkeypatch.setitem(running.VERBS, "run", lambda given, screen: 0)
    before = gc.get_threshold()
    try:
        assert main.main(["run"]) == 0
        assert gc.get_threshold()[0] == main.COLLECT_WHILE_RUNNING < __main__.COLLECT_EVERY
    finally:
        gc.set_threshold(*before)
