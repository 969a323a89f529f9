"""What the sandbox shows people: a feed of everything live, a page per post, the media in them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from werkzeug.wrappers import Response

from connectors.sandbox_hosting import sent
from connectors.sandbox_world import Json, LivePost, Simulator, World

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 0 auto; padding: 0 1rem 3rem }
.drill { position: sticky; top: 0; background: #b00; color: #fff; padding: .4rem 1rem; margin: 0 -1rem 1rem }
article { border: 1px solid #ccc; border-radius: .5rem; padding: 1rem; margin: 1rem 0 }
article article { margin-left: 1rem; border-width: 0 0 0 3px; border-radius: 0 }
.text { white-space: pre-wrap; overflow-wrap: anywhere }
.removed { opacity: .5 } img, video { max-width: 100%; max-height: 20rem; display: block }
small, figcaption { color: #666 } figure { margin: .5rem 0 }
"""

_MEDIA = re.compile(r"/media/[0-9a-f]{64}")


def handle(world: World, simulators: Mapping[str, Simulator], request: Request) -> Response:
    """Answer a request outside `/admin` and the platforms: the feed, or media."""
    path = request.path
    if path == "/":
        roots = [post for post in world.live() if post.parent is None]
        feed = "".join(_article(world, simulators, post) for post in reversed(roots))
        return _page("Latihan", feed or "<p>Belum ada kiriman. (Nothing is live yet.)</p>")
    found = world.media(path.removeprefix("/media/")) if _MEDIA.fullmatch(path) else None
    if found is not None:
        return sent(found[1], found[0], request)
    return not_found()


def post_page(world: World, simulators: Mapping[str, Simulator], post: LivePost | None) -> Response:
    """The page a permalink leads to: the post, what it answers, and what answers it."""
    if post is None or post.removed:
        return not_found()
    above = world.post(post.platform, post.parent) if post.parent else None
    lead = f'<p>↑ <a href="{escape(above.path)}">{escape(_line(above))}</a></p>' if above else ""
    return _page(_line(post), lead + _article(world, simulators, post))


def not_found() -> Response:
    """For people: there is no such page."""
    return _page("404", "<p>Tidak ditemukan. (Not found.)</p>", 404)


def _page(title: str, body: str, status: int = 200) -> Response:
    html = (
        f'<!doctype html><html lang="id"><meta charset="utf-8"><title>LATIHAN · {escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        '<p class="drill"><b>LATIHAN</b> · tidak ada yang benar-benar terbit (nothing here is real) · '
        f'<a href="/" style="color:inherit">semua kiriman</a></p>{body}</html>'
    )
    return Response(html, status, content_type="text/html; charset=utf-8")


def _article(world: World, simulators: Mapping[str, Simulator], post: LivePost) -> str:
    """A post with all that hangs on it, oldest answer first."""
    profile = simulators[post.platform].profile(post.account) if post.platform in simulators else None
    name = profile.name if profile else post.account
    title = simulators[post.platform].title if post.platform in simulators else post.platform
    kind = "" if post.kind == "root" else f"{escape(post.kind)} · "
    pictures = "".join(_figure(one) for one in post.media)
    link = post.options.get("link")
    card = f'<p><a href="{escape(str(link))}">{escape(str(link))}</a></p>' if _is_web(link) else ""
    gone = ' class="removed"' if post.removed else ""
    answers = "".join(
        _article(world, simulators, one) for one in world.live(platform=post.platform, parent=post.id)
    )
    return (
        f"<article{gone}><small>{escape(title)} · <b>{escape(name)}</b> · {kind}"
        f'<a href="{escape(post.path)}">{post.created_at:%Y-%m-%d %H:%M:%S} UTC</a></small>'
        f'<div class="text">{escape(post.text)}</div>{card}{pictures}{answers}</article>'
    )


def _figure(one: Mapping[str, Json]) -> str:
    """A picture, or a clip that plays; what it shows in words below."""
    place, words = f"/media/{escape(str(one['sha256']))}", escape(str(one.get("alt") or ""))
    moving = f'<video src="{place}" controls preload="metadata" aria-label="{words}"></video>'
    shown = moving if one.get("type") == "video" else f'<img src="{place}" alt="{words}">'
    return f"<figure>{shown}<figcaption>{words or '(tanpa teks alternatif)'}</figcaption></figure>"


def _is_web(link: object) -> bool:
    return isinstance(link, str) and link.startswith(("http://", "https://"))


def _line(post: LivePost) -> str:
    return post.text.partition("\n")[0][:80] or post.id
