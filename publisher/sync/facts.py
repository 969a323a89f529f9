"""What is known of a picture or clip of a post: read from the very bytes that the post holds the hash of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace

from connectors.contract import MediaFacts, Problem, Severity
from publisher.content.files import CHANGED
from publisher.content.found import stamp_of
from publisher.media import formats, inspect
from publisher.media.inspect import MediaError
from publisher.model import Post, PostMedia


def facts_of(media: PostMedia) -> MediaFacts:
    """Its facts.

    Between hash and facts staff may save again, or a copy may go on: a recipe for the new picture would then
    be followed on the old one. Of pictures and captions the bytes themselves are held against the hash; a
    clip is never read whole here, so its file must have stood still since it was hashed.

    Raises:
        MediaError: it cannot be used, or is not what was hashed (`CHANGED`).
    """
    try:
        found = inspect.facts(media.path, media.name, media.source)
    except MediaError as error:
        if error.message != "media.missing" and _moved(media):
            raise MediaError(CHANGED, name=media.name) from error  # cut off, say: it is being written
        raise
    if found.clip is not None and _moved(media):
        raise MediaError(CHANGED, name=media.name)
    return found


def told_of(media: PostMedia, facts: MediaFacts, post: Post) -> Iterator[Problem]:
    """What staff should know of a picture that nobody gets as it is."""
    if facts.mime not in _CONVERTED:
        return
    told = [Problem("media.converted", Severity.NOTICE, {"kind": inspect.kind_name(facts.mime)})]
    if facts.frames > 1:
        told.append(Problem("media.pages", Severity.WARNING, {"pages": facts.frames}))
    for one in told:
        values = {"name": media.name, **one.values}
        yield replace(one, values=values, post=post.path, file=post.file, line=media.line)


_CONVERTED = (formats.TIFF, formats.BMP)


def _moved(media: PostMedia) -> bool:
    """Whether the file is another than when it was hashed, or was written to since."""
    try:
        return bool(media.stamp) and stamp_of(os.lstat(media.path)) != media.stamp
    except OSError:
        return True
