"""The guides for people are tried: examples are read, commands parsed, and the messages they name exist."""

from __future__ import annotations

import re
import shlex
import shutil
from datetime import date, datetime
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from connectors.contract import Severity
from publisher import config, content
from publisher.cli import parser
from publisher.content import vocabulary

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
TWINS = {
    "id/panduan-staf.md": "en/staff-guide.md",
    "id/panduan-atasan.md": "en/approver-guide.md",
    "id/panduan-admin.md": "en/admin-guide.md",
}
GUIDES = [*TWINS, *TWINS.values()]
STAFF = ["id/panduan-staf.md", "en/staff-guide.md"]
PHOTO = next((ROOT / "content").rglob("*.jpg"))


def text_of(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def blocks(name: str, kind: str = "") -> list[str]:
    """The fenced blocks of a kind in a guide."""
    found = re.findall(r"^```(\w*)\n(.*?)^```$", text_of(name), re.M | re.S)
    return [block for told, block in found if told == kind]


def first_cells(name: str) -> list[str]:
    return re.findall(r"^\| (?!---)(.+?) \|", text_of(name), re.M)


def read(desk: Path):
    return content.read(desk / "content", root=desk, zone="Asia/Jakarta").posts


def test_there_is_no_guide_beside_these():
    """Every guide is tried here, and every one has its twin."""
    found = {path.relative_to(DOCS).as_posix() for path in DOCS.glob("*/*.md")}
    assert found == set(GUIDES)


@pytest.mark.parametrize(("ours", "theirs"), TWINS.items())
def test_twins_say_the_same(ours, theirs):
    """The same headings, tables, examples and commands in both languages."""

    def shape(name: str) -> list[str]:
        lines = text_of(name).splitlines()
        return [re.match(r"#+ |\||- |```\w*|", line)[0] for line in lines if re.match(r"#+ |\||- |```", line)]

    assert shape(ours) == shape(theirs)
    verbs = [re.findall(r"(?:^|`)(?:venv/bin/)?publisher .*?(\w+)", text_of(n), re.M) for n in (ours, theirs)]
    assert verbs[0] == verbs[1]


@pytest.mark.parametrize("name", GUIDES)
def test_every_command_is_understood(name):
    """What a guide tells to type has a verb, options and values that the program takes."""
    text = text_of(name)
    told = re.findall(r"`(publisher [^`\n]+)`", text)
    told += [line for block in blocks(name) for line in block.splitlines() if "publisher " in line]
    commands = [
        line.partition("publisher ")[2] for line in told if not line.startswith(("python", "venv/bin/pip"))
    ]
    for command in commands:
        parser.parse(shlex.split(command))
    assert bool(commands) == (name not in STAFF)


@pytest.mark.parametrize("name", STAFF)
def test_the_staff_guide_speaks_of_no_terminal(name):
    """Staff know Word and folders: no command, no YAML, no front matter."""
    assert not re.search(r"YAML|terminal|publisher |^---$", text_of(name), re.M)


@pytest.mark.parametrize("name", STAFF)
def test_the_example_is_read_as_the_guide_says(name, tmp_path):
    """The text of the guide with one picture: due, channels, hashtags and description as written."""
    folder = tmp_path / "content" / "Contoh"
    folder.mkdir(parents=True)
    (folder / "naskah.txt").write_text(blocks(name)[0], encoding="utf-8")
    shutil.copy(PHOTO, folder / "1.jpg")
    (post,) = read(tmp_path)
    assert not post.problems
    assert post.publish_at is not None
    assert post.publish_at.wall == datetime(2026, 12, 1, 8)
    assert [vocabulary.platform_of(channel) for channel in post.channels or ()] == ["facebook", "twitter"]
    assert len(post.hashtags) == 2
    assert post.media[0].alt
    assert post.body.count("\n") == 1


@pytest.mark.parametrize("name", STAFF)
def test_the_names_mean_what_the_guide_says(name, tmp_path):
    """A time, a day, nothing, not ready: each name of the table as a folder."""
    names = [cell.strip("`") for cell in first_cells(name) if cell.startswith("`")][:4]
    for each in names:
        (tmp_path / "content" / each).mkdir(parents=True)
        (tmp_path / "content" / each / "naskah.txt").write_text(f"Isi {each}.", encoding="utf-8")
    posts = {post.path: post for post in read(tmp_path)}
    timed, dated, plain, drafted = names
    assert posts[timed].publish_at.wall == datetime(2026, 12, 1, 8)
    assert posts[dated].publish_at is None
    assert posts[dated].publish_after.wall.date() == date(2026, 12, 1)
    assert (posts[plain].publish_at, posts[plain].publish_after) == (None, None)
    assert drafted not in posts
    assert (posts[timed].title, posts[dated].title, posts[plain].title) == (plain, plain, "")
    assert not [p for post in posts.values() for p in post.problems if p.severity is Severity.ERROR]


@pytest.mark.parametrize(("name", "language"), [("id/panduan-staf.md", "id"), ("en/staff-guide.md", "en")])
def test_the_messages_are_those_of_the_program(name, language):
    """What the guide explains, in italics, is what a catalogue says."""
    told = re.findall(r"^\| \*(.+?)\*", text_of(name), re.M)
    texts = []
    for file in (ROOT / "publisher" / "locale" / language).glob("*.po"):
        with file.open("rb") as lines:
            texts += [str(message.string) for message in read_po(lines)]
    assert len(told) >= 8
    assert [words for words in told if not any(words in text for text in texts)] == []


@pytest.mark.parametrize("name", ["id/panduan-admin.md", "en/admin-guide.md"])
def test_the_settings_of_the_admin_guide_are_taken(name, tmp_path):
    """The schedule.yaml of the guide can be copied as it stands."""
    (tmp_path / "schedule.yaml").write_text(blocks(name, "yaml")[0], encoding="utf-8")
    found = config.load(tmp_path)
    assert (found.mode, found.quiet.holidays, len(found.channels)) == ("sandbox", "ID", 2)
