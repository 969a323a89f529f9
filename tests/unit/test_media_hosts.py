"""Where made files are put so that platforms can fetch them."""

from __future__ import annotations

from pathlib import Path

import pytest
import requests

from connectors.contract import Media
from connectors.sandbox import start_in_thread
from publisher.media.hosts.practice import PracticeHost
from publisher.media.store import MediaStore, MediaStoreError
from tests.connectors.sandboxed import image


def kept(store: MediaStore, folder: Path) -> Media:
    from publisher.content.files import hashed

    place = folder / "foto.jpg"
    place.write_bytes(image())
    with place.open("rb") as file:
        sha256 = hashed(file)
    store.keep(place, sha256)
    return Media(sha256, ("strip",), "")


def test_in_practice_the_sandbox_serves_the_made_file(tmp_path: Path) -> None:
    """`url` gives the bytes that would be sent, with their type, to anybody; asked twice, it is the same."""
    with start_in_thread() as sandbox:
        store = MediaStore(tmp_path / "media", PracticeHost(sandbox.url))
        media = kept(store, tmp_path)
        url = store.url(media)
        reply = requests.get(url, timeout=5)
        assert reply.headers["Content-Type"] == "image/jpeg"
        assert reply.content == store.path(media).read_bytes()
        assert store.url(media) == url


def test_a_host_that_does_not_answer_is_tried_again_later(tmp_path: Path) -> None:
    """It is an error of the place, not of the picture."""
    store = MediaStore(tmp_path / "media", PracticeHost("http://127.0.0.1:9"))
    with pytest.raises(MediaStoreError) as caught:
        store.url(kept(store, tmp_path))
    assert caught.value.message == "media.host"
