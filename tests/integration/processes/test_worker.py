"""Workers as processes: long jobs side by side, asked to end, killed, Valkey gone and back."""

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from rq.registry import StartedJobRegistry

from integration.rq_jobs import queue_of, waiting_key
from tests.integration.running import Running, running, until


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Running]:
    with running(tmp_path) as made:
        yield made


def _waiting(house: Running) -> int:
    return queue_of("bulk", house.valkey).count


def test_long_jobs_run_side_by_side_up_to_the_places(house: Running) -> None:
    house.start("worker", "2", "bulk")
    for word in ("a", "b", "c"):
        house.jobs.enqueue("bulk.wait_for", word=word, gate=f"let {word}")
    until(lambda: sorted(house.said()) == ["a", "b"])
    assert _waiting(house) == 1
    house.valkey.set("let b", 1)
    until(lambda: "c" in house.said())
    assert "done b" in house.said()
    assert "done a" not in house.said()
    assert _waiting(house) == 0


def test_while_all_places_are_taken_short_jobs_go_on_and_long_ones_wait(house: Running) -> None:
    worker = house.start("worker", "1", "bulk", "live")
    house.jobs.enqueue("bulk.wait_for", word="a", gate="let a")
    until(lambda: house.said() == ["a"])
    house.jobs.enqueue("bulk.note", word="b")
    house.jobs.enqueue("live.note", word="c")
    until(lambda: "c" in house.said())
    house.jobs.enqueue("live.note", word="d")
    until(lambda: "d" in house.said())
    assert house.said() == ["a", "c", "d"]
    assert _waiting(house) == 1
    house.valkey.set("let a", 1)
    until(lambda: "b" in house.said())
    assert house.said() == ["a", "c", "d", "done a", "b"]
    until(lambda: not house.valkey.keys("*:intermediate"))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    assert not house.valkey.keys("rq:workers*")


def test_one_that_fails_touches_no_other(house: Running) -> None:
    worker = house.start("worker", "4", "bulk")
    house.jobs.enqueue("bulk.wait_for", word="a", gate="go")
    house.jobs.enqueue("bulk.fail", word="b")
    until(lambda: sorted(house.said()) == ["a", "b"])
    house.valkey.set("go", 1)
    until(lambda: "done a" in house.said())
    house.jobs.enqueue("bulk.note", word="c")
    until(lambda: "c" in house.said())
    assert worker.poll() is None


def test_asked_to_end_it_gives_back_what_its_long_jobs_hold(house: Running) -> None:
    worker = house.start("worker", "4", "bulk")
    house.jobs.enqueue("bulk.wait_for", word="a", gate="never")
    until(lambda: house.said() == ["a"])
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    assert house.said() == ["a", "gave back a"]


def test_asked_to_end_it_takes_no_more_and_finishes_what_is_short(house: Running) -> None:
    worker = house.start("worker", "4", "bulk")
    house.jobs.enqueue("bulk.wait_for", word="a", gate="go")
    until(lambda: house.said() == ["a"])
    worker.send_signal(signal.SIGTERM)
    until(lambda: house.valkey.scard("rq:workers") == 0)
    house.jobs.enqueue("bulk.note", word="b")
    house.valkey.set("go", 1)
    assert worker.wait(60) == 0
    assert house.said() == ["a", "done a"]
    assert _waiting(house) == 1


def test_valkey_gone_and_back_empty_ends_no_worker(house: Running) -> None:
    live, bulk = house.start("worker", "4", "live"), house.start("worker", "4", "bulk")
    house.jobs.enqueue("live.note", word="a")
    house.jobs.enqueue("bulk.wait_for", word="b", gate="go")
    until(lambda: sorted(house.said()) == ["a", "b"])
    house.restart_valkey_empty()
    until(lambda: house.said() == [])
    house.jobs.enqueue("live.note", word="c")
    house.jobs.enqueue("bulk.note", word="d")
    until(lambda: sorted(house.said()) == ["c", "d"])
    assert (live.poll(), bulk.poll()) == (None, None)
    live.send_signal(signal.SIGTERM)
    assert live.wait(60) == 0


def test_a_job_whose_worker_was_killed_blocks_nothing_and_is_cleared_away(house: Running) -> None:
    worker = house.start("worker", "4", "live")
    house.jobs.enqueue("live.wait_for", key="k", word="a", gate="never")
    until(lambda: house.valkey.exists(waiting_key("k")) == 0)
    worker.kill()
    worker.wait()
    started = StartedJobRegistry(queue=queue_of("live", house.valkey))
    assert started.count == 1
    # Time passes: the heartbeat of the execution runs out.
    for member in house.valkey.zrange(started.key, 0, -1):
        house.valkey.zadd(started.key, {str(member, "ascii"): 1})  # type: ignore[arg-type]
    house.start("worker", "4", "live")
    house.jobs.enqueue("live.note", key="k", word="b")
    until(lambda: "b" in house.said())
    until(lambda: started.count == 0)
    assert queue_of("live", house.valkey).failed_job_registry.count == 1
