"""The loop that the backfill is measured against: json.loads, tuples, executemany, nothing else.

It reads the same files and inserts as many rows of the same columns into the same schema, with the
same durability and commits as often. It decides nothing: no newest-wins, no identities, no figures;
the rows of profiles are handed to it ready.
"""

import json
import sqlite3
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from bench.shop_export import Export

BATCH = 1000
_PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "cache_size=-65536")

Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


def load(path: Path, export: Export, ready: Rows, *, store_id: int, workspace_id: int) -> None:
    """Fill the database at `path`, whose schema and store are there, from the export."""
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    loop = _Loop(connection, store_id, workspace_id)
    for table, (columns, rows) in ready.items():
        for start in range(0, len(rows), BATCH):
            loop.commit({table: rows[start : start + BATCH]}, {table: columns})
    with export.customers.open(encoding="utf-8") as file:
        while lines := list(islice(file, BATCH)):
            loop.commit({"customers": [loop.customer(json.loads(line)) for line in lines]})
    with export.orders.open(encoding="utf-8") as file:
        for batch in _batches(file):
            loop.commit(loop.parts(batch))
    connection.close()


def _batches(file: Iterator[str]) -> Iterator[list[dict[str, Any]]]:
    """Nodes with a thousand orders among them, in the file's order."""
    batch: list[dict[str, Any]] = []
    orders = 0
    for line in file:
        node = json.loads(line)
        batch.append(node)
        orders += "__parentId" not in node
        if orders == BATCH:
            yield batch
            batch, orders = [], 0
    yield batch


class _Loop:
    def __init__(self, connection: sqlite3.Connection, store_id: int, workspace_id: int) -> None:
        self._connection = connection
        self._store_id = store_id
        self._workspace_id = workspace_id
        self._profiles: dict[str, int] = {}

    def commit(
        self, parts: dict[str, list[tuple[Any, ...]]], columns: dict[str, list[str]] | None = None
    ) -> None:
        """Insert these rows in one transaction."""
        if "profiles" in parts or "identities" in parts:
            self._remember(parts, columns or {})
        self._connection.execute("BEGIN IMMEDIATE")
        for table, rows in parts.items():
            if rows:
                names = (columns or _COLUMNS)[table]
                places = ",".join("?" * len(names))
                statement = f"INSERT INTO {table} ({','.join(names)}) VALUES ({places})"
                self._connection.executemany(statement, rows)
        self._connection.execute("COMMIT")

    def _remember(
        self, parts: dict[str, list[tuple[Any, ...]]], columns: dict[str, list[str]]
    ) -> None:
        for row in parts.get("identities", ()):
            named = dict(zip(columns["identities"], row, strict=True))
            if named["links"]:
                self._profiles[named["value"]] = named["profile_id"]

    def customer(self, node: dict[str, Any]) -> tuple[Any, ...]:
        """An account's row."""
        email = node["defaultEmailAddress"]["emailAddress"]
        phone = (node["defaultPhoneNumber"] or {}).get("phoneNumber")
        return (
            self._workspace_id,
            self._store_id,
            node["id"].rpartition("/")[2],
            self._profiles[email],
            email,
            email.lower(),
            phone,
            phone,
            node["firstName"],
            node["lastName"],
            node["locale"],
            json.dumps(node["tags"]),
            node["note"],
            json.dumps(node["defaultAddress"]),
            _time(node["createdAt"]),
            _time(node["updatedAt"]),
            "{}",
            b"0123456789abcdef",
        )

    def parts(self, nodes: list[dict[str, Any]]) -> dict[str, list[tuple[Any, ...]]]:
        """The rows of a batch of nodes, orders and lines."""
        found: dict[str, list[tuple[Any, ...]]] = {
            "orders": [],
            "order_lines": [],
            "fulfillments": [],
            "refunds": [],
        }
        for node in nodes:
            if "__parentId" in node:
                found["order_lines"].append(self._item(node))
                continue
            found["orders"].append(self._order(node))
            order_id = node["id"].rpartition("/")[2]
            for sent in node["fulfillments"]:
                found["fulfillments"].append(self._fulfillment(order_id, sent))
            for refund in node["refunds"]:
                found["refunds"].append(self._refund(order_id, refund))
        return found

    def _order(self, node: dict[str, Any]) -> tuple[Any, ...]:
        email, shipping = node["email"], node["shippingAddress"]
        return (
            self._workspace_id,
            self._store_id,
            node["id"].rpartition("/")[2],
            self._profiles[email],
            node["customer"]["id"].rpartition("/")[2],
            node["name"],
            email,
            email.lower(),
            node["phone"],
            None,
            shipping["name"],
            _time(node["processedAt"]),
            node["currencyCode"],
            _minor(node["totalPriceSet"]),
            _minor(node["currentTotalPriceSet"]),
            _minor(node["totalRefundedSet"]),
            node["presentmentCurrencyCode"],
            _minor({"shopMoney": node["totalPriceSet"]["presentmentMoney"]}),
            node["displayFinancialStatus"].lower(),
            node["displayFulfillmentStatus"].lower(),
            "open",
            node["test"],
            True,
            True,
            node["sourceName"],
            node["customerLocale"],
            json.dumps(node["tags"]),
            json.dumps([{"text": node["note"]}] if node["note"] else []),
            json.dumps(shipping),
            json.dumps(node["billingAddress"]),
            _time(node["updatedAt"]),
            "{}",
        )

    def _item(self, node: dict[str, Any]) -> tuple[Any, ...]:
        price = _minor(node["originalUnitPriceSet"])
        return (
            self._workspace_id,
            self._store_id,
            node["__parentId"].rpartition("/")[2],
            node["id"].rpartition("/")[2],
            0,
            node["title"],
            node["variantTitle"],
            node["sku"],
            node["quantity"],
            node["currentQuantity"],
            price,
            price * node["quantity"],
            node["variant"]["id"].rpartition("/")[2],
            node["product"]["id"].rpartition("/")[2],
        )

    def _fulfillment(self, order_id: str, node: dict[str, Any]) -> tuple[Any, ...]:
        return (
            self._workspace_id,
            self._store_id,
            order_id,
            node["id"].rpartition("/")[2],
            node["status"].lower(),
            node["displayStatus"].lower(),
            _time(node["updatedAt"]),
            json.dumps(node["trackingInfo"]),
            _time(node["createdAt"]),
            _time(node["updatedAt"]),
        )

    def _refund(self, order_id: str, node: dict[str, Any]) -> tuple[Any, ...]:
        return (
            self._workspace_id,
            self._store_id,
            order_id,
            node["id"].rpartition("/")[2],
            _minor(node["totalRefundedSet"]),
            node["note"],
            _time(node["createdAt"]),
        )


def _time(text: str) -> str:
    return f"{text[:10]} {text[11:19]}.000000"


def _minor(bag: dict[str, Any]) -> int:
    return int(bag["shopMoney"]["amount"].replace(".", ""))


_COLUMNS: dict[str, list[str]] = {
    "customers": (
        "workspace_id store_id external_id profile_id email email_normalized phone "
        "phone_normalized first_name last_name locale tags note address source_created_at "
        "source_updated_at withheld content_digest"
    ).split(),
    "orders": (
        "workspace_id store_id external_id profile_id customer_external_id name email "
        "email_normalized phone phone_normalized buyer_name placed_at currency total_minor "
        "current_total_minor refunded_minor presentment_currency presentment_total_minor "
        "financial_status fulfillment_status platform_status is_test counts is_paid sales_channel "
        "locale tags notes shipping_address billing_address source_updated_at withheld"
    ).split(),
    "order_lines": (
        "workspace_id store_id order_external_id external_id position title variant_title sku "
        "quantity current_quantity unit_price_minor total_minor variant_external_id "
        "product_external_id"
    ).split(),
    "fulfillments": (
        "workspace_id store_id order_external_id external_id status shipment_status "
        "shipment_status_at tracking source_created_at source_updated_at"
    ).split(),
    "refunds": (
        "workspace_id store_id order_external_id external_id amount_minor note source_created_at"
    ).split(),
}
