"""Pictures in a terminal: drawn where it can, half blocks elsewhere, and nothing at all in a pipe."""

from __future__ import annotations

import io
import re
from base64 import b64decode
from pathlib import Path

import pytest
from PIL import Image

from connectors.contract import Media, MediaFacts
from publisher.preview.ansi import columns_of
from publisher.preview.gallery import Gallery, Way, _kitty, way_of

RED_OVER_BLUE = Media("a" * 64, ("strip",), "")
OTHER = Media("b" * 64, ("strip",), "")
FACTS = {one: MediaFacts("image/png", 100, 400, 400, name="a.png") for one in (RED_OVER_BLUE, OTHER)}


class Terminal(io.TextIOWrapper):
    """A stream that says it is a terminal."""

    def __init__(self, encoding: str = "utf-8") -> None:
        super().__init__(io.BytesIO(), encoding)

    def isatty(self) -> bool:
        return True


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    image = Image.new("RGB", (400, 400), "#ff0000")
    image.paste("#0000ff", (0, 200, 400, 400))
    image.save(tmp_path / "a.png")
    return tmp_path / "a.png"


@pytest.mark.parametrize(
    ("environ", "way"),
    [
        ({"TERM": "xterm-256color", "COLORTERM": "truecolor"}, Way.TRUE),
        ({"TERM": "xterm-256color"}, Way.PALETTE),
        ({"TERM": "xterm-kitty"}, Way.DRAWN),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, Way.DRAWN),
        ({"TERM": "screen-256color", "TMUX": "/tmp/x", "KITTY_WINDOW_ID": "1"}, Way.PALETTE),
        ({"TERM": "linux"}, None),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, None),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, None),
        ({}, None),
    ],
)
def test_the_way_is_that_of_the_terminal(environ: dict[str, str], way: Way | None) -> None:
    """What may know a protocol is asked; within tmux, and elsewhere, it is half blocks in its colours."""
    assert way_of(Terminal(), environ, "linux") == way


def test_a_pipe_an_old_console_and_another_encoding_get_no_picture() -> None:
    """Nothing that would be shown as garbage: also where FORCE_COLOR asks for colours in a pipe."""
    kitty = {"TERM": "xterm-kitty", "COLORTERM": "truecolor", "FORCE_COLOR": "1"}
    assert way_of(io.StringIO(), kitty, "linux") is None
    assert way_of(Terminal("cp1252"), kitty, "linux") is None
    assert way_of(Terminal(), {}, "win32") is None
    assert way_of(Terminal(), {"WT_SESSION": "1"}, "win32") is Way.DRAWN


@pytest.mark.parametrize(
    ("way", "red", "blue"), [(Way.TRUE, "2;255;0;0", "2;0;0;255"), (Way.PALETTE, "5;196", "5;21")]
)
def test_half_blocks_show_the_picture_upright_and_in_its_shape(
    picture: Path, way: Way, red: str, blue: str
) -> None:
    """A square is twice as many columns as rows; drawn once, no wider than asked."""
    gallery = Gallery(way, lambda _: picture)
    *rows, name = gallery.lines([RED_OVER_BLUE], FACTS, 20)
    assert name == ""
    assert len(rows) == 10
    assert {columns_of(row) for row in rows} == {20}
    assert rows[0].count(f"\x1b[38;{red};48;{red}m▀") == 20
    assert rows[-1].count(f"\x1b[38;{blue};48;{blue}m▀") == 20
    assert all(row.endswith("\x1b[0m") for row in rows)
    assert list(gallery.lines([RED_OVER_BLUE], FACTS, 20)) == []


def test_several_stand_beside_each_other_with_their_numbers(picture: Path) -> None:
    """As many as fit in a row; one that cannot be had leaves its place to its name."""

    def file_of(media: Media) -> Path:
        if media == OTHER:
            raise LookupError(media.source)
        return picture

    third = Media("c" * 64, ("strip",), "")
    facts = {**FACTS, third: FACTS[OTHER]}
    *rows, names = Gallery(Way.TRUE, file_of).lines([RED_OVER_BLUE, OTHER, third], facts, 76)
    assert names.split() == ["1.", "3."]
    assert {columns_of(row) for row in rows} == {18 + 2 + 18}


def test_kittys_protocol_draws_into_rows_kept_for_it(picture: Path) -> None:
    """Whole as PNG in pieces of 4096, over as many cells as were kept, the cursor back where it was."""
    with Image.open(picture) as image:
        *rows, drawing = _kitty(image.resize((300, 300)), (20, 10))
    assert rows == [" " * 20] * 10
    assert drawing.startswith("\x1b7\x1b[10A\x1b_Ga=T,f=100,q=2,C=1,c=20,r=10,m=")
    assert drawing.endswith("\x1b\\\x1b8")
    pieces = re.findall("m=([01]);([^\x1b]*)\x1b", drawing)
    assert [more for more, _ in pieces] == ["1"] * (len(pieces) - 1) + ["0"]
    assert max(len(piece) for _, piece in pieces) <= 4096
    drawn = Image.open(io.BytesIO(b64decode("".join(piece for _, piece in pieces))))
    assert drawn.getpixel((0, 299)) == (0, 0, 255)
    assert columns_of(drawing) == 0


def test_a_drawn_picture_counts_no_columns() -> None:
    """Sixel data and the moves of the cursor around them, take no room in a row."""
    assert columns_of('\x1b7\x1b[9A\x1bP0;1;q"1;1;180;180#0;2;0;0;0#0!180~-\x1b\\\x1b81.') == 2
