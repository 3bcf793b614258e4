"""The host that serves result files. It is not the shop: a request with a token is an alarm."""

from __future__ import annotations

from flask import Blueprint, Response, request, send_file
from flask.typing import ResponseReturnValue

from simulators.shopify.bulk.operation import BulkRunner
from simulators.shopify.state import State

_DENIED = "<?xml version='1.0' encoding='UTF-8'?><Error><Code>{}</Code></Error>"


def _denied(code: str, status: int) -> Response:
    return Response(_DENIED.format(code), status, mimetype="application/xml")


def register(made: Blueprint, state: State) -> None:
    @made.get("/_bulk/<token>.jsonl")
    def bulk_file(token: str) -> ResponseReturnValue:
        runner: BulkRunner = state.resources["bulk"]
        for header in ("X-Shopify-Access-Token", "Authorization", "Cookie"):
            if header in request.headers:
                state.alarm("credential sent to the file host", header)
                return _denied("AccessDenied", 403)
        if request.host.split(":")[0] != state.files_url.split("//")[-1].split(":")[0]:
            return _denied("NoSuchBucket", 404)
        file = runner.files.get(token)
        if file is None or not file.path.exists():
            return _denied("NoSuchKey", 404)
        expired = file.expires_at <= state.clock.now()
        if expired or state.shops[file.shop].switches.bulk_expired_url:
            return _denied("ExpiredToken", 400)
        return send_file(file.path, mimetype="application/jsonl", conditional=True)
