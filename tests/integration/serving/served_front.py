"""A small Flask and a small ASGI application behind the front, on granian.

`python -m tests.integration.serving.served_front PORT FILE`: FILE is made when a client has left
the stream.
"""

import asyncio
import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, jsonify, request

from integration.serving.front import Front
from tests.granian_server import serve


def front() -> Front:
    """What granian loads."""
    return Front(_flask(), {"/stream": _stream})


def _flask() -> Flask:
    app = Flask("served")
    app.config["MAX_CONTENT_LENGTH"] = 8 * 1024 * 1024

    @app.route("/told/<path:rest>", methods=["GET", "POST"])
    def told(rest: str) -> Response:
        body = request.get_data()
        answer = jsonify(
            rest=rest,
            query=request.args.to_dict(),
            address=request.remote_addr,
            scheme=request.scheme,
            host=request.host,
            header=request.headers.getlist("X-Told"),
            cookie=request.cookies.get("one"),
            body=[len(body), sha256(body).hexdigest()],
        )
        answer.set_cookie("one", "1")
        answer.set_cookie("two", "2")
        return answer

    @app.get("/parts")
    def parts() -> Response:
        return Response((f"part {n}\n" for n in range(3)), mimetype="text/plain")

    @app.get("/empty")
    def empty() -> tuple[str, int]:
        return "", 204

    @app.get("/fails")
    def fails() -> str:
        raise RuntimeError("this view fails")

    return app


async def _stream(_: Any, receive: Any, send: Any) -> None:
    """Sends a little now and then until the client has gone."""
    await send({"type": "http.response.start", "status": 200, "headers": []})
    assert (await receive())["type"] == "http.request"
    gone = asyncio.create_task(receive())
    while not gone.done():
        await send({"type": "http.response.body", "body": b"still here\n", "more_body": True})
        await asyncio.wait([gone], timeout=0.05)
    assert gone.result()["type"] == "http.disconnect"
    await asyncio.to_thread(Path(os.environ["TEST_FILE"]).touch)


def main() -> None:
    """Serve until killed."""
    os.environ["TEST_FILE"] = sys.argv[2]
    serve("tests.integration.serving.served_front:front", int(sys.argv[1]))


if __name__ == "__main__":
    main()
