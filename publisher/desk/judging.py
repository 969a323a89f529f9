"""Says yes or no to what the preview shows, per channel."""

from __future__ import annotations

from publisher import standing
from publisher.desk.workplace import Workplace
from publisher.errors import NotFoundError
from publisher.model import Post, State
from publisher.publish_log import deciding
from publisher.views import Decided


def judge(place: Workplace, post: str, channel: str | None, note: str | None, decision: str) -> list[Decided]:
    """Write a decision (`approve` or `reject`) about each channel of a post; nobody approves their own."""
    path = place.path_of(post)
    label = place.workspace.channel(channel).label if channel is not None else None
    synced = place.look(only=path)
    found = next(p for p in synced.content.posts if p.path == path)
    booked = {d.account: d for d in place.standing_of(synced.ids[path])}
    refusal = _may_not(place, found, decision)
    done = []
    for wanted in synced.wanted:
        to = wanted.rendered.channel
        if wanted.rendered.rendition is None or (label is not None and to.label != label):
            continue
        view = booked.get(to.account) or standing.unbooked(wanted, found)
        if view.state is State.PUBLISHED:
            done.append(place.decided(view, False, "desk.already_published"))
        elif refusal is not None:
            done.append(place.decided(view, False, refusal, author=found.author or ""))
        else:
            with place.writing().write(place.actor) as tx:
                subject = view.delivery_id or f"post:{synced.ids[path]}"
                deciding.decide(tx, wanted.rendered.rendition.fingerprint, decision, note, subject)
            done.append(
                place.decided(view, True, f"desk.{decision}d" if decision == "approve" else "desk.rejected")
            )
    if not done:
        raise NotFoundError("desk.no_delivery", post=post, channel=label or "")
    return done


def _may_not(place: Workplace, post: Post, decision: str) -> str | None:
    """The message id of why this person may not; None: they may."""
    if place.workspace.approvers and place.actor not in place.workspace.approvers:
        return "desk.not_approver"
    if decision == "approve" and post.author is not None and post.author.casefold() == place.actor.casefold():
        return "desk.own_post"
    return None
