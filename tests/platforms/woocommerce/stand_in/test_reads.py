"""What the stand-in's sites hold is what we read, on every way of reading."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from platforms.errors import AuthorizationLost, PlatformError
from platforms.port import StoreAccess
from platforms.woocommerce.credentials import Credentials
from platforms.woocommerce.platform import WooCommercePlatform
from simulators.woocommerce.testing import Running, running
from tests.platforms.differing import everything
from tests.platforms.loopback import guarded
from tests.platforms.woocommerce.stand_in.reading import (
    CONFIG,
    customer_figures,
    customers_told,
    order_figures,
    orders_told,
    password_of,
    reader_of,
    reader_with,
    records,
)
from tests.platforms.woocommerce.stand_in.world import TIMING

EVER = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def shared() -> Iterator[Running]:
    with running(orders=330, customers=130) as stand_in:
        yield stand_in


@pytest.fixture
def store(shared: Running) -> Iterator[Running]:
    yield shared
    shared.control("faults", clear=True)


def test_every_site_of_the_world_reads_whole(store: Running) -> None:
    """In its own currency, decimals, time zone and statuses."""
    for site in store.state.sites:
        read = {
            each.external_id: order_figures(each)
            for each in records(reader_of(store, site).orders())
        }
        told = orders_told(store, site)
        standing = {number: each for number, each in told.items() if not each["deleted"]}
        assert read == standing
        assert read
    assert len(store.state.sites) >= 2


def test_accounts_are_those_of_buyers(store: Running) -> None:
    for site in store.state.sites:
        read = records(reader_of(store, site).customers())
        told = customers_told(store, site)
        assert {each.external_id: customer_figures(each) for each in read} == told
        assert len(read) == len(told) > 0


def test_the_store_itself(store: Running) -> None:
    for prefix, site in store.state.sites.items():
        record = reader_of(store, prefix).store()
        assert record.external_id == site.store_id
        assert (record.name, record.currency) == (site.name, site.currency)
        assert (record.timezone, record.country_code) == (site.zone, site.country[:2])
        assert record.url == store.url(prefix)
        assert record.domain == store.url(prefix)


def test_lists_changes_and_single_reads_agree_field_by_field(store: Running) -> None:
    reader = reader_of(store)
    listed = {each.external_id: each for each in records(reader.orders())}
    changed = {each.external_id: each for each in records(reader.changed_orders(EVER, everything))}
    assert {number: changed[number] for number in listed} == listed
    assert all(changed[number].deleted_at for number in changed.keys() - listed.keys())
    for external_id in list(listed)[:20]:
        single = reader.order(external_id)
        assert single is not None
        assert single.withheld == frozenset()
        undated = tuple(replace(refund, created_at=None) for refund in single.refunds)
        assert (
            replace(single, notes=(), refunds=undated, withheld=frozenset({"notes"}))
            == listed[external_id]
        )
        assert all(refund.created_at is not None for refund in single.refunds)
        held = store.site().orders[int(external_id)]
        assert [note.external_id for note in single.notes] == [str(note.id) for note in held.notes]
    accounts = {each.external_id: each for each in records(reader.customers())}
    assert {
        each.external_id: each for each in records(reader.changed_customers(EVER, everything))
    } == accounts
    first = next(iter(accounts))
    assert reader.customer(first) == accounts[first]
    assert reader.order("999999") is None
    assert reader.customer("999999") is None
    assert reader.customer("1") is None


def test_only_what_changed_is_read(store: Running) -> None:
    reader = reader_of(store)
    store.control("clock", seconds=120)
    since = store.state.clock.now()
    placed = store.control("orders/place")
    numbers = [each for each, told in orders_told(store).items() if not told["deleted"]]
    store.control("orders/refund", order=numbers[3], amount="0.50")
    store.control("orders/trash", order=numbers[5])
    store.control("orders/note", order=numbers[7], text="says nothing by itself")
    changed = {
        each.external_id: order_figures(each)
        for each in records(reader.changed_orders(since, everything))
    }
    told = orders_told(store)
    assert changed == {number: told[number] for number in (numbers[3], numbers[5], placed["id"])}
    assert changed[numbers[5]]["deleted"]
    store.control("orders/restore", order=numbers[5])
    (restored,) = [
        each
        for each in records(reader.changed_orders(since, everything))
        if each.external_id == numbers[5]
    ]
    assert restored.deleted_at is None
    store.control("orders/delete", order=placed["id"])
    assert reader.order(placed["id"]) is None


def test_variants_with_their_stock(store: Running) -> None:
    for prefix, site in store.state.sites.items():
        ordered = sorted(
            {
                line.variant_external_id
                for order in records(reader_of(store, prefix).orders())
                for line in order.lines
                if line.variant_external_id is not None
            }
        )
        found = reader_of(store, prefix).variants([*ordered, "999999"])
        assert [each.external_id for each in found] == ordered
        for record in found:
            product = site.products[int(record.external_id)]
            assert (record.stock, record.sku) == (product.stock, product.sku or None)
            parent = site.products.get(product.parent_id, product)
            assert record.product_title == parent.name
            assert record.product_external_id == str(parent.id)
            assert record.title == (product.option or None)


def test_a_password_opens_the_same(store: Running) -> None:
    reader = reader_with(store, None, "application_password", *password_of(store))
    assert records(reader.orders()) == records(reader_of(store).orders())


@pytest.mark.parametrize(
    "kind",
    ["throttled", "error", "challenge", "firewall", "garbage", "empty", "reset", "login_page"],
)
def test_passing_faults_lose_nothing(store: Running, kind: str) -> None:
    reader = reader_of(store)
    store.control("faults", kind=kind, times=3, seconds=0.02, contains="orders")
    read = [each.external_id for each in records(reader.orders())]
    told = [number for number, each in orders_told(store).items() if not each["deleted"]]
    assert sorted(read, key=int) == sorted(told, key=int)
    assert len(read) == len(set(read))


@pytest.mark.parametrize("kind", ["error", "challenge", "redirect", "login_page"])
def test_a_read_that_breaks_goes_on_where_it_was(
    store: Running, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platforms.woocommerce.paging.PAGE_RECORDS", 150)
    reader = reader_of(store)
    pages = reader.orders()
    first = next(pages)
    pages.close()  # type: ignore[attr-defined]
    store.control("faults", kind=kind, times=-1, contains="orders")
    with pytest.raises(PlatformError) as raised:
        list(reader.orders(cursor=first.cursor))
    assert raised.value.retryable
    store.control("faults", clear=True)
    read = [
        each.external_id for each in (*first.records, *records(reader.orders(cursor=first.cursor)))
    ]
    told = [number for number, each in orders_told(store).items() if not each["deleted"]]
    assert sorted(read, key=int) == sorted(told, key=int)


def test_keys_that_are_revoked_meanwhile_are_lost(store: Running) -> None:
    key, secret = store.keys("/shop")
    root = store.state.rest_root(store.site("/shop"))
    packed = Credentials(key, secret, root, "oauth1").packed()
    asked = []

    def renew(refused: object) -> None:
        asked.append(refused)
        raise AuthorizationLost("the store no longer accepts our token")

    access = StoreAccess(store.url("/shop"), lambda: packed, renew)  # type: ignore[arg-type]
    reader = WooCommercePlatform(guarded(), CONFIG, TIMING).reader(access)
    pages = reader.orders()
    store.control("keys/revoke", site="/shop")
    with pytest.raises(AuthorizationLost):
        next(pages)
    assert asked == [packed]
