"""Erasing one person: what goes, what stays, what may not come back."""

from pathlib import Path

from integration.delivery_bodies import ERASED
from integration.models import (
    Customer,
    Identity,
    Order,
    OrderLine,
    PrivacyRequest,
    Profile,
    ProfileTotal,
    Store,
)
from integration.privacy.requests.working_off import run_due
from integration.services import Services
from tests.integration.privacy.canary import CANARY, OTHER, anybody, person
from tests.webhooks.bodies import customer, customer_id, order, order_id, redact_customer
from tests.webhooks.parts import Sender, add_store, rows, stored
from webhooks.drain import drain


def test_a_person_is_erased_and_the_others_are_not(
    services: Services, store: Store, send: Sender, tmp_path: Path
) -> None:
    send("customers/create", person())
    send("orders/create", order(1, email=CANARY, customer=person()))
    send("orders/create", order(2, email=CANARY))
    send("customers/create", customer(8))
    send("orders/create", order(3, email="person8@example.com", customer=customer(8)))
    drain(services)
    assert anybody(services, tmp_path)
    before = {row.external_id: row.total_minor for row in rows(services, Order)}
    send("customers/redact", redact_customer(7, CANARY, (1,)))
    drain(services)
    assert run_due(services) == 1
    assert not anybody(services, tmp_path)
    blank = {row.external_id: row for row in rows(services, Order)}
    for number in (1, 2):
        held = blank[order_id(number)]
        assert (held.email, held.phone, held.buyer_name, held.name) == (None, None, None, "")
        assert (held.shipping_address, held.billing_address) == (None, None)
        assert (held.profile_id, held.customer_external_id) == (None, None)
        assert held.source_updated_at == services.now()
    assert {row.external_id: row.total_minor for row in blank.values()} == before
    lines = [line for line in rows(services, OrderLine) if line.order_external_id == order_id(1)]
    assert lines
    assert {line.title for line in lines} == {""}
    [kept] = [row for row in rows(services, Customer) if row.external_id == customer_id(8)]
    assert kept.email == "person8@example.com"
    assert blank[order_id(3)].email == "person8@example.com"
    [profile] = rows(services, Profile)
    assert profile.id == kept.profile_id
    assert {row.profile_id for row in rows(services, Identity)} == {profile.id}
    [request] = rows(services, PrivacyRequest)
    assert (request.state, request.outcome, request.sealed_subject) == ("done", "erased", b"")
    assert request.finished_at == services.now()


def test_the_stored_deliveries_of_a_person_are_erased_too(
    services: Services, store: Store, send: Sender
) -> None:
    send("customers/create", person())
    send("orders/create", order(2, email=CANARY))
    send("customers/create", customer(8))
    send("customers/redact", redact_customer(7, CANARY))
    drain(services)
    run_due(services)
    assert [row.sealed_body == ERASED for row in stored(services)] == [True, True, False, True]


def test_what_comes_late_and_is_older_does_not_bring_a_person_back(
    services: Services, store: Store, send: Sender, tmp_path: Path
) -> None:
    send("orders/create", order(1, 10, email=CANARY, customer=person()))
    drain(services)
    send("customers/redact", redact_customer(7, CANARY, (1,)))
    drain(services)
    run_due(services)
    send("customers/update", {**person(), "updated_at": "2026-11-22T11:50:00Z"})
    send("orders/updated", order(1, 50, email=CANARY, customer=person()))
    drain(services)
    assert not anybody(services, tmp_path)


def test_whom_another_store_knows_lives_on_there(
    services: Services, store: Store, send: Sender
) -> None:
    second = add_store(services, OTHER, number="2", workspace_id=store.workspace_id)
    send("orders/create", order(1, email=CANARY, total="10.00"))
    send("orders/create", order(2, email=CANARY, total="5.00", shop="2"), shop=OTHER)
    drain(services)
    [profile] = rows(services, Profile)
    send("customers/redact", redact_customer(7, CANARY, (1,)))
    drain(services)
    run_due(services)
    [left] = rows(services, Profile)
    assert left.id == profile.id
    [total] = rows(services, ProfileTotal)
    assert (total.orders, total.spent_minor) == (1, 500)
    held = {row.store_id: row.email for row in rows(services, Order)}
    assert held == {store.id: None, second.id: CANARY}


def test_another_workspaces_same_person_is_untouched(
    services: Services, store: Store, send: Sender
) -> None:
    add_store(services, OTHER, number="2")
    send("orders/create", order(1, email=CANARY))
    send("orders/create", order(2, email=CANARY, shop="2"), shop=OTHER)
    drain(services)
    send("customers/redact", redact_customer(7, CANARY, (1, 2)))
    drain(services)
    run_due(services)
    held = {row.external_id: row.email for row in rows(services, Order)}
    assert held == {order_id(1): None, order_id(2): CANARY}
