"""A clip of a gigabyte to YouTube's simulator: how fast beside bare requests, and in how much memory.

The simulator is a process of its own, and so is each upload: what a child had at its peak is its alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import requests

from benchmarks.delivery_cpu import sandbox
from benchmarks.measure import Figure

GIGABYTE = 1 << 30
ROUNDS = 2
SAMPLE = Path(__file__).parents[1] / "content" / "contoh" / "10-lapor-dari-ponsel" / "lapor.mp4"


def figures() -> list[Figure]:
    """Our time by that of bare requests for the same bytes, and our peak of memory."""
    ours, theirs = [], []
    with tempfile.TemporaryDirectory(prefix="publisher-bench-") as folder, sandbox() as announced:
        for number in range(ROUNDS):
            for way, runs in (("bare", theirs), ("session", ours)):
                # YouTube refuses a clip that the channel has already.
                clip = _clip(Path(folder) / "clip.mp4", f"{way} {number}")
                runs.append(_child(way, announced, clip))
    mine, other = min(run["seconds"] for run in ours), min(run["seconds"] for run in theirs)
    peak = max(run["peak_mb"] for run in ours)
    rate = f"{mine:.1f} s : {other:.1f} s for requests, 1 GB to YouTube's simulator"
    bare = max(run["peak_mb"] for run in theirs)
    return [
        Figure("uploading 1 GB, time", mine / other, 1 / 0.9, "×", rate),
        Figure("uploading 1 GB, peak memory", peak, 150, "MB", f"{bare:.0f} MB for requests"),
    ]


def _clip(path: Path, mark: str) -> Path:
    """The sample clip, made a gigabyte long by a box that players pass over; sparse on most disks."""
    data = SAMPLE.read_bytes()
    rest = GIGABYTE - len(data)
    path.write_bytes(data + rest.to_bytes(4, "big") + b"free" + mark.encode())
    with path.open("r+b") as file:
        file.truncate(GIGABYTE)
    return path


def _child(way: str, announced: Mapping[str, Any], clip: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.upload", way, json.dumps(announced), str(clip)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"upload by {way} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


# ── In the child ─────────────────────────────────────────────────────────────


def _bare(announced: Mapping[str, Any], clip: Path) -> None:
    """One session, one PUT: the least that any program can do."""
    told = announced["platforms"]["youtube"]
    with requests.Session() as web:
        web.headers["Authorization"] = f"Bearer {told['credentials']['token']}"
        opened = web.post(
            f"{told['base_url']}/upload/youtube/v3/videos",
            params={"uploadType": "resumable", "part": "snippet,status"},
            json={
                "snippet": {"title": "Bare"},
                "status": {"privacyStatus": "private", "selfDeclaredMadeForKids": False},
            },
            headers={"X-Upload-Content-Type": "video/mp4", "X-Upload-Content-Length": str(GIGABYTE)},
            timeout=60,
        )
        opened.raise_for_status()
        with clip.open("rb") as file:
            web.put(opened.headers["Location"], data=file, timeout=600).raise_for_status()


def _session(announced: Mapping[str, Any], clip: Path) -> None:
    """The room's own way: through the door, in saved pieces."""
    from connectors.announced import routes_of
    from connectors.clock import SystemClock
    from connectors.contract import Account, Checkpoint, Media, Part, PartKind, account_key
    from connectors.http import Door
    from connectors.registry import room
    from publisher.media.inspect import facts

    told = announced["platforms"]["youtube"]
    known = facts(clip, clip.name)

    class Tokens:
        def get(self, _account: str) -> Mapping[str, str]:
            found: Mapping[str, str] = told["credentials"]
            return found

    class Source:
        def path(self, _media: Media) -> Path:
            return clip

        def facts(self, _media: Media) -> Any:
            return known

        def url(self, _media: Media) -> str:
            raise AssertionError("YouTube fetches nothing")

    account_id = told["account"]["id"]
    account = Account(account_key("youtube", account_id), account_id)
    clock = SystemClock()
    door = Door(mode="sandbox", routes=routes_of(announced), clock=clock, wire_log=clip.with_suffix(".jsonl"))
    part = Part(
        PartKind.ROOT,
        "Satu gigabyte",
        options={"title": "Satu gigabyte", "made_for_kids": False},
        media=(Media("0" * 64, ("strip",), ""),),
    )
    saved: list[Checkpoint] = []
    room("youtube").open(account, door, Tokens(), clock, Source()).stage(part, (), None, saved.append)
    door.close()
    assert saved, "an upload in one piece would measure something else"


def _peak_mb() -> float:
    """Of this process since it was started; what its parent had before does not count."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmHWM in /proc/self/status")


def _main(way: str, announced: str, clip: str) -> None:
    started = time.perf_counter()
    {"bare": _bare, "session": _session}[way](json.loads(announced), Path(clip))
    print(json.dumps({"seconds": time.perf_counter() - started, "peak_mb": _peak_mb()}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
