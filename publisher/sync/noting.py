"""What the log should note about a post as content/ shows it now: only where it differs."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from connectors.contract import Severity
from publisher import identify as identity
from publisher.identify import KnownPost
from publisher.model import Channel, Post, Sight
from publisher.schedule import utc_of
from publisher.sync.one_pass import Pass, problem_of


def sight(p: Pass, post: Post, channels: Sequence[Channel], skipped: Collection[str]) -> None:
    """Note a post of which something may come.

    Args:
        channels: those it goes to.
        skipped: the accounts that cannot carry it as it is now.
    """
    known = p.known(post)
    accounts = known.accounts if known else ()
    accounts += tuple(c.account for c in channels if c.account not in accounts)
    own_id = _own_id(post, known)
    # Known channels that are not looked at now stay as they were noted.
    asked = {channel.account for channel in channels}
    before = known.skipped if known else ()
    left_out = tuple(a for a in accounts if a in skipped or (a in before and a not in asked))
    seen = Sight(
        post_id=p.ids[post.path],
        path=post.path,
        digest=post.digest,
        title=post.title,
        author=post.author,
        accounts=accounts,
        new=known is None,
        adopted=known is None and _adopted(p, post),
        own_id=own_id,
        late=p.ids[post.path] in p.reopened,
        skipped=left_out,
    )
    lifted = p.only is not None and known is not None and known.adopted
    if lifted or known is None or _noted(known) != (post.path, post.digest, accounts, None, own_id, left_out):
        p.sights.append(seen)


def _noted(known: KnownPost) -> tuple[object, ...]:
    return known.path, known.digest, known.accounts, known.vanished_at, known.own_id, known.skipped


def _adopted(p: Pass, post: Post) -> bool:
    ahead = post.publish_at is not None and utc_of(post.publish_at).at > p.now
    put_away = identity.never_seen_and_put_away(post, None) and p.only is None
    return (p.adopt and not ahead) or put_away


def track(p: Pass, post: Post) -> None:
    """Where a post lies that needs no other note, so that a later rename or edit does not make it new."""
    known = p.known(post)
    if known is None or (p.sights and p.sights[-1].post_id == known.post_id):
        return
    if identity.told_late(post, known, p.now):
        code = "plan.edited_adopted" if known.adopted else "plan.edited_late"
        p.problems.append(problem_of(code, Severity.WARNING, post, "body"))
    late = identity.edited_too_late(post, known)
    own_id = _own_id(post, known)
    if late or (known.path, known.vanished_at, known.own_id) != (post.path, None, own_id):
        p.sights.append(
            Sight(
                post_id=known.post_id,
                path=post.path,
                digest=post.digest if late else known.digest,
                title=post.title,
                author=post.author,
                accounts=known.accounts,
                new=False,
                adopted=known.adopted,
                own_id=own_id,
                where_only=True,
                late=late,
            )
        )


def _own_id(post: Post, known: KnownPost | None) -> str | None:
    """The id that stands in the file of a post that the log knows by another."""
    if known is None or post.id in (None, known.post_id):
        return known.own_id if known is not None else None
    return post.id
