import sys

import pytest

from integration.errors import MissingSetting
from integration.logs.error_reports import configure, without_personal_data
from integration.settings import load


def test_an_event_keeps_the_place_and_nothing_that_anybody_typed() -> None:
    frame = {"filename": "orders.py", "lineno": 7, "vars": {"email": "maria@example.com"}}
    event = {
        "event_id": "1",
        "request": {
            "url": "https://t.example/panel?search=Maria",
            "headers": {"Authorization": "x"},
        },
        "user": {"ip_address": "192.0.2.1"},
        "extra": {"name": "Maria"},
        "breadcrumbs": {"values": [{"message": "Maria"}]},
        "exception": {
            "values": [
                {
                    "type": "KeyError",
                    "value": "maria@example.com",
                    "stacktrace": {"frames": [frame]},
                }
            ]
        },
    }
    kept = without_personal_data(event)
    assert kept == {
        "event_id": "1",
        "exception": {
            "values": [
                {
                    "type": "KeyError",
                    "stacktrace": {"frames": [{"filename": "orders.py", "lineno": 7}]},
                }
            ]
        },
    }


def test_without_a_dsn_nothing_is_loaded() -> None:
    configure(load({}))


def test_a_dsn_without_its_package_stops_the_process_by_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "sentry_sdk", None)
    with pytest.raises(MissingSetting, match="SENTRY_DSN"):
        configure(load({"SENTRY_DSN": "https://key@reports.example/1"}))
