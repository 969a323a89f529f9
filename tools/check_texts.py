"""Every text people read is in both catalogues: `make check` fails where one is missing, idle or bypassed.

Found in the source are all message ids, also those put together (`t(f"preview.state_{state}")`);
in the catalogues all ids and their placeholders; and words that are printed without a catalogue.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter

from babel.messages.pofile import read_po

LANGUAGES = ("en", "id")
ID = re.compile(r"[a-z][a-z0-9_]*(\.[a-zA-Z0-9_-]+)+")
SAID = re.compile(r'\b(?:t|say)\("([a-z]+\.[a-z_]+)"')
NOT_IDS = frozenset({"schedule.yaml", "schedule.yml", "schedule.json", "log.db"})
"""Literals that look like message ids."""
ADDRESSES = (".com", ".net")
"""A room's domains look like its messages."""
ADVISED = frozenset(
    {"Problem", "TextError", "BadValue", "ReadError", "MediaError", "Flaw", "ConfigError", "tell"}
)
"""What is made of a problem's code: these messages need advice, `<code>.fix`."""
FORMATS = frozenset(
    {"", "n", "02", "size", "usd", "decimal", "when", "day", "clock", "zone", "seconds", "minutes"}
    | {"feature", "message", "words"}
)
"""How a placeholder may be written (publisher/texts/amounts.py)."""
SPOKEN = frozenset({"print", "write", "line", "heading", "hanging", "info", "warning", "error"})
"""Calls whose words reach a terminal or the server's log; `exception` and `debug` speak to developers."""
SHOWN = frozenset({"help", "description", "epilog"})
"""Arguments of argparse that people read."""
SILENT = ("simulator", "sandbox", "mockup", "oracle")
"""Modules (by the beginning of their name) that speak a platform's words, or to developers only."""
WORDS = re.compile(r"[^\W\d_]{2,}\s+[^\W\d_]{2,}")
"""Two words in a row: a sentence, or a piece of one."""


@dataclass
class Catalogue:
    """The messages of one language: id → text, and which file holds each."""

    texts: dict[str, str] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)


@dataclass
class Used:
    """What the source names.

    Attributes:
        ids: id → where it stands.
        advised: ids that are codes of problems.
        built: patterns of ids that are put together.
    """

    ids: dict[str, str] = field(default_factory=dict)
    advised: set[str] = field(default_factory=set)
    built: list[re.Pattern[str]] = field(default_factory=list)


def check(root: Path) -> list[str]:
    """Every fault of the texts below a folder, with its place; empty: none."""
    faults: list[str] = []
    catalogues = {language: _read(root, language, faults) for language in LANGUAGES}
    domains = {message.partition(".")[0] for message in catalogues["en"].texts}
    used = Used()
    for path in _sources(root):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        _collect(tree, path.relative_to(root), domains, used)
        faults += _bypassing(tree, path.relative_to(root))
    for path in sorted(root.glob("templates/**/*.j2")):
        for found in ID.finditer(path.read_text(encoding="utf-8")):
            if found[0] in NOT_IDS:
                continue
            used.ids.setdefault(found[0], str(path.relative_to(root)))
    for path in sorted([*root.glob("publisher/**/*.html.j2"), *root.glob("connectors/**/*.html.j2")]):
        _collect_page(path.read_text(encoding="utf-8"), str(path.relative_to(root)), used)
    faults += _between(catalogues)
    faults += _missing(used, catalogues, domains)
    faults += _idle(used, catalogues["en"], root)
    return sorted(faults)


def _sources(root: Path) -> list[Path]:
    found = (path for top in ("publisher", "connectors") for path in (root / top).rglob("*.py"))
    return sorted(path for path in found if "migrations" not in path.parts)


# ── Catalogues ───────────────────────────────────────────────────────────────


def _read(root: Path, language: str, faults: list[str]) -> Catalogue:
    """All messages of one language; what is wrong with a file by itself is noted."""
    files = [
        *sorted((root / "publisher" / "locale" / language).glob("*.po")),
        *sorted(root.glob(f"connectors/*/locale/{language}.po")),
    ]
    made = Catalogue()
    for path in files:
        domain = path.stem if path.parent.name == language else path.parents[1].name
        with path.open("rb") as lines:
            messages = [message for message in read_po(lines, abort_invalid=True) if message.id]
        for message in messages:
            name, text, place = str(message.id), str(message.string), f"{path.relative_to(root)}"
            if name.partition(".")[0] != domain:
                faults.append(f"{place}: {name} belongs into another file")
            if name in made.texts:
                faults.append(f"{place}: {name} stands in {made.files[name].relative_to(root)} too")
            if not text.strip():
                faults.append(f"{place}: {name} has no words")
            faults += [f"{place}: {name}: {what}" for what in _bad_formats(text)]
            made.texts[name], made.files[name] = text, path
    return made


def _fields(text: str) -> set[tuple[str, str]]:
    """Names and formats of all placeholders; those inside a format too, as in `{at:when {zone}}`."""
    found = set()
    for _, name, form, _ in Formatter().parse(text):
        if name is not None:
            found.add((name, (form or "").partition(" ")[0]))
            found |= _fields(form or "")
    return found


def _bad_formats(text: str) -> Iterator[str]:
    try:
        fields = _fields(text)
    except ValueError as error:
        yield f"cannot be filled ({error})"
        return
    for name, form in sorted(fields):
        if form not in FORMATS:
            yield f"{{{name}:{form}}} is written in no form that publisher/texts knows"


def _between(catalogues: dict[str, Catalogue]) -> Iterator[str]:
    """What one language has and another lacks: messages, placeholders."""
    first, second = (catalogues[language].texts for language in LANGUAGES)
    for name in sorted(set(first) ^ set(second)):
        lacking = LANGUAGES[1] if name in first else LANGUAGES[0]
        yield f"{name}: missing in {lacking}"
    for name in sorted(set(first) & set(second)):
        try:
            one, other = ({field for field, _ in _fields(texts[name])} for texts in (first, second))
        except ValueError:
            continue  # told already
        if one != other:
            yield f"{name}: {{{', '.join(sorted(one ^ other))}}} stands in one language only"


# ── Source ───────────────────────────────────────────────────────────────────


def _collect(tree: ast.AST, path: Path, domains: set[str], used: Used) -> None:
    """Note every message id that a module names or puts together."""
    heads = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in heads and _names(node.value, path, domains):
            used.ids.setdefault(str(node.value), f"{path}:{node.lineno}")
        elif isinstance(node, ast.Constant) and _is_head(node.value, domains):
            used.built.append(re.compile(re.escape(str(node.value)) + ".+"))
        elif isinstance(node, ast.JoinedStr) and (pattern := _pattern(node, path, domains)):
            used.built.append(pattern)
        if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
            name, value = _called(node), node.args[0].value
            if name in ADVISED and _names(value, path, domains):
                used.advised.add(str(value))


def _collect_page(html: str, place: str, used: Used) -> None:
    """Note the ids that a page says: `t("preview.code")`, or the beginning of several, `"…_" ~ name`."""
    for found in SAID.finditer(html):
        if found[1].endswith("_"):
            used.built.append(re.compile(re.escape(found[1]) + ".+"))
        else:
            used.ids.setdefault(found[1], place)


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "id", getattr(node.func, "attr", "")))


def _names(literal: object, path: Path, domains: set[str]) -> bool:
    """Whether a literal is written like a message id that the file may name (rooms: theirs, and `room`)."""
    if not isinstance(literal, str) or not ID.fullmatch(literal) or literal in NOT_IDS:
        return False
    if literal.endswith(ADDRESSES):
        return False
    domain = literal.partition(".")[0]
    if path.parts[0] == "connectors":
        own = domain in (path.parent.name, "room") or (len(path.parts) == 2 and domain in domains)
        return own and not path.name.startswith(SILENT)
    return domain in domains and not literal.endswith((".", "_"))


def _begins(literal: object, domains: set[str]) -> bool:
    return isinstance(literal, str) and "." in literal and literal.partition(".")[0] in domains


def _is_head(literal: object, domains: set[str]) -> bool:
    """Whether a literal is the beginning of ids, as `content.name_` is."""
    if not isinstance(literal, str) or not literal.endswith("_"):
        return False
    return literal.partition(".")[0] in domains and ID.fullmatch(literal) is not None


def _pattern(node: ast.JoinedStr, path: Path, domains: set[str]) -> re.Pattern[str] | None:
    """An f-string that begins with a domain, as a pattern of the ids it can make."""
    first = node.values[0] if node.values else None
    open_head = isinstance(first, ast.FormattedValue)
    if not open_head and not (isinstance(first, ast.Constant) and _begins(first.value, domains)):
        return None
    pieces = [re.escape(str(v.value)) if isinstance(v, ast.Constant) else r"[\w.-]+" for v in node.values]
    if open_head:  # f"{domain}.name": of the room or module it stands in
        second = node.values[1] if len(node.values) > 1 else None
        if not (isinstance(second, ast.Constant) and re.match(r"\.[a-z_]", str(second.value))):
            return None
        if not re.fullmatch(r"\.[a-z_.]+", str(second.value)) or str(second.value) == ".fix":
            return None
    return re.compile("".join(pieces))


def _bypassing(tree: ast.AST, path: Path) -> Iterator[str]:
    """Words that are printed, logged or shown as help without a catalogue."""
    if path.parts[0] == "connectors":
        return  # below the texts: rooms speak in codes, and their log is for developers
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        said = [*node.args] if _called(node) in SPOKEN else []
        said += [keyword.value for keyword in node.keywords if keyword.arg in SHOWN]
        for text in (text for argument in said for text in _literals(argument)):
            if WORDS.search(text):
                yield f"{path}:{node.lineno}: words of no catalogue: {text!r}"


def _literals(node: ast.AST) -> Iterator[str]:
    """The literal pieces of an argument; calls inside it speak for themselves."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr | ast.BinOp | ast.IfExp):
        for child in ast.iter_child_nodes(node):
            yield from _literals(child)


# ── Source against catalogues ────────────────────────────────────────────────


def _missing(used: Used, catalogues: dict[str, Catalogue], domains: set[str]) -> Iterator[str]:
    for name, place in sorted(used.ids.items()):
        wanted = [name, f"{name}.fix"] if name in used.advised else [name]
        for each in wanted:
            lacking = [language for language in LANGUAGES if each not in catalogues[language].texts]
            if lacking and each.partition(".")[0] in domains:
                yield f"{place}: {each} is missing in {', '.join(lacking)}"


def _idle(used: Used, catalogue: Catalogue, root: Path) -> Iterator[str]:
    for name in sorted(catalogue.texts):
        base = name.removesuffix(".fix")
        if base in used.ids or name in used.ids:
            continue
        if any(pattern.fullmatch(name) or pattern.fullmatch(base) for pattern in used.built):
            continue
        yield f"{catalogue.files[name].relative_to(root)}: {name} is used nowhere"


def main() -> int:
    """Print every fault; 1 if there is one."""
    faults = check(Path(__file__).parents[1])
    sys.stdout.write("".join(f"{fault}\n" for fault in faults))
    sys.stdout.write(f"texts: {len(faults) or 'no'} faults\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
