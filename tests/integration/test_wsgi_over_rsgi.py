"""Flask behind RSGI: the request as it came, the answer in one piece."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any

from flask import Flask, Response, request
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]

from integration.wsgi_over_rsgi import WsgiOverRsgi

MOST = 16


@dataclass
class Headers:
    pairs: list[tuple[str, str]]

    def items(self) -> list[tuple[str, str]]:
        return self.pairs


@dataclass
class Scope:
    method: str
    path: str
    headers: Headers
    query_string: str = ""
    http_version: str = "1.1"
    scheme: str = "http"
    server: str = "127.0.0.1:8000"
    client: str = "[::1]:4711"
    authority: str | None = None


@dataclass
class Proto:
    """Hands a body over, and takes an answer."""

    body: bytes = b""
    is_closed: bool = False
    reads: int = 0
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)

    async def __call__(self) -> bytes:
        self.reads += 1
        return self.body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self.body), 4):
            self.reads += 1
            yield self.body[start : start + 4]

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        if self.is_closed:
            raise ProtocolClosed
        self.answers.append((status, {name.lower(): value for name, value in headers}, body))

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.response_bytes(status, headers, b"")


def flask() -> Flask:
    app = Flask("told", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MOST

    @app.route("/told/<path:rest>", methods=["GET", "POST"])
    def told(rest: str) -> dict[str, Any]:
        return {
            "rest": rest,
            "args": request.args.to_dict(),
            "from": request.remote_addr,
            "host": request.host,
            "cookies": dict(request.cookies),
            "forged": request.headers.get("X-Forwarded-For"),
            "body": request.get_data(as_text=True),
        }

    @app.get("/nothing")
    def nothing() -> Response:
        return Response(status=204)

    return app


def served(scope: Scope, proto: Proto) -> None:
    app = WsgiOverRsgi(flask(), threads=1, most_bytes=MOST)
    asyncio.run(app.__rsgi__(scope, proto))


def test_the_application_sees_the_request_as_it_came() -> None:
    pairs = [
        ("host", "tillside.test"),
        ("content-length", "5"),
        ("content-type", "text/plain"),
        ("cookie", "a=1"),
        ("cookie", "b=2"),
        ("x_forwarded_for", "6.6.6.6"),
    ]
    proto = Proto(b"hello")
    served(Scope("POST", "/told/Ελένη", Headers(pairs), "q=%CE%B1&r=2"), proto)
    [(status, headers, body)] = proto.answers
    assert (status, headers["content-type"]) == (200, "application/json")
    assert Flask("reader").json.loads(body) == {
        "rest": "Ελένη",
        "args": {"q": "α", "r": "2"},
        "from": "::1",
        "host": "tillside.test",
        "cookies": {"a": "1", "b": "2"},
        "forged": None,
        "body": "hello",
    }


def test_a_query_that_isnt_escaped_is_read_as_utf_8() -> None:
    proto = Proto()
    served(Scope("GET", "/told/x", Headers([("host", "a.test")]), "q=λέξη é&r=2"), proto)
    [(status, _, body)] = proto.answers
    assert status == 200
    assert Flask("reader").json.loads(body)["args"] == {"q": "λέξη é", "r": "2"}


def test_a_body_past_the_cap_is_refused_and_never_read() -> None:
    proto = Proto(b"x" * (MOST + 1))
    length = ("content-length", str(MOST + 1))
    served(Scope("POST", "/told/x", Headers([("host", "a.test"), length])), proto)
    assert proto.answers[0][0] == 413
    assert proto.reads == 0


def test_a_body_in_parts_comes_whole_and_its_length_is_told() -> None:
    proto = Proto(b"hello there")
    pairs = [("host", "a.test"), ("transfer-encoding", "chunked"), ("content-length", "3")]
    served(Scope("POST", "/told/x", Headers(pairs)), proto)
    assert Flask("reader").json.loads(proto.answers[0][2])["body"] == "hello there"


def test_a_body_in_parts_is_read_up_to_the_cap_and_refused() -> None:
    proto = Proto(b"x" * MOST * 10)
    pairs = [("host", "a.test"), ("transfer-encoding", "chunked")]
    served(Scope("POST", "/told/x", Headers(pairs)), proto)
    assert proto.answers[0][0] == 413
    assert proto.reads == MOST // 4 + 1


def test_answers_without_a_body_have_none() -> None:
    for method, path, status in (("GET", "/nothing", 204), ("HEAD", "/told/x", 200)):
        proto = Proto()
        served(Scope(method, path, Headers([("host", "a.test")])), proto)
        assert [(told, body) for told, _, body in proto.answers] == [(status, b"")]


def test_an_answer_for_nobody_is_dropped() -> None:
    proto = Proto(is_closed=True)
    served(Scope("GET", "/told/x", Headers([("host", "a.test")])), proto)
    assert proto.answers == []


def test_http_2_names_its_host_apart() -> None:
    proto = Proto()
    served(Scope("GET", "/told/x", Headers([]), authority="two.test"), proto)
    assert Flask("reader").json.loads(proto.answers[0][2])["host"] == "two.test"
