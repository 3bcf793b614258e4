"""A store's own tools for privacy: a person exported and erased by address, and nobody else."""

import json
from datetime import timedelta
from typing import Any

import pytest

from integration.delivery_bodies import ERASED
from integration.models import Customer, Order, PrivacyRequest, Profile, ProfileTotal, Store
from integration.privacy.requests.plugin import erase_person, export_person
from integration.privacy.requests.working_off import list_requests, run_due
from integration.services import Services
from integration.sync.apply import apply
from integration.sync.sourced import Sourced
from platforms.changes import OrderChanged
from platforms.records import AddressRecord, NoteRecord, RefundRecord, TrackingRecord
from tests.conftest import StandingClock
from tests.factories.records import at, line, parcel
from tests.factories.records import customer as account
from tests.factories.records import order as bought
from tests.integration.privacy.canary import CANARY, OTHER, anybody, person
from tests.webhooks.bodies import order
from tests.webhooks.parts import Sender, add_store, rows, stored
from webhooks.drain import drain

HOME = AddressRecord(name="Κανάρια Canary", line1="Ermou 5", city="Athens", country_code="GR")


def ids(store: Store) -> tuple[int, int]:
    return store.workspace_id, store.id


def take(services: Services, store: Store, *records: Any) -> None:
    """Have the store's copy hold these orders."""
    with services.db.workspace(store.workspace_id, write=True) as session:
        held = session.get_one(Store, store.id)
        changes = [Sourced(OrderChanged(record), "sync") for record in records]
        apply(session, held, changes, now=services.now())


def whole_order(external_id: str = "57", **values: Any) -> Any:
    """An order with everything that can be personal."""
    row: dict[str, Any] = {
        "customer_external_id": "7",
        "customer": account(
            "7", email=CANARY, phone="+306912345678", tags=("vip",), note="rings twice"
        ),
        "email": CANARY,
        "billing_address": HOME,
        "shipping_address": HOME,
        "lines": (line("1", quantity=2, total_minor=2500),),
        "refunds": (RefundRecord("r1", at(60), 50, "too late"),),
        "refunded_minor": 50,
        "fulfillments": (parcel(tracking=(TrackingRecord("ACS", "9907", None),)),),
        "note": "Please leave it at the bakery",
        "notes": (
            NoteRecord("1", "Your parcel is on its way", "shop", at(70), for_customer=True),
            NoteRecord("2", "difficult person", "Eva", at(71)),
        ),
    }
    return bought(external_id, **(row | values))


def values(group: dict[str, Any]) -> dict[str, str]:
    return {entry["name"]: entry["value"] for entry in group["data"]}


def test_a_person_is_exported_whole_and_in_wordpress_shape(
    services: Services, store: Store
) -> None:
    take(services, store, whole_order())
    answer = export_person(services, *ids(store), CANARY.upper(), 1)
    assert answer["done"] is True
    assert all(
        group.keys() == {"group_id", "group_label", "item_id", "data"} for group in answer["groups"]
    )
    accounts, known, orders = answer["groups"]
    assert (accounts["group_id"], accounts["item_id"]) == ("accounts", "7")
    assert values(accounts) == {
        "First name": "Ada",
        "Last name": "Lovelace",
        "E-mail address": CANARY,
        "Phone": "+306912345678",
        "Tags": "vip",
        "Note": "rings twice",
        "Account since": "2026-11-01T07:43:20Z",
    }
    assert known["data"] == [
        {"name": "Account", "value": "7"},
        {"name": "E-mail address", "value": CANARY},
        {"name": "Phone", "value": "+306912345678"},
    ]
    assert (orders["group_id"], orders["group_label"], orders["item_id"]) == (
        "orders",
        "Orders",
        "57",
    )
    assert orders["data"] == [
        {"name": "Order", "value": "#57"},
        {"name": "Placed at", "value": "2026-11-01T08:00:00Z"},
        {"name": "Status", "value": "open"},
        {"name": "Total", "value": "12.50 EUR"},
        {"name": "E-mail address", "value": CANARY},
        {"name": "Billing address", "value": "Κανάρια Canary, Ermou 5, Athens, GR"},
        {"name": "Shipping address", "value": "Κανάρια Canary, Ermou 5, Athens, GR"},
        {"name": "Product", "value": "2 × Mug · Blue, 25.00 EUR"},
        {"name": "Refund", "value": "0.50 EUR, 2026-11-01T08:01:00Z, too late"},
        {"name": "Parcel", "value": "2026-11-01T08:00:00Z, ACS 9907"},
        {"name": "Note", "value": "Please leave it at the bakery"},
        {"name": "Note", "value": "Your parcel is on its way"},
    ]
    assert "difficult" not in json.dumps(answer)


def test_an_export_comes_in_pages_of_orders(
    services: Services, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration.privacy.exports.records.ORDERS_A_PAGE", 2)
    numbers = range(100, 105)
    take(
        services,
        store,
        *(bought(str(number), email=CANARY, placed_at=at(number)) for number in numbers),
    )
    pages = [export_person(services, *ids(store), CANARY, page) for page in (1, 2, 3)]
    assert [page["done"] for page in pages] == [False, False, True]
    told = [group["item_id"] for page in pages for group in page["groups"]]
    assert told == ["known-by", "104", "103", "102", "101", "100"]
    assert export_person(services, *ids(store), CANARY, 4) == {"groups": [], "done": True}


@pytest.mark.parametrize("email", ["nobody@example.com", "no address", "", "%", "\x00"])
def test_a_wrong_address_is_nobody(services: Services, store: Store, email: str) -> None:
    take(services, store, whole_order())
    assert export_person(services, *ids(store), email, 1) == {"groups": [], "done": True}
    assert erase_person(services, *ids(store), email) == {
        "removed": 0,
        "retained": 0,
        "messages": [],
        "done": True,
    }
    assert [row.email for row in rows(services, Order)] == [CANARY]


def test_only_the_asking_stores_data_are_told_and_erased(services: Services, store: Store) -> None:
    sister = add_store(services, OTHER, number="2", workspace_id=store.workspace_id)
    stranger = add_store(services, "stranger.myshopify.com", number="3")
    take(services, store, bought("57", email=CANARY, total_minor=1000))
    take(services, sister, whole_order("58", total_minor=500))
    take(services, stranger, bought("59", email=CANARY))
    answer = export_person(services, *ids(store), CANARY, 1)
    assert [group["item_id"] for group in answer["groups"]] == ["known-by", "57"]
    assert answer["groups"][0]["data"] == [{"name": "E-mail address", "value": CANARY}]
    assert "+306912345678" not in json.dumps(answer)
    assert erase_person(services, *ids(store), CANARY)["removed"] == 1
    held = {row.external_id: row.email for row in rows(services, Order)}
    assert held == {"57": None, "58": CANARY, "59": CANARY}
    totals = {(row.workspace_id, row.spent_minor) for row in rows(services, ProfileTotal)}
    assert totals == {(store.workspace_id, 500), (stranger.workspace_id, 1250)}


def test_an_erased_person_stands_nowhere_any_more(
    services: Services, store: Store, send: Sender, clock: StandingClock, tmp_path: Any
) -> None:
    send("customers/create", person() | {"id": 7})
    send("orders/create", order(1, email=CANARY, customer=person() | {"id": 7}) | {"id": 57})
    # The same account bought with another address: its body doesn't name the one that is known.
    gift = order(2, email="gift@example.com", customer={"id": 7}) | {"id": 58}
    send("orders/updated", {**gift, "customer_id": 7})
    send("orders/create", order(3, email="other@example.com") | {"id": 570})
    drain(services)
    assert anybody(services, tmp_path)
    answer = erase_person(services, *ids(store), CANARY)
    assert answer == {"removed": 3, "retained": 0, "messages": [], "done": True}
    assert not anybody(services, tmp_path)
    assert [row.sealed_body == ERASED for row in stored(services)] == [True, True, True, False]
    assert [row.email for row in rows(services, Order) if row.external_id == "570"] == [
        "other@example.com"
    ]
    assert [row.email for row in rows(services, Customer)] == [None]
    assert len(rows(services, Profile)) == 1
    [request] = rows(services, PrivacyRequest)
    assert (request.state, request.outcome, request.sealed_subject) == ("done", "erased", b"")
    assert (request.delivery_id, request.kind) == (None, "customer_redact")
    assert request.due_at == clock() + timedelta(days=30)
    [listed] = list_requests(services)
    assert (listed.store, listed.delivery_id) == (store.domain, None)
    again = erase_person(services, *ids(store), CANARY)
    assert (again["removed"], again["done"]) == (0, True)
    assert export_person(services, *ids(store), CANARY, 1) == {"groups": [], "done": True}


@pytest.mark.parametrize("ahead_seconds", [-60, 0, 300])
def test_what_comes_late_brings_nobody_back(
    services: Services, store: Store, clock: StandingClock, tmp_path: Any, ahead_seconds: int
) -> None:
    told_at = clock() + timedelta(seconds=ahead_seconds)
    late = whole_order(updated_at=told_at, customer=None)
    take(services, store, late)
    erase_person(services, *ids(store), CANARY)
    take(services, store, late)
    with services.db.workspace(store.workspace_id, write=True) as session:
        held = session.get_one(Store, store.id)
        fresh = Sourced(OrderChanged(late), "sync", fresh=True, read_at=clock())
        assert apply(session, held, [fresh], now=clock()).wanted == set()
    assert not anybody(services, tmp_path)


def test_an_erasure_that_fails_now_is_done_later_and_says_so(
    services: Services, store: Store, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(services, store, whole_order())

    def fail(*_given: Any) -> Any:
        raise RuntimeError("no")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("integration.privacy.erasing.everywhere.erase_person", fail)
        answer = erase_person(services, *ids(store), CANARY)
    assert (answer["removed"], answer["retained"], answer["done"]) == (0, 2, True)
    assert len(answer["messages"]) == 1
    [waiting] = rows(services, PrivacyRequest)
    assert waiting.state == "waiting"
    assert CANARY.encode() not in waiting.sealed_subject
    assert run_due(services) == 1
    assert not anybody(services, tmp_path)
