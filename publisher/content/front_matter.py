"""Front matter that people write without knowing YAML: what can mean one thing only is quoted for them."""

from __future__ import annotations

import re

from publisher.content import vocabulary

# `title: …`, also as an entry of a list. Word turns the space after a colon into one that does not break.
_KEY = re.compile(r"( *(?:- +)?)([^\W\d_][\w -]*?)[ \u00a0]*:(?:[ \u00a0]+(\S.*?))?\s*")
_ITEM = re.compile(r"( *- +)(#\S+)\s*")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
"""To YAML a comment, and then nothing is said."""
_TAG_LIST = re.compile(r"\[([^\"'\[\]{}]*#[^\"'\[\]{}]*)\]")


def mended(front: str) -> str:
    """The same lines, values quoted that YAML would misread and that mean one thing only.

    `title: Ralat: tanggal`, `title: *BANJIR*`, `author: @humas`, `hashtags: #Natuna #PPID`. Blocks and
    texts of several lines stay as they are.
    """
    lines = front.split("\n")
    inside, tags = -1, False
    for number, line in enumerate(lines):
        indent = len(line) - len(line.lstrip(" "))
        if not line.strip() or (inside >= 0 and indent > inside):
            continue
        inside = -1
        if tags and (item := _ITEM.fullmatch(line)):
            lines[number] = f"{item[1]}{_quoted(item[2])}"
        match = _KEY.fullmatch(line)
        if match is None:
            tags = tags and line.lstrip().startswith("-")
            continue
        before, word, value = match.groups()
        tags = vocabulary.KEYS.get(vocabulary.plain(word)) == "hashtags"
        if not value:
            continue
        inside = len(before)
        after = lines[number + 1] if number + 1 < len(lines) else ""
        goes_on = bool(after.strip()) and len(after) - len(after.lstrip(" ")) > inside
        if not goes_on:
            lines[number] = f"{before}{word}: {_value(value, tags)}"
    return "\n".join(lines)


def _value(value: str, tags: bool) -> str:
    if tags and (listed := _TAG_LIST.fullmatch(value)):
        return _quoted(listed[1])
    if tags and value.startswith("#"):
        return _quoted(value)
    if _COLOUR.fullmatch(value):
        return _quoted(value)
    if " #" in value or value[0] in "[{|>&!%`":
        return value
    half_quoted = value[0] in "\"'" and value.count(value[0]) == 2 and value[-1] != value[0]
    if half_quoted or value[0] in "*@":
        return _quoted(value)
    if value[0] not in "\"'#" and (": " in value or value.endswith(":")):
        return _quoted(value)
    return value


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
