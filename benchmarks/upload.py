"""A large clip to the simulators of YouTube, X and TikTok: how fast beside bare requests, in how much memory.

The simulators are a process of their own, and so is each upload: what a child had at its peak is its alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any
from urllib.request import Request, urlopen

from benchmarks.delivery_cpu import sandbox
from benchmarks.measure import Figure
from benchmarks.upload_bare import BARE, bearer_of_x

ROUNDS = 5
SAMPLE = Path(__file__).parents[1] / "content" / "contoh" / "10-lapor-dari-ponsel" / "lapor.mp4"


@dataclass(frozen=True)
class Way:
    """A clip's way to one platform.

    Attributes:
        size: bytes; as much as the platform takes, a gigabyte at most.
        options: of the part.
        unbound: what POST /admin/platform takes so that no quota stands in the way.
        commits: whether the last piece is the commit.
    """

    title: str
    size: int
    options: Mapping[str, Any]
    unbound: Mapping[str, Any] = field(default_factory=dict)
    commits: bool = False

    @property
    def amount(self) -> str:
        """As people write it."""
        return "1 GB" if self.size == 1 << 30 else f"{self.size / 1e6:.0f} MB"


WAYS: Mapping[str, Way] = {
    "youtube": Way("YouTube", 1 << 30, {"title": "Satu gigabyte", "made_for_kids": False}),
    # X takes 512 MB and no more.
    "twitter": Way("X", 512_000_000, {}, {"quota": {"chunk": 1_000_000}}),
    "tiktok": Way(
        "TikTok",
        1 << 30,
        {"audited": True, "privacy": "public"},
        {"quota": {"video_init": 1000}, "daily_cap": 1000},
        commits=True,
    ),
}


def figures() -> Iterator[Figure]:
    """Our time by that of bare requests for the same bytes, and our peak of memory, for each platform."""
    with tempfile.TemporaryDirectory(prefix="publisher-bench-") as folder, sandbox() as announced:
        for platform, way in WAYS.items():
            yield from _measured(platform, way, announced, Path(folder))


def _measured(platform: str, way: Way, announced: Mapping[str, Any], folder: Path) -> Iterator[Figure]:
    _tell(announced, {"platform": platform, **way.unbound})
    runs: dict[str, list[dict[str, float]]] = {"bare": [], "session": []}
    for number in range(ROUNDS):
        for how, done in runs.items():
            # YouTube refuses a clip that the channel has already.
            clip = _clip(folder / "clip.mp4", way.size, f"{how} {number}")
            done.append(_child(how, platform, announced, clip))
    ours, bare = runs["session"], runs["bare"]
    # By pairs: the machine is now faster, now slower, for both of a pair alike.
    times = median(mine["seconds"] / other["seconds"] for mine, other in zip(ours, bare, strict=True))
    mine, other = (median(run["seconds"] for run in done) for done in (ours, bare))
    peak, least = (max(run["peak_mb"] for run in done) for done in (ours, bare))
    rate = f"{mine:.1f} s : {other:.1f} s for requests, {way.amount} to {way.title}'s simulator"
    name = f"uploading {way.amount} to {way.title}"
    yield Figure(f"{name}, time", times, 1 / 0.9, "×", rate)
    yield Figure(f"{name}, peak memory", peak, 150, "MB", f"{least:.0f} MB for requests")


def _tell(announced: Mapping[str, Any], change: Mapping[str, Any]) -> None:
    request = Request(f"{announced['url']}/admin/platform", json.dumps(change).encode(), method="POST")
    with urlopen(request, timeout=10) as answer:
        answer.read()


def _clip(path: Path, size: int, mark: str) -> Path:
    """The sample clip, made as long as wanted by a box that players pass over; sparse on most disks."""
    data = SAMPLE.read_bytes()
    rest = size - len(data)
    path.write_bytes(data + rest.to_bytes(4, "big") + b"free" + mark.encode())
    with path.open("r+b") as file:
        file.truncate(size)
    return path


def _child(how: str, platform: str, announced: Mapping[str, Any], clip: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.upload", how, platform, json.dumps(announced), str(clip)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{how} to {platform} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


# ── In the child ─────────────────────────────────────────────────────────────


def _session(platform: str, announced: Mapping[str, Any], clip: Path) -> Callable[[], None]:
    """The room's own way, ready to go: through the door, in saved pieces."""
    from connectors.announced import routes_of
    from connectors.clock import SystemClock
    from connectors.contract import Account, Checkpoint, Media, Part, PartKind, account_key
    from connectors.http import Door
    from connectors.registry import room
    from publisher.media.inspect import facts

    told, way = announced["platforms"][platform], WAYS[platform]
    known = facts(clip, clip.name)

    class Tokens:
        def get(self, _account: str) -> Mapping[str, str]:
            if platform == "twitter":
                return {"token": bearer_of_x(told)}
            found: Mapping[str, str] = told["credentials"]
            return found

    class Source:
        def path(self, _media: Media) -> Path:
            return clip

        def facts(self, _media: Media) -> Any:
            return known

        def url(self, _media: Media) -> str:
            raise AssertionError("nothing is fetched")

    account_id = told["account"]["id"]
    account = Account(account_key(platform, account_id), account_id)
    clock = SystemClock()
    door = Door(mode="sandbox", routes=routes_of(announced), clock=clock, wire_log=clip.with_suffix(".jsonl"))
    media = Media("0" * 64, ("strip",), "")
    part = Part(PartKind.ROOT, clip.name, options=way.options, media=(media,))
    saved: list[Checkpoint] = []
    session = room(platform).open(account, door, Tokens(), clock, Source())

    def upload() -> None:
        staged = session.stage(part, (), None, saved.append)
        if way.commits:
            session.commit(part, (), staged.checkpoint)
        door.close()
        assert saved, "an upload in one piece would measure something else"

    return upload


def _peak_mb() -> float:
    """Of this process since it was started; what its parent had before does not count."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmHWM in /proc/self/status")


def _main(how: str, platform: str, announced: str, clip: str) -> None:
    told = json.loads(announced)
    if how == "bare":
        upload = partial(BARE[platform], told["platforms"][platform], Path(clip))
    else:
        upload = _session(platform, told, Path(clip))
    started = time.perf_counter()  # a server has long loaded what it needs
    upload()
    print(json.dumps({"seconds": time.perf_counter() - started, "peak_mb": _peak_mb()}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
