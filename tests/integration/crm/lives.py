"""A person to whom one thing of each kind happened."""

from typing import Any

from integration.models import IdentityEvent, ProfileNote
from platforms.changes import OrderDeleted
from platforms.records import NoteRecord, OrderRecord, RefundRecord, TrackingRecord
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, order, parcel, told

TRACKING = TrackingRecord("ACS", "4711", "https://acs.example/4711")


def add(mirror: Mirror, *rows: Any) -> None:
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        session.add_all(rows)
        session.flush()


def live(mirror: Mirror) -> int:
    """One event of each kind, some at one moment; the profile's id."""
    account = {"customer_external_id": "7"}
    mirror.take(
        told(_sent()),
        told(
            order(
                "101",
                seconds=70,
                placed_at=at(50),
                cancelled_at=at(60),
                financial_status="voided",
                **account,
            )
        ),
        told(order("102", seconds=1, placed_at=at(50), is_test=True, **account)),
        told(OrderDeleted("102", at(80))),
    )
    profile_id = mirror.order().profile_id
    assert profile_id is not None
    add(
        mirror,
        ProfileNote(profile_id=profile_id, text="calls late", author="staff 9", created_at=at(90)),
        ProfileNote(
            profile_id=profile_id,
            text="taken back",
            author="staff 9",
            created_at=at(91),
            deleted_at=at(92),
        ),
        IdentityEvent(
            action="linked",
            profile_id=profile_id,
            other_profile_id=None,
            left_kind="customer",
            left_value=f"{mirror.store_id}:7",
            right_kind="email",
            right_value="ada@example.com",
            made_by="staff 9",
            trust="agent",
            reason="same voice",
            at=at(90),
        ),
    )
    return profile_id


def _sent() -> OrderRecord:
    return order(
        "100",
        seconds=60,
        name="#1042",
        placed_at=at(10),
        customer_external_id="7",
        customer=customer("7"),
        sales_channel="web",
        refunded_minor=250,
        financial_status="partially_refunded",
        fulfillments=(
            parcel(
                seconds=40,
                created_at=at(30),
                tracking=(TRACKING,),
                shipment_status="delivered",
            ),
        ),
        refunds=(RefundRecord("r1", at(50), 250, "broken"),),
        notes=(
            NoteRecord("n1", "ring twice", "Eva", at(50), for_customer=True),
            NoteRecord("", "of no time"),
        ),
    )
