"""Flask behind RSGI: the request as it came, the answer in one piece."""

import asyncio
from typing import Any
from unittest.mock import ANY, Mock

import pytest
from flask import Flask, Response, request

from integration.serving import wsgi_over_rsgi
from integration.serving.wsgi_over_rsgi import WsgiOverRsgi
from tests.rsgi import Headers, Proto, Scope

MOST = 16


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
    assert (proto.reply.status, proto.answers) == (200, 1)
    assert proto.reply.headers["content-type"] == "application/json"
    assert Flask("reader").json.loads(proto.reply.body) == {
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
    assert proto.reply.status == 200
    assert Flask("reader").json.loads(proto.reply.body)["args"] == {"q": "λέξη é", "r": "2"}


def test_a_body_past_the_cap_is_refused_and_never_read() -> None:
    proto = Proto(b"x" * (MOST + 1))
    length = ("content-length", str(MOST + 1))
    served(Scope("POST", "/told/x", Headers([("host", "a.test"), length])), proto)
    assert proto.reply.status == 413
    assert proto.reads == 0


def test_a_body_in_parts_comes_whole_and_its_length_is_told() -> None:
    proto = Proto(b"hel", b"lo ", b"there")
    pairs = [("host", "a.test"), ("transfer-encoding", "chunked"), ("content-length", "3")]
    served(Scope("POST", "/told/x", Headers(pairs)), proto)
    assert Flask("reader").json.loads(proto.reply.body)["body"] == "hello there"


def test_a_body_in_parts_is_read_up_to_the_cap_and_refused() -> None:
    proto = Proto(*[b"xxxx"] * MOST * 10)
    pairs = [("host", "a.test"), ("transfer-encoding", "chunked")]
    served(Scope("POST", "/told/x", Headers(pairs)), proto)
    assert proto.reply.status == 413
    assert proto.reads == MOST // 4 + 1


def test_answers_without_a_body_have_none() -> None:
    for method, path, status in (("GET", "/nothing", 204), ("HEAD", "/told/x", 200)):
        proto = Proto()
        served(Scope(method, path, Headers([("host", "a.test")])), proto)
        assert (proto.reply.status, proto.reply.body) == (status, b"")


def test_an_answer_for_nobody_is_dropped() -> None:
    proto = Proto()
    proto.gone.set()
    served(Scope("GET", "/told/x", Headers([("host", "a.test")])), proto)
    assert proto.answers == 0


def test_an_application_that_fails_is_told_of_and_answers_500(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = Mock()
    monkeypatch.setattr(wsgi_over_rsgi, "log", log)

    def fail(_environ: Any, _start_response: Any) -> Any:
        raise KeyError("canary@private.gr")

    proto = Proto()
    app = WsgiOverRsgi(fail, threads=1, most_bytes=MOST)
    asyncio.run(app.__rsgi__(Scope(headers=Headers([("host", "a.test")])), proto))
    assert (proto.reply.status, proto.reply.body) == (500, b"")
    log.error.assert_called_once_with("web.failed", error="KeyError", exc_info=ANY)


def test_http_2_names_its_host_apart() -> None:
    proto = Proto()
    served(Scope("GET", "/told/x", Headers([]), authority="two.test"), proto)
    assert Flask("reader").json.loads(proto.reply.body)["host"] == "two.test"


class Told:
    """An answer in parts, which knows how many were asked for and that it was closed."""

    def __init__(self, count: int) -> None:
        self.made, self.count, self.is_closed = 0, count, False

    def __iter__(self) -> "Told":
        return self

    def __next__(self) -> bytes:
        if self.made == self.count:
            raise StopIteration
        self.made += 1
        return b"x" * 10

    def close(self) -> None:
        self.is_closed = True


def streaming(parts: Told) -> WsgiOverRsgi:
    def app(environ: dict[str, Any], start_response: Any) -> Told:
        environ[wsgi_over_rsgi.STREAMED] = True
        start_response("200 OK", [("Content-Type", "text/csv")])
        return parts

    return WsgiOverRsgi(app, threads=1, most_bytes=MOST)


def test_a_long_answer_goes_out_as_its_parts_are_made() -> None:
    parts, proto = Told(3), Proto()
    asyncio.run(streaming(parts).__rsgi__(Scope("GET", "/"), proto))
    assert (proto.reply.status, proto.answers) == (200, 1)
    assert proto.reply.headers == {"content-type": "text/csv"}
    assert [proto.reply.parts.get_nowait() for _ in range(3)] == [b"x" * 10] * 3
    assert parts.is_closed


def test_nobody_makes_parts_for_a_reader_who_has_gone() -> None:
    parts, proto = Told(1_000), Proto()

    async def leave_after(number: int) -> None:
        for _ in range(number):
            await proto.reply.parts.get()
        proto.gone.set()

    async def both() -> None:
        app = streaming(parts)
        await asyncio.gather(app.__rsgi__(Scope("GET", "/"), proto), leave_after(2))

    asyncio.run(both())
    assert parts.made < 100
    assert parts.is_closed


def test_a_reader_who_takes_nothing_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wsgi_over_rsgi, "_SECONDS_FOR_A_PART", 0.05)
    parts, proto = Told(1_000), Proto()
    proto.reply.parts = asyncio.Queue(2)
    asyncio.run(streaming(parts).__rsgi__(Scope("GET", "/"), proto))
    assert parts.made == 3
    assert parts.is_closed


@pytest.mark.parametrize(
    ("path", "header", "size", "taken"),
    [
        ("/told/large", "cookie", 100, True),
        ("/told/large", "authorization", 100, True),
        ("/told/large", "x-other", 100, False),
        ("/told/large", "cookie", 101, False),
        ("/told/other", "cookie", 100, False),
    ],
)
def test_a_path_may_take_more_of_somebody_who_may_be_known(
    path: str, header: str, size: int, taken: bool
) -> None:
    given = [("host", "tillside.test"), ("content-length", str(size)), (header, "a=1")]
    proto = Proto(b"x" * size)
    app = WsgiOverRsgi(flask(), threads=1, most_bytes=MOST, large={"/told/large": 100})
    scope = Scope(method="POST", path=path, headers=Headers(given))
    asyncio.run(app.__rsgi__(scope, proto))
    assert (proto.reads == 1) is taken
