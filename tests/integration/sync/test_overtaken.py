"""News that come in while an object is read: what stands in the end is the newest."""

from dataclasses import replace

from integration.models import Reread, Store
from integration.sync.apply import apply
from integration.sync.parts import read_parts
from integration.sync.sourced import Sourced
from platforms.changes import OrderChanged
from tests.conftest import StandingClock
from tests.integration.sync.places import SparsePlace, read_lists
from tests.integration.sync.test_parts import place

__all__ = ["place"]


def test_news_that_came_while_an_order_was_read_are_not_undone_by_the_reading(
    place: SparsePlace, clock: StandingClock
) -> None:
    read_lists(place)
    newer = replace(place.remote.orders["104"], refunded_minor=80)

    def news_come_first(external_id: str) -> None:
        if external_id != "104":
            return
        if clock() > began:
            place.remote.put(newer)
            return
        clock.advance(seconds=1)
        with place.services.db.workspace(place.workspace_id, write=True) as session:
            store = session.get_one(Store, place.store_id)
            told = Sourced(OrderChanged(newer), "webhook", fresh=True, read_at=clock())
            apply(session, store, [told], now=clock())

    began = clock()
    place.remote.on_order = news_come_first
    read_parts(place.services, **place.ids)
    assert place.asked_orders().count("104") == 2
    assert place.order("104").refunded_minor == 80
    assert place.rows(Reread) == []
