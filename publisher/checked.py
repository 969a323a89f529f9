"""What `check` found, as data: apart from the other views, since every look waits for what it loads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from connectors.contract import Problem, Severity


@dataclass(frozen=True, slots=True)
class Reach:
    """What the words of a problem need besides the problem itself.

    Attributes:
        names: label of a channel → the platform as people know it, with the label where several share it.
        going: path of a post → labels of the channels where it goes out, or went, as it is now.
        threads: (path of a post, label) where it has several parts.
    """

    names: Mapping[str, str] = field(default_factory=dict)
    going: Mapping[str, frozenset[str]] = field(default_factory=dict)
    threads: frozenset[tuple[str | None, str | None]] = frozenset()

    def name(self, label: str) -> str:
        """The channel as people know it; one that does not exist keeps the name it was given."""
        return self.names.get(label, label)

    def others_go(self, problem: Problem) -> bool:
        """Whether the post goes out on some channel although this problem stops it on its own."""
        if problem.channel is None or problem.severity is not Severity.ERROR:
            return False
        return bool(self.going.get(problem.post or "", frozenset()) - {problem.channel})


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of `check`: how much was looked at, and every problem found, worst first per file."""

    posts: int
    problems: tuple[Problem, ...]
    reach: Reach = field(default_factory=Reach)
