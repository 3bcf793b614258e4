"""The doctor's rules: what counts as ill, in which words, and what helps."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from integration.operations import findings
from integration.operations.condition import Behind, Condition
from integration.operations.findings import Finding
from integration.operations.queues import Queues
from integration.operations.schema import Schema
from tests.conftest import StandingClock

WELL = Condition(
    received=0,
    works={},
    oldest_seconds=0.0,
    leases_expired=0,
    parked=0,
    stores={"active": 2},
    alarms={},
    furthest_behind=None,
    behind_seconds=0.0,
)
WORKING = Queues(
    waiting={"live": 0, "calls": 1, "bulk": 2},
    delayed={"live": 0, "calls": 0, "bulk": 0},
    alive={"worker:live": 3, "worker:calls": 1, "worker:bulk": 1, "scheduler": 2},
    has_leader=True,
)


def _ill(found: Any) -> dict[str, str]:
    return {one.part: one.says for one in found if not one.ok}


def test_a_house_in_order_has_nothing_to_do() -> None:
    found = [
        *findings.of_deliveries(WELL),
        findings.of_proof(WELL),
        findings.of_stores(WELL, {}),
        findings.of_alarms(WELL, None),
        *findings.of_queues(WORKING),
        findings.of_room(2_000_000_000, 500_000_000),
        findings.of_clock(-0.4),
        findings.of_schema([Schema("main", "0013", "0013", True)]),
    ]
    assert all(one.ok and one.do == "" for one in found)
    assert [one.says for one in findings.of_queues(WORKING)] == [
        "jobs that wait: live 0, calls 1, bulk 2",
        "processes that run: live 3, calls 1, bulk 1",
        "2 run, one leads",
    ]


@pytest.mark.parametrize(
    ("change", "part", "says"),
    [
        ({"received": 7, "oldest_seconds": 61.0}, "inbox", "7 deliveries wait, the oldest 61 s"),
        ({"leases_expired": 3}, "leases", "3 deliveries are held by a worker that is gone"),
        ({"parked": 1}, "deliveries", "1 parked"),
    ],
)
def test_deliveries_that_wait_too_long_are_told(
    change: dict[str, Any], part: str, says: str
) -> None:
    assert _ill(findings.of_deliveries(replace(WELL, **change))) == {part: says}


def test_a_short_queue_is_no_illness() -> None:
    busy = replace(WELL, received=500, oldest_seconds=3.0)
    assert _ill(findings.of_deliveries(busy)) == {}


def test_the_store_that_is_furthest_behind_is_named(clock: StandingClock) -> None:
    behind = replace(
        WELL,
        furthest_behind=Behind("late.myshopify.com", clock() - timedelta(hours=3)),
        behind_seconds=10800.0,
    )
    found = findings.of_proof(behind)
    assert (found.ok, found.do.split(";")[0]) == (
        False,
        "`tillside stores reconcile late.myshopify.com`",
    )
    assert found.says == (
        "all proved until 180 min ago or later; the furthest behind: late.myshopify.com"
    )


def test_a_queue_without_a_worker_is_told_with_the_command_that_helps() -> None:
    alone = replace(WORKING, alive={"worker:live": 1}, has_leader=False)
    [workers, scheduler] = [one for one in findings.of_queues(alone) if not one.ok]
    assert (workers.part, workers.do) == ("workers", "start `tillside worker --queue calls`")
    assert (scheduler.part, scheduler.says) == ("scheduler", "0 run, none leads")


def test_alarms_stores_rooms_and_clocks_that_are_ill() -> None:
    alarmed = replace(WELL, alarms={"copy_behind": 2, "subscriptions_dead": 1})
    assert findings.of_alarms(alarmed, "last").says == (
        "2 copy_behind, 1 subscriptions_dead raised; the newest: last"
    )
    assert not findings.of_stores(replace(WELL, stores={"reauthorize": 1}), {}).ok
    assert not findings.of_room(100_000_000, 500_000_000).ok
    assert findings.of_clock(4.2) == Finding(
        "clock",
        False,
        "+4.2 s against the database",
        "let a time service keep all machines' clocks: leases and sessions count on them",
    )


def test_a_schema_is_ill_when_older_and_not_when_newer() -> None:
    old = findings.of_schema([Schema("main", "0009", "0013", True)])
    assert (old.ok, old.says, old.do) == (
        False,
        "main 0009; this code needs main 0013",
        "run `tillside db upgrade`",
    )
    assert findings.of_schema([Schema("main", "0099", "0013", False)]).ok
    assert not findings.of_schema([Schema("inbox", None, "0001_inbox", False)]).ok
