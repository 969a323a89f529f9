"""Remembers what schedule.yaml holds: loading what reads YAML takes longer than reading it."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from publisher import remembered
from publisher.yaml_lines import VERSION, YamlDocument, load_yaml

OWN = ".publisher"
"""The folder of the workspace that is the program's own; nothing is remembered where it has none yet."""
FILE = Path(OWN, "cache", "settings")


def document_of(text: str, root: Path) -> YamlDocument:
    """The document that a text is, as `load_yaml` gives it.

    Raises:
        YamlError: it is none; that is never remembered.
    """
    about = {"version": VERSION, "settings": sha256(text.encode()).hexdigest()}
    file = root / FILE
    known = remembered.recall(file, about)
    if known is not None:
        return YamlDocument(*known)
    document = load_yaml(text)
    if (root / OWN).is_dir():
        remembered.keep(file, about, lambda now: (document.data, document.lines, document.raw))
    return document
