"""An account as the mirror keeps it: from a record to an offer, from a register to a row."""

from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson

from integration.identity.normalize import normalize_email, normalize_phone
from integration.models import Customer
from integration.statements.bulk import column_names, table_of
from integration.sync.register import Offer, Shape
from integration.sync.sourced import Sourced
from platforms.records import CustomerRecord

TABLE = table_of(Customer)
TOLD = Shape.of(
    "email",
    "phone",
    "first_name",
    "last_name",
    "locale",
    "tags",
    "note",
    "address",
    "source_created_at",
)
COLUMNS = (
    "workspace_id",
    "store_id",
    "external_id",
    "profile_id",
    *TOLD.names,
    "email_normalized",
    "phone_normalized",
    "source_updated_at",
    "source_triggered_at",
    "source_read_at",
    "deleted_at",
    "merged_into_external_id",
    "merged_at",
    "withheld",
    "content_digest",
)
assert set(COLUMNS) == set(column_names(TABLE, without=["id"]))

_EMAIL, _PHONE = TOLD.places["email"], TOLD.places["phone"]


def customer_offer(record: CustomerRecord, sourced: Sourced) -> Offer:
    """What a record tells."""
    withheld = record.withheld
    if "created_at" in withheld:
        withheld = withheld | {"source_created_at"}
    return Offer(
        [
            record.email,
            record.phone,
            record.first_name or None,
            record.last_name or None,
            record.locale or None,
            record.tags,
            record.note,
            record.address,
            record.created_at,
        ],
        record.updated_at,
        triggered_at=sourced.triggered_at,
        fresh=sourced.fresh,
        instead_of=sourced.instead_of,
        withheld=withheld,
        read_at=sourced.read_at,
    )


def digest(told: list[Any]) -> bytes:
    """A digest of all that was told, the same for the same news."""
    return blake2b(orjson.dumps(told), digest_size=16).digest()


def normal_contacts(told: list[Any], country_code: str | None) -> tuple[str | None, str | None]:
    """The address and the phone of what was told, in their comparable forms."""
    return normalize_email(told[_EMAIL]), normalize_phone(told[_PHONE], country_code)


def deleted_at(tombstone: datetime | None, updated_at: datetime | None) -> datetime | None:
    """When an account was deleted, None while a state newer than its tombstone stands."""
    if tombstone is None or (updated_at is not None and updated_at > tombstone):
        return None
    return tombstone
