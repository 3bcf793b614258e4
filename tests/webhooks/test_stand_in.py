"""The whole way against the stand-in Shopify: its real, doubled and shuffled deliveries, drained.

Whatever order they come in, the mirror ends with the store's own figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
import requests

from integration.app import build_house
from integration.install.installing import managed
from integration.models import Customer, Order, Store
from integration.privacy.requests.working_off import run_due
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from platforms.shopify.platform import create
from simulators.shopify.actions.app import install
from simulators.shopify.session_tokens import mint
from simulators.shopify.testing import Running, running
from tests.webhooks.front import front
from tests.webhooks.parts import SETTINGS, alarms, make_services, rows, works
from webhooks.drain import drain
from webhooks.inbox import open_inbox
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory


@dataclass
class World:
    """A stand-in whose shop has installed us, and whose deliveries reach our receiver."""

    stand_in: Running
    services: Services

    def drained(self) -> None:
        """Let everything arrive and be worked off."""
        self.stand_in.settle()
        drain(self.services)

    def figures(self) -> dict[str, tuple[Any, ...]]:
        """The mirror's orders that stand."""
        return {
            row.external_id: (
                row.total_minor,
                row.refunded_minor,
                row.current_total_minor,
                row.financial_status,
                row.cancelled_at is not None,
            )
            for row in rows(self.services, Order)
            if row.deleted_at is None
        }

    def told(self) -> dict[str, tuple[Any, ...]]:
        """The store's own figures of the orders that were placed after the install."""
        return {
            order["id"]: (
                order["total_minor"],
                order["refunded_minor"],
                order["current_total_minor"],
                order["financial_status"],
                order["cancelled"],
            )
            for order in self.stand_in.oracle()["orders"]
            if not order["deleted"]
        }


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with front() as ours, running(orders=0, customers=5) as stand_in:
        url = ours.url
        clock = stand_in.state.clock
        made = make_services(tmp_path, clock.now)
        settings = {
            **SETTINGS,
            "APP_URL": url,
            "SHOPIFY_API_KEY": stand_in.state.app.client_id,
            "SHOPIFY_API_SECRET": stand_in.state.app.secret,
            "SHOPIFY_URL_TEMPLATE": stand_in.url_template,
        }
        services = replace(
            made,
            settings=made.settings.model_copy(update={"app_url": url}),
            platforms={"shopify": create(made.http, settings)},
            jobs=RecordedJobs(build_house().jobs),
        )
        inbox = open_inbox(services)
        ours.receiver = Receiver(services, inbox, StoreDirectory(services))
        yield World(stand_in, services)
        inbox.close()
        services.db.dispose()
        services.inbox.dispose()


@pytest.fixture
def _no_calls_to_a_store() -> None:
    """Here the store is called in earnest."""


def connect(world: World) -> None:
    """A managed install, then what follows from it: subscriptions, the first read."""
    install_app(world)
    world.services.jobs.run_all(world.services)  # type: ignore[attr-defined]


def install_app(world: World) -> None:
    """A managed install; the jobs that follow from it wait."""
    state, shop = world.stand_in.state, world.stand_in.shop()
    with state.action():
        install(state, shop, state.app.scope_set)
    staff = next(iter(shop.staff.values()))
    token = mint(
        shop, staff, state.app.client_id, state.app.secret, now=state.clock.now().timestamp()
    )
    assert managed(world.services, "shopify", token) is not None


def act(world: World, chance: Random, names: list[str]) -> None:
    """Something that happens in a shop."""
    control = world.stand_in.control
    kinds = [
        "place",
        "place",
        "place",
        "fulfil",
        "refund",
        "edit",
        "cancel",
        "update",
        "pay",
        "delete",
    ]
    kind = chance.choice(kinds) if names else "place"
    order = chance.choice(names) if names else ""
    variants = list(world.stand_in.shop().variants)
    try:
        if kind == "place":
            placed = control("orders/place", lines=[{"variant": chance.choice(variants)}])
            names.append(placed["id"])
        elif kind == "refund":
            control("orders/refund", order=order, amount=chance.randint(1, 500))
        elif kind == "edit":
            control("orders/edit", order=order, add=[{"variant": chance.choice(variants)}])
        elif kind == "update":
            control("orders/update", order=order, note=f"note {chance.random()}")
        else:
            control(f"orders/{kind}", order=order)
    except requests.HTTPError as refused:
        # The store itself refuses some: an order that is cancelled isn't sent.
        if "422" not in str(refused):
            raise


@pytest.mark.parametrize("seed", range(2))
def test_any_story_ends_in_the_stores_own_figures(world: World, seed: int) -> None:
    connect(world)
    world.stand_in.control("switches", duplicate=0.3, reorder=0.5, seed=seed)
    chance, names = Random(seed), list[str]()
    for step in range(40):
        act(world, chance, names)
        if step % 10 == 9:
            drain(world.services)
    world.drained()
    assert len(names) >= 5
    assert world.figures() == world.told()
    assert {work.state for work in works(world.services)} == {"applied"}
    assert alarms(world.services) == []


def test_a_redaction_in_the_store_erases_here(world: World) -> None:
    connect(world)
    app_url = world.services.settings.app_url
    world.stand_in.control("app", compliance_uri=f"{app_url}/webhooks/shopify")
    buyer = next(iter(world.stand_in.shop().customers.values()))
    world.stand_in.control("orders/place", customer=buyer.id)
    world.drained()
    before = {row.external_id: row.email for row in rows(world.services, Customer)}
    assert before[str(buyer.id)] == buyer.email
    world.stand_in.control("customers/redact", customer=buyer.id)
    world.drained()
    assert run_due(world.services) == 1
    after = {row.external_id: row.email for row in rows(world.services, Customer)}
    assert after == {**before, str(buyer.id): None}
    assert buyer.email not in {row.email for row in rows(world.services, Order)}
    assert alarms(world.services) == []


def test_an_uninstall_in_the_store_ends_here(world: World) -> None:
    connect(world)
    world.stand_in.control("orders/place")
    world.drained()
    world.stand_in.control("app/uninstall")
    world.drained()
    [store] = rows(world.services, Store)
    assert store.status == "disconnected"
    assert world.figures() == world.told()
