"""Faults on demand: the next requests of a site answer wrongly, slowly or not at all."""

from __future__ import annotations

import time
from dataclasses import dataclass

from flask import Request, Response

from simulators.faults import cut_connection
from simulators.woocommerce import php

_FIREWALL = (
    "<!DOCTYPE html><html><head><title>Access denied</title></head><body><h1>Error 1020</h1>"
    "<p>You do not have access to this site. The site owner may have set restrictions.</p>"
    "</body></html>"
)
_CHALLENGE = (
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head>"
    "<body>Checking your browser before accessing the site.</body></html>"
)
_LOGIN = (
    "<!DOCTYPE html><html><head><title>Log In &lsaquo; WordPress</title></head><body "
    'class="login"><form name="loginform" id="loginform" method="post"></form></body></html>'
)
_CRITICAL = {
    "code": "internal_server_error",
    "message": "<p>There has been a critical error on this website.</p>",
    "data": {"status": 500},
}
KINDS = ("firewall", "challenge", "throttled", "error", "login_page", "slow", "garbage", "empty",
         "reset", "redirect")  # fmt: skip


@dataclass(slots=True)
class Fault:
    """`times` below zero lasts until cleared; `contains` is looked for in path and query."""

    kind: str
    times: int = 1
    site: str | None = None
    """Path prefix; every site without."""
    method: str | None = None
    contains: str = "/wp-json/"
    seconds: float = 1.0
    """Of `slow`, and of the Retry-After of `throttled`."""
    location: str = ""
    """Where `redirect` leads; to the same address again without."""

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault {self.kind}")

    def meets(self, site: str, request: Request) -> bool:
        where = self.site in (None, site) and self.method in (None, request.method)
        return where and self.contains in request.full_path


def _html(text: str, status: int) -> Response:
    return Response(text, status, content_type="text/html; charset=UTF-8")


def answer(fault: Fault, request: Request) -> Response | None:
    """What answers in the site's stead; None when the site still answers, late."""
    if fault.kind == "slow":
        time.sleep(fault.seconds)
        return None
    if fault.kind == "reset":
        cut_connection(request)
        return Response("", 500)
    if fault.kind == "redirect":
        where = fault.location or request.url
        return Response("", 302, headers={"Location": where})
    if fault.kind == "throttled":
        made = _html("<html><head><title>429 Too Many Requests</title></head></html>", 429)
        made.headers["Retry-After"] = f"{fault.seconds:g}"
        return made
    if fault.kind in ("error", "garbage", "empty"):
        body = {"error": php.encode(_CRITICAL), "garbage": b'[{"id":1,"total":"\xff', "empty": b""}
        status = 500 if fault.kind == "error" else 200
        kind = "application/json; charset=UTF-8"
        return Response(body[fault.kind], status, content_type=kind)
    pages = {"firewall": (_FIREWALL, 403), "challenge": (_CHALLENGE, 503),
             "login_page": (_LOGIN, 200)}  # fmt: skip
    return _html(*pages[fault.kind])
