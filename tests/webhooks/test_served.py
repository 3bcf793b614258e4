"""The receiver on granian: real sockets, many at once, and killed in the middle of it."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from integration.clock import utc_now
from integration.crypto import new_key_text
from integration.processes.ports import free_port
from integration.services import Services
from tests.webhooks.parts import add_store, headers, make_services, stored
from webhooks.receiver import BODY_BYTES_AT_MOST

ROOT = Path(__file__).parents[2]
_PATIENCE_SECONDS = 120.0
BODY = b'{"id": 450789469}' + b" " * 10_000


@pytest.fixture
def keys() -> str:
    return new_key_text("k1")


@pytest.fixture
def services(tmp_path: Path, keys: str) -> Iterator[Services]:
    made = make_services(tmp_path, utc_now, keys=keys)
    add_store(made)
    yield made
    made.db.dispose()
    made.inbox.dispose()


@contextmanager
def running(folder: Path, keys: str) -> Iterator[tuple[int, int]]:
    """A server's port and process group; the whole group is killed at the end."""
    port = free_port()
    command = [sys.executable, "-m", "tests.webhooks.served", str(folder), str(port), keys]
    process = subprocess.Popen(command, cwd=ROOT, start_new_session=True)
    try:
        _await(port, process)
        yield port, process.pid
    finally:
        _kill(process.pid)
        process.wait(60)


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server didn't start")


def _kill(group: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(group, signal.SIGKILL)


def _send(connection: http.client.HTTPConnection, body: bytes, delivery_id: str) -> int:
    given = {
        name.decode(): value.decode() for name, value in headers(body, delivery_id=delivery_id)
    }
    connection.request("POST", "/webhooks/shopify", body, given)
    answer = connection.getresponse()
    answer.read()
    return answer.status


def test_many_at_once_and_every_refusal_over_real_sockets(
    tmp_path: Path, services: Services, keys: str
) -> None:
    with running(tmp_path, keys) as (port, _):

        def one(thread: int) -> list[int]:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
            found = [_send(connection, BODY, f"{thread}-{n // 2}") for n in range(20)]
            connection.close()
            return found

        with ThreadPoolExecutor(16) as pool:
            assert [status for many in pool.map(one, range(16)) for status in many] == [200] * 320
        assert len(stored(services)) == 160

        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
        connection.request("POST", "/webhooks/shopify", BODY, {"x-shopify-hmac-sha256": "no"})
        refused = connection.getresponse()
        assert (refused.status, refused.read()) == (401, b"")
        connection.request("GET", "/webhooks/shopify")
        not_taken = connection.getresponse()
        assert (not_taken.status, not_taken.read()) == (405, b"")
        connection.close()
        assert _too_large(port, declared=True) == 413
        assert _too_large(port, declared=False) == 413
        assert len(stored(services)) == 160


def _too_large(port: int, *, declared: bool) -> int:
    """The status for a body past the cap, by its declared length or by what is really sent."""
    with socket.create_connection(("127.0.0.1", port), _PATIENCE_SECONDS) as raw:
        head = b"POST /webhooks/shopify HTTP/1.1\r\nHost: here\r\n"
        if declared:
            raw.sendall(head + b"Content-Length: %d\r\n\r\n" % (BODY_BYTES_AT_MOST + 1))
        else:
            raw.sendall(head + b"Transfer-Encoding: chunked\r\n\r\n")
            chunk = b"%x\r\n%s\r\n" % (1024 * 1024, b"x" * 1024 * 1024)
            try:
                for _ in range(BODY_BYTES_AT_MOST // (1024 * 1024) + 1):
                    raw.sendall(chunk)
            except (BrokenPipeError, ConnectionResetError):
                pass
        return int(raw.recv(4096).split(b" ")[1])


def test_nothing_that_was_acknowledged_is_lost_when_it_is_killed(
    tmp_path: Path, services: Services, keys: str
) -> None:
    acknowledged: list[str] = []
    enough = threading.Event()

    with running(tmp_path, keys) as (port, group):

        def sender(thread: int) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE_SECONDS)
            for number in range(10_000):
                delivery_id = f"{thread}-{number}"
                try:
                    status = _send(connection, BODY, delivery_id)
                except (OSError, http.client.HTTPException):
                    break
                assert status == 200
                acknowledged.append(delivery_id)
                if len(acknowledged) >= 400:
                    enough.set()
            connection.close()

        threads = [threading.Thread(target=sender, args=(n,)) for n in range(16)]
        for thread in threads:
            thread.start()
        assert enough.wait(_PATIENCE_SECONDS)
        _kill(group)
        for thread in threads:
            thread.join(_PATIENCE_SECONDS)
    found = {row.delivery_external_id for row in stored(services)}
    assert len(acknowledged) >= 400
    assert set(acknowledged) <= found
    # At most one more delivery a connection may have been stored without its answer.
    assert len(found) <= len(acknowledged) + 16
