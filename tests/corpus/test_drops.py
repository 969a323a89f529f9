"""Every drop of the corpus becomes what it should, alone; mutilated ones never crash."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connectors.contract import Severity
from publisher import content
from publisher.content import Content
from publisher.content.text import READERS, Draft, TextError
from tests.corpus.drops import DROPS, Drop


def put(drop: Drop, folder: Path) -> None:
    """The files of a drop below `folder`."""
    for name, given_bytes in drop.files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(given_bytes.encode() if isinstance(given_bytes, str) else given_bytes)


def read(root: Path) -> Content:
    return content.read(root / "content", root=root, zone="Asia/Jakarta")


def test_the_corpus_is_large_and_named() -> None:
    """At least 150 drops, each under a name of its own, and both good and bad ones."""
    assert len(DROPS) >= 150
    assert len({drop.name for drop in DROPS}) == len(DROPS)
    assert sum(not drop.codes for drop in DROPS) > 60
    assert sum(bool(drop.codes) for drop in DROPS) > 60


@pytest.mark.parametrize("drop", DROPS, ids=lambda drop: drop.name)
def test_a_drop_becomes_what_it_should(drop: Drop, tmp_path: Path) -> None:
    """Exactly the expected problems, as many posts, and the facts people meant."""
    put(drop, tmp_path / "content")
    seen = read(tmp_path)
    problems = [*seen.problems, *(problem for post in seen.posts for problem in post.problems)]
    told = {problem.code for problem in problems if problem.severity is not Severity.NOTICE}
    assert told == drop.codes
    assert len(seen.posts) == drop.posts
    for name, wanted in drop.facts.items():
        assert fact(seen.posts[0], name) == wanted, name


def fact(post: Any, name: str) -> Any:
    """A field of a post; `time` is the wall time it is to be published at."""
    if name != "time":
        return getattr(post, name)
    return post.publish_at.wall if post.publish_at else None


_TEXTS = [
    (given_bytes.encode() if isinstance(given_bytes, str) else given_bytes, name.rpartition(".")[2].lower())
    for drop in DROPS
    for name, given_bytes in drop.files.items()
    if name.rpartition(".")[2].lower() in READERS and len(given_bytes) < 50_000
]


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(_TEXTS), st.data())
def test_a_mutilated_text_is_a_draft_or_a_problem(text: tuple[bytes, str], data: st.DataObject) -> None:
    """Cut anywhere, with a piece of another one in it, a text is read or refused by a code."""
    whole, kind = text
    at, width = data.draw(st.integers(0, len(whole))), data.draw(st.integers(0, 40))
    other = data.draw(st.sampled_from(_TEXTS))[0]
    piece = other[data.draw(st.integers(0, len(other))) :][: data.draw(st.integers(0, 60))]
    made = whole[:at] + piece + whole[at + width :]
    code, draft = "", None
    try:
        draft = READERS[kind](made)
    except TextError as refused:
        code = refused.code
    assert isinstance(draft, Draft) or "." in code
