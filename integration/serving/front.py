"""The front of a web process: what the server hands every request to."""

import time
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import structlog

from integration.doors import Mounted
from integration.serving import asgi_over_rsgi
from integration.serving.wsgi_over_rsgi import WsgiOverRsgi

log = structlog.get_logger(__name__)

_FLASK_THREADS = 16
_SAID_EVERY_SECONDS = 60.0
_COME_AGAIN = [("retry-after", "60")]
_PLAIN = ("content-type", "text/plain; charset=utf-8")

# Why a path isn't served for now; None for one that is.
Gate: TypeAlias = Callable[[str], str | None]


class Elsewhere:
    """Stands where deliveries come in, in a process that takes none: whoever sends one here was led
    astray by a proxy, and is told to come again (503). Said in the log once a minute at most.
    """

    def __init__(self) -> None:
        self._quiet_until = 0.0

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Serve one request over RSGI."""
        if time.monotonic() > self._quiet_until:
            self._quiet_until = time.monotonic() + _SAID_EVERY_SECONDS
            log.error("web.deliveries_led_astray")
        proto.response_empty(503, _COME_AGAIN)


class Front:
    """The one front: deliveries and live streams natively, everything else by Flask's threads.

    It speaks RSGI: granian's own interface, the cheapest for deliveries.
    """

    def __init__(
        self,
        flask: Any,
        mounted: Mapping[str, Mounted],
        large: Mapping[str, int] | None = None,
        gate: Gate | None = None,
    ) -> None:
        self._gate = gate
        self._people = WsgiOverRsgi(
            flask,
            threads=_FLASK_THREADS,
            most_bytes=flask.config["MAX_CONTENT_LENGTH"],
            large=large or {},
        )
        self._mounted = mounted

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Serve one request over RSGI."""
        if self._gate is not None and (reason := self._gate(scope.path)) is not None:
            proto.response_bytes(503, [*_COME_AGAIN, _PLAIN], f"{reason}\n".encode())
            return
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
