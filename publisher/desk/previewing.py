"""What the preview shows: a post on a channel, counted and priced the platform's way."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from connectors import registry
from connectors.contract import Media, MediaFacts, PartKind, Rendition, Room, Severity
from publisher import recipe
from publisher.desk.checking import reach
from publisher.desk.workplace import Workplace
from publisher.errors import PublisherError
from publisher.faults import Faults
from publisher.media.inspect import MediaError
from publisher.model import Post
from publisher.plan import Wanted
from publisher.sync import Synced
from publisher.views import ChannelPreview, DeliveryView, PartCount, PostPreview

if TYPE_CHECKING:
    from publisher.media.store import MediaStore

Made = Mapping[Media, MediaFacts]

log = logging.getLogger(__name__)


def previewed(place: Workplace, synced: Synced, path: str, wanted: Sequence[Wanted]) -> PostPreview:
    """A post on the channels of `wanted`, its pictures made."""
    found = _with_cards(next(p for p in synced.content.posts if p.path == path), wanted)
    post_id = synced.ids[path]
    booked = {delivery.account: delivery for delivery in place.standing_of(post_id)}
    facts, _ = place.syncer(None).facts(found)
    problems = [p for p in synced.plan.problems if p.post == path]
    made: Made = {}
    try:
        made = make(found, wanted, place.wired.media())
    except MediaError as error:  # damage that is found only where a picture is decoded
        problems.append(replace(error.problem(found.file), post=path))
    except Exception as error:  # a week shows the other posts all the same
        problems.append(Faults(place.workspace.root).told(error, found.file, path))
    return PostPreview(
        post=found,
        post_id=post_id,
        channels=tuple(
            on_channel(
                each,
                booked.get(each.rendered.channel.account),
                facts,
                made,
                by_hand=place.workspace.by_hand(each.rendered.channel),
            )
            for each in sorted(wanted, key=lambda w: w.rendered.channel.label)
        ),
        problems=tuple(problems),
        reach=reach(place.workspace.channels, synced.wanted, synced.plan.problems),
    )


def _with_cards(post: Post, wanted: Iterable[Wanted]) -> Post:
    """The post with all that some channel shows of it."""
    shown = (one for each in wanted for one in each.rendered.post.media)
    return replace(post, media=tuple(dict.fromkeys((*post.media, *shown))))


def on_channel(
    wanted: Wanted,
    booked: DeliveryView | None,
    facts: Mapping[str, MediaFacts],
    made: Made,
    *,
    by_hand: bool,
) -> ChannelPreview:
    """What will stand on one channel.

    Args:
        booked: its delivery; None: not booked yet.
        facts: by sha256 of the source.
        made: of what was made anew already.
        by_hand: a person publishes there.
    """
    rendered, channel = wanted.rendered, wanted.rendered.channel
    room = registry.room(channel.platform)
    parts = rendered.rendition.parts if rendered.rendition else ()
    used = [m for part in parts for m in (*part.media, *part.companions) if m.source in facts]
    prices = [price for part in parts if (price := room.price(part)) is not None]
    asked = ("log.gate_approval",) if channel.approval == "required" else ()
    by_people = ("log.by_hand_channel",) if by_hand else ()
    return ChannelPreview(
        channel=channel.label,
        platform=channel.platform,
        title=room.title,
        account=channel.account,
        rendered=rendered,
        due=wanted.due,
        counts=counts_of(rendered.rendition, room, facts) if rendered.rendition else (),
        facts={m: made.get(m) or recipe.after(facts[m.source], m.recipe) for m in used},
        sources={m: facts[m.source] for m in used},
        usd=sum((price.usd for price in prices), start=prices[0].usd * 0) if prices else None,
        price_notes=tuple(dict.fromkeys(price.why for price in prices)),
        state=booked.state if booked else None,
        gates=(*(booked.gates if booked else asked), *by_people),
        url=booked.url if booked else None,
    )


def counts_of(rendition: Rendition, room: Room, facts: Mapping[str, MediaFacts]) -> tuple[PartCount, ...]:
    """How long each part is and may be; some take more words under pictures than under a clip.

    Args:
        facts: by sha256 of the source.
    """
    kinds = [facts[media.source].kind for media in rendition.parts[0].media if media.source in facts]
    text, comment = room.text_limit(rendition.placement, kinds), room.comment_limit()
    return tuple(
        PartCount(room.measure(part.text), comment if part.kind is PartKind.COMMENT else text)
        for part in rendition.parts
    )


def make(post: Post, wanted: Iterable[Wanted], store: MediaStore) -> Made:
    """The pictures as they will go out, made now; nothing of them where the store cannot take them.

    Of a full disk `check` or booking tells; the preview shows what was asked for.

    Raises:
        MediaError: one of them cannot be decoded, or was changed since it was looked at.
    """
    renditions = [each.rendered.rendition for each in wanted]
    media = {
        m
        for rendition in renditions
        if rendition is not None
        for part in rendition.parts
        for m in (*part.media, *part.companions)
        if m.recipe != recipe.PLAIN
    }
    if not media:
        return {}
    names = {one.source: one for one in (*post.media, *post.companions)}
    try:
        for source in {source for m in media for source in recipe.sources(m)}:
            store.keep(names[source].path, source)
        store.make(media)
        # Encoding a clip may take minutes: what is not there yet is told as it will be.
        there = (m for m in media if not recipe.is_encoded(m.recipe) or store.has(m))
        return {m: replace(store.facts(m), name=names[m.source].name) for m in there}
    except MediaError as error:  # the store knows files by their content
        stored = str(error.values.get("name", ""))
        name = next(
            (one.name for source, one in names.items() if stored and source.startswith(stored)), stored
        )
        raise MediaError(error.message, **{**error.values, "name": name}) from error
    except PublisherError as error:
        log.debug("not made for the preview: %s", error)
        return {}


def comes_before(until: datetime, wanted: Wanted) -> bool:
    """Whether a post goes out on a channel before `until` (aware), or would if no error stopped it."""
    if wanted.rendered.skipped:
        return False
    if wanted.due is None:
        return any(problem.severity is Severity.ERROR for problem in wanted.rendered.problems)
    return wanted.due.at < until and wanted.missed is None


def files_of(post: Post, store: MediaStore, *, wait: bool = True) -> Callable[[Media], Path]:
    """What gives the file of a post's picture or clip as it will be sent; made now where it is not yet.

    Args:
        wait: also for a clip that must be encoded first; else it raises `LookupError`.
    """
    own = {one.source: one.path for one in (*post.media, *post.companions)}

    def file_of(media: Media) -> Path:
        for source in recipe.sources(media):
            store.keep(own[source], source)
        if not wait and recipe.is_encoded(media.recipe) and not store.has(media):
            raise LookupError(media.source)
        return store.path(media)

    return file_of


def seen_in(post: Post, store: MediaStore) -> Callable[[Media], Path]:
    """What gives the file to look at: what was made anew, else the post's own; nothing is made for it.

    It raises `LookupError` for what is still to be made.
    """
    own = {one.source: one.path for one in (*post.media, *post.companions)}

    def file_of(media: Media) -> Path:
        if media.recipe == recipe.PLAIN:
            return own[media.source]
        if not store.has(media):
            raise LookupError(media.source)
        return store.path(media)

    return file_of
