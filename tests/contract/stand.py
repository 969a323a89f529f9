"""A room on its stand: the real door, the real simulator over loopback HTTP, a real media store."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from PIL import Image

from connectors.announced import routes_of
from connectors.clock import FollowingClock
from connectors.contract import (
    Account,
    Checkpoint,
    Media,
    NotYet,
    Part,
    Pending,
    Receipt,
    Rendition,
    Room,
    Session,
    Staged,
    account_key,
)
from connectors.http import Door
from connectors.registry import room
from connectors.sandbox import start_in_thread
from publisher.media.hosts.practice import PracticeHost
from publisher.media.store import MediaStore

Json = Any


@dataclass
class Tokens:
    """A token source whose fields a test may change."""

    fields: dict[str, str]

    def get(self, account: str) -> Mapping[str, str]:
        return self.fields


@dataclass
class Stand:
    """All that a test of a room needs."""

    room: Room
    url: str
    account: Account
    door: Door
    clock: FollowingClock
    tokens: Tokens
    store: MediaStore
    folder: Path
    saved: list[Checkpoint] = field(default_factory=list)

    def session(self) -> Session:
        """A new one, as after a restart."""
        return self.room.open(self.account, self.door, self.tokens, self.clock, self.store)

    # ── pictures ─────────────────────────────────────────────────────────────

    def picture(self, number: int, alt: str = "", kind: str = "JPEG") -> Media:
        """A small picture, different for each number."""
        out = BytesIO()
        Image.new("RGB", (64, 48), (number * 20 % 256, 120, 200)).save(out, kind)
        return self.kept(out.getvalue(), kind.lower(), alt)

    def animation(self, alt: str = "") -> Media:
        """A GIF that moves."""
        out = BytesIO()
        frames = [Image.new("RGB", (16, 16), (number * 90, 0, 0)) for number in range(3)]
        frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=100)
        return self.kept(out.getvalue(), "gif", alt)

    def clip(self, alt: str = "", **wanted: Any) -> Media:
        """A small real clip; `tests.clips.clip` says what can be asked of it."""
        from tests.clips import clip

        return self.kept(clip(**wanted), str(wanted.get("container", "mp4")), alt)

    def captions(self, language: str = "id", kind: str = "srt") -> Media:
        """Captions for a clip of one second."""
        head = "WEBVTT\n\n" if kind == "vtt" else "1\n"
        comma = "." if kind == "vtt" else ","
        text = f"{head}00:00:00{comma}000 --> 00:00:01{comma}000\nSelamat pagi\n"
        return replace(self.kept(text.encode(), kind), role="captions", language=language)

    def kept(self, data: bytes, suffix: str, alt: str = "") -> Media:
        """Bytes as a source in the media store."""
        source = hashlib.sha256(data).hexdigest()
        path = self.folder / f"{source}.{suffix}"
        path.write_bytes(data)
        self.store.keep(path, source)
        return Media(source, ("strip",), alt)

    def sha256(self, media: Media) -> str:
        """Of the bytes that leave."""
        return hashlib.sha256(self.store.path(media).read_bytes()).hexdigest()

    # ── the engine's part ────────────────────────────────────────────────────

    def rendition(self, *parts: Part) -> Rendition:
        placement = parts[0].options.get("placement", self.room.placements[0])
        return Rendition(self.account.key, placement, parts)

    def stage(
        self, part: Part, prior: Sequence[Receipt] = (), checkpoint: Checkpoint | None = None
    ) -> Checkpoint:
        """Stage in a new session; the checkpoint goes through JSON as it does in the log.

        While the platform works on it time passes, as the engine would let it.
        """
        staged = self.session().stage(part, prior, checkpoint, self.saved.append)
        while isinstance(staged, NotYet):
            self.move_to(staged.look_at)
            staged = self.session().stage(part, prior, through_json(staged.checkpoint), self.saved.append)
        assert isinstance(staged, Staged)
        return through_json(staged.checkpoint)

    def commit(
        self, part: Part, prior: Sequence[Receipt] = (), checkpoint: Checkpoint | None = None
    ) -> Receipt:
        """Stage if need be, then commit as the engine does it: within a deadline, on its own connection."""
        ready = checkpoint or self.stage(part, prior)
        with self.door.deadline(self.clock.boottime() + self.room.limits.commit_budget, commit=True):
            outcome = self.session().commit(part, prior, ready)
        while isinstance(outcome, Pending):
            self.move_to(outcome.look_at)
            seen = self.session().confirm(part, through_json(outcome.checkpoint))
            assert isinstance(seen, Receipt | Pending), seen
            outcome = seen
        assert isinstance(outcome, Receipt), outcome
        return outcome

    def publish(self, *parts: Part) -> list[Receipt]:
        """All parts, one after the other."""
        receipts: list[Receipt] = []
        for part in parts:
            receipts.append(self.commit(part, tuple(receipts)))
        return receipts

    def since(self) -> datetime:
        """When the attempt began, by the engine's clock."""
        return self.clock.now() - timedelta(seconds=5)

    # ── the sandbox ──────────────────────────────────────────────────────────

    def ask(self, method: str, path: str, body: Json = None) -> Json:
        """A call of the admin interface."""
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        request = Request(f"{self.url}/admin{path}", data, headers, method=method)
        try:
            with urlopen(request, timeout=10) as answer:
                return json.loads(answer.read() or b"null")
        except HTTPError as error:
            error.add_note(error.read().decode())
            raise

    def live(self) -> list[Json]:
        """What followers see now, oldest first."""
        return [post for post in self.ask("GET", "/live") if not post["removed"]]

    def requests(self) -> list[Json]:
        """All requests to the platform so far."""
        return [one for one in self.ask("GET", "/requests") if one["platform"] == self.room.platform]

    def fault(self, **fault: Json) -> None:
        self.ask("POST", "/faults", {"platform": self.room.platform, **fault})

    def platform(self, **change: Json) -> Json:
        return self.ask("POST", "/platform", {"platform": self.room.platform, **change})

    def move(self, seconds: float) -> None:
        """Let time pass, on both sides."""
        ahead = self.ask("GET", "/clock")["offset"]
        self.ask("POST", "/clock", {"offset": ahead + seconds})
        self.clock.refresh()

    def move_to(self, moment: datetime) -> None:
        """Let time pass until then, if it is still to come."""
        self.move(max(0.0, (moment - self.clock.now()).total_seconds()))


def through_json(checkpoint: Checkpoint) -> Checkpoint:
    """As it comes back from the log."""
    text = json.dumps([checkpoint.public, checkpoint.sealed, checkpoint.version])
    public, sealed, version = json.loads(text)
    return Checkpoint(public, sealed, version)


@contextmanager
def stand(platform: str, folder: Path) -> Iterator[Stand]:
    """A room with a sandbox of its own."""
    with start_in_thread() as sandbox:
        told = sandbox.info["platforms"][platform]
        world = sandbox.world

        def read() -> tuple[datetime, float]:
            return world.now(), 1.0

        clock = FollowingClock(read)
        clock.refresh()
        key = account_key(platform, told["account"]["id"])
        wire_log, routes = folder / "wire.jsonl", routes_of(sandbox.info)
        door = Door(mode="sandbox", routes=routes, clock=clock, wire_log=wire_log, timeout=10)
        yield Stand(
            room(platform),
            sandbox.url,
            Account(key, told["account"]["id"]),
            door,
            clock,
            Tokens(dict(told["credentials"])),
            MediaStore(folder / "media", PracticeHost(sandbox.url)),
            folder,
        )
        door.close()


def at(moment: str) -> datetime:
    """An instant of the admin interface."""
    return datetime.fromisoformat(moment).astimezone(UTC)


def tokens_in(data: Mapping[str, Json]) -> list[str]:
    """What of sealed JSON is long enough to be a secret, out of the addresses it stands in."""
    return re.findall(r"[\w-]{20,}", json.dumps(dict(data)))
