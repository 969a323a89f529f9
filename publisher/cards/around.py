"""Sets what stands around the text of a card: the office's name, the page, the date, where citizens complain.

All of it stays between the edges: a long name takes two lines, then smaller letters; measures, draws nothing.
"""

from __future__ import annotations

from functools import partial

from publisher.cards.fonts import Script
from publisher.cards.lines import broken
from publisher.cards.setting import CAP, Line, Setting

LOGO, GAP = 76, 22
"""How high the logo is, and what stands between it and the name; pixels of a card 1080 wide."""
_HEADER, _FOOTER = 84, 92
"""Where the header begins, and the middle of the footer, from the edges."""
_NAME_ROWS, _NAME_LEADING = 2, 1.16
_LEAST = 0.6
"""Share of the design's size below which a name is not made smaller."""
_SMALL = 0.8
"""The same of the footer: before that it takes a line more."""
_ARROW = 1.5
"""How long the arrow of the hint is, in sizes."""
_TWO = 2
"""Rows of the footer that designs leave room for; a third stands above them, all a little closer."""

Row = list[tuple[str, Script, str]]


def head(setting: Setting) -> float:
    """The middle of the header, from the top."""
    return setting.canvas.top + (_HEADER + LOGO / 2) * setting.canvas.scale


def header(setting: Setting, x: float, number: int, count: int) -> list[Line]:
    """The office's name and the number of the page.

    Args:
        x: where the name begins: behind the logo.
    """
    style, words, end = setting.design.header, setting.words, setting.right
    script, size, middle = setting.script(style), setting.size(style, 0), head(setting)
    lines = []
    if count > 1:
        told = f"{number}/{count}"
        end -= script.width(told, size)
        lines.append(Line(end, middle + size * CAP, told, script, size, style.colour))
        end -= GAP * setting.canvas.scale
    rows, small = _rows(words.name, script, size, end - x)
    first = middle - small * _NAME_LEADING * (len(rows) - 1) / 2 + small * CAP
    for row, text in enumerate(rows):
        lines.append(Line(x, first + row * small * _NAME_LEADING, text, script, small, style.colour))
    return lines


def _rows(name: str, script: Script, size: int, room: float) -> tuple[list[str], int]:
    """A name in as few lines as it needs, and the size of its letters."""
    for small in range(size, int(size * _LEAST) - 1, -1):
        rows = broken(name, room, partial(_measured, script, small), title=True)
        if len(rows) <= _NAME_ROWS:
            break
    return rows, small


def _measured(script: Script, size: int, text: str) -> float:
    return script.width(text, size)


def footer(setting: Setting, *, more: bool) -> list[Line]:
    """The date, where citizens complain, and last the hint that there is more."""
    style, words = setting.design.footer, setting.words
    script, bold, size = setting.script(style), setting.script(setting.design.header), setting.size(style, 0)
    strong, hint = style.strong or style.colour, words.swipe if more else ""
    taken = bold.width(hint, size) + (_ARROW + 1.5) * size if hint else 0.0
    room = setting.right - setting.left
    rows: list[Row] = [[(words.date, bold, style.colour)]] if words.date else []
    service, reach = words.complaints
    if reach:
        lead = [(f"{service}  ", bold, strong)] if service else []
        whole = [*lead, (reach, script, style.colour)]
        first, _, last = reach.rpartition(" · ")
        if first and _wide(whole, size) * _SMALL > room - taken:
            rows += [[*lead, (first, script, style.colour)], [(last, script, style.colour)]]
        else:
            rows.append(whole)
    middle = setting.canvas.height - setting.canvas.bottom - _FOOTER * setting.canvas.scale
    count, pitch = max(1, len(rows)), size * style.leading
    y = middle + pitch * (min(count, _TWO) - 1) / 2 + size * CAP
    pitch *= 0.9 if count > _TWO else 1
    y -= pitch * (count - 1)
    lines = []
    for number, row in enumerate(rows, 1):
        free = room - (taken if number == count else 0.0)
        x, small = setting.left, min(size, int(size * free / max(1.0, _wide(row, size))))
        for text, each, colour in row:
            lines.append(Line(x, y, text, each, small, colour))
            x += each.width(text, small)
        y += pitch if number < count else 0
    if hint:
        x = setting.right - (_ARROW + 0.5) * size - bold.width(hint, size)
        lines.append(Line(x, y, hint, bold, size, strong))
    return lines


def _wide(row: Row, size: int) -> float:
    return sum(script.width(text, size) for text, script, _ in row)


def arrow(setting: Setting, hint: Line) -> tuple[float, float, float]:
    """Of the arrow behind the hint: its left end, its right end, and how far down it stands."""
    return setting.right - hint.size * _ARROW, setting.right, hint.y - hint.size * CAP
