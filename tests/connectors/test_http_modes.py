"""Sandbox and live never mix; the proxy and its certificate are used where they should be, and only there."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest

from connectors.clock import SystemClock
from connectors.errors import NotSentError, ReconnectError, UnsupportedError
from connectors.http import Door, DoorError, Network
from tests.connectors.loopback import Loopback

CLOCK = SystemClock()


class Tokens:
    """A source of the tokens it was given."""

    def __init__(self, **fields: str) -> None:
        self.fields = fields

    def get(self, account: str) -> Mapping[str, str]:
        return self.fields


@pytest.fixture
def server() -> Iterator[Loopback]:
    with Loopback() as running:
        yield running


def test_real_host_goes_to_its_simulator(server: Loopback) -> None:
    """In sandbox mode an SDK's own URL reaches the simulator, path and query untouched."""
    door = Door(mode="sandbox", routes={"API.x.com": f"{server.url}/twitter/"}, clock=CLOCK)
    door.session("twitter:2001").get("https://api.x.com/2/users/me?a=b%20c&a=d")
    assert server.seen[0].target == "/twitter/2/users/me?a=b%20c&a=d"
    door.close()


@pytest.mark.parametrize(
    "url",
    [
        "https://graph.facebook.com/v26.0/me",
        "http://192.0.2.1/x",
        "http://[2001:db8::1]/x",
        "https://8.8.8.8/",
    ],
)
def test_sandbox_refuses_hosts_that_are_not_here(url: str) -> None:
    """In sandbox mode nothing leaves this machine, whatever an SDK asks for."""
    door = Door(mode="sandbox", clock=CLOCK)
    with pytest.raises(DoorError) as caught:
        door.session("facebook:1001").post(url, json={})
    assert isinstance(caught.value, UnsupportedError)
    assert (caught.value.effect, caught.value.code) == ("none", "door.refused")


def test_sandbox_refuses_a_route_that_leads_away() -> None:
    """A sandbox that announces a foreign address is not believed."""
    door = Door(mode="sandbox", routes={"api.x.com": "http://192.0.2.1"}, clock=CLOCK)
    with pytest.raises(DoorError):
        door.session("twitter:2001").get("https://api.x.com/2/users/me")


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "LOCALHOST.", "[::1]", "0.0.0.0", "[::ffff:127.0.0.1]", "127.1", "2130706433"],
)
def test_live_refuses_this_machine(host: str, server: Loopback) -> None:
    """In live mode a simulator cannot be taken for the platform, however its address is written."""
    door = Door(mode="live", routes={"api.x.com": server.url}, clock=CLOCK)
    with pytest.raises(DoorError):
        door.session("twitter:2001").post(f"https://{host}:{server.port}/2/tweets", json={})
    assert server.connections == 0


def test_live_refuses_an_open_line() -> None:
    """A token never travels without TLS."""
    with pytest.raises(DoorError):
        Door(mode="live", clock=CLOCK).session("twitter:2001").get("http://api.x.com/2/users/me")


def test_sandbox_takes_only_tokens_of_simulators() -> None:
    """A real token in sandbox mode is refused before a room sees it; ids beside it may be anything."""
    door = Door(mode="sandbox", clock=CLOCK)
    assert (
        door.checked(Tokens(token="sandbox-1", page_id="1001")).get("facebook:1001")["token"] == "sandbox-1"
    )
    with pytest.raises(ReconnectError) as caught:
        door.checked(Tokens(consumer_key="sandbox-k", access_token="EAAreal")).get("twitter:2001")
    assert caught.value.code == "door.live_token"
    assert "EAAreal" not in str(caught.value)


def test_live_takes_no_token_of_a_simulator() -> None:
    """A forgotten sandbox token is named as such, not refused by the platform hours later."""
    door = Door(mode="live", clock=CLOCK)
    assert door.checked(Tokens(token="EAAreal")).get("facebook:1001") == {"token": "EAAreal"}
    with pytest.raises(ReconnectError) as caught:
        door.checked(Tokens(token="sandbox-1")).get("facebook:1001")
    assert caught.value.code == "door.sandbox_token"


@pytest.mark.parametrize("value", ["", "abc\ndef", " abc", "abc\r"])
def test_malformed_token_is_refused_without_showing_it(value: str) -> None:
    """A token with a line break would otherwise show up in the HTTP library's own complaint."""
    with pytest.raises(ReconnectError) as caught:
        Door(mode="live", clock=CLOCK).checked(Tokens(token=value)).get("facebook:1001")
    assert caught.value.code == "door.bad_token"
    assert "abc" not in str(caught.value)


def test_loopback_never_goes_through_the_proxy(server: Loopback, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the settings' proxy nor the environment's stands between the desk and its sandbox."""
    monkeypatch.setenv("HTTP_PROXY", "http://192.0.2.1:3128")
    monkeypatch.setenv("ALL_PROXY", "http://192.0.2.1:3128")
    door = Door(mode="sandbox", clock=CLOCK, network=Network(proxy="http://192.0.2.1:3128"))
    assert door.session("twitter:2001").get(server.url).status_code == 200
    door.close()


def test_proxy_of_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only schedule.yaml says how the desk reaches the world."""
    with Loopback() as stranger:
        monkeypatch.setenv("HTTPS_PROXY", stranger.url)
        door = Door(mode="live", clock=CLOCK, timeout=3)
        with pytest.raises(NotSentError) as caught:
            door.session("twitter:2001").get("https://platform.invalid/2/users/me")
        assert caught.value.code == "door.no_name"
        assert stranger.connections == 0


@contextmanager
def tunnelling_proxy(certificate: Path, status: str = "200 OK") -> Iterator[tuple[str, list[bytes]]]:
    """An HTTP proxy that answers CONNECT, and then is the TLS server behind it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    received: list[bytes] = []

    def serve() -> None:
        connection, _ = listener.accept()
        with connection, suppress(OSError):
            received.append(connection.recv(65536))
            connection.sendall(f"HTTP/1.1 {status}\r\n\r\n".encode())
            if status != "200 OK":
                return
            with context.wrap_socket(connection, server_side=True) as tls:
                received.append(tls.recv(65536))
                tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=serve)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}", received
        thread.join(5)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Key and self-signed certificate for platform.example, in one PEM file."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "platform.example")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName(
        [x509.DNSName("platform.example"), x509.IPAddress(ip_address("192.0.2.7"))]
    )
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), 1, now - timedelta(1), now + timedelta(1))
        .add_extension(names, critical=False)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "platform.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


def test_live_goes_through_the_proxy_with_its_certificate(certificate: Path) -> None:
    """Live calls tunnel through the office's proxy, which may stand on this machine, and trust network.ca."""
    with tunnelling_proxy(certificate) as (proxy, received):
        network = Network(proxy=f"http://office:s3cretpass@{proxy}", ca=certificate)
        door = Door(mode="live", clock=CLOCK, network=network)
        assert door.session("twitter:2001").get("https://platform.example/2/users/me").json() == {}
        door.close()
    assert received[0].startswith(b"CONNECT platform.example:443 ")
    assert b"proxy-authorization: basic" in received[0].lower()
    assert received[1].startswith(b"GET /2/users/me ")
    assert b"proxy-authorization" not in received[1].lower()
    assert "s3cretpass" not in repr(door) + repr(network) + door.redact(str(network.proxy))


def test_untrusted_certificate_sends_nothing(certificate: Path) -> None:
    """A certificate that nobody vouches for stops a write before its first byte."""
    with tunnelling_proxy(certificate) as (proxy, received):
        door = Door(mode="live", clock=CLOCK, network=Network(proxy=f"http://{proxy}"))
        with pytest.raises(NotSentError) as caught:
            door.session("twitter:2001").post("https://platform.example/2/tweets", json={})
        door.close()
    assert caught.value.code == "door.certificate"
    assert len(received) == 1


def test_proxy_that_refuses_sends_nothing(certificate: Path) -> None:
    """A proxy that does not let us through has not passed on a byte, and its words are kept."""
    with tunnelling_proxy(certificate, "407 Proxy Authentication Required") as (proxy, _):
        door = Door(mode="live", clock=CLOCK, network=Network(proxy=f"http://{proxy}"))
        with pytest.raises(NotSentError) as caught:
            door.session("twitter:2001").post("https://platform.example/2/tweets", json={})
        door.close()
    assert "407 Proxy Authentication Required" in caught.value.words
