"""Hands a delivery to a person where the program cannot publish: its kit, then its state."""

from __future__ import annotations

from connectors import registry
from publisher.deliver import staging
from publisher.deliver.tools import Tools
from publisher.errors import PublisherError
from publisher.model import State
from publisher.publish_log import account_state, claims, records
from publisher.publish_log.claims import Work
from publisher.publish_log.store import Tx


def why(tools: Tools, work: Work) -> str | None:
    """Why a person publishes it (message id): nothing of it is ever sent by us; None: we do."""
    if work.account in tools.by_hand:
        return "log.by_hand_channel"
    settings = tools.accounts.get(work.account)
    if tools.hosted or settings is None or not work.part.media:
        return None
    try:
        facts = {one: tools.media.facts(one) for one in (*work.part.media, *work.part.companions)}
    except PublisherError:
        return None  # staging says what is wrong with it
    room = registry.room(work.rendition.platform)
    return "log.by_hand_host" if room.fetches(work.part, facts, settings.settings) else None


def make_ahead(tools: Tools, work: Work) -> State | None:
    """What the kit will hold is made before it is due, so that a damaged file is known early."""
    started = tools.clock.now()
    try:
        for media in (*work.part.media, *work.part.companions):
            tools.media.path(media)
    except PublisherError as error:
        staging.failed(tools, work, State.PREPARING, started, staging.media_failed(error))
        return State.WAITING
    with tools.store.write("daemon") as tx:
        claims.note_staged(tx, work, None)
    return tools.back(work, State.PREPARING, "log.staged")


def hand_over(tools: Tools, work: Work, why: str) -> State | None:
    """The kit, then the state: killed in between, the same kit is made again and handed over once."""
    started = tools.clock.now()
    if tools.stop.is_set():
        return tools.back(work, State.DELIVERING, "log.stopping")
    try:
        tools.make_kit(work)
    except PublisherError as error:
        staging.failed(tools, work, State.DELIVERING, started, staging.media_failed(error))
        return State.WAITING

    files = tools.hashes(work)

    def write(tx: Tx) -> State:
        account_state.give_back_quota(tx, work)
        records.note_attempt(tx, work, "hand", "handed_over", started, owner=tools.owner.id, code=why)
        claims.change(
            tx,
            work,
            State.DELIVERING,
            State.HANDED_OVER,
            reason=why,
            details={"files": files} if files else None,
            needs_person=True,
            look_at=None,
        )
        return State.HANDED_OVER

    return tools.record(write)
