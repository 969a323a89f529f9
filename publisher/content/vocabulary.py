"""The words that people write for keys, platforms and options, in Indonesian and English: one table each.

Reading turns them into the names that the code uses; whatever is not in a table stays as written.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from connectors import registry
from connectors.contract import Option
from publisher.model import Channel, is_all

_SAME: Mapping[str, str] = {
    "id": "id",
    "title": "title judul",
    "author": "author penulis",
    "date": "date tanggal",
    "publish_at": "publish_at publish terbit terbitkan terbit_pada terbit_tanggal "
    "waktu_terbit jadwal_terbit tanggal_terbit jam_terbit",
    "publish_after": "publish_after not_before terbit_setelah terbit_sesudah terbit_mulai",
    "publish_before": "publish_before not_after terbit_sebelum terbit_paling_lambat",
    "grace": "grace toleransi batas_terlambat",
    "channels": "channels channel kanal saluran",
    "link": "link tautan",
    "hashtags": "hashtags hashtag tagar tagars hestek",
    "media": "media foto gambar photo photos picture pictures image images video videos klip clip clips",
    "card": "card kartu",
    "fit": "fit bentuk_gambar bentuk_foto",
    "background": "background latar latar_gambar latar_foto warna_latar",
    "cover": "cover sampul thumbnail",
    "topic": "topic topik",
    "urgent": "urgent mendesak penting darurat",
    "draft": "draft konsep draf",
    "repeat": "repeat ulangi ulang",
    "corrects": "corrects meralat ralat_untuk",
    "sample": "sample contoh",
}
KEYS: Mapping[str, str] = {word: key for key, words in _SAME.items() for word in words.split()}
"""What may be written for a key, in lower case with underscores → the key."""

INNER: Mapping[str, str] = {
    "berkas": "file",
    "nama": "file",
    "keterangan": "alt",
    "teks_alternatif": "alt",
    "fokus": "focus",
}
"""Likewise within an entry of `media`."""

OPTIONS: Mapping[str, str] = {
    "teks": "text",
    "naskah": "text",
    "penempatan": "placement",
    "utas": "thread",
    "komentar_pertama": "first_comment",
    "tayangan": "slideshow",
    "detik_per_gambar": "slide_seconds",
    "lama_gambar": "slide_seconds",
    "siapa_boleh_membalas": "reply_settings",
    "dibuat_dengan_ai": "made_with_ai",
    "buatan_ai": "made_with_ai",
}
"""Likewise within the block of a platform, where the platform has such an option."""

PLACEMENTS: Mapping[str, str] = {
    "beranda": "feed",
    "cerita": "story",
    "pendek": "short",
    "reels": "reel",
    "reel": "reel",
    "story": "story",
    "short": "short",
    "shorts": "short",
}
"""Likewise for a placement, where the platform has it."""

FITS: Mapping[str, str] = {
    **dict.fromkeys(("pad", "utuh", "whole"), "pad"),
    **dict.fromkeys(("crop", "potong", "dipotong", "cut"), "crop"),
}
"""What may be written for the ways to bring a picture into another shape → the words of schedule.yaml."""
BACKGROUNDS: Mapping[str, str] = {
    **dict.fromkeys(("blur", "buram", "kabur"), "blur"),
    **dict.fromkeys(("brand", "warna kantor", "office colour", "office color"), "brand"),
}
"""Likewise for what is around a picture that stays whole; a colour stands for itself."""
COLOUR = re.compile(r"#[0-9a-f]{6}")

PHOTO = re.compile(r"(?:foto|gambar|photo|picture|image|video|klip|clip)_([1-9][0-9]?)")
"""A key in the form of `plain` that gives the alternative text of the picture or clip with that number."""
FOCUS = re.compile(r"(?:fokus|focus)(?:_([1-9][0-9]?))?")
"""Likewise one that says where the eye should rest in it; without a number: in the only one."""


def is_background(word: str) -> bool:
    """Whether a word in small letters says what is around a picture."""
    return word in BACKGROUNDS or COLOUR.fullmatch(word) is not None


def plain(written: str) -> str:
    """A key as the tables have it: lower case, underscores for spaces and hyphens."""
    return re.sub(r"[\s_-]+", "_", written.strip().lower())


def key_of(written: str) -> str | None:
    """The key, or the id of the platform, that is meant; `photo_2` for `Foto 2`, `focus_2`; None: none is."""
    if written in _SAME:
        return written
    word = plain(written)
    if word in KEYS:
        return KEYS[word]
    if photo := PHOTO.fullmatch(word):
        return f"photo_{photo[1]}"
    if focus := FOCUS.fullmatch(word):
        return f"focus_{focus[1]}" if focus[1] else "focus"
    return platform_of(written)


def platform_of(written: str) -> str | None:
    """The platform id meant by `IG`, `X`, `Facebook`, `twitter`, …; None: no platform.

    Ids, titles and nicknames are the rooms' own. Labels of schedule.yaml have to be asked first.
    """
    word = " ".join(written.lower().split())
    platforms = registry.platforms()
    if word in platforms:
        return word
    return _called().get(word)


@cache
def options_of(platform: str) -> Mapping[str, Option]:
    """The keys a post may give for a platform: `text` and `placement` everywhere, and the room's own."""
    room = registry.room(platform)
    common = (Option("text", "text"), Option("placement", "choice", choices=room.placements))
    return {option.name: option for option in (*common, *room.options) if "post" in option.where}


def _called() -> Mapping[str, str]:
    """Titles and nicknames of all rooms, in lower case → platform id; of two that share one, the first."""
    return {
        word: room.platform
        for room in reversed(registry.rooms())
        for word in (*room.nicknames, room.title.lower())
    }


def settled(facts: Mapping[str, Any]) -> bool:
    """Whether everything already has the names that the code uses: true of most posts, and quick to see."""
    return all(key in _SAME and type(value) is not dict and key != "media" for key, value in facts.items())


def inner(key: str, value: Any) -> Any:
    """The value of a key, the keys inside it (entries of `media`, the block of a platform) by their names."""
    if key == "media":
        entries = value if isinstance(value, list) else [value]
        named = [_renamed(entry, INNER) for entry in entries]
        return named if isinstance(value, list) else named[0]
    return _renamed(value, OPTIONS) if isinstance(value, dict) else value


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """Where two words mean the same, the second stays as written and is told to be unknown."""
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for word, one in value.items():
        name = names.get(plain(word), word)
        found[word if name in found or (name != word and name in value) else name] = one
    return found


def path(written: str, keys: Mapping[str, str]) -> str:
    """A dotted path under the names that the code uses.

    Args:
        keys: for the first piece of it.
    """
    head, dot, rest = written.partition(".")
    key = keys.get(head, head)
    if not dot:
        return key
    first, second, last = rest.rpartition(".")
    names = INNER if key == "media" else OPTIONS
    return f"{key}.{first}{second}{names.get(plain(last), last)}"


def channels_named(word: str, channels: Sequence[Channel]) -> list[Channel]:
    """The channels that a word of `channels` means: those of that label, else of that platform, else all.

    All is `semua` or `all`; an empty list: the word means none of them.
    """
    plainly = word.strip(" .").lower()
    labelled = [channel for channel in channels if channel.label.lower() == plainly]
    if labelled:
        return labelled
    platform = platform_of(plainly)
    of_platform = [channel for channel in channels if channel.platform == platform]
    return of_platform or (list(channels) if is_all(word) else [])


def channel_meant(word: str, channels: Sequence[Channel]) -> str:
    """The name of the platform that a word under `channels` was probably meant to be; empty: none."""
    from difflib import get_close_matches

    rooms = [registry.room(channel.platform) for channel in channels]
    names = {name.lower(): room.title for room in rooms for name in (room.title, *room.nicknames)}
    near = get_close_matches(word.lower(), [name for name in names if len(name) > 3], n=1, cutoff=0.7)
    return names[near[0]] if near else ""


def misspelt(written: str, known: Mapping[str, str]) -> str | None:
    """The known word that this is one slip of the finger away from: a letter too many, missing, or swapped.

    Another letter in its place counts only in longer words: `Kapal` is no misspelt `Kanal`.
    """
    word = plain(written)
    return next((right for right in known if len(right) > 3 and _one_slip(word, right)), None)


def _one_slip(word: str, right: str) -> bool:
    if word == right or abs(len(word) - len(right)) > 1:
        return False
    start = next((i for i, (a, b) in enumerate(zip(word, right, strict=False)) if a != b), len(right))
    rest, wanted = word[start:], right[start:]
    if len(word) != len(right):
        return rest[1:] == wanted or rest == wanted[1:]
    swapped = rest[:2] == wanted[1::-1] and rest[2:] == wanted[2:]
    return swapped or (len(right) > 5 and rest[1:] == wanted[1:])
