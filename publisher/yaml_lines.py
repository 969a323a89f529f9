"""Strict YAML with the line of every key: read by config (schedule.yaml) and content (front matter)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from connectors.contract import Json
from publisher.errors import PublisherError

MAX_DEPTH = 20

VERSION = 1
"""Raise it whenever the same text gives another document: some are remembered (`config/kept.py`)."""

_INT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\.[0-9]{1,17}")
# After the colon of a key, or as indentation: how Word and web pages keep words together.
_FIXED_SPACE = re.compile(r"^[\s-]*\u00a0|:\u00a0")
_WORDS: Mapping[str, Json] = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "True": True,
    "false": False,
    "False": False,
}


# What libyaml says when the end of something is missing → our words; said of where it begins.
_OPENED = {
    ("while parsing a flow sequence", "did not find expected ',' or ']'"): "yaml.bracket",
    ("while parsing a flow mapping", "did not find expected ',' or '}'"): "yaml.bracket",
    ("while scanning a quoted scalar", "found unexpected end of stream"): "yaml.quotation",
}


class YamlError(PublisherError):
    """The text is not YAML as we take it; `line` (from 1) is in the values too.

    Codes: `yaml.syntax yaml.bracket yaml.quotation yaml.tab yaml.space yaml.colon yaml.character
    yaml.duplicate_key yaml.alias yaml.tag yaml.key yaml.too_deep yaml.second_document`.
    """

    def __init__(self, message: str, line: int, **values: Json) -> None:
        super().__init__(message, line=line, **values)
        self.line = line


@dataclass(frozen=True, slots=True)
class YamlDocument:
    """One YAML document: dict, list, str, bool, None; int and float only for plain decimal numbers.

    Attributes:
        lines: line (from 1) of each dotted key (`twitter.thread`) and list item (`media.0`); `""` is the top.
        raw: for numbers, bools and nulls, what was written, so that a title `1.10` is not lost as 1.1.
    """

    data: Json
    lines: Mapping[str, int]
    raw: Mapping[str, str]

    def line(self, key: str) -> int:
        """Line of a dotted key, or of the nearest key above it that has one."""
        while key not in self.lines:
            key = key.rpartition(".")[0]
        return self.lines[key]


def load_yaml(text: str, first_line: int = 1) -> YamlDocument:
    """Read one document; no aliases, tags, duplicate keys, dates, sexagesimals or yes/no.

    Args:
        text: without a byte order mark.
        first_line: line in the file at which `text` starts.

    Raises:
        YamlError: with the line and what is wrong.
    """
    import yaml

    builder = _Builder(first_line)
    try:
        return builder.document(_events(text))
    except yaml.reader.ReaderError as error:
        line = first_line + text.count("\n", 0, error.position)
        code = error.character if isinstance(error.character, int) else ord(str(error.character)[:1] or "\0")
        raise YamlError("yaml.character", line, character=f"U+{code:04X}") from None
    except yaml.MarkedYAMLError as error:
        raise _syntax_error(error, text, first_line) from None


def _events(text: str) -> Iterator[Any]:
    import yaml

    loader = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader
    events: Iterator[Any] = yaml.parse(text, Loader=loader)
    return events


def _syntax_error(error: Any, text: str, first_line: int) -> YamlError:
    mark = error.problem_mark or error.context_mark
    lines = text.splitlines()
    at = min(mark.line if mark else 0, max(len(lines) - 1, 0))  # it may be found out only behind the end
    written = lines[at] if lines else ""
    words = error.problem or str(error)
    opened = _OPENED.get((error.context or "", words))
    if opened and error.context_mark:
        return YamlError(opened, first_line + error.context_mark.line)
    if "\t" in written[: len(written) - len(written.lstrip())]:
        return YamlError("yaml.tab", first_line + at)
    if _FIXED_SPACE.search(written):
        return YamlError("yaml.space", first_line + at)
    if "mapping values are not allowed" in words:
        return YamlError("yaml.colon", first_line + at, text=written.strip()[:80])
    return YamlError("yaml.syntax", first_line + at, words=words)


class _Builder:
    """Turns parser events into data; a class because every step adds to `lines` and `raw`."""

    def __init__(self, first_line: int) -> None:
        self.first_line = first_line
        self.lines: dict[str, int] = {"": first_line}
        self.raw: dict[str, str] = {}

    def document(self, events: Iterator[Any]) -> YamlDocument:
        from yaml import events as kinds

        data: Json = None
        seen = False
        for event in events:
            if isinstance(event, kinds.DocumentStartEvent):
                if seen:
                    raise YamlError("yaml.second_document", self._line(event))
                seen = True
                first = next(events)
                self.lines[""] = self._line(first)
                data = self._value(first, events, "", 0)
        return YamlDocument(data, self.lines, self.raw)

    def _line(self, event: Any) -> int:
        return self.first_line + int(event.start_mark.line)

    def _value(self, event: Any, events: Iterator[Any], path: str, depth: int) -> Json:
        kind = type(event).__name__
        if kind == "AliasEvent" or event.anchor is not None:
            raise YamlError("yaml.alias", self._line(event), name=event.anchor)
        if event.tag is not None:
            raise YamlError("yaml.tag", self._line(event), tag=event.tag)
        if depth > MAX_DEPTH:
            raise YamlError("yaml.too_deep", self._line(event), depth=MAX_DEPTH)
        if kind == "ScalarEvent":
            return self._scalar(event, path)
        if kind == "SequenceStartEvent":
            return self._sequence(events, path, depth)
        return self._mapping(events, path, depth)

    def _sequence(self, events: Iterator[Any], path: str, depth: int) -> list[Json]:
        found: list[Json] = []
        while type(event := next(events)).__name__ != "SequenceEndEvent":
            here = f"{path}.{len(found)}" if path else str(len(found))
            self.lines[here] = self._line(event)
            found.append(self._value(event, events, here, depth + 1))
        return found

    def _mapping(self, events: Iterator[Any], path: str, depth: int) -> dict[str, Json]:
        found: dict[str, Json] = {}
        while type(event := next(events)).__name__ != "MappingEndEvent":
            key = self._key(event)
            here = f"{path}.{key}" if path else key
            if key in found:
                raise YamlError("yaml.duplicate_key", self._line(event), key=key, first=self.lines[here])
            self.lines[here] = self._line(event)
            found[key] = self._value(next(events), events, here, depth + 1)
        return found

    def _key(self, event: Any) -> str:
        if type(event).__name__ != "ScalarEvent" or not event.value:
            raise YamlError("yaml.key", self._line(event))
        if event.anchor is not None:
            raise YamlError("yaml.alias", self._line(event), name=event.anchor)
        if event.tag is not None:
            raise YamlError("yaml.tag", self._line(event), tag=event.tag)
        return str(event.value)

    def _scalar(self, event: Any, path: str) -> Json:
        text = str(event.value)
        if event.style:  # quoted or a block: always text
            return text
        value: Json = text
        if text in _WORDS:
            value = _WORDS[text]
        elif _INT.fullmatch(text):
            value = int(text)
        elif _FLOAT.fullmatch(text):
            value = float(text)
        else:
            return text
        self.raw[path] = text
        return value
