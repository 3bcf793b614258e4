"""Whatever happens, each account and order is on one person, the one that the oracle says."""

import itertools
from typing import Any

from hypothesis import HealthCheck, event, given, note, settings
from hypothesis import strategies as st

from integration.db import Database
from integration.identity.clues import clues_of
from integration.models import Clue, DueProfile, SearchDocument, SearchTerm, Suggestion
from integration.search.facts import load_facts
from integration.search.terms import terms_of
from tests.faults.lengths import how_many
from tests.integration.identity.state import Seen, Tables
from tests.integration.identity.steps import (
    BEGINNINGS,
    DECIDED,
    ERASED,
    LATE,
    NOTED,
    TOLD,
    UNDONE,
    Step,
    all_of,
)
from tests.integration.identity.whole import assert_whole
from tests.integration.identity.worlds import World

_NUMBERS = itertools.count(1)
_MANY = settings(
    max_examples=how_many(40, 2_000),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@_MANY
@given(
    beginning=BEGINNINGS,
    steps=all_of(TOLD, (LATE, UNDONE), ERASED, DECIDED, DECIDED, NOTED, most=14, least=6),
)
def test_whatever_happens_everybody_is_where_the_oracle_says(
    db: Database, beginning: list[Step], steps: list[Step]
) -> None:
    world = World(db, f"w{next(_NUMBERS)}")
    world.begin(beginning)
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


@_MANY
@given(
    beginning=BEGINNINGS,
    steps=all_of(TOLD, DECIDED, NOTED, most=5),
    deed=st.one_of(*DECIDED),
)
def test_a_decision_that_is_taken_back_leaves_everything_as_it_was(
    db: Database, beginning: list[Step], steps: list[Step], deed: Step
) -> None:
    world = World(db, f"w{next(_NUMBERS)}")
    world.begin(beginning)
    for step in steps:
        world.do(step)
    before = assert_whole(db, world.workspace_id)
    decision = world.do(deed)
    event(f"{deed[0]}: {getattr(decision, 'changed', None)}")
    if decision is None or not decision.changed:
        assert assert_whole(db, world.workspace_id) == before
        return
    assert_whole(db, world.workspace_id)
    assert world.undo_event(decision.event_id) is not None
    after = assert_whole(db, world.workspace_id)
    if deed[0] == "single":
        # Whom a mark puts together had profiles of their own, whose ids never come again.
        assert after.by_members() == before.by_members()
        assert after.decided["rulings"] == before.decided["rulings"]
    else:
        assert before.unlike(after) == {}
    assert after.events[: len(before.events)] == before.events


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
