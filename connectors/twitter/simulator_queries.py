"""What the pretended X takes as a query: names, bounds, pages of a timeline (OpenAPI 2.167)."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from connectors.sandbox_world import LivePost
from connectors.twitter.simulator_answers import invalid

if TYPE_CHECKING:
    from werkzeug.wrappers import Request


def names(line: str) -> tuple[str, ...]:
    """Names from a line of them."""
    return tuple(line.split())


LEGACY_FIELDS = names(
    "article attachments author_id card_uri community_id context_annotations conversation_id created_at"
    " display_text_range edit_controls edit_history_tweet_ids entities geo id in_reply_to_user_id lang"
    " media_metadata non_public_metrics note_tweet organic_metrics paid_partnership possibly_sensitive"
    " promoted_metrics public_metrics referenced_tweets reply_settings scopes source text withheld"
)
POST_FIELDS = names(
    "article article_title attachments card_uri community_id context_annotations conversation_id"
    " created_at display_text_range edit_controls entities geo id lang matched_media_notes"
    " media_metadata non_public_metrics note_post note_request_suggestions organic_metrics"
    " paid_partnership possibly_sensitive promoted_metrics public_metrics reply_settings scopes source"
    " suggested_source_links suggested_source_links_with_counts text withheld"
)
EXPANSIONS = names(
    "article.cover_media article.media_entities attachments.media_keys attachments.media_source_tweet"
    " attachments.poll_ids author_id edit_history_post_ids edit_history_tweet_ids"
    " entities.mentions.username geo.place_id in_reply_to_user_id referenced_posts referenced_tweets.id"
    " referenced_tweets.id.author_id username"
)
MEDIA_FIELDS = names(
    "alt_text duration_ms height media_key non_public_metrics organic_metrics preview_image_url"
    " promoted_metrics public_metrics type url variants width"
)
USER_FIELDS = names(
    "confirmed_email connection_status created_at description entities id is_identity_verified location"
    " name parody pinned_tweet_id profile_banner_url profile_image_url protected public_metrics"
    " receives_your_dm subscribes_to_you subscription subscription_type url username verified"
    " verified_followers_count verified_type withheld"
)
FIELD_QUERY = {
    "expansions",
    "media.fields",
    "place.fields",
    "poll.fields",
    "post.fields",
    "tweet.fields",
    "user.fields",
}
PAGE_QUERY = {
    "end_time",
    "exclude",
    "max_results",
    "pagination_token",
    "since_id",
    "start_time",
    "until_id",
}


def path_id(value: str) -> str:
    """An id of a path or query, if it is like one."""
    if not re.fullmatch(r"[0-9]{1,19}", value):
        raise invalid(f"The `id` query parameter value [{value}] is not valid", {"id": [value]})
    return value


def known_query(request: Request, known: set[str]) -> None:
    """Refuse parameters that the route does not have."""
    for name in request.args:
        if name not in known:
            raise invalid(
                f"The query parameter [{name}] is not one of [{','.join(sorted(known))}]",
                {name: request.args.getlist(name)},
            )


def listed(request: Request, name: str, allowed: Collection[str]) -> set[str]:
    """A comma-separated parameter, each piece one of `allowed`."""
    given = request.args.get(name)
    values = set() if given is None else set(given.split(","))
    if given is not None and not values <= set(allowed):
        raise invalid(
            f"The `{name}` query parameter value [{given}] is not one of [{','.join(allowed)}]",
            {name: [given]},
        )
    return values


def wanted_fields(request: Request) -> set[str]:
    """The fields asked for, and what a post always has.

    `tweet.fields` and `post.fields` are both served in late 2026, each with names of its own
    (referenced_tweets, referenced_posts); a client is answered in the names it asked with, and where it
    asked for nothing in both.
    """
    legacy = listed(request, "tweet.fields", LEGACY_FIELDS)
    wanted = legacy | listed(request, "post.fields", POST_FIELDS)
    asked = listed(request, "expansions", EXPANSIONS)
    wanted |= {"author_id"} & asked
    wanted |= {"attachments"} if "attachments.media_keys" in asked else set()
    wanted |= {"referenced_posts"} & asked
    wanted |= {"referenced_tweets"} if "referenced_tweets.id" in asked else set()
    wanted |= {"edit_history_tweet_ids"} if "post.fields" not in request.args else set()
    return wanted | ({"edit_history_post_ids"} if "tweet.fields" not in request.args else set())


@dataclass(frozen=True)
class PageQuery:
    """Which part of a timeline is asked for."""

    size: int
    before: int | None
    since_id: int | None
    until_id: int | None
    start: datetime | None
    end: datetime | None
    replies: bool

    def fits(self, post: LivePost) -> bool:
        number, at = int(post.id), post.created_at.replace(microsecond=0)
        return (
            (self.before is None or number < self.before)
            and (self.since_id is None or number > self.since_id)
            and (self.until_id is None or number < self.until_id)
            and (self.start is None or at >= self.start)
            and (self.end is None or at < self.end)
            and (self.replies or post.parent is None)
        )


def page_query(request: Request) -> PageQuery:
    """The bounds and the place in the list that a timeline request gives."""
    return PageQuery(
        size=_int_between(request, "max_results", 5, 100, 10),
        before=_token_id(request.args.get("pagination_token")),
        since_id=_int_id(request, "since_id"),
        until_id=_int_id(request, "until_id"),
        start=_moment(request, "start_time"),
        end=_moment(request, "end_time"),
        replies="replies" not in listed(request, "exclude", ["replies", "retweets"]),
    )


def _int_between(request: Request, name: str, least: int, most: int, usual: int) -> int:
    given = request.args.get(name)
    if given is None:
        return usual
    if not given.isdigit() or not least <= int(given) <= most:
        raise invalid(
            f"The `{name}` query parameter value [{given}] is not between {least} and {most}",
            {name: [given]},
        )
    return int(given)


def _int_id(request: Request, name: str) -> int | None:
    given = request.args.get(name)
    return None if given is None else int(path_id(given))


def _moment(request: Request, name: str) -> datetime | None:
    given = request.args.get(name)
    if given is None:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?Z", given):
        raise invalid(
            f"The `{name}` query parameter value [{given}] is not a valid RFC3339 date-time",
            {name: [given]},
        )
    return datetime.fromisoformat(given)


def token_before(post_id: str) -> str:
    """The opaque token for what comes after this post in the list."""
    return base64.b32encode(post_id.encode()).decode().rstrip("=").lower()


def _token_id(token: str | None) -> int | None:
    if token is None:
        return None
    padded = token.upper() + "=" * (-len(token) % 8)
    try:
        return int(base64.b32decode(padded))
    except (binascii.Error, ValueError) as error:
        raise invalid(
            f"The `pagination_token` query parameter value [{token}] is not valid",
            {"pagination_token": [token]},
        ) from error
