"""What differs is found in few calls, and marks tell of everything, whatever the shop's prices."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from graphql import OperationDefinitionNode, parse

from platforms.records import Mark
from platforms.shopify.documents import document
from platforms.shopify.prices import (
    CUSTOMER_POINTS,
    CUSTOMERS_AT_FIRST,
    MARK_POINTS,
    MARKS_AT_FIRST,
    whole_points,
)
from simulators.shopify.graphql.cost import Costs
from simulators.shopify.graphql.schema import load
from tests.platforms.shopify.stand_in.world import World, figures, records, told_by

EVER = datetime(2000, 1, 1, tzinfo=UTC)


class Copy:
    """What a copy holds, by id; it says which marks it doesn't hold as told."""

    def __init__(self, held: dict[str, datetime]) -> None:
        self.held = held
        self.asked: list[int] = []

    def differing(self, marks: Sequence[Mark]) -> frozenset[str]:
        self.asked.append(len(marks))
        return frozenset(
            mark.external_id for mark in marks if self.held.get(mark.external_id) != mark.updated_at
        )


def never(_marks: Sequence[Mark]) -> frozenset[str]:
    raise AssertionError("marks save no call here")


def asked(world: World) -> list[str]:
    """The queries that were sent since the last look."""
    log = world.stand_in.state.resources["calls"]
    found = [call.operation for call in log if call.door == "graphql"]
    log.clear()
    # Lines past an order's first page are a call of their own, whatever the prices.
    return [name for name in found if name != "order_lines"]


def price_every_node(world: World) -> None:
    """Let the shop price lists by the literal rule, with points enough for a quick test."""
    world.shop.restore_rate = 1_000_000.0
    world.stand_in.control("switches", linear_costs=True)


def test_where_large_pages_are_cheap_whole_ones_are_read_in_the_fewest_calls(world: World) -> None:
    reader = world.reader()
    list(reader.changed_customers(EVER, never))
    asked(world)
    read = records(reader.changed_orders(EVER, never))
    assert {each.external_id: figures(each) for each in read} == told_by(world)
    assert asked(world) == ["orders"]


def test_without_a_price_seen_the_first_page_is_small_and_not_in_vain(world: World) -> None:
    reader = world.reader()
    asked(world)
    read = [each.external_id for each in records(reader.changed_orders(EVER, never))]
    assert sorted(read) == sorted(told_by(world))
    assert asked(world) == ["orders", "orders"]


def test_where_every_node_is_priced_marks_tell_which_few_differ(world: World) -> None:
    price_every_node(world)
    reader = world.reader()
    told = told_by(world)
    list(reader.changed_customers(EVER, never))
    held = {mark.external_id: mark.updated_at for mark in records(reader.order_marks())}
    changed = sorted(held)[:7]
    copy = Copy({number: at for number, at in held.items() if number not in changed})
    asked(world)
    pages = list(reader.changed_orders(EVER, copy.differing))
    assert sorted(each.external_id for page in pages for each in page.records) == changed
    assert sum(page.compared for page in pages) == len(told) - 7
    assert asked(world)[0] == "order_marks"
    assert copy.asked == [len(told)]


def test_where_most_differ_whole_pages_follow_the_first_marks(world: World) -> None:
    price_every_node(world)
    reader = world.reader()
    reader._orders._marks_page.size = reader._orders._marks_page.largest = 20
    list(reader.changed_customers(EVER, never))
    copy = Copy({})
    asked(world)
    pages = list(reader.changed_orders(EVER, copy.differing))
    read = [each.external_id for page in pages for each in page.records]
    assert sorted(read) == sorted(told_by(world))
    assert copy.asked == [20]
    first, *rest = asked(world)
    assert first == "order_marks"
    assert set(rest) == {"orders_by_id", "orders"}


def test_what_changed_twice_within_a_second_shows_in_its_facts(world: World) -> None:
    reader = world.reader()
    number = next(iter(told_by(world)))
    before = {mark.external_id: mark for mark in records(reader.order_marks())}[number]
    assert dict(before.facts).keys() == {
        "financial_status",
        "fulfillment_status",
        "cancelled_at",
        "current_total_minor",
        "refunded_minor",
        "tags",
    }
    world.stand_in.control("orders/update", order=number, tags=["seen"])
    after = {mark.external_id: mark for mark in records(reader.order_marks())}[number]
    assert dict(after.facts) == {**dict(before.facts), "tags": ("seen",)}


def test_marks_tell_of_every_order_and_customer(world: World) -> None:
    reader = world.reader()
    orders = {each.external_id: each for each in records(reader.orders())}
    marks = {mark.external_id: mark for mark in records(reader.order_marks())}
    assert {number: mark.updated_at for number, mark in marks.items()} == {
        number: order.updated_at for number, order in orders.items()
    }
    for number, mark in marks.items():
        assert all(getattr(orders[number], name) == told for name, told in mark.facts)
    customers = {each.external_id: each.updated_at for each in records(reader.customers())}
    accounts = {mark.external_id: mark.updated_at for mark in records(reader.customer_marks())}
    assert accounts == customers


def test_objects_by_their_ids_without_those_that_are_gone(world: World) -> None:
    reader = world.reader()
    gone, *standing = told_by(world)
    world.stand_in.control("orders/delete", order=gone)
    orders = {each.external_id: each for each in records(reader.orders())}
    assert sorted(orders) == sorted(standing)
    asked(world)
    read = {each.external_id: each for each in records(reader.orders_by_id([gone, *orders, "1"]))}
    assert read == orders
    # The first call learns what it costs.
    assert asked(world) == ["orders_by_id"] * len(asked_sizes(5, len(orders) + 2))
    customers = {each.external_id: each for each in records(reader.customers())}
    wanted = [*customers, "1", gone]
    assert {e.external_id: e for e in records(reader.customers_by_id(wanted))} == customers
    assert list(reader.orders_by_id([])) == []


def asked_sizes(first: int, count: int) -> list[int]:
    """Calls that double what they ask for until all is asked."""
    sizes = []
    while sum(sizes) < count:
        sizes.append(first * 2 ** len(sizes))
    return sizes


def test_only_the_newest_customers_are_read_though_the_filter_matches_days(world: World) -> None:
    reader = world.reader()
    world.stand_in.control("clock", seconds=600)
    since = world.stand_in.state.clock.now()
    changed = [str(one) for one in list(world.shop.customers)[:3]]
    for number in changed:
        world.stand_in.control("customers/update", customer=number, note="changed")
    reader._customers._newest.size = reader._customers._newest.largest = 2
    asked(world)
    read = records(reader.changed_customers(since - timedelta(seconds=1), never))
    assert sorted(each.external_id for each in read) == sorted(changed)
    assert asked(world) == ["newest_customers"] * 2


@pytest.mark.parametrize(
    ("name", "variables", "points"),
    [
        ("newest_customers", {"first": CUSTOMERS_AT_FIRST}, CUSTOMER_POINTS),
        ("order_marks", {"first": MARKS_AT_FIRST}, MARK_POINTS),
        ("orders", {"first": 5, "lines": 20}, whole_points(20)),
    ],
)
def test_the_points_of_our_documents_are_those_of_the_literal_rule(
    name: str, variables: dict[str, int], points: int
) -> None:
    parsed = parse(document(name))
    operation = next(d for d in parsed.definitions if isinstance(d, OperationDefinitionNode))
    costs = Costs(load("2026-10").schema, parsed, variables, linear=True)
    assert costs.requested(operation) == 2 + variables["first"] * points <= 1000
