"""What staff drop in with no other word, rendered: a press release with a photo, a message from WhatsApp.

`make golden` writes the files in drops/renditions anew.
"""

from dataclasses import replace
from pathlib import Path

import pytest

from publisher import content
from publisher.render import Templates
from tests.golden.test_samples import ROOT, WORKSPACE, written_for

HERE = Path(__file__).parent / "drops"
TEMPLATES = Templates(ROOT / "templates", ROOT / "templates")
POSTS = content.read(HERE / "content", root=HERE, zone=WORKSPACE.timezone).posts
FB, X = WORKSPACE.channel("fb"), WORKSPACE.channel("x")
CHANNELS = (
    *WORKSPACE.channels,
    replace(X, label="x-utas", long_text="thread"),
    replace(X, label="x-galat", long_text="error"),
)
DEFAULTS = {"complaints": {"name": "SP4N-LAPOR!", "sms": "1708", "url": "natuna.lapor.go.id", "topics": ()}}


@pytest.mark.parametrize("post", POSTS, ids=lambda post: post.path)
def test_a_drop_goes_out_as_expected(post, request):
    """On all six: whole where it fits, an excerpt or a thread where it does not, an error only on request."""
    assert not post.problems
    path = HERE / "renditions" / (post.path.replace("/", "__").replace(" ", "_") + ".txt")
    now = written_for(post, CHANNELS, TEMPLATES, DEFAULTS)
    if request.config.getoption("--golden-update", default=False):
        path.write_text(now, encoding="utf-8")
    assert path.exists(), "run `make golden` and look at the new file"
    assert path.read_text(encoding="utf-8") == now


def test_the_message_goes_out_as_it_was_typed():
    """On Facebook not a character differs but the asterisks of bold words."""
    (message,) = (post for post in POSTS if post.path.endswith(".txt"))
    text = (HERE / "content" / message.path).read_text(encoding="utf-8").strip()
    bare = text
    for bold in ("PERINGATAN DINI CUACA", "hujan lebat", "tidak melaut"):
        bare = bare.replace(f"*{bold}*", bold)
    assert f"| {bare}".replace("\n", "\n| ").replace("| \n", "|\n") in written_for(
        message, (FB,), TEMPLATES, {}
    )
