"""The guard holds where the socket is opened, whatever the name said before."""

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote

import pytest
import requests

from integration.http import GuardedHttp, check_url
from platforms.errors import (
    AddressRefused,
    ResultExpired,
    StoreAnsweredNonsense,
    StoreUnreachable,
)


class _Answers(BaseHTTPRequestHandler):
    seen: list[tuple[str, str | None]] = []

    def do_GET(self) -> None:
        type(self).seen.append((self.path, self.headers.get("Cookie")))
        if self.path == "/redirect":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:1/internal")
            self.end_headers()
            return
        if self.path.startswith("/redirect-to/"):
            self.send_response(302)
            self.send_header("Location", unquote(self.path.removeprefix("/redirect-to/")))
            self.end_headers()
            self.wfile.write(b"a" * 1000)
            return
        if self.path == "/slow":
            self.send_response(200)
            self.end_headers()
            # A minute, unless the other side hangs up.
            with suppress(OSError):
                for _ in range(1200):
                    self.wfile.write(b"x")
                    self.wfile.flush()
                    time.sleep(0.05)
            return
        if self.path == "/gone":
            self.send_response(404)
            self.end_headers()
            return
        self.send_response(200)
        self.send_header("Set-Cookie", "store=one")
        self.send_header("X-Seen", "yes")
        self.end_headers()
        self.wfile.write(b"a" * 1000)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[str]:
    _Answers.seen = []
    running = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()
    thread.join()


@pytest.mark.parametrize(
    "url",
    [
        "http://shop.example/",
        "ftp://shop.example/",
        "https://user@shop.example/",
        "https://user:pass@shop.example/",
        "https://shop.example:22/",
        "https://shop.example:99999/",
        "https:///path",
        "shop.example",
        "",
    ],
)
def test_addresses_that_are_never_called(url: str) -> None:
    with pytest.raises(AddressRefused):
        check_url(url, allow_loopback=False)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "2130706433", "0x7f.1", "0177.0.0.1", "[::1]", "[::ffff:127.0.0.1]", "localhost"],
)
def test_a_private_host_gets_no_connection_however_it_is_written(host: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.05)
        with pytest.raises((AddressRefused, StoreUnreachable)):
            GuardedHttp().send("GET", f"https://{host}:8443/", timeout_seconds=2)
        with pytest.raises(TimeoutError):
            listener.accept()


def test_a_name_that_resolves_to_a_private_address_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answers = [
        [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("23.227.38.65", 443))],
        [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.5", 443))],
    ]
    connected: list[object] = []
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: answers.pop())
    monkeypatch.setattr(socket, "create_connection", lambda *given: connected.append(given))
    with pytest.raises(AddressRefused):
        GuardedHttp().send("GET", "https://rebinding.example/")
    assert connected == []


def test_a_redirect_is_an_answer_and_is_not_followed(server: str) -> None:
    answer = GuardedHttp(allow_private_addresses=True).send("GET", f"{server}/redirect")
    assert answer.status == 302
    assert [path for path, _ in _Answers.seen] == ["/redirect"]


@pytest.mark.parametrize("location", ["http://a:b", "//", "http://[x", "javascript:1"])
def test_a_redirect_to_no_address_is_an_answer_too(server: str, location: str) -> None:
    answer = GuardedHttp(allow_private_addresses=True).send(
        "GET", f"{server}/redirect-to/{quote(location)}"
    )
    assert (answer.status, answer.headers["location"]) == (302, location)


def test_a_redirects_body_is_capped_too(server: str) -> None:
    with pytest.raises(StoreAnsweredNonsense):
        GuardedHttp(allow_private_addresses=True).send(
            "GET", f"{server}/redirect-to//elsewhere", max_bytes=999
        )


def test_no_cookie_of_one_call_reaches_the_next(server: str) -> None:
    http = GuardedHttp(allow_private_addresses=True)
    assert http.send("GET", f"{server}/one").headers["x-seen"] == "yes"
    http.send("GET", f"{server}/two")
    assert _Answers.seen == [("/one", None), ("/two", None)]


def test_an_answer_past_its_cap_or_time_is_cut_off(server: str) -> None:
    http = GuardedHttp(allow_private_addresses=True)
    with pytest.raises(StoreAnsweredNonsense):
        http.send("GET", f"{server}/large", max_bytes=999)
    started = time.monotonic()
    with pytest.raises(StoreUnreachable):
        http.send("GET", f"{server}/slow", timeout_seconds=0.3)
    assert time.monotonic() - started < 30


def test_a_stream_of_a_result_that_is_gone_says_so(server: str) -> None:
    http = GuardedHttp(allow_private_addresses=True)
    with pytest.raises(ResultExpired):
        list(http.stream(f"{server}/gone"))
    assert b"".join(http.stream(f"{server}/result")) == b"a" * 1000


def test_a_library_s_own_session_stands_behind_the_same_guard(server: str) -> None:
    session = requests.Session()
    GuardedHttp().equip(session)
    with pytest.raises(AddressRefused):
        session.get(f"{server}/anything", timeout=2)
    assert _Answers.seen == []


def test_proxies_of_the_environment_are_not_used(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    answer = GuardedHttp(allow_private_addresses=True).send("GET", f"{server}/direct")
    assert answer.status == 200


def test_nobody_at_the_port_is_a_named_error() -> None:
    # Held, lest somebody else listens there meanwhile.
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        with pytest.raises(StoreUnreachable) as caught:
            GuardedHttp(allow_private_addresses=True).send("GET", f"http://127.0.0.1:{port}/")
    assert caught.value.retryable
