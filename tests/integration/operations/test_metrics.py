"""What operators' routes answer, and to whom."""

import socket
import struct
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import ANY, Mock
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from flask.testing import FlaskClient
from prometheus_client.parser import text_string_to_metric_families

from integration.app import build_house, build_services, create_flask
from integration.crypto import new_key_text
from integration.operations import scraped
from integration.operations.scraped import serve_metrics
from integration.processes.ports import free_port
from integration.services import Services
from integration.settings import load
from integration.upgrade import upgrade
from tests.webhooks.parts import SETTINGS, add_store

LOCAL = {"REMOTE_ADDR": "127.0.0.1"}


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return {**SETTINGS, "DATA_DIR": str(tmp_path), "ENCRYPTION_KEYS": new_key_text("k1")}


def _client(environment: dict[str, str]) -> tuple[FlaskClient, Services]:
    house = build_house()
    services = build_services(load(environment), environment, house=house)
    return create_flask(services, house).test_client(), services


@pytest.fixture
def client(environment: dict[str, str]) -> Iterator[FlaskClient]:
    upgrade(load(environment))
    client, services = _client(environment)
    add_store(services)
    yield client
    services.db.dispose()
    services.inbox.dispose()


def _samples(text: str) -> dict[tuple[str, str], float]:
    return {
        (sample.name, ",".join(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_house_tells_how_it_stands(client: FlaskClient) -> None:
    answer = client.get("/metrics", environ_base=LOCAL)
    assert answer.status_code == 200
    samples = _samples(answer.text)
    assert samples["tillside_inbox_depth", ""] == 0
    assert samples["tillside_stores", "active"] == 1
    assert samples["tillside_stores", "reauthorize"] == 0
    assert samples["tillside_part_answers", "database"] == 1
    # No Valkey here: that is told, and nothing is told of queues.
    assert samples["tillside_part_answers", "valkey"] == 0
    assert not [name for name, _ in samples if name == "tillside_queued_jobs"]
    assert "myshopify" not in answer.text


@pytest.mark.parametrize(
    "header", ["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via"]
)
def test_nothing_is_told_through_a_proxy(client: FlaskClient, header: str) -> None:
    answer = client.get("/metrics", environ_base=LOCAL, headers={header: "203.0.113.7"})
    assert answer.status_code == 404
    assert "tillside_" not in answer.text


@pytest.mark.parametrize("host", ["tillside.test", "tillside.test:8080", "[", "127.0.0.1.a.test"])
def test_nothing_is_told_to_who_names_another_machine(client: FlaskClient, host: str) -> None:
    answer = client.get("/metrics", environ_base=LOCAL, headers={"Host": host})
    assert answer.status_code in (400, 404)
    assert "tillside_" not in answer.text


@pytest.mark.parametrize("host", ["localhost:8080", "127.0.0.1:8080", "[::1]:8080"])
def test_this_machine_is_told_by_each_of_its_names(client: FlaskClient, host: str) -> None:
    answer = client.get("/metrics", environ_base=LOCAL, headers={"Host": host})
    assert (answer.status_code, "tillside_inbox_depth" in answer.text) == (200, True)


@pytest.mark.parametrize("peer", ["203.0.113.7", "10.0.0.4", "", "::ffff:203.0.113.7"])
def test_nothing_is_told_to_another_machine(client: FlaskClient, peer: str) -> None:
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": peer}).status_code == 404


def test_a_token_opens_it_from_anywhere_and_nothing_else_does(environment: dict[str, str]) -> None:
    upgrade(load(environment))
    client, services = _client({**environment, "METRICS_TOKEN": "hüsh"})
    far = {"REMOTE_ADDR": "203.0.113.7"}
    good = client.get("/metrics", environ_base=far, headers={"Authorization": "Bearer hüsh"})
    assert (good.status_code, "tillside_inbox_depth" in good.text) == (200, True)
    for wrong in ("Bearer hush", "Bearer ", "hüsh", "Basic hüsh"):
        answer = client.get("/metrics", environ_base=LOCAL, headers={"Authorization": wrong})
        assert answer.status_code == 404
    assert client.get("/metrics", environ_base=LOCAL).status_code == 404
    services.db.dispose()
    services.inbox.dispose()


def test_a_house_that_was_never_set_up_is_alive_and_not_ready(environment: dict[str, str]) -> None:
    client, services = _client(environment)
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json == {
        "status": "not_ready",
        "parts": {
            "database": True,
            "valkey": False,
            "schema": False,
            "inbox": False,
            "erasures": True,
        },
    }
    upgrade(load(environment))
    parts = client.get("/readyz").json
    assert parts is not None
    assert [name for name, is_well in parts["parts"].items() if not is_well] == ["valkey"]
    metrics = client.get("/metrics", environ_base=LOCAL)
    assert metrics.status_code == 200
    services.db.dispose()
    services.inbox.dispose()


def test_a_process_without_pages_serves_its_metrics_at_a_port_of_its_own() -> None:
    port = free_port()
    serve_metrics(load({"METRICS_PORT": str(port), "METRICS_TOKEN": "hush"}))
    url = f"http://127.0.0.1:{port}/metrics"
    with urlopen(Request(url, headers={"Authorization": "Bearer hush"}), timeout=30) as answer:
        assert b"tillside_job_seconds" in answer.read()
    with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=30) as answer:
        assert answer.read() == b'{"status":"ok"}\n'
    with pytest.raises(HTTPError) as refused:
        urlopen(url, timeout=30)
    assert refused.value.code == 404
    refused.value.close()
    # A second process there goes on without.
    serve_metrics(load({"METRICS_PORT": str(port)}))


def test_a_scraper_that_hangs_up_is_no_error_and_one_of_ours_is_a_line(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    port, met, log = free_port(), threading.Semaphore(0), Mock()
    monkeypatch.setattr(scraped, "log", log)
    handle_error = scraped._Server.handle_error

    def note(server: Any, *given: object) -> None:
        handle_error(server, *given)
        met.release()

    monkeypatch.setattr(scraped._Server, "handle_error", note)
    serve_metrics(load({"METRICS_PORT": str(port)}))
    with socket.create_connection(("127.0.0.1", port), 30) as raw:
        raw.sendall(b"GET /heal")
        # It leaves by a reset.
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert met.acquire(timeout=30)
    log.error.assert_not_called()

    def fail() -> bytes:
        return {}["canary" + "@private.gr"]

    monkeypatch.setattr(scraped, "generate_latest", fail)
    with pytest.raises(OSError, match="closed connection"):
        urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30)
    assert met.acquire(timeout=30)
    log.error.assert_called_once_with("metrics.failed", error="KeyError", exc_info=ANY)
    # The library's own words would have been there.
    assert "Exception occurred during processing" not in "".join(capfd.readouterr())
