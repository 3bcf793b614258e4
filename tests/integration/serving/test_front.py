"""The front on granian, over RSGI: what isn't hot is served as by any ASGI server."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from integration.processes.ports import free_port

ROOT = Path(__file__).parents[3]
LARGE = b"a large body " * 250_000
_CHANGES = {"date", "server"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """Its port, and the file that is made when a client has left the stream."""
    left = tmp_path_factory.mktemp("front") / "left"
    port = free_port()
    command = [sys.executable, "-m", "tests.integration.serving.served_front"]
    process = subprocess.Popen([*command, str(port), str(left)], cwd=ROOT, start_new_session=True)
    try:
        _await(port)
        yield port, left
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(30)


def _await(port: int) -> None:
    until = time.monotonic() + 120
    while time.monotonic() < until:
        try:
            _ask(port, "GET", "/empty")
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("the server didn't start")


def _ask(
    port: int, method: str, path: str, body: bytes | None = None, **headers: str
) -> tuple[int, list[tuple[str, str]], bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, body, sent)
    answer = connection.getresponse()
    read = answer.read()
    connection.close()
    kept = [(n.lower(), v) for n, v in answer.getheaders() if n.lower() not in _CHANGES]
    return answer.status, sorted(kept), read


def test_a_request_is_told_whole(served: tuple[int, Path]) -> None:
    port, _ = served
    path = "/told/a%20b/%C3%A9?q=%20x&r=%C3%A9"
    status, headers, body = _ask(port, "GET", path, X_Told="1", Cookie="one=a; two=b")
    assert status == 200
    assert json.loads(body) == {
        "rest": "a b/é",
        "query": {"q": " x", "r": "é"},
        "address": "127.0.0.1",
        "scheme": "http",
        "host": f"127.0.0.1:{port}",
        "header": ["1"],
        "cookie": "a",
        "body": [0, sha256(b"").hexdigest()],
    }
    assert headers == [
        ("content-length", str(len(body))),
        ("content-type", "application/json"),
        ("set-cookie", "one=1; Path=/"),
        ("set-cookie", "two=2; Path=/"),
    ]


def test_head_tells_the_length_and_sends_nothing(served: tuple[int, Path]) -> None:
    port, _ = served
    got, head = _ask(port, "GET", "/told/x"), _ask(port, "HEAD", "/told/x")
    assert head == (200, got[1], b"")
    assert ("content-length", str(len(got[2]))) in head[1]


def test_a_large_body_comes_whole(served: tuple[int, Path]) -> None:
    port, _ = served
    status, _, body = _ask(port, "POST", "/told/x", LARGE)
    assert status == 200
    assert json.loads(body)["body"] == [len(LARGE), sha256(LARGE).hexdigest()]


def test_a_body_past_the_limit_is_refused(served: tuple[int, Path]) -> None:
    port, _ = served
    head = b"POST /told/x HTTP/1.1\r\nHost: here\r\nContent-Length: 9000000\r\n\r\n"
    with socket.create_connection(("127.0.0.1", port), 30) as raw:
        raw.sendall(head)
        assert raw.recv(100).startswith(b"HTTP/1.1 413")


def _in_chunks(port: int, chunks: Iterable[bytes]) -> tuple[int, bytes]:
    """The answer to a POST that doesn't tell its length."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/told/x", chunks, encode_chunked=True)
    answer = connection.getresponse()
    read = answer.read()
    connection.close()
    return answer.status, read


def test_a_body_in_chunks_comes_whole(served: tuple[int, Path]) -> None:
    port, _ = served
    status, body = _in_chunks(port, [LARGE[:100], LARGE[100:70_000], LARGE[70_000:]])
    assert status == 200
    assert json.loads(body)["body"] == [len(LARGE), sha256(LARGE).hexdigest()]
    status, body = _in_chunks(port, [])
    assert json.loads(body)["body"] == [0, sha256(b"").hexdigest()]


def test_a_body_in_chunks_past_the_limit_is_refused_before_its_end(
    served: tuple[int, Path],
) -> None:
    port, _ = served
    head = b"POST /told/x HTTP/1.1\r\nHost: here\r\nTransfer-Encoding: chunked\r\n\r\n"
    chunk = b"x" * 65536
    with socket.create_connection(("127.0.0.1", port), 30) as raw:
        raw.sendall(head)
        for _ in range(8 * 16):
            raw.sendall(b"10000\r\n" + chunk + b"\r\n")
        # One byte too many; the chunk that would end it never comes.
        raw.sendall(b"1\r\nx\r\n")
        assert raw.recv(100).startswith(b"HTTP/1.1 413")


def test_answers_in_parts_empty_ones_and_failures(served: tuple[int, Path]) -> None:
    port, _ = served
    status, headers, body = _ask(port, "GET", "/parts")
    assert (status, body) == (200, b"part 0\npart 1\npart 2\n")
    assert ("content-type", "text/plain; charset=utf-8") in headers
    assert _ask(port, "GET", "/empty")[::2] == (204, b"")
    assert _ask(port, "GET", "/fails")[0] == 500
    assert _ask(port, "GET", "/nowhere")[0] == 404


def test_a_stream_ends_when_its_client_goes(served: tuple[int, Path]) -> None:
    port, left = served
    with socket.create_connection(("127.0.0.1", port), 30) as raw:
        raw.sendall(b"GET /stream HTTP/1.1\r\nHost: here\r\n\r\n")
        seen = b""
        while seen.count(b"still here") < 3:
            seen += raw.recv(4096)
        assert not left.exists()
    until = time.monotonic() + 120
    while not left.exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert left.exists()
    assert _ask(port, "GET", "/empty")[0] == 204
