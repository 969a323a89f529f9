"""Problems in words: one pattern in every screen, and as workflow commands of GitHub."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectors.contract import Problem, Severity
from publisher import texts
from publisher.checked import Reach
from publisher.cli.as_github import commands
from publisher.preview.ansi import Paint, columns_of
from publisher.preview.canvas import Canvas
from publisher.preview.problems import alike, lines, said, together

REACH = Reach(
    names={"fb": "Facebook", "x": "X (x)", "x2": "X (x2)"},
    going={"banjir": frozenset({"fb"})},
    threads=frozenset({("banjir", "x2")}),
)
VALUES = {"used": 342, "limit": 280, "over": 62}
TOO_LONG = Problem(
    "twitter.too_long",
    Severity.ERROR,
    VALUES,
    post="banjir",
    file="content/banjir/Rilis.docx",
    line=2,
    channel="x",
    part=1,
)
BROKEN = Problem("content.two_texts", Severity.ERROR, {"names": "a.md, b.md"}, post="dua", file="content/dua")


WIDE = Canvas(200, False, Paint(False))


def drawn(*problems: Problem, columns: int = 80, colour: bool = False) -> list[str]:
    return list(lines(problems, REACH, Canvas(columns, True, Paint(colour))))


def sentence(problem: Problem, reach: Reach) -> str:
    """One problem in one paragraph."""
    return said([problem], reach, headed=True, others=reach.others_go(problem))


def changed(problem: Problem, **values: object) -> Problem:
    fields = {name: getattr(problem, name) for name in Problem.__slots__}
    return Problem(**{**fields, **values})


def test_a_problem_says_where_what_to_do_and_what_goes_out_all_the_same() -> None:
    """Place as staff know it, channel as people know it, words, advice, the other channels."""
    texts.use("id")
    told = sentence(TOO_LONG, REACH)
    assert told.startswith("banjir/Rilis.docx, paragraf 2 · X (x): ")
    assert texts.text_of(TOO_LONG) in told
    assert texts.fix_of(TOO_LONG) in told
    assert told.endswith(". Kanal lain tetap terbit.")


@pytest.mark.parametrize(
    "problem",
    [
        changed(TOO_LONG, channel="fb"),  # stops the only channel that goes
        changed(TOO_LONG, post="lain"),  # goes nowhere
        changed(TOO_LONG, channel=None),  # stops all of the post
        changed(TOO_LONG, severity=Severity.WARNING),  # stops nothing
        BROKEN,
    ],
)
def test_other_channels_are_promised_only_where_they_go(problem: Problem) -> None:
    """Nobody is told that something goes out which does not."""
    assert "other channels" not in sentence(problem, REACH)


def test_that_others_go_is_said_once_per_channel() -> None:
    """Five parts that are too long are five problems and one consolation."""
    parts = [changed(TOO_LONG, channel="x2", part=number) for number in range(1, 6)]
    told = " ".join(" ".join(drawn(*parts, TOO_LONG)).split())
    assert told.count("The other channels") == 2


def test_the_part_is_named_in_threads_only() -> None:
    """A single post has no part 1."""
    assert "part 1" not in sentence(TOO_LONG, REACH)
    assert "· X (x2): part 3: " in sentence(changed(TOO_LONG, channel="x2", part=3), REACH)


def test_what_is_wrong_in_several_parts_is_said_once() -> None:
    """A word that stands in three posts of a thread is one paragraph with their numbers."""
    told = [
        changed(TOO_LONG, code="twitter.unmeant_link", values={"words": "“M.Si”", "length": 23}, part=part)
        for part in (1, 2, 5)
    ]
    told = [changed(one, channel="x2", severity=Severity.WARNING) for one in told]
    (group,) = alike(told)
    assert "· X (x2): part 1, 2, 5: X treats “M.Si” as a link" in " ".join(together([group], REACH, WIDE))
    assert "· X (x2): part 1, 2, 5: X treats “M.Si” as a link" in " ".join(" ".join(drawn(*told)).split())


def test_a_channel_that_does_not_exist_keeps_its_name() -> None:
    """What staff wrote is what they are told."""
    assert "· igg: " in sentence(changed(TOO_LONG, channel="igg"), REACH)


@pytest.mark.parametrize("columns", [80, 140])
def test_paragraphs_fit_and_hang(columns: int) -> None:
    """No line is wider than the screen, or than eyes can follow; further lines stand below the words."""
    told = drawn(TOO_LONG, BROKEN, columns=columns)
    assert max(map(columns_of, told)) <= min(columns, 100)
    assert [line[:2] for line in told if not line.startswith("  ")] == ["✗ ", "✗ "]


def test_the_place_stands_out_and_nothing_is_lost_in_colours() -> None:
    """The head is bold; without its styles the paragraph is the same."""
    plain, coloured = drawn(TOO_LONG), drawn(TOO_LONG, colour=True)
    assert "\x1b[1mbanjir/Rilis.docx, paragraph 2 · X (x)\x1b[0m: " in coloured[0]
    assert len(plain) == len(coloured)


def test_words_that_end_with_a_quotation_get_no_second_full_stop() -> None:
    """The end of a sentence is its own, or one is put there."""
    assert ".. " not in sentence(TOO_LONG, REACH)
    named = changed(BROKEN, code="content.no_keys", values={"text": "abc"})
    assert ": abc. " in sentence(named, REACH)


# ── GitHub ───────────────────────────────────────────────────────────────────


def test_commands_name_file_line_and_channel(tmp_path: Path) -> None:
    """Errors first; a document has no line to point at, so its paragraph stands in the title."""
    line = changed(TOO_LONG, file="content/a.md", line=7, severity=Severity.NOTICE)
    first, second = commands([[line], [TOO_LONG]], REACH, tmp_path)
    title = "title=banjir/Rilis.docx%2C paragraph 2 · X (x)"
    assert first.startswith(f"::error file=content/banjir/Rilis.docx,{title}::")
    assert second.startswith("::notice file=content/a.md,line=7,title=X (x)::")


def test_what_channels_say_alike_is_one_command(tmp_path: Path) -> None:
    """GitHub shows ten warnings of a step: six channels that say the same must not use them up."""
    one = Problem("content.file_unused", Severity.WARNING, {"name": "a.xlsx"}, post="a", file="content/a.md")
    told = [changed(one, channel=label) for label in ("fb", "x", "x2")]
    (command,) = commands(alike(told), REACH, tmp_path)
    assert command.startswith("::warning file=content/a.md,title=Facebook%2C X (x)%2C X (x2)::a.xlsx ")


def test_commands_cannot_be_written_by_a_post(tmp_path: Path) -> None:
    """A line break, a colon, a comma or a per cent sign in a name or text stays text."""
    evil = "a,b:c%0A\n::error::x"
    problem = changed(BROKEN, code="content.no_keys", values={"text": evil}, file=f"content/{evil}")
    (told,) = commands([[problem]], REACH, tmp_path)
    assert "\n" not in told
    properties, _, data = told.removeprefix("::error ").partition("::")
    assert "file=content/a%2Cb%3Ac%250A%0A%3A%3Aerror%3A%3Ax" in properties
    assert "a,b:c%250A%0A::error::x" in data


def test_files_are_named_from_the_top_of_the_repository(tmp_path: Path) -> None:
    """A workspace may be one folder of a repository."""
    (tmp_path / ".git").mkdir()
    desk = tmp_path / "humas" / "desk"
    desk.mkdir(parents=True)
    (told,) = commands([[BROKEN]], REACH, desk)
    assert "file=humas/desk/content/dua," in told


def test_what_channels_say_alike_is_said_once() -> None:
    """One paragraph with the names of all; what was left out without a picture is one line, too."""
    texts.use("id")
    no_alt = Problem("facebook.alt_missing", Severity.WARNING, {"name": "a.jpg"}, post="banjir", channel="fb")
    told = [no_alt, changed(no_alt, code="twitter.alt_missing", channel="x")]
    why = {"platform": "X", "why": "instagram.needs_media"}
    left = [
        changed(no_alt, code="render.skipped_needs", severity=Severity.NOTICE, values=why, channel="x2"),
        changed(no_alt, code="render.skipped", severity=Severity.NOTICE, values=VALUES, channel="ig"),
    ]
    groups = alike([*told, *left])
    assert [len(group) for group in groups] == [2, 2]
    first, second = (" ".join(one.split()) for one in "\n".join(together(groups, REACH, WIDE)).split("\n· "))
    assert first.startswith("! Facebook, X (x): a.jpg belum")
    assert second.startswith("X (x2), ig: Dilewati")


def test_what_a_platform_lacks_is_named_in_words() -> None:
    """No reader sees the program's own names of it, in either language."""
    left = Problem("render.skipped", Severity.NOTICE, {"platform": "YouTube", "features": ["image", "poll"]})
    texts.use("id")
    assert texts.text_of(left) == "Dilewati: YouTube tidak menerima gambar, jajak pendapat."
    texts.use("en")
    assert texts.text_of(left) == "Skipped: YouTube does not accept a picture, a poll."
    needs = changed(left, code="render.skipped_needs", values={"platform": "X", "why": "youtube.no_clip"})
    assert "youtube" not in texts.text_of(needs)


def test_many_pictures_without_words_are_one_line() -> None:
    """The first names and how many more; other channels keep a line of their own."""
    texts.use("id")
    one = Problem("facebook.alt_missing", Severity.WARNING, {"name": "0.jpg"}, post="banjir", channel="fb")
    many = [changed(one, values={"name": f"{number}.jpg"}) for number in range(22)]
    groups = alike([*many, changed(one, code="twitter.alt_missing", channel="x")])
    told = [" ".join(line.split()) for line in together(groups, REACH, WIDE)]
    assert len(groups) == 2
    assert any("1.jpg, 2.jpg, 3.jpg, 4.jpg dan 17 lagi belum" in line for line in told)
    assert any("Facebook, X (x): 0.jpg belum" in line for line in told)
