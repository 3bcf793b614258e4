"""The bucket as we believe it to be."""

from platforms.shopify.pacing import BucketPacer, Pacers
from tests.platforms.shopify.example import Clock


def test_nothing_is_awaited_before_the_store_has_told_its_bucket() -> None:
    clock = Clock()
    BucketPacer(clock, clock.sleep).reserve(900)
    assert clock.slept == []


def test_a_cost_above_what_is_left_waits_for_the_difference() -> None:
    clock = Clock()
    pacer = BucketPacer(clock, clock.sleep)
    pacer.observe(available=40, maximum=2000, restore_per_second=100)
    pacer.reserve(240)
    assert clock.slept == [2.0]


def test_the_bucket_refills_with_time_up_to_its_size() -> None:
    clock = Clock()
    pacer = BucketPacer(clock, clock.sleep)
    pacer.observe(available=0, maximum=1000, restore_per_second=50)
    clock.now += 3600
    pacer.reserve(1000)
    assert clock.slept == []
    pacer.reserve(100)
    assert clock.slept == [2.0]


def test_a_cost_above_the_buckets_size_waits_for_a_full_one() -> None:
    clock = Clock()
    pacer = BucketPacer(clock, clock.sleep)
    pacer.observe(available=0, maximum=100, restore_per_second=10)
    pacer.reserve(5000)
    assert clock.slept == [10.0]


def test_each_store_has_its_own() -> None:
    clock = Clock()
    pacers = Pacers(clock, clock.sleep)
    pacers.of("a").observe(available=0, maximum=100, restore_per_second=10)
    pacers.of("b").reserve(50)
    assert clock.slept == []
    assert pacers.of("a") is pacers.of("a")
