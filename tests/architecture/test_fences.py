"""The tests reach this machine and no other, whatever way they try."""

import asyncio
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Error, Page

# TEST-NET-1: nobody's.
ELSEWHERE = "192.0.2.1"
BLOCKED = "OutboundBlocked|SocketConnectBlockedError"


def _connect_plainly() -> None:
    with socket.socket() as opened:
        opened.connect((ELSEWHERE, 443))


def _connect_with_a_code() -> None:
    with socket.socket() as opened:
        opened.connect_ex((ELSEWHERE, 443))


def _send_a_datagram() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as opened:
        opened.sendto(b"x", (ELSEWHERE, 53))


def _connect_by_asyncio() -> None:
    asyncio.run(asyncio.open_connection(ELSEWHERE, 443))


@pytest.mark.filterwarnings("ignore:A test tried to use socket")
@pytest.mark.parametrize(
    "attempt", [_connect_plainly, _connect_with_a_code, _send_a_datagram, _connect_by_asyncio]
)
def test_no_socket_leaves_this_machine(attempt: Callable[[], None]) -> None:
    with pytest.raises(RuntimeError) as refused:
        attempt()
    assert type(refused.value).__name__ in BLOCKED.split("|")


def test_no_name_is_looked_up() -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("shop.example", 443)
    with pytest.raises(requests.ConnectionError):
        requests.get("https://shop.example/", timeout=5)


@pytest.mark.parametrize(
    "attempt",
    [
        f"import socket; socket.create_connection(('{ELSEWHERE}', 443), 5)",
        f"import asyncio; asyncio.run(asyncio.open_connection('{ELSEWHERE}', 443))",
    ],
)
def test_a_started_python_cannot_leave_either(attempt: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", attempt], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "OutboundBlocked" in done.stderr


def test_loopback_answers_by_number_and_by_name() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        for host in ("127.0.0.1", "localhost"):
            socket.create_connection((host, port), 5).close()
            server.accept()[0].close()


def test_a_unix_socket_answers(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    with socket.socket(socket.AF_UNIX) as server, socket.socket(socket.AF_UNIX) as client:
        server.bind(path)
        server.listen()
        client.connect(path)
        server.accept()[0].close()


class _Hello(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "5")
        self.end_headers()
        self.wfile.write(b"hello")


@pytest.mark.browser
def test_the_browser_reaches_loopback_only(page: Page) -> None:
    # A browser opens connections that it may never use: each is served by itself.
    with ThreadingHTTPServer(("127.0.0.1", 0), _Hello) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        server.shutdown()
        thread.join()
    assert page.inner_text("body") == "hello"
    with pytest.raises(Error, match="ERR_NAME_NOT_RESOLVED"):
        page.goto("https://shop.example/")
