"""A parcel that its store knows by its tracking number has another name after the erasure."""

from dataclasses import replace

from integration.models import Fulfillment, Store
from integration.privacy.requests.plugin import erase_person
from integration.services import Services
from integration.sync.apply import apply
from tests.factories.records import order, parcel, told
from tests.webhooks.parts import rows

THEIRS = "her@example.com"


def test_no_parcel_of_an_erased_order_is_named_by_its_number(
    services: Services, store: Store
) -> None:
    parcels = tuple(replace(parcel(), external_id=f"1-RR12345678{each}GR") for each in range(2))
    orders = [
        order("1", email=THEIRS, fulfillments=parcels),
        order("2", email="other@example.com", fulfillments=parcels[:1]),
    ]
    with services.db.workspace(store.workspace_id, write=True) as session:
        held = session.get_one(Store, store.id)
        apply(session, held, [told(one) for one in orders], now=services.now())
    erase_person(services, store.workspace_id, store.id, THEIRS)
    names = [(row.order_external_id, row.external_id) for row in rows(services, Fulfillment)]
    theirs = {name for number, name in names if number == "1"}
    assert len(theirs) == 2
    assert not any("RR1234" in name for name in theirs)
    assert [name for number, name in names if number == "2"] == ["1-RR123456780GR"]
