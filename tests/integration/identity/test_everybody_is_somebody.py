"""Whatever happens, each account and order is on one person, the one that the oracle says."""

from random import Random

from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from integration.db import Database
from tests.faults.lengths import how_many
from tests.integration.identity import proofs
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

# To explain what fails would take minutes more than to make it smaller.
_PHASES = [Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink]
_CHECKS = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
_MANY = settings(max_examples=how_many(60, 2_000), suppress_health_check=_CHECKS, phases=_PHASES)
_FEW = settings(max_examples=how_many(30, 1_000), suppress_health_check=_CHECKS, phases=_PHASES)

# A guest without an address, and one whose address is shared, with one number.
_ONE_NUMBER: list[Step] = [
    *(("account", store, number, None, None) for store in (0, 1) for number in "123"),
    ("order", 0, "100", None, None, "+493012345678", "paid"),
    ("order", 0, "101", None, "δάνη@example.com", "+493012345678", "paid"),
    *(("order", 0, number, None, None, None, "paid") for number in ("102", "103")),
    *(("order", 1, number, None, None, None, "paid") for number in ("100", "101", "102", "103")),
]


@_MANY
@given(
    beginning=BEGINNINGS,
    steps=all_of(TOLD, (LATE, UNDONE), ERASED, DECIDED, DECIDED, NOTED, most=14, least=6),
)
def test_whatever_happens_everybody_is_where_the_oracle_says(
    db: Database, beginning: list[Step], steps: list[Step]
) -> None:
    proofs.everybody_stays_somebody(db, beginning, steps)


@_MANY
@given(beginning=BEGINNINGS, steps=all_of(TOLD, DECIDED, NOTED, most=5), deed=st.one_of(*DECIDED))
@example(beginning=_ONE_NUMBER, steps=[], deed=("shared", 7))
def test_a_decision_that_is_taken_back_leaves_everything_as_it_was(
    db: Database, beginning: list[Step], steps: list[Step], deed: Step
) -> None:
    proofs.taking_back_restores(db, beginning, steps, deed)


@_FEW
@given(beginning=BEGINNINGS, steps=all_of(TOLD, NOTED, (LINKED,), most=4), pair=LINKED)
def test_two_who_are_joined_and_taken_apart_are_as_they_were(
    db: Database, beginning: list[Step], steps: list[Step], pair: Step
) -> None:
    proofs.unlinking_restores(db, beginning, steps, pair)


@_FEW
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
