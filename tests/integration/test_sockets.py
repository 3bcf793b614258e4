"""Channels' connections stand behind the same guard as the HTTP client's."""

import socket
from collections.abc import Iterator

import pytest

from channels.errors import ChannelUnreachable, HostRefused
from integration import sockets
from integration.sockets import guarded_connect

PUBLIC = "93.184.216.34"


@pytest.fixture
def listening() -> Iterator[int]:
    """The port of something that listens on this machine."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The addresses that every name has; nothing is connected to."""
    addresses: list[str] = []

    def found(host: str, port: int, **_: object) -> list[object]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in addresses]

    def never(address: object, timeout: object = None) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError

    tried: list[object] = []
    monkeypatch.setattr(sockets.socket, "getaddrinfo", found)
    monkeypatch.setattr(sockets.socket, "create_connection", never)
    yield addresses
    for address in tried:
        assert isinstance(address, tuple)
        assert address[0] == PUBLIC


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1"],
)
def test_an_internal_address_is_not_connected_to(looked_up: list[str], address: str) -> None:
    looked_up.extend((PUBLIC, address))
    with pytest.raises(HostRefused, match=r"^mail\.example is at an address that we don't call$"):
        guarded_connect()("mail.example", 993, timeout_seconds=1)


@pytest.mark.parametrize("port", [22, 80, 6379, 5432, 0, 99999])
def test_no_odd_port_is_called(looked_up: list[str], port: int) -> None:
    looked_up.append(PUBLIC)
    for allows in (False, True):
        with pytest.raises(HostRefused, match=f"^port {port} is not called$"):
            guarded_connect(allow_private_addresses=allows)("mail.example", port, timeout_seconds=1)


@pytest.mark.parametrize("port", [25, 143, 465, 587, 993, 2525])
def test_mail_ports_are_called(looked_up: list[str], port: int) -> None:
    looked_up.append(PUBLIC)
    with pytest.raises(ChannelUnreachable, match=r"^mail\.example can't be reached$"):
        guarded_connect()("mail.example", port, timeout_seconds=1)


@pytest.mark.parametrize(
    "host", ["", "user@mail.example", "mail.example/x", "a b", "a\0b", "fe80::1%eth0", "x" * 300]
)
def test_what_is_no_name_is_refused(looked_up: list[str], host: str) -> None:
    looked_up.append(PUBLIC)
    with pytest.raises(HostRefused, match=r"^that isn't a server's name$"):
        guarded_connect()(host, 993, timeout_seconds=1)


def test_this_machine_is_reached_only_where_that_is_allowed(listening: int) -> None:
    allowed = guarded_connect(allow_private_addresses=True)
    allowed("localhost", listening, timeout_seconds=5).close()
    allowed("127.0.0.1", listening, timeout_seconds=5).close()
    for host in ("localhost", "127.0.0.1", "2130706433", "0x7f000001"):
        with pytest.raises((HostRefused, ChannelUnreachable)):
            guarded_connect()(host, 993, timeout_seconds=1)


def test_a_name_that_can_not_be_is_unreachable() -> None:
    with pytest.raises(ChannelUnreachable):
        guarded_connect(allow_private_addresses=True)("a..b.invalid", 993, timeout_seconds=1)
