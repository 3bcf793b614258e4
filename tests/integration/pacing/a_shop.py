"""A shop's bucket as the stand-in keeps it, asked through a pacer."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from platforms.outbound import BucketTold, Pacer
from simulators.shopify.graphql.bucket import Bucket


def ask(
    pacer: Pacer,
    bucket: Bucket,
    what: str,
    requested: float,
    spent: float | None = None,
    *,
    answers_after_seconds: float = 0.0,
) -> bool:
    """One request as the transport makes it; whether the shop took it."""
    with asked(pacer, bucket, what, requested, spent) as taken:
        time.sleep(answers_after_seconds)
    return taken


@contextmanager
def asked(
    pacer: Pacer, bucket: Bucket, what: str, requested: float, spent: float | None = None
) -> Iterator[bool]:
    """A request that is under way for as long as the block lasts."""
    reservation = pacer.reserve(what)
    taken = bucket.take(requested)
    actual = requested if spent is None else spent
    yield taken
    if taken:
        bucket.give_back(requested - actual)
    pacer.settle(reservation, told(bucket, requested, actual if taken else None))


def told(bucket: Bucket, requested: float, actual: float | None) -> BucketTold:
    """What an answer tells now."""
    status = bucket.status()
    return BucketTold(
        requested,
        actual,
        status["currentlyAvailable"],
        status["maximumAvailable"],
        status["restoreRate"],
    )
