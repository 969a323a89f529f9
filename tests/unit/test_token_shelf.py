"""Where renewed credentials lie: never half written or lost, open to nobody else, held by one at a time."""

from __future__ import annotations

import errno
import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from connectors.errors import ReconnectError
from connectors.renewal import Lasts, Life, Renewal
from publisher import token_shelf
from publisher.token_shelf import ROOM, Grant, Kept, RenewedTokens, Shelf, Slot

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
LIFE = Life(NOW, NOW + timedelta(hours=2), NOW + timedelta(days=180))
GRANT = Grant("tiktok:1", "f" * 32, Renewal(Lasts.RENEWED, "refresh_token", rotates=True))
FIRST = Kept(LIFE, {"token": "rahasia-1", "refresh_token": "segar-1"}, 1)
SECOND = Kept(
    *(LIFE, {"token": "rahasia-2", "refresh_token": "segar-2"}, 2),
    *(NOW, 3, NOW, "given", "invalid_grant", "no", True),
)


def shelf_with(folder: Path, *answers: Kept) -> Shelf:
    shelf = Shelf(folder)
    for kept in answers:
        with shelf.alone(GRANT) as slot:
            assert slot is not None
            slot.make_room()
            slot.keep_answer(kept)
    return shelf


def test_what_is_kept_is_read_by_every_process_and_by_nobody_else(tmp_path: Path) -> None:
    """All of it comes back; the files say nothing, and only their owner may open them."""
    folder = tmp_path / "tokens"
    shelf = shelf_with(folder, FIRST, SECOND)
    assert shelf.read(GRANT) == Shelf(folder).read(GRANT) == SECOND
    for path in folder.iterdir():
        assert b"rahasia" not in path.read_bytes()
        if path.name != "id":
            assert stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert "rahasia" not in repr(SECOND) + repr(shelf)


def test_another_process_sees_a_renewal_at_once(tmp_path: Path) -> None:
    """What was read before is not held against a newer file."""
    reader = Shelf(tmp_path)
    assert reader.read(GRANT) is None
    shelf_with(tmp_path, FIRST)
    assert reader.read(GRANT) == FIRST
    shelf_with(tmp_path, SECOND)
    assert reader.read(GRANT) == SECOND


def test_a_grant_is_held_by_one(tmp_path: Path) -> None:
    """Neither another shelf nor another process gets it meanwhile; it is free when its holder is gone."""
    mine, other = Shelf(tmp_path), Shelf(tmp_path)
    code = (
        "import sys; from pathlib import Path; from tests.unit.test_token_shelf import GRANT, Shelf\n"
        "with Shelf(Path(sys.argv[1])).alone(GRANT) as slot: print(slot is None)"
    )

    def elsewhere() -> str:
        command = [sys.executable, "-c", code, str(tmp_path)]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    with mine.alone(GRANT) as slot:
        assert slot is not None
        with other.alone(GRANT) as second:
            assert second is None
        assert elsewhere() == "True"
    assert elsewhere() == "False"


@pytest.mark.parametrize("left", range(0, 400, 40))
def test_a_draft_that_was_cut_off_is_no_answer_and_loses_none(tmp_path: Path, left: int) -> None:
    """A process that dies while it writes leaves the former answer, wherever it stopped."""
    shelf_with(tmp_path, FIRST)
    shelf = Shelf(tmp_path / "other")
    shelf_with(tmp_path / "other", SECOND)
    whole = (tmp_path / "other" / f"{GRANT.key}.token").read_bytes()
    (tmp_path / f"{GRANT.key}.next").write_bytes(whole[:left].ljust(ROOM))
    assert shelf.read(GRANT) == SECOND
    assert Shelf(tmp_path).read(GRANT) == FIRST
    with Shelf(tmp_path).alone(GRANT) as slot:
        assert slot is not None
        assert slot.kept == FIRST


def test_an_answer_that_has_no_name_yet_is_the_newest(tmp_path: Path) -> None:
    """A process that dies between writing and naming has lost nothing: the next one names it."""
    shelf_with(tmp_path, FIRST)

    code = (
        "import os, sys; from pathlib import Path; from tests.unit import test_token_shelf as own\n"
        "own.Slot._name_draft = lambda _: os._exit(9)\n"
        "own.shelf_with(Path(sys.argv[1]), own.SECOND)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == 9
    assert (tmp_path / f"{GRANT.key}.next").exists()
    later = Shelf(tmp_path)
    assert later.read(GRANT) == SECOND
    with later.alone(GRANT) as slot:
        assert slot is not None
        assert slot.kept == SECOND
        slot.make_room()
    assert Shelf(tmp_path).read(GRANT) == SECOND


def test_a_full_disk_is_noticed_before_the_platform_is_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Room for the answer is made first; then the disk may be full, and the answer is kept all the same."""
    shelf = shelf_with(tmp_path, FIRST)
    real, draft = os.open, tmp_path / f"{GRANT.key}.next"

    def full(path: Any, flags: int, *more: Any, **named: Any) -> int:
        if flags & os.O_CREAT and not Path(path).exists():
            raise OSError(errno.ENOSPC, "full")
        return real(path, flags, *more, **named)

    with shelf.alone(GRANT) as slot:
        assert slot is not None
        with monkeypatch.context() as patch:
            patch.setattr(token_shelf.os, "open", full)
            with pytest.raises(OSError, match="full"):
                slot.make_room()
        slot.make_room()
        assert draft.stat().st_size == ROOM
        with monkeypatch.context() as patch:
            patch.setattr(token_shelf.os, "open", full)
            slot.keep_answer(SECOND)
    assert Shelf(tmp_path).read(GRANT) == SECOND


def test_an_answer_that_cannot_be_written_stays_with_the_process_that_got_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is used, the grant stays held, and it is written as soon as that is possible."""
    shelf, other = shelf_with(tmp_path, FIRST), Shelf(tmp_path)

    def broken(*_: Any) -> None:
        raise OSError(errno.EIO, "broken")

    with monkeypatch.context() as patch:
        patch.setattr(Slot, "_write", broken)
        with shelf.alone(GRANT) as slot:
            assert slot is not None
            with pytest.raises(OSError, match="broken"):
                slot.keep_answer(SECOND)
        assert shelf.read(GRANT) == SECOND
        with pytest.raises(OSError, match="broken"), shelf.alone(GRANT):
            raise AssertionError("nobody asks the platform with what is void")
        with other.alone(GRANT) as slot:
            assert slot is None
    with shelf.alone(GRANT) as slot:
        assert slot is not None
        assert slot.kept == SECOND
    assert other.read(GRANT) == SECOND
    with other.alone(GRANT) as slot:
        assert slot is not None


def test_a_shelf_has_one_name_for_all_processes(tmp_path: Path) -> None:
    """Made once; another folder is another shelf."""
    assert Shelf(tmp_path / "a").id == Shelf(tmp_path / "a").id != Shelf(tmp_path / "b").id
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["id"]


# ── Tokens ───────────────────────────────────────────────────────────────────


class Given:
    """What the office gave."""

    def __init__(self, **fields: str) -> None:
        self.fields = {"client_key": "k", "client_secret": "s", "token": "t", "refresh_token": "r"} | fields

    def get(self, account: str) -> Mapping[str, str]:
        return self.fields


def kept_for(tokens: RenewedTokens, **fields: str) -> None:
    with tokens.shelf.alone(tokens.grant("tiktok:1")) as slot:
        assert slot is not None
        slot.keep_answer(Kept(LIFE, fields, 1))


def test_renewed_fields_lie_over_what_the_office_gave(tmp_path: Path) -> None:
    """What was not renewed, such as an app's secret, stays as it is given, also when it is changed later."""
    given = Given()
    tokens = RenewedTokens(given, Shelf(tmp_path), {})
    assert tokens.get("tiktok:1") == given.fields
    kept_for(tokens, token="t2", refresh_token="r2")
    assert tokens.get("tiktok:1") == {**given.fields, "token": "t2", "refresh_token": "r2"}
    given.fields["client_secret"] = "other"
    assert tokens.get("tiktok:1")["client_secret"] == "other"
    assert tokens.get("tiktok:1")["token"] == "t2"


def test_a_new_token_from_the_office_is_another_grant(tmp_path: Path) -> None:
    """It counts at once; put back, the old one goes on from where its renewals were."""
    given = Given()
    tokens = RenewedTokens(given, Shelf(tmp_path), {})
    kept_for(tokens, token="t2", refresh_token="r2")
    given.fields["refresh_token"] = "fresh"
    assert tokens.get("tiktok:1")["token"] == "t"
    given.fields["refresh_token"] = "r"
    assert tokens.get("tiktok:1")["token"] == "t2"


def test_another_account_or_another_sandbox_has_its_own(tmp_path: Path) -> None:
    """The same words mean nothing there."""
    shelf = Shelf(tmp_path)
    kept_for(RenewedTokens(Given(), shelf, {}, world="a"), token="t2")
    assert RenewedTokens(Given(), shelf, {}, world="b").get("tiktok:1")["token"] == "t"
    assert RenewedTokens(Given(), shelf, {}, world="a").get("tiktok:2")["token"] == "t"
    assert RenewedTokens(Given(), shelf, {}, world="a").get("tiktok:1")["token"] == "t2"


def test_what_cannot_be_opened_asks_for_a_person(tmp_path: Path) -> None:
    """Without the key nothing is guessed: what was given may be void."""
    tokens = RenewedTokens(Given(), Shelf(tmp_path), {})
    kept_for(tokens, token="t2")
    (tmp_path / "seal.key").unlink()
    with pytest.raises(ReconnectError, match="cannot be read") as caught:
        RenewedTokens(Given(), Shelf(tmp_path), {}).get("tiktok:1")
    assert caught.value.code == "vault.shelf_unreadable"


def test_tokens_that_nobody_renews_are_as_given(tmp_path: Path) -> None:
    """No file is made for them."""
    given = Given(refresh_token="")
    tokens = RenewedTokens(given, Shelf(tmp_path / "tokens"), {})
    assert tokens.get("tiktok:1") == given.fields
    assert tokens.grant("tiktok:1").renewal.lasts is Lasts.BY_PERSON
    assert not (tmp_path / "tokens").exists()
