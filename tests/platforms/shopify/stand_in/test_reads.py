"""What the stand-in's shops hold is what we read, on every way of reading."""

from datetime import UTC, datetime, timedelta

from tests.platforms.differing import everything
from tests.platforms.shopify.stand_in.world import World, figures, records, told_by


def test_the_store(world: World) -> None:
    shop = world.shop
    record = world.reader().store()
    assert record.external_id == str(shop.id)
    assert record.currency == shop.currency
    assert record.timezone == shop.iana_timezone
    assert record.country_code == shop.country_code


def test_a_backfill_holds_what_the_store_holds(world: World) -> None:
    orders = {each.external_id: figures(each) for each in records(world.reader().orders())}
    assert orders == told_by(world)
    assert len(orders) >= 60


def test_every_shop_of_the_world_reads_whole(world: World) -> None:
    """JPY, KWD and whatever else the seed holds."""
    for domain in list(world.stand_in.state.shops):
        there = world.at(domain)
        orders = {each.external_id: figures(each) for each in records(there.reader().orders())}
        assert orders == told_by(there)


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
        for each in records(world.reader().customers())
    }
    assert read == told


def test_bulk_query_and_single_reads_agree_field_by_field(world: World) -> None:
    reader = world.reader()
    bulk = {each.external_id: each for each in records(reader.orders())}
    since = datetime(2000, 1, 1, tzinfo=UTC)
    paged = {each.external_id: each for each in records(reader.changed_orders(since, everything))}
    assert paged == bulk
    for external_id in list(bulk)[:5]:
        assert reader.order(external_id) == bulk[external_id]
    customers = {each.external_id: each for each in records(reader.customers())}
    assert {
        e.external_id: e for e in records(reader.changed_customers(since, everything))
    } == customers
    first = next(iter(customers))
    assert reader.customer(first) == customers[first]
    assert reader.order("1") is None
    assert reader.customer("1") is None


def test_incremental_reads_only_what_changed(world: World) -> None:
    reader = world.reader()
    world.stand_in.control("clock", seconds=60)
    since = world.stand_in.state.clock.now()
    placed = world.stand_in.control("orders/place")
    changed = records(reader.changed_orders(since, everything))
    assert [each.external_id for each in changed] == [placed["id"]]
    assert figures(changed[0]) == told_by(world)[placed["id"]]


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
    seen = records(reader.orders())
    told = [o for o in world.stand_in.oracle()["orders"] if not o["deleted"]]
    assert 0 < len(seen) < len(told)
    assert all(each.placed_at >= start for each in seen)
    world.stand_in.control("app", scopes=",".join(world.platform.traits.wanted_scopes))


def test_protected_data_is_withheld_in_bulk_and_by_query(world: World) -> None:
    protected = ["Customer.email", "Customer.firstName", "Order.email", "Order.shippingAddress"]
    world.stand_in.control("switches", protected=protected)
    reader = world.reader()
    since = datetime(2000, 1, 1, tzinfo=UTC)
    for read in (records(reader.orders()), records(reader.changed_orders(since, everything))):
        assert read
        for record in read:
            assert record.email is None
            assert {"email", "shipping_address"} <= record.withheld
            assert record.customer is None or "first_name" in record.customer.withheld


def test_no_token_ever_reached_the_file_host(world: World) -> None:
    records(world.reader().orders())
    assert world.stand_in.state.alarms == []
