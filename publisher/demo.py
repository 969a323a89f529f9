"""The whole way before your eyes: sample posts, the sandbox, the real server, the publish log."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any
from urllib.request import ProxyHandler, Request, build_opener

import yaml

from connectors.announced import find_sandbox, read_sandbox_clock
from connectors.clock import pause, stopwatch
from publisher import config, practice, texts
from publisher.desk import Desk
from publisher.errors import LogError, PublisherError, WorkspaceError
from publisher.model import ActionKind
from publisher.scaffold import init, shipped
from publisher.texts import amounts, t
from publisher.views import DeliveryView
from publisher.wiring import SERVER

MARK = ".demo"
"""The file that says: a demo made this folder, a demo may clear it away."""
FOR_THE_QUEUE = "08-sapa-warga"
"""The sample that gets no time of its own and takes the next regular slot instead."""
BEFORE_SLOT = 28.0
"""Seconds from the server's start to the slot: slots are whole minutes, so the sandbox's clock is moved."""
BEFORE_FIRST = 12.0
"""Seconds to the first post: the server needs them to see that the files stand still."""
MOST_SECONDS = 150.0
"""Five times what it takes where nothing else runs: platforms work on clips and photos for a while."""
PATIENCE = 3.0
"""Seconds for one question to the sandbox on this machine."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Played:
    """How the demo went.

    Attributes:
        deliveries: the publish log, in order of their due time.
        trouble: what is not as it should be, in words; empty: every sample is out.
        parts: how many are live.
    """

    deliveries: tuple[DeliveryView, ...]
    trouble: tuple[str, ...]
    parts: int
    seconds: int
    server_log: Path


def play(folder: Path, tell: Tell) -> Played:
    """Do it all; `tell` gets a line for every step.

    Raises:
        PublisherError: the folder is not the demo's, or the sandbox does not start.
    """
    began = stopwatch()
    posts = _fresh(folder)
    tell(t("demo.workspace", folder=folder, posts=len(posts)))
    with practice.running(config.load(folder)) as sandbox:
        tell(t("demo.sandbox", url=sandbox["url"]))
        _schedule(folder, posts, _set_clock(sandbox["url"]))
        return _watched(folder, began, tell)


# ── The workspace ────────────────────────────────────────────────────────────


def _fresh(folder: Path) -> list[Path]:
    """A new workspace with the samples; what a former demo left is cleared away. Gives the posts' texts."""
    if folder.exists() and not (folder / MARK).is_file() and any(folder.iterdir()):
        raise WorkspaceError("demo.not_ours", folder=str(folder))
    running = find_sandbox(folder / ".publisher" / "sandbox" / SERVER)
    if running is not None:
        raise PublisherError("demo.running", folder=str(folder), url=running["url"])
    if folder.exists():
        shutil.rmtree(folder)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    init(folder)
    posts = sorted(file for file in (folder / "content").rglob("*") if file.suffix in (".md", ".txt"))
    if not posts:
        raise WorkspaceError("demo.no_samples")
    return posts


def _schedule(folder: Path, posts: list[Path], now: datetime) -> None:
    """Write the times: one slot for the queue, a time a second apart for everybody else."""
    settings = yaml.safe_load(shipped(config.FILE).read_text(encoding="utf-8"))
    zone = config.load(folder).zone
    slot = (now + timedelta(seconds=BEFORE_SLOT + 1)).astimezone(zone)
    for channel in settings["channels"].values():
        channel |= {"slots": [f"daily {slot:%H:%M}"], "spacing": "0", "approval": "none"}
    settings |= {"workspace": "demo", "language": texts.language(), "sandbox": True, "approval": "none"}
    settings.pop("quiet", None)
    (folder / config.FILE).write_text(yaml.safe_dump(settings, sort_keys=False), encoding="utf-8")
    timed = [post for post in posts if post.parent.name != FOR_THE_QUEUE]
    for place, post in enumerate(timed):
        at = (now + timedelta(seconds=BEFORE_FIRST + place)).astimezone(zone)
        _give_time(post, f"publish_at: {at:%Y-%m-%d %H:%M:%S}")


def _give_time(post: Path, line: str) -> None:
    """Put a key into the front matter; a text without any gets one."""
    text = post.read_text(encoding="utf-8")
    rest = text.removeprefix("---\n")
    post.write_text(f"---\n{line}\n{rest}" if rest != text else f"---\n{line}\n---\n{text}", encoding="utf-8")


# ── The sandbox ──────────────────────────────────────────────────────────────


def _set_clock(url: str) -> datetime:
    """Move the sandbox's clock ahead, so that a whole minute is near; gives its now."""
    read = read_sandbox_clock(url)
    now, _ = read() or _silent(url)
    ahead = (60 - BEFORE_SLOT - now.second - now.microsecond / 1e6) % 60
    body = json.dumps({"offset": ahead}).encode()
    _ask(Request(f"{url}/admin/clock", body, {"Content-Type": "application/json"}))  # noqa: S310 - loopback
    now, _ = read() or _silent(url)
    return now


def _silent(url: str) -> Any:
    raise PublisherError("demo.no_answer", url=url)


def _ask(question: str | Request) -> None:
    """Get a page of the sandbox; a proxy has no business on the way to this very machine.

    Raises:
        OSError: it does not answer, or not with success.
    """
    with build_opener(ProxyHandler({})).open(question, timeout=PATIENCE) as answer:
        answer.read()


def _answers(url: str) -> bool:
    try:
        _ask(url)
    except OSError:
        return False
    return True


# ── The server at work ───────────────────────────────────────────────────────


def _watched(folder: Path, began: float, tell: Tell) -> Played:
    """Run the server until everything is out or time is up, telling what goes out."""
    server_log = folder / ".publisher" / "demo-server.log"
    with Desk.open(folder) as desk:
        expected, trouble = _expected(desk)
        with server_log.open("w", encoding="utf-8") as output, _server(folder, output) as server:
            tell(t("demo.server", deliveries=len(expected)))
            found = _until_out(desk, expected, server, began, tell)
            if server.poll() is not None:
                trouble.append(t("demo.ended", code=server.returncode))
        found = sorted(_logged(desk), key=lambda one: (one.due_at, one.path, one.channel))
    seconds = round(stopwatch() - began)
    out = {(one.path, one.channel) for one in found if _is_out(one)}
    if missing := expected - out:
        live = len(expected) - len(missing)
        trouble.append(t("demo.not_all", live=live, deliveries=len(expected), seconds=seconds))
    links = {url for one in found for url in (one.url, *(part.url for part in one.parts)) if url}
    trouble += [t("demo.no_answer", url=url) for url in sorted(links) if not _answers(url)]
    return Played(tuple(found), tuple(trouble), sum(one.parts_live for one in found), seconds, server_log)


def _expected(desk: Desk) -> tuple[set[tuple[str, str]], list[str]]:
    """(path, channel) of all that must go out, and what is wrong already."""
    plan = desk.plan()
    expected = {(one.path, one.channel.label) for one in plan.actions if one.kind is ActionKind.BOOK}
    errors = [problem for problem in (*plan.problems, *desk.check().problems) if problem.severity == "error"]
    return expected, list(dict.fromkeys(texts.text_of(problem) for problem in errors))


@contextmanager
def _server(folder: Path, output: IO[str]) -> Iterator[subprocess.Popen[bytes]]:
    """`publisher run` as staff would start it; asked to end, and given the time it needs for that."""
    command = [sys.executable, "-m", "publisher", "--workspace", str(folder), "run"]
    # A group of its own: Ctrl-C at the terminal reaches the demo, which then ends its server in order.
    with subprocess.Popen(  # noqa: S603 - our own program
        command, stdout=output, stderr=output, start_new_session=True
    ) as server:
        try:
            yield server
        finally:
            server.terminate()
            try:
                server.wait(timeout=15)
            except subprocess.TimeoutExpired:
                server.kill()


def _until_out(
    desk: Desk, expected: set[tuple[str, str]], server: subprocess.Popen[bytes], began: float, tell: Tell
) -> list[DeliveryView]:
    told: set[str] = set()
    found: list[DeliveryView] = []
    while stopwatch() - began < MOST_SECONDS and server.poll() is None:
        found = _logged(desk)
        for one in sorted(found, key=lambda one: (one.published_at or one.due_at, one.channel)):
            if _is_out(one) and one.delivery_id not in told:
                told.add(one.delivery_id)
                tell(_line(one))
        if expected <= {(one.path, one.channel) for one in found if _is_out(one)}:
            break
        pause(0.3)
    return found


def _logged(desk: Desk) -> list[DeliveryView]:
    """The publish log; empty as long as the server is only making it."""
    try:
        return desk.log()
    except LogError as error:
        if error.message != "log.none":
            raise
        return []


def _is_out(one: DeliveryView) -> bool:
    return one.published_at is not None and one.parts_live == len(one.parts)


def _line(one: DeliveryView) -> str:
    at = amounts.local(one.published_at or one.due_at, one.due_zone).replace(microsecond=0)
    words = t(
        "demo.out",
        clock=amounts.clock(at, seconds=True),
        channel=f"{one.channel:<4}",
        title=one.title or one.path,
    )
    return (
        f"{words} ({t('cli.parts', live=one.parts_live, all=len(one.parts))})"
        if len(one.parts) > 1
        else words
    )
