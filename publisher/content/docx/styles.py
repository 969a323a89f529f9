"""What a paragraph or a run looks like in Word once its styles are taken into account."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import NamedTuple

from publisher.content.docx.xml import Element, W, child, flag, value, whole

_TITLES = re.compile(r"(?:title|judul|heading ?\d|judul ?\d)")
_LINE = 240
"""Twentieths of a point in a line, for spacing that is given in lines."""
_AUTOMATIC = 280
"""What Word puts for automatic spacing (14 points)."""
_DEEPEST = 20
"""Styles based on styles; more is a circle."""


class RunLook(NamedTuple):
    """What of a run's look matters; None: not said here."""

    bold: bool | None = None
    hidden: bool | None = None
    caps: bool | None = None
    struck: bool | None = None
    raised: str | None = None


_SILENT = RunLook()


class Numbered(NamedTuple):
    """Membership in a list; `num_id` "0": in none after all; `level` None: the style's own."""

    num_id: str
    level: int | None
    style: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a paragraph's look matters; None: not said here.

    Attributes:
        before, after: spacing, in twentieths of a point.
        together: no spacing between paragraphs of the same style.
        outline: 0 for the highest kind of heading; 9: body text.
        run: what its runs look like if they say nothing themselves.
    """

    style: str = ""
    name: str = ""
    before: int | None = None
    after: int | None = None
    together: bool | None = None
    outline: int | None = None
    numbered: Numbered | None = None
    run: RunLook = _SILENT

    @property
    def heading(self) -> bool:
        """Whether Word shows it as a title or heading."""
        return _TITLES.fullmatch(self.name) is not None or (self.outline is not None and self.outline < 9)


class Styles:
    """The styles of one document, each worked out at first need."""

    def __init__(self, root: Element | None) -> None:
        self._styles: dict[str, Element] = {}
        self._default = ""
        self._known: dict[str, Shape] = {}
        for style in () if root is None else root.iterfind(f"{W}style"):
            key = style.get(f"{W}styleId") or ""
            self._styles[key] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in {"1", "true", "on"}:
                self._default = key
        defaults = child(root, "docDefaults")
        self._base = _over(
            Shape(run=run_look(child(defaults, "rPrDefault", "rPr"))),
            _shape(child(defaults, "pPrDefault", "pPr"), "", ""),
        )

    def paragraph(self, properties: Element | None) -> Shape:
        """How a paragraph with these properties (`w:pPr`) looks; its paragraph mark is no part of that."""
        style = self.style(value(properties, "pStyle") or self._default)
        return _over(style, _shape(properties, style.style, style.name))

    def style(self, key: str, depth: int = 0) -> Shape:
        """A style with all that it is based on."""
        if key not in self._known:
            self._known[key] = self._worked_out(key, depth)
        return self._known[key]

    def run(self, paragraph: Shape, properties: Element | None) -> RunLook:
        """How a run with these properties (`w:rPr`) looks in the paragraph."""
        if properties is None:
            return paragraph.run
        look = paragraph.run
        key = value(properties, "rStyle")
        if key in self._styles:
            style = self.style(key).run
            # Bold in the style of the paragraph and in that of the run is off again (ECMA-376 17.7.3).
            toggled = bool(look.bold) != bool(style.bold)
            look = _on(look, style)._replace(bold=toggled)
        return _on(look, run_look(properties))

    def _worked_out(self, key: str, depth: int) -> Shape:
        style = self._styles.get(key)
        if style is None:
            return self._base
        based_on = value(style, "basedOn")
        base = self.style(based_on, depth + 1) if based_on and depth < _DEEPEST else self._base
        if style.get(f"{W}type") == "character" and not based_on:
            base = Shape()
        name = (value(style, "name") or key).strip().lower()
        shape = _over(base, _shape(child(style, "pPr"), key, name))
        return replace(shape, run=_on(base.run, run_look(child(style, "rPr"))))


def run_look(properties: Element | None) -> RunLook:
    """What run properties (`w:rPr`) say themselves."""
    if properties is None:
        return _SILENT
    struck = flag(properties, "strike") or flag(properties, "dstrike")
    return RunLook(
        flag(properties, "b"),
        flag(properties, "vanish"),
        flag(properties, "caps"),
        struck,
        value(properties, "vertAlign"),
    )


def _on(below: RunLook, above: RunLook) -> RunLook:
    said = {name: value for name, value in above._asdict().items() if value is not None}
    return below._replace(**said) if said else below


def _over(below: Shape, above: Shape) -> Shape:
    return Shape(
        above.style or below.style,
        above.name or below.name,
        below.before if above.before is None else above.before,
        below.after if above.after is None else above.after,
        below.together if above.together is None else above.together,
        below.outline if above.outline is None else above.outline,
        _numbered(below.numbered, above.numbered),
        _on(below.run, above.run),
    )


def _numbered(below: Numbered | None, above: Numbered | None) -> Numbered | None:
    if above is None or below is None or above.num_id:
        return above or below
    return below._replace(level=above.level)  # a level alone moves within the list of the style


def _shape(properties: Element | None, style: str, name: str) -> Shape:
    if properties is None:
        return Shape(style, name)
    spacing = child(properties, "spacing")
    return Shape(
        style,
        name,
        _spacing(spacing, "before"),
        _spacing(spacing, "after"),
        flag(properties, "contextualSpacing"),
        whole(value(properties, "outlineLvl")),
        _list(child(properties, "numPr"), style),
    )


def _spacing(spacing: Element | None, side: str) -> int | None:
    if spacing is None:
        return None
    if spacing.get(f"{W}{side}Autospacing") in {"1", "true", "on"}:
        return _AUTOMATIC
    lines = whole(spacing.get(f"{W}{side}Lines"))
    return lines * _LINE // 100 if lines else whole(spacing.get(f"{W}{side}"))


def _list(properties: Element | None, style: str) -> Numbered | None:
    if properties is None:
        return None
    return Numbered(value(properties, "numId") or "", whole(value(properties, "ilvl")), style)
