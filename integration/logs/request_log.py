"""An id for every request to a page or the API: on each line it logs, and in its answer.

Query strings, bodies and names in paths are never logged: a line tells the route's pattern.
"""

import secrets
import time

import structlog
from flask import Flask, Response, g, request

log = structlog.get_logger(__name__)

HEADER = "X-Request-Id"


def register(app: Flask) -> None:
    """Have all lines of a request carry its id, its method and its route's pattern."""
    app.before_request(_begin)
    app.after_request(_end)
    app.teardown_request(_forget)


def _begin() -> None:
    structlog.contextvars.clear_contextvars()
    g.request_id = secrets.token_hex(8)
    g.request_began = time.perf_counter()
    structlog.contextvars.bind_contextvars(
        request_id=g.request_id,
        method=request.method,
        route=request.url_rule.rule if request.url_rule is not None else None,
    )


def _end(response: Response) -> Response:
    if "request_id" in g:
        response.headers[HEADER] = g.request_id
        took = round((time.perf_counter() - g.request_began) * 1000, 1)
        tell = log.warning if response.status_code >= 500 else log.debug
        tell("request.done", status=response.status_code, milliseconds=took)
    return response


def _forget(_error: BaseException | None) -> None:
    # Threads serve one request after the other: what this one bound is none of the next's.
    structlog.contextvars.clear_contextvars()
