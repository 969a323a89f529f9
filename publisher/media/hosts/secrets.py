"""Credentials of media hosts: named in schedule.yaml, never written there."""

from __future__ import annotations

import os
from pathlib import Path

from publisher.media.store import MediaStoreError
from publisher.texts import system_words


def secret(named: str, root: Path) -> str:
    """What `env:NAME` or `file:PATH` stands for.

    Args:
        root: of the workspace; paths are relative to it.

    Raises:
        MediaStoreError: there is none (`media.no_secret`).
    """
    kind, _, name = named.partition(":")
    if kind == "env":
        found = os.environ.get(name, "")
        words = ""
    else:
        try:
            found, words = (root / Path(name).expanduser()).read_text(encoding="utf-8").strip(), ""
        except OSError as error:
            found, words = "", system_words(error)
    if not found:
        raise MediaStoreError("media.no_secret", name=named, words=words)
    return found
