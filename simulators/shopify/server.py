"""The stand-in as a Flask application and as a server of its own."""

from __future__ import annotations

import importlib
import importlib.util
import threading
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask
from flask.typing import ResponseReturnValue

from simulators.faults import Faults
from simulators.serving import Serving
from simulators.shopify import calls, faults, pictures, rest
from simulators.shopify.bulk import files
from simulators.shopify.bulk.operation import BulkRunner
from simulators.shopify.control import blueprint as control_blueprint
from simulators.shopify.graphql import endpoint
from simulators.shopify.graphql.schema import load, versions
from simulators.shopify.oauth import routes as oauth_routes
from simulators.shopify.state import State
from simulators.shopify.webhooks.outbox import RETRY_SECONDS, Outbox


def _platform(state: State) -> Blueprint:
    made = Blueprint("platform", __name__)
    oauth_routes.register(made, state)
    endpoint.register(made, state)
    files.register(made, state)
    rest.register(made, state)
    return made


def _admin(state: State, extension_dist: Path | None) -> Blueprint | None:
    """The admin's pages, where they are there."""
    if importlib.util.find_spec("simulators.shopify.admin") is None:
        return None
    module: Any = importlib.import_module("simulators.shopify.admin")
    made: Blueprint = module.blueprint(state, extension_dist)
    return made


def create_app(
    state: State,
    *,
    retry_seconds: tuple[float, ...] = RETRY_SECONDS,
    extension_dist: Path | None = None,
    admin: bool = True,
) -> Flask:
    """The whole stand-in over a state. Its webhooks go out once `Server.start` runs."""
    app = Flask("simulators.shopify", static_folder=None)
    state.resources["outbox"] = Outbox(state, retry_seconds)
    state.resources["bulk"] = BulkRunner(state)
    state.resources["faults"] = Faults[faults.Fault]()
    state.resources["calls"] = calls.install(app)
    faults.install(app, state.resources["faults"])
    app.register_blueprint(_platform(state))
    app.register_blueprint(control_blueprint(state))
    app.register_blueprint(pictures.blueprint())
    pages = _admin(state, extension_dist) if admin else None
    if pages is not None:
        app.register_blueprint(pages)

    @app.get("/_health")
    def health() -> ResponseReturnValue:
        return {"shops": list(state.shops)}

    return app


class Server:
    """Serves an app on a loopback port, in threads, with its webhook sender."""

    def __init__(self, state: State, app: Flask, host: str = "127.0.0.1", port: int = 0) -> None:
        self.state, self.app = state, app
        self._serving = Serving(app, host, port)
        self.port = self._serving.port
        state.base_url = f"http://{host}:{self.port}"
        other = "localhost" if host != "localhost" else "127.0.0.1"
        state.files_url = f"http://{other}:{self.port}"

    def start(self) -> None:
        threading.Thread(target=load, args=(versions()[-1],), name="schema", daemon=True).start()
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
        self.state.resources["bulk"].stop()
