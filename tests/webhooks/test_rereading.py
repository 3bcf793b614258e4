"""Objects that no delivery tells whole are read again: when, how often, and what failing costs."""

import threading
import time
from collections.abc import Sequence
from typing import Any

import pytest

from integration.models import Attempt, Order, Store
from integration.services import Services
from integration.sync.sourced import Sourced, Wanted
from platforms.changes import OrderChanged
from platforms.errors import AuthorizationLost, RequestRefused, StoreUnreachable
from platforms.shopify.rest import order_record
from tests.conftest import StandingClock
from tests.webhooks.bodies import order, order_id, refund
from tests.webhooks.parts import Sender, add_store, rows, works
from webhooks.drain import drain


def orders(services: Services) -> dict[str, int]:
    """The mirrored orders' totals by external id."""
    return {row.external_id: row.total_minor for row in rows(services, Order)}


def states(services: Services) -> list[str]:
    return [work.state for work in works(services)]


def fresh_read(body: dict[str, Any]) -> Sourced:
    """An order as it was just read."""
    return Sourced(OrderChanged(order_record(body)), "webhook", fresh=True)


class ScriptedReads:
    """Answers `read_again` and notes what was asked."""

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.asked: list[list[Wanted]] = []

    def __call__(
        self,
        services: Services,
        store: Store,
        wanted: Sequence[Wanted],
        *,
        source: str,
        urgency: str,
    ) -> list[Sourced]:
        assert source == "webhook"
        self.asked.append(list(wanted))
        found = []
        for one in wanted:
            answer = self.answers.get(one.external_id)
            if isinstance(answer, Exception):
                raise answer
            if answer is not None:
                found.append(fresh_read(answer))
        return found


def script(monkeypatch: pytest.MonkeyPatch, answers: dict[str, Any]) -> ScriptedReads:
    reads = ScriptedReads(answers)
    monkeypatch.setattr("webhooks.rereading.read_again", reads)
    return reads


def test_a_refund_has_its_order_read_again_once(
    services: Services, store: Store, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = script(
        monkeypatch,
        {order_id(1001): order(1001, 40, total="50.00", financial_status="partially_refunded")},
    )
    send("orders/create", order(1001))
    send("refunds/create", refund(1001, 30))
    send("refunds/create", refund(1001, 31))
    drain(services)
    assert reads.asked == [[Wanted("order", order_id(1001))]]
    [held] = rows(services, Order)
    assert (held.total_minor, held.financial_status) == (5000, "partially_refunded")
    assert states(services) == ["applied"] * 3


def test_a_store_that_cannot_be_read_puts_off_only_what_needs_it(
    services: Services,
    store: Store,
    send: Sender,
    monkeypatch: pytest.MonkeyPatch,
    clock: StandingClock,
) -> None:
    script(monkeypatch, {order_id(1): StoreUnreachable("the store can't be reached")})
    send("refunds/create", refund(1))
    send("orders/create", order(2))
    drain(services)
    first, second = works(services)
    assert (first.state, first.attempts, first.error_code) == ("waiting", 1, "store_unreachable")
    assert first.not_before is not None
    assert (first.not_before - clock()).total_seconds() == 10
    assert second.state == "applied"
    drain(services)
    assert works(services)[0].attempts == 1
    script(monkeypatch, {order_id(1): order(1, 40)})
    clock.advance(seconds=11)
    drain(services)
    assert states(services) == ["applied", "applied"]
    assert sorted(orders(services)) == [order_id(1), order_id(2)]


def test_a_store_that_stays_away_has_the_delivery_parked_after_its_attempts(
    services: Services,
    store: Store,
    send: Sender,
    monkeypatch: pytest.MonkeyPatch,
    clock: StandingClock,
) -> None:
    reads = script(monkeypatch, {order_id(1): AuthorizationLost("the token is gone")})
    send("refunds/create", refund(1))
    for _ in range(12):
        drain(services)
        clock.advance(hours=4)
    [work] = works(services)
    assert (work.state, work.attempts, work.error_code) == ("parked", 8, "authorization_lost")
    assert len(reads.asked) == 8
    assert len(rows(services, Attempt)) == 8


def test_one_object_that_the_store_refuses_does_not_fail_the_others(
    services: Services, store: Store, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(monkeypatch, {order_id(1): RequestRefused("no"), order_id(2): order(2, 40)})
    send("refunds/create", refund(1))
    send("refunds/create", refund(2))
    drain(services)
    assert states(services) == ["parked", "applied"]
    assert list(orders(services)) == [order_id(2)]


def test_a_store_whose_answer_lags_behind_is_asked_again_later(
    services: Services,
    store: Store,
    send: Sender,
    monkeypatch: pytest.MonkeyPatch,
    clock: StandingClock,
) -> None:
    script(monkeypatch, {order_id(1): order(1, 5)})
    send("orders/updated", order(1, 20))
    send("refunds/create", refund(1, 19))
    drain(services)
    assert [work.error_code for work in works(services)] == [None, "source_lags"]
    assert states(services) == ["applied", "waiting"]
    script(monkeypatch, {order_id(1): order(1, 21, total="7.00")})
    clock.advance(seconds=11)
    drain(services)
    assert states(services) == ["applied", "applied"]
    assert orders(services) == {order_id(1): 700}


def test_a_slow_store_delays_its_own_deliveries_only(
    services: Services, store: Store, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = add_store(services, "second.myshopify.com", number="2")
    answered = threading.Event()
    seen: list[list[str]] = []

    def slow(
        given: Services, of: Store, wanted: Sequence[Wanted], *, source: str, urgency: str
    ) -> list[Sourced]:
        until = time.monotonic() + 60
        while time.monotonic() < until and states(services).count("applied") < 2:
            time.sleep(0.01)
        seen.append(states(services))
        answered.set()
        return [fresh_read(order(1, 40, total="9.00"))]

    monkeypatch.setattr("webhooks.rereading.read_again", slow)
    send("refunds/create", refund(1))
    send("orders/create", order(2))
    send("orders/create", order(3, shop="2"), shop=second.domain)
    drain(services)
    assert answered.is_set()
    # Both neighbours were applied while the store was still being asked.
    assert seen == [["leased", "applied", "applied"]]
    assert states(services) == ["applied"] * 3


def test_a_tie_that_nothing_decides_is_read_again_in_the_drain(
    services: Services, store: Store, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = script(monkeypatch, {order_id(1): order(1, 10, total="30.00")})
    send("orders/updated", order(1, 10, total="10.00"), triggered_at="")
    drain(services)
    assert reads.asked == []
    send("orders/updated", order(1, 10, total="20.00"), triggered_at="")
    drain(services)
    assert reads.asked == [[Wanted("order", order_id(1))]]
    assert orders(services) == {order_id(1): 3000}
    assert states(services) == ["applied", "applied"]
