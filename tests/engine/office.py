"""A desk and its daemon in one process; the sandbox's clock stands still, and both sides follow it.

What the daemon's timers would call is called by the test, so that nothing waits and nothing happens
unasked. All else is the real thing: files, log, door, rooms, simulators over loopback HTTP.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Event
from typing import Any

import yaml
from PIL import Image
from sqlalchemy import Row, select

from connectors.clock import pause
from connectors.contract import Media
from connectors.sandbox import Sandbox
from publisher import config, practice, wiring
from publisher.daemon import Daemon
from publisher.deliver import Deliverer
from publisher.desk import Desk
from publisher.publish_log.store import Store
from publisher.publish_log.tables import attempts, events, parts
from publisher.sync import Syncer
from publisher.views import Decided, DeliveryView
from tests.connectors.sandboxed import admin

Json = Any

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
"""A Tuesday morning, when every test begins."""
CHANNELS: dict[str, dict[str, Json]] = {
    "fb": {"platform": "facebook", "account": "1001", "token": "env:FB_TOKEN"},
    "x": {"platform": "twitter", "account": "2001", "token": "env:X_TOKEN"},
}
SETTINGS: dict[str, Json] = {
    "timezone": "UTC",
    "language": "en",
    "sandbox": True,
    "approval": "none",
}
FEED = r"^/v[0-9.]+/1001/feed$"
TWEETS = r"^/2/tweets$"
UPLOADS = r"^/2/media/upload$"


class Office:
    """A workspace and all that runs for it.

    Args:
        folder: of the workspace; made by `open`.
    """

    store: Store
    deliverer: Deliverer
    daemon: Daemon
    workspace: config.Workspace

    def __init__(self, folder: Path, sandbox: Sandbox) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self._stack = ExitStack()
        sandbox.world.set_clock(rate=0, now=START)

    # ── the program ──────────────────────────────────────────────────────────

    def open(self, channels: Mapping[str, Mapping[str, Json]] | None = None, **settings: Json) -> None:
        """Write schedule.yaml and start the daemon's insides; what ran before is ended first.

        Args:
            channels: label → keys, over the two that every office has.
        """
        self._stack.close()
        own = {label: {**CHANNELS.get(label, {}), **keys} for label, keys in (channels or {}).items()}
        document = {**SETTINGS, "channels": {**CHANNELS, **own}, **settings}
        (self.folder / "content").mkdir(parents=True, exist_ok=True)
        text = yaml.safe_dump(document, sort_keys=False)
        (self.folder / "schedule.yaml").write_text(text, encoding="utf-8")
        self.workspace = config.load(self.folder)
        practice.announce(self.workspace, self.sandbox.info)
        self.start()

    def start(self) -> None:
        """A new owner, as after a restart."""
        self._stack.close()
        wired = wiring.wire(self.workspace)
        self.store = wired.open_log(create=True)
        self._stack.callback(self.store.close)
        stop = Event()
        self.deliverer = self._stack.enter_context(wiring.open_deliverer(wired, self.store, stop))
        syncer = Syncer(self.workspace, self.store, wired.media())
        self.daemon = Daemon(self.workspace, self.store, syncer, self.deliverer, stop, tidy=wired.tidy_media)
        self._stack.callback(self.daemon._pool.shutdown)

    def close(self) -> None:
        """Let go of everything."""
        self._stack.close()

    def look(self) -> None:
        """Content counts when it stood still between two looks."""
        self.daemon.look()
        self.daemon.look()

    def wake(self) -> list[Future[None]]:
        """One wake-up; the accounts' turns run in their threads."""
        return self.daemon.wake()

    def work(self) -> None:
        """Wake until nobody changes anything any more, as things stand at this moment."""
        for _ in range(40):
            before = self._marks()
            for turn in self.wake():
                turn.result(timeout=30)
            if self._marks() == before:
                return
        raise AssertionError(f"the engine does not come to rest: {before}")

    @contextmanager
    def while_staging(self) -> Iterator[None]:
        """Between claim and fence of the one post to X that is due: its account answers slowly.

        Raises:
            AssertionError: the block took longer than X did.
        """
        self.fault("/2/users/me", "delay", seconds=2.0, method="GET")
        turns = self.wake()
        self.until(lambda: "delivering" in [part.state for part in self.parts()])
        yield
        assert "delivering" in [part.state for part in self.parts()]
        for turn in turns:
            turn.result(timeout=30)

    def run(self) -> None:
        """Look at content/, sweep, and do all there is to do now."""
        self.look()
        self.sweep()
        self.work()

    def sweep(self) -> None:
        """One sweep; what it asked the accounts is answered when this returns."""
        self.daemon.sweep()
        self.until(lambda: not self.daemon._busy)

    def care(self) -> None:
        """One look at everybody's tokens."""
        for turn in self.daemon.keep_tokens():
            turn.result(timeout=30)

    def pass_time(self, **time: float) -> None:
        """Let time pass on both sides, as `timedelta` takes it; nobody wakes meanwhile."""
        world = self.sandbox.world
        world.set_clock(now=world.now() + timedelta(**time))
        self.deliverer.clock.refresh()

    def live_through(self, step: float = 15, **time: float) -> None:
        """Let time pass in steps of some seconds, with a sweep and all work at each."""
        end = self.now + timedelta(**time)
        while self.now < end:
            self.pass_time(seconds=min(step, (end - self.now).total_seconds()))
            self.sweep()
            self.work()

    def _marks(self) -> list[tuple[Any, ...]]:
        return [(p.delivery_id, p.number, p.state, p.looks, p.attempts, p.retry_at) for p in self.parts()]

    @property
    def now(self) -> datetime:
        """The sandbox's time."""
        return self.sandbox.world.now()

    def until(self, holds: Any) -> None:
        """Wait for a thread, in real time.

        Raises:
            AssertionError: it does not come within ten seconds.
        """
        for _ in range(1000):
            if holds():
                return
            pause(0.01)
        raise AssertionError("not within ten seconds")

    # ── content ──────────────────────────────────────────────────────────────

    def post(
        self, name: str, body: str | None = None, *, due: float | None = None, pictures: int = 0, **head: Json
    ) -> Path:
        """Write a post, or write it anew; gives its folder.

        Args:
            due: minutes from START to `publish_at`; None: it says nothing of a time.
            head: further front matter.
        """
        target = self.folder / "content" / name
        target.mkdir(parents=True, exist_ok=True)
        names = [f"{number}.jpg" for number in range(1, pictures + 1)]
        for place, file in enumerate(names):
            if not (target / file).exists():
                _picture(target / file, f"{name}{place}")
        front: dict[str, Json] = {"id": name.rpartition("/")[2]}
        if due is not None:
            front["publish_at"] = moment(due)
        if names:
            front["media"] = [{"file": file, "alt": f"Picture {file} of {name}"} for file in names]
        front |= head
        front = {key: value for key, value in front.items() if value is not None}
        text = yaml.safe_dump(front, sort_keys=False, allow_unicode=True)
        words = body if body is not None else f"Announcement {name} of the office."
        (target / "post.md").write_text(f"---\n{text}---\n{words}\n", encoding="utf-8")
        return target

    # ── people ───────────────────────────────────────────────────────────────

    @contextmanager
    def desk(self, actor: str = "Sari") -> Iterator[Desk]:
        """Somebody at the desk."""
        with Desk.open(self.folder, actor=actor) as desk:
            yield desk

    def ask(self, verb: str, *given: Json, by: str = "Sari", **options: Json) -> Any:
        """One verb of the desk."""
        with self.desk(by) as desk:
            return getattr(desk, verb)(*given, **options)

    def told(self, verb: str, *given: Json, by: str = "Sari", **options: Json) -> list[str]:
        """The message ids that a verb answers with."""
        answers: list[Decided] = self.ask(verb, *given, by=by, **options)
        return [one.message for one in answers]

    # ── the log ──────────────────────────────────────────────────────────────

    def deliveries(self) -> list[DeliveryView]:
        """The publish log."""
        found: list[DeliveryView] = self.ask("log")
        return found

    def delivery(self, post: str, channel: str = "x") -> DeliveryView:
        """One line of it."""
        found = [one for one in self.deliveries() if (one.post, one.channel) == (post, channel)]
        assert len(found) == 1, f"{post} on {channel} is in the log {len(found)} times"
        return found[0]

    def state(self, post: str, channel: str = "x") -> str:
        """Of the root."""
        return str(self.delivery(post, channel).state)

    def states(self, post: str, channel: str = "x") -> list[str]:
        """Of all parts."""
        return [str(part.state) for part in self.delivery(post, channel).parts]

    def parts(self) -> list[Row[Any]]:
        """All rows of parts."""
        with self.store.read() as tx:
            return list(tx.conn.execute(select(parts).order_by(parts.c.delivery_id, parts.c.number)))

    def part(self, post: str, channel: str = "x", number: int = 1) -> Row[Any]:
        """One row of it."""
        wanted = (self.delivery(post, channel).delivery_id, number)
        return next(row for row in self.parts() if (row.delivery_id, row.number) == wanted)

    def attempts(self, post: str, channel: str = "x") -> list[tuple[str, str]]:
        """(phase, outcome) of every try and every look, in order."""
        wanted = self.delivery(post, channel).delivery_id
        with self.store.read() as tx:
            query = select(attempts.c.phase, attempts.c.outcome).where(attempts.c.delivery_id == wanted)
            return [
                (row.phase, row.outcome) for row in tx.conn.execute(query.order_by(attempts.c.attempt_id))
            ]

    def history(self, subject: str) -> list[Row[Any]]:
        """The events of a delivery, an account or the workspace."""
        with self.store.read() as tx:
            query = select(events).where(events.c.subject == subject).order_by(events.c.sequence)
            return list(tx.conn.execute(query))

    # ── the sandbox ──────────────────────────────────────────────────────────

    def live(self, platform: str | None = None) -> list[Json]:
        """What followers see now, oldest first."""
        return [
            post.to_json(self.sandbox.url) for post in self.sandbox.world.live(platform) if not post.removed
        ]

    def sent(self, platform: str, media: Media) -> bytes:
        """What was made of a picture or clip, once it is sure that the one post there has those bytes."""
        [post] = self.live(platform)
        store = self.daemon.syncer.media
        assert store is not None
        made = store.path(media).read_bytes()
        assert sha256(made).hexdigest() == post["media"][0]["sha256"]
        return made

    def texts(self, platform: str | None = None) -> list[str]:
        """The words of it."""
        return [post["text"] for post in self.live(platform)]

    def requests(self, path: str = "", platform: str | None = None, method: str = "POST") -> list[Json]:
        """The requests whose path fits an expression, in order."""
        return [
            one
            for one in self.sandbox.world.requests()
            if one["method"] == method
            and re.search(path, one["path"])
            and platform in (None, one["platform"])
        ]

    def fault(self, path: str, kind: str, **more: Json) -> None:
        """Let something go wrong at POST routes, before their effect unless told otherwise."""
        admin(self.sandbox, "faults", {"method": "POST", "path": path, "kind": kind, **more})

    def platform(self, name: str, **change: Json) -> Json:
        """Change a platform's settings or tokens."""
        return admin(self.sandbox, "platform", {"platform": name, **change})


def moment(minutes: float) -> str:
    """A time of the office's day as front matter has it, some minutes after START."""
    return f"{START + timedelta(minutes=minutes):%Y-%m-%d %H:%M:%S}"


def _picture(path: Path, seed: str) -> None:
    out = BytesIO()
    shade = sum(map(ord, seed)) * 37 % 256
    Image.new("RGB", (320, 240), (shade, 255 - shade, len(seed) * 20 % 256)).save(out, "JPEG")
    path.write_bytes(out.getvalue())
