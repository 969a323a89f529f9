"""Broken posts beside a good one: each is told with its place and what to do, and stops nothing else."""

from __future__ import annotations

import os
import re
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.acceptance.bad_input import FAR, LANGUAGES, RAW_ID, Desk, picture, unprivileged

pytestmark = pytest.mark.acceptance

FRONT = f"---\n{FAR}\n---\n"


class Bad(NamedTuple):
    """One broken post: how it is made, and what must be said of it.

    Attributes:
        file: as the message names it, below content/.
        line: None where the mistake is no line of a text.
        says: a piece of the English message.
    """

    make: Callable[[Desk], object]
    code: str
    file: str
    line: int | None
    says: str
    channel: str | None = None


def text(name: str, data: bytes | str) -> Callable[[Desk], object]:
    """A text in content/ itself."""
    raw = data.encode() if isinstance(data, str) else data
    return lambda desk: (desk.root / "content" / name).write_bytes(raw)


def folder(name: str, front: str = "", body: str | None = None, **files: bytes) -> Callable[[Desk], object]:
    """A post with a folder of its own."""
    return lambda desk: desk.post(name, front, body, **files)


def linked(name: str, to: str, front: str = "") -> Callable[[Desk], object]:
    """A post whose picture is a symlink."""
    return lambda desk: os.symlink(to, desk.post(name, front) / "foto.jpg")


def png(width: int, height: int) -> bytes:
    """A PNG of a few bytes that claims any size."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + chunk(b"IDAT", zlib.compress(bytes(9))) + chunk(b"IEND", b"")


def jpeg(width: int, height: int) -> bytes:
    """A sound JPEG whose header claims another size."""
    data = bytearray(picture())
    at = data.find(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


FOTO = "media: [{file: foto.jpg, alt: A picture}]\n"
BAD = {
    # The text
    "bad YAML": Bad(folder("brackets", "title: [a\n"), "yaml.bracket", "brackets/post.md", 3, "not closed"),
    "open quotation": Bad(folder("quote", 'title: "a\n'), "yaml.quotation", "quote/post.md", 3, "not closed"),
    "tab": Bad(folder("tab", "twitter:\n\ttext: a\n"), "yaml.tab", "tab/post.md", 4, "tab"),
    "two of a key": Bad(
        folder("dup", "title: a\ntitle: b\n"), "yaml.duplicate_key", "dup/post.md", 4, "twice"
    ),
    "alias bomb": Bad(
        folder("alias", "a: &a [x]\nb: [*a, *a]\n"), "content.quotes", "alias/post.md", 3, "[*&]"
    ),
    "python tag": Bad(
        folder("tag", "a: !!python/name:os.system x\n"), "content.quotes", "tag/post.md", 3, "!"
    ),
    "deep": Bad(folder("deep", f"title: {'[' * 900}\n"), "yaml.too_deep", "deep/post.md", 3, "20 levels"),
    "never closed": Bad(text("open.md", "---\ntitle: a\nhello\n"), "content.not_closed", "open.md", 1, "---"),
    "unknown key": Bad(folder("key", "titel: a\n"), "content.unknown_key_meant", "key/post.md", 3, "“title”"),
    "unknown block": Bad(
        folder("block", "mastodon: {text: a}\n"), "content.unknown_key", "block/post.md", 3, "mastodon"
    ),
    "bad time": Bad(
        folder("time", "publish_at: besok\n"), "content.time_relative", "time/post.md", 2, "besok"
    ),
    "no such day": Bad(
        folder("day", "publish_at: 2031-02-30 08:00\n"), "content.no_such_time", "day/post.md", 2, "30"
    ),
    "end of time": Bad(
        folder("end", "publish_at: 9999-12-31 23:59\n"), "content.no_such_time", "end/post.md", 2, "9999"
    ),
    "empty": Bad(text("empty.md", "  \n"), "content.empty", "empty.md", None, "empty"),
    "no body": Bad(text("bodiless.md", FRONT), "content.no_body", "bodiless.md", 4, "nothing to publish"),
    "50 MB": Bad(text("huge.md", b"kata " * 10_000_000), "content.too_big", "huge.md", None, "50,000,000"),
    "NUL": Bad(text("nul.md", f"{FRONT}abc\0def\n"), "content.nul", "nul.md", 4, "NUL"),
    "binary": Bad(text("bin.md", bytes(range(1, 256)) * 9), "content.encoding", "bin.md", 2, "encoding"),
    "escape": Bad(text("esc.md", f"{FRONT}a\x1b[2Jb\n"), "content.control", "esc.md", 4, r"U\+001B"),
    "same id": Bad(folder("twin-a", "id: same\n"), "content.same_id", "twin-a/post.md", 3, "twin-b"),
    "same id, the other": Bad(
        folder("twin-b", "id: same\n"), "content.same_id", "twin-b/post.md", 3, "twin-a"
    ),
    "two texts": Bad(folder("two", other_md=b"b"), "content.two_texts", "two/other.md", None, "post.md"),
    # Pictures
    "missing": Bad(folder("missing", FOTO), "content.media_missing", "missing/post.md", 3, "foto.jpg"),
    "meant": Bad(
        folder("meant", FOTO, fotto_jpg=b""), "content.media_missing_meant", "meant/post.md", 3, "fotto"
    ),
    "long name": Bad(
        folder("name", f"media: [{{file: {'a' * 300}.jpg, alt: a}}]\n"),
        "content.media_missing",
        "name/post.md",
        3,
        "aaa",
    ),
    "NUL in a name": Bad(
        folder("nulname", 'media: [{file: "a\\0b.jpg", alt: a}]\n'),
        "content.name",
        "nulname/post.md",
        3,
        r"a\\x00b",
    ),
    "cut off": Bad(
        folder("cut", FOTO, foto_jpg=picture(size=(300, 300))[:-400]),
        "media.cut_off",
        "cut/post.md",
        3,
        "end is missing",
    ),
    "corrupt": Bad(
        folder("corrupt", foto_png=picture("PNG").replace(b"IDAT", b"IDOT")),
        "media.damaged",
        "corrupt/post.md",
        None,
        "damaged",
    ),
    "no picture": Bad(folder("words", foto_jpg=b"hello"), "media.type", "words/post.md", None, "known type"),
    "empty picture": Bad(folder("hollow", foto_jpg=b""), "media.empty", "hollow/post.md", None, "empty"),
    "PNG bomb": Bad(
        folder("bomb", foto_png=png(60_000, 60_000)),
        "media.too_many_pixels",
        "bomb/post.md",
        None,
        "60,000 × 60,000",
    ),
    "JPEG bomb": Bad(
        folder("bomb2", foto_jpg=jpeg(65_535, 65_535)),
        "media.too_many_pixels",
        "bomb2/post.md",
        None,
        "65,535",
    ),
    "outside": Bad(
        folder("outside", "media: [{file: ../../../out.jpg, alt: a}]\n"),
        "content.media_outside",
        "outside/post.md",
        3,
        "outside",
    ),
    "absolute": Bad(
        folder("absolute", "media: [{file: /etc/passwd, alt: a}]\n"),
        "content.media_absolute",
        "absolute/post.md",
        3,
        "passwd",
    ),
    "link out": Bad(
        linked("out", "/etc/passwd", FOTO),
        "content.symlink_outside",
        "out/post.md",
        3,
        "outside the workspace",
    ),
    "link in a circle": Bad(
        linked("loop", "foto.jpg"), "content.symlink_broken", "loop/foto.jpg", None, "nowhere"
    ),
    # Files that are none
    "text linked out": Bad(
        lambda desk: os.symlink("/etc/passwd", desk.root / "content/passwd.md"),
        "content.symlink_outside",
        "passwd.md",
        None,
        "outside the workspace",
    ),
    "text linked in a circle": Bad(
        lambda desk: os.symlink("loop.md", desk.root / "content/loop.md"),
        "content.symlink_broken",
        "loop.md",
        None,
        "nowhere",
    ),
    "folder linked to itself": Bad(
        lambda desk: os.symlink(".", desk.root / "content/self"),
        "content.symlink_folder",
        "self",
        None,
        "not followed",
    ),
    "pipe": Bad(
        lambda desk: os.mkfifo(desk.root / "content/fifo.md"),
        "content.not_a_file",
        "fifo.md",
        None,
        "ordinary",
    ),
    "pipe as a picture": Bad(
        lambda desk: os.mkfifo(desk.post("pipe") / "foto.jpg"),
        "content.not_a_file",
        "pipe/foto.jpg",
        None,
        "ordinary",
    ),
    "device": Bad(
        lambda desk: os.symlink("/dev/zero", desk.root / "content/zero.md"),
        "content.symlink_outside",
        "zero.md",
        None,
        "out",
    ),
    # Names
    "line break in a name": Bad(
        text("new\nline.md", "a"), "content.name", "new\\nline.md", None, r"new\\nline"
    ),
    "name that turns": Bad(text("rtl\u202egnp.md", "a"), "content.name", "rtl\\u202egnp.md", None, "u202e"),
    "name with an escape": Bad(text("esc\x1b[31m.md", "a"), "content.name", "esc\\x1b[31m.md", None, "x1b"),
    "name not in UTF-8": Bad(
        lambda desk: Path(os.fsdecode(os.fsencode(desk.root) + b"/content/caf\xe9.md")).write_text(
            "a", "utf-8"
        ),
        "content.name",
        "caf\\udce9.md",
        None,
        "udce9",
    ),
    # What the channels take
    "unknown channel": Bad(
        folder("channel", "channels: [ig]\n"),
        "plan.unknown_channel",
        "channel/post.md",
        3,
        r"Facebook \(fb\), X \(x\)",
        "ig",
    ),
    "unknown key of a block": Bad(
        folder("option", "twitter: {foo: a}\n"), "content.unknown_key", "option/post.md", 3, "twitter.foo"
    ),
    "too long for X": Bad(
        folder("long", f"channels: [x]\ntwitter: {{text: {'k' * 499}}}\n"),
        "twitter.too_long",
        "long/post.md",
        4,
        "499.*280.*219",
        "x",
    ),
    "alternative text too long": Bad(
        folder("alt", f"channels: [x]\nmedia: [{{file: a.jpg, alt: {'a' * 1001}}}]\n", a_jpg=picture()),
        "twitter.alt_too_long",
        "alt/post.md",
        4,
        "1001.*1000.*1 too many",
        "x",
    ),
}


@dataclass(frozen=True)
class Office:
    """All bad posts and two good ones, and what `check` said of them in both languages."""

    desk: Desk
    problems: dict[str, list[dict[str, Any]]]
    screens: dict[str, str]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    desk = Desk(tmp_path_factory.mktemp("bad") / "desk")
    desk.post("good", "publish_at: 2031-03-04 08:00\n", "A good post among bad ones.")
    (desk.root / "content" / f"{'n' * 252}.md").write_text(f"{FRONT}A name of 255 bytes.\n", encoding="utf-8")
    for bad in BAD.values():
        bad.make(desk)
    problems, screens = {}, {}
    for lang in LANGUAGES:
        said = desk("check", "--json", lang=lang, code=1)
        assert said.err == ""
        problems[lang] = said.json
        screens[lang] = desk("check", lang=lang, code=1).out
    return Office(desk, problems, screens)


@pytest.mark.parametrize("name", BAD)
def test_it_is_told_with_its_place_and_what_to_do(office: Office, name: str) -> None:
    """Code, file, line, channel, what is wrong, what to do: in both languages, to programs and to people."""
    bad = BAD[name]
    told = {}
    for lang in LANGUAGES:
        found = [
            one
            for one in office.problems[lang]
            if (one["file"], one["code"]) == (f"content/{bad.file}", bad.code)
        ]
        assert len(found) == 1, [one for one in office.problems[lang] if bad.file in str(one["file"])]
        told[lang] = found[0]
        (one,) = found
        assert (one["severity"], one["line"], one["channel"]) == ("error", bad.line, bad.channel)
        assert one["fix"]
        place = f"{bad.file}:{bad.line}" if bad.line else bad.file
        words = f"{re.escape(one['message'].rstrip('.'))}.*{re.escape(one['fix'].rstrip('.'))}"
        assert re.search(rf"✗ {re.escape(place)}( · \w+)?: .*{words}", office.screens[lang])
        assert not RAW_ID.search(one["message"] + one["fix"])
    assert re.search(bad.says, told["en"]["message"])
    assert told["en"]["message"] != told["id"]["message"]


def test_nothing_is_said_of_good_posts(office: Office) -> None:
    """A name of 255 bytes is a name like any other."""
    assert not [one for one in office.problems["en"] if one["post"] in ("good", f"{'n' * 252}.md")]


def test_the_screen_cannot_be_written_to_by_a_name(office: Office) -> None:
    """No control character of a file's name or text reaches the terminal."""
    for screen in office.screens.values():
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", screen)


@pytest.mark.parametrize("post", ["brackets", "huge.md", "bomb", "long"])
def test_a_bad_post_is_previewed_with_its_problems(office: Office, post: str) -> None:
    """Whoever looks at it sees what is wrong; nothing more can be shown of it."""
    for lang in LANGUAGES:
        assert "✗ " in office.desk("preview", post, lang=lang, code=0).out


def test_a_bad_post_cannot_be_published_at_once(office: Office) -> None:
    """Neither by hand; the reason is said."""
    for post in ("brackets", "cut"):
        said = office.desk("publish", post, "--now", code=1)
        assert (said.out + said.err).strip()


def test_the_good_ones_are_planned_and_published(office: Office) -> None:
    """The bad ones beside them change nothing for them; cron is told of each, with file and line, once."""
    desk = office.desk
    planned = {
        one["post"] for one in desk("plan", "--json", code=0).json["actions"] if one["action"] == "book"
    }
    assert len(planned) == 2
    good = desk.root / "content" / "good" / "post.md"
    good.write_text(good.read_text(encoding="utf-8").replace(f"{FAR}\n", ""), encoding="utf-8")
    said = desk("run", "--once", code=0)
    log = desk("log", "--json", code=0).json
    assert {(one["channel"], one["state"]) for one in log if one["path"] == "good"} == {
        ("fb", "published"),
        ("x", "published"),
    }
    assert {one["path"] for one in log} == {"good", f"{'n' * 252}.md"}
    for bad in BAD.values():
        place = rf" {re.escape(bad.file)}{f':{bad.line}' if bad.line else ''}( · \w+)?: "
        lines = [line for line in said.err.splitlines() if re.search(place, line) and "WARNING" in line]
        assert len(set(lines)) == len(lines) >= 1, place


# ── Files that may not be read ───────────────────────────────────────────────


def test_what_may_not_be_read_is_named(tmp_path: Path) -> None:
    """A closed text, picture and folder; the post beside them goes on."""
    desk = Desk(tmp_path / "desk")
    desk.post("good")
    text = desk.post("text") / "post.md"
    photo = desk.post("photo", foto_jpg=picture()) / "foto.jpg"
    closed = desk.post("closed")
    for each in (text, photo, closed):
        each.chmod(0)
    try:
        for lang in LANGUAGES:
            said = desk(
                "check", "--json", lang=lang, code=1, command=unprivileged(desk.command("check", "--json"))
            )
            errors = {
                one["file"]: (one["code"], bool(one["fix"]))
                for one in said.json
                if one["severity"] == "error"
            }
            assert errors == {
                "content/text/post.md": ("content.unreadable", True),
                "content/photo/post.md": ("content.unreadable", True),
                "content/closed": ("content.folder_unreadable", True),
            }
            assert "Permission" not in said.out
        planned = desk("plan", code=0, command=unprivileged(desk.command("plan", "--json"))).json["actions"]
        assert {one["path"] for one in planned} == {"good"}
    finally:
        closed.chmod(0o755)


# ── Templates ────────────────────────────────────────────────────────────────

TEMPLATES = {
    "syntax": ("{{ post.body }}\n{% if %}\n", 2),
    "a name that is not there": ("{{ post.body }}\n\n{{ post.colour }}\n", 3),
    "an error while it runs": ("{{ post.body }}\n{{ 1 / 0 }}\n", 2),
    "what is not allowed": ("{{ post.__class__.__mro__ }}\n", 1),
    "a file that is not there": ("{% include 'nothing.j2' %}\n", 1),
    "not UTF-8": (b"caf\xe9 {{ post.body }}\n", None),
    "without end": ("{% for i in range(10**9) %}{{ i }}{% endfor %}\n", 1),
}


@pytest.mark.parametrize("kind", TEMPLATES)
def test_a_broken_template_stops_its_platform_only(tmp_path: Path, kind: str) -> None:
    """File and line of the template, in both languages; the other platform is planned as ever."""
    source, line = TEMPLATES[kind]
    desk = Desk(tmp_path / "desk")
    desk.post("good")
    template = desk.root / "templates" / "twitter" / "feed.txt.j2"
    template.parent.mkdir(parents=True)
    template.write_bytes(source if isinstance(source, bytes) else source.encode())
    told = []
    for lang in LANGUAGES:
        (one,) = desk("check", "--json", lang=lang, code=1).json
        assert (one["file"], one["line"], one["channel"]) == ("templates/twitter/feed.txt.j2", line, "x")
        assert one["fix"]
        told.append(one["message"])
    assert told[0] != told[1]
    if line == 2:
        booked = [one["channel"] for one in desk("plan", "--json").json["actions"] if one["action"] == "book"]
        assert booked == ["fb"]
