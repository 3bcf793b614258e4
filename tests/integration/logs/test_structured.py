"""What libraries say is one JSON object a line too."""

import json
import logging
import subprocess
import sys

import structlog

from integration.logs.structured import of_libraries


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


def test_a_librarys_error_stays_on_its_line_without_what_it_quotes() -> None:
    try:
        int("canary" + "@private.gr")
    except ValueError:
        record = logging.LogRecord("granian", 40, "", 1, "failed", (), sys.exc_info())
    line = _line(record)
    assert line["event"] == "failed"
    assert str(line["exception"]).endswith("\nValueError")
    assert "canary@" not in json.dumps(line)


_LEFT_ALONE = """
import threading
from integration.logs import structured as logs
logs.configure()
def fail():
    {}["canary" + "@private.gr"]
thread = threading.Thread(target=fail, name="reader")
thread.start()
thread.join()
fail()
"""


def test_what_nobody_caught_is_told_on_a_line_too() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LEFT_ALONE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "canary@" not in done.stdout + done.stderr
    of_thread, of_process = [json.loads(line) for line in done.stderr.splitlines()]
    assert (of_thread["event"], of_thread["thread"]) == ("thread.failed", "reader")
    assert (of_process["event"], of_process["error"]) == ("process.failed", "KeyError")
    assert "in fail" in of_process["exception"]
