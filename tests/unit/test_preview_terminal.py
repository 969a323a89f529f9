"""The preview in a terminal and in a pipe: the exact text, counted, and all that goes out beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from connectors.contract import Media, MediaFacts, Part, PartKind, Problem, Rendition, Severity
from publisher import texts
from publisher.model import Channel, Due, DueWhy, Post, Rendered, State
from publisher.preview.ansi import Paint, columns_of
from publisher.preview.canvas import Canvas
from publisher.preview.terminal import post_lines
from publisher.views import ChannelPreview, PartCount, PostPreview

TEXT = (
    "Gotong royong di halaman kantor, Selasa pukul delapan pagi; siapa pun boleh datang dan membantu kami.\n"
    "\n"
    "Bawa sapu.\n"
    "https://natunakab.go.id/sebuah-alamat-yang-sangat-panjang-sekali-sehingga-tidak-muat-di-satu-baris"
)
PHOTO = Media("a" * 64, ("strip",), "Warga menyapu halaman.")
PLAIN = Media("b" * 64, ("strip",), "")
FACTS = {
    PHOTO: MediaFacts("image/jpeg", 1_234_567, 1600, 1200, name="sapu.jpg"),
    PLAIN: MediaFacts("image/png", 84_567, 1200, 630, name="kartu.png"),
}
DUE = Due(datetime(2026, 11, 24, 1, 5, tzinfo=UTC), datetime(2026, 11, 24, 8, 5), "Asia/Jakarta", DueWhy.SLOT)
POST = Post("royong", "content/royong/post.md", None, "d", "Gotong royong", TEXT, sample=True)
LATE = Problem("twitter.alt_missing", Severity.WARNING, {"name": "kartu.png"}, channel="x", part=1)


def channel(
    label: str, platform: str, title: str, parts: tuple[Part, ...], **changes: object
) -> ChannelPreview:
    to = Channel(label, platform, "2001", f"{platform}:2001", "env:T")
    rendition = Rendition(to.account, "feed", parts) if parts else None
    counts = tuple(PartCount(len(part.text), 280) for part in parts)
    whole = ChannelPreview(
        channel=label,
        platform=platform,
        title=title,
        account=to.account,
        rendered=Rendered(POST, to, rendition, (LATE,) if label == "x" else ()),
        due=DUE,
        counts=counts,
        facts=FACTS,
        usd=Decimal("0.015") if label == "x" else None,
        price_notes=("twitter.price",) if label == "x" else (),
        state=None,
        gates=(),
        url=None,
    )
    return replace(whole, **changes)


X = channel(
    "x",
    "twitter",
    "X",
    (
        Part(PartKind.ROOT, TEXT, None, {"made_with_ai": True, "poll": ["Ya", "Tidak"]}, (PHOTO, PLAIN)),
        Part(PartKind.THREAD, "Sampai jumpa."),
    ),
)
FB = channel(
    "fb",
    "facebook",
    "Facebook",
    (Part(PartKind.ROOT, TEXT, "https://natunakab.go.id"), Part(PartKind.COMMENT, "Tanya di sini.")),
)


def drawn(columns: int, *, boxed: bool = True, shown: PostPreview | None = None) -> list[str]:
    shown = shown or PostPreview(POST, "01ABC", (X, FB), (LATE,))
    return list(post_lines(shown, Canvas(columns, boxed, Paint(False))))


@pytest.mark.parametrize("columns", [40, 80, 100, 140, 220])
def test_nothing_is_wider_than_the_terminal(columns: int) -> None:
    """No line makes the terminal break it where we did not."""
    assert [line for line in drawn(columns) if columns_of(line) > columns] == []


def framed(lines: list[str]) -> list[tuple[str, str]]:
    """(edge, what stands in the frame) of every row of the first frame."""
    start = next(number for number, line in enumerate(lines) if line.startswith("╭"))
    end = next(number for number, line in enumerate(lines) if line.startswith("╰"))
    return [(line[0], line[2:-2]) for line in lines[start + 1 : end]]


def test_the_frame_holds_the_exact_text() -> None:
    """Solid edges begin a line of the post, dotted ones go on with it: put together they are the text."""
    exact = ""
    for edge, row in framed(drawn(80)):
        exact = f"{exact}\n{row}" if edge == "│" else exact + row
    assert [line.rstrip() for line in exact[1:].split("\n")] == TEXT.split("\n")


def test_the_legend_stands_only_where_a_line_was_broken() -> None:
    """What needs no explanation gets none."""
    short = channel("x", "twitter", "X", (Part(PartKind.ROOT, "Pendek."),))
    assert texts.t("preview.legend")[:20] in "\n".join(drawn(80))
    assert texts.t("preview.legend")[:20] not in "\n".join(
        drawn(80, shown=PostPreview(POST, "1", (short,), ()))
    )


def test_a_pipe_gets_the_exact_text_unbroken() -> None:
    """Whoever greps or copies finds every line whole, indented, unframed."""
    lines = drawn(10_000, boxed=False)
    for line in filter(None, TEXT.split("\n")):
        assert f"    {line}" in lines
    assert not any(mark in "".join(lines) for mark in "╭│┆\x1b")


def test_everything_that_goes_out_is_shown() -> None:
    """Numbers, counts, pictures with size, ratio and alt text, link, options, due time, price, problems."""
    words = "\n".join(drawn(100))
    for wanted in (
        f"1/2 ─{'─' * 3}",
        f"{len(TEXT)}/280",
        "2/2 · first comment",
        "1. sapu.jpg · JPEG · 1.2 MB · 1600 × 1200 (4:3)",
        "alt: Warga menyapu halaman.",
        "2. kartu.png",
        "no alternative text yet",
        "link: https://natunakab.go.id",
        "options: made_with_ai: true, poll: [Ya, Tidak]",
        "Tuesday 24 November 2026, 08:05 WIB · regular slot",
        "price: US$0.015",
        "! No alternative text for kartu.png",
        "not in the log yet",
        "sample",
    ):
        assert wanted in words


def test_a_problem_is_told_once() -> None:
    """What stands at its channel is not repeated at the top."""
    assert "\n".join(drawn(100)).count("No alternative text for kartu.png") == 1


def test_two_channels_stand_beside_each_other_where_there_is_room() -> None:
    """At 140 columns the two versions can be compared at a glance; at 80 they follow each other."""
    assert [line for line in drawn(140) if line.startswith("X ") and "Facebook" in line]
    assert not [line for line in drawn(80) if line.startswith("X ") and "Facebook" in line]


def test_a_channel_that_gets_nothing_says_so() -> None:
    """Skipped and impossible are different things."""
    nothing = channel("x", "twitter", "X", ())
    skipped = replace(nothing, rendered=replace(nothing.rendered, skipped=True))
    assert "It cannot be published here" in "\n".join(drawn(80, shown=PostPreview(POST, "1", (nothing,), ())))
    assert "Skipped" in "\n".join(drawn(80, shown=PostPreview(POST, "1", (skipped,), ())))


def test_content_cannot_speak_to_the_terminal() -> None:
    """An escape sequence in a text, a title or an alt text is shown, not obeyed."""
    evil = "\x1b]0;owned\x07\u202e"
    media = Media("c" * 64, ("strip",), evil)
    part = Part(PartKind.ROOT, evil, f"https://x.test/{evil}", {"o": evil}, (media,))
    facts = {media: MediaFacts("image/png", 1, 1, 1, name=evil)}
    bad = channel("x", "twitter", evil, (part,), facts=facts, url=evil, state=State.FAILED)
    shown = PostPreview(replace(POST, file=evil, author=evil), evil, (bad,), ())
    for boxed in (True, False):
        assert not {"\x1b", "\x07", "\u202e"} & set("".join(drawn(80, boxed=boxed, shown=shown)))
