"""Whoever looks at a person sees a note that was added meanwhile, at most a minute late."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from integration.crm.context import Viewer, read_context
from integration.crm.records import Context
from integration.crm.subject import Subject
from integration.db import Database
from integration.events import Event
from integration.models import ProfileTotal
from integration.sync.backfill import backfill
from integration.sync.parts import read_parts
from integration.sync.shown import look_again, read_shown
from platforms.errors import StoreUnreachable
from tests.conftest import StandingClock
from tests.factories.fake_store import fake_services
from tests.factories.records import at, order
from tests.integration.sync.places import SparsePlace, note


@pytest.fixture
def place(db: Database, tmp_path: Path, clock: StandingClock) -> SparsePlace:
    """A person with seven orders, all told."""
    made = SparsePlace(db, tmp_path, clock, f"{tmp_path.name}.example")
    for number in range(100, 107):
        made.remote.put(order(str(number), placed_at=at(number), email="ada@example.com"))
    backfill(made.services, **made.ids)
    read_parts(made.services, **made.ids)
    made.forget_jobs()
    made.remote.asked.clear()
    clock.advance(seconds=61)
    return made


def seen(place: SparsePlace) -> Context:
    with place.services.db.workspace(place.workspace_id, write=True) as session:
        return read_context(
            session,
            place.services.platforms,
            Subject(email="ada@example.com"),
            viewer=Viewer("staff 1", "panel", place.store_id),
            now=place.services.now(),
        )


def told(place: SparsePlace) -> list[Event]:
    found = list(place.services.events.told)  # type: ignore[attr-defined]
    place.services.events.told.clear()  # type: ignore[attr-defined]
    return found


def test_the_newest_orders_of_a_person_somebody_looks_at_are_read_again(
    place: SparsePlace,
) -> None:
    place.remote.put(replace(place.remote.orders["105"], notes=(note("call her back"),)))
    context = seen(place)
    told(place)
    assert look_again(place.services, place.workspace_id, context)
    assert place.asked_orders() == []
    place.run_jobs()
    assert sorted(place.asked_orders()) == ["102", "103", "104", "105", "106"]
    assert place.notes("105") == ["call her back"]
    assert told(place) == [Event(place.workspace_id, "profile", int(context.profile.id))]


def test_a_look_that_finds_nothing_new_disturbs_nobody(place: SparsePlace) -> None:
    before = [vars(row) | {"_sa_instance_state": None} for row in place.rows(ProfileTotal)]
    told(place)
    look_again(place.services, place.workspace_id, seen(place))
    place.run_jobs()
    assert len(place.asked_orders()) == 5
    assert told(place) == []
    after = [vars(row) | {"_sa_instance_state": None} for row in place.rows(ProfileTotal)]
    assert after == before


def test_an_order_is_asked_for_once_a_minute_at_most(
    place: SparsePlace, clock: StandingClock
) -> None:
    for _ in range(3):
        look_again(place.services, place.workspace_id, seen(place))
        place.run_jobs()
    assert len(place.asked_orders()) == 5
    assert place.order("106").rests_until == clock() + timedelta(minutes=1)
    clock.advance(seconds=60)
    look_again(place.services, place.workspace_id, seen(place))
    place.run_jobs()
    assert len(place.asked_orders()) == 5


def test_the_order_in_question_is_read_however_old(place: SparsePlace) -> None:
    context = seen(place)
    oldest = context.orders[-1]
    assert oldest.external_id == "100"
    look_again(place.services, place.workspace_id, context, oldest.id)
    place.run_jobs()
    assert sorted(place.asked_orders()) == ["100", "102", "103", "104", "105", "106"]


def test_a_person_of_stores_that_tell_all_is_left_alone(place: SparsePlace, tmp_path: Path) -> None:
    whole = fake_services(place.services.db, place.remote, tmp_path, place.services.now)
    assert not look_again(whole, place.workspace_id, seen(place))
    assert whole.jobs.waiting == []  # type: ignore[attr-defined]
    profile_id = int(seen(place).profile.id)
    read_shown(whole, workspace_id=place.workspace_id, profile_id=profile_id)
    assert place.asked_orders() == []


@pytest.mark.parametrize("status", ["disconnected", "reauthorize"])
def test_a_store_that_is_not_active_is_not_called(place: SparsePlace, status: str) -> None:
    place.set_status(status)
    look_again(place.services, place.workspace_id, seen(place))
    place.run_jobs()
    assert place.asked_orders() == []


def test_another_workspaces_profile_is_nobody(place: SparsePlace) -> None:
    profile_id = int(seen(place).profile.id)
    read_shown(place.services, workspace_id=place.workspace_id + 1000, profile_id=profile_id)
    assert place.asked_orders() == []


def test_a_store_that_does_not_answer_costs_the_look_nothing(place: SparsePlace) -> None:
    def fail(_external_id: str) -> None:
        raise StoreUnreachable("the store does not answer")

    place.remote.on_order = fail
    look_again(place.services, place.workspace_id, seen(place))
    place.run_jobs()
    assert place.jobs.waiting == []
    assert place.notes("106") == []
