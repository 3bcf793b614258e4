import socket
from pathlib import Path

import pytest

from integration.demo.world import new_world
from integration.processes.ports import free_port, is_free


def test_a_port_that_nobody_has_is_none_that_connections_are_given() -> None:
    found = {free_port() for _ in range(20)}
    # Linux hands out 32768 and up, others 49152 and up; below 1024 is for root.
    assert not [port for port in found if not 1024 <= port < 32_768]


def test_a_port_that_somebody_listens_at_is_not_free() -> None:
    port = free_port()
    with socket.create_server(("127.0.0.1", port)):
        assert not is_free(port)


@pytest.mark.parametrize("taken", [0, 10, 15])
def test_the_demo_takes_its_port_and_two_near_it_or_others(
    taken: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = 31_000
    monkeypatch.setenv("PORT", str(port))
    monkeypatch.setattr("integration.demo.world.is_free", lambda wanted: wanted != port + taken)
    world = new_world(tmp_path)
    ports = (world.app_port, world.shop_port, world.site_port)
    assert len(set(ports)) == 3
    assert port + taken not in ports
    if taken:
        assert port in ports
    else:
        assert ports == (world.app_port, world.app_port + 10, world.app_port + 15)


def test_a_demo_at_any_port(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "0")
    assert 0 not in (new_world(tmp_path).app_port, new_world(tmp_path).shop_port)


def test_a_machine_without_free_ports_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("integration.processes.ports.is_free", lambda port: False)
    with pytest.raises(OSError, match="no free port"):
        free_port()
