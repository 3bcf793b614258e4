"""Every request has an id, and what is logged of it is no more than its route's pattern."""

import json
import logging

import pytest
import structlog
from flask import Flask
from structlog.testing import CapturingLogger

from integration.logs import request_log


def _application() -> Flask:
    app = Flask("house")
    request_log.register(app)

    @app.get("/people/<name>")
    def person(name: str) -> str:
        structlog.get_logger("views").info("person.shown")
        return "fine"

    @app.get("/ill")
    def ill() -> tuple[str, int]:
        return "not fine", 503

    return app


def _captured(
    patch: pytest.MonkeyPatch, app: Flask, *paths: str
) -> tuple[list[str], list[dict[str, object]]]:
    captured = CapturingLogger()
    before = structlog.get_config()
    structlog.configure(
        processors=[structlog.contextvars.merge_contextvars, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.DEBUG),
        logger_factory=lambda *_: captured,
        cache_logger_on_first_use=False,
    )
    # The module's own may have kept the form of whoever logged first in this process.
    patch.setattr(request_log, "log", structlog.get_logger("request_log"))
    try:
        client = app.test_client()
        ids = [client.get(path).headers["X-Request-Id"] for path in paths]
    finally:
        structlog.contextvars.clear_contextvars()
        structlog.configure(**before)
    return ids, [json.loads(call.args[0]) for call in captured.calls]


def test_each_line_carries_the_id_that_the_answer_has(monkeypatch: pytest.MonkeyPatch) -> None:
    ids, lines = _captured(
        monkeypatch, _application(), "/people/jane@example.com?phone=555", "/ill"
    )
    assert len(set(ids)) == 2
    assert [line["request_id"] for line in lines if line["event"] == "person.shown"] == ids[:1]
    assert lines[-1] | {"milliseconds": 0} == {
        "event": "request.done",
        "status": 503,
        "milliseconds": 0,
        "request_id": ids[1],
        "method": "GET",
        "route": "/ill",
    }


def test_no_line_has_what_the_address_said(monkeypatch: pytest.MonkeyPatch) -> None:
    _, lines = _captured(
        monkeypatch, _application(), "/people/jane@example.com?phone=555", "/nowhere/jane"
    )
    told = json.dumps(lines)
    assert "jane" not in told
    assert "555" not in told
    assert lines[0]["route"] == "/people/<name>"
