"""A store URL as decimal, octal, hex, mapped v6, NAT64, 6to4, CGNAT, userinfo, odd port: 422.

A redirect to an internal host and a name whose address changes open no connection to it either.
"""

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from flask.testing import FlaskClient

from tests.platforms.loopback import LoopbackStore, Said, loopback_store
from tests.security.untouched import nothing_done
from tests.ui_embed.sites import CONNECT, SAME
from tests.ui_embed.world import World, build_world

ADDRESSES = {
    "loopback": "https://127.0.0.1",
    "localhost's name": "https://localhost",
    "decimal": "https://2130706433",
    "octal": "https://0177.0.0.1",
    "hex": "https://0x7f000001",
    "hex in parts": "https://0x7f.0x0.0x0.0x1",
    "short": "https://127.1",
    "nought": "https://0",
    "private": "https://10.0.0.1",
    "metadata": "https://169.254.169.254/latest/meta-data",
    "CGNAT": "https://100.64.0.1",
    "multicast": "https://224.0.0.1",
    "benchmarking": "https://198.18.0.1",
    "v6 loopback": "https://[::1]",
    "mapped v6": "https://[::ffff:127.0.0.1]",
    "mapped v6 in hex": "https://[::ffff:7f00:1]",
    "NAT64": "https://[64:ff9b::7f00:1]",
    "a network's own NAT64": "https://[64:ff9b:1::7f00:1]",
    "6to4": "https://[2002:7f00:1::]",
    "unique local v6": "https://[fd00::1]",
    "link-local v6": "https://[fe80::1%25eth0]",
    "userinfo": "https://shop.example@127.0.0.1",
    "userinfo of a public host": "https://ada:secret@shop.example",
    "odd port": "https://shop.example:22",
    "database's port": "https://shop.example:5432",
    "full-width digits": "https://１２７.０.０.１",
    "another scheme": "file:///etc/passwd",
    "gopher": "gopher://127.0.0.1:6379/_FLUSHALL",
}


def _connect(client: FlaskClient, address: str) -> Any:
    return client.post(CONNECT, data={"store_url": address}, headers=SAME)


@pytest.mark.parametrize("address", ADDRESSES.values(), ids=ADDRESSES)
def test_store_url(world: World, client: FlaskClient, address: str) -> None:
    with nothing_done(world.services):
        answer = _connect(client, address)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    "answers",
    [[["127.0.0.1"]], [["93.184.216.34", "127.0.0.1"]], [["93.184.216.34"], ["127.0.0.1"]]],
    ids=["internal", "one of two", "changes after the look-up"],
)
def test_a_name_that_leads_inside(
    world: World, client: FlaskClient, answers: list[list[str]]
) -> None:
    told: Iterator[list[str]] = iter([*answers, *[answers[-1]] * 20])
    connected: list[str] = []

    def look_up(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        found = next(told) if host == "shop.example" else [host]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    def connect(_: socket.socket, address: Any) -> None:
        connected.append(address[0])
        raise ConnectionRefusedError

    with (
        mock.patch.object(socket, "getaddrinfo", look_up),
        mock.patch.object(socket.socket, "connect", connect),
    ):
        answer = _connect(client, "https://shop.example")
    assert answer.status_code == 422
    assert set(connected) <= {"93.184.216.34"}
    assert (connected == []) == (answers[0] != ["93.184.216.34"])


@pytest.fixture
def store() -> Iterator[LoopbackStore]:
    """A store that answers from this machine."""
    with loopback_store() as made:
        yield made


@pytest.mark.parametrize("inside", ["http://10.0.0.1/", "https://169.254.169.254/", "//[fd00::1]/"])
def test_a_redirect_to_an_internal_host(tmp_path: Path, store: LoopbackStore, inside: str) -> None:
    folder = tmp_path / "open"
    folder.mkdir()
    world = build_world(folder, ALLOW_PRIVATE_ADDRESSES="1")
    store.script = lambda asked: Said(302, b"", {"Location": inside})
    host, _, port = store.origin.removeprefix("http://").partition(":")
    may_send = {f"connection to {(host, int(port))}"}
    with nothing_done(world.services, may_send=may_send):
        answer = _connect(world.app.test_client(), store.origin)
    assert answer.status_code == 422
    assert len(store.asked) >= 1
    world.services.db.dispose()
    world.services.inbox.dispose()
