"""Tokens come from where schedule.yaml says, and secrets of checkpoints are sealed or refused."""

from __future__ import annotations

import json
import stat
import threading
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.errors import ReconnectError
from publisher import texts
from publisher.vault import EnvFileTokens, NoSealer, SandboxTokens, Sealer, SealError, Sealing

ACCOUNT = "facebook:1001"


def source(root: Path, reference: str, environ: Mapping[str, str] = {}, **kwargs: bool) -> EnvFileTokens:
    return EnvFileTokens(root, {ACCOUNT: reference}, environ, **kwargs)


def secret_file(folder: Path, content: bytes, mode: int = 0o600) -> Path:
    path = folder / "x.json"
    path.write_bytes(content)
    path.chmod(mode)
    return path


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("EAAB1|x", {"token": "EAAB1|x"}),
        ("  EAAB1\n", {"token": "EAAB1"}),
        ('{"access_token": " a ", "consumer_key": "k"}', {"access_token": "a", "consumer_key": "k"}),
    ],
)
def test_bare_token_or_fields(text: str, fields: dict[str, str], tmp_path: Path) -> None:
    """A variable and a file hold the same: a bare token, or a JSON object."""
    assert source(tmp_path, "env:T", {"T": text}).get(ACCOUNT) == fields
    secret_file(tmp_path, b"\xef\xbb\xbf" + text.encode())
    assert source(tmp_path, "file:x.json").get(ACCOUNT) == fields


def test_new_token_needs_no_restart(tmp_path: Path) -> None:
    """A file is read each time it is asked for."""
    tokens = source(tmp_path, "file:x.json")
    secret_file(tmp_path, b"old")
    tokens.get(ACCOUNT)
    secret_file(tmp_path, b"new")
    assert tokens.get(ACCOUNT) == {"token": "new"}


@pytest.mark.parametrize(
    ("reference", "content", "code"),
    [
        ("env:T", None, "vault.no_variable"),
        ("env:EMPTY", None, "vault.no_variable"),
        ("file:none.json", None, "vault.no_file"),
        ("file:.", None, "vault.unreadable"),
        ("file:x.json", b"", "vault.no_token"),
        ("file:x.json", b"s3cret two", "vault.no_token"),
        ("file:x.json", b"s3cret\ntwo", "vault.no_token"),
        ("file:x.json", b"\xff\xfes3cret", "vault.no_token"),
        ("file:x.json", b"s3cret" * 20_000, "vault.no_token"),
        ("file:x.json", b'{"token": "s3cret"', "vault.bad_json"),
        ("file:x.json", b'{"token": {"s3cret": 1}}', "vault.bad_fields"),
        ("file:x.json", b"{}", "vault.bad_fields"),
    ],
)
def test_unusable_token_says_where_and_what_to_do(
    reference: str, content: bytes | None, code: str, tmp_path: Path
) -> None:
    """Every way to have no token is a ReconnectError with place and advice, never with the secret."""
    if content is not None:
        secret_file(tmp_path, content)
    with pytest.raises(ReconnectError) as caught:
        source(tmp_path, reference, {"EMPTY": " "}).get(ACCOUNT)
    assert caught.value.code == code
    assert caught.value.effect == "none"
    assert ACCOUNT in caught.value.words
    assert "s3cret" not in repr(caught.value)
    assert texts.known(f"{code}.fix")
    assert texts.t(code) != caught.value.words


def test_account_without_a_reference(tmp_path: Path) -> None:
    """A channel that left schedule.yaml has no token."""
    with pytest.raises(ReconnectError, match="threads:1"):
        source(tmp_path, "env:T").get("threads:1")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666])
def test_token_that_others_can_open_is_refused(mode: int, tmp_path: Path) -> None:
    """A secret must be private, and the words say how to make it so; the sandbox's need not be."""
    path = secret_file(tmp_path, b"s3cret", mode)
    with pytest.raises(ReconnectError) as caught:
        source(tmp_path, "file:x.json").get(ACCOUNT)
    assert f"chmod 600 '{path}'" in caught.value.words
    assert source(tmp_path, "file:x.json", private=False).get(ACCOUNT) == {"token": "s3cret"}


def test_sandbox_gives_its_own_tokens(tmp_path: Path) -> None:
    """The announced account needs no token of the workspace's; others join, or bring a sandbox's own."""
    announced = {
        "platforms": {"facebook": {"account": {"id": "1001"}, "credentials": {"token": "sandbox-1"}}}
    }
    others = EnvFileTokens(tmp_path, {ACCOUNT: "env:A", "facebook:1002": "env:B"}, {"B": "sandbox-2"})
    asked: list[str] = []

    def join(account: str) -> dict[str, str] | None:
        asked.append(account)
        return {"token": "sandbox-3"} if account == "facebook:1003" else None

    tokens = SandboxTokens(announced, others, join)
    assert tokens.get(ACCOUNT) == {"token": "sandbox-1"}
    assert tokens.get("facebook:1002") == {"token": "sandbox-2"}
    assert tokens.get("facebook:1003") == tokens.get("facebook:1003") == {"token": "sandbox-3"}
    assert asked == ["facebook:1003"]
    with pytest.raises(ReconnectError):
        tokens.get("facebook:1004")
    assert "sandbox-" not in repr(tokens) + repr(others)


JSON = st.dictionaries(
    st.text(), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5)
)


@given(data=JSON)
def test_what_was_sealed_opens_again(
    data: dict[str, object], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Another process with the same key reads the same data; the text shows nothing of it."""
    key = tmp_path_factory.getbasetemp() / "seal.key"
    sealed = Sealer(key).seal(data)
    assert Sealer(key).open(sealed) == data
    assert sealed != Sealer(key).seal(data)


def test_key_is_made_at_first_need_and_private(tmp_path: Path) -> None:
    """No key until something is sealed; then 32 bytes for its owner alone, and no draft left beside."""
    key = tmp_path / "state" / "seal.key"
    sealer = Sealer(key)
    assert not key.exists()
    sealer.seal({"upload": "s3cret"})
    assert (len(key.read_bytes()), stat.S_IMODE(key.stat().st_mode)) == (32, 0o600)
    assert list(key.parent.iterdir()) == [key]


def test_threads_that_seal_first_share_one_key(tmp_path: Path) -> None:
    """The first of several makers wins, so that nothing is sealed under a key that is then replaced."""
    sealers = [Sealer(tmp_path / "seal.key") for _ in range(8)]
    sealed: list[str] = []
    threads = [threading.Thread(target=lambda s=s: sealed.append(s.seal({"a": 1}))) for s in sealers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [Sealer(tmp_path / "seal.key").open(text) for text in sealed] == [{"a": 1}] * 8


def refused(sealing: Sealing, text: str) -> str:
    with pytest.raises(SealError) as caught:
        sealing.open(text)
    assert texts.known(caught.value.message)
    assert texts.known(f"{caught.value.message}.fix")
    return caught.value.message


def test_what_cannot_be_opened_is_said(tmp_path: Path) -> None:
    """A lost, foreign, damaged or public key and a changed text are told apart from each other."""
    key = tmp_path / "seal.key"
    sealed = Sealer(key).seal({"a": 1})
    middle = len(sealed) // 2
    changed = sealed[:middle] + ("A" if sealed[middle] != "A" else "B") + sealed[middle + 1 :]
    assert refused(Sealer(key), changed) == "vault.cannot_open"
    assert refused(Sealer(key), "v1.") == "vault.cannot_open"
    assert refused(Sealer(key), "v2" + sealed[2:]) == "vault.cannot_open"
    assert refused(Sealer(tmp_path / "lost.key"), sealed) == "vault.key_lost"
    Sealer(tmp_path / "other.key").seal({})
    assert refused(Sealer(tmp_path / "other.key"), sealed) == "vault.cannot_open"
    key.chmod(0o644)
    assert refused(Sealer(key), sealed) == "vault.key_not_private"
    key.chmod(0o600)
    key.write_bytes(b"short")
    assert refused(Sealer(key), sealed) == "vault.key_damaged"


def test_key_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    """A state folder that cannot be written to stops sealing, with the system's words."""
    (tmp_path / "state").touch()
    with pytest.raises(SealError) as caught:
        Sealer(tmp_path / "state" / "seal.key").seal({"a": 1})
    assert caught.value.message in {"vault.key_unwritable", "vault.key_unreadable"}
    assert caught.value.values["why"]


def test_without_a_key_a_sealed_field_is_refused() -> None:
    """A program without a key takes only checkpoints that have nothing to hide."""
    assert NoSealer().seal({}) == ""
    assert NoSealer().open("") == {}
    with pytest.raises(SealError):
        NoSealer().seal({"upload": "s3cret"})
    assert refused(NoSealer(), "v1.x") == "vault.no_key"


def test_catalogues_hold_the_same_messages() -> None:
    """Whoever reads Indonesian misses nothing."""
    locale = Path(texts.__file__).parents[1] / "locale"
    for domain in ("vault", "door"):
        ids = [
            [
                line
                for line in (locale / tongue / f"{domain}.po").read_text().splitlines()
                if line[:5] == "msgid"
            ]
            for tongue in ("en", "id")
        ]
        assert ids[0] == ids[1]
        assert json.dumps(ids[0]).count(f"{domain}.") > 10
