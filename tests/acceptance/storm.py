"""A bad day for the server: answers that are lost or late, and kills at moments that nobody chose."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping
from typing import Any

from connectors.clock import pause
from tests.acceptance.harness import Office


def strange_answers(
    office: Office, calls: Iterable[Mapping[str, Any]], chance: random.Random, lost: float
) -> None:
    """Each call is answered never or late, mostly after it had its effect.

    Args:
        calls: what `Office.fault` takes: platform, path, method.
        lost: the share of them that are never answered.
    """
    for call in calls:
        kind = {"kind": "drop"} if chance.random() < lost else {"kind": "delay", "seconds": 0.5}
        office.fault(**call, after=chance.random() < 0.7, **kind)


def kill_at_work(office: Office, later: float, method: str = "") -> None:
    """Start a daemon and kill it `later` seconds after it has asked a platform for something.

    Args:
        method: of what it must have asked; any if it is empty.
    """

    def asked() -> int:
        return sum(method in one["method"] for one in office.ask("GET", "/requests"))

    before = asked()
    daemon = office.start()
    office.until(lambda: asked() > before, "it asks for something")
    pause(later)
    daemon.kill()
