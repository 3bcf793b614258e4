"""Erasing a whole shop: only one that is gone, and only what it may."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from integration.db import WorkspaceSession
from integration.delivery_bodies import ERASED
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
from integration.privacy.erasing.persons import settle_profiles
from integration.privacy.requests.working_off import list_requests, run_due
from integration.services import Services
from tests.conftest import StandingClock
from tests.integration.privacy.canary import CANARY, OTHER, person
from tests.webhooks.bodies import order, order_id, redact_shop, shop
from tests.webhooks.parts import SHOP, Sender, add_store, alarms, rows, stored
from webhooks.drain import drain


def uninstall(services: Services, send: Sender, clock: StandingClock) -> None:
    clock.advance(hours=1)
    send("app/uninstalled", shop(), triggered_at=clock().isoformat())
    drain(services)
    clock.advance(hours=47)


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
    told = {
        view.delivery_id is None: (view.state, view.outcome) for view in list_requests(services)
    }
    # Our own timer of 48 hours is beside it, and finds nothing an hour later.
    assert told == {False: ("done", "store_erased"), True: ("waiting", None)}
    clock.advance(hours=1)
    assert run_due(services) == 1
    assert {view.outcome for view in list_requests(services)} == {"store_erased", "nothing_held"}
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
    gone, kept = sorted(rows(services, Store), key=lambda row: row.id)
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


def test_a_shop_that_comes_back_in_the_middle_of_it_keeps_what_is_new(
    services: Services,
    store: Store,
    send: Sender,
    clock: StandingClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("integration.privacy.erasing.whole_store._CHUNK", 1)
    for number in range(3):
        send("orders/create", order(number, email=CANARY))
    drain(services)
    uninstall(services, send, clock)
    send("shop/redact", redact_shop())
    drain(services)
    genuine = settle_profiles

    def reinstall(session: WorkspaceSession, *arguments: Any) -> Any:
        session.execute(update(Store).values(status="active"))
        return genuine(session, *arguments)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("integration.privacy.erasing.whole_store.settle_profiles", reinstall)
        assert run_due(services) == 0
    assert len(rows(services, Order)) == 2
    [held] = rows(services, Store)
    assert held.data_key
    asked = select(PrivacyRequest.state, PrivacyRequest.outcome).where(
        PrivacyRequest.source == "store"
    )
    with services.db.across_workspaces() as session:
        assert session.execute(asked).all() == [("waiting", None)]
    assert run_due(services) == 1
    assert rows(services, Order) == []
    assert rows(services, Store)[0].data_key
    with services.db.across_workspaces() as session:
        assert session.execute(asked).all() == [("done", "older_erased")]


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
    assert [row.sealed_body == ERASED for row in stored(services)] == [True, False, False, False]
    ids = {"workspace_id": store.workspace_id, "store_id": store.id}
    assert services.jobs.waiting == [  # type: ignore[attr-defined]
        ("sync.backfill", ids | {"anew": True})
    ]
