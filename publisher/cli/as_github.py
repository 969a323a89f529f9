"""Problems as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.

Format: GitHub Docs, "Workflow commands for GitHub Actions", checked 2026-11-23.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from connectors.contract import Problem, Severity
from publisher.checked import Reach
from publisher.preview.ansi import safe
from publisher.preview.problems import sentence
from publisher.texts import in_document, where

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "notice"}
_RANK = list(Severity)


def commands(problems: Sequence[Problem], reach: Reach, root: Path) -> Iterator[str]:
    """One command per problem, errors first: GitHub shows ten of a kind per step.

    Args:
        root: of the workspace; files are named from the repository's root, which may lie above it.
    """
    prefix = _below_repository(root)
    for problem in sorted(problems, key=lambda one: _RANK.index(one.severity)):
        values = {}
        if problem.file:
            values["file"] = f"{prefix}{problem.file}"
        if problem.line and not in_document(problem):
            values["line"] = str(problem.line)
        values["title"] = _title(problem, reach)
        told = ",".join(f"{name}={_value(value)}" for name, value in values.items() if value)
        words = sentence(problem, reach, headed=False)
        yield f"::{_COMMANDS[problem.severity]} {told}::{_data(words)}"


def _title(problem: Problem, reach: Reach) -> str:
    """What stands in bold above the words: the channel; in a document also the paragraph."""
    place = where(problem) if in_document(problem) else ""
    channel = reach.name(problem.channel) if problem.channel else ""
    return " · ".join(filter(None, (place, channel))) or problem.code


def _below_repository(root: Path) -> str:
    """`desk/` where the workspace is a folder of the repository; empty where it is the repository."""
    for folder in (root, *root.parents):
        if (folder / ".git").exists():
            below = root.relative_to(folder).as_posix()
            return "" if below == "." else f"{below}/"
    return ""


def _data(text: str) -> str:
    return safe(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _value(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
