"""The front of a web process: what the server hands every request to."""

from collections.abc import Mapping
from typing import Any

from a2wsgi import WSGIMiddleware

from integration import asgi_over_rsgi
from integration.doors import AsgiApp
from integration.wsgi_over_rsgi import WsgiOverRsgi

_FLASK_THREADS = 16


class Front:
    """The one front: deliveries and live streams natively, everything else by Flask's threads.

    It speaks RSGI (granian's own interface, the cheapest for deliveries), and ASGI for any other
    server and the tests.
    """

    def __init__(self, flask: Any, mounted: Mapping[str, AsgiApp]) -> None:
        self._flask: Any = WSGIMiddleware(flask, workers=_FLASK_THREADS)
        self._people = WsgiOverRsgi(
            flask, threads=_FLASK_THREADS, most_bytes=flask.config["MAX_CONTENT_LENGTH"]
        )
        self._mounted = mounted

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Serve one request over RSGI."""
        app = self._mounted_at(scope.path)
        if app is None:
            await self._people.__rsgi__(scope, proto)
        elif hasattr(app, "__rsgi__"):
            await app.__rsgi__(scope, proto)
        else:
            await asgi_over_rsgi.serve(app, scope, proto)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one request over ASGI."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
            return
        app = self._mounted_at(scope["path"])
        if app is not None:
            await app(scope, receive, send)
            return
        await self._flask(scope, _by_coroutine(receive), send)

    def _mounted_at(self, path: str) -> AsgiApp | None:
        for prefix, app in self._mounted.items():
            if path == prefix or path.startswith(prefix + "/"):
                return app
        return None


def _by_coroutine(receive: Any) -> Any:
    """The same, for a2wsgi: it takes coroutines only, and Granian's gives another awaitable."""

    async def received() -> Any:
        return await receive()

    return received


async def _lifespan(receive: Any, send: Any) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return
