"""B9: how many calls finding what no webhook told takes, against the fewest that there can be.

A stand-in store in a process of its own holds so many orders, and we hold a copy of it. One in a
hundred orders changes (is noted, tagged, paid, sent, refunded, some are new, with them some
accounts) and no webhook of it comes. Then `sync.refresh` runs as the schedule has it; as often as
there are rounds, two quiet hours on both clocks between them, so that no window holds the changes
of the round before. Then `reconciliation.whole` runs. The stand-in itself counts the calls; its own
figures say whether all was found.

Ours are all calls that look for changed orders and accounts. The fewest are, of orders and of
accounts each, a call for each full page of what the store itself changed since the window began
(250 objects on Shopify, 100 on WooCommerce, or as many whole orders as 1,000 points buy), and one
where nothing changed: less can't be known without asking. Of that ratio each half is told beside.

Told apart: on WooCommerce the list of the trash, which tells no changes but deletions (trashing is
the platform's `order.deleted`) and is one call where nothing was trashed; the stock of variants,
which is read at the same time; and the whole comparison of all ids, which finds the deletions that
no list tells. `all calls of a round` has everything in it but the last.

`--price-every-node` has the stand-in price lists by the letter of Shopify's documentation, where a
page buys five whole orders; `--woocommerce` measures that platform, by the same rules.

    python -m bench.reconcile [--orders 100000] [--rounds 5] [--json] [--quick]
        [--price-every-node] [--woocommerce]
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

from sqlalchemy import select

from bench.compared import Standing, shopify, woocommerce
from bench.first_reads import empty_sqlite, services_at
from bench.ratios import Ratio, tell
from integration.install.granting import StoreRef, keep_grant
from integration.models import Order, Reconciliation
from integration.models.declarative import InboxModel
from integration.reconciliation.whole import compare_whole
from integration.services import Services
from integration.sync.backfill import backfill
from integration.sync.refresh import refresh

WANTED_RATIO = 1.1
_SHARE = 0.01
_DELETED = 20
_QUIET_SECONDS = 7200
# As often as the schedule refreshes.
_BETWEEN_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Share:
    """The calls that one kind of objects took, and the fewest for so many that changed."""

    calls: int
    changed: int
    page: int

    @property
    def fewest(self) -> int:
        return max(1, ceil(self.changed / self.page))

    def __str__(self) -> str:
        return f"{self.calls} ÷ {self.fewest} for {self.changed:,}"


@dataclass(frozen=True, slots=True)
class Round:
    """One comparison: its calls for orders and accounts, and what else it was asked for."""

    orders: Share
    accounts: Share
    deletion_calls: int
    all_calls: int
    seconds: float


class HeldClock:
    """Our clock, moved together with the store's."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead


def measure(standing: Standing, rounds: int) -> Ratio:
    """Change, compare, check; as often. Raises RuntimeError where anything was not found."""
    clock = HeldClock()
    with tempfile.TemporaryDirectory(prefix="tillside-bench-") as name:
        folder = Path(name)
        with services_at(empty_sqlite(folder), standing.settings(folder)) as opened:
            services = replace(opened, now=clock)
            InboxModel.metadata.create_all(services.inbox.engine)
            ref = keep_grant(services, standing.slug, standing.connect(services)).ref
            backfill(services, workspace_id=ref.workspace_id, store_id=ref.store_id)
            refresh(services, workspace_id=ref.workspace_id, store_id=ref.store_id)
            taken = [_round(services, ref, standing, clock, seed) for seed in range(rounds)]
            sweep = _sweep(services, ref, standing)
    last = taken[-1]
    more: dict[str, float | str] = {
        "orders of the last round": str(last.orders),
        "accounts": str(last.accounts),
        "calls for deletions beside": last.deletion_calls,
        "all calls of a round": last.all_calls,
        "seconds": last.seconds,
        **sweep,
    }
    what = f"calls for updates on {standing.name} ÷ the fewest possible"
    ours = tuple(float(one.orders.calls + one.accounts.calls) for one in taken)
    fewest = tuple(float(one.orders.fewest + one.accounts.fewest) for one in taken)
    return Ratio("B9", what, "calls", ours, fewest, WANTED_RATIO, at_most=True, more=more)


def _round(
    services: Services, ref: StoreRef, standing: Standing, clock: HeldClock, seed: int
) -> Round:
    _pass_time(standing, clock, _QUIET_SECONDS)
    refresh(services, workspace_id=ref.workspace_id, store_id=ref.store_id)
    _pass_time(standing, clock, _BETWEEN_SECONDS)
    standing.change(random.Random(seed), share=_SHARE)
    standing.calls()
    began = time.perf_counter()
    refresh(services, workspace_id=ref.workspace_id, store_id=ref.store_id)
    seconds = time.perf_counter() - began
    calls = standing.calls()
    run = _newest_run(services, ref)
    if run.state != "done":
        raise RuntimeError(f"the comparison failed: {run.error}")
    _check(services, ref, standing)
    orders, accounts = standing.changed_since(run.window_from)
    return Round(
        Share(_sum(calls, standing.order_calls), orders, standing.order_page),
        Share(_sum(calls, standing.account_calls), accounts, standing.page),
        _sum(calls, standing.deletion_calls),
        calls.total(),
        seconds,
    )


def _pass_time(standing: Standing, clock: HeldClock, seconds: int) -> None:
    standing.pass_time(seconds)
    clock.ahead += timedelta(seconds=seconds)


def _sum(calls: Counter[str], names: frozenset[str]) -> int:
    return sum(count for name, count in calls.items() if name in names)


def _sweep(services: Services, ref: StoreRef, standing: Standing) -> dict[str, float]:
    """The whole comparison, after some orders were deleted without a word."""
    standing.delete(_DELETED)
    standing.calls()
    began = time.perf_counter()
    compare_whole(services, workspace_id=ref.workspace_id, store_id=ref.store_id, asked_by="person")
    seconds = time.perf_counter() - began
    calls = standing.calls()
    run = _newest_run(services, ref)
    if run.state != "done" or run.gone != _DELETED:
        raise RuntimeError(f"the whole comparison found {run.gone} of {_DELETED}: {run.error}")
    _check(services, ref, standing)
    return {
        "whole comparison: calls": calls.total(),
        "whole comparison: seconds": seconds,
        "whole comparison: objects": run.compared,
        "whole comparison: deletions found": run.gone,
    }


def _newest_run(services: Services, ref: StoreRef) -> Reconciliation:
    with services.db.workspace(ref.workspace_id) as session:
        return session.execute(
            select(Reconciliation).order_by(Reconciliation.id.desc()).limit(1)
        ).scalar_one()


def _check(services: Services, ref: StoreRef, standing: Standing) -> None:
    """Compare every order of the copy with the stand-in's own figures."""
    with services.db.workspace(ref.workspace_id) as session:
        rows = session.execute(
            select(
                Order.external_id,
                Order.total_minor,
                Order.refunded_minor,
                Order.current_total_minor,
                Order.financial_status,
                Order.deleted_at.is_not(None),
            )
        )
        held = {row[0]: tuple(row[1:5]) for row in rows if not row[5]}
    told = standing.told()
    wrong = [number for number in told.keys() | held.keys() if told.get(number) != held.get(number)]
    if wrong:
        raise RuntimeError(
            f"{len(wrong)} of {len(told)} orders aren't as the store says: {wrong[:3]}"
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the ratio; 1 when it isn't what is wanted."""
    parser = argparse.ArgumentParser(prog="bench.reconcile", description=__doc__)
    parser.add_argument("--orders", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="5,000 orders, one round")
    parser.add_argument("--price-every-node", action="store_true")
    parser.add_argument("--woocommerce", action="store_true")
    options = parser.parse_args(arguments)
    orders, rounds = (5_000, 1) if options.quick else (options.orders, options.rounds)
    place = (
        woocommerce(orders) if options.woocommerce else shopify(orders, options.price_every_node)
    )
    with place as standing:
        ratio = measure(standing, rounds)
        tell([ratio], as_json=options.json)
    return 0 if ratio.is_met else 1


if __name__ == "__main__":
    sys.exit(main())
