"""What will not go out any more, or not now: broken files, channels taken out, vanished posts."""

from __future__ import annotations

from collections.abc import Sequence

from connectors.contract import Problem, Severity
from publisher import identify as identity
from publisher import plan as planning
from publisher.identify import KnownPost
from publisher.model import ActionKind, Channel, Post, State
from publisher.sync.one_pass import Pass


def stop(p: Pass, post: Post, code: str | None = None, channels: Sequence[Channel] | None = None) -> None:
    """Deliveries of a file that cannot be published as it stands now wait for the next edit.

    Args:
        code: why; None: the first error of the file.
        channels: where; None: everywhere.
    """
    known = p.known(post)
    if known is None or known.settled:
        return
    if code is None:
        code = next((each.code for each in post.problems if each.severity is Severity.ERROR), "plan.broken")
    for channel, delivery in p.booked(known.post_id, p.space.channels if channels is None else channels):
        if delivery.editable:
            kind = ActionKind.KEEP if delivery.broken == code else ActionKind.BREAK
            p.keep(post, channel, delivery, kind=kind, reason=code)


def drop(p: Pass, post: Post, channels: Sequence[Channel]) -> None:
    """What an edit of the file took out of its `channels` does not go out there, until it is put back.

    Nor on a channel of topics, where it now has another one. Where a person sent it by name, though the
    file did not ask for that channel, it goes on.

    Args:
        channels: as of `asking.channels_of`.
    """
    known = p.known(post)
    if known is None or known.digest == post.digest:
        return
    gone = [channel for channel in p.space.channels if channel not in channels]
    if post.channels is None:
        gone = [channel for channel in gone if channel.topics]
    stop(p, post, "plan.channel_dropped", gone)


def refused_sample(p: Pass, post: Post) -> bool:
    """Whether a post is a sample in a live workspace."""
    if not post.sample or p.space.mode != "live":
        return False
    p.tell("plan.sample_live", Severity.WARNING, post, "sample")
    return True


def vanished(p: Pass) -> list[str]:
    """Ids of posts whose file is newly gone; those gone long enough are cancelled, unless too many went."""
    if p.look.missing:
        return []
    seen = {p.ids[post.path] for post in p.look.posts}
    known = p.snapshot.posts
    missing = [k for k in known.values() if k.post_id not in seen and not p.look.unsure(k.path)]
    coming = {
        each.post_id for each in p.snapshot.deliveries.values() if each.state in (State.WAITING, State.HELD)
    }
    present = len(known) - len(missing)
    gone = identity.gone(missing, present, coming, p.now)
    if gone.many:
        values = {"count": gone.many, "known": present + gone.many}
        p.problems.append(Problem("plan.many_vanished", Severity.WARNING, values, file="content"))
    for post in gone.cancel:
        _cancel(p, post)
    return [post.post_id for post in gone.fresh]


def _cancel(p: Pass, post: KnownPost) -> None:
    if post.settled:
        return
    for channel, delivery in p.booked(post.post_id, p.space.channels):
        if not delivery.claimed and delivery.state in (State.WAITING, State.HELD):
            p.actions.append(planning.cancellation(delivery, post.path, post.path, channel))
