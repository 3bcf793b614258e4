"""A mark that nobody can read: its object is read by its id, and hides no other."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from integration.models import Alarm
from platforms.records import Mark, Page, Unreadable
from tests.factories.fake_store import FakeReader
from tests.factories.records import order
from tests.integration.reconciliation.place import Place, figures

DAYS = timedelta(days=1)
UNMARKED = ("103", "500", "900")


@pytest.fixture(autouse=True)
def _without_some_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    """The store tells no mark of these that anybody could read."""
    whole = FakeReader.order_marks

    def order_marks(reader: FakeReader, cursor: str | None = None) -> Iterator[Page[Mark]]:
        for page in whole(reader, cursor):
            told = tuple(mark for mark in page.records if mark.external_id not in UNMARKED)
            left_out = tuple(Unreadable("order", one, "x") for one in UNMARKED)
            yield replace(page, records=told, unreadable=left_out if page.cursor is None else ())

    monkeypatch.setattr(FakeReader, "order_marks", order_marks)


def test_what_has_no_mark_is_read_by_its_id_and_compared(place: Place) -> None:
    place.change(100, ago=2 * DAYS, total_minor=4321)
    place.change(103, ago=2 * DAYS, total_minor=1234)
    place.change(500, ago=2 * DAYS)
    run = place.compare_whole(asked_by="person")
    counted = {"missing": 1, "stale": 2, "repaired": 3, "latest_seconds": 172_800}
    assert (run.state, figures(run)) == ("done", counted)
    # Nine marks, and two that were read; the third, which the store hasn't got, is nobody's.
    assert run.compared == 11
    assert (held := place.order(103)) is not None
    assert held.total_minor == 1234
    assert place.order(500) is not None
    assert ("orders_by_id", ("100", *UNMARKED)) in place.remote.asked
    assert figures(place.compare_whole(asked_by="person")) == {}


def test_what_has_no_mark_is_not_taken_for_gone(place: Place) -> None:
    assert figures(place.compare_whole()) == {}
    assert place.order(103) is not None
    assert "103" in place.standing()


def test_alarms_of_what_cannot_be_read_end_when_the_store_lists_it_no_more(place: Place) -> None:
    with place.services.db.workspace(place.workspace_id, write=True) as session:
        for number in ("103", "700"):
            session.add(
                Alarm(
                    workspace_id=place.workspace_id,
                    store_id=place.store_id,
                    code="record_unreadable",
                    message=f"the store's order {number} can't be read and is left out",
                    details={"kind": "order", "external_id": number, "reason": "x"},
                    raised_at=place.clock(),
                )
            )
    place.remote.put(replace(order("103"), updated_at=place.clock() - 3 * DAYS))
    place.compare_whole()
    assert place.alarms() == []
    assert place.alarms(cleared=True) == ["record_unreadable", "record_unreadable"]
