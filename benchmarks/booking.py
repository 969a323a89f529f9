"""What a photo costs a server that runs: booking a post with it, and making all that will be sent of it.

`python -m benchmarks.booking WORKSPACE PHOTO LABEL…` prints the seconds of CPU and of the wall, and how many
pictures were made, as JSON. What a first post pays for all (loading libraries, compiling templates) was paid
before.
"""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks import workspace
from benchmarks.delivery_cpu import sandbox
from benchmarks.measure import own_cpu
from connectors.clock import SystemClock
from connectors.contract import Media, Severity
from publisher import config, recipe
from publisher.media.store import MediaStore
from publisher.sync import Syncer
from publisher.wiring import Wired

PLATFORMS = ("facebook", "instagram", "threads", "tiktok", "twitter", "youtube")
SCHEDULE = """\
timezone: UTC
language: id
sandbox: true
approval: none
channels:
  facebook: {platform: facebook, account: "1"}
  instagram: {platform: instagram, account: "2"}
  threads: {platform: threads, account: "3"}
  tiktok: {platform: tiktok, account: "4", audited: true, privacy: public}
  twitter: {platform: twitter, account: "5"}
  youtube: {platform: youtube, account: "6", made_for_kids: false, slideshow: true}
"""


def main(root: Path, photo: Path, labels: Sequence[str]) -> None:
    """A small picture of the same kind first, to all platforms, then the photo."""
    root.mkdir(parents=True)
    (root / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    small = root / f"kecil{photo.suffix}"
    workspace.photo(small, (640, 480), **workspace.AS_BY_TELEPHONES[photo.suffix])
    with sandbox() as announced:  # whose web server stands for the office's
        wired = Wired(config.load(root), SystemClock(), announced)
        store, media = wired.open_log(create=True), wired.media()
        syncer = Syncer(wired.workspace, store, media)
        _booked(syncer, media, _written(root, "pemanasan", small, PLATFORMS))
        post = _written(root, "foto", photo, labels)
        cpu, wall = own_cpu(), time.perf_counter()
        made = _booked(syncer, media, post)
        cpu, wall = own_cpu() - cpu, time.perf_counter() - wall
        store.close()
    print(json.dumps({"cpu": cpu, "wall": wall, "made": made}))


def _written(root: Path, name: str, picture: Path, labels: Sequence[str]) -> str:
    """A post with one photo; gives its path in content/."""
    folder = root / "content" / name
    folder.mkdir(parents=True)
    shutil.copyfile(picture, folder / f"foto{picture.suffix}")
    when = datetime.now(UTC) + timedelta(days=2)
    text = (
        f"---\ntitle: Posyandu {name}\npublish_at: {when:%Y-%m-%d %H:%M}\nchannels: [{', '.join(labels)}]\n"
        f"---\n{workspace.SENTENCES[0]}\n"
    )
    (folder / "teks.md").write_text(text, encoding="utf-8")
    return name


def _booked(syncer: Syncer, media: MediaStore, post: str) -> int:
    """Book it and make what its channels send, except clips; how many files."""
    plan = syncer.sync(datetime.now(UTC), write=True).plan
    wrong = [str(problem) for problem in plan.problems if problem.severity is Severity.ERROR]
    if wrong:
        raise RuntimeError("\n".join(wrong))
    asked = [
        one
        for action in plan.changes
        if action.rendition is not None and action.path == post
        for part in action.rendition.parts
        for one in (*part.media, *part.companions)
    ]
    files = {media.path(picture) for one in asked for picture in _pictures(one)}
    return len(files)


def _pictures(one: Media) -> list[Media]:
    slides = recipe.of_slides(one.recipe)
    return [Media(still.source, still.steps, "") for still in slides.stills] if slides else [one]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
