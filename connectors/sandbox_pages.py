"""What the sandbox shows people: a feed of everything live, a page per post, the media in them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from werkzeug.wrappers import Response

from connectors.sandbox_world import LivePost, Simulator, World

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 0 auto; padding: 0 1rem 3rem }
.drill { position: sticky; top: 0; background: #b00; color: #fff; padding: .4rem 1rem; margin: 0 -1rem 1rem }
article { border: 1px solid #ccc; border-radius: .5rem; padding: 1rem; margin: 1rem 0 }
article article { margin-left: 1rem; border-width: 0 0 0 3px; border-radius: 0 }
.text { white-space: pre-wrap; overflow-wrap: anywhere }
.removed { opacity: .5 } img { max-width: 100%; max-height: 20rem; display: block }
small, figcaption { color: #666 } figure { margin: .5rem 0 }
"""


def handle(world: World, simulators: Mapping[str, Simulator], path: str) -> Response:
    """Answer a request outside `/admin` and the platforms: the feed, or media."""
    if path == "/":
        roots = [post for post in world.live() if post.parent is None]
        feed = "".join(_article(world, simulators, post) for post in reversed(roots))
        return _page("Latihan", feed or "<p>Belum ada kiriman. (Nothing is live yet.)</p>")
    blob = world.blob(path.removeprefix("/media/")) if path.startswith("/media/") else None
    if blob is not None:
        return Response(blob[1], content_type=blob[0], headers={"X-Content-Type-Options": "nosniff"})
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
    pictures = "".join(
        f'<figure><img src="/media/{escape(str(one["sha256"]))}" alt="{escape(str(one.get("alt") or ""))}">'
        f"<figcaption>{escape(str(one.get('alt') or '(tanpa teks alternatif)'))}</figcaption></figure>"
        for one in post.media
    )
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


def _is_web(link: object) -> bool:
    return isinstance(link, str) and link.startswith(("http://", "https://"))


def _line(post: LivePost) -> str:
    return post.text.partition("\n")[0][:80] or post.id
