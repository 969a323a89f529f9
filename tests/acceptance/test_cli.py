"""The command line as people and programs use it: the real program, a workspace of its own per test."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import pytest
import yaml

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.acceptance

POST = """---
title: Gotong royong
publish_at: 2031-03-04 08:00
---
Selasa pagi kita bersihkan halaman.

Bawa sapu.
"""
SCHEDULE = """language: en
timezone: Asia/Jakarta
sandbox: true
channels:
  fb: {platform: facebook, account: "1001", token: env:FB_TOKEN}
  x: {platform: twitter, account: "2001", token: env:X_TOKEN}
"""
PATIENCE = 240
"""Seconds: the demo waits for what platforms take to process, some 84 where nothing else runs."""


class Program:
    """`publisher` on one workspace."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.environ = {**os.environ, "XDG_STATE_HOME": str(root.parent / "state"), "LANG": "C.UTF-8"}
        for name in ("NO_COLOR", "FORCE_COLOR", "PUBLISHER_LANG", "PUBLISHER_DEBUG"):
            self.environ.pop(name, None)

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "publisher", "--workspace", str(self.root), *words]

    def __call__(self, *words: str, code: int | None = 0) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            self.command(*words),
            capture_output=True,
            text=True,
            env=self.environ,
            timeout=PATIENCE,
            check=False,
        )
        assert "Traceback" not in done.stdout + done.stderr
        if code is not None:
            assert done.returncode == code, f"{words}: {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self(*words, "--json", code=code).stdout)

    @contextmanager
    def sandbox(self) -> Iterator[dict[str, Any]]:
        with subprocess.Popen(
            self.command("sandbox", "--json"), stdout=subprocess.PIPE, text=True, env=self.environ
        ) as process:
            assert process.stdout is not None
            try:
                yield json.loads(process.stdout.readline())
            finally:
                process.terminate()
        assert process.returncode == 0


@pytest.fixture
def program(tmp_path: Path) -> Program:
    root = tmp_path / "desk"
    (root / "content").mkdir(parents=True)
    (root / "schedule.yaml").write_text(SCHEDULE, encoding="utf-8")
    (root / "content" / "royong.md").write_text(POST, encoding="utf-8")
    return Program(root)


# ── Set up, write, look ──────────────────────────────────────────────────────


def test_init_makes_a_workspace_that_is_in_order(tmp_path: Path) -> None:
    """The samples of a fresh workspace pass `check`, and every later `init` there is refused."""
    program = Program(tmp_path / "baru")
    assert program.json("init")["made"]
    assert [problem for problem in program.json("check") if problem["severity"] == "error"] == []
    before = sorted(path.read_bytes() for path in program.root.rglob("*") if path.is_file())
    assert "already a workspace" in program("--lang", "en", "init", code=1).stderr
    assert sorted(path.read_bytes() for path in program.root.rglob("*") if path.is_file()) == before


def test_init_keeps_what_is_there(program: Program) -> None:
    """A folder with posts becomes a workspace around them."""
    (program.root / "schedule.yaml").unlink()
    program("init", "--no-samples")
    assert (program.root / "content" / "royong.md").read_text(encoding="utf-8") == POST
    assert not (program.root / "content" / "contoh").exists()


def test_new_writes_a_draft_that_can_be_previewed(program: Program) -> None:
    """What `new` makes is never planned as it is, and never overwritten."""
    made = program.json("new", 'Rapat: "besar" & kecil', "--at", "2031-05-06 09:30", "--channels", "x")
    text = (program.root / made["file"]).read_text(encoding="utf-8")
    assert "\ndraft: yes\n" in text
    shown = program.json("preview", "rapat-besar-kecil.md")
    assert shown["title"] == 'Rapat: "besar" & kecil'
    assert not [one for one in program.json("plan")["actions"] if one["post"] == shown["post"]]
    assert "already there" in program("new", "rapat besar kecil", code=1).stderr
    program("new", "Lagi", "--at", "besok", code=2)
    program("new", "Lagi", "--channels", "tiktok", code=1)
    assert program.json("new", "Foto", "--folder")["file"] == "content/foto/post.md"


def test_check_lists_problems_for_people_and_programs(program: Program) -> None:
    """Each with its place and what to do; broken posts stop nothing else, and exit code is 1."""
    (program.root / "content" / "rusak.md").write_text("---\ntitel: x\nkanal: [\n---\nhai", encoding="utf-8")
    found = program.json("check", code=1)
    keys = {"code", "severity", "post", "file", "line", "channel", "message", "fix"}
    assert all(keys <= set(problem) for problem in found)
    (error,) = (problem for problem in found if problem["severity"] == "error")
    assert (error["file"], error["post"]) == ("content/rusak.md", "rusak.md")
    assert isinstance(error["line"], int)
    assert error["fix"]
    told = program("check", code=1).stdout
    assert f"✗ rusak.md:{error['line']}: {error['message']} {error['fix']}" in told
    program("preview", "royong")


def test_check_tells_of_the_files_it_is_given(program: Program) -> None:
    """A picture, a text, a folder, a part of a title: each stands for its post; settings for all."""
    for name in ("satu", "dua"):
        folder = program.root / "content" / "banjir" / name
        folder.mkdir(parents=True)
        (folder / "teks.md").write_text(f"---\nkunci: {name}\n---\nAir naik: {name}\n", encoding="utf-8")
        (folder / "denah.txt~").write_text("-", encoding="utf-8")

    def told(*paths: str) -> list[str]:
        code = 1 if paths != ("royong",) else 0
        found = program.json("check", *paths, code=code)
        return sorted({one["post"] for one in found if one["severity"] == "error"})

    root = program.root
    assert told("banjir/satu/teks.md") == ["banjir/satu"]
    assert told(str(root / "content/banjir/dua/denah.txt~")) == ["banjir/dua"]
    assert told("content/banjir") == ["banjir/dua", "banjir/satu"]
    assert told("schedule.yaml") == told("content") == told() == ["banjir/dua", "banjir/satu"]
    assert told("royong") == []
    assert "nowhere" in program("check", "nowhere", code=1).stderr


def test_check_as_workflow_commands(program: Program) -> None:
    """GitHub is told file and line of each; people reading its log, how many there are."""
    (program.root / "content" / "rusak.md").write_text("---\ntitel: x\n---\nhai", encoding="utf-8")
    *commands, summary = program("check", "--format", "github", code=1).stdout.splitlines()
    assert [one for one in commands if one.startswith("::error file=content/rusak.md,line=2,title=")]
    assert all(one.startswith("::") for one in commands)
    assert "Errors: 1" in summary
    assert program("check", "--format", "json", code=1).stdout == program("check", "--json", code=1).stdout
    (program.root / "schedule.yaml").write_text("channels: 1\n", encoding="utf-8")
    broken = program("check", "--format", "github", code=1).stdout
    assert broken.startswith("::error file=schedule.yaml,line=1,")


@pytest.mark.parametrize(("touched", "code"), [("banjir.md", 1), ("royong.md", 0)])
def test_the_pre_commit_hook_checks_what_a_commit_touches(program: Program, touched: str, code: int) -> None:
    """As pre-commit runs it: at the top of a repository, its entry and the staged files that match."""
    (hook,) = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
    (program.root / "content" / "banjir.md").write_text("---\nkunci: x\n---\nAir naik\n", encoding="utf-8")
    git = ["git", "-c", "user.name=Desk", "-c", "user.email=desk@example.org"]
    for words in (["init", "-q"], ["add", f"content/{touched}"]):
        subprocess.run([*git, *words], cwd=program.root, check=True)
    staged = subprocess.run(
        [*git, "diff", "--cached", "--name-only", "-z"],
        cwd=program.root,
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    files = [name for name in staged if re.search(hook["files"], name)]
    assert files == [f"content/{touched}"]
    command = [sys.executable, "-m", *shlex.split(hook["entry"]), *files]
    done = subprocess.run(
        command, cwd=program.root, capture_output=True, text=True, env=program.environ, check=False
    )
    assert done.returncode == code, done.stdout + done.stderr


def test_check_tells_programs_of_a_broken_schedule(program: Program) -> None:
    """schedule.yaml stops everybody with file:line; `check --json` lists all of it."""
    (program.root / "schedule.yaml").write_text("timezone: Mars\nfoo: 1\nchannels: {}\n", encoding="utf-8")
    assert {(problem["file"], problem["line"]) for problem in program.json("check", code=1)} == {
        ("schedule.yaml", 1),
        ("schedule.yaml", 2),
    }
    told = program("--lang", "en", "run", code=1).stderr
    assert "schedule.yaml:1:" in told
    assert "schedule.yaml:2:" in told


def test_preview_shows_what_json_says(program: Program) -> None:
    """In a pipe every line of the exact text stands whole; JSON holds it to the letter."""
    channels = {one["channel"]: one for one in program.json("preview", "royong")["channels"]}
    assert set(channels) == {"fb", "x"}
    (part,) = channels["x"]["parts"]
    assert part["text"].endswith("Bawa sapu.")
    assert part["count"]["limit"] == 280
    assert channels["x"]["due_at"] == "2031-03-04T01:00:00+00:00"
    told = program("preview", "royong", "--channel", "x").stdout
    assert all(f"    {line}\n" in told for line in part["text"].split("\n") if line)
    assert f"{part['count']['used']}/280" in told
    assert "08:00 WIB" in told
    assert "Facebook" not in told


@pytest.mark.parametrize(
    "words", [["preview", "none"], ["log", "none"], ["approve", "none"], ["publish", "none"]]
)
def test_a_post_that_is_not_there_is_told(program: Program, words: list[str]) -> None:
    """Exit code 1 and one clear message; before there is a log, `log` has nothing to say."""
    done = program(*words, code=None)
    assert done.returncode == (0 if words[0] == "log" else 1)
    assert "none" in done.stderr or words[0] == "log"


def test_a_named_workspace_is_that_one_and_no_other(program: Program) -> None:
    """A folder below a workspace is none: `--workspace .demo` must never act on the workspace around it."""
    (program.root / "sub").mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "publisher", "--workspace", "sub", "status"],
        cwd=program.root,
        env=program.environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "schedule.yaml" in done.stderr


# ── Decide, publish, look again ──────────────────────────────────────────────


def test_publish_now_goes_out_and_stands_in_the_log(program: Program) -> None:
    """plan → publish → log, on a sandbox that answers: states, links and exit codes agree."""
    assert program("plan", "--exit-code", code=5).stdout.startswith("[PRACTICE]")
    with program.sandbox() as sandbox:
        told = program("publish", "royong", "--now").stdout
        assert told.count("✓") == 2
        found = program.json("log")
        assert {(one["channel"], one["state"]) for one in found} == {("fb", "published"), ("x", "published")}
        keys = {"post", "channel", "platform", "account", "placement", "state", "due_at", "published_at"}
        keys |= {"url", "parts", "attempts", "reason"}
        assert all(keys <= set(one) for one in found)
        for one in found:
            assert one["url"].startswith(sandbox["url"])
            with build_opener(ProxyHandler({})).open(one["url"], timeout=5) as page:
                assert page.status == 200
        program("plan", "--exit-code")
        status = program.json("status")
        assert (status["mode"], status["counts"], status["needs_person"]) == ("sandbox", {"published": 2}, [])
        assert "already" in program("publish", "royong", "--now", code=1).stdout
    assert len(program.json("log", "--channel", "x", "--state", "published")) == 1
    assert program.json("log", "--since", "2031-01-01") == []
    assert len(program.json("log", "royong", "--limit", "1")) == 1
    program("log", "--state", "gone", code=2)


def test_without_a_sandbox_publish_starts_one(program: Program) -> None:
    """Nobody has to start the practice platforms first, and what they remember stays."""
    program("publish", "royong", "--channel", "x", "--now")
    with (
        program.sandbox() as sandbox,
        build_opener(ProxyHandler({})).open(f"{sandbox['url']}/admin/live") as page,
    ):
        assert [one["platform"] for one in json.load(page)] == ["twitter"]


def test_run_once_books_and_hold_and_release_are_kept(program: Program) -> None:
    """Cron's `run --once` ends by itself; a hold on everything shows, and goes again."""
    program("run", "--once")
    assert {one["state"] for one in program.json("log")} == {"waiting"}
    program("hold", code=2)
    program("hold", "royong", "--all", code=2)
    program("hold", "--all", "--reason", "rapat")
    assert program.json("status")["everything_held"] is True
    program("release", "--all")
    assert program.json("status")["everything_held"] is False
    (held,) = program.json("hold", "royong", "--channel", "x", "--until", "2031-03-05 08:00", "--by", "Sari")
    assert held["done"] is True
    (x,) = program.json("log", "--channel", "x")
    assert (x["state"], x["held_by"], x["held_until"]) == ("held", "Sari", "2031-03-05T01:00:00+00:00")
    assert "Sari" in program("log").stdout
    program("release", "royong")
    assert {one["state"] for one in program.json("log")} == {"waiting"}


def test_approval_is_given_by_others_than_the_author(program: Program) -> None:
    """The author's own yes is refused, a colleague's counts, and a no carries its reason."""
    schedule = program.root / "schedule.yaml"
    schedule.write_text(f"approval: required\n{SCHEDULE}", encoding="utf-8")
    post = program.root / "content" / "royong.md"
    post.write_text(POST.replace("title:", "author: Sari\ntitle:"), encoding="utf-8")
    assert program.json("preview", "royong")["channels"][0]["gates"]
    refused = program.json("approve", "royong", "--by", "Sari", code=1)
    assert {one["done"] for one in refused} == {False}
    approved = program.json("--by", "Budi", "approve", "royong", "--note", "baik")
    assert {one["done"] for one in approved} == {True}
    program("reject", "royong", "--by", "Budi", code=2)
    assert {one["done"] for one in program.json("reject", "royong", "--by", "Budi", "--note", "salah")} == {
        True
    }


def test_resolve_with_nothing_open_says_so(program: Program) -> None:
    """Bare `resolve` is a question; an answer without its post, or a post without an answer, is a mistake."""
    assert program.json("resolve") == []
    assert "Nothing needs a person" in program("resolve").stdout
    program("resolve", "royong", code=2)
    program("resolve", "--failed", code=2)


# ── Manners ──────────────────────────────────────────────────────────────────


def test_publish_says_what_it_waits_for(program: Program) -> None:
    """Where the answer is lost, nobody wonders whether the program hangs; leaving it there loses nothing."""
    with program.sandbox() as sandbox:
        lost = {
            "platform": "twitter",
            "method": "POST",
            "path": "/2/tweets$",
            "kind": "drop",
            "phase": "before",
        }
        request = Request(
            f"{sandbox['url']}/admin/faults", json.dumps(lost).encode(), {"Content-Type": "application/json"}
        )
        build_opener(ProxyHandler({})).open(request, timeout=10).close()
        command = program.command("publish", "royong", "--now", "--channel", "x")
        with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=program.environ) as process:
            assert process.stderr is not None
            said = process.stderr.readline()
            process.send_signal(signal.SIGINT)
            process.stderr.read()  # to its end: what it says last must not meet a closed pipe
        assert "x: the answer was lost; looking on the platform" in said
        assert re.search(r"at most \d min \d+ s more", said)
        assert process.returncode == 130
        (delivery,) = program.json("log", "royong")
        assert delivery["state"] == "unknown"


@pytest.mark.parametrize("verb", ["check", "plan", "status", "log", "resolve"])
def test_every_screen_in_sandbox_mode_says_so(program: Program, verb: str) -> None:
    """Nobody takes practice for the real thing, in either language."""
    assert program(verb, code=None).stdout.startswith("[PRACTICE]  ")
    assert program(verb, "--lang", "id", code=None).stdout.startswith("[LATIHAN]  ")
    assert "\x1b" not in program(verb, code=None).stdout


def test_a_reader_that_leaves_is_no_error(program: Program) -> None:
    """`publisher plan | head -1` leaves no complaint behind."""
    (program.root / "content" / "b").mkdir()
    for number in range(400):
        (program.root / "content" / f"p{number}.md").write_text(
            POST.replace("pagi", f"pagi {number}"), "utf-8"
        )
    with subprocess.Popen(
        program.command("plan"), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=program.environ
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 141


def test_what_needs_a_person_is_listed_with_commands_that_work(program: Program) -> None:
    """A refused post: exit code 1, then 4, a choice that can be typed as it stands, and then peace."""
    with program.sandbox() as sandbox:
        fault = {"platform": "facebook", "method": "POST", "path": "feed$", "kind": "status", "status": 400}
        fault["body"] = {"error": {"message": "Invalid parameter", "code": 100, "type": "OAuthException"}}
        body = json.dumps(fault).encode()
        with build_opener(ProxyHandler({})).open(f"{sandbox['url']}/admin/faults", body) as answer:
            assert answer.status == 200
        (failed,) = program.json("publish", "royong", "--channel", "fb", "--now", code=1)
        assert failed["delivery"]["state"] == "failed"
        assert "Invalid parameter" in failed["delivery"]["reason"]
        assert "WARNING" in program("run", "--once", code=3).stderr
        (need,) = program.json("status", code=4)["needs_person"]
        assert [need] == program.json("resolve", code=4)
        commands = [choice["command"] for choice in need["choices"] if choice["command"]]
        told = program("resolve", code=4).stdout
        assert all(command in told for command in commands)
        (again,) = (command for command in commands if "--now" in command)
        program(*shlex.split(again)[1:])
    assert program.json("resolve") == []
    assert program.json("status")["counts"]["published"] == 1


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_ends_in_good_order_when_asked(program: Program, number: int) -> None:
    """SIGTERM and Ctrl-C end the server with 0, quietly, and its sandbox with it."""
    with subprocess.Popen(
        program.command("run"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=program.environ,
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert "PRACTICE" in process.stdout.readline()
        server = program.root / ".publisher" / "sandbox" / "server.json"
        while not server.exists():
            assert process.poll() is None
        process.send_signal(number)
        assert "Traceback" not in process.stderr.read()
    assert process.returncode == 0


# ── The sandbox, the demo ────────────────────────────────────────────────────


def test_the_sandbox_comes_back_on_its_port(program: Program) -> None:
    """Permalinks of yesterday lead somewhere when the sandbox is started again; a second one is refused."""
    with program.sandbox() as first:
        assert first["url"] in program("sandbox", code=1).stderr
    with program.sandbox() as second:
        assert second["url"] == first["url"]


def test_the_demo_touches_no_folder_of_others(program: Program) -> None:
    """It clears away only what a demo made."""
    before = sorted(program.root.rglob("*"))
    assert "the demo did not make it" in program("--lang", "en", "demo", code=1).stderr
    assert sorted(program.root.rglob("*")) == before


@pytest.mark.slow
def test_the_demo_publishes_every_sample(tmp_path: Path) -> None:
    """All samples are out on all channels, with all parts, and the log stays to be read."""
    program = Program(tmp_path / ".demo")
    told = program("--lang", "en", "demo").stdout
    assert "every permalink answers" in told
    found = program.json("log")
    assert {one["state"] for one in found} == {"published"}
    assert len({one["path"] for one in found}) >= 8
    assert all(one["parts_live"] == len(one["parts"]) for one in found)
    assert any(len(one["parts"]) > 2 for one in found)
    with program.sandbox() as sandbox:
        with build_opener(ProxyHandler({})).open(f"{sandbox['url']}/admin/live") as page:
            live = [one["id"] for one in json.load(page) if not one["removed"]]
        assert sorted(live) == sorted(part["platform_id"] for one in found for part in one["parts"])
        assert "still running" in program("--lang", "en", "demo", code=1).stderr


def test_publish_tells_by_its_exit_code_that_a_channel_was_left_behind(program: Program) -> None:
    """One channel out, one with an error: 3; out on both is 0, also when the other one comes later."""
    post = program.root / "content" / "dua.md"
    words = '---\nchannels: [fb, x]\ntwitter: {text: "' + "Kata " * 80 + '"}\n---\nDua kanal.\n'
    post.write_text(words, encoding="utf-8")
    with program.sandbox():
        told = program.json("publish", "dua", "--now", code=3)
        assert {(one["delivery"]["channel"], one["code"]) for one in told} == {
            ("fb", "desk.published"),
            ("x", "desk.has_errors"),
        }
        post.write_text("---\nchannels: [fb, x]\n---\nDua kanal.\n", encoding="utf-8")
        program("publish", "dua", "--now", "--channel", "x")
    assert program.json("status")["counts"]["published"] == 2


def test_what_has_no_time_is_not_given_one(program: Program) -> None:
    """A post that its only channel cannot carry: nobody is told of the year 9999, of missing slots, or that
    it waits.
    """
    text = "---\nchannels: [x]\n---\n" + "Kata " * 200
    (program.root / "content" / "panjang.md").write_text(text, encoding="utf-8")
    settings = f"{SCHEDULE}defaults: {{long_text: error}}\n"
    (program.root / "schedule.yaml").write_text(settings, encoding="utf-8")
    with program.sandbox():
        told = program("publish", "panjang", "--now", code=1).stdout
        [refused] = program.json("publish", "panjang", "--now", code=1)
    assert "9999" not in told
    assert "not in the log yet" in told
    assert "waiting" not in told
    assert tuple(refused["delivery"][key] for key in ("due_at", "due_wall", "due_zone")) == (None, None, None)
    seen = program("--lang", "en", "preview", "panjang").stdout
    assert "the post gives no time" not in seen
