"""A copy of a shop with as many orders as one likes, made once and kept under `.bench/`.

A few thousand orders go the product's own way (records, newest-wins, profiles, figures); then the
rows are repeated by SQL under other ids, names and addresses, until there are enough. What is kept
goes by the schema and by this file: change either and it is made anew.
"""

import os
import sqlite3
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench.peers.environment import ROOT, made_once
from bench.shop_export import write_export
from integration.crypto import keyring
from integration.db import Database
from integration.install.keys import new_data_key
from integration.models import Installation, Store, StoreSync, Workspace
from integration.sync.apply import apply
from integration.sync.sourced import Sourced
from integration.upgrade import upgrade_database
from platforms.changes import CustomerChanged, OrderChanged
from platforms.shopify.graph import customer_record, order_record
from platforms.shopify.jsonl import JsonlResult

SHOP = "bench.myshopify.com"
KEYS = "k1:" + "A" * 43
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
_BASE_ORDERS = 5_000
_BATCH = 1_000
# Ids of the export's orders and accounts lie closer together than that.
_APART = 1_000_000
_TABLES = (
    "profiles", "identities", "profile_totals", "customers",
    "orders", "order_lines", "fulfillments", "refunds",
)  # fmt: skip
_SHIFTED_TEXTS = ("external_id", "order_external_id", "customer_external_id")


def mirror(orders: int = 500_000) -> Path:
    """The SQLite file of a workspace (1) with one Shopify store (1) and at least so many orders."""
    with made_once("mirror"):
        # Next to what the file is for, since a database in use has files beside it.
        with TemporaryDirectory(dir=ROOT, prefix="mirror-") as name:
            fresh = Path(name) / "mirror.db"
            _open_shop(fresh)
            kept = ROOT / f"mirror-{orders}-{_digest(fresh)}.db"
            if not kept.exists():
                _fill(fresh, Path(name))
                _repeat(fresh, -(-orders // _BASE_ORDERS))
                os.replace(fresh, kept)
        return kept


def _digest(path: Path) -> str:
    connection = sqlite3.connect(path)
    schema = connection.execute("SELECT sql FROM sqlite_master ORDER BY name").fetchall()
    connection.close()
    return sha256(repr(schema).encode() + Path(__file__).read_bytes()).hexdigest()[:16]


def _open_shop(path: Path) -> None:
    database = Database(f"sqlite:///{path}", pool_size=1)
    upgrade_database(database, "main")
    with database.across_workspaces(write=True) as session:
        session.add(Workspace(id=1, name="Bench", created_at=NOW))
        session.flush()
        session.add(
            Store(
                id=1,
                workspace_id=1,
                platform="shopify",
                domain=SHOP,
                name="Bench",
                country_code="DE",
                status="active",
                data_key=new_data_key(keyring(KEYS), "shopify", SHOP),
                created_at=NOW,
            )
        )
        session.flush()
        session.add(Installation(workspace_id=1, store_id=1, scopes=[], installed_at=NOW))
        session.add(
            StoreSync(
                workspace_id=1,
                store_id=1,
                backfill_state="done",
                as_of=NOW,
                source="sync",
                complete_until=NOW,
            )
        )
        session.flush()
    database.dispose()


def _fill(path: Path, folder: Path) -> None:
    export = write_export(folder, _BASE_ORDERS)
    changes: list[Sourced] = []
    for file in (export.customers, export.orders):
        with file.open("rb") as lines, JsonlResult(iter(lambda: lines.read(1 << 16), b"")) as read:
            changes += [_sourced(node, children) for node, children in read.joined()]
    database = Database(f"sqlite:///{path}", pool_size=1)
    for start in range(0, len(changes), _BATCH):
        with database.workspace(1, write=True) as session:
            store = session.get_one(Store, 1)
            apply(session, store, changes[start : start + _BATCH], now=NOW)
    database.dispose()


def _sourced(node: dict[str, Any], children: Any) -> Sourced:
    if "/Customer/" in node["id"]:
        return Sourced(CustomerChanged(customer_record(node)), "sync")
    return Sourced(OrderChanged(order_record(node, children)), "sync")


def _repeat(path: Path, times: int) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in ("synchronous=OFF", "foreign_keys=OFF", "cache_size=-400000"):
        connection.execute(f"PRAGMA {pragma}")
    steps = {
        table: connection.execute(f"SELECT max(id) FROM {table}").fetchone()[0]
        for table in ("profiles", "identities", "customers", "orders")
    }
    last = {table: _greatest(connection, table, steps) for table in _TABLES}
    connection.execute("BEGIN")
    for table in _TABLES:
        names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        told = ", ".join(_shifted(table, name, steps) for name in names)
        connection.execute(
            f"WITH RECURSIVE copies(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM copies"
            f" WHERE k + 1 < {times}) INSERT INTO {table} ({', '.join(names)})"
            f" SELECT {told} FROM copies CROSS JOIN {table} WHERE {times} > 1 AND {last[table]}"
        )
    connection.execute("COMMIT")
    connection.execute("ANALYZE")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def _greatest(connection: sqlite3.Connection, table: str, steps: dict[str, int]) -> str:
    """A condition that only the rows which are there already meet."""
    column = "id" if table in steps else "profile_id"
    if table in ("order_lines", "fulfillments", "refunds"):
        [most] = connection.execute(f"SELECT max(order_external_id) FROM {table}").fetchone()
        return f"order_external_id <= '{most or ''}'"
    return f"{column} <= {steps.get(table, steps['profiles'])}"


def _shifted(table: str, name: str, steps: dict[str, int]) -> str:
    """What stands in a column of the k-th copy."""
    phone = "'+49' || (CAST(substr({}, 4) AS INTEGER) + k * 10000)".format
    told = {
        "id": f"id + k * {steps.get(table, 0)}",
        "profile_id": f"profile_id + k * {steps['profiles']}",
        "email": "k || '.' || email",
        "email_normalized": "k || '.' || email_normalized",
        "phone": phone("phone"),
        "phone_normalized": phone("phone_normalized"),
        **{
            text: f"CAST(CAST({text} AS INTEGER) + k * {_APART} AS TEXT)" for text in _SHIFTED_TEXTS
        },
    }
    if table == "orders":
        told["name"] = f"'#' || (CAST(substr(name, 2) AS INTEGER) + k * {_APART})"
    if table == "identities":
        account = f"store_id || ':' || (CAST(substr(value, 3) AS INTEGER) + k * {_APART})"
        told["value"] = (
            f"CASE kind WHEN 'email' THEN k || '.' || value WHEN 'phone' THEN {phone('value')}"
            f" ELSE {account} END"
        )
    return told.get(name, name)
