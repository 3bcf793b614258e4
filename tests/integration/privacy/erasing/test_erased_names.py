"""An erased person's address or number is known again: what the store still tells of them from
before the erasure is refused, also what the copy never held; who buys afterwards is a new person.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from integration.identity.erased_names import NameHash
from integration.identity.keys import Key
from integration.models import Customer, ErasedName, Order, Profile, Reread, Store, Tombstone
from integration.privacy.erasing.persons import erase_person, find_person
from integration.privacy.subject import PrivacySubject, subject_of_names
from integration.reconciliation.comparing import Comparison, order_mark
from integration.services import Services
from platforms.records import CustomerRecord, OrderRecord
from tests.conftest import StandingClock
from tests.factories.records import customer as account
from tests.factories.records import order as bought
from tests.integration.privacy.canary import CANARY, OTHER
from tests.integration.privacy.erasing.test_late_news import take
from tests.webhooks.parts import add_store, rows

PHONE = "+306912345678"


def erase(services: Services, store: Store, subject: PrivacySubject) -> None:
    """Erase somebody of whom nothing is held yet: only that they were is written down."""
    with services.db.workspace(store.workspace_id, write=True) as session:
        session.lock_workspace()
        held = session.get_one(Store, store.id)
        found = find_person(session, held, subject)
        erase_person(session, held, subject, found, services.now())


@pytest.fixture
def at(services: Services, store: Store, clock: StandingClock) -> datetime:
    """When the canary was erased, three days ago."""
    moment = clock()
    erase(services, store, PrivacySubject(None, CANARY, PHONE, ()))
    clock.advance(days=3)
    return moment


def marks(services: Services) -> set[tuple[str, str]]:
    return {(row.kind, row.external_id) for row in rows(services, Tombstone)}


def known_since(external_id: str, moment: datetime, **more: Any) -> CustomerRecord:
    return replace(account(external_id, **more), created_at=moment)


def test_names_are_keyed_hashes(services: Services, store: Store, at: datetime) -> None:
    kept = {bytes(row.digest): row.erased_at for row in rows(services, ErasedName)}
    own = NameHash(services.db.names_key, store.workspace_id)
    assert set(kept.values()) == {at}
    assert {own.of("email", CANARY), own.of("guest_phone", PHONE)} <= kept.keys()
    assert NameHash(services.db.names_key, store.workspace_id + 1).of("email", CANARY) not in kept
    assert NameHash(b"another key" * 3, store.workspace_id).of("email", CANARY) not in kept
    assert "***" in repr(own)


def test_a_guests_order_from_before_is_refused_and_marked(
    services: Services, store: Store, at: datetime, clock: StandingClock
) -> None:
    late = [
        bought("91", email=CANARY.upper(), placed_at=at, updated_at=clock()),
        bought("92", phone="691 234 5678", placed_at=at - timedelta(days=9), updated_at=clock()),
        bought("93", email=CANARY, customer_external_id="5", placed_at=at),
    ]
    applied = take(services, store, *late, parts_apart=True)
    assert (applied.written, applied.refused) == (0, 3)
    assert rows(services, Order) == rows(services, Profile) == rows(services, Reread) == []
    assert marks(services) == {("order", "91"), ("order", "92"), ("order", "93")}
    # Told without the address it is still the same order.
    assert take(services, store, bought("91", placed_at=at, updated_at=clock())).refused == 1


def test_who_buys_afterwards_is_a_new_person(
    services: Services, store: Store, at: datetime, clock: StandingClock
) -> None:
    new = bought("94", email=CANARY, phone=PHONE, placed_at=at + timedelta(seconds=1))
    assert take(services, store, new).refused == 0
    assert [row.email for row in rows(services, Order)] == [CANARY]
    assert len(rows(services, Profile)) == 1


def test_an_account_that_was_there_is_refused_however_new_its_state(
    services: Services, store: Store, at: datetime, clock: StandingClock
) -> None:
    old = known_since("7", at - timedelta(days=99), email=CANARY, updated_at=clock())
    untold = replace(account("8", email=CANARY, updated_at=at), created_at=None)
    theirs = bought("95", customer_external_id="7", placed_at=at, updated_at=clock())
    applied = take(services, store, old, untold, theirs)
    assert (applied.written, applied.refused) == (0, 3)
    assert marks(services) == {("customer", "7"), ("customer", "8"), ("order", "95")}
    # It buys again: then it is a new one, and its orders from before stay out.
    new = bought("96", customer_external_id="7", placed_at=clock(), updated_at=clock())
    take(services, store, new)
    take(services, store, old, fresh=True)
    assert [row.external_id for row in rows(services, Customer)] == ["7"]
    late = bought("97", customer_external_id="7", placed_at=at, updated_at=clock())
    assert take(services, store, late).refused == 1


def test_an_account_that_was_made_afterwards_is_a_new_person(
    services: Services, store: Store, at: datetime, clock: StandingClock
) -> None:
    new = known_since("9", at + timedelta(hours=1), email=CANARY, updated_at=clock())
    assert take(services, store, new).refused == 0
    assert [row.email for row in rows(services, Customer)] == [CANARY]


def test_others_who_only_typed_that_address_are_others(
    services: Services, store: Store, at: datetime, clock: StandingClock
) -> None:
    friend = known_since("3", at - timedelta(days=9), email="friend@example.com")
    present = bought("98", email=CANARY, customer_external_id="3", placed_at=at)
    assert take(services, store, friend, present).refused == 0
    later = bought("99", email=CANARY, customer_external_id="3", placed_at=at)
    assert take(services, store, later).refused == 0
    moved = replace(friend, email=CANARY, updated_at=clock())
    assert take(services, store, moved).refused == 0
    assert len(rows(services, Profile)) == 1


@pytest.mark.usefixtures("at")
def test_other_stores_and_workspaces_are_untouched(services: Services, store: Store) -> None:
    sister = add_store(services, OTHER, number="2", workspace_id=store.workspace_id)
    stranger = add_store(services, "stranger.myshopify.com", number="3")
    for other in (sister, stranger):
        news = (account("7", email=CANARY), bought("91", email=CANARY))
        assert take(services, other, *news).refused == 0


def test_a_guests_phone_that_was_named_with_its_store_is_theirs_without_an_address_only(
    services: Services, store: Store, clock: StandingClock
) -> None:
    erase(services, store, subject_of_names([Key("guest_phone", f"{store.id}:{PHONE}")]))
    clock.advance(days=3)
    family = bought("1", email="other@example.com", phone=PHONE)
    assert take(services, store, family).refused == 0
    assert take(services, store, bought("2", phone=PHONE)).refused == 1


def test_a_comparison_misses_nothing_of_an_erased_person(
    services: Services, store: Store, at: datetime, clock: StandingClock
) -> None:
    clock.advance(days=1)
    comparison = Comparison(services, store.workspace_id, store.id, clock())
    told: list[CustomerRecord | OrderRecord] = [
        bought("91", email=CANARY, placed_at=at),
        known_since("7", at - timedelta(days=9), email=CANARY),
        bought("92", email=CANARY, customer_external_id="7", placed_at=at),
        bought("93", email="other@example.com"),
    ]
    assert comparison.count(told) == 1
    assert comparison.figures.missing == 1
    take(services, store, *told)
    asked = [order_mark(one) for one in told if isinstance(one, OrderRecord)]
    assert comparison.differing("order")(asked) == frozenset()
