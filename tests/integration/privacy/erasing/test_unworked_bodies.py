"""A delivery that wasn't worked off when its person was erased: nobody is asked to look at it."""

from typing import Any

import pytest

from integration.delivery_bodies import ERASED
from integration.models import Alarm, Order, Store
from integration.privacy.requests.working_off import run_due
from integration.services import Services
from tests.conftest import StandingClock
from tests.integration.privacy.canary import CANARY, person
from tests.webhooks.bodies import order, order_id, redact_customer
from tests.webhooks.parts import Sender, rows, stored, works
from webhooks import batch
from webhooks.drain import drain
from webhooks.ledger import replay

Told = list[tuple[str, str | None]]


def _fails(*_: Any, **__: Any) -> Any:
    raise RuntimeError("a fault of ours")


def _states(services: Services) -> Told:
    return [(work.state, work.error_code) for work in works(services)]


def _hold(services: Services, send: Sender, clock: StandingClock, tries: int) -> None:
    """An account that is held, and an order of it and a stranger's that fail that often."""
    send("customers/create", person())
    drain(services)
    send("orders/create", order(1, email=CANARY))
    send("orders/create", order(2))
    with pytest.MonkeyPatch.context() as meanwhile:
        meanwhile.setattr(batch, "apply", _fails)
        for _ in range(tries):
            drain(services)
            clock.advance(hours=1)


def _erase(services: Services, send: Sender) -> None:
    send("customers/redact", redact_customer(7, CANARY, ()))
    drain(services)
    assert run_due(services) == 1


def test_one_that_waited_is_refused_without_an_alarm(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    _hold(services, send, clock, tries=1)
    with pytest.MonkeyPatch.context() as meanwhile:
        meanwhile.setattr(batch, "apply", _fails)
        _erase(services, send)
    clock.advance(hours=1)
    drain(services)
    applied = ("applied", None)
    assert _states(services)[1:] == [("refused", "erased"), applied, applied]
    assert [row.external_id for row in rows(services, Order)] == [order_id(2)]
    assert rows(services, Alarm) == []


def test_one_that_was_parked_is_refused_and_its_neighbour_stays(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    _hold(services, send, clock, tries=8)
    assert [state for state, _ in _states(services)] == ["applied", "parked", "parked"]
    _erase(services, send)
    assert [state for state, _ in _states(services)] == ["applied", "refused", "parked", "applied"]
    replay(services, 2)
    replay(services, 3)
    drain(services)
    assert [state for state, _ in _states(services)][1:3] == ["refused", "applied"]
    assert stored(services)[1].sealed_body == ERASED
