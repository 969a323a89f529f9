"""A post as sheets of A4 for a signature: every channel's text in full, its pictures, time and code.

Letters are those of the cards' fonts; what Manrope lacks is taken from Noto, what that lacks from the fonts
of this machine, and a character that no font has is printed by its number, which is then explained. Nothing
is ever an empty box, nothing is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any
from unicodedata import bidirectional

from connectors.contract import Media, Part, PartKind, Severity
from publisher.cards.fonts import packaged
from publisher.errors import PublisherError
from publisher.preview import embedding, posters, system_fonts
from publisher.preview.office import Office
from publisher.preview.page import FilesOf, channel_facts, marks, problem_facts
from publisher.preview.system_fonts import SystemFont
from publisher.texts import amounts, t
from publisher.views import ChannelPreview, PostPreview

if TYPE_CHECKING:
    from fpdf import FPDF

_OWN = (("", "font_manrope", "files/Manrope-Regular.ttf"), ("B", "font_manrope", "files/Manrope-Bold.ttf"))
_OTHERS = ("NotoSans", "NotoSansSymbols", "NotoEmoji", "NotoSansArabic", "NotoSansHebrew")
_SILENT = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufe0e\ufe0f\ufeff"))
"""Characters without a shape; fonts lack them, and a sheet does not miss them."""
_INK, _SOFT, _RED, _EDGE, _GROUND = (
    (21, 24, 28),
    (91, 102, 114),
    (156, 28, 19),
    (200, 206, 212),
    (246, 247, 249),
)
_ALONE, _BESIDE, _GAP, _SIDE = 46.0, 31.0, 3.0, 600
"""Millimetres: height of a picture alone and of one of several, between two; pixels of the longer side."""
_SHEETS = "\ufdd0\ufdd1"
"""Where the number of sheets is to stand: fpdf2's own `{nb}` may be part of a post, noncharacters cannot."""
_LINES = ("paper_name", "paper_office", "paper_date", "paper_signature")


def paper(
    shown: PostPreview, *, office: Office, mode: str, language: str, now: datetime, zone: str, files: FilesOf
) -> bytes:
    """The sheets, as PDF.

    Args:
        office: as profiles show it.
        mode: `sandbox` or `live`.
        language: `id` or `en`.
        now: aware; when they are made.
        zone: IANA name; in which they say so.

    Raises:
        PublisherError: a package of fonts is not installed (`cards.no_fonts`).
    """
    channels = [(one, channel_facts(one, shown, office, None)) for one in shown.channels]
    sheet = Sheet(t("preview.page_made", when=amounts.when(now, zone)), language, now)
    sheet.head(office, "", practice=mode != "live")
    sheet.title(shown)
    sheet.problems(shown)
    sheet.table([facts for _, facts in channels])
    for one, facts in channels:
        if one.rendered.rendition is not None:
            sheet.channel(one, facts, files)
    sheet.signature()
    return sheet.bytes()


class Sheet:
    """The sheets while they are written, from above to below."""

    def __init__(self, made: str, language: str, now: datetime) -> None:
        self._pdf = _document(made)
        self._pdf.set_creation_date(now)
        self._pdf.set_lang(language)
        self._lacking: list[str] = list(_OTHERS)
        self._system: list[SystemFont] | None = None
        self._lost: set[str] = set()
        for style, package, file in _OWN:
            self._pdf.add_font("own", style, packaged(package) / file)
        self._known = {"own": self._letters("own")}
        self._pdf.add_page()

    def bytes(self) -> bytes:
        """The finished file; nothing can be written any more."""
        from fpdf.fonts import TTFFont

        done = bytes(self._pdf.output())
        for font in self._pdf.fonts.values():
            if isinstance(font, TTFFont):
                font.close()
        return done

    # ── What stands on them ──

    def head(self, office: Office, heading: str, *, practice: bool) -> None:
        """Whose sheets they are; and a heading, of sheets for more than one post."""
        if practice:
            self._text(f"{t('preview.practice')} · {t('preview.practice_words')}", 9, bold=True, colour=_RED)
        self._text(f"{office.name} · {t('preview.paper_kind')}", 9, colour=_SOFT)
        if heading:
            self._text(heading, 17, bold=True)
            self._space(3)

    def say(self, words: str) -> None:
        """A sentence of its own."""
        self._text(words, 10)

    def next_post(self) -> None:
        """The following stands on a sheet of its own."""
        self._pdf.add_page()

    def title(self, shown: PostPreview) -> None:
        """Which post it is, and what is special about it."""
        post = shown.post
        self._text(post.title or post.path, 17, bold=True)
        told = [post.file, *([t("preview.author", name=post.author)] if post.author else []), *marks(shown)]
        self._text(" · ".join(told), 8.5, colour=_SOFT)
        self._space(3)

    def problems(self, shown: PostPreview) -> None:
        """First what is wrong."""
        found = [one for one in shown.problems if one.severity is not Severity.NOTICE]
        if not found:
            return
        self._text(t("preview.page_problems"), 11, bold=True, colour=_RED)
        for facts in problem_facts(found, shown):
            named = f"{facts['channel']} · " if facts["channel"] else ""
            self._text(f"– {named}{facts['words']}", 9)
        self._space(3)

    def table(self, channels: Sequence[Mapping[str, Any]]) -> None:
        """Where and when, with the codes that a signature stands for."""
        self._text(t("preview.page_channels"), 11, bold=True)
        heads = ("page_channel", "page_when", "page_code", "page_state")
        rows = [(one["title"], one["due"] or "–", one["code"] or "–", self.state(one)) for one in channels]
        self._table(heads, rows, (22, 46, 16, 16))

    def overview(self, rows: Sequence[tuple[str, ...]]) -> None:
        """All that goes out, each line with its time, post, channel, code and state."""
        self._text(t("preview.page_channels"), 11, bold=True)
        heads = ("page_when", "page_post", "page_channel", "page_code", "page_state")
        self._table(heads, rows, (26, 34, 14, 13, 13))

    def _table(self, heads: Sequence[str], rows: Sequence[tuple[str, ...]], widths: tuple[int, ...]) -> None:
        self._pdf.set_font("own", size=9)
        self._pdf.set_draw_color(*_EDGE)
        with self._pdf.table(
            col_widths=widths, line_height=5.5, borders_layout="HORIZONTAL_LINES", text_align="LEFT"
        ) as table:
            for row in (tuple(t(f"preview.{head}") for head in heads), *rows):
                cells = table.row()
                for cell in row:
                    cells.cell(self._printable(cell))
        self._text(t("preview.page_code_words"), 8, colour=_SOFT)

    def channel(self, one: ChannelPreview, facts: Mapping[str, Any], files: FilesOf) -> None:
        """One channel: its time and code, every part to the letter, its pictures."""
        rendition = one.rendered.rendition
        assert rendition is not None  # noqa: S101 - the caller asks only for those that have one
        self._space(5)
        self._keep(30)
        self._text(f"{one.title} · {facts['label']} · {facts['account']}", 12, bold=True)
        self._text(" · ".join(filter(None, (facts["due"] or t("preview.no_due"), facts["why"]))), 9)
        self._text(f"{t('preview.page_code')} {facts['code']} · {rendition.fingerprint}", 7.5, colour=_SOFT)
        for place, part in enumerate(rendition.parts, 1):
            self._part(part, place, len(rendition.parts), one, files)
        for words in facts["media"]:
            self._text(words, 7.5, colour=_SOFT)

    def _part(self, part: Part, place: int, of: int, one: ChannelPreview, files: FilesOf) -> None:
        label = [f"{place}/{of}"] if of > 1 else []
        if part.kind is PartKind.COMMENT:
            label.append(t("preview.comment"))
        if label:
            self._text(" · ".join(label), 8, colour=_SOFT)
        self._space(1)
        title = part.options.get("title")
        if isinstance(title, str):
            self._text(title, 10, bold=True)
        self._text(part.text or t("preview.no_text"), 10, ground=True)
        if part.link:
            self._text(f"{t('preview.link')} {part.link}", 8.5)
        choices = part.options.get("poll")
        if isinstance(choices, list | tuple):
            self._text("\n".join(f"○ {choice}" for choice in choices), 9)
        self._pictures(part, one, files)
        for number, media in enumerate(part.media, 1):
            if media.alt:
                lead = f"{number}. " if len(part.media) > 1 else ""
                self._text(f"{lead}{t('preview.alt')} {media.alt}", 7.5, colour=_SOFT)

    def _pictures(self, part: Part, one: ChannelPreview, files: FilesOf) -> None:
        """Beside each other, as many as fit; of a clip what it shows at rest."""
        pdf, high = self._pdf, _ALONE if len(part.media) == 1 else _BESIDE
        x = pdf.l_margin
        drawn = False
        for each in part.media:
            found = _picture(each, part, one, files)
            if found is None:
                continue
            data, ratio = found
            width = min(high * ratio, pdf.epw)
            if not drawn or x + width > pdf.w - pdf.r_margin:
                self._space(high + _GAP if drawn else _GAP / 2)
                self._keep(high + _GAP)
                x = pdf.l_margin
            pdf.image(data, x, pdf.get_y(), w=width, h=width / ratio, alt_text=each.alt or None)
            x, drawn = x + width + _GAP, True
        if drawn:
            self._space(high + _GAP / 2)

    def signature(self) -> None:
        """Yes or no, and lines for who says so."""
        if self._lost:
            self._space(5)
            self._text(t("preview.paper_lost"), 8, colour=_SOFT)
        self._space(8)
        self._keep(62)
        self._text(t("preview.paper_decision"), 11, bold=True)
        pdf = self._pdf
        for words in (t("preview.paper_yes"), t("preview.paper_no")):
            y = pdf.get_y() + 1.5
            pdf.set_draw_color(*_INK)
            pdf.rect(pdf.l_margin, y, 4, 4)
            pdf.set_xy(pdf.l_margin + 7, y - 0.8)
            self._text(words, 10)
        self._space(4)
        for line in _LINES:
            y = pdf.get_y() + (16 if line == "paper_signature" else 9)
            pdf.line(pdf.l_margin + 42, y, pdf.l_margin + 135, y)
            pdf.set_xy(pdf.l_margin, y - 5)
            self._text(t(f"preview.{line}"), 9, colour=_SOFT)

    @staticmethod
    def state(facts: Mapping[str, Any]) -> str:
        """How a channel stands, in words, by what `channel_facts` says of it."""
        if facts["skipped"]:
            return t("preview.page_skipped")
        if facts["worst"] == "error":
            return t("preview.page_stopped")
        return str(facts["state"] or t("preview.page_ready"))

    # ── How ──

    def _text(
        self,
        words: str,
        size: float,
        *,
        bold: bool = False,
        colour: tuple[int, int, int] = _INK,
        ground: bool = False,
    ) -> None:
        pdf = self._pdf
        pdf.set_font("own", "B" if bold else "", size)
        pdf.set_text_color(*colour)
        pdf.set_fill_color(*_GROUND)
        lines = self._printable(words).split("\n")
        for place, line in enumerate(lines):  # each runs in the direction of its own letters
            above, below = (2 * (place == 0), 2 * (place == len(lines) - 1)) if ground else (0, 0)
            side = 3 if ground else 0
            pdf.set_text_shaping(any(map(_joins, line)))
            pdf.multi_cell(
                0,
                size * 0.5,
                line or " ",
                align="R" if _from_the_right(line) else "L",
                fill=ground,
                padding=(above, side, below, side),
                new_x="LMARGIN",
                new_y="NEXT",
            )

    def _printable(self, words: str) -> str:
        """The words in characters that some font has; fonts are loaded as they are needed."""
        words = words.expandtabs(4).translate(_SILENT)
        while self._lacking and self._missing(words):
            name = self._lacking.pop(0)
            self._pdf.add_font(name, "", packaged("manimgx_fonts") / f"{name}[wght].ttf")
            self._known[name] = self._letters(name.lower())
            self._help_out()
        lost = self._missing(words)
        while lost - self._lost:
            self._ask_the_system(lost)
            lost = self._missing(words)
        return "".join(f"[U+{ord(one):04X}]" if one in lost else one for one in words) if lost else words

    def _ask_the_system(self, letters: set[str]) -> None:
        """Take the font of this machine that has the most of these letters; they are lost if none has any."""
        if self._system is None:
            self._system = system_fonts.listed()
        found = system_fonts.best(self._system, letters)
        if found is None:
            self._lost |= letters
            return
        self._system.remove(found)
        if found.may_be_used():  # else the next best may do
            name = f"system{len(self._known)}"
            self._pdf.add_font(name, "", found.path, collection_font_number=found.number)
            self._known[name] = self._letters(name)
            self._help_out()

    def _help_out(self) -> None:
        self._pdf.set_fallback_fonts([each for each in self._known if each != "own"], exact_match=False)

    def _missing(self, words: str) -> set[str]:
        return {
            one
            for one in set(words)
            if one != "\n" and not any(ord(one) in has for has in self._known.values())
        }

    def _letters(self, key: str) -> set[int]:
        from fpdf.fonts import TTFFont

        font = self._pdf.fonts[key]
        return set(font.cmap) if isinstance(font, TTFFont) else set()

    def _space(self, millimetres: float) -> None:
        self._pdf.set_y(self._pdf.get_y() + millimetres)

    def _keep(self, millimetres: float) -> None:
        """A new sheet, if so much does not fit on this one any more."""
        if self._pdf.will_page_break(millimetres):
            self._pdf.add_page()


def _document(made: str) -> FPDF:
    """An empty document, whose sheets are numbered and say when they were made."""
    from fpdf import FPDF

    class Document(FPDF):
        def footer(self) -> None:
            self.set_y(-13)
            self.set_font("own", size=7.5)
            self.set_text_color(*_SOFT)
            sheet = t("preview.paper_sheet", number=self.page_no())
            self.cell(0, 5, f"{made} · {sheet}/{_SHEETS}", align="C")

        def _set_font_for_page(self, font: Any, font_size_pt: float, wrap_in_text_object: bool = True) -> str:
            """The font as it is named on the page; before a line, never within it.

            fpdf2 2.8.9 names it within a line that begins in a fallback font, where it ends with the line,
            and holds it for named: the lines below would stand in the letters of another one.
            """
            first = not self.current_font_is_set_on_page
            named = super()._set_font_for_page(font, font_size_pt, wrap_in_text_object or first)
            if wrap_in_text_object or not first:
                return named
            self._out(named)
            return ""

    pdf = Document(format="A4")
    pdf.alias_nb_pages(_SHEETS)
    pdf.set_margins(20, 16, 18)
    pdf.set_auto_page_break(True, 18)
    return pdf


def _picture(media: Media, part: Part, one: ChannelPreview, files: FilesOf) -> tuple[BytesIO, float] | None:
    """As JPEG, with its width by its height; None: it cannot be had, and stands among the named files."""
    facts = one.facts.get(media)
    if facts is None or facts.kind == "text":
        return None
    try:
        if facts.kind == "video":
            image = posters.poster(media, part, one).image(_SIDE).convert("RGB")
        else:
            image = embedding.small(files(media), _SIDE).convert("RGB")
    except (PublisherError, LookupError, OSError):
        return None
    out = BytesIO()
    image.save(out, "JPEG", quality=85)
    out.seek(0)
    return out, image.width / image.height


def _joins(letter: str) -> bool:
    """Whether its shape hangs on its neighbours, its place on the direction. Latin, shaped, runs too wide."""
    return bidirectional(letter) in ("R", "AL", "NSM")


def _from_the_right(line: str) -> bool:
    """Whether its first letter is one of a script that runs from the right."""
    return next((kind for kind in map(bidirectional, line) if kind in ("L", "R", "AL")), "L") != "L"
