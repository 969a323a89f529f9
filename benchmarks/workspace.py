"""Makes workspaces to measure: as many posts as asked for, like an office's, never twice the same text."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

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


def photo(path: Path) -> None:
    """A picture as a telephone takes it: 12 megapixels, JPEG."""
    from PIL import Image

    Image.linear_gradient("L").resize((4032, 3024)).convert("RGB").save(path, quality=88)


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
