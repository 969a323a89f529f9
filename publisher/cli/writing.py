"""The verbs of those who write: new, check, preview."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from connectors.contract import Problem, Severity
from publisher import config
from publisher.checked import Checked
from publisher.cli import as_github, as_json
from publisher.cli.opening import open_desk, root_of
from publisher.cli.screen import Screen, program
from publisher.cli.waiting import encoding_shown
from publisher.errors import ConfigError
from publisher.preview import problems
from publisher.preview.ansi import safe
from publisher.texts import error_text, t

if TYPE_CHECKING:
    from publisher.config import Workspace
    from publisher.desk import Desk
    from publisher.views import PostPreview


def new(given: Namespace, screen: Screen) -> int:
    """Write a post to fill in."""
    from publisher.desk.making import new as make_post

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
    command = [program(), *words, "preview", str(post.parent if given.folder else post)]
    screen.line(t("cli.new_next", command=" ".join([command[0], *map(quoted, command[1:])])))
    return 0


def check(given: Namespace, screen: Screen) -> int:
    """List every problem; 1 if there are errors."""
    form = "json" if given.json else given.format or "text"
    try:
        with open_desk(given) as desk:
            found, workspace = desk.check(given.posts), desk.workspace
    except ConfigError as error:
        if form == "text" or not error.problems:
            raise
        found, workspace = Checked(0, error.problems), None  # to a program a finding like any other
    groups = problems.alike(found.problems)
    if form == "json":
        screen.json([as_json.problem(problem) for problem in found.problems])
    elif form == "github":
        root = workspace.root if workspace else root_of(given)
        screen.lines(as_github.commands(groups, found.reach, root))
        screen.lines(_check_summary(found.posts, [group[0] for group in groups], screen))
    elif workspace is not None:
        screen.heading(workspace.mode, t("cli.heading_check", workspace=workspace.root.name))
        screen.lines(_by_file(groups, found, screen))
        screen.lines(_check_summary(found.posts, [group[0] for group in groups], screen))
    return 1 if _count(found.problems, Severity.ERROR) else 0


def _by_file(groups: Sequence[Sequence[Problem]], found: Checked, screen: Screen) -> Iterator[str]:
    for _, of_file in groupby(groups, key=lambda group: group[0].file):
        yield from problems.together(of_file, found.reach, screen.canvas)
        yield ""


def _check_summary(posts: int, told: Sequence[Problem], screen: Screen) -> Iterator[str]:
    if not told:
        yield screen.paint.good("✓ ") + t("cli.check_clean", posts=posts)
        return
    errors, warnings, notices = (_count(told, level) for level in Severity)
    yield t("cli.check_found", posts=posts, errors=errors, warnings=warnings, notices=notices)


def preview(given: Namespace, screen: Screen) -> int:
    """Show a post as every channel will."""
    from publisher.preview.gallery import Gallery, way_of
    from publisher.preview.terminal import post_lines

    if given.week:
        return _week(given, screen)
    with open_desk(given) as desk:
        shown, workspace = desk.preview(given.post), desk.workspace
        if given.channel:
            shown = _only(shown, workspace.channel(given.channel).label)
        file = None
        if given.html or given.open:
            with encoding_shown():
                html = desk.page(shown)
            file = _page(desk, html, shown.post_id, given)
        paper = _paper(desk.paper(shown), given.pdf) if given.pdf else None
        if given.json:
            screen.json(as_json.preview(shown))
        elif file is not None or paper is not None:
            screen.lines([t("cli.page_written", file=file)] if file else [])
            screen.lines([t("cli.pdf_written", file=paper)] if paper else [])
        else:
            screen.heading(workspace.mode, t("preview.heading", title=shown.post.title or shown.post.path))
            way = way_of(screen.out, os.environ)
            gallery = Gallery(way, desk.files(shown)) if way else None
            screen.lines(post_lines(shown, screen.canvas, gallery))
    return 0


def _only(shown: PostPreview, label: str) -> PostPreview:
    return replace(
        shown,
        channels=tuple(each for each in shown.channels if each.channel == label),
        problems=tuple(each for each in shown.problems if each.channel in (None, label)),
    )


def _week(given: Namespace, screen: Screen) -> int:
    """Show what goes out today and in the six days after it."""
    from publisher.preview import week

    with open_desk(given) as desk:
        shown, workspace, days = desk.week(), desk.workspace, desk.days_of_week()
        if given.channel:
            label = workspace.channel(given.channel).label
            shown = tuple(only for one in shown if (only := _only(one, label)).channels)
        file = _page(desk, desk.page_of_week(shown), "week", given) if given.html or given.open else None
        paper = _paper(desk.paper_of_week(shown), given.pdf) if given.pdf else None
    if given.json:
        screen.json([as_json.preview(one) for one in shown])
        return 0
    if file is not None or paper is not None:
        screen.lines([t("cli.page_written", file=file)] if file else [])
        screen.lines([t("cli.pdf_written", file=paper)] if paper else [])
        return 0
    screen.heading(workspace.mode, week.heading(days))
    screen.lines(week.lines(shown, screen.canvas))
    return 0


def _page(desk: Desk, html: str, name: str, given: Namespace) -> Path:
    """The page, written; and opened in the browser if that is asked for."""
    from publisher.media.store import write_whole

    if given.html:
        file = Path(given.html)
        write_whole(file.absolute(), iter((html.encode(),)))
    else:
        file = _kept(desk.workspace, html, name)
    if given.open:
        import webbrowser

        webbrowser.open(file.absolute().as_uri())
    return file


def _kept(workspace: Workspace, html: str, name: str) -> Path:
    """The page in the workspace's state, where those that are too old make room for it."""
    from publisher.media.store import MediaStoreError
    from publisher.preview import kept

    folder = workspace.state / "preview"
    file = kept.keep(folder, name, html)
    try:
        kept.prune(folder, workspace.keep_media)
    except MediaStoreError as error:
        words = t("preview.not_pruned", words=error_text(error).replace("\n", " "))
        sys.stderr.write(f"{safe(words)}\n")
    return file


def _paper(pdf: bytes, name: str) -> Path:
    """The sheets for a signature, written."""
    from publisher.media.store import write_whole

    write_whole(Path(name).absolute(), iter((pdf,)))
    return Path(name)


def quoted(word: str) -> str:
    """A word as it can be pasted into a shell."""
    from shlex import quote

    return quote(word)


def _count(found: Sequence[Problem], severity: Severity) -> int:
    return sum(problem.severity is severity for problem in found)


VERBS: Mapping[str, Callable[[Namespace, Screen], int]] = {"new": new, "check": check, "preview": preview}
