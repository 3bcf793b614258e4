"""A person with orders, as rows of the mirror: for tests that read through the real use cases."""

from datetime import timedelta
from typing import Any

from integration.models import Customer, Identity, Order, OrderLine, Profile, ProfileTotal
from integration.search.due import mark_due
from tests.ui_embed.world import NOW, World

EMAIL = "dimitra@example.gr"
EXTERNAL_ID = "5000000000001042"


def add_person(
    world: World, *, orders: int = 1, other: bool = False, place: tuple[int, int] | None = None
) -> int:
    """Dimitra with so many orders, in the first workspace or the other one; her profile's id.

    `place` is another workspace's and store's ids.
    """
    workspace_id = world.other_workspace_id if other else world.workspace_id
    store_id = world.other_store_id if other else world.store_id
    if place is not None:
        workspace_id, store_id = place
    with world.services.db.workspace(workspace_id, write=True) as session:
        profile = Profile(
            display_name="Δήμητρα Παπαδοπούλου",
            locale="el",
            tags=["VIP"],
            first_order_at=NOW - timedelta(days=orders),
            last_order_at=NOW - timedelta(days=1),
            customer_since=NOW - timedelta(days=300),
            created_at=NOW,
        )
        session.add(profile)
        session.flush()
        session.add(total_of(profile.id, orders))
        session.add_all(_identities(profile.id, store_id))
        session.add(_account(profile.id, store_id))
        for number in range(orders):
            session.add(_order(profile.id, store_id, number))
            session.add(_line(store_id, number))
        session.flush()
        mark_due(session.connection(), workspace_id, [profile.id])
        return profile.id


def total_of(profile_id: int, orders: int = 1) -> ProfileTotal:
    """What so many of `paid_order` come to."""
    return ProfileTotal(
        profile_id=profile_id,
        currency="EUR",
        orders=orders,
        spent_minor=8990 * orders,
        unpaid_minor=0,
        refunded_minor=0,
    )


def known_as(profile_id: int, store_id: int, kind: str, value: str, **told: Any) -> Identity:
    """What the store says that a person is known by."""
    row: dict[str, Any] = {"verified": True, "evidence": "store", "links": True} | told
    return Identity(
        profile_id=profile_id, store_id=store_id, kind=kind, value=value, created_at=NOW, **row
    )


def _identities(profile_id: int, store_id: int) -> list[Identity]:
    return [
        known_as(profile_id, store_id, "email", EMAIL),
        known_as(profile_id, store_id, "customer", f"{store_id}:7011225534"),
    ]


def _account(profile_id: int, store_id: int) -> Customer:
    return Customer(
        store_id=store_id,
        external_id="7011225534",
        profile_id=profile_id,
        email=EMAIL,
        email_normalized=EMAIL,
        first_name="Δήμητρα",
        last_name="Παπαδοπούλου",
        tags=[],
        source_updated_at=NOW,
    )


def paid_order(profile_id: int, store_id: int, **told: Any) -> Order:
    """An order of yesterday, paid and sent; `told` has its names, and whose it is."""
    row: dict[str, Any] = {
        "placed_at": NOW - timedelta(days=1),
        "currency": "EUR",
        "total_minor": 8990,
        "current_total_minor": 8990,
        "refunded_minor": 0,
        "financial_status": "paid",
        "fulfillment_status": "fulfilled",
        "platform_status": "open",
        "is_test": False,
        "counts": True,
        "is_paid": True,
        "tags": [],
        "notes": [],
        "source_updated_at": NOW,
    } | told
    return Order(profile_id=profile_id, store_id=store_id, **row)


def _order(profile_id: int, store_id: int, number: int) -> Order:
    return paid_order(
        profile_id,
        store_id,
        external_id=str(int(EXTERNAL_ID) - number),
        customer_external_id="7011225534",
        name=f"#{1042 - number}",
        email=EMAIL,
        email_normalized=EMAIL,
        placed_at=NOW - timedelta(days=1 + number),
    )


def _line(store_id: int, number: int) -> OrderLine:
    return OrderLine(
        store_id=store_id,
        order_external_id=str(int(EXTERNAL_ID) - number),
        external_id="1",
        position=1,
        title="<b>Aviator</b> sunglasses",
        quantity=2,
        current_quantity=2,
        unit_price_minor=4495,
        total_minor=8990,
    )
