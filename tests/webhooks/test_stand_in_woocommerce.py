"""The whole way against the stand-in WooCommerce: keys, proof, subscriptions, copy, deliveries."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from integration.app import build_house
from integration.crm.context import Viewer, read_context
from integration.crm.subject import Subject
from integration.errors import NotFound
from integration.install.connecting import ConnectionView, begin_connection, connection_view
from integration.install.proving import sweep_connections
from integration.install.uninstall import disconnect
from integration.models import Order, PendingConnection, Store, StoreSync
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from platforms.woocommerce.config import read_config
from platforms.woocommerce.platform import WooCommercePlatform
from platforms.woocommerce.transport import Timing
from simulators.woocommerce.testing import Running, running
from tests.webhooks.front import Front, front
from tests.webhooks.parts import SETTINGS, alarms, make_services, rows, stored, works
from webhooks.drain import drain
from webhooks.inbox import open_inbox
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory

SLUG = "woocommerce"
SITE = "/shop"
BROWSER = "the browser that began"
FIGURES = (
    "name",
    "total_minor",
    "refunded_minor",
    "current_total_minor",
    "financial_status",
    "fulfillment_status",
    "status",
)
# Hurried, so that a fault costs a test milliseconds.
TIMING = Timing(first_wait_seconds=0.01, longest_wait_seconds=0.1, timeout_seconds=30.0)


@dataclass
class World:
    """A stand-in store, and we, each reaching the other over real sockets."""

    stand_in: Running
    services: Services
    ours: Front
    ahead: list[timedelta] = field(default_factory=list)

    def control(self, path: str, **body: Any) -> Any:
        """What happens in the store."""
        return self.stand_in.control(path, site=SITE, **body)

    def begin(self) -> tuple[str, str]:
        """Begin as a merchant's browser does: the store's page, and the token to come back by."""
        url = self.stand_in.url(SITE)
        begun = begin_connection(self.services, SLUG, url, browser_token=BROWSER)
        [return_url] = parse_qs(urlsplit(begun.redirect_to).query)["return_url"]
        return begun.redirect_to, return_url.rpartition("/")[2]

    def approve(self, page: str) -> requests.Response:
        """The merchant says yes; the store hands its keys over before it answers."""
        return requests.get(page, timeout=30, allow_redirects=False)

    def run(self) -> None:
        """Let the jobs run, and what they lead to."""
        assert isinstance(self.services.jobs, RecordedJobs)
        self.services.jobs.run_all(self.services)

    def connect(self) -> ConnectionView:
        """The whole way to a store whose copy is there."""
        page, way_back = self.begin()
        answer = self.approve(page)
        assert answer.status_code == 302, answer.text
        self.run()
        return self.view(way_back)

    def view(self, way_back: str) -> ConnectionView:
        """How that connection stands."""
        return connection_view(self.services, SLUG, way_back, BROWSER)

    def drained(self) -> None:
        """Let everything arrive and be worked off."""
        self.stand_in.settle()
        drain(self.services)
        self.run()

    def store(self) -> Store:
        """The one store."""
        [found] = rows(self.services, Store)
        assert isinstance(found, Store)
        return found

    def keys(self) -> list[str]:
        """The keys that the store holds for us."""
        return [key["consumer_key"] for key in self.control("keys")]

    def figures(self) -> dict[str, tuple[Any, ...]]:
        """The copy's orders that stand."""
        return {
            row.external_id: (
                row.name,
                row.total_minor,
                row.refunded_minor,
                row.current_total_minor,
                row.financial_status,
                row.fulfillment_status,
                row.platform_status,
            )
            for row in rows(self.services, Order)
            if row.deleted_at is None
        }

    def told(self) -> dict[str, tuple[Any, ...]]:
        """The store's own figures of them."""
        return {
            order["id"]: tuple(order[name] for name in FIGURES)
            for order in self.stand_in.oracle(SITE)["orders"]
            if order["mirrored"] and not order["deleted"]
        }


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with front() as ours, running(orders=12, customers=6, auto_consent=True) as stand_in:
        ahead: list[timedelta] = []

        def now() -> datetime:
            return stand_in.state.clock.now() + sum(ahead, timedelta())

        made = make_services(tmp_path, now)
        settings = {**SETTINGS, "APP_URL": ours.url, "ALLOW_PRIVATE_ADDRESSES": "1"}
        platform = WooCommercePlatform(made.http, read_config(settings), TIMING)
        services = replace(
            made,
            settings=made.settings.model_copy(
                update={"app_url": ours.url, "allow_private_addresses": True}
            ),
            platforms={SLUG: platform},
            jobs=RecordedJobs(build_house().jobs),
        )
        inbox = open_inbox(services)
        ours.receiver = Receiver(services, inbox, StoreDirectory(services))
        ours.services = services
        yield World(stand_in, services, ours, ahead)
        inbox.close()
        services.db.dispose()
        services.inbox.dispose()


@pytest.fixture
def _no_calls_to_a_store() -> None:
    """Here the store is called in earnest."""


def test_from_an_address_to_the_person_beside_a_conversation(world: World) -> None:
    view = world.connect()
    assert (view.state, view.may_sign_in, view.error) == ("proved", True, None)
    store = world.store()
    assert (store.domain, store.status) == (world.stand_in.url(SITE), "active")
    assert (store.name, store.currency) == ("Lab Store", "USD")
    [sync] = rows(world.services, StoreSync)
    assert sync.backfill_state == "done"
    assert world.figures() == world.told()
    assert len(world.figures()) >= 10
    world.stand_in.settle()
    hooks = world.control("webhooks")
    assert hooks
    assert {hook["status"] for hook in hooks} == {"active"}
    # Each subscription was pinged at the store's own address, and no ping is kept.
    paths = {path for path, status in world.ours.answered if path.startswith("/webhooks")}
    assert len(paths) == 1
    assert {status for _, status in world.ours.answered} == {200}
    assert stored(world.services) == []

    placed = world.control("orders/place", email="new@buyer.example", first_name="Nea")
    world.control("orders/refund", order=placed["id"], amount="1.00")
    world.drained()
    assert world.figures() == world.told()
    assert {work.state for work in works(world.services)} == {"applied"}
    with world.services.db.workspace(store.workspace_id, write=True) as session:
        context = read_context(
            session,
            world.services.platforms,
            Subject(email="new@buyer.example"),
            viewer=Viewer("a test", "test", store.id),
            now=world.services.now(),
        )
    assert [order.name for order in context.orders] == [f"#{placed['id']}"]
    assert alarms(world.services) == []


def test_keys_that_come_late_are_refused_and_the_store_destroys_them(world: World) -> None:
    page, way_back = world.begin()
    world.ahead.append(timedelta(minutes=30))
    answer = world.approve(page)
    assert answer.status_code == 401
    assert world.keys() == []
    world.run()
    with pytest.raises(NotFound):
        world.view(way_back)
    sweep_connections(world.services)
    assert rows(world.services, PendingConnection) == rows(world.services, Store) == []


def test_a_page_that_is_loaded_twice_mints_keys_that_nobody_takes(world: World) -> None:
    page, way_back = world.begin()
    assert world.approve(page).status_code == 302
    first = world.keys()
    assert world.approve(page).status_code == 401
    assert world.keys() == first
    world.run()
    assert world.view(way_back).state == "proved"


def test_a_store_that_breaks_off_while_keys_are_proved_is_asked_again(world: World) -> None:
    page, way_back = world.begin()
    world.approve(page)
    world.control("faults", kind="reset", times=12)
    assert isinstance(world.services.jobs, RecordedJobs)
    world.services.jobs.run_all(world.services, at_most=1)
    assert (world.view(way_back).state, world.view(way_back).error_code) == (
        "given",
        "store_unreachable",
    )
    world.control("faults", clear=True)
    world.run()
    assert world.view(way_back).state == "proved"
    assert world.figures() == world.told()


def test_keys_that_were_revoked_before_they_were_proved_fail_in_words(world: World) -> None:
    page, way_back = world.begin()
    world.approve(page)
    world.control("keys/revoke")
    world.run()
    view = world.view(way_back)
    assert (view.state, view.error_code) == ("failed", "authorization_lost")
    assert view.error
    assert rows(world.services, Store) == []


def test_nothing_is_lost_between_revoked_keys_and_the_reconnection(world: World) -> None:
    world.connect()
    store = world.store()
    kept = world.control("orders/place", email="kept@buyer.example")
    trashed = world.control("orders/place", email="trashed@buyer.example")
    world.drained()
    world.control("keys/revoke")
    world.services.jobs.enqueue("sync.refresh", workspace_id=store.workspace_id, store_id=store.id)
    world.run()
    assert world.store().status == "reauthorize"
    placed = world.control("orders/place", email="meanwhile@buyer.example")
    world.control("orders/complete", order=kept["id"])
    world.control("orders/trash", order=trashed["id"])
    world.drained()
    assert {work.state for work in works(world.services)} == {"applied"}
    assert placed["id"] in world.figures()
    assert world.connect().workspace_id == store.workspace_id
    assert world.store().status == "active"
    assert world.figures() == world.told()
    assert trashed["id"] not in world.figures()


def test_disconnecting_removes_our_subscriptions(world: World) -> None:
    world.connect()
    store = world.store()
    assert len(world.control("webhooks")) > 0
    assert disconnect(world.services, store.workspace_id, store.id) == []
    assert world.control("webhooks") == []
    world.control("orders/place")
    world.stand_in.settle()
    assert stored(world.services) == []
    assert world.store().status == "disconnected"
