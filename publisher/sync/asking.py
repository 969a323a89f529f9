"""Which channels of a post still have something to come, rendered; what the schedule is asked for each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from connectors import registry
from connectors.contract import Json, MediaFacts, Problem, Severity
from publisher import identify as identity
from publisher.content.files import CHANGED
from publisher.content.habits import OPEN
from publisher.content.vocabulary import channel_meant, channels_named
from publisher.identify import KnownPost
from publisher.model import FAULTS, SENT_THERE, Channel, DueWhy, KnownDelivery, Post, Rendered, State
from publisher.plan import OLD
from publisher.publish_log import overview
from publisher.render import placement_of
from publisher.schedule import Gates, Request, utc_of
from publisher.sync import noting, stopping
from publisher.sync.one_pass import Pass


@dataclass(frozen=True, slots=True)
class Asked:
    """A post on a channel that still has something to come.

    Attributes:
        delivery: what stands for it there, be it in another placement.
        request: to the schedule; None: it was told to go at once, and keeps that time.
    """

    rendered: Rendered
    placement: str
    delivery: KnownDelivery | None
    request: Request | None


def ask(p: Pass, post: Post, place: int) -> list[Asked]:
    """The channels of a post that still have something to come.

    Args:
        place: of the post in the order of first sight, from 0.
    """
    if _put_off(p, post):
        return []
    known = p.known(post)
    if known is not None and known.settled and post.channels is None:
        return []
    channels = own = channels_of(p, post)
    stopping.drop(p, post, channels)
    if p.named is not None:
        channels = [p.space.channel(label) for label in p.named]
    if _over(p, post, channels):
        return []
    facts, told = p.syncer.facts(post)
    p.problems.extend(told)
    if bad := [problem for problem in told if problem.severity is Severity.ERROR]:
        if any(problem.code not in (CHANGED, *FAULTS) for problem in bad):
            stopping.stop(p, post)
        return []
    put_away = p.only is None and identity.never_seen_and_put_away(post, known)
    asked = [] if put_away else _rendered(p, post, place, channels, facts)
    skipped = {each.rendered.channel.account for each in asked if each.rendered.skipped and not each.delivery}
    noting.sight(p, post, [*own, *(c for c in channels if c not in own)], skipped)
    if put_away:
        p.tell("plan.put_away", Severity.NOTICE, post, "body")
    elif all(each.rendered.skipped and not each.delivery for each in asked) and not _has_been(p, known):
        p.tell("plan.nowhere", Severity.WARNING, post, "body")
    return asked


def _has_been(p: Pass, known: KnownPost | None) -> bool:
    """Whether the post was booked anywhere."""
    return known is not None and bool(p.snapshot.of_post(known.post_id))


def _put_off(p: Pass, post: Post) -> bool:
    """Whether nothing of a post is wanted as it stands now; what was booked of it waits."""
    known = p.known(post)
    if post.broken:
        if not identity.unreadable_now(post, known):
            stopping.stop(p, post)
        return True
    if p.only is not None:
        return False
    if known is not None and known.adopted:
        return True
    if post.draft or stopping.refused_sample(p, post):
        stopping.stop(p, post, "plan.draft" if post.draft else "plan.sample_live")
        return True
    if identity.not_now(post, known, p.now):
        stopping.stop(p, post, OPEN)
        return True
    return False


def channels_of(p: Pass, post: Post) -> list[Channel]:
    """Those of its file; of a known post only those of its first sight, and those a person sent it to."""
    channels = own_channels(post, p.space.channels)
    for name in post.channels or ():
        if not channels_named(name, p.space.channels):
            _tell_unknown(p, post, name)
    if post.channels is None:
        _tell_unknown_topic(p, post)
    known = p.known(post)
    if known is None:
        return channels
    later = [c.label for c in channels if c.account not in known.accounts]
    if later and post.channels is not None:
        p.tell("plan.channel_later", Severity.NOTICE, post, "channels", channels=", ".join(later))
    return [*(c for c in channels if c.account in known.accounts), *_sent_to(p, known, channels)]


def own_channels(post: Post, channels: Sequence[Channel]) -> list[Channel]:
    """Those that the file of a post names, else those that its topic goes to."""
    if post.channels is None:
        return [channel for channel in channels if channel.is_default_of(post.topic)]
    named: list[Channel] = []
    for name in post.channels:
        named.extend(c for c in channels_named(name, channels) if c not in named)
    return named


def _sent_to(p: Pass, known: KnownPost, own: Sequence[Channel]) -> list[Channel]:
    """Channels that its file never asked for: a person sent it there by name, and edits are for them too."""
    if known.settled or p.syncer.store is None:
        return []
    others = [channel for channel in p.space.channels if channel not in own]
    booked = {d.delivery_id: c for c, d in p.booked(known.post_id, others) if d.editable}
    if not booked:
        return []
    with p.syncer.store.look() as look:
        sent = overview.with_reason(look, list(booked), SENT_THERE)
    return [channel for delivery_id, channel in booked.items() if delivery_id in sent]


def _tell_unknown(p: Pass, post: Post, name: str) -> None:
    known = ", ".join(f"{registry.room(c.platform).title} ({c.label})" for c in p.space.channels)
    values: dict[str, Json] = {"channel": name, "known": known}
    if meant := channel_meant(name, p.space.channels):
        p.tell("plan.unknown_channel_meant", Severity.ERROR, post, "channels", meant=meant, **values)
    else:
        p.tell("plan.unknown_channel", Severity.ERROR, post, "channels", **values)


def _tell_unknown_topic(p: Pass, post: Post) -> None:
    """A topic that no channel waits for, where some wait for theirs: probably misspelt."""
    topics = {topic.casefold(): topic for channel in p.space.channels for topic in channel.topics}
    others = (p.space.defaults.get("complaints") or {}).get("topics", ())
    topic = (post.topic or "").casefold()
    if topics and topic and topic not in {*topics, *(each.casefold() for each in others)}:
        known = ", ".join(topics.values())
        p.tell("plan.unknown_topic", Severity.WARNING, post, "topic", topic=post.topic or "", known=known)


def _over(p: Pass, post: Post, channels: Sequence[Channel]) -> bool:
    """Whether nothing can come of a post any more, so that it need not be rendered."""
    known = p.known(post)
    if known is None:
        return _old(p, post, channels)
    if known.settled:
        return True
    deliveries = p.snapshot.of_post(known.post_id)
    standing = {d.account for d in deliveries if d.state is not State.CANCELLED}
    live = [d for d in deliveries if d.state is not State.CANCELLED or d.account not in standing]
    complete = {d.account for d in live}.issuperset(known.accounts)
    return complete and not any(_still_open(p, post, d) for d in live)


def _old(p: Pass, post: Post, channels: Sequence[Channel]) -> bool:
    """Whether the time of a new post had passed long before it was first seen."""
    if post.publish_at is None or p.only is not None:
        return False
    grace = max((_grace(post, channel) for channel in channels), default=timedelta(0))
    passed = p.now - utc_of(post.publish_at).at
    if passed <= grace + OLD:
        return False
    p.tell("plan.old", Severity.NOTICE, post, "publish_at", days=passed.days)
    return True


def _still_open(p: Pass, post: Post, delivery: KnownDelivery) -> bool:
    """Whether an edit of the file can still change this delivery."""
    if p.only is not None:
        return True
    if not delivery.editable:
        return False
    if delivery.state in (State.MISSED, State.FAILED):
        known = p.known(post)
        return known is None or known.digest != post.digest
    return True


def _rendered(
    p: Pass, post: Post, place: int, channels: Sequence[Channel], facts: Mapping[str, MediaFacts]
) -> list[Asked]:
    found = []
    for channel in channels:
        before = p.mark()
        try:
            asked = _on_channel(p, post, place, channel, facts)
        except Exception as error:  # a room may be other people's; the other channels go on
            p.back_to(before)
            asked = _failed(p, post, place, channel, p.fault(error, post, channel))
        if asked is not None:
            found.append(asked)
    return found


def _on_channel(
    p: Pass, post: Post, place: int, channel: Channel, facts: Mapping[str, MediaFacts]
) -> Asked | None:
    """The post on one channel; None: nothing can be asked there any more."""
    look = _look(p, post, channel, facts)
    placement = placement_of(look.post, channel, look.facts)
    delivery = p.snapshot.standing(p.ids[post.path], channel.account, placement)
    if delivery is not None and not _still_open(p, post, delivery):
        _keep(p, post, channel, delivery, placement)
        _tell_out_before(p, look, channel, delivery)
        return None
    rendered = look.rendered(p, channel)
    return Asked(rendered, placement, delivery, _request(p, rendered, delivery, place))


def _failed(p: Pass, post: Post, place: int, channel: Channel, problem: Problem) -> Asked | None:
    """The same where the program itself failed: what stands there stays as it is, nothing new is booked."""
    first = registry.room(channel.platform).placements[0]
    delivery = p.snapshot.standing(p.ids[post.path], channel.account, first)
    if delivery is not None and not _still_open(p, post, delivery):
        p.problems.append(problem)
        p.keep(post, channel, delivery)
        return None
    rendered = Rendered(post, channel, None, (problem,))
    placement = delivery.placement if delivery is not None else first
    return Asked(rendered, placement, delivery, _request(p, rendered, delivery, place))


@dataclass(frozen=True, slots=True)
class _Look:
    """A post as one channel gets it: with cards where it needs them, and what is told of those."""

    post: Post
    facts: Mapping[str, MediaFacts]
    told: tuple[Problem, ...]

    def rendered(self, p: Pass, channel: Channel) -> Rendered:
        """On the channel; nothing where the card that it needs cannot be made."""
        if any(problem.severity is Severity.ERROR for problem in self.told):
            return Rendered(self.post, channel, None, self.told)
        found = p.syncer.render(self.post, channel, self.facts)
        return replace(found, problems=(*self.told, *found.problems)) if self.told else found


def _look(p: Pass, post: Post, channel: Channel, facts: Mapping[str, MediaFacts]) -> _Look:
    shown, told = p.syncer.dressed(post, channel, facts)
    if shown is post:
        return _Look(post, facts, told)
    cards, bad = p.syncer.facts(shown)
    known = dict.fromkeys((*p.drawn.get(post.path, ()), *shown.media))
    p.drawn[post.path] = tuple(known)
    return _Look(shown, {**facts, **cards}, (*told, *bad))


def _keep(p: Pass, post: Post, channel: Channel, delivery: KnownDelivery, placement: str) -> None:
    """What no edit changes any more; said where the file now asks for another placement."""
    if delivery.placement == placement or delivery.state is State.CANCELLED:
        p.keep(post, channel, delivery)
        return
    told = {"label": channel.label, "former": delivery.placement, "placement": placement}
    p.tell("plan.placement_late", Severity.NOTICE, post, f"{channel.platform}.placement", **told)
    p.keep(post, channel, delivery, reason="plan.placement_late")


def _tell_out_before(p: Pass, look: _Look, channel: Channel, delivery: KnownDelivery) -> None:
    """Where a post is out already, an edit for the channels still to come does not reach it."""
    if delivery.state not in (State.PUBLISHED, State.PROCESSING, State.HANDED_OVER):
        return
    now_it_is = look.rendered(p, channel).rendition
    if now_it_is is not None and now_it_is.fingerprint != delivery.fingerprint:
        p.tell("plan.edited_some", Severity.WARNING, look.post, "body", label=channel.label)


def _request(p: Pass, rendered: Rendered, delivery: KnownDelivery | None, place: int) -> Request | None:
    """What the schedule is asked; None: the delivery was told to go at once and keeps that time."""
    if delivery is not None and (delivery.due.why is DueWhy.NOW or not delivery.editable):
        return None
    post, channel = rendered.post, rendered.channel
    known = p.known(post)
    waits = delivery is not None and delivery.state in (State.WAITING, State.HELD)
    errors = any(problem.severity is Severity.ERROR for problem in rendered.problems)
    return Request(
        key=key_of(p.ids[post.path], channel.account),
        account=channel.account,
        channel=channel.label,
        seen=known.sequence if known else len(p.snapshot.posts) + 1 + place,
        grace=_grace(post, channel),
        publish_at=post.publish_at,
        publish_after=post.publish_after,
        publish_before=post.publish_before,
        urgent=post.urgent,
        booked=delivery.due if delivery is not None and waits else None,
        gates=Gates(
            broken=rendered.rendition is None or errors,
            approved=delivery.approved if delivery else channel.approval == "none",
            held=delivery.held if delivery else False,
        ),
        post=post.path,
        file=post.file,
        lines=post.lines,
    )


def key_of(post_id: str, account: str) -> str:
    """What the schedule knows a post on an account by."""
    return f"{post_id}/{account}"


def _grace(post: Post, channel: Channel) -> timedelta:
    return post.grace if post.grace is not None else channel.grace
