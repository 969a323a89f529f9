"""The sandbox's feed: every post as its platform shows it, by the mock-ups that previews are drawn by."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import requests
from babel.messages.pofile import read_po
from PIL import Image

from connectors.sandbox import Sandbox, start_in_thread
from connectors.sandbox_checks import Picture
from connectors.sandbox_pages import AT_ONCE, WORDS, Sizes
from connectors.sandbox_world import LivePost
from tests.clips import clip

AT = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
CATALOGUES = Path(__file__).parents[2] / "publisher" / "locale"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start_in_thread() as running:
        yield running


def live(sandbox: Sandbox, platform: str, number: int, text: str = "Isi.", **more: Any) -> LivePost:
    account = sandbox.simulators[platform].account.id
    given: dict[str, Any] = {"path": f"/{platform}/web/{number}", "kind": "root", **more}
    post = LivePost(
        platform, account, str(number), text=text, created_at=AT + timedelta(seconds=number), **given
    )
    sandbox.world.publish(post)
    return post


def picture(sandbox: Sandbox, alt: str = "") -> dict[str, str]:
    data = BytesIO()
    Image.new("RGB", (80, 100), "#246").save(data, "PNG")
    return {"type": "image", "sha256": sandbox.world.keep(data.getvalue(), "image/png"), "alt": alt}


def page(sandbox: Sandbox, path: str = "/") -> str:
    reply = requests.get(sandbox.url + path, timeout=10)
    assert reply.status_code == 200
    return reply.text


@pytest.mark.parametrize("platform", ["facebook", "instagram", "threads", "tiktok", "twitter", "youtube"])
def test_each_platform_has_its_own_look(sandbox: Sandbox, platform: str) -> None:
    """The room's mock-up with its style, the picture with its size and alternative text, the address."""
    live(sandbox, platform, 1, "Banjir di <b>Ranai</b>", media=(picture(sandbox, "Genangan"),))
    shown = page(sandbox)
    assert f'<article class="mock mock-{platform}">' in shown
    assert f".mock-{platform}" in shown
    assert 'width="80" height="100" alt="Genangan"' in shown
    assert f'href="/{platform}/web/1"' in shown
    assert "<b>Ranai" not in shown
    assert platform == "youtube" or "&lt;b&gt;Ranai" in shown


def test_a_thread_is_one_post_with_an_address_for_each_part(sandbox: Sandbox) -> None:
    """Each part hangs on the one before; the page of a part leads up."""
    live(sandbox, "twitter", 1, "Satu")
    live(sandbox, "twitter", 2, "Dua", kind="thread", parent="1")
    live(sandbox, "twitter", 3, "Tiga", kind="thread", parent="2", path="/twitter/web/dinas/status/3")
    shown = page(sandbox)
    assert shown.count("<article") == 1
    assert shown.index("Satu</div>") < shown.index("Dua</div>") < shown.index("Tiga</div>")
    assert all(f'href="/twitter/web/{place}"' in shown for place in ("1", "2", "dinas/status/3"))
    last = page(sandbox, "/twitter/web/dinas/status/3")
    assert '↑ <a href="/twitter/web/2">Dua</a>' in last
    assert "Satu" not in last


def test_what_is_shown_again_is_not_opened_again(sandbox: Sandbox) -> None:
    """A file is opened for the first page that shows it: what is known of bytes stays true of them."""
    box = b"\x00\x50\x00\x00free" + bytes(5 * 2**20 - 8)
    kept = sandbox.world.keep_file(BytesIO(clip(size=(90, 160)) + box), "video/mp4")
    live(sandbox, "youtube", 1, "Klip", media=({"type": "video", "sha256": kept, "alt": ""},))
    first = page(sandbox)
    assert "mock-zone" in first  # as only an upright clip has it
    sandbox.world.shelf.place("blobs", kept).write_bytes(b"no clip any more")
    assert page(sandbox) == first


def test_a_clip_that_came_as_one_piece_is_shown_as_a_clip(sandbox: Sandbox) -> None:
    """Its bytes were kept as a piece of an upload on one platform before they were a clip on another."""
    data = clip(size=(160, 90))
    keep = sandbox.world.keep
    kept = [
        keep(data, mime) for mime in ("application/octet-stream", "video/mp4", "application/octet-stream")
    ]
    live(sandbox, "facebook", 1, "Klip", media=({"type": "video", "sha256": kept[0], "alt": ""},))
    assert len(set(kept)) == 1
    assert f'<video src="/media/{kept[0]}"' in page(sandbox)
    shown = requests.get(f"{sandbox.url}/media/{kept[0]}", timeout=10)
    assert (shown.headers["Content-Type"], shown.content) == ("video/mp4", data)


def test_so_many_sizes_are_remembered() -> None:
    """Those shown last; what was forgotten is looked at again."""
    looked: list[str] = []
    sizes = Sizes(2)

    def size_of(name: str) -> tuple[int, int]:
        return sizes.of(name, lambda: looked.append(name) or Picture("image/png", len(looked), 1, 1))

    assert [size_of(name) for name in ("a", "b", "a", "c", "a", "b")] == [
        *[(1, 1), (2, 1), (1, 1)],
        *[(3, 1), (1, 1), (4, 1)],
    ]
    assert looked == ["a", "b", "c", "b"]
    assert sizes.of("d", lambda: None) == sizes.of("d", lambda: None) == (0, 0)


def test_what_was_removed_stays_marked(sandbox: Sandbox) -> None:
    """A removed post, and a removed comment below one that stands."""
    live(sandbox, "facebook", 1, "Berdiri")
    live(sandbox, "facebook", 2, "Salah ketik", kind="comment", parent="1", removed=True)
    live(sandbox, "facebook", 3, "Ditarik", removed=True)
    shown = page(sandbox)
    assert shown.count('class="entry removed"') == 2
    assert shown.count("dihapus (removed)") == 2
    assert shown.index("Ditarik") < shown.index("Berdiri") < shown.index("Salah ketik")


@pytest.mark.parametrize("poll", [{"options": ["Ya", "Tidak"], "duration_minutes": 60}, ["Ya", "Tidak"]])
def test_polls_and_links_are_shown(sandbox: Sandbox, poll: object) -> None:
    """As X keeps a poll, and as Threads does; a link only if it is one of the web."""
    live(sandbox, "threads", 1, options={"poll": poll, "link": "https://ppid.example.go.id/daftar"})
    live(sandbox, "threads", 2, options={"link": "javascript:alert(1)"})
    shown = page(sandbox)
    assert "<li>Ya</li><li>Tidak</li>" in shown
    assert ">ppid.example.go.id</span>" in shown
    assert "javascript" not in shown


def test_stories_fill_the_screen(sandbox: Sandbox) -> None:
    """By what Facebook keeps of it, and by what Instagram does."""
    media = (picture(sandbox),)
    live(sandbox, "facebook", 1, media=media, private={"kind": "story"})
    live(sandbox, "instagram", 2, media=media, options={"placement": "story"})
    assert page(sandbox).count('class="mock-phone"') == 2


def test_media_that_are_lost_are_named(sandbox: Sandbox) -> None:
    """The page stands nevertheless."""
    live(sandbox, "twitter", 1, media=({"type": "image", "sha256": "0" * 64, "alt": "Peta"},))
    assert 'aria-label="Peta"' in page(sandbox)


def test_a_long_feed_comes_in_pieces(sandbox: Sandbox) -> None:
    """The newest first; what no number means begins at the newest."""
    for number in range(AT_ONCE + 1):
        live(sandbox, "twitter", number, f"Kiriman {number}.")
    first, rest = page(sandbox), page(sandbox, f"/?from={AT_ONCE}")
    assert first.count("<article") == AT_ONCE
    assert f'href="/?from={AT_ONCE}"' in first
    assert "Kiriman 0." not in first
    assert rest.count("<article") == 1
    assert "Kiriman 0." in rest
    assert "?from=" not in rest
    assert page(sandbox, "/?from=-3") == page(sandbox, "/?from=x") == first


def test_everything_a_mock_up_says_is_said_here_too() -> None:
    """The sandbox has words for every message of the mock-ups' catalogue."""
    with (CATALOGUES / "id" / "mockup.po").open("rb") as file:
        wanted = {str(message.id) for message in read_po(file) if message.id}
    assert wanted == set(WORDS)
