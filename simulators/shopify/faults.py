"""Faults on demand: the next requests of a door answer wrongly, slowly or not at all."""

from __future__ import annotations

import json
import os
import socket
import struct
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from flask import Flask, Response, g, request

DOORS = ("graphql", "oauth", "bulk", "any")
KINDS = (
    "status", "slow", "reset", "html", "garbage", "empty", "throttled", "lost_answer",
    "half_answer",
)  # fmt: skip
_JSON = "application/json"
_HTML = "<!DOCTYPE html><html><head><title>Something went wrong</title></head><body></body></html>"


@dataclass(slots=True)
class Fault:
    """`kind` one of `KINDS`; `status` for kind status; `seconds` for slow and Retry-After."""

    kind: str
    door: str = "any"
    times: int = 1
    shop: str | None = None
    status: int = 500
    seconds: float = 1.0
    contains: str = ""
    """Only requests whose body holds this text (`refresh_token`, `orders(`)."""


class Faults:
    """The faults that wait; thread-safe."""

    def __init__(self) -> None:
        self._waiting: list[Fault] = []
        self._lock = threading.Lock()

    def add(self, fault: Fault) -> None:
        if fault.kind not in KINDS or fault.door not in DOORS:
            raise ValueError(f"unknown fault {fault.kind} at {fault.door}")
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def listing(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def take(self, door: str, shop: str, body: str) -> Fault | None:
        """The fault that this request meets, used up by one."""
        with self._lock:
            for fault in self._waiting:
                if fault.door not in ("any", door) or fault.shop not in (None, shop):
                    continue
                if fault.contains and fault.contains not in body:
                    continue
                fault.times -= 1
                if fault.times <= 0:
                    self._waiting.remove(fault)
                return fault
        return None


def door_of(path: str) -> str | None:
    if path.endswith("/graphql.json"):
        return "graphql"
    if path.endswith("/oauth/access_token"):
        return "oauth"
    return "bulk" if path.startswith("/_bulk/") else None


def _cut_connection() -> None:
    """Reset the TCP connection under the answer."""
    held = request.environ.get("werkzeug.socket")
    if held is not None:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(held.detach())


def _throttled() -> Response:
    body = {
        "errors": [{
            "message": "Throttled",
            "extensions": {
                "code": "THROTTLED",
                "documentation": "https://shopify.dev/api/usage/rate-limits",
            },
        }],
        "extensions": {"cost": {
            "requestedQueryCost": 102, "actualQueryCost": None,
            "throttleStatus": {
                "maximumAvailable": 2000.0, "currentlyAvailable": 52, "restoreRate": 100.0,
            },
        }},
    }  # fmt: skip
    return Response(json.dumps(body), 200, mimetype="application/json")


def _status(fault: Fault) -> Response:
    text = "Internal Server Error"
    if fault.status == 429:
        text = "Exceeded 2 calls per second for api client."
    answer = Response(json.dumps({"errors": text}), fault.status, mimetype="application/json")
    if fault.status == 429:
        answer.headers["Retry-After"] = str(fault.seconds)
    return answer


def _reset(_fault: Fault) -> Response:
    _cut_connection()
    return Response("", 500)


_INSTEAD: dict[str, Callable[[Fault], Response]] = {
    "status": _status,
    "reset": _reset,
    "html": lambda fault: Response(_HTML, 200 if fault.status == 500 else fault.status),
    "garbage": lambda _: Response(b'{"data": {"orders": \xff\xfe', 200, content_type=_JSON),
    "empty": lambda _: Response("", 200, content_type=_JSON),
    "throttled": lambda _: _throttled(),
}
"""What answers in the platform's stead."""


def _answer(fault: Fault) -> Response | None:
    if fault.kind in _INSTEAD:
        return _INSTEAD[fault.kind](fault)
    if fault.kind == "slow":
        time.sleep(fault.seconds)
    else:
        g.fault_after = fault.kind
    return None


def install(app: Flask, faults: Faults) -> None:
    """Let the faults meet the app's requests."""

    @app.before_request
    def _before() -> Response | None:
        door = door_of(request.path)
        if door is None:
            return None
        shop = (request.view_args or {}).get("shop") or request.host.partition(":")[0]
        fault = faults.take(door, str(shop), request.get_data(as_text=True))
        return _answer(fault) if fault else None

    @app.after_request
    def _after(answer: Response) -> Response:
        kind = g.get("fault_after")
        if kind == "lost_answer":
            _cut_connection()
        elif kind == "half_answer":
            whole = answer.get_data()
            answer.set_data(whole[: len(whole) // 2])
        return answer
