"""A stand-in Shopify with many shops whose buckets note what was taken, as a process of its own.

It prints where it is and the shops' tokens, then obeys its input: `begin` fills all buckets anew,
`hasten` does so and lets nobody wait for them, `tell` prints what each of them was asked since; it
ends with its input.

What a query found is written once and kept: the shops never change, and fifty of them on one core
would else be waited for, which no shop of Shopify's is.
"""

import argparse
import json
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphql import DocumentNode, ExecutionResult, OperationDefinitionNode

from simulators.shopify.actions import app as app_actions
from simulators.shopify.config import AppConfig
from simulators.shopify.graphql import endpoint
from simulators.shopify.graphql.bucket import Bucket
from simulators.shopify.oauth.tokens import issue
from simulators.shopify.seed import stores
from simulators.shopify.seed.demo import seed_shop
from simulators.shopify.state import State
from simulators.shopify.testing import running

# Points a second that nobody waits for.
_AT_ONCE = 1_000_000.0


@dataclass
class NotingBucket(Bucket):
    """Also notes each query: what it asked for, what it spent."""

    notes: list[list[float]] = field(default_factory=list)
    mine: threading.local = field(default_factory=threading.local)

    def take(self, points: float) -> bool:
        """Take the points if they are there."""
        taken = super().take(points)
        if taken:
            self.mine.asked = points
        return taken

    def give_back(self, points: float) -> None:
        """What a query didn't spend; the same thread took it."""
        super().give_back(points)
        self.notes.append([self.mine.asked, self.mine.asked - points, time.monotonic()])


class _Remembering(endpoint._Request):
    """Works a query out once; what it costs is asked of the bucket every time."""

    def run(self, document: DocumentNode, operation: OperationDefinitionNode) -> ExecutionResult:
        """What the query found, this time or the first."""
        written: dict[Any, ExecutionResult] = self.state.resources["written"]
        key = (self.c.shop.domain, self.query, json.dumps(self.variables, sort_keys=True))
        found = written.get(key)
        if found is None:
            found = written[key] = super().run(document, operation)
        return found


def _opened(shops: int, orders: int, size: float, rate: float) -> State:
    state = State(AppConfig(client_id="the-client-id", secrets=["shpss_of_the_benchmark"]))
    kind = stores.PORTLAND
    plans = [
        replace(kind, id=kind.id + number, domain=f"quota-{number}.myshopify.com")
        for number in range(shops)
    ]
    state.resources["written"] = {}
    # Each shop's ids follow from its place here.
    stores.BLUEPRINTS = tuple(plans)  # type: ignore[assignment]
    for plan in plans:
        shop = seed_shop(plan, state.clock.stamp(), 1, orders, 10)
        shop.bucket_size, shop.restore_rate = size, rate
        shop.switches.linear_costs = True
        state.add(shop)
    return state


def _tokens(state: State) -> dict[str, str]:
    found = {}
    for shop in state.shops.values():
        with state.action():
            app_actions.install(state, shop, state.app.scope_set)
            answer = issue(state, shop.installations[state.app.client_id], expiring=False)
        found[shop.domain] = str(answer["access_token"])
    return found


def _begin(state: State, *, hastened: bool = False) -> None:
    state.resources["buckets"] = {
        shop.domain: NotingBucket(shop.bucket_size, _AT_ONCE if hastened else shop.restore_rate)
        for shop in state.shops.values()
    }


def _told(state: State) -> dict[str, Any]:
    return {
        domain: {"queries": bucket.notes, "throttled": bucket.refused}
        for domain, bucket in state.resources["buckets"].items()
    }


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until the input ends."""
    parser = argparse.ArgumentParser(prog="bench.quota_stand", description=__doc__)
    parser.add_argument("--shops", type=int, required=True)
    parser.add_argument("--orders", type=int, required=True)
    parser.add_argument("--size", type=float, required=True)
    parser.add_argument("--rate", type=float, required=True)
    given = parser.parse_args(arguments)
    state = _opened(given.shops, given.orders, given.size, given.rate)
    tokens = _tokens(state)
    _begin(state)
    endpoint._Request = _Remembering  # type: ignore[misc]
    with running(state=state) as stand:
        print(json.dumps({"url": stand.base_url, "tokens": tokens}), flush=True)
        for line in sys.stdin:
            if line.strip() in ("begin", "hasten"):
                _begin(state, hastened=line.strip() == "hasten")
                print(json.dumps({"now": time.monotonic()}), flush=True)
            elif line.strip() == "tell":
                print(json.dumps(_told(state)), flush=True)


if __name__ == "__main__":
    main()
