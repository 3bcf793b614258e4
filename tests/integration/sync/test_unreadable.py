"""Objects that a store tells and nobody can read: left out, told once, and in nobody's way."""

from pathlib import Path
from typing import Any

import pytest

from integration.db import Database
from integration.models import Alarm, Order, Reread, StoreSync
from integration.operations.condition import look
from integration.operations.findings import of_alarms
from integration.sync.backfill import backfill
from integration.sync.claim import take_claim
from integration.sync.left_out import AT_MOST, MORE
from integration.sync.reading import Reading
from integration.sync.refresh import refresh
from integration.sync.sourced import Sourced
from integration.sync.unreadable import report_unreadable
from platforms.changes import OrderDeleted
from platforms.errors import RecordUnreadable
from platforms.records import Page, Unreadable
from tests.conftest import StandingClock
from tests.factories.fake_store import FakeReader
from tests.factories.records import order
from tests.integration.sync.places import SparsePlace

LEFT_OUT = Unreadable("order", "101", "an order that can't be read: ValueError")


@pytest.fixture
def place(
    db: Database,
    tmp_path: Path,
    clock: StandingClock,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> SparsePlace:
    """A store whose every page of orders tells one that can't be read."""
    place = SparsePlace(db, tmp_path, clock, f"{request.node.name[:50].replace('_', '-')}.example")
    place.remote.put(*(order(str(number)) for number in (100, 102, 103)))
    whole = FakeReader._pages

    def pages(reader: FakeReader, kind: str, *rest: Any) -> Any:
        for page in whole(reader, kind, *rest):
            left_out = (LEFT_OUT,) if kind == "orders" else ()
            yield Page(page.records, page.cursor, page.total, left_out)

    monkeypatch.setattr(FakeReader, "_pages", pages)
    return place


def _raised(place: SparsePlace) -> list[Alarm]:
    return [row for row in place.rows(Alarm) if row.store_id == place.store_id]


def _alarms(place: SparsePlace) -> list[tuple[Any, ...]]:
    rows = _raised(place)
    assert {row.workspace_id for row in rows} == {place.workspace_id}
    return [(row.store_id, row.code, row.message, row.details) for row in rows]


def _expected(place: SparsePlace) -> tuple[Any, ...]:
    message = "the store's order 101 can't be read and is left out"
    reason = "an order that can't be read: ValueError"
    details = {"kind": "order", "external_id": "101", "reason": reason}
    return place.store_id, "record_unreadable", message, details


def test_the_others_are_read_and_one_alarm_is_raised(
    place: SparsePlace, clock: StandingClock
) -> None:
    backfill(place.services, **place.ids)
    assert sorted(row.external_id for row in place.rows(Order)) == ["100", "102", "103"]
    assert _alarms(place) == [_expected(place)]
    finding = of_alarms(look(place.services), _expected(place)[2])
    assert finding.ok is False
    assert "1 record_unreadable raised; the newest: the store's order 101" in finding.says
    refresh(place.services, **place.ids)
    backfill(place.services, **place.ids, anew=True)
    (sync,) = place.rows(StoreSync)
    assert (sync.backfill_state, sync.error, sync.complete_until) == ("done", None, clock.time)
    assert _alarms(place) == [_expected(place)]


def test_each_object_has_an_alarm_of_its_own_until_they_are_too_many(place: SparsePlace) -> None:
    claim = take_claim(place.services, **place.ids)
    assert claim is not None
    reading = Reading(place.services, claim, "sync")
    many = [Unreadable("customer", str(number), "x") for number in range(1, 301)]
    for _ in range(2):
        report_unreadable(reading, [*many, many[0], LEFT_OUT])
    *each, last = _raised(place)
    found = {(row.details["kind"], row.details["external_id"]) for row in each}
    assert len(each) == len(found) == AT_MOST
    assert each[0].message == "the store's account 1 can't be read and is left out"
    assert (last.message, last.details) == (MORE, {"listed": AT_MOST})


def test_one_that_is_to_be_read_again_keeps_no_other_waiting(
    place: SparsePlace, clock: StandingClock
) -> None:
    backfill(place.services, **place.ids)
    with place.services.db.workspace(place.workspace_id, write=True) as session:
        session.add_all(
            Reread(
                workspace_id=place.workspace_id,
                store_id=place.store_id,
                kind="order",
                external_id=external_id,
                wanted_at=clock.time,
            )
            for external_id in ("104", "105")
        )
    place.remote.put(order("105"))

    def refuse(external_id: str) -> None:
        if external_id == "104":
            raise RecordUnreadable("the store answers an order that can't be read: ValueError")

    place.remote.on_order = refuse
    place.remote.asked.clear()
    refresh(place.services, **place.ids)
    assert place.asked_orders() == ["104", "105"]
    assert "105" in [row.external_id for row in place.rows(Order)]
    (sync,) = place.rows(StoreSync)
    assert (sync.error, sync.complete_until) == (None, clock.time)
    assert [row.external_id for row in place.rows(Reread) if row.kind == "order"] == ["104"]
    assert [row.details["external_id"] for row in _raised(place)] == ["101", "104"]


def test_a_store_full_of_them_raises_fifty_alarms_and_one_that_there_are_more(
    place: SparsePlace,
) -> None:
    backfill(place.services, **place.ids)
    claim = take_claim(place.services, **place.ids)
    assert claim is not None
    reading = Reading(place.services, claim, "sync")
    left_out = [Unreadable("order", str(number), "no money") for number in range(200, 260)]
    for _ in range(2):
        report_unreadable(reading, left_out)
        rows = _raised(place)
        assert len(rows) == 51
        assert (
            rows[-1].message
            == "more of the store's orders and accounts can't be read and are left out"
        )
        assert rows[-1].details == {"listed": 50}
    report_unreadable(reading, [Unreadable("order", "999", "no money")])
    assert len(_raised(place)) == 51


def test_an_alarm_is_cleared_once_its_object_is_read_well(
    place: SparsePlace, clock: StandingClock
) -> None:
    backfill(place.services, **place.ids)
    claim = take_claim(place.services, **place.ids)
    assert claim is not None
    reading = Reading(place.services, claim, "sync")
    others = [Unreadable("order", "104", "x"), Unreadable("customer", "104", "x")]
    report_unreadable(reading, [LEFT_OUT, *others])
    clock.advance(seconds=60)
    reading.apply(reading.sourced([order("104"), order("105")]))
    standing = [(row.details["kind"], row.details["external_id"]) for row in _standing(place)]
    assert standing == [("order", "101"), ("customer", "104")]
    (cleared,) = [row for row in _raised(place) if row.cleared_at is not None]
    assert cleared.cleared_at == clock.time
    # It is told anew when it can't be read again.
    report_unreadable(reading, others)
    assert len(_standing(place)) == 3
    assert len(_raised(place)) == 4


def test_that_there_are_more_is_cleared_with_the_last_of_them(place: SparsePlace) -> None:
    claim = take_claim(place.services, **place.ids)
    assert claim is not None
    reading = Reading(place.services, claim, "sync")
    report_unreadable(reading, [Unreadable("order", str(n), "x") for n in range(200, 260)])
    reading.apply(reading.sourced([order(str(n)) for n in range(201, 250)]))
    assert [row.message[:20] for row in _standing(place)] == ["the store's order 20", MORE[:20]]
    reading.apply([Sourced(OrderDeleted("200", None), "reconcile")])
    assert _standing(place) == []


def _standing(place: SparsePlace) -> list[Alarm]:
    return [row for row in _raised(place) if row.cleared_at is None]
