"""Two who act on the same persons at one moment, for any database.

Each has a thread and a transaction of its own; both begin at the same time.
"""

import itertools
from collections.abc import Callable, Sequence
from functools import partial
from threading import Barrier, Thread
from typing import Any

from sqlalchemy import select

from integration.db import Database
from integration.models import Customer, IdentityVerdict, Order
from platforms.changes import CustomersMerged, OrderChanged
from platforms.records import OrderRecord
from tests.factories.records import at, order
from tests.faults.lengths import how_many
from tests.integration.identity.state import Seen
from tests.integration.identity.whole import assert_whole
from tests.integration.identity.worlds import World

ROUNDS = how_many(5, 100)
_NUMBERS = itertools.count(1)

Doing = Callable[[], Any]


def four(db: Database) -> tuple[World, list[int]]:
    """A world of two accounts (1, 2) and two guests, each a person; their profiles."""
    world = World(db, f"o{next(_NUMBERS)}")
    world.account(0, "1", "ada@example.com", None)
    world.account(0, "2", "ben@example.com", None)
    world.guest(0, "100", "cleo@example.com", None)
    world.guest(1, "101", "dora@example.com", None)
    return world, world.persons()


def both(*doing: Doing) -> list[Any]:
    """What each gave, done at once. Raises what one of them did."""
    barrier, given = Barrier(len(doing)), [Exception("not done")] * len(doing)

    def run(place: int) -> None:
        barrier.wait()
        try:
            given[place] = doing[place]()
        except Exception as error:  # noqa: BLE001 - told to whoever waits for both
            given[place] = error

    threads = [Thread(target=run, args=(place,)) for place in range(len(doing))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
        assert not thread.is_alive(), "they wait for each other"
    for one in given:
        if isinstance(one, Exception):
            raise one
    return given


def the_same_pair_twice(db: Database) -> None:
    """Two agents join the same two: one person, one verdict, and one of them changed something."""
    world, (ada, ben, _, _) = four(db)
    given = both(lambda: world.link_profiles(ada, ben), lambda: world.link_profiles(ben, ada))
    assert sorted(one.changed for one in given) == [False, True]
    assert _persons(world) == [{ada, ben}, 1, 1]
    assert len(_rows(world, IdentityVerdict)) == 1


def crossing_pairs(db: Database) -> None:
    """One joins a and b, the other b and c: all three are one."""
    world, (ada, ben, cleo, dora) = four(db)
    given = both(
        lambda: world.link_profiles(ada, ben),
        lambda: world.link_profiles(ben, cleo),
        lambda: world.link_profiles(dora, cleo),
    )
    assert [one.changed for one in given] == [True, True, True]
    assert _persons(world) == [{ada, ben, cleo, dora}]


def joined_while_taken_apart(db: Database) -> None:
    """One takes b out of a, the other joins b and c: whichever is first, nobody is lost."""
    world, (ada, ben, cleo, _) = four(db)
    assert world.link_profiles(ada, ben)
    apart, joined = both(
        lambda: world.unlink_profile(ada, ben), lambda: world.link_profiles(ben, cleo)
    )
    assert apart.changed
    assert joined.changed
    # Cut first, b and c are one; joined first, c was joined with the person of a.
    assert _persons(world) in ([1, {ben, cleo}, 1], [{ada, cleo}, 1, 1])


def joined_while_the_store_merges(db: Database) -> None:
    """The store merges two accounts while an agent joins one of them with a guest."""
    world, (_, ben, cleo, _) = four(db)
    merge = CustomersMerged("1", "2", at(99))
    both(lambda: world.link_profiles(ben, cleo), lambda: world.tell(0, merge))
    assert_whole(db, world.workspace_id)
    of = {row.external_id: row.profile_id for row in _rows(world, Customer)}
    guests = {row.external_id: row.profile_id for row in _rows(world, Order)}
    # The account's verdict follows it; where its own profile had gone, nobody was joined.
    assert of["1"] == of["2"]
    assert guests["101"] != of["1"]


def joined_while_erased(db: Database) -> None:
    """A person is erased while an agent joins them: they are gone, the other is as before."""
    world, (ada, _, cleo, _) = four(db)
    both(lambda: world.link_profiles(ada, cleo), lambda: world.erase_account(0, "1"))
    seen = assert_whole(db, world.workspace_id)
    assert len(seen.persons) == 3
    assert seen.dormant == {}
    assert [one for one in seen.erased if one[0] == "account"] == [
        ("account", world.stores[0], "1")
    ]


def joined_while_bought(db: Database) -> None:
    """Orders of both come in while an agent joins them: each is on one person."""
    world, (_, _, cleo, dora) = four(db)
    bought = [order(str(number), 50, email="dora@example.com") for number in range(200, 206)]
    both(
        lambda: world.link_profiles(cleo, dora),
        partial(_sell, world, bought),
        world.work_off,
    )
    assert _persons(world) == [1, 1, {cleo, dora}]
    assert {row.profile_id for row in _rows(world, Order)} == {cleo}


def _sell(world: World, bought: Sequence[OrderRecord]) -> None:
    for one in bought:
        world.tell(1, OrderChanged(one))


def _persons(world: World) -> Sequence[set[int] | int]:
    """The profiles of each person, 1 for one who has one only."""
    seen: Seen = assert_whole(world.db, world.workspace_id)
    joined = world.joined()
    assert joined.keys() == seen.persons.keys()
    return [homes if len(homes) > 1 else 1 for _, homes in sorted(joined.items())]


def _rows(world: World, model: Any) -> list[Any]:
    with world.db.workspace(world.workspace_id) as session:
        return list(session.execute(select(model)).scalars())


EVERY = (
    the_same_pair_twice,
    crossing_pairs,
    joined_while_taken_apart,
    joined_while_the_store_merges,
    joined_while_erased,
    joined_while_bought,
)
