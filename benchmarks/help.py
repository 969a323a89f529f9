"""How long `publisher --help` keeps its reader waiting: what is imported for nothing shows here."""

from __future__ import annotations

from benchmarks.measure import PUBLISHER, Figure, in_turns, process, python, ratio


def figures() -> list[Figure]:
    """`publisher --help` against an interpreter that does nothing."""
    ours, bare = in_turns(15, lambda: process([*PUBLISHER, "--help"]), lambda: process(python("pass")))
    return [ratio("publisher --help", 10, ours, bare, "python -c pass")]
