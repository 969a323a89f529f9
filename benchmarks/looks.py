"""What `run` does again and again, in a process of its own: looks at content/, and now and then plans anew.

`python -m benchmarks.looks WORKSPACE` prints the seconds of each as JSON.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from connectors.clock import SystemClock
from publisher import config
from publisher.cli.main import COLLECT_WHILE_RUNNING
from publisher.content import Watcher
from publisher.sync import Syncer
from publisher.wiring import Wired

FIRST, AGAIN = 3, 9
"""Looks until everything has stood still, as after a start; looks that are measured."""


def main(root: Path) -> None:
    """As publisher/daemon.py looks, without what it delivers."""
    gc.set_threshold(COLLECT_WHILE_RUNNING)
    wired = Wired(config.load(root), SystemClock(), None)
    space, store = wired.workspace, wired.open_log(create=False)
    syncer = Syncer(space, store, wired.media())
    cache = space.root / ".publisher" / "cache" / "content"
    watcher = Watcher(space.content_dir, root=space.root, zone=space.timezone, cache=cache)
    for _ in range(FIRST):
        watcher.look()
    looks: list[float] = []
    plans: list[float] = []
    for _ in range(AGAIN):
        started = time.perf_counter()
        seen = watcher.look()
        looked = time.perf_counter()
        syncer.sync(datetime.now(UTC), write=True, seen=seen)
        looks.append(looked - started)
        plans.append(time.perf_counter() - started)
    store.close()
    print(json.dumps({"look": looks, "plan": plans[1:]}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
