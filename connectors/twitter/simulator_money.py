"""Numbers of the pretended X that several of its parts need: ids that rise, prices that are charged."""

from __future__ import annotations

from connectors.sandbox_world import Simulator, World
from connectors.twitter.simulator_answers import no_credits

_EPOCH_MS = 1288834974657
# X API pricing, checked 2026-11-23, US dollars per request (reads: per post).
PRICES = {"tweet": 0.015, "tweet_url": 0.200, "metadata": 0.005, "delete": 0.010, "read": 0.001}


def new_id(world: World, platform: str) -> str:
    """Rising with time, as X's are: milliseconds since its epoch, then a counter."""
    at = (int(world.now().timestamp() * 1000) - _EPOCH_MS) << 22
    return str(world.next_number(platform, max(1, at)))


def charge(simulator: Simulator, account: str, what: str, times: int = 1) -> None:
    """Take the price from what an admin left as credit; nothing is taken where there is no end to it."""
    left = simulator.setting("credit_usd")
    if left is None:
        return
    price = PRICES[what] * times
    if left < price:
        raise no_credits(account)
    simulator.world.put(simulator.platform, "setting", "credit_usd", round(left - price, 6))
