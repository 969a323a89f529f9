"""The samples, rendered by the sample workspace: what would go out is committed, and every change is seen.

`make golden` writes the files beside this one anew.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from connectors import registry
from connectors.contract import Json, MediaFacts, Part
from publisher import config, content
from publisher.cards.deck import Cards
from publisher.desk.previewing import counts_of
from publisher.media import inspect
from publisher.model import Channel, Post, Rendered
from publisher.render import Templates, render
from publisher.views import PartCount

ROOT = Path(__file__).parents[2]
EXPECTED = Path(__file__).parent / "renditions"
WORKSPACE = config.load(ROOT)
POSTS = [
    post
    for post in content.read(WORKSPACE.content_dir, root=ROOT, zone=WORKSPACE.timezone).posts
    if not post.draft
]
TEMPLATES = Templates(WORKSPACE.templates_dir, WORKSPACE.templates_dir)


def written(post: Post) -> str:
    """Everything that would go out for one post, for people to read."""
    return written_for(post, WORKSPACE.channels, TEMPLATES, WORKSPACE.defaults)


def written_for(
    post: Post, channels: Iterable[Channel], templates: Templates, defaults: Mapping[str, Json]
) -> str:
    """The same on channels of one's choice."""
    facts = {one.source: inspect.facts(one.path, one.name) for one in (*post.media, *post.companions)}
    lines = [f"post: {post.path}"]
    for channel in channels:
        if post.channels is None or channel.label in post.channels:
            shown = _dressed(post, channel, facts)
            found = render(
                shown,
                channel,
                templates,
                facts,
                language=WORKSPACE.language,
                zone=WORKSPACE.timezone,
                defaults=defaults,
            )
            lines += ["", *_channel(found, facts)]
    return "\n".join(lines) + "\n"


def _dressed(post: Post, channel: Channel, facts: dict[str, MediaFacts]) -> Post:
    """With its cards. Known here by their words: their bytes hang on what rasterises letters."""
    with TemporaryDirectory() as folder:
        dressed = Cards(replace(WORKSPACE, root=Path(folder))).dressed(post, channel, facts).post
        if dressed.media == post.media:
            return dressed
        cards = []
        for card in dressed.media:
            source = sha256(card.alt.encode()).hexdigest()
            facts[source] = replace(inspect.facts(card.path, card.name), size=1, name=card.name)
            cards.append(replace(card, source=source))
        return replace(dressed, media=tuple(cards))


def _channel(found: Rendered, facts: dict[str, MediaFacts]) -> Iterator[str]:
    room = registry.room(found.channel.platform)
    yield f"=== {found.channel.label} · {room.title} · {found.channel.account}"
    if found.rendition is None:
        yield "left out" if found.skipped else "nothing to send"
    else:
        yield f"{found.rendition.placement} {found.rendition.fingerprint}"
        counts = counts_of(found.rendition, room, facts)
        for number, (part, count) in enumerate(zip(found.rendition.parts, counts, strict=True), 1):
            yield from _part(part, number, count, facts)
    for problem in found.problems:
        values = json.dumps(dict(problem.values), ensure_ascii=False, sort_keys=True)
        yield f"! {problem.severity} {problem.code} {values} {problem.file}:{problem.line}"


def _part(part: Part, number: int, count: PartCount, facts: dict[str, MediaFacts]) -> Iterator[str]:
    yield f"--- {number} {part.kind} · {count.used} of {count.limit}"
    yield from (f"| {line}".rstrip() for line in part.text.split("\n"))
    if part.link:
        yield f"link: {part.link}"
    if part.options:
        yield f"options: {json.dumps(dict(part.options), ensure_ascii=False, sort_keys=True)}"
    for media in part.media:
        known = facts[media.source]
        size = f"{known.width}×{known.height} {known.mime} {known.size} bytes"
        yield f"media: {known.name} · {'+'.join(media.recipe)} · {size} · {media.alt}"
    yield from (f"beside: {facts[one.source].name} · {one.role} {one.language}" for one in part.companions)


def file_of(post: Post) -> Path:
    """Where the expectation of a post lies."""
    return EXPECTED / (post.path.replace("/", "__").replace(" ", "_") + ".txt")


@pytest.mark.parametrize("post", POSTS, ids=lambda post: post.path)
def test_a_sample_goes_out_as_expected(post, request):
    """Each channel's text, link, options and pictures are exactly those committed."""
    assert not post.problems
    path, now = file_of(post), written(post)
    if request.config.getoption("--golden-update", default=False):
        path.parent.mkdir(exist_ok=True)
        path.write_text(now, encoding="utf-8")
    assert path.exists(), "run `make golden` and look at the new file"
    assert path.read_text(encoding="utf-8") == now


def test_no_expectation_is_left_behind(request):
    """A sample that is gone takes its file with it."""
    known = {file_of(post) for post in POSTS}
    left = {path for path in EXPECTED.glob("*.txt") if path not in known}
    if request.config.getoption("--golden-update", default=False):
        for path in left:
            path.unlink()
        left = set()
    assert not left


def test_there_are_samples():
    """An empty folder would prove nothing."""
    assert len(POSTS) >= 8
