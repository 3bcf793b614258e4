"""Whoever came back after an erasure: what their account was before stays out, bodies included."""

import pytest

from integration.delivery_bodies import ERASED
from integration.models import Customer
from integration.services import Services
from tests.integration.privacy.canary import CANARY, person
from tests.integration.privacy.erasing.test_late_news import LATER, erased
from tests.webhooks.bodies import customer_id, order
from tests.webhooks.parts import Sender, rows, stored, works
from webhooks.drain import drain

__all__ = ["erased"]


@pytest.mark.usefixtures("erased")
def test_of_an_account_that_came_back_nothing_from_before_is_taken_or_kept(
    services: Services, send: Sender
) -> None:
    new = {"processed_at": LATER, "created_at": LATER, "updated_at": LATER}
    send("orders/create", order(6, email=CANARY, customer={"id": int(customer_id(7))}, **new))
    drain(services)
    old, newer = person() | {"first_name": "Old"}, person() | {"updated_at": LATER}
    # By itself, and superseded by a newer one at once.
    send("customers/update", old)
    drain(services)
    assert {row.first_name for row in rows(services, Customer)} <= {None}
    send("customers/update", old | {"note": "once more"})
    send("customers/update", newer)
    drain(services)
    assert {work.state for work in works(services)} == {"applied"}
    assert [row.email for row in rows(services, Customer)] == [CANARY]
    *_, first, second, third = (row.sealed_body == ERASED for row in stored(services))
    assert (first, second, third) == (True, True, False)
