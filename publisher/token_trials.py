"""Asks every platform whether its channel's credentials are good, and says until when; changes nothing.

They are not renewed here: that is the server's, whose user and state folder may be others than ours.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from connectors import registry
from connectors.contract import Account, ChannelStatus
from connectors.errors import ConnectorError, ReconnectError
from connectors.renewal import Lasts, last_day
from publisher import token_news, wiring
from publisher.answers import told
from publisher.errors import LogError
from publisher.media.hosts.trial import Finding
from publisher.publish_log import account_state
from publisher.texts import t
from publisher.token_facts import TokenFacts
from publisher.vault import reconnect

if TYPE_CHECKING:
    from connectors.http import Door
    from publisher.model import Channel
    from publisher.token_shelf import Grant, Kept, RenewedTokens

_OURS = ("vault.", "door.", "other_account", "no-credentials")
"""How codes begin that no platform gave."""


def try_tokens(wired: wiring.Wired) -> Iterator[Finding]:
    """One finding or more per channel that is connected."""
    asked = [channel for channel in wired.workspace.channels if not wired.workspace.by_hand(channel)]
    if not asked:
        return
    known, door, tokens = _known(wired), wiring.open_door(wired), wiring.renewed_tokens(wired)
    try:
        for channel in asked:
            yield from _tried(wired, door, tokens, channel, known.get(channel.account, TokenFacts()))
    finally:
        door.close()


def _known(wired: wiring.Wired) -> dict[str, TokenFacts]:
    """What the server knows; nothing where there is no log that can be read."""
    if not wired.has_log():
        return {}
    try:
        store = wired.open_log(create=False)
    except LogError:
        return {}
    try:
        with store.read() as tx:
            return {one.account: account_state.token_of(tx, one.account) for one in wired.workspace.channels}
    finally:
        store.close()


def _tried(
    wired: wiring.Wired, door: Door, tokens: RenewedTokens, channel: Channel, facts: TokenFacts
) -> Iterator[Finding]:
    named = {"channel": channel.label, "platform": registry.room(channel.platform).title}
    grant: Grant | None = None
    try:
        grant = tokens.grant(channel.account)
        facts = facts if facts.grant == grant.key else TokenFacts(grant=grant.key)
        _refuse_foreign(tokens, grant, facts)
        status = _asked(wired, door, tokens, channel)
    except ReconnectError as error:
        yield _refused(wired, tokens, channel, grant, error, named)
        return
    except ConnectorError as error:
        yield Finding("desk.trial_token_away", {**named, "words": error.words}, good=False)
        return
    said = token_news.news(
        _facts(tokens, grant, facts, status),
        platform=channel.platform,
        channel=channel.label,
        now=wired.clock.now(),
        zone=wired.workspace.timezone,
    )
    words = t(said.message, **said.values) if said is not None else ""
    if said is not None and said.urgent:
        yield Finding("desk.trial_token_ends", {**named, "words": words}, good=False)
    else:
        yield Finding("desk.trial_token", {**named, "name": status.called, "words": words}, good=True)
    if status.missing_scopes:
        missing = ", ".join(status.missing_scopes)
        yield Finding("desk.trial_token_scopes", {**named, "scopes": missing}, good=False)


def _refuse_foreign(tokens: RenewedTokens, grant: Grant, facts: TokenFacts) -> None:
    """Whoever has another state folder than the server sees what is void since.

    Raises:
        ReconnectError: so it is.
    """
    if grant.renewal.rotates and facts.shelf and facts.shelf != tokens.shelf.known_id():
        raise reconnect("vault.other_shelf", account=grant.account)


def _asked(wired: wiring.Wired, door: Door, tokens: RenewedTokens, channel: Channel) -> ChannelStatus:
    """Who the credentials speak for.

    Raises:
        ConnectorError: the platform refuses them, or cannot be asked; or they are another account's.
    """
    account = Account(channel.account, channel.account_id, channel.options, channel.app)
    room = registry.room(channel.platform)
    session = room.open(account, door, door.checked(tokens), wired.clock, wired.media())
    status = session.probe()
    if status.account_id != account.id:
        words = f"{status.called} ({status.account_id}) ≠ {account.id}"
        raise ReconnectError(words, code="other_account", effect="none")
    return status


def _refused(
    wired: wiring.Wired,
    tokens: RenewedTokens,
    channel: Channel,
    grant: Grant | None,
    error: ReconnectError,
    named: dict[str, Any],
) -> Finding:
    """Not good; of what only sleeps until the server renews it, that."""
    if grant is not None and grant.renewal.rotates and not error.code.startswith(_OURS):
        kept = _kept(tokens, grant)
        ended = kept is None or (kept.life.ends is not None and kept.life.ends <= wired.clock.now())
        if ended and not (kept is not None and kept.refused):
            return Finding("desk.trial_token_asleep", named, good=False)
    words = told(channel.platform, error.code, error.words)
    return Finding("desk.trial_token_refused", {**named, "words": words}, good=False)


def _kept(tokens: RenewedTokens, grant: Grant) -> Kept | None:
    return tokens.shelf.read(grant) if grant.renewal.lasts is Lasts.RENEWED else None


def _facts(tokens: RenewedTokens, grant: Grant, facts: TokenFacts, status: ChannelStatus) -> TokenFacts:
    """What the server knows, with what the platform has just said."""
    kept = _kept(tokens, grant)
    ends = kept.life.ends if kept is not None and kept.life.ends else status.expires_at
    until = last_day(grant.renewal, kept.life) if kept is not None else None
    return replace(
        facts,
        lasts=grant.renewal.lasts,
        ends=ends,
        last_day=until or (None if grant.renewal.rotates else status.expires_at),
        reads_until=status.reads_until,
    )
