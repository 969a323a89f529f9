"""What the desk answered as JSON: the shapes that programs may rely on; keys are only ever added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from shlex import quote
from typing import TYPE_CHECKING, Any

from connectors.contract import Media, MediaFacts, Part, Problem
from publisher.answers import meaning_of, told
from publisher.model import Action, Due, Plan
from publisher.texts import fix_of, in_document, known, t, text_of

if TYPE_CHECKING:
    from publisher.token_facts import TokenFacts
    from publisher.views import (
        AccountView,
        ChannelPreview,
        Choice,
        Decided,
        DeliveryView,
        NeedsPerson,
        PartCount,
        PartView,
        PostPreview,
        Status,
        Underway,
    )

Json = Any


_OF_A_CLASS = ("retry.rejected", "retry.reconnect")
"""What is said of every refusal; where more is known of one, that alone."""


def reason_of(view: DeliveryView | PartView) -> str | None:
    """Why a delivery or part is as it is, in words; the platform's own behind ours."""
    said = told(view.platform, view.code, view.words)
    ours_already = (view.code or "").startswith("media.")  # no platform refused what cannot be made
    if view.reason in _OF_A_CLASS and (ours_already or meaning_of(view.platform, view.code, view.words)):
        return said
    ours = t(view.reason, **view.reason_values) if view.reason and known(view.reason) else view.reason
    if ours and said and said not in ours:
        return f"{ours.rstrip('.')}: {said}"
    return ours or said or None


def problem(one: Problem) -> dict[str, Json]:
    """A problem with its words and its fix."""
    return {
        "code": one.code,
        "severity": str(one.severity),
        "post": one.post,
        "file": one.file,
        "line": None if in_document(one) else one.line,
        "paragraph": one.line if in_document(one) else None,
        "channel": one.channel,
        "part": one.part,
        "message": text_of(one),
        "fix": fix_of(one) or None,
        "values": plain(one.values),
    }


def delivery(one: DeliveryView) -> dict[str, Json]:
    """A line of the log."""
    return {
        "post": one.post,
        "path": one.path,
        "title": one.title,
        "channel": one.channel,
        "platform": one.platform,
        "account": one.account,
        "placement": one.placement,
        "state": str(one.state),
        "due_at": moment(one.due_at) if one.has_due else None,
        "due_wall": one.due_wall.isoformat() if one.has_due else None,
        "due_zone": one.due_zone if one.has_due else None,
        "published_at": moment(one.published_at),
        "url": one.url,
        "parts": [part(each) for each in one.parts],
        "parts_live": one.parts_live,
        "attempts": one.attempts,
        "reason": reason_of(one),
        "reason_code": one.reason,
        "gates": [gate(each) for each in one.gates],
        "needs_person": one.needs_person,
        "held_by": one.held_by,
        "held_until": moment(one.held_until),
        "approved_by": one.approved_by,
        "fingerprint": one.fingerprint,
        "delivery": one.delivery_id,
        "withdrawal": one.withdrawal,
        "withdrawn_at": moment(one.withdrawn_at),
        "withdrawn_by": one.withdrawn_by,
        "withdrawn_because": one.withdrawn_because,
    }


def part(one: PartView) -> dict[str, Json]:
    """A part as the log holds it."""
    return {
        "number": one.number,
        "kind": one.kind,
        "state": str(one.state),
        "platform_id": one.platform_id,
        "url": one.url,
        "published_at": moment(one.published_at),
        "reason": reason_of(one),
    }


def gate(message: str) -> dict[str, Json]:
    """Something a delivery waits for besides its time."""
    return {"code": message, "message": t(message)}


def decided(one: Decided) -> dict[str, Json]:
    """What a verb did."""
    return {
        "done": one.done,
        "code": one.message,
        "message": t(one.message, **one.values),
        "delivery": delivery(one.delivery),
    }


def plan(one: Plan) -> dict[str, Json]:
    """What booking would do."""
    return {
        "at": moment(one.at),
        "actions": [action(each) for each in one.actions],
        "problems": [problem(each) for each in one.problems],
    }


def action(one: Action) -> dict[str, Json]:
    """One line of a plan."""
    return {
        "action": str(one.kind),
        "post": one.post_id,
        "path": one.path,
        "title": one.title,
        "channel": one.channel.label,
        "platform": one.channel.platform,
        "account": one.channel.account,
        "placement": one.placement,
        **due(one.due),
        "state": str(one.state) if one.state else None,
        "approval": one.channel.approval,
        "reason": t(one.reason, **one.values) if one.reason else None,
        "reason_code": one.reason,
        "fingerprint": one.rendition.fingerprint if one.rendition else None,
        "delivery": one.delivery_id,
    }


def due(one: Due | None) -> dict[str, Json]:
    """When, and why then; all null without a time."""
    if one is None:
        return {"due_at": None, "due_wall": None, "due_zone": None, "due_why": None}
    return {
        "due_at": moment(one.at),
        "due_wall": one.wall.isoformat(),
        "due_zone": one.zone,
        "due_why": str(one.why),
    }


# ── Preview ──────────────────────────────────────────────────────────────────


def preview(one: PostPreview) -> dict[str, Json]:
    """A post and what becomes of it."""
    return {
        "post": one.post_id,
        "path": one.post.path,
        "file": one.post.file,
        "title": one.post.title,
        "author": one.post.author,
        "channels": [channel(each) for each in one.channels],
        "problems": [problem(each) for each in one.problems],
    }


def channel(one: ChannelPreview) -> dict[str, Json]:
    """One channel, the text to the letter."""
    rendition = one.rendered.rendition
    parts = rendition.parts if rendition else ()
    return {
        "channel": one.channel,
        "platform": one.platform,
        "title": one.title,
        "account": one.account,
        "placement": rendition.placement if rendition else None,
        "fingerprint": rendition.fingerprint if rendition else None,
        "skipped": one.rendered.skipped,
        **due(one.due),
        "state": str(one.state) if one.state else None,
        "gates": [gate(each) for each in one.gates],
        "url": one.url,
        "price_usd": plain(one.usd),
        "price_notes": [t(note) for note in one.price_notes],
        "parts": [
            _part_to_be(number, each, count, one.facts)
            for number, (each, count) in enumerate(zip(parts, one.counts, strict=True), 1)
        ],
        "problems": [problem(each) for each in one.rendered.problems],
    }


def _part_to_be(
    number: int, one: Part, count: PartCount, facts: Mapping[Media, MediaFacts]
) -> dict[str, Json]:
    return {
        "number": number,
        "kind": str(one.kind),
        "text": one.text,
        "link": one.link,
        "options": plain(one.options),
        "count": {"used": count.used, "limit": count.limit},
        "media": [_medium(each, facts.get(each)) for each in one.media],
    }


def _medium(media: Media, facts: MediaFacts | None) -> dict[str, Json]:
    found: dict[str, Json] = {"source": media.source, "recipe": list(media.recipe), "alt": media.alt}
    if facts is not None:
        found |= {
            "name": facts.name,
            "mime": facts.mime,
            "size": facts.size,
            "width": facts.width,
            "height": facts.height,
            "ratio": round(facts.ratio, 4),
            "frames": facts.frames,
            "seconds": facts.seconds,
        }
    return found


# ── Status ───────────────────────────────────────────────────────────────────


def status(one: Status) -> dict[str, Json]:
    """The desk at a glance."""
    return {
        "workspace": str(one.workspace),
        "mode": one.mode,
        "now": moment(one.now),
        "zone": one.zone,
        "daemon": {"alive": one.daemon_alive, "seen_at": moment(one.daemon_seen_at)},
        "everything_held": one.everything_held,
        "counts": dict(one.counts),
        "next": [delivery(each) for each in one.next],
        "accounts": [account(each) for each in one.accounts],
        "needs_person": [need(each) for each in one.needs_person],
        "adopted": one.adopted,
        "problems": [problem(each) for each in one.problems],
        "uploads": [upload(*each) for each in one.underway if each[1].uploads],
        "encodings": [encoding(*each) for each in one.underway if not each[1].uploads],
    }


def upload(of: DeliveryView, one: Underway) -> dict[str, Json]:
    """An upload under way: bytes, bytes per second, seconds left."""
    sizes: dict[str, Json] = {"sent": round(one.done), "total": round(one.total), "rate": round(one.rate)}
    return {**_underway(of, one), **sizes}


def encoding(of: DeliveryView, one: Underway) -> dict[str, Json]:
    """A clip that is encoded, or waits for that: its seconds, and seconds left."""
    clip = None if one.waits else round(one.total, 1)
    return {**_underway(of, one), "waits": one.waits, "clip_seconds": clip}


def _underway(of: DeliveryView, one: Underway) -> dict[str, Json]:
    return {
        "delivery": of.delivery_id,
        "channel": of.channel,
        "part": one.part,
        "percent": one.percent,
        "seconds_left": None if one.left is None else round(one.left),
        "at": moment(one.at),
    }


def account(one: AccountView) -> dict[str, Json]:
    """An account and what stands in its way."""
    return {
        "channel": one.channel,
        "platform": one.platform,
        "account": one.account,
        "name": one.token.name or None,
        "handle": one.token.handle or None,
        "blocked": one.blocked,
        "blocked_at": moment(one.blocked_at),
        "not_before": moment(one.not_before),
        "held": one.held,
        "last_published_at": moment(one.last_published_at),
        "spent_usd": None if one.spent_usd is None else str(one.spent_usd),
        "budget_usd": None if one.budget_usd is None else str(one.budget_usd),
        "stopped_pid": one.stopped_pid,
        "token": token(one.token),
    }


def token(one: TokenFacts) -> dict[str, Json] | None:
    """What is known of an account's credentials; null: nothing yet."""
    if not one.lasts:
        return None
    failed = {"at": moment(one.failed_at), "code": one.code, "words": one.words, "for_good": one.refused}
    return {
        "lasts": one.lasts,
        "ends": moment(one.ends),
        "last_day": moment(one.last_day),
        "reads_until": moment(one.reads_until),
        "checked_at": moment(one.checked_at),
        "renewed_at": moment(one.renewed_at),
        "not_renewed": failed if one.failed_at is not None else None,
    }


def need(one: NeedsPerson) -> dict[str, Json]:
    """One thing that waits for a person."""
    return {
        "code": one.message,
        "message": t(one.message, **one.values),
        "account": one.account,
        "delivery": delivery(one.delivery) if one.delivery else None,
        "candidates": list(one.candidates),
        "choices": [choice(each, one) for each in one.choices],
    }


def choice(one: Choice, about: NeedsPerson) -> dict[str, Json]:
    """A legal way on."""
    return {"verb": one.verb, "command": command(one, about), "message": t(one.message)}


def command(one: Choice, about: NeedsPerson) -> str | None:
    """A choice as it can be typed; None where it is nothing that this program does."""
    if one.verb is None:
        return None
    place = []
    if about.delivery is not None:
        place = [quote(about.delivery.path), "--channel", quote(about.delivery.channel)]
    return " ".join(["publisher", one.verb, *place, *one.options])


# ── Values ───────────────────────────────────────────────────────────────────


def moment(at: datetime | None) -> str | None:
    """ISO 8601 with its offset."""
    return at.isoformat() if at else None


def plain(value: Json) -> Json:
    """The value with nothing in it that JSON lacks; amounts of money as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(inner) for inner in value]
    return value if value is None or isinstance(value, str | int | float | bool) else _told(value)


def _told(value: Json) -> str:
    if isinstance(value, Decimal):
        return f"{value:f}"
    return value.isoformat() if isinstance(value, datetime) else str(value)
