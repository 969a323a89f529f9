"""How the pretended X writes a post back: t.co links, escaped signs, old and new names of fields."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC
from typing import TYPE_CHECKING, Any

from connectors.sandbox_world import LivePost, Simulator
from connectors.twitter.simulator_media import media_key
from connectors.twitter.simulator_queries import EXPANSIONS, MEDIA_FIELDS, listed, wanted_fields
from connectors.twitter.simulator_words import twitter_text

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

Json = Any


class Display:
    """Posts, media and users of one simulator, as JSON."""

    def __init__(self, simulator: Simulator) -> None:
        self._simulator = simulator
        self._world = simulator.world
        self._platform = simulator.platform

    def user(self, account: str) -> Json:
        profile = self._simulator.profile(account)
        return {"id": account, "name": profile.name if profile else "", "username": username(account)}

    def shown(self, post: LivePost, wanted: set[str]) -> Json:
        """A post as X gives it back: t.co links, `&<>` escaped, the names the client asked with."""
        words, urls = self._wrapped(post)
        above = self._world.post(self._platform, post.parent) if post.parent else None
        shown: dict[str, Json] = {"id": post.id, "text": words}
        referenced = [{"type": "replied_to", "id": post.parent}] if post.parent else []
        if "quote_tweet_id" in post.options:
            referenced.append({"type": "quoted", "id": post.options["quote_tweet_id"]})
        optional = {
            "edit_history_post_ids": [post.id],
            "edit_history_tweet_ids": [post.id],
            "created_at": post.created_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            "author_id": post.account,
            "conversation_id": self._conversation(post) if "conversation_id" in wanted else None,
            "entities": {"urls": urls} if urls else None,
            "attachments": {"media_keys": [media_key(one) for one in post.media]} if post.media else None,
            "referenced_tweets": referenced or None,
            "referenced_posts": referenced or None,
            "in_reply_to_user_id": above.account if above else None,
            "reply_settings": post.options.get("reply_settings", "everyone"),
            "lang": "in",
        }
        shown.update(
            {name: value for name, value in optional.items() if name in wanted and value is not None}
        )
        return shown

    def _conversation(self, post: LivePost) -> str:
        while post.parent and (above := self._world.post(self._platform, post.parent)):
            post = above
        return post.id

    def _wrapped(self, post: LivePost) -> tuple[str, list[Json]]:
        plain = unicodedata.normalize("NFC", post.text).strip()
        out, urls, at = "", [], 0
        for found, start, end in links_in(plain):
            full = found if "://" in found else f"http://{found}"
            out += html.escape(plain[at:start], quote=False)
            urls.append(_url_entity(full, post.id, len(out)))
            out, at = out + urls[-1]["url"], end
        out += html.escape(plain[at:], quote=False)
        if post.media:
            page = f"https://x.com/{username(post.account)}/status/{post.id}/photo/1"
            out += " " if out else ""
            entity = _url_entity(page, f"{post.id}/media", len(out))
            urls += [{**entity, "media_key": media_key(one)} for one in post.media]
            out += entity["url"]
        return out, urls

    def includes(self, request: Request, posts: list[LivePost]) -> Json:
        asked = listed(request, "expansions", EXPANSIONS)
        fields = {"media_key", "type", *listed(request, "media.fields", MEDIA_FIELDS)}
        included: dict[str, Json] = {}
        if "attachments.media_keys" in asked and any(post.media for post in posts):
            included["media"] = [self._media_shown(one, fields) for post in posts for one in post.media]
        if "author_id" in asked:
            included["users"] = [self.user(account) for account in {post.account for post in posts}]
        above = [self._world.post(self._platform, post.parent) for post in posts if post.parent]
        shown = [self.shown(one, wanted_fields(request)) for one in above if one and not one.removed]
        if shown and "referenced_posts" in asked:
            included["posts"] = shown
        if shown and "referenced_tweets.id" in asked:
            included["tweets"] = shown
        return {"includes": included} if included else {}

    def _media_shown(self, one: Mapping[str, Json], fields: set[str]) -> Json:
        kept = self._world.get(self._platform, "media", one["id"]) or {}
        shown = {
            "media_key": media_key(one),
            "type": "animated_gif" if one["type"] == "gif" else "photo",
            "url": f"{self._world.base_url}/media/{one['sha256']}",
            "alt_text": one["alt"] or None,
            "width": kept.get("width"),
            "height": kept.get("height"),
        }
        return {name: value for name, value in shown.items() if name in fields and value is not None}


def username(account: str) -> str:
    """An account's handle; at most 15 characters, as X has it."""
    return f"contoh_{account}"[:15]


def links_in(words: str) -> Iterator[tuple[str, int, int]]:
    """What X makes a link of, with its place."""
    for found in twitter_text().extract_urls_with_indices(words):
        yield found["url"], found["indices"][0], found["indices"][1]


def _url_entity(full: str, salt: str, start: int) -> dict[str, Json]:
    short = f"https://t.co/{_base62(hashlib.sha256(f'{full} {salt}'.encode()).digest())[:10]}"
    shown = re.sub(r"^https?://(www\.)?", "", full)
    return {
        "start": start,
        "end": start + len(short),
        "url": short,
        "expanded_url": full,
        "display_url": shown if len(shown) <= 27 else f"{shown[:26]}…",
    }


def _base62(data: bytes) -> str:
    letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
    return "".join(letters[byte % 62] for byte in data)
