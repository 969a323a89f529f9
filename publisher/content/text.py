"""Bytes of a text file → its facts and its body; a reader per kind of file, all giving a `Draft`."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from connectors.contract import Json, Severity
from publisher.content import days, first_lines, front_matter, pasted, vocabulary
from publisher.opening import opening
from publisher.yaml_lines import YamlDocument, YamlError, load_yaml

MAX_BYTES = 1_000_000
"""Of a text file. The longest thing a person posts is a few thousand characters."""

MAX_FACTS = 64_000
"""Characters of front matter."""

Value = str | None | list["Value"] | dict[str, "Value"]
"""A fact as written: texts, lists and blocks of texts; None where nothing was written."""


Note = tuple[str, Severity, int | None, dict[str, Json]]
"""Code, severity, line, values of what was noticed on the way."""


class TextError(Exception):
    """The text cannot be read: a code, the line (from 1; None: the file as a whole) and the values."""

    def __init__(self, code: str, line: int | None = None, **values: Json) -> None:
        super().__init__(code)
        self.code = code
        self.line = line
        self.values = values


@dataclass(frozen=True)
class Embedded:
    """A picture inside a text file: its bytes as they lie there, and a name for messages."""

    name: str
    data: bytes
    alt: str = ""
    line: int | None = None


@dataclass
class Draft:
    """A text as read, its facts not yet understood.

    Attributes:
        facts: key → value as written; aliases of keys are resolved, unknown keys stand as written.
        lines: line of each dotted key (`twitter.thread`, `media.0`), from 1.
        written: key → how it was written (`Terbit`), for messages.
        title: from `# Title` on the first line of the body.
        notes: what was noticed on the way.
        pictures: those that lie in the text file itself (.docx), in order.
    """

    body: str
    body_line: int
    facts: Mapping[str, Value] = field(default_factory=dict)
    lines: dict[str, int] = field(default_factory=dict)
    title: str | None = None
    title_line: int = 0
    notes: list[Note] = field(default_factory=list)
    pictures: list[Embedded] = field(default_factory=list)
    written: dict[str, str] = field(default_factory=dict)

    def line(self, key: str) -> int | None:
        """Line of a dotted key, or of the nearest above it."""
        while key and key not in self.lines:
            key = key.rpartition(".")[0]
        return self.lines.get(key)


def read_plain(data: bytes) -> Draft:
    """A `.md` or `.txt`: front matter between `---` if it has any, then the body exactly as typed.

    Raises:
        TextError: nothing of it may be posted.
    """
    text, guessed_at = decode(data)
    draft = draft_of(text)
    if guessed_at:
        draft.notes.append(("content.encoding_guessed", Severity.WARNING, guessed_at, {}))
    return draft


def draft_of(text: str) -> Draft:
    r"""The facts and the body of a text, whatever kind of file it was read from; `\n` is its line break.

    Raises:
        TextError: nothing of it may be posted.
    """
    _refuse_control_characters(text)
    if not text.strip():
        raise TextError("content.empty")
    document, body, body_line = _split(text)
    draft = _titled(body, body_line)
    if document is not None:
        draft.facts, draft.lines, draft.written = _named(*_facts(document))
    else:
        draft = _with_first_lines(draft)
    draft.notes.extend(_noticed(draft, strict=document is None))
    return draft


def read_word(data: bytes) -> Draft:
    """A `.docx`, by the reader that is only loaded when there is one.

    Raises:
        TextError: nothing of it may be posted.
    """
    from publisher.content.docx import read_docx

    return read_docx(data)


READERS: Mapping[str, Callable[[bytes], Draft]] = {"md": read_plain, "txt": read_plain, "docx": read_word}
"""Suffix → reader; a further kind of file is a further line."""


# ── Bytes to text ────────────────────────────────────────────────────────────


def decode(data: bytes) -> tuple[str, int | None]:
    r"""The text with `\n` as its only line break, and the line at which Windows-1252 had to be guessed.

    Raises:
        TextError: not text in any encoding that Windows programs write.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            return _one_break(data.decode("utf-16")), None
        except UnicodeDecodeError:
            raise TextError("content.encoding", 1) from None
    if (nul := data.find(0)) >= 0:
        raise TextError("content.nul", _line_at(data, nul))
    try:
        return _one_break(data.decode("utf-8-sig")), None
    except UnicodeDecodeError as error:
        line = _line_at(data, error.start)
    try:
        return _one_break(data.decode("cp1252")), line
    except UnicodeDecodeError as error:
        raise TextError("content.encoding", _line_at(data, error.start)) from None


def _one_break(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _line_at(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")


def _refuse_control_characters(text: str) -> None:
    match = _CONTROL.search(text)
    if match:
        line = text.count("\n", 0, match.start()) + 1
        raise TextError("content.control", line, character=f"U+{ord(match.group()):04X}")


# ── Text to front matter and body ────────────────────────────────────────────

# White space, and what takes no room at all: neither may hide the dashes from us.
_UNSEEN = f"\n{first_lines.UNSEEN}"
_DASHES = re.compile(r"(?:[-‐‑‒–—―−]{2,}|[‒–—―−])\s*")
_NEEDS_QUOTES = re.compile(r"\s*(?:- +)?(?:[\w.-]+:\s+)?([*&!@`%])")
_LOST = re.compile(r"(?:^|\s)(#[^\s#]+)")


def _split(text: str) -> tuple[YamlDocument | None, str, int]:
    """Front matter (None: there is none), body, and the line the body starts on."""
    skipped = len(text) - len(text.lstrip(_UNSEEN))
    start = text.rfind("\n", 0, skipped) + 1
    opening = text.count("\n", 0, start) + 1
    first, _, rest = text[start:].partition("\n")
    if first.rstrip() != "---":
        bare = first.strip(_UNSEEN)
        if bare.startswith("---") or _DASHES.fullmatch(bare):
            raise TextError("content.opening", opening, text=shown(first))
        return None, text[start:], opening
    lines = rest.split("\n")
    closing = _closing(lines, opening)
    front = "".join(f"{line}\n" for line in lines[:closing])
    document = _yaml(front, opening + 1)
    return document, "\n".join(lines[closing + 1 :]), opening + closing + 2


def _closing(lines: list[str], opening: int) -> int:
    for number, line in enumerate(lines):
        if line.startswith("---") and line.rstrip() == "---":
            return number
        if not line.startswith((" ", "\t")) and _DASHES.fullmatch(line):
            raise TextError("content.closing", opening + 1 + number, text=shown(line))
    raise TextError("content.not_closed", opening)


def _yaml(front: str, first_line: int) -> YamlDocument:
    if len(front) > MAX_FACTS:
        raise TextError("content.facts_too_long", first_line, size=len(front), limit=MAX_FACTS)
    try:
        return _loaded(front, front, first_line)
    except TextError:
        mended = front_matter.mended(front)
        if mended == front:
            raise
    return _loaded(mended, front, first_line)


def _loaded(front: str, written: str, first_line: int) -> YamlDocument:
    """Read `front`; what is wrong with it is told in the words of `written`, which has the same lines."""
    try:
        document = load_yaml(front, first_line)
    except YamlError as error:
        raise _wrong_yaml(error, written, first_line) from None
    if document.data is None:
        return YamlDocument({}, {}, {})
    if not isinstance(document.data, dict):
        raise TextError("content.no_keys", first_line, text=shown(written.strip().partition("\n")[0]))
    _refuse_lost_words(document, front, first_line)
    return document


def _wrong_yaml(error: YamlError, front: str, first_line: int) -> TextError:
    values = {key: value for key, value in error.values.items() if key != "line"}
    last = first_line + front.rstrip().count("\n")  # YAML may find out only below it
    line = min(error.line, last)
    if error.message in {"yaml.syntax", "yaml.alias", "yaml.tag"}:
        written = front.split("\n")[line - first_line]
        match = _NEEDS_QUOTES.match(written)
        if match:
            return TextError("content.quotes", line, mark=match.group(1), text=shown(written))
    return TextError(error.message, line, **values)


def _refuse_lost_words(document: YamlDocument, front: str, first_line: int) -> None:
    """YAML takes ` #word` for a remark; people mean hashtags."""
    if "#" not in front:
        return
    kept = "\n".join(_texts(document.data))
    for number, line in enumerate(front.split("\n")):
        if line.lstrip().startswith("#"):
            continue
        for match in _LOST.finditer(line):
            if match.group(1).rstrip(",\"']}") not in kept:
                raise TextError("content.remark", first_line + number, text=match.group(1))


def _texts(data: Json) -> list[str]:
    if isinstance(data, str):
        return [data]
    inner = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return [text for value in inner for text in _texts(value)]


def _facts(document: YamlDocument) -> tuple[dict[str, Value], dict[str, int]]:
    """The data with every plain word as it was written, and the lines without the one of the top."""
    lines = {key: line for key, line in document.lines.items() if key}
    if not document.raw:
        return document.data, lines
    return {key: _written(value, key, document.raw) for key, value in document.data.items()}, lines


def _written(value: Json, path: str, raw: Mapping[str, str]) -> Value:
    if isinstance(value, dict):
        return {key: _written(inner, f"{path}.{key}", raw) for key, inner in value.items()}
    if isinstance(value, list):
        return [_written(inner, f"{path}.{number}", raw) for number, inner in enumerate(value)]
    if isinstance(value, str) or raw.get(path) in {"", "~", None}:
        return value if isinstance(value, str) else None
    return raw[path]


def _named(
    facts: Mapping[str, Value], lines: Mapping[str, int]
) -> tuple[dict[str, Value], dict[str, int], dict[str, str]]:
    """Facts and lines under the names that the code uses, and how each key was written.

    Raises:
        TextError: the same key is there twice, under two names.
    """
    if vocabulary.settled(facts):
        return dict(facts), dict(lines), {}
    renamed: dict[str, str] = {}
    found: dict[str, Value] = {}
    for word, value in facts.items():
        key = vocabulary.key_of(word) or word
        if key in renamed:
            other = renamed[key]
            raise TextError("content.key_twice", lines[word], key=word, other=other, first=lines[other])
        renamed[key] = word
        found[key] = vocabulary.inner(key, value)
    places = {word: key for key, word in renamed.items()}
    there = {vocabulary.path(path, places): line for path, line in lines.items()}
    return found, there, {key: word for key, word in renamed.items() if key != word}


# ── The text below ───────────────────────────────────────────────────────────


def _titled(body: str, line: int, *, titled: bool = True) -> Draft:
    """The body without the white space at its ends; `# Title` on its first line is taken out.

    SIARAN PERS above a headline is no title, however large somebody made it.
    """
    skipped = len(body) - len(body.lstrip())
    line += body.count("\n", 0, skipped)
    body = body.strip()
    if not titled or not body.startswith("# "):
        return Draft(body, line)
    if opening(body[2:]).start:
        return Draft(body[2:].lstrip(), line)
    first, _, rest = body.partition("\n")
    skipped = len(rest) - len(rest.lstrip())
    after = line + 1 + rest.count("\n", 0, skipped)
    return Draft(rest.strip(), after, title=first[2:].strip(), title_line=line)


def _with_first_lines(draft: Draft) -> Draft:
    """The draft, plain first lines taken out of its body; a title may stand above or below them."""
    try:
        found = first_lines.read(draft.body, draft.body_line) if draft.body else None
    except first_lines.WrongLine as wrong:
        raise TextError(wrong.code, wrong.line, **wrong.values) from None
    if found is None:
        return draft
    rest = _titled(found.body, found.body_line, titled=draft.title is None)
    rest.facts, rest.lines, rest.written = found.facts, found.lines, found.written
    if draft.title is not None:
        rest.title, rest.title_line = draft.title, draft.title_line
    return rest


def _noticed(draft: Draft, *, strict: bool) -> Iterator[Note]:
    """What will be published as it stands, and is probably not meant to.

    Args:
        strict: facts at the wrong place stop the post; with front matter above they are meant as text.
    """
    body, line = draft.body, draft.body_line
    for number, text, surely in first_lines.stray(body, line):
        if surely and strict:
            raise TextError("content.fact_in_body", number, text=shown(text))
        yield "content.fact_like", Severity.WARNING, number, {"text": shown(text)}
    for code, severity, number, values in pasted.left_behind(body, line):
        yield code, severity, number, dict(values)
    for text, first in ((draft.title or "", draft.title_line), (body, line), *_texts_of(draft)):
        for mention in days.mentioned(text, first):
            if mention.wrong:
                number = mention.line if text is body else first
                yield mention.wrong.code, Severity.WARNING, number, mention.wrong.values


def _texts_of(draft: Draft) -> Iterator[tuple[str, int]]:
    """The title among the facts and the texts of platform blocks, with the line of their key."""
    for key, value in draft.facts.items():
        inner = value.get("text") if isinstance(value, dict) else value if key == "title" else None
        if isinstance(inner, str):
            yield inner, draft.line(f"{key}.text") or 1


def shown(value: Value, most: int = 60) -> str:
    """What was written, short enough to quote in a message."""
    if isinstance(value, list):
        words = ", ".join(shown(inner, most) for inner in value[:most])
    elif isinstance(value, dict):
        words = ", ".join(f"{key}: {shown(inner, most)}" for key, inner in list(value.items())[:most])
    else:
        words = value or ""
    return words if len(words) <= most else words[: most - 1] + "…"
