"""What the sandbox knows: the world the simulators share, in one SQLite file.

Everything a simulator answers with is durable before its reply leaves: a request runs in one
transaction, and a SIGKILL between two of them loses nothing. Tests count what stands here.

What a simulator is stands in `sandbox_simulator.py`; rooms import all of it from here.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from threading import RLock
from typing import IO, Any

from connectors.clock import Clock, SystemClock
from connectors.sandbox_shelf import Shelf, sha256_of
from connectors.sandbox_simulator import AdminError, Profile, Simulator

__all__ = ["AdminError", "Json", "LivePost", "Profile", "Simulator", "World", "stamp"]

Json = Any
_IN_A_ROW = 4 * 1024 * 1024
"""Bytes up to which media stand in the database; larger ones are files beside it."""

_TABLES = """
CREATE TABLE IF NOT EXISTS live (
  seq INTEGER PRIMARY KEY AUTOINCREMENT, platform TEXT NOT NULL, account TEXT NOT NULL, id TEXT NOT NULL,
  parent TEXT, kind TEXT NOT NULL, text TEXT NOT NULL, options TEXT NOT NULL, media TEXT NOT NULL,
  private TEXT NOT NULL, created_at TEXT NOT NULL, path TEXT NOT NULL, removed INTEGER NOT NULL DEFAULT 0,
  UNIQUE (platform, id));
CREATE INDEX IF NOT EXISTS live_account ON live (platform, account, seq);
CREATE INDEX IF NOT EXISTS live_parent ON live (platform, parent, seq);
CREATE TABLE IF NOT EXISTS blobs (sha256 TEXT PRIMARY KEY, mime TEXT NOT NULL, data BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS requests (seq INTEGER PRIMARY KEY AUTOINCREMENT, platform TEXT NOT NULL,
  entry TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS things (platform TEXT NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL,
  value TEXT NOT NULL, PRIMARY KEY (platform, kind, key));
CREATE TABLE IF NOT EXISTS faults (seq INTEGER PRIMARY KEY AUTOINCREMENT, fault TEXT NOT NULL,
  left INTEGER NOT NULL);
"""
_KEEP = (
    "INSERT INTO blobs VALUES (?,?,?) ON CONFLICT (sha256) DO UPDATE SET mime=excluded.mime"
    " WHERE blobs.mime='application/octet-stream'"
)
"""A small clip may come as the only piece of an upload, as something unknown, before it is a clip."""


@dataclass(frozen=True, slots=True)
class LivePost:
    """Something followers can see (or could, before it was removed).

    Attributes:
        parent: id of the post this replies to or comments on.
        media: `{"type", "sha256", "alt"}` each, in the order shown.
        private: what the simulator keeps with it; never shown.
        path: of its page on the sandbox server.
    """

    platform: str
    account: str
    id: str
    kind: str
    text: str
    created_at: datetime
    path: str
    parent: str | None = None
    options: Mapping[str, Json] = field(default_factory=dict)
    media: tuple[Mapping[str, Json], ...] = ()
    private: Mapping[str, Json] = field(default_factory=dict)
    removed: bool = False

    def to_json(self, base: str) -> dict[str, Json]:
        """As GET /admin/live shows it; `base` is the server's URL."""
        return {
            "platform": self.platform,
            "account": self.account,
            "id": self.id,
            "parent": self.parent,
            "kind": self.kind,
            "text": self.text,
            "options": dict(self.options),
            "media": [{key: one.get(key) for key in ("type", "sha256", "alt")} for one in self.media],
            "created_at": stamp(self.created_at),
            "url": base + self.path,
            "removed": self.removed,
        }


def stamp(moment: datetime) -> str:
    """An instant as the admin interface writes it: UTC, microseconds, Z."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


class World:
    """The state of all simulators. Thread-safe: one transaction at a time.

    Args:
        path: of the SQLite file; None keeps everything in memory.
        clock: of the machine; the world's own time is derived from it.
    """

    def __init__(self, path: Path | None = None, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()
        self.base_url = ""
        self._lock = RLock()
        self._depth = 0
        if path is not None:
            path.parent.mkdir(parents=True, exist_ok=True)
        self.shelf = Shelf(None if path is None else path.with_name(f"{path.name}.files"))
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False, isolation_level=None)
        # WAL with NORMAL survives a killed process (not a power cut), and costs no fsync per request.
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_TABLES)

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._db.close()
        self.shelf.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing, one at a time; may be nested. Durable when the outermost block is left."""
        with self._lock:
            if self._depth == 0:
                self._db.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._depth -= 1
                if self._depth == 0:
                    self._db.execute("ROLLBACK")
                raise
            self._depth -= 1
            if self._depth == 0:
                self._db.execute("COMMIT")

    def _run(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, values).fetchall()

    @property
    def mark(self) -> str:
        """Tells this world from every other one, and from itself before a reset: its tokens are its own."""
        with self.transaction():
            mark = self.get("", "world", "mark")
            if mark is None:
                mark = token_hex(8)
                self.put("", "world", "mark", mark)
        return str(mark)

    # ── time ─────────────────────────────────────────────────────────────────

    def now(self) -> datetime:
        """The sandbox's time: aware, UTC; moved and sped up by `set_clock`."""
        here, there, rate = self._anchor()
        return there + (self.clock.now() - here) * rate

    def clock_state(self) -> dict[str, Json]:
        """`{"now", "offset", "rate"}`: offset is how many seconds it is ahead of the machine."""
        now = self.now()
        return {
            "now": stamp(now),
            "offset": (now - self.clock.now()).total_seconds(),
            "rate": self._anchor()[2],
        }

    def set_clock(
        self, offset: float | None = None, rate: float | None = None, now: datetime | None = None
    ) -> None:
        """Move the clock: to `now`, or `offset` seconds ahead of the machine; let it run at `rate`."""
        with self.transaction():
            here = self.clock.now()
            there = now or (here + timedelta(seconds=offset) if offset is not None else self.now())
            pace = self._anchor()[2] if rate is None else rate
            self.put("", "clock", "anchor", [here.isoformat(), there.isoformat(), pace])

    def _anchor(self) -> tuple[datetime, datetime, float]:
        anchor = self.get("", "clock", "anchor")
        if anchor is None:
            here = self.clock.now()
            return here, here, 1.0
        return datetime.fromisoformat(anchor[0]), datetime.fromisoformat(anchor[1]), float(anchor[2])

    # ── a simulator's own things ─────────────────────────────────────────────

    def get(self, platform: str, kind: str, key: str) -> Json:
        """What `put` stored under this key, or None."""
        rows = self._run(
            "SELECT value FROM things WHERE platform=? AND kind=? AND key=?", platform, kind, key
        )
        return json.loads(rows[0][0]) if rows else None

    def put(self, platform: str, kind: str, key: str, value: Json) -> None:
        """Store a JSON value: a container, an upload, a token, a setting."""
        self._run("INSERT OR REPLACE INTO things VALUES (?,?,?,?)", platform, kind, key, json.dumps(value))

    def drop(self, platform: str, kind: str, key: str) -> None:
        """Forget a value."""
        self._run("DELETE FROM things WHERE platform=? AND kind=? AND key=?", platform, kind, key)

    def all(self, platform: str, kind: str) -> dict[str, Json]:
        """Every value of a kind, by key, in the order they were first stored."""
        rows = self._run(
            "SELECT key, value FROM things WHERE platform=? AND kind=? ORDER BY rowid", platform, kind
        )
        return {key: json.loads(value) for key, value in rows}

    def next_number(self, platform: str, at_least: int = 1) -> int:
        """A number never given before on this platform, and larger than any given before."""
        with self.transaction():
            number = max(at_least, (self.get(platform, "counter", "last") or 0) + 1)
            self.put(platform, "counter", "last", number)
            return number

    def keep(self, data: bytes, mime: str) -> str:
        """Store media bytes; gives their sha256 (hex)."""
        sha256 = hashlib.sha256(data).hexdigest()
        self._run(_KEEP, sha256, mime, data)
        return sha256

    def keep_file(self, file: IO[bytes], mime: str) -> str:
        """Store media of any size without holding them in memory; gives their sha256 (hex)."""
        sha256 = sha256_of(file)
        if file.seek(0, 2) <= _IN_A_ROW:
            file.seek(0)
            return self.keep(file.read(), mime)
        file.seek(0)
        self.shelf.put("blobs", sha256, file)
        self._run(_KEEP, sha256, mime, b"")
        return sha256

    def media(self, sha256: str) -> tuple[str, Path | BytesIO] | None:
        """Mime type of stored media, and their bytes or the file that holds them; None: not stored."""
        rows = self._run("SELECT mime, data FROM blobs WHERE sha256=?", sha256)
        if not rows:
            return None
        mime, data = rows[0]
        place = self.shelf.place("blobs", sha256)
        return mime, place if not data and place.exists() else BytesIO(data)

    def blob(self, sha256: str) -> tuple[str, bytes] | None:
        """Mime type and bytes of stored media, all at once; for large ones there is `media`."""
        found = self.media(sha256)
        if found is None:
            return None
        mime, data = found
        return mime, data.read_bytes() if isinstance(data, Path) else data.getvalue()

    # ── uploads that come in pieces ──────────────────────────────────────────

    def append(self, platform: str, upload: str, at: int, piece: IO[bytes]) -> int:
        """Add a piece to an upload at byte `at`, where the last one ended; gives the new length.

        The simulator keeps the length in its own record and names it here: what a killed process
        wrote without recording it is overwritten.

        Raises:
            ValueError: the piece would leave a gap.
        """
        return self.shelf.append(f"{platform}-{upload}", at, piece)

    def uploaded(self, platform: str, upload: str) -> Path:
        """The file that holds what came of an upload so far; it may not be there yet."""
        return self.shelf.place("uploads", f"{platform}-{upload}")

    def finish_upload(self, platform: str, upload: str, mime: str) -> str:
        """Make an upload stored media; gives their sha256 (hex)."""
        with self.uploaded(platform, upload).open("rb") as file:
            sha256 = self.keep_file(file, mime)
        self.drop_upload(platform, upload)
        return sha256

    def drop_upload(self, platform: str, upload: str) -> None:
        """Forget what came of an upload."""
        self.uploaded(platform, upload).unlink(missing_ok=True)

    # ── what followers see ───────────────────────────────────────────────────

    def publish(self, post: LivePost) -> None:
        """Make a post live."""
        self._run(
            "INSERT INTO live"
            " (platform,account,id,parent,kind,text,options,media,private,created_at,path,removed)"
            " VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
            post.platform,
            post.account,
            post.id,
            post.parent,
            post.kind,
            post.text,
            json.dumps(dict(post.options), ensure_ascii=False),
            json.dumps([dict(one) for one in post.media], ensure_ascii=False),
            json.dumps(dict(post.private), ensure_ascii=False),
            stamp(post.created_at),
            post.path,
            post.removed,
        )

    def live(
        self,
        platform: str | None = None,
        account: str | None = None,
        parent: str | None = None,
        since: datetime | None = None,
    ) -> list[LivePost]:
        """Posts in the order they went live, removed ones included."""
        wanted = [("platform=", platform), ("account=", account), ("parent=", parent)]
        wanted.append(("created_at>=", None if since is None else stamp(since)))
        given = [(name, value) for name, value in wanted if value is not None]
        where = " AND ".join(f"{name}?" for name, _ in given) or "1"
        return [
            _post(row) for row in self._run(f"{_SELECT} WHERE {where} ORDER BY seq", *(v for _, v in given))
        ]

    def post(self, platform: str, post_id: str) -> LivePost | None:
        """One post, removed or not."""
        rows = self._run(f"{_SELECT} WHERE platform=? AND id=?", platform, post_id)
        return _post(rows[0]) if rows else None

    def remove(self, platform: str, post_id: str) -> None:
        """Take a post down; it stays in the list, marked."""
        self._run("UPDATE live SET removed=1 WHERE platform=? AND id=?", platform, post_id)

    def reword(self, platform: str, post_id: str, text: str) -> None:
        """Change the text of a live post."""
        self._run("UPDATE live SET text=? WHERE platform=? AND id=?", text, platform, post_id)

    def revise(
        self, platform: str, post_id: str, text: str, options: Mapping[str, Json], *, removed: bool
    ) -> None:
        """Change what a live post says and shows, and whether it is there at all."""
        self._run(
            "UPDATE live SET text=?, options=?, removed=? WHERE platform=? AND id=?",
            text,
            json.dumps(dict(options), ensure_ascii=False),
            removed,
            platform,
            post_id,
        )

    # ── journal and faults ───────────────────────────────────────────────────

    def journal(self, platform: str, entry: Mapping[str, Json]) -> None:
        """Write down one request and what became of it."""
        self._run(
            "INSERT INTO requests (platform, entry) VALUES (?,?)",
            platform,
            json.dumps(dict(entry), ensure_ascii=False),
        )

    def requests(self) -> list[dict[str, Json]]:
        """Every request to a simulator, in the order they were answered."""
        return [json.loads(row[0]) for row in self._run("SELECT entry FROM requests ORDER BY seq")]

    def add_fault(self, fault: Mapping[str, Json]) -> None:
        """Let something go wrong `times` times, after the first `skip` requests."""
        left = fault["times"] + fault["skip"]
        self._run("INSERT INTO faults (fault, left) VALUES (?,?)", json.dumps(dict(fault)), left)

    def faults(self) -> list[tuple[int, dict[str, Json]]]:
        """Faults still to come, oldest first, each with its number, and how often it comes (`times`)."""
        rows = self._run("SELECT seq, fault, left FROM faults WHERE left > 0 ORDER BY seq")
        return [(seq, _counted(json.loads(fault), left)) for seq, fault, left in rows]

    def use_fault(self, seq: int) -> bool:
        """Count a request that fits a fault; whether it is one that goes wrong."""
        with self.transaction():
            found = self._run("SELECT fault, left FROM faults WHERE seq=? AND left > 0", seq)
            self._run("UPDATE faults SET left = left - 1 WHERE seq=? AND left > 0", seq)
        return any(left <= json.loads(fault)["times"] for fault, left in found)

    def clear_faults(self) -> None:
        """Nothing goes wrong any more."""
        self._run("DELETE FROM faults")

    def reset(self) -> None:
        """A world as on its first day, real time included."""
        with self.transaction():
            for table in ("live", "blobs", "requests", "things", "faults"):
                self._run(f"DELETE FROM {table}")  # noqa: S608 - the names stand on the line above
            self.shelf.clear()


def _counted(fault: dict[str, Json], left: int) -> dict[str, Json]:
    return {**fault, "times": min(left, fault["times"]), "skip": max(0, left - fault["times"])}


_SELECT = (
    "SELECT platform,account,id,kind,text,created_at,path,parent,options,media,private,removed FROM live"
)


def _post(row: tuple[Any, ...]) -> LivePost:
    platform, account, post_id, kind, text, created_at, path, parent, options, media, private, removed = row
    return LivePost(
        platform=platform,
        account=account,
        id=post_id,
        kind=kind,
        text=text,
        created_at=datetime.fromisoformat(created_at),
        path=path,
        parent=parent,
        options=json.loads(options),
        media=tuple(json.loads(media)),
        private=json.loads(private),
        removed=bool(removed),
    )
