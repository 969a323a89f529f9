"""Makes workspaces to measure: as many posts as asked for, like an office's, never twice the same text."""

from __future__ import annotations

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
