"""What the door registers, and how the drain is woken."""

import threading
import time

import pytest

from integration.app import build_house
from integration.jobs import JobArgument
from integration.models import Order, Store
from integration.services import Services
from tests.webhooks.bodies import order
from tests.webhooks.parts import Sender, as_body, headers, post, rows, works
from webhooks.receiver import create
from webhooks.wake import WakeUp


def test_the_house_has_the_door() -> None:
    house = build_house()
    assert house.mounted["/webhooks"] is create
    assert house.jobs["webhooks.drain"].queue == "live"
    assert house.jobs["webhooks.sweep"].every_seconds == 2
    assert house.jobs["privacy.run"].queue == "bulk"
    assert {"deliveries", "privacy"} <= {command.name for command in house.commands}


def test_the_jobs_run_by_their_names(services: Services, store: Store, send: Sender) -> None:
    jobs = build_house().jobs
    send("orders/create", order(1))
    jobs["webhooks.drain"].function(services)
    send("orders/create", order(2))
    jobs["webhooks.sweep"].function(services)
    assert [work.state for work in works(services)] == ["applied", "waiting"]
    assert services.jobs.waiting[-1] == ("webhooks.drain", {})  # type: ignore[attr-defined]
    jobs["webhooks.drain"].function(services)
    assert len(rows(services, Order)) == 2


def test_a_receiver_made_for_the_front_takes_deliveries_and_wakes_the_drain(
    services: Services, store: Store
) -> None:
    receiver = create(services)
    body = as_body(order())
    assert post(receiver, body, headers(body)).status == 200
    until = time.monotonic() + 60
    while not services.jobs.waiting and time.monotonic() < until:  # type: ignore[attr-defined]
        time.sleep(0.005)
    assert services.jobs.waiting == [("webhooks.drain", {})]  # type: ignore[attr-defined]


class FailingJobs:
    """Jobs that can't be enqueued, and how often that was tried."""

    def __init__(self) -> None:
        self.tried = 0
        self.first = threading.Event()

    def enqueue(
        self, name: str, *, key: str | None = None, in_seconds: float = 0, **arguments: JobArgument
    ) -> None:
        self.tried += 1
        self.first.set()
        raise ConnectionError("Valkey is away")


def test_a_hint_that_fails_harms_nobody_and_many_become_few(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("webhooks.wake._AT_MOST_EVERY_SECONDS", 0.2)
    jobs = FailingJobs()
    wake = WakeUp(jobs)
    wake()
    assert jobs.first.wait(60)
    for _ in range(100):
        wake()
    wake.close()
    assert 2 <= jobs.tried <= 3
