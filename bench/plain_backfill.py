"""How fast a shop's first read is, against a plain loop over the same files.

Ours is the whole way: the bulk result's file joined, parsed and turned into records, the job
`sync.backfill` with its claim, newest-wins, profiles and figures, a commit every 1,000 orders
(SQLite, synchronous=FULL). The plain loop (see plain_loop.py) reads the same JSONL by json.loads
and inserts the same rows by executemany. Rounds alternate, so that both meet the same machine.

    python -m bench.plain_backfill [--orders 10000] [--rounds 5] [--json] [--memory]
"""

import argparse
import json
import resource
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from bench.plain_loop import Rows, load
from bench.shop_export import Export, write_export
from integration.crypto import keyring, new_key_text
from integration.db import Database
from integration.events import RecordedEvents
from integration.models import Installation, Store, StoreSync, Workspace
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.settings import load as load_settings
from integration.sync.backfill import backfill
from integration.upgrade import upgrade_database
from platforms.port import OutboundHttp, StoreAccess, StorePlatform, Traits
from platforms.records import CustomerRecord, OrderRecord, Page, VariantRecord
from platforms.shopify.backfill import PAGE_RECORDS
from platforms.shopify.graph import customer_record, order_record
from platforms.shopify.jsonl import JsonlResult

WANTED_RATIO = 0.4
MOST_MEGABYTES = 300
_NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_DERIVED = ("profiles", "identities", "profile_totals")


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of one run. Speeds are orders a second, the ratio is the rounds' median."""

    orders: int
    rounds: int
    ours_per_second: float
    plain_per_second: float
    ratio: float
    peak_megabytes: float


class FileReader:
    """A shop's reader over files that are there already; the adapter's own parsing and joining."""

    def __init__(self, export: Export) -> None:
        self._export = export

    def customers(self, cursor: object = None) -> Iterator[Page[CustomerRecord]]:
        """All accounts, in pages of the adapter's size."""
        return _pages(self._export.customers, lambda node, _children: customer_record(node))

    def orders(self, cursor: object = None) -> Iterator[Page[OrderRecord]]:
        """All orders, in pages of the adapter's size."""
        return _pages(self._export.orders, order_record)

    def variants(self, external_ids: Sequence[str]) -> list[VariantRecord]:
        """None: pictures and stock aren't what is measured."""
        return []

    def complete_from(self, scopes: Sequence[str], now: datetime) -> None:
        """All of it."""
        return


def _pages(path: Path, to_record: Any) -> Iterator[Page[Any]]:
    with path.open("rb") as file, JsonlResult(iter(lambda: file.read(1 << 16), b"")) as result:
        records: list[Any] = []
        for node, children in result.joined():
            records.append(to_record(node, children))
            if len(records) == PAGE_RECORDS:
                yield Page(tuple(records), "next", result.root_count)
                records = []
        yield Page(tuple(records), None, result.root_count)


class FilePlatform:
    """A platform of which only the reader is ever asked."""

    traits = Traits(
        tokens_expire=True,
        retries_webhooks=True,
        delivery_id_unique=True,
        has_compliance_webhooks=True,
    )

    def __init__(self, export: Export) -> None:
        self._export = export

    def reader(self, access: StoreAccess) -> FileReader:
        """The reader of the export."""
        return FileReader(self._export)


def ours(folder: Path, template: Path, export: Export) -> float:
    """Seconds for the whole way, from the files to the last commit."""
    services = _services(folder, template, export)
    began = time.perf_counter()
    backfill(services, workspace_id=1, store_id=1)
    taken = time.perf_counter() - began
    with services.db.workspace(1) as session:
        sync = session.get_one(StoreSync, 1)
        assert sync.error is None, sync.error
        assert sync.backfill_state == "done"
    services.db.dispose()
    return taken


def plain(folder: Path, template: Path, export: Export, ready: Rows) -> float:
    """Seconds for the plain loop."""
    path = _fresh(folder, template)
    began = time.perf_counter()
    load(path, export, ready, store_id=1, workspace_id=1)
    return time.perf_counter() - began


def measure(orders: int, rounds: int) -> Result:
    """Alternate both and compare. The first round of each warms up and isn't counted."""
    with tempfile.TemporaryDirectory(prefix="tillside-bench-") as name:
        folder = Path(name)
        template = _template(folder)
        export = write_export(folder, orders)
        ours(folder, template, export)
        ready = _derived(folder / "run.db")
        counted = _counts(folder / "run.db")
        plain(folder, template, export, ready)
        assert _counts(folder / "run.db") == counted
        times = [
            (ours(folder, template, export), plain(folder, template, export, ready))
            for _ in range(rounds)
        ]
    return Result(
        orders=orders,
        rounds=rounds,
        ours_per_second=orders / statistics.median(own for own, _ in times),
        plain_per_second=orders / statistics.median(other for _, other in times),
        ratio=statistics.median(other / own for own, other in times),
        peak_megabytes=resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    )


def measure_memory(orders: int) -> Result:
    """Our way alone, once: how much memory the process takes at most."""
    with tempfile.TemporaryDirectory(prefix="tillside-bench-") as name:
        folder = Path(name)
        template = _template(folder)
        export = Export(folder / "customers.jsonl", folder / "orders.jsonl", orders)
        # In a process of its own: what making the files takes isn't ours.
        made = [sys.executable, "-m", "bench.shop_export", str(folder), str(orders)]
        subprocess.run(made, check=True)
        taken = ours(folder, template, export)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Result(orders, 1, orders / taken, 0.0, 0.0, peak)


def _template(folder: Path) -> Path:
    path = folder / "template.db"
    database = Database(f"sqlite:///{path}", pool_size=1)
    upgrade_database(database, "main")
    with database.across_workspaces(write=True) as session:
        session.add(Workspace(id=1, name="Bench", created_at=_NOW))
        session.flush()
        session.add(
            Store(
                id=1,
                workspace_id=1,
                platform="shopify",
                domain="bench.myshopify.com",
                name="Bench",
                country_code="DE",
                status="active",
                data_key=b"",
                created_at=_NOW,
            )
        )
        session.flush()
        session.add(Installation(workspace_id=1, store_id=1, scopes=[], installed_at=_NOW))
        session.add(StoreSync(workspace_id=1, store_id=1, backfill_state="waiting"))
        session.flush()
    database.dispose()
    return path


def _fresh(folder: Path, template: Path) -> Path:
    path = folder / "run.db"
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.copy(template, path)
    return path


def _services(folder: Path, template: Path, export: Export) -> Services:
    path = _fresh(folder, template)
    database = Database(f"sqlite:///{path}", pool_size=2)
    return Services(
        settings=load_settings({"DATA_DIR": str(folder)}),
        db=database,
        inbox=database,
        keyring=keyring(new_key_text("bench")),
        http=cast(OutboundHttp, None),
        platforms={"shopify": cast(StorePlatform, FilePlatform(export))},
        jobs=RecordedJobs(),
        events=RecordedEvents(),
        now=lambda: _NOW,
    )


def _derived(path: Path) -> Rows:
    found: Rows = {}
    connection = sqlite3.connect(path)
    for table in _DERIVED:
        cursor = connection.execute(f"SELECT * FROM {table}")
        columns = [column[0] for column in cursor.description]
        found[table] = (columns, cursor.fetchall())
    connection.close()
    return found


def _counts(path: Path) -> dict[str, int]:
    tables = (*_DERIVED, "customers", "orders", "order_lines", "fulfillments", "refunds")
    connection = sqlite3.connect(path)
    found = {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables
    }
    connection.close()
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 when they aren't what is wanted."""
    parser = argparse.ArgumentParser(prog="bench.plain_backfill", description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--memory", action="store_true", help="our way alone, once")
    options = parser.parse_args(arguments)
    result = (
        measure_memory(options.orders)
        if options.memory
        else measure(options.orders, options.rounds)
    )
    if options.json:
        print(json.dumps(asdict(result)))
    else:
        print(
            f"backfill of {result.orders} orders: {result.ours_per_second:,.0f}/s, plain loop "
            f"{result.plain_per_second:,.0f}/s, ratio {result.ratio:.2f}, peak "
            f"{result.peak_megabytes:.0f} MB"
        )
    if options.memory:
        return 0 if result.peak_megabytes < MOST_MEGABYTES else 1
    return 0 if result.ratio >= WANTED_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
