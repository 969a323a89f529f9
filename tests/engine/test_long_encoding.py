"""A clip that takes long to encode: who waits is told how far it is, the claim is kept, too long is ended."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.contract import Json
from publisher import texts
from publisher.cli import as_json, looking, waiting
from publisher.cli.main import main
from publisher.cli.screen import Screen
from publisher.media import encoder
from publisher.media.encoder import Encoder
from publisher.media.progress import still_at_it
from publisher.publish_log import claims
from publisher.views import Doing, Status
from tests.clips import clip
from tests.engine.office import Office

ASSISTED = {"x": {"mode": "assisted"}}


def drop(office: Office, **facts: Json) -> Path:
    """A clip of a telephone for X, which takes none of its kind: due in five minutes."""
    folder = office.post("rapat", due=5, channels=["x"], media=[{"file": "klip.mov"}], **facts)
    data = clip(container="mov", video="libx265", size=(360, 640), seconds=1.0, fps=30)
    (folder / "klip.mov").write_bytes(data)
    return folder


def on_renewal(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> list[bool]:
    """Renew at every sign of life, and act then; gives whether each renewal succeeded."""
    monkeypatch.setattr("publisher.deliver.staging.RENEW", 0.0)
    really, renewed = claims.renew, list[bool]()

    def renew(*given: Any) -> bool:
        renewed.append(really(*given))
        act()
        return renewed[-1]

    monkeypatch.setattr(claims, "renew", renew)
    return renewed


def lines_of(status: Status) -> list[str]:
    return list(looking._status_lines(status, Screen(io.StringIO(), 100, False, False)))


def test_status_and_the_server_say_how_far_it_is(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """In words and as data while it lasts; afterwards nothing is under way."""
    monkeypatch.setattr("publisher.media.progress.EVERY", 0.0)
    monkeypatch.setattr("publisher.media.progress.SAY_EVERY", 0.0)
    caplog.set_level("INFO", "publisher")
    office.open()
    seen: list[Status] = []
    on_renewal(monkeypatch, lambda: seen.append(office.ask("status")))
    drop(office)
    office.run()
    works = ((one, one.underway[0][1]) for one in seen if one.underway)
    encoding = [one for one, work in works if work.doing is Doing.ENCODE and 0 < work.percent < 100]
    middle = encoding[len(encoding) // 2]
    [(_, work)] = middle.underway
    assert any(
        re.search(rf"Encoding the video of .*\(x\): {work.percent} %, \d+ .* left", line)
        for line in lines_of(middle)
    )
    told = as_json.status(middle)
    assert told["uploads"] == []
    assert told["encodings"][0]["percent"] == work.percent
    assert told["encodings"][0]["clip_seconds"] == 1.0
    assert any(re.search(r"encoding the video for x .*: \d+ %", line) for line in caplog.messages)
    assert office.ask("status").underway == ()


def test_whoever_waits_for_the_encoder_is_seen(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A delivery whose turn has not come says so, and keeps its claim until it has."""
    monkeypatch.setattr(encoder, "ASK_AGAIN", 0.0)
    office.open()
    busy, seen = Encoder(office.workspace.state / "media").turn(), list[Status]()

    def look() -> None:
        if len(seen) < 3:
            seen.append(office.ask("status"))
            if len(seen) == 3:
                busy.__exit__(None, None, None)

    renewed = on_renewal(monkeypatch, look)
    drop(office)
    busy.__enter__()
    office.run()
    assert "waits for its turn" in "\n".join(lines_of(seen[1]))
    assert as_json.status(seen[1])["encodings"][0]["waits"] is True
    assert renewed
    assert all(renewed)
    office.live_through(minutes=8, step=60)
    assert office.state("rapat") == "published"


@pytest.mark.parametrize("minutes", [0, 5])
def test_what_a_person_will_publish_keeps_its_claim_too(
    office: Office, monkeypatch: pytest.MonkeyPatch, minutes: int
) -> None:
    """Making the kit ahead or when it is due renews the lease as long as a clip is encoded."""
    office.open(ASSISTED)
    drop(office)
    renewed = on_renewal(monkeypatch, lambda: None)
    office.pass_time(minutes=minutes)
    office.run()
    assert len(renewed) > 5
    assert all(renewed)
    office.live_through(minutes=6, step=60)
    assert office.state("rapat") == "handed_over"


def test_a_claim_that_was_lost_meanwhile_hands_nothing_over(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Another process has the post: this one leaves it alone, without a traceback."""
    office.open(ASSISTED)
    drop(office)
    office.pass_time(minutes=5)
    monkeypatch.setattr("publisher.deliver.staging.RENEW", 0.0)
    monkeypatch.setattr(claims, "renew", lambda *_: False)
    office.look()
    for turn in office.wake():
        turn.result(timeout=30)
    assert office.state("rapat") == "delivering", "as the other process would have it"
    assert not list((office.workspace.state / "kits").glob("2*"))
    assert any("another process may have gone on" in line for line in caplog.messages), caplog.messages
    assert not any(record.exc_info for record in caplog.records)


def test_a_clip_that_takes_too_long_fails_with_what_to_do(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One try, then a person is asked; `encoding_limit` is where the office says how long."""
    office.open(encoding_limit="1m")
    drop(office)
    monkeypatch.setattr(encoder, "stopwatch", iter(range(0, 10_000_000, 61)).__next__)
    office.run()
    office.live_through(minutes=3, step=60)
    assert office.state("rapat") == "failed"
    assert [phase for phase, _ in office.attempts("rapat")] == ["stage"]
    [view] = office.deliveries()
    words = as_json.reason_of(view)
    assert words is not None
    assert words.startswith("Encoding the video was stopped after 1 min 1 s")
    assert "encoding_limit" in words
    assert not list((office.workspace.state / "media").rglob("*.part"))
    assert office.live("twitter") == []


@pytest.mark.parametrize(("language", "told"), [("id", "terlalu singkat"), ("en", "too short")])
def test_a_limit_that_stops_every_clip_is_refused(office: Office, language: str, told: str) -> None:
    """`encoding_limit: 5s` is a slip, not a wish."""
    from publisher.errors import ConfigError

    with pytest.raises(ConfigError) as caught:
        office.open(encoding_limit="5s")
    texts.use(language)
    assert told in texts.error_text(caught.value)


# ── A person at the terminal ─────────────────────────────────────────────────


class Terminal(io.StringIO):
    """Standard error as a person sees it."""

    def isatty(self) -> bool:
        return True


def test_a_page_that_waits_for_a_clip_says_how_far_it_is(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`preview --html` fills one line and takes it away; the page has the clip."""
    monkeypatch.setattr(waiting, "EVERY", 0.0)
    office.open()
    drop(office)
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    page = tmp_path / "page.html"
    assert main(["--workspace", str(office.folder), "preview", "rapat", "--html", str(page)]) == 0
    assert re.search(r"Encoding a video: [1-9]\d? %, \d+ s left", terminal.getvalue())
    assert terminal.getvalue().endswith("\r\x1b[2K")
    assert "data:video/mp4" in page.read_text()


def test_in_a_pipe_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """Where nobody looks there is no line to fill."""
    with waiting.encoding_shown():
        still_at_it(1, 2)
        still_at_it()
    assert capsys.readouterr() == ("", "")


def test_whoever_waits_for_another_process_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """First that another clip is encoded, then how far one's own is."""
    monkeypatch.setattr(waiting, "EVERY", 0.0)
    monkeypatch.setattr(waiting, "stopwatch", iter((0.0, 10.0, 12.0)).__next__)
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    texts.use("en")
    with waiting.encoding_shown():
        still_at_it()
        still_at_it(0, 60)
        still_at_it(15, 60)
    assert terminal.getvalue().split("\r\x1b[2K")[1:] == [
        "Waiting for a turn: another video is being encoded",
        "Encoding a video: 0 %",
        "Encoding a video: 25 %, 6 s left",
        "",
    ]


def test_publish_now_says_how_far_a_clip_is(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for `publish --now` sees why it takes long."""
    monkeypatch.setattr(waiting, "EVERY", 0.0)
    office.open()
    office.sandbox.world.set_clock(rate=20)  # X works on it for a while
    drop(office)
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    assert main(["--workspace", str(office.folder), "publish", "rapat", "--now"]) == 0
    assert re.search(r"Encoding a video: [1-9]\d? %, \d+ s left", terminal.getvalue())
    assert office.requests("media/upload"), "and then it is sent"
