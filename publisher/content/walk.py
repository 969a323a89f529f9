"""Finds what is a post in content/ and which files belong to it, by names and stats alone; opens nothing."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, field

from connectors.contract import Severity
from publisher.content.folders import Folders
from publisher.content.found import (
    DOCUMENTS,
    PICTURES,
    TEXTS,
    Borders,
    File,
    Flaw,
    Found,
    shown_name,
    stamp_of,
)
from publisher.content.listing import SAMPLE_MARK, Listing, lone_text
from publisher.texts import system_words

MAX_DEPTH = 24


@dataclass
class Walk:
    """All that one walk over content/ found.

    Attributes:
        loose: pictures in folders without a text, by folder.
        folders: paths of posts that are folders and have folders in them.
        unread: folders that could not be listed.
        missing: content/ itself could not be listed.
    """

    found: list[Found] = field(default_factory=list)
    loose: dict[str, list[File]] = field(default_factory=dict)
    folders: set[str] = field(default_factory=set)
    flaws: list[Flaw] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    missing: bool = False


def walk(content: str, borders: Borders, folders: Folders, failed: Callable[[Exception, str], Flaw]) -> Walk:
    """Look through content/ once; problems become flaws, never exceptions.

    Args:
        failed: gives the flaw of a folder that the program itself fails over.
    """
    result = Walk()
    folders.begin()
    waiting = [("", 0, False)]
    while waiting:
        folder, depth, sample = waiting.pop()
        try:
            names = folders.names(folder, f"{content}/{folder}")
        except OSError as error:
            result.missing = result.missing or not folder
            result.unread.append(folder)
            result.flaws.append(_unlisted(folder, error))
            continue
        try:
            if (post := lone_text(folder, names, content, sample)) is not None:
                result.found.append(post)
                continue
            listing = Listing(folder, sample)
            listing.fill(names, content, borders)
            posts = listing.posts()
        except Exception as error:  # a name that nobody thought of: other folders are read
            result.missing = result.missing or not folder
            result.unread.append(folder)
            result.flaws.append(failed(error, folder))
            continue
        if depth < MAX_DEPTH:
            waiting.extend((below, depth + 1, listing.sample) for below in listing.folders)
        elif listing.folders:
            result.unread.extend(listing.folders)
            result.flaws.append(
                Flaw("content.too_deep", Severity.ERROR, listing.folders[0], {"depth": MAX_DEPTH})
            )
        result.found.extend(posts)
        result.unread.extend(listing.unread)
        if not listing.is_post:
            result.flaws.extend(listing.flaws)
        elif listing.folders:
            result.folders.add(folder)
        if listing.pictures and not listing.is_post:
            result.loose[folder] = listing.pictures
    folders.end()
    result.found.sort(key=_path)
    return result


_path = operator.attrgetter("path")


def _unlisted(folder: str, error: OSError) -> Flaw:
    code = "content.folder_unreadable" if folder else "content.missing"
    return Flaw(code, Severity.ERROR, folder, {"reason": system_words(error)})


__all__ = [
    "DOCUMENTS",
    "MAX_DEPTH",
    "PICTURES",
    "SAMPLE_MARK",
    "TEXTS",
    "Borders",
    "File",
    "Flaw",
    "Found",
    "Walk",
    "shown_name",
    "stamp_of",
    "walk",
]
