"""JSON Schemas of schedule.yaml, front matter and designs of cards, made for editors from our own tables.

They lie in the workspace, in `schema/`, so that an editor needs no network. Descriptions are in the
workspace's language. What only the program can know (whether a file exists, a weekday matches its
date) they leave to `publisher check`.
"""

from __future__ import annotations

import json
from pathlib import Path

from connectors.contract import Json
from publisher import texts
from publisher.schema.card import card_schema
from publisher.schema.post import post_schema
from publisher.schema.schedule import schedule_schema

FOLDER = "schema"
__all__ = ["FOLDER", "card_schema", "post_schema", "schedule_schema", "schemas", "write"]


def schemas(language: str) -> dict[str, Json]:
    """File name → schema, with descriptions in a language."""
    before = texts.language()
    texts.use(language)
    try:
        return {"schedule.json": schedule_schema(), "post.json": post_schema(), "card.json": card_schema()}
    finally:
        texts.use(before)


def write(root: Path, language: str) -> list[Path]:
    """Write them into the workspace, over what an older version wrote.

    Returns:
        The files that changed, relative to the workspace.
    """
    folder = root / FOLDER
    folder.mkdir(exist_ok=True)
    changed = []
    for name, schema in schemas(language).items():
        text = json.dumps(schema, ensure_ascii=False, indent=1) + "\n"
        file = folder / name
        if not file.is_file() or file.read_text(encoding="utf-8") != text:
            file.write_text(text, encoding="utf-8")
            changed.append(Path(FOLDER) / name)
    return changed
