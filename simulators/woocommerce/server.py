"""The stand-in as a Flask application and as a server of its own."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue

from simulators.faults import Faults
from simulators.serving import Serving
from simulators.woocommerce import door, pages
from simulators.woocommerce.calls import install as install_calls
from simulators.woocommerce.control import blueprint as control_blueprint
from simulators.woocommerce.faults import Fault
from simulators.woocommerce.state import State
from simulators.woocommerce.wc_auth.routes import register as register_wc_auth
from simulators.woocommerce.webhooks.outbox import Outbox

OPTIONAL = ("simulators.woocommerce.admin",)
"""Packages with `register(app: Flask, state: State) -> None` that bring pages of a site.

Their routes are those of one site (`/wp-admin/…`): `door.current(state)` says of which.
"""

Environ = dict[str, Any]


class SitePaths:
    """Finds the site that a path belongs to and leaves its own part of the path."""

    def __init__(self, app: Any, state: State) -> None:
        self.app, self.state = app, state

    def __call__(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(("/_control", "/_health")):
            for prefix in sorted(self.state.sites, key=len, reverse=True):
                if path == prefix or path.startswith(prefix + "/"):
                    self._enter(environ, prefix, path)
                    break
        found: Iterable[bytes] = self.app(environ, start)
        return found

    def _enter(self, environ: Environ, prefix: str, path: str) -> None:
        environ[door.SITE] = prefix
        environ["SCRIPT_NAME"] = environ.get("SCRIPT_NAME", "") + prefix
        environ["PATH_INFO"] = path[len(prefix) :] or "/"
        if self.state.sites[prefix].switches.strips_authorization:
            environ.pop("HTTP_AUTHORIZATION", None)


def create_app(state: State) -> Flask:
    """The whole stand-in over a state. Its webhooks go out once `Server.start` runs."""
    app = Flask("simulators.woocommerce", static_folder=None)
    state.resources["outbox"] = Outbox(state)
    state.resources["faults"] = Faults[Fault]()
    state.resources["calls"] = install_calls(app)
    door.register(app, state)
    pages.register(app, state)
    register_wc_auth(app, state)
    app.register_blueprint(control_blueprint(state))
    for name in OPTIONAL:
        if importlib.util.find_spec(name) is not None:
            register = getattr(importlib.import_module(name), "register", None)
            if register is not None:
                register(app, state)
    app.wsgi_app = SitePaths(app.wsgi_app, state)  # type: ignore[assignment,method-assign]

    @app.get("/_health")
    def health() -> ResponseReturnValue:
        return {"sites": list(state.sites)}

    return app


class Server:
    """Serves an app on a loopback port, in threads, with its webhook sender."""

    def __init__(self, state: State, app: Flask, host: str = "127.0.0.1", port: int = 0) -> None:
        self.state, self.app = state, app
        self._serving = Serving(app, host, port)
        state.base_url = f"http://{host}:{self._serving.port}"

    def start(self) -> None:
        self.outbox.start()
        self._serving.start()

    @property
    def outbox(self) -> Outbox:
        found: Outbox = self.state.resources["outbox"]
        return found

    def stop(self) -> None:
        """Stop serving and sending; returns when all is still."""
        self._serving.stop()
        self.outbox.stop()
