"""One store's bucket, shared by processes through a real Valkey."""

import threading
import time
from collections.abc import Callable

from redis import Redis

from integration.pacing.shared import SharedPacing
from platforms.outbound import BucketTold
from simulators.shopify.graphql.bucket import Bucket
from tests.integration.pacing.a_shop import ask, asked

STORE = "jsmith.myshopify.com"
Process = Callable[[], SharedPacing]


def _level(valkey: Redis) -> float:
    held = valkey.hget(f"tillside:pace:bucket:{STORE}", "level")
    assert isinstance(held, bytes)
    return float(held)


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def _waiting(valkey: Redis) -> int:
    return int(valkey.hlen(f"tillside:pace:bucket:{STORE}:line"))


def test_processes_that_share_a_bucket_are_never_throttled(
    process: Process,
) -> None:
    bucket = Bucket(200, 400)
    threads = []

    def read(pacing: SharedPacing) -> None:
        pacer = pacing("bulk").bucket(STORE)
        for _ in range(10):
            ask(pacer, bucket, "orders", 40, 25, answers_after_seconds=0.002)

    for _ in range(4):
        threads.append(threading.Thread(target=read, args=(process(),)))
        threads[-1].start()
    for thread in threads:
        thread.join(30)
    assert bucket.taken == 1000
    assert bucket.refused == 0


def test_what_another_process_learned_is_known_to_a_new_one(process: Process) -> None:
    bucket = Bucket(100, 200)
    began = time.monotonic()
    assert ask(process()("bulk").bucket(STORE), bucket, "orders", 100)
    assert ask(process()("live").bucket(STORE), bucket, "orders", 100)
    assert time.monotonic() - began >= 0.45


def test_nobody_asks_beside_the_first_before_its_answer_told_the_bucket(process: Process) -> None:
    bucket = Bucket(100, 1000)
    second_is_through = threading.Event()

    def second() -> None:
        ask(process()("live").bucket(STORE), bucket, "orders", 10)
        second_is_through.set()

    with asked(process()("bulk").bucket(STORE), bucket, "orders", 100):
        thread = threading.Thread(target=second)
        thread.start()
        assert not second_is_through.wait(0.2)
    assert second_is_through.wait(30)
    thread.join(30)
    assert bucket.refused == 0


def test_a_live_request_goes_before_bulk_ones_that_came_earlier(
    process: Process, valkey: Redis
) -> None:
    # It fills in hours: only what the first gives back is there for them, and what each gives back.
    bucket = Bucket(100, 0.01)
    pacing = process()
    for what, cost in (("order", 10), ("orders", 40), ("all orders", 95)):
        ask(pacing("live").bucket(STORE), bucket, what, cost, 0)
    order: list[str] = []

    def request(urgency: str, what: str, cost: float) -> None:
        pacer = process()("live" if urgency == "live" else "bulk").bucket(STORE)
        with asked(pacer, bucket, what, cost, 0) as taken:
            order.append(f"{urgency} {taken}")

    threads = []
    coming = [("bulk", "orders", 40), ("bulk", "orders", 40), ("live", "order", 10)]
    with asked(pacing("live").bucket(STORE), bucket, "all orders", 95, 55):
        for came, wanted in enumerate(coming, 1):
            threads.append(threading.Thread(target=request, args=wanted))
            threads[-1].start()
            _until(lambda came=came: _waiting(valkey) == came)  # type: ignore[misc]
    for thread in threads:
        thread.join(30)
    assert order == ["live True", "bulk True", "bulk True"]


def test_bulk_leaves_a_part_that_live_may_take(process: Process, valkey: Redis) -> None:
    bucket = Bucket(1000, 0.1)
    pacing = process()
    ask(pacing("live").bucket(STORE), bucket, "order", 5, 0)
    ask(pacing("live").bucket(STORE), bucket, "orders", 993, 0)
    with asked(pacing("live").bucket(STORE), bucket, "orders", 993, 0):
        bulk = threading.Thread(
            target=ask, args=(process()("bulk").bucket(STORE), bucket, "order", 5)
        )
        bulk.start()
        _until(lambda: _waiting(valkey) == 1)
        assert ask(pacing("live").bucket(STORE), bucket, "order", 5)
        assert _waiting(valkey) == 1
    bulk.join(30)
    assert not bulk.is_alive()
    assert bucket.refused == 0


def test_somebody_who_waits_asks_at_a_price_that_nobody_knows_yet(process: Process) -> None:
    bucket = Bucket(1000, 1)
    pacing = process()
    ask(pacing("bulk").bucket(STORE), bucket, "orders", 950)
    assert ask(pacing("live").bucket(STORE), bucket, "order", 5)


def test_a_request_that_died_gives_its_place_and_counts_as_charged(
    process: Process, valkey: Redis
) -> None:
    bucket = Bucket(100, 50)
    pacer = process()("live").bucket(STORE)
    ask(pacer, bucket, "order", 40)
    pacer.reserve("order")
    flights = f"tillside:pace:bucket:{STORE}:flights"
    ((ticket, held),) = valkey.hgetall(flights).items()
    assert isinstance(held, bytes)
    cost, spent, since, _ends = held.split(b"|")
    valkey.hset(flights, ticket, b"|".join([cost, spent, since, since]))
    before = _level(valkey)
    pacer.settle(pacer.reserve("order"), None)
    assert valkey.hlen(flights) == 0
    assert _level(valkey) < before


def test_a_waiter_that_died_holds_nobody_up(process: Process, valkey: Redis) -> None:
    bucket = Bucket(100, 100)
    pacer = process()("live").bucket(STORE)
    ask(pacer, bucket, "orders", 90)
    valkey.hset(f"tillside:pace:bucket:{STORE}:line", "dead", "1.0|100.0|1.0|2.0")
    began = time.monotonic()
    assert ask(pacer, bucket, "orders", 20)
    assert time.monotonic() - began < 10
    assert _waiting(valkey) == 0


def test_a_refund_wakes_the_first_in_line(process: Process, valkey: Redis) -> None:
    # Without the refund it would wait for half an hour.
    bucket = Bucket(100, 0.01)
    pacer = process()("live").bucket(STORE)
    ask(pacer, bucket, "orders", 60, 5)
    with asked(pacer, bucket, "orders", 60, 0):
        waiter = threading.Thread(
            target=ask, args=(process()("live").bucket(STORE), bucket, "orders", 60)
        )
        waiter.start()
        _until(lambda: _waiting(valkey) == 1)
    waiter.join(60)
    assert not waiter.is_alive()
    assert bucket.refused == 0


def test_without_valkey_a_quarter_of_the_bucket_is_used() -> None:
    pacing = SharedPacing("redis://127.0.0.1:1/0")
    pacer = pacing("bulk").bucket(STORE)
    began = time.monotonic()
    pacer.settle(pacer.reserve("orders"), BucketTold(10, 10, 40, 40, 100))
    pacer.settle(pacer.reserve("orders"), None)
    pacer.settle(pacer.reserve("orders"), None)
    assert time.monotonic() - began >= 0.35
    pacing.close()


def test_a_store_that_tells_of_no_bucket_is_not_held_up(process: Process) -> None:
    pacer = process()("bulk").bucket(STORE)
    for _ in range(50):
        pacer.settle(pacer.reserve("orders"), None)


def test_a_clock_that_is_put_back_takes_nothing_out_of_the_bucket(
    process: Process, valkey: Redis
) -> None:
    bucket = Bucket(100, 200)
    pacer = process()("bulk").bucket(STORE)
    assert ask(pacer, bucket, "orders", 10)
    valkey.hset(f"tillside:pace:bucket:{STORE}", "at", str(time.time() + 3600))
    thread = threading.Thread(
        target=ask, args=(pacer, bucket, "orders", 10), name="paced", daemon=True
    )
    thread.start()
    thread.join(30)
    assert not thread.is_alive()
