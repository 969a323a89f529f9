"""Takes published parts down again: noted in the log first, asked of the platform, noted again.

Removing may be repeated (a part that is gone already is removed), so a lost answer or a killed process
costs another call and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass

from connectors.contract import Receipt, Unsupported
from connectors.errors import ConnectorError, OutcomeUnknownError, TemporaryError
from publisher.deliver import Deliverer
from publisher.publish_log import withdrawals
from publisher.publish_log.withdrawals import ASKED, BY_HAND, REMOVED
from publisher.views import DeliveryView, PartView

TRIES = 3
"""Calls for one part, where an answer is lost or the platform is ill for a moment."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of one delivery.

    Attributes:
        outcome: `removed`, `by_hand` (a person must, for at least one part), or `asked` (not yet).
        words: the platform's, where it refused or did not answer.
    """

    outcome: str
    words: str = ""


def take_down(deliverer: Deliverer, delivery: DeliveryView, actor: str, reason: str | None) -> Taken:
    """Remove what is live of a delivery, the last part first, so that no answer outlives its question."""
    store = deliverer.store
    live = delivery.live
    with store.write(actor) as tx:
        for part in live:
            withdrawals.ask(tx, delivery.delivery_id, part.number, reason)
        known = withdrawals.outcomes(tx, delivery.delivery_id)
    told = Taken(REMOVED)
    for part in sorted(live, key=lambda part: part.number, reverse=True):
        if known.get(part.number) == REMOVED:
            continue
        found = _remove(deliverer, delivery.account, part)
        with store.write(actor) as tx:
            withdrawals.settle(tx, delivery.delivery_id, part.number, found.outcome, found.words or None)
        if found.outcome == ASKED:
            return found
        told = found if found.outcome == BY_HAND else told
    return told


def _remove(deliverer: Deliverer, account: str, part: PartView) -> Taken:
    if account in deliverer.by_hand or part.platform_id is None or part.published_at is None:
        return Taken(BY_HAND)
    if "#" in part.platform_id:
        return Taken(BY_HAND)  # recorded by a person together with its root: it has no address of its own
    receipt = Receipt(part.platform_id, part.url, part.published_at)
    for attempt in range(1, TRIES + 1):
        try:
            done = deliverer.session(account).remove(receipt)
            return Taken(BY_HAND if isinstance(done, Unsupported) else REMOVED)
        except (OutcomeUnknownError, TemporaryError) as error:
            if attempt == TRIES:
                return Taken(ASKED, error.words)
        except ConnectorError as error:
            return Taken(ASKED, error.words)
    raise AssertionError("the last try returns")
