"""A log of what was asked: so that a test can say that nothing was."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from flask import Flask, Response, request

from simulators.woocommerce.door import SITE


@dataclass(slots=True)
class Call:
    """`path` is below the site, `query` as it came (it may hold keys: a test's own)."""

    site: str
    method: str
    path: str
    query: str
    status: int


def install(app: Flask) -> deque[Call]:
    """Note each request at the sites; gives the log, which keeps the last thousands."""
    log: deque[Call] = deque(maxlen=20_000)

    @app.after_request
    def _note(answer: Response) -> Response:
        site = request.environ.get(SITE)
        if site is not None:
            query = request.query_string.decode("latin-1")
            log.append(Call(site, request.method, request.path, query, answer.status_code))
        return answer

    return log
