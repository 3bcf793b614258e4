"""The front of a web process: what the server hands every request to."""

from collections.abc import Mapping
from typing import Any

from integration import asgi_over_rsgi
from integration.doors import Mounted
from integration.wsgi_over_rsgi import WsgiOverRsgi

_FLASK_THREADS = 16


class Front:
    """The one front: deliveries and live streams natively, everything else by Flask's threads.

    It speaks RSGI: granian's own interface, the cheapest for deliveries.
    """

    def __init__(self, flask: Any, mounted: Mapping[str, Mounted]) -> None:
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

    def _mounted_at(self, path: str) -> Mounted | None:
        for prefix, app in self._mounted.items():
            if path == prefix or path.startswith(prefix + "/"):
                return app
        return None
