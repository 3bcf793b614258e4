"""A re-sync after an erasure brings nobody back: whole stores, read and told by their stand-ins."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.faults.scenarios.stores import SLUGS, World, connect, world
from tests.security.erased_person import WORDS, dump, furnish_stranger
from tests.security.erased_talks import FIRST, SECOND
from tests.security.resynced_person import (
    LATER_SECONDS,
    NEW_STREET,
    OLD,
    Person,
    compare,
    found,
    held_orders,
    know,
    read_whole,
    tell_late,
)
from tests.webhooks.parts import add_store

Ids = dict[str, int]
STEPS: dict[str, Callable[[World, Ids, Person], object]] = {
    "read": lambda place, ids, _person: read_whole(place, ids),
    "compare": lambda place, ids, _person: compare(place, ids),
    "tell": lambda place, _ids, person: tell_late(place, person),
}


@pytest.fixture
def _no_calls_to_a_store() -> None:
    """Here the store is called in earnest."""


@pytest.mark.parametrize("order", ["read compare tell", "compare tell read", "tell compare read"])
@pytest.mark.parametrize("door", [*SLUGS, "woocommerce by its plugin"])
def test_a_re_sync_after_an_erasure_brings_nobody_back(
    door: str, order: str, tmp_path: Path
) -> None:
    with world(door.split(maxsplit=1)[0], tmp_path, orders=12) as place:
        person = Person(place, by_plugin=door.endswith("plugin"))
        person.live()
        connect(place)
        place.jobs.run_all(place.services)
        ids = place.ids()
        calls = _is_there(place, ids, person)
        _erase(place, ids, person)
        assert found(place) == {}
        for step in order.split():
            place.passes(LATER_SECONDS)
            STEPS[step](place, ids, person)
            assert found(place) == {}, step
            _others_are_complete(place, ids, person)
        _is_quiet(place, ids, calls)
        _buys_again(place, ids, person)


def _is_there(place: World, ids: Ids, person: Person) -> int:
    """Who must be found, and how many calls a comparison costs that finds nothing."""
    place.passes(LATER_SECONDS)
    calls: int = compare(place, ids).calls
    know(place, ids, person)
    person.touch()
    place.drained()
    before = found(place)
    assert {
        "customers.email",
        "identities.value",
        "inbox: deliveries.sealed_body, opened",
        "orders.email",
        "orders.shipping_address",
        "profile_notes.text",
    } <= before.keys(), before
    assert set(person.orders) <= held_orders(place, ids).keys()
    assert found(place, OLD[1]), "the parcel"
    return calls


def _erase(place: World, ids: Ids, person: Person) -> None:
    person.live_on_untold()
    place.passes(LATER_SECONDS)
    person.erase(ids)
    # An account that bought again is held as it is then.
    person.move()
    place.drained()


def _others_are_complete(place: World, ids: Ids, person: Person, *more: str) -> None:
    others = {each: told for each, told in place.told().items() if each not in person.orders}
    assert len(others) >= 8
    assert held_orders(place, ids) == others
    assert set(more) <= others.keys()


def _is_quiet(place: World, ids: Ids, calls: int) -> None:
    """Nothing is missing, and nobody is read again: neither who is held nor who was erased."""
    for _ in range(2):
        place.passes(LATER_SECONDS)
        run = compare(place, ids)
        counts: Any = (run.missing, run.stale, run.gone, run.repaired, run.early, run.held_back)
        assert counts == (0, 0, 0, 0, 0, 0)
        assert run.calls == calls
    assert found(place) == {}


def _buys_again(place: World, ids: Ids, person: Person) -> None:
    """Exactly what they buy afterwards is held, whatever the store tells of before."""
    place.passes(LATER_SECONDS)
    home = {"first_name": "K", "last_name": "G", "city": "x", "address1": NEW_STREET}
    new = [person.buy(home, customer=person.accounts[0]), person.buy(home, email=SECOND)]
    place.drained()
    for step in ("tell", "read", "compare"):
        place.passes(LATER_SECONDS)
        STEPS[step](place, ids, person)
        _others_are_complete(place, ids, person, *new)
    assert {"customers.email", "orders.email"} <= found(place, FIRST).keys()
    assert found(place, *OLD) == {}


@pytest.mark.parametrize("slug", SLUGS)
def test_another_workspaces_store_with_the_same_addresses_keeps_everything(
    slug: str, tmp_path: Path
) -> None:
    with world(slug, tmp_path, orders=2) as place:
        person = Person(place)
        person.live()
        connect(place)
        place.jobs.run_all(place.services)
        ids = place.ids()
        stranger = add_store(place.services, "stranger.myshopify.com", number="3")
        furnish_stranger(place.services, stranger)
        before = dump(place.services, stranger.workspace_id)
        assert any(FIRST in repr(row) for row in before["orders"])
        know(place, ids, person)
        _erase(place, ids, person)
        for step in ("tell", "read", "compare"):
            place.passes(LATER_SECONDS)
            STEPS[step](place, ids, person)
        after = dump(place.services, stranger.workspace_id)
        assert {name for name in before if before[name] != after[name]} <= {"due_profiles"}
        own = repr(dump(place.services, ids["workspace_id"])).lower()
        assert not any(word in own for word in WORDS)
