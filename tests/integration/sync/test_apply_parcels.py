"""Fulfilments: each newest-wins by itself, and the carrier's word apart from it."""

from typing import Any

from integration.models import Fulfillment
from integration.sync.sourced import Wanted
from platforms.changes import FulfillmentChanged, ShipmentMoved
from platforms.records import TrackingRecord
from tests.factories.mirror import Mirror
from tests.factories.records import at, order, parcel, told

ORDER = Wanted("order", "100")


def test_a_parcel_is_kept_before_its_order(mirror: Mirror) -> None:
    mirror.take(told(FulfillmentChanged("100", parcel(seconds=5))))
    assert [row.order_external_id for row in mirror.all(Fulfillment)] == ["100"]
    mirror.take(told(order(seconds=4)))
    assert len(mirror.all(Fulfillment)) == 1
    mirror.take(told(order(seconds=6)))
    assert mirror.all(Fulfillment) == []
    applied = mirror.take(told(FulfillmentChanged("100", parcel(seconds=5))))
    assert (applied.refused, mirror.all(Fulfillment)) == (1, [])


def test_a_parcel_of_the_orders_own_second_is_read_again(mirror: Mirror) -> None:
    mirror.take(told(order(seconds=5)))
    applied = mirror.take(told(FulfillmentChanged("100", parcel(seconds=5))))
    assert applied.wanted == frozenset({ORDER})


def test_parcels_are_newest_wins_each_by_itself(mirror: Mirror) -> None:
    tracked = parcel(seconds=8, tracking=(TrackingRecord("DHL", "1", "https://dhl.example/1"),))
    mirror.take(told(order(seconds=5, fulfillments=(parcel("f1", 4), parcel("f2", 4)))))
    mirror.take(told(FulfillmentChanged("100", tracked)))
    mirror.take(told(order(seconds=7, fulfillments=(parcel("f1", 4), parcel("f2", 6)))))
    rows = {row.external_id: row for row in mirror.all(Fulfillment)}
    assert rows["f1"].source_updated_at == at(8)
    assert rows["f1"].tracking == [
        {"company": "DHL", "number": "1", "url": "https://dhl.example/1"}
    ]
    assert rows["f2"].source_updated_at == at(6)


def test_the_carriers_word_has_its_own_time(mirror: Mirror) -> None:
    def status() -> tuple[str | None, Any]:
        (row,) = mirror.all(Fulfillment)
        return row.shipment_status, row.shipment_status_at

    mirror.take(told(order(fulfillments=(parcel(),))))
    applied = mirror.take(told(ShipmentMoved("100", "f1", "delivered", at(9))))
    assert (status(), applied.written, len(applied.profile_ids)) == (("delivered", at(9)), 1, 1)
    mirror.take(told(ShipmentMoved("100", "f1", "in_transit", at(8))))
    mirror.take(told(FulfillmentChanged("100", parcel(seconds=7, shipment_status="in_transit"))))
    assert status() == ("delivered", at(9))
    applied = mirror.take(told(ShipmentMoved("100", "f9", "delivered", at(9))))
    assert applied.wanted == frozenset({ORDER})
    assert mirror.take(told(ShipmentMoved("100", "f1", "failure", at(9)))).wanted == {ORDER}
