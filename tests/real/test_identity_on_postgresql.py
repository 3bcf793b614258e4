"""Whose things are, on a real PostgreSQL: the same proofs, and agents who act at once."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from integration.db import Database
from tests.faults.lengths import how_many
from tests.integration.identity import proofs
from tests.integration.identity.at_once import EVERY, ROUNDS
from tests.integration.identity.steps import (
    BEGINNINGS,
    DECIDED,
    ERASED,
    LATE,
    LINKED,
    NOTED,
    TOLD,
    UNDONE,
    Step,
    all_of,
)

pytestmark = pytest.mark.real

_SOME = settings(
    max_examples=how_many(8, 300),
    phases=[Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@_SOME
@given(
    beginning=BEGINNINGS,
    steps=all_of(TOLD, (LATE, UNDONE), ERASED, DECIDED, DECIDED, NOTED, most=14, least=6),
)
def test_whatever_happens_everybody_is_where_the_oracle_says(
    db: Database, beginning: list[Step], steps: list[Step]
) -> None:
    proofs.everybody_stays_somebody(db, beginning, steps)


@_SOME
@given(beginning=BEGINNINGS, steps=all_of(TOLD, DECIDED, NOTED, most=5), deed=st.one_of(*DECIDED))
def test_a_decision_that_is_taken_back_leaves_everything_as_it_was(
    db: Database, beginning: list[Step], steps: list[Step], deed: Step
) -> None:
    proofs.taking_back_restores(db, beginning, steps, deed)


@_SOME
@given(
    beginning=BEGINNINGS,
    decided=all_of(DECIDED, (LINKED,), most=6),
    news=all_of(TOLD, most=14, least=4),
    seed=st.integers(0, 2**32),
)
def test_news_in_any_order_part_everybody_alike_whatever_was_decided(
    db: Database, beginning: list[Step], decided: list[Step], news: list[Step], seed: int
) -> None:
    proofs.any_order_is_one(db, beginning, decided, news, Random(seed))


@pytest.mark.parametrize("meeting", EVERY)
def test_two_act_on_the_same_persons_at_once(
    db: Database, meeting: Callable[[Database], None]
) -> None:
    for _ in range(ROUNDS):
        meeting(db)
