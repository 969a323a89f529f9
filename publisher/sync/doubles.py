"""Which new or edited post says what another one said already: asks the log, and compares within the pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from connectors import registry
from connectors.contract import Problem, Rendition, Severity
from publisher.duplicates import (
    LOOK_BACK,
    Double,
    Likeness,
    Shelf,
    Standing,
    Verdict,
    Words,
    judged,
    likeness,
    told,
    words_of,
)
from publisher.model import Post, Rendered, State
from publisher.publish_log import alike
from publisher.schedule import Assigned
from publisher.sync.asking import Asked
from publisher.sync.one_pass import Pass, problem_of

OUT = frozenset({State.COMMITTING, State.PROCESSING, State.UNKNOWN, State.HANDED_OVER, State.PUBLISHED})
"""Roots that are public, or may be."""
REMEMBERED = 20_000
"""Texts kept apart from pass to pass; the years of a running server are not."""
GONE = frozenset({State.CANCELLED, State.MISSED, State.FAILED})
"""Roots that kept others from nothing; when they come back, another may stand there."""


def of(p: Pass, asked: Sequence[tuple[Asked, Assigned]]) -> dict[tuple[str, str], Double]:
    """(post path, account) → the double of a post there. Of two that come together the first stands."""
    questions = [(each, this) for each, given in asked if (this := _question(p, each, given)) is not None]
    if not questions:
        return {}
    if len(p.syncer.words) > REMEMBERED:
        p.syncer.words.clear()
    there = _from_log(p, [this for _, this in questions])
    # What is asked about stands as it is now, not with the words it was booked with.
    asked_about = {(this.post_id, this.account) for _, this in questions}
    standing = [each for each in there if (each.post_id, each.account) not in asked_about]
    shelf = Shelf(standing, [this.words for _, this in questions])
    originals = _originals(p)
    found: dict[tuple[str, str], Double] = {}
    for each, this in questions:
        original = originals[each.rendered.post.digest]
        double = judged(this, shelf, copy_of=original.path if original.path != this.path else None)
        if double is None:
            shelf.add(this)
        else:
            found[this.path, this.account] = _where_booked(each, double)
    return found


def refused(p: Pass, asked: Sequence[tuple[Asked, Assigned]]) -> Iterator[Problem]:
    """What is repeated on purpose where the platform takes no text twice: it would find out at its time."""
    questions = [
        (each, this)
        for each, given in asked
        if each.rendered.post.repeat and not registry.room(each.rendered.channel.platform).takes_repeats
        if (this := _standing(p, each, given)) is not None
    ]
    there = [each for each in _from_log(p, [this for _, this in questions]) if each.out] if questions else []
    for each, this in questions:
        same = [
            other
            for other in there
            if (other.account, other.post_id != this.post_id) == (this.account, True)
            and likeness(this.words, other.words) is Likeness.SAME
        ]
        if same:
            last = max(same, key=lambda other: other.at)
            title = registry.room(each.rendered.channel.platform).title
            values = {"platform": title, "other": last.path, "url": last.url or ""}
            values["label"] = each.rendered.channel.label
            yield problem_of("plan.repeat_refused", Severity.WARNING, each.rendered.post, "body", **values)


def problem(rendered: Rendered, double: Double, zone: str) -> Problem:
    """What people are told of it.

    Args:
        zone: IANA name, for the time of the other post.
    """
    severity = Severity.ERROR if double.verdict.stops else Severity.WARNING
    values = {**told(double, rendered.post.path, zone), "label": rendered.channel.label}
    return problem_of(str(double.verdict), severity, rendered.post, "body", **values)


def _question(p: Pass, asked: Asked, given: Assigned) -> Standing | None:
    """What is asked about; None: it cannot go out, is meant, or was judged when it was booked."""
    return None if asked.rendered.post.repeat else _standing(p, asked, given)


def _standing(p: Pass, asked: Asked, given: Assigned) -> Standing | None:
    rendition, post = asked.rendered.rendition, asked.rendered.post
    if rendition is None or given.due is None or not _is_news(asked, rendition):
        return None
    if any(each.severity is Severity.ERROR for each in asked.rendered.problems):
        return None
    words = _words(p, rendition)
    return Standing(p.ids[post.path], post.path, rendition.account, words, given.due.at, out=False)


def _is_news(asked: Asked, rendition: Rendition) -> bool:
    known = asked.delivery
    if known is None or known.fingerprint != rendition.fingerprint or known.broken is not None:
        return True
    return known.state in GONE or known.held_for in set(Verdict)


def _where_booked(asked: Asked, double: Double) -> Double:
    """What is booked and held already waits for a person's word; an error would take that from them."""
    known, rendition = asked.delivery, asked.rendered.rendition
    booked = known is not None and rendition is not None and known.fingerprint == rendition.fingerprint
    if booked and known is not None and known.state is State.HELD and double.verdict.stops:
        return replace(double, verdict=Verdict.SAME_OUT)
    return double


def _originals(p: Pass) -> dict[str, Post]:
    """Digest → the post that had these bytes first."""
    return {post.digest: post for post in reversed(p.order)}


def _from_log(p: Pass, questions: Sequence[Standing]) -> Iterator[Standing]:
    """What stands on the accounts in question, or is to come, near the times in question."""
    if p.syncer.store is None:
        return
    accounts = {each.account for each in questions}
    since = min(each.at for each in questions) - LOOK_BACK
    until = max(each.at for each in questions) + LOOK_BACK
    with p.syncer.store.look() as look:
        rows = alike.standing(look, accounts, since, until, GONE, tuple(Verdict))
        missing = {row.fingerprint for row in rows} - p.syncer.words.keys()
        for fingerprint, rendition in alike.renditions_of(look, missing):
            p.syncer.words[fingerprint] = words_of(rendition)
    for row in rows:
        yield Standing(
            post_id=row.post_id,
            path=row.path,
            account=row.account,
            words=p.syncer.words[row.fingerprint],
            at=row.at,
            out=row.state in OUT,
            url=row.url,
        )


def _words(p: Pass, rendition: Rendition) -> Words:
    known = p.syncer.words.get(rendition.fingerprint)
    if known is None:
        known = p.syncer.words[rendition.fingerprint] = words_of(rendition)
    return known
