"""Keeps credentials alive: renews what is due before it is used, and asks every platform once a day."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connectors.contract import ChannelStatus
from connectors.errors import (
    ConnectorError,
    OutcomeUnknownError,
    RateLimitedError,
    ReconnectError,
    TemporaryError,
)
from connectors.renewal import Lasts, Life, is_due, last_day
from publisher.errors import LogBusyError
from publisher.publish_log import account_state
from publisher.texts import error_text, system_words, t
from publisher.token_facts import TokenFacts
from publisher.token_shelf import Grant, Kept, Slot, unreadable
from publisher.vault import SealError, reconnect

if TYPE_CHECKING:
    from publisher.deliver.tools import Tools

log = logging.getLogger(__name__)

CHECK_EVERY = timedelta(days=1)
"""How often a platform is asked about an account on which nothing happens."""
AGAIN_FIRST, AGAIN_LONGEST = timedelta(minutes=1), timedelta(hours=1)
"""Between two tries to renew while the platform cannot."""
LOST = "vault.renewal_lost"
REFUSED_AGAIN = timedelta(hours=6)
"""The same after it refused: what the office gave may be mended, as an app's secret is."""


def keep(tools: Tools, account: str, *, anyway: bool = False) -> bool:
    """Renew the account's credentials if it is time; True: there are others now.

    Args:
        anyway: the platform refused those in use, whatever is known of their end.

    Raises:
        ReconnectError: there are none, another machine or user renews them, or they have ended for good.
        TemporaryError: they have ended, and cannot be renewed just now.
    """
    grant = tools.renewed.grant(account)
    if grant.renewal.lasts is not Lasts.RENEWED:
        return False
    shelf, now = tools.renewed.shelf, tools.clock.now()
    try:
        kept = shelf.read(grant)
        if not _is_time(grant, kept, now, anyway):
            if kept is not None and _is_over(kept, now):
                raise _over(grant, kept)
            return False
        with shelf.alone(grant) as slot:
            if slot is None:
                return False
            if slot.kept is None:
                slot.keep(Kept(Life(now)))
            if slot.kept is None or not _is_time(grant, slot.kept, now, anyway):
                return False
            _claim(tools, grant)
            return _renew(tools, grant, slot, slot.kept)
    except SealError as error:
        raise unreadable(account, error) from None
    except OSError as error:
        _cannot_keep(tools, grant, system_words(error))
        return False


def is_time(tools: Tools, account: str) -> bool:
    """Whether `keep` has something to do.

    Raises:
        ReconnectError: there are no credentials.
    """
    grant = tools.renewed.grant(account)
    if grant.renewal.lasts is not Lasts.RENEWED:
        return False
    now = tools.clock.now()
    try:
        kept = tools.renewed.shelf.read(grant)
    except (SealError, OSError) as error:
        raise unreadable(account, error) from None
    return _is_time(grant, kept, now, anyway=False) or (kept is not None and _is_over(kept, now))


def _is_time(grant: Grant, kept: Kept | None, now: datetime, anyway: bool) -> bool:
    if kept is None:
        return True
    young = now < kept.life.since + grant.renewal.youngest
    waits = kept.not_before is not None and now < kept.not_before and kept.given == grant.given
    return not young and not waits and (anyway or is_due(grant.renewal, kept.life, now))


def _is_over(kept: Kept, now: datetime) -> bool:
    """Whether what is in use has ended, and could not be renewed."""
    return bool(kept.failures) and kept.life.ends is not None and kept.life.ends <= now


def _over(grant: Grant, kept: Kept) -> ReconnectError | TemporaryError:
    if kept.refused and kept.code == LOST:
        return reconnect(LOST, account=grant.account)
    if kept.refused:
        return ReconnectError(kept.words, code=kept.code, effect="none")
    return TemporaryError(kept.words, retry_at=kept.not_before, code=kept.code, effect="none")


def _claim(tools: Tools, grant: Grant) -> None:
    """Note in the log that this shelf keeps the renewals of a grant.

    Raises:
        ReconnectError: another one does, and what was given is void since.
    """
    shelf = tools.renewed.shelf.id
    with tools.store.write("daemon") as tx:
        facts = account_state.token_of(tx, grant.account)
        same = facts.grant == grant.key
        if same and facts.shelf not in ("", shelf) and grant.renewal.rotates:
            raise reconnect("vault.other_shelf", account=grant.account)
        fresh = facts if same else TokenFacts(grant=grant.key)
        account_state.note_token(tx, grant.account, replace(fresh, shelf=shelf, lasts=grant.renewal.lasts))


def _renew(tools: Tools, grant: Grant, slot: Slot, kept: Kept) -> bool:
    """One call; its answer is on the disk before anything is done with it."""
    now = tools.clock.now()
    slot.keep(replace(kept, asked_at=kept.asked_at or now))
    slot.make_room()
    try:
        renewed = tools.open(grant.account).renew()
    except ConnectorError as error:
        _failed(tools, grant, slot, kept, error, now)
        return False
    fields = {**kept.fields, **renewed.fields}
    try:
        slot.keep_answer(Kept(Life(now, renewed.ends, renewed.until), fields, kept.number + 1))
    except (OSError, SealError) as error:
        words = system_words(error) if isinstance(error, OSError) else error_text(error)
        _cannot_keep(tools, grant, words.replace("\n", " "), renewed=True)
        return True
    log.info("%s", t("log.said_renewed", account=grant.account))
    _note(
        tools,
        grant,
        renewed_at=now,
        ends=renewed.ends,
        last_day=last_day(grant.renewal, Life(now, renewed.ends, renewed.until)),
        failed_at=None,
        code="",
        words="",
        refused=False,
    )
    return True


def _failed(tools: Tools, grant: Grant, slot: Slot, kept: Kept, error: ConnectorError, now: datetime) -> None:
    """Not renewed: when again, and what a person is told.

    Raises:
        ReconnectError, TemporaryError: what is in use has ended.
    """
    refused = not isinstance(error, TemporaryError | RateLimitedError | OutcomeUnknownError)
    # An answer that was lost before may have been the one that made void what is refused now.
    lost = refused and grant.renewal.rotates and kept.asked_at is not None
    code = LOST if lost else error.code
    failed = replace(
        kept,
        asked_at=kept.asked_at or (now if isinstance(error, OutcomeUnknownError) else None),
        failures=kept.failures + 1,
        not_before=_again(error, kept.failures, now, refused=refused),
        given=grant.given,
        code=code,
        words=error.words,
        refused=refused,
    )
    slot.keep(failed)
    if _note(tools, grant, failed_at=now, code=code, words=error.words, refused=refused):
        log.warning("%s", t("log.said_not_renewed", account=grant.account, words=error.words))
    if _is_over(failed, now):
        raise _over(grant, failed)


def _again(error: ConnectorError, failures: int, now: datetime, *, refused: bool) -> datetime:
    if isinstance(error, RateLimitedError):
        return error.retry_at
    if refused:
        return now + REFUSED_AGAIN
    return now + min(AGAIN_FIRST * float(2 ** min(failures, 10)), AGAIN_LONGEST)


def _cannot_keep(tools: Tools, grant: Grant, words: str, *, renewed: bool = False) -> None:
    """The shelf cannot be written: before a renewal there is none; after one only this process knows it."""
    message = "log.said_token_in_memory" if renewed else "log.said_token_unkept"
    if _note(tools, grant, failed_at=tools.clock.now(), code="vault.cannot_keep", words=words, refused=True):
        log.critical("%s", t(message, account=grant.account, words=words))


# ── Once a day ──


def check(tools: Tools, account: str) -> None:
    """Ask the platform about the account, unless it has answered today.

    Raises:
        ConnectorError: it says no, or cannot be asked.
    """
    session = tools.session(account)
    with tools.store.read() as tx:
        facts = account_state.token_of(tx, account)
    if facts.checked_at is None or facts.checked_at + CHECK_EVERY <= tools.clock.now():
        told(tools, account, session.probe())


def told(tools: Tools, account: str, status: ChannelStatus) -> None:
    """Note what the platform said of the credentials in use.

    Raises:
        ReconnectError: they speak for another account.
    """
    own = tools.accounts[account].id
    if status.account_id != own:
        words = f"{status.called} ({status.account_id}) ≠ {own}"
        raise ReconnectError(words, code="other_account", effect="none")
    grant = tools.renewed.grant(account)
    changes = {
        "checked_at": tools.clock.now(),
        "reads_until": status.reads_until,
        "name": status.name,
        "handle": status.handle,
    }
    if grant.renewal.lasts is Lasts.RENEWED:
        _note(tools, grant, **changes, **_learned(tools, grant, status.expires_at))
    else:
        _note(tools, grant, **changes, ends=status.expires_at, last_day=status.expires_at)


def _learned(tools: Tools, grant: Grant, ends: datetime | None) -> dict[str, datetime]:
    """What a platform says of the end of credentials that were never renewed here decides when they are."""
    if ends is None or grant.renewal.rotates:
        return {}
    try:
        with tools.renewed.shelf.alone(grant) as slot:
            if slot is None or slot.kept is None or slot.kept.number:
                return {}
            if slot.kept.life.ends != ends:
                slot.keep(replace(slot.kept, life=Life(slot.kept.life.since, ends, ends)))
    except (SealError, OSError) as error:
        raise unreadable(grant.account, error) from None
    return {"ends": ends, "last_day": ends}


def _note(tools: Tools, grant: Grant, **changes: object) -> bool:
    """Keep it in the log, for people; whether another failure than before, or none, is news.

    A log that is busy is told the next time.
    """
    try:
        with tools.store.write("daemon") as tx:
            facts = account_state.token_of(tx, grant.account)
            if facts.grant != grant.key:
                facts = TokenFacts(grant=grant.key)
            fresh = replace(facts, lasts=grant.renewal.lasts, **changes)  # type: ignore[arg-type]
            account_state.note_token(tx, grant.account, fresh)
            news = fresh.code != facts.code
            if news and fresh.code:
                tx.event(grant.account, "token_not_renewed", reason=fresh.code, words=fresh.words)
    except LogBusyError as error:
        log.warning("%s", t("log.said_token_unnoted", account=grant.account, words=error_text(error)))
        return False
    return news
