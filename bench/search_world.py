"""A workspace of as many orders as one likes, written into the mirror's tables row by row.

Two orders in five bring somebody new; one person in ten never bought, one is a till's walk-in
customer. One order in five has the same SKU; another SKU one person in five bought, long ago.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from bench.search_names import Somebody, somebody
from integration.db import Database
from integration.models import (
    Customer,
    Fulfillment,
    Identity,
    Order,
    OrderLine,
    Profile,
    ProfileTotal,
    Store,
    StoreSync,
    Workspace,
)
from integration.statements.bulk import table_of, write_rows
from integration.texts.folding import fold

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
COMMON_SKU, OLD_SKU = "TSH-BLK-M", "LEGACY-2022"
WALK_IN = 1
_WALK_INS_ORDERS = 10_000
_AT_ONCE = 5_000
# Who ordered last so long ago is one in five; what was sold until then they bought.
_OLD = NOW - timedelta(days=580)
_MODELS = (Profile, Identity, ProfileTotal, Customer, Order, OrderLine, Fulfillment)
_EMPTY: dict[str, Any] = {
    "workspace_id": 1,
    "store_id": 1,
    "currency": "EUR",
    "tags": [],
    "own_tags": [],
    "notes": [],
    "withheld": {},
    "created_at": NOW,
    "source_updated_at": NOW,
    "source_created_at": NOW,
}


def fill(db: Database, orders: int) -> None:
    """Write a workspace (1) with a store (1) and that many orders; each profile is due."""
    _open(db)
    rows: dict[Any, list[dict[str, Any]]] = {model: [] for model in _MODELS}
    for number, (model, row) in enumerate(_rows(orders), 1):
        rows[model].append(row)
        if number % _AT_ONCE == 0:
            _write(db, rows)
    _write(db, rows)
    with db.bare_across_workspaces(write=True) as connection:
        connection.exec_driver_sql(
            "INSERT INTO due_profiles (workspace_id, profile_id) SELECT workspace_id, id"
            " FROM profiles"
        )


def _open(db: Database) -> None:
    with db.across_workspaces(write=True) as session:
        session.add(Workspace(id=1, name="Bench", created_at=NOW))
        session.flush()
        session.add(
            Store(
                id=1,
                workspace_id=1,
                platform="shopify",
                domain="bench.myshopify.com",
                name="Bench",
                country_code="GR",
                status="active",
                data_key=b"sealed",
                created_at=NOW,
            )
        )
        session.flush()
        session.add(StoreSync(workspace_id=1, store_id=1, backfill_state="done"))


def _write(db: Database, rows: dict[Any, list[dict[str, Any]]]) -> None:
    with db.bare_across_workspaces(write=True) as connection:
        for model, some in rows.items():
            table = table_of(model)
            columns = tuple(table.c.keys())
            if "id" in columns and model in (Identity, Customer, Order, ProfileTotal):
                columns = tuple(name for name in columns if name != "id")
            known = [tuple(({**_EMPTY, **row}).get(name) for name in columns) for row in some]
            write_rows(connection, table, columns, known)
            some.clear()


def _rows(orders: int) -> Iterator[tuple[Any, dict[str, Any]]]:
    random = Random(7)
    walk_ins = min(_WALK_INS_ORDERS, orders // 50)
    left, profile_id, order_number = orders, 0, 0
    while left > 0:
        profile_id += 1
        person = somebody(random, profile_id)
        count = walk_ins if profile_id == WALK_IN else _how_many(random)
        count = min(count, left)
        left -= count
        until = NOW - timedelta(minutes=random.expovariate(1 / 525_600))
        placed = sorted(until - timedelta(days=random.expovariate(1 / 120)) for _ in range(count))
        email = _email(random, person, profile_id)
        yield from _of_person(profile_id, person, email, placed)
        for at in placed:
            order_number += 1
            yield from _of_order(random, profile_id, order_number, person, email, at)


def _how_many(random: Random) -> int:
    return 0 if random.random() < 0.1 else 1 + min(int(random.expovariate(1 / 1.6)), 60)


def _email(random: Random, person: Somebody, number: int) -> str:
    first, last = ("".join(filter(str.isascii, fold(name))) for name in _names(person))
    name = f"{first or 'info'}.{last}" if last else first or "shop"
    provider = random.choice(("gmail.com", "gmail.com", "seznam.cz", "firma-nord.example"))
    return f"{name.strip('.')}{number}@{provider}".replace(" ", "").replace("'", "")


def _names(person: Somebody) -> tuple[str, str]:
    return person.first_name, person.last_name


def _of_person(
    profile_id: int, person: Somebody, email: str, placed: list[datetime]
) -> Iterator[tuple[Any, dict[str, Any]]]:
    name = " ".join(_names(person))
    yield (
        Profile,
        {
            "id": profile_id,
            "display_name": name,
            "first_order_at": placed[0] if placed else None,
            "last_order_at": placed[-1] if placed else None,
        },
    )
    for kind, value, links in (
        ("email", email, True),
        ("customer", f"1:{profile_id}", False),
        ("phone", person.phone, False),
    ):
        yield (
            Identity,
            {
                "profile_id": profile_id,
                "kind": kind,
                "value": value,
                "verified": True,
                "links": links,
                "evidence": "store",
                "trust": "asserted",
            },
        )
    yield (
        ProfileTotal,
        {
            "profile_id": profile_id,
            "orders": len(placed),
            "spent_minor": 2500 * len(placed),
            "unpaid_minor": 0,
            "refunded_minor": 0,
        },
    )
    yield (
        Customer,
        {
            "external_id": str(profile_id),
            "profile_id": profile_id,
            "email": email,
            "email_normalized": email,
            "phone": person.phone,
            "phone_normalized": person.phone,
            "first_name": person.first_name,
            "last_name": person.last_name,
        },
    )


def _of_order(
    random: Random, profile_id: int, number: int, person: Somebody, email: str, at: datetime
) -> Iterator[tuple[Any, dict[str, Any]]]:
    external_id = str(5_000_000_000 + number)
    address = {
        "name": " ".join(_names(person)),
        "line1": f"{person.street} {number % 150}",
        "city": person.city,
        "postal_code": person.postal_code,
        "country_code": person.country,
    }
    yield (
        Order,
        {
            "external_id": external_id,
            "profile_id": profile_id,
            "customer_external_id": str(profile_id),
            "name": f"#{1000 + number}",
            "email": email,
            "email_normalized": email,
            "buyer_name": address["name"],
            "placed_at": at,
            "total_minor": 2500,
            "current_total_minor": 2500,
            "refunded_minor": 0,
            "financial_status": "paid",
            "fulfillment_status": "fulfilled",
            "platform_status": "paid",
            "is_test": False,
            "counts": True,
            "is_paid": True,
            "shipping_address": address,
            "billing_address": address,
        },
    )
    for position, sku in enumerate(_skus(random, at)):
        yield (
            OrderLine,
            {
                "order_external_id": external_id,
                "external_id": f"{external_id}{position}",
                "position": position,
                "title": "A thing",
                "sku": sku,
                "quantity": 1,
                "current_quantity": 1,
                "unit_price_minor": 1250,
                "total_minor": 1250,
            },
        )
    if random.random() < 0.8:
        yield (
            Fulfillment,
            {
                "order_external_id": external_id,
                "external_id": f"f{number}",
                "status": "success",
                "tracking": [{"company": "DHL", "number": f"JD{number:012}GR", "url": None}],
            },
        )


def _skus(random: Random, at: datetime) -> list[str]:
    skus = [f"SKU-{int(random.paretovariate(0.8)) % 4000:04}-{random.choice('SML')}"]
    chance = random.random()
    if at < _OLD:
        skus.append(OLD_SKU if chance < 0.8 else f"ACC-{random.randrange(400)}")
    elif chance < 0.2:
        skus.append(COMMON_SKU)
    elif chance < 0.5:
        skus.append(f"ACC-{random.randrange(400)}")
    return skus
