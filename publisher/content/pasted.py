"""What other programs leave in a text that was pasted: names of a chat, torn lines of a PDF, cells of Excel.

It goes out as typed; each is a warning, told once with its first line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from connectors.contract import Severity

# What WhatsApp puts before each message of a chat that is copied or exported:
# [24/11 08.02] Nama: …, [24/11/26, 08.02.15] Nama: …, 24/11/26 08.02 - Nama: …
_CHAT = re.compile(
    r"^\u200e?(?:\[[0-9]{1,2}/[0-9]{1,2}(?:/[0-9]{2,4})?,? [0-9]{1,2}[.:][0-9]{2}[^\]\n]{0,8}\]"
    r"|[0-9]{1,2}/[0-9]{1,2}/[0-9]{2,4},? [0-9]{1,2}[.:][0-9]{2}(?:\s[AP]M)? -) [^:\n]{1,60}: ",
    re.MULTILINE,
)
# From where a word begins: looked for at each of its letters, one of a million would take hours.
_TORN_WORD = re.compile(r"\b\w*[a-z]{2}-\n[a-z]{2}\w*")
# Lines as long as a page is wide, broken before a small letter: so many of them are no poem.
_TORN_LINE = re.compile(r"^[^\n]{45,110}(?<![.!?:;])\n(?=[a-z])", re.MULTILINE)
_TORN_LINES = 3
_CELLS = re.compile(r"^[^\n\t]*\t[^\n\t]+\t[^\n]*\n[^\n\t]*\t[^\n\t]+\t", re.MULTILINE)


def left_behind(body: str, line: int) -> Iterator[tuple[str, Severity, int, dict[str, str]]]:
    """Code, severity, line and values of each.

    Args:
        line: at which the body begins.
    """
    found: list[tuple[str, re.Match[str]]] = []
    if ("]" in body or " - " in body) and (match := _CHAT.search(body)):
        found.append(("content.chat", match))
    if "\t" in body and (match := _CELLS.search(body)):
        found.append(("content.cells", match))
    if "\n" in body:
        torn = _TORN_WORD.search(body)
        if torn is None:
            lines = [match for match, _ in zip(_TORN_LINE.finditer(body), range(_TORN_LINES), strict=False)]
            torn = lines[0] if len(lines) == _TORN_LINES else None
        if torn is not None:
            found.append(("content.torn", torn))
    for code, match in found:
        words = " ".join(match.group().split())
        number = line + body.count("\n", 0, match.start())
        yield code, Severity.WARNING, number, {"text": words if len(words) <= 60 else f"…{words[-40:]}"}
