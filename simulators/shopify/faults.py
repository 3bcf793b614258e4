"""Faults on demand: the next requests of a door answer wrongly, slowly or not at all."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, Response, g, request

from simulators.faults import Faults, cut_connection

DOORS = ("graphql", "oauth", "bulk", "any")
KINDS = (
    "status", "slow", "reset", "html", "garbage", "empty", "throttled", "lost_answer",
    "half_answer",
)  # fmt: skip
_JSON = "application/json"
_HTML = "<!DOCTYPE html><html><head><title>Something went wrong</title></head><body></body></html>"


@dataclass(slots=True)
class Fault:
    """`kind` one of `KINDS`; `status` for kind status; `seconds` for slow and Retry-After.

    `times` below zero lasts until cleared.
    """

    kind: str
    door: str = "any"
    times: int = 1
    shop: str | None = None
    status: int = 500
    seconds: float = 1.0
    contains: str = ""
    """Only requests whose body holds this text (`refresh_token`, `orders(`)."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.door not in DOORS:
            raise ValueError(f"unknown fault {self.kind} at {self.door}")

    def meets(self, door: str, shop: str, body: str) -> bool:
        where = self.door in ("any", door) and self.shop in (None, shop)
        return where and self.contains in body


def door_of(path: str) -> str | None:
    if path.endswith("/graphql.json"):
        return "graphql"
    if path.endswith("/oauth/access_token"):
        return "oauth"
    return "bulk" if path.startswith("/_bulk/") else None


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
    cut_connection(request)
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


def install(app: Flask, faults: Faults[Fault]) -> None:
    """Let the faults meet the app's requests."""

    @app.before_request
    def _before() -> Response | None:
        door = door_of(request.path)
        if door is None:
            return None
        shop = (request.view_args or {}).get("shop") or request.host.partition(":")[0]
        body = request.get_data(as_text=True)
        fault = faults.take(lambda one: one.meets(door, str(shop), body))
        return _answer(fault) if fault else None

    @app.after_request
    def _after(answer: Response) -> Response:
        kind = g.get("fault_after")
        if kind == "lost_answer":
            cut_connection(request)
        elif kind == "half_answer":
            # A file is passed through otherwise, and can't be halved.
            answer.direct_passthrough = False
            whole = answer.get_data()
            answer.set_data(whole[: len(whole) // 2])
        return answer
