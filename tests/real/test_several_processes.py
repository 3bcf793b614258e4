"""The layout of several machines, on this one: two of everything that can be more than one."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families
from redis import Redis
from redis.exceptions import RedisError

from integration.operations.queues import Queues, look
from tests.faults.burst import Sender, burst
from tests.faults.house import ROOT, House, house, settings_of, tillside
from tests.faults.lengths import how_many
from tests.faults.scenarios.comparing import Counts, await_quiet, compare, prepare
from tests.real.postgres import OUTLIVES_A_KILL, running_server

pytestmark = pytest.mark.real
_WITHIN_SECONDS = 180.0


def test_two_webs_three_workers_and_two_schedulers_share_one_burst_and_survive_each_other(
    data_dir: Path, record_property: Callable[[str, object], None]
) -> None:
    count = how_many(900, 10_000)
    with running_server(OUTLIVES_A_KILL) as server:
        settings = settings_of(data_dir, server.url)
        services = prepare(settings)
        sent = burst(count, seed=7)
        with house(data_dir, settings, server, webs=2, workers=3, schedulers=2) as built:
            told = _await_processes(settings["REDIS_URL"], {"worker:live": 3, "scheduler": 2})
            assert told.has_leader
            answered = _await_ready(built)
            gone = False

            def on_progress(done: int) -> None:
                nonlocal gone
                if done >= count // 2 and not gone:
                    gone = True
                    built.remove("web2", "worker3", "scheduler1")

            sender = Sender(built.ports, list(sent), on_progress)
            sender.send_all()
            stuck = await_quiet(services)
            counts = compare(services, sender, sent, 3, stuck)
            assert _await_processes(settings["REDIS_URL"], {"worker:live": 2, "scheduler": 1})
            samples = _scraped(built.ports[0])
            well = _found_well(settings)
        services.db.dispose()
    for name, value in asdict(counts).items():
        record_property(name, value)
    assert answered == [200, 200]
    assert samples["tillside_processes", "worker:live"] == 2
    assert samples["tillside_scheduler_leads", ""] == 1
    assert samples["tillside_stores", "active"] == 3
    assert samples["tillside_inbox_depth", ""] == 0
    assert samples["tillside_webhooks_accepted_total", "shopify"] > 0
    assert well >= {"database", "schema", "clock", "valkey", "inbox", "leases", "scheduler"}
    assert counts == Counts(
        sent=count,
        acknowledged=count,
        kills=3,
        tries=counts.tries,
        missing=0,
        applied_twice=0,
        stuck=0,
        not_applied=0,
        stored_twice=0,
        orders_wrong=0,
        totals_wrong=0,
    )


def _await_processes(url: str, wanted: dict[str, int]) -> Queues:
    """How the queues stand once so many processes of each kind run."""
    client = Redis.from_url(url)
    try:
        _await(lambda: dict(look(client).alive) == wanted and look(client).has_leader)
        return look(client)
    finally:
        client.close()


def _await_ready(built: House) -> list[int]:
    """What each web answers to `/readyz` once it is ready."""
    answers: list[int] = []
    for port in built.ports:

        def asks(port: int = port) -> bool:
            with urlopen(f"http://127.0.0.1:{port}/readyz", timeout=30) as answer:
                answers.append(answer.status)
            return True

        _await(asks)
    return answers


def _scraped(port: int) -> dict[tuple[str, str], float]:
    """What a web tells a scraper on this machine, once the house's gauges are fresh."""
    found: dict[tuple[str, str], float] = {}

    def fresh() -> bool:
        with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30) as answer:
            text = answer.read().decode()
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                found[sample.name, ",".join(sample.labels.values())] = sample.value
        return found["tillside_inbox_depth", ""] == 0

    _await(fresh)
    return found


def _found_well(settings: dict[str, str]) -> set[str]:
    """The parts that the doctor finds well."""
    command = [*tillside("doctor"), "--json"]
    environment = {**os.environ, **settings}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    return {one["part"] for one in json.loads(done.stdout) if one["ok"]}


def _await(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + _WITHIN_SECONDS
    while time.monotonic() < deadline:
        try:
            if holds():
                return
        except (OSError, RedisError):
            pass
        time.sleep(0.1)
    raise AssertionError("it never came to be")
