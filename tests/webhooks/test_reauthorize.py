"""A store that has to be authorized again: heard as far as deliveries tell by themselves."""

from typing import Any

import pytest
from sqlalchemy import select, update

from integration.models import Order, Reread, Store
from integration.services import Services
from integration.sync.sourced import Sourced, Wanted
from platforms.changes import OrderChanged
from platforms.errors import AuthorizationLost
from platforms.shopify.rest import order_record
from tests.conftest import StandingClock
from tests.webhooks.bodies import order, order_id, refund
from tests.webhooks.parts import Sender, rows, works
from webhooks.drain import drain

UNTRIGGERED = {"triggered_at": ""}


def stand(services: Services, status: str) -> None:
    with services.db.across_workspaces(write=True) as session:
        session.execute(update(Store).values(status=status))


def states(services: Services) -> list[str]:
    return [work.state for work in works(services)]


def to_be_read(services: Services) -> list[tuple[str, str]]:
    with services.db.across_workspaces() as session:
        held = session.execute(select(Reread).order_by(Reread.external_id)).scalars()
        return [(row.kind, row.external_id) for row in held]


def test_what_tells_all_is_applied_and_the_rest_is_left_for_the_next_refresh(
    services: Services, store: Store, send: Sender
) -> None:
    send("orders/create", order(1))
    send("orders/create", order(2))
    drain(services)
    stand(services, "reauthorize")
    send("orders/updated", order(1, 20, total="77.00"))
    send("refunds/create", refund(2, 30))
    drain(services)
    assert states(services) == ["applied"] * 4
    totals = {row.external_id: row.total_minor for row in rows(services, Order)}
    assert totals[order_id(1)] == 7700
    assert to_be_read(services) == [("order", order_id(2))]


def test_a_tie_that_only_the_store_can_settle_is_left_too(
    services: Services, store: Store, send: Sender
) -> None:
    stand(services, "reauthorize")
    send("orders/updated", order(1, 20, total="77.00"), **UNTRIGGERED)
    send("orders/updated", order(1, 20, total="78.00"), **UNTRIGGERED)
    drain(services)
    assert states(services) == ["applied", "applied"]
    assert to_be_read(services) == [("order", order_id(1))]


def test_however_long_it_takes_nothing_is_parked(
    services: Services,
    store: Store,
    send: Sender,
    monkeypatch: pytest.MonkeyPatch,
    clock: StandingClock,
) -> None:
    def lose(
        _: Services, store: Store, _wanted: Any, *, source: str, urgency: str
    ) -> list[Sourced]:
        stand(services, "reauthorize")
        raise AuthorizationLost("the store no longer accepts our token")

    monkeypatch.setattr("webhooks.rereading.read_again", lose)
    send("refunds/create", refund(2))
    drain(services)
    assert states(services) == ["waiting"]
    clock.advance(seconds=11)
    drain(services)
    assert states(services) == ["applied"]
    assert to_be_read(services) == [("order", order_id(2))]


def test_a_store_that_came_back_is_read_at_once(
    services: Services, store: Store, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[Wanted]] = []

    def read(
        _: Services, store: Store, wanted: list[Wanted], *, source: str, urgency: str
    ) -> list[Sourced]:
        asked.append(list(wanted))
        record = order_record(order(2, 40, total="50.00"))
        return [Sourced(OrderChanged(record), "webhook", fresh=True)]

    stand(services, "reauthorize")
    send("refunds/create", refund(2, 30))
    drain(services)
    stand(services, "active")
    monkeypatch.setattr("webhooks.rereading.read_again", read)
    send("refunds/create", refund(2, 31))
    drain(services)
    assert asked == [[Wanted("order", order_id(2))]]
    assert to_be_read(services) == []
    assert states(services) == ["applied", "applied"]
