"""Readings of a store that still holds an erased person: lists, parts, what is looked at."""

from dataclasses import replace
from pathlib import Path

import pytest

from integration.db import Database
from integration.models import Customer, Order, Profile, Reread, Store
from integration.privacy.erasing.persons import erase_person, find_person
from integration.privacy.subject import PrivacySubject
from integration.sync.backfill import backfill
from integration.sync.parts import read_newest, read_parts
from integration.sync.refresh import refresh
from tests.conftest import StandingClock
from tests.factories.records import customer, order
from tests.integration.sync.places import SparsePlace, note

EMAIL = "canary.kanarini@example.com"


@pytest.fixture
def place(db: Database, tmp_path: Path, clock: StandingClock) -> SparsePlace:
    """A store read whole and then rid of account 7 and its order 100, though it holds them yet."""
    made = SparsePlace(db, tmp_path, clock, f"{tmp_path.name}.example")
    theirs = order("100", email=EMAIL, customer_external_id="7", notes=(note("a secret"),))
    made.remote.put(customer("7", email=EMAIL), theirs, order("101", email="other@example.com"))
    backfill(made.services, **made.ids)
    erase(made, EMAIL)
    made.forget_jobs()
    made.remote.asked.clear()
    clock.advance(hours=1)
    return made


def erase(place: SparsePlace, email: str) -> None:
    """Erase the person of that address, as the store's own tool has it done."""
    subject = PrivacySubject(None, email, None, ())
    with place.services.db.workspace(place.workspace_id, write=True) as session:
        session.lock_workspace()
        store = session.get_one(Store, place.store_id)
        found = find_person(session, store, subject)
        erase_person(session, store, subject, found, place.services.now())


def emails(place: SparsePlace) -> dict[str, str | None]:
    return {row.external_id: row.email for row in (*place.rows(Order), *place.rows(Customer))}


def change_all(place: SparsePlace, clock: StandingClock) -> None:
    """A new status of the order, a new state of the account."""
    place.remote.put(
        *(replace(one, updated_at=clock()) for one in place.remote.orders.values()),
        *(replace(one, updated_at=clock()) for one in place.remote.customers.values()),
    )
    clock.advance(seconds=5)


def test_an_incremental_reading_does_not_bring_a_person_back(
    place: SparsePlace, clock: StandingClock
) -> None:
    for _ in range(2):
        change_all(place, clock)
        refresh(place.services, **place.ids)
        place.run_jobs()
        clock.advance(hours=1)
    assert emails(place) == {"7": None, "100": None, "101": "other@example.com"}
    assert set(place.asked_orders()) == {"101"}
    assert place.rows(Reread) == []
    backfill(place.services, **place.ids, anew=True)
    assert emails(place)["100"] is None
    assert len(place.rows(Profile)) == 1


def test_the_parts_of_an_erased_order_are_not_read(place: SparsePlace) -> None:
    read_parts(place.services, **place.ids)
    assert read_newest(place.services, **place.ids)
    assert set(place.asked_orders()) == {"101"}
    assert place.notes("100") == []


def test_what_was_being_read_while_a_person_was_erased_is_not_taken(
    place: SparsePlace, clock: StandingClock
) -> None:
    place.remote.put(order("102", email="late@example.com", notes=(note("another"),)))
    change_all(place, clock)
    refresh(place.services, **place.ids)
    assert emails(place)["102"] == "late@example.com"

    def erase_meanwhile(external_id: str) -> None:
        if external_id == "102":
            erase(place, "late@example.com")

    place.remote.on_order = erase_meanwhile
    read_parts(place.services, **place.ids)
    assert "102" in place.asked_orders()
    assert emails(place)["102"] is None
    assert place.notes("102") == []


def test_whoever_buys_again_is_read_as_a_new_person(
    place: SparsePlace, clock: StandingClock
) -> None:
    new = order("110", email=EMAIL, customer_external_id="7", placed_at=clock())
    place.remote.put(replace(new, updated_at=clock()))
    clock.advance(seconds=5)
    refresh(place.services, **place.ids)
    assert ("customer", "7") in place.remote.asked
    place.run_jobs()
    assert emails(place) == {"7": EMAIL, "100": None, "101": "other@example.com", "110": EMAIL}
    assert len(place.rows(Profile)) == 2
    assert place.rows(Reread) == []
