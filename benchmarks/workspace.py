"""Makes workspaces to measure: as many posts as asked for, like an office's, never twice the same text."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

SCHEDULE = """\
timezone: Asia/Jakarta
language: id
sandbox: true
approval: none
grace: 2h
channels:
  fb: {platform: facebook, account: "1001", token: "env:FB_TOKEN", slots: ["mon-fri 08:00"]}
  x: {platform: twitter, account: "2001", token: "env:X_TOKEN", slots: ["mon-fri 08:05"]}
"""

ONE_CHANNEL = """\
timezone: UTC
language: id
sandbox: true
approval: none
channels:
  x: {platform: twitter, account: "2001", token: "env:X_TOKEN"}
"""

SENTENCES = (
    "Layanan informasi publik dibuka setiap hari kerja di kantor Dinas.",
    "Warga dapat bertanya langsung di loket atau menulis lewat kanal pengaduan.",
    "Dokumen yang diminta disiapkan paling lambat sepuluh hari kerja.",
    "Jadwal lengkap dapat dilihat pada papan pengumuman di setiap kecamatan.",
)


def make(folder: Path, posts: int, to_come: int) -> Path:
    """A workspace with `posts` posts, of which `to_come` have a time still to come.

    The others were due on days long gone, a few each day.
    """
    folder.mkdir(parents=True)
    (folder / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    for number in range(posts):
        ahead = posts - number <= to_come
        when = now + timedelta(hours=30 + number) if ahead else now - timedelta(days=30, hours=3 * number)
        post = folder / "content" / f"{when:%Y-%m}" / f"pengumuman-{number:05}"
        post.mkdir(parents=True)
        (post / "teks.md").write_text(text(number, when), encoding="utf-8")
    return folder


def text(number: int, when: datetime) -> str:
    """One post: front matter as staff write it, and a body that fits every platform there is."""
    body = " ".join((f"Pengumuman nomor {number}.", SENTENCES[number % 4], SENTENCES[(number // 4) % 4]))
    return (
        f"---\ntitle: Pengumuman {number}\npublish_at: {when:%Y-%m-%d %H:%M}\n"
        f"hashtags: [natuna, informasi]\ntopic: layanan\n---\n{body}\n"
    )


AS_BY_TELEPHONES = {".jpg": {"quality": 92}, ".heic": {"quality": 60}}
"""How they encode a photo."""


def photo(path: Path, size: tuple[int, int] = (4032, 3024), **settings: object) -> None:
    """A picture as a telephone takes it: 12 megapixels and 3 MB, with large shapes, small ones, and grain.

    Args:
        settings: of the encoder, for another kind of file.
    """
    from pillow_heif import register_heif_opener

    register_heif_opener()
    seen(size).save(path, **{"quality": 92, **settings})


def seen(size: tuple[int, int]) -> Image:
    """Noise of several sizes, each with its share of the light: about as hard to store as a photo."""
    from PIL import Image, ImageChops

    by_chance, whole = Random(5), Image.new("RGB", size, (128, 128, 128))
    for wide, share in ((700, 0.6), (150, 0.4), (40, 0.25), (9, 0.16), (3, 0.1), (1, 0.06)):
        few = (size[0] // wide + 2, size[1] // wide + 2)
        noise = Image.frombytes("RGB", few, by_chance.randbytes(3 * few[0] * few[1]))
        lighter = [round(128 + (level - 128) * share) for level in range(256)] * 3
        part = noise.resize(size, Image.Resampling.BICUBIC).point(lighter)
        whole = ImageChops.add(whole, part, 1, -128)
    return whole


def book(root: Path, state: Path) -> None:
    """A publish log in which all posts are booked, and those whose day is gone are published.

    Booked as of long ago, when all of them were still to come; the receipts are written straight
    into the log, because ten thousand real deliveries would take longer than all the rest.
    """
    os.environ["XDG_STATE_HOME"] = str(state)
    from sqlalchemy import text as sql

    from connectors.clock import ManualClock
    from publisher import config
    from publisher.sync import Syncer
    from publisher.wiring import Wired

    now = datetime.now(UTC)
    wired = Wired(config.load(root), ManualClock(now - timedelta(days=3650)), None)
    store = wired.open_log(create=True)
    try:
        Syncer(wired.workspace, store, wired.media()).sync(wired.clock.now(), write=True)
        with store.write("benchmark") as tx:
            tx.conn.execute(
                sql(
                    "UPDATE parts SET state = 'published', platform_id = delivery_id, published_at = since "
                    "WHERE delivery_id IN (SELECT delivery_id FROM deliveries WHERE due_at < :now)"
                ),
                {"now": now.isoformat(timespec="microseconds")},
            )
            published, open_ = tx.conn.execute(
                sql("SELECT sum(state = 'published'), sum(state = 'waiting') FROM parts")
            ).one()
            print(f"       a log with {published} parts published and {open_} to come", flush=True)
    finally:
        store.close()


def forget(root: Path) -> None:
    """What was remembered of earlier looks at the content is gone."""
    shutil.rmtree(root / ".publisher" / "cache", ignore_errors=True)
