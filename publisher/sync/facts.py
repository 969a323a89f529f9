"""What is known of a picture or clip of a post: read from the very bytes that the post holds the hash of."""

from __future__ import annotations

import os

from connectors.contract import MediaFacts
from publisher.content.files import CHANGED
from publisher.content.found import stamp_of
from publisher.media import inspect
from publisher.media.inspect import MediaError
from publisher.model import PostMedia


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


def _moved(media: PostMedia) -> bool:
    """Whether the file is another than when it was hashed, or was written to since."""
    try:
        return bool(media.stamp) and stamp_of(os.lstat(media.path)) != media.stamp
    except OSError:
        return True
