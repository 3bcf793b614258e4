"""What has to hold whatever happens to a workspace's persons, for any database."""

import itertools
from random import Random
from typing import Any

from hypothesis import event, note

from integration.db import Database
from integration.identity.clues import clues_of
from integration.models import Clue, DueProfile, SearchDocument, SearchTerm, Suggestion
from integration.search.facts import load_facts
from integration.search.terms import terms_of
from integration.sync.sourced import Sourced
from tests.integration.identity.state import Seen, Tables
from tests.integration.identity.steps import Step
from tests.integration.identity.whole import assert_whole
from tests.integration.identity.worlds import World

_NUMBERS = itertools.count(1)


def begun(db: Database, beginning: list[Step]) -> World:
    """A world of its own that begins so."""
    world = World(db, f"w{next(_NUMBERS)}")
    world.begin(beginning)
    return world


def everybody_stays_somebody(db: Database, beginning: list[Step], steps: list[Step]) -> None:
    """After each step everybody is where the oracle says, and is found and suggested as that."""
    world = begun(db, beginning)
    before = assert_whole(db, world.workspace_id)
    for step in steps:
        world.work_off()
        decision = world.do(step)
        event(f"{step[0]}: {getattr(decision, 'changed', None)}")
        note(f"{step} {decision}")
        after = assert_whole(db, world.workspace_id)
        assert_due(world, before, after)
        if not step[0].startswith("erase"):
            assert after.events[: len(before.events)] == before.events, "history only grows"
        before = after
    world.work_off()
    assert_found(world, before)


def taking_back_restores(
    db: Database, beginning: list[Step], steps: list[Step], deed: Step
) -> None:
    """A decision that is taken back leaves everything as it was, the history apart."""
    world = begun(db, beginning)
    for step in steps:
        world.do(step)
    before = assert_whole(db, world.workspace_id)
    decision = world.do(deed)
    event(f"{deed[0]}: {getattr(decision, 'changed', None)}")
    if decision is None or not decision.changed:
        assert assert_whole(db, world.workspace_id) == before
        return
    meanwhile = assert_whole(db, world.workspace_id)
    assert world.undo_event(decision.event_id) is not None
    after = assert_whole(db, world.workspace_id)
    if deed[0] in ("single", "shared") and before.members().keys() - meanwhile.members().keys():
        # Whom a mark puts together (one that takes an address away does so by the number beside it)
        # had profiles of their own, whose ids never come again.
        assert after.by_members() == before.by_members()
        assert after.decided["rulings"] == before.decided["rulings"]
    else:
        assert before.unlike(after) == {}
    assert after.events[: len(before.events)] == before.events


def unlinking_restores(db: Database, beginning: list[Step], steps: list[Step], pair: Step) -> None:
    """Two who are joined and taken apart again are as they were."""
    world = begun(db, beginning)
    for step in steps:
        world.do(step)
    before = assert_whole(db, world.workspace_id)
    joined = world.do(pair)
    if joined is None or not joined.changed:
        return
    event("joined")
    apart = world.unlink_profile(joined.profile_id, joined.other_profile_id)
    after = assert_whole(db, world.workspace_id)
    assert apart is not None
    if len(before.decided["verdicts"]) == 0:
        assert before.unlike(after) == {}


def any_order_is_one(
    db: Database, beginning: list[Step], decided: list[Step], news: list[Step], random: Random
) -> None:
    """News that come late, twice and in any order part a workspace as those that come in turn,
    whatever was decided before.
    """
    told, shuffled = _two_alike(db, beginning)
    for step in decided:
        told.do(step)
        shuffled.do(step)
    before = [len(each) for each in told.told]
    for step in news:
        told.do(step)
    for store, began in enumerate(before):
        fresh = told.told[store][began:]
        again: list[Sourced] = [*fresh, *random.sample(fresh, len(fresh) // 3)]
        random.shuffle(again)
        while again:
            size = random.choice((1, 2, 5))
            shuffled.take(store, *again[:size])
            again = again[size:]
    assert _parting(told) == _parting(shuffled)


def _two_alike(db: Database, beginning: list[Step]) -> tuple[World, World]:
    """Two worlds of which the same steps mean the same: their stores' ids are equally long."""
    while True:
        one, other = begun(db, beginning), begun(db, beginning)
        if len({len(str(store_id)) for store_id in (*one.stores, *other.stores)}) == 1:
            return one, other


def _parting(world: World) -> dict[frozenset[Any], Any]:
    """Whoever is together, with their figures, whatever the stores' and profiles' ids."""
    places = {store_id: place for place, store_id in enumerate(world.stores)}
    found = assert_whole(world.db, world.workspace_id).by_members()
    return {
        frozenset((kind, places[store_id], key) for kind, store_id, key in members): {
            name: value for name, value in told.items() if name not in ("members", "joined_id")
        }
        for members, told in found.items()
    }


def assert_due(world: World, before: Seen, after: Seen) -> None:
    """Whoever looks another than before is noted to be worked out for search, or forgotten."""
    changed = {
        profile_id
        for profile_id in {*before.persons, *after.persons}
        if _looks(before, profile_id) != _looks(after, profile_id)
    }
    with world.db.workspace(world.workspace_id) as session:
        tables = Tables(session)
        found = {row["profile_id"] for row in tables[SearchDocument]} | after.persons.keys()
        assert changed & found <= {row["profile_id"] for row in tables[DueProfile]}


def _looks(seen: Seen, profile_id: int) -> Any:
    person = seen.persons.get(profile_id, {})
    # Nobody is found by what agents tagged them with.
    return {name: told for name, told in person.items() if name != "own_tags"}


def assert_found(world: World, now: Seen) -> None:
    """What people are found and suggested by is what it would be worked out anew."""
    with world.db.workspace(world.workspace_id) as session:
        tables = Tables(session)
        facts = load_facts(session.connection(), world.workspace_id, sorted(now.persons))
        held = {
            row["profile_id"]: (set(row["terms"]), {tuple(clue) for clue in row["clues"]})
            for row in tables[SearchDocument]
        }
        terms = [(row["profile_id"], row["term"]) for row in tables[SearchTerm]]
        clues = [(row["profile_id"], row["kind"], row["value"]) for row in tables[Clue]]
        assert {
            profile_id: found
            for profile_id, each in facts.items()
            if any(found := (set(terms_of(each)), set(clues_of(each))))
        } == held
        assert set(terms) == {(of, term) for of, (some, _) in held.items() for term in some}
        assert set(clues) == {(of, *clue) for of, (_, some) in held.items() for clue in some}
        pairs = {(row["left_id"], row["right_id"]) for row in tables[Suggestion]}
        assert {one for pair in pairs for one in pair} <= now.persons.keys()
