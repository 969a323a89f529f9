"""What a delivery costs us in CPU beyond the SDK's own: claim, fence, door, receipt, events."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import requests
from requests.adapters import HTTPAdapter

from benchmarks import workspace
from benchmarks.measure import Figure, own_cpu

DELIVERIES = 40
"""Below X's quota per quarter of an hour, so that none waits; one more warms up."""


def figures() -> list[Figure]:
    """CPU of this process per delivery of one text to X, less that of tweepy making the same call."""
    folder = Path(tempfile.mkdtemp(prefix="publisher-bench-"))
    os.environ["XDG_STATE_HOME"] = str(folder / "state")
    try:
        with sandbox() as announced:
            ours = _delivered(folder / "desk", announced)
            theirs = _bare(announced["platforms"]["twitter"])
    finally:
        shutil.rmtree(folder)
    measured = f"{ours * 1000:.1f} ms less {theirs * 1000:.1f} ms of tweepy, {DELIVERIES} deliveries"
    return [Figure("a delivery's own CPU", (ours - theirs) * 1000, 5, "ms", measured)]


@contextmanager
def sandbox() -> Iterator[dict[str, Any]]:
    """A sandbox in a process of its own, so that its work is not counted as ours."""
    command = [sys.executable, "-m", "connectors.sandbox", "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.terminate()


def _delivered(root: Path, announced: dict[str, Any]) -> float:
    """CPU seconds of one delivery, from a booked row to its receipt."""
    from publisher import config
    from publisher.deliver import Job
    from publisher.model import State
    from publisher.sync import Syncer
    from publisher.wiring import SERVER, open_deliverer, wire

    _write_posts(root)
    space = config.load(root)
    space.state.mkdir(parents=True)
    (space.state / SERVER).write_text(json.dumps(announced), encoding="utf-8")
    wired = wire(space)
    store = wired.open_log(create=True)
    try:
        booked = Syncer(space, store, wired.media()).sync(wired.clock.now(), write=True).touched
        with open_deliverer(wired, store, Event()) as deliverer:
            started = 0.0
            for number, delivery in enumerate(booked):
                if number == 1:
                    started = own_cpu()
                state = deliverer.run(delivery, 1, Job.DELIVER)
                if state is not State.PUBLISHED:
                    raise RuntimeError(f"delivery {number} is {state}")
            return (own_cpu() - started) / (len(booked) - 1)
    finally:
        store.close()


def _write_posts(root: Path) -> None:
    """Texts that are due now, to the second: none is late, so none is spaced out."""
    content = root / "content"
    content.mkdir(parents=True)
    (root / "schedule.yaml").write_text(workspace.ONE_CHANNEL, encoding="utf-8")
    now = datetime.now(UTC)
    for number in range(DELIVERIES + 1):
        text = f"---\npublish_at: {now:%Y-%m-%d %H:%M:%S}\n---\nPengumuman nomor {number}.\n"
        (content / f"pengumuman-{number:02}.md").write_text(text, encoding="utf-8")


class _Rerouted(HTTPAdapter):
    """Sends what the SDK means for X to the simulator, once it is signed."""

    def __init__(self, base_url: str) -> None:
        super().__init__()
        self.base_url = base_url

    def send(self, request: requests.PreparedRequest, *rest: Any, **named: Any) -> requests.Response:
        """The same request, to the simulator's address."""
        request.url = str(request.url).replace("https://api.twitter.com", self.base_url)
        return super().send(request, *rest, **named)


def _bare(platform: dict[str, Any]) -> float:
    """CPU seconds of one post made with tweepy alone."""
    import tweepy

    credentials = platform["credentials"]
    names = ("consumer_key", "consumer_secret", "access_token", "access_token_secret")
    signed = {name: credentials[name] for name in names if name in credentials}
    client = tweepy.Client(**(signed or {"bearer_token": credentials["token"]}))
    client.session.mount("https://api.twitter.com", _Rerouted(platform["base_url"]))
    started = 0.0
    for number in range(DELIVERIES + 1):
        if number == 1:
            started = own_cpu()
        client.create_tweet(text=f"Tanpa meja nomor {number}.", user_auth=bool(signed))
    return (own_cpu() - started) / DELIVERIES
