"""Marks of everything that a site holds, and objects by their ids, trashed ones too."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest

from platforms.records import Mark
from simulators.woocommerce.testing import Running, running
from tests.platforms.woocommerce.stand_in.reading import orders_told, reader_of, records

EVER = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def store() -> Iterator[Running]:
    with running(orders=330, customers=130) as stand_in:
        yield stand_in


def never(_marks: Sequence[Mark]) -> frozenset[str]:
    raise AssertionError("marks save no call here")


def test_marks_tell_of_every_order_those_in_the_trash_too(store: Running) -> None:
    reader = reader_of(store)
    told = orders_told(store)
    some = sorted(told, key=int)
    store.control("orders/trash", order=some[3])
    marks = {mark.external_id: mark for mark in records(reader.order_marks())}
    orders = {each.external_id: each for each in records(reader.changed_orders(EVER, never))}
    assert marks.keys() == orders.keys()
    for number, mark in marks.items():
        order = orders[number]
        assert mark.updated_at == order.updated_at
        assert mark.facts == (("platform_status", order.platform_status),)
        assert mark.is_deleted is (order.deleted_at is not None)
    assert marks[some[3]].is_deleted


def test_marks_are_resumed_from_either_part(store: Running) -> None:
    reader = reader_of(store)
    pages = list(reader.order_marks())
    whole = [mark.external_id for page in pages for mark in page.records]
    assert len(whole) == len(set(whole))
    for number, page in enumerate(pages[:-1], start=1):
        rest = [mark for later in pages[number:] for mark in later.records]
        assert records(reader.order_marks(page.cursor)) == rest


def test_accounts_marks_are_those_of_buyers(store: Running) -> None:
    reader = reader_of(store)
    accounts = {each.external_id: each.updated_at for each in records(reader.customers())}
    marks = {mark.external_id: mark.updated_at for mark in records(reader.customer_marks())}
    assert marks == accounts
    assert records(reader.changed_customers(EVER, never))


def test_orders_by_their_ids_wherever_they_stand(store: Running) -> None:
    reader = reader_of(store)
    some = sorted(orders_told(store), key=int)
    store.control("orders/trash", order=some[10])
    store.control("orders/delete", order=some[11], force=True)
    store.site().orders[int(some[12])].status = "wc-of-a-plugin"
    orders = {each.external_id: each for each in records(reader.changed_orders(EVER, never))}
    wanted = [*some[5:130], "999999", "no number"]
    read = {each.external_id: each for each in records(reader.orders_by_id(wanted))}
    assert read == {number: orders[number] for number in some[5:130] if number in orders}
    assert read[some[10]].deleted_at is not None
    assert some[11] not in read
    assert some[12] in read
    assert records(reader.orders_by_id([])) == []


def test_accounts_by_their_ids_without_staff(store: Running) -> None:
    reader = reader_of(store)
    accounts = {each.external_id: each for each in records(reader.customers())}
    read = {each.external_id: each for each in records(reader.customers_by_id([*accounts, "1"]))}
    assert read == accounts
