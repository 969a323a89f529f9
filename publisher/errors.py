"""What can go wrong on our side, each with a message id, values, and an exit code.

PublisherError              exit 1
├── UsageError              exit 2: the command itself makes no sense
├── WorkspaceError          not a workspace, cannot be read, wrong file system
│   └── ConfigError         schedule.yaml, with file and line
├── LogError                the publish log cannot be opened, is of another mode or version
│   └── LogBusyError        locked or full: nothing lost, worth trying again
├── NotFoundError           no such post, channel or delivery
└── NotAllowedError         the states or the approvals forbid it
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from connectors.contract import Problem


class PublisherError(Exception):
    """Base: a message id (`domain.name`) and its values; shown as words by texts, never as a traceback."""

    exit_code = 1

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.values = values


class UsageError(PublisherError):
    """The command line makes no sense."""

    exit_code = 2


class WorkspaceError(PublisherError):
    """The folder is no workspace, or cannot be used as one."""


class ConfigError(WorkspaceError):
    """schedule.yaml is wrong; values hold `file` and `line` where known, `problems` all that was found."""

    def __init__(self, message: str, *, problems: tuple[Problem, ...] = (), **values: Any) -> None:
        super().__init__(message, **values)
        self.problems = problems


class LogError(PublisherError):
    """The publish log cannot be used."""


class LogBusyError(LogError):
    """The publish log is locked, or its disk is full; nothing was lost, try again."""


class NotFoundError(PublisherError):
    """No such post, channel, delivery."""


class NotAllowedError(PublisherError):
    """The table of states or the rules of approval forbid it."""
