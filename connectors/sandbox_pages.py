"""What the sandbox shows people: a feed of everything live, a page per post, the media in them.

Each post is drawn by its room's mock-up, the same that previews are drawn by (mockup.py): what was seen
before and what stands there afterwards can be laid side by side.
"""

from __future__ import annotations

import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from connectors import mockup
from connectors.mockup import Shown, ShownMedia, ShownPart
from connectors.sandbox_checks import Picture, picture
from connectors.sandbox_clips import Clip, clip_of
from connectors.sandbox_hosting import sent
from connectors.sandbox_world import Json, LivePost, Simulator, World

if TYPE_CHECKING:
    from jinja2 import Template
    from markupsafe import Markup
    from werkzeug.wrappers import Request

AT_ONCE = 60
"""Posts on one page of the feed."""
WORDS = {
    "mockup.more": "selengkapnya (more)",
    "mockup.no_alt": "belum ada teks alternatif (no alternative text)",
    "mockup.carousel": "Gambar, digeser ke samping (pictures, swiped sideways)",
    "mockup.covered": "Tunjukkan arsiran: yang tertutup aplikasi (hatch what the app covers)",
    "mockup.comment": "komentar (comment)",
    "mockup.like": "Suka",
    "mockup.reply": "Komentari",
    "mockup.share": "Bagikan",
    "mockup.message": "Kirim pesan",
    "mockup.site": "Gambar dan judul diambil dari situs itu. (Picture and title are taken from that site.)",
}
"""What mock-ups say; the sandbox is one for all, so in both languages at once."""

_MEDIA = re.compile(r"/media/[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A post as one mock-up, with what its own account hung on it.

    Attributes:
        marks: whose it is, and what kind.
        addresses: what leads to each of its parts: words, path.
        others: what was removed below it, or was said by somebody else.
    """

    platform: str
    marks: tuple[str, ...]
    addresses: tuple[tuple[str, str], ...]
    drawn: Markup
    removed: bool
    others: tuple[_Entry, ...] = ()


def handle(world: World, simulators: Mapping[str, Simulator], request: Request) -> Response:
    """Answer a request outside `/admin` and the platforms: the feed, or media."""
    path = request.path
    if path == "/finish" and request.method == "POST":
        return _finished(world, simulators, request)
    if path == "/":
        return _feed(world, simulators, max(0, request.args.get("from", 0, type=int)))
    found = world.media(path.removeprefix("/media/")) if _MEDIA.fullmatch(path) else None
    if found is not None:
        return sent(found[1], found[0], request)
    return not_found()


def post_page(world: World, simulators: Mapping[str, Simulator], post: LivePost | None) -> Response:
    """The page a permalink leads to: the post, what it answers, and what answers it."""
    if post is None or post.removed:
        return not_found()
    above = world.post(post.platform, post.parent) if post.parent else None
    up = (above.path, _line(above)) if above else None
    return _page(_line(post), [_entry(world, simulators, post)], up=up)


def not_found() -> Response:
    """For people: there is no such page."""
    return _page("404", notice="Tidak ditemukan. (Not found.)", status=404)


def _feed(world: World, simulators: Mapping[str, Simulator], start: int) -> Response:
    """The newest first, so many at once."""
    roots = [post for post in world.live() if post.parent is None][::-1]
    shown = [_entry(world, simulators, post) for post in roots[start : start + AT_ONCE]]
    older = start + AT_ONCE if len(roots) > start + AT_ONCE else None
    notice = "" if shown else "Belum ada kiriman. (Nothing is live yet.)"
    drafts = [
        (_drawn(world, simulators, [one]), one.id)
        for simulator in (() if start else simulators.values())
        for one in simulator.drafts()
    ]
    return _page("Semua kiriman (all posts)", shown, notice=notice, older=older, drafts=drafts)


def _finished(world: World, simulators: Mapping[str, Simulator], request: Request) -> Response:
    """A draft is published by hand, as a person does it in the platform's app: then its page."""
    simulator = simulators.get(request.form.get("platform", ""))
    try:
        with world.transaction():
            post = simulator.finish(request.form.get("id", "")) if simulator else None
    except LookupError:
        post = None
    return not_found() if post is None else Response("", 303, headers={"Location": post.path})


def _page(title: str, entries: list[_Entry] | None = None, status: int = 200, **more: Any) -> Response:
    given: dict[str, Any] = {"up": None, "notice": "", "older": None, "drafts": [], **more}
    shown = entries or []
    styles = mockup.styles([one.platform for one in (*shown, *(draft for draft, _ in given["drafts"]))])
    html = _template().render(title=title, entries=shown, styles=styles, **given)
    return Response(html, status, content_type="text/html; charset=utf-8")


# ── One post ─────────────────────────────────────────────────────────────────


def _entry(world: World, simulators: Mapping[str, Simulator], post: LivePost) -> _Entry:
    below = list(_below(world, post))
    own = [one for one in below if one.account == post.account and not one.removed]
    others = [_drawn(world, simulators, [one]) for one in below if one not in own]
    return _drawn(world, simulators, [post, *own], tuple(others))


def _below(world: World, post: LivePost) -> Iterator[LivePost]:
    """All that hangs on a post, each answer before what answers it, oldest first."""
    for one in world.live(platform=post.platform, parent=post.id):
        yield one
        yield from _below(world, one)


def _drawn(
    world: World, simulators: Mapping[str, Simulator], parts: list[LivePost], others: tuple[_Entry, ...] = ()
) -> _Entry:
    root = parts[0]
    simulator = simulators.get(root.platform)
    profile = simulator.profile(root.account) if simulator else None
    name = profile.name if profile else root.account
    shown = Shown(
        platform=root.platform,
        name=name,
        handle="",  # simulated accounts have none
        # What a post is by its own kind is nothing that followers read; it says how the app shows it.
        placement=str(root.options.get("placement") or root.private.get("kind") or ""),
        when=f"{root.created_at:%Y-%m-%d %H:%M} UTC",
        parts=tuple(_part(world, one) for one in parts),
    )
    return _Entry(
        platform=root.platform,
        marks=(
            simulator.title if simulator else root.platform,
            name,
            *(("dihapus (removed)",) if root.removed else ()),
        ),
        addresses=tuple((f"{one.kind} · {one.created_at:%Y-%m-%d %H:%M:%S} UTC", one.path) for one in parts),
        drawn=mockup.draw(shown, lambda words: WORDS.get(words, words)),
        removed=root.removed,
        others=others,
    )


def _part(world: World, post: LivePost) -> ShownPart:
    options = dict(post.options)
    poll = options.get("poll")
    if isinstance(poll, dict):
        options["poll"] = poll.get("options", [])
    media = tuple(_medium(world, one) for one in post.media)
    return ShownPart(post.kind, post.text, _web(options.get("link")), media, options)


def _medium(world: World, one: Mapping[str, Json]) -> ShownMedia:
    sha256, alt = str(one["sha256"]), str(one.get("alt") or "")
    found = world.media(sha256)
    if found is None:
        return ShownMedia("image", "", alt, 0, 0, name=sha256[:12])
    mime, source = found
    moves = mime.startswith("video/")
    width, height = _SIZES.of(sha256, lambda: clip_of(source) if moves else picture(_bytes(source)))
    return ShownMedia("video" if moves else "image", f"/media/{sha256}", alt, width, height, name=sha256[:12])


class Sizes:
    """The sizes of the media last shown, by their content: to read one means to decode a picture or clip.

    Args:
        most: so many are remembered; of more, the one that was longest not shown is forgotten.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, tuple[int, int]] = OrderedDict()
        self._guard = Lock()

    def of(self, sha256: str, look: Callable[[], Clip | Picture | None]) -> tuple[int, int]:
        """Width and height; 0, 0 of what cannot be opened. `look` is called if they are not remembered."""
        with self._guard:
            if sha256 in self._kept:
                self._kept.move_to_end(sha256)
                return self._kept[sha256]
        facts = look()
        size = (facts.width, facts.height) if facts else (0, 0)
        with self._guard:
            self._kept[sha256] = size
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        return size


_SIZES = Sizes(4096)


def _bytes(source: Path | BytesIO) -> bytes:
    return source.read_bytes() if isinstance(source, Path) else source.getvalue()


def _web(link: object) -> str:
    """The link if it is one of the web; empty: nothing that a page should lead to."""
    return link if isinstance(link, str) and link.startswith(("http://", "https://")) else ""


def _line(post: LivePost) -> str:
    return post.text.partition("\n")[0][:80] or post.id


@cache
def _template() -> Template:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    folder = FileSystemLoader(Path(__file__).parent)
    made = Environment(
        loader=folder, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return made.get_template("sandbox_pages.html.j2")
