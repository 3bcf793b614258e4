"""The bucket as one process believes it to be."""

from platforms.buckets import BucketPacer, Buckets, highest_price
from platforms.outbound import BucketTold
from tests.platforms.shopify.example import Clock


def _told(cost: float, available: float, maximum: float = 2000, restore: float = 100) -> BucketTold:
    return BucketTold(cost, cost, available, maximum, restore)


def _knows(clock: Clock, told: BucketTold, share: float = 1.0) -> BucketPacer:
    pacer = BucketPacer(clock, clock.sleep, share)
    pacer.settle(pacer.reserve("orders"), told)
    return pacer


def test_nothing_is_awaited_before_the_store_has_told_its_bucket() -> None:
    clock = Clock()
    BucketPacer(clock, clock.sleep).reserve("orders")
    assert clock.slept == []


def test_a_cost_above_what_is_left_waits_for_the_difference() -> None:
    clock = Clock()
    _knows(clock, _told(240, 40)).reserve("orders")
    assert clock.slept == [2.0]


def test_each_price_is_learned_for_itself() -> None:
    clock = Clock()
    pacer = _knows(clock, _told(240, 40))
    pacer.settle(pacer.reserve("order"), _told(10, 30))
    pacer.reserve("order")
    assert clock.slept == []


def test_the_price_of_a_size_follows_from_those_of_others() -> None:
    assert highest_price({}, 10) is None
    assert highest_price({10: 50}, 5) == 50
    assert highest_price({10: 50}, 40) == 200
    assert highest_price({10: 50, 20: 60, 100: 400}, 40) == 120
    clock = Clock()
    pacer = BucketPacer(clock, clock.sleep)
    pacer.settle(pacer.reserve("orders", 10), _told(100, 100))
    pacer.reserve("orders", 20)
    assert clock.slept == [1.0]


def test_the_bucket_refills_with_time_up_to_its_size() -> None:
    clock = Clock()
    pacer = _knows(clock, _told(1000, 0, maximum=1000, restore=50))
    clock.now += 3600
    pacer.reserve("orders")
    assert clock.slept == []
    pacer.reserve("orders")
    assert clock.slept == [20.0]


def test_a_cost_above_the_buckets_size_waits_for_a_full_one() -> None:
    clock = Clock()
    _knows(clock, _told(5000, 0, maximum=100, restore=10)).reserve("orders")
    assert clock.slept == [10.0]


def test_what_others_have_under_way_is_not_in_an_answer_yet() -> None:
    clock = Clock()
    pacer = _knows(clock, _told(100, 300))
    first, _second = pacer.reserve("orders"), pacer.reserve("orders")
    pacer.settle(first, _told(100, 200))
    pacer.reserve("orders")
    assert clock.slept == []
    pacer.reserve("orders")
    assert clock.slept == [1.0]


def test_an_old_answer_does_not_hide_what_was_charged_after_it() -> None:
    clock = Clock()
    pacer = _knows(clock, _told(100, 200))
    slow, quick = pacer.reserve("orders"), pacer.reserve("orders")
    pacer.settle(quick, _told(100, 0))
    pacer.settle(slow, _told(100, 100))
    pacer.reserve("orders")
    assert clock.slept == [1.0]


def test_what_was_not_charged_comes_back() -> None:
    clock = Clock()
    pacer = _knows(clock, _told(100, 100))
    pacer.settle(pacer.reserve("orders"), BucketTold(100, 40, 60, 2000, 100))
    pacer.reserve("orders")
    assert clock.slept == [0.4]


def test_a_request_without_an_answer_counts_as_charged() -> None:
    clock = Clock()
    pacer = _knows(clock, _told(100, 100))
    pacer.settle(pacer.reserve("orders"), None)
    pacer.reserve("orders")
    assert clock.slept == [1.0]


def test_a_share_leaves_the_rest_of_the_bucket_to_others() -> None:
    clock = Clock()
    pacer = _knows(clock, _told(100, 400), share=0.25)
    pacer.reserve("orders")
    assert clock.slept == []
    pacer.reserve("orders")
    assert clock.slept == [4.0]


def test_each_store_has_its_own() -> None:
    clock = Clock()
    buckets = Buckets(clock, clock.sleep)
    pacer = buckets.of("a")
    pacer.settle(pacer.reserve("orders"), _told(50, 0, 100, 10))
    buckets.of("b").reserve("orders")
    assert clock.slept == []
    assert buckets.of("a") is pacer
