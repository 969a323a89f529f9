"""What people are told of an account's credentials: how long they are good, what to do before they end."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from connectors import registry
from connectors.contract import Json
from connectors.renewal import Lasts
from publisher.answers import told
from publisher.texts import known, t
from publisher.token_facts import TokenFacts

SOON, LAST = timedelta(days=14), timedelta(days=3)
"""How long before an end a person is told, and told again."""
_DAY = 86400


@dataclass(frozen=True, slots=True)
class TokenNews:
    """A message id with its values.

    Attributes:
        urgent: whether a person must act.
        stage: empty, `soon`, `last` or `over`: each is told anew.
    """

    message: str
    values: Mapping[str, Json]
    urgent: bool = False
    stage: str = ""


def news(facts: TokenFacts, *, platform: str, channel: str, now: datetime, zone: str) -> TokenNews | None:
    """What there is to say; None: nothing is known yet.

    Args:
        zone: in which days are named.
    """
    if not facts.lasts:
        return None
    named: dict[str, Json] = {"channel": channel, "platform": registry.room(platform).title}
    if facts.refused:
        return _refused(facts, platform, named, now, zone)
    for day, message in ((facts.last_day, "token"), (facts.reads_until, "reads")):
        if day is not None and day - now <= SOON:
            return _ends(facts, platform, message, named, day, now, zone)
    return TokenNews(*_calm(facts, now, zone))


def _refused(facts: TokenFacts, platform: str, named: dict[str, Json], now: datetime, zone: str) -> TokenNews:
    named["words"] = _why(facts, platform)
    if facts.ends is not None and facts.ends > now:
        named |= {"ends": facts.ends.isoformat(), "zone": zone}
        return TokenNews("desk.need_token_refused_until", named, urgent=True)
    return TokenNews("desk.need_token_refused", named, urgent=True)


def _ends(
    facts: TokenFacts,
    platform: str,
    what: str,
    named: dict[str, Json],
    day: datetime,
    now: datetime,
    zone: str,
) -> TokenNews:
    stage = "over" if day <= now else "last" if day - now <= LAST else "soon"
    named |= _until(day, now, zone)
    if what == "reads":
        return TokenNews(f"desk.need_reads_{_when(stage)}", named, urgent=True, stage=stage)
    if facts.lasts == Lasts.RENEWED and facts.failed_at is not None and stage != "over":
        named["words"] = _why(facts, platform)
        return TokenNews("desk.need_token_failing", named, urgent=True, stage=stage)
    return TokenNews(f"desk.need_token_{_when(stage)}", named, urgent=True, stage=stage)


def _when(stage: str) -> str:
    return "over" if stage == "over" else "soon"


def _calm(facts: TokenFacts, now: datetime, zone: str) -> tuple[str, dict[str, Json]]:
    """Nothing to do: how it goes on."""
    if facts.lasts == Lasts.RENEWED:
        if facts.renewed_at is None:
            return "desk.token_renewed", {}
        return "desk.token_renewed_on", {"day": _local(facts.renewed_at, zone)}
    if facts.last_day is not None:
        return "desk.token_until", _until(facts.last_day, now, zone)
    return f"desk.token_{facts.lasts}", {}


def _until(day: datetime, now: datetime, zone: str) -> dict[str, Json]:
    """The day, and how long until then: in whole days as long as there is one."""
    left = max(0, int((day - now).total_seconds()))
    return {"day": _local(day, zone), "left": left - left % _DAY if left >= _DAY else left}


def _local(moment: datetime, zone: str) -> str:
    return moment.astimezone(ZoneInfo(zone)).isoformat()


def _why(facts: TokenFacts, platform: str) -> str:
    """Why it was not renewed, and what to do: of what is found on our side in words of ours alone."""
    if facts.code.startswith("vault.") and known(facts.code):
        return f"{t(facts.code)} {t(f'{facts.code}.fix')}"
    return told(platform, facts.code, facts.words)
