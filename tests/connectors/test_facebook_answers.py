"""How Meta's answers are read: codes, waits, pages of a list, and posts in it; pure."""

from __future__ import annotations

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.contract import Media, Part, PartKind
from connectors.errors import OutcomeUnknownError, RejectedError, TemporaryError
from connectors.facebook.codes import ROWS
from connectors.facebook.matching import Match, match, same_comment
from connectors.graph_api import THROTTLE_PAUSE, appsecret_proof, error_of, moment_of, retry_at

NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)


def usage(*minutes: Any) -> dict[str, str]:
    entries = [{"type": "pages", "estimated_time_to_regain_access": one} for one in minutes]
    return {"X-Business-Use-Case-Usage": json.dumps({"1001": entries})}


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, THROTTLE_PAUSE),
        (usage(0), THROTTLE_PAUSE),
        (usage(3, 9), timedelta(minutes=9)),
        (usage(None), THROTTLE_PAUSE),
        (usage("x"), THROTTLE_PAUSE),
        ({"X-Business-Use-Case-Usage": "no JSON"}, THROTTLE_PAUSE),
        ({"X-Business-Use-Case-Usage": "[1]"}, THROTTLE_PAUSE),
    ],
)
def test_the_wait(headers: dict[str, str], wait: timedelta) -> None:
    """The longest time that Meta names, in minutes; a quarter of an hour where it names none."""
    assert retry_at(headers, NOW) - NOW == wait


@given(
    body=st.none()
    | st.text(max_size=5)
    | st.dictionaries(
        st.sampled_from(["code", "error_subcode", "message", "is_transient", "error_user_msg"]),
        st.none() | st.booleans() | st.integers(-5, 90000) | st.text(max_size=5),
    ),
    phase=st.sampled_from(["commit", "other"]),
)
def test_any_answer_is_an_error_of_ours(body: Any, phase: Any) -> None:
    """No answer, however odd, breaks the reading; one without a code leaves a commit in doubt."""
    error = error_of(body, ROWS, phase, {}, NOW)
    if phase == "other":
        assert error.effect == "none"
    elif not (isinstance(body, dict) and {type(body.get("code")), type(body.get("error_subcode"))} & {int}):
        assert error.effect == "maybe"


def test_codes_that_no_row_knows() -> None:
    """A refusal is one unless Meta calls it transient; in a commit neither is certain."""
    unknown, transient = {"code": 77777}, {"code": 77777, "is_transient": True}
    assert isinstance(error_of(unknown, ROWS, "other", {}, NOW), RejectedError)
    assert isinstance(error_of(transient, ROWS, "other", {}, NOW), TemporaryError)
    refused = error_of(unknown, ROWS, "commit", {}, NOW)
    assert isinstance(refused, RejectedError)
    assert refused.effect == "maybe"
    assert isinstance(error_of(transient, ROWS, "commit", {}, NOW), OutcomeUnknownError)


def test_a_narrow_row_stands_before_a_wide_one() -> None:
    """No row is hidden behind an earlier one that takes all its answers."""
    for number, row in enumerate(ROWS):
        code = row.code if row.code is not None else 100
        body = {"code": code, "error_subcode": row.subcode or 0}
        phase: Any = "commit" if row.phase == "any" else row.phase
        error = error_of(body, ROWS, phase, {}, NOW)
        assert type(error) is row.error, (number, row.label)


def test_proof() -> None:
    """HMAC-SHA256 of the token under the app's secret, in hex."""
    wanted = hmac.new(b"rahasia", b"sandbox-token", hashlib.sha256).hexdigest()
    assert appsecret_proof("rahasia", "sandbox-token") == wanted


def test_times() -> None:
    """Meta's offset without a colon is understood; anything else is no time."""
    assert moment_of("2026-11-24T08:00:00+0700") == NOW
    assert moment_of(int(NOW.timestamp())) == moment_of(str(int(NOW.timestamp()))) == NOW
    assert moment_of(None) is None
    assert moment_of("kemarin") is None


PHOTOS = (Media("a", (), ""), Media("b", (), ""))
IN_ALBUM = [{"type": "photo", "target": {"id": "7"}}, {"type": "photo"}]
ALBUM = {"type": "album", "subattachments": {"data": IN_ALBUM}}
SHARE = {"type": "share", "url": "https://l.facebook.com/l.php?u=https%3A%2F%2Fnatunakab.go.id%2Frenstra"}
LINK = "https://natunakab.go.id/renstra"


@pytest.mark.parametrize(
    ("message", "attached", "part", "how"),
    [
        ("Halo  warga\n", [], Part(PartKind.ROOT, "Halo warga"), Match.ALIKE),
        ("Halo", [], Part(PartKind.ROOT, "Halo warga"), Match.NO),
        ("Halo", [{"type": "photo"}], Part(PartKind.ROOT, "Halo"), Match.NO),
        ("Halo", [SHARE], Part(PartKind.ROOT, "Halo"), Match.ALIKE),
        ("Halo", [ALBUM], Part(PartKind.ROOT, "Halo", media=PHOTOS), Match.ALIKE),
        ("Halo", [{"type": "photo"}], Part(PartKind.ROOT, "Halo", media=PHOTOS), Match.NO),
        ("Halo", [SHARE], Part(PartKind.ROOT, "Halo", LINK), Match.ALIKE),
        ("Halo", [SHARE], Part(PartKind.ROOT, "Halo", LINK + "/lain"), Match.PERHAPS),
        ("Halo", [], Part(PartKind.ROOT, "Halo", LINK), Match.PERHAPS),
        ("", [SHARE], Part(PartKind.ROOT, "", LINK), Match.ALIKE),
        ("", [ALBUM], Part(PartKind.ROOT, "", media=PHOTOS), Match.PERHAPS),
        ("", [SHARE], Part(PartKind.ROOT, "", media=PHOTOS[:1]), Match.NO),
    ],
)
def test_match(message: str, attached: list[Any], part: Part, how: Match) -> None:
    """Words, photos and link decide; where they leave a doubt, it stays one."""
    post = {"id": "1001_1", "message": message, "attachments": {"data": attached}}
    assert match(post, part, ()) is how


def test_our_own_upload_is_proof() -> None:
    """A post that carries a photo we uploaded for this part is ours, whatever became of its words."""
    post = {"id": "1001_1", "message": "Disunting", "attachments": {"data": [ALBUM]}}
    part = Part(PartKind.ROOT, "Halo", media=PHOTOS)
    assert match(post, part, {"7", "8"}) is Match.SURE
    assert match(post, part, {"8", "9"}) is Match.NO


def test_comments_are_the_pages_own() -> None:
    """A citizen's comment with the same words is not ours; where Meta hides the author, words decide."""
    part = Part(PartKind.COMMENT, "Selengkapnya")
    assert same_comment({"message": "Selengkapnya", "from": {"id": "1001"}}, part, "1001")
    assert not same_comment({"message": "Selengkapnya", "from": {"id": "55"}}, part, "1001")
    assert same_comment({"message": "Selengkapnya"}, part, "1001")
    assert not same_comment({"message": "Lain"}, part, "1001")
