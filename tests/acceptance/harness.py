"""An office for acceptance tests: a workspace, a sandbox and the real program, each as a process of its own.

Nothing here looks into the product: what is live is asked of the sandbox, what the log says of
`publisher log --json`. Where a test must stop the program at an exact point it uses what an operating
system offers: a lease on the fence file, a lock on the log, a delay at the platform.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import yaml
from PIL import Image

from connectors.clock import pause, stopwatch

Json = Any

PATIENCE = 45.0
"""Seconds that a test waits for something before it says that it does not come."""
FAST = 60.0
"""Sandbox seconds per second once nothing that is on its way at the real clock's pace is left."""
CHANNELS = {
    "fb": {"platform": "facebook", "account": "1001", "token": "env:FB_TOKEN"},
    "x": {"platform": "twitter", "account": "2001", "token": "env:X_TOKEN"},
}
SIX: dict[str, dict[str, Json]] = {
    **CHANNELS,
    "ig": {"platform": "instagram", "account": "3001", "token": "env:IG_TOKEN"},
    "th": {"platform": "threads", "account": "4001", "token": "env:TH_TOKEN"},
    "tt": {
        **{"platform": "tiktok", "account": "5001", "token": "env:TT_TOKEN"},
        **{"audited": True, "privacy": "public"},
    },
    "yt": {"platform": "youtube", "account": "6001", "token": "env:YT_TOKEN", "made_for_kids": False},
}
FEED = r"/1001/feed$"
TWEETS = r"/2/tweets$"
_OPENER = build_opener(ProxyHandler({}))


@dataclass
class Running:
    """A process of ours, with all it said."""

    process: subprocess.Popen[bytes]
    said: Path
    name: str

    @property
    def pid(self) -> int:
        return self.process.pid

    @property
    def alive(self) -> bool:
        return self.process.poll() is None

    def signal(self, number: int) -> None:
        self.process.send_signal(number)

    def kill(self) -> None:
        """SIGKILL, and wait until nothing is left of it."""
        self.process.kill()
        self.process.wait(timeout=10)

    def end(self, seconds: float = 15) -> int:
        """SIGTERM; gives the exit code."""
        self.process.terminate()
        return self.process.wait(timeout=seconds)

    def words(self) -> str:
        """What it wrote to stderr, the last of it."""
        return f"── {self.name} ({self.pid}, {self.process.poll()}) ──\n" + self.said.read_text()[-6000:]


@dataclass
class Office:
    """A workspace in a folder of its own, and everything that runs for it."""

    folder: Path
    state: Path
    url: str = ""
    expected: dict[str, dict[str, int]] = field(default_factory=dict)
    processes: list[Running] = field(default_factory=list)

    # ── the workspace ────────────────────────────────────────────────────────

    def set_up(self, **settings: Json) -> None:
        """Write schedule.yaml and start the sandbox."""
        (self.folder / "content").mkdir(parents=True)
        plain = {
            "workspace": "office",
            "timezone": "UTC",
            "language": "en",
            "sandbox": True,
            "grace": "7d",
            "approval": "none",
            "channels": CHANNELS,
        }
        text = yaml.safe_dump({**plain, **settings}, sort_keys=False)
        (self.folder / "schedule.yaml").write_text(text, encoding="utf-8")
        self.start_sandbox()

    def post(
        self,
        name: str,
        text: str | None = None,
        *,
        pictures: int = 0,
        clip: bytes | None = None,
        parts: Mapping[str, int],
        inherited: bool = False,
        **facts: Json,
    ) -> None:
        """Drop a post into content/, due a minute ago (later ones a second later) or at `publish_at`.

        Args:
            pictures: how many, each with an alternative text.
            clip: an MP4, instead of pictures.
            parts: channel → how many parts it must have there, for `settled`.
            inherited: the post names no channel; those not in `parts` must pass it over.
        """
        target = self.folder / "content" / name
        target.mkdir()
        media = []
        for number in range(1, pictures + 1):
            picture(target / f"{number}.jpg", f"{name} {number}")
            media.append({"file": f"{number}.jpg", "alt": f"Picture {number} of {name}"})
        if clip is not None:
            (target / "clip.mp4").write_bytes(clip)
            media.append({"file": "clip.mp4"})
        due = facts.pop("publish_at", self.now() - timedelta(seconds=60 - len(self.expected)))
        head = {
            "id": name,
            "publish_at": f"{due:%Y-%m-%d %H:%M:%S}",
            **({} if inherited else {"channels": list(parts)}),
            **({"media": media} if media else {}),
            **facts,
        }
        body = text or f"Announcement {name} of the office."
        front = yaml.safe_dump(head, sort_keys=False, allow_unicode=True)
        (target / "post.md").write_text(f"---\n{front}---\n{body}\n", encoding="utf-8")
        self.expected[name] = dict(parts)

    # ── processes ────────────────────────────────────────────────────────────

    def start_sandbox(self, port: int = 0) -> Running:
        """Start the sandbox and announce it to the workspace."""
        home = self.folder / ".publisher" / "sandbox"
        home.mkdir(parents=True, exist_ok=True)
        state = str(home / "sandbox.db")
        command = ["connectors.sandbox", "--json", "--port", str(port), "--state", state]
        running, out = self._spawn("sandbox", command)
        self.until(lambda: b"\n" in out.read_bytes(), "the sandbox answers")
        told = json.loads(out.read_text())
        (home / "server.json").write_text(json.dumps(told) + "\n", encoding="utf-8")
        self.url = told["url"]
        return running

    def start(self, name: str = "daemon") -> Running:
        """`publisher run`."""
        return self.start_cli(name, "run")

    def start_cli(self, name: str, *arguments: str) -> Running:
        """A command of the program that is not waited for."""
        running, _ = self._spawn(name, ["publisher", "--workspace", str(self.folder), *arguments])
        return running

    def restart(self, *, fast: bool = True) -> Running:
        """A new daemon after the old one's end, with the sandbox's clock sped up."""
        if fast:
            self.clock(rate=FAST)
        return self.start("restarted daemon")

    def run_cli(self, *arguments: str) -> Json:
        """A command of the program with --json, as people would give it."""
        command = [sys.executable, "-m", "publisher", "--workspace", str(self.folder), *arguments, "--json"]
        done = subprocess.run(command, env=self._environment(), capture_output=True, timeout=30, check=False)
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise AssertionError(f"{arguments}: {done.returncode}\n{done.stderr.decode()}") from None

    def close(self) -> None:
        """Leave nothing running."""
        for running in self.processes:
            if running.alive:
                running.process.kill()
            running.process.wait()

    def _spawn(self, name: str, module: list[str]) -> tuple[Running, Path]:
        place = self.folder.parent / f"{len(self.processes)}-{name.replace(' ', '-')}"
        out, said = place.with_suffix(".out"), place.with_suffix(".err")
        with out.open("wb") as stdout, said.open("wb") as stderr:
            process = subprocess.Popen(
                [sys.executable, "-m", *module],
                env=self._environment(),
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
            )
        running = Running(process, said, name)
        self.processes.append(running)
        return running, out

    def _environment(self) -> dict[str, str]:
        return {**os.environ, "XDG_STATE_HOME": str(self.state), "PYTHONUNBUFFERED": "1"}

    # ── the sandbox ──────────────────────────────────────────────────────────

    def ask(self, method: str, path: str, body: Json = None) -> Json:
        """A call of the admin interface."""
        data = None if body is None else json.dumps(body).encode()
        request = Request(
            f"{self.url}/admin{path}", data, {"Content-Type": "application/json"}, method=method
        )
        with _OPENER.open(request, timeout=10) as answer:
            return json.loads(answer.read())

    def live(self, platform: str | None = None) -> list[Json]:
        """What followers see now, oldest first."""
        posts = self.ask("GET", "/live")
        return [one for one in posts if not one["removed"] and platform in (None, one["platform"])]

    def requests(self, method: str, path: str = "", platform: str | None = None) -> list[Json]:
        """The requests to a platform's paths that hold `path`."""
        return [
            one
            for one in self.ask("GET", "/requests")
            if one["method"] == method and path in one["path"] and platform in (None, one["platform"])
        ]

    def fault(self, platform: str, path: str, kind: str, *, after: bool = True, **more: Json) -> None:
        """Let something go wrong at a POST route (or another `method`), after its effect or before."""
        phase = "after" if after else "before"
        fault = {"platform": platform, "method": "POST", "path": path, "kind": kind, "phase": phase, **more}
        self.ask("POST", "/faults", fault)

    def commits(self) -> list[Json]:
        """The calls that make something public, as the program's own wire log tells of them once they end."""
        wire = self.folder / ".publisher" / "sandbox" / "wire.jsonl"
        lines = [json.loads(line) for line in wire.read_text().splitlines()] if wire.exists() else []
        return [one for one in lines if one.get("commit") and one["method"] == "POST"]

    def faults_left(self) -> list[Json]:
        return list(self.ask("GET", "/faults"))

    def platform(self, name: str, **change: Json) -> None:
        self.ask("POST", "/platform", {"platform": name, **change})

    def clock(self, **change: float) -> None:
        """Move the sandbox's clock (`offset`), or let it run faster (`rate`)."""
        self.ask("POST", "/clock", change)

    def now(self) -> datetime:
        """The sandbox's time."""
        return datetime.fromisoformat(self.ask("GET", "/clock")["now"])

    # ── the log ──────────────────────────────────────────────────────────────

    def log(self) -> list[Json]:
        """The publish log; empty as long as there is none."""
        if not (self.folder / ".publisher" / "sandbox" / "log.db").exists():
            return []
        told = self.run_cli("log")
        return list(told) if isinstance(told, list) else []

    def delivery(self, post: str, channel: str) -> Json:
        """One line of the log."""
        found = [one for one in self.log() if (one["post"], one["channel"]) == (post, channel)]
        assert len(found) == 1, f"{post} on {channel} is in the log {len(found)} times"
        return found[0]

    def states(self) -> dict[tuple[str, str], list[str]]:
        """(post, channel) → the states of its parts."""
        return {(one["post"], one["channel"]): [part["state"] for part in one["parts"]] for one in self.log()}

    @contextmanager
    def log_locked(self) -> Iterator[None]:
        """Hold the log's write lock, as a backup or a stopped writer would."""
        log = sqlite3.connect(self.folder / ".publisher" / "sandbox" / "log.db", timeout=10)
        log.isolation_level = None
        try:
            log.execute("BEGIN IMMEDIATE")
            yield
            log.execute("ROLLBACK")
        finally:
            log.close()

    def run_leases_down(self) -> None:
        """End every lease now: they last minutes of real time, whatever the sandbox's clock says."""
        log = sqlite3.connect(self.folder / ".publisher" / "sandbox" / "log.db", timeout=10)
        with log:
            log.execute("UPDATE parts SET lease_until = 0 WHERE lease_until IS NOT NULL")
        log.close()

    def fence_file(self) -> Path:
        """Where the daemon notes fences; there once a daemon has started."""
        of_a_log = f"publisher/{'?' * 26}"  # beside it lies what belongs to no log
        self.until(lambda: list(self.state.glob(of_a_log)), "the state folder is made")
        return next(self.state.glob(of_a_log)) / "fences"

    @contextmanager
    def fence_shut(self) -> Iterator[Callable[[], bool]]:
        """Whoever opens the fence file meanwhile waits: between the fence in the log and the commit.

        The kernel keeps an opener waiting while somebody holds a lease on the file (fcntl(2),
        F_SETLEASE), for 45 seconds at most. Gives a function that says whether somebody waits.
        """
        kept = signal.signal(signal.SIGIO, signal.SIG_IGN)
        descriptor = os.open(self.fence_file(), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            # Once an opener waits, the kernel names the lease that the holder should go down to.
            yield lambda: fcntl.fcntl(descriptor, fcntl.F_GETLEASE) != fcntl.F_WRLCK
            fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        finally:
            os.close(descriptor)
            signal.signal(signal.SIGIO, kept)

    # ── waiting ──────────────────────────────────────────────────────────────

    def until(
        self, holds: Callable[[], Any], what: str, seconds: float = PATIENCE, every: float = 0.05
    ) -> None:
        """Wait until something holds.

        Raises:
            AssertionError: it does not within `seconds`; with all that the processes said.
        """
        began = stopwatch()
        while not holds():
            if stopwatch() - began > seconds:
                raise AssertionError(f"not within {seconds:g} s: {what}\n{self._story()}")
            pause(every)

    def settled(self, seconds: float = PATIENCE) -> None:
        """Wait until the log says that every part of every post is out; then nothing may be there twice."""
        self.until(self.all_published, "everything is published", seconds, every=0.4)
        self.exactly_once()

    def exactly_once(self) -> None:
        """What is live and what the log says is live are the same, part by part, each once."""
        logged = {
            (one["platform"], part["platform_id"]): (one, part)
            for one in self.log()
            for part in one["parts"]
            if part["state"] == "published"
        }
        live = {(one["platform"], one["id"]): one for one in self.live()}
        assert live.keys() == logged.keys(), f"live and log differ\n{self._story()}"
        wanted = sum(sum(parts.values()) for parts in self.expected.values())
        assert len(live) == wanted, f"{len(live)} live, {wanted} wanted\n{self._story()}"
        for key, (delivery, part) in logged.items():
            self._agree(live[key], delivery, part, live)

    def _agree(self, shown: Json, delivery: Json, part: Json, live: Mapping[tuple[str, str], Json]) -> None:
        """One part's place, pictures and link are the right ones."""
        story = f"{delivery['post']}/{part['number']} on {delivery['channel']}"
        root = delivery["parts"][0]["platform_id"]
        before = delivery["parts"][part["number"] - 2]["platform_id"] if part["number"] > 1 else None
        assert shown["parent"] == (before if shown["kind"] == "thread" else root if before else None), story
        ends = [url.rstrip("/").rpartition("/")[2] for url in (part["url"], shown["url"])]
        assert ends[0] == ends[1], story
        if part["number"] == 1:
            assert delivery["url"] == part["url"], story
        with _OPENER.open(part["url"], timeout=10) as page:
            assert page.status == 200, story
        files = list((self.folder / "content" / delivery["post"]).glob("*.jpg"))
        alts = [f"Picture {n} of {delivery['post']}" for n in range(1, len(files) + 1)]
        described = shown["platform"] != "tiktok"  # which has no alternative texts
        if part["number"] == 1 and delivery["post"] in self.expected and files and described:
            assert [one["alt"] for one in shown["media"]] == alts, story

    def all_published(self) -> bool:
        """Whether the log says that every part of every post is out."""
        found = {key: Counter(states) for key, states in self.states().items()}
        return all(
            found.get((post, channel)) == Counter({"published": count})
            for post, parts in self.expected.items()
            for channel, count in parts.items()
        )

    def _story(self) -> str:
        """All that helps to see what went wrong."""
        lines = [f"live: {one['platform']} {one['id']} {one['text'][:50]!r}" for one in self.live()]
        for one in self.log():
            parts = [f"{part['state']}:{part['platform_id']}" for part in one["parts"]]
            lines.append(f"log: {one['post']} {one['channel']} {parts} {one['reason']}")
        lines += [
            f"asked: {one['method']} {one['path']} {one['status']} {one['fault'] or ''}"
            for one in self.ask("GET", "/requests")[-40:]
        ]
        return "\n".join([*lines, *(one.words() for one in self.processes)])


def picture(path: Path, words: str) -> None:
    """A small picture, different for different words."""
    out = BytesIO()
    shade = sum(words.encode()) % 256
    Image.new("RGB", (96, 64), (shade, len(words) * 7 % 256, 160)).save(out, "JPEG")
    path.write_bytes(out.getvalue())


def long_text(name: str, parts: int) -> str:
    """As many paragraphs as X needs posts for; each fills more than half of one."""
    sentence = "The office tells the people of the regency what it does and where they can ask about it. "
    return "\n\n".join(
        f"{name}, paragraph {number}. {sentence * 2}".strip() for number in range(1, parts + 1)
    )
