"""The verbs of those who write: new, check, preview."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Mapping
from itertools import groupby

from connectors.contract import Problem, Severity
from publisher import config
from publisher.cli import as_json
from publisher.cli.opening import open_desk, root_of
from publisher.cli.screen import Screen
from publisher.desk import new as make_post
from publisher.errors import ConfigError
from publisher.texts import t
from publisher.views import Checked


def new(given: Namespace, screen: Screen) -> int:
    """Write a post to fill in."""
    root = root_of(given)
    names = [name.strip() for name in (given.channels or "").split(",") if name.strip()]
    file = make_post(root, given.title, at=given.at, channels=tuple(names), folder=given.folder)
    shown = file.relative_to(root)
    if given.json:
        screen.json({"file": str(shown)})
        return 0
    mode = config.load(root, sandbox=given.sandbox).mode
    screen.heading(mode, given.title)
    screen.line(t("cli.new_made", file=shown))
    post = shown.relative_to("content")
    words = ["--workspace", given.workspace] if given.workspace else []
    command = ["publisher", *words, "preview", str(post.parent if given.folder else post)]
    screen.line(t("cli.new_next", command=" ".join(map(quoted, command))))
    return 0


def check(given: Namespace, screen: Screen) -> int:
    """List every problem; 1 if there are errors."""
    try:
        with open_desk(given) as desk:
            found, workspace = desk.check(), desk.workspace
    except ConfigError as error:
        if given.json and error.problems:  # to a program a wrong schedule.yaml is a finding like any other
            screen.json([as_json.problem(problem) for problem in error.problems])
            return 1
        raise
    errors = _count(found.problems, Severity.ERROR)
    if given.json:
        screen.json([as_json.problem(problem) for problem in found.problems])
        return 1 if errors else 0
    screen.heading(workspace.mode, t("cli.heading_check", workspace=workspace.root.name))
    for _, problems in groupby(found.problems, key=lambda problem: problem.file):
        for problem in problems:
            screen.lines(screen.canvas.problem(problem, ""))
        screen.line()
    _check_summary(found, screen)
    return 1 if errors else 0


def _check_summary(found: Checked, screen: Screen) -> None:
    if not found.problems:
        screen.line(screen.paint.good("✓ ") + t("cli.check_clean", posts=found.posts))
        return
    errors, warnings, notices = (_count(found.problems, level) for level in Severity)
    screen.line(t("cli.check_found", posts=found.posts, errors=errors, warnings=warnings, notices=notices))


def preview(given: Namespace, screen: Screen) -> int:
    """Show a post as every channel will."""
    from publisher.preview.terminal import post_lines

    with open_desk(given) as desk:
        shown, workspace = desk.preview(given.post), desk.workspace
    if given.channel:
        label = workspace.channel(given.channel).label
        shown = type(shown)(
            shown.post,
            shown.post_id,
            tuple(each for each in shown.channels if each.channel == label),
            tuple(each for each in shown.problems if each.channel in (None, label)),
        )
    if given.json:
        screen.json(as_json.preview(shown))
        return 0
    screen.heading(workspace.mode, t("preview.heading", title=shown.post.title or shown.post.path))
    screen.lines(post_lines(shown, screen.canvas))
    return 0


def quoted(word: str) -> str:
    """A word as it can be pasted into a shell."""
    from shlex import quote

    return quote(word)


def _count(problems: tuple[Problem, ...], severity: Severity) -> int:
    return sum(problem.severity is severity for problem in problems)


VERBS: Mapping[str, Callable[[Namespace, Screen], int]] = {"new": new, "check": check, "preview": preview}
