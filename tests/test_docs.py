"""Docs are tested: whatever a user can type, set or meet is documented, and what the docs name is there."""

from __future__ import annotations

import argparse
import inspect
import re
import signal
import tomllib
from pathlib import Path

import pytest

import connectors.errors
import publisher.errors
from connectors import registry
from publisher.cli import parser
from publisher.config import hosts, keys
from publisher.content import facts
from publisher.model import State
from publisher.publish_log import states

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
PAGES = sorted(
    [*ROOT.glob("*.md"), *DOCS.rglob("*.md"), *ROOT.glob("connectors/*/README.md"), *ROOT.glob("deploy/*.md")]
)
EVERYWHERE = {"--workspace", "--sandbox", "--by", "--lang", "--json"}


def page(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(text: str, heading: str) -> str:
    """What stands below the heading that begins with `heading`, up to the next of its level or above."""
    level = len(heading) - len(heading.lstrip("#"))
    found = re.search(rf"^{re.escape(heading)}(?![\w-]).*?(?=^#{{1,{level}}} |\Z)", text, re.M | re.S)
    assert found, f"no section {heading!r}"
    return found[0]


def codes(text: str) -> set[str]:
    """Everything set as code."""
    return set(re.findall(r"`([^`\n]+)`", text))


def rows(text: str) -> set[str]:
    """The first cell of every table row, where it is code."""
    return set(re.findall(r"^\| `([^`\n]+)` \|", text, re.M))


# ── What there is, is documented ─────────────────────────────────────────────


@pytest.mark.parametrize("verb", parser.VERBS, ids=lambda verb: verb.name)
def test_every_command_and_option_is_documented(verb: parser.Verb) -> None:
    """docs/commands.md has a section per verb that names each of its options."""
    text = section(page("commands.md"), f"### `publisher {verb.name}")
    one = argparse.ArgumentParser()
    verb.arguments(one)
    options = {flag for action in one._actions for flag in action.option_strings if flag.startswith("--")}
    missing = {flag for flag in options - {"--help"} - EVERYWHERE if flag not in text}
    assert not missing


def test_no_command_is_documented_that_is_not_there() -> None:
    """docs/commands.md promises nothing that cannot be typed."""
    told = set(re.findall(r"^### `publisher (\w+)", page("commands.md"), re.M))
    assert told == {verb.name for verb in parser.VERBS}


def test_options_taken_everywhere_are_documented() -> None:
    """The options of every command are told once, at the top."""
    top = page("commands.md").partition("\n## ")[0]
    assert {flag for flag in EVERYWHERE if flag not in top} == set()


def test_every_workspace_key_is_documented() -> None:
    """docs/settings.md has a row for each key of schedule.yaml, and for no other."""
    text = section(page("settings.md"), "## `schedule.yaml`")
    channels, quiet = section(text, "### Channels"), section(text, "### Quiet")
    host = section(text, "### Media host")
    assert rows(host) == set(hosts.every_key())
    assert rows(channels) == set(keys.CHANNEL_KEYS)
    assert rows(quiet) == set(keys.QUIET_KEYS)
    assert rows(text.replace(channels, "").replace(quiet, "").replace(host, "")) == set(keys.KEYS)


def test_every_post_key_is_documented() -> None:
    """docs/settings.md has a row for each key of a post, and for no other."""
    assert rows(section(page("settings.md"), "## A post")) == set(facts.KEYS)


@pytest.mark.parametrize("platform", registry.platforms())
def test_every_platform_and_its_options_are_documented(platform: str) -> None:
    """Each platform has a README beside its code, is named in the main one, and its options are settings."""
    room = registry.room(platform)
    text = section(page("settings.md"), f"### `{platform}`")
    wanted = {"text", "placement", *(option.name for option in room.options)}
    assert rows(text) == wanted
    for option in room.options:
        assert set(option.choices) <= codes(text)
    assert (ROOT / "connectors" / platform / "README.md").is_file()
    assert room.title in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_state_and_legal_change_is_documented() -> None:
    """The table of states in docs/reliability.md is the table in states.py."""
    text = section(page("reliability.md"), "## States")
    told = {}
    for line in re.findall(r"^\| `.+\|$", text, re.M):
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        told[cells[0].strip("`")] = codes(cells[-1])
    assert told == {str(old): {str(new) for new in news} for old, news in states.LEGAL.items()}
    assert set(told) == {str(state) for state in State}


def test_every_error_class_is_documented() -> None:
    """docs/errors-and-exit-codes.md has a row per class, with its exit code where it has one."""
    text = page("errors-and-exit-codes.md")
    for module in (connectors.errors, publisher.errors):
        for name, kind in inspect.getmembers(module, inspect.isclass):
            if not issubclass(kind, Exception) or kind.__module__ != module.__name__:
                continue
            row = re.search(rf"^\| `{name}` \|.*$", text, re.M)
            assert row, name
            if issubclass(kind, publisher.errors.PublisherError):
                assert row[0].startswith(f"| `{name}` | {kind.exit_code} |"), name


def test_every_exit_code_is_documented() -> None:
    """The exit codes in the docs are those that the command line names."""
    from publisher.cli import main

    text = section(page("errors-and-exit-codes.md"), "## Exit codes")
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", text, re.M)}
    named = {int(code) for code in re.findall(r"\b(\d) [a-z`]", inspect.getdoc(main.main) or "")}
    own = {
        kind.exit_code
        for _, kind in inspect.getmembers(publisher.errors, inspect.isclass)
        if hasattr(kind, "exit_code")
    }
    ended = {main.INTERRUPTED, main.PIPE_CLOSED, 128 + signal.SIGTERM}
    assert told == named | own | ended | {main.OK, main.ERROR}
    assert {0, 1, 2, 3, 4, 5} <= told


def test_every_dependency_is_explained() -> None:
    """docs/dependencies.md has a reason for each package that is asked for, and names no other."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [*project["dependencies"]]
    lines += [line for extra in project["optional-dependencies"].values() for line in extra]
    for file in ("build.in", "dev.in", "bench.txt"):
        text = (ROOT / "requirements" / file).read_text(encoding="utf-8")
        lines += [line for line in text.splitlines() if line and line[0].isalnum()]
    wanted = {re.split(r"[\[<>=!~; ]", line)[0].lower() for line in lines}
    cells = re.findall(r"^\| ([^|`]+) \|", page("dependencies.md"), re.M)
    extras = re.findall(r"^\| `\w+` \| ([^|]+) \|", page("dependencies.md"), re.M)
    told = {name.strip().lower() for cell in (*cells, *extras) for name in cell.split(",")}
    assert told - {"package", "extra"} == wanted


# ── What the docs name, is there ─────────────────────────────────────────────


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(path: Path) -> None:
    """Every relative link names a file, and a heading in it where it names one."""
    text = path.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        file = (path.parent / name).resolve() if name else path
        assert file.exists(), f"{path.name}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.M)
            anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            assert anchor in anchors, f"{path.name}: {target}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_named_in_docs_are_there(path: Path) -> None:
    """A path of our code that a page names exists; a moved file takes its pages along."""
    for code in codes(path.read_text(encoding="utf-8")):
        if re.fullmatch(
            r"(publisher|connectors|templates|content|tests|benchmarks|deploy|docs|requirements)/[\w./-]*",
            code,
        ):
            assert (ROOT / code).exists(), f"{path.name}: {code}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_in_docs_can_be_typed(path: Path) -> None:
    """`publisher VERB` names a verb and `make TARGET` a target."""
    text = path.read_text(encoding="utf-8")
    verbs = {verb.name for verb in parser.VERBS} | {"VERB"}
    told = re.findall(r"(?:`|\$ |bin/)publisher (?:--\w+ \S+ )*([a-zA-Z]+)", text)
    assert set(told) <= verbs
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert set(re.findall(r"(?:`|\$ )make ([a-z]+)", text)) <= targets
