"""Takes values out of a YAML document and collects every problem with its line."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

from connectors.contract import Json, Problem, Severity
from publisher.config import values as kinds
from publisher.config.keys import FILE
from publisher.yaml_lines import YamlDocument

T = TypeVar("T")
D = TypeVar("D")


class Reader:
    """Takes values out of the document and collects every problem with its line."""

    def __init__(self, document: YamlDocument, file: str = FILE) -> None:
        self.document = document
        self.file = file
        self.problems: list[Problem] = []

    def problem(self, path: str, code: str, /, **values: Json) -> None:
        values = {"key": path, **values}
        found = Problem(code, Severity.ERROR, values, file=self.file, line=self.document.line(path))
        if found not in self.problems:  # what `defaults` says wrongly is read once per channel
            self.problems.append(found)

    def block(self, value: Json, path: str, known: Collection[str]) -> dict[str, Json]:
        """A mapping with known keys only."""
        if value is None:
            return {}
        if not isinstance(value, dict):
            self.problem(path, "config.not_block", value=kinds.shown(value))
            return {}
        for key in value:
            if key not in known:
                self.unknown(f"{path}.{key}" if path else key, key, known)
        return value

    def unknown(self, path: str, key: str, known: Collection[str]) -> None:
        meant = kinds.suggestion(key, known)
        code = "config.unknown_key_meant" if meant else "config.unknown_key"
        self.problem(path, code, meant=meant, known=", ".join(known))

    def take(self, block: Mapping[str, Json], path: str, parse: Callable[[Json], T], default: D) -> T | D:
        """The value of the last key in `path`; an empty one is the default."""
        value = block.get(path.rpartition(".")[2])
        return default if value is None else self.parsed(value, path, parse, default)

    def parsed(self, value: Json, path: str, parse: Callable[[Json], T], default: D) -> T | D:
        try:
            return parse(kinds.typed(value))
        except kinds.WrongValue as wrong:
            self.problem(path, wrong.code, **wrong.values)
            return default

    def items(self, block: Mapping[str, Json], path: str, parse: Callable[[Json], T]) -> tuple[T, ...]:
        """A list, each item parsed; a wrong item is a problem and left out."""
        value = block.get(path.rpartition(".")[2])
        if value is None:
            return ()
        if not isinstance(value, list):
            try:
                self.problem(path, "config.not_list", value=kinds.shown(kinds.typed(value)))
            except kinds.WrongValue as wrong:
                self.problem(path, wrong.code, **wrong.values)
            return ()
        found = []
        for number, item in enumerate(value):
            try:
                found.append(parse(kinds.typed(item)))
            except kinds.WrongValue as wrong:
                self.problem(f"{path}.{number}", wrong.code, **wrong.values)
        return tuple(found)
