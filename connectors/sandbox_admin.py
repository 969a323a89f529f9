"""The sandbox's admin interface, for tests and demos: what is live, what was asked, faults, clock."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from connectors import sandbox_hosting
from connectors.sandbox_fetch import set_hosts
from connectors.sandbox_world import AdminError, Simulator, World

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

Json = Any

FAULT_KINDS = ("drop", "status", "delay", "body", "slow")
_FAULT_KEYS = {
    *("platform", "method", "path", "phase", "kind", "status", "headers", "body", "seconds", "times", "skip"),
}


def reply(data: Json, status: int = 200) -> Response:
    """A JSON answer."""
    return Response(
        json.dumps(data, ensure_ascii=False), status, content_type="application/json; charset=utf-8"
    )


def handle(world: World, simulators: Mapping[str, Simulator], request: Request, path: str) -> Response:
    """Answer a request below `/admin`."""
    try:
        with world.transaction():
            return _route(world, simulators, request, path)
    except (AdminError, ValueError, TypeError, KeyError) as error:
        return reply({"error": f"{type(error).__name__}: {error}"}, 400)


def _route(world: World, simulators: Mapping[str, Simulator], request: Request, path: str) -> Response:
    match request.method, path:
        case "GET", "/live":
            return reply([post.to_json(world.base_url) for post in world.live()])
        case "GET", "/requests":
            return reply(world.requests())
        case "GET", "/faults":
            return reply([fault for _, fault in world.faults()])
        case "POST", "/faults":
            world.add_fault(_fault(_body(request), simulators))
        case "DELETE", "/faults":
            world.clear_faults()
        case "POST", "/reset":
            world.reset()
        case "GET", "/clock":
            return reply(world.clock_state())
        case "POST", "/clock":
            _move_clock(world, _body(request))
            return reply(world.clock_state())
        case "POST", "/hosts":
            set_hosts(world, _body(request))
        case "GET", "/announcement":
            return reply(announcement(world, simulators))
        case "POST", "/platform":
            change = _body(request)
            name = change.pop("platform", None)
            if name not in simulators:
                raise AdminError(f"no platform {name!r}; there are: {', '.join(simulators)}")
            return reply({"ok": True, **simulators[name].admin(change)})
        case _:
            return reply({"error": f"no {request.method} /admin{path}"}, 404)
    return reply({"ok": True})


def announcement(world: World, simulators: Mapping[str, Simulator]) -> dict[str, Json]:
    """What `--json` prints when the sandbox is ready: where each platform is, and who one is there."""
    return {
        "url": world.base_url,
        "world": world.mark,
        "media_host": sandbox_hosting.announcement(world.base_url),
        "platforms": {
            name: {
                "base_url": f"{world.base_url}/{name}",
                "hosts": {host: f"{world.base_url}/{name}{path}" for host, path in one.hosts.items()},
                "account": {"id": one.account.id, "name": one.account.name},
                "credentials": one.credentials(one.account.id),
                **one.announces(),
            }
            for name, one in simulators.items()
        },
    }


def _body(request: Request) -> dict[str, Json]:
    body = request.get_json(force=True)
    if not isinstance(body, dict):
        raise AdminError("the body is not a JSON object")
    return body


def _move_clock(world: World, body: Mapping[str, Json]) -> None:
    if not body or set(body) - {"offset", "rate", "now"}:
        raise AdminError('the clock takes {"offset": seconds, "rate": seconds per second, "now": ISO 8601}')
    now = datetime.fromisoformat(body["now"]) if "now" in body else None
    if now is not None and now.tzinfo is None:
        raise AdminError("now needs its offset from UTC")
    offset = float(body["offset"]) if "offset" in body else None
    rate = float(body["rate"]) if "rate" in body else None
    if rate is not None and rate < 0:
        raise AdminError("time does not run backwards")
    world.set_clock(offset, rate, now)


def _fault(body: Mapping[str, Json], simulators: Mapping[str, Simulator]) -> dict[str, Json]:
    """A fault as it is kept, every key filled in."""
    if set(body) - _FAULT_KEYS:
        raise AdminError(f"a fault has no {sorted(set(body) - _FAULT_KEYS)}; it has {sorted(_FAULT_KEYS)}")
    fault = {"platform": None, "method": None, "path": "", "phase": "before", "times": 1, "skip": 0, **body}
    if fault["platform"] is not None and fault["platform"] not in simulators:
        raise AdminError(f"no platform {fault['platform']!r}")
    if fault.get("kind") not in FAULT_KINDS:
        raise AdminError(f"kind is one of {', '.join(FAULT_KINDS)}")
    if fault["phase"] not in ("before", "after"):
        raise AdminError("phase is before or after")
    if fault["kind"] == "status" and not isinstance(fault.get("status"), int):
        raise AdminError("a status fault needs status")
    if fault["kind"] in ("delay", "slow") and not isinstance(fault.get("seconds"), int | float):
        raise AdminError(f"a {fault['kind']} fault needs seconds")
    if not isinstance(fault["times"], int) or fault["times"] < 1:
        raise AdminError("times is a whole number from 1")
    if not isinstance(fault["skip"], int) or fault["skip"] < 0:
        raise AdminError("skip is a whole number from 0: so many requests that fit are let through first")
    try:
        re.compile(fault["path"])
    except re.error as error:
        raise AdminError(f"path is not a regular expression: {error}") from error
    return fault


def next_fault(world: World, platform: str, method: str, path: str) -> dict[str, Json] | None:
    """The oldest fault that fits this request, counted down."""
    for seq, fault in world.faults():
        fits = fault["platform"] in (None, platform) and fault["method"] in (None, method)
        if fits and re.search(fault["path"], path) and world.use_fault(seq):
            return fault
    return None
