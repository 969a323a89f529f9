"""The numbers of X, each with its source and the day it was checked; also how X counts text."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from functools import cache, lru_cache
from threading import Lock
from types import ModuleType, SimpleNamespace
from typing import Any

from connectors.contract import Limits, Quota

# X API docs, rate limits, checked 2026-11-23: POST /2/tweets 100 per 15 minutes and user, and 10,000 per
# 24 hours and app.
POSTS_PER_QUARTER_HOUR = 100
POSTS_PER_APP_AND_DAY = 10_000
_RATES = "X API docs, rate limits, checked 2026-11-23"

LIMITS = Limits(
    # twitter-text configuration v3 (maxWeightedTweetLength), checked 2026-11-23. Premium accounts
    # may post longer; X does not tell through the API whether an account is one.
    text=280,
    # X API docs, media best practices, checked 2026-11-23: 4 photos or 1 GIF or 1 video.
    images=4,
    # Ours: a media id lives 24 hours after its upload, so two hours before due leave room for a late slot.
    lead=timedelta(hours=2),
    # Ours: X answers a post in about a second; a minute after the socket is cut nothing more comes of it.
    settle=timedelta(seconds=60),
    # Ours: timelines of X are eventually consistent without a stated bound.
    visibility=timedelta(seconds=60),
    looks=3,
    look_every=timedelta(seconds=25),
    commit_budget=20.0,
    # A reply sent at once after its parent can meet 403 code 385 "deleted or not visible"
    # (reported by users of the API, checked 2026-11-23); two seconds are the lower common advice.
    part_pause=timedelta(seconds=2),
    quotas=(
        Quota("posts", POSTS_PER_QUARTER_HOUR, timedelta(minutes=15), _RATES),
        Quota("posts of the app", POSTS_PER_APP_AND_DAY, timedelta(hours=24), _RATES, per="app"),
    ),
)
# Not counted here, since staging may simply wait when X answers 429 (the same page): 1,875 calls of an upload
# in 15 minutes (a clip of 512 MB takes 490), 500 of media metadata, 1,000 looks at processing. X's pricing
# page, checked 2026-11-23, also caps reads at 3 million a month; we look only where an answer was lost.

# X OpenAPI specification 2.167, schema CreateMediaMetadataMetadataAltText, checked 2026-11-23.
ALT_TEXT = 1000
# X API docs, media best practices, checked 2026-11-23: JPG, PNG, GIF, WEBP up to 5 MB. Decimal
# megabytes: the stricter reading.
IMAGE_BYTES = 5_000_000
# Ours, X states none: enough for reading a plan or a table when it is opened.
STORED_SIDES = (4096, 4096)
IMAGE_TYPES = ("image/jpeg", "image/png", "image/gif", "image/webp")
# X API docs, media best practices, checked 2026-11-23, for GIFs that move.
GIF_BYTES = 15_000_000
GIF_SIDES = (1280, 1080)
GIF_FRAMES = 350
GIF_PIXELS = 300_000_000
"""Width by height by frames."""
# X API docs, media best practices, checked 2026-11-23, for clips. Decimal megabytes: the stricter reading.
# Premium accounts may post longer ones; X does not tell through the API whether an account is one.
CLIP_TYPES = ("video/mp4", "video/quicktime")
CLIP_CODECS = ("h264",)
CLIP_SOUND = ("aac",)
CLIP_BYTES = 512_000_000
CLIP_SECONDS = (0.5, 140.0)
CLIP_FPS = 60.0
CLIP_LEAST = 32
CLIP_MOST = (1280, 1024)
"""Longer and shorter side."""
CLIP_RATIO = (1 / 3, 3.0)
CLIP_PIXELS = ("yuv420p", "yuvj420p")
CLIP_CHANNELS = 2
# X's documentation allows 5 MB and X has answered 413 to it (reported by users of the API in May 2026,
# checked 2026-11-23); 1 MiB is what its own quickstart sends. 1,000 chunks hold more than 512 MB.
CHUNK = 1 << 20
# Ours: a killed process repeats at most as many chunks.
CHUNKS_PER_SAVE = 16
# Ours: seconds between two looks at what X works on, where it does not say.
STATUS_EVERY = 5.0
# X OpenAPI 2.167, CreatePostsRequest.poll, checked 2026-11-23.
POLL_OPTIONS = (2, 4)
POLL_CHARACTERS = 25
POLL_SPAN = (5, 10_080)
POLL_MINUTES = 1440
# X OpenAPI 2.167, Subtitles: a two-letter code, and a name for people, checked 2026-11-23.
CAPTIONS_LANGUAGE = "id"
LANGUAGE_NAMES = {"id": "Bahasa Indonesia", "en": "English", "ms": "Bahasa Melayu", "zh": "中文"}

# X API docs, manage posts, checked 2026-11-23: self-serve apps may use one cashtag per post.
CASHTAGS = 1

# X OpenAPI 2.167: MediaUploadResponseData.expires_after_secs; 86400 in X's examples, checked
# 2026-11-23. Taken if the answer does not say.
MEDIA_LIFE = timedelta(hours=24)
# Ours: an id nearer to its end than this is uploaded anew.
MEDIA_MARGIN = timedelta(minutes=10)

# X API docs, pricing, checked 2026-11-23, US dollars: creating a post, one with a URL, one request to
# POST /2/media/metadata.
PRICE = Decimal("0.015")
PRICE_WITH_URL = Decimal("0.200")
PRICE_METADATA = Decimal("0.005")

# X OpenAPI 2.167, GET /2/users/{id}/tweets: max_results 5..100.
TIMELINE_PAGE = 100
# Ours: how far the platform's clock and ours may differ when looking for a post.
CLOCK_SKEW = timedelta(seconds=60)

# Ours: an OAuth 2.0 token lives two hours, its refresh token for months: what is missed is made up for at the
# next call. Half an hour is longer than one delivery takes.
RENEW_AHEAD = timedelta(minutes=30)

# Configuration v3 of twitter-text, checked 2026-11-23: weight 100 of scale 100 for these, 200 for the
# rest. Never NFC-sensitive, never an emoji, never invalid: what fits here counts one each.
_PLAIN = re.compile(r"[\x00-\x0c\x0e-\x7f\u2010-\u201f]*")
# Characters that twitter-text refuses, configuration v3, checked 2026-11-23.
_INVALID = re.compile("[\ufffe\ufeff\uffff]")
# A URL needs a dot with a letter directly behind it, where its top-level domain begins: "08.00" is none.
_INNER_DOT = re.compile(r"\.[A-Za-z\u0080-\U0010ffff]")
_PIECE = re.compile(r"[^ \n\t]+|[ \n\t][^ \n\t]*")
_WORD_ENDING = re.compile(r"\.[A-Z]")
_SHORT = 5  # letters of A.MD, which in capitals is a degree and no address
# What most links of an office look like. Such a piece is a URL in every reading of twitter-text, and the
# exact counter, which takes an eighth of a second to import, need not be asked.
_LABEL = r"[a-z0-9]{1,30}(?:-[a-z0-9]{1,30})?"
_USUAL_URL = re.compile(
    rf"[ \n\t]?https?://(?:{_LABEL}\.){{1,4}}(?:id|com|org|net)(?:/[a-z0-9_-]{{0,60}}[a-z0-9]){{0,8}}/?"
)
# Longer than any URL (4,096 at most in twitter-text 3.1, checked 2026-11-23) and too long for X however it is
# counted. The exact counter takes time by the square of it: seconds for what a stuck key leaves behind.
_NO_WORD = 10_000
URL = 23  # configuration v3 (transformedURLLength), checked 2026-11-23
_LOCK = Lock()


def weighted_length(text: str) -> int:
    """How long X takes `text` to be: URLs 23, an emoji 2, CJK 2, most letters 1; after NFC.

    Counted piece by piece (a URL or an emoji never spans white space), because the exact counter is
    slow and most pieces need none.
    """
    if _PLAIN.fullmatch(text) and not _INNER_DOT.search(text):
        return len(text)
    return sum(map(_piece_length, _pieces(text)))


def has_url(text: str) -> bool:
    """Whether X will see a URL in `text`; one without a scheme (`natunakab.go.id`) is one too."""
    if not _INNER_DOT.search(text):
        return False
    return any(_piece_has_url(piece) for piece in _pieces(text) if _INNER_DOT.search(piece))


def unmeant_links(text: str) -> list[str]:
    """What X will see as URLs although nobody writes one so: `M.Si`, or `selesai.Info` without its space.

    An ending such as `.Si` with a capital is a word; an address all in capitals is one all the same.
    """
    if not _INNER_DOT.search(text):
        return []
    found: dict[str, None] = {}
    for piece in _pieces(text):
        if _WORD_ENDING.search(piece) and len(piece) <= _NO_WORD:
            found.update(dict.fromkeys(filter(_is_word, _library().extract_urls(piece))))
    return list(found)


def _is_word(url: str) -> bool:
    ending = url.rpartition(".")[2]
    bare = "/" not in url and not ending.islower()
    return bare and (not url.isupper() or len(url) <= _SHORT)


def _pieces(text: str) -> list[str]:
    """The text in NFC, cut before each white space: what stands before a URL decides whether it is one."""
    normal = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return _PIECE.findall(normal)


def invalid_characters(text: str) -> list[str]:
    """The characters in `text` for which X refuses a post, as `U+FEFF`, each once."""
    return sorted({f"U+{ord(found):04X}" for found in _INVALID.findall(text)})


@lru_cache(maxsize=8192)
def _piece_length(piece: str) -> int:
    if _PLAIN.fullmatch(piece) and not _INNER_DOT.search(piece):
        return len(piece)
    if _USUAL_URL.fullmatch(piece):
        return URL + (piece[0] != "h")
    if len(piece) > _NO_WORD:
        return len(piece)
    library = _library()
    length: int = library.parse_tweet(piece).weightedLength
    return length - _bare_marks(piece, library)


def _bare_marks(piece: str, library: ModuleType) -> int:
    """How many © and ® of `piece` the library takes for emoji (2) though X does not (1).

    The emoji expression that twitter-text 3 uses asks for a variation selector behind these two;
    the library's list has them bare as well. Checked 2026-11-23.
    """
    found = [match.start() for match in re.finditer("[\u00a9\u00ae](?!\ufe0f)", piece)]
    if not found:
        return 0
    urls = [entity["indices"] for entity in library.extract_urls_with_indices(piece)]
    return sum(1 for at in found if not any(start <= at < end for start, end in urls))


@lru_cache(maxsize=8192)
def _piece_has_url(piece: str) -> bool:
    return bool(_USUAL_URL.fullmatch(piece) or len(piece) > _NO_WORD or _library().extract_urls(piece))


@cache
def _library() -> ModuleType:
    """twitter-text-parser, imported on first need."""
    with _LOCK, _resource_reader():
        import twitter_text
    module: ModuleType = twitter_text
    return module


@contextmanager
def _resource_reader() -> Iterator[None]:
    """A stand-in for `pkg_resources` while twitter-text-parser is imported.

    Version 3.0.0 reads its emoji list through that module, which setuptools 82 no longer has, and
    which costs 0.2 s to import where it is there.
    """
    if "pkg_resources" in sys.modules:
        yield
        return

    from importlib.resources import files

    def resource_string(module: str, name: str) -> bytes:
        return files(module.rpartition(".")[0]).joinpath(name).read_bytes()

    stand_in: Any = SimpleNamespace(resource_string=resource_string)
    sys.modules["pkg_resources"] = stand_in
    try:
        yield
    finally:
        sys.modules.pop("pkg_resources", None)
