"""The drain's job: stays for what comes next, holds the wake-up's key, makes way for others."""

import threading
from collections.abc import Iterator

import pytest

from integration.jobs import JobArgument, QueueName
from integration.models import Order, Store
from integration.services import Services
from tests.webhooks.bodies import order
from tests.webhooks.parts import Sender, rows, works
from webhooks.standing import drain_and_stay


class OtherJobs:
    """Jobs in which another one waits once the test says so."""

    def __init__(self) -> None:
        self.held: list[str] = []
        self.is_wanted = threading.Event()
        self.enqueued: list[str] = []

    def enqueue(
        self, name: str, *, key: str | None = None, in_seconds: float = 0, **_: JobArgument
    ) -> None:
        if key not in self.held:
            self.enqueued.append(name)

    def hold(self, key: str, *, for_seconds: float) -> None:
        if key not in self.held:
            self.held.append(key)

    def release(self, key: str) -> None:
        self.held.remove(key)

    def has_waiting(self, queue: QueueName) -> bool:
        assert queue == "live"
        return self.is_wanted.is_set()


@pytest.fixture
def jobs(services: Services) -> OtherJobs:
    jobs = OtherJobs()
    object.__setattr__(services, "jobs", jobs)
    return jobs


@pytest.fixture
def standing(services: Services, jobs: OtherJobs) -> Iterator[threading.Thread]:
    thread = threading.Thread(target=drain_and_stay, args=(services,))
    yield thread
    jobs.is_wanted.set()
    thread.join(30)
    assert not thread.is_alive()


def await_applied(services: Services, count: int) -> None:
    waited = threading.Event()
    for _ in range(3000):
        if sum(work.state == "applied" for work in works(services)) == count:
            return
        waited.wait(0.01)
    raise AssertionError("not applied in time")


def test_what_comes_while_it_stays_needs_no_job(
    services: Services, store: Store, jobs: OtherJobs, standing: threading.Thread, send: Sender
) -> None:
    send("orders/create", order(1))
    standing.start()
    await_applied(services, 1)
    jobs.enqueued.clear()
    send("orders/create", order(2))
    await_applied(services, 2)
    assert len(rows(services, Order)) == 2
    assert jobs.held == ["drain"]
    assert jobs.enqueued == []


def test_it_makes_way_for_another_job_and_lets_go_of_the_key(
    services: Services, store: Store, jobs: OtherJobs, send: Sender
) -> None:
    jobs.is_wanted.set()
    send("orders/create", order(1))
    drain_and_stay(services)
    assert [work.state for work in works(services)] == ["applied"]
    assert jobs.held == []


def test_what_was_written_while_it_let_go_gets_a_job_of_its_own(
    services: Services, store: Store, jobs: OtherJobs, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs.is_wanted.set()
    release = jobs.release

    def late(key: str) -> None:
        release(key)
        send("orders/create", order(7))
        jobs.enqueued.clear()

    monkeypatch.setattr(jobs, "release", late)
    drain_and_stay(services)
    assert jobs.enqueued[-1] == "webhooks.drain"
    assert rows(services, Order) == []
