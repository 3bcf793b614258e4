"""The site's door: which site is asked, its faults, its visits, and the REST API behind it."""

from __future__ import annotations

import time

from flask import Flask, Response, abort, request
from flask.typing import ResponseReturnValue

from simulators.faults import Faults
from simulators.woocommerce import faults, php
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.rest import router
from simulators.woocommerce.state import State

SITE = "stand_in.site"
_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def current(state: State) -> Site:
    """The site that this request is for; 404 when there is none."""
    prefix = request.environ.get(SITE)
    found = state.sites.get(prefix) if prefix is not None else None
    if found is None:
        abort(404)
    return found


def rest(state: State, path: str) -> Response:
    """The REST API's answer for `/wc/v3/orders`."""
    site = current(state)
    if site.latency_seconds:
        time.sleep(site.latency_seconds)
    query = php.parse_query(request.query_string.decode("latin-1"))
    query.pop("rest_route", None)
    with state.lock:
        made, allow, after = router.answer(state, site, request, path, query)
        body = made.encoded()
    for each in after:
        each()
    answer = Response(body, made.status, content_type="application/json; charset=UTF-8")
    answer.headers["Link"] = f'<{state.rest_root(site)}>; rel="https://api.w.org/"'
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    if allow:
        answer.headers["Allow"] = allow
    for name, value in made.headers.items():
        answer.headers[name] = value
    return answer


def register(app: Flask, state: State) -> None:
    @app.before_request
    def enter() -> ResponseReturnValue | None:
        prefix = request.environ.get(SITE)
        if prefix is None:
            return None
        state.resources["outbox"].visit(state.sites[prefix])
        waiting: Faults[faults.Fault] = state.resources["faults"]
        fault = waiting.take(lambda one: one.meets(prefix, request))
        return faults.answer(fault, request) if fault is not None else None

    @app.route("/wp-json/", methods=_METHODS, defaults={"path": ""})
    @app.route("/wp-json/<path:path>", methods=_METHODS)
    def api(path: str) -> ResponseReturnValue:
        if not current(state).pretty_permalinks:
            abort(404)
        return rest(state, "/" + path.rstrip("/"))
