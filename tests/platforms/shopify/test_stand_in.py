"""The adapter against the stand-in Shopify: what a shop holds is what we read, on every way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from platforms.changes import AppUninstalled, Change, CustomerChanged, OrderChanged, OrderTouched
from platforms.errors import (
    AuthorizationLost,
    PlatformError,
    ReadFailed,
    SessionRefused,
    StoreAnsweredNonsense,
    StoreUnreachable,
    Throttled,
    TruncatedResult,
)
from platforms.port import Grant, Secret, StoreAccess, StoreFacts
from platforms.records import CustomerRecord, OrderRecord, Page
from platforms.shopify.config import read_config
from platforms.shopify.platform import ShopifyPlatform
from platforms.shopify.reader import ShopifyReader
from platforms.shopify.subscriptions import TOPICS
from platforms.shopify.transport import Timing
from simulators.shopify.actions.app import install
from simulators.shopify.model.shop import Shop
from simulators.shopify.session_tokens import mint
from simulators.shopify.testing import Running, running
from tests.platforms.loopback import LoopbackStore, Said, guarded, loopback_store

CALLBACK = "https://app.example/shopify/callback"


@dataclass
class World:
    """A stand-in with our app registered there, and our platform pointed at it."""

    stand_in: Running
    platform: ShopifyPlatform
    domain: str

    def at(self, domain: str) -> "World":
        """The same world, seen at another of its shops."""
        return replace(self, domain=domain)

    @property
    def shop(self) -> Shop:
        return self.stand_in.shop(self.domain)

    def grant(self) -> Grant:
        """A managed install: the merchant accepts, and the session token is exchanged."""
        state, shop = self.stand_in.state, self.shop
        with state.action():
            install(state, shop, state.app.scope_set)
        staff = next(iter(shop.staff.values()))
        now = state.clock.now().timestamp()
        token = mint(shop, staff, state.app.client_id, state.app.secret, now=now)
        return self.platform.installer.exchange(token)

    def access(self, grant: Grant | None = None) -> StoreAccess:
        held = grant or self.grant()

        def renew(refused: Secret) -> Secret:
            assert held.refresh_token is not None
            return self.platform.installer.refresh(held.domain, held.refresh_token).access_token

        return StoreAccess(held.domain, lambda: held.access_token, renew)

    def reader(self) -> ShopifyReader:
        return self.platform.reader(self.access())

    def facts(self) -> StoreFacts:
        shop = self.shop
        return StoreFacts(shop.domain, str(shop.id), shop.currency)


@pytest.fixture(scope="module")
def shared() -> Iterator[Running]:
    with running(orders=60, customers=25) as stand_in:
        yield stand_in


@pytest.fixture
def world(shared: Running) -> Iterator[World]:
    shared.control("reset", seed=1, orders=60)
    app = shared.state.app
    shared.control("app", redirect_urls=[CALLBACK], auto_consent=True)
    config = read_config(
        {
            "APP_URL": "https://app.example",
            "SHOPIFY_API_KEY": app.client_id,
            "SHOPIFY_API_SECRET": app.secret,
            "SHOPIFY_URL_TEMPLATE": shared.url_template,
        }
    )
    # Hurried, so that a fault costs a test milliseconds.
    timing = Timing(
        first_wait_seconds=0.01,
        longest_wait_seconds=2.0,
        timeout_seconds=5.0,
        throttled_attempts=4,
    )
    clock = shared.state.clock
    yield World(shared, ShopifyPlatform(guarded(), config, timing, clock.now), shared.shop().domain)
    shared.control("faults", "DELETE")


def _records(pages: Iterator[Page[Any]]) -> list[Any]:
    return [record for page in pages for record in page.records]


def _figures(order: OrderRecord) -> dict[str, Any]:
    return {
        "id": order.external_id,
        "name": order.name,
        "currency": order.currency,
        "total_minor": order.total_minor,
        "current_total_minor": order.current_total_minor,
        "refunded_minor": order.refunded_minor,
        "presentment_currency": order.presentment_currency,
        "presentment_total_minor": order.presentment_total_minor,
        "financial_status": order.financial_status,
        "cancelled": order.cancelled_at is not None,
        "test": order.is_test,
        "customer_id": order.customer_external_id,
        "email": order.email,
        "phone": order.phone,
        "refunds": len(order.refunds),
        "fulfillments": len(order.fulfillments),
        "lines": sorted(
            (line.external_id, line.title, line.sku, line.quantity, line.current_quantity)
            for line in order.lines
        ),
    }


def _told(world: World) -> dict[str, dict[str, Any]]:
    """The store's own figures of its orders that still stand, in the same form."""
    told = {}
    for order in world.stand_in.oracle(world.domain)["orders"]:
        if order["deleted"]:
            continue
        lines = sorted(
            (
                line["id"],
                line["title"],
                line["sku"] or None,
                line["quantity"],
                line["current_quantity"],
            )
            for line in order["lines"]
        )
        keys = _figures_keys()
        told[order["id"]] = {**{key: order[key] for key in keys}, "lines": lines}
    return told


def _figures_keys() -> list[str]:
    return [
        "id", "name", "currency", "total_minor", "current_total_minor", "refunded_minor",
        "presentment_currency", "presentment_total_minor", "financial_status", "cancelled",
        "test", "customer_id", "email", "phone", "refunds", "fulfillments",
    ]  # fmt: skip


def test_the_code_grant(world: World) -> None:
    url = world.platform.installer.begin(world.domain, state="state-1", redirect_uri=CALLBACK)
    with requests.Session() as browser:
        browser.trust_env = False
        answer = browser.get(url, allow_redirects=False, timeout=10)
    assert answer.status_code == 302
    location = answer.headers["Location"]
    assert location.startswith(CALLBACK)
    query = parse_qsl(urlsplit(location).query, keep_blank_values=True)
    assert dict(query)["state"] == "state-1"
    now = world.stand_in.state.clock.now()
    assert world.platform.installer.store_domain(query) == world.domain
    grant = world.platform.installer.complete(query, now=now)
    assert grant.domain == world.domain
    assert grant.expires_at is not None
    assert timedelta(minutes=59) < grant.expires_at - now <= timedelta(minutes=61)
    assert grant.refresh_token is not None
    assert world.platform.reader(world.access(grant)).store().domain == world.domain
    assert world.stand_in.state.alarms == []


def test_exchange_refresh_and_a_dead_refresh_token(world: World) -> None:
    grant = world.grant()
    assert grant.refresh_token is not None
    fresh = world.platform.installer.refresh(world.domain, grant.refresh_token)
    assert fresh.access_token != grant.access_token
    assert fresh.refresh_token not in (None, grant.refresh_token)
    assert world.platform.reader(world.access(fresh)).store().name
    with pytest.raises(AuthorizationLost):
        world.platform.installer.refresh(world.domain, Secret("shprt_unknown"))
    with pytest.raises(SessionRefused):
        world.platform.installer.exchange("a.b.c")


def test_an_expired_token_is_renewed_once_on_the_way(world: World) -> None:
    grant = world.grant()
    world.stand_in.control("clock", seconds=3700)
    assert world.platform.reader(world.access(grant)).store().domain == world.domain


def test_revoke_ends_it_and_a_late_call_is_lost(world: World) -> None:
    grant = world.grant()
    access = world.access(grant)
    world.platform.installer.revoke(access)
    with pytest.raises(AuthorizationLost):
        world.platform.reader(access).store()
    world.platform.installer.revoke(access)


def test_the_store(world: World) -> None:
    shop = world.shop
    record = world.reader().store()
    assert record.external_id == str(shop.id)
    assert record.currency == shop.currency
    assert record.timezone == shop.iana_timezone
    assert record.country_code == shop.country_code


def test_a_backfill_holds_what_the_store_holds(world: World) -> None:
    orders = {each.external_id: _figures(each) for each in _records(world.reader().orders())}
    assert orders == _told(world)
    assert len(orders) >= 60


def test_every_shop_of_the_world_reads_whole(world: World) -> None:
    """JPY, KWD and whatever else the seed holds."""
    for domain in list(world.stand_in.state.shops):
        there = world.at(domain)
        orders = {each.external_id: _figures(each) for each in _records(there.reader().orders())}
        assert orders == _told(there)


def test_customers_hold_what_the_store_holds(world: World) -> None:
    told = {
        each["id"]: (
            each["first_name"],
            each["last_name"],
            each["email"],
            each["phone"],
            tuple(sorted(each["tags"])),
            each["locale"],
        )
        for each in world.stand_in.oracle()["customers"]
    }
    read = {
        each.external_id: (
            each.first_name,
            each.last_name,
            each.email,
            each.phone,
            each.tags,
            each.locale,
        )
        for each in _records(world.reader().customers())
    }
    assert read == told


def test_bulk_query_and_single_reads_agree_field_by_field(world: World) -> None:
    reader = world.reader()
    bulk = {each.external_id: each for each in _records(reader.orders())}
    since = datetime(2000, 1, 1, tzinfo=UTC)
    paged = {each.external_id: each for each in _records(reader.orders(since=since))}
    assert paged == bulk
    for external_id in list(bulk)[:5]:
        assert reader.order(external_id) == bulk[external_id]
    customers = {each.external_id: each for each in _records(reader.customers())}
    assert {e.external_id: e for e in _records(reader.customers(since=since))} == customers
    first = next(iter(customers))
    assert reader.customer(first) == customers[first]
    assert reader.order("1") is None
    assert reader.customer("1") is None


def test_incremental_reads_only_what_changed(world: World) -> None:
    reader = world.reader()
    world.stand_in.control("clock", seconds=60)
    since = world.stand_in.state.clock.now()
    placed = world.stand_in.control("orders/place")
    changed = _records(reader.orders(since=since))
    assert [each.external_id for each in changed] == [placed["id"]]
    assert _figures(changed[0]) == _told(world)[placed["id"]]


def test_variants_with_their_stock(world: World) -> None:
    shop = world.shop
    wanted = [str(number) for number in shop.variants]
    records = world.reader().variants([*wanted, "1"])
    assert [each.external_id for each in records] == wanted
    for record in records:
        variant = shop.variants[int(record.external_id)]
        assert record.stock == (variant.inventory_quantity if variant.tracked else None)
        assert record.product_title == shop.products[variant.product_id].title


def test_without_read_all_orders_sixty_days_are_seen(world: World) -> None:
    scopes = [s for s in world.platform.traits.wanted_scopes if s != "read_all_orders"]
    world.stand_in.control("app", scopes=",".join(scopes))
    grant = world.grant()
    now = world.stand_in.state.clock.now()
    reader = world.platform.reader(world.access(grant))
    start = reader.complete_from(grant.scopes, now)
    assert start == now - timedelta(days=60)
    seen = _records(reader.orders())
    told = [o for o in world.stand_in.oracle()["orders"] if not o["deleted"]]
    assert 0 < len(seen) < len(told)
    assert all(each.placed_at >= start for each in seen)
    world.stand_in.control("app", scopes=",".join(world.platform.traits.wanted_scopes))


def test_protected_data_is_withheld_in_bulk_and_by_query(world: World) -> None:
    protected = ["Customer.email", "Customer.firstName", "Order.email", "Order.shippingAddress"]
    world.stand_in.control("switches", protected=protected)
    reader = world.reader()
    since = datetime(2000, 1, 1, tzinfo=UTC)
    for records in (_records(reader.orders()), _records(reader.orders(since=since))):
        assert records
        for record in records:
            assert record.email is None
            assert {"email", "shipping_address"} <= record.withheld
            assert record.customer is None or "first_name" in record.customer.withheld


@pytest.mark.parametrize(
    ("switch", "error"), [("bulk_fail", TruncatedResult), ("bulk_truncate", TruncatedResult)]
)
def test_a_bulk_read_that_fails_is_never_done(
    world: World, switch: str, error: type[PlatformError]
) -> None:
    world.stand_in.control("switches", **{switch: True})
    pages: list[Page[OrderRecord]] = []
    with pytest.raises((error, ReadFailed)):
        pages.extend(_note(world.reader().orders(), pages))
    assert all(page.cursor for page in pages)
    world.stand_in.control("switches", **{switch: False})
    whole = _records(world.reader().orders(cursor=pages[-1].cursor))
    assert len(whole) == len(_told(world))


def _note(pages: Iterator[Page[Any]], seen: list[Page[Any]]) -> list[Page[Any]]:
    for page in pages:
        seen.append(page)
    return []


def test_a_full_house_of_bulk_operations_is_awaited(world: World) -> None:
    world.stand_in.control("switches", bulk_delay_seconds=0.5, bulk_limit=1)
    reader = world.reader()
    first, second = reader.customers(), reader.orders()
    next(first)
    assert len(_records(second)) == len(_told(world))
    assert len(_records(first)) == len(world.stand_in.oracle()["customers"])
    statuses = {b["status"] for b in world.stand_in.control("shop", "GET")["bulk_operations"]}
    assert statuses == {"COMPLETED"}


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 500}, StoreAnsweredNonsense),
        ({"kind": "status", "status": 429, "seconds": 0.01}, Throttled),
        ({"kind": "throttled"}, Throttled),
        ({"kind": "reset"}, StoreUnreachable),
        ({"kind": "lost_answer"}, StoreUnreachable),
        ({"kind": "half_answer"}, PlatformError),
        ({"kind": "html"}, StoreAnsweredNonsense),
        ({"kind": "garbage"}, StoreAnsweredNonsense),
        ({"kind": "empty"}, StoreAnsweredNonsense),
    ],
)
def test_a_passing_fault_is_outlived_and_a_lasting_one_told(
    world: World, fault: dict[str, Any], error: type[PlatformError]
) -> None:
    reader = world.reader()
    world.stand_in.control("faults", **fault, door="graphql", times=2)
    assert reader.store().domain == world.domain
    world.stand_in.control("faults", **fault, door="graphql", times=50)
    with pytest.raises(error) as raised:
        reader.store()
    assert raised.value.retryable


def test_an_empty_bucket_is_waited_for(world: World) -> None:
    shop = world.shop
    shop.restore_rate, shop.bucket_size = 2000.0, 1000.0
    reader = world.reader()
    since = datetime(2000, 1, 1, tzinfo=UTC)
    world.stand_in.control("drain-bucket")
    assert len(_records(reader.orders(since=since))) == len(_told(world))


def test_linear_costs_shrink_the_pages(world: World) -> None:
    """Every object counted in full: the first page is too dear, and the pages adapt."""
    world.shop.restore_rate = 50_000.0
    world.stand_in.control("switches", linear_costs=True)
    since = datetime(2000, 1, 1, tzinfo=UTC)
    assert len(_records(world.reader().orders(since=since))) == len(_told(world))


@dataclass
class Delivered:
    """A delivery that came in, verified and parsed by the platform."""

    topic: str
    changes: list[Change]


@pytest.fixture
def inbox() -> Iterator[LoopbackStore]:
    with loopback_store() as store:
        store.script = lambda asked: Said(200)
        yield store


def _deliveries(world: World, inbox: LoopbackStore) -> list[Delivered]:
    """What has come since the last look."""
    world.stand_in.settle()
    taken, inbox.asked[:] = list(inbox.asked), []
    found = []
    for asked in taken:
        headers = [(name.encode(), value.encode()) for name, value in asked.headers.items()]
        envelope = world.platform.gate.verify(headers, asked.body)
        if world.platform.gate.identify(envelope) != world.domain:
            continue  # a straggler of the shop looked at before
        assert envelope.triggered_at is not None
        assert envelope.delivery_id
        changes = world.platform.gate.parse(envelope, asked.body, world.facts())
        found.append(Delivered(envelope.topic, changes))
    return found


def _agree(rest: Any, graph: Any) -> None:
    """Equal field by field, but for what either names as withheld or can't tell."""
    assert type(rest) is type(graph)
    withheld = rest.withheld | graph.withheld
    for each in fields(rest):
        told, read = getattr(rest, each.name), getattr(graph, each.name)
        if each.name in withheld or each.name == "withheld":
            continue
        if isinstance(told, CustomerRecord) and isinstance(read, CustomerRecord):
            # The account may have changed after the order was told.
            if told.updated_at == read.updated_at:
                _agree(told, read)
        elif each.name == "refunded_minor":
            assert told in (None, read)
        elif each.name == "refunds":
            known = [r if t.amount_minor is not None else replace(r, amount_minor=None)
                     for t, r in zip(told, read, strict=True)]  # fmt: skip
            assert list(told) == known
        else:
            assert told == read, each.name


def _subscribe(world: World, inbox: LoopbackStore) -> StoreAccess:
    access = world.access()
    report = world.platform.gate.subscribe(access, inbox.origin + "/webhooks/shopify")
    assert report.failed == ()
    assert set(report.created) == set(TOPICS)
    again = world.platform.gate.subscribe(access, inbox.origin + "/webhooks/shopify")
    assert set(again.standing) == set(TOPICS)
    return access


def _walk(world: World) -> Iterator[str]:
    """Each step changes an order; the ids of the orders that it changed."""
    control: Callable[..., Any] = world.stand_in.control
    sold = [str(number) for number in list(world.shop.variants)[:2]]
    lines = [{"variant": sold[0], "quantity": 2}, {"variant": sold[1], "quantity": 1}]
    customer = str(next(iter(world.shop.customers)))
    placed = control("orders/place", lines=lines, customer=customer, note="wrap", tags=["b", "a"])
    order = placed["id"]
    yield order
    first = placed["lines"][0]["id"]
    control("orders/fulfil", order=order, lines=[{"line": first, "quantity": 1}],
            company="ACS", number="123", url="https://track.example/123")  # fmt: skip
    yield order
    control("orders/event", order=order, status="in_transit")
    yield order
    control("orders/refund", order=order, lines=[{"line": first, "quantity": 1}], note="broke")
    yield order
    control("orders/update", order=order, note="no wrap", tags=["c"])
    yield order
    guest = control("orders/place", email="guest@example.com")["id"]
    yield guest
    control("orders/edit", order=guest, add=[{"variant": sold[1], "quantity": 3}])
    yield guest
    control("orders/cancel", order=guest)
    yield guest
    foreign = control("orders/place", lines=lines, presentment_currency="JPY", discount_code="TEN",
                      discount_percent=10)["id"]  # fmt: skip
    yield foreign
    control("orders/refund", order=foreign, full_shipping=True, amount=100)
    yield foreign


def test_webhooks_say_what_a_read_says(world: World, inbox: LoopbackStore) -> None:
    reader = world.platform.reader(_subscribe(world, inbox))
    compared = 0
    for order_id in _walk(world):
        delivered = _deliveries(world, inbox)
        assert delivered
        read = reader.order(order_id)
        assert read is not None
        told = [
            change.record
            for each in delivered
            for change in each.changes
            if isinstance(change, OrderChanged) and change.record.external_id == order_id
        ]
        for record in told:
            if record.updated_at == read.updated_at:
                _agree(record, read)
                compared += 1
        touched = [c for each in delivered for c in each.changes if isinstance(c, OrderTouched)]
        assert told or touched
    assert compared >= 8


def test_every_seeded_order_agrees_in_both_forms(world: World, inbox: LoopbackStore) -> None:
    """The hard cases of every shop's seed: each told by a webhook of its own and read beside."""
    for domain in list(world.stand_in.state.shops):
        there = world.at(domain)
        reader = there.platform.reader(_subscribe(there, inbox))
        for number in list(there.shop.orders):
            there.stand_in.control("orders/update", shop=domain, order=str(number), note="told")
        told = {
            change.record.external_id: change.record
            for each in _deliveries(there, inbox)
            for change in each.changes
            if isinstance(change, OrderChanged)
        }
        read = {each.external_id: each for each in _records(reader.orders())}
        assert told.keys() == read.keys()
        for external_id, record in told.items():
            _agree(record, read[external_id])


def test_a_begin_whose_answer_is_lost_is_adopted(world: World) -> None:
    world.stand_in.control("switches", bulk_delay_seconds=0.5, bulk_limit=1)
    reader = world.reader()
    world.stand_in.control(
        "faults", kind="lost_answer", door="graphql", contains="bulkOperationRunQuery"
    )
    assert len(_records(reader.orders())) == len(_told(world))
    assert len(world.shop.bulk_operations) == 1


def test_customers_agree_in_both_forms(world: World, inbox: LoopbackStore) -> None:
    reader = world.platform.reader(_subscribe(world, inbox))
    customer = str(next(iter(world.shop.customers)))
    world.stand_in.control("customers/update", customer=customer, note="asked twice")
    (record,) = [
        change.record
        for each in _deliveries(world, inbox)
        for change in each.changes
        if isinstance(change, CustomerChanged)
    ]
    read = reader.customer(customer)
    assert read is not None
    assert record.withheld == {"tags", "locale"}
    _agree(record, read)


def test_a_uninstall_is_told_and_checked(world: World, inbox: LoopbackStore) -> None:
    access = _subscribe(world, inbox)
    world.platform.installer.revoke(access)
    changes = [change for each in _deliveries(world, inbox) for change in each.changes]
    assert any(isinstance(change, AppUninstalled) for change in changes)


def test_subscriptions_that_somebody_deleted_are_mended(world: World, inbox: LoopbackStore) -> None:
    access = _subscribe(world, inbox)
    address = inbox.origin + "/webhooks/shopify"
    subscriptions = world.shop.subscriptions
    gone = [key for key, held in subscriptions.items() if held.topic == "orders/paid"]
    for key in gone:
        del subscriptions[key]
    report = world.platform.gate.check(access, address)
    assert report.created == ("orders/paid",)
    assert set(report.standing) == set(TOPICS) - {"orders/paid"}
    moved = world.platform.gate.check(access, inbox.origin + "/elsewhere")
    assert set(moved.mended) == set(TOPICS)
    world.platform.gate.unsubscribe(access, inbox.origin + "/elsewhere")
    assert [s for s in world.shop.subscriptions.values() if not s.app_specific] == []


def test_no_token_ever_reached_the_file_host(world: World) -> None:
    _records(world.reader().orders())
    assert world.stand_in.state.alarms == []
