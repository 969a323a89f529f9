"""`preview --week`: what the head of office reads on Monday, in the terminal and as one page."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path

import pytest

from connectors.clock import SystemClock
from publisher.cli.main import main
from publisher.preview.page import code_of
from publisher.preview.paper import Sheet

SCHEDULE = """\
timezone: WIB
language: id
sandbox: true
channels:
  fb: {platform: facebook, account: "1001", slots: ["setiap hari 08:00"], approval: required}
  x: {platform: twitter, account: "2001", slots: ["setiap hari 09:30"]}
"""
FAR = "2031-05-06 09:30"


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two posts without a time of their own, one in years, one that X cannot take."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    root = tmp_path / "desk"
    (root / "content").mkdir(parents=True)
    (root / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    for name, text in {
        "satu.md": "---\ntitle: Jadwal <vaksin>\nauthor: Humas\n---\nPuskesmas buka pukul 08.00.\n",
        "dua.md": "---\ntitle: Pasar murah\n---\nLapangan Sri Serindit.\n",
        "nanti.md": f"---\ntitle: Jauh\ndate: 2031-05-06\npublish_at: {FAR}\n---\nNanti.\n",
        "panjang.md": f"---\ntitle: Terlalu panjang\ntwitter: {{text: '{'kata ' * 80}'}}\n---\nIsi.\n",
    }.items():
        (root / "content" / name).write_text(text, encoding="utf-8")
    return root


def told(desk: Path, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert main(["--workspace", str(desk), "preview", "--week", *words]) == 0
    return capsys.readouterr().out


class _Page(HTMLParser):
    """Which elements are open at the end, and what the page would fetch."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        if tag not in {"meta", "img", "br", "wbr", "path"}:
            self.open.append(tag)
        self.addresses += [value or "" for key, value in attributes if key in ("src", "href", "poster")]

    def handle_endtag(self, tag: str) -> None:
        if tag not in {"meta", "img", "br", "wbr", "path"}:
            assert self.open.pop() == tag


def test_each_day_each_time_each_channel(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In order of time, with what keeps a post back; what is due in years is not there."""
    lines = told(desk, capsys).splitlines()
    times = [line for line in lines if line.startswith("  0")]
    assert {"  08.00  Jadwal <vaksin>", "  09.30  Jadwal <vaksin>", "  08.00  Pasar murah"} <= set(times)
    assert not any("Jauh" in line for line in lines)
    below = lines[lines.index("  08.00  Jadwal <vaksin>") + 1]
    assert below.startswith("         Facebook · ")
    assert "persetujuan" in below
    first = lines.index("Perlu dibetulkan dahulu")
    assert lines[first + 1 : first + 3] == ["    –    Terlalu panjang", "         X"]
    assert lines[first + 3].startswith("         ✗ panjang.md")
    days = [line for line in lines if line.endswith("(WIB)")]
    assert len(days) == len(set(days)) >= 2


def test_what_is_left_out_has_no_line_and_what_is_wrong_is_said_once(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Instagram takes no post without a picture; a wrong weekday stands at the first time of its post."""
    (desk / "schedule.yaml").write_text(
        f'{SCHEDULE}  ig: {{platform: instagram, account: "3001"}}\n', encoding="utf-8"
    )
    tomorrow = SystemClock().now() + timedelta(days=1)
    (desk / "content" / "besok.md").write_text(
        f"---\ntitle: Besok\npublish_at: {tomorrow:%Y-%m-%d} 08:00\n---\nIsi.\n", encoding="utf-8"
    )
    (desk / "content" / "hari.md").write_text(
        "---\ntitle: Salah hari\n---\nRapat Senin, 24 November 2026.\n", encoding="utf-8"
    )
    shown = told(desk, capsys)
    assert "Besok" in shown
    assert "Instagram" not in shown
    assert shown.count("  Salah hari") == 2
    assert shown.count("bukan Senin") == 1


def test_one_channel_alone(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The same filter as of one post; for programs the same shape, once per post."""
    assert "Facebook" not in told(desk, capsys, "--channel", "x")
    shown = json.loads(told(desk, capsys, "--channel", "x", "--json"))
    assert {one["title"] for one in shown} == {"Jadwal <vaksin>", "Pasar murah", "Terlalu panjang"}
    assert {channel["channel"] for one in shown for channel in one["channels"]} == {"x"}


def test_the_page_shows_each_post_once_with_all_its_codes(
    desk: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Self-contained and sound; the codes are those of the post's own page; one look at each post."""
    file = desk / "minggu.html"
    told(desk, capsys, "--html", str(file))
    html = file.read_text(encoding="utf-8")
    found = _Page(html)
    assert found.open == []
    assert found.addresses == []
    assert html.count('<article class="box plan') == html.count('<article class="mock') == 3
    assert html.count("Jadwal &lt;vaksin&gt;</h3>") == 1
    assert "Humas" in html
    assert html.count("terhenti") == 1
    assert main(["--workspace", str(desk), "preview", "satu", "--html", str(desk / "satu.html")]) == 0
    of_one = (desk / "satu.html").read_text(encoding="utf-8").split("<code>")[1:]
    codes = {piece.partition("</code>")[0] for piece in of_one}
    assert len(codes) == 2
    assert all(f"<code>{code}</code>" in html for code in codes)


def test_a_quiet_week_says_so(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In the terminal and on the page."""
    for name in ("satu.md", "dua.md", "panjang.md"):
        (desk / "content" / name).unlink()
    assert "Tidak ada yang terbit" in told(desk, capsys)
    told(desk, capsys, "--html", str(desk / "w.html"))
    assert "Tidak ada yang terbit" in (desk / "w.html").read_text(encoding="utf-8")


def printed(desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The words on the sheets of a week, in their order."""
    words: list[str] = []
    really = Sheet._printable

    def noted(sheet: Sheet, said: str) -> str:
        words.append(said)
        return really(sheet, said)

    monkeypatch.setattr(Sheet, "_printable", noted)
    file = desk / "pekan.pdf"
    assert str(file) in told(desk, capsys, "--pdf", str(file))
    assert file.read_bytes().startswith(b"%PDF-")
    return words


def test_a_week_is_printed_for_one_signature(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """First all times with their codes, then every post in full on sheets of its own, then where to sign."""
    codes = {
        code_of(channel["fingerprint"])
        for post in json.loads(told(desk, capsys, "--json"))
        for channel in post["channels"]
        if channel["fingerprint"]
    }
    words = printed(desk, capsys, monkeypatch)
    text = "\n".join(words)
    assert "Jadwal <vaksin>" in words
    assert "Puskesmas buka pukul 08.00." in text
    assert "Lapangan Sri Serindit." in text
    assert "Jauh" not in text
    assert text.index("Di mana dan kapan") < text.index("Puskesmas buka pukul 08.00.")
    assert len(codes) > 3
    assert codes <= set(words)
    assert words.count("Tanda tangan") == 1
    assert words[-1] == "Tanda tangan"
    pages = len(re.findall(rb"/Type /Page\b", (desk / "pekan.pdf").read_bytes()))
    assert pages >= 1 + 3, "one of all, and one at least for each post"


def test_one_channel_of_a_week_is_printed(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """`--channel` leaves the others out."""
    words: list[str] = []
    really = Sheet._printable
    monkeypatch.setattr(Sheet, "_printable", lambda sheet, said: (words.append(said), really(sheet, said))[1])
    told(desk, capsys, "--channel", "fb", "--pdf", str(desk / "fb.pdf"))
    assert "Facebook" in words
    assert "X" not in words


def test_a_week_without_posts_says_so_on_its_sheet(
    desk: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is to be signed."""
    for file in (desk / "content").iterdir():
        file.unlink()
    words = printed(desk, capsys, monkeypatch)
    assert "Tidak ada yang terbit dalam tujuh hari ini." in words
    assert "Tanda tangan" not in words
