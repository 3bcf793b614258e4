"""The first read: whole, resumable, fenced, and plain about what went wrong."""

import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from integration.db import Database
from integration.events import Event
from integration.models import Customer, Order, OrderLine, Profile, Store, StoreSync, Variant
from integration.services import Services
from integration.sync.backfill import backfill
from integration.sync.claim import CLAIM_LASTS, ClaimLost, take_claim
from integration.sync.kept_claim import kept
from integration.sync.refresh import refresh, refresh_all, take_over
from platforms.errors import AuthorizationLost, RequestRefused, StoreUnreachable
from platforms.records import VariantRecord
from tests.conftest import StandingClock
from tests.factories.fake_store import FakeStore, fake_services
from tests.factories.records import at, customer, line, order
from tests.factories.stores import make_store, make_workspace


class Place:
    """A workspace with one store and services around it."""

    def __init__(self, db: Database, folder: Path, clock: StandingClock, domain: str) -> None:
        self.remote = FakeStore()
        self.services: Services = fake_services(db, self.remote, folder, clock)
        self.workspace_id = make_workspace(db)
        self.store_id = make_store(db, self.workspace_id, domain)
        self.ids = {"workspace_id": self.workspace_id, "store_id": self.store_id}

    def sync(self) -> StoreSync:
        with self.services.db.workspace(self.workspace_id) as session:
            return session.get_one(StoreSync, self.store_id)

    def count(self, model: Any) -> int:
        with self.services.db.workspace(self.workspace_id) as session:
            return session.execute(
                select(func.count())
                .select_from(model)
                .where(model.workspace_id == self.workspace_id)
            ).scalar_one()

    def set_status(self, status: str) -> None:
        with self.services.db.workspace(self.workspace_id, write=True) as session:
            session.execute(update(Store).values(status=status))


@pytest.fixture
def place(
    db: Database, tmp_path: Path, clock: StandingClock, request: pytest.FixtureRequest
) -> Place:
    place = Place(db, tmp_path, clock, f"{request.node.name[:50].replace('_', '-')}.myshopify.com")
    place.remote.put(*(customer(str(number)) for number in range(1, 4)))
    for number in range(100, 105):
        owner = str(number % 3 + 1)
        place.remote.put(
            order(str(number), customer_external_id=owner, lines=(line(variant_external_id="900"),))
        )
    place.remote.variants["900"] = VariantRecord(
        "900", "90", "Mug", "Blue", "MUG-B", "https://cdn.example/mug.png", 4, at(0)
    )
    return place


def test_a_store_is_read_whole(place: Place, clock: StandingClock) -> None:
    seen: list[tuple[int, int | None]] = []
    backfill(place.services, **place.ids, on_progress=lambda *progress: seen.append(progress))
    sync = place.sync()
    assert (sync.backfill_state, sync.backfill_done, sync.backfill_total) == ("done", 8, 8)
    assert sync.complete_until == clock.time
    assert sync.orders_synced_until == clock.time - timedelta(hours=1)
    assert sync.complete_from == clock.time.replace(day=1)
    assert (sync.as_of, sync.source, sync.error) == (clock.time, "sync", None)
    assert (sync.claim, sync.claimed_until) == (None, None)
    assert [place.count(model) for model in (Customer, Order, OrderLine, Profile)] == [3, 5, 5, 3]
    assert seen == [(2, 3), (3, 3), (5, 8), (7, 8), (8, 8)]
    assert [name for name, _ in place.services.jobs.waiting] == ["sync.refresh"]
    assert place.services.events.told[-1] == Event(place.workspace_id, "store", place.store_id)


def test_what_was_ordered_is_read_once(place: Place) -> None:
    place.remote.put(order("200", lines=(line(variant_external_id="901"),)))
    backfill(place.services, **place.ids)
    refresh(place.services, **place.ids)
    asked = [what for kind, what in place.remote.asked if kind == "variants"]
    assert asked == [("900", "901")]
    with place.services.db.workspace(place.workspace_id) as session:
        rows = {row.external_id: row for row in session.execute(select(Variant)).scalars()}
    assert (rows["900"].stock, rows["900"].image_url) == (4, "https://cdn.example/mug.png")
    assert rows["901"].deleted_at is not None


def test_a_store_that_fails_is_tried_again_from_where_it_stopped(place: Place) -> None:
    def fail(kind: str, number: int) -> None:
        if (kind, number) == ("orders", 2):
            raise StoreUnreachable("the shop does not answer", retry_after_seconds=None)

    place.remote.on_page = fail
    backfill(place.services, **place.ids)
    sync = place.sync()
    assert (sync.backfill_state, sync.backfill_step, sync.backfill_done) == ("running", "orders", 5)
    assert sync.error == "the shop does not answer"
    assert (sync.claim, sync.complete_until) == (None, None)
    assert place.count(Order) == 2
    assert place.services.jobs.waiting == [("sync.backfill", place.ids | {"attempt": 1})]
    place.remote.on_page = lambda _kind, _number: None
    place.remote.asked.clear()
    place.services.jobs.run_all(place.services)
    assert place.remote.asked[0] == ("orders", None)
    sync = place.sync()
    assert (sync.backfill_state, sync.backfill_done, sync.error) == ("done", 8, None)
    assert place.count(Order) == 5


def test_a_refusal_fails_the_backfill_and_says_why(place: Place) -> None:
    def refuse(kind: str, _number: int) -> None:
        raise RequestRefused("the shop refuses the query: no access to orders")

    place.remote.on_page = refuse
    backfill(place.services, **place.ids)
    sync = place.sync()
    assert (sync.backfill_state, sync.error) == (
        "failed",
        "the shop refuses the query: no access to orders",
    )
    assert place.services.jobs.waiting == []
    refresh_all(place.services)
    assert place.ids not in [arguments for _, arguments in place.services.jobs.waiting]


def test_a_lost_authorization_pauses_the_backfill(place: Place) -> None:
    def lose(_kind: str, _number: int) -> None:
        raise AuthorizationLost("the shop no longer accepts our token")

    place.remote.on_page = lose
    backfill(place.services, **place.ids)
    assert (place.sync().backfill_state, place.sync().claim) == ("waiting", None)
    assert place.services.jobs.waiting == []


def test_a_claimed_store_is_left_alone(place: Place, clock: StandingClock) -> None:
    held = take_claim(place.services, **place.ids)
    assert held is not None
    backfill(place.services, **place.ids)
    assert place.remote.asked == []
    assert take_claim(place.services, **place.ids) is None
    clock.advance(seconds=CLAIM_LASTS.total_seconds() + 1)
    backfill(place.services, **place.ids)
    assert place.sync().backfill_state == "done"
    with (
        pytest.raises(ClaimLost),
        place.services.db.workspace(place.workspace_id, write=True) as session,
    ):
        held.hold(session, clock.time)


def test_a_killed_readers_store_is_read_on(place: Place, clock: StandingClock) -> None:
    assert take_claim(place.services, **place.ids) is not None

    def enqueued() -> list[str]:
        take_over(place.services)
        return [job for job, given in place.services.jobs.waiting if given == place.ids]

    clock.advance(seconds=CLAIM_LASTS.total_seconds() - 1)
    assert enqueued() == []
    clock.advance(seconds=2)
    assert enqueued() == ["sync.backfill"]
    place.services.jobs.run_all(place.services)
    assert (place.sync().backfill_state, place.sync().claim) == ("done", None)
    assert enqueued() == []


def test_a_store_that_waits_after_a_failure_is_not_taken_over(place: Place) -> None:
    def fail(_kind: str, _number: int) -> None:
        raise StoreUnreachable("the shop does not answer")

    place.remote.on_page = fail
    backfill(place.services, **place.ids)
    place.services.jobs.waiting.clear()
    place.services.jobs._keys.clear()
    take_over(place.services)
    assert [given for _, given in place.services.jobs.waiting if given == place.ids] == []


def test_a_claim_is_kept_while_its_holder_works(place: Place, clock: StandingClock) -> None:
    claim = take_claim(place.services, **place.ids)
    assert claim is not None
    clock.advance(seconds=CLAIM_LASTS.total_seconds() - 1)
    kept_until = clock.time + CLAIM_LASTS
    with kept(place.services, claim, beat_seconds=0.01):
        deadline = time.monotonic() + 60
        while place.sync().claimed_until != kept_until and time.monotonic() < deadline:
            time.sleep(0.01)
    assert (place.sync().claim, place.sync().claimed_until) == (claim.token, kept_until)


def test_who_lost_the_claim_writes_nothing(place: Place, clock: StandingClock) -> None:
    def be_overtaken(kind: str, number: int) -> None:
        if (kind, number) == ("orders", 2):
            clock.advance(seconds=CLAIM_LASTS.total_seconds() + 1)
            assert take_claim(place.services, **place.ids) is not None

    place.remote.on_page = be_overtaken
    backfill(place.services, **place.ids)
    assert place.count(Order) == 2
    assert place.sync().backfill_state == "running"
    assert place.services.jobs.waiting == []


def test_a_disconnected_store_is_not_written(place: Place) -> None:
    def disconnect(kind: str, number: int) -> None:
        if (kind, number) == ("orders", 2):
            place.set_status("disconnected")

    place.remote.on_page = disconnect
    backfill(place.services, **place.ids)
    assert place.count(Order) == 2
    assert (place.sync().backfill_state, place.sync().claim) == ("waiting", None)
    refresh_all(place.services)
    assert place.ids not in [arguments for _, arguments in place.services.jobs.waiting]


def test_a_done_backfill_is_not_done_again_unless_asked(place: Place) -> None:
    backfill(place.services, **place.ids)
    place.remote.asked.clear()
    backfill(place.services, **place.ids)
    assert place.remote.asked == []
    backfill(place.services, **place.ids, anew=True)
    assert [kind for kind, _ in place.remote.asked] == ["customers", "orders"]
    assert place.sync().backfill_state == "done"


def test_a_refresh_reads_what_changed_since(place: Place, clock: StandingClock) -> None:
    backfill(place.services, **place.ids)
    proved = clock.time
    clock.advance(hours=1)
    changed = order("100", 86_400 * 21 + 60 * 60 * 4 + 60, total_minor=99, customer_external_id="2")
    assert changed.updated_at > proved
    place.remote.put(changed)
    place.remote.asked.clear()
    place.services.events.told.clear()
    refresh(place.services, **place.ids, source="reconcile")
    assert place.remote.asked == [
        ("customers", proved - timedelta(hours=1, minutes=5)),
        ("orders", proved - timedelta(hours=1, minutes=5)),
    ]
    sync = place.sync()
    assert (sync.complete_until, sync.source) == (clock.time, "reconcile")
    with place.services.db.workspace(place.workspace_id) as session:
        held = session.execute(select(Order).where(Order.external_id == "100")).scalar_one()
    assert held.total_minor == 99
    assert [told.kind for told in place.services.events.told] == ["profile", "store"]


def test_a_refresh_waits_for_the_first_read(place: Place) -> None:
    refresh(place.services, **place.ids)
    assert place.remote.asked == []
    assert (place.sync().claim, place.sync().complete_until) == (None, None)


def test_ties_that_a_reading_finds_are_read_again(place: Place) -> None:
    backfill(place.services, **place.ids)
    # The same second, other content: the store's index can't tell which came last.
    place.remote.put(order("100", customer_external_id="2", total_minor=777))
    with place.services.db.workspace(place.workspace_id, write=True) as session:
        session.execute(update(StoreSync).values(orders_synced_until=at(0)))
    place.remote.asked.clear()
    refresh(place.services, **place.ids)
    assert ("order", "100") in place.remote.asked
    with place.services.db.workspace(place.workspace_id) as session:
        held = session.execute(select(Order).where(Order.external_id == "100")).scalar_one()
    assert held.total_minor == 777


def test_stores_are_seen_to_by_their_state(place: Place) -> None:
    refresh_all(place.services)
    mine = [job for job, arguments in place.services.jobs.waiting if arguments == place.ids]
    assert mine == ["sync.backfill"]
    backfill(place.services, **place.ids)
    place.services.jobs.waiting.clear()
    place.services.jobs._keys.clear()
    refresh_all(place.services)
    mine = [job for job, arguments in place.services.jobs.waiting if arguments == place.ids]
    assert mine == ["sync.refresh"]
