"""Compliance requests from the signed delivery to the erasure, and what must not be erased."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from integration.delivery_bodies import ERASED
from integration.events import Event
from integration.models import (
    Customer,
    Fulfillment,
    Identity,
    Installation,
    Order,
    OrderLine,
    PrivacyRequest,
    Profile,
    ProfileTotal,
    Refund,
    Store,
    Workspace,
)
from integration.privacy.commands import privacy
from integration.privacy.persons import erase_person
from integration.privacy.requests import list_requests, run_due
from integration.privacy.subject import open_subject
from integration.services import Services
from tests.conftest import StandingClock
from tests.webhooks.bodies import (
    customer,
    customer_id,
    order,
    order_id,
    redact_customer,
    redact_shop,
    shop,
)
from tests.webhooks.parts import (
    SHOP,
    Sender,
    add_store,
    alarms,
    make_services,
    rows,
    stored,
    works,
)
from webhooks.drain import drain
from webhooks.inbox import open_inbox
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory

CANARY = "canary.kanarini@example.com"
OTHER = "other-shop.myshopify.com"


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock) -> Iterator[Services]:
    made = make_services(tmp_path, clock)
    yield made
    made.db.dispose()
    made.inbox.dispose()


@pytest.fixture
def store(services: Services) -> Store:
    return add_store(services)


@pytest.fixture
def send(services: Services) -> Iterator[Sender]:
    inbox = open_inbox(services)
    # Nothing is remembered, since these tests uninstall and reinstall.
    yield Sender(Receiver(services, inbox, StoreDirectory(services, ttl_seconds=-1)))
    inbox.close()


def person(number: int = 7) -> dict[str, Any]:
    return customer(
        number, email=CANARY, first_name="Κανάρια", last_name="Canary", phone="+306912345678"
    )


def anybody(services: Services, tmp_path: Path) -> bool:
    """Whether the canary's address stands anywhere in the main database."""
    del tmp_path
    for model in (Customer, Order, Identity, Profile):
        for row in rows(services, model):
            if CANARY in repr(vars(row)):
                return True
    return False


def test_a_request_is_written_down_with_its_deadline_and_its_subject_sealed(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    send("customers/redact", redact_customer(7, CANARY, (1, 2), phone="+306912345678"))
    drain(services)
    [request] = rows(services, PrivacyRequest)
    assert (request.kind, request.state) == ("customer_redact", "waiting")
    assert request.due_at == clock() + timedelta(days=30)
    assert (request.store_id, request.workspace_id) == (store.id, store.workspace_id)
    assert CANARY.encode() not in request.sealed_subject
    subject = open_subject(services, store, request)
    assert subject.customer_external_id == customer_id(7)
    assert subject.email == CANARY
    assert subject.order_external_ids == (order_id(1), order_id(2))
    assert ("privacy.run", {}) in services.jobs.waiting  # type: ignore[attr-defined]
    assert works(services)[0].state == "applied"


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


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("customers/redact", redact_customer(7, CANARY, (1,), domain=OTHER, number="2")),
        ("shop/redact", redact_shop(OTHER, "2")),
        ("customers/redact", order(1, email=CANARY)),
        ("shop/redact", order(1)),
        ("customers/redact", {**redact_customer(7, CANARY), "more": 1}),
        ("customers/redact", {"shop_id": 548380009, "shop_domain": SHOP, "customer": None}),
        ("shop/redact", redact_shop()),
    ],
    ids=[
        "a customer of another shop",
        "another shop",
        "an order as a customer's erasure",
        "an order as a shop's erasure",
        "another shape",
        "nobody",
        "a shop that never uninstalled",
    ],
)
def test_an_erasure_that_is_not_believable_erases_nothing_and_raises_an_alarm(
    services: Services, store: Store, send: Sender, topic: str, body: dict[str, Any]
) -> None:
    send("orders/create", order(1, email=CANARY, customer=person()))
    drain(services)
    before = [vars(row)["email"] for row in rows(services, Order)]
    send(topic, body)
    drain(services)
    assert run_due(services) == 0
    assert works(services)[1].state in {"refused", "parked"}
    assert alarms(services) == ["erasure_not_believable"]
    assert [vars(row)["email"] for row in rows(services, Order)] == before == [CANARY]
    assert [request.state for request in rows(services, PrivacyRequest)] in ([], ["refused"])
    assert rows(services, Store)[0].data_key


def uninstall(services: Services, send: Sender, clock: StandingClock) -> None:
    clock.advance(hours=1)
    send("app/uninstalled", shop(), triggered_at=clock().isoformat())
    drain(services)
    clock.advance(days=2)


def test_a_shop_that_is_gone_is_erased_with_its_key(
    services: Services, store: Store, send: Sender, clock: StandingClock, tmp_path: Path
) -> None:
    send("customers/create", person())
    send("orders/create", order(1, email=CANARY, customer=person()))
    drain(services)
    uninstall(services, send, clock)
    send("shop/redact", redact_shop())
    drain(services)
    assert run_due(services) == 1
    for model in (Customer, Order, OrderLine, Fulfillment, Refund, Profile, Identity, Store):
        assert rows(services, model) == [], model
    assert rows(services, Installation) == []
    [workspace] = rows(services, Workspace)
    assert (workspace.name, workspace.erased_at) == ("", clock())
    assert all(row.sealed_body == ERASED for row in stored(services))
    assert [(view.kind, view.state, view.outcome) for view in list_requests(services)] == [
        ("shop_redact", "done", "store_erased")
    ]
    assert alarms(services) == []


def test_a_shop_that_is_gone_leaves_its_workspaces_other_stores_alone(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    second = add_store(services, OTHER, number="2", workspace_id=store.workspace_id)
    send("orders/create", order(1, email=CANARY, total="10.00"))
    send("orders/create", order(2, email=CANARY, total="5.00", shop="2"), shop=OTHER)
    drain(services)
    [profile] = rows(services, Profile)
    uninstall(services, send, clock)
    send("shop/redact", redact_shop())
    drain(services)
    run_due(services)
    gone, kept = rows(services, Store)
    assert (gone.id, gone.data_key, gone.name) == (store.id, b"", SHOP)
    assert kept.id == second.id
    assert kept.data_key
    assert [row.store_id for row in rows(services, Order)] == [second.id]
    [left] = rows(services, Profile)
    assert left.id == profile.id
    [total] = rows(services, ProfileTotal)
    assert total.spent_minor == 500
    assert rows(services, Workspace)[0].erased_at is None
    send("orders/updated", order(2, 40, email=CANARY, total="6.00", shop="2"), shop=OTHER)
    drain(services)
    assert [row.id for row in rows(services, Profile)] == [profile.id]


def test_a_shop_that_came_back_is_erased_only_of_what_is_older(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    send("orders/create", order(1, email=CANARY))
    drain(services)
    uninstall(services, send, clock)
    with services.db.across_workspaces(write=True) as session:
        held = session.execute(select(Store)).scalar_one()
        held.status = "active"
        session.add(
            Installation(
                workspace_id=held.workspace_id, store_id=held.id, scopes=[], installed_at=clock()
            )
        )
        session.flush()
    later = {**order(2, email=CANARY), "updated_at": clock().isoformat()}
    send("orders/create", later)
    send("shop/redact", redact_shop())
    drain(services)
    services.jobs.waiting.clear()  # type: ignore[attr-defined]
    assert run_due(services) == 1
    assert [row.external_id for row in rows(services, Order)] == [order_id(2)]
    assert rows(services, Store)[0].data_key
    assert [row.sealed_body == ERASED for row in stored(services)] == [True, True, False, False]
    assert services.jobs.waiting == [  # type: ignore[attr-defined]
        ("sync.backfill", {"workspace_id": store.workspace_id, "store_id": store.id})
    ]


def test_a_request_for_data_waits_and_is_listed(
    services: Services, store: Store, send: Sender
) -> None:
    body = {
        "shop_id": 548380009,
        "shop_domain": SHOP,
        "orders_requested": [5_000_000_000_001],
        "customer": {"id": 6_000_000_000_007, "email": CANARY, "phone": None},
        "data_request": {"id": 9999},
    }
    send("customers/data_request", body)
    drain(services)
    assert run_due(services) == 0
    output = CliRunner().invoke(privacy, ["list", "--json"], obj=services).output
    [listed] = json.loads(output)
    assert (listed["kind"], listed["state"], listed["store"]) == ("data_request", "waiting", SHOP)
    assert listed["due_at"] == "2026-12-22T12:00:00Z"
    assert CANARY not in output


def test_a_request_of_a_store_that_we_never_had_is_done_at_once(
    services: Services, send: Sender
) -> None:
    send("customers/redact", redact_customer())
    drain(services)
    assert [request.state for request in rows(services, PrivacyRequest)] == ["waiting"]
    assert works(services)[0].state == "applied"
    run_due(services)
    assert [request.outcome for request in rows(services, PrivacyRequest)] == ["nothing_held"]


def test_a_repeated_request_erases_again_without_harm(
    services: Services, store: Store, send: Sender
) -> None:
    send("orders/create", order(1, email=CANARY))
    for _ in range(2):
        send("customers/redact", redact_customer(7, CANARY, (1,)))
        drain(services)
        run_due(services)
    assert [request.state for request in rows(services, PrivacyRequest)] == ["done", "done"]


def test_the_command_works_off_what_waits(
    services: Services, store: Store, send: Sender, tmp_path: Path
) -> None:
    send("orders/create", order(1, email=CANARY))
    send("customers/redact", redact_customer(7, CANARY, (1,)))
    drain(services)
    done = CliRunner().invoke(privacy, ["run"], obj=services)
    assert (done.exit_code, done.output) == (0, "1 erasures done.\n")
    assert not anybody(services, tmp_path)
    told = services.events.told  # type: ignore[attr-defined]
    assert all(isinstance(event, Event) for event in told)


def test_one_that_fails_does_not_stop_the_others(
    services: Services, store: Store, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    send("customers/redact", redact_customer(7, CANARY, (1,)))
    send("customers/redact", redact_customer(8, None, (2,)))
    drain(services)
    genuine = erase_person
    calls: list[int] = []

    def first_fails(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("no")
        return genuine(*arguments)

    monkeypatch.setattr("integration.privacy.requests.erase_person", first_fails)
    assert run_due(services) == 1
    assert [request.state for request in rows(services, PrivacyRequest)] == ["waiting", "done"]
    assert run_due(services) == 1
