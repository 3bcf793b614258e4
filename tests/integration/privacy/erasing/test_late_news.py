"""What a store tells of a person after the erasure: the old stays out, a new purchase is new."""

from pathlib import Path
from typing import Any

import pytest

from integration.models import (
    Customer,
    Identity,
    Order,
    Profile,
    ProfileTotal,
    Reread,
    Store,
    Tombstone,
)
from integration.privacy.requests.plugin import erase_person
from integration.privacy.requests.working_off import run_due
from integration.services import Services
from integration.sync.apply import apply
from integration.sync.sourced import Applied, Sourced
from platforms.changes import (
    CustomerChanged,
    CustomerDeleted,
    CustomersMerged,
    CustomerTouched,
    FulfillmentChanged,
    OrderChanged,
    OrderDeleted,
    OrderTouched,
)
from platforms.records import CustomerRecord, OrderRecord
from tests.conftest import StandingClock
from tests.factories.records import customer as account
from tests.factories.records import order as bought
from tests.factories.records import parcel
from tests.integration.privacy.canary import CANARY, OTHER, anybody, person
from tests.webhooks.bodies import customer_id, order, order_id, redact_customer, refund
from tests.webhooks.parts import Sender, add_store, alarms, rows, works
from webhooks.drain import drain

LATER = "2026-11-25T12:00:00Z"


@pytest.fixture
def erased(services: Services, store: Store, send: Sender, clock: StandingClock) -> None:
    """An account with order 1 and a guest's order 2, both erased three days ago."""
    send("customers/create", person())
    send("orders/create", order(1, email=CANARY, customer=person()))
    send("orders/create", order(2, email=CANARY))
    drain(services)
    assert anybody(services, Path())
    send("customers/redact", redact_customer(7, CANARY, (1, 9)))
    drain(services)
    assert run_due(services) == 1
    clock.advance(days=3)


def take(
    services: Services, store: Store, *changes: Any, fresh: bool = False, parts_apart: bool = False
) -> Applied:
    """Have the store's copy hear of these."""
    read_at = services.now() if fresh else None
    sourced = [Sourced(_change(one), "sync", fresh=fresh, read_at=read_at) for one in changes]
    with services.db.workspace(store.workspace_id, write=True) as session:
        held = session.get_one(Store, store.id)
        return apply(session, held, sourced, now=services.now(), parts_apart=parts_apart)


def _change(one: Any) -> Any:
    if isinstance(one, CustomerRecord):
        return CustomerChanged(one)
    return OrderChanged(one) if isinstance(one, OrderRecord) else one


@pytest.mark.usefixtures("erased")
def test_no_newer_state_of_an_erased_order_or_account_brings_the_person_back(
    services: Services, send: Sender
) -> None:
    before = rows(services, Order)
    send("orders/updated", order(1, email=CANARY, customer=person(), updated_at=LATER))
    send("orders/updated", order(2, email=CANARY, updated_at=LATER))
    # It was named by the request and never held.
    send("orders/create", order(9, email=CANARY, updated_at=LATER))
    send("customers/update", person() | {"updated_at": LATER})
    drain(services)
    assert not anybody(services, Path())
    assert [vars(row)["source_updated_at"] for row in rows(services, Order)] == [
        row.source_updated_at for row in before
    ]
    assert rows(services, Profile) == rows(services, Identity) == rows(services, Reread) == []
    assert {work.state for work in works(services)} == {"applied"}
    assert alarms(services) == []


@pytest.mark.usefixtures("erased")
def test_nothing_of_an_erased_order_is_read_again(
    services: Services, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(
        "webhooks.rereading.read_again", lambda *given, **_more: asked.append(given)
    )
    send("refunds/create", refund(1, 50))
    drain(services)
    assert asked == rows(services, Reread) == rows(services, Profile) == []
    assert {work.state for work in works(services)} == {"applied"}


@pytest.mark.usefixtures("erased")
def test_an_order_from_before_that_was_not_held_is_known_by_its_account(
    services: Services, send: Sender
) -> None:
    send("orders/updated", order(5, email=CANARY, customer=person(), updated_at=LATER))
    drain(services)
    assert not anybody(services, Path())
    marks = {(row.kind, row.external_id) for row in rows(services, Tombstone)}
    assert marks == {
        ("customer", customer_id(7)),
        *(("order", order_id(number)) for number in (1, 2, 5, 9)),
    }
    # Told without its account it is still the same order.
    send("orders/updated", order(5, email=CANARY, updated_at=LATER))
    drain(services)
    assert not anybody(services, Path())


@pytest.mark.usefixtures("erased")
def test_a_new_purchase_by_the_account_comes_as_a_new_person(
    services: Services, send: Sender
) -> None:
    new = {"processed_at": LATER, "created_at": LATER, "updated_at": LATER}
    old = person() | {"first_name": "Old"}
    send("orders/create", order(6, email=CANARY, customer=old, total="7.00", **new))
    drain(services)
    [profile] = rows(services, Profile)
    held = {row.external_id: row.profile_id for row in rows(services, Order)}
    assert held == {order_id(1): None, order_id(2): None, order_id(6): profile.id}
    assert [(row.orders, row.spent_minor) for row in rows(services, ProfileTotal)] == [(1, 700)]
    # What the delivery told of the account is older than the erasure; the account is read again.
    assert rows(services, Customer) == []
    assert [(row.kind, row.external_id) for row in rows(services, Reread)] == [
        ("customer", customer_id(7))
    ]
    send("customers/update", person() | {"updated_at": LATER})
    send("orders/updated", order(1, email=CANARY, customer=person(), updated_at=LATER))
    send("orders/updated", order(5, email=CANARY, customer=person(), updated_at=LATER))
    drain(services)
    assert [row.email for row in rows(services, Customer)] == [CANARY]
    shown = {row.external_id: row.email for row in rows(services, Order)}
    assert shown == {order_id(1): None, order_id(2): None, order_id(6): CANARY}
    [profile] = rows(services, Profile)
    assert [(row.orders, row.spent_minor) for row in rows(services, ProfileTotal)] == [(1, 700)]
    send("customers/redact", redact_customer(7, CANARY, (6,)), triggered_at=LATER)
    drain(services)
    run_due(services)
    send("customers/update", person() | {"updated_at": "2026-11-26T12:00:00Z"})
    drain(services)
    assert not anybody(services, Path())


@pytest.mark.usefixtures("erased")
def test_a_new_purchase_by_a_guest_of_the_same_address_is_a_new_person(
    services: Services, send: Sender
) -> None:
    new = {"processed_at": LATER, "created_at": LATER, "updated_at": LATER}
    send("orders/create", order(6, email=CANARY, **new))
    drain(services)
    [profile] = rows(services, Profile)
    held = {row.external_id: row.profile_id for row in rows(services, Order)}
    assert held == {order_id(1): None, order_id(2): None, order_id(6): profile.id}
    assert rows(services, Reread) == []


@pytest.mark.usefixtures("erased")
def test_the_same_ids_of_another_store_are_others(
    services: Services, store: Store, clock: StandingClock
) -> None:
    sister = add_store(services, OTHER, number="2", workspace_id=store.workspace_id)
    stranger = add_store(services, "stranger.myshopify.com", number="3")
    for other in (sister, stranger):
        theirs = account(customer_id(7), email=CANARY)
        first = bought(
            order_id(1), email=CANARY, customer=theirs, customer_external_id=customer_id(7)
        )
        assert take(services, other, first).refused == 0
        assert take(services, other, theirs, bought(order_id(1), 60, email=CANARY)).refused == 0
    held = {(row.store_id, row.external_id): row.email for row in rows(services, Order)}
    assert held == {
        (store.id, order_id(1)): None,
        (store.id, order_id(2)): None,
        (sister.id, order_id(1)): CANARY,
        (stranger.id, order_id(1)): CANARY,
    }


@pytest.fixture
def erased_by_tool(services: Services, store: Store, clock: StandingClock) -> None:
    """Account 7 with order 57, a guest's order 58, and 59 of an account that nobody told."""
    theirs = account("7", email=CANARY)
    take(
        services,
        store,
        theirs,
        bought("57", email=CANARY, customer_external_id="7"),
        bought("58", email=CANARY),
        bought("59", email=CANARY, customer_external_id="8"),
        parts_apart=True,
    )
    assert [(row.kind, row.external_id) for row in rows(services, Reread)] == [("named", "8")]
    assert erase_person(services, store.workspace_id, store.id, CANARY)["removed"] == 4
    clock.advance(days=3)


@pytest.mark.usefixtures("erased_by_tool")
@pytest.mark.parametrize("fresh", [False, True], ids=["told", "read"])
def test_after_a_stores_own_eraser_nothing_of_the_old_is_taken(
    services: Services, store: Store, clock: StandingClock, fresh: bool
) -> None:
    assert rows(services, Reread) == []
    news = [
        bought("57", email=CANARY, customer_external_id="7", updated_at=clock()),
        bought("58", email=CANARY, updated_at=clock(), refunded_minor=None),
        bought("56", email=CANARY, customer_external_id="7", updated_at=clock()),
        account("7", email=CANARY, updated_at=clock()),
        account("8", email=CANARY, updated_at=clock()),
    ]
    applied = take(services, store, *news, fresh=fresh, parts_apart=True)
    assert (applied.written, applied.refused, len(applied.wanted)) == (0, 5, 0)
    assert not applied.leaves_parts
    assert not applied.profile_ids
    others = [
        OrderTouched("57", None),
        OrderDeleted("58", None),
        FulfillmentChanged("57", parcel()),
        CustomerTouched("7", clock()),
        CustomerDeleted("8", None),
        CustomersMerged("9", "7", clock()),
    ]
    applied = take(services, store, *others)
    assert (applied.written, applied.refused, len(applied.wanted)) == (0, 6, 0)
    assert rows(services, Reread) == rows(services, Profile) == []
    assert not anybody(services, Path())


@pytest.mark.usefixtures("erased_by_tool")
def test_an_account_that_buys_again_is_read_even_where_its_state_is_old(
    services: Services, store: Store, clock: StandingClock
) -> None:
    new = bought("60", placed_at=clock(), updated_at=clock(), customer_external_id="7")
    applied = take(services, store, new, parts_apart=True)
    assert applied.leaves_parts
    assert not applied.wanted
    assert {(row.kind, row.external_id) for row in rows(services, Reread)} == {
        ("customer", "7"),
        ("named", "7"),
    }
    # A purchase changes no account there: its time is from before the erasure.
    take(services, store, account("7", email=CANARY), fresh=True, parts_apart=True)
    assert rows(services, Reread) == []
    [profile] = rows(services, Profile)
    assert [row.profile_id for row in rows(services, Customer) if row.external_id == "7"] == [
        profile.id
    ]
    late = bought("56", email=CANARY, customer_external_id="7", updated_at=clock())
    assert take(services, store, late).refused == 1
    assert sum(row.orders for row in rows(services, ProfileTotal)) == 1


@pytest.mark.parametrize("account_first", [False, True])
@pytest.mark.usefixtures("erased_by_tool")
def test_the_order_of_the_news_makes_no_difference(
    services: Services, store: Store, clock: StandingClock, account_first: bool
) -> None:
    new = bought("60", placed_at=clock(), updated_at=clock(), customer_external_id="7")
    theirs = account("7", email=CANARY, updated_at=clock())
    for one in (theirs, new) if account_first else (new, theirs):
        take(services, store, one)
    assert [row.external_id for row in rows(services, Reread)] == ["7"]
    take(services, store, theirs, fresh=True)
    [profile] = rows(services, Profile)
    assert {row.value for row in rows(services, Identity)} >= {CANARY}
    assert [row.external_id for row in rows(services, Order) if row.profile_id == profile.id] == [
        "60"
    ]
    assert rows(services, Reread) == []


@pytest.mark.usefixtures("erased_by_tool")
def test_an_order_of_an_account_is_marked_only_where_it_was_not_held(
    services: Services, store: Store, clock: StandingClock
) -> None:
    take(services, store, bought("70", email="friend@example.com"))
    moved = bought("70", updated_at=clock(), email=CANARY, customer_external_id="7")
    assert take(services, store, moved).refused == 1
    held = {row.external_id: row.email for row in rows(services, Order)}
    assert held["70"] == "friend@example.com"
    assert ("order", "70") not in {(row.kind, row.external_id) for row in rows(services, Tombstone)}
