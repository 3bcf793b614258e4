"""Requests that wait are worked off the first due first; one that fails stops no other."""

from datetime import timedelta

import structlog

from integration.models import PrivacyRequest
from integration.privacy.requests.waiting import each_waiting
from integration.services import Services
from tests.conftest import StandingClock


def add(services: Services, clock: StandingClock, days: int, **changed: str) -> int:
    values = {"kind": "customer_redact", "state": "waiting"} | changed
    with services.db.across_workspaces(write=True) as session:
        row = PrivacyRequest(
            source="store",
            store_hint="aegean.myshopify.com",
            received_at=clock(),
            due_at=clock() + timedelta(days=days),
            sealed_subject=b"",
            **values,
        )
        session.add(row)
        session.flush()
        return row.id


def test_each_that_waits_is_worked_off_the_first_due_first(
    services: Services, clock: StandingClock
) -> None:
    late, first = add(services, clock, 20), add(services, clock, 3)
    same = add(services, clock, 3)
    add(services, clock, 1, state="done")
    add(services, clock, 1, kind="data_request")
    worked: list[int] = []

    def work_off(_: Services, request_id: int) -> None:
        worked.append(request_id)

    assert each_waiting(services, PrivacyRequest.kind != "data_request", work_off) == 3
    assert worked == [first, same, late]
    assert each_waiting(services, PrivacyRequest.kind == "shop_redact", work_off) == 0
    assert len(worked) == 3


def test_one_that_fails_is_told_and_stops_no_other(
    services: Services, clock: StandingClock
) -> None:
    broken, whole = add(services, clock, 1), add(services, clock, 2)
    worked: list[int] = []

    def work_off(_: Services, request_id: int) -> None:
        if request_id == broken:
            raise RuntimeError("no disk")
        worked.append(request_id)

    with structlog.testing.capture_logs() as logs:
        done = each_waiting(services, PrivacyRequest.kind == "customer_redact", work_off)
    assert (done, worked) == (1, [whole])
    [told] = logs
    assert (told["event"], told["request_id"], told["error"]) == (
        "privacy.failed",
        broken,
        "RuntimeError",
    )
