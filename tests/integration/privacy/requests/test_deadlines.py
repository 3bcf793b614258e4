"""Deadlines: told at half, four fifths and the end, each once, and no longer when it is done."""

from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from integration.models import Alarm, PrivacyRequest, Store
from integration.operations.findings import Finding
from integration.operations.privacy import gauges_of_privacy, look_at_privacy, of_privacy
from integration.privacy.requests.deadlines import watch
from integration.privacy.requests.intake import DUE_WITHIN
from integration.privacy.requests.overview import privacy_overview
from integration.privacy.requests.working_off import run_due
from integration.services import Services
from tests.conftest import StandingClock
from tests.integration.privacy.canary import CANARY
from tests.webhooks.bodies import redact_customer
from tests.webhooks.parts import Sender, rows
from webhooks.drain import drain


def ask(services: Services, send: Sender, kind: str = "customers/redact") -> None:
    send(kind, redact_customer(7, CANARY, (1,)))
    drain(services)


def standing(services: Services) -> list[tuple[str, int]]:
    return [
        (each.code, each.details["percent"])
        for each in rows(services, Alarm)
        if each.cleared_at is None
    ]


@pytest.mark.parametrize(
    ("passed", "percent"), [(0.5, 50), (0.8, 80), (1.0, 100)], ids=["half", "four fifths", "over"]
)
def test_it_is_told_at_that_moment_and_once(
    services: Services,
    store: Store,
    send: Sender,
    clock: StandingClock,
    passed: float,
    percent: int,
) -> None:
    ask(services, send)
    began = clock()
    for each in (0.5, 0.8, 1.0):
        if each < passed:
            clock.time = began + DUE_WITHIN * each
            assert watch(services) == 1
    clock.time = began + DUE_WITHIN * passed - timedelta(seconds=1)
    assert watch(services) == 0
    clock.time = began + DUE_WITHIN * passed
    with capture_logs() as logged:
        assert watch(services) == 1
        assert watch(services) == 0
    [line] = [each for each in logged if each["event"] == "privacy.due"]
    assert (line["percent"], line["log_level"], line["store_id"]) == (percent, "warning", store.id)
    assert standing(services) == [("privacy_due", percent)]
    assert CANARY not in repr([vars(each) for each in rows(services, Alarm)])


def test_one_that_was_never_looked_at_is_told_once_as_over(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    ask(services, send)
    clock.advance(days=31)
    assert watch(services) == 1
    [alarm] = rows(services, Alarm)
    assert alarm.message.endswith("was due on 2026-12-22 and isn't done")
    assert privacy_overview(services, store.workspace_id).requests[0].is_overdue


def test_what_is_done_alarms_nobody(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    ask(services, send)
    clock.advance(days=16)
    watch(services)
    assert standing(services) == [("privacy_due", 50)]
    run_due(services)
    assert watch(services) == 0
    assert standing(services) == []
    clock.advance(days=30)
    assert watch(services) == 0


def test_a_store_that_we_never_had_is_told_of_as_well(
    services: Services, send: Sender, clock: StandingClock
) -> None:
    ask(services, send)
    clock.advance(days=24)
    assert watch(services) == 1
    [alarm] = rows(services, Alarm)
    assert (alarm.workspace_id, alarm.store_id, alarm.details["percent"]) == (None, None, 80)


def seen(services: Services) -> Finding:
    return of_privacy(look_at_privacy(services))


def gauges(services: Services) -> dict[str, float]:
    return {
        f"{sample.name}{sorted(sample.labels.values()) or ''}": sample.value
        for family in gauges_of_privacy(look_at_privacy(services))
        for sample in family.samples
    }


def test_the_doctor_and_the_gauges_tell_of_it(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    assert seen(services).says == "nothing asked that isn't done"
    ask(services, send)
    assert seen(services).ok
    clock.advance(hours=49)
    late = seen(services)
    assert not late.ok
    assert late.says == (
        "1 waiting; request 1 has used 6 % of its time; an erasure has waited for 49 h"
    )
    clock.advance(days=13)
    assert gauges(services) == {
        "tillside_privacy_requests['waiting']": 1,
        "tillside_privacy_requests['ready']": 0,
        "tillside_privacy_used_percent": 50,
        "tillside_erasure_waits_seconds": (13 * 24 + 49) * 3600,
    }
    run_due(services)
    assert seen(services).ok
    assert set(gauges(services).values()) == {0}


@pytest.mark.parametrize("state", ["waiting", "done"])
def test_an_erasure_that_may_be_taken_back_still_isnt_late(
    services: Services, store: Store, clock: StandingClock, state: str
) -> None:
    with services.db.across_workspaces(write=True) as session:
        session.add(
            PrivacyRequest(
                workspace_id=store.workspace_id,
                store_id=store.id,
                store_hint=store.domain,
                kind="customer_redact",
                source="merchant",
                state=state,
                received_at=clock(),
                not_before=clock() + timedelta(days=4),
                due_at=clock() + DUE_WITHIN,
                sealed_subject=b"",
            )
        )
        session.flush()
    clock.advance(days=4, seconds=-1)
    assert seen(services).ok
    assert gauges(services)["tillside_erasure_waits_seconds"] == 0
