"""Schedulers as processes: one leads, another takes over, Valkey gone and back."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.processes.scheduler import LEADER_KEY
from integration.rq_jobs import queue_of
from tests.integration.running import Running, running, until


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as made:
        yield made


def _leader(house: Running) -> object:
    return house.valkey.get(LEADER_KEY)


def _ticks(house: Running) -> int:
    return int(house.valkey.get("ticks") or 0)


def test_another_takes_over_when_the_one_that_leads_is_killed(house: Running) -> None:
    house.start("worker", "1", "live")
    first = house.start("scheduler")
    until(lambda: _ticks(house) > 0)
    leads = _leader(house)
    second = house.start("scheduler")
    first.kill()
    first.wait()
    until(lambda: _leader(house) not in (None, leads))
    ticks = _ticks(house)
    until(lambda: _ticks(house) > ticks)
    second.send_signal(signal.SIGTERM)
    assert second.wait(60) == 0


def test_only_one_leads(house: Running) -> None:
    first = house.start("scheduler")
    until(lambda: _leader(house) is not None)
    leads = _leader(house)
    second = house.start("scheduler")
    until(lambda: queue_of("live", house.valkey).count > 0)
    assert _leader(house) == leads
    assert (first.poll(), second.poll()) == (None, None)


def test_valkey_gone_and_back_empty_ends_no_scheduler(house: Running) -> None:
    scheduler = house.start("scheduler")
    until(lambda: _leader(house) is not None)
    house.restart_valkey_empty()
    house.start("worker", "1", "live")
    until(lambda: _ticks(house) > 1)
    assert scheduler.poll() is None
    house.jobs.enqueue("live.note", word="late", in_seconds=1)
    until(lambda: house.said() == ["late"])
    scheduler.send_signal(signal.SIGTERM)
    assert scheduler.wait(60) == 0
