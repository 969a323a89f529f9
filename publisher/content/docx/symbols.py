"""Characters of Word's picture fonts (Symbol, Wingdings), as the Unicode characters that look like them.

Such fonts have their own drawings at U+F020 to U+F0FF, where no other program shows anything. The
pairs follow the tables that the Unicode Consortium and the makers of the fonts publish; only those
that Word itself puts in (bullets, automatic corrections, tick boxes) and their neighbours are here.
"""

from __future__ import annotations

_SYMBOLS = {
    0x28: "☎",
    0x29: "✆",
    0x2A: "✉",
    0x4A: "☺",  # Word turns :) into it
    0x4B: "😐",
    0x4C: "☹",
    0x6C: "●",
    0x6E: "■",
    0x6F: "□",
    0x71: "❑",
    0x72: "❒",
    0x73: "⬧",
    0x74: "⧫",
    0x75: "◆",
    0x76: "❖",
    0x77: "⬥",
    0x9F: "•",
    0xA7: "▪",
    0xA8: "□",
    0xAE: "→",
    0xB7: "•",
    0xD8: "➢",
    0xDE: "⇒",
    0xDF: "←",  # Word turns <-- into it
    0xE0: "→",  # Word turns --> into it
    0xE8: "➔",
    0xF0: "⇨",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
}
UNKNOWN = "\ufffc"
"""Stands for a drawing that has no character; taken out of the text, and said."""

_BULLETS = {"o": "◦", "●": "•", "": "•"}


def symbol(character: str) -> str:
    """The character to show for one of a picture font; `UNKNOWN` where there is none."""
    code = ord(character)
    return _SYMBOLS.get(code & 0xFF, UNKNOWN) if 0xF000 <= code <= 0xF0FF else character


def without_private(text: str) -> str:
    """The text with characters of picture fonts as ordinary ones."""
    if not any("\uf000" <= character <= "\uf0ff" for character in text):
        return text
    return "".join(map(symbol, text))


def bullet(text: str) -> str:
    """The bullet of a list."""
    shown = without_private(text).replace(UNKNOWN, "•")
    return _BULLETS.get(shown, shown)
