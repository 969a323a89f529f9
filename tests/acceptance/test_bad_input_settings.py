"""A broken schedule.yaml stops the start with file and line; so does a workspace that is none."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest

from tests.acceptance.bad_input import LANGUAGES, RAW_ID, SCHEDULE, Desk

pytestmark = pytest.mark.acceptance

HEAD = SCHEDULE.splitlines()[:3]
CHANNEL = '  fb: {platform: facebook, account: "1001", token: env:FB_TOKEN%s}'

UNREADABLE: dict[str, tuple[bytes | str, int | None, str]] = {
    "empty": ("", 1, "timezone.*missing"),
    "no keys": ("hello\n", 1, "keys and values"),
    "a list": ("- a\n- b\n", 1, "keys and values"),
    "a tab": ("channels:\n\tfb: 1\n", 2, "tab"),
    "an open bracket": ("timezone: UTC\nchannels: [a\nquiet: {}\n", 2, "bracket"),
    "an open quotation": ("timezone: UTC\nlanguage: 'en\nquiet: {}\n", 2, "quotation"),
    "a colon too many": ("timezone: a: b\n", 1, "colon"),
    "a wrong indent": ("channels:\n  fb: {}\n x: {}\n", 3, "YAML"),
    "two of a key": (f"{SCHEDULE}timezone: UTC\n", 7, "twice.*line 2"),
    "a reference": ("a: &x 1\n", 1, "reference"),
    "a tag": ("timezone: UTC\na: !!python/object:os.system x\n", 2, "tag"),
    "two documents": (f"{SCHEDULE}---\na: 1\n", 7, "second"),
    "too deep": ("[" * 1000, 1, "20 levels"),
    "NUL": (f"{SCHEDULE}\0", 7, r"U\+0000"),
    "not UTF-8": (b"timezone: caf\xe9\n", 1, "UTF-8"),
    "UTF-16": (SCHEDULE.encode("utf-16"), 1, "UTF-8"),
    "too big": (SCHEDULE + "#" * 1_100_000, None, "1,000,000"),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_cannot_be_read_stops_the_start(tmp_path: Path, kind: str) -> None:
    """File, line, what is wrong, what to do; nothing is made, no log, no sandbox."""
    data, line, says = UNREADABLE[kind]
    desk = Desk(tmp_path / "desk")
    (desk.root / "schedule.yaml").write_bytes(data if isinstance(data, bytes) else data.encode())
    place = f"schedule.yaml:{line}: " if line else "schedule.yaml: "
    desk.refuses("run", "--once", tells=f"{place}.*{says}")
    assert not (desk.root / ".publisher").exists()


WRONG = {
    "timezon: UTC": "“timezon”; did you mean “timezone”",
    "grace: soon": "not a length of time: “soon”",
    "approval: maybe": "“approval” cannot be “maybe”",
    "approvers: Sari": "must be a list",
    "quiet: {hours: ['25:00-01:00']}": "25:00-01:00",
    "network: {proxy: foo, ca: nothing.pem}": "nothing.pem",
    "log: mysql://a": "PostgreSQL",
    "workspace: 'a b'": "“a b”",
    "defaults: {facebook: {foo: 1}, hashtags: 1}": "defaults.facebook.foo",
    "channels:": None,
    CHANNEL.replace("facebook", "facebok") % "": "did you mean “facebook”",
    CHANNEL.replace("fb:", "a1:").replace('"1001"', "1001") % "": "must be text",
    CHANNEL.replace("fb:", "a2:").replace("env:FB_TOKEN", "EAAGsecret") % "": "env:NAME or file:PATH",
    CHANNEL.replace("fb:", "a3:").replace(', account: "1001"', "") % "": "“account” is missing",
    CHANNEL.replace("fb:", "a4:") % ", slots: [noday 08:00]": "“noday 08:00” is not a slot",
    CHANNEL.replace("fb:", "a5:") % ", spacing: soon": "“channels.a5.spacing”",
    CHANNEL.replace("fb:", "a6:") % ", quota: -1": "of 0 or more, not “-1”",
    CHANNEL.replace("fb:", "a7:") % ", budget_usd: .nan": "amount of 0 or more",
    CHANNEL.replace("fb:", "a8:") % ", colour: red": "“channels.a8.colour”",
    CHANNEL.replace("fb:", "a 9!:") % "": "cannot be a name",
    "  b: hello": "“channels.b” needs keys below it",
}


def test_every_mistake_is_told_at_once_each_with_its_line(tmp_path: Path) -> None:
    """Nobody finds them one by one; a token written by mistake is not repeated on the screen."""
    lines = ["timezone: Mars/Olympus", "language: fr", "sandbox: maybe", *WRONG]
    desk = Desk(tmp_path / "desk")
    (desk.root / "schedule.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    expected = {
        1: "Mars/Olympus",
        2: "“fr”",
        3: "“maybe”",
        **{number: says for number, says in enumerate(WRONG.values(), 4) if says},
    }
    said = desk("run", code=1)
    assert "EAAGsecret" not in said.err
    told = {}
    for line in said.err.removeprefix("publisher: ").splitlines():
        if line.startswith("schedule.yaml:"):
            _, number, words = line.split(":", 2)
            told.setdefault(int(number), []).append(words)
    for number, says in expected.items():
        assert any(says in words for words in told.get(number, [])), (
            f"{lines[number - 1]}: {told.get(number)}"
        )
    assert said.err.count("  → ") == sum(map(len, told.values()))
    assert not RAW_ID.search(said.err.replace("config.", ""))


def test_programs_get_them_as_a_list(tmp_path: Path) -> None:
    """`check --json` prints problems like those of posts, and nothing else."""
    desk = Desk(tmp_path / "desk")
    (desk.root / "schedule.yaml").write_text("timezone: Mars\nfoo: 1\nchannels: {}\n", encoding="utf-8")
    for lang in LANGUAGES:
        said = desk("check", "--json", lang=lang, code=1)
        assert {(one["file"], one["line"]) for one in said.json} == {
            ("schedule.yaml", 1),
            ("schedule.yaml", 2),
        }
        assert said.err == ""


@pytest.mark.parametrize("verb", ["plan", "log", "publish a", "hold --all", "new a"])
def test_every_verb_stops_at_a_broken_schedule(tmp_path: Path, verb: str) -> None:
    """None goes on with half the settings."""
    desk = Desk(tmp_path / "desk")
    (desk.root / "schedule.yaml").write_text("timezone: Mars\nchannels: {}\n", encoding="utf-8")
    said = desk(*verb.split(), code=1)
    assert "schedule.yaml:1: " in said.err
    assert said.out == ""


# ── No workspace ─────────────────────────────────────────────────────────────

VERBS = [
    *("check", "plan", "status", "log", "resolve", "preview a", "run --once", "publish a", "approve a"),
    *("reject a --note b", "hold --all", "release --all", "new a"),
]


@pytest.mark.parametrize("verb", VERBS)
def test_outside_a_workspace_every_verb_says_how_to_get_one(tmp_path: Path, verb: str) -> None:
    """In the chosen language, whether the folder is there or not; nothing is made."""
    desk = Desk(tmp_path / "empty", schedule=None)
    desk.root.mkdir()
    said = desk(*verb.split(), lang="id", code=1)
    assert re.search("Tidak ada schedule.yaml.*\n.*publisher init", said.err)
    assert said.out == ""
    assert [path.name for path in tmp_path.rglob("*")] == ["empty"]


def test_a_workspace_that_is_not_there(tmp_path: Path) -> None:
    """The same words, with the folder's name; it is not made."""
    Desk(tmp_path / "nothing", schedule=None).refuses("run", tells="nothing.*\n.*publisher init")
    assert list(tmp_path.iterdir()) == []


def test_a_workspace_that_is_a_file_is_none(tmp_path: Path) -> None:
    """Said with the name of what is wrong."""
    (tmp_path / "file").write_text("a", encoding="utf-8")
    Desk(tmp_path / "file", schedule=None).refuses("check", tells="schedule.yaml.*file, not a folder")


def test_a_schedule_that_is_a_folder_is_told(tmp_path: Path) -> None:
    """Not read, and not taken for missing without a word."""
    desk = Desk(tmp_path / "desk", schedule=None)
    (desk.root / "schedule.yaml").mkdir(parents=True)
    desk.refuses("check", tells="schedule.yaml: .*folder, not a file")


def test_a_current_folder_that_was_deleted(tmp_path: Path) -> None:
    """No traceback there either."""
    gone = tmp_path / "gone"
    desk = Desk(tmp_path, schedule=None)
    script = 'cd "$1" && rmdir "$1" && exec "$2" -m publisher check'
    for lang, says in (("en", "not found"), ("id", "tidak ditemukan")):
        gone.mkdir()
        said = desk(lang=lang, code=1, command=["sh", "-c", script, "sh", str(gone), sys.executable])
        assert says in said.err


def test_a_missing_content_folder_cancels_nothing(tmp_path: Path) -> None:
    """It is said in `check`; what was booked stays as it is."""
    desk = Desk(tmp_path / "desk")
    desk.post("good")
    desk("run", "--once", code=0)
    os.rename(desk.root / "content", desk.root / "elsewhere")
    for lang in LANGUAGES:
        (one,) = desk("check", "--json", lang=lang, code=1).json
        assert (one["code"], one["file"]) == ("content.missing", "content")
    said = desk("run", "--once")
    assert "content" in said.err
    assert {one["state"] for one in desk("log", "--json", code=0).json} == {"waiting"}
    os.rename(desk.root / "elsewhere", desk.root / "content")
    desk("check", code=0)
