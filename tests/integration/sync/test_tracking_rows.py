"""Parcels by their carriers' numbers: as the parcels are, in the same transaction."""

import pytest

from integration.models import Store, TrackingNumber
from integration.privacy.erasing.persons import erase_person, find_person
from integration.privacy.subject import PrivacySubject
from integration.sync.tracking_rows import folded_number
from platforms.changes import FulfillmentChanged
from platforms.records import FulfillmentRecord, TrackingRecord
from tests.factories.mirror import Mirror
from tests.factories.records import order, parcel, told
from tests.factories.stores import NOW, make_store


def sent(*numbers: str | None, of: str = "f1", seconds: float = 0) -> FulfillmentRecord:
    tracking = tuple(TrackingRecord("ACS", number, None) for number in numbers)
    return parcel(of, seconds, tracking=tracking)


def held(mirror: Mirror) -> list[tuple[str, int, str, str]]:
    return sorted(
        (row.number, row.store_id, row.order_external_id, row.parcel_external_id)
        for row in mirror.all(TrackingNumber)
    )


@pytest.mark.parametrize(
    ("told_as", "folded"),
    [
        ("1z 999 AA1-01.2345_6784", "1Z999AA10123456784"),
        ("\u200e4711 000\u00a0123", "4711000123"),
        ("４７１１０００１２３", "4711000123"),
        ("rr123456789gr", "RR123456789GR"),
        ("471", None),
        ("- - - -", None),
        ("1" * 65, None),
        ("", None),
        (None, None),
    ],
)
def test_a_number_has_one_form(told_as: str | None, folded: str | None) -> None:
    assert folded_number(told_as) == folded


def test_numbers_come_and_go_with_their_parcels(mirror: Mirror) -> None:
    mirror.take(
        told(order(fulfillments=(sent("4711-1", "4711 1", None, "x"), sent("4712", of="f2"))))
    )
    store = mirror.store_id
    assert held(mirror) == [("47111", store, "100", "f1"), ("4712", store, "100", "f2")]
    mirror.take(told(FulfillmentChanged("100", sent("4713", seconds=5))))
    assert held(mirror) == [("4712", store, "100", "f2"), ("4713", store, "100", "f1")]
    mirror.take(told(order(seconds=9, fulfillments=(sent("4713", seconds=5),))))
    assert held(mirror) == [("4713", store, "100", "f1")]
    mirror.take(told(order(seconds=10, fulfillments=())))
    assert held(mirror) == []


def test_the_same_news_again_changes_nothing(mirror: Mirror) -> None:
    news = told(order(fulfillments=(sent("4711-1"),)))
    mirror.take(news)
    before = held(mirror)
    mirror.take(news)
    mirror.take(told(FulfillmentChanged("100", sent("4711-1", seconds=7))))
    assert held(mirror) == before


def test_one_number_of_two_orders_stands_for_both(mirror: Mirror) -> None:
    mirror.take(*(told(order(each, fulfillments=(sent("4711-1"),))) for each in ("100", "101")))
    assert [row[2] for row in held(mirror)] == ["100", "101"]


def test_an_erased_persons_numbers_are_gone_and_the_others_are_not(mirror: Mirror) -> None:
    other = make_store(mirror.db, mirror.workspace_id, f"other-{mirror.store_id}.example")
    same = told(order(email="a@example.com", fulfillments=(sent("47111"),)))
    mirror.take(
        same,
        told(
            order(
                "101", email="b@example.com", fulfillments=(sent("47111"), sent("47112", of="f2"))
            )
        ),
    )
    mirror.take(same, store_id=other)
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        store = session.get_one(Store, mirror.store_id)
        subject = PrivacySubject(None, "a@example.com", None, ())
        found = find_person(session, store, subject)
        assert found.order_ids == ("100",)
        erase_person(session, store, subject, found, NOW)
    assert held(mirror) == [
        ("47111", mirror.store_id, "101", "f1"),
        ("47111", other, "100", "f1"),
        ("47112", mirror.store_id, "101", "f2"),
    ]
