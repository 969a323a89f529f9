"""Finds and runs the templates that people may edit; whatever goes wrong in one has file and line."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from connectors import registry
from connectors.contract import Json
from publisher.model import Channel
from publisher.render.filters import FILTERS, FORMS, NoDateError
from publisher.render.mentions import Mentions, called

if TYPE_CHECKING:
    from jinja2 import Environment, Template

_PACKAGE = Path(__file__).parent.parent


@dataclass(frozen=True, slots=True)
class Complaints:
    """Where citizens complain, as schedule.yaml says; empty text where it does not."""

    name: str
    sms: str
    url: str


@dataclass(frozen=True, slots=True)
class TemplatePost:
    """A post as templates see it: `post.title`, `post.body`, … Empty text where there is nothing.

    Attributes:
        link: empty where the platform gets it as a field of its own, or the body has it already.
        hashtags: with `#`; none that the body has already.
        pictures: how many.
        complaints: where citizens complain; None where the line is not to stand.
    """

    title: str
    body: str
    link: str
    hashtags: tuple[str, ...]
    topic: str
    date: date | None
    author: str
    pictures: int
    complaints: Complaints | None = None


@dataclass(frozen=True, slots=True)
class _TemplateChannel:
    """A channel as templates see it."""

    label: str
    platform: str
    title: str
    mentions: Mentions

    def handle(self, name: str) -> str:
        """`@name` as it is on this platform."""
        return called(name, self.mentions, self.platform)


class TemplateError(Exception):
    """A template cannot be read or run: a message id and values; `file` relative to the workspace.

    `line` is from 1, if known.
    """

    def __init__(self, code: str, values: Mapping[str, Json], file: str, line: int | None) -> None:
        super().__init__(code, values)
        self.code = code
        self.values = values
        self.file = file
        self.line = line


def shipped_dir() -> Path:
    """The templates that come with the program: in the wheel, or at the top of the repository."""
    packed = _PACKAGE / "_shipped" / "templates"
    return packed if packed.is_dir() else _PACKAGE.parent / "templates"


class Templates:
    """The templates of a workspace, and below them the shipped ones; an edited file counts at once.

    Args:
        workspace: a folder that may be missing.
        shipped: usually `shipped_dir()`.
        compiled: a folder of the program's own, where compiled ones are kept; None: they are not.
    """

    def __init__(self, workspace: Path, shipped: Path, compiled: Path | None = None) -> None:
        self._folders = (workspace, shipped)
        self._compiled = compiled

    def text(
        self, channel: Channel, placement: str, post: TemplatePost, workspace: Mapping[str, Json]
    ) -> str:
        """What `<platform>/<placement>.txt.j2` makes of a post.

        Where there is none, that of `feed`, of the platform's first placement, or `any/feed.txt.j2`.

        Args:
            workspace: `language`, `timezone`, and `mentions` as in `Workspace.defaults`.

        Raises:
            TemplateError: whatever goes wrong in it.
        """
        first = registry.room(channel.platform).placements[0]
        own = [f"{channel.platform}/{name}" for name in dict.fromkeys((placement, "feed", first))]
        names = [*own, "any/feed"]
        return self._run(names, channel, post, workspace)

    def field(
        self, field: str, channel: Channel, placement: str, post: TemplatePost, workspace: Mapping[str, Json]
    ) -> str:
        """What `<platform>/<placement>.<field>.txt.j2` makes of a post, else `<platform>/<field>.txt.j2`.

        For platforms that take more texts than one; `any/<field>.txt.j2` where they have none.

        Raises:
            TemplateError: whatever goes wrong in it.
        """
        names = [f"{channel.platform}/{placement}.{field}", f"{channel.platform}/{field}", f"any/{field}"]
        return self._run(names, channel, post, workspace)

    def _run(
        self, stems: list[str], channel: Channel, post: TemplatePost, workspace: Mapping[str, Json]
    ) -> str:
        from publisher.render.bounds import metered

        names = [f"{stem}.txt.j2" for stem in stems]
        title = registry.room(channel.platform).title
        seen = _TemplateChannel(channel.label, channel.platform, title, workspace.get("mentions", {}))
        try:
            with metered():
                template: Template = self._environment.select_template(names)
                return template.render(post=post, channel=seen, workspace=workspace)
        except Exception as error:  # templates are people's own code: none of its errors may escape
            raise self._explained(error, names[0]) from error

    @cached_property
    def _environment(self) -> Environment:
        from publisher.render.bounds import environment
        from publisher.render.compiled import Compiled

        return environment(self._load, FILTERS, Compiled(self._compiled) if self._compiled else None)

    def _load(self, name: str) -> tuple[str, str, Callable[[], bool]] | None:
        """For Jinja: source, file, and whether both are still so; an override that appears counts too."""
        found = self._find(name)
        if found is None:
            return None
        try:
            source = Path(found[0]).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise _NoTextError(found[0]) from None
        return source, found[0], lambda: self._find(name) == found

    def _find(self, name: str) -> tuple[str, int, int] | None:
        """The first file of that name, with what shows that it was edited; asked at every rendering."""
        if ".." in name or name.startswith("/"):
            return None
        for folder in self._folders:
            path = f"{folder}/{name}"
            try:
                stat = os.stat(path)
            except (FileNotFoundError, NotADirectoryError):
                continue
            return path, stat.st_mtime_ns, stat.st_size
        return None

    def _explained(self, error: Exception, name: str) -> TemplateError:
        from jinja2 import TemplateNotFound, TemplateSyntaxError, UndefinedError

        from publisher.render.bounds import RunsOnError

        code, values = "render.template_error", {"words": _named(error)}
        file, line = self._place(error)
        if isinstance(error, TemplateSyntaxError):
            values = {"words": (error.message or str(error)).rstrip(".")}
            file, line = error.filename, error.lineno
        elif isinstance(error, UndefinedError) and (unknown := _ATTRIBUTE.search(str(error))):
            code, values = "render.template_unknown", {"words": unknown[1]}
        elif isinstance(error, TemplateNotFound):
            code, values = "render.template_unknown", {"words": str(error.name or "")}
        elif isinstance(error, NoDateError):
            code, values = "render.template_date", {"words": str(error), "known": ", ".join(FORMS)}
        elif isinstance(error, _NoTextError):
            code, values, file = "render.template_encoding", {}, str(error)
        elif isinstance(error, UndefinedError):
            values = {"words": str(error)}
        elif isinstance(error, RunsOnError):
            return TemplateError(error.code, {"limit": error.limit}, self._shown(file, name), line)
        return TemplateError(code, values, self._shown(file, name), line)

    def _place(self, error: Exception) -> tuple[str | None, int | None]:
        """The innermost template line of a traceback, which Jinja2 writes in terms of templates."""
        file, line = None, None
        frame = error.__traceback__
        while frame:
            if frame.tb_frame.f_code.co_filename.endswith(".j2"):
                file, line = frame.tb_frame.f_code.co_filename, frame.tb_lineno
            frame = frame.tb_next
        return file, line

    def _shown(self, file: str | None, name: str) -> str:
        """`templates/twitter/feed.txt.j2`, wherever it lies."""
        for folder in self._folders:
            if file and Path(file).is_relative_to(folder):
                name = Path(file).relative_to(folder).as_posix()
        return f"templates/{name}"


class _NoTextError(Exception):
    """A file of this path holds no UTF-8."""


_ATTRIBUTE = re.compile(r"(?:object' has no attribute '|^')(\w+)'(?: is undefined)?$")


def _named(error: Exception) -> str:
    """The error with its kind, which Python's own messages need to be understood."""
    words = str(error).rstrip(".")
    return f"{type(error).__name__}: {words}" if words else type(error).__name__
