"""Whatever way a store's news takes, the mirror ends as the store: the check, for any database."""

import itertools
from random import Random
from typing import Any

from sqlalchemy import select

from integration.crm.figures import PAID
from integration.db import Database
from integration.identity.normalize import normalize_email, normalize_phone
from integration.models import Reread, Store
from integration.sync.apply import apply
from integration.sync.due import claim_named, claim_untold
from integration.sync.sourced import Sourced, Wanted
from integration.sync.wanted import NAMED
from platforms.changes import CustomerChanged, OrderChanged
from platforms.records import OrderRecord
from tests.factories.stores import NOW, make_store, make_workspace
from tests.integration.sync.mirror_view import plain, view
from tests.integration.sync.stories import Story

_NUMBERS = itertools.count(1)


def mirrored(db: Database, story: Story, told: list[Sourced], random: Random) -> dict[str, Any]:
    """The mirror of a new store after these deliveries, in batches, wanted objects read again."""
    workspace_id = make_workspace(db)
    store_id = make_store(db, workspace_id, f"s{next(_NUMBERS)}.myshopify.com")
    place = 0
    while place < len(told):
        size = random.choice((1, 2, 5, 50))
        take(db, workspace_id, store_id, story, told[place : place + size])
        place += size
    if story.parts_apart:
        read_parts(db, workspace_id, store_id, story)
    return view(db, workspace_id)


def take(
    db: Database, workspace_id: int, store_id: int, story: Story, batch: list[Sourced]
) -> None:
    """Apply a batch, then what has to be read again, until nothing has."""
    for _ in range(10):
        with db.workspace(workspace_id, write=True) as session:
            store = session.get_one(Store, store_id)
            applied = apply(session, store, batch, now=NOW, parts_apart=story.parts_apart)
        if not applied.wanted:
            with db.workspace(workspace_id) as session:
                assert session.execute(select(Reread).where(Reread.kind != NAMED)).all() == []
            return
        batch = [
            story.read_again(one)
            for one in sorted(applied.wanted, key=lambda one: (one.kind, one.external_id))
        ]
    raise AssertionError("the same objects are wanted over and over")


def read_parts(db: Database, workspace_id: int, store_id: int, story: Story) -> None:
    """Read what is untold by itself, until nothing is."""
    for _ in range(3):
        with db.workspace(workspace_id, write=True) as session:
            named = claim_named(session, store_id, NOW, at_most=1000)
            wanted = [*named, *claim_untold(session, store_id, NOW, at_most=1000)]
        if not wanted:
            return
        take(
            db,
            workspace_id,
            store_id,
            story,
            [story.read_again(one) for one in wanted],
        )
    raise AssertionError("something stays untold")


def read_all(story: Story) -> list[Sourced]:
    """What a refresh reads: everything that the store still has."""
    return [
        *(Sourced(CustomerChanged(record), "sync") for record in story.customers.values()),
        *(Sourced(OrderChanged(record), "sync") for record in story.orders.values()),
    ]


def everything_wanted(story: Story) -> list[Wanted]:
    """All that the store ever had."""
    customers = [*story.customers, *story.gone_customers]
    orders = [*story.orders, *story.gone_orders]
    return [
        *(Wanted("customer", key) for key in customers),
        *(Wanted("order", key) for key in orders),
    ]


def assert_is_the_store(mirror: dict[str, Any], story: Story) -> None:
    """The mirror tells what the store tells: each order to the minor unit, each person's sums."""
    for external_id, record in story.orders.items():
        _assert_order(mirror, record)
        assert mirror["orders"][external_id]["deleted_at"] == record.deleted_at
    for external_id in story.gone_orders:
        assert mirror["orders"][external_id]["deleted_at"] is not None
        assert mirror["orders"][external_id]["counts"] is False
    assert mirror["orders"].keys() == story.orders.keys() | story.gone_orders.keys()
    for external_id, record in story.customers.items():
        held = mirror["customers"][external_id]
        assert held["email"] == record.email
        assert held["first_name"] == record.first_name
        assert held["source_updated_at"] == record.updated_at
    _assert_profiles(mirror, story)


def _assert_order(mirror: dict[str, Any], record: OrderRecord) -> None:
    held = mirror["orders"][record.external_id]
    for name in (
        "total_minor",
        "refunded_minor",
        "financial_status",
        "fulfillment_status",
        "cancelled_at",
        "email",
        "customer_external_id",
        "is_test",
    ):
        assert held[name] == getattr(record, name), name
    assert held["tags"] == list(record.tags)
    assert held["source_updated_at"] == record.updated_at
    own = record.external_id
    lines = {key[1]: row for key, row in mirror["lines"].items() if key[0] == own}
    assert lines == {
        line.external_id: plain(line) | {"order_external_id": own} for line in record.lines
    }
    refunds = {
        key[1]: (row["amount_minor"], row["source_created_at"])
        for key, row in mirror["refunds"].items()
        if key[0] == own
    }
    assert refunds == {
        refund.external_id: (refund.amount_minor, refund.created_at) for refund in record.refunds
    }
    # Of what is in the trash nobody reads the notes.
    if record.deleted_at is None:
        assert [note["text"] for note in held["notes"]] == [note.text for note in record.notes]
    parcels = {
        key[1]: (row["status"], row["shipment_status"], row["source_updated_at"], row["tracking"])
        for key, row in mirror["parcels"].items()
        if key[0] == own
    }
    assert parcels == {
        sent.external_id: (
            sent.status,
            sent.shipment_status,
            sent.updated_at,
            [plain(tracking) for tracking in sent.tracking],
        )
        for sent in record.fulfillments
    }


def _assert_profiles(mirror: dict[str, Any], story: Story) -> None:
    """The parting and the sums, worked out once more without any of the code under test."""
    parts: dict[str, set[str]] = {}
    sums: dict[str, dict[str, list[int]]] = {}
    for external_id in story.customers.keys() | story.gone_customers.keys():
        parts.setdefault(_person(story, external_id), set()).add(f"customer {external_id}")
    for record in (*story.orders.values(), *story.gone_orders.values()):
        person = _person_of_order(story, record)
        parts.setdefault(person, set()).add(f"order {record.external_id}")
        if record.external_id in story.orders and _counts(record):
            figures = sums.setdefault(person, {}).setdefault(record.currency, [0, 0, 0, 0])
            paid = record.financial_status in PAID
            figures[0] += 1
            figures[1 if paid else 2] += record.total_minor
            figures[3] += record.refunded_minor or 0
    assert mirror["profiles"].keys() == {frozenset(members) for members in parts.values()}
    for person, members in parts.items():
        totals = mirror["profiles"][frozenset(members)]["totals"]
        expected = {currency: tuple(sums) for currency, sums in sums.get(person, {}).items()}
        assert totals == expected


def _counts(record: OrderRecord) -> bool:
    return not (record.is_test or record.cancelled_at or record.deleted_at)


def _person(story: Story, external_id: str) -> str:
    while external_id in story.merged:
        external_id = story.merged[external_id]
    record = story.customers.get(external_id) or story.gone_customers[external_id]
    email = normalize_email(record.email)
    return f"email {email}" if email else f"customer {external_id}"


def _person_of_order(story: Story, record: OrderRecord) -> str:
    if record.customer_external_id:
        return _person(story, record.customer_external_id)
    email, phone = normalize_email(record.email), normalize_phone(record.phone, "DE")
    if email:
        return f"email {email}"
    return f"phone {phone}" if phone else f"order {record.external_id}"
