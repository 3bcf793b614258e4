"""What lists leave out is read order by order: newest first, politely, and nothing waits for it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import event

from integration.db import Database
from integration.events import Event
from integration.models import Customer, StoreSync
from integration.sync.backfill import backfill
from integration.sync.due import claim_untold
from integration.sync.parts import read_newest, read_parts
from integration.sync.refresh import refresh
from platforms.errors import AuthorizationLost, RequestRefused, StoreUnreachable
from platforms.records import RefundRecord
from tests.conftest import StandingClock
from tests.factories.records import at, customer, order
from tests.integration.sync.places import SparsePlace, note, read_lists


@pytest.fixture
def place(db: Database, tmp_path: Path, clock: StandingClock) -> SparsePlace:
    made = SparsePlace(db, tmp_path, clock, f"{tmp_path.name}.example")
    for number in range(100, 105):
        made.remote.put(
            order(
                str(number),
                placed_at=at(number),
                notes=(note(f"note of {number}"),),
                refunds=(RefundRecord(f"r{number}", at(number + 1), 50, "broken"),),
                refunded_minor=50,
            )
        )
    return made


def test_a_list_leaves_notes_and_times_untold(place: SparsePlace) -> None:
    backfill(place.services, **place.ids)
    assert place.notes("100") == []
    assert place.refund_times("100") == [None]
    assert place.order("100").withheld == {"notes": None, "refund_times": None}
    assert place.order("100").refunded_minor == 50
    assert place.jobs.waiting == [("sync.refresh", place.ids), ("sync.parts", place.ids)]
    assert place.asked_orders() == []


def test_what_is_untold_is_read_and_then_asked_for_no_more(place: SparsePlace) -> None:
    read_lists(place)
    read_parts(place.services, **place.ids)
    assert sorted(place.asked_orders()) == ["100", "101", "102", "103", "104"]
    for number in range(100, 105):
        assert place.notes(str(number)) == [f"note of {number}"]
        assert place.refund_times(str(number)) == [at(number + 1)]
        assert place.order(str(number)).withheld == {}
    read_parts(place.services, **place.ids)
    assert place.asked_orders() == []
    assert place.jobs.waiting == []


def test_what_was_told_stands_while_a_newer_state_leaves_it_out(
    place: SparsePlace, clock: StandingClock
) -> None:
    read_lists(place)
    read_parts(place.services, **place.ids)
    changed = place.remote.orders["100"]
    one_more = RefundRecord("r2", at(900), 25)
    place.remote.put(
        replace(
            changed,
            updated_at=clock(),
            refunds=(*changed.refunds, one_more),
            refunded_minor=75,
        )
    )
    clock.advance(seconds=120)
    refresh(place.services, **place.ids)
    assert place.notes("100") == ["note of 100"]
    assert place.refund_times("100") == [at(101), None]
    assert place.order("100").withheld == {
        "notes": at(0).isoformat(),
        "refund_times": at(0).isoformat(),
    }
    place.asked_orders()
    place.run_jobs()
    assert place.asked_orders() == ["100"]
    assert place.refund_times("100") == [at(101), at(900)]


def test_it_neither_waits_for_the_copys_claim_nor_delays_its_proof(
    place: SparsePlace, clock: StandingClock
) -> None:
    read_lists(place)

    def refresh_meanwhile(_external_id: str) -> None:
        place.remote.on_order = lambda _external_id: None
        clock.advance(seconds=30)
        refresh(place.services, **place.ids)

    place.remote.on_order = refresh_meanwhile
    read_parts(place.services, **place.ids)
    [sync] = place.rows(StoreSync)
    assert sync.complete_until == clock()
    assert place.notes("104") == ["note of 104"]


def test_a_turn_is_short_reads_the_newest_and_the_next_goes_on(
    place: SparsePlace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration.sync.parts._MOST_ORDERS", 2)
    monkeypatch.setattr("integration.sync.parts._AT_A_TIME", 2)
    read_lists(place)
    read_parts(place.services, **place.ids)
    assert sorted(place.asked_orders()) == ["103", "104"]
    assert place.jobs.waiting == [("sync.parts", place.ids)]
    place.run_jobs()
    assert sorted(place.asked_orders()) == ["100", "101", "102"]


def test_an_order_that_the_store_refuses_to_tell_rests_and_the_others_go_on(
    place: SparsePlace, clock: StandingClock
) -> None:
    read_lists(place)

    def refuse(external_id: str) -> None:
        if external_id == "102":
            raise RequestRefused("the store can't tell this order")

    place.remote.on_order = refuse
    read_parts(place.services, **place.ids)
    assert [place.notes(str(number)) for number in (101, 102, 103)] == [
        ["note of 101"],
        [],
        ["note of 103"],
    ]
    assert place.order("102").rests_until == clock() + timedelta(hours=1)
    assert place.jobs.waiting == []
    place.asked_orders()
    place.remote.on_order = lambda _external_id: None
    # A newer state ends its rest.
    place.remote.put(replace(place.remote.orders["102"], updated_at=clock()))
    refresh(place.services, **place.ids)
    place.run_jobs()
    assert place.notes("102") == ["note of 102"]


def test_a_store_that_does_not_answer_is_asked_again_later(
    place: SparsePlace, clock: StandingClock
) -> None:
    read_lists(place)

    def fail(external_id: str) -> None:
        if external_id != "104":
            raise StoreUnreachable("the store does not answer")

    place.remote.on_order = fail
    read_parts(place.services, **place.ids)
    assert place.notes("104") == ["note of 104"]
    assert place.notes("100") == []
    assert place.jobs.waiting == [("sync.parts", place.ids | {"attempt": 1})]
    [sync] = place.rows(StoreSync)
    assert (sync.backfill_state, sync.error) == ("done", None)
    place.remote.on_order = lambda _external_id: None
    clock.advance(seconds=60)
    place.run_jobs()
    assert place.notes("100") == ["note of 100"]


def test_a_store_that_must_be_authorized_again_is_left_alone(place: SparsePlace) -> None:
    read_lists(place)

    def lose(_external_id: str) -> None:
        raise AuthorizationLost("the store no longer accepts our keys")

    place.remote.on_order = lose
    read_parts(place.services, **place.ids)
    assert place.jobs.waiting == []
    place.set_status("disconnected")
    place.asked_orders()
    read_parts(place.services, **place.ids)
    assert place.asked_orders() == []


def test_an_order_that_is_gone_is_deleted_and_asked_for_no_more(
    place: SparsePlace, clock: StandingClock
) -> None:
    read_lists(place)
    del place.remote.orders["103"]
    read_parts(place.services, **place.ids)
    gone = place.order("103")
    assert (gone.deleted_at, gone.counts) == (clock(), False)
    place.asked_orders()
    clock.advance(hours=2)
    read_parts(place.services, **place.ids)
    assert place.asked_orders() == []


def test_who_syncs_and_waits_sees_a_note_that_was_added(place: SparsePlace) -> None:
    read_lists(place)
    read_parts(place.services, **place.ids)
    place.remote.put(replace(place.remote.orders["101"], notes=(note("call her back"),)))
    place.asked_orders()
    assert read_newest(place.services, **place.ids)
    assert sorted(place.asked_orders()) == ["100", "101", "102", "103", "104"]
    assert place.notes("101") == ["call her back"]


def test_an_account_that_only_orders_name_is_read_once(
    place: SparsePlace, clock: StandingClock
) -> None:
    read_lists(place)
    place.remote.put(customer("7"))
    for number, owner in ((200, "7"), (201, "8")):
        bought = order(str(number), customer_external_id=owner, placed_at=clock())
        place.remote.put(replace(bought, updated_at=clock()))
    held, place.remote.customers = place.remote.customers, {}
    refresh(place.services, **place.ids)
    place.remote.customers = held
    assert sorted(place.named()) == ["7", "8"]
    place.remote.asked.clear()
    place.run_jobs()
    asked = [what for kind, what in place.remote.asked if kind == "customer"]
    assert sorted(asked) == ["7", "8"]
    # The one is an account now; the other is none, and nobody asks again.
    assert [row.external_id for row in place.rows(Customer)] == ["7"]
    assert place.named() == []
    place.remote.put(replace(place.remote.orders["201"], external_id="202"))
    place.remote.asked.clear()
    refresh(place.services, **place.ids)
    place.run_jobs()
    assert place.order("202").customer_external_id == "8"
    assert [what for kind, what in place.remote.asked if kind == "customer"] == []


def test_open_panels_hear_of_parts_that_came(place: SparsePlace) -> None:
    read_lists(place)
    place.services.events.told.clear()  # type: ignore[attr-defined]
    read_parts(place.services, **place.ids)
    told = place.services.events.told  # type: ignore[attr-defined]
    profile_ids = sorted(place.order(str(number)).profile_id for number in range(100, 105))
    assert sorted(event.subject_id for event in told) == profile_ids
    assert {event.kind for event in told} == {"profile"}
    assert isinstance(told[0], Event)


def test_what_is_untold_is_found_by_its_index(place: SparsePlace) -> None:
    read_lists(place)
    statements: list[tuple[str, object]] = []

    def note_it(_c: object, _k: object, statement: str, parameters: object, *_: object) -> None:
        statements.append((statement, parameters))

    event.listen(place.services.db.engine, "before_cursor_execute", note_it)
    with place.services.db.workspace(place.workspace_id, write=True) as session:
        claim_untold(session, place.store_id, place.services.now(), at_most=10)
    event.remove(place.services.db.engine, "before_cursor_execute", note_it)
    [(statement, parameters)] = [one for one in statements if one[0].startswith("SELECT")]
    with place.services.db.engine.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)  # type: ignore[arg-type]
        steps = [row[-1] for row in plan]
    assert any("ix_orders_withheld" in step for step in steps), steps
    assert not any("TEMP B-TREE" in step for step in steps), steps


def test_whoever_waits_hears_how_many_of_how_many_are_read(place: SparsePlace) -> None:
    read_lists(place)
    heard: list[tuple[int, int | None]] = []
    assert read_newest(
        place.services, **place.ids, on_progress=lambda done, total: heard.append((done, total))
    )
    assert heard == [(0, 5), (5, 5), (10, 10)]
