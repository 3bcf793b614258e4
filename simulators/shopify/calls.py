"""A log of what apps asked: so that a test can say that nothing was asked."""

from __future__ import annotations

import re
import uuid
from collections import deque
from dataclasses import dataclass

from flask import Flask, Response, request

from simulators.shopify.faults import door_of

_NAME = re.compile(r"\b(query|mutation)\s+(\w+)")


@dataclass(slots=True)
class Call:
    """`door` is graphql, oauth or bulk; `operation` the GraphQL operation's name or grant type."""

    door: str
    shop: str
    operation: str
    status: int
    request_id: str


def _operation(door: str) -> str:
    body = request.get_json(silent=True, force=True) if door == "graphql" else None
    if isinstance(body, dict):
        match = _NAME.search(str(body.get("query", "")))
        return str(body.get("operationName") or (match[2] if match else ""))
    given = request.get_json(silent=True) if request.is_json else request.values
    return str((given or {}).get("grant_type", "")) if door == "oauth" else ""


def install(app: Flask) -> deque[Call]:
    """Note each request at the doors; gives the log, which keeps the last thousands."""
    log: deque[Call] = deque(maxlen=20_000)

    @app.after_request
    def _note(answer: Response) -> Response:
        request_id = str(uuid.uuid4())
        answer.headers["X-Request-Id"] = request_id
        door = door_of(request.path)
        if door is not None:
            shop = (request.view_args or {}).get("shop") or request.host.partition(":")[0]
            log.append(Call(door, str(shop), _operation(door), answer.status_code, request_id))
        return answer

    return log
