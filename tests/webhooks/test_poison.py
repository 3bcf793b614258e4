"""A delivery that can't be applied is put off, then parked; its neighbours go on at once."""

from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import OperationalError

from integration.db import WorkspaceSession
from integration.models import Attempt, Delivery, Order, Store
from integration.services import Services
from integration.sync.apply import apply
from platforms.changes import OrderChanged
from tests.conftest import StandingClock
from tests.webhooks.bodies import order, order_id
from tests.webhooks.parts import Sender, rows, stored, works
from webhooks.drain import drain
from webhooks.intake import take_in

SECRET_TEXT = "jane@example.com lives at 1 Main Street"


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """External ids of orders that blow up, after other rows of the batch were written."""
    ids: set[str] = set()

    def explode(session: WorkspaceSession, store: Store, changes: Any, **given: Any) -> Any:
        done = apply(session, store, changes, **given)
        for sourced in changes:
            if (
                isinstance(sourced.change, OrderChanged)
                and sourced.change.record.external_id in ids
            ):
                raise ZeroDivisionError(SECRET_TEXT)
        return done

    monkeypatch.setattr("webhooks.batch.apply", explode)
    return ids


@pytest.mark.parametrize("place", [0, 4, 8])
def test_a_poison_delivery_does_not_hold_up_its_neighbours(
    services: Services, store: Store, send: Sender, poisoned: set[str], place: int
) -> None:
    poisoned.add(order_id(place))
    for number in range(9):
        send("orders/create", order(number))
    drain(services)
    expected = ["applied"] * 9
    expected[place] = "waiting"
    assert [work.state for work in works(services)] == expected
    held = {row.external_id for row in rows(services, Order)}
    assert held == {order_id(number) for number in range(9) if number != place}
    assert [work.attempts for work in works(services)] == [int(n == place) for n in range(9)]


def test_several_poisons_leave_the_rest_alone(
    services: Services, store: Store, send: Sender, poisoned: set[str]
) -> None:
    poisoned.update({order_id(0), order_id(3), order_id(8)})
    for number in range(9):
        send("orders/create", order(number))
    drain(services)
    assert sum(work.state == "applied" for work in works(services)) == 6


def test_a_poison_delivery_is_parked_after_its_attempts_and_tells_nothing_personal(
    services: Services, store: Store, send: Sender, poisoned: set[str], clock: StandingClock
) -> None:
    poisoned.add(order_id(1))
    send("orders/create", order(1))
    waited = []
    for _ in range(10):
        drain(services)
        [work] = works(services)
        if work.not_before is not None:
            waited.append((work.not_before - clock()).total_seconds())
        clock.advance(hours=1)
    assert (work.state, work.attempts) == ("parked", 8)
    assert waited == [1, 5, 15, 60, 300, 900, 1800]
    assert work.error is not None
    assert work.error.startswith("ZeroDivisionError at webhooks/test_poison.py:")
    attempts = rows(services, Attempt)
    assert len(attempts) == 8
    assert all(SECRET_TEXT not in attempt.error for attempt in attempts)
    assert rows(services, Order) == []


def test_a_parser_that_fails_is_a_poison_of_one(
    services: Services, store: Store, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = services.platforms["shopify"].gate
    genuine = gate.parse

    def explode(envelope: Any, body: bytes, *more: Any) -> Any:
        if b'"#1"' in body:
            raise RuntimeError(SECRET_TEXT)
        return genuine(envelope, body, *more)

    monkeypatch.setattr(gate, "parse", explode)
    send("orders/create", order(1))
    send("orders/create", order(2))
    drain(services)
    assert [work.state for work in works(services)] == ["waiting", "applied"]
    assert SECRET_TEXT not in (works(services)[0].error or "")


def test_a_database_that_fails_in_the_middle_leaves_no_half(
    services: Services, store: Store, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object) -> None:
        raise OSError("the machine is going down")

    send("orders/create", order(1))
    with monkeypatch.context() as broken:
        broken.setattr("webhooks.recording.mark_applied", fails)
        drain(services)
    assert rows(services, Order) == []
    assert works(services)[0].state == "waiting"


def test_a_database_that_is_busy_is_no_deliverys_fault(
    services: Services,
    store: Store,
    send: Sender,
    monkeypatch: pytest.MonkeyPatch,
    clock: StandingClock,
) -> None:
    calls: list[int] = []

    def busy(session: WorkspaceSession, store: Store, changes: Any, **given: Any) -> Any:
        calls.append(len(changes))
        if len(calls) == 1:
            raise OperationalError("COMMIT", None, Exception("database is locked"))
        return apply(session, store, changes, **given)

    monkeypatch.setattr("webhooks.batch.apply", busy)
    for number in range(4):
        send("orders/create", order(number))
    drain(services)
    # Not one by one: each of them would have waited for the same lock.
    assert calls == [4]
    assert {(work.state, work.error_code) for work in works(services)} == {
        ("waiting", "database_busy")
    }
    clock.advance(seconds=2)
    drain(services)
    assert [work.state for work in works(services)] == ["applied"] * 4


def test_a_delivery_that_the_inbox_does_not_hold_is_parked(
    services: Services, store: Store, send: Sender
) -> None:
    send("orders/create", order(1))
    send("orders/create", order(2))
    take_in(services)
    with services.inbox.across_workspaces(write=True) as session:
        session.execute(delete(Delivery).where(Delivery.id == 1))
    drain(services)
    assert [work.state for work in works(services)] == ["parked", "applied"]
    assert works(services)[0].error_code == "delivery_missing"


def test_a_body_that_no_key_opens_is_parked(services: Services, store: Store, send: Sender) -> None:
    send("orders/create", order(1))
    with services.inbox.across_workspaces(write=True) as session:
        session.execute(update(Delivery).values(sealed_body=b"tampered with, tampered with"))
    drain(services)
    [work] = works(services)
    assert (work.state, work.error_code) == ("parked", "body_unavailable")


def test_a_sealed_body_does_not_open_in_another_row(
    services: Services, store: Store, send: Sender
) -> None:
    send("orders/create", order(1))
    send("orders/create", order(2))
    first, _ = stored(services)
    with services.inbox.across_workspaces(write=True) as session:
        session.execute(update(Delivery).values(sealed_body=first.sealed_body))
    drain(services)
    assert [work.state for work in works(services)] == ["applied", "parked"]
