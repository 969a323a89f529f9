"""Commands that make no sense, readers that leave, and what programs get on stdout."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest

from connectors.clock import pause, stopwatch
from tests.acceptance.bad_input import LANGUAGES, Desk, fair

pytestmark = pytest.mark.acceptance

WRONG = {
    "no verb": ([], None),
    "an unknown verb": (["chek"], "“check”"),
    "an unknown option": (["check", "--foo"], "--foo"),
    "a word too many": (["plan", "x"], "x"),
    "an option without its value": (["log", "--limit"], "--limit"),
    "an unknown language": (["--lang", "fr", "check"], "fr"),
    "new without a title": (["new"], "TITLE"),
    "new with a title of nothing": (["new", "?!"], ""),
    "new at no time": (["new", "a", "--at", "besok"], "besok"),
    "preview of nothing": (["preview"], "POST"),
    "log of a state that is none": (["log", "--state", "gone"], "gone"),
    "log since no time": (["log", "--since", "besok"], "besok"),
    "log of minus one": (["log", "--limit", "-1"], "-1"),
    "approve nothing": (["approve"], "POST"),
    "reject without a reason": (["reject", "a"], "--note"),
    "hold nothing": (["hold"], "--all"),
    "hold too much": (["hold", "a", "--all"], "--all"),
    "hold until no time": (["hold", "a", "--until", "besok"], "besok"),
    "release nothing": (["release"], "--all"),
    "publish nothing": (["publish"], "POST"),
    "resolve without an answer": (["resolve", "a"], "--url"),
    "resolve without a question": (["resolve", "--failed"], ""),
    "resolve with two answers": (["resolve", "a", "--failed", "--not-published"], "--failed"),
    "run with no worker": (["run", "--workers", "0"], "0"),
    "sandbox on no port": (["sandbox", "--port", "99999"], "99999"),
    "two folders": (["init", "a", "b"], "b"),
    "demo of something": (["demo", "x"], "x"),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A workspace with a post, used only for looking."""
    made = Desk(tmp_path_factory.mktemp("usage") / "desk")
    made.post("good")
    return made


@pytest.mark.parametrize("kind", WRONG)
def test_a_command_that_makes_no_sense(desk: Desk, kind: str) -> None:
    """Exit code 2, on stderr what is wrong, in the chosen language; nothing is touched."""
    words, names = WRONG[kind]
    before = sorted(desk.root.rglob("*"))
    said = {lang: desk(*words, lang=lang, code=2) for lang in LANGUAGES}
    english, indonesian = said["en"], said["id"]
    if names is None:  # the help itself
        assert english.out != indonesian.out
    else:
        assert english.err != indonesian.err
        assert names in english.err
        assert english.out == indonesian.out == ""
    assert sorted(desk.root.rglob("*")) == before


NOT_THERE = [
    "preview nix",
    "publish nix",
    "approve nix",
    "hold nix",
    "hold --channel nix",
    "log --channel nix",
]


@pytest.mark.parametrize("words", [*NOT_THERE, "preview good --channel nix", "new a --channels nix"])
def test_what_is_not_there_is_named(desk: Desk, words: str) -> None:
    """A post or channel that nobody knows: exit code 1, its name, and how to find the right one."""
    desk.refuses(*words.split(), tells="“?nix")


# ── For programs ─────────────────────────────────────────────────────────────

LISTS = [
    "check",
    "plan",
    "status",
    "log",
    "resolve",
    "preview good",
    "hold good",
    "release good",
    "new Rapat",
]


def test_json_is_all_that_stands_on_stdout(tmp_path: Path) -> None:
    """One document; no badge, no heading, no colour, nothing on stderr; also with warnings about."""
    desk = Desk(tmp_path / "desk")
    desk.post("good")
    desk.post("broken", "titel: a\n")
    desk("run", "--once")
    for words in LISTS:
        said = desk(*words.split(), "--json", lang="id")
        assert isinstance(json.loads(said.out), dict | list), words
        assert said.err == "", words


@pytest.mark.parametrize("words", ["preview nix", "log --channel nix"])
def test_an_error_leaves_stdout_empty_for_programs(desk: Desk, words: str) -> None:
    """With --json too errors go to stderr."""
    desk.refuses(*words.split(), "--json", tells="nix")


# ── Readers and writers that leave ───────────────────────────────────────────


@pytest.mark.parametrize("verb", ["log", "check", "plan", "--help"])
def test_a_reader_that_leaves_hears_no_complaint(tmp_path: Path, verb: str) -> None:
    """`publisher log | head -1` is quiet."""
    desk = Desk(tmp_path / "desk")
    for number in range(20):
        desk.post(f"p{number}", "titel: a\n" if verb == "check" else "", "kata " * 9 + str(number))
    if verb == "log":
        desk("run", "--once")
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as gone:
        done = subprocess.run(
            desk.command(verb), env=desk.environ, stdout=gone, stderr=subprocess.PIPE, timeout=30, check=False
        )
    assert done.stderr == b""
    assert done.returncode == (0 if verb == "--help" else 141)


@pytest.mark.parametrize("redirection", [">/dev/full", ">&-", "2>&-", "2>/dev/full"])
def test_output_that_cannot_be_written(desk: Desk, redirection: str) -> None:
    """A full disk behind stdout is an error in words; a closed stdout or stderr is nobody's business."""
    script = f'exec "$@" {redirection}'
    said = desk(command=["sh", "-c", script, "sh", *desk.command("status")])
    if redirection == ">/dev/full":
        assert said.code == 1
        assert "disk is full" in said.err
    else:
        assert (said.code, said.err) == (0, "")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_run_ends_with_0_when_asked(tmp_path: Path, number: signal.Signals) -> None:
    """Also in the middle of its start; its sandbox ends with it."""
    desk = Desk(tmp_path / "desk")
    desk.post("good")
    server = desk.root / ".publisher" / "sandbox" / "server.json"
    with desk.running("run") as process:
        began = stopwatch()
        while not server.exists() and stopwatch() - began < 30:
            pause(0.05)
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
        fair(out + err, "run")
        assert process.returncode == 0
    url = json.loads(server.read_text(encoding="utf-8"))["url"]
    assert not answers(url)


def test_a_command_that_is_ended_takes_its_sandbox_along(tmp_path: Path) -> None:
    """SIGTERM in the middle of `publish --now`: no traceback, and nothing keeps running."""
    desk = Desk(tmp_path / "desk")
    desk.post("good")
    server = desk.root / ".publisher" / "sandbox" / "server.json"
    with desk.running("publish", "good", "--now") as process:
        began = stopwatch()
        while not server.exists() and stopwatch() - began < 30:
            pause(0.01)
        process.terminate()
        out, err = process.communicate(timeout=30)
    fair(out + err, "publish")
    assert process.returncode in (0, -signal.SIGTERM)
    assert not answers(json.loads(server.read_text(encoding="utf-8"))["url"])


INTERRUPTED = """
import os, signal, sys
import publisher.__main__ as program

class Interrupt:
    def find_spec(self, name, path=None, target=None):
        if name == "MODULE":
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)

sys.meta_path.insert(0, Interrupt())
sys.exit(program.main())
"""


@pytest.mark.parametrize(
    "at", ["publisher.cli.main", "publisher.cli.parser", "publisher.desk", "publisher.daemon"]
)
def test_an_interrupt_while_it_starts(tmp_path: Path, at: str) -> None:
    """Ctrl-C while the program is still being loaded: no traceback, and it ends."""
    desk = Desk(tmp_path / "desk")
    script = INTERRUPTED.replace("MODULE", at)
    said = desk(command=[*desk.command()[:1], "-c", script, "--workspace", str(desk.root), "run"])
    assert said.code in (0, 130)


def answers(url: str) -> bool:
    """Whether anybody listens there."""
    import socket

    host, _, port = url.removeprefix("http://").partition(":")
    try:
        socket.create_connection((host, int(port)), timeout=1).close()
    except OSError:
        return False
    return True
