"""A sandbox is found by what it announced, and its clock is followed."""

from __future__ import annotations

import json
import socket
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.announced import route_for
from connectors.clock import FollowingClock, SystemClock
from connectors.http import Door, find_sandbox, read_sandbox_clock, routes_of
from tests.connectors.loopback import Loopback, drop, ok

CLOCK_PAGE = b'{"now": "2030-01-02T03:04:05+07:00", "offset": 1000, "rate": 60}'


def test_clock_of_the_sandbox_is_followed() -> None:
    """The program's clock shows the sandbox's time, in UTC, at the sandbox's speed."""
    with Loopback(ok(CLOCK_PAGE)) as server:
        read = read_sandbox_clock(f"{server.url}/")
        assert read() == (datetime(2030, 1, 1, 20, 4, 5, tzinfo=UTC), 60.0)
        assert server.seen[0].target == "/admin/clock"
        clock = FollowingClock(read)
        clock.refresh()
        assert timedelta(0) <= clock.now() - datetime(2030, 1, 1, 20, 4, 5, tzinfo=UTC) < timedelta(minutes=5)


@pytest.mark.parametrize(
    "answer",
    [drop, ok(status="500 Error"), ok(b"no json"), ok(b"[]"), ok(b'{"now": "yesterday", "rate": 1}')],
)
def test_clock_that_does_not_answer_is_none(answer: object) -> None:
    """A sick sandbox never stops the program's clock."""
    with Loopback(answer) as server:  # type: ignore[arg-type]
        assert read_sandbox_clock(server.url)() is None


def test_clock_that_is_gone_is_none() -> None:
    """Nor does one that was stopped."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert read_sandbox_clock(f"http://127.0.0.1:{port}")() is None


def test_announced_sandbox_is_found_only_while_it_answers(tmp_path: Path) -> None:
    """A stale announcement, a broken one or none is no sandbox."""
    server_json = tmp_path / "server.json"
    assert find_sandbox(server_json) is None
    server_json.write_text("{", encoding="utf-8")
    assert find_sandbox(server_json) is None
    with Loopback(ok(CLOCK_PAGE)) as server:
        hosts = {"api.x.com": f"{server.url}/twitter"}
        announced = {"url": server.url, "platforms": {"twitter": {"hosts": hosts}}}
        server_json.write_text(json.dumps(announced), encoding="utf-8")
        found = find_sandbox(server_json)
        assert found == announced
        assert routes_of(announced) == hosts
    assert find_sandbox(server_json) is None


def test_two_platforms_behind_one_host() -> None:
    """Each platform's room reaches its own simulator; whoever is neither gets the first one's."""
    announced = {
        "platforms": {
            "facebook": {"hosts": {"graph.facebook.com": "http://127.0.0.1:1/facebook"}},
            "instagram": {"hosts": {"graph.facebook.com": "http://127.0.0.1:1/instagram/fb"}},
        }
    }
    routes = routes_of(announced)
    assert route_for(routes, "graph.facebook.com", "facebook") == "http://127.0.0.1:1/facebook"
    assert route_for(routes, "graph.facebook.com", "instagram") == "http://127.0.0.1:1/instagram/fb"
    assert route_for(routes, "graph.facebook.com") == "http://127.0.0.1:1/facebook"
    assert route_for(routes, "graph.example.com", "instagram") is None


def test_an_account_is_led_to_its_own_platform() -> None:
    """The door's session knows whose account it speaks for, and goes to that platform's simulator."""
    with Loopback(ok()) as server:
        told = {name: {"hosts": {"graph.facebook.com": f"{server.url}/{name}"}} for name in ("a", "b")}
        door = Door(mode="sandbox", routes=routes_of({"platforms": told}), clock=SystemClock())
        for name in ("a", "b"):
            assert door.session(f"{name}:1").get("https://graph.facebook.com/me").status_code == 200
        assert [seen.target for seen in server.seen] == ["/a/me", "/b/me"]
        door.close()
