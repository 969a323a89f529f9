"""The media host `sftp` against a real SFTP server on this machine: whole files, known servers only."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import paramiko
import pytest

from connectors.clock import ManualClock
from connectors.contract import MediaFacts
from publisher.config.hosts import MediaHostSettings
from publisher.media.hosts.naming import Names
from publisher.media.hosts.sftp import SftpHost
from publisher.media.store import MediaStoreError

FACTS = MediaFacts("image/jpeg", 9, 4, 3)
NOW = datetime(2026, 11, 24, 1, 0, tzinfo=UTC)
PASSWORD = "sandbox-rahasia"


class _Way(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        good = (username, password) == ("humas", PASSWORD)
        return paramiko.AUTH_SUCCESSFUL if good else paramiko.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class _Handle(paramiko.SFTPHandle):
    def __init__(self, path: Path, flags: int) -> None:
        super().__init__(flags)
        self.readfile = self.writefile = os.fdopen(os.open(path, flags | os.O_CREAT, 0o644), "r+b")

    def stat(self) -> Any:
        return paramiko.SFTPAttributes.from_stat(os.fstat(self.readfile.fileno()))


class _Files(paramiko.SFTPServerInterface):
    """A folder of this machine as the server's root."""

    root: Path

    def _at(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def _try(self, act: Any) -> Any:
        try:
            return act()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno)

    def open(self, path: str, flags: int, attr: Any) -> Any:
        return self._try(lambda: _Handle(self._at(path), flags))

    def stat(self, path: str) -> Any:
        return self._try(lambda: paramiko.SFTPAttributes.from_stat(self._at(path).stat()))

    lstat = stat

    def list_folder(self, path: str) -> Any:
        def listed() -> Any:
            return [paramiko.SFTPAttributes.from_stat(f.stat(), f.name) for f in self._at(path).iterdir()]

        return self._try(listed)

    def remove(self, path: str) -> Any:
        return self._try(lambda: self._at(path).unlink() or paramiko.SFTP_OK)

    def posix_rename(self, old: str, new: str) -> Any:
        return self._try(lambda: os.replace(self._at(old), self._at(new)) or paramiko.SFTP_OK)

    def chattr(self, path: str, attr: Any) -> Any:
        def changed() -> int:
            os.utime(self._at(path), (attr.st_atime, attr.st_mtime))
            return paramiko.SFTP_OK

        return self._try(changed)


class Server:
    """One SFTP server; remembers nothing but its folder."""

    def __init__(self, root: Path, key: paramiko.PKey) -> None:
        self.root = root
        self.key = key
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self._transports: list[paramiko.Transport] = []
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        files = type("Files", (_Files,), {"root": self.root})
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            self._transports.append(transport)
            transport.add_server_key(self.key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, files)
            try:
                transport.start_server(server=_Way())
            except (paramiko.SSHException, EOFError, OSError):
                continue  # a client that distrusts the key hangs up in the middle of a greeting

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)  # closing alone does not wake accept()
        self._socket.close()
        for transport in self._transports:
            transport.close()
        self._thread.join(10)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    (tmp_path / "site/media").mkdir(parents=True)
    one = Server(tmp_path / "site", paramiko.RSAKey.generate(2048))
    yield one
    one.close()


def known(tmp_path: Path, server: Server, key: paramiko.PKey | None = None) -> None:
    key = key or server.key
    line = f"[127.0.0.1]:{server.port} {key.get_name()} {key.get_base64()}\n"
    (tmp_path / "known_hosts").write_text(line, encoding="ascii")


def host(tmp_path: Path, server: Server, clock: ManualClock | None = None, **changed: Any) -> SftpHost:
    settings = {
        "remote": "media",
        "host": "127.0.0.1",
        "port": server.port,
        "user": "humas",
        "password": "file:password",
        "known_hosts": "known_hosts",
        **changed,
    }
    (tmp_path / "password").write_text(f"{PASSWORD}\n", encoding="utf-8")
    made = MediaHostSettings("sftp", "https://www.example.go.id/media", tmp_path, **settings)
    return SftpHost(made, Names(tmp_path / "names.key"), clock or ManualClock(NOW), tmp_path)


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "made"
    path.write_bytes(b"\xff\xd8" + bytes(300_000))
    return path


def test_a_file_lies_there_whole_under_its_public_address(
    tmp_path: Path, server: Server, picture: Path
) -> None:
    """Once, however often it is asked for; nothing half uploaded stays."""
    known(tmp_path, server)
    one = host(tmp_path, server)
    url = one.put(picture, FACTS, "a")
    assert url == one.put(picture, FACTS, "a")
    [there] = (server.root / "media").iterdir()
    assert url == f"https://www.example.go.id/media/{there.name}"
    assert there.read_bytes() == picture.read_bytes()
    assert there.stat().st_mtime == NOW.timestamp()


def test_a_file_cut_short_is_put_anew(tmp_path: Path, server: Server, picture: Path) -> None:
    """What an interrupted transfer of somebody left under the name does not count."""
    known(tmp_path, server)
    one = host(tmp_path, server)
    one.put(picture, FACTS, "a")
    [there] = (server.root / "media").iterdir()
    there.write_bytes(b"\xff\xd8")
    one.put(picture, FACTS, "a")
    assert there.read_bytes() == picture.read_bytes()


def test_what_nobody_needs_any_more_goes_and_nothing_else(
    tmp_path: Path, server: Server, picture: Path
) -> None:
    """After `keep`, and only files of ours; what an upload left that broke off, after a day."""
    known(tmp_path, server)
    (server.root / "media/logo.png").write_bytes(b"x")
    clock = ManualClock(NOW)
    one = host(tmp_path, server, clock)
    one.put(picture, FACTS, "a")
    cut_short = server.root / f"media/.{'ab' * 32}.jpg.01234567"
    cut_short.write_bytes(b"half")
    os.utime(cut_short, (clock.now().timestamp(),) * 2)
    assert one.tidy() == 0
    clock.advance(86_400)
    assert one.tidy() == 1
    assert not cut_short.exists()
    clock.advance(2 * 86_400)
    assert one.tidy() == 1
    assert [path.name for path in (server.root / "media").iterdir()] == ["logo.png"]


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"remote": "nowhere"}, "media.host_folder"),
        ({"user": "orang"}, "media.sftp_refused"),
        ({"password": "file:missing"}, "media.no_secret"),
        ({"known_hosts": "missing"}, "media.host"),
        ({"port": 1}, "media.host"),
    ],
)
def test_what_is_wrong_is_said(
    tmp_path: Path, server: Server, picture: Path, changed: dict, code: str
) -> None:
    """Folder, user, credential, file, server."""
    known(tmp_path, server)
    with pytest.raises(MediaStoreError) as caught:
        host(tmp_path, server, **changed).put(picture, FACTS, "a")
    assert caught.value.message == code
    assert PASSWORD not in str(caught.value.values)


def test_a_server_that_is_unknown_or_another_gets_nothing(
    tmp_path: Path, server: Server, picture: Path
) -> None:
    """Neither a file nor the password."""
    (tmp_path / "known_hosts").write_text("", encoding="ascii")
    with pytest.raises(MediaStoreError, match=r"media\.sftp_unknown"):
        host(tmp_path, server).put(picture, FACTS, "a")
    known(tmp_path, server, paramiko.RSAKey.generate(2048))
    with pytest.raises(MediaStoreError, match=r"media\.sftp_key_changed"):
        host(tmp_path, server).put(picture, FACTS, "a")
    assert list((server.root / "media").iterdir()) == []
