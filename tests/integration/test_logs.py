"""What libraries say is one JSON object a line too."""

import json
import logging
import sys

import structlog

from integration.logs import of_libraries


def _line(record: logging.LogRecord) -> dict[str, object]:
    text = of_libraries(structlog.processors.JSONRenderer(ensure_ascii=False)).format(record)
    assert "\n" not in text
    found: dict[str, object] = json.loads(text)
    return found


def test_a_librarys_line_has_our_form_and_what_the_thread_is_about() -> None:
    record = logging.LogRecord("rq.worker", 30, "", 1, "no answer in %s s", (2,), None)
    with structlog.contextvars.bound_contextvars(job="sync.example"):
        line = _line(record)
    assert line | {"timestamp": ""} == {
        "event": "no answer in 2 s",
        "logger": "rq.worker",
        "level": "warning",
        "job": "sync.example",
        "timestamp": "",
    }
    assert str(line["timestamp"]).endswith("Z")


def test_a_librarys_error_stays_on_its_line() -> None:
    try:
        raise ValueError("no")
    except ValueError:
        record = logging.LogRecord("granian", 40, "", 1, "failed", (), sys.exc_info())
    line = _line(record)
    assert line["event"] == "failed"
    assert "ValueError: no" in str(line["exception"])
