"""What may be typed: options on both sides of the verb, help in two languages, mistakes told in one line."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher import texts
from publisher.cli import main as command
from publisher.cli import screen
from publisher.cli.parser import VERBS, parse


@pytest.mark.parametrize(
    "words",
    [
        ["--workspace", "w", "--json", "--by", "Sari", "log"],
        ["log", "--workspace", "w", "--json", "--by", "Sari"],
        ["--json", "log", "--by=Sari", "--workspace=w"],
    ],
)
def test_global_options_stand_before_or_after_the_verb(words: list[str]) -> None:
    """Nobody has to remember on which side."""
    given = parse(words)
    assert (given.verb, given.workspace, given.json, given.by) == ("log", "w", True, "Sari")


def test_what_is_not_given_is_not_there() -> None:
    """Without options, schedule.yaml and the login decide."""
    given = parse(["log"])
    assert (given.workspace, given.sandbox, given.by, given.lang, given.json) == (
        None,
        None,
        None,
        None,
        False,
    )


@pytest.mark.parametrize("language", ["en", "id"])
@pytest.mark.parametrize("verb", VERBS, ids=lambda verb: verb.name)
def test_every_verb_explains_itself(language: str, verb: object, capsys: pytest.CaptureFixture[str]) -> None:
    """`publisher VERB --help` shows words, never an id of ours, and ends with 0."""
    texts.use(language)
    with pytest.raises(SystemExit) as end:
        parse([verb.name, "--help"])  # type: ignore[attr-defined]
    told = capsys.readouterr().out
    assert end.value.code == 0
    assert "cli." not in told
    assert ("pemakaian:" if language == "id" else "usage:") in told


@pytest.mark.parametrize("language", ["en", "id"])
def test_help_lists_every_verb_in_its_group(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The five groups, in the reader's language, hold all verbs."""
    texts.use(language)
    with pytest.raises(SystemExit) as end:
        parse(["--help"])
    told = capsys.readouterr().out
    groups = {"en": "Write Look Decide Run", "id": "Menulis Melihat Memutuskan Menjalankan Memasang"}
    assert end.value.code == 0
    assert all(f"\n{group}\n" in told for group in groups[language].split())
    assert all(f"\n  {verb.name} " in told for verb in VERBS)
    assert max(map(len, told.splitlines())) <= 80


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["chekc"], "did you mean “check”?"),
        (["qqq"], "There is no command “qqq”."),
        (["preview"], "one of these is needed: POST --week"),
        (["preview", "p", "--week"], "cannot be combined with"),
        (["log", "--limit", "0"], "“0” is not a whole number of 1 or more."),
        (["sandbox", "--port", "70000"], "“70000” is not a port number."),
        (["--lang", "fr", "log"], "'fr' is not possible"),
        (["reject", "post"], "missing: --note"),
        (["resolve", "p", "--url", "u", "--failed"], "cannot be combined with"),
        (["check", "--json=yes"], "takes no value"),
        (["status", "extra"], "not understood: extra"),
    ],
)
def test_mistakes_are_told_and_end_with_2(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong and where to read on, in two lines on stderr."""
    with pytest.raises(SystemExit) as end:
        parse(words)
    output = capsys.readouterr()
    assert end.value.code == 2
    assert told in output.err
    assert output.out == ""
    assert len(output.err.splitlines()) == 2


def test_no_verb_shows_help_and_ends_with_2(capsys: pytest.CaptureFixture[str]) -> None:
    """`publisher` alone is a question."""
    with pytest.raises(SystemExit) as end:
        parse([])
    assert end.value.code == 2
    assert "publisher" in capsys.readouterr().out


# ── Language ─────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("words", "environ", "schedule", "language"),
    [
        (["--lang", "id"], {"PUBLISHER_LANG": "en"}, "language: en\n", "id"),
        (["log", "--lang=id"], {}, None, "id"),
        ([], {"PUBLISHER_LANG": "en", "LANG": "id_ID.UTF-8"}, "language: id\n", "en"),
        ([], {"LANG": "en_GB.UTF-8"}, "language: id # x\n", "id"),
        ([], {"LANG": "id_ID.UTF-8"}, 'a: 1\nlanguage: "en"\n', "en"),
        ([], {"LANG": "en_GB.UTF-8"}, "timezone: WIB\n", "id"),
        ([], {"LANG": "id_ID.UTF-8"}, None, "id"),
        ([], {"LC_ALL": "C", "LANG": "id_ID"}, None, "en"),
        ([], {}, None, "en"),
        (["--lang", "xx"], {"PUBLISHER_LANG": "yy"}, None, "en"),
    ],
)
def test_the_language_is_decided_in_this_order(
    words: list[str],
    environ: dict[str, str],
    schedule: str | None,
    language: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """--lang, PUBLISHER_LANG, the workspace's (Indonesian where it says nothing), the system's, English."""
    if schedule is not None:
        (tmp_path / "schedule.yaml").write_text(schedule, encoding="utf-8")
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    assert command._language(words, environ) == language


def test_help_names_its_values_in_the_readers_language(capsys):
    """KIRIMAN, KANAL, WAKTU: what is to be typed in their place is said by their names."""
    texts.use("id")
    try:
        with pytest.raises(SystemExit):
            parse(["hold", "--help"])
    finally:
        texts.use("en")
    told = capsys.readouterr().out
    assert "--until WAKTU" in told
    assert "[KIRIMAN]" in told
    assert "POST" not in told


def test_hints_can_be_typed_where_no_shell_finds_the_program(monkeypatch):
    """After `make demo` it lies in .venv/bin; installed, its name is enough."""
    monkeypatch.setattr("sys.argv", [".venv/bin/publisher", "demo"])
    monkeypatch.setenv("PATH", "/nowhere")
    assert screen.program() == ".venv/bin/publisher"
    monkeypatch.setattr("sys.argv", ["/usr/lib/publisher/__main__.py"])
    assert screen.program() == "publisher"
