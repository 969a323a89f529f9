"""No secret is written down, and the wire log never stands in the way of a delivery."""

from __future__ import annotations

import json
import logging
import stat
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from connectors.clock import SystemClock
from connectors.errors import ConnectorError
from connectors.http import Door
from connectors.wire_log import Redactor, WireLog
from tests.connectors.loopback import Loopback, drop, ok

CLOCK = SystemClock()
SECRETS = {"token": "sandbox-page/token+1", "app_secret": "sandbox-app-secret"}


class Tokens:
    """A source of the secrets above."""

    def get(self, account: str) -> Mapping[str, str]:
        return SECRETS


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


@pytest.fixture
def wire_log(tmp_path: Path) -> Path:
    return tmp_path / "logs" / "wire.log"


@pytest.fixture
def door(wire_log: Path) -> Iterator[Door]:
    made = Door(mode="sandbox", clock=CLOCK, wire_log=wire_log)
    made.checked(Tokens()).get("facebook:1001")
    yield made
    made.close()


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_per_request_readable_by_its_owner_alone(server: Loopback, door: Door, wire_log: Path) -> None:
    """The log tells account, method, URL, sizes, status, time taken and rate headers of each request."""
    server.answer = ok(b'{"id": "1"}', headers='X-App-Usage: {"call_count": 3}\r\nServer: x\r\n')
    with door.deadline(CLOCK.boottime() + 5, commit=True):
        door.session("facebook:1001").post(f"{server.url}/v26.0/1001/feed", data={"message": "a"})
    (line,) = lines(wire_log)
    assert (line["account"], line["method"], line["status"]) == ("facebook:1001", "POST", 200)
    assert (line["url"], line["received"]) == (f"{server.url}/v26.0/1001/feed", 11)
    assert line["headers"] == {"X-App-Usage": '{"call_count": 3}'}
    assert line["commit"] is True
    assert isinstance(line["sent"], int)
    assert line["sent"] > len("message=a")
    assert stat.S_IMODE(wire_log.stat().st_mode) == 0o600


@pytest.mark.parametrize("failing", [drop, ok()])
def test_no_secret_in_log_errors_or_reprs(
    failing: object, server: Loopback, door: Door, wire_log: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Tokens in the URL, in a form and in a header stay out of everything that is written."""
    server.answer = failing  # type: ignore[assignment]
    session = door.session("facebook:1001")
    texts = [repr(session), repr(door), repr(door.checked(Tokens()))]
    try:
        session.post(
            f"{server.url}/v26.0/1001/feed",
            params={"access_token": SECRETS["token"], "appsecret_proof": "0123456789abcdef"},
            data={"access_token": SECRETS["token"]},
            headers={"Authorization": f"Bearer {SECRETS['app_secret']}"},
        )
    except ConnectorError as error:
        texts += [*traceback.format_exception(error), repr(error.__context__), repr(error.__cause__)]
    texts.append(wire_log.read_text(encoding="utf-8"))
    for text in texts:
        assert "sandbox-" not in text
        assert "0123456789abcdef" not in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("GET /me?access_token=EAAB&fields=id", "GET /me?access_token=***&fields=id"),
        (
            "{'Authorization': 'OAuth oauth_token=\"1-a\", oauth_signature=\"x%3D\"'}",
            "{'Authorization': ***}",
        ),
        ("Authorization: Bearer AAAA1234", "Authorization: ***"),
        ('{"access_token": "EAAB", "id": "1"}', '{"access_token": "***", "id": "1"}'),
        ("http://office:pass@proxy:3128/", "http://***@proxy:3128/"),
        ("client_secret=abc&code_verifier=def", "client_secret=***&code_verifier=***"),
        ("?code=AQD4&state=7", "?code=***&state=***"),
        ("sent page%2Ftoken%2B1 and page/token+1", "sent *** and ***"),
        ("the secretary said code=190", "the secretary said code=190"),
    ],
)
def test_redaction_knows_names_and_values(text: str, expected: str) -> None:
    """Known values go in every encoding; unknown ones by the name they stand under; the rest stays."""
    redactor = Redactor()
    redactor.learn(["page/token+1"])
    assert redactor.redact(text) == expected
    assert "page" not in repr(redactor)


def test_sdk_debug_lines_are_redacted(door: Door) -> None:
    """With the door's filter a handler shows an SDK's headers and URLs without their secrets."""
    record = logging.LogRecord(
        "tweepy.client", logging.DEBUG, __file__, 1, "Headers: %s", ({"x": SECRETS["token"]},), None
    )
    assert door.log_filter().filter(record)
    assert record.getMessage() == "Headers: {'x': '***'}"


def test_unwritable_log_fails_no_call_and_is_said_once(
    server: Loopback, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A wire log on a full or missing disk costs a warning, not a delivery."""
    (tmp_path / "file").touch()
    door = Door(mode="sandbox", clock=CLOCK, wire_log=tmp_path / "file" / "wire.log")
    for _ in range(3):
        assert door.session("twitter:2001").get(server.url).status_code == 200
    door.close()
    assert [record.levelname for record in caplog.records if record.name == "connectors.wire_log"] == [
        "WARNING"
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_full_disk_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    """ENOSPC is reported in the system's words."""
    WireLog(Path("/dev/full"), Redactor()).write({"status": 200})
    assert "No space left on device" in caplog.text


def test_log_rotates_and_keeps_a_few(tmp_path: Path) -> None:
    """The log takes a bounded place on the disk; the newest lines are in the file of the plain name."""
    path = tmp_path / "wire.log"
    log = WireLog(path, Redactor(), max_bytes=200, keep=2)
    for number in range(60):
        log.write({"number": number, "filling": "x" * 30})
    log.write({"number": 60})
    names = sorted(file.name for file in tmp_path.iterdir())
    assert names == ["wire.log", "wire.log.1", "wire.log.2"]
    assert lines(path)[-1]["number"] == 60
    assert sum(file.stat().st_size for file in tmp_path.iterdir()) < 1000


def test_two_processes_rotating_one_log_lose_no_line(tmp_path: Path) -> None:
    """Each writer opens the file anew, so a file moved by another one is not written to for ever."""
    path = tmp_path / "wire.log"
    first, second = (WireLog(path, Redactor(), max_bytes=300, keep=99) for _ in range(2))
    for number in range(40):
        (first, second)[number % 2].write({"number": number})
    found = [line["number"] for file in tmp_path.iterdir() for line in lines(file)]
    assert sorted(found, key=int) == list(range(40))  # type: ignore[call-overload]


def test_redacted_line_is_still_json(tmp_path: Path) -> None:
    """Whatever an address or an error holds, the line can be read by a machine, and stands alone."""
    log = WireLog(tmp_path / "wire.log", Redactor())
    error = 'a "b"\n\udc80'
    log.write({"url": "http://127.0.0.1/?authorization=abc", "error": error, "status": 200})
    (line,) = lines(tmp_path / "wire.log")
    assert line == {"url": "http://127.0.0.1/?authorization=***", "error": error, "status": 200}
