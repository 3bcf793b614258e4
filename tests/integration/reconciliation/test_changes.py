"""A reading of what changed writes down what no webhook told, and repairs it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from integration.models import Order, Tombstone
from platforms.errors import RequestRefused, StoreUnreachable
from tests.factories.health_rows import add_untaken, add_work
from tests.factories.records import customer
from tests.integration.reconciliation.place import Place, figures


@pytest.fixture(params=[False, True], ids=["whole pages", "marks first"], autouse=True)
def _marks(place: Place, request: pytest.FixtureRequest) -> None:
    place.remote.tells_marks = request.param


def test_what_no_webhook_told_is_missing_or_stale_and_repaired(place: Place) -> None:
    place.change(100, total_minor=4321, ago=timedelta(minutes=10))
    place.change(500, ago=timedelta(minutes=20))
    run = place.refresh()
    assert (run.kind, run.asked_by, run.state) == ("changes", "schedule", "done")
    assert figures(run) == {"missing": 1, "stale": 1, "repaired": 2, "latest_seconds": 1200}
    assert run.compared == 2
    assert run.started_at == run.window_until == run.finished_at == place.clock()
    held = place.order(100)
    assert held is not None
    assert held.total_minor == 4321
    assert place.order(500) is not None
    assert place.sync().complete_until == place.clock()
    assert place.sync().source == "reconcile"
    # The next one finds it as it is.
    again = place.refresh(asked_by="person")
    assert (again.asked_by, figures(again), again.compared) == ("person", {}, 1)


def test_what_is_younger_than_a_webhook_takes_is_early(place: Place) -> None:
    place.change(100, total_minor=4321, ago=timedelta(seconds=119))
    place.change(500, ago=timedelta(seconds=120))
    place.change(501, ago=timedelta(seconds=121))
    run = place.refresh()
    assert figures(run) == {"missing": 1, "early": 2, "repaired": 1, "latest_seconds": 121}
    assert place.order(500) is not None


@pytest.mark.parametrize("where", ["in the inbox", "taken in"])
def test_what_waits_in_our_inbox_is_no_lost_webhook(place: Place, where: str) -> None:
    told = place.clock() - timedelta(minutes=15)
    if where == "taken in":
        add_work(place.services, place.workspace_id, place.store_id, told)
    else:
        add_untaken(place.services, place.workspace_id, place.store_id, told, "waits")
    place.change(500, ago=timedelta(minutes=16))
    place.change(501, ago=timedelta(minutes=18))
    run = place.refresh()
    assert figures(run) == {"missing": 1, "early": 1, "repaired": 1, "latest_seconds": 1080}


def test_an_order_that_changed_twice_within_a_second_is_seen(place: Place) -> None:
    place.change(100, financial_status="paid", refunded_minor=0)
    place.refresh()
    first = place.remote.orders["100"]
    place.remote.put(replace(first, financial_status="refunded", refunded_minor=99))
    run = place.refresh()
    assert figures(run) == {"stale": 1, "repaired": 1, "latest_seconds": 600}
    held = place.order(100)
    assert held is not None
    assert held.financial_status == "refunded"


def test_an_account_that_changed_is_found(place: Place) -> None:
    at = place.clock() - timedelta(minutes=5)
    place.remote.put(replace(customer("9"), updated_at=at))
    run = place.refresh()
    assert figures(run) == {"missing": 1, "repaired": 1, "latest_seconds": 300}
    assert "9" in place.customers()


def test_erased_orders_stay_out_and_are_nobodys_loss(place: Place) -> None:
    with place.services.db.workspace(place.workspace_id, write=True) as session:
        session.execute(update(Order).where(Order.external_id == "100").values(profile_id=None))
        for number in ("100", "500"):
            session.add(
                Tombstone(
                    store_id=place.store_id,
                    kind="order",
                    external_id=number,
                    deleted_at=place.clock(),
                    erased_at=place.clock(),
                )
            )
    place.change(100, total_minor=4321)
    place.change(500)
    run = place.refresh()
    assert figures(run) == {}
    assert place.order(500) is None


def test_a_reading_that_fails_says_why_and_proves_nothing(place: Place) -> None:
    before = place.sync().complete_until

    def fail(kind: str, number: int) -> None:
        if kind == "orders" and number:
            raise StoreUnreachable("the store doesn't answer")

    for number in range(500, 506):
        place.change(number)
    place.remote.on_page = fail
    run = place.refresh()
    assert (run.state, run.error) == ("failed", "the store doesn't answer")
    # What came before it is kept.
    if not place.remote.tells_marks:
        assert figures(run) == {"missing": 4, "repaired": 4, "latest_seconds": 600}
    assert place.sync().complete_until == before
    assert place.sync().claim is None
    place.remote.on_page = lambda _kind, _number: None
    run = place.refresh()
    assert (run.state, run.error) == ("done", None)
    assert place.sync().complete_until == place.clock()


def test_one_object_that_the_store_refuses_stops_no_other(place: Place) -> None:
    place.refresh()
    for number in (100, 101, 102):
        record = place.remote.orders[str(number)]
        place.remote.put(replace(record, updated_at=place.clock() - timedelta(minutes=9)))
    place.refresh()
    for number in (100, 101, 102):
        record = place.remote.orders[str(number)]
        place.remote.put(replace(record, name=f"#{number}-B", locale="el"))

    def refuse(external_id: str) -> None:
        if external_id == "100":
            raise RequestRefused("the store withholds the order")

    place.remote.tells_marks = False
    place.remote.on_order = refuse
    run = place.refresh()
    assert run.state == "done"
    names = [held.name for number in (100, 101, 102) if (held := place.order(number))]
    assert names[1:] == ["#101-B", "#102-B"]
    assert names[0] != "#100-B"
    assert place.sync().complete_until == place.clock()


def test_a_run_that_was_killed_is_closed_by_the_next(place: Place) -> None:
    def die(_kind: str, _number: int) -> None:
        raise SystemExit

    place.remote.on_page = die
    with pytest.raises(SystemExit):
        place.refresh()
    place.remote.on_page = lambda _kind, _number: None
    place.clock.advance(seconds=61)
    place.refresh()
    assert [(run.state, run.error) for run in place.runs()] == [
        ("failed", "the comparison was cut short"),
        ("done", None),
    ]
