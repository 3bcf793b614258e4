"""Newest-wins as a property: shuffled, doubled, dropped deliveries end in the store's own truth."""

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integration.db import Database
from platforms.changes import CustomersMerged
from tests.integration.sync import any_order
from tests.integration.sync.sparse_stories import SparseStory
from tests.integration.sync.stories import Story

_FEW = settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@_FEW
@given(seed=st.integers(0, 2**32))
def test_any_order_of_deliveries_ends_in_the_stores_own_state(db: Database, seed: int) -> None:
    random = Random(seed)
    story = Story(random)
    story.live(random.choice((10, 40, 80)))
    told = [*story.told, *random.sample(story.told, len(story.told) // 3)]
    random.shuffle(told)
    shuffled = any_order.mirrored(db, story, told, random)
    any_order.assert_is_the_store(shuffled, story)
    in_turn = any_order.mirrored(db, story, story.told, random)
    any_order.assert_is_the_store(in_turn, story)
    assert shuffled["profiles"].keys() == in_turn["profiles"].keys()
    for members, profile in shuffled["profiles"].items():
        assert profile["totals"] == in_turn["profiles"][members]["totals"]
        assert profile["identities"] == in_turn["profiles"][members]["identities"]
        assert profile["tags"] == in_turn["profiles"][members]["tags"]


@_FEW
@given(seed=st.integers(0, 2**32))
def test_a_store_that_leaves_parts_out_ends_as_it_is_too(db: Database, seed: int) -> None:
    random = Random(seed)
    story = SparseStory(random, our_clock=random.choice((100, 0, -1000)))
    story.live(random.choice((10, 40, 80)))
    told = [*story.told, *random.sample(story.told, len(story.told) // 3)]
    random.shuffle(told)
    any_order.assert_is_the_store(any_order.mirrored(db, story, told, random), story)


@_FEW
@given(seed=st.integers(0, 2**32))
def test_after_dropped_deliveries_a_refresh_ends_as_a_fresh_read(db: Database, seed: int) -> None:
    random = Random(seed)
    story = Story(random)
    story.live(random.choice((10, 40, 80)))
    # Only a merge or a deletion tells of itself; what merely exists can be read.
    kept = [
        sourced
        for sourced in story.told
        if isinstance(sourced.change, CustomersMerged) or random.random() < 0.6
    ]
    random.shuffle(kept)
    gone = [
        story.read_again(one)
        for one in any_order.everything_wanted(story)
        if one.external_id in story.gone_orders or one.external_id in story.gone_customers
    ]
    refreshed = any_order.mirrored(db, story, [*kept, *gone, *any_order.read_all(story)], random)
    fresh = any_order.mirrored(db, story, any_order.read_all(story), random)
    for kind in ("orders", "customers", "lines", "parcels", "refunds"):
        for key, row in fresh[kind].items():
            if kind != "customers" or key in story.customers:
                assert refreshed[kind][key] == row
