"""What the log knows when a pass begins, as planning compares with it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cache

from publisher.identify import KnownPost
from publisher.model import KnownDelivery
from publisher.plan import Snapshot
from publisher.publish_log import overview
from publisher.publish_log.looking import Look, instant


def snapshot(look: Look) -> Snapshot:
    """What planning needs of the log: every post, and the deliveries of those that are not settled.

    After some years nearly all are settled: published wherever they were to go and could, which is final.
    """
    open_posts = overview.open_posts(look)
    accounts_of = cache(_accounts)
    posts: dict[str, KnownPost] = {}
    unsettled: list[str] = []
    for (
        post_id,
        path,
        digest,
        sequence,
        listed,
        adopted,
        gone_at,
        own_id,
        edited_at,
        left_out,
        booked,
    ) in overview.known_posts(look):
        accounts = accounts_of(listed)
        skipped = accounts_of(left_out) if left_out else ()
        is_open = post_id in open_posts
        settled = booked >= len(accounts) - len(skipped) and not is_open and bool(booked or not accounts)
        posts[post_id] = KnownPost(
            post_id,
            path,
            digest,
            sequence,
            accounts,
            bool(adopted),
            instant(gone_at) if gone_at else None,
            settled,
            own_id,
            instant(edited_at) if edited_at else None,
            skipped,
        )
        if is_open or (booked and not settled):
            unsettled.append(post_id)
    return Snapshot(posts, _deliveries(look, unsettled))


def with_whole(look: Look, known: Snapshot, post_ids: Iterable[str]) -> Snapshot:
    """The snapshot with the deliveries of some more posts, settled or not."""
    settled = [post for i in post_ids if (post := known.posts.get(i)) is not None and post.settled]
    if not settled:
        return known
    return Snapshot(
        {**known.posts, **{post.post_id: post._replace(settled=False) for post in settled}},
        {**known.deliveries, **_deliveries(look, [post.post_id for post in settled])},
    )


def _accounts(listed: str) -> tuple[str, ...]:
    return tuple(json.loads(listed))


def _deliveries(look: Look, post_ids: Sequence[str]) -> dict[tuple[str, str, str], KnownDelivery]:
    found = overview.booked_roots(look, post_ids)
    return {(each.post_id, each.account, each.placement): each for each in found}
