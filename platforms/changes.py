"""The platform-neutral meaning of a delivery: what `WebhookGate.parse` returns."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from platforms.records import CustomerRecord, FulfillmentRecord, OrderRecord


@dataclass(frozen=True, slots=True)
class CustomerChanged:
    """An account as it stood when the delivery was made."""

    record: CustomerRecord


@dataclass(frozen=True, slots=True)
class CustomerDeleted:
    """An account that is gone; `at` is when by the platform's clock, None where it is silent."""

    external_id: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class CustomerTouched:
    """Something about an account that its body can't tell whole: the account is read again."""

    external_id: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class CustomersMerged:
    """Two accounts that the merchant made one in the store."""

    kept_external_id: str
    gone_external_id: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class OrderChanged:
    """An order as it stood when the delivery was made."""

    record: OrderRecord


@dataclass(frozen=True, slots=True)
class OrderDeleted:
    """An order that is gone from the store."""

    external_id: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class FulfillmentChanged:
    """One fulfilment of an order, by itself."""

    order_external_id: str
    record: FulfillmentRecord


@dataclass(frozen=True, slots=True)
class ShipmentMoved:
    """A carrier's news of a parcel (fulfilment event)."""

    order_external_id: str
    fulfillment_external_id: str
    shipment_status: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderTouched:
    """Something about an order that its body can't tell whole: the order is read again.

    `at` is the source's time of the touch (the refund's, the edit's).
    """

    external_id: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Superseded:
    """An order's or account's state that a newer one, which we have, replaces as a whole."""

    kind: Literal["order", "customer"]
    external_id: str


@dataclass(frozen=True, slots=True)
class ReadFinished:
    """A long read at the platform (bulk operation) has ended."""

    external_id: str
    status: str


@dataclass(frozen=True, slots=True)
class AppUninstalled:
    """The merchant removed us; every token of the store is dead."""

    at: datetime | None


@dataclass(frozen=True, slots=True)
class ScopesChanged:
    """The merchant's grant changed."""

    scopes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PrivacyRequested:
    """A compliance delivery. Ids, addresses and orders that it names."""

    kind: Literal["data_request", "customer_redact", "shop_redact"]
    customer_external_id: str | None = None
    email: str | None = None
    phone: str | None = None
    order_external_ids: tuple[str, ...] = ()
    request_external_id: str | None = None


Change: TypeAlias = (
    CustomerChanged
    | CustomerDeleted
    | CustomerTouched
    | CustomersMerged
    | OrderChanged
    | OrderDeleted
    | FulfillmentChanged
    | ShipmentMoved
    | OrderTouched
    | Superseded
    | ReadFinished
    | AppUninstalled
    | ScopesChanged
    | PrivacyRequested
)

# Whether a newer state of that object is there already which tells as much: of its kind, external
# id, the source's time and what it withholds.
IsSuperseded: TypeAlias = Callable[
    [Literal["order", "customer"], str, datetime, frozenset[str]], bool
]
