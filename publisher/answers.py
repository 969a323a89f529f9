"""A platform's answer → what it means and what to do, in the reader's words, its own behind them."""

from __future__ import annotations

from connectors import registry
from publisher.texts import known, t


def told(platform: str, code: str | None, words: str | None, *, advice: bool = True) -> str:
    """What the office is told of an answer; the words alone where nothing more is known of its code."""
    said, meaning = (words or "").strip(), meaning_of(platform, code, words)
    if not meaning:
        return said
    ours = f"{t(meaning)} {t(f'{meaning}.fix')}" if advice else t(meaning)
    return t("room.said", ours=ours, platform=registry.room(platform).title, words=said) if said else ours


def meaning_of(platform: str, code: str | None, words: str | None) -> str:
    """The message id of what an answer means; empty: only its class says anything."""
    try:
        room = registry.room(platform)
    except KeyError:  # of a log that was written with a room from outside
        return ""
    # What a platform says of its own accord comes without a code: `INVALID_BIT_RATE`, `spam_risk_text: …`.
    found = room.meaning(code or "") or room.meaning((words or "").partition(":")[0])
    return found if known(found) else ""
