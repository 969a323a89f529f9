"""Problems as workflow commands of GitHub Actions, which shows them beside the lines of a pull request.

Format: GitHub Docs, "Workflow commands for GitHub Actions", checked 2026-11-23.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from connectors.contract import Problem, Severity
from publisher.checked import Reach
from publisher.preview.ansi import safe
from publisher.preview.problems import said
from publisher.texts import in_document, where

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTICE: "notice"}
_RANK = list(Severity)


def commands(groups: Sequence[Sequence[Problem]], reach: Reach, root: Path) -> Iterator[str]:
    """A command for each group, errors first: GitHub shows ten of a kind per step.

    Args:
        groups: what is said alike of several channels, parts or files.
        root: of the workspace; files are named from the repository's root, which may lie above it.
    """
    prefix = _below_repository(root)
    for group in sorted(groups, key=lambda one: _RANK.index(one[0].severity)):
        first = group[0]
        values = {}
        if first.file:
            values["file"] = f"{prefix}{first.file}"
        if first.line and not in_document(first):
            values["line"] = str(first.line)
        values["title"] = _title(group, reach)
        told = ",".join(f"{name}={_value(value)}" for name, value in values.items() if value)
        words = said(group, reach, headed=False, others=any(map(reach.others_go, group)))
        yield f"::{_COMMANDS[first.severity]} {told}::{_data(words)}"


def _title(group: Sequence[Problem], reach: Reach) -> str:
    """What stands in bold above the words: the channels; in a document also the paragraph."""
    place = where(group[0]) if in_document(group[0]) else ""
    channels = dict.fromkeys(reach.name(one.channel) for one in group if one.channel)
    return " · ".join(filter(None, (place, ", ".join(channels)))) or group[0].code


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
